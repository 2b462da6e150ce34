//! The first page after signing in.

use maud::{Markup, html};

use super::components::button::{self, Weight};
use super::components::card::{page_header, panel};
use super::components::empty::empty_place;
use super::components::icon::Icon;
use super::error::WebResult;
use super::need::{Need, Route};
use super::visit::{Member, module_place};
use crate::data::{Permission, Query, Reading, RecordType, Sort, Start};
use crate::i18n::format::integer;

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/", Need::SignedIn, dashboard)]
}

/// Records shown of each module.
const RECENT: usize = 8;

async fn dashboard(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let mut panels = Vec::new();
    for kind in member.state.vault.kinds() {
        if reading.rights().may(Permission::View(kind.module)) {
            panels.push(recent(&member, &reading, kind)?);
        }
    }
    let title = member.text("nav-dashboard");
    let content = html! {
        (page_header(&member.text_with("dashboard-greeting", &[("name", first_name(&member).into())]), "", html! {}))
        @if let Some(start) = super::settings::start::dashboard_panel(&member, &reading) { (start) }
        div class="dashboard" { @for panel in panels { (panel) } }
    };
    Ok(member.page(&reading, &title, content))
}

fn first_name(member: &Member) -> &str {
    member
        .signed_in
        .user
        .name
        .split_whitespace()
        .next()
        .unwrap_or_default()
}

/// What was changed last in a module.
fn recent(
    member: &Member,
    reading: &Reading,
    kind: &'static RecordType,
) -> Result<Markup, crate::data::AccessError> {
    let query = Query {
        sort: Some(Sort {
            field: "updated_at".to_owned(),
            descending: true,
        }),
        ..Query::default()
    };
    let list = reading.list(kind, &query, &Start::Offset(0), RECENT)?;
    let (label, href, sign) = module_place(kind.module);
    let may_create = reading.rights().may(Permission::Create(kind.module));
    if list.rows.is_empty() {
        let ways = html! {
            @if may_create { (button::link(&member.text("clients-empty-create"), &format!("{href}/new"), Weight::Primary, Some(Icon::Plus))) }
            @if reading.rights().may(Permission::Import(kind.module)) {
                (button::link(&member.text("clients-empty-import"), &format!("{href}/import"), Weight::Plain, Some(Icon::Upload)))
            }
        };
        return Ok(empty_place(
            sign,
            &member.text("clients-empty-title"),
            &member.text("clients-empty"),
            ways,
        ));
    }
    let clock = member.clock();
    let total = integer(member.lang, i64::try_from(list.total).unwrap_or(i64::MAX));
    let aside = html! { a class="small" href=(href) { (member.text(label)) " " span class="numeric" { (total) } } };
    let rows = html! {
        ul class="plain-list" {
            @for row in &list.rows {
                li {
                    a href=(format!("{href}/{}", row.id())) dir="auto" { (row.title()) }
                    span class="muted small" { (clock.recent(row.updated_at())) }
                }
            }
        }
    };
    Ok(panel(&member.text("dashboard-recent"), aside, rows))
}
