//! A certificate of the firm's own: sent in as files, checked, served.

use axum::extract::Request;
use maud::{Markup, html};

use super::{FIRM, Sent, show};
use crate::config::TlsMode;
use crate::data::Problem;
use crate::tls::{self, LARGEST_UPLOAD, Source, read_upload};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::field::Field;
use crate::web::components::form::csrf_field;
use crate::web::error::{WebError, WebResult};
use crate::web::form::{cut, upload_parts};
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/settings/domain/certificate";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post(PLACE, FIRM, take),
        Route::post("/settings/domain/certificate/remove", FIRM, remove),
    ]
}

/// Whether a certificate can be sent in: HTTPS is on, and the file names no files of its own.
fn is_open(member: &Member) -> bool {
    member.state.tls.plan().mode == TlsMode::Acme
}

/// The form.
pub(super) fn panel_of(member: &Member, refused: Option<&str>) -> Markup {
    if !is_open(member) {
        return html! {};
    }
    let status = tls::status(&member.state.tls);
    let is_own = status.is_some_and(|status| status.source == Source::Own);
    let field = |name: &'static str, label: &str| Field::new(name, member.text(label));
    panel(
        &member.text("domain-own"),
        html! {},
        html! {
            p class="hint" { (member.text("domain-own-about")) }
            form method="post" action=(PLACE) enctype="multipart/form-data" {
                (csrf_field(&member.csrf))
                (field("certificate", "domain-own-certificate").error(refused).hint(member.text("domain-own-certificate-hint"))
                    .file(".pem,.crt,.cer,.p12,.pfx"))
                (field("key", "domain-own-key").hint(member.text("domain-own-key-hint")).file(".pem,.key"))
                (field("password", "domain-own-password").hint(member.text("domain-own-password-hint")).autocomplete("off").password())
                div class="actions after" { (button::submit(&member.text("domain-own-send"), Weight::Plain)) }
            }
            @if is_own {
                (button::post(&member.text("domain-own-remove"), "/settings/domain/certificate/remove", &member.csrf, Weight::Quiet, None))
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

/// Reads the form, of which all files together may be no larger than a certificate can be.
async fn receive(request: Request) -> Result<Parts, WebError> {
    let mut parts = upload_parts(request)?;
    let (mut sent, mut total) = (Parts::default(), 0);
    while let Some(mut part) = parts.next_field().await.map_err(cut)? {
        let name = part.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(cut)? {
            total += chunk.len();
            if total > LARGEST_UPLOAD {
                return Err(WebError::TooLarge);
            }
            bytes.extend_from_slice(&chunk);
        }
        match name.as_str() {
            "certificate" => sent.certificate = bytes,
            "key" => sent.key = bytes,
            "password" => sent.password = String::from_utf8_lossy(&bytes).into_owned(),
            _ => {}
        }
    }
    Ok(sent)
}

async fn take(member: Member, request: Request) -> WebResult {
    if !is_open(&member) {
        return Err(closed());
    }
    super::take_turn(&member)?;
    let parts = receive(request).await?;
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
        Err(fault) => {
            let sent = Sent {
                refused: Some(fault.problem()),
                ..Sent::default()
            };
            let reading = member.access.read()?;
            return show(&member, &reading, UNPROCESSABLE, sent);
        }
    };
    let facts = upload.pair.facts.clone();
    member
        .access
        .note_certificate("uploaded", &facts.names, Some(facts.not_after))
        .await?;
    let tls = member.state.tls.clone();
    let kept = tokio::task::spawn_blocking(move || tls.take_own(&upload));
    match kept.await {
        Ok(Ok(())) => Ok(see_other("/settings/domain?notice=domain-own-taken")),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::StorageFull => Err(WebError::NoRoom),
        _ => Err(WebError::Broken),
    }
}

async fn remove(member: Member) -> WebResult {
    if !is_open(&member) {
        return Err(closed());
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
