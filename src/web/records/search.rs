//! Search across modules.

use maud::{Markup, html};

use super::showing::Showing;
use super::{address, columns, parameters};
use crate::data::{AccessError, Kind, List, Permission, Query, RecordType, Seen, Start, Value};
use crate::web::components::card::{page_header, panel};
use crate::web::components::empty::nothing_found;
use crate::web::error::WebResult;
use crate::web::visit::{Member, module_place};

/// Records shown of each module.
const SHOWN: usize = 10;
/// Characters of a search; more are cut.
const LONGEST: usize = 200;

/// What was found in each module the person sees.
pub(super) async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let showing = Showing::new(&member, &reading);
    let words: String = parameters(&member)
        .into_iter()
        .find(|(name, _)| name == "q")
        .map(|(_, value)| value.trim().chars().take(LONGEST).collect())
        .unwrap_or_default();
    let mut groups = Vec::new();
    let mut total = 0;
    if !words.is_empty() {
        let query = Query {
            search: words.clone(),
            ..Query::default()
        };
        for kind in member.state.vault.kinds() {
            if !reading.rights().may(Permission::View(kind.module)) {
                continue;
            }
            let found = reading.list(kind, &query, &Start::Offset(0), SHOWN)?;
            if found.total > 0 {
                let viewed = &member.state.viewed;
                viewed.add_rows(&member.access, found.rows.len())?;
                total += found.total;
                groups.push(group(kind, &showing, &words, &found)?);
            }
        }
    }
    let title = member.text("search-title");
    let beside = if groups.is_empty() {
        String::new()
    } else {
        member.text_with("search-total", &[("count", total.into())])
    };
    let content = html! {
        div id="list" {
            (page_header(&title, &beside, html! {}))
            @if words.is_empty() {
                div class="panel" { p class="muted" { (member.text("search-start")) } }
            } @else if groups.is_empty() {
                div class="panel" {
                    (nothing_found(&member.text("list-nothing-found"), &member.text("search-advice"), html! {}))
                }
            }
            @for group in groups { (group) }
        }
    };
    Ok(member.part_or_page(&reading, &title, content, &words))
}

fn group(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    words: &str,
    found: &List,
) -> Result<Markup, AccessError> {
    let member = showing.member;
    let (nav, path, _) = module_place(kind.module);
    let more = address(path, &[("q", words)]);
    let mut rows = Vec::new();
    for seen in &found.rows {
        rows.push((seen, about(showing, seen)?));
    }
    let aside = html! {
        a class="small" href=(more) { (member.text_with("search-all", &[("count", found.total.into())])) }
    };
    Ok(panel(
        &member.text(nav),
        aside,
        html! {
            ul class="plain-list" data-rows="" {
                @for (seen, about) in rows {
                    li {
                        a class="row-link" href=(format!("{path}/{}", seen.id())) dir="auto" { (seen.title()) }
                        span class="muted small" dir="auto" { (about) }
                    }
                }
            }
        },
    ))
}

/// A few words that tell a record from others: what its first columns say.
pub(super) fn about(showing: &Showing<'_>, seen: &Seen) -> Result<String, AccessError> {
    let kind = seen.kind();
    let mut parts = Vec::new();
    for field in columns::usual(kind, showing.reading).into_iter().skip(1) {
        let tells = matches!(
            field.kind,
            Kind::TaxId | Kind::Text(_) | Kind::Owner | Kind::Phones
        );
        if let (true, Some(value)) = (tells, seen.value(field.no)) {
            parts.push(match value {
                Value::List(list) => list.into_iter().next().unwrap_or_default(),
                value => showing.words(kind, field, &value)?,
            });
        }
        if parts.len() == 3 {
            break;
        }
    }
    Ok(parts.join(" · "))
}
