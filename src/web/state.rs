//! What every handler can reach.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use ipnet::IpNet;
use tokio::sync::Semaphore;

use super::barred_lately::BarredLately;
use super::health::LastLook;
use super::throttle_requests::{LOOKUPS_PER_MINUTE, RequestLimits};
use super::viewed::Viewed;
use crate::auth::{Asks, Passwords, SetupCode, Throttle};
use crate::backup::{Desk, Restoring};
use crate::config::{Config, Limits, Source};
use crate::data::{NoSite, Site, Vault};
use crate::doctor::Surroundings;
use crate::jobs::dry_runs::DryRuns;
use crate::jobs::operations::Operations;
use crate::mailer::Mail;
use crate::metrics::Metrics;
use crate::registers::Registers;
use crate::room::Room;
use crate::sms::Sms;
use crate::tls::Tls;

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
    pub(crate) sms: Sms,
    /// The site passkeys are made for, or why there is none.
    pub(crate) passkeys: Arc<Result<Site, NoSite>>,
    /// Where files are put while they are worked on.
    pub(crate) temp_dir: Arc<Path>,
    /// Long work.
    pub(crate) operations: Operations,
    /// Where backups are made, looked up and proved.
    pub(crate) backups: Desk,
    /// The whole firm on its way back.
    pub(crate) restoring: Restoring,
    /// What imports would do.
    pub(crate) dry_runs: DryRuns,
    pub(crate) at_once: AtOnce,
    /// Certificates.
    pub(crate) tls: Tls,
    /// Who was lately found in the wrong place.
    pub(crate) barred: Arc<BarredLately>,
    /// What people look at.
    pub(crate) viewed: Arc<Viewed>,
    /// What of the configuration changes while the server runs.
    live: Arc<RwLock<Live>>,
    /// The folder of the data, and where the configuration is read from.
    pub(crate) around: Arc<Surroundings>,
    pub(crate) room: Room,
    pub(crate) metrics: Arc<Metrics>,
    /// How everything stood when an admin looked last.
    pub(crate) last_look: Arc<LastLook>,
}

/// The part of the configuration that counts from the moment it is read.
struct Live {
    limits: Limits,
    trusted_proxies: Arc<[IpNet]>,
}

impl Live {
    fn of(config: &Config) -> Self {
        Self {
            limits: config.limits.clone(),
            trusted_proxies: config.trusted_proxies.clone().into(),
        }
    }
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
        let (sms, passkeys) = (
            Sms::new(&config.sms),
            Site::of(config.public_url.as_deref()),
        );
        vault.set_second_steps_at_hand(passkeys.as_ref().ok(), sms.is_on());
        let backup = Arc::new(config.backup.clone());
        let backups = Desk::new(vault.clone(), temp_dir, temp_dir, backup);
        Self {
            lookups: Arc::new(RequestLimits::new(LOOKUPS_PER_MINUTE)),
            registers: Arc::new(Registers::new(&config.registers)),
            sms,
            passkeys: Arc::new(passkeys),
            operations,
            backups,
            restoring: Restoring::default(),
            dry_runs: DryRuns::default(),
            at_once: AtOnce::default(),
            tls: Tls::off(&config),
            asks: Arc::default(),
            barred: Arc::default(),
            viewed: Arc::default(),
            live: Arc::new(RwLock::new(Live::of(&config))),
            around: Arc::new(Surroundings {
                folder: temp_dir.to_owned(),
                source: Source::new(None, temp_dir),
                config: Some(Arc::clone(&config)),
                serving: false,
                tls: None,
            }),
            room: Room::of(temp_dir),
            metrics: Arc::default(),
            last_look: Arc::default(),
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

    /// With the folder of the data, whose disk is watched, and where the configuration comes from.
    pub(crate) fn standing_in(mut self, around: Surroundings) -> Self {
        self.room = Room::of(&around.folder);
        self.around = Arc::new(around);
        self
    }

    /// With the certificates of a server.
    pub(crate) fn with_tls(mut self, tls: Tls) -> Self {
        self.tls = tls;
        self
    }

    /// With the restore that has just taken place, or none.
    pub(crate) fn after_restore(mut self, restoring: Restoring) -> Self {
        self.restoring = restoring;
        self
    }

    /// Proxies whose word about the client is believed.
    pub(crate) fn trusted_proxies(&self) -> Arc<[IpNet]> {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&live.trusted_proxies)
    }

    /// The largest file that can be uploaded, in megabytes.
    pub(crate) fn upload_mb(&self) -> u64 {
        let live = self.live.read().unwrap_or_else(PoisonError::into_inner);
        live.limits.upload_mb
    }

    /// Lets what can change of a configuration that was read again count from now on.
    pub(crate) fn take_anew(&self, config: &Config) {
        *self.live.write().unwrap_or_else(PoisonError::into_inner) = Live::of(config);
        self.requests.set(config.limits.requests_per_minute);
        self.mail.take_anew(config);
    }
}
