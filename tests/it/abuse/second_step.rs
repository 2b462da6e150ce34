//! Around the second step of signing in.

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
    ("a mailed code used twice", mailed_twice),
    ("a mailed code used by eight at once", mailed_at_once),
    ("thirty guesses at once", guesses_at_once),
    ("guesses over new sign-ins", guesses_over_attempts),
    ("guesses over codes sent anew", guesses_over_codes),
    ("shutting the owner out of their other way", other_way_stays),
    (
        "letting the count rest by a right password",
        password_resets_nothing,
    ),
    ("the code before the one sent anew", replaced_code),
    (
        "the code of another sign-in of the same person",
        other_attempt,
    ),
    ("the code of another person", other_person),
    ("a code from an app used twice", app_twice),
    ("a code from an app that is older than the last", app_older),
    ("a code from an app in two sign-ins at once", app_at_once),
    ("a code from the app of another person", other_app),
    (
        "a mailed code given as an app's or for recovery",
        mailed_as_other,
    ),
    ("an app's code given as a mailed one", app_as_mailed),
    ("a way the person does not have", way_not_there),
    ("no code at all", no_code),
    ("a recovery code used twice", recovery_twice),
    ("a recovery code used by eight at once", recovery_at_once),
    ("recovery codes that were replaced", recovery_replaced),
    ("a recovery code of another person", recovery_of_other),
    ("codes sent without end", codes_without_end),
    ("a code in the address", code_in_address),
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

fn mailed_twice(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    let mut copy = client.clone();
    assert!(is_in(&world.take(&mut client, "email", &code)));
    assert!(!is_in(&world.take(&mut copy, "email", &code)));
    let (mut later, _) = world.half_way(&person);
    assert_eq!(world.take(&mut later, "email", &code).status, 422);
}

fn mailed_at_once(world: &World) {
    let (person, _) = world.with_mail();
    let (client, code) = world.half_way(&person);
    assert_eq!(let_in(&at_once(vec![client; 8], "email", &code)), 1);
}

fn guesses_at_once(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    let answers = at_once(vec![client.clone(); 30], "email", &wrong(&code));
    let looked_at = answers.iter().filter(|answer| answer.status == 422);
    assert_eq!(looked_at.count(), 5, "the sixth is not looked at");
    assert!(!is_in(&world.take(&mut client, "email", &code)));
}

fn guesses_over_attempts(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    fail(world, &mut client, "email", &wrong(&code), 5);
    let (mut anew, code) = world.half_way(&person);
    let answer = world.take(&mut anew, "email", &code);
    assert_eq!(answer.status, 429);
    assert!(answer.retry_after.parse::<u64>().unwrap() > 20);
    assert!(!anew.signed_in());
    world.command(&["user", "unlock", &person.email]);
    assert!(is_in(&world.take(&mut anew, "email", &code)));
}

fn guesses_over_codes(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    fail(world, &mut client, "email", &wrong(&code), 4);
    client.post("/login/code", "/login/code/send", &[]);
    let code = world.mailed(&person, 1);
    fail(world, &mut client, "email", &wrong(&code), 1);
    assert!(!is_in(&world.take(&mut client, "email", &code)));
}

fn other_way_stays(world: &World) {
    let (person, mut open, _) = world.with_app();
    let codes = world.recovery_codes(&mut open);
    let mut attacker = world.after_password(&person);
    fail(world, &mut attacker, "app", "000000", 5);
    let mut attacker = world.after_password(&person);
    assert_eq!(world.take(&mut attacker, "app", "000000").status, 429);
    let mut owner = world.after_password(&person);
    assert!(is_in(&world.take(&mut owner, "recovery", &codes[0])));
}

fn password_resets_nothing(world: &World) {
    let (person, _) = world.with_mail();
    for guesses in [3, 2] {
        let (mut client, code) = world.half_way(&person);
        fail(world, &mut client, "email", &wrong(&code), guesses);
    }
    let (mut client, code) = world.half_way(&person);
    assert_eq!(world.take(&mut client, "email", &code).status, 429);
}

fn replaced_code(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, first) = world.half_way(&person);
    client.post("/login/code", "/login/code/send", &[]);
    let second = world.mailed(&person, 1);
    if first != second {
        assert_eq!(world.take(&mut client, "email", &first).status, 422);
    }
    assert!(is_in(&world.take(&mut client, "email", &second)));
}

fn other_attempt(world: &World) {
    let (person, _) = world.with_mail();
    let (_, code) = world.half_way(&person);
    let (mut other, own) = world.half_way(&person);
    if own != code {
        assert_eq!(world.take(&mut other, "email", &code).status, 422);
    }
}

fn other_person(world: &World) {
    let ((anna, _), (ewa, _)) = (world.with_mail(), world.with_mail());
    let (_, code) = world.half_way(&anna);
    let (mut client, own) = world.half_way(&ewa);
    if own != code {
        assert_eq!(world.take(&mut client, "email", &code).status, 422);
    }
}

fn app_twice(world: &World) {
    let (person, _, totp) = world.with_app();
    let mut client = world.after_password(&person);
    let code = code_at(&totp, 0);
    assert!(is_in(&world.take(&mut client, "app", &code)));
    let mut again = world.after_password(&person);
    assert_eq!(world.take(&mut again, "app", &code).status, 422);
}

fn app_older(world: &World) {
    let (person, _, totp) = world.with_app();
    let mut client = world.after_password(&person);
    assert!(is_in(&world.take(&mut client, "app", &code_at(&totp, 1))));
    let mut again = world.after_password(&person);
    assert_eq!(
        world.take(&mut again, "app", &code_at(&totp, 0)).status,
        422
    );
}

fn app_at_once(world: &World) {
    let (person, _, totp) = world.with_app();
    let clients = (0..4).map(|_| world.after_password(&person)).collect();
    assert_eq!(let_in(&at_once(clients, "app", &code_at(&totp, 0))), 1);
}

fn other_app(world: &World) {
    let ((_, _, totp), (ewa, _, _)) = (world.with_app(), world.with_app());
    let mut client = world.after_password(&ewa);
    assert_eq!(
        world.take(&mut client, "app", &code_at(&totp, 0)).status,
        422
    );
}

fn mailed_as_other(world: &World) {
    let (person, mut open, _) = world.with_app();
    world.recovery_codes(&mut open);
    let mut client = world.after_password(&person);
    client.post("/login/code", "/login/code/send", &[]);
    let code = world.mailed(&person, 0);
    for method in ["app", "recovery"] {
        assert_eq!(world.take(&mut client, method, &code).status, 422);
    }
    assert!(is_in(&world.take(&mut client, "email", &code)));
}

fn app_as_mailed(world: &World) {
    let (person, _, totp) = world.with_app();
    let mut client = world.after_password(&person);
    for method in ["email", "recovery"] {
        assert_eq!(
            world.take(&mut client, method, &code_at(&totp, 0)).status,
            422
        );
    }
}

fn way_not_there(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    for method in ["app", "recovery"] {
        for code in [code.as_str(), ""] {
            assert_eq!(
                world.take(&mut client, method, code).status,
                422,
                "{method}"
            );
        }
    }
    assert!(!client.signed_in());
}

fn no_code(world: &World) {
    let (person, _, _) = world.with_app();
    let mut client = world.after_password(&person);
    // No code was mailed, none was made: nothing equals nothing.
    for method in ["email", "app", "recovery", ""] {
        assert_eq!(
            world.take(&mut client, method, " - ").status,
            422,
            "{method}"
        );
    }
}

fn recovery_twice(world: &World) {
    let (person, mut open, _) = world.with_app();
    let codes = world.recovery_codes(&mut open);
    for (code, works) in [(0, true), (0, false), (1, true)] {
        let mut client = world.after_password(&person);
        assert_eq!(
            is_in(&world.take(&mut client, "recovery", &codes[code])),
            works
        );
    }
}

fn recovery_at_once(world: &World) {
    let (person, mut open, _) = world.with_app();
    let codes = world.recovery_codes(&mut open);
    let clients = (0..8).map(|_| world.after_password(&person)).collect();
    assert_eq!(let_in(&at_once(clients, "recovery", &codes[0])), 1);
}

fn recovery_replaced(world: &World) {
    let (person, mut open, _) = world.with_app();
    let old = world.recovery_codes(&mut open);
    world.recovery_codes(&mut open);
    let mut client = world.after_password(&person);
    assert_eq!(world.take(&mut client, "recovery", &old[0]).status, 422);
}

fn recovery_of_other(world: &World) {
    let ((_, mut annas, _), (ewa, mut ewas, _)) = (world.with_app(), world.with_app());
    let codes = world.recovery_codes(&mut annas);
    world.recovery_codes(&mut ewas);
    let mut client = world.after_password(&ewa);
    assert_eq!(world.take(&mut client, "recovery", &codes[0]).status, 422);
}

fn codes_without_end(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, _) = world.half_way(&person);
    let csrf = client.get("/login/code").csrf();
    let sent = (0..10).map(|_| client.send("/login/code/send", &csrf, &[]).status);
    assert_eq!(sent.filter(|status| *status == 303).count(), 3);
    for _ in 0..10 {
        world.after_password(&person);
    }
    std::thread::sleep(std::time::Duration::from_secs(2));
    assert!(world.letters(&person.email, CODE).len() <= 12);
}

fn code_in_address(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    client.get(&format!("/login/code?method=email&code={code}"));
    assert!(!client.signed_in());
    assert_eq!(client.get("/login/code/send").status, 405);
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
