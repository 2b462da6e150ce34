//! Why a server did not do what it was asked.

use futures_util::TryStreamExt;
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};
use tokio::time::timeout;

use crate::backup::target::http::{tidy, untrusted, words};
use crate::backup::target::limits::{self, LISTING, STALL};
use crate::backup::target::xml;

/// Why something did not work.
pub(super) enum Fault {
    /// Nothing is there under that name.
    Absent,
    /// The way there broke, or the server is not itself; trying again can help.
    Broken(String),
    /// The server, or this machine, refused.
    Refused(String),
}

pub(super) fn broken(error: &reqwest::Error) -> Fault {
    let said = words(error);
    if untrusted(error) {
        return Fault::Refused(said);
    }
    Fault::Broken(said)
}

/// A folder or a file of our own that is not there is no file that was asked for.
pub(super) fn not_absent(fault: Fault) -> Fault {
    match fault {
        Fault::Absent => {
            Fault::Refused("the folder is not there, nor the one above it (404)".to_owned())
        }
        fault => fault,
    }
}

/// Why a request was refused, in the server's own words where it has any.
pub(super) async fn refusal(answer: Response, what: &str) -> Fault {
    let status = answer.status();
    if status == StatusCode::NOT_FOUND {
        return Fault::Absent;
    }
    if status.is_redirection() {
        let to = answer.headers().get(LOCATION);
        let to = to.and_then(|to| to.to_str().ok()).unwrap_or("elsewhere");
        return Fault::Refused(format!(
            "the server sends us to {}, which is not followed; write the address it means as url",
            tidy(to)
        ));
    }
    let told = text(answer).await.unwrap_or_default();
    let told = xml::first(&told, "message").unwrap_or_default();
    let told = match tidy(&told).as_str() {
        "" => String::new(),
        told => format!(" ({told})"),
    };
    let message = match status {
        StatusCode::UNAUTHORIZED => {
            format!("the server does not know this user with this password (401){told}")
        }
        StatusCode::INSUFFICIENT_STORAGE => format!("there is no room left (507){told}"),
        _ => format!("{what}: {status}{told}"),
    };
    let again = matches!(
        status,
        StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
    );
    if again {
        return Fault::Broken(message);
    }
    Fault::Refused(message)
}

/// The text of an answer, bounded in length and time.
pub(super) async fn text(answer: Response) -> Result<String, Fault> {
    let mut pieces = answer.bytes_stream();
    let mut text = Vec::new();
    loop {
        let piece = match timeout(STALL, pieces.try_next()).await {
            Ok(piece) => piece.map_err(|error| broken(&error))?,
            Err(_) => return Err(Fault::Broken("its answer breaks off".to_owned())),
        };
        let Some(piece) = piece else {
            return Ok(String::from_utf8_lossy(&text).into_owned());
        };
        if (text.len() + piece.len()) as u64 > LISTING {
            return Err(Fault::Refused(limits::too_many()));
        }
        text.extend_from_slice(&piece);
    }
}
