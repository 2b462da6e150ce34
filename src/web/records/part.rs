//! A part of a card that is changed in place: a group of facts turns into its form and back.
//!
//! The link names the fields, so a part needs no declaration of its own; what of them may be set is asked of the guard. Without
//! script the link leads to the whole form.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::asked::{TRAIL, Trail, along, trail_of};
use super::inputs::Filled;
use super::showing::Showing;
use super::{address, card, inputs, parameters};
use crate::data::{AccessError, Field, RecordType, Seen};
use crate::web::components::button::{self, Weight};
use crate::web::components::facts::{FactGroup, fact_group};
use crate::web::components::field::field_id;
use crate::web::components::form::{csrf_field, error_summary, hidden_fields};
use crate::web::error::WebError;
use crate::web::visit::Member;

/// The fields of the part, with commas between.
const ONLY: &str = "only";
/// The id of its panel.
const PART: &str = "part";

/// A part of a card.
pub(super) struct Part {
    id: String,
    fields: Vec<&'static Field>,
}

/// The part that the address names.
pub(super) fn asked(kind: &'static RecordType, member: &Member) -> Option<Part> {
    let parameters = parameters(member);
    let of = |wanted: &str| {
        let found = parameters.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone())
    };
    let fields: Vec<&Field> = of(ONLY)?
        .split(',')
        .filter_map(|name| kind.named(name))
        .collect();
    let id = of(PART)?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    (!fields.is_empty() && id.chars().all(plain)).then_some(Part { id, fields })
}

/// The way to change a group of a card; none where the person may set nothing of it.
pub(super) fn edit_link(
    showing: &Showing<'_>,
    seen: &Seen,
    group: &FactGroup,
    trail: Option<&Trail>,
) -> Option<(String, String)> {
    let kind = seen.kind();
    let rights = showing.reading.rights();
    let fields: Vec<&Field> = group
        .fields
        .iter()
        .filter_map(|name| kind.named(name))
        .filter(|field| rights.may_set(kind, field))
        .collect();
    let first = fields.first().filter(|_| seen.may_edit())?;
    let names: Vec<&str> = fields.iter().map(|field| field.name).collect();
    let path = form_place(seen, &group.id, &names, trail);
    let place = format!("{path}#{}", field_id(first.name));
    Some((showing.text("action-change"), place))
}

fn form_place(seen: &Seen, id: &str, names: &[&str], trail: Option<&Trail>) -> String {
    let path = format!("/{}/{}/edit", seen.kind().module, seen.id());
    let path = address(&path, &[(PART, id), (ONLY, &names.join(","))]);
    match trail {
        Some(trail) => format!("{path}&{TRAIL}={}", trail.written),
        None => path,
    }
}

/// The form in place of its group; the whole card around it where it was sent and could not be saved.
pub(super) fn answer(
    showing: &Showing<'_>,
    part: &Part,
    filled: &Filled<'_>,
    (status, question): (StatusCode, Markup),
) -> Result<Response, WebError> {
    let Some(seen) = filled.seen else {
        return Err(WebError::NotFound);
    };
    let form = form(showing, part, seen, filled, question)?;
    let content = if status == StatusCode::OK {
        let groups = card::groups(showing, seen)?;
        let group = groups.into_iter().find(|group| group.id == part.id);
        fact_group(&FactGroup {
            form: Some(form),
            ..group.ok_or(WebError::NotFound)?
        })
    } else {
        card::whole(showing, seen, Some((&part.id, form)), html! {})?
    };
    Ok((status, content).into_response())
}

fn form(
    showing: &Showing<'_>,
    part: &Part,
    seen: &Seen,
    filled: &Filled<'_>,
    question: Markup,
) -> Result<Markup, AccessError> {
    let (member, kind) = (showing.member, seen.kind());
    let trail = trail_of(kind, member);
    let names: Vec<&str> = part.fields.iter().map(|field| field.name).collect();
    let action = form_place(seen, &part.id, &names, trail.as_ref());
    let back = along(&format!("/{}/{}", kind.module, seen.id()), trail.as_ref());
    let mut fields = Vec::new();
    for field in &part.fields {
        fields.extend(inputs::one(kind, showing, filled, field)?);
    }
    let version = seen.version().to_string();
    Ok(html! {
        form method="post" action=(action) hx-post=(action) hx-target="#card" hx-swap="outerHTML" data-guard="" data-focus=""
            novalidate {
            (csrf_field(&member.csrf))
            (hidden_fields(&[("version", &version)]))
            (error_summary(member.lang, filled.errors))
            (question)
            @for field in fields { (field) }
            div class="actions after" {
                (button::submit(&member.text("action-save"), Weight::Primary))
                a class="button" href=(back) hx-get=(back) data-cancel="" { (member.text("action-cancel")) }
            }
        }
    })
}
