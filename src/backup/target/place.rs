//! A target of any kind.

use std::path::Path;

use super::local::Local;
use super::{Stored, Target, TargetError};
use crate::config::TargetConfig;

/// A target of any kind, as configured.
#[derive(Debug)]
pub(crate) enum Place {
    /// A folder.
    Local(Local),
}

impl Place {
    /// Makes ready to use a target; nothing is asked of the far side yet.
    pub(crate) fn open(config: &TargetConfig) -> Result<Self, TargetError> {
        match config {
            TargetConfig::Local(config) => Ok(Self::Local(Local::new(config))),
            _ => Err(TargetError::Failed {
                target: config.name().to_owned(),
                message: "this kind of target is not there yet".to_owned(),
            }),
        }
    }
}
impl Target for Place {
    async fn put(&self, name: &str, file: &Path) -> Result<(), TargetError> {
        match self {
            Self::Local(target) => target.put(name, file).await,
        }
    }

    async fn get(&self, name: &str, into: &Path) -> Result<(), TargetError> {
        match self {
            Self::Local(target) => target.get(name, into).await,
        }
    }

    async fn list(&self, ending: &str) -> Result<Vec<Stored>, TargetError> {
        match self {
            Self::Local(target) => target.list(ending).await,
        }
    }

    async fn delete(&self, name: &str) -> Result<(), TargetError> {
        match self {
            Self::Local(target) => target.delete(name).await,
        }
    }

    async fn room(&self) -> Result<Option<u64>, TargetError> {
        match self {
            Self::Local(target) => target.room().await,
        }
    }
}
