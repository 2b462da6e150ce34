//! Places for backups as they are set on the page, beside those of the configuration file, and further keys that open
//! archives. Their secrets are sealed; the rest are words by the keys that the configuration has for them, which only
//! `backup` understands.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::ControlFlow;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::backups::KnownBackup;
use super::built_in::BuiltIn;
use super::error::AccessError;
use super::letter::{Letter, Template};
use super::outbox;
use super::reading::Reading;
use super::role::AdminRight;
use super::vault::{Access, Vault, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::problem::{FieldError, Problem};
use crate::data::store::{Read, Seal, StoreError, Table};

const TARGETS: &[u8] = b"backup-targets";
const RECIPIENTS: &[u8] = b"backup-recipients";
const PURPOSE: &str = "secret of a place for backups";
/// Places that can be set on the page.
const MOST: usize = 20;
/// Bytes of all words of a place; a bundle of certificates is the longest of them.
const LONGEST: usize = 256 << 10;

/// A place for backups.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptTarget {
    /// What it is called; what was sent there is known by it, so that it stays.
    pub name: String,
    /// `local`, `s3`, `sftp` or `webdav`.
    pub kind: String,
    /// Where it is and how it is reached, by the keys of the configuration.
    pub values: BTreeMap<String, String>,
    /// What nobody is shown, by the same keys.
    pub secrets: BTreeMap<String, String>,
}

impl KeptTarget {
    /// A value; empty where there is none.
    pub fn value(&self, key: &str) -> &str {
        self.values.get(key).map_or("", String::as_str)
    }

    /// A secret; empty where there is none.
    pub(crate) fn secret(&self, key: &str) -> &str {
        self.secrets.get(key).map_or("", String::as_str)
    }

    /// Whether the other is the same door, to which the same secrets may be shown.
    pub(crate) fn is_same_door(&self, other: &Self) -> bool {
        let door = [
            "endpoint", "region", "host", "port", "user", "url", "ca_file",
        ];
        self.kind == other.kind && door.iter().all(|key| self.value(key) == other.value(key))
    }

    /// Whether what was sent to the other lies here.
    fn is_same_place(&self, other: &Self) -> bool {
        let place = [
            "endpoint", "region", "bucket", "prefix", "host", "port", "user", "path", "url",
        ];
        self.kind == other.kind && place.iter().all(|key| self.value(key) == other.value(key))
    }

    /// Where it is, for the audit log.
    fn words(&self) -> BTreeMap<&str, &str> {
        let values = self.values.iter();
        let told = values.filter(|(key, value)| *key != "ca_file" && !value.is_empty());
        told.map(|(key, value)| (key.as_str(), value.as_str()))
            .collect()
    }
}

impl fmt::Debug for KeptTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("KeptTarget");
        debug.field("name", &self.name).field("kind", &self.kind);
        debug.field("values", &self.values).finish_non_exhaustive()
    }
}

/// What becomes of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetChange {
    /// It is a new one.
    Added,
    /// It is there already.
    Changed,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    name: String,
    kind: String,
    #[serde(default)]
    values: BTreeMap<String, String>,
    /// Sealed, in base64.
    #[serde(default)]
    secrets: BTreeMap<String, String>,
}

fn stored(read: &impl Read) -> Result<Vec<Stored>, StoreError> {
    match read.get(Table::Meta, TARGETS)? {
        None => Ok(Vec::new()),
        Some(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("the places for backups", error)),
    }
}

impl Stored {
    fn seal(target: KeptTarget, seal: &Seal) -> Self {
        let secrets = target.secrets.into_iter();
        let secrets = secrets.filter(|(_, secret)| !secret.is_empty());
        Self {
            name: target.name,
            kind: target.kind,
            values: target.values,
            secrets: secrets
                .map(|(key, secret)| (key, BASE64.encode(&seal.seal(PURPOSE, secret.as_bytes()))))
                .collect(),
        }
    }

    /// With its secrets.
    fn open(&self, seal: &Seal) -> Result<KeptTarget, StoreError> {
        let mut target = self.closed();
        for (key, sealed) in &self.secrets {
            let sealed = BASE64
                .decode(sealed.as_bytes())
                .map_err(|error| StoreError::corrupt("the places for backups", error))?;
            let secret = String::from_utf8_lossy(&seal.open(PURPOSE, &sealed)?).into_owned();
            target.secrets.insert(key.clone(), secret);
        }
        Ok(target)
    }

    /// Without them: which there are is told, by empty ones.
    fn closed(&self) -> KeptTarget {
        let secrets = self.secrets.keys();
        KeptTarget {
            name: self.name.clone(),
            kind: self.kind.clone(),
            values: self.values.clone(),
            secrets: secrets.map(|key| (key.clone(), String::new())).collect(),
        }
    }

    fn is_called(&self, name: &str) -> bool {
        self.name.to_lowercase() == name.to_lowercase()
    }
}

fn recipients(read: &impl Read) -> Result<Vec<String>, StoreError> {
    match read.get(Table::Meta, RECIPIENTS)? {
        None => Ok(Vec::new()),
        Some(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("further keys of backups", error)),
    }
}

impl Vault {
    /// The places for backups set on the page, with their secrets.
    pub(crate) fn backup_targets(&self) -> Result<Vec<KeptTarget>, StoreError> {
        let (read, seal) = (self.inner.store.read()?, self.inner.store.seal());
        stored(&read)?
            .iter()
            .map(|stored| stored.open(seal))
            .collect()
    }

    /// Public keys set on the page that open archives beside the firm's own.
    pub(crate) fn backup_recipients(&self) -> Result<Vec<String>, StoreError> {
        recipients(&self.inner.store.read()?)
    }
}

impl Reading {
    /// The places for backups set on the page, without their secrets; for those who look after backups.
    pub fn backup_targets(&self) -> Result<Vec<KeptTarget>, AccessError> {
        self.rights().require_admin(AdminRight::Backups)?;
        Ok(stored(self.snapshot())?
            .iter()
            .map(Stored::closed)
            .collect())
    }
}

impl Access {
    /// Keeps a place for backups. What is wrong with it was found before; a secret that it does not have is kept from
    /// before, but only for the same door: whoever may change places must not lead a secret they do not know to a server
    /// of their own. Where it lies elsewhere than before, what was sent to the old place counts no more.
    pub async fn set_backup_target(
        &self,
        target: KeptTarget,
        change: TargetChange,
    ) -> Result<(), AccessError> {
        let vault = self.vault.clone();
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Backups)?;
            let mut all = stored(work.write)?;
            let at = all.iter().position(|stored| stored.is_called(&target.name));
            let words = target.values.values().chain(target.secrets.values());
            if words.map(String::len).sum::<usize>() > LONGEST {
                return refused("ca_file", "error-too-long");
            }
            let mut target = target;
            target.secrets.retain(|_, secret| !secret.is_empty());
            match (at, change) {
                (Some(_), TargetChange::Added) => return refused("name", "error-target-taken"),
                (None, TargetChange::Added) if all.len() >= MOST => {
                    return refused("name", "error-target-most");
                }
                (None, TargetChange::Added) => {}
                (None, TargetChange::Changed) => return Err(AccessError::NotFound),
                (Some(at), TargetChange::Changed) => {
                    let old = all[at].open(&work.seal)?;
                    target.name.clone_from(&old.name);
                    if old.is_same_door(&target) && target.secrets.is_empty() {
                        target.secrets.clone_from(&old.secrets);
                    }
                    if old == target {
                        return Ok(());
                    }
                    if !old.is_same_place(&target) {
                        work.forget_at(&old.name)?;
                    }
                }
            }
            let what = match change {
                TargetChange::Added => "added",
                TargetChange::Changed => "changed",
            };
            work.note_target(
                &target.name,
                what,
                &json!({
                    "kind": target.kind, "place": target.words(),
                }),
            )?;
            work.tell_of_target(&vault, what, &target.name);
            let sealed = Stored::seal(target, &work.seal);
            match at {
                Some(at) => all[at] = sealed,
                None => all.push(sealed),
            }
            work.put_targets(&all);
            Ok(())
        })
        .await
    }

    /// Keeps a place no more. What lies there stays there, and is not known here any more.
    pub async fn remove_backup_target(&self, name: String) -> Result<(), AccessError> {
        let vault = self.vault.clone();
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Backups)?;
            let mut all = stored(work.write)?;
            let Some(at) = all.iter().position(|stored| stored.name == name) else {
                return Err(AccessError::NotFound);
            };
            let gone = all.remove(at).closed();
            work.note_target(
                &name,
                "removed",
                &json!({
                    "kind": gone.kind, "place": gone.words(),
                }),
            )?;
            work.tell_of_target(&vault, "removed", &name);
            work.forget_at(&name)?;
            work.put_targets(&all);
            Ok(())
        })
        .await
    }

    /// Holds the server of a place to a key from now on, by its fingerprint, or to the next one it shows where that is
    /// empty. Only places set on the page have one here.
    pub async fn pin_backup_target(
        &self,
        name: String,
        fingerprint: String,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Backups)?;
            let mut all = stored(work.write)?;
            let Some(target) = all.iter_mut().find(|stored| stored.name == name) else {
                return Err(AccessError::NotFound);
            };
            target.values.insert("host_key".to_owned(), fingerprint);
            work.put_targets(&all);
            Ok(())
        })
        .await
    }

    /// Sets the public keys that open archives beside the firm's own.
    pub async fn set_backup_recipients(&self, keys: Vec<String>) -> Result<(), AccessError> {
        let vault = self.vault.clone();
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Backups)?;
            if keys.len() > MOST {
                return refused("recipients", "error-recipients-most");
            }
            let mut errors = keys.iter().filter(|key| !is_recipient(key)).map(|key| {
                let secret = key.to_uppercase().starts_with("AGE-SECRET-KEY-");
                FieldError::new(
                    "recipients",
                    if secret {
                        Problem::new("error-recipient-secret")
                    } else {
                        Problem::new("error-recipient")
                            .with("key", key.chars().take(80).collect::<String>())
                    },
                )
            });
            if let Some(error) = errors.next() {
                return Err(AccessError::Invalid(vec![error]));
            }
            if recipients(work.write)? == keys {
                return Ok(());
            }
            let note =
                Note::new(AuditKind::BackupPlanChanged).about(Subject::new("backups", "keys"));
            work.note(note.with(json!({"recipients": keys})))?;
            work.tell_of_target(&vault, "recipients", "");
            let bytes = serde_json::to_vec(&keys).expect("texts always serialise");
            work.write.put(Table::Meta, RECIPIENTS.to_vec(), bytes);
            Ok(())
        })
        .await
    }
}

/// Whether a text is a public key of the age format.
fn is_recipient(text: &str) -> bool {
    text.parse::<age::x25519::Recipient>().is_ok()
}

fn refused<T>(field: &str, key: &'static str) -> Result<T, AccessError> {
    let most = Problem::new(key).with("most", MOST as u64);
    Err(AccessError::Invalid(vec![FieldError::new(field, most)]))
}

impl Work<'_, '_, '_> {
    fn put_targets(&mut self, all: &[Stored]) {
        let bytes = serde_json::to_vec(all).expect("plain structs always serialise");
        self.write.put(Table::Meta, TARGETS.to_vec(), bytes);
    }

    fn note_target(
        &mut self,
        name: &str,
        what: &str,
        details: &serde_json::Value,
    ) -> Result<(), AccessError> {
        let note = Note::new(AuditKind::BackupTargetChanged).about(Subject::new("backups", name));
        let mut details = details.clone();
        details["target"] = json!(name);
        details["change"] = json!(what);
        self.note(note.with(details))
    }

    /// Tells every active owner: whoever took over an account could lead backups elsewhere.
    fn tell_of_target(&mut self, vault: &Vault, what: &str, target: &str) {
        let (at, by) = (
            self.signature.at,
            self.rights.user().map(|user| user.name.clone()),
        );
        let owners = self.rights.people().holders(BuiltIn::Owner.id());
        let letters: Vec<Letter> = owners
            .filter(|owner| owner.active)
            .map(|owner| {
                Letter::to(owner, Template::BackupTargetChanged, at)
                    .with("what", what)
                    .with("target", target)
                    .with("who", by.clone().unwrap_or_default())
                    .from(&self.signature)
            })
            .collect();
        for letter in letters {
            outbox::post(self.write, vault.inner.store.seal(), &letter, at);
        }
    }

    /// Forgets what is known to lie at a place.
    fn forget_at(&mut self, target: &str) -> Result<(), AccessError> {
        let mut known: Vec<KnownBackup> = Vec::new();
        self.write
            .scan(Table::Backups, &[], &[u8::MAX; 300], &mut |_, bytes| {
                known.extend(serde_json::from_slice(bytes));
                ControlFlow::Continue(())
            })?;
        for mut backup in known {
            if backup.targets.remove(target).is_none() {
                continue;
            }
            backup.proved_at = backup.targets.values().filter_map(|at| at.proved_at).max();
            let key = backup.name.clone().into_bytes();
            if backup.targets.is_empty() {
                self.write.delete(Table::Backups, key);
            } else {
                let bytes = serde_json::to_vec(&backup).expect("plain structs always serialise");
                self.write.put(Table::Backups, key, bytes);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
