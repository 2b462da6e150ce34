//! The audit log as a page: who did what, when and from where.

mod export;
mod filter;
mod places;
mod sentence;

#[cfg(test)]
mod tests;

use axum::http::{HeaderValue, header};
use axum::response::Response;
use maud::{Markup, html};

use crate::data::{AdminRight, AuditEntry, AuditKind, Permission, Reading};
use crate::i18n::format::date_time;
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::chip::{Tone, avatar, chip};
use crate::web::components::icon::Icon;
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::error::WebResult;
use crate::web::visit::Member;
use crate::web::{Need, Route};
use filter::Wanted;
use sentence::Narrator;

/// The routes of the log.
pub(crate) fn routes() -> Vec<Route> {
    let need = Need::Permission(Permission::Admin(AdminRight::Audit));
    vec![
        Route::get("/audit", need, page),
        Route::get("/audit/export", need, export::export),
        Route::get(places::PLACE, need, places::page),
    ]
}

/// Entries on a page.
const PAGE: usize = 50;

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let form = member.parameters();
    let (wanted, errors) = Wanted::read(&form, &member.state.vault.zone());
    let (entries, next) = reading.audit(&wanted.filter, wanted.before, PAGE)?;
    let title = member.text("audit-title");
    let errors = member.errors(&errors);
    let content = html! {
        section class="list" id="list" aria-label=(title) {
            (page_header(&title, "", ways(&member, &wanted)))
            p class="muted lead" { (member.text("audit-lead")) }
            (filter::bar(&member, &reading, &wanted, &errors))
            @if entries.is_empty() {
                div class="panel" { p class="muted" { (member.text(if next.is_some() { "audit-searched" } else { "audit-empty" })) } }
            } @else {
                div class="bulk-form" { (table(&member, &reading, &title, &entries)) }
            }
            (steps(&member, &wanted, next))
        }
    };
    Ok(private(member.page(&reading, &title, content)))
}

/// The report of places, and the log as a file: what the filter takes, all of it.
fn ways(member: &Member, wanted: &Wanted) -> Markup {
    let file = |format: &str| wanted.at("/audit/export", &[("format", format)]);
    html! {
        (button::link(&member.text("presence-title"), places::PLACE, Weight::Plain, Some(Icon::Office)))
        (button::link(&member.text("audit-export-csv"), &file("csv"), Weight::Plain, None))
        (button::link(&member.text("audit-export-json"), &file("json"), Weight::Plain, None))
    }
}

/// What people did stays out of caches.
fn private(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn table(member: &Member, reading: &Reading, title: &str, entries: &[AuditEntry]) -> Markup {
    let columns = [
        ("audit-what", PhoneSlot::Title),
        ("audit-who", PhoneSlot::First),
        ("audit-when", PhoneSlot::Second),
        ("audit-where", PhoneSlot::Corner),
    ]
    .map(|(key, phone)| Column {
        label: member.text(key),
        numeric: false,
        phone,
        sort: None,
    });
    let narrator = Narrator { member, reading };
    let rows: Vec<Vec<Markup>> = entries
        .iter()
        .map(|entry| row(member, reading, &narrator, entry))
        .collect();
    html! { div class="audit" { (plain_table(title, &columns, &rows)) } }
}

fn row(
    member: &Member,
    reading: &Reading,
    narrator: &Narrator<'_>,
    entry: &AuditEntry,
) -> Vec<Markup> {
    let clock = member.clock();
    let exact = date_time(member.lang, entry.at, &clock.zone);
    vec![
        html! { span class=[tone(entry.kind)] { (narrator.tell(entry)) } },
        who(member, reading, entry),
        html! { span class="muted numeric" title=(exact) { (clock.recent(entry.at)) } },
        place(member, entry),
    ]
}

/// What should catch the eye.
fn tone(kind: AuditKind) -> Option<&'static str> {
    match kind {
        AuditKind::Alarm => Some("status bad"),
        AuditKind::Refused | AuditKind::SignInFailed => Some("status attention"),
        _ => None,
    }
}

/// The person, as a link where the visitor may open their account.
fn who(member: &Member, reading: &Reading, entry: &AuditEntry) -> Markup {
    let Some(id) = entry.user else {
        let key = if entry.kind == AuditKind::SignInFailed {
            "audit-nobody"
        } else {
            "audit-program"
        };
        return html! { span class="muted" { (member.text(key)) } };
    };
    let Some(user) = reading.rights().people().user(id) else {
        return html! { span class="muted" title=(id) { (member.text("audit-gone")) } };
    };
    html! {
        span class="person" {
            (avatar(&user.name))
            @if reading.rights().admin(AdminRight::Users) {
                a class="person-name" href=(format!("/settings/users/{id}")) dir="auto" { (user.name) }
            } @else { span class="person-name" dir="auto" { (user.name) } }
        }
    }
}

fn place(member: &Member, entry: &AuditEntry) -> Markup {
    let channel = format!("audit-channel-{}", entry.channel);
    let channel = if crate::i18n::has_text(member.lang, &channel) {
        member.text(&channel)
    } else {
        entry.channel.clone()
    };
    html! {
        span class="muted small" {
            @if let Some(address) = entry.address { span class="numeric" { (address.to_string()) } " · " }
            (channel)
        }
        @if entry.office { " " (chip(Tone::Good, Some(Icon::Office), &member.text("place-office"))) }
    }
}

fn steps(member: &Member, wanted: &Wanted, next: Option<u64>) -> Markup {
    html! {
        nav class="pager" aria-label=(member.text("pager-label")) {
            span class="pager-steps" {
                @if wanted.before.is_some() {
                    (button::link(&member.text("audit-newest"), &wanted.address(None), Weight::Plain, None))
                }
                @if let Some(next) = next {
                    (button::link(&member.text("audit-older"), &wanted.address(Some(next)), Weight::Plain, None))
                }
            }
        }
    }
}
