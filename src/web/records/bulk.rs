//! Acts on several records of a list at once.

pub(super) mod asked;
mod form;

use maud::{Markup, html};
use serde_json::json;

use super::inputs::owners;
use super::showing::Showing;
use super::{merge, refused, vat_check};
use crate::data::{
    AccessError, BulkChange, Column, Field, FieldError, Kind, NewOperation, OperationKind,
    Permission, Problem, Query, RecordId, RecordType,
};
use crate::i18n::format::integer;
use crate::jobs::operations::work::{self, BulkAct, Chosen};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::{Choice, bare_select};
use crate::web::components::icon::Icon;
use crate::web::components::list::All;
use crate::web::components::menu::menu;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::operations;
use crate::web::visit::{Member, see_other};
use asked::{ADD, NOBODY, REMOVE, Records};

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
        @for field in &fields { (change_menu(kind, showing, field)) }
        @if !fields.is_empty() {
            (button::submit_with(&showing.text("bulk-more"), Weight::Plain, Some(Icon::Edit), "action", "edit"))
        }
        @if merge::may(showing.reading, kind) {
            button class="button" type="submit" formaction=(format!("/{module}/merge/choose")) { (showing.text("action-merge")) }
        }
        (vat_check::of_ticked(kind, showing))
        @if may_delete {
            (button::submit_with(&showing.text("action-delete"), Weight::Plain, Some(Icon::Trash), "action", "delete"))
        }
    }))
}

/// Fields that make sense for many records at once: owners, states, tags.
fn is_offered(field: &Field) -> bool {
    field.column == Column::Shown
        && matches!(
            field.kind,
            Kind::Owner
                | Kind::Choice(_)
                | Kind::Tags
                | Kind::Pick(_)
                | Kind::Picks(_)
                | Kind::YesNo
        )
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
        Kind::Choice(_) | Kind::Pick(_) => {
            let mut options = vec![unchanged()];
            options.extend(choices(kind, showing, field));
            bare_select(field.name, &label, &options, "", false)
        }
        Kind::YesNo => {
            let yes_no = [("true", "action-yes"), ("false", "action-no")]
                .map(|(value, key)| Choice::new(value, showing.text(key)));
            let mut options = vec![unchanged()];
            options.extend(yes_no);
            bare_select(field.name, &label, &options, "", false)
        }
        Kind::Picks(_) => html! {
            @for (rest, key) in [(ADD, "records-choices-add"), (REMOVE, "records-choices-remove")] {
                @let words = showing.text(key);
                @let options: Vec<Choice<'_>> = std::iter::once(Choice::new("", words.clone()))
                    .chain(choices(kind, showing, field)).collect();
                (bare_select(&format!("{}{rest}", field.name), &words, &options, "", false))
            }
        },
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

fn choices(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &Field,
) -> impl Iterator<Item = Choice<'static>> {
    let choices = showing.choices(kind, field).into_iter();
    choices.map(|(value, words)| Choice::new(value, words))
}

/// Everything that the list shows, where that is more than its page.
pub(super) fn all(showing: &Showing<'_>, query: &Query, shown: usize, total: u64) -> Option<All> {
    if total <= shown as u64 {
        return None;
    }
    let count = integer(showing.lang(), i64::try_from(total).unwrap_or(i64::MAX));
    let args = [("count", count.clone().into())];
    Some(All {
        label: showing.member.text_with("list-select-matching", &args),
        total: count,
        filter: form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query.pairs())
            .finish(),
    })
}

/// Does what the form asks to each record it names, and says honestly how far it came. Many become an operation.
pub(super) async fn act(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    let (records, act) = {
        let reading = member.access.read()?;
        let records = match Records::read(kind, &reading, &form)? {
            Ok(records) => records,
            Err(errors) => return Ok(refused(kind, &member, &reading, &errors)),
        };
        let showing = Showing::new(&member, &reading);
        let refuse = |errors: Vec<FieldError>| -> WebResult {
            if form.ticked("page") {
                return Ok(form::page(kind, &showing, &records, &form, &errors)?);
            }
            Ok(refused(kind, &member, &reading, &errors))
        };
        let act = match form.get("action") {
            "edit" => return Ok(form::page(kind, &showing, &records, &Form::default(), &[])?),
            "delete" => BulkAct::Delete,
            "change" => {
                let wanted = asked::read(kind, &showing, &form)?;
                if !wanted.errors.is_empty() {
                    return refuse(wanted.errors);
                }
                if wanted.is_nothing() {
                    let nothing = Problem::new("error-bulk-nothing-to-change");
                    return refuse(vec![FieldError::new("", nothing)]);
                }
                BulkAct::Change(wanted.change)
            }
            _ => return refuse(vec![FieldError::new("", Problem::new("error-bulk-action"))]),
        };
        (records, act)
    };
    if records.chosen.len() > member.state.at_once.written {
        return start(kind, &member, records, act).await;
    }
    let ids = match records.chosen {
        Chosen::Ids(ids) => ids,
        Chosen::Listed(mut selection) => {
            let most = selection.len() as usize;
            member
                .access
                .read()?
                .take_from(kind, &mut selection, most)?
        }
    };
    match act {
        BulkAct::Delete => delete(kind, &member, ids).await,
        // Of what lies in the trash no list has boxes.
        BulkAct::Restore | BulkAct::Purge => Err(WebError::NotFound),
        BulkAct::Change(change) => alter(kind, &member, ids, change).await,
    }
}

async fn start(
    kind: &'static RecordType,
    member: &Member,
    records: Records,
    act: BulkAct,
) -> WebResult {
    let module = kind.module;
    let (sort, permission) = match act {
        BulkAct::Change(_) => (OperationKind::BulkChange, Permission::Edit(module)),
        BulkAct::Delete => (OperationKind::BulkDelete, Permission::Delete(module)),
        BulkAct::Restore => (OperationKind::BulkRestore, Permission::Delete(module)),
        BulkAct::Purge => (OperationKind::Purge, Permission::Delete(module)),
    };
    member.access.read()?.rights().require(permission)?;
    let new = NewOperation {
        kind: sort,
        module: Some(module),
        total: Some(records.chosen.len()),
        undoable: true,
        detail: json!({"filter": records.filter}),
    };
    let operations = &member.state.operations;
    let chosen = records.chosen;
    let id = operations
        .start(&member.access, new, move |task| {
            work::bulk(task, kind, chosen, act)
        })
        .await?;
    Ok(see_other(&operations::place(id)))
}

async fn delete(kind: &'static RecordType, member: &Member, ids: Vec<RecordId>) -> WebResult {
    let results = member.access.delete_in(None, kind, ids).await?;
    let done: Vec<String> = results.iter().flatten().map(ToString::to_string).collect();
    let mut place = outcome(kind, member, "deleted", &results);
    if !done.is_empty() {
        place.push_str(&format!("&undo={}/{}", kind.module, done.join(",")));
    }
    Ok(see_other(&place))
}

async fn alter(
    kind: &'static RecordType,
    member: &Member,
    ids: Vec<RecordId>,
    change: BulkChange,
) -> WebResult {
    let results = member.access.change_in(None, kind, ids, change).await?;
    let undo: Vec<String> = results
        .iter()
        .flatten()
        .filter(|altered| altered.changed)
        .map(|altered| format!("{}.{}", altered.id, altered.version))
        .collect();
    let mut place = outcome(kind, member, "changed", &results);
    if !undo.is_empty() {
        place.push_str(&format!("&undo={}:{}", kind.module, undo.join(",")));
    }
    Ok(see_other(&place))
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
