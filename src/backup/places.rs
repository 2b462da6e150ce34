//! The targets of a configuration, ready to use.

use std::path::Path;

use super::error::BackupError;
use super::target::{KnownHosts, Place, Target as _, TargetError};
use crate::config;

/// Targets in the order of the configuration, and why some of them cannot be used.
pub(crate) struct Places {
    open: Vec<Place>,
    failures: Vec<TargetError>,
}

impl Places {
    /// All of them, or the one that is named, which is an error where it cannot be used. `folder` is the data folder, where there is one: what far sides identify
    /// themselves by is kept there.
    pub(crate) fn open(
        config: &config::Backup,
        folder: Option<&Path>,
        only: Option<&str>,
    ) -> Result<Self, BackupError> {
        let known = KnownHosts::new(folder);
        let wanted = |name: &str| only.is_none_or(|only| only == name);
        let chosen = config.targets.iter().filter(|target| wanted(target.name()));
        let mut places = Self {
            open: Vec::new(),
            failures: Vec::new(),
        };
        for target in chosen {
            match Place::open(target, &known) {
                Ok(place) => places.open.push(place),
                Err(error) if only.is_some() => return Err(error.into()),
                Err(error) => places.failures.push(error),
            }
        }
        if let Some(only) = only.filter(|_| places.is_empty()) {
            let names: Vec<&str> = config
                .targets
                .iter()
                .map(config::TargetConfig::name)
                .collect();
            return Err(BackupError::NoTarget(format!(
                "there is no target {only}; there are: {}",
                if names.is_empty() {
                    "none".to_owned()
                } else {
                    names.join(", ")
                }
            )));
        }
        Ok(places)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Place> {
        self.open.iter()
    }

    /// Why targets that are not among them cannot be used.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &TargetError> {
        self.failures.iter()
    }

    /// Whether none is configured.
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_empty() && self.failures.is_empty()
    }

    /// Fetches an archive from the first target that has it.
    pub(crate) async fn fetch(&self, archive: &str, into: &Path) -> Result<(), BackupError> {
        let mut failures: Vec<String> = self.failures().map(ToString::to_string).collect();
        for place in &self.open {
            match place.get(archive, into).await {
                Ok(()) => return Ok(()),
                Err(TargetError::Absent { .. }) => {}
                Err(error) => failures.push(error.to_string()),
            }
        }
        if failures.is_empty() {
            return Err(BackupError::Absent(archive.to_owned()));
        }
        Err(BackupError::Targets(failures))
    }
}
