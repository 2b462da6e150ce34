//! What is known of attached files at the targets of backups. Of this data folder: no archive brings it along.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::AccessError;
use super::vault::{Access, Vault};
use crate::data::store::{Read, StoreError, Table, prefix_end};

/// An entry: table, key, value.
type Row = (Table, Vec<u8>, Vec<u8>);

/// The name of an object at a target: a keyed hash of its content's hash.
pub type ObjectId = [u8; 32];

/// An object at a target.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownObject {
    /// Bytes it takes there; nothing until all of it was read back, and where it was found damaged.
    #[serde(default)]
    pub size: Option<u64>,
    /// When it was last read back whole.
    #[serde(default)]
    pub proved_at: Option<Timestamp>,
    /// The moment of the first archive that may refer to it.
    pub since: Timestamp,
    /// The moment of the first archive that no longer does. What a later one refers to again counts as referred to in
    /// between as well.
    #[serde(default)]
    pub unused_since: Option<Timestamp>,
}

impl KnownObject {
    /// Whether an archive of that moment may refer to it.
    pub fn serves(&self, moment: Timestamp) -> bool {
        self.since <= moment && self.unused_since.is_none_or(|unused| moment < unused)
    }
}

/// Behind the target's name: what follows is an object's name, or an archive's.
const OBJECT: u8 = b'o';
const ARCHIVE: u8 = b'a';
/// Entries copied in one transaction.
const AT_ONCE: usize = 2_000;

fn prefix(target: &str, what: u8) -> Vec<u8> {
    let mut key = target.as_bytes().to_vec();
    key.extend_from_slice(&[0, what]);
    key
}

fn corrupt(error: impl std::fmt::Display) -> StoreError {
    StoreError::corrupt("what is known of files at a target", error)
}

impl Vault {
    /// Objects known to be at a target.
    pub fn known_objects(
        &self,
        target: &str,
    ) -> Result<BTreeMap<ObjectId, KnownObject>, StoreError> {
        self.at_target(target, OBJECT, |name| {
            ObjectId::try_from(name).map_err(corrupt)
        })
    }

    /// Archives at a target of which it is known which objects they refer to, with their moments.
    pub fn settled_archives(
        &self,
        target: &str,
    ) -> Result<BTreeMap<String, Timestamp>, StoreError> {
        self.at_target(target, ARCHIVE, |name| {
            String::from_utf8(name.to_vec()).map_err(corrupt)
        })
    }

    fn at_target<K: Ord, V: for<'de> Deserialize<'de>>(
        &self,
        target: &str,
        what: u8,
        name: impl Fn(&[u8]) -> Result<K, StoreError>,
    ) -> Result<BTreeMap<K, V>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let from = prefix(target, what);
        let (mut found, mut failed) = (BTreeMap::new(), None);
        snapshot.scan(
            Table::BackupObjects,
            &from,
            &prefix_end(&from),
            &mut |key, value| {
                let name = name(&key[from.len()..]);
                let value = serde_json::from_slice(value).map_err(corrupt);
                match name.and_then(|name| Ok((name, value?))) {
                    Ok((name, value)) => {
                        found.insert(name, value);
                        ControlFlow::Continue(())
                    }
                    Err(error) => {
                        failed = Some(error);
                        ControlFlow::Break(())
                    }
                }
            },
        )?;
        failed.map_or(Ok(found), Err)
    }
}

impl Access {
    /// Keeps what is known of objects at a target; of those without anything nothing is known any more. Only the program
    /// does this.
    pub async fn keep_objects(
        &self,
        target: &str,
        objects: Vec<(ObjectId, Option<KnownObject>)>,
    ) -> Result<(), AccessError> {
        if objects.is_empty() {
            return Ok(());
        }
        let prefix = prefix(target, OBJECT);
        self.write(move |work| {
            work.only_the_program()?;
            for (id, known) in objects {
                let mut key = prefix.clone();
                key.extend_from_slice(&id);
                match known {
                    Some(known) => {
                        let bytes = serde_json::to_vec(&known);
                        let bytes = bytes.expect("plain structs always serialise");
                        work.write.put(Table::BackupObjects, key, bytes);
                    }
                    None => work.write.delete(Table::BackupObjects, key),
                }
            }
            Ok(())
        })
        .await
    }

    /// Keeps that it is known which objects an archive at a target refers to; without a moment, that the archive is gone.
    /// Only the program does this.
    pub async fn settle_archive(
        &self,
        target: &str,
        archive: &str,
        moment: Option<Timestamp>,
    ) -> Result<(), AccessError> {
        let mut key = prefix(target, ARCHIVE);
        key.extend_from_slice(archive.as_bytes());
        self.write(move |work| {
            work.only_the_program()?;
            match moment {
                Some(moment) => {
                    let bytes = serde_json::to_vec(&moment);
                    let bytes = bytes.expect("a moment always serialises");
                    work.write.put(Table::BackupObjects, key, bytes);
                }
                None => work.write.delete(Table::BackupObjects, key),
            }
            Ok(())
        })
        .await
    }

    /// Takes over what another firm's database knows of objects at targets: the one that this one takes the place of. Only
    /// the program does this.
    pub async fn take_over_objects(&self, from: &Vault) -> Result<(), AccessError> {
        let mut last = Vec::new();
        loop {
            let entries = from.some_objects(&last)?;
            let Some(end) = entries.last() else {
                return Ok(());
            };
            last.clone_from(&end.1);
            self.write(move |work| {
                work.only_the_program()?;
                for (table, key, value) in entries {
                    work.write.put(table, key, value);
                }
                Ok(())
            })
            .await?;
        }
    }
}

impl Vault {
    /// What is stored behind a key, some of it.
    fn some_objects(&self, behind: &[u8]) -> Result<Vec<Row>, StoreError> {
        let mut entries = Vec::new();
        let snapshot = self.inner.store.read()?;
        snapshot.scan(
            Table::BackupObjects,
            behind,
            &[u8::MAX; 300],
            &mut |key, value| {
                if key != behind {
                    entries.push((Table::BackupObjects, key.to_vec(), value.to_vec()));
                }
                if entries.len() < AT_ONCE {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            },
        )?;
        Ok(entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_serves_archives_from_its_first_to_its_last() {
        let at = |hour: &str| {
            format!("2026-11-26T{hour}:00:00Z")
                .parse::<Timestamp>()
                .unwrap()
        };
        let mut known = KnownObject {
            since: at("10"),
            ..KnownObject::default()
        };
        assert!(!known.serves(at("09")) && known.serves(at("10")) && known.serves(at("23")));
        known.unused_since = Some(at("12"));
        assert!(known.serves(at("11")) && !known.serves(at("12")) && !known.serves(at("13")));
    }
}
