//! One's open sessions: where they are, and the end of them.

use axum::extract::Path;
use maud::{Markup, html};

use crate::data::{Reading, Session, SessionId, UserId};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::chip::{Tone, chip, status_chip};
use crate::web::components::icon::Icon;
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::{WebError, WebResult};
use crate::web::need::{Need, Route};
use crate::web::settings::id;
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/profile/sessions";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, Need::SignedIn, page),
        Route::post("/profile/sessions/end-others", Need::SignedIn, end_others),
        Route::post("/profile/sessions/{id}/end", Need::SignedIn, end),
    ]
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let own = member.signed_in.user.id;
    let title = member.text("profile-sessions-title");
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text("profile-title"), "/profile")]))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("profile-sessions-lead")) }
        (sessions_of(&member, &reading, own, PLACE)?)
    };
    Ok(member.page(&reading, &title, content))
}

/// The open sessions of a person with buttons that end them; `place` is where those forms are sent.
pub(crate) fn sessions_of(
    member: &Member,
    reading: &Reading,
    of: UserId,
    place: &str,
) -> Result<Markup, WebError> {
    let sessions = reading.sessions(of)?;
    let columns = [
        ("profile-session-device", PhoneSlot::Title),
        ("profile-session-address", PhoneSlot::First),
        ("profile-session-last-used", PhoneSlot::Second),
        ("profile-session-end", PhoneSlot::Side),
    ]
    .map(|(key, phone)| {
        Column::plain(member.text(key), phone).numeric(key == "profile-session-end")
    });
    let rows: Vec<Vec<Markup>> = sessions
        .iter()
        .map(|session| row(member, session, place))
        .collect();
    let others = sessions.iter().any(|session| !is_own(member, session));
    Ok(html! {
        @if sessions.is_empty() { p class="muted" { (member.text("profile-sessions-empty")) } }
        @else { div class="list" { (plain_table(&member.text("profile-sessions-title"), &columns, &rows)) } }
        @if others {
            div class="actions after" {
                (button::post(&member.text("profile-sessions-end-others"), &format!("{place}/end-others"), &member.csrf, Weight::Plain, None))
            }
        }
    })
}

fn is_own(member: &Member, session: &Session) -> bool {
    member.signed_in.session.id == session.id
}

fn row(member: &Member, session: &Session, place: &str) -> Vec<Markup> {
    let own = is_own(member, session);
    vec![
        html! {
            (device(member, &session.agent))
            @if own { " " (status_chip(Tone::Good, &member.text("profile-session-current"))) }
        },
        html! {
            @if let Some(address) = session.last_address() { span class="muted numeric" { (address.to_string()) } }
            @if session.last_office() { " " (chip(Tone::Good, Some(Icon::Office), &member.text("place-office"))) }
        },
        html! {
            span class="muted" { (member.clock().recent(session.seen_at)) }
        },
        html! {
            @if !own {
                (button::post(&member.text("profile-session-end"), &format!("{place}/{}/end", session.id), &member.csrf, Weight::Quiet, None))
            }
        },
    ]
}

/// Browser and system in words, from what the browser calls itself.
fn device(member: &Member, agent: &str) -> String {
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let of = |known: &[(&str, &'static str)]| {
        let found = known.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    match (of(&BROWSERS), of(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => member.text("profile-session-unknown"),
    }
}

async fn end(member: Member, Path(session): Path<String>) -> WebResult {
    let (own, session) = (member.signed_in.user.id, id::<SessionId>(&session)?);
    member.access.end_session_of(own, session).await?;
    Ok(see_other(&format!("{PLACE}?notice=saved")))
}

async fn end_others(member: Member) -> WebResult {
    let own = member.signed_in.user.id;
    member.access.end_other_sessions(own).await?;
    Ok(see_other(&format!("{PLACE}?notice=saved")))
}
