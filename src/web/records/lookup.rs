//! Data by tax id: what a public register says about a client beside what is known, and taking over what is wanted.

mod compare;

use axum::extract::Path;
use axum::http::StatusCode;
use maud::{Markup, html};

use super::input::Input;
use super::showing::Showing;
use super::{edit, record_id, today};
use crate::data::records::tax_id::TaxId;
use crate::data::{
    AccessError, Changes, Field, FieldError, Kind, Permission, Problem, Reading, RecordId,
    RecordType, Seen, Value,
};
use crate::registers::{Entry, RegisterError};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::icon::Icon;
use crate::web::components::problem::problem;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::{Need, Route};
use crate::web::visit::{Member, see_other};

/// Put before the name of a field: what the register says.
const FOUND: &str = "found.";
/// Names the fields that are to be taken.
const TAKE: &str = "take";
/// What the register says that no field holds; it can be added to the notes.
const NOTES: &str = "notes";

/// The routes of a module that has a tax id.
pub(super) fn routes(kind: &'static RecordType) -> Vec<Route> {
    if tax_id_field(kind).is_none() {
        return Vec::new();
    }
    let module = kind.module;
    vec![
        Route::post(
            format!("/{module}/lookup"),
            Need::Permission(Permission::Create(module)),
            move |member: Member, form: Form| act(today(kind, &member), member, None, form),
        ),
        Route::post(
            format!("/{module}/{{id}}/lookup"),
            Need::Permission(Permission::Edit(module)),
            move |member: Member, Path(id): Path<String>, form: Form| async move {
                act(today(kind, &member), member, Some(record_id(&id)?), form).await
            },
        ),
    ]
}

fn tax_id_field(kind: &RecordType) -> Option<&'static Field> {
    kind.fields.iter().find(|field| field.kind == Kind::TaxId)
}

fn place(kind: &RecordType, id: Option<RecordId>) -> String {
    match id {
        Some(id) => format!("/{}/{id}/lookup", kind.module),
        None => format!("/{}/lookup", kind.module),
    }
}

fn is_offered(showing: &Showing<'_>) -> bool {
    showing.member.state.registers.are_on()
}

/// The button beside the tax id of a form. It sends the form as it is filled in.
pub(super) fn beside(
    kind: &RecordType,
    showing: &Showing<'_>,
    field: &Field,
    seen: Option<&Seen>,
) -> Markup {
    html! {
        @if field.kind == Kind::TaxId && is_offered(showing) {
            div class="actions after" {
                button class="button" type="submit" formaction=(place(kind, seen.map(Seen::id))) {
                    (showing.text("lookup-button"))
                }
            }
        }
    }
}

/// What the Enter key presses in a form that has [a button](beside) before the one that saves.
pub(super) fn saving_first(kind: &RecordType, showing: &Showing<'_>, label: &str) -> Markup {
    html! {
        @if tax_id_field(kind).is_some() && is_offered(showing) {
            button class="hidden" type="submit" tabindex="-1" aria-hidden="true" { (label) }
        }
    }
}

/// The address that asks about the record of a card, where there is anything to ask.
pub(super) fn of_card(showing: &Showing<'_>, seen: &Seen) -> Option<String> {
    let field = tax_id_field(seen.kind())?;
    let there = seen.value(field.no).is_some() && seen.may_edit() && is_offered(showing);
    there.then(|| place(seen.kind(), Some(seen.id())))
}

/// A form that a person is in the middle of; none on a card.
fn is_filled_in(kind: &RecordType, form: &Form) -> bool {
    kind.field(kind.title)
        .is_some_and(|title| form.given(title.name).is_some())
}

/// What is typed into the fields that the person sees.
fn typed(kind: &'static RecordType, reading: &Reading, form: &Form) -> Input {
    let seen = kind
        .fields
        .iter()
        .filter(|field| reading.rights().sees_field(kind, field));
    let typed = seen.filter_map(|field| {
        let sent: Vec<&str> = form.all(field.name).collect();
        (!sent.is_empty()).then(|| (field.name, sent.join("\n").replace("\r\n", "\n")))
    });
    Input {
        typed: typed.collect(),
        began: form.given("version").and_then(|text| text.parse().ok()),
        ..Input::default()
    }
}

fn record(
    kind: &'static RecordType,
    reading: &Reading,
    id: Option<RecordId>,
) -> Result<Option<Seen>, WebError> {
    id.map(|id| edit::editable(kind, reading, id)).transpose()
}

/// Asks the register and shows what it says; with `step=take`, takes what was ticked.
async fn act(
    kind: &'static RecordType,
    member: Member,
    id: Option<RecordId>,
    form: Form,
) -> WebResult {
    if form.get("step") == TAKE {
        return take(kind, &member, id, &form).await;
    }
    let tax_id = {
        let reading = member.access.read()?;
        let seen = record(kind, &reading, id)?;
        match number(kind, &reading, &form, seen.as_ref())? {
            Ok(tax_id) => tax_id,
            Err(why) => return refuse(kind, &member, &reading, id, &form, Refused::Number(why)),
        }
    };
    let user = member.signed_in.user.id;
    member
        .state
        .lookups
        .take(user, crate::clock::now())
        .map_err(WebError::Throttled)?;
    let day = member.clock().today();
    let found = member.state.registers.find(&tax_id, day).await;
    // The answer may have taken a while: who they are and what stands there is asked anew.
    let reading = member.access.read()?;
    match found {
        Ok(entry) => compared(kind, &member, &reading, id, &form, &tax_id, &entry),
        Err(why) => refuse(
            kind,
            &member,
            &reading,
            id,
            &form,
            Refused::Register(why.problem()),
        ),
    }
}

/// The number to ask about: the typed one, else the record's.
fn number(
    kind: &'static RecordType,
    reading: &Reading,
    form: &Form,
    seen: Option<&Seen>,
) -> Result<Result<TaxId, Problem>, WebError> {
    let field = tax_id_field(kind).filter(|field| reading.rights().sees_field(kind, field));
    let field = field.ok_or(WebError::NotFound)?;
    let stored = seen.map(|seen| seen.text(field.no));
    let text = form.given(field.name).or(stored).unwrap_or_default();
    if text.trim().is_empty() {
        return Ok(Err(Problem::new("error-register-no-number")));
    }
    Ok(TaxId::parse(text).map_err(
        |_| match field.kind.take_text(text, reading.input_reading()) {
            Err(problem) => problem,
            Ok(_) => RegisterError::NoRegister.problem(),
        },
    ))
}

/// Why there is nothing to show.
enum Refused {
    /// The number is none, which its field says.
    Number(Problem),
    /// The register gave no answer; the form can be saved as it is.
    Register(Problem),
}

/// Says why there is nothing to show: in the form, whose values stay, or on a page of its own.
fn refuse(
    kind: &'static RecordType,
    member: &Member,
    reading: &Reading,
    id: Option<RecordId>,
    form: &Form,
    refused: Refused,
) -> WebResult {
    let (Refused::Number(why) | Refused::Register(why)) = &refused;
    let seen = record(kind, reading, id)?;
    if let Some(seen) = seen.as_ref().filter(|_| !is_filled_in(kind, form)) {
        let title = member.text("lookup-failed");
        let back = button::link(
            &member.text("action-back"),
            &format!("/{}/{}", kind.module, seen.id()),
            Weight::Primary,
            None,
        );
        let content = problem(Icon::Warning, &title, &member.say(why), back);
        return Ok(member.page_with(UNPROCESSABLE, reading, &title, content, ""));
    }
    let mut input = typed(kind, reading, form);
    let mut said = html! {};
    match refused {
        Refused::Number(why) => {
            let name = tax_id_field(kind).map_or("", |field| field.name);
            input.errors.push(FieldError::new(name, why));
        }
        Refused::Register(why) => {
            let words = html! {
                p { strong { (member.text("lookup-failed")) } }
                p { (member.say(&why)) " " (member.text("lookup-by-hand")) }
            };
            said = html! { div role="alert" tabindex="-1" data-focus { (banner(Verdict::Warn, words)) } };
        }
    }
    let status = (UNPROCESSABLE, said);
    edit::show(kind, member, reading, seen.as_ref(), &input, status)
}

fn compared(
    kind: &'static RecordType,
    member: &Member,
    reading: &Reading,
    id: Option<RecordId>,
    form: &Form,
    tax_id: &TaxId,
    entry: &Entry,
) -> WebResult {
    let seen = record(kind, reading, id)?;
    let showing = Showing::new(member, reading);
    let filled_in = is_filled_in(kind, form);
    let input = if filled_in || seen.is_none() {
        typed(kind, reading, form)
    } else {
        Input::default()
    };
    let rows = compare::rows(kind, &showing, seen.as_ref(), &input, entry)?;
    let content = compare::page(&compare::Comparison {
        kind,
        showing: &showing,
        seen: seen.as_ref(),
        input: &input,
        filled_in,
        tax_id,
        entry,
        rows: &rows,
    });
    Ok(member.page(reading, &member.text("lookup-title"), content))
}

/// What was ticked, as changes and as it is typed into a form.
#[derive(Default)]
struct Taken {
    changes: Changes,
    typed: Vec<(&'static str, String)>,
    errors: Vec<FieldError>,
}

fn read_taken(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    form: &Form,
    notes: &str,
) -> Result<Taken, AccessError> {
    let mut taken = Taken::default();
    let rights = showing.reading.rights();
    let wanted = form.all(TAKE).filter(|_| form.given("none").is_none());
    for name in wanted {
        let field = kind
            .named(name)
            .filter(|field| rights.sees_field(kind, field));
        let field =
            field.filter(|field| compare::FIELDS.contains(&field.name) || field.name == NOTES);
        let Some(field) = field else {
            taken.errors.push(FieldError::unknown(name));
            continue;
        };
        if !rights.may_set(kind, field) {
            taken.errors.push(FieldError::not_yours(name));
            continue;
        }
        let mut text = form.get(&format!("{FOUND}{name}")).to_owned();
        if field.name == NOTES {
            let old = notes.trim_end();
            let joint = if old.is_empty() { "" } else { "\n" };
            text = format!("{old}{joint}{text}");
        }
        let value = match field.kind.take_text(&text, showing.reading.input_reading()) {
            Ok(value) => value,
            Err(problem) => {
                taken.typed.push((field.name, text));
                taken.errors.push(FieldError::new(field.name, problem));
                continue;
            }
        };
        let words = match &value {
            Some(value) => showing.typed(field, value)?,
            None => String::new(),
        };
        taken.typed.push((field.name, words));
        taken.changes.insert(field.no, value);
    }
    Ok(taken)
}

/// Fills the form in with what was ticked, to be saved by the person; of a card, saves it.
async fn take(
    kind: &'static RecordType,
    member: &Member,
    id: Option<RecordId>,
    form: &Form,
) -> WebResult {
    let (seen, taken) = {
        let reading = member.access.read()?;
        let showing = Showing::new(member, &reading);
        let seen = record(kind, &reading, id)?;
        let stored = seen.as_ref().map(|seen| stored_notes(kind, seen));
        let notes = form.given(NOTES).map(str::to_owned).or(stored);
        let taken = read_taken(kind, &showing, form, &notes.unwrap_or_default())?;
        let filled_in = is_filled_in(kind, form);
        let Some(seen) = seen.filter(|_| !filled_in && taken.errors.is_empty()) else {
            let seen = record(kind, &reading, id)?;
            return fill_in(kind, member, &reading, seen.as_ref(), form, taken);
        };
        (seen, taken)
    };
    let card = format!("/{}/{}", kind.module, seen.id());
    if taken.changes.is_empty() {
        return Ok(see_other(&card));
    }
    let version = form.get("version").parse::<u64>();
    let version = version.map_err(|_| WebError::bad("error-not-a-number"))?;
    let update = member
        .access
        .update(kind, seen.id(), taken.changes.clone(), Some(version));
    match update.await {
        Ok(saved) if saved.version() == version => Ok(see_other(&card)),
        Ok(saved) => Ok(see_other(&format!(
            "{card}?notice=saved&undo={}:{}.{}",
            kind.module,
            saved.id(),
            saved.version()
        ))),
        Err(AccessError::Invalid(errors)) => {
            let reading = member.access.read()?;
            let seen = record(kind, &reading, id)?;
            let taken = Taken { errors, ..taken };
            fill_in(kind, member, &reading, seen.as_ref(), form, taken)
        }
        Err(error) => Err(error.into()),
    }
}

fn stored_notes(kind: &RecordType, seen: &Seen) -> String {
    let notes = kind.named(NOTES).and_then(|field| seen.value(field.no));
    match notes {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    }
}

/// The form with what was typed before and what was taken.
fn fill_in(
    kind: &'static RecordType,
    member: &Member,
    reading: &Reading,
    seen: Option<&Seen>,
    form: &Form,
    taken: Taken,
) -> WebResult {
    let mut input = typed(kind, reading, form);
    input.typed.extend(taken.typed);
    let status = if taken.errors.is_empty() {
        StatusCode::OK
    } else {
        UNPROCESSABLE
    };
    input.errors = taken.errors;
    input.note = (status == StatusCode::OK).then_some("lookup-filled-in");
    edit::show(kind, member, reading, seen, &input, (status, html! {}))
}
