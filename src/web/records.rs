//! Pages of records, the same for every module: list, card, form, trash, search and bulk acts follow from the module's
//! [`RecordType`]; what a module words its own way stands in its [`look`].

mod asked;
mod bulk;
mod card;
mod clash;
mod columns;
mod duplicates;
mod edit;
mod export;
mod files;
mod filters;
mod history;
pub(super) mod import;
mod input;
mod inputs;
mod list;
pub(crate) mod look;
mod lookup;
mod merge;
mod palette;
mod part;
mod search;
pub(crate) mod showing;
mod suggest;
mod tags;
#[cfg(test)]
mod tests;
mod trash;
mod twins;
mod undo;
mod vat_check;
mod views;

use axum::extract::{Path, Request};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use maud::html;

use super::components::button::{self, Weight};
use super::components::icon::Icon;
use super::components::problem::problem;
use super::error::{WebError, WebResult};
use super::form::Form;
use super::need::{Need, Route};
use super::visit::Member;
use crate::data::{FieldError, Permission, Reading, RecordId, RecordType};
use crate::modules::RECORD_TYPES;

/// The routes of all modules.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/search", Need::SignedIn, search::page),
        Route::get("/palette", Need::SignedIn, palette::fragment),
        Route::get("/trash", Need::SignedIn, trash::page),
        Route::post("/trash/restore", Need::SignedIn, trash::restore_all),
        Route::post("/trash/purge", Need::SignedIn, trash::purge),
    ];
    for kind in RECORD_TYPES {
        routes.extend(routes_of(kind));
        routes.extend(lookup::routes(kind));
        routes.extend(vat_check::routes(kind));
    }
    routes
}

fn routes_of(kind: &'static RecordType) -> Vec<Route> {
    let module = kind.module;
    let place = |rest: &str| format!("/{module}{rest}");
    let view = Need::Permission(Permission::View(module));
    let create = Need::Permission(Permission::Create(module));
    let edit = Need::Permission(Permission::Edit(module));
    let delete = Need::Permission(Permission::Delete(module));
    let export = Need::Permission(Permission::Export(module));
    let bulk = Need::Permission(Permission::Option(module, "bulk_edit"));
    let mut routes = if kind.identity.is_empty() {
        Vec::new()
    } else {
        merging_routes(kind)
    };
    routes.extend(import::routes(kind));
    if kind.files {
        routes.extend(files_routes(kind));
    }
    routes.extend([
        Route::get(place(""), view, move |member: Member| {
            list::page(today(kind, &member), member)
        }),
        Route::post(place(""), create, move |member: Member, form: Form| {
            edit::create(today(kind, &member), member, form)
        }),
        Route::get(place("/new"), create, move |member: Member| {
            edit::new_page(today(kind, &member), member)
        }),
        Route::post(place("/new"), create, move |member: Member, form: Form| {
            edit::create(today(kind, &member), member, form)
        }),
        Route::post(place("/bulk"), bulk, move |member: Member, form: Form| {
            bulk::act(today(kind, &member), member, form)
        }),
        Route::post(
            place("/restore"),
            delete,
            move |member: Member, form: Form| {
                trash::restore_several(today(kind, &member), member, form)
            },
        ),
        Route::post(place("/undo"), edit, move |member: Member, form: Form| {
            undo::act(today(kind, &member), member, form)
        }),
        Route::get(place("/export"), export, move |member: Member| {
            export::file(today(kind, &member), member)
        }),
        Route::get(place("/columns"), view, move |member: Member| {
            columns::page(today(kind, &member), member)
        }),
        Route::post(
            place("/columns"),
            view,
            move |member: Member, form: Form| columns::choose(today(kind, &member), member, form),
        ),
        Route::get(place("/filters"), view, move |member: Member| {
            filters::page(today(kind, &member), member)
        }),
        Route::get(place("/views"), view, move |member: Member| {
            views::page(today(kind, &member), member)
        }),
        Route::post(place("/views"), view, move |member: Member, form: Form| {
            views::save(today(kind, &member), member, form)
        }),
        Route::post(
            place("/views/{id}"),
            view,
            move |member: Member, Path(id): Path<String>, form: Form| {
                views::act(today(kind, &member), member, id, form)
            },
        ),
        Route::post(
            place("/views/{id}/restore"),
            view,
            move |member: Member, Path(id): Path<String>| {
                views::restore(today(kind, &member), member, id)
            },
        ),
        Route::get(
            place("/suggest/{field}"),
            view,
            move |member: Member, Path(field): Path<String>| {
                suggest::options(today(kind, &member), member, field)
            },
        ),
        Route::get(
            place("/{id}"),
            view,
            move |member: Member, Path(id): Path<String>| {
                card::page(today(kind, &member), member, id)
            },
        ),
        Route::get(
            place("/{id}/history"),
            view,
            move |member: Member, Path(id): Path<String>| {
                history::page(today(kind, &member), member, id)
            },
        ),
        Route::get(
            place("/{id}/edit"),
            edit,
            move |member: Member, Path(id): Path<String>| {
                edit::edit_page(today(kind, &member), member, id)
            },
        ),
        Route::post(
            place("/{id}/edit"),
            edit,
            move |member: Member, Path(id): Path<String>, form: Form| {
                edit::update(today(kind, &member), member, id, form)
            },
        ),
        Route::post(
            place("/{id}/tags"),
            edit,
            move |member: Member, Path(id): Path<String>, form: Form| {
                tags::act(today(kind, &member), member, id, form)
            },
        ),
        Route::post(
            place("/{id}/delete"),
            delete,
            move |member: Member, Path(id): Path<String>| {
                trash::delete(today(kind, &member), member, id)
            },
        ),
        Route::post(
            place("/{id}/restore"),
            delete,
            move |member: Member, Path(id): Path<String>| {
                trash::restore(today(kind, &member), member, id)
            },
        ),
    ]);
    routes
}

/// The ids of a record and of its file.
type File = Path<(String, String)>;

/// Routes of modules whose records have files.
fn files_routes(kind: &'static RecordType) -> Vec<Route> {
    let module = kind.module;
    let all = format!("/{module}/{{id}}/files");
    let one = |rest: &str| format!("{all}/{{file}}{rest}");
    let view = Need::Permission(Permission::View(module));
    let edit = Need::Permission(Permission::Edit(module));
    let delete = Need::Permission(Permission::Delete(module));
    vec![
        Route::get(&all, view, move |member: Member, Path(id): Path<String>| {
            files::page(kind, member, id)
        }),
        Route::post(
            &all,
            edit,
            move |member: Member, Path(id): Path<String>, request: Request| {
                files::add(kind, member, id, request)
            },
        ),
        Route::get(
            one(""),
            view,
            move |member: Member, Path(file): File, headers: HeaderMap| {
                files::download(kind, member, file, headers)
            },
        ),
        Route::post(
            one("/remove"),
            delete,
            move |member: Member, Path(file): File| files::remove(kind, member, file),
        ),
        Route::post(
            one("/restore"),
            delete,
            move |member: Member, Path(file): File| files::restore(kind, member, file),
        ),
        Route::post(
            one("/finance"),
            edit,
            move |member: Member, Path(file): File, form: Form| {
                files::mark(kind, member, file, form)
            },
        ),
    ]
}

/// Routes of modules whose records can be there twice.
fn merging_routes(kind: &'static RecordType) -> Vec<Route> {
    let module = kind.module;
    let place = |rest: &str| format!("/{module}{rest}");
    let view = Need::Permission(Permission::View(module));
    let merge = Need::Permission(Permission::Option(module, "merge"));
    vec![
        Route::post(place("/twins"), view, move |member: Member, form: Form| {
            twins::typed(kind, member, form)
        }),
        Route::get(place("/duplicates"), merge, move |member: Member| {
            duplicates::page(kind, member)
        }),
        Route::post(
            place("/duplicates/apart"),
            merge,
            move |member: Member, form: Form| duplicates::mark(kind, member, form, true),
        ),
        Route::post(
            place("/duplicates/again"),
            merge,
            move |member: Member, form: Form| duplicates::mark(kind, member, form, false),
        ),
        Route::get(place("/merge"), merge, move |member: Member| {
            merge::page(kind, member)
        }),
        Route::post(place("/merge"), merge, move |member: Member, form: Form| {
            merge::act(kind, member, form)
        }),
        Route::post(
            place("/merge/choose"),
            merge,
            move |_: Member, form: Form| merge::choose(kind, form),
        ),
        Route::post(
            place("/merge/{id}/undo"),
            merge,
            move |member: Member, Path(id): Path<String>| merge::undo(kind, member, id),
        ),
    ]
}

/// A module's record type as the person knows it now: with the fields of the firm's own that they may see.
fn today(kind: &'static RecordType, member: &Member) -> &'static RecordType {
    // Where nothing can be read, the page says so when it reads.
    let reading = member.access.read();
    reading
        .and_then(|reading| reading.kind(kind.module))
        .unwrap_or(kind)
}

/// An id of an address; what is none names nothing.
fn record_id(text: &str) -> Result<RecordId, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}

/// A path with parameters.
fn address<N: AsRef<str>, V: AsRef<str>>(path: &str, pairs: &[(N, V)]) -> String {
    if pairs.is_empty() {
        return path.to_owned();
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    format!("{path}?{}", query.finish())
}

/// The parameters of the page asked for.
fn parameters(member: &Member) -> Vec<(String, String)> {
    member.visit.parameters().0
}

/// Draws an answer that takes much reading, where it holds up nobody else's.
async fn reading_much(draw: impl FnOnce() -> WebResult + Send + 'static) -> WebResult {
    tokio::task::spawn_blocking(draw)
        .await
        .unwrap_or_else(|error| {
            tracing::error!(%error, "drawing an answer broke");
            Err(WebError::Broken)
        })
}

/// The page, or the list's part of it, that says why what was asked for cannot be done. Nothing was changed.
fn refused(
    kind: &RecordType,
    member: &Member,
    reading: &Reading,
    errors: &[FieldError],
) -> Response {
    let title = member.text("error-cannot-title");
    let sentence = errors
        .iter()
        .map(|error| match error.field.as_str() {
            "" => member.say(&error.problem),
            field => format!("{field}: {}", member.say(&error.problem)),
        })
        .collect::<Vec<_>>()
        .join(" ");
    let ways = button::link(
        &member.text("records-back-to-list"),
        &format!("/{}", kind.module),
        Weight::Primary,
        None,
    );
    let content = html! {
        section id="list" { (problem(Icon::Warning, &title, &sentence, ways)) }
    };
    if member.partial {
        (StatusCode::UNPROCESSABLE_ENTITY, content).into_response()
    } else {
        member.page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            reading,
            &title,
            content,
            "",
        )
    }
}
