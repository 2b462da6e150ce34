//! What is served at this moment, and what it takes to keep it so.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use rustls::sign::CertifiedKey;
use tokio::sync::Notify;

use super::challenges::Challenges;
use super::folder::Folder;
use super::journal::{Event, Happened, Journal};
use super::pair::Pair;
use super::{Fault, Status, self_signed};
use crate::config::{self, Config, TlsMode};
use crate::data::DomainSettings;

/// Where the certificate in use comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// From files that the configuration names.
    Files,
    /// From an upload.
    Own,
    /// From a certificate authority.
    Acme,
    /// From ourselves, until there is a better one.
    SelfSigned,
}

/// Certificates of a server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Tls {
    inner: Arc<Inner>,
}

struct Inner {
    folder: Folder,
    /// What the configuration file says.
    configured: config::Tls,
    /// What counts: the file's word, else the settings'.
    plan: RwLock<config::Tls>,
    public_url: Option<String>,
    port: Option<u16>,
    served: RwLock<Option<(Pair, Source)>>,
    challenges: Challenges,
    journal: Journal,
    next_renewal: Mutex<Option<Timestamp>>,
    asked: Notify,
    /// Whether somebody asked for another certificate.
    wanted: AtomicBool,
    /// Held by whoever speaks with an authority.
    ordering: tokio::sync::Mutex<()>,
}

impl Tls {
    /// Takes up what a start finds. Without a certificate it makes one of its own; files that cannot be used stop it.
    pub(crate) fn start(
        config: &Config,
        data: &Path,
        settings: &DomainSettings,
        now: Timestamp,
    ) -> Result<Self, Fault> {
        let folder = Folder::at(data);
        let tls = Self {
            inner: Arc::new(Inner {
                journal: Journal::open(&folder),
                folder,
                plan: RwLock::new(planned(&config.tls, settings)),
                configured: config.tls.clone(),
                public_url: config.public_url.clone(),
                port: config.listens().iter().find_map(config::Listen::port),
                served: RwLock::default(),
                challenges: Challenges::default(),
                next_renewal: Mutex::default(),
                asked: Notify::new(),
                wanted: AtomicBool::new(false),
                ordering: tokio::sync::Mutex::default(),
            }),
        };
        tls.choose(now)?;
        Ok(tls)
    }

    /// Plain HTTP, as in tests of what has nothing to do with certificates.
    pub(crate) fn off(config: &Config) -> Self {
        let mut config = config.clone();
        config.tls.mode = TlsMode::Off;
        Self::start(
            &config,
            Path::new("/nonexistent"),
            &DomainSettings::default(),
            Timestamp::UNIX_EPOCH,
        )
        .expect("without a certificate nothing can be wrong with one")
    }

    /// Serves the best certificate there is.
    pub(super) fn choose(&self, now: Timestamp) -> Result<(), Fault> {
        let plan = self.plan();
        let best = match (plan.mode, &plan.cert_file, &plan.key_file) {
            (TlsMode::Off, ..) => None,
            (TlsMode::Files, Some(certificate), Some(key)) => {
                Some((Pair::from_files(certificate, key)?, Source::Files))
            }
            _ => match self.inner.folder.best(&plan, now) {
                Some(best) => Some(best),
                None => Some((self_signed::make(&plan.domains, now)?, Source::SelfSigned)),
            },
        };
        if let Some((pair, Source::Files)) = &best
            && let Err(fault) = pair.check_use(&plan.domains, now)
        {
            tracing::warn!(%fault, "the configured certificate is served all the same");
        }
        *self.served_mut() = best;
        Ok(())
    }

    /// Takes up other settings at once.
    pub(crate) fn apply(&self, settings: &DomainSettings, now: Timestamp) -> Result<(), Fault> {
        let plan = planned(&self.inner.configured, settings);
        *self
            .inner
            .plan
            .write()
            .unwrap_or_else(PoisonError::into_inner) = plan;
        self.choose(now)?;
        self.inner.asked.notify_one();
        Ok(())
    }

    /// Serves another certificate; connections that are open live on with what they began with.
    pub(super) fn serve(&self, pair: Pair, source: Source) {
        *self.served_mut() = Some((pair, source));
    }

    fn served_mut(&self) -> std::sync::RwLockWriteGuard<'_, Option<(Pair, Source)>> {
        self.inner
            .served
            .write()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What is served.
    pub(super) fn served(&self) -> Option<(Pair, Source)> {
        self.inner
            .served
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The certificate for a handshake.
    pub(super) fn certified(&self) -> Option<Arc<CertifiedKey>> {
        let served = self
            .inner
            .served
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        served.as_ref().map(|(pair, _)| Arc::clone(&pair.certified))
    }

    /// What counts of configuration and settings.
    pub(crate) fn plan(&self) -> config::Tls {
        self.inner
            .plan
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What the configuration file says.
    pub(crate) fn configured(&self) -> &config::Tls {
        &self.inner.configured
    }

    /// Whether connections are over TLS.
    pub(crate) fn is_on(&self) -> bool {
        self.inner
            .served
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_some()
    }

    /// Whether browsers may be told to come by HTTPS alone from now on: the certificate is one that others vouch for.
    pub(crate) fn is_trusted(&self, now: Timestamp) -> bool {
        let served = self
            .inner
            .served
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        served.as_ref().is_some_and(|(pair, source)| {
            *source != Source::SelfSigned && !pair.facts.self_signed && pair.facts.counts_at(now)
        })
    }

    /// Whether the certificate is our own, which browsers warn of.
    pub(crate) fn is_temporary(&self) -> bool {
        self.served()
            .is_some_and(|(_, source)| source == Source::SelfSigned)
    }

    /// Where plain HTTP leads to: the public address, or the main name.
    pub(crate) fn site(&self) -> Option<String> {
        let public = self.inner.public_url.clone();
        public
            .filter(|url| url.starts_with("https://"))
            .or_else(|| {
                let name = self.plan().domains.first()?.clone();
                Some(match self.inner.port {
                    None | Some(443) => format!("https://{name}"),
                    Some(port) => format!("https://{name}:{port}"),
                })
            })
    }

    /// The port that HTTPS is answered on.
    pub(crate) fn port(&self) -> u16 {
        self.inner.port.unwrap_or(443)
    }

    /// The answer to a token of http-01.
    pub(crate) fn answer(&self, token: &str) -> Option<String> {
        self.inner.challenges.by_token(token)
    }

    pub(super) fn challenges(&self) -> &Challenges {
        &self.inner.challenges
    }

    pub(super) fn folder(&self) -> &Folder {
        &self.inner.folder
    }

    /// Waits until somebody asks for something or changes the settings.
    pub(super) async fn asked(&self) {
        self.inner.asked.notified().await;
    }

    /// Asks for another certificate now, whatever the one in use is good for.
    pub(crate) fn renew_now(&self) {
        self.inner.wanted.store(true, Ordering::Relaxed);
        self.inner.asked.notify_one();
    }

    /// Whether somebody asked for one since the last order.
    pub(super) fn is_wanted(&self) -> bool {
        self.inner.wanted.load(Ordering::Relaxed)
    }

    pub(super) fn is_answered(&self) {
        self.inner.wanted.store(false, Ordering::Relaxed);
    }

    pub(super) fn ordering(&self) -> &tokio::sync::Mutex<()> {
        &self.inner.ordering
    }

    fn lock_renewal(&self) -> std::sync::MutexGuard<'_, Option<Timestamp>> {
        self.inner
            .next_renewal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn plan_renewal(&self, at: Option<Timestamp>) {
        *self.lock_renewal() = at;
    }

    /// Puts down what happened.
    pub(super) async fn note(&self, happened: Happened, words: impl Into<String>) {
        let (tls, words) = (self.clone(), words.into());
        if happened.is_trouble() {
            tracing::warn!(what = happened.key(), words, "certificate");
        } else {
            tracing::info!(what = happened.key(), words, "certificate");
        }
        // Fails only while the runtime is ending.
        let _ = tokio::task::spawn_blocking(move || tls.inner.journal.note(happened, &words)).await;
    }

    /// What happened, the latest first.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.inner.journal.events()
    }

    /// How the certificate in use stands; nothing where the server answers plain HTTP.
    pub(crate) fn status(&self) -> Option<Status> {
        let (pair, source) = self.served()?;
        Some(Status {
            source,
            names: pair.facts.names,
            issuer: pair.facts.issuer,
            not_before: pair.facts.not_before,
            not_after: pair.facts.not_after,
            next_renewal: *self.lock_renewal(),
            last_error: self.inner.journal.trouble(),
        })
    }

    /// Keeps an uploaded certificate and serves it. Writes to the disk.
    pub(crate) fn take_own(&self, upload: &super::upload::Upload) -> std::io::Result<()> {
        self.inner.folder.keep_own(&upload.pem)?;
        self.serve(upload.pair.clone(), Source::Own);
        let names = upload.pair.facts.names.join(", ");
        self.inner.journal.note(Happened::Uploaded, &names);
        self.inner.asked.notify_one();
        Ok(())
    }

    /// Takes the uploaded certificate away, and serves the next best. Writes to the disk.
    pub(crate) fn remove_own(&self, now: Timestamp) -> std::io::Result<()> {
        self.inner.folder.remove_own()?;
        self.inner.journal.note(Happened::Removed, "");
        self.choose(now)
            .map_err(|fault| std::io::Error::other(fault.to_string()))?;
        self.inner.asked.notify_one();
        Ok(())
    }
}

/// The file's word, else the settings'. A mode in the file is the last word on the mode, names there on the names.
fn planned(configured: &config::Tls, settings: &DomainSettings) -> config::Tls {
    let mut plan = configured.clone();
    if !configured.given.contains(&"mode") && settings.on {
        plan.mode = TlsMode::Acme;
    }
    if configured.domains.is_empty() {
        plan.domains.clone_from(&settings.domains);
    }
    if configured.acme.contact.is_empty() {
        plan.acme.contact.clone_from(&settings.contact);
    }
    plan
}
