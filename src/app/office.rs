//! The firm of a data folder as commands reach it, the same inside the server and in a process of its own.
//!
//! Commands act as whoever controls the machine, or, where they name a person with `--as` or `--user`, as that person.

mod accounts;
mod backups;
mod demo;
mod demo_files;
mod files;
mod log;
mod people;
mod refusal;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::tz::TimeZone;
use tokio::runtime::Handle;

use crate::auth::{Passwords, Throttle};
use crate::backup::Desk;
use crate::cli::failure::Failure;
use crate::cli::init::InitArgs;
use crate::config::{Config, Source};
use crate::data::records::email::Email;
use crate::data::records::fold::one_line;
use crate::data::{Channel, Founding, Vault};
use crate::doctor::{self, Finding, Patient, Surroundings};
use crate::i18n::Lang;

/// What a data folder holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// Nothing yet.
    Nothing,
    /// A firm made by `demo`.
    Demo,
    /// A firm of people.
    Firm,
}

/// The firm at work.
pub(crate) struct Office {
    pub(crate) vault: Vault,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Arc<Throttle>,
    pub(super) zone: TimeZone,
    /// Of headings in files.
    pub(super) language: Lang,
    /// Where files are put while they are worked on.
    pub(crate) temp_dir: PathBuf,
    /// Where backups are made.
    pub(crate) backups: Desk,
    /// Runs what waits; commands themselves run on threads that may block.
    pub(super) runtime: Handle,
    /// The data folder.
    pub(super) folder: PathBuf,
    pub(super) source: Source,
    pub(super) config: Arc<Config>,
    /// Whether this process serves the firm.
    pub(super) serving: AtomicBool,
}

impl Office {
    /// Reads something small, to show that the data answers.
    pub(crate) fn ping(&self) -> Result<(), Failure> {
        self.vault.firm()?;
        Ok(())
    }

    /// Looks at everything the firm depends on.
    pub(crate) fn examine(&self, thorough: bool) -> Vec<Finding> {
        let around = Surroundings {
            folder: self.folder.clone(),
            source: self.source.clone(),
            config: Some(Arc::clone(&self.config)),
            serving: self.serving.load(Ordering::Relaxed),
        };
        doctor::examine(&Patient {
            around: &around,
            vault: Some(&self.vault),
            runtime: &self.runtime,
            thorough,
        })
    }

    /// What the data folder holds.
    pub(crate) fn holds(&self) -> Result<Holds, Failure> {
        Ok(match self.vault.firm()? {
            None => Holds::Nothing,
            Some(firm) if firm.demo => Holds::Demo,
            Some(_) => Holds::Firm,
        })
    }

    /// The firm's time zone.
    pub(crate) fn time_zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Makes the firm and its owner; fails where one exists.
    pub(crate) fn init(&self, args: &InitArgs, password: &str) -> Result<(), Failure> {
        if self.holds()? != Holds::Nothing {
            return Err(Failure::Failed(
                "this data folder holds a firm already; give another folder with --data".to_owned(),
            ));
        }
        let email = Email::parse(&args.email).map_err(|error| {
            Failure::Failed(format!("--email: {}", refusal::text(error.key(), &[])))
        })?;
        let name = named("--name", &args.name)?;
        let firm = match &args.firm {
            Some(firm) => named("--firm", firm)?,
            None => name.clone(),
        };
        let hash = self.new_password(password, &[email.unique(), &name])?;
        let founding = Founding {
            firm,
            demo: false,
            email: email.unique().to_owned(),
            name,
            password_hash: hash,
            language: None,
            channel: Channel::Command,
        };
        self.runtime.block_on(self.vault.found(founding))?;
        if let Err(error) = self.runtime.block_on(self.backups.settle_key()) {
            tracing::error!(%error, "no backups can be made");
        }
        Ok(())
    }
}

/// A name on one line.
fn named(option: &str, text: &str) -> Result<String, Failure> {
    let name = one_line(text);
    match name.chars().count() {
        0 => Err(Failure::Failed(format!("{option}: the name is empty"))),
        1..=LONGEST_NAME => Ok(name),
        _ => Err(Failure::Failed(format!(
            "{option}: a name has at most {LONGEST_NAME} characters"
        ))),
    }
}

/// Characters of a name.
const LONGEST_NAME: usize = 200;
