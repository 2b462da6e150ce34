//! The vault: everything about a record, and its only door.
//!
//! `store` is private: nobody outside of this folder can name the raw tables. What leaves is the guard ([`Access`]).

mod access;
mod log;
mod records;
mod store;

pub use access::*;
pub use log::{Act, AuditEntry, AuditFilter, AuditKind, Change, ChainError, HistoryEntry};
pub use records::*;
pub use store::StoreError;
