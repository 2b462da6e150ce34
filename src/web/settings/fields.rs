//! Fields of the firm's own: the list by module, their order, taking out of use, bringing back, removing for good.

use axum::extract::Path;
use axum::http::StatusCode;
use maud::{Markup, html};

use super::field_form;
use super::{FIRM, crumbs};
use crate::data::{CUSTOM_PREFIX, CustomField, FieldState, FieldUse, Module, Reading, RecordType};
use crate::names;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::chip::{Tone, chip};
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::icon::{Icon, icon};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, module_place, see_other};

pub(super) const LIST: &str = "/settings/fields";

pub(super) fn routes() -> Vec<Route> {
    let of_field = |rest: &str| format!("{LIST}/{{module}}/{{field}}{rest}");
    let mut routes = vec![Route::get(LIST, FIRM, list)];
    routes.extend(field_form::routes());
    routes.extend([
        Route::post(of_field("/move"), FIRM, shift),
        Route::post(of_field("/retire"), FIRM, retire),
        Route::post(of_field("/bring-back"), FIRM, bring_back),
        Route::get(of_field("/purge"), FIRM, purge_page),
        Route::post(of_field("/purge"), FIRM, purge),
    ]);
    routes
}

/// Module and field of an address.
pub(super) type Place = Path<(String, String)>;

pub(super) fn module(name: &str) -> Result<Module, WebError> {
    name.parse().map_err(|_| WebError::NotFound)
}

/// The page of a field.
pub(super) fn address(module: Module, name: &str) -> String {
    format!("{LIST}/{module}/{name}")
}

async fn list(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let title = member.text("fields-title");
    let mut panels = Vec::new();
    for kind in reading.kinds() {
        panels.push(module_panels(
            &member,
            kind,
            &reading.custom_fields(kind.module)?,
        ));
    }
    let content = html! {
        (crumbs(&member, None))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("fields-lead")) }
        @for panel in panels { (panel) }
        (groups_note(&member, &reading))
    };
    Ok(member.page(&reading, &title, content))
}

/// Says what a group does, and where roles are granted it.
pub(super) fn groups_note(member: &Member, reading: &Reading) -> Markup {
    let may_change = reading.rights().admin(crate::data::AdminRight::Roles);
    banner(
        Verdict::Info,
        html! {
            p { (member.text("fields-groups-note")) }
            @if may_change { p { a href="/settings/roles" { (member.text("fields-to-roles")) } } }
        },
    )
}

fn module_panels(member: &Member, kind: &RecordType, fields: &[FieldUse]) -> Markup {
    let in_state = |state| {
        let fields = fields.iter().filter(move |of| of.field.state == state);
        fields.collect::<Vec<_>>()
    };
    let (used, retired, purged) = (
        in_state(FieldState::Used),
        in_state(FieldState::Retired),
        in_state(FieldState::Purged),
    );
    let (nav, _, _) = module_place(kind.module);
    let name = member.text(nav);
    let add = button::link(
        &member.text("fields-new"),
        &format!("{LIST}/new?module={}", kind.module),
        Weight::Primary,
        Some(Icon::Plus),
    );
    html! {
        (panel(&name, add, html! {
            @if used.is_empty() { p class="muted" { (member.text("fields-empty")) } }
            ul class="entries" {
                @for (at, of) in used.iter().enumerate() {
                    li { (used_field(member, kind, of, at > 0, at + 1 < used.len())) }
                }
            }
        }))
        @if !retired.is_empty() || !purged.is_empty() {
            (panel(&member.text_with("fields-retired", &[("module", name.as_str().into())]), html! {}, html! {
                p class="muted small" { (member.text("fields-retired-about")) }
                ul class="entries" {
                    @for of in &retired { li { (retired_field(member, kind, of)) } }
                    @for of in &purged {
                        li { span class="grow muted" dir="auto" { (label(member, &of.field)) } (member.text("fields-being-removed")) }
                    }
                }
            }))
        }
    }
}

pub(super) fn label<'f>(member: &Member, field: &'f CustomField) -> &'f str {
    field.names.of(member.lang.code())
}

/// What a field is, in a line.
fn about(member: &Member, kind: &RecordType, of: &FieldUse) -> String {
    let field = &of.field;
    let mut parts = vec![member.text(&format!("fields-type-{}", names::dashed(field.kind.name())))];
    if !field.group.is_empty() {
        let group = names::group(member.lang, kind, &field.group);
        parts.push(member.text_with("fields-in-group", &[("group", group.into())]));
    }
    if field.listed {
        parts.push(member.text("fields-listed-short"));
    }
    if let Some(records) = of.records {
        parts.push(member.text_with("fields-records", &[("count", records.into())]));
    }
    parts.join(" · ")
}

fn used_field(
    member: &Member,
    kind: &RecordType,
    of: &FieldUse,
    has_above: bool,
    has_below: bool,
) -> Markup {
    let (field, module) = (&of.field, kind.module);
    let (name, place) = (label(member, field), address(module, &field.name));
    let arrow = |key: &str, to: &str, sign: Icon, there: bool| {
        let words = member.text_with(key, &[("name", name.into())]);
        html! {
            button class="button quiet small" type="submit" name="to" value=(to) aria-label=(words) title=(words)
                disabled[!there] { (icon(sign)) }
        }
    };
    html! {
        form class="inline" method="post" action=(format!("{place}/move")) {
            (csrf_field(&member.csrf))
            (arrow("fields-move-up", "up", Icon::ArrowUp, has_above))
            (arrow("fields-move-down", "down", Icon::ArrowDown, has_below))
        }
        div class="grow" {
            p {
                a class="row-link" href=(place) dir="auto" { (name) }
                @if field.required { " " (chip(Tone::Attention, None, &member.text("fields-required-short"))) }
            }
            p class="muted small" { (about(member, kind, of)) " · " code { (CUSTOM_PREFIX) (field.name) } }
        }
        form class="inline" method="post" action=(format!("{place}/retire")) {
            (csrf_field(&member.csrf))
            button class="button quiet small" type="submit" aria-label=(member.text_with("fields-retire-named", &[("name", name.into())])) {
                (member.text("fields-retire"))
            }
        }
    }
}

fn retired_field(member: &Member, kind: &RecordType, of: &FieldUse) -> Markup {
    let (field, place) = (&of.field, address(kind.module, &of.field.name));
    html! {
        div class="grow" {
            p dir="auto" { (label(member, field)) }
            p class="muted small" {
                (about(member, kind, of))
                @if let Some(at) = field.out_of_use() { " · " (member.clock().day(at)) }
            }
        }
        (button::post(&member.text("fields-bring-back"), &format!("{place}/bring-back"), &member.csrf, Weight::Plain, Some(Icon::Undo)))
        (button::link(&member.text("fields-purge"), &format!("{place}/purge"), Weight::Quiet, Some(Icon::Trash)))
    }
}

async fn shift(member: Member, Path((of, name)): Place, form: Form) -> WebResult {
    let up = match form.get("to") {
        "up" => true,
        "down" => false,
        _ => return Err(WebError::bad("error-choice")),
    };
    member
        .access
        .move_custom_field(module(&of)?, &name, up)
        .await?;
    Ok(see_other(LIST))
}

async fn retire(member: Member, Path((of, name)): Place) -> WebResult {
    let module = module(&of)?;
    member.access.retire_custom_field(module, &name).await?;
    Ok(see_other(&format!(
        "{LIST}?notice=field-retired&undo=field:{module}/{name}"
    )))
}

async fn bring_back(member: Member, Path((of, name)): Place) -> WebResult {
    let module = module(&of)?;
    member.access.bring_back_custom_field(module, &name).await?;
    Ok(see_other(&format!("{LIST}?notice=field-back")))
}

fn retired(reading: &Reading, module: Module, name: &str) -> Result<CustomField, WebError> {
    let field = reading.custom_field(module, name)?;
    if field.state == FieldState::Retired {
        Ok(field)
    } else {
        Err(WebError::NotFound)
    }
}

async fn purge_page(member: Member, Path((of, name)): Place) -> WebResult {
    let module = module(&of)?;
    let reading = member.access.read()?;
    let field = retired(&reading, module, &name)?;
    ask_to_purge(&member, &reading, module, &field, StatusCode::OK)
}

fn ask_to_purge(
    member: &Member,
    reading: &Reading,
    module: Module,
    field: &CustomField,
    status: StatusCode,
) -> WebResult {
    let fields = reading.custom_fields(module)?;
    let of = fields.iter().find(|of| of.field.no == field.no);
    let records = of.and_then(|of| of.records);
    let name = label(member, field);
    let question = member.text_with("fields-purge-question", &[("name", name.into())]);
    let consequence = match records {
        Some(records) => member.text_with("fields-purge-consequence", &[("count", records.into())]),
        None => member.text("fields-purge-consequence-unknown"),
    };
    let content = confirm_page(&Confirm {
        lang: member.lang,
        question: &question,
        consequence: &consequence,
        action: &format!("{}/purge", address(module, &field.name)),
        csrf: &member.csrf,
        fields: &[("confirmed", &field.name)],
        act_label: &member.text("fields-purge"),
        cancel_href: LIST,
    });
    Ok(member.page_with(status, reading, &question, content, ""))
}

async fn purge(member: Member, Path((of, name)): Place, form: Form) -> WebResult {
    let module = module(&of)?;
    if form.get("confirmed") != name {
        let reading = member.access.read()?;
        let field = retired(&reading, module, &name)?;
        return ask_to_purge(&member, &reading, module, &field, UNPROCESSABLE);
    }
    member.access.purge_custom_field(module, &name).await?;
    let program = member.state.vault.system("removing a field for good");
    tokio::spawn(async move {
        // What fails here is done by the clock later.
        if let Err(error) = program.clear_purged_fields().await {
            tracing::warn!(%error, "cannot remove a field for good");
        }
    });
    Ok(see_other(&format!("{LIST}?notice=field-purged")))
}

/// Hidden fields of a form about one version of a field.
pub(super) fn version_field(field: &CustomField) -> Markup {
    hidden_fields(&[("version", &field.version.to_string())])
}
