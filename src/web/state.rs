//! What every handler can reach.

use std::path::Path;
use std::sync::Arc;

use ipnet::IpNet;
use tokio::sync::Semaphore;

use super::barred_lately::BarredLately;
use super::throttle_requests::{LOOKUPS_PER_MINUTE, RequestLimits};
use super::viewed::Viewed;
use crate::backup::Desk;
use crate::auth::{Asks, Passwords, SetupCode, Throttle};
use crate::config::Config;
use crate::data::Vault;
use crate::jobs::dry_runs::DryRuns;
use crate::jobs::operations::Operations;
use crate::mailer::Mail;
use crate::registers::Registers;

/// Asks for letters worked on at once, whoever asks.
const ASKS_IN_HAND: usize = 64;

/// The parts a handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct AppState {
    pub(crate) vault: Vault,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Arc<Throttle>,
    pub(crate) setup: Arc<SetupCode>,
    pub(crate) config: Arc<Config>,
    pub(crate) requests: Arc<RequestLimits>,
    /// Of questions to public registers.
    pub(crate) lookups: Arc<RequestLimits>,
    pub(crate) registers: Arc<Registers>,
    /// Who may ask for letters without being signed in.
    pub(crate) asks: Arc<Asks>,
    /// Room for what such an ask leads to, beside its answer.
    pub(crate) asks_in_hand: Arc<Semaphore>,
    pub(crate) mail: Mail,
    /// Where files are put while they are worked on.
    pub(crate) temp_dir: Arc<Path>,
    /// Long work.
    pub(crate) operations: Operations,
    /// Where backups are made, looked up and proved.
    pub(crate) backups: Desk,
    /// What imports would do.
    pub(crate) dry_runs: DryRuns,
    pub(crate) at_once: AtOnce,
    /// Who was lately found in the wrong place.
    pub(crate) barred: Arc<BarredLately>,
    /// What people look at.
    pub(crate) viewed: Arc<Viewed>,
}

/// How many records are dealt with while a person waits; more become an operation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AtOnce {
    /// Changed or deleted.
    pub(crate) written: u64,
    /// Taken out as a file.
    pub(crate) exported: u64,
}

impl Default for AtOnce {
    fn default() -> Self {
        Self {
            written: 50,
            exported: 20_000,
        }
    }
}

impl AppState {
    /// Joins the parts. What operations make lies in the temporary folder, unless it is given [a place of its
    /// own](Self::keeping_results_in).
    pub fn new(
        vault: Vault,
        passwords: Passwords,
        throttle: Arc<Throttle>,
        setup: Arc<SetupCode>,
        config: Arc<Config>,
        temp_dir: &Path,
    ) -> Self {
        let requests = Arc::new(RequestLimits::new(config.limits.requests_per_minute));
        let mail = Mail::new(vault.clone(), &config);
        let operations = Operations::new(vault.clone(), temp_dir.join("results"));
        let backup = Arc::new(config.backup.clone());
        let backups = Desk::new(vault.clone(), temp_dir, temp_dir, backup);
        Self {
            lookups: Arc::new(RequestLimits::new(LOOKUPS_PER_MINUTE)),
            registers: Arc::new(Registers::new(&config.registers)),
            operations,
            backups,
            dry_runs: DryRuns::default(),
            at_once: AtOnce::default(),
            asks: Arc::default(),
            barred: Arc::default(),
            viewed: Arc::default(),
            asks_in_hand: Arc::new(Semaphore::new(ASKS_IN_HAND)),
            mail,
            vault,
            passwords,
            throttle,
            setup,
            config,
            requests,
            temp_dir: Arc::from(temp_dir),
        }
    }

    /// With a folder where what operations make outlives a restart.
    pub(crate) fn keeping_results_in(mut self, folder: &Path) -> Self {
        self.operations = Operations::new(self.vault.clone(), folder.to_owned());
        self
    }

    /// With the desk of this data folder, shared with commands: one backup is made at a time, whoever asks.
    pub(crate) fn with_backups(mut self, backups: Desk) -> Self {
        self.backups = backups;
        self
    }

    /// Proxies whose word about the client is believed.
    pub(crate) fn trusted_proxies(&self) -> &[IpNet] {
        &self.config.trusted_proxies
    }
}
