//! A firm that comes with its past: records with their own history, times and people, brought in at once.
//!
//! Only the program does this, and only where there is nothing yet. What records are found by is put aside and written
//! at the end, in order of keys; until then the folder is marked as unfinished, and a program that opens it says so.

use std::path::Path;

use jiff::Timestamp;
use serde_json::json;

use super::actor::Channel;
use super::error::AccessError;
use super::people::{self, Team, User};
use super::vault::{Access, Firm, Vault, firm, put_firm};
use super::writing::{Changes, check_whole, owner_of};
use crate::data::log::Signature;
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::log::history::{self, Act};
use crate::data::records::field::{RecordType, common};
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::index;
use crate::data::records::kind::to_millisecond;
use crate::data::records::record::Record;
use crate::data::store::{Entries, Read, Run, Sorted, StoreError, Table, postings};

/// A record with what became of it.
#[derive(Clone, Debug)]
pub struct PastRecord {
    /// Its id; no other record has it.
    pub id: RecordId,
    /// Whose it was when it was made.
    pub owner: Option<UserId>,
    /// Its fields when it was made.
    pub values: Changes,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: Option<UserId>,
    /// What was changed since, the oldest first.
    pub edits: Vec<PastEdit>,
}

/// A change of a past record.
#[derive(Clone, Debug)]
pub struct PastEdit {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Option<UserId>,
    /// The fields, the owner among them.
    pub changes: Changes,
}

/// Checked records, ready to be written in one transaction.
pub struct PastChunk {
    kind: &'static RecordType,
    first: u32,
    records: Vec<Record>,
    history: Vec<(Vec<u8>, Vec<u8>)>,
    index: Option<Run>,
}

/// Cuts past records into chunks, each living through what became of its records. Touches nothing that is stored, so
/// that one thread can do it while another writes. What records are found by lies in nameless files of `folder`.
pub fn past_chunks(
    kind: &'static RecordType,
    folder: &Path,
    mut past: impl Iterator<Item = PastRecord>,
) -> impl Iterator<Item = Result<PastChunk, AccessError>> {
    // As many as a bitmap of the search index covers, so that each is whole.
    const MOST: usize = postings::CHUNK_DOCUMENTS as usize;
    let mut first = 0;
    std::iter::from_fn(move || {
        let mut chunk = PastChunk {
            kind,
            first,
            records: Vec::new(),
            history: Vec::new(),
            index: None,
        };
        for past in past.by_ref().take(MOST) {
            if let Err(error) = chunk.live_through(past) {
                return Some(Err(error));
            }
        }
        if chunk.records.is_empty() {
            return None;
        }
        first += chunk.records.len() as u32;
        let aside = chunk.put_aside(folder);
        Some(aside.map_err(AccessError::from).map(|()| chunk))
    })
}

impl PastChunk {
    fn put_aside(&mut self, folder: &Path) -> Result<(), StoreError> {
        let mut aside = Entries::default();
        index::entries(self.kind, &self.records, &mut |table, key, value| {
            aside.put(table, key, value);
            Ok(())
        })?;
        self.index = Some(aside.set_aside(folder)?);
        Ok(())
    }

    fn live_through(&mut self, past: PastRecord) -> Result<(), AccessError> {
        let created_at = to_millisecond(past.created_at);
        let mut record = Record {
            id: past.id,
            document: self.first + self.records.len() as u32,
            version: 1,
            owner: past.owner,
            created_at,
            updated_at: created_at,
            values: Vec::with_capacity(past.values.len()),
        };
        apply(&mut record, past.values);
        check_whole(self.kind, &record, Vec::new())?;
        self.remember(None, &record, past.created_by);
        for edit in past.edits {
            let old = record.clone();
            apply(&mut record, edit.changes);
            if record == old {
                continue;
            }
            check_whole(self.kind, &record, Vec::new())?;
            record.version += 1;
            record.updated_at = to_millisecond(edit.at).max(old.updated_at);
            self.remember(Some(&old), &record, edit.by);
        }
        self.records.push(record);
        Ok(())
    }

    fn remember(&mut self, old: Option<&Record>, record: &Record, user: Option<UserId>) {
        // As if somebody had been at work on a page then.
        let signature = Signature {
            at: record.updated_at,
            user,
            address: None,
            office: false,
            channel: Channel::Web.name(),
        };
        let act = if old.is_none() {
            Act::Created
        } else {
            Act::Changed
        };
        let changes = history::changes(self.kind, old, record);
        let place = (record.id, record.version);
        self.history
            .push(history::entry(self.kind, place, &signature, act, changes));
    }
}

fn apply(record: &mut Record, changes: Changes) {
    for (no, value) in changes {
        if no == common::OWNER {
            record.owner = owner_of(value.as_ref());
        } else {
            record.set(no, value);
        }
    }
}

const UNFINISHED_KEY: &[u8] = b"unfinished";

impl Vault {
    /// Whether the firm in this folder was being made when the program was stopped.
    pub fn is_unfinished(&self) -> Result<bool, StoreError> {
        let snapshot = self.inner.store.read()?;
        Ok(snapshot.get(Table::Meta, UNFINISHED_KEY)?.is_some())
    }
}

/// A firm on its way in.
pub struct Loading {
    access: Access,
    firm: Firm,
    /// Documents so far of the one kind of records.
    written: u32,
    index: Vec<Run>,
}

impl Loading {
    /// Begins with the teams and people, where there is no firm and nothing of one.
    pub async fn begin(
        access: Access,
        made: Firm,
        teams: Vec<Team>,
        users: Vec<User>,
    ) -> Result<Self, AccessError> {
        access
            .write(move |work| {
                work.only_program()?;
                if firm(work.write)?.is_some()
                    || work.write.get(Table::Meta, UNFINISHED_KEY)?.is_some()
                {
                    return Err(AccessError::conflict("error-firm-exists"));
                }
                work.write
                    .put(Table::Meta, UNFINISHED_KEY.to_vec(), Vec::new());
                for team in &teams {
                    people::put_team(work.write, team)?;
                }
                for user in &users {
                    people::put_user(work.write, None, user)?;
                }
                Ok(())
            })
            .await?;
        Ok(Self {
            access,
            firm: made,
            written: 0,
            index: Vec::new(),
        })
    }

    /// Writes a chunk of [`past_chunks`], in their order; one entry in the audit log tells of all its records.
    pub async fn write(&mut self, chunk: PastChunk) -> Result<(), AccessError> {
        if chunk.first != self.written {
            return Err(AccessError::conflict("error-id-exists"));
        }
        self.written += chunk.records.len() as u32;
        self.index.extend(chunk.index);
        let (kind, records, entries) = (chunk.kind, chunk.records, chunk.history);
        self.access
            .write(move |work| {
                work.only_program()?;
                index::store_all(work.write, kind, &records)?;
                for (key, entry) in entries {
                    work.write.put(Table::History, key, entry);
                }
                let details = json!({
                    "module": kind.module.name(), "file": "demo", "created": records.len(),
                    "updated": 0, "skipped": 0, "failed": 0,
                });
                work.note(Note::new(AuditKind::Imported).with(details))
            })
            .await
    }

    /// Writes what the records are found by, and opens the firm.
    pub async fn finish(self) -> Result<(), AccessError> {
        self.access.write(|work| work.only_program()).await?;
        let (store, index) = (self.access.vault.inner.store.clone(), self.index);
        let fill = move || store.fill(&mut Sorted::new(index)?);
        let filled = tokio::task::spawn_blocking(fill).await;
        filled.unwrap_or(Err(StoreError::Panicked))?;
        let made = self.firm;
        self.access
            .write(move |work| {
                work.only_program()?;
                put_firm(work.write, &made);
                work.write.delete(Table::Meta, UNFINISHED_KEY.to_vec());
                let note = Note::new(AuditKind::Created).about(Subject::new("firm", "firm"));
                work.note(note.with(json!({"firm": made.name, "demo": made.demo})))
            })
            .await
    }
}
