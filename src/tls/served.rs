//! What is served at this moment, and what it takes to keep it so.

use std::fmt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use rustls::sign::CertifiedKey;
use tokio::sync::Notify;

use super::challenges::Challenges;
use super::facts::Facts;
use super::folder::{Folder, best};
use super::journal::{Event, Happened, Journal, Told};
use super::pair::Pair;
use super::past_orders::PastOrders;
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

impl Source {
    /// A word for figures.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Files => "files",
            Self::Own => "own",
            Self::Acme => "acme",
            Self::SelfSigned => "self-signed",
        }
    }
}

/// Certificates of a server. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Tls {
    inner: Arc<Inner>,
}

impl fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Tls")
    }
}

struct Inner {
    folder: Folder,
    /// What the configuration file says.
    configured: config::Tls,
    /// What counts: the file's word, else the settings'.
    plan: RwLock<config::Tls>,
    /// Whether an authority may be asked where the firm's own certificate is about to lapse.
    may_step_in: AtomicBool,
    /// What was last taken from the watched files.
    files: RwLock<Option<Pair>>,
    /// Wakes whoever watches the files.
    files_asked: Notify,
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
                may_step_in: AtomicBool::new(settings.step_in),
                files: RwLock::default(),
                files_asked: Notify::new(),
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
        if plan.mode == TlsMode::Off {
            *self.served_mut() = None;
            return Ok(());
        }
        if let (TlsMode::Files, Some(certificate), Some(key)) =
            (plan.mode, &plan.cert_file, &plan.key_file)
            && self.files().is_none()
        {
            let pair = Pair::from_files(certificate, key)?;
            if let Err(fault) = pair.check_use(&plan.domains, now) {
                tracing::warn!(%fault, "the configured certificate is served all the same");
            }
            self.keep_files(pair);
        }
        let asks = plan.mode == TlsMode::Acme || self.may_step_in();
        let issued = asks.then(|| self.inner.folder.issued(&plan.acme.directory));
        let best = match best(self.given(), issued.flatten(), now) {
            Some(best) => best,
            None => (self_signed::make(&plan.domains, now)?, Source::SelfSigned),
        };
        *self.served_mut() = Some(best);
        Ok(())
    }

    /// What the firm itself gives: from watched files, or an upload.
    pub(super) fn given(&self) -> Option<(Pair, Source)> {
        match self.plan().mode {
            TlsMode::Files => self.files().map(|pair| (pair, Source::Files)),
            TlsMode::Off | TlsMode::Acme | TlsMode::Own => {
                self.inner.folder.own().map(|pair| (pair, Source::Own))
            }
        }
    }

    /// What was sent in, whether or not it is served.
    pub(crate) fn sent_in(&self) -> Option<Facts> {
        self.inner.folder.own().map(|pair| pair.facts)
    }

    /// What was last taken from the watched files.
    pub(super) fn files(&self) -> Option<Pair> {
        let files = self.inner.files.read();
        files.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep_files(&self, pair: Pair) {
        let mut files = self
            .inner
            .files
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *files = Some(pair);
    }

    /// Takes what the watched files hold by now.
    pub(super) fn take_files(&self, pair: Pair, now: Timestamp) -> Result<(), Fault> {
        self.keep_files(pair);
        self.choose(now)
    }

    /// Has the watched files read at once.
    pub(crate) fn look_at_files(&self) {
        self.inner.files_asked.notify_one();
    }

    /// Until somebody wants the watched files to be read.
    pub(super) async fn files_asked(&self) {
        self.inner.files_asked.notified().await;
    }

    /// Whether an authority may be asked where the firm's own certificate is about to lapse.
    pub(crate) fn may_step_in(&self) -> bool {
        let is_own = matches!(self.plan().mode, TlsMode::Files | TlsMode::Own);
        is_own && self.inner.may_step_in.load(Ordering::Relaxed)
    }

    /// Whether an authority is asked for certificates, now or in case of need.
    pub(crate) fn asks_authority(&self) -> bool {
        let plan = self.plan();
        (plan.mode == TlsMode::Acme || self.may_step_in()) && !plan.domains.is_empty()
    }

    /// A name of the plan that the certificate in use is not for; nothing where there is no certificate to be for it.
    pub(crate) fn uncovered(&self) -> Option<String> {
        let (pair, source) = self.served()?;
        let mut names = self.plan().domains.into_iter();
        names.find(|name| source != Source::SelfSigned && !pair.facts.covers(name))
    }

    /// What is wrong with the watched files as they are now. Reads them.
    pub(crate) fn fault_of_files(&self) -> Option<Fault> {
        let plan = self.plan();
        match (plan.mode, &plan.cert_file, &plan.key_file) {
            (TlsMode::Files, Some(certificate), Some(key)) => {
                Pair::from_files(certificate, key).err()
            }
            _ => None,
        }
    }

    /// For how long an authority has given nothing, where it should have.
    pub(crate) fn failing_for(&self, now: Timestamp) -> Option<jiff::SignedDuration> {
        PastOrders::open(&self.inner.folder).failing_for(now)
    }

    /// Trouble with files that stopped the last start is over once they are served.
    pub(super) async fn settle_trouble(&self) {
        let trouble = self.inner.journal.trouble();
        let refused = trouble.is_some_and(|event| event.happened == Happened::FilesRefused);
        if refused && let Some(pair) = self.files() {
            self.note(Happened::FilesTaken, pair.facts.names.join(", "))
                .await;
        }
    }

    /// Takes up other settings at once.
    pub(crate) fn apply(&self, settings: &DomainSettings, now: Timestamp) -> Result<(), Fault> {
        let plan = planned(&self.inner.configured, settings);
        *self
            .inner
            .plan
            .write()
            .unwrap_or_else(PoisonError::into_inner) = plan;
        self.inner
            .may_step_in
            .store(settings.step_in, Ordering::Relaxed);
        self.choose(now)?;
        self.inner.asked.notify_one();
        Ok(())
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

    /// The ports at which the world, or whoever is near, may meet this server by HTTPS: that of the public address, and the
    /// one that is listened on, which a router or a container may have mapped.
    pub(super) fn ports(&self) -> [u16; 2] {
        let public = self.inner.public_url.as_deref();
        let public = public.and_then(|url| reqwest::Url::parse(url).ok());
        let public = public.filter(|url| url.scheme() == "https");
        let public = public.and_then(|url| url.port_or_known_default());
        [public.unwrap_or(443), self.inner.port.unwrap_or(443)]
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
        self.put_down(happened, words.into(), None).await;
    }

    /// Puts down what is wrong with the watched files.
    pub(super) async fn note_refused(&self, fault: &Fault) {
        let told = Some(Told::of(fault));
        self.put_down(Happened::FilesRefused, fault.to_string(), told)
            .await;
    }

    async fn put_down(&self, happened: Happened, words: String, told: Option<Told>) {
        if happened.is_trouble() {
            tracing::warn!(what = happened.key(), words, "certificate");
        } else {
            tracing::info!(what = happened.key(), words, "certificate");
        }
        let tls = self.clone();
        let note = move || tls.inner.journal.note(happened, &words, told);
        // Fails only while the runtime is ending.
        let _ = tokio::task::spawn_blocking(note).await;
    }

    /// What happened, the latest first.
    pub(crate) fn events(&self) -> Vec<Event> {
        self.inner.journal.events()
    }

    /// What went wrong last and still matters.
    pub(crate) fn trouble(&self) -> Option<Event> {
        let asks = self.asks_authority();
        let trouble = self.inner.journal.trouble();
        trouble.filter(|event| asks || !event.happened.is_of_authority())
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
            last_error: self.trouble(),
        })
    }

    /// Keeps an uploaded certificate and serves it. Writes to the disk.
    pub(crate) fn take_own(&self, upload: &super::upload::Upload) -> std::io::Result<()> {
        self.inner.folder.keep_own(&upload.pem)?;
        self.choose(crate::clock::now())
            .map_err(std::io::Error::other)?;
        let names = upload.pair.facts.names.join(", ");
        self.inner.journal.note(Happened::Uploaded, &names, None);
        self.inner.asked.notify_one();
        Ok(())
    }

    /// Takes the uploaded certificate away, and serves the next best. Writes to the disk.
    pub(crate) fn remove_own(&self, now: Timestamp) -> std::io::Result<()> {
        self.inner.folder.remove_own()?;
        self.inner.journal.note(Happened::Removed, "", None);
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
        plan.mode = if settings.own {
            TlsMode::Own
        } else {
            TlsMode::Acme
        };
    }
    if configured.domains.is_empty() {
        plan.domains.clone_from(&settings.domains);
    }
    if configured.acme.contact.is_empty() {
        plan.acme.contact.clone_from(&settings.contact);
    }
    plan
}
