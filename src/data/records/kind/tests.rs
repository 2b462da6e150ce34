//! What is taken is given back, sorts as it should, and names what is wrong.

use super::*;
use crate::data::records::money::Money;

const PERCENT: Kind = Kind::Number {
    scale: 2,
    least: 0,
    most: 10_000,
};

fn reading() -> Reading {
    Reading {
        currency: Currency::parse("PLN").expect("a currency"),
    }
}

#[test]
fn numbers_keep_their_places() {
    assert_eq!(
        PERCENT.take_text("7,5 %", reading()),
        Ok(Some(Value::Number(750)))
    );
    assert_eq!(
        PERCENT.take_json(&json!(7.25)),
        Ok(Some(Value::Number(725)))
    );
    assert_eq!(PERCENT.give_json(&Value::Number(725)).to_string(), "7.25");
    assert_eq!(PERCENT.give_json(&Value::Number(700)).to_string(), "7");
    for wrong in ["7.125", "101", "-1", "1e3", "x", "."] {
        assert!(PERCENT.take_text(wrong, reading()).is_err(), "{wrong}");
    }
}

#[test]
fn sort_keys_order_negative_numbers_first() {
    let kind = Kind::Money;
    let key = |minor| {
        kind.sort_key(&Value::Money(
            Money::new(minor, reading().currency).expect("in range"),
        ))
    };
    assert!(key(-5) < key(0) && key(0) < key(3) && key(3) < key(1_000_000));
}

#[test]
fn a_list_names_the_value_that_is_wrong_and_drops_repetitions() {
    let taken = Kind::Emails
        .take_text("A@b.pl; a@B.pl\nc@d.pl", reading())
        .expect("valid");
    assert_eq!(
        taken,
        Some(Value::List(vec!["A@b.pl".to_owned(), "c@d.pl".to_owned()]))
    );
    let problem = Kind::Emails
        .take_text("a@b.pl, nie", reading())
        .expect_err("not an address");
    assert_eq!(problem.args, [("value", "nie".to_owned())]);
}

#[test]
fn days_are_read_in_both_writings() {
    assert_eq!(parse_day("24.11.2026"), parse_day("2026-11-24"));
    assert_eq!(parse_day("2026-13-01"), None);
    assert_eq!(parse_day("31.02.2026"), None);
}
