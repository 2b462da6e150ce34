//! Records that look the same and are not: what people said is remembered for the whole firm, two by two, so that a third
//! lookalike still shows.
//!
//! Kept in [`Table::Preferences`] under the firm, whose id there is sixteen zeros:
//! `firm ‖ "apart" ‖ module ‖ record ‖ other record`, in both directions.

use std::ops::{Bound, ControlFlow};

use serde_json::json;

use super::error::{AccessError, Permission};
use super::reading::Reading;
use super::seen::Seen;
use super::vault::{Access, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::field::RecordType;
use crate::data::records::ids::RecordId;
use crate::data::records::problem::Problem;
use crate::data::store::{Direction, Read, StoreError, Table, prefix_end};

/// Records that one mark can tell apart.
const MOST: usize = 60;

fn prefix(kind: &RecordType) -> Vec<u8> {
    let mut key = vec![0; 16];
    key.extend_from_slice(b"apart");
    key.push(kind.module.code());
    key
}

fn key(kind: &RecordType, one: RecordId, other: RecordId) -> Vec<u8> {
    let mut key = prefix(kind);
    key.extend_from_slice(one.bytes());
    key.extend_from_slice(other.bytes());
    key
}

/// Whether somebody said that two records are not the same.
pub(super) fn are_apart(
    read: &impl Read,
    kind: &RecordType,
    one: RecordId,
    other: RecordId,
) -> Result<bool, StoreError> {
    Ok(read
        .get(Table::Preferences, &key(kind, one, other))?
        .is_some())
}

impl Access {
    /// Remembers that these records are not the same, or, with `apart` false, forgets it.
    pub async fn set_apart(
        &self,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
        apart: bool,
    ) -> Result<(), AccessError> {
        self.write(move |work| work.set_apart(kind, &ids, apart))
            .await
    }
}

impl Reading {
    /// Pairs of records that were said not to be the same, both seen by the actor; at most `limit`.
    pub fn set_apart(
        &self,
        kind: &'static RecordType,
        limit: usize,
    ) -> Result<Vec<(Seen, Seen)>, AccessError> {
        self.rights()
            .require(Permission::Option(kind.module, "merge"))?;
        let prefix = prefix(kind);
        let end = prefix_end(&prefix);
        let walk = self.snapshot().walk(
            Table::Preferences,
            Bound::Included(&prefix),
            Bound::Excluded(&end),
            Direction::Forward,
        )?;
        let mut seen = Vec::new();
        for entry in walk {
            if seen.len() == limit {
                break;
            }
            let (key, _) = entry?;
            let Some((head, other)) = key.value().split_last_chunk::<16>() else {
                continue;
            };
            let Some(one) = head.last_chunk::<16>().filter(|one| *one < other) else {
                continue;
            };
            let (one, other) = (RecordId::from_bytes(*one), RecordId::from_bytes(*other));
            match (self.get(kind, one), self.get(kind, other)) {
                (Ok(one), Ok(other)) => seen.push((one, other)),
                (Err(AccessError::Store(error)), _) | (_, Err(AccessError::Store(error))) => {
                    return Err(error.into());
                }
                _ => {}
            }
        }
        Ok(seen)
    }
}

impl Work<'_, '_, '_> {
    fn set_apart(
        &mut self,
        kind: &'static RecordType,
        ids: &[RecordId],
        apart: bool,
    ) -> Result<(), AccessError> {
        self.rights
            .require(Permission::Option(kind.module, "merge"))?;
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() < 2 || ids.len() > MOST {
            return Err(AccessError::Conflict(
                Problem::new("error-apart-count").with("most", MOST),
            ));
        }
        for id in &ids {
            self.seen(kind, *id)?;
        }
        let value = json!({"at": self.signature.at, "by": self.signature.user}).to_string();
        for one in &ids {
            for other in ids.iter().filter(|other| *other != one) {
                let key = key(kind, *one, *other);
                if apart {
                    self.write
                        .put(Table::Preferences, key, value.clone().into_bytes());
                } else {
                    self.write.delete(Table::Preferences, key);
                }
            }
        }
        self.note(
            Note::new(AuditKind::Changed)
                .about(Subject::record(kind.module, ids[0]))
                .with(json!({"not_duplicates": apart, "ids": ids})),
        )
    }

    /// Forgets what was said of a record that goes for good.
    pub(super) fn forget_apart(
        &mut self,
        kind: &RecordType,
        id: RecordId,
    ) -> Result<(), AccessError> {
        let mut start = prefix(kind);
        start.extend_from_slice(id.bytes());
        let mut others = Vec::new();
        self.write.scan(
            Table::Preferences,
            &start,
            &prefix_end(&start),
            &mut |key, _| {
                others.extend(key.last_chunk::<16>().copied());
                ControlFlow::Continue(())
            },
        )?;
        for other in others {
            let other = RecordId::from_bytes(other);
            self.write.delete(Table::Preferences, key(kind, id, other));
            self.write.delete(Table::Preferences, key(kind, other, id));
        }
        Ok(())
    }
}
