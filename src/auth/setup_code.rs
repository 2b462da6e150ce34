//! The code that makes whoever started the program its first owner.

use std::sync::Mutex;

use subtle::ConstantTimeEq;

/// Letters and digits that are hard to mistake for one another: 32 of them, 5 bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Characters of a code: 60 bits, and only a few guesses.
const LENGTH: usize = 12;
/// Wrong guesses after which a code is worth nothing until the next start.
const MOST_GUESSES: u32 = 50;

/// A code of one start of the program, kept in memory alone.
pub struct SetupCode {
    code: String,
    wrong: Mutex<u32>,
}

impl Default for SetupCode {
    fn default() -> Self {
        Self::random()
    }
}

impl SetupCode {
    /// A new code.
    pub fn random() -> Self {
        let mut bytes = [0; LENGTH];
        getrandom::fill(&mut bytes).expect("the system has a random source");
        let code = bytes
            .iter()
            .map(|byte| char::from(ALPHABET[usize::from(byte % 32)]))
            .collect();
        Self {
            code,
            wrong: Mutex::new(0),
        }
    }

    /// The code in groups of four, as it is printed.
    pub fn reveal(&self) -> String {
        let letters: Vec<char> = self.code.chars().collect();
        letters
            .chunks(4)
            .map(|group| group.iter().collect::<String>())
            .collect::<Vec<_>>()
            .join("-")
    }

    /// Whether a typed code is right, however it is grouped.
    pub fn fits(&self, typed: &str) -> bool {
        let typed: String = typed
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_lowercase();
        let mut wrong = self
            .wrong
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let right =
            *wrong < MOST_GUESSES && bool::from(typed.as_bytes().ct_eq(self.code.as_bytes()));
        if !right {
            *wrong = wrong.saturating_add(1);
        }
        right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_taken_in_any_grouping_until_it_was_guessed_at_too_often() {
        let code = SetupCode::random();
        assert!(
            code.fits(&code.reveal()) && code.fits(&code.reveal().replace('-', " ").to_uppercase())
        );
        for _ in 0..MOST_GUESSES {
            assert!(!code.fits("x"));
        }
        assert!(!code.fits(&code.reveal()));
    }
}
