//! What happened: the history of each record, and the audit log of the whole firm.

pub(in crate::data) mod audit;
pub(in crate::data) mod history;

pub use audit::{AuditEntry, AuditFilter, AuditKind, ChainError};
pub use history::{Act, Change, HistoryEntry};

use std::net::IpAddr;

use jiff::Timestamp;

use super::records::ids::UserId;

/// Who did something, when, and from where; the same for history and audit.
#[derive(Clone, Debug)]
pub(in crate::data) struct Signature {
    pub(in crate::data) at: Timestamp,
    pub(in crate::data) user: Option<UserId>,
    pub(in crate::data) address: Option<IpAddr>,
    pub(in crate::data) office: bool,
    pub(in crate::data) channel: &'static str,
}
