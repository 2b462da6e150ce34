//! A dry run says what the import then does, also of rows that repeat others far above them.

use rand::RngExt;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::command::ImportOptions;
use super::report::Report;
use super::test_firm::{options, with_firm};
use crate::data::Strategy;

/// More than one write of a dry run takes.
const ROWS: usize = 4_500;

fn counts(report: &Report) -> [u64; 4] {
    [
        report.created,
        report.updated,
        report.skipped,
        report.failed,
    ]
}

fn tax_id(number: usize) -> &'static str {
    ["5261040828", "7740001454", "5250001009", "6340125420", ""][number % 5]
}

/// Rows from small stores of names, addresses and towns, so that many are alike in some way and differ in another.
fn list(seed: u64) -> String {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let mut list = "Nazwa,NIP,E-mail,Telefon,Miasto\n".to_owned();
    for _ in 0..ROWS {
        let mut one_of = |most: usize| dice.random_range(0..most);
        let (name, email, phone) = (one_of(1_500), one_of(9_000), one_of(20_000));
        let tax_id = if one_of(100) == 0 {
            tax_id(one_of(5))
        } else {
            ""
        };
        let email = if email < 3_000 {
            format!("biuro{email}@x.example")
        } else {
            String::new()
        };
        let phone = if phone < 3_000 {
            format!("60120{phone:04}")
        } else {
            String::new()
        };
        let town = ["Łódź", "Opole", ""][one_of(3)];
        list += &format!("Firma {name},{tax_id},{email},{phone},{town}\n");
    }
    list
}

#[test]
fn what_a_dry_run_says_is_what_the_import_does() {
    let wishes: [fn(&mut ImportOptions); 5] = [
        |_| {},
        |options| options.match_by = vec!["emails".to_owned()],
        |options| options.match_by = vec!["name".to_owned(), "address.city".to_owned()],
        |options| options.match_by = vec!["tax_id".to_owned(), "phones".to_owned()],
        |options| options.strategy = Strategy::Create,
    ];
    for (seed, wish) in wishes.into_iter().enumerate() {
        with_firm(move |firm| {
            let list = list(seed as u64);
            let with = |dry_run| {
                let mut options = options();
                wish(&mut options);
                options.dry_run = dry_run;
                options
            };
            let said = counts(&firm.import_text(with(true), &list));
            let done = counts(&firm.import_text(with(false), &list));
            assert_eq!(said, done, "wish {seed}");
            let again = seed != 4;
            assert_eq!(done[2] > 50, again, "{done:?}");
        });
    }
}
