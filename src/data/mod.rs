//! The vault: everything about a record, and its only door.
//!
//! `store` is private: nobody outside of this folder can name the raw tables. What leaves is the guard ([`Access`]).

mod access;
mod log;
pub mod records;
mod store;

pub use access::*;
pub use log::{Act, AuditEntry, AuditFilter, AuditKind, ChainError, Change, HistoryEntry};
pub use records::cursor::{Cursor, Start};
pub use records::field::{Column, Field, FieldNo, RecordType, Setter, common, common_fields};
pub use records::file::{FileHash, FileName};
pub use records::ids::{
    FileId, LetterId, MergeId, OperationId, RecordId, RoleId, SessionId, TeamId, TokenId, UserId,
    ViewId,
};
pub use records::kind::Kind;
pub use records::module::Module;
pub use records::money::{Currency, Money};
pub use records::own::{FieldGroup, Labels, OwnChoice, OwnField};
pub use records::problem::{FieldError, Problem};
pub use records::query::{Filter, Query, Sort, Test};
pub use records::record::Record;
pub use records::value::Value;
#[cfg(feature = "testing")]
pub use store::faults;
pub use store::{
    DataKey, FilesHold, Keyring, NewFile, OpenFile, StoreError, StoredFile, Swept, WorkFiles,
};

#[cfg(test)]
mod tests;
