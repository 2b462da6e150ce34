//! Saved views: the tabs of a list, and the forms that keep, change and share them.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::asked::{Asked, Unread};
use super::showing::Showing;
use super::{address, refused};
use crate::data::{
    AccessError, FieldError, Filter, NewView, Query, Reading, RecordType, Scope, Shared, Test,
    View, ViewId, common,
};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::field::{Choice, Field as Input};
use crate::web::components::form::{csrf_field, error_of, hidden_fields};
use crate::web::components::icon::Icon;
use crate::web::components::navigation::{Tab, breadcrumbs};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::visit::{Member, module_place, see_other};

/// All records, one's own, those of nobody, where there are others' to tell them from; then the saved views.
pub(super) fn tabs(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    asked: &Asked,
) -> Result<Vec<Tab>, AccessError> {
    let path = format!("/{}", kind.module);
    let views = showing.reading.views(kind)?;
    let mut wanted = built_in(kind, showing.reading);
    if wanted.is_empty() && !views.is_empty() {
        wanted.push(("list-view-all", Vec::new()));
    }
    let current = asked.seen_by.as_ref().map(|by| by.view.id);
    let sort = asked.query.sort.clone().filter(|_| current.is_none());
    let built_in = wanted.into_iter().map(|(label, filters)| {
        let query = Query {
            filters,
            sort: sort.clone(),
            ..Query::default()
        };
        Tab {
            label: showing.text(label),
            href: address(&path, &asked.without_view(&query)),
            current: current.is_none() && asked.query.filters == query.filters,
            count: None,
        }
    });
    let saved = views.iter().map(|view| Tab {
        label: view.name.clone(),
        href: address(&path, &asked.through(view)),
        current: current == Some(view.id),
        count: (current == Some(view.id) && asked.is_changed())
            .then(|| showing.text("view-changed")),
    });
    Ok(built_in.chain(saved).collect())
}

fn built_in(kind: &RecordType, reading: &Reading) -> Vec<(&'static str, Vec<Filter>)> {
    let rights = reading.rights();
    let access = rights.module(kind.module);
    let Some(owner) = kind.field(common::OWNER) else {
        return Vec::new();
    };
    let wide = matches!(access.view, Scope::Team | Scope::All);
    let unassigned = access.unassigned || access.view == Scope::All;
    if !wide && !unassigned {
        return Vec::new();
    }
    let of = |value: &str| {
        vec![Filter {
            field: owner.name.to_owned(),
            test: Test::AnyOf(vec![value.to_owned()]),
        }]
    };
    let mut wanted = vec![("list-view-all", Vec::new())];
    if let Some(user) = rights.user() {
        wanted.push(("list-view-mine", of(&user.id.to_string())));
    }
    if unassigned {
        wanted.push(("list-view-unassigned", of("none")));
    }
    wanted
}

/// The forms of the list whose parameters the address has, alone where script asked for them.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    let reading = member.access.read()?;
    let asked = match Asked::of(kind, &member, &reading) {
        Ok(asked) => asked,
        Err(Unread::Refused(errors)) => return Ok(refused(kind, &member, &reading, &errors)),
        Err(Unread::Access(error)) => return Err(error.into()),
    };
    let showing = Showing::new(&member, &reading);
    Ok(show(kind, &showing, &asked, StatusCode::OK, "", &[])?)
}

fn show(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    asked: &Asked,
    status: StatusCode,
    typed: &str,
    errors: &[FieldError],
) -> Result<Response, AccessError> {
    let member = showing.member;
    let forms = forms(kind, showing, asked, typed, errors)?;
    if member.partial {
        return Ok((status, forms).into_response());
    }
    let (nav, list, _) = module_place(kind.module);
    let title = member.text("views-title");
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text(nav), list)]))
        (page_header(&title, "", html! {}))
        div class="panel" { (forms) }
    };
    Ok(member.page_with(status, showing.reading, &title, content, ""))
}

/// What the list shows, as hidden fields of the forms.
fn question(asked: &Asked) -> Markup {
    let filter = address("", &asked.with(&asked.query));
    hidden_fields(&[("filter", filter.trim_start_matches('?'))])
}

fn forms(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    asked: &Asked,
    typed: &str,
    errors: &[FieldError],
) -> Result<Markup, AccessError> {
    let member = showing.member;
    let path = format!("/{}/views", kind.module);
    let said = member.visit.errors(errors);
    let new_name = Input::new("name", member.text("view-name"))
        .value(typed)
        .error(error_of(&said, "name"))
        .required()
        .text();
    let now = asked.seen_by.as_ref();
    let now = now
        .map(|by| of_view(kind, showing, asked, &by.view))
        .transpose()?;
    Ok(html! {
        div class="bulk-change" {
            @if let Some(now) = now { (now) }
            form class="bulk-change" method="post" action=(path) {
                (csrf_field(&member.csrf))
                (question(asked))
                strong { (member.text("view-new")) }
                p class="hint" { (member.text("view-new-hint")) }
                (new_name)
                (sharing(showing, Shared::Own))
                div class="actions" { (button::submit(&member.text("view-save-new"), Weight::Plain)) }
            }
        }
    })
}

/// What can be done with the view the list is seen by.
fn of_view(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    asked: &Asked,
    view: &View,
) -> Result<Markup, AccessError> {
    let member = showing.member;
    let action = format!("/{}/views/{}", kind.module, view.id);
    let first = showing.reading.first_view(kind)? == Some(view.id);
    let (first_act, first_words) = if first {
        ("not-first", "view-not-first")
    } else {
        ("first", "view-first")
    };
    Ok(html! {
        form class="bulk-change" method="post" action=(action) {
            (csrf_field(&member.csrf))
            (question(asked))
            @if showing.reading.may_change_view(view) {
                (Input::new("name", member.text("view-name")).value(view.name.as_str()).required().text())
                (sharing(showing, view.shared))
                div class="actions" {
                    (button::submit_with(&member.text("view-rename"), Weight::Plain, None, "act", "rename"))
                    @if asked.is_changed() {
                        (button::submit_with(&member.text("view-update"), Weight::Plain, Some(Icon::Check), "act", "update"))
                    }
                    (button::submit_with(&member.text("view-delete"), Weight::Quiet, Some(Icon::Trash), "act", "delete"))
                }
            } @else {
                p { strong dir="auto" { (view.name) } " " span class="muted" { (made_by(showing, view)) } }
            }
            div class="actions" {
                (button::submit_with(&member.text(first_words), Weight::Quiet, None, "act", first_act))
            }
        }
    })
}

fn made_by(showing: &Showing<'_>, view: &View) -> String {
    let person = showing.person_name(view.owner);
    showing
        .member
        .text_with("view-made-by", &[("person", person.into())])
}

fn sharing(showing: &Showing<'_>, current: Shared) -> Markup {
    let mut ways = showing.reading.sharing();
    if !ways.contains(&current) {
        ways.push(current);
    }
    if ways.len() == 1 {
        return html! { (hidden_fields(&[("shared", code(current))])) };
    }
    let choices: Vec<Choice<'_>> = ways
        .iter()
        .map(|way| {
            Choice::new(
                code(*way),
                showing.text(&format!("view-shared-{}", code(*way))),
            )
        })
        .collect();
    Input::new("shared", showing.text("view-shared"))
        .value(code(current))
        .select(&choices)
}

fn code(shared: Shared) -> &'static str {
    match shared {
        Shared::Own => "own",
        Shared::Team(_) => "team",
        Shared::All => "all",
    }
}

/// With whom a form shares: a team is always one's own, or the one it is shared with already.
fn shared_as(reading: &Reading, form: &Form, now: Option<Shared>) -> Result<Shared, WebError> {
    let wanted = form.given("shared").unwrap_or("own");
    now.into_iter()
        .chain(reading.sharing())
        .chain([Shared::All])
        .find(|way| code(*way) == wanted)
        .ok_or_else(|| WebError::bad("error-choice"))
}

/// The list that a form was about.
fn asked_by(kind: &'static RecordType, reading: &Reading, form: &Form) -> Result<Asked, Unread> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(form.get("filter").as_bytes())
        .into_owned()
        .collect();
    Asked::read(kind, reading, &pairs)
}

/// The columns that a view of this list keeps: those it or the person chose; none where they are the usual ones.
fn columns_kept(
    kind: &'static RecordType,
    reading: &Reading,
    asked: &Asked,
) -> Result<Option<Vec<String>>, AccessError> {
    let (shown, chosen) = super::columns::shown(kind, reading, asked)?;
    Ok(chosen.then(|| shown.iter().map(|field| field.name.to_owned()).collect()))
}

/// Keeps what the list shows as a new view.
pub(super) async fn save(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    let (new, asked) = {
        let reading = member.access.read()?;
        let asked = match asked_by(kind, &reading, &form) {
            Ok(asked) => asked,
            Err(Unread::Refused(errors)) => return Ok(refused(kind, &member, &reading, &errors)),
            Err(Unread::Access(error)) => return Err(error.into()),
        };
        let new = NewView {
            name: form.get("name").to_owned(),
            shared: shared_as(&reading, &form, None)?,
            query: asked.query.clone(),
            columns: columns_kept(kind, &reading, &asked)?,
        };
        (new, asked)
    };
    match member.access.save_view(kind, new).await {
        Ok(id) => Ok(back(kind, Some(id), "view-saved")),
        Err(AccessError::Invalid(errors)) => {
            let reading = member.access.read()?;
            let showing = Showing::new(&member, &reading);
            Ok(show(
                kind,
                &showing,
                &asked,
                UNPROCESSABLE,
                form.get("name"),
                &errors,
            )?)
        }
        Err(error) => Err(error.into()),
    }
}

/// Changes a view as the button pressed says.
pub(super) async fn act(
    kind: &'static RecordType,
    member: Member,
    id: String,
    form: Form,
) -> WebResult {
    let id: ViewId = id.parse().map_err(|_| WebError::NotFound)?;
    let access = member.access.clone();
    let done = match form.get("act") {
        "first" => access.choose_first_view(kind, Some(id)).await,
        "not-first" => access.choose_first_view(kind, None).await,
        "delete" => {
            access.delete_view(kind, id, true).await?;
            let place = format!(
                "/{m}?notice=view-deleted&undo=view:{m}/{id}",
                m = kind.module
            );
            return Ok(see_other(&place));
        }
        "rename" => {
            let shared = {
                let reading = access.read()?;
                let views = reading.views(kind)?;
                let view = views.iter().find(|view| view.id == id);
                let view = view.ok_or(WebError::NotFound)?;
                shared_as(&reading, &form, Some(view.shared))?
            };
            let name = form.get("name").to_owned();
            access.rename_view(kind, id, name, shared).await
        }
        "update" => {
            let (query, columns) = {
                let reading = access.read()?;
                let asked = match asked_by(kind, &reading, &form) {
                    Ok(asked) => asked,
                    Err(Unread::Refused(errors)) => {
                        return Ok(refused(kind, &member, &reading, &errors));
                    }
                    Err(Unread::Access(error)) => return Err(error.into()),
                };
                let columns = columns_kept(kind, &reading, &asked)?;
                (asked.query, columns)
            };
            access.update_view(kind, id, query, columns).await
        }
        _ => return Err(WebError::bad("error-choice")),
    };
    match done {
        Ok(()) => Ok(back(kind, Some(id), "saved")),
        Err(AccessError::Invalid(errors)) => {
            Ok(refused(kind, &member, &member.access.read()?, &errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// Brings a view back that was just deleted.
pub(super) async fn restore(kind: &'static RecordType, member: Member, id: String) -> WebResult {
    let id: ViewId = id.parse().map_err(|_| WebError::NotFound)?;
    member.access.delete_view(kind, id, false).await?;
    Ok(back(kind, Some(id), "restored"))
}

fn back(kind: &RecordType, view: Option<ViewId>, notice: &str) -> Response {
    let view = view.map_or(String::new(), |id| format!("&view={id}"));
    see_other(&format!("/{}?notice={notice}{view}", kind.module))
}
