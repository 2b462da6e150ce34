//! What targets say of themselves, for a page: asked all at once, and not waited for long.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::timeout;

use super::desk::{Desk, apart};
use super::error::BackupError;
use super::target::{Eea, Target as _, Tried};
use super::{ENDING, Listed, name};
use crate::config::TargetConfig;
use crate::data::KnownBackup;
use crate::machine::{FileSystem, file_system};

/// How long a page waits for targets.
const PATIENCE: Duration = Duration::from_secs(2);

/// A target, looked at.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    /// What it is called.
    pub(crate) name: String,
    /// Its address, without secrets.
    pub(crate) place: String,
    /// Bytes that are free there, where it tells.
    pub(crate) room: Option<u64>,
    /// Where it lies, for kinds whose address tells.
    pub(crate) eea: Option<Eea>,
    /// The fingerprint of the key its server is held to.
    pub(crate) host_key: Option<String>,
    /// How long it keeps everything whatever is asked of it, where it does.
    pub(crate) lock: Option<String>,
    /// Whether it outlives this machine: it lies on another.
    pub(crate) is_far: bool,
    /// Why it cannot be used now; nothing where it answered, or did not in time.
    pub(crate) error: Option<String>,
}

/// Where a target is, in a line.
fn place(target: &TargetConfig) -> String {
    match target {
        TargetConfig::Local(target) => target.path.display().to_string(),
        TargetConfig::S3(target) => {
            let endpoint = target.endpoint.as_deref().unwrap_or("AWS");
            format!(
                "{endpoint} · {}/{} · {}",
                target.bucket, target.prefix, target.region
            )
        }
        TargetConfig::Sftp(target) => {
            format!(
                "{}@{}:{}:{}",
                target.user, target.host, target.port, target.path
            )
        }
        TargetConfig::WebDav(target) => target.url.clone(),
    }
}

/// Whether a target lies on another machine: a folder does where it is mounted from there.
async fn is_far(target: &TargetConfig) -> bool {
    let TargetConfig::Local(target) = target else {
        return true;
    };
    let path = target.path.clone();
    let system = tokio::task::spawn_blocking(move || file_system(&path));
    let system = timeout(PATIENCE, system).await;
    matches!(system, Ok(Ok(Ok(FileSystem::Network(_)))))
}

impl Desk {
    /// Looks at every target.
    pub(crate) async fn look(&self) -> Result<Vec<Look>, BackupError> {
        let desk = self.clone();
        let targets = self.in_force()?.targets;
        apart(move || async move { Ok(desk.look_here(&targets).await) }).await
    }

    async fn look_here(&self, targets: &[TargetConfig]) -> Vec<Look> {
        let looks = targets.iter().map(|target| async {
            let mut look = Look {
                name: target.name().to_owned(),
                place: place(target),
                room: None,
                eea: None,
                host_key: None,
                lock: None,
                is_far: is_far(target).await,
                error: None,
            };
            let places = match self.places(Some(target.name())) {
                Ok(places) => places,
                Err(error) => {
                    look.error = Some(error.to_string());
                    return look;
                }
            };
            let Some(place) = places.iter().next() else {
                return look;
            };
            look.eea = place.eea();
            look.host_key = place.host_key();
            match timeout(PATIENCE, place.room()).await {
                Ok(Ok(room)) => look.room = room,
                Ok(Err(error)) => look.error = Some(error.to_string()),
                Err(_) => return look,
            }
            if let Ok(Ok(Some(lock))) = timeout(PATIENCE, place.lock()).await {
                look.lock = Some(lock.to_string());
            }
            look
        });
        join_all(looks).await
    }

    /// Backups there are, the newest first: as the targets list them, or as they are known here where those take too long.
    /// The second part says whether the targets were heard.
    pub(crate) async fn list_soon(&self) -> Result<(Vec<Listed>, bool), BackupError> {
        let desk = self.clone();
        let heard = apart(move || async move {
            let listed = timeout(PATIENCE, desk.list()).await;
            listed.ok().transpose()
        });
        if let Some((listed, failures)) = heard.await? {
            return Ok((listed, failures.is_empty()));
        }
        let known = self.vault.backups()?;
        Ok((known.iter().map(Listed::as_known).collect(), false))
    }

    /// Tries a target out: writes, reads, removes. An error is the far side's own words.
    pub(crate) async fn try_target(&self, target: &str) -> Result<Tried, BackupError> {
        let places = self.places(Some(target))?;
        let tried = apart(move || async move {
            match places.iter().next() {
                Some(place) => Ok(Some(place.try_it().await?)),
                None => Ok(None),
            }
        });
        let none = || BackupError::NoTarget(format!("there is no target {target}"));
        tried.await?.ok_or_else(none)
    }

    /// What the targets are called.
    pub(crate) fn target_names(&self) -> Result<Vec<String>, BackupError> {
        let config = self.in_force()?;
        let targets = config.targets.iter();
        Ok(targets.map(|target| target.name().to_owned()).collect())
    }

    /// Forgets the key that the server of a target identified itself by.
    pub(crate) fn forget_host_key(&self, target: &str) -> Result<(), BackupError> {
        for place in self.places(Some(target))?.iter() {
            place.forget_host_key()?;
        }
        Ok(())
    }

    /// Whether a name is one that archives have: no path, and nothing that leads elsewhere.
    pub(crate) fn is_name(archive: &str) -> bool {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        archive.len() <= 200
            && archive.ends_with(ENDING)
            && name::moment(archive).is_some()
            && archive.bytes().all(allowed)
    }
}

impl Listed {
    fn as_known(known: &KnownBackup) -> Self {
        let there = |at: &(&String, &crate::data::AtTarget)| at.1.sent_at.is_some();
        Self {
            name: known.name.clone(),
            created_at: Some(known.created_at),
            size: known.size,
            targets: known
                .targets
                .iter()
                .filter(there)
                .map(|at| at.0.clone())
                .collect(),
            proved_at: known.proved_at,
            counts: known.counts.clone(),
            file_bytes: known.file_bytes,
        }
    }
}
