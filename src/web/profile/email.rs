//! Confirming the address of one's own account: a button sends a letter, its link leads to a page with another button.
//!
//! Programs that look through mail open its links, so that opening one changes nothing. The page is for the person signed
//! in to the very account: a letter that went to a stranger by mistake confirms nothing.

use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use maud::{Markup, html};

use crate::data::{AccessError, Purpose};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::form::csrf_field;
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::WebResult;
use crate::web::need::{Need, Route};
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/profile/email/confirm";

pub(super) fn routes() -> Vec<Route> {
    let link = format!("{PLACE}/{{token}}");
    vec![
        Route::get(PLACE, Need::SignedIn, page),
        Route::post(PLACE, Need::SignedIn, ask),
        Route::get(link.clone(), Need::SignedIn, link_page),
        Route::post(link, Need::SignedIn, confirm),
    ]
}

async fn page(member: Member) -> WebResult {
    show(&member, StatusCode::OK, None)
}

fn show(member: &Member, status: StatusCode, error: Option<&str>) -> WebResult {
    let user = &member.signed_in.user;
    let off = member.state.mail.links_off()?;
    let sentence = |key: &str| member.text_with(key, &[("email", user.email.as_str().into())]);
    let content = html! {
        @if let Some(error) = error { (banner(Verdict::Warn, html! { (error) })) }
        @if user.email_verified {
            (banner(Verdict::Ok, html! { (sentence("confirm-done")) }))
        } @else if let Some(off) = off {
            (banner(Verdict::Info, html! { (member.text(off.key())) }))
        } @else {
            section class="panel" {
                p { (sentence("confirm-lead")) }
                p class="hint" { (member.text("confirm-why")) }
                form method="post" action=(PLACE) {
                    (csrf_field(&member.csrf))
                    div class="actions after" { (button::submit(&member.text("confirm-send"), Weight::Primary)) }
                }
            }
        }
    };
    framed(member, status, content)
}

fn framed(member: &Member, status: StatusCode, content: Markup) -> WebResult {
    let reading = member.access.read()?;
    let title = member.text("confirm-title");
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text("profile-title"), "/profile")]))
        (page_header(&title, "", html! {}))
        (content)
    };
    Ok(member.page_with(status, &reading, &title, content, ""))
}

async fn ask(member: Member) -> WebResult {
    if member.state.mail.links_off()?.is_some() {
        return show(&member, StatusCode::CONFLICT, None);
    }
    match member.access.ask_confirmation().await {
        Ok(()) => Ok(see_other(&format!("{PLACE}?notice=letter-sent"))),
        Err(AccessError::Conflict(problem)) => {
            let said = member.say(&problem);
            show(&member, StatusCode::CONFLICT, Some(&said))
        }
        Err(error) => Err(error.into()),
    }
}

async fn link_page(member: Member, Path(token): Path<String>) -> WebResult {
    let user = &member.signed_in.user;
    let holder = member
        .state
        .vault
        .link_holder(Purpose::ConfirmAddress, &token)?;
    if holder.is_none_or(|holder| holder.id != user.id) {
        return over(&member);
    }
    let question = member.text_with("confirm-question", &[("email", user.email.as_str().into())]);
    let content = html! {
        section class="panel" {
            p { (question) }
            form method="post" action=(format!("{PLACE}/{token}")) {
                (csrf_field(&member.csrf))
                div class="actions after" { (button::submit(&member.text("confirm-act"), Weight::Primary)) }
            }
        }
    };
    Ok(quiet(framed(&member, StatusCode::OK, content)?))
}

fn over(member: &Member) -> WebResult {
    let content = html! {
        (banner(Verdict::Warn, html! { (member.text("confirm-over")) }))
        (button::link(&member.text("confirm-title"), PLACE, Weight::Plain, None))
    };
    Ok(quiet(framed(member, StatusCode::GONE, content)?))
}

async fn confirm(member: Member, Path(token): Path<String>) -> WebResult {
    match member.access.confirm_address(&token).await {
        Ok(()) => Ok(quiet(see_other("/profile?notice=email-confirmed"))),
        Err(AccessError::NotFound) => over(&member),
        Err(error) => Err(error.into()),
    }
}

/// The page's address is a secret, so that it goes along to nowhere.
fn quiet(mut response: Response) -> Response {
    response.headers_mut().insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    response
}
