//! The page on which any field of several records is changed alike.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::super::inputs::{self, owners};
use super::super::look::sections;
use super::super::showing::Showing;
use super::asked::{ADD, NOBODY, REMOVE, Records, can_be_cleared};
use crate::data::{AccessError, Field, FieldError, Kind, RecordType, Setter};
use crate::i18n::format::integer;
use crate::jobs::operations::work::Chosen;
use crate::web::components::card::page_header;
use crate::web::components::field::{Choice, Field as Control};
use crate::web::components::form::{
    EditForm, FieldError as Shown, edit_form, error_of, folded_section, hidden_fields, section,
};
use crate::web::components::navigation::breadcrumbs;
use crate::web::form::Form;
use crate::web::visit::module_place;

/// The page; with what was typed and what is wrong with it, where it comes back.
pub(super) fn page(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    records: &Records,
    form: &Form,
    errors: &[FieldError],
) -> Result<Response, AccessError> {
    let member = showing.member;
    let (nav, list, _) = module_place(kind.module);
    let count = integer(
        member.lang,
        i64::try_from(records.chosen.len()).unwrap_or(i64::MAX),
    );
    let title = member.text_with("bulk-title", &[("count", count.into())]);
    let errors = member.errors(errors);
    let nav = member.text(nav);
    let content = html! {
        (breadcrumbs(member.lang, &[(nav.as_str(), list)]))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("bulk-lead")) }
        (edit_form(EditForm {
            lang: member.lang,
            action: &format!("{list}/bulk"),
            csrf: &member.csrf,
            errors: &errors,
            fields: html! { (named(records)) (fields(kind, showing, form, &errors)?) },
            save_label: &member.text("action-change"),
            cancel_href: list,
            note: "",
            uploads: false,
        }))
    };
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    Ok(member.page_with(status, showing.reading, &title, content, ""))
}

/// The records, to be sent along.
fn named(records: &Records) -> Markup {
    html! {
        (hidden_fields(&[("action", "change"), ("page", "1")]))
        @match (&records.filter, &records.chosen) {
            (Some(filter), _) => (hidden_fields(&[("all", "1"), ("filter", filter)])),
            (None, Chosen::Ids(ids)) => @for id in ids { input type="hidden" name="id" value=(id); },
            (None, Chosen::Listed(_)) => {},
        }
    }
}

fn fields(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    form: &Form,
    errors: &[Shown],
) -> Result<Markup, AccessError> {
    let rights = showing.reading.rights();
    let mut parts = Vec::new();
    for part in sections(kind) {
        let mut inputs = Vec::new();
        let mut open = false;
        for field in part.fields {
            // A name is one record's own.
            if field.no == kind.title
                || field.setter == Setter::Program
                || !rights.sees_field(kind, field)
                || !rights.may_set(kind, field)
            {
                continue;
            }
            open |= error_of(errors, field.name).is_some() || !form.get(field.name).is_empty();
            inputs.push(one(kind, showing, form, errors, field)?);
        }
        if inputs.is_empty() {
            continue;
        }
        let title = showing.text(&format!("{}-group-{}", kind.module, part.id));
        let inputs = html! { @for input in inputs { (input) } };
        parts.push(if part.folded {
            folded_section(&title, open, inputs)
        } else {
            section(&title, inputs)
        });
    }
    Ok(html! { @for part in parts { (part) } })
}

fn one(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    form: &Form,
    errors: &[Shown],
    field: &'static Field,
) -> Result<Markup, AccessError> {
    let label = showing.label(kind, field);
    let typed = form.all(field.name).collect::<Vec<_>>().join("\n");
    let control = |name: String, label: String| {
        let typed = form.get(&name).to_owned();
        let error = error_of(errors, &name);
        Control::new(name, label).error(error).value(typed)
    };
    let unchanged = || Choice::new("", showing.text("records-unchanged"));
    let named = control(field.name.to_owned(), label.clone());
    let input = match field.kind {
        Kind::Choice(_) | Kind::Pick(_) => {
            let mut options = vec![unchanged()];
            options.extend(super::choices(kind, showing, field));
            named.select(&options)
        }
        Kind::YesNo => {
            let yes_no = [("true", "action-yes"), ("false", "action-no")]
                .map(|(value, key)| Choice::new(value, showing.text(key)));
            let options: Vec<Choice<'_>> = std::iter::once(unchanged()).chain(yes_no).collect();
            named.select(&options)
        }
        Kind::Picks(_) => html! {
            @for (rest, key) in [(ADD, "bulk-add"), (REMOVE, "bulk-remove")] {
                @let label = showing.member.text_with(key, &[("field", label.as_str().into())]);
                @let options: Vec<Choice<'_>> = std::iter::once(unchanged())
                    .chain(super::choices(kind, showing, field)).collect();
                (control(format!("{}{rest}", field.name), label).select(&options))
            }
        },
        Kind::Owner => {
            let nobody = Choice::new(NOBODY, showing.text("field-no-owner"));
            let mut options = vec![unchanged(), nobody];
            options.extend(owners(kind, showing, "").into_iter().skip(1));
            named.select(&options)
        }
        kind if kind.is_list() => html! {
            @for (rest, key) in [(ADD, "bulk-add"), (REMOVE, "bulk-remove")] {
                @let label = showing.member.text_with(key, &[("field", label.as_str().into())]);
                (control(format!("{}{rest}", field.name), label).autocomplete("off").text())
            }
        },
        _ => inputs::input(kind, showing, field, named, typed)?,
    };
    let clears = can_be_cleared(field) && field.kind != Kind::Owner;
    let cleared = form.all("clear").any(|name| name == field.name);
    Ok(html! {
        (input)
        @if clears {
            div class="check" {
                label { input type="checkbox" name="clear" value=(field.name) checked[cleared];
                    (showing.member.text_with("bulk-clear", &[("field", label.into())])) }
            }
        }
    })
}
