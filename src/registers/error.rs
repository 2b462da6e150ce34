//! Why a register gave no answer, in words for whoever asked.

use crate::data::{Message, Problem};

/// Words of a register that are passed on; the rest is cut.
const MOST_WORDS: usize = 300;

/// Why a question has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RegisterError {
    #[error("the register is switched off")]
    Off,
    #[error("no register knows numbers of this country")]
    NoRegister,
    #[error("the register cannot be reached")]
    Unreachable,
    #[error("the register did not answer in time")]
    Timeout,
    #[error("the register does not know the number")]
    NotFound,
    /// With the register's own words.
    #[error("the register takes no more questions")]
    Limit(String),
    /// With the register's own words.
    #[error("the register refused the question")]
    Refused(String),
    #[error("the register is out of order")]
    OutOfOrder,
    #[error("the answer of the register cannot be understood")]
    Strange,
}

impl RegisterError {
    /// A refusal with the register's own words, cut to what a page can show.
    pub(super) fn refused(words: &str) -> Self {
        Self::Refused(shortened(words))
    }

    /// The end of what may be asked, with the register's own words.
    pub(super) fn limit(words: &str) -> Self {
        Self::Limit(shortened(words))
    }

    /// Whether another number may well have an answer.
    pub(crate) fn is_of_the_number(&self) -> bool {
        matches!(
            self,
            Self::NotFound | Self::Refused(_) | Self::NoRegister | Self::Off
        )
    }

    /// As it is shown beside the field of the number.
    pub(crate) fn problem(&self) -> Problem {
        let plain = Problem::new(match self {
            Self::Off => "error-register-off",
            Self::NoRegister => "error-register-none",
            Self::Unreachable => "error-register-unreachable",
            Self::Timeout => "error-register-timeout",
            Self::NotFound => "error-register-not-found",
            Self::Limit(_) => "error-register-limit",
            Self::Refused(_) => "error-register-refused",
            Self::OutOfOrder => "error-register-out-of-order",
            Self::Strange => "error-register-strange",
        });
        match self {
            Self::Limit(words) | Self::Refused(words) => plain.with("words", words),
            _ => plain,
        }
    }
}

impl From<&RegisterError> for Message {
    fn from(error: &RegisterError) -> Self {
        Self::from(&error.problem())
    }
}

/// `missing` where there are none, which the texts know.
fn shortened(words: &str) -> String {
    let plain = words.chars().filter(|c| !c.is_control());
    let short = plain.take(MOST_WORDS).collect::<String>();
    match short.trim() {
        "" => "missing".to_owned(),
        words => words.to_owned(),
    }
}
