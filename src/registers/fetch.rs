//! One question over HTTP: bounded in time and size, never redirected.

use std::error::Error;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use serde_json::Value as Json;
use tokio::sync::OnceCell;

use super::error::RegisterError;

/// Until a connection stands.
const CONNECT: Duration = Duration::from_secs(3);
/// From the question to the end of the answer.
const WHOLE: Duration = Duration::from_secs(8);
/// Bytes of an answer.
const LARGEST: usize = 1 << 20;

/// Asks registers. Its connections are kept for the next question.
pub(super) struct Fetcher {
    client: OnceCell<Client>,
    /// From the question to the end of the answer.
    pub(super) whole: Duration,
}

impl Default for Fetcher {
    fn default() -> Self {
        Self {
            client: OnceCell::new(),
            whole: WHOLE,
        }
    }
}

/// An answer that is JSON.
pub(super) struct Fetched {
    pub(super) status: StatusCode,
    pub(super) json: Json,
}

impl Fetcher {
    /// The JSON at an address, whatever its status below 500.
    pub(super) async fn get(&self, address: &str) -> Result<Fetched, RegisterError> {
        let client = self.client.get_or_try_init(make).await?;
        let response = client
            .get(address)
            .timeout(self.whole)
            .send()
            .await
            .map_err(|error| why(&error))?;
        let status = response.status();
        if status.is_redirection() {
            tracing::warn!(%status, "a register sends us elsewhere; its address in the configuration may be out of date");
            return Err(RegisterError::Strange);
        }
        let body = body(response).await?;
        match serde_json::from_slice(&body) {
            Ok(json) => Ok(Fetched { status, json }),
            Err(_) if status == StatusCode::TOO_MANY_REQUESTS => Err(RegisterError::limit("")),
            Err(_) if status.is_server_error() => Err(RegisterError::OutOfOrder),
            Err(_) => {
                tracing::warn!(%status, bytes = body.len(), "a register's answer is no JSON");
                Err(RegisterError::Strange)
            }
        }
    }
}

/// Reading the system's certificates takes a moment that no other request should wait for.
async fn make() -> Result<Client, RegisterError> {
    let made = tokio::task::spawn_blocking(|| {
        Client::builder()
            .user_agent(concat!("Kartoteka/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT)
            .redirect(Policy::none())
            .referer(false)
            .build()
    });
    match made.await {
        Ok(Ok(client)) => Ok(client),
        Ok(Err(error)) => {
            tracing::error!(error = causes(&error), "registers cannot be asked");
            Err(RegisterError::Unreachable)
        }
        Err(error) => {
            tracing::error!(%error, "making the client for registers broke");
            Err(RegisterError::Unreachable)
        }
    }
}

async fn body(mut response: Response) -> Result<Vec<u8>, RegisterError> {
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| why(&error))? {
        if body.len() + part.len() > LARGEST {
            tracing::warn!("a register's answer is larger than any should be");
            return Err(RegisterError::Strange);
        }
        body.extend_from_slice(&part);
    }
    Ok(body)
}

/// The address asked for holds a client's number, and stays out of the log.
fn why(error: &reqwest::Error) -> RegisterError {
    if error.is_timeout() {
        return RegisterError::Timeout;
    }
    tracing::warn!(error = causes(error), "a register cannot be reached");
    RegisterError::Unreachable
}

/// What lies under an error of the client, without the address.
fn causes(error: &reqwest::Error) -> String {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes.join(": ")
}
