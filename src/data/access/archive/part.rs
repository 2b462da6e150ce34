//! What an archive is made of, and which table goes where.

use crate::data::records::module::Module;
use crate::data::store::{Table, known_format};

/// One part: the lines of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The firm, its settings and numbers that go on.
    Settings,
    /// Fields of the firm's own.
    CustomFields,
    /// Roles.
    Roles,
    /// Teams.
    Teams,
    /// People who can sign in.
    Users,
    /// Their second steps.
    SignInState,
    /// API tokens, by the hash of their secret.
    Tokens,
    /// Photos and the logo.
    Pictures,
    /// Saved views of lists.
    Views,
    /// What people chose for themselves.
    Preferences,
    /// How columns of sheets were matched.
    Layouts,
    /// Live records of a module.
    Records(Module),
    /// Its deleted records.
    Trash(Module),
    /// What became of each, step by step.
    History(Module),
    /// Files of its records, alive and deleted: what they are called, and which content they have.
    Files(Module),
    /// Long work.
    Operations,
    /// What it did to records, so that it can be taken back.
    OperationItems,
    /// Letters that could not be sent.
    Unsent,
    /// What is known of backups made before.
    Backups,
    /// The audit log.
    Audit,
}

/// What becomes of a table in an archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::data) enum Fate {
    /// Its entries are lines of a part.
    Kept,
    /// It follows from other tables and is made anew.
    Derived,
    /// It is of no use on another day, or dangerous: who was signed in, what was half done, what waits to be sent.
    Left,
}

/// Decides for every table there is; a new one does not compile until it is decided too.
pub(in crate::data) const fn fate(table: Table) -> Fate {
    match table {
        Table::Meta
        | Table::Records
        | Table::Trash
        | Table::History
        | Table::Audit
        | Table::Users
        | Table::Roles
        | Table::Teams
        | Table::Tokens
        | Table::Operations
        | Table::OperationItems
        | Table::Views
        | Table::Preferences
        | Table::CustomFields
        | Table::Layouts
        | Table::Pictures
        | Table::Unsent
        | Table::SignInState
        | Table::Backups
        | Table::Files => Fate::Kept,
        Table::TrashOrder
        | Table::Order
        | Table::OrderBlocks
        | Table::Terms
        | Table::Documents
        | Table::Counters
        | Table::AuditByUser
        | Table::UserEmails => Fate::Derived,
        // Sessions end with a restore, and so does every half-finished way in. A letter that waited then would go out a
        // second time, or long after its day; a link in it would open what was closed since.
        Table::Sessions
        | Table::Attempts
        | Table::TrustedDevices
        | Table::Links
        | Table::Idempotency
        | Table::Outbox => Fate::Left,
        // What lies at targets is asked of them; what an old archive knew of it would lead to what is needed being removed.
        Table::BackupObjects => Fate::Left,
    }
}

/// The decision is part of every build.
const _: Fate = fate(Table::Meta);

/// Entries of [`Table::Meta`] that belong to the data folder and not to the firm: the format of its database, that it is
/// unfinished, and which key its backups are made with.
pub(super) fn is_of_the_file(key: &[u8]) -> bool {
    matches!(key, b"format" | b"unfinished") || key == crate::data::access::backups::KEY
}

impl Part {
    /// All parts for these modules, in the order in which they are written and read: what others lean on comes first.
    pub fn all(modules: &[Module]) -> Vec<Self> {
        let mut parts = vec![
            Self::Settings,
            Self::CustomFields,
            Self::Roles,
            Self::Teams,
            Self::Users,
            Self::SignInState,
            Self::Tokens,
            Self::Pictures,
            Self::Views,
            Self::Preferences,
            Self::Layouts,
        ];
        for module in modules {
            parts.extend([
                Self::Records(*module),
                Self::Trash(*module),
                Self::History(*module),
                Self::Files(*module),
            ]);
        }
        parts.extend([
            Self::Operations,
            Self::OperationItems,
            Self::Unsent,
            Self::Backups,
            Self::Audit,
        ]);
        parts
    }

    /// Its name: what `counts` call it, and its file without `.jsonl`.
    pub fn name(self) -> String {
        match self {
            Self::Settings => "settings".to_owned(),
            Self::CustomFields => "custom-fields".to_owned(),
            Self::Roles => "roles".to_owned(),
            Self::Teams => "teams".to_owned(),
            Self::Users => "users".to_owned(),
            Self::SignInState => "second-steps".to_owned(),
            Self::Tokens => "tokens".to_owned(),
            Self::Pictures => "pictures".to_owned(),
            Self::Views => "views".to_owned(),
            Self::Preferences => "preferences".to_owned(),
            Self::Layouts => "layouts".to_owned(),
            Self::Records(module) => module.name().to_owned(),
            Self::Trash(module) => format!("{module}-trash"),
            Self::History(module) => format!("{module}-history"),
            Self::Files(module) => format!("{module}-files"),
            Self::Operations => "operations".to_owned(),
            Self::OperationItems => "operation-items".to_owned(),
            Self::Unsent => "unsent-letters".to_owned(),
            Self::Backups => "backups".to_owned(),
            Self::Audit => "audit".to_owned(),
        }
    }

    /// The name of its file.
    pub fn file_name(self) -> String {
        format!("{}.jsonl", self.name())
    }

    pub(super) const fn table(self) -> Table {
        match self {
            Self::Settings => Table::Meta,
            Self::CustomFields => Table::CustomFields,
            Self::Roles => Table::Roles,
            Self::Teams => Table::Teams,
            Self::Users => Table::Users,
            Self::SignInState => Table::SignInState,
            Self::Tokens => Table::Tokens,
            Self::Pictures => Table::Pictures,
            Self::Views => Table::Views,
            Self::Preferences => Table::Preferences,
            Self::Layouts => Table::Layouts,
            Self::Records(_) => Table::Records,
            Self::Trash(_) => Table::Trash,
            Self::History(_) => Table::History,
            Self::Files(_) => Table::Files,
            Self::Operations => Table::Operations,
            Self::OperationItems => Table::OperationItems,
            Self::Unsent => Table::Unsent,
            Self::Backups => Table::Backups,
            Self::Audit => Table::Audit,
        }
    }

    pub(super) const fn module(self) -> Option<Module> {
        match self {
            Self::Records(module)
            | Self::Trash(module)
            | Self::History(module)
            | Self::Files(module) => Some(module),
            _ => None,
        }
    }

    /// Whether archives of format 1 are without it: what is not there is empty then.
    pub(super) const fn came_later(self) -> bool {
        matches!(self, Self::Files(_))
    }

    /// The most lines of parts that are read as a whole by a running firm; far more than any firm has.
    pub(super) const fn most_lines(self) -> u64 {
        match self {
            Self::Roles | Self::Teams => 10_000,
            Self::Users | Self::SignInState => 100_000,
            Self::Settings | Self::CustomFields => 20_000,
            _ => u64::MAX,
        }
    }

    /// The format of stored values that this program writes; it reads archives of this and of older ones.
    pub fn stored_format() -> u32 {
        known_format()
    }
}
