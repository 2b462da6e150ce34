//! Long work as it is kept: who started it, how far it came, what came of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::error::AccessError;
use crate::data::records::ids::{OperationId, RoleId, TeamId, UserId};
use crate::data::records::module::Module;
use crate::data::records::problem::Problem;

/// What sort of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// The same change of many records.
    BulkChange,
    /// Many records to the trash.
    BulkDelete,
    /// Records out as a file.
    Export,
    /// Records in from a file.
    Import,
    /// Records that were the same made one.
    Merge,
    /// One person's records to another.
    HandOver,
    /// Records held against a public register.
    RegisterCheck,
    /// A backup made.
    Backup,
    /// A backup opened again.
    BackupProof,
    /// What another operation did, taken back.
    Undo,
    /// Single records from an archive, back.
    BringBack,
    /// What one person did in a stretch of time, put back.
    PersonUndo,
    /// Many records out of the trash.
    BulkRestore,
    /// Many records of the trash removed for good.
    Purge,
    /// All that a person may take out, as one file.
    Copy,
}

impl OperationKind {
    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BulkChange => "bulk_change",
            Self::BulkDelete => "bulk_delete",
            Self::Export => "export",
            Self::Import => "import",
            Self::Merge => "merge",
            Self::HandOver => "hand_over",
            Self::RegisterCheck => "register_check",
            Self::BringBack => "bring_back",
            Self::Backup => "backup",
            Self::BackupProof => "backup_proof",
            Self::Undo => "undo",
            Self::PersonUndo => "person_undo",
            Self::BulkRestore => "bulk_restore",
            Self::Purge => "purge",
            Self::Copy => "copy",
        }
    }
}

/// How it stands with an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Under way, or waiting for its turn.
    Running,
    /// Done to the end.
    Done,
    /// Ended by an error; what was done before stays.
    Failed,
    /// Stopped by a person; what was done before stays.
    Cancelled,
    /// Ended because the program stopped; what was done before stays.
    Interrupted,
}

impl OperationState {
    /// The word in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Whether an operation can be taken back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UndoState {
    /// There is nothing to take back, or not any more.
    #[default]
    None,
    /// It can be taken back.
    Possible,
    /// It was taken back.
    Undone,
}

/// How far an operation is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// What it is at, as a word: `operation-phase-…` of the texts; empty for the work itself.
    pub phase: String,
    /// How many are done.
    pub done: u64,
    /// Of how many, where that is known.
    pub total: Option<u64>,
}

/// A sentence as a key of the texts with its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The key.
    pub key: String,
    /// Values that the sentence names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub args: BTreeMap<String, String>,
}

impl Message {
    /// A sentence without arguments.
    pub fn new(key: &str) -> Self {
        Self {
            key: key.to_owned(),
            args: BTreeMap::new(),
        }
    }

    /// Adds a value that the sentence names.
    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.args.insert(name.to_owned(), value.to_string());
        self
    }
}

impl From<&Problem> for Message {
    fn from(problem: &Problem) -> Self {
        let args = problem.args.iter();
        Self {
            key: problem.key.to_owned(),
            args: args
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        }
    }
}

impl From<&AccessError> for Message {
    fn from(error: &AccessError) -> Self {
        match error {
            AccessError::NotFound => Self::new("operation-why-missing"),
            AccessError::Forbidden(_) => Self::new("operation-why-forbidden"),
            AccessError::SignedOut | AccessError::Barred(_) => {
                Self::new("operation-why-signed-out")
            }
            AccessError::DailyLimit { most, .. } => {
                Self::from(&Problem::new("error-daily-limit").with("most", most))
            }
            AccessError::Changed => Self::new("operation-why-changed"),
            AccessError::Conflict(problem) => problem.into(),
            AccessError::Invalid(errors) => match errors.first() {
                Some(error) => Self::from(&error.problem).with("field", &error.field),
                None => Self::new("operation-why-invalid"),
            },
            AccessError::DryRun(_) | AccessError::Store(_) => Self::new("operation-why-store"),
        }
    }
}

/// What came of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// How many, by what became of them: `changed`, `unchanged`, `deleted`, `created`, `updated`, `skipped`, `failed`,
    /// `undone`, `left`, …
    #[serde(default)]
    pub counts: BTreeMap<String, u64>,
    /// Why it ended, where it did not end well, or what else is to be said.
    #[serde(default)]
    pub message: Option<Message>,
}

impl Outcome {
    /// How many came out in a way.
    pub fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }
}

/// A file that an operation made; it lies under the operation's id until it expires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFile {
    /// As the person will save it.
    pub name: String,
    /// Its media type.
    pub content_type: String,
    /// Its length.
    pub bytes: u64,
    /// When it is removed.
    pub expires_at: Timestamp,
}

/// Role and team of whoever started an operation: what it wrote down, it wrote with these.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StartedWith {
    pub(super) role: RoleId,
    pub(super) version: u64,
    pub(super) team: Option<TeamId>,
}

/// Long work, under way or past.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Its id; a later one sorts after an earlier one.
    pub id: OperationId,
    /// What sort of work.
    pub kind: OperationKind,
    /// On records of which module, where it is of one.
    pub module: Option<Module>,
    /// By whom; nobody where the program works by itself.
    pub started_by: Option<UserId>,
    /// When it was asked for.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How it stands.
    pub state: OperationState,
    /// How far it is.
    pub progress: Progress,
    /// What came of it so far.
    pub outcome: Outcome,
    /// The file it made.
    pub result: Option<ResultFile>,
    /// Whether it can be taken back.
    pub undo: UndoState,
    /// Whether what it does to each record is kept, so that it can be taken back.
    pub(super) keeps_items: bool,
    /// What the starter's rights were made of when it was asked for.
    #[serde(default)]
    pub(super) standing: Option<StartedWith>,
    /// Whether what it did to each record is forgotten.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) forgotten: bool,
    /// Whether how many records it was about is kept from whoever reads this: it may have reached further than they see.
    #[serde(skip)]
    pub counts_hidden: bool,
    /// The operation that takes, or took, this one back.
    pub undone_by: Option<OperationId>,
    /// More of the work: the file, the filter, the operation it takes back (`of`).
    pub detail: Json,
}

impl Operation {
    /// Whether it has not ended.
    pub fn is_running(&self) -> bool {
        self.state == OperationState::Running
    }

    /// The operation that this one takes back.
    pub fn takes_back(&self) -> Option<OperationId> {
        self.detail.get("of")?.as_str()?.parse().ok()
    }
}

/// An operation to be started.
#[derive(Clone, Debug)]
pub struct NewOperation {
    /// What sort of work.
    pub kind: OperationKind,
    /// On records of which module.
    pub module: Option<Module>,
    /// How many there are to do, where that is known.
    pub total: Option<u64>,
    /// Whether what is done to each record is kept, so that it can be taken back.
    pub undoable: bool,
    /// More of the work, for its page.
    pub detail: Json,
}

/// How an operation ended.
#[derive(Clone, Debug)]
pub struct Ending {
    /// Anything but `Running`.
    pub state: OperationState,
    /// How far it came.
    pub progress: Progress,
    /// Why, where it did not end well.
    pub message: Option<Message>,
    /// The file it made.
    pub result: Option<ResultFile>,
}
