//! What attackers try, a line each, against the real program over HTTP.

mod client;
mod firm_rules;
mod second_step;
mod text_messages;
mod world;

use world::World;

/// What is tried, and that it fails. Each case has people of its own.
type Case = (&'static str, fn(&World));

/// Runs all cases and names those that fail.
fn run(cases: &[Case]) {
    let world = World::new();
    let failed: Vec<&str> = cases
        .iter()
        .filter(|(name, case)| {
            let case = std::panic::AssertUnwindSafe(|| case(&world));
            let failed = std::panic::catch_unwind(case).is_err();
            if failed {
                eprintln!("FAILED: {name}");
            }
            failed
        })
        .map(|(name, _)| *name)
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    world.look_for_secrets();
}

#[test]
fn nothing_goes_around_the_rules_of_the_firm() {
    run(&firm_rules::CASES);
}

#[test]
fn nothing_goes_around_the_second_step() {
    run(&second_step::CASES);
}

#[test]
fn codes_to_phones_and_passkeys_are_no_way_around_either() {
    run(&text_messages::CASES);
}
