//! Certificates by ACME (RFC 8555): an account, an order with its proofs, the certificate, and when to come back.

mod account;
mod http;
mod order;
pub(super) mod pace;

use std::time::Duration;

use instant_acme::Error;

use super::fault::Fault;
use super::pair::plain;
use super::served::Tls;

use account::account;
pub(super) use order::{order, window};

/// Why there is no certificate, in the authority's own words where it has said any.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// It did not answer.
    #[error("{0}")]
    Unreachable(String),
    /// It answered no.
    #[error("{0}")]
    Refused(String),
    /// It asks to wait.
    #[error("{words}")]
    Limited {
        /// What it says.
        words: String,
        /// How long it asks to wait.
        wait: Duration,
    },
    /// What it gave cannot be used.
    #[error("{0}")]
    Unusable(#[from] Fault),
    /// The disk did not take it.
    #[error("cannot keep it: {0}")]
    Disk(String),
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(error.to_string())
    }
}

/// How a change of the account's key went.
pub(crate) enum KeyChange {
    Done,
    /// An order is under way with the key there is.
    Busy,
    Failed(String),
}

impl Tls {
    /// Gives the account at the authority another key.
    pub(crate) async fn change_account_key(&self) -> KeyChange {
        let Ok(_alone) = self.ordering().try_lock() else {
            return KeyChange::Busy;
        };
        match account::change_key(self).await {
            Ok(()) => {
                self.note(super::Happened::KeyChanged, "").await;
                KeyChange::Done
            }
            Err(trouble) => KeyChange::Failed(trouble.to_string()),
        }
    }

    /// Runs a whole order at the staging authority and keeps nothing of it but what happened.
    pub(crate) async fn test_order(&self) -> Result<(), String> {
        let plan = self.plan();
        let _alone = self.ordering().lock().await;
        let tested = order(self, &plan, &plan.acme.staging, None).await;
        match tested {
            Ok(issued) => {
                let words = issued.pair.facts.names.join(", ");
                self.note(super::Happened::TestPassed, words).await;
                Ok(())
            }
            Err(trouble) => {
                let words = trouble.to_string();
                self.note(super::Happened::TestFailed, words.clone()).await;
                Err(words)
            }
        }
    }
}

/// How often a step is tried whose nonce the authority does not take, beyond what the library does by itself.
const NONCES: u32 = 12;

/// Does a step again for as long as the authority rejects its nonce, which is no answer to it (RFC 8555, section 6.5).
macro_rules! again {
    ($step:expr) => {{
        let mut left = crate::tls::acme::NONCES;
        loop {
            match $step.await {
                Err(error) if left > 0 && crate::tls::acme::is_bad_nonce(&error) => left -= 1,
                done => break done,
            }
        }
    }};
}
use again;

fn is_kind(error: &Error, kind: &str) -> bool {
    matches!(error, Error::Api(problem)
        if problem.r#type.as_deref().and_then(|full| full.strip_prefix("urn:ietf:params:acme:error:")) == Some(kind))
}

fn is_bad_nonce(error: &Error) -> bool {
    is_kind(error, "badNonce")
}

/// Sorts an error of the library. `wait` is what the last answer asked for in `Retry-After`.
fn trouble(error: Error, wait: Option<Duration>) -> Trouble {
    let limited = is_kind(&error, "rateLimited");
    match error {
        Error::Api(problem) => {
            let words = said(&problem);
            match (limited, wait) {
                (true, wait) => Trouble::Limited {
                    words,
                    wait: wait.unwrap_or(pace::UNTOLD_WAIT),
                },
                (false, Some(wait)) => Trouble::Limited { words, wait },
                (false, None) => Trouble::Refused(words),
            }
        }
        Error::Timeout(_) => Trouble::Unreachable("the order takes too long".to_owned()),
        other => {
            let words = plain(&causes(&other));
            match wait {
                Some(wait) => Trouble::Limited { words, wait },
                None => Trouble::Unreachable(words),
            }
        }
    }
}

/// The authority's own words.
fn said(problem: &instant_acme::Problem) -> String {
    let mut words = problem.detail.clone().unwrap_or_default();
    for part in &problem.subproblems {
        words = format!("{words} {part}");
    }
    if words.trim().is_empty() {
        words = problem.r#type.clone().unwrap_or_default();
    }
    plain(&words)
}

/// An error with what lies under it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut words = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_words = cause.to_string();
        if words.last() != Some(&cause_words) {
            words.push(cause_words);
        }
        next = cause.source();
    }
    words.join(": ")
}
