//! What a record's history says of one person's acts in a stretch of time: what they deleted or changed, and what others
//! have touched since.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use crate::data::log::history::{self, Act, HistoryEntry};
use crate::data::records::field::{FieldNo, RecordType};
use crate::data::records::ids::{RecordId, UserId};
use crate::data::records::kind::to_millisecond;
use crate::data::store::{Read, StoreError};

/// Whose acts of when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActsOf {
    /// The person; their account may be gone.
    pub user: UserId,
    /// The first moment.
    pub from: Timestamp,
    /// The last moment.
    pub to: Timestamp,
}

impl ActsOf {
    /// The longest stretch that is looked through.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(92 * 24);
    /// The most acts that are looked through.
    pub const MOST: usize = 200_000;

    /// The first moment as acts are signed: to the millisecond.
    pub(super) fn begins(&self) -> Timestamp {
        to_millisecond(self.from)
    }

    fn hold(&self, entry: &HistoryEntry) -> bool {
        entry.user == Some(self.user) && self.begins() <= entry.at && entry.at <= self.to
    }
}

/// A field that was last changed by them: what it held before they began, and what it held when they were done. As history
/// keeps values; nothing where it was empty.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Theirs {
    pub(super) before: Option<Json>,
    pub(super) after: Option<Json>,
}

/// A field that they changed and somebody has changed since.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Touched {
    /// Who was last; nobody where the program was.
    pub(super) by: Option<UserId>,
    /// What it held before their last unbroken run of changes.
    pub(super) before: Option<Json>,
}

/// What became of a record at their hands.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Trace {
    /// It lies in the trash because of them, and somebody may miss it.
    pub(super) deleted: bool,
    /// They made it.
    pub(super) made: bool,
    /// Who else touched it since their first act, the last of them; the inner none is the program.
    pub(super) others: Option<Option<UserId>>,
    /// Who put it into the trash after them, or merged it away.
    pub(super) gone_by: Option<Option<UserId>>,
    /// They merged it with others: that is taken back by itself.
    pub(super) merged: bool,
    /// Fields whose last change is theirs.
    pub(super) back: BTreeMap<FieldNo, Theirs>,
    /// Fields that they changed and somebody has changed since.
    pub(super) touched: BTreeMap<FieldNo, Touched>,
}

enum LastChange {
    Theirs {
        is: Theirs,
        open: bool,
    },
    Others {
        by: Option<UserId>,
        /// What it held before their last unbroken run of changes, where they changed it at all.
        theirs: Option<Option<Json>>,
        open: bool,
    },
}

/// Reads the history back from the newest version to the beginning of the stretch. None where they did nothing to it.
pub(super) fn trace(
    read: &impl Read,
    kind: &RecordType,
    id: RecordId,
    newest: u64,
    acts: &ActsOf,
) -> Result<Option<Trace>, StoreError> {
    let mut trace = Trace::default();
    let mut fields = BTreeMap::new();
    let (mut last, mut any, mut version) = (None, false, newest);
    while version > 0
        && let Some(entry) = history::at(read, kind, id, version)?
    {
        if entry.at < acts.begins() {
            break;
        }
        let theirs = acts.hold(&entry);
        last.get_or_insert((entry.act, theirs, entry.user));
        any |= theirs;
        if !theirs {
            trace.others.get_or_insert(entry.user);
        }
        match entry.act {
            Act::Merged | Act::Unmerged => {
                trace.merged |= theirs;
                note(&mut fields, &entry, false);
            }
            Act::Created if theirs => {
                trace.made = true;
                // What they changed of their own record since they made it has nothing to go back to.
                fields.retain(|_, last| !matches!(last, LastChange::Theirs { open: true, .. }));
            }
            _ => note(&mut fields, &entry, theirs),
        }
        version -= 1;
    }
    if !any {
        return Ok(None);
    }
    match last {
        Some((Act::Deleted, true, _)) => trace.deleted = !trace.made || trace.others.is_some(),
        Some((Act::Deleted | Act::Merged, false, by)) => trace.gone_by = Some(by),
        _ => {}
    }
    for (no, last) in fields {
        match last {
            LastChange::Theirs { is, .. } if is.before != is.after => {
                trace.back.insert(no, is);
            }
            LastChange::Others {
                by,
                theirs: Some(before),
                ..
            } => {
                trace.touched.insert(no, Touched { by, before });
            }
            _ => {}
        }
    }
    Ok(Some(trace))
}

/// Takes the changes of an entry in, each older than all that were taken in before.
fn note(fields: &mut BTreeMap<FieldNo, LastChange>, entry: &HistoryEntry, theirs: bool) {
    for change in &entry.changes {
        match fields.get_mut(&change.field) {
            None => {
                let last = if theirs {
                    LastChange::Theirs {
                        is: Theirs {
                            before: change.from.clone(),
                            after: change.to.clone(),
                        },
                        open: true,
                    }
                } else {
                    LastChange::Others {
                        by: entry.user,
                        theirs: None,
                        open: true,
                    }
                };
                fields.insert(change.field, last);
            }
            Some(LastChange::Theirs { is, open }) if *open => {
                if theirs {
                    is.before.clone_from(&change.from);
                } else {
                    *open = false;
                }
            }
            Some(LastChange::Others {
                theirs: last, open, ..
            }) => {
                if theirs && *open {
                    *last = Some(change.from.clone());
                } else if last.is_some() {
                    *open = false;
                }
            }
            Some(LastChange::Theirs { .. }) => {}
        }
    }
}
