//! The whole vault held against itself: for `doctor`, and for tests.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use super::custom_fields::{Definitions, FIRST_NUMBER};
use super::people;
use super::trash;
use super::vault::Vault;
use crate::data::log::AuditEntry;
use crate::data::log::audit;
use crate::data::records::consistency::{self, Findings};
use crate::data::records::field::RecordType;
use crate::data::store::{Read, StoreError, Table};

impl Vault {
    /// What in the vault contradicts itself, in words for a log: a record that is not found by everything it must be
    /// found by, an index entry without its record, a change without history, a broken audit chain. Empty when all is
    /// well. Reads everything at one moment; meant for `doctor`, not for daily work. Files are looked at too, but not into.
    pub fn check_consistency(&self) -> Result<Vec<String>, StoreError> {
        let mut findings = self.check_records()?;
        findings.extend(self.check_files(u64::MAX, false)?.wrong);
        Ok(findings)
    }

    /// The same without files.
    pub fn check_records(&self) -> Result<Vec<String>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let mut findings = Findings::default();
        let kinds = self.inner.kinds.read(&snapshot)?;
        for kind in kinds.all_whole() {
            check_own_fields(&snapshot, kind, &mut findings);
            consistency::check(
                &snapshot,
                kind,
                &kinds.purged(kind.module),
                |id, bytes| trash::stored_with_order_key(kind, id, bytes),
                &mut findings,
            )?;
        }
        check_addresses(&snapshot, &mut findings)?;
        check_audit(&snapshot, &mut findings)?;
        if let Err(error) = audit::verify(&snapshot)? {
            findings.add(|| format!("the audit log: {error}"));
        }
        Ok(findings.into_list())
    }
}

impl Vault {
    /// The same for up to `most` records of each type, and without the audit log: quick at any size. The number of records
    /// that were looked at, and what is wrong.
    pub fn check_sample(&self, most: u32) -> Result<(u32, Vec<String>), StoreError> {
        let snapshot = self.inner.store.read()?;
        let mut findings = Findings::default();
        let kinds = self.inner.kinds.read(&snapshot)?;
        let mut looked_at = 0;
        for kind in kinds.all_whole() {
            check_own_fields(&snapshot, kind, &mut findings);
            looked_at += consistency::check_sample(&snapshot, kind, most, &mut findings)?;
        }
        check_addresses(&snapshot, &mut findings)?;
        Ok((looked_at, findings.into_list()))
    }
}

fn every(
    read: &impl Read,
    table: Table,
    mut visit: impl FnMut(&[u8], &[u8]),
) -> Result<(), StoreError> {
    read.scan(table, &[], &[u8::MAX; 300], &mut |key, value| {
        visit(key, value);
        ControlFlow::Continue(())
    })
}

/// The definitions of the firm's own fields: names and numbers stand once, and no number will be given again.
pub(super) fn check_own_fields(read: &impl Read, kind: &RecordType, findings: &mut Findings) {
    let definitions = match Definitions::read(read, kind.module) {
        Ok(definitions) => definitions,
        Err(error) => return findings.add(|| error.to_string()),
    };
    let mut names = BTreeSet::new();
    for field in &definitions.fields {
        if !names.insert(&field.name) {
            findings.add(|| format!("two fields are called {}", field.name));
        }
        if !(FIRST_NUMBER..definitions.ledger.next).contains(&field.no) {
            findings.add(|| format!("the number of field {} would be given again", field.name));
        }
        if !field.group.is_empty() && !kind.group_names().any(|group| group == field.group) {
            findings.add(|| format!("field {} is in no group there is", field.name));
        }
    }
}

pub(super) fn check_addresses(read: &impl Read, findings: &mut Findings) -> Result<(), StoreError> {
    let mut wanted = BTreeMap::new();
    every(read, Table::Users, |key, bytes| {
        match people::read_user(bytes) {
            Ok(user) => {
                if wanted
                    .insert(user.email.clone().into_bytes(), key.to_vec())
                    .is_some()
                {
                    findings.add(|| format!("two accounts have the address {}", user.email));
                }
            }
            Err(error) => findings.add(|| error.to_string()),
        }
    })?;
    let mut listed = BTreeMap::new();
    every(read, Table::UserEmails, |key, id| {
        listed.insert(key.to_vec(), id.to_vec());
    })?;
    if listed != wanted {
        findings.add(|| "addresses do not lead to their accounts".to_owned());
    }
    Ok(())
}

fn check_audit(read: &impl Read, findings: &mut Findings) -> Result<(), StoreError> {
    let mut wanted = BTreeSet::new();
    every(read, Table::Audit, |_, bytes| {
        if let Ok(entry) = serde_json::from_slice::<AuditEntry>(bytes)
            && let Some(user) = entry.user
        {
            wanted.insert(audit::by_user_key(user, entry.id));
        }
    })?;
    let mut listed = BTreeSet::new();
    every(read, Table::AuditByUser, |key, _| {
        listed.insert(key.to_vec());
    })?;
    if listed != wanted {
        findings.add(|| "the audit log by person differs from the whole".to_owned());
    }
    Ok(())
}
