//! Around codes to phones, and passkeys.

use super::Case;
use super::client::Client;
use super::second_step::is_in;
use super::world::{Person, World, wrong};

pub(super) const CASES: [Case; 11] = [
    ("a code to the phone used twice", texted_twice),
    ("a code to the phone of another sign-in", other_attempt),
    (
        "a code to the phone given as a mailed one",
        texted_as_mailed,
    ),
    (
        "a code to the phone given where a later one went out",
        replaced,
    ),
    ("messages without end", without_end),
    ("a number that was not confirmed", not_confirmed),
    ("guessing at the code of a number", guesses_at_number),
    ("a number in full on the second page", number_in_full),
    ("a passkey that the person does not have", passkey_not_there),
    ("a passkey nobody asked for", passkey_not_asked),
    ("a number of digits that is no number", no_number),
];

const PLACE: &str = "/profile/two-step/phone";

/// Somebody who signs in with codes to their phone, and it.
fn with_phone(world: &World) -> (Person, String, Client) {
    let person = world.person();
    let mut client = world.after_password(&person);
    let phone = world.new_phone();
    let answer = client.post(PLACE, PLACE, &[("phone", &phone)]);
    assert_eq!(answer.status, 303, "{}", answer.text);
    let code = world.texted(&phone, 0);
    let answer = client.post(PLACE, "/profile/two-step/phone/confirm", &[("code", &code)]);
    assert_eq!(answer.status, 303, "{}", answer.text);
    (person, phone, client)
}

fn half_way(world: &World, person: &Person, phone: &str) -> (Client, String) {
    let before = world.texts(phone).len();
    let client = world.after_password(person);
    (client, world.texted(phone, before))
}

fn texted_twice(world: &World) {
    let (person, phone, _) = with_phone(world);
    let (mut client, code) = half_way(world, &person, &phone);
    let mut copy = client.clone();
    assert!(is_in(&world.take(&mut client, "sms", &code)));
    assert!(!is_in(&world.take(&mut copy, "sms", &code)));
    let (mut next, _) = half_way(world, &person, &phone);
    assert!(!is_in(&world.take(&mut next, "sms", &code)));
}

fn other_attempt(world: &World) {
    let (person, phone, _) = with_phone(world);
    let (mut one, first) = half_way(world, &person, &phone);
    let (mut two, second) = half_way(world, &person, &phone);
    assert_ne!(first, second);
    assert!(!is_in(&world.take(&mut one, "sms", &second)));
    assert!(!is_in(&world.take(&mut two, "sms", &first)));
    assert!(is_in(&world.take(&mut two, "sms", &second)));
}

fn texted_as_mailed(world: &World) {
    let (person, phone, _) = with_phone(world);
    let (mut client, code) = half_way(world, &person, &phone);
    for method in ["email", "app", "recovery", "passkey"] {
        assert!(!is_in(&world.take(&mut client, method, &code)), "{method}");
    }
}

fn replaced(world: &World) {
    let (person, phone, _) = with_phone(world);
    let (mut client, first) = half_way(world, &person, &phone);
    let before = world.texts(&phone).len();
    let fields = [("method", "sms")];
    assert_eq!(
        client
            .post("/login/code", "/login/code/send", &fields)
            .status,
        303
    );
    let second = world.texted(&phone, before);
    assert!(!is_in(&world.take(&mut client, "sms", &first)));
    assert!(is_in(&world.take(&mut client, "sms", &second)));
}

fn without_end(world: &World) {
    let (person, phone, _) = with_phone(world);
    let fields = [("method", "sms")];
    for _ in 0..4 {
        let mut client = world.after_password(&person);
        for _ in 0..6 {
            client.post("/login/code?method=sms", "/login/code/send", &fields);
        }
    }
    assert!(
        world.texts(&phone).len() <= 10,
        "{}",
        world.texts(&phone).len()
    );
}

fn not_confirmed(world: &World) {
    let (person, mut client) = world.with_mail();
    let phone = world.new_phone();
    assert_eq!(client.post(PLACE, PLACE, &[("phone", &phone)]).status, 303);
    let code = world.texted(&phone, 0);
    let (mut half, _) = world.half_way(&person);
    let page = half.get("/login/code?method=sms");
    assert!(!page.text.contains("text message"), "{}", page.text);
    half.post("/login/code", "/login/code/send", &[("method", "sms")]);
    assert_eq!(world.texts(&phone).len(), 1);
    assert!(!is_in(&world.take(&mut half, "sms", &code)));
}

fn guesses_at_number(world: &World) {
    let person = world.person();
    let mut client = world.after_password(&person);
    let phone = world.new_phone();
    assert_eq!(client.post(PLACE, PLACE, &[("phone", &phone)]).status, 303);
    let code = world.texted(&phone, 0);
    let confirm = "/profile/two-step/phone/confirm";
    for _ in 0..5 {
        let answer = client.post(PLACE, confirm, &[("code", &wrong(&code))]);
        assert_eq!(answer.status, 422);
    }
    let answer = client.post(PLACE, confirm, &[("code", &code)]);
    assert_eq!(answer.status, 422, "the code outlived five guesses");
}

fn number_in_full(world: &World) {
    let (person, phone, mut own) = with_phone(world);
    let (mut client, _) = half_way(world, &person, &phone);
    let digits = &phone[3..];
    for page in [client.get("/login/code?method=sms"), own.get(PLACE)] {
        let bare: String = page.text.chars().filter(char::is_ascii_digit).collect();
        assert!(!bare.contains(digits) && page.text.contains(&format!("••• ••• {}", &phone[9..])));
    }
}

fn passkey_not_there(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, _) = world.half_way(&person);
    let page = client.get("/login/code");
    let fields = [("method", "passkey"), ("answer", "{}")];
    let answer = client.send("/login/code", &page.csrf(), &fields);
    assert_eq!(answer.status, 422);
}

fn passkey_not_asked(world: &World) {
    let person = world.person();
    let mut client = world.after_password(&person);
    let csrf = client.get("/profile/two-step").csrf();
    let answer = r#"{"attestationObject":"AA","clientDataJSON":"AA","clientExtensionResults":{},"transports":[],"type":"public-key"}"#;
    let fields = [("name", "Key"), ("answer", answer)];
    let place = "/profile/two-step/passkeys";
    for _ in 0..2 {
        assert_eq!(client.send(place, &csrf, &fields).status, 422);
        // With a question the answer is still none.
        client.get(place);
    }
    assert!(client.get("/").status == 200);
}

fn no_number(world: &World) {
    let person = world.person();
    let mut client = world.after_password(&person);
    for number in [
        "",
        "12",
        "+48 601",
        "601102203; DROP",
        "+48601102203\r\nX: y{text}",
    ] {
        let answer = client.post(PLACE, PLACE, &[("phone", number)]);
        assert_eq!(answer.status, 422, "{number}");
    }
}
