//! A certificate of the firm's own: sent in as files, checked, served.

use axum::extract::Request;
use axum::http::StatusCode;
use maud::{Markup, html};

use super::acts::{Question, ask, is_confirmed};
use super::{FIRM, Sent, show};
use crate::config::TlsMode;
use crate::data::Problem;
use crate::tls::{Fault, LARGEST_UPLOAD, read_upload};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::field::Field;
use crate::web::components::form::csrf_field;
use crate::web::error::{WebError, WebResult};
use crate::web::form::{Form, cut, upload_parts};
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/settings/domain/certificate";
const REMOVE: &str = "/settings/domain/certificate/remove";

const REMOVAL: Question = Question {
    action: REMOVE,
    asks: "domain-own-remove-question",
    consequence: "domain-own-remove-consequence",
    act: "domain-own-remove",
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(PLACE, FIRM, take),
        Route::get(REMOVE, FIRM, ask_to_remove),
        Route::post(REMOVE, FIRM, remove),
    ]
}

/// Bytes of a request that are read though they are not taken.
const MOST_READ: usize = 8 << 20;

/// Whether a certificate can be sent in: the configuration file names no files, and its key would not travel for all to
/// read. Before HTTPS is switched on that is so on the machine itself and behind a proxy.
fn is_open(member: &Member) -> bool {
    let tls = &member.state.tls;
    match tls.plan().mode {
        TlsMode::Acme | TlsMode::Own => true,
        TlsMode::Files => false,
        TlsMode::Off => {
            let client = &member.visit.client;
            let is_closed = client.https || (client.address.is_loopback() && !client.proxied);
            is_closed && !tls.configured().given.contains(&"mode")
        }
    }
}

/// The form.
pub(super) fn panel_of(member: &Member, refused: Option<&str>) -> Markup {
    if !is_open(member) {
        return html! {};
    }
    let sent_in = member.state.tls.sent_in();
    let waiting = sent_in.as_ref().filter(|_| !member.state.tls.is_on());
    let about = match (member.state.tls.plan().mode, member.state.tls.may_step_in()) {
        (TlsMode::Own, false) => "domain-own-about-alone",
        _ => "domain-own-about",
    };
    let field = |name: &'static str, label: &str| Field::new(name, member.text(label));
    panel(
        &member.text("domain-own"),
        html! {},
        html! {
            p class="hint" { (member.text(about)) " " (member.text("domain-own-no-backup")) }
            form method="post" action=(PLACE) enctype="multipart/form-data" {
                (csrf_field(&member.csrf))
                (field("certificate", "domain-own-certificate").error(refused).hint(member.text("domain-own-certificate-hint"))
                    .file(".pem,.crt,.cer,.der,.p12,.pfx"))
                (field("key", "domain-own-key").hint(member.text("domain-own-key-hint")).file(".pem,.key,.der"))
                (field("password", "domain-own-password").hint(member.text("domain-own-password-hint")).autocomplete("off").password())
                div class="actions after" { (button::submit(&member.text("domain-own-send"), Weight::Plain)) }
            }
            @if let Some(facts) = waiting {
                p { strong { (facts.names.join(", ")) } " " (member.text("domain-own-waits")) }
            }
            @if sent_in.is_some() {
                (button::link(&member.text("domain-own-remove"), REMOVE, Weight::Quiet, None))
            }
        },
    )
}

/// What the form sent.
#[derive(Default)]
struct Parts {
    certificate: Vec<u8>,
    key: Vec<u8>,
    password: String,
}

/// Reads the form; nothing where its files together are larger than a certificate can be. Those are read to their end all
/// the same, as far as a request may go at all, so that the browser shows the answer.
async fn receive(request: Request) -> Result<Option<Parts>, WebError> {
    let mut parts = upload_parts(request)?;
    let (mut sent, mut total) = (Parts::default(), 0);
    while let Some(mut part) = parts.next_field().await.map_err(cut)? {
        let name = part.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(cut)? {
            total += chunk.len();
            if total <= LARGEST_UPLOAD {
                bytes.extend_from_slice(&chunk);
            } else if total > MOST_READ {
                return Err(WebError::TooLarge);
            }
        }
        match name.as_str() {
            "certificate" => sent.certificate = bytes,
            "key" => sent.key = bytes,
            "password" => sent.password = String::from_utf8_lossy(&bytes).into_owned(),
            _ => {}
        }
    }
    Ok((total <= LARGEST_UPLOAD).then_some(sent))
}

async fn take(member: Member, request: Request) -> WebResult {
    if !is_open(&member) {
        return Err(closed());
    }
    super::take_turn(&member)?;
    let Some(parts) = receive(request).await? else {
        return refuse(&member, &Fault::TooLarge);
    };
    let names = member.state.tls.plan().domains;
    let read = tokio::task::spawn_blocking(move || {
        read_upload(
            &parts.certificate,
            &parts.key,
            &parts.password,
            &names,
            crate::clock::now(),
        )
    });
    let upload = match read.await.map_err(|_| WebError::Broken)? {
        Ok(upload) => upload,
        Err(fault) => return refuse(&member, &fault),
    };
    let facts = upload.pair.facts.clone();
    member
        .access
        .note_certificate("uploaded", &facts.names, Some(facts.not_after))
        .await?;
    let tls = member.state.tls.clone();
    let kept = tokio::task::spawn_blocking(move || tls.take_own(&upload));
    match kept.await {
        Ok(Ok(())) if member.state.tls.is_on() => {
            Ok(see_other("/settings/domain?notice=domain-own-taken"))
        }
        Ok(Ok(())) => Ok(see_other("/settings/domain?notice=domain-own-kept")),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::StorageFull => Err(WebError::NoRoom),
        _ => Err(WebError::Broken),
    }
}

fn refuse(member: &Member, fault: &Fault) -> WebResult {
    tracing::info!(%fault, "an uploaded certificate is not taken");
    let sent = Sent {
        refused: Some(fault.problem()),
        ..Sent::default()
    };
    let reading = member.access.read()?;
    show(member, &reading, UNPROCESSABLE, sent)
}

fn ask_of(member: &Member, status: StatusCode) -> WebResult {
    let names = member.state.tls.sent_in().map(|facts| facts.names);
    ask(member, status, &REMOVAL, &names.unwrap_or_default())
}

async fn ask_to_remove(member: Member) -> WebResult {
    if !is_open(&member) {
        return Err(closed());
    }
    ask_of(&member, StatusCode::OK)
}

async fn remove(member: Member, form: Form) -> WebResult {
    if !is_open(&member) {
        return Err(closed());
    }
    if !is_confirmed(&form) {
        return ask_of(&member, UNPROCESSABLE);
    }
    member.access.note_certificate("removed", &[], None).await?;
    let tls = member.state.tls.clone();
    let removed = tokio::task::spawn_blocking(move || tls.remove_own(crate::clock::now()));
    match removed.await {
        Ok(Ok(())) => Ok(see_other("/settings/domain?notice=domain-own-removed")),
        _ => Err(WebError::Broken),
    }
}

fn closed() -> WebError {
    WebError::Conflict(Problem::new("error-domain-no-upload"))
}
