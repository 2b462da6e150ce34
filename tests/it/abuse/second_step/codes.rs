//! Codes and recovery codes: used twice, at once, guessed, of somebody else, of another way.

use super::{at_once, fail, is_in, let_in};
use crate::abuse::world::{CODE, World, code_at, wrong};

pub(super) fn mailed_twice(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    let mut copy = client.clone();
    assert!(is_in(&world.take(&mut client, "email", &code)));
    assert!(!is_in(&world.take(&mut copy, "email", &code)));
    let (mut later, _) = world.half_way(&person);
    assert_eq!(world.take(&mut later, "email", &code).status, 422);
}

pub(super) fn mailed_at_once(world: &World) {
    let (person, _) = world.with_mail();
    let (client, code) = world.half_way(&person);
    assert_eq!(let_in(&at_once(vec![client; 8], "email", &code)), 1);
}

pub(super) fn guesses_at_once(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    let answers = at_once(vec![client.clone(); 30], "email", &wrong(&code));
    let looked_at = answers.iter().filter(|answer| answer.status == 422);
    assert_eq!(looked_at.count(), 5, "the sixth is not looked at");
    assert!(!is_in(&world.take(&mut client, "email", &code)));
}

pub(super) fn guesses_over_attempts(world: &World) {
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

pub(super) fn guesses_over_codes(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    fail(world, &mut client, "email", &wrong(&code), 4);
    client.post("/login/code", "/login/code/send", &[]);
    let code = world.mailed(&person, 1);
    fail(world, &mut client, "email", &wrong(&code), 1);
    assert!(!is_in(&world.take(&mut client, "email", &code)));
}

pub(super) fn other_way_stays(world: &World) {
    let (person, mut open, _) = world.with_app();
    let codes = world.recovery_codes(&mut open);
    let mut attacker = world.after_password(&person);
    fail(world, &mut attacker, "app", "000000", 5);
    let mut attacker = world.after_password(&person);
    assert_eq!(world.take(&mut attacker, "app", "000000").status, 429);
    let mut owner = world.after_password(&person);
    assert!(is_in(&world.take(&mut owner, "recovery", &codes[0])));
}

pub(super) fn password_resets_nothing(world: &World) {
    let (person, _) = world.with_mail();
    for guesses in [3, 2] {
        let (mut client, code) = world.half_way(&person);
        fail(world, &mut client, "email", &wrong(&code), guesses);
    }
    let (mut client, code) = world.half_way(&person);
    assert_eq!(world.take(&mut client, "email", &code).status, 429);
}

pub(super) fn replaced_code(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, first) = world.half_way(&person);
    client.post("/login/code", "/login/code/send", &[]);
    let second = world.mailed(&person, 1);
    if first != second {
        assert_eq!(world.take(&mut client, "email", &first).status, 422);
    }
    assert!(is_in(&world.take(&mut client, "email", &second)));
}

pub(super) fn other_attempt(world: &World) {
    let (person, _) = world.with_mail();
    let (_, code) = world.half_way(&person);
    let (mut other, own) = world.half_way(&person);
    if own != code {
        assert_eq!(world.take(&mut other, "email", &code).status, 422);
    }
}

pub(super) fn other_person(world: &World) {
    let ((anna, _), (ewa, _)) = (world.with_mail(), world.with_mail());
    let (_, code) = world.half_way(&anna);
    let (mut client, own) = world.half_way(&ewa);
    if own != code {
        assert_eq!(world.take(&mut client, "email", &code).status, 422);
    }
}

pub(super) fn app_twice(world: &World) {
    let (person, _, totp) = world.with_app();
    let mut client = world.after_password(&person);
    let code = code_at(&totp, 0);
    assert!(is_in(&world.take(&mut client, "app", &code)));
    let mut again = world.after_password(&person);
    assert_eq!(world.take(&mut again, "app", &code).status, 422);
}

pub(super) fn app_older(world: &World) {
    let (person, _, totp) = world.with_app();
    let mut client = world.after_password(&person);
    assert!(is_in(&world.take(&mut client, "app", &code_at(&totp, 1))));
    let mut again = world.after_password(&person);
    assert_eq!(
        world.take(&mut again, "app", &code_at(&totp, 0)).status,
        422
    );
}

pub(super) fn app_at_once(world: &World) {
    let (person, _, totp) = world.with_app();
    let clients = (0..4).map(|_| world.after_password(&person)).collect();
    assert_eq!(let_in(&at_once(clients, "app", &code_at(&totp, 0))), 1);
}

pub(super) fn other_app(world: &World) {
    let ((_, _, totp), (ewa, _, _)) = (world.with_app(), world.with_app());
    let mut client = world.after_password(&ewa);
    assert_eq!(
        world.take(&mut client, "app", &code_at(&totp, 0)).status,
        422
    );
}

pub(super) fn mailed_as_other(world: &World) {
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

pub(super) fn app_as_mailed(world: &World) {
    let (person, _, totp) = world.with_app();
    let mut client = world.after_password(&person);
    for method in ["email", "recovery"] {
        assert_eq!(
            world.take(&mut client, method, &code_at(&totp, 0)).status,
            422
        );
    }
}

pub(super) fn way_not_there(world: &World) {
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

pub(super) fn no_code(world: &World) {
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

pub(super) fn recovery_twice(world: &World) {
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

pub(super) fn recovery_at_once(world: &World) {
    let (person, mut open, _) = world.with_app();
    let codes = world.recovery_codes(&mut open);
    let clients = (0..8).map(|_| world.after_password(&person)).collect();
    assert_eq!(let_in(&at_once(clients, "recovery", &codes[0])), 1);
}

pub(super) fn recovery_replaced(world: &World) {
    let (person, mut open, _) = world.with_app();
    let old = world.recovery_codes(&mut open);
    world.recovery_codes(&mut open);
    let mut client = world.after_password(&person);
    assert_eq!(world.take(&mut client, "recovery", &old[0]).status, 422);
}

pub(super) fn recovery_of_other(world: &World) {
    let ((_, mut annas, _), (ewa, mut ewas, _)) = (world.with_app(), world.with_app());
    let codes = world.recovery_codes(&mut annas);
    world.recovery_codes(&mut ewas);
    let mut client = world.after_password(&ewa);
    assert_eq!(world.take(&mut client, "recovery", &codes[0]).status, 422);
}

pub(super) fn codes_without_end(world: &World) {
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

pub(super) fn code_in_address(world: &World) {
    let (person, _) = world.with_mail();
    let (mut client, code) = world.half_way(&person);
    client.get(&format!("/login/code?method=email&code={code}"));
    assert!(!client.signed_in());
    assert_eq!(client.get("/login/code/send").status, 405);
}
