//! Values offered while typing: tags in use, records that can be referred to. Only what the person sees.

use axum::response::IntoResponse;
use maud::html;

use super::input::told_apart;
use super::look::look;
use super::parameters;
use super::showing::Showing;
use crate::data::{AccessError, Kind, Query, RecordType, Seen, Start};
use crate::web::error::{WebError, WebResult};
use crate::web::visit::Member;

/// Values offered at once.
const OFFERED: usize = 12;

/// `<option>` elements for a field and the text typed so far (`q`).
pub(super) async fn options(kind: &'static RecordType, member: Member, field: String) -> WebResult {
    let reading = member.access.read()?;
    let field = kind
        .named(&field)
        .filter(|field| reading.rights().sees_field(kind, field))
        .ok_or(WebError::NotFound)?;
    let parameters = parameters(&member);
    let typed = parameters
        .iter()
        .find(|(name, _)| name == "q")
        .map_or("", |(_, value)| value.trim());
    let showing = Showing::new(&member, &reading);
    let options: Vec<(String, String)> = match field.kind {
        Kind::Reference(module) => {
            let target = reading.kind(module)?;
            let query = Query {
                search: typed.chars().take(200).collect(),
                filters: (look(kind.module).narrow)(field).into_iter().collect(),
                ..Query::default()
            };
            let found = reading.list(target, &query, &Start::Offset(0), OFFERED)?;
            let offers = found
                .rows
                .iter()
                .map(|seen| offer(&showing, &found.rows, seen));
            offers.collect::<Result<_, _>>()?
        }
        kind_of_list if kind_of_list.is_list() && kind_of_list.choices().is_none() => {
            // Of several values typed, the last one is being completed.
            let last = typed.rsplit([',', ';']).next().unwrap_or_default().trim();
            let found = reading.values_in_use(kind, field.name, last, OFFERED)?;
            found
                .into_iter()
                .map(|(value, count)| (value, count.to_string()))
                .collect()
        }
        _ => return Err(WebError::NotFound),
    };
    Ok(
        html! { @for (value, label) in options { option value=(value) { (label) } } }
            .into_response(),
    )
}

/// A title, with the id where another offer has the same one; beside it what tells them apart.
fn offer(
    showing: &Showing<'_>,
    all: &[Seen],
    seen: &Seen,
) -> Result<(String, String), AccessError> {
    let namesakes = all
        .iter()
        .filter(|other| other.title() == seen.title())
        .count();
    let value = if namesakes > 1 {
        told_apart(seen)
    } else {
        seen.title().to_owned()
    };
    Ok((value, super::search::about(showing, seen)?))
}
