//! How hard a password is to guess, as zxcvbn reckons it (Wheeler, USENIX Security 2016), and whether it is one of those
//! that attackers try first.
//!
//! Lists: the 30,000 passwords used most among ten million that leaked (Burnett; within the crate zxcvbn, beside English
//! words and names), and some 200 words and names that stand in leaked Polish passwords (`common_pl.txt`, ours).

use zxcvbn::matching::patterns::MatchPattern;
use zxcvbn::{Score, zxcvbn};

use crate::data::records::fold;

const POLISH: &str = include_str!("common_pl.txt");
/// Characters looked at: the rest only makes it stronger.
const LOOKED_AT: usize = 100;

/// How hard a password is to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// One that is tried first, or that one thing over and over.
    Common,
    /// Fewer than 10⁸ guesses.
    Weak,
    /// Fewer than 10¹⁰.
    Good,
    /// More.
    Strong,
}

impl Strength {
    /// Of a password of somebody with these names.
    pub fn of(password: &str, personal: &[&str]) -> Self {
        let looked_at: String = password.chars().take(LOOKED_AT).collect();
        let own: Vec<String> = personal.iter().flat_map(|text| fold::words(text)).collect();
        let mut known: Vec<&str> = own.iter().map(String::as_str).collect();
        known.extend(POLISH.lines());
        let guessed = zxcvbn(&looked_at, &known);
        match guessed.score() {
            _ if is_whole_word(guessed.sequence()) => Self::Common,
            Score::Zero | Score::One | Score::Two => Self::Weak,
            Score::Three => Self::Good,
            _ => Self::Strong,
        }
    }

    /// The word in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Common => "common",
            Self::Weak => "weak",
            Self::Good => "good",
            Self::Strong => "strong",
        }
    }
}

/// Whether all of it is one word of the lists, or one word over and over.
fn is_whole_word(sequence: &[zxcvbn::Match]) -> bool {
    let [only] = sequence else { return false };
    match &only.pattern {
        MatchPattern::Dictionary(_) => true,
        MatchPattern::Repeat(repeat) => is_whole_word(&repeat.base_matches),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_common_or_weak() {
        for common in [
            "password",
            "passwordpassword",
            "P@ssword",
            "misiek",
            "hasłohasłohasło",
        ] {
            assert_eq!(Strength::of(common, &[]), Strength::Common, "{common}");
        }
        for weak in [
            "aaaaaaaaaaaaaaaaaaaa",
            "qwertyuiopasdfghjkl",
            "123456789012345",
            "misiek123",
            "Kowalska1985",
        ] {
            assert!(
                Strength::of(weak, &["Anna Kowalska"]) <= Strength::Weak,
                "{weak}"
            );
        }
        for strong in [
            "Zielony-Traktor-4821-pod-lasem",
            "żółw 🐢 idzie przez niebieski most",
            "a long demo password",
            "7hq2m-k9xcd-p4wnz-t6rbv",
        ] {
            assert!(
                Strength::of(strong, &["Anna Kowalska"]) > Strength::Weak,
                "{strong}"
            );
        }
    }

    #[test]
    fn the_longest_password_is_looked_at_in_no_time() {
        let started = std::time::Instant::now();
        let _ = Strength::of(&"aB3$ ".repeat(51), &["Anna Kowalska"]);
        assert!(started.elapsed() < std::time::Duration::from_secs(5));
    }
}
