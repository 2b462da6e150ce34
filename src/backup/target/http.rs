//! HTTPS to a far side: whom to trust, how long to wait, what its words are.

use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use reqwest::{Certificate, Client};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use tokio::time::{Instant, Sleep, sleep, timeout};

use super::limits::{CONNECT, LISTING, STALL};

/// The slowest way up that is put up with, in bytes a second.
const SLOWEST: u64 = 16 << 10;

/// A client that trusts the system's authorities, or Mozilla's where the system has none, and those of `ca` (PEM). It
/// follows no redirect, so no password goes where the configuration does not send it.
pub(super) fn client(ca: &str) -> Result<Client, String> {
    let system = rustls_native_certs::load_native_certs().certs;
    let usable = |certificate: &CertificateDer<'static>| {
        RootCertStore::empty().add(certificate.clone()).is_ok()
    };
    let mut trusted: Vec<_> = system.into_iter().filter(usable).collect();
    if trusted.is_empty() {
        trusted.extend_from_slice(webpki_root_certs::TLS_SERVER_ROOT_CERTS);
    }
    let trusted = trusted
        .iter()
        .filter_map(|certificate| Certificate::from_der(certificate).ok());
    let own = Certificate::from_pem_bundle(ca.as_bytes())
        .map_err(|error| format!("ca_file holds no usable certificate: {}", words(&error)))?;
    Client::builder()
        .user_agent(concat!("Kartoteka/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT)
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .http1_only()
        .tls_certs_only(trusted.chain(own))
        .build()
        .map_err(|error| words(&error))
}

/// How long a request may take until its answer begins, when that many bytes go up with it.
fn patience(bytes: u64) -> Duration {
    STALL + Duration::from_secs(bytes / SLOWEST)
}

/// That client under the interface of `object_store`: it waits in proportion to what goes up, gives up on an answer that
/// stalls, and does not try again where a certificate is not trusted.
#[derive(Clone, Debug)]
pub(super) struct Patient(pub(super) Client);

impl HttpConnector for Patient {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl HttpService for Patient {
    fn call<'this, 'future>(
        &'this self,
        request: HttpRequest,
    ) -> Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send + 'future>>
    where
        'this: 'future,
        Self: 'future,
    {
        Box::pin(self.ask(request))
    }
}

impl Patient {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = request.into_parts();
        let url = parts
            .uri
            .to_string()
            .parse::<reqwest::Url>()
            .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        let listing = url.query().is_some();
        let wait = patience(body.content_length() as u64);
        let mut request = reqwest::Request::new(parts.method, url);
        *request.headers_mut() = parts.headers;
        *request.body_mut() = Some(match body.as_bytes() {
            Some(bytes) => bytes.clone().into(),
            None => reqwest::Body::wrap(body),
        });
        let answer = timeout(wait, self.0.execute(request))
            .await
            .map_err(|late| HttpError::new(HttpErrorKind::Timeout, late))?
            .map_err(failed)?;
        let answer: axum::http::Response<reqwest::Body> = answer.into();
        Ok(answer.map(|body| {
            HttpResponseBody::new(Unstalled {
                body,
                clock: Box::pin(sleep(STALL)),
                // Whatever is asked with a query is answered with XML.
                left: if listing { LISTING } else { u64::MAX },
            })
        }))
    }
}

/// Sorts an error by whether trying again can help.
fn failed(error: reqwest::Error) -> HttpError {
    let kind = if untrusted(&error) {
        HttpErrorKind::Unknown
    } else if error.is_timeout() {
        HttpErrorKind::Timeout
    } else if error.is_connect() {
        HttpErrorKind::Connect
    } else {
        HttpErrorKind::Interrupted
    };
    HttpError::new(kind, error.without_url())
}

/// Whether TLS itself refused the far side.
pub(super) fn untrusted(error: &(dyn Error + 'static)) -> bool {
    chain(error).any(|error| {
        let inner = error.downcast_ref::<std::io::Error>();
        let inner = inner.and_then(std::io::Error::get_ref);
        error.is::<rustls::Error>()
            || inner.is_some_and(<dyn Error + Send + Sync>::is::<rustls::Error>)
    })
}

fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| -> Option<&'e (dyn Error + 'static)> {
        error.source()
    })
}

/// What lies at the bottom of an error, which is where the far side or the system speaks.
pub(super) fn words(error: &(dyn Error + 'static)) -> String {
    let last = chain(error).last().unwrap_or(error);
    tidy(&last.to_string())
}

/// Foreign words made fit for a line: no control characters, bounded in length.
pub(super) fn tidy(text: &str) -> String {
    let plain = text.replace(|letter: char| letter.is_control(), " ");
    let mut line = String::new();
    for word in plain.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().take(300));
        if line.len() > 400 {
            line.push('…');
            break;
        }
    }
    line
}

/// The text without any of those secrets.
pub(super) fn without(secrets: &[&str], text: String) -> String {
    let known = secrets.iter().filter(|secret| secret.len() >= 4);
    known.fold(text, |text, secret| text.replace(*secret, "…"))
}

/// The body of an answer that must not stall, and not be longer than it is allowed to.
struct Unstalled {
    body: reqwest::Body,
    clock: Pin<Box<Sleep>>,
    left: u64,
}

/// What is wrong with such a body.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("nothing came for {} s", STALL.as_secs())]
    Stalled,
    #[error("its answer is too long")]
    TooLong,
}

impl Body for Unstalled {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let this = self.get_mut();
        let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(context) else {
            ready!(this.clock.as_mut().poll(context));
            let stalled = HttpError::new(HttpErrorKind::Timeout, Trouble::Stalled);
            return Poll::Ready(Some(Err(stalled)));
        };
        this.clock.as_mut().reset(Instant::now() + STALL);
        let Some(frame) = frame else {
            return Poll::Ready(None);
        };
        let frame = frame.map_err(failed).and_then(|frame| {
            let length = frame.data_ref().map_or(0, Bytes::len) as u64;
            this.left = this
                .left
                .checked_sub(length)
                .ok_or_else(|| HttpError::new(HttpErrorKind::Unknown, Trouble::TooLong))?;
            Ok(frame)
        });
        Poll::Ready(Some(frame))
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_words_are_one_bounded_line_without_secrets() {
        assert_eq!(tidy("a\r\n\u{1b}[31m b\0"), "a [31m b");
        assert!(tidy(&"słowo ".repeat(1000)).len() < 500);
        assert!(tidy(&"ł".repeat(1000)).len() < 1000);
        let told = without(&["Tajne1", ""], "wrong Tajne1!".to_owned());
        assert_eq!(told, "wrong …!");
    }

    #[test]
    fn a_slow_way_up_is_given_its_time() {
        assert_eq!(patience(0), STALL);
        assert_eq!(patience(8 << 20), STALL + Duration::from_secs(512));
    }

    #[test]
    fn a_client_is_made_with_and_without_certificates_of_its_own() {
        client("").unwrap();
        let made = rcgen::generate_simple_self_signed(["far.test".to_owned()]).unwrap();
        client(&made.cert.pem()).unwrap();
        client("-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n").unwrap_err();
    }
}
