//! A target of any kind.

use std::path::Path;

use tokio::time::timeout;

use super::known::KnownHosts;
use super::limits;
use super::local::Local;
use super::s3::{Eea, Lock, S3};
use super::sftp::Sftp;
use super::trial::{Tried, try_it};
use super::webdav::WebDav;
use super::{Stored, Target, TargetError};
use crate::config::TargetConfig;

/// A target of any kind, as configured.
#[derive(Debug)]
pub(crate) enum Place {
    /// A folder.
    Local(Local),
    /// A bucket.
    S3(Box<S3>),
    /// A folder behind SSH.
    Sftp(Box<Sftp>),
    /// A folder behind `WebDAV`.
    WebDav(Box<WebDav>),
}

impl Place {
    /// Makes ready to use a target; nothing is asked of the far side yet.
    pub(crate) fn open(config: &TargetConfig, known: &KnownHosts) -> Result<Self, TargetError> {
        Ok(match config {
            TargetConfig::Local(config) => Self::Local(Local::new(config)),
            TargetConfig::S3(config) => Self::S3(Box::new(S3::new(config)?)),
            TargetConfig::Sftp(config) => Self::Sftp(Box::new(Sftp::new(config, known))),
            TargetConfig::WebDav(config) => Self::WebDav(Box::new(WebDav::new(config)?)),
        })
    }

    /// Writes a small file there, reads it back, compares and removes it, within [`limits::TRIAL`]. An error is the far side's
    /// own words, never a secret.
    pub(crate) async fn try_it(&self) -> Result<Tried, TargetError> {
        match timeout(limits::TRIAL, try_it(self.name(), self)).await {
            Ok(tried) => tried,
            Err(_) => Err(TargetError::Failed {
                target: self.name().to_owned(),
                message: format!("no answer within {} s", limits::TRIAL.as_secs()),
            }),
        }
    }

    /// What the target is called.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Local(target) => target.name(),
            Self::S3(target) => target.name(),
            Self::Sftp(target) => target.name(),
            Self::WebDav(target) => target.name(),
        }
    }

    /// Whether the data lies in the European Economic Area; `None` for kinds whose address does not tell by itself.
    pub(crate) fn eea(&self) -> Option<Eea> {
        match self {
            Self::S3(target) => Some(target.eea()),
            _ => None,
        }
    }

    /// How long the place keeps everything whatever is asked of it.
    pub(crate) async fn lock(&self) -> Result<Option<Lock>, TargetError> {
        match self {
            Self::S3(target) => target.lock().await,
            _ => Ok(None),
        }
    }

    /// Forgets the key that was kept at first use, where there is one: the next one shown counts.
    pub(crate) fn forget_host_key(&self) -> Result<(), TargetError> {
        match self {
            Self::Sftp(target) => target.forget_host_key(),
            _ => Ok(()),
        }
    }

    /// The fingerprint of the key the server is held to, `SHA256:…`, where there is one.
    pub(crate) fn host_key(&self) -> Option<String> {
        match self {
            Self::Sftp(target) => target.host_key(),
            _ => None,
        }
    }
}

/// Hands a call on to the target of whatever kind.
macro_rules! each {
    ($place:expr, $target:ident => $call:expr) => {
        match $place {
            Place::Local($target) => $call.await,
            Place::S3($target) => $call.await,
            Place::Sftp($target) => $call.await,
            Place::WebDav($target) => $call.await,
        }
    };
}

impl Target for Place {
    async fn put(&self, name: &str, file: &Path) -> Result<(), TargetError> {
        each!(self, target => target.put(name, file))
    }

    async fn get(&self, name: &str, into: &Path) -> Result<(), TargetError> {
        each!(self, target => target.get(name, into))
    }

    async fn list(&self, ending: &str) -> Result<Vec<Stored>, TargetError> {
        each!(self, target => target.list(ending))
    }

    async fn list_files(&self) -> Result<Vec<Stored>, TargetError> {
        each!(self, target => target.list_files())
    }

    async fn delete(&self, name: &str) -> Result<(), TargetError> {
        each!(self, target => target.delete(name))
    }

    async fn room(&self) -> Result<Option<u64>, TargetError> {
        each!(self, target => target.room())
    }
}
