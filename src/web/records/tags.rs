//! Tags on a card: put on by typing, taken off by a button, each at once and with a way back.

use axum::response::IntoResponse;
use maud::{Markup, html};
use serde_json::json;

use super::asked::{TRAIL, Trail, along, trail_of};
use super::edit::editable;
use super::showing::{Showing, long};
use super::{address, card, record_id};
use crate::data::{AccessError, Changes, Field, FieldError, Kind, Permission, RecordType, Seen};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::form::csrf_field;
use crate::web::components::icon::{Icon, icon};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::visit::{Member, see_other};

/// How often a change is tried again when somebody else changed the record meanwhile.
const TRIES: usize = 4;

/// Whether the person may change the tags of this record.
pub(super) fn may_set(showing: &Showing<'_>, seen: &Seen, field: &Field) -> bool {
    seen.may_edit() && showing.reading.rights().may_set(seen.kind(), field)
}

/// The tags, each with its way off, and the way to put one on.
pub(super) fn editable_tags(
    showing: &Showing<'_>,
    seen: &Seen,
    field: &Field,
    trail: Option<&Trail>,
) -> Markup {
    let (member, kind) = (showing.member, seen.kind());
    let list = format!("/{}", kind.module);
    let action = along(&format!("{list}/{}/tags", seen.id()), trail);
    let suggest = format!("{list}/suggest/{}?q=", field.name);
    let label = member.text("tags-add");
    let off = |tag: &str| member.text_with("tags-remove", &[("tag", tag.into())]);
    let tags = seen.list(field.no);
    html! {
        @if !tags.is_empty() {
            form class="tags" method="post" action=(action) hx-post=(action) hx-target="#card" hx-swap="outerHTML" {
                (csrf_field(&member.csrf))
                @for tag in tags {
                    span class="tag" {
                        a dir="auto" title=[long(tag)] href=(address(&list, &[("tag", tag)])) { (tag) }
                        button name="remove" value=(tag) aria-label=(off(tag)) title=(off(tag)) { (icon(Icon::Close)) }
                    }
                }
            }
        }
        details class="menu" data-menu="" {
            summary class="button quiet small" { (icon(Icon::Plus)) (label) }
            div class="menu-panel" {
                form class="bulk-change" method="post" action=(action) hx-post=(action) hx-target="#card" hx-swap="outerHTML" {
                    (csrf_field(&member.csrf))
                    input type="text" name="add" aria-label=(label) dir="auto" autocomplete="off" list="tags-known"
                        data-suggest=(suggest) required;
                    datalist id="tags-known" {}
                    (button::submit(&member.text("action-add"), Weight::Primary))
                }
            }
        }
    }
}

/// Puts tags on and takes them off. Whatever else was changed meanwhile stays.
pub(super) async fn act(
    kind: &'static RecordType,
    member: Member,
    id: String,
    form: Form,
) -> WebResult {
    let id = record_id(&id)?;
    let field = kind.fields.iter().find(|field| field.kind == Kind::Tags);
    let field = field.ok_or(WebError::NotFound)?;
    for _ in 0..TRIES {
        let (version, changes) = {
            let reading = member.access.read()?;
            let seen = editable(kind, &reading, id)?;
            if !reading.rights().may_set(kind, field) {
                return Err(WebError::Forbidden(Permission::Edit(kind.module)));
            }
            let value = field.kind.take_json(&json!(changed(&seen, field, &form)));
            let value = match value {
                Ok(value) => value,
                Err(problem) => {
                    let errors = [FieldError::new(field.name, problem)];
                    return refused(&member, &seen, &errors);
                }
            };
            (seen.version(), Changes::from([(field.no, value)]))
        };
        match member.access.update(kind, id, changes, Some(version)).await {
            Ok(saved) => {
                let mut place = format!("/{}/{id}?notice=saved", kind.module);
                if saved.version() != version {
                    place.push_str(&format!("&undo={}:{id}.{}", kind.module, saved.version()));
                }
                if let Some(trail) = trail_of(kind, &member) {
                    place.push_str(&format!("&{TRAIL}={}", trail.written));
                }
                return Ok(see_other(&place));
            }
            Err(AccessError::Changed) => {}
            Err(AccessError::Invalid(errors)) => {
                let reading = member.access.read()?;
                return refused(&member, &editable(kind, &reading, id)?, &errors);
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(AccessError::Changed.into())
}

fn changed(seen: &Seen, field: &Field, form: &Form) -> Vec<String> {
    let mut tags: Vec<String> = seen.list(field.no).to_vec();
    tags.retain(|tag| !form.all("remove").any(|gone| gone == tag));
    for typed in form.all("add").flat_map(|typed| typed.split([',', ';'])) {
        let tag = typed.trim();
        if !tag.is_empty() && !tags.iter().any(|known| known == tag) {
            tags.push(tag.to_owned());
        }
    }
    tags
}

/// The card with what went wrong over it.
fn refused(member: &Member, seen: &Seen, errors: &[FieldError]) -> WebResult {
    let reading = member.access.read()?;
    let showing = Showing::new(member, &reading);
    let said = member.visit.errors(errors);
    let notice = banner(
        Verdict::Warn,
        html! { @for error in &said { p role="alert" { (error.message) } } },
    );
    let content = card::whole(&showing, seen, None, notice)?;
    Ok(if member.partial {
        (UNPROCESSABLE, content).into_response()
    } else {
        member.page_with(UNPROCESSABLE, &reading, seen.title(), content, "")
    })
}
