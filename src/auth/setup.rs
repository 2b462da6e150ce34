//! The code that proves, before there is an owner, that whoever fills in the first page started the program.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Letters and digits that are hard to mistake for one another: five bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Random letters in groups that can be typed: `k3fp-9abc`. Each letter carries five bits.
pub(crate) fn typeable(letters: usize, group: usize) -> String {
    let mut bytes = vec![0; letters];
    getrandom::fill(&mut bytes).expect("the system has a random source");
    let letters: Vec<char> = bytes
        .iter()
        .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
        .collect();
    let groups: Vec<String> = letters
        .chunks(group)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

/// The setup code of this start of the server: 80 random bits, kept in memory alone.
pub struct SetupCode(String);

impl SetupCode {
    /// A new one.
    pub fn random() -> Self {
        Self(typeable(16, 4))
    }

    /// The text to show to whoever started the server.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Whether this is the code, in any case and with or without the dashes. Takes the same time for every wrong one.
    pub fn is(&self, typed: &str) -> bool {
        let digest = |text: &str| {
            let letters: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            Sha256::digest(letters.to_ascii_lowercase().as_bytes())
        };
        digest(&self.0)
            .as_slice()
            .ct_eq(digest(typed).as_slice())
            .into()
    }
}

impl std::fmt::Debug for SetupCode {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SetupCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_in_any_writing_and_no_other_is() {
        let code = SetupCode::random();
        assert_eq!(code.reveal().len(), 19);
        assert!(code.is(code.reveal()));
        assert!(code.is(&format!(" {} ", code.reveal().to_uppercase().replace('-', ""))));
        assert!(!code.is("") && !code.is(SetupCode::random().reveal()));
        assert!(!code.is(&code.reveal()[1..]));
        assert!(!format!("{code:?}").contains(code.reveal()));
    }
}
