//! Tax ids, accounts and phone numbers of the demo data: valid by their check digits, in the writings people use.

use crate::data::records::bank::polish_check_digits;
use crate::data::records::tax_id::nip_check_digit;

use super::dice::Dice;
use super::words::Town;

/// Eight-digit numbers from here on, so many of them.
const STEM_START: u64 = 10_100_000;
const STEM_COUNT: u64 = 89_800_000;
/// Shares no factor with [`STEM_COUNT`], so the steps meet every stem once.
const STEM_STRIDE: u64 = 55_499_923;

/// The digits that make the tax id of record `index` its own: eight, of which no other record has the same.
pub(super) fn stem(index: usize, offset: u64) -> String {
    (STEM_START + (offset % STEM_COUNT + index as u64 % STEM_COUNT * STEM_STRIDE) % STEM_COUNT)
        .to_string()
}

/// A valid NIP that begins with the stem.
pub(super) fn nip(stem: &str, dice: &mut Dice) -> String {
    let mut nine = [b'0'; 9];
    for (place, digit) in nine.iter_mut().zip(stem.bytes()) {
        *place = digit;
    }
    let ninth = dice.below(10) as u8;
    let mut check = None;
    // Of ten ninth digits one at most has no check digit, so this ends at the second at the latest.
    for step in 0..10 {
        nine[8] = b'0' + (ninth + step) % 10;
        check = nip_check_digit(&nine);
        if check.is_some() {
            break;
        }
    }
    nine.iter().copied().chain(check).map(char::from).collect()
}

/// A tax id of a firm abroad, in the pattern of its country.
pub(super) fn foreign_tax_id(country: &str, stem: &str, dice: &mut Dice) -> String {
    let more = match country {
        "AT" => return format!("ATU{stem}"),
        "CZ" => 0,
        "SK" => 2,
        _ => 1,
    };
    format!("{country}{stem}{}", dice.digits(more))
}

/// A Polish account number with the leading digits of a large bank.
pub(super) fn account(dice: &mut Dice) -> String {
    let bank = dice.pick(&[
        "1020", "1030", "1050", "1090", "1140", "1160", "1240", "1600", "1870", "1930", "2030",
        "2490",
    ]);
    let rest: [u8; 20] = dice.bytes();
    let mut account = [b'0'; 24];
    for (place, digit) in account
        .iter_mut()
        .zip(bank.bytes().chain(rest.iter().map(|byte| b'0' + byte % 10)))
    {
        *place = digit;
    }
    let check = polish_check_digits(&account);
    b"PL"
        .iter()
        .chain(&check)
        .chain(&account)
        .copied()
        .map(char::from)
        .collect()
}

pub(super) fn mobile(dice: &mut Dice) -> String {
    let head = dice.pick(&[
        "50", "51", "53", "57", "60", "66", "69", "72", "73", "78", "79", "88",
    ]);
    let digits = dice.digits(7);
    let (a, b, c) = (&digits[..1], &digits[1..4], &digits[4..]);
    match dice.below(20) {
        0..9 => format!("{head}{a} {b} {c}"),
        9..12 => format!("{head}{a}-{b}-{c}"),
        12..16 => format!("+48 {head}{a} {b} {c}"),
        16..18 => format!("{head}{a}{b}{c}"),
        18 => format!("tel. {head}{a} {b} {c}"),
        _ => format!("0048 {head}{a} {b} {c}"),
    }
}

pub(super) fn landline(town: Town, dice: &mut Dice) -> String {
    let area = town.area;
    let first = dice.between(2, 8);
    let digits = dice.digits(6);
    let (a, b, c) = (&digits[..2], &digits[2..4], &digits[4..]);
    match dice.below(20) {
        0..8 => format!("{area} {first}{a} {b} {c}"),
        8..12 => format!("({area}) {first}{a}-{b}-{c}"),
        12..15 => format!("+48 {area} {first}{a} {b} {c}"),
        15..17 => format!("{area}/{first}{a} {b} {c}"),
        17..19 => format!("{area} {first}{a} {b} {c} wew. {}", dice.between(10, 45)),
        _ => format!("{area}{first}{a}{b}{c}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::records::{bank::Iban, phone::Phone, tax_id::TaxId};

    #[test]
    fn numbers_are_valid() {
        let mut dice = Dice::new(1);
        let area = "22";
        let town = Town {
            name: "Warszawa",
            locative: "Warszawie",
            postal: "00-",
            area,
        };
        for index in 0..3000 {
            let stem = stem(index, 77);
            assert_eq!(stem.len(), 8);
            let nip = nip(&stem, &mut dice);
            assert_eq!(TaxId::parse(&nip).expect("valid").as_str(), nip);
            for country in ["DE", "CZ", "SK", "AT", "LT"] {
                let id = foreign_tax_id(country, &stem, &mut dice);
                assert_eq!(TaxId::parse(&id).expect("valid").as_str(), id);
            }
            let account = account(&mut dice);
            assert_eq!(Iban::parse(&account).expect("valid").as_str(), account);
            assert!(
                Phone::parse(&mobile(&mut dice))
                    .expect("valid")
                    .e164
                    .starts_with("+48")
            );
            assert!(
                Phone::parse(&landline(town, &mut dice))
                    .expect("valid")
                    .e164
                    .starts_with("+4822")
            );
        }
    }

    #[test]
    fn stems_never_repeat() {
        let gcd = |mut a: u64, mut b: u64| {
            while b > 0 {
                (a, b) = (b, a % b);
            }
            a
        };
        assert_eq!(gcd(STEM_COUNT, STEM_STRIDE), 1);
        assert_eq!(STEM_START + STEM_COUNT, 99_900_000);
    }
}
