//! Acts on several records of a list at once.

use maud::{Markup, html};

use super::inputs::owners;
use super::showing::Showing;
use super::{input, merge, refused};
use crate::data::{
    AccessError, Changes, Column, Field, FieldError, Kind, Permission, Problem, RecordId,
    RecordType, Value,
};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::{Choice, bare_select};
use crate::web::components::icon::Icon;
use crate::web::components::menu::menu;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::visit::{Member, see_other};

/// Records that one form can name.
const MOST_AT_ONCE: usize = 1000;
/// Names of the form that are no fields.
const OWN_NAMES: [&str; 3] = ["csrf", "id", "action"];

/// The bar's controls, where the person may do anything to several records at once.
pub(super) fn controls(
    kind: &'static RecordType,
    showing: &Showing<'_>,
) -> Result<Option<Markup>, AccessError> {
    let rights = showing.reading.rights();
    let module = kind.module;
    if !rights.may(Permission::Option(module, "bulk_edit")) {
        return Ok(None);
    }
    let (may_edit, may_delete) = (
        rights.may(Permission::Edit(module)),
        rights.may(Permission::Delete(module)),
    );
    let fields: Vec<&Field> = kind
        .fields
        .iter()
        .filter(|field| may_edit && is_offered(field) && rights.may_set(kind, field))
        .collect();
    if fields.is_empty() && !may_delete {
        return Ok(None);
    }
    Ok(Some(html! {
        @for field in fields { (change_menu(kind, showing, field)) }
        @if merge::may(showing.reading, kind) {
            button class="button" type="submit" formaction=(format!("/{module}/merge/choose")) { (showing.text("action-merge")) }
        }
        @if may_delete {
            (button::submit_with(&showing.text("action-delete"), Weight::Plain, Some(Icon::Trash), "action", "delete"))
        }
    }))
}

/// Fields that make sense for many records at once: owners, states, tags.
fn is_offered(field: &Field) -> bool {
    field.column == Column::Shown
        && matches!(field.kind, Kind::Owner | Kind::Choice(_) | Kind::Tags)
}

fn change_menu(kind: &'static RecordType, showing: &Showing<'_>, field: &Field) -> Markup {
    let label = showing.label(kind, field);
    let unchanged = || Choice::new("", showing.text("records-unchanged"));
    let submit = || {
        button::submit_with(
            &showing.text("action-change"),
            Weight::Primary,
            None,
            "action",
            "change",
        )
    };
    let content = match field.kind {
        Kind::Choice(choices) => {
            let mut options = vec![unchanged()];
            options.extend(
                choices
                    .iter()
                    .map(|choice| Choice::new(*choice, showing.choice(kind, field, choice))),
            );
            bare_select(field.name, &label, &options, "", false)
        }
        Kind::Owner => {
            let mut options = vec![
                unchanged(),
                Choice::new(NOBODY, showing.text("field-no-owner")),
            ];
            options.extend(owners(kind, showing, "").into_iter().skip(1));
            bare_select(field.name, &label, &options, "", false)
        }
        _ => html! {
            @for (rest, key) in [(ADD, "records-tags-add"), (REMOVE, "records-tags-remove")] {
                @let words = showing.text(key);
                input class="small" type="text" name=(format!("{}{rest}", field.name)) aria-label=(words) placeholder=(words)
                    autocomplete="off" dir="auto";
            }
        },
    };
    menu(
        &label,
        None,
        "button",
        html! { div class="bulk-change" { (content) (submit()) } },
    )
}

/// What an owner's choice says for none; an empty one leaves the field as it is.
const NOBODY: &str = "none";
/// Added to a list field's name: values to be added to what is there, or taken from it.
const ADD: &str = "_add";
const REMOVE: &str = "_remove";

/// What a form asks for.
#[derive(Debug, Default)]
struct Wanted {
    /// The same for every record.
    changes: Changes,
    /// Values of list fields to add and to take away.
    lists: Vec<(&'static Field, Vec<String>, Vec<String>)>,
    errors: Vec<FieldError>,
}

fn read(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    form: &Form,
) -> Result<Wanted, AccessError> {
    let mut wanted = Wanted::default();
    let rights = showing.reading.rights();
    let mut names: Vec<&str> = form.0.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let typed = form.all(name).collect::<Vec<_>>().join("\n");
        if OWN_NAMES.contains(&name) || typed.trim().is_empty() {
            continue;
        }
        let list_of = |rest: &str| {
            name.strip_suffix(rest)
                .and_then(|name| kind.named(name))
                .filter(|field| field.kind.is_list())
        };
        let (field, add) = match (kind.named(name), list_of(ADD), list_of(REMOVE)) {
            (Some(field), _, _) => (field, None),
            (None, Some(field), _) => (field, Some(true)),
            (None, None, Some(field)) => (field, Some(false)),
            _ => {
                wanted.errors.push(FieldError::unknown(name));
                continue;
            }
        };
        if !rights.sees_field(kind, field) {
            wanted.errors.push(FieldError::unknown(name));
            continue;
        }
        if !rights.may_set(kind, field) {
            wanted.errors.push(FieldError::not_yours(name));
            continue;
        }
        let clears = field.kind == Kind::Owner && typed.trim() == NOBODY;
        let taken = if clears {
            Ok(None)
        } else {
            input::take(kind, showing, field, &typed, None)?
        };
        match (taken, add) {
            (Err(problem), _) => wanted.errors.push(FieldError::new(name, problem)),
            (Ok(value), None) => drop(wanted.changes.insert(field.no, value)),
            (Ok(Some(Value::List(values))), Some(add)) => {
                let (more, less) = if add {
                    (values, Vec::new())
                } else {
                    (Vec::new(), values)
                };
                wanted.lists.push((field, more, less));
            }
            (Ok(_), Some(_)) => {}
        }
    }
    Ok(wanted)
}

/// Does what the form asks to each record it names, and says honestly how far it came.
pub(super) async fn act(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    let mut ids: Vec<RecordId> = Vec::new();
    for id in form.all("id") {
        ids.push(id.parse().map_err(|_| WebError::NotFound)?);
    }
    ids.sort_unstable();
    ids.dedup();
    let problem = match form.get("action") {
        _ if ids.is_empty() => Some("error-bulk-nothing-chosen"),
        _ if ids.len() > MOST_AT_ONCE => Some("error-bulk-too-many"),
        "delete" | "change" => None,
        _ => Some("error-bulk-action"),
    };
    if let Some(key) = problem {
        let error = FieldError::new("", Problem::new(key).with("most", MOST_AT_ONCE));
        return Ok(refused(kind, &member, &member.access.read()?, &[error]));
    }
    if form.get("action") == "delete" {
        delete(kind, &member, ids).await
    } else {
        change(kind, &member, &form, ids).await
    }
}

async fn delete(kind: &'static RecordType, member: &Member, ids: Vec<RecordId>) -> WebResult {
    let results = member.access.delete_each(kind, ids).await?;
    let done: Vec<String> = results.iter().flatten().map(ToString::to_string).collect();
    let mut place = outcome(kind, member, "deleted", &results);
    if !done.is_empty() {
        place.push_str(&format!("&undo={}/{}", kind.module, done.join(",")));
    }
    Ok(see_other(&place))
}

async fn change(
    kind: &'static RecordType,
    member: &Member,
    form: &Form,
    ids: Vec<RecordId>,
) -> WebResult {
    let (wanted, before) = {
        let reading = member.access.read()?;
        let wanted = read(kind, &Showing::new(member, &reading), form)?;
        if !wanted.errors.is_empty() {
            return Ok(refused(kind, member, &reading, &wanted.errors));
        }
        if wanted.changes.is_empty() && wanted.lists.is_empty() {
            let nothing = FieldError::new("", Problem::new("error-bulk-nothing-to-change"));
            return Ok(refused(kind, member, &reading, &[nothing]));
        }
        let before: Vec<_> = ids.iter().map(|id| reading.get(kind, *id)).collect();
        (wanted, before)
    };
    // One write each: lists are changed record by record, and the writer gathers them into few transactions.
    let writes = ids.into_iter().zip(&before).map(|(id, before)| {
        let wanted = &wanted;
        async move {
            let before = before.as_ref().map_err(Clone::clone)?;
            let mut changes = wanted.changes.clone();
            for (field, more, less) in &wanted.lists {
                let list = altered(field, before.list(field.no), more, less);
                changes.insert(field.no, (!list.is_empty()).then_some(Value::List(list)));
            }
            let expected = (!wanted.lists.is_empty()).then_some(before.version());
            member.access.update(kind, id, changes, expected).await
        }
    });
    let results = futures_util::future::join_all(writes).await;
    let mut undo = Vec::new();
    for (before, result) in before.iter().zip(&results) {
        match (before, result) {
            (_, Err(AccessError::Store(error))) => return Err(error.clone().into()),
            (Ok(before), Ok(after)) if after.version() != before.version() => {
                undo.push(format!("{}.{}", after.id(), after.version()));
            }
            _ => {}
        }
    }
    let mut place = outcome(kind, member, "changed", &results);
    if !undo.is_empty() {
        place.push_str(&format!("&undo={}:{}", kind.module, undo.join(",")));
    }
    Ok(see_other(&place))
}

/// A list with values added and taken away; what counts as the same value stands once.
fn altered(field: &Field, list: &[String], more: &[String], less: &[String]) -> Vec<String> {
    let same =
        |one: &String, other: &String| field.kind.equal_form(one) == field.kind.equal_form(other);
    let mut altered: Vec<String> = list
        .iter()
        .filter(|value| !less.iter().any(|gone| same(gone, value)))
        .cloned()
        .collect();
    for value in more {
        if !altered.iter().any(|known| same(known, value)) {
            altered.push(value.clone());
        }
    }
    altered
}

/// The list that the form was sent from, with the answer: how many were done, how many not, and why.
fn outcome<T>(
    kind: &RecordType,
    member: &Member,
    act: &str,
    results: &[Result<T, AccessError>],
) -> String {
    let done = results.iter().filter(|result| result.is_ok()).count();
    let left = results.len() - done;
    let notice = if left == 0 {
        format!("bulk-{act}:{done}")
    } else {
        format!("bulk-partly:{done}:{left}:{}", reason(results))
    };
    let place = back(kind, member);
    let joint = if place.contains('?') { '&' } else { '?' };
    format!("{place}{joint}notice={notice}")
}

/// One word for why some were not done.
fn reason<T>(results: &[Result<T, AccessError>]) -> &'static str {
    let mut reasons = results
        .iter()
        .filter_map(|result| result.as_ref().err())
        .map(|error| match error {
            AccessError::Forbidden(_) => "forbidden",
            AccessError::NotFound => "missing",
            AccessError::Changed => "changed",
            _ => "invalid",
        });
    let first = reasons.next().unwrap_or("missing");
    if reasons.all(|reason| reason == first) {
        first
    } else {
        "mixed"
    }
}

/// The list as it was, without the answers of earlier acts.
fn back(kind: &RecordType, member: &Member) -> String {
    let path = format!("/{}", kind.module);
    match member.referring.split_once('?') {
        Some((referring, query)) if referring == path => {
            let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .filter(|(name, _)| !matches!(name.as_str(), "notice" | "undo" | "after" | "page"))
                .collect();
            super::address(&path, &pairs)
        }
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::CLIENTS;

    #[test]
    fn lists_are_altered_value_by_value() {
        let tags = CLIENTS.named("tags").expect("clients have tags");
        let list = ["VIP".to_owned(), "hurt".to_owned()];
        let more = ["vip".to_owned(), "nowy".to_owned()];
        let less = ["HURT".to_owned()];
        assert_eq!(altered(tags, &list, &more, &less), ["VIP", "nowy"]);
    }

    #[test]
    fn reasons_are_told_apart() {
        let failed = |error| Err::<(), _>(error);
        assert_eq!(reason(&[failed(AccessError::NotFound), Ok(())]), "missing");
        assert_eq!(
            reason(&[failed(AccessError::NotFound), failed(AccessError::Changed)]),
            "mixed"
        );
    }
}
