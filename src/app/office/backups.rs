//! Backups by command.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;

use super::Office;
use crate::backup::{Depth, Desk, Hearing, Listed};
use crate::cli::backup::BackupSettings;
use crate::cli::failure::Failure;
use crate::config::Config;
use crate::data::records::fold::one_line;

impl Office {
    /// The desk with the configuration that a command names, or the one of this process.
    fn desk(&self, config: Option<&Path>) -> Result<Desk, Failure> {
        match config {
            Some(file) => {
                let config = Config::load(Some(file), file.parent().unwrap_or(file))?;
                Ok(self.backups.with_config(Arc::new(config.backup)))
            }
            None => Ok(self.backups.clone()),
        }
    }

    /// Makes a backup; its name, and what went wrong at targets while others took it.
    pub(crate) fn backup(
        &self,
        config: Option<&Path>,
        target: Option<&str>,
    ) -> Result<(String, Vec<String>), Failure> {
        let desk = self.desk(config)?;
        let hearing = Hearing::default();
        let run = desk.run(target, "command backup run", &hearing);
        let done = self.runtime.block_on(run)?;
        Ok((done.backup.name, done.failures))
    }

    /// The backups there are in the contract's shape, and what went wrong at targets.
    pub(crate) fn list_backups(
        &self,
        config: Option<&Path>,
    ) -> Result<(Vec<Value>, Vec<String>), Failure> {
        let desk = self.desk(config)?;
        let (listed, failures) = self.runtime.block_on(desk.list())?;
        let failures = failures.iter().map(|error| one_line(&error.to_string()));
        Ok((
            listed.iter().map(Listed::to_json).collect(),
            failures.collect(),
        ))
    }

    /// Proves a backup, or a file that the caller has opened; what it holds, in words.
    pub(crate) fn verify_backup(
        &self,
        config: Option<&Path>,
        archive: &str,
        file: Option<File>,
        key_file: Option<&Path>,
    ) -> Result<String, Failure> {
        let desk = self.desk(config)?;
        let hearing = Hearing::default();
        let manifest = self.runtime.block_on(async {
            match file {
                Some(file) => desk.verify_open(archive, file, &hearing).await,
                None if key_file.is_some() => {
                    desk.verify(archive, key_file, Depth::All, &hearing).await
                }
                None => {
                    let alone = desk.alone().await;
                    desk.verify_as(alone, archive, Depth::All, &hearing).await
                }
            }
        })?;
        let lines = manifest.lines();
        Ok(format!(
            "{archive} is whole: {} as of {:.0}, {lines} entries in {} parts",
            manifest.firm_name(),
            manifest.created_at,
            manifest.counts.len()
        ))
    }

    /// What is set on the page, with its secrets.
    pub(crate) fn backup_settings(&self) -> Result<BackupSettings, Failure> {
        Ok(BackupSettings {
            plan: self.vault.backup_plan()?,
            recipients: self.vault.backup_recipients()?,
            targets: self.vault.backup_targets()?,
        })
    }

    /// Where the key of backups lies, where there is one.
    pub(crate) fn backup_key_file(&self) -> Option<String> {
        let place = self.backups.key();
        let is_there = place.path().exists();
        is_there.then(|| place.path().display().to_string())
    }

    /// The key that opens backups, with its public form.
    pub(crate) fn backup_key(&self, config: Option<&Path>) -> Result<String, Failure> {
        Ok(self.desk(config)?.key().text()?)
    }

    /// Makes a new key, `lost` where the one in use is gone for good; where the old one lies, and the new one's public form.
    pub(crate) fn rotate_backup_key(
        &self,
        config: Option<&Path>,
        lost: bool,
    ) -> Result<(Option<String>, String), Failure> {
        let desk = self.desk(config)?;
        let old = self.runtime.block_on(async {
            if lost {
                desk.replace_lost_key().await
            } else {
                desk.rotate_key().await.map(Some)
            }
        })?;
        let public = desk.key().current()?.public();
        Ok((old.map(|old| old.display().to_string()), public))
    }
}
