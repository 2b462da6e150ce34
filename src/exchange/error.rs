//! Why an import or export did not happen, in one line for a person.

use super::sheet::{ErrorArg, SheetError};
use crate::data::{AccessError, Message, Permission, Problem, StoreError};
use crate::i18n::{Arg, Lang, has_text, text, text_with};

/// Why a file was not taken in, or not made. Nothing has changed then, unless [`ExchangeError::Stopped`] says so.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExchangeError {
    /// The file is no sheet that can be read, or cannot be written.
    #[error(transparent)]
    Sheet(#[from] SheetError),
    /// The guard refused, or the store failed.
    #[error("{}", access_text(Lang::En, .0))]
    Access(#[from] AccessError),
    /// No column holds the one thing every record needs.
    #[error(
        "No column of the file holds the field \"{0}\". Check that the first row holds the headings, or say which column it is."
    )]
    NoTitle(String),
    /// A column was named that the file does not have.
    #[error("The file has no column \"{0}\".")]
    UnknownColumn(String),
    /// A field was named that is not there, or cannot be set.
    #[error("There is no field \"{0}\" that could be used here.")]
    UnknownField(String),
    /// There are headings, and nothing below them.
    #[error("The sheet has headings but no rows below them.")]
    OnlyHeadings,
    /// What all rows should get cannot be taken.
    #[error("The value for all rows of the field \"{field}\" cannot be taken: {message}")]
    ValueForAll {
        /// The field's name.
        field: String,
        /// What is wrong, in the language of the import.
        message: String,
    },
    /// Whoever started it ended it.
    #[error("Ended before it was done.")]
    Cancelled,
    /// Some rows were brought in before this.
    #[error("Stopped after {rows} rows, which were brought in: {}", access_text(Lang::En, .cause))]
    Stopped {
        /// Rows that are done.
        rows: u64,
        /// What stopped it.
        cause: AccessError,
    },
}

impl From<StoreError> for ExchangeError {
    fn from(error: StoreError) -> Self {
        Self::Access(error.into())
    }
}

impl From<std::io::Error> for ExchangeError {
    fn from(error: std::io::Error) -> Self {
        Self::Sheet(error.into())
    }
}

impl ExchangeError {
    /// The message in a language.
    pub(crate) fn text(&self, lang: Lang) -> String {
        match self {
            Self::Sheet(error) => sheet_text(lang, error.key(), error.args()),
            Self::Access(error) => access_text(lang, error),
            Self::NoTitle(label) => text_with(
                lang,
                "import-error-no-title",
                &[("field", label.as_str().into())],
            ),
            Self::UnknownColumn(name) => text_with(
                lang,
                "import-error-column",
                &[("column", name.as_str().into())],
            ),
            Self::UnknownField(name) => text_with(
                lang,
                "import-error-field",
                &[("field", name.as_str().into())],
            ),
            Self::OnlyHeadings => text(lang, "import-error-only-headings"),
            Self::ValueForAll { field, message } => text_with(
                lang,
                "import-error-for-all",
                &[
                    ("field", field.as_str().into()),
                    ("message", message.as_str().into()),
                ],
            ),
            Self::Cancelled => text(lang, "operation-state-cancelled"),
            Self::Stopped { rows, cause } => text_with(
                lang,
                "import-error-stopped",
                &[
                    ("count", (*rows).into()),
                    ("cause", access_text(lang, cause).into()),
                ],
            ),
        }
    }
}

impl ExchangeError {
    /// The message as an operation keeps it, to be said in the language of whoever reads it.
    pub(crate) fn message(&self) -> Message {
        match self {
            Self::Access(error) => error.into(),
            Self::Stopped { cause, .. } => cause.into(),
            Self::Sheet(error) => {
                let with = |message: Message, (name, arg): (&'static str, ErrorArg)| match arg {
                    ErrorArg::Text(text) => message.with(name, text),
                    ErrorArg::Number(number) => message.with(name, number),
                };
                error
                    .args()
                    .into_iter()
                    .fold(Message::new(error.key()), with)
            }
            Self::NoTitle(label) => Message::new("import-error-no-title").with("field", label),
            Self::UnknownColumn(name) => Message::new("import-error-column").with("column", name),
            Self::UnknownField(name) => Message::new("import-error-field").with("field", name),
            Self::OnlyHeadings => Message::new("import-error-only-headings"),
            Self::ValueForAll { field, message } => Message::new("import-error-for-all")
                .with("field", field)
                .with("message", message),
            Self::Cancelled => Message::new("operation-state-cancelled"),
        }
    }
}

/// A message of the sheets.
pub(super) fn sheet_text(lang: Lang, key: &str, args: Vec<(&'static str, ErrorArg)>) -> String {
    let args: Vec<(&str, Arg<'_>)> = args
        .into_iter()
        .map(|(name, arg)| match arg {
            ErrorArg::Text(text) => (name, Arg::from(text)),
            ErrorArg::Number(number) => (name, Arg::from(number)),
        })
        .collect();
    text_with(lang, key, &args)
}

/// Why one value was not taken.
pub(super) fn problem_text(lang: Lang, problem: &Problem) -> String {
    if !has_text(lang, problem.key) {
        return text(lang, "import-cell-refused");
    }
    let mut args: Vec<(&str, Arg<'_>)> = Vec::new();
    for (name, value) in &problem.args {
        let arg = || {
            value
                .parse::<i64>()
                .map_or_else(|_| Arg::from(value.as_str()), Arg::from)
        };
        args.push((name, arg()));
        match *name {
            "most" => args.push(("max", arg())),
            "least" => args.push(("min", arg())),
            _ => {}
        }
    }
    text_with(lang, problem.key, &args)
}

/// Why the guard did not do something.
pub(super) fn access_text(lang: Lang, error: &AccessError) -> String {
    match error {
        AccessError::Forbidden(permission) => {
            let name = permission_text(lang, *permission);
            text_with(lang, "error-forbidden", &[("permission", name.into())])
        }
        AccessError::NotFound => text(lang, "error-not-found"),
        AccessError::SignedOut | AccessError::Barred(_) => text(lang, "import-error-signed-out"),
        AccessError::Invalid(errors) => errors
            .iter()
            .map(|error| format!("{}: {}", error.field, problem_text(lang, &error.problem)))
            .collect::<Vec<_>>()
            .join(" "),
        AccessError::Conflict(problem) => problem_text(lang, problem),
        AccessError::DailyLimit { most, .. } => text_with(
            lang,
            "error-daily-limit",
            &[("most", i64::from(*most).into())],
        ),
        AccessError::Changed => text(lang, "import-error-changed"),
        AccessError::Store(_) | AccessError::DryRun(_) => text(lang, "import-error-store"),
    }
}

fn permission_text(lang: Lang, permission: Permission) -> String {
    let (key, module) = match permission {
        Permission::View(module) => ("role-permission-view", module),
        Permission::Create(module) => ("role-permission-create", module),
        Permission::Edit(module) => ("role-permission-edit", module),
        Permission::Delete(module) => ("role-permission-delete", module),
        Permission::Export(module) => ("role-permission-export", module),
        Permission::Import(module) => ("role-permission-import", module),
        Permission::Option(..) | Permission::Admin(_) | Permission::GrantMore => {
            return permission.name();
        }
    };
    let title = format!("{module}-title");
    let name = if has_text(lang, &title) {
        text(lang, &title)
    } else {
        module.to_string()
    };
    text_with(lang, key, &[("module", name.into())])
}
