//! The listener loop: takes connections, limits what a slow or greedy client can hold, stops in good order.
//!
//! A connection must bring its first request within [`HEADER_TIME`], and every later one too once its first byte came; a
//! body must keep arriving (see [`super::pace`]), and a client that stops reading is cut off. At most
//! [`MAX_CONNECTIONS`] are open at once; more wait in the system's queue.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use super::pace::{FirstRequest, SteadyBody, SteadyStream};

/// Connections open at once.
const MAX_CONNECTIONS: usize = 4096;

/// Time for the whole head of a request, and for a connection to bring its first one.
pub(super) const HEADER_TIME: Duration = Duration::from_secs(15);

/// Requests one HTTP/2 connection may have under way.
const MAX_STREAMS: u32 = 100;

/// Bytes of one request's headers.
const MAX_HEADER_BYTES: u32 = 64 * 1024;

/// Time for requests under way to finish after the stop.
const FINISH_TIME: Duration = Duration::from_secs(8);

/// Answers connections with `app` until `stop`, then lets requests under way finish for up to 8 s. The client's address
/// is in every request as `ConnectInfo<SocketAddr>`.
pub async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) {
    let connections = Connections::new(app);
    let room = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    loop {
        let accepted = async {
            let place = Arc::clone(&room)
                .acquire_owned()
                .await
                .expect("the semaphore is never closed");
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            accepted = accepted => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                // Fails only on a connection that is already gone; the next read says so.
                let _ = stream.set_nodelay(true);
                let connection = connections.answer(stream, peer);
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
            Err(error) => {
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
    drop(listener);
    connections.finish().await;
}

/// What every connection of a listener shares.
struct Connections {
    app: Router,
    protocol: auto::Builder<TokioExecutor>,
    graceful: GracefulShutdown,
}

impl Connections {
    fn new(app: Router) -> Self {
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
            app,
            protocol,
            graceful: GracefulShutdown::new(),
        }
    }

    /// Answers every request of one connection.
    fn answer<S>(&self, stream: S, peer: SocketAddr) -> impl Future<Output = ()> + Send + 'static
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let first = FirstRequest::default();
        let stream = TokioIo::new(SteadyStream::new(stream, first.clone()));
        let app = self.app.clone();
        let service = hyper::service::service_fn(move |request: Request<Incoming>| {
            first.came();
            let mut request = request.map(|body| Body::new(SteadyBody::new(body)));
            request.extensions_mut().insert(ConnectInfo(peer));
            let app = app.clone();
            async move {
                Ok::<_, Infallible>(
                    app.oneshot(request)
                        .await
                        .unwrap_or_else(|never| match never {}),
                )
            }
        });
        let connection = self
            .graceful
            .watch(self.protocol.serve_connection(stream, service).into_owned());
        async move {
            // Broken off by the client or cut off by a limit: neither is news for the firm's log.
            if let Err(error) = connection.await {
                tracing::debug!(error, "connection ended");
            }
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

#[cfg(test)]
mod tests;
