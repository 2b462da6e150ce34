//! What runs: the parts, started and stopped in order.

mod activation;
pub(crate) mod data_dir;
pub(crate) mod data_key;
mod listeners;
pub(crate) mod office;
mod reload;
pub(crate) mod watchdog;

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::auth::{Passwords, SetupCode, Throttle};
use crate::backup::{self, Desk, Restoring};
use crate::cli::control::server::{ControlSocket, Run};
use crate::cli::execute::execute;
use crate::cli::failure::Failure;
use crate::config::{Config, Source};
use crate::data::{Currency, Fixed, Keyring, Vault, VaultSettings};
use crate::doctor::Surroundings;
use crate::i18n::Lang;
use crate::jobs;
use crate::mailer;
use crate::modules::RECORD_TYPES;
use crate::tls::{self, Tls};
use crate::web::server::Crowd;
use crate::web::{self, AppState};
use activation::Inherited;
use data_dir::DataDir;
use data_key::KeyPlaces;
use listeners::Listeners;
use office::Office;
pub(crate) use reload::outlast as outlast_hangups;

/// The firm of a data folder, opened, with what it takes to work with it.
pub(crate) struct Program {
    office: Arc<Office>,
    runtime: Runtime,
    /// The restore that this opening has finished.
    restored: Restoring,
}

/// Why the server ended.
enum Ended {
    /// It was told to.
    Stopped,
    /// Another firm lies ready in the folder; the server was reached here.
    Replaced(Option<SocketAddr>),
}

/// Opens the firm of a data folder; the folder may be empty.
pub(crate) fn open(data: &DataDir, config: &Config, source: &Source) -> Result<Program, Failure> {
    let cache_bytes = VaultSettings::default().cache_bytes;
    let keys = KeyPlaces::of(config, data.path()).find();
    open_with(data, config, source, cache_bytes, keys)
}

/// The same; a database that is made is encrypted, under a key that is made where there is none.
pub(crate) fn open_encrypting(
    data: &DataDir,
    config: &Config,
    source: &Source,
) -> Result<Program, Failure> {
    let cache_bytes = VaultSettings::default().cache_bytes;
    let places = KeyPlaces::of(config, data.path());
    let keys = match Vault::is_encrypted(data.path())? {
        None => places.ensure(&mut std::io::stderr())?,
        Some(_) => places.find(),
    };
    open_with(data, config, source, cache_bytes, keys)
}

/// Bytes of database cache of a process that writes much and ends: with room for what one write changes, each page of the
/// file is written once a commit instead of put out and read again.
const CACHE_TO_LOAD: usize = 64 << 20;

/// Opens it for a process that writes much and ends.
pub(crate) fn open_to_load(
    data: &DataDir,
    config: &Config,
    source: &Source,
) -> Result<Program, Failure> {
    let keys = KeyPlaces::of(config, data.path()).find();
    open_with(data, config, source, CACHE_TO_LOAD, keys)
}

fn open_with(
    data: &DataDir,
    config: &Config,
    source: &Source,
    cache_bytes: usize,
    keys: Keyring,
) -> Result<Program, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io("cannot start", error))?;
    let currency = Currency::parse(&config.currency)
        .map_err(|error| Failure::Failed(format!("currency: {error}")))?;
    let settings = VaultSettings {
        currency,
        zone: config.time_zone.clone(),
        language: config.language.code().to_owned(),
        fixed: Fixed {
            language: config.gives("language"),
            zone: config.gives("time_zone"),
            currency: config.gives("currency"),
        },
        cache_bytes,
        keys,
    };
    if let Some(why) = backup::left_unfinished(data.path()) {
        return Err(Failure::Damaged(why));
    }
    let restored = Restoring::after(backup::finish(data.path())?);
    let vault = Vault::open(data.path(), &RECORD_TYPES, settings)?;
    backup::settle(data.path());
    if vault.is_unfinished()? {
        return Err(Failure::Failed(format!(
            "the demo firm in {} was not finished; empty the folder and make it again",
            data.path().display()
        )));
    }
    let temp_dir = data.temporary()?;
    let backup = Arc::new(config.backup.clone());
    let backups = Desk::new(vault.clone(), data.path(), &temp_dir, backup);
    if let Err(error) = runtime.block_on(backups.settle_key()) {
        tracing::error!(%error, "no backups can be made");
    }
    let office = Office {
        zone: vault.zone(),
        language: Lang::from_code(&vault.language()).unwrap_or(config.language),
        vault,
        passwords: Passwords::new(),
        throttle: Arc::new(Throttle::new()),
        temp_dir,
        backups,
        runtime: runtime.handle().clone(),
        folder: data.path().to_owned(),
        source: source.clone(),
        config: Arc::new(config.clone()),
        serving: AtomicBool::new(false),
        tls: OnceLock::new(),
    };
    Ok(Program {
        office: Arc::new(office),
        runtime,
        restored,
    })
}

impl Program {
    /// What commands work with.
    pub(crate) fn office(&self) -> &Office {
        &self.office
    }

    /// Serves the firm until SIGTERM or SIGINT: requests and commands under way get 8 s to end.
    pub(crate) fn serve(self, data: &DataDir, config: &Config) -> Result<(), Failure> {
        let (mut program, mut config) = (self, config.clone());
        loop {
            let source = program.office.source.clone();
            let sealed = program.office.vault.work_files().is_sealed();
            let working = sealed.then(|| program.office.temp_dir.clone());
            let serving = run(data, &config, program.office, program.restored);
            let ended = program.runtime.block_on(serving);
            program.runtime.shutdown_timeout(Duration::from_secs(1));
            // Uploads that somebody was at; without encryption the next start removes them.
            if let Some(working) = working
                && let Err(error) = std::fs::remove_dir_all(&working)
            {
                tracing::warn!(%error, "working files could not be removed");
            }
            match ended? {
                Ended::Stopped => return Ok(()),
                Ended::Replaced(address) => {
                    tracing::info!("the firm was replaced; opening it again");
                    config.listen_again(address);
                    program = open(data, &config, &source)?;
                }
            }
        }
    }
}

async fn run(
    data: &DataDir,
    config: &Config,
    office: Arc<Office>,
    restored: Restoring,
) -> Result<Ended, Failure> {
    let mut inherited = Inherited::sockets()?;
    let tls = Tls::start(
        config,
        data.path(),
        &office.vault.domain_settings()?,
        crate::clock::now(),
    );
    let tls = tls.map_err(|fault| Failure::Failed(fault.to_string()))?;
    let listeners = Listeners::open(config, &mut inherited).await?;
    inherited.warn_of_rest();
    let control = ControlSocket::open(data.path());
    let control = control.map_err(|error| Failure::io("cannot open the control socket", error))?;
    let mut signals = Signals::new()?;
    // Waited for before anybody hears that the server is there: an unheard one would end it.
    let hangups = signal(SignalKind::hangup())?;
    office.serving.store(true, Ordering::Relaxed);
    // Set once: an office serves once.
    let _ = office.tls.set(tls.clone());
    let mut lost = office.vault.lost();
    let setup = Arc::new(SetupCode::random());
    if office.vault.firm()?.is_none() {
        eprintln!("setup code: {}", setup.reveal());
    }
    let state = AppState::new(
        office.vault.clone(),
        office.passwords.clone(),
        office.throttle.clone(),
        setup,
        Arc::new(as_served(config, &office.vault, listeners.address())?),
        &office.temp_dir,
    )
    .keeping_results_in(&data.path().join("results"))
    .with_backups(office.backups.clone())
    .standing_in(Surroundings {
        folder: data.path().to_owned(),
        source: office.source.clone(),
        config: Some(Arc::new(config.clone())),
        serving: true,
        tls: Some(tls.clone()),
    })
    .with_tls(tls.clone())
    .after_restore(restored);
    let restoring = state.restoring.clone();
    let listening = listeners.address();
    let operations = state.operations.clone();
    operations
        .recover()
        .await
        .map_err(|error| Failure::Failed(format!("cannot find what was interrupted: {error}")))?;
    let app = web::router(&state);

    let stop = CancellationToken::new();
    let jobs = tokio::spawn(jobs::run(
        office.vault.clone(),
        operations.clone(),
        state.metrics.clone(),
        state.temp_dir.clone(),
        stop.clone(),
    ));
    let backups = tokio::spawn(jobs::backups::run(state.backups.clone(), stop.clone()));
    let doors = restoring.clone();
    let mailer = mailer::run(state.mail.clone(), move || doors.enter(), stop.clone());
    let mailer = tokio::spawn(mailer);
    let doors = restoring.clone();
    let run: Run = Arc::new(move |command, context| match doors.enter() {
        Some(_inside) => execute(&office, command, context),
        None => Err(Failure::InUse(REPLACED.to_owned())),
    });
    let mut control = tokio::spawn(control.serve(run, stop.clone()));
    let certificates = tokio::spawn(tls::run(tls.clone(), state.vault.clone(), stop.clone()));
    let urls = listeners.urls(&tls);
    let crowd = Crowd::new(config.trusted_proxies.clone(), state.metrics.clone());
    let web = listeners
        .serve(config, &tls, crowd, app, stop.clone())
        .await?;
    let mut web = tokio::spawn(web);
    tokio::spawn(state.room.clone().watch(stop.clone()));
    tokio::spawn(watchdog::run(state.vault.clone(), stop.clone()));
    tokio::spawn(reload::run(hangups, state.clone(), stop.clone()));
    urls.iter().try_for_each(|url| announce(url))?;
    tell_systemd(&[sd_notify::NotifyState::Ready]);

    let mut ended = Ended::Stopped;
    let broken = tokio::select! {
        name = signals.next() => {
            tracing::info!(signal = name, "stopping");
            None
        }
        () = restoring.decided() => {
            ended = Ended::Replaced(listening);
            None
        }
        _ = lost.wait_for(|lost| *lost) => Some(
            "the database file cannot be reached any more; see that its disk is there and whole, then start again",
        ),
        _ = &mut web => Some(STOPPED),
        _ = &mut control => Some(STOPPED),
    };
    if matches!(ended, Ended::Stopped) {
        tell_systemd(&[sd_notify::NotifyState::Stopping]);
    }
    stop.cancel();
    if let Some(why) = broken {
        return Err(Failure::Failed(why.to_owned()));
    }
    operations.stop().await;
    for part in [web, control, jobs, backups, mailer, certificates] {
        part.await
            .map_err(|error| Failure::Failed(format!("a part of the server broke: {error}")))?;
    }
    Ok(ended)
}

/// The configuration of this run. A demo is tried where it runs, so that where it listens is its address for links unless
/// another is set; a firm's is never guessed.
fn as_served(
    config: &Config,
    vault: &Vault,
    listening: Option<SocketAddr>,
) -> Result<Config, Failure> {
    let mut config = config.clone();
    let demo = vault.firm()?.is_some_and(|firm| firm.demo);
    if let Some(mut address) = listening
        && demo
        && config.public_url.is_none()
    {
        if address.ip().is_unspecified() {
            address.set_ip(Ipv4Addr::LOCALHOST.into());
        }
        config.public_url = config
            .https_site()
            .or_else(|| Some(format!("http://{address}")));
    }
    Ok(config)
}

const REPLACED: &str =
    "a restore is putting another firm in the place of this one; try again in a few minutes";
const STOPPED: &str = "a part of the server stopped by itself; its log tells why";

/// Tells whoever started us that requests are accepted.
fn announce(url: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready {url}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::io("stdout", error))
}

/// Does nothing where systemd did not start us.
fn tell_systemd(states: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "cannot tell systemd");
    }
}

/// The signals that end the server.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for one, and gives its name.
    async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}
