//! The audit log: append-only, each entry holding the hash of the one before it.
//!
//! An entry is stored as the very bytes that are hashed (SHA-256). The head (number and hash of the last entry) lies
//! beside it, so that a cut at the end is found too.

mod chain;
pub(in crate::data) mod join;
mod reading;

use std::net::IpAddr;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use super::Signature;
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::module::Module;
use crate::data::store::{Read, StoreError, Table, Write};
pub use chain::ChainError;
pub(in crate::data) use chain::{check_newest, verify};
pub use reading::AuditFilter;
pub(in crate::data) use reading::{first_after, newest};

/// What an entry tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditKind {
    /// Somebody signed in.
    SignIn,
    /// Somebody tried to.
    SignInFailed,
    /// Somebody signed out, or a session was ended.
    SignOut,
    /// Something was asked for without the permission.
    Refused,
    /// A record, user, role or team was made.
    Created,
    /// One was changed.
    Changed,
    /// One was deleted.
    Deleted,
    /// A record came back from the trash.
    Restored,
    /// Records became one.
    Merged,
    /// A merge was taken back.
    Unmerged,
    /// Records left the trash for good.
    Purged,
    /// Records were taken out as a file.
    Exported,
    /// Records came in from a file.
    Imported,
    /// An API token was made.
    TokenMade,
    /// An API token was revoked.
    TokenRevoked,
    /// A password was set.
    PasswordChanged,
    /// A letter with a link that does something went to somebody.
    LinkSent,
    /// Somebody confirmed their address.
    EmailConfirmed,
    /// A second step was turned on or off, added, removed or reset.
    SecondStepChanged,
    /// Whether mail can be sent was tried.
    MailTested,
    /// A throttle on sign-in was lifted.
    Unlocked,
    /// A backup was made.
    BackupMade,
    /// Somebody took one away as a file.
    BackupDownloaded,
    /// The key that opens backups is another one now.
    BackupKeyChanged,
    /// Somebody looked at that key, or saved it.
    BackupKeyShown,
    /// Somebody keeps it outside of this machine.
    BackupKeyKept,
    /// A backup was removed from all targets.
    BackupDeleted,
    /// A place for backups was tried.
    BackupTargetTested,
    /// A place for backups was added, changed or removed.
    BackupTargetChanged,
    /// When backups are made, or how many are kept, is another now.
    BackupPlanChanged,
    /// The program worked without a person.
    System,
    /// Something owners should look at.
    Alarm,
}

impl AuditKind {
    /// All kinds, for filters.
    pub const ALL: [Self; 32] = [
        Self::SignIn,
        Self::SignInFailed,
        Self::SignOut,
        Self::Refused,
        Self::Created,
        Self::Changed,
        Self::Deleted,
        Self::Restored,
        Self::Merged,
        Self::Unmerged,
        Self::Purged,
        Self::Exported,
        Self::Imported,
        Self::TokenMade,
        Self::TokenRevoked,
        Self::PasswordChanged,
        Self::LinkSent,
        Self::EmailConfirmed,
        Self::SecondStepChanged,
        Self::MailTested,
        Self::Unlocked,
        Self::BackupMade,
        Self::BackupDownloaded,
        Self::BackupKeyChanged,
        Self::BackupKeyShown,
        Self::BackupKeyKept,
        Self::BackupDeleted,
        Self::BackupTargetTested,
        Self::BackupTargetChanged,
        Self::BackupPlanChanged,
        Self::System,
        Self::Alarm,
    ];

    /// The word of the contract.
    pub fn name(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|json| json.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Reads the word.
    pub fn from_name(name: &str) -> Option<Self> {
        serde_json::from_value(Json::String(name.to_owned())).ok()
    }
}

/// What an entry is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// `clients`, …, `users`, `roles`, `teams`, `tokens`, `sessions`.
    pub sort: String,
    /// Its id.
    pub id: String,
}

impl Subject {
    /// A record of a module.
    pub fn record(module: Module, id: RecordId) -> Self {
        Self {
            sort: module.name().to_owned(),
            id: id.to_string(),
        }
    }

    /// Anything else.
    pub fn new(sort: &str, id: impl ToString) -> Self {
        Self {
            sort: sort.to_owned(),
            id: id.to_string(),
        }
    }
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its number, from 1 without a gap.
    pub id: u64,
    /// When.
    pub at: Timestamp,
    /// Who did it, or whose account it was tried on.
    pub user: Option<UserId>,
    /// What.
    pub kind: AuditKind,
    /// From which address; none for commands on the machine itself.
    pub address: Option<IpAddr>,
    /// Whether that address is one of the office's.
    pub office: bool,
    /// By which way: `web`, `api`, `command`, `program`.
    pub channel: String,
    /// What it is about.
    pub record: Option<Subject>,
    /// More, without secrets and without values of fields.
    pub details: Map<String, Json>,
    /// Hash of the entry before, in hexadecimal; empty for the first.
    pub prev: String,
}

impl AuditEntry {
    /// The form of the contract.
    pub fn to_json(&self) -> Json {
        let mut json = serde_json::to_value(self).expect("plain structs always serialise");
        json["id"] = Json::String(self.id.to_string());
        json
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Head {
    last: u64,
    hash: String,
}

const HEAD_KEY: &[u8] = b"audit-head";

fn head(read: &impl Read) -> Result<Head, StoreError> {
    match read.get(Table::Meta, HEAD_KEY)? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("the head of the audit log", error)),
        None => Ok(Head::default()),
    }
}

/// Number and hash of the last entry; 0 and nothing where there is none.
pub(in crate::data) fn end(read: &impl Read) -> Result<(u64, String), StoreError> {
    head(read).map(|head| (head.last, head.hash))
}

/// What a writer of an entry says of it.
pub(in crate::data) struct Note {
    pub(in crate::data) kind: AuditKind,
    pub(in crate::data) record: Option<Subject>,
    pub(in crate::data) details: Json,
}

impl Note {
    pub(in crate::data) fn new(kind: AuditKind) -> Self {
        Self {
            kind,
            record: None,
            details: Json::Null,
        }
    }

    pub(in crate::data) fn about(mut self, record: Subject) -> Self {
        self.record = Some(record);
        self
    }

    pub(in crate::data) fn with(mut self, details: Json) -> Self {
        self.details = details;
        self
    }

    /// Adds the reason under which the program did it by itself.
    pub(in crate::data) fn because(mut self, why: Option<&'static str>) -> Self {
        if let Some(why) = why {
            match &mut self.details {
                Json::Object(details) => drop(details.insert("why".to_owned(), why.into())),
                details => *details = serde_json::json!({"why": why}),
            }
        }
        self
    }
}

/// What the next entry holds of this one.
pub(in crate::data) fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// Appends an entry.
pub(in crate::data) fn append(
    write: &mut Write<'_, '_>,
    signature: &Signature,
    note: Note,
) -> Result<(), StoreError> {
    let head = head(write)?;
    let details = match note.details {
        Json::Object(details) => details,
        _ => Map::new(),
    };
    let entry = AuditEntry {
        id: head.last + 1,
        at: signature.at,
        user: signature.user,
        kind: note.kind,
        address: signature.address,
        office: signature.office,
        channel: signature.channel.to_owned(),
        record: note.record,
        details,
        prev: head.hash,
    };
    let bytes = serde_json::to_vec(&entry).expect("plain structs always serialise");
    let next = Head {
        last: entry.id,
        hash: hash(&bytes),
    };
    write.put(
        Table::Meta,
        HEAD_KEY.to_vec(),
        serde_json::to_vec(&next).expect("plain structs always serialise"),
    );
    if let Some(user) = entry.user {
        write.put(Table::AuditByUser, by_user_key(user, entry.id), Vec::new());
    }
    write.put(Table::Audit, entry.id.to_be_bytes().to_vec(), bytes);
    Ok(())
}

pub(in crate::data) fn by_user_key(user: UserId, id: u64) -> Vec<u8> {
    let mut key = user.bytes().to_vec();
    key.extend_from_slice(&(!id).to_be_bytes());
    key
}
