//! Around what the firm asks of second steps.

use super::Case;
use super::client::{Answer, Client};
use super::second_step::{fail, is_in};
use super::world::{STRICT, World, code_at};
use crate::browser_without_script::PASSWORD;
use crate::firm;

pub(super) const CASES: [Case; 9] = [
    ("a rule that would shut its author out", author_first),
    ("a rule changed in an open session", rule_without_password),
    (
        "a rule changed by somebody without the right",
        rule_without_right,
    ),
    ("working before a required step is set up", set_up_first),
    ("a session from before the role required it", role_before),
    (
        "a trusted device in the hands of another person",
        device_of_other,
    ),
    (
        "a trusted device after the password was changed",
        device_after_password,
    ),
    (
        "a trusted device after the firm stopped trusting",
        device_after_rule,
    ),
    ("codes by mail where the firm forbids them", mail_forbidden),
];

const RULES: &str = "/settings/security/two-step";

/// The owner, signed in and with an app.
fn owner(world: &World) -> Client {
    world.command(&["user", "reset-second-factor", firm::OWNER]);
    let mut owner = world.client();
    world.give_password(&mut owner, firm::OWNER, PASSWORD);
    world.enrol(&mut owner);
    owner
}

fn rule(owner: &mut Client, fields: &[(&str, &str)]) -> Answer {
    let usual = [("current_password", PASSWORD)];
    let given = |name| fields.iter().any(|(field, _)| *field == name);
    let mut all = fields.to_vec();
    all.extend(usual.into_iter().filter(|(name, _)| !given(*name)));
    if !given("trust_days") {
        all.push(("trust_days", "0"));
    }
    owner.post(RULES, RULES, &all)
}

fn author_first(world: &World) {
    let mut owner = world.client();
    world.give_password(&mut owner, firm::OWNER, PASSWORD);
    let fields = [("required", "true"), ("required_from", "2020-01-01")];
    assert_eq!(rule(&mut owner, &fields).status, 422);
    assert!(world.after_password(&world.person()).signed_in());
}

fn rule_without_password(world: &World) {
    let mut owner = owner(world);
    for password in ["", "Zly-Traktor-4821-pod-lasem"] {
        let fields = [("trust_days", "30"), ("current_password", password)];
        assert_eq!(rule(&mut owner, &fields).status, 422);
    }
    assert!(
        owner
            .get(RULES)
            .text
            .contains("name=\"trust_days\" value=\"0\"")
    );
}

fn rule_without_right(world: &World) {
    let mut person = world.after_password(&world.person());
    assert_eq!(person.get(RULES).status, 403);
    let csrf = person.get("/profile").csrf();
    let fields = [("trust_days", "30"), ("current_password", PASSWORD)];
    assert_eq!(person.send(RULES, &csrf, &fields).status, 403);
}

fn set_up_first(world: &World) {
    let person = world.person();
    world.command(&["user", "set-role", &person.email, STRICT]);
    let token = world.command(&["token", "add", "--user", &person.email, "--name", "t"]);
    let mut client = world.after_password(&person);
    for path in [
        "/",
        "/clients",
        "/profile",
        "/profile/password",
        "/settings",
        "/profile/tokens/x/revoke",
    ] {
        let answer = client.get(path);
        assert_eq!(
            (answer.status, answer.location.as_str()),
            (303, "/profile/two-step"),
            "{path}"
        );
    }
    let page = client.get("/profile/two-step");
    assert!(page.status == 200 && !page.text.contains("href=\"/clients\""));
    let answer = client.send("/profile/tokens", &page.csrf(), &[("name", "x")]);
    assert_eq!(answer.location, "/profile/two-step");
    world.enrol(&mut client);
    assert!(client.signed_in());
    // A token of a command was made by whoever controls the machine.
    assert_eq!(client.api(&token, "GET", "/me", ""), 200);
}

fn role_before(world: &World) {
    let (person, mut open) = world.confirmed();
    let token = world.command(&["token", "add", "--user", &person.email, "--name", "t"]);
    assert!(open.signed_in());
    world.command(&["user", "set-role", &person.email, STRICT]);
    assert!(!open.signed_in());
    assert_eq!(open.api(&token, "GET", "/me", ""), 401);
}

/// Somebody with an app, and a browser of theirs that is trusted.
fn trusted(world: &World) -> (String, Client) {
    assert_eq!(rule(&mut owner(world), &[("trust_days", "7")]).status, 303);
    let (person, _, totp) = world.with_app();
    let mut client = world.after_password(&person);
    let csrf = client.get("/login/code").csrf();
    let code = code_at(&totp, 0);
    let fields = [
        ("method", "app"),
        ("code", code.as_str()),
        ("trust", "true"),
    ];
    let answer = client.send("/login/code", &csrf, &fields);
    assert!(is_in(&answer) && answer.given.contains(&"device".to_owned()));
    client.cookies.remove("session");
    world.give_password(&mut client, &person.email, PASSWORD);
    assert!(client.signed_in(), "the device is trusted");
    (person.email, client)
}

fn device_of_other(world: &World) {
    let (_, client) = trusted(world);
    let (ewa, _, _) = world.with_app();
    let mut theirs = world.client();
    theirs
        .cookies
        .insert("device".to_owned(), client.cookies["device"].clone());
    world.give_password(&mut theirs, &ewa.email, PASSWORD);
    assert!(!theirs.signed_in());
}

fn device_after_password(world: &World) {
    let (email, mut client) = trusted(world);
    let new = "Srebrny-Czajnik-7730-nad-rzeka";
    let fields = [
        ("current_password", PASSWORD),
        ("password", new),
        ("password_again", new),
    ];
    assert_eq!(
        client
            .post("/profile/password", "/profile/password", &fields)
            .status,
        303
    );
    client.cookies.remove("session");
    world.give_password(&mut client, &email, new);
    assert!(!client.signed_in());
}

fn device_after_rule(world: &World) {
    let (email, mut client) = trusted(world);
    assert_eq!(rule(&mut owner(world), &[("trust_days", "0")]).status, 303);
    client.cookies.remove("session");
    world.give_password(&mut client, &email, PASSWORD);
    assert!(!client.signed_in());
}

fn mail_forbidden(world: &World) {
    let (with_app, ..) = world.with_app();
    let (with_mail, _) = world.with_mail();
    assert_eq!(rule(&mut owner(world), &[("no_email", "true")]).status, 303);
    let mut client = world.after_password(&with_app);
    assert!(!client.get("/login/code").text.contains("method=email"));
    fail(world, &mut client, "email", "000000", 1);
    // Who has nothing else is still asked for a code, and then led to set up a way that is allowed.
    let (mut client, code) = world.half_way(&with_mail);
    assert!(!client.signed_in());
    assert!(is_in(&world.take(&mut client, "email", &code)));
    assert_eq!(client.get("/clients").location, "/profile/two-step");
    assert_eq!(rule(&mut owner(world), &[]).status, 303);
}
