//! Bringing a whole past in at once: records that come with their own history, times and people.
//!
//! Only the program does this, for a firm it makes itself. The work is split so that one thread can prepare the next
//! chunk while the store writes the last one.

use jiff::Timestamp;
use serde_json::json;

use super::actor::{Actor, Channel, Origin, Proof, Who};
use super::error::AccessError;
use super::people::{self, Team, User};
use super::vault::{Access, Firm, Work, firm, put_firm};
use super::writing::{Changes, check_whole, owner_of};
use crate::data::log::Signature;
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::log::history::{self, Act, Change};
use crate::data::records::field::{RecordType, common};
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::index::{self, record_key};
use crate::data::records::kind::to_millisecond;
use crate::data::records::record::Record;
use crate::data::store::{Read, Table};

/// A record with what became of it.
#[derive(Clone, Debug)]
pub struct PastRecord {
    /// Its id.
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

/// Checked records that are ready to be written in one transaction.
pub struct PastChunk {
    kind: &'static RecordType,
    records: Vec<(Record, Vec<Step>)>,
}

/// An entry of a record's history, and the version it led to.
struct Step {
    version: u64,
    signature: Signature,
    act: Act,
    changes: Vec<Change>,
}

impl PastChunk {
    /// Lives through what became of each record. Touches nothing that is stored.
    pub fn new(kind: &'static RecordType, past: Vec<PastRecord>) -> Result<Self, AccessError> {
        let records = past
            .into_iter()
            .map(|past| live_through(kind, past))
            .collect::<Result<_, _>>()?;
        Ok(Self { kind, records })
    }
}

fn live_through(kind: &RecordType, past: PastRecord) -> Result<(Record, Vec<Step>), AccessError> {
    let created_at = to_millisecond(past.created_at);
    let mut record = Record {
        id: past.id,
        document: 0,
        version: 1,
        owner: past.owner,
        created_at,
        updated_at: created_at,
        values: Vec::with_capacity(past.values.len()),
    };
    apply(&mut record, past.values);
    check_whole(kind, &record, Vec::new())?;
    let mut steps = vec![Step {
        version: 1,
        signature: signature(created_at, past.created_by),
        act: Act::Created,
        changes: history::changes(kind, None, &record),
    }];
    for edit in past.edits {
        let old = record.clone();
        apply(&mut record, edit.changes);
        let changes = history::changes(kind, Some(&old), &record);
        if changes.is_empty() {
            continue;
        }
        check_whole(kind, &record, Vec::new())?;
        record.version += 1;
        record.updated_at = to_millisecond(edit.at).max(old.updated_at);
        steps.push(Step {
            version: record.version,
            signature: signature(record.updated_at, edit.by),
            act: Act::Changed,
            changes,
        });
    }
    Ok((record, steps))
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

/// Of somebody at work on a page then.
fn signature(at: Timestamp, user: Option<UserId>) -> Signature {
    let origin = Origin {
        channel: Channel::Web,
        ..Origin::COMMAND
    };
    let who = match user {
        Some(id) => Who::User {
            id,
            proof: Proof::Machine,
        },
        None => Who::Program { why: "" },
    };
    Signature {
        at,
        ..Actor { who, origin }.signature()
    }
}

impl Access {
    /// Makes a firm with its teams and people as they are given, once.
    pub async fn load_firm(
        &self,
        made: Firm,
        teams: Vec<Team>,
        users: Vec<User>,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            work.only_program()?;
            if firm(work.write)?.is_some() {
                return Err(AccessError::conflict("error-firm-exists"));
            }
            put_firm(work.write, &made);
            for team in &teams {
                people::put_team(work.write, team)?;
            }
            for user in &users {
                people::put_user(work.write, None, user)?;
            }
            let note = Note::new(AuditKind::Created).about(Subject::new("firm", "firm"));
            work.note(note.with(json!({"firm": made.name, "people": users.len()})))
        })
        .await
    }

    /// Writes a chunk of past records with their history, found by the same indexes as any other; one entry in the
    /// audit log tells of all of them. An id that is there already is a conflict, and nothing of the chunk is kept.
    pub async fn load_past(&self, chunk: PastChunk) -> Result<(), AccessError> {
        self.write(move |work| {
            work.only_program()?;
            let kind = chunk.kind;
            let mut records = Vec::with_capacity(chunk.records.len());
            for (mut record, steps) in chunk.records {
                let key = record_key(kind, record.id);
                if work.write.get(Table::Records, &key)?.is_some()
                    || work.write.get(Table::Trash, &key)?.is_some()
                {
                    return Err(AccessError::conflict("error-id-exists"));
                }
                record.document = index::next_document(work.write, kind)?;
                for step in steps {
                    history::add(
                        work.write,
                        kind,
                        (record.id, step.version),
                        &step.signature,
                        step.act,
                        step.changes,
                    );
                }
                records.push(record);
            }
            index::insert_all(work.write, kind, &records)?;
            let details = json!({"module": kind.module.name(), "count": records.len()});
            work.note(Note::new(AuditKind::Imported).with(details))
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    fn only_program(&self) -> Result<(), AccessError> {
        if self.signature.user.is_some() {
            return Err(AccessError::NotFound);
        }
        Ok(())
    }
}
