//! `/dev/outbox`: what a demo has sent. A demo's firm alone has this page, and people at the machine or signed in.

use maud::html;

use super::components::card::page_header;
use super::error::{WebError, WebResult};
use super::need::{Need, Route};
use super::visit::Visit;

const READ_AT_THE_MACHINE: Need =
    Need::Public("shows the letters of a demo, to people at the machine or signed in");

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/dev/outbox", READ_AT_THE_MACHINE, page)]
}

async fn page(visit: Visit) -> WebResult {
    let near = visit.signed_in.is_some() || visit.client.address.to_canonical().is_loopback();
    if !visit.state.mail.is_demo()? || !near {
        return Err(WebError::NotFound);
    }
    let (title, letters) = (visit.text("outbox-title"), visit.state.mail.shown());
    let content = html! {
        (page_header(&title, "", html! {}))
        p class="muted" { (visit.text("outbox-lead")) }
        @if letters.is_empty() { p { (visit.text("outbox-empty")) } }
        @if visit.signed_in.is_some() { p { a href="/" { (visit.text("error-go-home")) } } }
        @for letter in &letters {
            article class="panel" {
                header { h2 { (letter.subject) } span class="muted small" { (letter.to) " · " (visit.clock().recent(letter.at)) } }
                div class="letter" { @for line in letter.text.lines() { (line) br; } }
                @if let Some(link) = &letter.link { p { a href=(link) { (visit.text("outbox-open")) } } }
            }
        }
    };
    let status = axum::http::StatusCode::OK;
    Ok(visit.bare_page(status, &title, content))
}
