//! Records that look like the one being typed: a warning beside the field while typing, and a question before a second one
//! with the same strongest identity is saved.

use axum::response::IntoResponse;
use maud::{Markup, html};

use super::input::Input;
use super::showing::Showing;
use super::{merge, parameters, reading_much, search};
use crate::data::{
    AccessError, Field, FieldNo, Lookalike, Permission, RecordId, RecordType, Seen, Value,
};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::field_id;
use crate::web::components::icon::Icon;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::visit::Member;

/// Records that a warning names.
const NAMED: usize = 5;
/// Values of a list that are compared while typing.
const COMPARED: usize = 40;
/// The name under which a form says that its twin is known and meant.
pub(super) const MEANT: &str = "twin_ok";

/// Whether what is typed into a field is compared with what is there.
fn is_watched(kind: &RecordType, field: &Field) -> bool {
    !kind.identity.is_empty() && (kind.identity.contains(&field.no) || field.no == kind.title)
}

/// An input that, with script, says under itself which records look the same.
pub(super) fn watched(
    kind: &RecordType,
    showing: &Showing<'_>,
    field: &Field,
    seen: Option<&Seen>,
    input: Markup,
) -> Markup {
    // Whoever adds records but sees none has none to be warned of.
    let sees = showing.reading.rights().may(Permission::View(kind.module));
    if !sees || !is_watched(kind, field) {
        return input;
    }
    let place = format!("{}-twins", field_id(field.name));
    let mut address = format!("/{}/twins?field={}", kind.module, field.name);
    if let Some(seen) = seen {
        address.push_str(&format!("&except={}", seen.id()));
    }
    html! {
        div hx-post=(address) hx-trigger="input delay:500ms" hx-target=(format!("#{place}")) {
            (input)
            div id=(place) aria-live="polite" {}
        }
    }
}

/// The warning under a field, for what a form says in it so far. It reads much, and often.
pub(super) async fn typed(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    reading_much(move || warning(kind, &member, &form)).await
}

fn warning(kind: &'static RecordType, member: &Member, form: &Form) -> WebResult {
    let reading = member.access.read()?;
    let kind = reading.kind(kind.module)?;
    let parameters = parameters(member);
    let of = |wanted: &str| {
        parameters
            .iter()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
    };
    let field = of("field")
        .and_then(|name| kind.named(name))
        .filter(|field| is_watched(kind, field) && reading.rights().sees_field(kind, field))
        .ok_or(WebError::NotFound)?;
    let except = of("except").and_then(|id| id.parse::<RecordId>().ok());
    let typed = form.all(field.name).collect::<Vec<_>>().join("\n");
    // Of several values, those that can be read already.
    let pieces: Vec<&str> = if field.kind.is_list() {
        typed.split(['\n', ',', ';']).take(COMPARED).collect()
    } else {
        vec![typed.as_str()]
    };
    let values: Vec<(FieldNo, Value)> = pieces
        .into_iter()
        .filter_map(|piece| field.kind.take_text(piece, reading.input_reading()).ok()?)
        .map(|value| (field.no, value))
        .collect();
    let showing = Showing::new(member, &reading);
    let own = match except {
        Some(id) => reading.get(kind, id).ok(),
        None => None,
    };
    let found = others(&showing, kind, &values, own.as_ref())?;
    Ok(
        html! { @if !found.is_empty() { div class="after" { (banner(Verdict::Warn, list(&showing, &found)?)) } } }
            .into_response(),
    )
}

/// Records that look the same, without those that share what they share on purpose.
pub(super) fn others(
    showing: &Showing<'_>,
    kind: &'static RecordType,
    values: &[(FieldNo, Value)],
    own: Option<&Seen>,
) -> Result<Vec<Lookalike>, AccessError> {
    let except = own.map(Seen::id);
    let mut found = showing.reading.lookalikes(kind, values, except, NAMED)?;
    found.retain(|twin| own.is_none_or(|own| !twin.belongs_to(own)));
    Ok(found)
}

/// The records by name, with what tells them apart. They open beside the form, which keeps what was typed.
fn list(showing: &Showing<'_>, found: &[Lookalike]) -> Result<Markup, AccessError> {
    let mut rows = Vec::new();
    for twin in found {
        rows.push((twin, search::about(showing, &twin.seen)?));
    }
    Ok(html! {
        p { strong { (showing.text("error-duplicate")) } }
        ul {
            @for (twin, about) in rows {
                @let kind = twin.seen.kind();
                li {
                    a href=(format!("/{}/{}", kind.module, twin.seen.id())) target="_blank" rel="noopener" dir="auto" { (twin.seen.title()) }
                    @if !about.is_empty() { " · " span dir="auto" { (about) } }
                    @if let Some(field) = kind.field(twin.by) { " (" (showing.label(kind, field)) ")" }
                }
            }
        }
    })
}

/// The question before saving, where the form gives the strongest identity of a record that is there. Nothing where the
/// form says that this is meant, or where the firm refuses such records anyway.
pub(super) fn question(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    form: &Form,
    input: &Input,
    seen: Option<&Seen>,
) -> Result<Option<Markup>, AccessError> {
    let value = kind
        .identity
        .first()
        .and_then(|no| Some((*no, input.changes.get(no)?.clone()?)));
    let Some(value) = value.filter(|_| !form.ticked(MEANT)) else {
        return Ok(None);
    };
    if showing.reading.firm()?.is_some_and(|firm| firm.block_twins) {
        return Ok(None);
    }
    let found = others(showing, kind, &[value], seen)?;
    if found.is_empty() {
        return Ok(None);
    }
    // A box, not a button: the Enter key would press the first button of the form.
    let warning = banner(
        Verdict::Warn,
        html! {
            (list(showing, &found)?)
            div class="check" {
                label {
                    input type="checkbox" name=(MEANT) value="true";
                    (showing.text("twins-save-anyway"))
                }
            }
        },
    );
    Ok(Some(
        html! { div role="alert" tabindex="-1" data-focus { (warning) } },
    ))
}

/// The warning on a card. By the strongest identity always; by the weaker ones, which people of one firm may share, just
/// after saving.
pub(super) fn on_card(
    showing: &Showing<'_>,
    seen: &Seen,
    just_saved: bool,
) -> Result<Markup, AccessError> {
    let kind = seen.kind();
    if !seen.may_edit() {
        return Ok(html! {});
    }
    let values: Vec<_> = kind
        .identity
        .iter()
        .filter(|no| just_saved || kind.identity.first() == Some(no))
        .filter_map(|no| seen.value(*no).map(|value| (*no, value)))
        .collect();
    let found = others(showing, kind, &values, Some(seen))?;
    if found.is_empty() {
        return Ok(html! {});
    }
    let may_merge = merge::may(showing.reading, kind);
    let mut merge = format!("/{}/merge?id={}", kind.module, seen.id());
    for twin in &found {
        merge.push_str(&format!("&id={}", twin.seen.id()));
    }
    Ok(banner(
        Verdict::Warn,
        html! {
            (list(showing, &found)?)
            @if may_merge {
                p { (button::link(&showing.text("duplicates-compare"), &merge, Weight::Plain, Some(Icon::Copy))) }
            }
        },
    ))
}
