//! Making and changing a record by its form.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::asked::{TRAIL, along, trail_of};
use super::input::Input;
use super::inputs::Filled;
use super::showing::Showing;
use super::{clash, input, inputs, lookup, parameters, part, record_id, twins};
use crate::data::{
    AccessError, Draft, FieldError, Permission, Reading, RecordId, RecordType, Seen,
};
use crate::web::components::card::page_header;
use crate::web::components::form::{EditForm, edit_form, hidden_fields};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::visit::{Member, module_place, see_other};

/// The empty form; parameters of the address fill fields in.
pub(super) async fn new_page(kind: &'static RecordType, member: Member) -> WebResult {
    let reading = member.access.read()?;
    let input = Input {
        typed: parameters(&member)
            .into_iter()
            .filter_map(|(name, value)| Some((kind.named(&name)?.name, value)))
            .collect(),
        ..Input::default()
    };
    show(
        kind,
        &member,
        &reading,
        None,
        &input,
        (StatusCode::OK, html! {}),
    )
}

/// Makes a record.
pub(super) async fn create(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    let input = {
        let reading = member.access.read()?;
        let showing = Showing::new(&member, &reading);
        let input = input::read(kind, &showing, &form, None)?;
        if !input.errors.is_empty() {
            return show(kind, &member, &reading, None, &input, refused());
        }
        if let Some(question) = twins::question(kind, &showing, &form, &input, None)? {
            let status = (UNPROCESSABLE, question);
            return show(kind, &member, &reading, None, &input, status);
        }
        input
    };
    let draft = Draft {
        values: input.changes.clone(),
        origin: None,
    };
    match member.access.create(kind, draft).await {
        Ok(seen) => Ok(see_other(&after(kind, &member, &seen, "created")?)),
        Err(AccessError::Invalid(errors)) => {
            let reading = member.access.read()?;
            let input = Input { errors, ..input };
            show(kind, &member, &reading, None, &input, refused())
        }
        Err(error) => Err(error.into()),
    }
}

/// The card of what was saved; the list where its maker does not see it, such as one given to somebody else.
pub(super) fn after(
    kind: &'static RecordType,
    member: &Member,
    seen: &Seen,
    notice: &str,
) -> Result<String, WebError> {
    let module = kind.module;
    let reading = member.access.read()?;
    match reading.get(kind, seen.id()) {
        Ok(_) => Ok(format!("/{module}/{}?notice={notice}", seen.id())),
        Err(AccessError::NotFound) => Ok(format!("/{module}?notice={notice}")),
        Err(AccessError::Forbidden(_)) => Ok(format!("/?notice={notice}")),
        Err(error) => Err(error.into()),
    }
}

/// The form of a record.
pub(super) async fn edit_page(kind: &'static RecordType, member: Member, id: String) -> WebResult {
    let reading = member.access.read()?;
    let seen = editable(kind, &reading, record_id(&id)?)?;
    member.state.viewed.add(&member.access, 1)?;
    let input = Input::default();
    let status = (StatusCode::OK, html! {});
    show(kind, &member, &reading, Some(&seen), &input, status)
}

/// A record that the person may change.
pub(super) fn editable(
    kind: &'static RecordType,
    reading: &Reading,
    id: RecordId,
) -> Result<Seen, WebError> {
    let seen = reading.get(kind, id)?;
    if seen.may_edit() {
        Ok(seen)
    } else {
        Err(WebError::Forbidden(Permission::Edit(kind.module)))
    }
}

/// Changes a record. Where somebody else changed it since the form was opened, both versions are shown.
pub(super) async fn update(
    kind: &'static RecordType,
    member: Member,
    id: String,
    form: Form,
) -> WebResult {
    let id = record_id(&id)?;
    // A form without a version is a script's own and means: whatever stands there now.
    let version = form.given("version").map(str::parse::<u64>).transpose();
    let version = version.map_err(|_| WebError::bad("error-not-a-number"))?;
    let (seen, input) = {
        let reading = member.access.read()?;
        let showing = Showing::new(&member, &reading);
        let seen = editable(kind, &reading, id)?;
        let mut input = input::read(kind, &showing, &form, Some(&seen))?;
        input.began = version;
        if !input.errors.is_empty() {
            return show(kind, &member, &reading, Some(&seen), &input, refused());
        }
        if let Some(question) = twins::question(kind, &showing, &form, &input, Some(&seen))? {
            let status = (UNPROCESSABLE, question);
            return show(kind, &member, &reading, Some(&seen), &input, status);
        }
        if let Some(began) = version.filter(|version| *version != seen.version()) {
            return clash::page(&showing, &seen, began, &input);
        }
        (seen, input)
    };
    let changes = input.changes.clone();
    let expected = Some(seen.version());
    match member.access.update(kind, id, changes, expected).await {
        Ok(saved) if saved.version() == seen.version() => {
            let place = format!("/{}/{id}", kind.module);
            Ok(see_other(&along(&place, trail_of(kind, &member).as_ref())))
        }
        Ok(saved) => {
            let undo = format!("&undo={}:{id}.{}", kind.module, saved.version());
            let mut place = after(kind, &member, &saved, "saved")?;
            if saved.may_edit() {
                place.push_str(&undo);
            }
            if let Some(trail) = trail_of(kind, &member) {
                place.push_str(&format!("&{TRAIL}={}", trail.written));
            }
            Ok(see_other(&place))
        }
        Err(AccessError::Changed) => {
            let reading = member.access.read()?;
            let showing = Showing::new(&member, &reading);
            let now = editable(kind, &reading, id)?;
            let input = input::read(kind, &showing, &form, Some(&now))?;
            clash::page(&showing, &now, seen.version(), &input)
        }
        Err(AccessError::Invalid(errors)) => {
            let reading = member.access.read()?;
            let seen = editable(kind, &reading, id)?;
            let input = Input { errors, ..input };
            show(kind, &member, &reading, Some(&seen), &input, refused())
        }
        Err(error) => Err(error.into()),
    }
}

fn refused() -> (StatusCode, Markup) {
    (UNPROCESSABLE, html! {})
}

/// The form, with a status and a question to be answered before it is saved.
pub(super) fn show(
    kind: &'static RecordType,
    member: &Member,
    reading: &Reading,
    seen: Option<&Seen>,
    input: &Input,
    (status, question): (StatusCode, Markup),
) -> Result<Response, WebError> {
    let showing = Showing::new(member, reading);
    let module = kind.module;
    let (nav, list, _) = module_place(module);
    let errors = shown_errors(kind, &showing, &input.errors);
    if let (true, Some(seen), Some(part)) = (member.partial, seen, part::asked(kind, member)) {
        let filled = Filled {
            seen: Some(seen),
            typed: &|name| input.typed.get(name).cloned(),
            errors: &errors,
        };
        return part::answer(&showing, &part, &filled, (status, question));
    }
    let trail = trail_of(kind, member);
    let filled = Filled {
        seen,
        typed: &|name| input.typed.get(name).cloned(),
        errors: &errors,
    };
    let fields = inputs::all(kind, &showing, &filled)?;
    let listed = named_errors(kind, &showing, &errors);
    let version = seen.map(|seen| input.began.unwrap_or(seen.version()).to_string());
    let save = member.text(if seen.is_some() {
        "action-save-changes"
    } else {
        "action-save"
    });
    let note = input.note.map(|key| member.text(key)).unwrap_or_default();
    let (title, action, back) = match seen {
        Some(seen) => (
            member.text_with(
                &format!("{module}-edit-title"),
                &[("name", seen.title().into())],
            ),
            along(&format!("{list}/{}/edit", seen.id()), trail.as_ref()),
            along(&format!("{list}/{}", seen.id()), trail.as_ref()),
        ),
        None => (
            member.text(&format!("{module}-new")),
            format!("{list}/new"),
            list.to_owned(),
        ),
    };
    let nav = member.text(nav);
    let mut steps = vec![(nav.as_str(), list)];
    if let Some(seen) = seen {
        steps.push((seen.title(), &back));
    }
    let content = html! {
        (breadcrumbs(member.lang, &steps))
        (page_header(&title, "", html! {}))
        (edit_form(EditForm {
            lang: member.lang,
            action: &action,
            csrf: &member.csrf,
            errors: &listed,
            fields: html! {
                @if let Some(version) = &version { (hidden_fields(&[("version", version)])) }
                (lookup::saving_first(kind, &showing, &save))
                (question)
                (fields)
            },
            save_label: &save,
            cancel_href: &back,
            note: &note,
            uploads: false,
        }))
    };
    Ok(member.page_with(status, reading, &title, content, ""))
}

/// Errors in words; one about a field that has no input here names it.
fn shown_errors(
    kind: &RecordType,
    showing: &Showing<'_>,
    errors: &[FieldError],
) -> Vec<crate::web::components::form::FieldError> {
    let rights = showing.reading.rights();
    let mut shown = showing.member.errors(errors);
    for error in &mut shown {
        match kind.named(&error.field) {
            Some(field) if rights.may_set(kind, field) => {}
            Some(field) if rights.sees_field(kind, field) => {
                error.message = format!("{}: {}", showing.label(kind, field), error.message);
            }
            _ => error.message = format!("{}: {}", error.field, error.message),
        }
    }
    shown
}

/// Errors for the summary above a form: each begins with the name of its field, for away from the field "give a number"
/// says nothing.
pub(super) fn named_errors(
    kind: &RecordType,
    showing: &Showing<'_>,
    errors: &[crate::web::components::form::FieldError],
) -> Vec<crate::web::components::form::FieldError> {
    let rights = showing.reading.rights();
    let mut named = errors.to_vec();
    for error in &mut named {
        // Of the others `shown_errors` has said it.
        if let Some(field) = kind.named(&error.field)
            && rights.may_set(kind, field)
        {
            error.message = format!("{}: {}", showing.label(kind, field), error.message);
        }
    }
    named
}
