//! Time limits on what a client sends and takes, so that a slow one cannot hold a connection for ever.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};
use tokio_util::sync::CancellationToken;

use super::server::HEADER_TIME;

/// The longest pause in a body that arrives, and in an answer that is taken.
const PAUSE: Duration = Duration::from_secs(30);

/// The slowest a body may arrive on the whole, in bytes a second, after a first [`PAUSE`].
const SLOWEST: u64 = 1024;

/// Whether a connection has brought a whole request yet; shared by its stream and its service.
#[derive(Clone, Default)]
pub(super) struct FirstRequest(CancellationToken);

impl FirstRequest {
    pub(super) fn came(&self) {
        self.0.cancel();
    }

    /// Waits for it.
    pub(super) async fn coming(&self) {
        self.0.cancelled().await;
    }

    fn has_come(&self) -> bool {
        self.0.is_cancelled()
    }
}

/// A connection that must bring its first request in [`HEADER_TIME`] and must take what is written to it: one that
/// takes nothing for [`PAUSE`] is cut off.
pub(super) struct SteadyStream<S> {
    stream: S,
    first: FirstRequest,
    first_deadline: Pin<Box<Sleep>>,
    /// Runs while a write waits for the client.
    write_deadline: Option<Pin<Box<Sleep>>>,
}

impl<S> SteadyStream<S> {
    pub(super) fn new(stream: S, first: FirstRequest) -> Self {
        Self {
            stream,
            first,
            first_deadline: Box::pin(tokio::time::sleep(HEADER_TIME)),
            write_deadline: None,
        }
    }

    /// Starts the deadline of a write that waits, ends the one of a write that went on.
    fn watch_write<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write_deadline = None;
            return written;
        }
        let deadline = self
            .write_deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(PAUSE)));
        match deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for SteadyStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.first.has_come() && self.first_deadline.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for SteadyStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch_write(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.watch_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A request's body that must keep arriving: no pause longer than [`PAUSE`], and [`SLOWEST`] on the whole.
pub(super) struct SteadyBody {
    body: Incoming,
    started: Instant,
    received: u64,
    deadline: Option<Pin<Box<Sleep>>>,
}

impl SteadyBody {
    pub(super) fn new(body: Incoming) -> Self {
        Self {
            body,
            started: Instant::now(),
            received: 0,
            deadline: None,
        }
    }
}

/// When the next part of a body must have come.
fn next_deadline(started: Instant, now: Instant, received: u64) -> Instant {
    let whole = started + PAUSE + Duration::from_secs(received / SLOWEST);
    whole.min(now + PAUSE)
}

impl Body for SteadyBody {
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            self.deadline = None;
            if let Some(Ok(frame)) = &frame {
                self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
            }
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let (started, received) = (self.started, self.received);
        let deadline = self.deadline.get_or_insert_with(|| {
            Box::pin(tokio::time::sleep_until(next_deadline(
                started,
                Instant::now(),
                received,
            )))
        });
        match deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Some(Err("the body came too slowly".into()))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_may_pause_but_not_trickle() {
        let started = Instant::now();
        let at = |seconds| started + Duration::from_secs(seconds);
        assert_eq!(next_deadline(started, started, 0), at(30), "a first pause");
        assert_eq!(
            next_deadline(started, at(20), 20),
            at(30),
            "a byte a second is too slow"
        );
        assert_eq!(
            next_deadline(started, at(600), 1 << 30),
            at(630),
            "fast enough, but never silent for long"
        );
    }
}
