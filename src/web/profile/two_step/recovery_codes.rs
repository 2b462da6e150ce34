//! Recovery codes: ten at a time, shown once.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::{framed, password_if_stale, wrong_if_stale};
use crate::data::FieldError;
use crate::web::components::button::{self, Weight};
use crate::web::components::form::{csrf_field, error_of, error_summary};
use crate::web::components::icon::{Icon, icon};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::{Need, Route};
use crate::web::profile::not_stored;
use crate::web::visit::Member;

/// Where the page is.
pub(super) const PLACE: &str = "/profile/two-step/recovery-codes";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, Need::SignedIn, page),
        Route::post(PLACE, Need::SignedIn, make),
    ]
}

async fn page(member: Member) -> WebResult {
    show(&member, StatusCode::OK, &[], html! {})
}

fn show(member: &Member, status: StatusCode, errors: &[FieldError], made: Markup) -> WebResult {
    let reading = member.access.read()?;
    let steps = reading.second_steps(&member.state.vault.zone())?;
    let left = i64::try_from(steps.recovery).unwrap_or(i64::MAX);
    let errors = member.errors(errors);
    let content = html! {
        (made)
        section class="panel" {
            p { (member.text("method-recovery-about")) }
            p class="hint" { (member.text_with("recovery-left", &[("count", left.into())])) }
            form method="post" action=(PLACE) novalidate {
                (csrf_field(&member.csrf))
                (error_summary(member.lang, &errors))
                (password_if_stale(member, error_of(&errors, "current_password")))
                div class="actions after" { (button::submit(&member.text("recovery-make"), Weight::Primary)) }
                @if steps.recovery > 0 { p class="hint" { (member.text("recovery-replaces")) } }
            }
        }
    };
    framed(member, &reading, status, "recovery-title", content)
}

async fn make(member: Member, form: Form) -> WebResult {
    if let Some(error) = wrong_if_stale(&member, &form).await? {
        return show(&member, UNPROCESSABLE, &[error], html! {});
    }
    let codes = member.access.make_recovery_codes().await?;
    let made = html! {
        section class="banner ok" role="status" {
            (icon(Icon::Key))
            div {
                strong { (member.text("recovery-made")) }
                p { (member.text("recovery-keep")) }
                ol class="codes" { @for code in &codes { li { code { (code) } } } }
            }
        }
    };
    Ok(not_stored(show(&member, StatusCode::OK, &[], made)?))
}
