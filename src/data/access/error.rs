//! Why the guard did not do what was asked.

use super::role::AdminRight;
use crate::data::records::module::Module;
use crate::data::records::problem::{FieldError, Problem};
use crate::data::store::StoreError;

/// A permission a role can give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// To see records of a module.
    View(Module),
    /// To make them.
    Create(Module),
    /// To change this one.
    Edit(Module),
    /// To delete this one.
    Delete(Module),
    /// To take them out as a file.
    Export(Module),
    /// To bring them in from a file.
    Import(Module),
    /// A single option of a module.
    Option(Module, &'static str),
    /// To manage a part of the firm.
    Admin(AdminRight),
    /// To give somebody more than one holds oneself.
    GrantMore,
}

impl Permission {
    /// A stable name for logs and answers of the API: `clients.delete`, `admin.users`.
    pub fn name(&self) -> String {
        match self {
            Self::View(module) => format!("{module}.view"),
            Self::Create(module) => format!("{module}.create"),
            Self::Edit(module) => format!("{module}.edit"),
            Self::Delete(module) => format!("{module}.delete"),
            Self::Export(module) => format!("{module}.export"),
            Self::Import(module) => format!("{module}.import"),
            Self::Option(module, option) => format!("{module}.options.{option}"),
            Self::Admin(right) => format!("admin.{}", right.name()),
            Self::GrantMore => "grant".to_owned(),
        }
    }
}

/// Why the guard did not do what was asked. After any of these nothing has changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AccessError {
    /// There is no such record, or it is not theirs to see: the two answer alike.
    #[error("not found")]
    NotFound,
    /// It can be seen, but this is not allowed.
    #[error("missing permission: {}", .0.name())]
    Forbidden(Permission),
    /// The account was disabled, the session ended, or the token revoked.
    #[error("not signed in")]
    SignedOut,
    /// Right, but from the wrong place or at the wrong time.
    #[error("not from this address, or not now")]
    Barred(super::places::Barred),
    /// The role's limit of a day is reached.
    #[error("the role allows {most} records a day")]
    DailyLimit {
        /// Records a day.
        most: u32,
        /// Seconds until the next day.
        seconds: u64,
    },
    /// The input is wrong, field by field.
    #[error("{} field(s) cannot be taken", .0.len())]
    Invalid(Vec<FieldError>),
    /// Somebody changed the record since it was read.
    #[error("the record was changed meanwhile")]
    Changed,
    /// It cannot be done in the present state, and why.
    #[error("conflict: {}", .0.key)]
    Conflict(Problem),
    /// Nothing was to be changed: what would have happened to each row. Never leaves the guard.
    #[error("a dry run")]
    DryRun(Vec<Result<super::upsert::Outcome, AccessError>>),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AccessError {
    /// A wrong input in one field.
    pub(crate) fn field(field: impl Into<String>, problem: Problem) -> Self {
        Self::Invalid(vec![FieldError::new(field, problem)])
    }

    /// A conflict with its message.
    pub(crate) fn conflict(key: &'static str) -> Self {
        Self::Conflict(Problem::new(key))
    }
}
