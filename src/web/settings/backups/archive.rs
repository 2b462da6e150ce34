//! One archive: what it holds, what is different today, and the ways back from it.

use std::time::Duration;

use axum::extract::Path;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use jiff::Timestamp;
use maud::{Markup, html};

use super::archives::{at_targets, checked, files, refused};
use super::words::why;
use super::{BACKUPS, PLACE, crumbs};
use crate::backup::{BackupError, Listed, Manifest, Near, PART_OF_FILES};
use crate::data::{
    AccessError, AdminRight, FieldError, Filter, KnownBackup, Module, Permission, Problem, Query,
    Reading, RecordType, Test, TrashFilter,
};
use crate::i18n::format::{date_time, file_size, integer};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::facts::{Fact, dash, fact_list};
use crate::web::components::field::Field;
use crate::web::components::form::{csrf_field, error_of, error_summary};
use crate::web::components::icon::Icon;
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::error::{WebError, WebResult};
use crate::web::need::Route;
use crate::web::visit::Member;

/// An archive up to this size is fetched while the page is waited for, to read its beginning.
const FETCHED_AT_ONCE: u64 = 64 << 20;
/// How long a page waits for an archive before it shows how far that has come.
const SOON: Duration = Duration::from_secs(3);
/// How long a page waits for a target.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/settings/backups/{name}", BACKUPS, page)]
}

/// The archive of an address, where some target has it.
pub(super) async fn found(member: &Member, name: &str) -> Result<Listed, WebError> {
    let name = checked(name)?;
    let found = tokio::time::timeout(PATIENCE, member.state.backups.find(name)).await;
    let found = found.map_err(|_| WebError::Conflict(Problem::new("error-archive-slow")))?;
    found.map_err(refused)?.ok_or(WebError::NotFound)
}

/// Where pages about an archive are.
pub(super) fn place(name: &str) -> String {
    format!("{PLACE}/{name}")
}

/// An archive on this machine; or, while it is on its way from far, the page that tells how far it has come and asks again
/// by itself. The fetch goes on though nobody watches.
pub(super) async fn here(
    member: &Member,
    listed: &Listed,
) -> Result<Result<Near, Response>, WebError> {
    let desk = &member.state.backups;
    if let Ok(near) = tokio::time::timeout(SOON, desk.near(&listed.name)).await {
        return near.map(Ok).map_err(refused);
    }
    let come = desk.coming(&listed.name).unwrap_or_default();
    let reading = member.access.read()?;
    let title = member.text("archive-title");
    let content = html! {
        (crumbs(member, Some(("nav-backups", PLACE))))
        (page_header(&title, "", html! {}))
        div class="panel" {
            p role="status" { (member.text("archive-coming")) }
            progress max=(listed.size.max(1)) value=(come) aria-label=(member.text("operation-progress")) {}
            p class="muted numeric" { (file_size(member.lang, come)) " / " (file_size(member.lang, listed.size)) }
        }
    };
    let mut page = member.page_with(StatusCode::ACCEPTED, &reading, &title, content, "");
    let refresh = HeaderName::from_static("refresh");
    page.headers_mut()
        .insert(refresh, HeaderValue::from_static("3"));
    Ok(Err(page))
}

/// What an archive says of itself, where that can be had soon.
enum Says {
    This(Box<Manifest>),
    /// It is large and not here yet.
    Later,
    /// It cannot be read, and why.
    Nothing(Problem),
    /// No key of the firm opens it.
    NotOurs,
}

async fn says(member: &Member, listed: &Listed) -> Says {
    let desk = &member.state.backups;
    let near = match desk.already_near(&listed.name) {
        Ok(None) if listed.size <= FETCHED_AT_ONCE => {
            match tokio::time::timeout(PATIENCE, desk.near(&listed.name)).await {
                Ok(near) => near.map(Some),
                Err(_) => return Says::Later,
            }
        }
        near => near,
    };
    let near = match near {
        Ok(Some(near)) => near,
        Ok(None) => return Says::Later,
        Err(BackupError::WrongKey { .. }) => return Says::NotOurs,
        Err(error) => return Says::Nothing(why(&error)),
    };
    match tokio::task::spawn_blocking(move || near.manifest()).await {
        Ok(Ok(manifest)) => Says::This(Box::new(manifest)),
        Ok(Err(BackupError::WrongKey { .. })) => Says::NotOurs,
        Ok(Err(error)) => Says::Nothing(why(&error)),
        Err(error) => Says::Nothing(Problem::new("error-backup").with("why", error)),
    }
}

async fn page(member: Member, Path(name): Path<String>) -> WebResult {
    show(&member, &name, StatusCode::OK, &[]).await
}

/// The page, with what is wrong with an answer to its form.
pub(super) async fn show(
    member: &Member,
    name: &str,
    status: StatusCode,
    errors: &[FieldError],
) -> Result<Response, WebError> {
    let listed = found(member, name).await?;
    let says = says(member, &listed).await;
    let manifest = match &says {
        Says::This(manifest) => Some(manifest.as_ref()),
        _ => None,
    };
    let leads_back = !matches!(says, Says::Nothing(_) | Says::NotOurs);
    let known = member.state.vault.backups()?;
    let known = known.into_iter().find(|known| known.name == listed.name);
    let reading = member.access.read()?;
    let firm = reading.firm()?.map(|firm| firm.name).unwrap_or_default();
    let other = manifest.filter(|manifest| manifest.firm != firm);
    let title = member.text("archive-title");
    let clock = member.clock();
    let made = manifest.map(|manifest| manifest.created_at);
    let content = html! {
        (crumbs(member, Some(("nav-backups", PLACE))))
        (page_header(&title, "", html! {}))
        p class="lead" {
            @if let Some(at) = made.or(listed.created_at) { (member.text("archive-holds")) " " strong { (date_time(member.lang, at, &clock.zone)) } }
        }
        @match &says {
            Says::Nothing(why) => (banner(Verdict::Fail, html! { strong { (member.text("archive-unreadable")) } " " (member.say(why)) })),
            Says::NotOurs => (banner(Verdict::Warn, html! { (member.text("archive-not-ours")) })),
            Says::Later => (banner(Verdict::Info, html! { (member.text("archive-not-fetched")) })),
            Says::This(_) => {}
        }
        @if let Some(other) = other {
            (banner(Verdict::Warn, html! { (member.text_with("archive-other-name", &[("firm", other.firm_name().into())])) }))
        }
        (panel(&member.text("archive-about"), html! {}, about(member, &listed, known.as_ref(), manifest)))
        (differences(member, &reading, &listed, manifest)?)
        @if leads_back { (panel(&member.text("archive-some"), html! {}, html! {
            p { (member.text("archive-some-about")) }
            div class="actions after" {
                (button::link(&member.text("archive-browse"), &format!("{}/records", place(name)), Weight::Primary, Some(Icon::Search)))
            }
        })) }
        @if leads_back && reading.may_restore_all().is_ok() {
            (restore_form(member, &reading, name, &firm, other.is_some(), errors))
        }
    };
    Ok(member.page_with(status, &reading, &title, content, ""))
}

fn about(
    member: &Member,
    listed: &Listed,
    known: Option<&KnownBackup>,
    manifest: Option<&Manifest>,
) -> Markup {
    let clock = member.clock();
    let fact = |key: &str, value: Markup| Fact::new(member.text(key), value);
    let mut facts = vec![
        fact(
            "archive-file",
            html! { span class="numeric" { (listed.name) } },
        ),
        fact(
            "archive-size",
            html! { (file_size(member.lang, listed.size)) },
        ),
        fact(
            "archive-where",
            html! { span dir="auto" { (at_targets(member, listed, known)) } },
        ),
        fact(
            "archive-proved",
            if let Some(at) = listed.proved_at {
                clock.recent(at)
            } else {
                html! { (member.text("archive-never-proved")) }
            },
        ),
    ];
    let (count, bytes) = files_of(listed, manifest);
    let files = files(member, count, bytes);
    if let Some(files) = files {
        facts.push(fact("archive-files", files));
    }
    if let Some(manifest) = manifest {
        facts.push(Fact::text(
            member.text("archive-firm"),
            &manifest.firm_name(),
        ));
        let program: String = manifest
            .program
            .chars()
            .filter(|c| !c.is_control())
            .take(40)
            .collect();
        facts.push(Fact::text(member.text("archive-program"), &program));
    }
    html! { div class="facts" { (fact_list(&facts)) } }
}

/// Attached files that an archive refers to, and their bytes.
fn files_of(listed: &Listed, manifest: Option<&Manifest>) -> (u64, u64) {
    if let Some(manifest) = manifest {
        return (manifest.files.count, manifest.files.bytes);
    }
    let count = listed.counts.get(PART_OF_FILES).copied();
    (count.unwrap_or_default(), listed.file_bytes)
}

/// How many of each sort then and now.
fn differences(
    member: &Member,
    reading: &Reading,
    listed: &Listed,
    manifest: Option<&Manifest>,
) -> Result<Markup, AccessError> {
    let counts = manifest.map_or(&listed.counts, |manifest| &manifest.counts);
    let since = manifest
        .map(|manifest| manifest.created_at)
        .or(listed.created_at);
    let number = |count: u64| {
        html! { span class="numeric" { (integer(member.lang, i64::try_from(count).unwrap_or(i64::MAX))) } }
    };
    let maybe = |count: Option<u64>| count.map_or_else(dash, number);
    let columns = [
        ("archive-sort", PhoneSlot::Title),
        ("archive-then", PhoneSlot::First),
        ("archive-now", PhoneSlot::Second),
        ("archive-new", PhoneSlot::Corner),
        ("archive-deleted", PhoneSlot::Mark),
    ]
    .map(|(key, phone)| Column::plain(member.text(key), phone));
    let mut rows = Vec::new();
    let modules = Module::ALL.into_iter();
    for kind in modules.filter_map(|module| reading.kind(module).ok()) {
        let module = kind.module;
        let seen = reading.rights().may(Permission::View(module));
        let (mut now, mut new, mut deleted) = (None, None, None);
        if seen {
            now = Some(reading.count(kind, &Query::default())?);
            if let Some(since) = since {
                new = Some(made_after(reading, kind, since)?);
                let filter = TrashFilter {
                    from: Some(since),
                    ..TrashFilter::default()
                };
                deleted = Some(reading.trash_ids(kind, &filter)?.len() as u64);
            }
        }
        rows.push(vec![
            html! { (member.text(&format!("nav-{module}"))) },
            maybe(counts.get(module.name()).copied()),
            maybe(now),
            maybe(new),
            maybe(deleted),
        ]);
    }
    if reading.rights().admin(AdminRight::Users) {
        let people = reading.rights().people().users().len() as u64;
        rows.push(vec![
            html! { (member.text("nav-users")) },
            maybe(counts.get("users").copied()),
            number(people),
            dash(),
            dash(),
        ]);
    }
    let title = member.text("archive-differences");
    Ok(panel(
        &title,
        html! {},
        plain_table(&title, &columns, &rows),
    ))
}

/// How many records were made after a moment. The index tells times apart by some minutes alone, so those of its first
/// minutes are looked at one by one.
fn made_after(
    reading: &Reading,
    kind: &'static RecordType,
    since: Timestamp,
) -> Result<u64, AccessError> {
    let made = |from: Timestamp, to: Option<Timestamp>| Query {
        filters: vec![Filter {
            field: "created_at".to_owned(),
            test: Test::Between(Some(from.to_string()), to.map(|to| to.to_string())),
        }],
        ..Query::default()
    };
    let mut before = 0;
    reading.each(kind, &made(since, Some(since)), &mut |seen| {
        before += u64::from(seen.created_at() <= since);
        Ok(true)
    })?;
    Ok(reading
        .count(kind, &made(since, None))?
        .saturating_sub(before))
}

/// The question before everything is brought back.
fn restore_form(
    member: &Member,
    reading: &Reading,
    name: &str,
    firm: &str,
    other: bool,
    errors: &[FieldError],
) -> Markup {
    let shown = member.errors(errors);
    let people = reading.rights().people().users().into_iter();
    let disabled = people.filter(|user| !user.active);
    let disabled: Vec<&str> = disabled.map(|user| user.name.as_str()).collect();
    let boxed = |name: &str, label: String| {
        html! {
            div class="field check" {
                label { input type="checkbox" name=(name) value="1"; " " (label) }
                @if let Some(error) = error_of(&shown, name) { p class="error" id=(format!("f-{name}-help")) { (error) } }
            }
        }
    };
    panel(
        &member.text("archive-all"),
        html! {},
        html! {
            p { (member.text("archive-all-about")) }
            p {
                (member.text("archive-stays-revoked"))
                @if !disabled.is_empty() {
                    " " (member.text_with("archive-stays-disabled", &[("names", disabled.join(", ").into())]))
                }
            }
            form class="edit-form" method="post" action=(format!("{}/restore", place(name))) {
                (csrf_field(&member.csrf))
                (error_summary(member.lang, &shown))
                (Field::new("firm", member.text("archive-all-firm"))
                    .hint(member.text_with("archive-all-firm-hint", &[("firm", firm.into())]))
                    .error(error_of(&shown, "firm")).required().text())
                @if other || member.parameters().ticked("foreign") {
                    (boxed("foreign", member.text("archive-all-foreign")))
                }
                @if member.parameters().ticked("without_files") {
                    (boxed("without_missing_files", member.text("archive-all-without-files")))
                }
                @if member.parameters().ticked("without") {
                    (boxed("without_backup", member.text("archive-all-without")))
                }
                div class="actions after" { (button::submit(&member.text("archive-all-run"), Weight::Danger)) }
            }
        },
    )
}
