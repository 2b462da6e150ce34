//! Adding an authenticator app: a QR code, the same as text, and the first code in return.

use axum::http::StatusCode;
use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

use super::{framed, password_if_stale, show, wrong_if_stale, wrong_password};
use crate::data::{AccessError, FieldError};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, error_of, error_summary};
use crate::web::components::secret::copyable;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::{Need, Route};
use crate::web::profile::not_stored;
use crate::web::visit::{Member, see_other};

/// Where the page is.
pub(super) const PLACE: &str = "/profile/two-step/app";
/// Where it is removed.
pub(super) const REMOVE: &str = "/profile/two-step/app/remove";
/// Light modules around the code (ISO/IEC 18004).
const QUIET: usize = 4;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, Need::SignedIn, page),
        Route::post(PLACE, Need::SignedIn, add),
        Route::post(REMOVE, Need::SignedIn, remove),
    ]
}

async fn page(member: Member) -> WebResult {
    show_app(&member, StatusCode::OK, &[]).await
}

async fn show_app(member: &Member, status: StatusCode, errors: &[FieldError]) -> WebResult {
    let app = member.access.begin_app().await?;
    let errors = member.errors(errors);
    let content = html! {
        section class="panel" {
            p { (member.text("app-lead")) }
            (qr(&app.address, &member.text("app-qr"))?)
            p class="hint" { (member.text("app-by-hand")) }
            (copyable(member.lang, &app.secret))
            details {
                summary { (member.text("app-address")) }
                (copyable(member.lang, &app.address))
            }
            form class="after" method="post" action=(PLACE) novalidate {
                (csrf_field(&member.csrf))
                (error_summary(member.lang, &errors))
                (Field::new("code", member.text("app-code")).hint(member.text("app-code-hint")).error(error_of(&errors, "code"))
                    .autocomplete("one-time-code").required().number())
                (password_if_stale(member, error_of(&errors, "current_password")))
                div class="actions after" { (button::submit(&member.text("app-submit"), Weight::Primary)) }
            }
        }
    };
    let reading = member.access.read()?;
    let page = framed(member, &reading, status, "method-app", content)?;
    Ok(not_stored(page))
}

/// The code as one path; dark on light whatever the page's colours, since that is what cameras read.
fn qr(address: &str, label: &str) -> Result<Markup, WebError> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M);
    let code = code.map_err(|error| {
        tracing::error!(%error, "an address does not fit into a QR code");
        WebError::Broken
    })?;
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (place, color) in colors.iter().enumerate() {
        if *color == Color::Dark {
            let (x, y) = (place % width + QUIET, place / width + QUIET);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let side = width + 2 * QUIET;
    Ok(html! {
        svg class="qr" viewBox=(format!("0 0 {side} {side}")) width="220" height="220" role="img" aria-label=(label) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}

async fn add(member: Member, form: Form) -> WebResult {
    if let Some(error) = wrong_if_stale(&member, &form).await? {
        return show_app(&member, UNPROCESSABLE, &[error]).await;
    }
    match member.access.add_app(form.get("code")).await {
        Ok(()) => Ok(see_other("/profile/two-step?notice=app-added")),
        Err(AccessError::Invalid(errors)) => show_app(&member, UNPROCESSABLE, &errors).await,
        Err(error) => Err(error.into()),
    }
}

async fn remove(member: Member, form: Form) -> WebResult {
    if let Some(error) = wrong_password(&member, &form).await? {
        return show(&member, UNPROCESSABLE, &[error], None);
    }
    match member.access.remove_app(member.state.vault.zone()).await {
        Ok(()) => Ok(see_other("/profile/two-step?notice=saved")),
        Err(AccessError::Conflict(problem)) => show(&member, UNPROCESSABLE, &[], Some(&problem)),
        Err(error) => Err(error.into()),
    }
}
