//! Passwords that one person sets for another and hands over.

use maud::Markup;

use crate::auth::{PasswordError, Passwords};
use crate::web::components::field::Field;
use crate::web::visit::Member;

/// Letters and digits that are hard to mistake for one another: 32 of them, 5 bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password to offer: 100 random bits in groups that can be read aloud.
pub(super) fn suggestion() -> String {
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).expect("the system has a random source");
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    letters
        .chunks(5)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-")
}

/// The field `password`, in the clear: whoever fills it in has to hand it over.
pub(super) fn password_field(member: &Member, value: &str, error: Option<&str>) -> Markup {
    field(member, value, error).required().text()
}

/// The same field where it may be left empty, for an invitation to be sent instead.
pub(super) fn password_or_invitation(member: &Member, value: &str, error: Option<&str>) -> Markup {
    let hint = member.text("users-invite-hint");
    field(member, value, error).hint(hint).text()
}

fn field<'a>(member: &Member, value: &str, error: Option<&'a str>) -> Field<'a> {
    Field::new("password", member.text("users-password"))
        .value(value.to_owned())
        .hint(member.text("users-password-hint"))
        .error(error)
        .autocomplete("off")
}

/// Whether a password may be given to somebody with these names.
pub(super) fn check(password: &str, personal: &[&str], least: usize) -> Result<(), PasswordError> {
    Passwords::check_new(password, personal, least)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_a_password_we_take() {
        let (one, other) = (suggestion(), suggestion());
        assert_ne!(one, other);
        assert_eq!(check(&one, &["Anna Kowal", "anna@kowal.test"], 15), Ok(()));
    }
}
