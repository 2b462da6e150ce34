//! Why something was not done, as one line for the terminal.

use crate::cli::failure::Failure;
use crate::data::{AccessError, Problem, StoreError};
use crate::i18n::{self, Arg, Lang};

/// The English text of a key of the locale files; the key itself where there is none.
pub(super) fn text(key: &str, args: &[(&str, Arg<'_>)]) -> String {
    if i18n::has_text(Lang::En, key) {
        i18n::text_with(Lang::En, key, args)
    } else {
        key.to_owned()
    }
}

/// The English text of a reason.
fn message(problem: &Problem) -> String {
    let args: Vec<(&str, Arg<'_>)> = problem
        .args
        .iter()
        .map(|(name, value)| {
            let arg = value
                .parse::<i64>()
                .map_or_else(|_| Arg::from(value.as_str()), Arg::from);
            (*name, arg)
        })
        .collect();
    text(problem.key, &args)
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let line = error.to_string();
        match error {
            StoreError::Damaged(_) | StoreError::Corrupt(_) | StoreError::NoSecretKey(_) => {
                Self::Damaged(line)
            }
            StoreError::InUse => Self::InUse(line),
            _ => Self::Failed(line),
        }
    }
}

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        let line = match error {
            AccessError::Store(error) => return error.into(),
            AccessError::Invalid(errors) => {
                let errors: Vec<String> = errors
                    .iter()
                    .map(|error| format!("{}: {}", error.field, message(&error.problem)))
                    .collect();
                errors.join("; ")
            }
            AccessError::Conflict(problem) => message(&problem),
            AccessError::Forbidden(permission) => format!(
                "the role does not allow this: it lacks the permission {}",
                permission.name()
            ),
            AccessError::SignedOut => "this account is disabled".to_owned(),
            AccessError::NotFound => "there is no such thing".to_owned(),
            AccessError::Changed
            | AccessError::Barred(_)
            | AccessError::DailyLimit { .. }
            | AccessError::DryRun(_) => error.to_string(),
        };
        Self::Failed(line)
    }
}
