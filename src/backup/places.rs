//! The targets of a configuration, ready to use.

use std::collections::BTreeMap;
use std::path::Path;

use super::ENDING;
use super::desk::{Desk, Listed, at};
use super::error::BackupError;
use super::target::{KnownHosts, Place, Target as _, TargetError};
use crate::config;
use crate::data::KnownBackup;

/// Targets in the order of the configuration, and why some of them cannot be used.
pub(crate) struct Places {
    open: Vec<Place>,
    failures: Vec<TargetError>,
    /// Where it is known what was sent there.
    desk: Option<Desk>,
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
            desk: None,
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
            return Err(BackupError::UnknownTarget(format!(
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

    /// The same for a desk, which knows what was sent there.
    pub(super) fn of(self, desk: Desk) -> Self {
        Self {
            desk: Some(desk),
            ..self
        }
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

    /// The archives that lie there, the newest first, with what went wrong; nothing is known of them but their names.
    pub(crate) async fn list(&self) -> (Vec<Listed>, Vec<TargetError>) {
        let mut listed: BTreeMap<String, Listed> = BTreeMap::new();
        let mut failures = self.failures.clone();
        for place in &self.open {
            match place.list(ENDING).await {
                Ok(found) => {
                    for stored in found {
                        let entry = listed.entry(stored.name.clone());
                        let entry = entry.or_insert_with(|| Listed::stored(stored));
                        entry.targets.push(place.name().to_owned());
                    }
                }
                Err(error) => failures.push(error),
            }
        }
        let mut listed: Vec<Listed> = listed.into_values().collect();
        listed.sort_by(|one, other| {
            (other.created_at, &other.name).cmp(&(one.created_at, &one.name))
        });
        (listed, failures)
    }

    /// Fetches an archive from a target that has it whole: those come first where it was proved, and the next is asked
    /// where a copy is not what was sent. Such a copy is kept as damaged, and owners hear of it.
    pub(crate) async fn fetch(&self, archive: &str, into: &Path) -> Result<(), BackupError> {
        let Some(desk) = &self.desk else {
            return Err(BackupError::Absent(archive.to_owned()));
        };
        let (known, keys) = (desk.known(archive)?, desk.key().all()?);
        let mut damage = None;
        let mut failures: Vec<String> = self.failures().map(ToString::to_string).collect();
        for place in self.by_trust(known.as_ref()) {
            let fetched = desk.fetch_from(place, archive, known.as_ref(), &keys, into);
            match fetched.await {
                Ok(()) => return Ok(()),
                Err(BackupError::Target(TargetError::Absent { .. })) => {}
                Err(BackupError::Target(error)) => failures.push(error.to_string()),
                Err(error) if error.is_damage() => {
                    desk.unprove(archive, place, &error).await?;
                    damage.get_or_insert(at(place.name(), error));
                }
                Err(error) => return Err(error),
            }
        }
        match (damage, failures.is_empty()) {
            (Some(damage), _) => Err(damage),
            (None, true) => Err(BackupError::Absent(archive.to_owned())),
            (None, false) => Err(BackupError::Targets(failures)),
        }
    }

    /// Those at which it was proved, then the others.
    fn by_trust(&self, known: Option<&KnownBackup>) -> Vec<&Place> {
        let proved = |place: &&Place| {
            let at = known.and_then(|known| known.targets.get(place.name()));
            at.is_some_and(|at| at.proved_at.is_some())
        };
        let (first, then): (Vec<&Place>, Vec<&Place>) = self.open.iter().partition(proved);
        first.into_iter().chain(then).collect()
    }
}
