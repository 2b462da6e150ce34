//! Where the server listens: all places are taken before the first request is answered.

use std::fmt::Display;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use tokio::net::{TcpListener, UnixListener};
use tokio_util::sync::CancellationToken;

use super::activation::Inherited;
use crate::cli::failure::Failure;
use crate::config::{Config, Listen};
use crate::tls::{Acceptor, Tls};
use crate::web::server::{Crowd, Door, Listener, plain_router, serve_door};

/// The places, taken.
pub(super) struct Listeners {
    main: Vec<(Listener, Place)>,
    /// Plain HTTP beside HTTPS.
    plain: Vec<(Listener, Place)>,
}

/// Where one is, once it is taken.
enum Place {
    Socket(SocketAddr),
    Unix(PathBuf),
}

impl Listeners {
    /// Takes them; those that systemd opened for us are ours already.
    pub(super) async fn open(config: &Config, inherited: &mut Inherited) -> Result<Self, Failure> {
        Ok(Self {
            main: open_all(&config.listens(), inherited).await?,
            plain: open_all(&config.listen_http, inherited).await?,
        })
    }

    /// The first address and port; of a server that listens at sockets alone there is none.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.main.iter().find_map(|(_, place)| match place {
            Place::Socket(address) => Some(*address),
            Place::Unix(_) => None,
        })
    }

    /// Where to find the server, HTTPS first.
    pub(super) fn urls(&self, tls: &Tls) -> Vec<String> {
        let scheme = if tls.is_on() { "https" } else { "http" };
        let url = |scheme: &str, place: &Place| match place {
            Place::Socket(address) => format!("{scheme}://{address}"),
            Place::Unix(path) => format!("unix:{}", path.display()),
        };
        let mut main: Vec<&Place> = self.main.iter().map(|(_, place)| place).collect();
        main.sort_by_key(|place| matches!(place, Place::Unix(_)));
        let main = main.into_iter().map(|place| url(scheme, place));
        main.chain(self.plain.iter().map(|(_, place)| url("http", place)))
            .collect()
    }

    /// Answers at all of them until `stop`.
    pub(super) async fn serve(
        self,
        config: &Config,
        tls: &Tls,
        crowd: Crowd,
        app: Router,
        stop: CancellationToken,
    ) -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
        let acceptor = Acceptor::new(tls).map_err(|fault| Failure::Failed(fault.to_string()))?;
        let balancers: Option<Arc<[_]>> = config
            .proxy_protocol
            .then(|| config.trusted_proxies.clone().into());
        let plain = plain_router(tls);
        let mut doors = tokio::task::JoinSet::new();
        let main = self.main.into_iter().map(|place| (place, true));
        for ((listener, _), is_main) in
            main.chain(self.plain.into_iter().map(|place| (place, false)))
        {
            let at_socket = matches!(listener, Listener::Unix(_));
            let door = Door {
                listener,
                tls: (is_main && !at_socket).then(|| acceptor.clone()),
                balancers: balancers.clone().filter(|_| !at_socket),
                crowd: crowd.clone(),
            };
            let app = if is_main { app.clone() } else { plain.clone() };
            doors.spawn(serve_door(door, app, stop.clone()));
        }
        Ok(async move {
            // One that ends before the stop has panicked; the others alone are not what was asked for.
            while let Some(Ok(())) = doors.join_next().await {}
        })
    }
}

async fn open_all(
    places: &[Listen],
    inherited: &mut Inherited,
) -> Result<Vec<(Listener, Place)>, Failure> {
    let mut open = Vec::new();
    for place in places {
        open.push(match place {
            Listen::Socket(address) => {
                let listener = match inherited.take(*address)? {
                    Some(passed) => TcpListener::from_std(passed),
                    None => TcpListener::bind(address).await,
                };
                let listener = listener.map_err(|error| cannot(address, error))?;
                let address = listener.local_addr()?;
                (Listener::Tcp(listener), Place::Socket(address))
            }
            Listen::Unix(path) => {
                let listener = match inherited.take_file(path) {
                    Some(passed) => UnixListener::from_std(passed),
                    None => socket(path),
                };
                let listener = listener.map_err(|error| cannot(place, error))?;
                (Listener::Unix(listener), Place::Unix(path.clone()))
            }
        });
    }
    Ok(open)
}

fn cannot(place: &impl Display, error: std::io::Error) -> Failure {
    Failure::io(format_args!("cannot listen on {place}"), error)
}

/// A socket that the service's user and group may open. One that an earlier run left is taken away; what is no socket, or
/// has somebody behind it, is not.
fn socket(path: &Path) -> std::io::Result<UnixListener> {
    let left = std::fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_socket());
    if left && std::os::unix::net::UnixStream::connect(path).is_err() {
        std::fs::remove_file(path)?;
    }
    let listener = UnixListener::bind(path)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o660))?;
    Ok(listener)
}
