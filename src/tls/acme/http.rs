//! The way to a certificate authority: HTTPS with time limits and bounded answers, and what `Retry-After` said.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Request, Response};
use bytes::Bytes;
use instant_acme::{BodyWrapper, BytesResponse, Error, HttpClient};
use jiff::Timestamp;
use reqwest::redirect::Policy;

use super::Trouble;
use crate::config::Acme;

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(10);
/// From a question to the end of its answer.
const WHOLE: Duration = Duration::from_secs(30);
/// Bytes of an answer.
const LARGEST: usize = 256 << 10;
/// The longest wait that is believed; an authority that asks for more is asked again after this.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// How long the last refusal asked to wait.
#[derive(Clone, Default)]
pub(super) struct Wait(Arc<Mutex<Option<Duration>>>);

impl Wait {
    pub(super) fn told(&self) -> Option<Duration> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, wait: Option<Duration>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = wait;
    }
}

/// A client of one authority. Cheap to clone.
#[derive(Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    pub(super) wait: Wait,
}

impl Http {
    /// Trusts what the system trusts, and the authorities of `ca_file`.
    pub(super) fn new(acme: &Acme) -> Result<Self, Trouble> {
        let failed = |error: reqwest::Error| Trouble::Unreachable(super::causes(&error));
        let mut client = reqwest::Client::builder()
            .https_only(true)
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(WHOLE);
        if !acme.ca_file.is_empty() {
            let extra = reqwest::Certificate::from_pem_bundle(acme.ca_file.as_bytes());
            for certificate in extra.map_err(failed)? {
                client = client.add_root_certificate(certificate);
            }
        }
        Ok(Self {
            client: client.build().map_err(failed)?,
            wait: Wait::default(),
        })
    }

    async fn ask(self, request: Request<BodyWrapper<Bytes>>) -> Result<BytesResponse, Error> {
        let other = |error: reqwest::Error| Error::Other(Box::new(error));
        self.wait.set(None);
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(axum::body::Body::new(body), LARGEST)
            .await
            .map_err(|error| Error::Other(Box::new(error)))?;
        let sent = self
            .client
            .request(parts.method, parts.uri.to_string())
            .headers(parts.headers)
            .body(body)
            .send();
        let mut answer = sent.await.map_err(other)?;
        let status = answer.status();
        let refused = status.is_client_error() || status.is_server_error();
        let wait = refused
            .then(|| answer.headers().get(RETRY_AFTER)?.to_str().ok())
            .flatten()
            .and_then(|told| waits_for(told, crate::clock::now()));
        self.wait.set(wait);
        let is_json = answer
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.contains("json"));
        if !status.is_success() && !is_json {
            return Err(Error::Other(
                format!("the certificate authority answered {status}").into(),
            ));
        }
        let mut response = Response::builder().status(status);
        for (name, value) in answer.headers() {
            response = response.header(name, value);
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(other)? {
            if bytes.len() + chunk.len() > LARGEST {
                return Err(Error::Other("the answer is too large".into()));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(BytesResponse::from(
            response.body(BodyWrapper::from(bytes))?,
        ))
    }
}

impl HttpClient for Http {
    fn request(
        &self,
        request: Request<BodyWrapper<Bytes>>,
    ) -> Pin<Box<dyn Future<Output = Result<BytesResponse, Error>> + Send>> {
        Box::pin(self.clone().ask(request))
    }
}

/// What `Retry-After` says: seconds, or a moment (RFC 9110, section 10.2.3).
fn waits_for(told: &str, now: Timestamp) -> Option<Duration> {
    let told = told.trim();
    let wait = told.parse().map(Duration::from_secs).ok().or_else(|| {
        let moment = jiff::fmt::rfc2822::parse(told).ok()?.timestamp();
        Some(Duration::try_from(moment.duration_since(now)).unwrap_or_default())
    })?;
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_says_how_long_to_wait_in_seconds_or_by_a_moment() {
        let now = Timestamp::from_second(1_445_412_480).unwrap();
        for (told, seconds) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Wed, 21 Oct 2015 07:30:00 GMT", Some(120)),
            ("Wed, 21 Oct 2015 07:20:00 GMT", Some(0)),
            ("99999999999", Some(24 * 60 * 60)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ] {
            let wait = waits_for(told, now).map(|wait| wait.as_secs());
            assert_eq!(wait, seconds, "{told}");
        }
    }
}
