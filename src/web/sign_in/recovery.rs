//! A forgotten password: the question for a link, and the link's page.
//!
//! Whatever address is typed, the answer is the same and comes before anything is looked up.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use maud::html;

use super::by_link::{self, ByLink};
use super::{BEFORE, parameter};
use crate::data::{Channel, Purpose};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::Field;
use crate::web::components::form::csrf_field;
use crate::web::components::icon::{Icon, icon};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate;
use crate::web::need::Route;
use crate::web::visit::{Visit, see_other};

const RESET: ByLink = ByLink {
    purpose: Purpose::Recovery,
    place: "/login/reset/",
    title: "reset-title",
    lead: "reset-lead",
    over: "reset-over",
    again: Some(("reset-ask-again", "/login/forgot")),
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/login/forgot", BEFORE, forgot_page),
        Route::post("/login/forgot", BEFORE, forgot),
        Route::get("/login/reset/{token}", BEFORE, reset_page),
        Route::post("/login/reset/{token}", BEFORE, reset),
    ]
}

async fn forgot_page(visit: Visit) -> WebResult {
    let asked = parameter(&visit, "asked") == "yes";
    show(&visit, StatusCode::OK, asked, None)
}

fn show(visit: &Visit, status: StatusCode, asked: bool, error: Option<&str>) -> WebResult {
    let title = visit.text("forgot-title");
    let off = visit.state.mail.links_off()?;
    let content = html! {
        h1 { (title) }
        @if let Some(error) = error { p class="banner fail" role="alert" { (icon(Icon::Error)) span { (error) } } }
        @if let Some(off) = off {
            p class="banner info" { (icon(Icon::Info)) span { (visit.text(off.key())) " " (visit.text("forgot-off")) } }
        } @else if asked {
            p class="banner info" role="status" { (icon(Icon::Mail)) span { (visit.text("forgot-asked")) } }
            p class="muted" { (visit.text("forgot-asked-more")) }
        } @else {
            p class="muted" { (visit.text("forgot-lead")) }
            form method="post" action="/login/forgot" {
                (csrf_field(&visit.csrf))
                (Field::new("email", visit.text("field-email")).autocomplete("username").required().autofocus().email())
                (button::submit(&visit.text("forgot-submit"), Weight::Primary))
            }
        }
        p { a href="/login" { (visit.text("forgot-back")) } }
    };
    Ok(visit.bare_page(status, &title, content))
}

async fn forgot(visit: Visit, form: Form) -> WebResult {
    if let Err(wait) = visit.state.asks.take(visit.client.address) {
        return wait_page(&visit, wait.0);
    }
    let Ok(place) = visit.state.asks_in_hand.clone().try_acquire_owned() else {
        return wait_page(&visit, 5);
    };
    if visit.state.mail.links_off()?.is_none() {
        let (vault, email) = (visit.state.vault.clone(), form.get("email").to_owned());
        let origin = gate::origin(&visit.client, Channel::Web);
        // Beside the answer, so that its time tells nothing.
        tokio::spawn(async move {
            if let Err(error) = vault.ask_recovery(&email, origin).await {
                tracing::error!(%error, "a letter of recovery could not be put into the queue");
            }
            drop(place);
        });
    }
    Ok(see_other("/login/forgot?asked=yes"))
}

fn wait_page(visit: &Visit, seconds: u64) -> WebResult {
    let said = visit.text_with("error-throttled", &[("seconds", seconds.into())]);
    let mut response = show(visit, StatusCode::TOO_MANY_REQUESTS, false, Some(&said))?;
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, seconds.into());
    Ok(response)
}

async fn reset_page(visit: Visit, Path(token): Path<String>) -> WebResult {
    by_link::page(&visit, &RESET, &token)
}

async fn reset(visit: Visit, Path(token): Path<String>, form: Form) -> WebResult {
    by_link::set_password(&visit, &RESET, &token, &form).await
}
