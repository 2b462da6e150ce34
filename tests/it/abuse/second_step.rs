//! Around the second step of signing in.

mod codes;

use std::sync::Barrier;

use super::Case;
use super::client::{Answer, Client};
use super::world::{CODE, Person, World, code_at, wrong};
use crate::browser_without_script::PASSWORD;
use crate::firm;

pub(super) const CASES: [Case; 43] = [
    ("a browser half-way reaches no page", reaches_nothing),
    ("the secret of an attempt is no session", attempt_as_session),
    ("a session is no attempt", session_as_attempt),
    (
        "secrets planted before signing in are of no use after",
        fixation,
    ),
    ("a mailed code used twice", codes::mailed_twice),
    ("a mailed code used by eight at once", codes::mailed_at_once),
    ("thirty guesses at once", codes::guesses_at_once),
    ("guesses over new sign-ins", codes::guesses_over_attempts),
    ("guesses over codes sent anew", codes::guesses_over_codes),
    (
        "shutting the owner out of their other way",
        codes::other_way_stays,
    ),
    (
        "letting the count rest by a right password",
        codes::password_resets_nothing,
    ),
    ("the code before the one sent anew", codes::replaced_code),
    (
        "the code of another sign-in of the same person",
        codes::other_attempt,
    ),
    ("the code of another person", codes::other_person),
    ("a code from an app used twice", codes::app_twice),
    (
        "a code from an app that is older than the last",
        codes::app_older,
    ),
    (
        "a code from an app in two sign-ins at once",
        codes::app_at_once,
    ),
    ("a code from the app of another person", codes::other_app),
    (
        "a mailed code given as an app's or for recovery",
        codes::mailed_as_other,
    ),
    ("an app's code given as a mailed one", codes::app_as_mailed),
    ("a way the person does not have", codes::way_not_there),
    ("no code at all", codes::no_code),
    ("a recovery code used twice", codes::recovery_twice),
    (
        "a recovery code used by eight at once",
        codes::recovery_at_once,
    ),
    (
        "recovery codes that were replaced",
        codes::recovery_replaced,
    ),
    (
        "a recovery code of another person",
        codes::recovery_of_other,
    ),
    ("codes sent without end", codes::codes_without_end),
    ("a code in the address", codes::code_in_address),
    ("a forged form", forged_form),
    ("an attempt after the password was changed", stale_password),
    ("an attempt of an account that was disabled", disabled),
    (
        "learning of a second step without the password",
        enumeration,
    ),
    ("an address in full on the second page", masked),
    ("leading elsewhere after the code", open_redirect),
    ("turning it off in an open session", off_without_password),
    (
        "taking the app away in an open session",
        app_without_password,
    ),
    ("turning one's own off through the API", off_through_api),
    ("a session from before it was turned on", session_before),
    ("a token from before it was turned on", token_before),
    ("a mailbox that gives both steps", mailbox_gives_both),
    ("what was lost, after a reset", after_reset),
    (
        "trusting a device where the firm does not",
        trust_not_allowed,
    ),
    ("five wrong codes unnoticed", unnoticed),
];

pub(super) fn is_in(answer: &Answer) -> bool {
    answer.status == 303 && answer.given.iter().any(|name| name == "session")
}

/// The same form from copies of a browser, all at once.
fn at_once(clients: Vec<Client>, method: &str, code: &str) -> Vec<Answer> {
    let barrier = Barrier::new(clients.len());
    std::thread::scope(|scope| {
        let started: Vec<_> = clients
            .into_iter()
            .map(|mut client| {
                let barrier = &barrier;
                scope.spawn(move || {
                    let csrf = client.get("/login/code").csrf();
                    barrier.wait();
                    let fields = [("method", method), ("code", code)];
                    client.send("/login/code", &csrf, &fields)
                })
            })
            .collect();
        started
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

fn let_in(answers: &[Answer]) -> usize {
    answers.iter().filter(|answer| is_in(answer)).count()
}

pub(super) fn fail(world: &World, client: &mut Client, method: &str, code: &str, times: usize) {
    for _ in 0..times {
        assert_eq!(world.take(client, method, code).status, 422);
    }
}

fn reaches_nothing(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    for path in [
        "/",
        "/clients",
        "/profile",
        "/settings",
        "/profile/two-step",
        "/profile/two-step/app",
        "/search?q=a",
    ] {
        let answer = client.get(path);
        assert!(
            answer.status == 303 && answer.location.starts_with("/login"),
            "{path}"
        );
    }
    let csrf = client.get("/login/code").csrf();
    for path in [
        "/profile/two-step",
        "/profile/two-step/recovery-codes",
        "/profile/tokens",
        "/logout",
        "/clients/new",
    ] {
        let answer = client.send(path, &csrf, &[]);
        assert!(
            answer.status == 303 && answer.location.starts_with("/login"),
            "{path}"
        );
    }
    assert!(is_in(&world.take(&mut client, "email", &code)) && client.signed_in());
}

fn attempt_as_session(world: &World) {
    let (person, _) = world.with_mail();
    let (client, _) = world.half_way(&person);
    let mut forged = world.client();
    forged
        .cookies
        .insert("session".to_owned(), client.cookies["attempt"].clone());
    assert!(!forged.signed_in());
}

fn session_as_attempt(world: &World) {
    let (_, mut client) = world.with_mail();
    assert!(client.signed_in());
    let mut forged = world.client();
    forged
        .cookies
        .insert("attempt".to_owned(), client.cookies["session"].clone());
    assert_eq!(forged.get("/login/code").status, 303);
}

fn fixation(world: &World) {
    let (person, _) = world.with_mail();
    let planted = "A".repeat(43);
    let mut client = world.client();
    for name in ["session", "attempt"] {
        client.cookies.insert(name.to_owned(), planted.clone());
    }
    let before = world.letters(&person.email, CODE).len();
    world.give_password(&mut client, &person.email, PASSWORD);
    assert_ne!(client.cookies["attempt"], planted);
    let (first, code) = (
        client.cookies["attempt"].clone(),
        world.mailed(&person, before),
    );
    assert!(is_in(&world.take(&mut client, "email", &code)));
    assert!(![&planted, &first].contains(&&client.cookies["session"]));
    assert!(!client.cookies.contains_key("attempt"));
}

fn forged_form(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    for csrf in ["", "x"] {
        let answer = client.send("/login/code", csrf, &[("code", &code)]);
        assert_eq!(answer.status, 403);
    }
    assert!(!client.signed_in());
}

fn stale_password(world: &World) {
    let (person, mut open) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    let new = "Srebrny-Czajnik-7730-nad-rzeka";
    let fields = [
        ("current_password", PASSWORD),
        ("password", new),
        ("password_again", new),
    ];
    assert_eq!(
        open.post("/profile/password", "/profile/password", &fields)
            .status,
        303
    );
    assert!(!is_in(&world.take(&mut client, "email", &code)));
    assert!(!client.signed_in());
}

fn disabled(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    world.command(&["user", "disable", &person.email]);
    assert!(!is_in(&world.take(&mut client, "email", &code)));
    world.command(&["user", "enable", &person.email]);
}

fn enumeration(world: &World) {
    let ((two, _), (one, _)) = (world.with_mail(), world.confirmed());
    let nobody = Person {
        email: "nikt@firma.test".to_owned(),
    };
    let mut pages = Vec::new();
    for person in [&two, &one, &nobody] {
        let mut client = world.client();
        let answer = world.give_password(&mut client, &person.email, "Zly-Traktor-4821-pod-lasem");
        assert_eq!((answer.status, answer.given.len()), (422, 0));
        let csrf = answer.csrf();
        pages.push(answer.text.replace(&person.email, "").replace(&csrf, ""));
        assert_eq!(client.get("/login/code").status, 303);
    }
    assert!(pages[0] == pages[1] && pages[1] == pages[2]);
}

fn masked(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    let page = client.get("/login/code");
    assert!(page.text.contains("o•••@firma.test") && !page.text.contains(&person.email));
    assert!(!page.text.contains(&code));
}

fn open_redirect(world: &World) {
    let (person, _) = world.with_mail();
    for (next, leads) in [("//evil.test/x", "/"), ("/clients?q=a", "/clients?q=a")] {
        let before = world.letters(&person.email, CODE).len();
        let mut client = world.client();
        let fields = [
            ("email", person.email.as_str()),
            ("password", PASSWORD),
            ("next", next),
        ];
        client.post("/login", "/login", &fields);
        let code = world.mailed(&person, before);
        assert_eq!(world.take(&mut client, "email", &code).location, leads);
    }
}

fn off_without_password(world: &World) {
    let (person, mut open) = world.with_mail();
    for password in ["", "Zly-Traktor-4821-pod-lasem"] {
        let fields = [("current_password", password)];
        assert_eq!(
            open.post("/profile/two-step", "/profile/two-step", &fields)
                .status,
            422
        );
    }
    let (mut client, _) = world.half_way(&person);
    assert!(!client.signed_in());
    let fields = [("current_password", PASSWORD)];
    assert_eq!(
        open.post("/profile/two-step", "/profile/two-step", &fields)
            .status,
        303
    );
    assert!(world.after_password(&person).signed_in());
}

fn app_without_password(world: &World) {
    let (person, mut open, totp) = world.with_app();
    let path = "/profile/two-step/app/remove";
    for password in ["", "Zly-Traktor-4821-pod-lasem"] {
        let fields = [("current_password", password)];
        assert_eq!(open.post("/profile/two-step", path, &fields).status, 422);
    }
    let mut client = world.after_password(&person);
    assert!(is_in(&world.take(&mut client, "app", &code_at(&totp, 0))));
}

fn off_through_api(world: &World) {
    let client = world.client();
    let token = world.command(&["token", "add", "--user", firm::OWNER, "--name", "own"]);
    let users = world.command(&["user", "list", "--json"]);
    let users: serde_json::Value = serde_json::from_str(&users).unwrap();
    let owner = users
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["email"] == firm::OWNER);
    let path = format!("/users/{}", owner.unwrap()["id"].as_str().unwrap());
    assert_eq!(
        client.api(&token, "PATCH", &path, r#"{"two_step": true}"#),
        200
    );
    assert_eq!(client.api(&token, "GET", "/me", ""), 401, "made before");
    let token = world.command(&["token", "add", "--user", firm::OWNER, "--name", "after"]);
    assert_eq!(client.api(&token, "GET", "/me", ""), 200);
    assert_eq!(
        client.api(&token, "PATCH", &path, r#"{"two_step": false}"#),
        409
    );
    world.command(&["user", "reset-second-factor", firm::OWNER]);
}

fn session_before(world: &World) {
    let (person, mut open) = world.confirmed();
    let token = world.command(&["token", "add", "--user", firm::OWNER, "--name", "admin"]);
    let users = world.command(&["user", "list", "--json"]);
    let users: serde_json::Value = serde_json::from_str(&users).unwrap();
    let user = users
        .as_array()
        .unwrap()
        .iter()
        .find(|user| user["email"] == person.email.as_str());
    let path = format!("/users/{}", user.unwrap()["id"].as_str().unwrap());
    assert!(open.signed_in());
    assert_eq!(
        open.api(&token, "PATCH", &path, r#"{"two_step": true}"#),
        200
    );
    assert!(!open.signed_in());
}

fn token_before(world: &World) {
    let (person, mut open) = world.confirmed();
    let token = world.command(&["token", "add", "--user", &person.email, "--name", "old"]);
    assert_eq!(open.api(&token, "GET", "/me", ""), 200);
    let fields = [("two_step", "true")];
    open.post("/profile/two-step", "/profile/two-step", &fields);
    assert_eq!(open.api(&token, "GET", "/me", ""), 401);
    let page = open.get("/profile");
    let (_, rest) = page.text.split_once("action=\"/profile/tokens/").unwrap();
    let path = format!("/profile/tokens/{}", &rest[..rest.find('"').unwrap()]);
    assert!(path.ends_with("/approve"), "{path}");
    assert_eq!(
        open.post("/profile", &path, &[]).status,
        409,
        "no code was given in this session"
    );
    assert_eq!(open.api(&token, "GET", "/me", ""), 401);
    let (_, mut stranger, _) = world.with_app();
    assert_eq!(stranger.post("/profile", &path, &[]).status, 404);
    let (mut client, code) = world.half_way(&person);
    world.take(&mut client, "email", &code);
    assert_eq!(client.post("/profile", &path, &[]).status, 303);
    assert_eq!(client.api(&token, "GET", "/me", ""), 200);
}

fn mailbox_gives_both(world: &World) {
    let (person, _, totp) = world.with_app();
    let mut client = world.client();
    client.post(
        "/login/forgot",
        "/login/forgot",
        &[("email", &person.email)],
    );
    let letter = world.letter(&person.email, "/login/reset/", 0);
    let (_, rest) = letter.split_once("/login/reset/").unwrap();
    let (link, new) = (
        format!("/login/reset/{}", &rest[..64]),
        "Srebrny-Czajnik-7730-nad-rzeka",
    );
    let fields = [("password", new), ("password_again", new)];
    assert_eq!(client.post(&link, &link, &fields).status, 303);
    world.give_password(&mut client, &person.email, new);
    assert!(!client.signed_in());
    let page = client.get("/login/code?method=email");
    assert!(!page.text.contains("method=email") && !page.text.contains("/login/code/send"));
    client.send("/login/code/send", &page.csrf(), &[]);
    std::thread::sleep(std::time::Duration::from_secs(1));
    assert!(world.letters(&person.email, CODE).is_empty());
    assert!(is_in(&world.take(&mut client, "app", &code_at(&totp, 0))));
}

fn after_reset(world: &World) {
    let (person, mut open, totp) = world.with_app();
    let codes = world.recovery_codes(&mut open);
    let mut half_way = world.after_password(&person);
    world.command(&["user", "reset-second-factor", &person.email]);
    assert!(!open.signed_in(), "sessions end");
    assert!(!is_in(&world.take(
        &mut half_way,
        "app",
        &code_at(&totp, 0)
    )));
    let mut client = world.after_password(&person);
    assert!(client.signed_in());
    world.enrol(&mut client);
    let mut client = world.after_password(&person);
    assert_eq!(world.take(&mut client, "recovery", &codes[0]).status, 422);
    assert_eq!(
        world.take(&mut client, "app", &code_at(&totp, 0)).status,
        422
    );
}

fn trust_not_allowed(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    let csrf = client.get("/login/code").csrf();
    let fields = [("method", "email"), ("code", &code), ("trust", "true")];
    let answer = client.send("/login/code", &csrf, &fields);
    assert!(is_in(&answer) && !answer.given.contains(&"device".to_owned()));
}

fn unnoticed(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    fail(world, &mut client, "email", &wrong(&code), 5);
    world.letter(&person.email, "Does somebody know your password", 0);
}
