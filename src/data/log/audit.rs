//! The audit log: append-only, each entry holding the hash of the one before it.
//!
//! An entry is stored as the very bytes that are hashed (SHA-256). The head (number and hash of the last entry) lies
//! beside it, so that a cut at the end is found too.

pub(in crate::data) mod join;

use std::net::IpAddr;
use std::ops::{Bound, ControlFlow};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

use super::Signature;
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::module::Module;
use crate::data::store::{Direction, Read, Snapshot, StoreError, Table, Write};

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
    /// When backups are made, or how many are kept, is another now.
    BackupPlanChanged,
    /// The program worked without a person.
    System,
    /// Something owners should look at.
    Alarm,
}

impl AuditKind {
    /// All kinds, for filters.
    pub const ALL: [Self; 31] = [
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

/// Which entries are wanted.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Of this person.
    pub user: Option<UserId>,
    /// Of any of these kinds.
    pub kinds: Vec<AuditKind>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Not after.
    pub to: Option<Timestamp>,
    /// In the office, or out of it.
    pub office: Option<bool>,
    /// About this record.
    pub record: Option<String>,
}

impl AuditFilter {
    fn takes(&self, entry: &AuditEntry) -> bool {
        self.user.is_none_or(|user| entry.user == Some(user))
            && (self.kinds.is_empty() || self.kinds.contains(&entry.kind))
            && self.from.is_none_or(|from| entry.at >= from)
            && self.to.is_none_or(|to| entry.at <= to)
            && self.office.is_none_or(|office| entry.office == office)
            && self
                .record
                .as_ref()
                .is_none_or(|id| entry.record.as_ref().is_some_and(|record| record.id == *id))
    }
}

/// A chain that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// This entry is not what the next one, or the head, says it was.
    #[error("entry {0} was changed")]
    Changed(u64),
    /// This entry is missing.
    #[error("entry {0} is missing")]
    Missing(u64),
    /// This entry cannot be read.
    #[error("entry {0} cannot be read")]
    Unreadable(u64),
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

/// The number of the first entry that is surely after a moment, or the one the next entry will have. Numbers and times
/// grow together, save for a clock set back by hand; an hour of slack covers that.
pub(in crate::data) fn first_after(snapshot: &Snapshot, at: Timestamp) -> Result<u64, StoreError> {
    let (mut low, mut high) = (1, head(snapshot)?.last + 1);
    while low < high {
        let middle = low.midpoint(high);
        let Some(bytes) = snapshot.fetch(Table::Audit, &middle.to_be_bytes())? else {
            return Err(StoreError::Corrupt(format!(
                "audit entry {middle} is missing"
            )));
        };
        let entry: AuditEntry = serde_json::from_slice(bytes.value())
            .map_err(|error| StoreError::corrupt("an audit entry", error))?;
        if entry.at.as_second() > at.as_second().saturating_add(3600) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Ok(low)
}

/// The newest entries that a filter takes, newest first, below the number `before` where given. Looks at no more than
/// `most_seen` entries; the number it stopped at comes back where it gave up early or the page is full.
pub(in crate::data) fn newest(
    snapshot: &Snapshot,
    filter: &AuditFilter,
    before: Option<u64>,
    limit: usize,
    most_seen: usize,
) -> Result<(Vec<AuditEntry>, Option<u64>), StoreError> {
    let mut entries = Vec::new();
    let mut numbers = Numbers::new(snapshot, filter.user, before)?;
    let mut seen = 0;
    while let Some(entry) = numbers.next(snapshot)? {
        seen += 1;
        // Numbers and times grow together, save for a clock set back by hand; an hour of slack covers that.
        if filter
            .from
            .is_some_and(|from| entry.at.as_second() < from.as_second() - 3600)
        {
            break;
        }
        let id = entry.id;
        if filter.takes(&entry) {
            if entries.len() == limit {
                return Ok((entries, Some(id + 1)));
            }
            entries.push(entry);
        }
        if seen == most_seen {
            return Ok((entries, Some(id)));
        }
    }
    Ok((entries, None))
}

enum Numbers {
    All(crate::data::store::Walk),
    OfUser(crate::data::store::Walk),
}

impl Numbers {
    fn new(
        snapshot: &Snapshot,
        user: Option<UserId>,
        before: Option<u64>,
    ) -> Result<Self, StoreError> {
        match user {
            None => {
                let end = before.unwrap_or(u64::MAX).to_be_bytes();
                let walk = snapshot.walk(
                    Table::Audit,
                    Bound::Unbounded,
                    Bound::Excluded(&end),
                    Direction::Backward,
                )?;
                Ok(Self::All(walk))
            }
            Some(user) => {
                let from = by_user_key(user, before.unwrap_or(u64::MAX).saturating_sub(1));
                let to = by_user_key(user, 0);
                let walk = snapshot.walk(
                    Table::AuditByUser,
                    Bound::Included(&from),
                    Bound::Included(&to),
                    Direction::Forward,
                )?;
                Ok(Self::OfUser(walk))
            }
        }
    }

    fn next(&mut self, snapshot: &Snapshot) -> Result<Option<AuditEntry>, StoreError> {
        let read = |bytes: &[u8]| {
            serde_json::from_slice(bytes)
                .map(Some)
                .map_err(|error| StoreError::corrupt("an audit entry", error))
        };
        match self {
            Self::All(walk) => match walk.next() {
                Some(entry) => read(entry?.1.value()),
                None => Ok(None),
            },
            Self::OfUser(walk) => match walk.next() {
                Some(entry) => {
                    let (key, _) = entry?;
                    let id = key
                        .value()
                        .last_chunk::<8>()
                        .map_or(0, |bytes| !u64::from_be_bytes(*bytes));
                    match snapshot.fetch(Table::Audit, &id.to_be_bytes())? {
                        Some(bytes) => read(bytes.value()),
                        None => Err(StoreError::Corrupt(format!("audit entry {id} is missing"))),
                    }
                }
                None => Ok(None),
            },
        }
    }
}

/// The newest entry, held against what is kept of it elsewhere; none in an empty log.
pub(in crate::data) fn check_newest(
    snapshot: &Snapshot,
) -> Result<Result<Option<AuditEntry>, ChainError>, StoreError> {
    let head = head(snapshot)?;
    if head.last == 0 {
        return Ok(Ok(None));
    }
    let Some(bytes) = snapshot.get(Table::Audit, &head.last.to_be_bytes())? else {
        return Ok(Err(ChainError::Missing(head.last)));
    };
    let Ok(entry) = serde_json::from_slice::<AuditEntry>(&bytes) else {
        return Ok(Err(ChainError::Unreadable(head.last)));
    };
    let holds = entry.id == head.last && head.hash == HEXLOWER.encode(&Sha256::digest(&bytes));
    Ok(if holds {
        Ok(Some(entry))
    } else {
        Err(ChainError::Changed(head.last))
    })
}

/// Follows the whole chain; the number of entries, or the first that does not hold.
pub(in crate::data) fn verify(snapshot: &Snapshot) -> Result<Result<u64, ChainError>, StoreError> {
    let head = head(snapshot)?;
    let (mut expected, mut hash) = (1, String::new());
    let mut broken = None;
    snapshot.scan(Table::Audit, &[], &[u8::MAX; 9], &mut |key, bytes| {
        let number = key.try_into().map_or(0, u64::from_be_bytes);
        broken = if number == expected {
            match serde_json::from_slice::<AuditEntry>(bytes) {
                Err(_) => Some(ChainError::Unreadable(number)),
                // The entry before is not what this one was chained to.
                Ok(entry) if entry.prev != hash => Some(ChainError::Changed(number - 1)),
                Ok(entry) if entry.id != number => Some(ChainError::Changed(number)),
                Ok(_) => None,
            }
        } else {
            Some(ChainError::Missing(expected))
        };
        hash = self::hash(bytes);
        expected += 1;
        if broken.is_some() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(match broken {
        Some(error) => Err(error),
        None if head.last + 1 != expected => Err(ChainError::Missing(expected)),
        None if head.hash != hash => Err(ChainError::Changed(head.last)),
        None => Ok(head.last),
    })
}
