//! The listener loop: takes connections, limits what a slow or greedy client can hold, stops in good order.
//!
//! A connection must bring its first request within [`HEADER_TIME`], and every later one too once its first byte came; a
//! body must keep arriving (see [`super::pace`]), and a client that stops reading is cut off. At most
//! [`MAX_CONNECTIONS`] are open at once; more wait in the system's queue. What one client may hold of them, and how long by
//! doing nothing, is [`crowd`]'s.

mod crowd;
mod plain;
mod proxied;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use axum::response::IntoResponse;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use ipnet::IpNet;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::client_address::Arrived;
use super::pace::{FirstRequest, SteadyBody, SteadyStream};
use crate::tls::{Acceptor, Arriving, Tls, https_only};
use crowd::{Held, Lately};

pub(crate) use crowd::Crowd;
pub(crate) use plain::router as plain_router;

/// Connections open at once.
const MAX_CONNECTIONS: usize = 4096;

/// Time for the whole head of a request, and for a connection to bring its first one.
pub(super) const HEADER_TIME: Duration = Duration::from_secs(15);

/// Requests one HTTP/2 connection may have under way.
const MAX_STREAMS: u32 = 100;

/// Bytes of one request's headers.
const MAX_HEADER_BYTES: u32 = 64 * 1024;

/// Time that a connection which was let in before the stop still has for its handshake, and then for its first request:
/// nobody who came before the stop is turned away by it.
const LAST_CALL: Duration = Duration::from_millis(1500);

/// Time for requests under way to finish after the stop.
const FINISH_TIME: Duration = Duration::from_secs(8);

/// What tells browsers to come by HTTPS alone for a year from now on (RFC 6797); not for names below this one, which may be
/// others' servers.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// A place where connections come in.
pub(crate) enum Listener {
    /// On an address and a port.
    Tcp(TcpListener),
    /// On a socket in the file system.
    Unix(UnixListener),
}

/// A place where connections come in, and how they begin.
pub(crate) struct Door {
    /// The place.
    pub(crate) listener: Listener,
    /// Begins them over TLS; always plain HTTP where there is none.
    pub(crate) tls: Option<Acceptor>,
    /// The load balancers whose header of the PROXY protocol comes first, where one is expected.
    pub(crate) balancers: Option<Arc<[IpNet]>>,
    /// Everybody who is connected, here or elsewhere.
    pub(crate) crowd: Crowd,
}

/// A connection as the system gave it.
enum Raw {
    Tcp(TcpStream, SocketAddr),
    Unix(tokio::net::UnixStream),
}

impl Listener {
    async fn accept(&self) -> std::io::Result<Raw> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // Fails only on a connection that is already gone; the next read says so.
                let _ = stream.set_nodelay(true);
                Ok(Raw::Tcp(stream, peer))
            }
            Self::Unix(listener) => Ok(Raw::Unix(listener.accept().await?.0)),
        }
    }
}

/// Answers connections at a plain TCP listener with `app` until `stop`, then lets requests under way finish for up to 8 s.
/// The client's address is in every request as `ConnectInfo<SocketAddr>`.
pub async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) {
    let door = Door {
        listener: Listener::Tcp(listener),
        tls: None,
        balancers: None,
        crowd: Crowd::new(Vec::new(), Arc::default()),
    };
    serve_door(door, app, stop).await;
}

/// The same at any door.
pub(crate) async fn serve_door(door: Door, app: Router, stop: CancellationToken) {
    let connections = Connections::new(app, door.crowd.clone());
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accepted = async {
            let place = Arc::clone(&room)
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            (place, door.listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok(raw) => {
                let begin = Begin {
                    shared: connections.shared.clone(),
                    watcher: connections.graceful.watcher(),
                    tls: door.tls.clone(),
                    balancers: door.balancers.clone(),
                };
                let stop = stop.clone();
                tokio::spawn(async move {
                    begin.run(raw, stop).await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
    drop(door.listener);
    connections.finish().await;
}

/// What it takes to begin one connection.
struct Begin {
    shared: Shared,
    watcher: Watcher,
    tls: Option<Acceptor>,
    balancers: Option<Arc<[IpNet]>>,
}

impl Begin {
    /// From the first byte to the last; a stop ends what does not soon get to its first request.
    async fn run(self, raw: Raw, stop: CancellationToken) {
        let mut ending = Ending {
            stop,
            _watcher: self.watcher,
            held: None,
        };
        let (mut stream, mut peer) = match raw {
            Raw::Unix(stream) => {
                let arrived = Arrived {
                    tls: false,
                    socket: true,
                };
                let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                ending.held = self.shared.crowd.enter(None);
                return self
                    .shared
                    .answer(stream, nowhere, arrived, None, ending)
                    .await;
            }
            Raw::Tcp(stream, peer) => (stream, peer),
        };
        if let Some(balancers) = &self.balancers {
            let read = tokio::select! {
                read = proxied::read(&mut stream, peer, balancers) => read,
                () = ending.last_call() => return,
            };
            match read {
                Ok(client) => peer = client,
                Err(error) => {
                    tracing::debug!(%error, "no header of the PROXY protocol");
                    return;
                }
            }
        }
        ending.held = self.shared.crowd.enter(Some(peer.ip()));
        if ending.held.is_none() {
            return;
        }
        let Some(acceptor) = self.tls else {
            let arrived = Arrived::default();
            return self
                .shared
                .answer(stream, peer, arrived, None, ending)
                .await;
        };
        let begun = tokio::select! {
            begun = acceptor.accept(stream) => begun,
            () = ending.last_call() => return,
        };
        match begun {
            None => {}
            Some(Arriving::Plain(stream)) => {
                let arrived = Arrived::default();
                let tls = Some(acceptor.tls().clone());
                self.shared.answer(stream, peer, arrived, tls, ending).await;
            }
            Some(Arriving::Ready(stream)) => {
                let arrived = Arrived {
                    tls: true,
                    socket: false,
                };
                let tls = Some(acceptor.tls().clone());
                self.shared
                    .answer(*stream, peer, arrived, tls, ending)
                    .await;
            }
        }
    }
}

/// When a connection has to end.
struct Ending {
    stop: CancellationToken,
    /// Tells the door that the connection is still there.
    _watcher: Watcher,
    /// Its place among those of its client.
    held: Option<Held>,
}

impl Ending {
    /// Waits until the stop is some time ago.
    async fn last_call(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(LAST_CALL).await;
    }

    /// Waits for the stop, and then for the first request, though not for long.
    async fn after_stop(&self, first: &FirstRequest) {
        self.stop.cancelled().await;
        tokio::select! {
            () = first.coming() => {}
            () = self.last_call() => {}
        }
    }
}

/// The connections of a door.
struct Connections {
    shared: Shared,
    graceful: GracefulShutdown,
}

/// What they share.
#[derive(Clone)]
struct Shared {
    app: Router,
    protocol: Arc<auto::Builder<TokioExecutor>>,
    crowd: Crowd,
}

impl Connections {
    fn new(app: Router, crowd: Crowd) -> Self {
        let mut protocol = auto::Builder::new(TokioExecutor::new());
        protocol
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADER_TIME)
            .half_close(false);
        protocol
            .http2()
            .timer(TokioTimer::new())
            .keep_alive_interval(Duration::from_secs(20))
            .keep_alive_timeout(Duration::from_secs(20))
            .max_concurrent_streams(MAX_STREAMS)
            .max_header_list_size(MAX_HEADER_BYTES);
        Self {
            shared: Shared {
                app,
                protocol: Arc::new(protocol),
                crowd,
            },
            graceful: GracefulShutdown::new(),
        }
    }

    /// Lets requests under way finish; idle connections close at once.
    async fn finish(self) {
        if tokio::time::timeout(FINISH_TIME, self.graceful.shutdown())
            .await
            .is_err()
        {
            tracing::warn!("stopped with requests still under way");
        }
    }
}

impl Shared {
    /// Answers every request of one connection. Where there is `tls`, browsers that came by it are told to come so alone, once
    /// its certificate is one that others vouch for; who came without it is led there from the moment it is switched on.
    fn answer<S>(
        &self,
        stream: S,
        peer: SocketAddr,
        arrived: Arrived,
        tls: Option<Tls>,
        ending: Ending,
    ) -> impl Future<Output = ()> + Send + 'static
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let first = FirstRequest::default();
        let stream = TokioIo::new(SteadyStream::new(stream, first.clone()));
        let app = self.app.clone();
        let brought = first.clone();
        let lately = Lately::now();
        let asked = lately.clone();
        let crowd = self.crowd.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            brought.came();
            asked.touch();
            let mut request = request.map(|body| Body::new(SteadyBody::new(body)));
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(arrived);
            name_host(&mut request);
            let app = app.clone();
            let tls = tls.clone();
            async move {
                let is_late = || !arrived.tls && tls.as_ref().is_some_and(Tls::is_on);
                if let Some(tls) = tls.as_ref().filter(|_| is_late()) {
                    return Ok::<_, Infallible>(only_https(tls));
                }
                let mut response = app
                    .oneshot(request)
                    .await
                    .unwrap_or_else(|never| match never {});
                if is_late() {
                    // This very request switched it on.
                    let close = HeaderValue::from_static("close");
                    response.headers_mut().insert(header::CONNECTION, close);
                }
                let trusted = |tls: &Tls| tls.is_trusted(crate::clock::now());
                if arrived.tls && tls.as_ref().is_some_and(trusted) {
                    // What switches HTTPS off takes it back itself.
                    let headers = response.headers_mut();
                    headers
                        .entry(header::STRICT_TRANSPORT_SECURITY)
                        .or_insert(HSTS);
                }
                Ok(response)
            }
        });
        let connection = self.protocol.serve_connection(stream, service).into_owned();
        async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = async {
                    tokio::select! {
                        () = ending.after_stop(&first) => {}
                        () = crowd.tire_of(&lately) => {}
                    }
                } => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            // Broken off by the client or cut off by a limit: neither is news for the firm's log.
            if let Err(error) = ended {
                tracing::debug!(error, "connection ended");
            }
            drop(ending);
        }
    }
}

/// The answer on a plain connection from before HTTPS was switched on.
fn only_https(tls: &Tls) -> Response<Body> {
    let heads = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'"),
        (header::CONNECTION, "close"),
    ];
    (StatusCode::BAD_REQUEST, heads, https_only(tls)).into_response()
}

/// In HTTP/2 the host stands in the address (RFC 9113, section 8.3.1); from here on it is a header as in HTTP/1.1.
fn name_host(request: &mut Request<Body>) {
    if request.headers().contains_key(header::HOST) {
        return;
    }
    let authority = request.uri().authority();
    let host = authority.and_then(|authority| HeaderValue::from_str(authority.as_str()).ok());
    if let Some(host) = host {
        request.headers_mut().insert(header::HOST, host);
    }
}

#[cfg(test)]
mod tests;
