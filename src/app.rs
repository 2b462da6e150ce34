//! What runs: the parts, started and stopped in order.

pub(crate) mod data_dir;
mod pending;

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::cli::control::server::{ControlSocket, Run};
use crate::cli::execute::{Shared, execute};
use crate::cli::failure::Failure;
use crate::config::Config;
use crate::web::server;
use data_dir::DataDir;

/// Serves the firm until SIGTERM or SIGINT: requests and commands under way get 8 s to end.
pub(crate) fn serve(data: &DataDir, config: &Config, firm: Shared) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::io("cannot start", error))?;
    let result = runtime.block_on(run(data, config.listen, router(), firm));
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn run(data: &DataDir, listen: SocketAddr, app: Router, firm: Shared) -> Result<(), Failure> {
    let listener = TcpListener::bind(listen).await;
    let listener =
        listener.map_err(|error| Failure::io(format_args!("cannot listen on {listen}"), error))?;
    let address = listener.local_addr()?;
    let control = ControlSocket::open(data.path());
    let control = control.map_err(|error| Failure::io("cannot open the control socket", error))?;
    let mut signals = Signals::new()?;
    let run: Run = Arc::new(move |command, context| execute(firm.as_ref(), command, context));

    let stop = CancellationToken::new();
    let mut control = tokio::spawn(control.serve(run, stop.clone()));
    let mut web = tokio::spawn(server::serve(listener, app, stop.clone()));
    announce(&format!("http://{address}"))?;
    tell_systemd(sd_notify::NotifyState::Ready);

    let broken = tokio::select! {
        name = signals.next() => {
            tracing::info!(signal = name, "stopping");
            false
        }
        _ = &mut web => true,
        _ = &mut control => true,
    };
    tell_systemd(sd_notify::NotifyState::Stopping);
    stop.cancel();
    if broken {
        return Err(Failure::Failed(
            "a part of the server stopped by itself; its log tells why".to_owned(),
        ));
    }
    for part in [web, control] {
        part.await
            .map_err(|error| Failure::Failed(format!("a part of the server broke: {error}")))?;
    }
    Ok(())
}

/// Tells whoever started us that requests are accepted.
fn announce(url: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready {url}")
        .and_then(|()| out.flush())
        .map_err(|error| Failure::io("stdout", error))
}

/// Does nothing where systemd did not start us.
fn tell_systemd(state: sd_notify::NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
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

/// Opens the firm of a data folder.
#[expect(clippy::unnecessary_wraps, reason = "opening the vault can fail")]
pub(crate) fn open(_data: &DataDir, config: &Config) -> Result<Shared, Failure> {
    Ok(Arc::new(pending::Pending {
        time_zone: config.time_zone.clone(),
    }))
}

fn router() -> Router {
    Router::new().route("/healthz", axum::routing::get(|| async { "ok" }))
}
