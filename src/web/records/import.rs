//! Bringing a sheet in: choose the file, look at what would happen, let it happen. Each step is a plain form.

use axum::extract::Request;
use axum::http::StatusCode;
use maud::{Markup, html};

use super::upload::{Received, place, receive, remove_forgotten};
use crate::data::{Permission, RecordType, Secret, Strategy};
use crate::exchange::command::{ImportOptions, import_file, try_file};
use crate::exchange::error::ExchangeError;
use crate::exchange::import::Preview;
use crate::exchange::mapping::{Target, target_name};
use crate::exchange::reader::Source;
use crate::exchange::report::{Note, Report};
use crate::exchange::sheet::DEFAULT_LIMITS;
use crate::exchange::watch::Watch;

use crate::names::{self, dashed};
use crate::web::components::banner::{Verdict, verdict};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{FieldError, csrf_field, error_of, hidden_fields};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::visit::{Member, module_place};

/// Problems shown of a report; the rest is counted.
const SHOWN_NOTES: usize = 50;

/// What was chosen in the first step.
#[derive(Clone, Default)]
pub(super) struct Chosen {
    /// Names the kept file; only whoever uploaded it can.
    pub(super) upload: String,
    pub(super) file_name: String,
    pub(super) strategy: Strategy,
    pub(super) match_by: Vec<String>,
    /// Heading and field of columns that the person set by hand.
    pub(super) map: Vec<(String, String)>,
}

/// The first step.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    show_first(kind, &member, StatusCode::OK, Strategy::Skip, &[])
}

fn show_first(
    kind: &'static RecordType,
    member: &Member,
    status: StatusCode,
    chosen: Strategy,
    errors: &[FieldError],
) -> WebResult {
    let reading = member.access.read()?;
    let title = member.text("import-title");
    let limit = member.state.config.limits.upload_mb;
    let strategies: Vec<Choice<'_>> = Strategy::ALL
        .into_iter()
        .map(|strategy| {
            Choice::new(
                strategy.name(),
                member.text(&format!("import-strategy-{}", strategy.name())),
            )
        })
        .collect();
    let matches: Vec<Choice<'_>> =
        std::iter::once(Choice::new("", member.text("import-match-default")))
            .chain(
                kind.identity
                    .iter()
                    .filter_map(|no| kind.field(*no))
                    .map(|field| Choice::new(field.name, names::field(member.lang, kind, field))),
            )
            .collect();
    let content = html! {
        (crumbs(kind, member))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("import-lead")) }
        form class="edit-form" method="post" action=(format!("/{}/import", kind.module)) enctype="multipart/form-data" {
            (csrf_field(&member.csrf))
            div class="panel section" {
                (Field::new("file", member.text("import-file")).hint(member.text_with("import-file-limit", &[("limit", limit.into())]))
                    .error(error_of(errors, "file")).required().file(".xlsx,.xls,.ods,.csv,.txt"))
                (Field::new("strategy", member.text("import-strategy")).value(chosen.name()).select(&strategies))
                (Field::new("match", member.text("import-match")).select(&matches))
            }
            div class="save-bar" {
                (button::submit(&member.text("import-preview"), Weight::Primary))
                (button::link(&member.text("action-cancel"), &format!("/{}", kind.module), Weight::Plain, None))
            }
        }
    };
    Ok(member.page_with(status, &reading, &title, content, ""))
}

fn crumbs(kind: &RecordType, member: &Member) -> Markup {
    let (label, href, _) = module_place(kind.module);
    breadcrumbs(member.lang, &[(&member.text(label), href)])
}

/// Takes the file and shows what would happen.
pub(super) async fn upload(
    kind: &'static RecordType,
    member: Member,
    request: Request,
) -> WebResult {
    member
        .access
        .read()?
        .rights()
        .require(Permission::Import(kind.module))?;
    let folder = member.state.temp_dir.clone();
    remove_forgotten(&folder).await;
    let mut chosen = Chosen {
        upload: Secret::random().reveal().to_owned(),
        ..Chosen::default()
    };
    let place = place(&folder, &member, &chosen.upload);
    let most = member
        .state
        .config
        .limits
        .upload_mb
        .saturating_mul(1_000_000);
    let problem = match receive(request, &place, &mut chosen, most).await? {
        Received::File => None,
        Received::Nothing => Some(member.text("import-file-missing")),
        Received::TooLarge => {
            let limit = member.state.config.limits.upload_mb;
            Some(member.text_with("import-file-too-large", &[("limit", limit.into())]))
        }
    };
    if let Some(message) = problem {
        let _ = tokio::fs::remove_file(&place).await;
        let errors = [FieldError {
            field: "file".to_owned(),
            message,
        }];
        return show_first(
            kind,
            &member,
            StatusCode::UNPROCESSABLE_ENTITY,
            chosen.strategy,
            &errors,
        );
    }
    preview(kind, &member, &chosen).await
}

/// Says what would happen, column by column and in numbers.
async fn preview(kind: &'static RecordType, member: &Member, chosen: &Chosen) -> WebResult {
    let place = place(&member.state.temp_dir, member, &chosen.upload);
    let options = options(kind, member, chosen, true);
    let (access, folder, name) = (
        member.access.clone(),
        member.state.temp_dir.clone(),
        chosen.file_name.clone(),
    );
    let work = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::open(&place)?;
        try_file(&access, options, source(&file, &name), &folder)
    });
    match work.await.map_err(|_| WebError::Broken)? {
        Ok((preview, report)) => show_preview(kind, member, chosen, &preview, &report),
        Err(error) => show_failure(kind, member, chosen, error),
    }
}

fn source<'a>(file: &'a std::fs::File, file_name: &'a str) -> Source<'a> {
    Source {
        file,
        file_name,
        sheet: None,
        limits: &DEFAULT_LIMITS,
    }
}

fn options(kind: &RecordType, member: &Member, chosen: &Chosen, dry_run: bool) -> ImportOptions {
    ImportOptions {
        module: kind.module,
        strategy: chosen.strategy,
        match_by: chosen.match_by.clone(),
        map: chosen.map.clone(),
        for_all: Vec::new(),
        recall: true,
        operation: None,
        dry_run,
        lang: member.lang,
        zone: member.state.vault.zone(),
    }
}

fn show_failure(
    kind: &'static RecordType,
    member: &Member,
    chosen: &Chosen,
    error: ExchangeError,
) -> WebResult {
    if let ExchangeError::Access(error) = error {
        return Err(error.into());
    }
    let errors = [FieldError {
        field: "file".to_owned(),
        message: error.text(member.lang),
    }];
    show_first(
        kind,
        member,
        StatusCode::UNPROCESSABLE_ENTITY,
        chosen.strategy,
        &errors,
    )
}

fn show_preview(
    kind: &'static RecordType,
    member: &Member,
    chosen: &Chosen,
    preview: &Preview,
    report: &Report,
) -> WebResult {
    let reading = member.access.read()?;
    let title = member.text("import-preview-title");
    let mut hidden = vec![
        ("upload", chosen.upload.as_str()),
        ("file_name", chosen.file_name.as_str()),
        ("strategy", chosen.strategy.name()),
    ];
    let match_by = chosen.match_by.join(",");
    hidden.push(("match", &match_by));
    let content = html! {
        (crumbs(kind, member))
        (page_header(&title, &chosen.file_name, html! {}))
        (verdict(Verdict::Info, &counts(member, report, "would"), &member.text("import-preview-lead"), html! {}))
        form method="post" action=(format!("/{}/import/run", kind.module)) {
            (csrf_field(&member.csrf))
            (hidden_fields(&hidden))
            (panel(&member.text("import-columns"), html! {}, columns(kind, member, preview, reading.rights())))
            div class="save-bar" {
                (button::submit(&member.text("import-run"), Weight::Primary))
                button class="button" type="submit" name="again" value="1" { (member.text("import-preview-again")) }
                (button::link(&member.text("action-cancel"), &format!("/{}/import", kind.module), Weight::Plain, None))
            }
        }
        (problems(member, report))
    };
    Ok(member.page(&reading, &title, content))
}

/// What each column is taken for, which can be changed, with what it holds.
fn columns(
    kind: &'static RecordType,
    member: &Member,
    preview: &Preview,
    rights: &crate::data::Rights,
) -> Markup {
    let lang = member.lang;
    let label = |field: &crate::data::Field| names::field(lang, kind, field);
    let fields: Vec<Choice<'_>> = [
        Choice::new("?", member.text("import-field-notes")),
        Choice::new("", member.text("import-field-ignore")),
    ]
    .into_iter()
    .chain(
        ["first_name", "last_name"]
            .map(|part| Choice::new(part, member.text(&format!("import-part-{}", dashed(part))))),
    )
    .chain(
        kind.fields
            .iter()
            .filter(|field| rights.sees_field(kind, field))
            .map(|field| Choice::new(field.name, label(field))),
    )
    .collect();
    html! {
        div class="table-frame plain" {
            table class="rows" {
                thead { tr {
                    th scope="col" { (member.text("import-column")) }
                    th scope="col" { (member.text("import-field")) }
                    th scope="col" { (member.text("import-sample")) }
                } }
                tbody {
                    @for (number, column) in preview.mapping.columns.iter().enumerate() {
                        @let current = target_name(kind, column.target);
                        tr {
                            td { span dir="auto" { (column.heading) } input type="hidden" name=(format!("heading.{number}")) value=(column.heading); }
                            td {
                                @if matches!(column.target, Target::ReferenceId(_)) {
                                    (member.text("import-field-reference"))
                                } @else {
                                    (crate::web::components::field::bare_select(&format!("column.{number}"), &column.heading, &fields, &current, false))
                                    input type="hidden" name=(format!("was.{number}")) value=(current);
                                }
                            }
                            td class="muted" { span dir="auto" { (sample(preview, number)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The first texts of a column.
fn sample(preview: &Preview, column: usize) -> String {
    let texts = preview
        .rows
        .iter()
        .filter_map(|row| row.cells.get(column))
        .map(crate::exchange::sheet::Cell::text);
    let texts: Vec<String> = texts
        .filter(|text| !text.trim().is_empty())
        .take(3)
        .map(|text| {
            text.lines()
                .next()
                .unwrap_or_default()
                .chars()
                .take(40)
                .collect()
        })
        .collect();
    texts.join(" · ")
}

fn counts(member: &Member, report: &Report, when: &str) -> String {
    let parts = [
        ("created", report.created),
        ("updated", report.updated),
        ("skipped", report.skipped),
        ("failed", report.failed),
    ];
    let said: Vec<String> = parts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| {
            member.text_with(&format!("import-{when}-{what}"), &[("count", count.into())])
        })
        .collect();
    let rows = member.text_with("import-rows", &[("count", report.rows.into())]);
    if said.is_empty() {
        rows
    } else {
        format!("{rows}: {}", said.join(", "))
    }
}

fn problems(member: &Member, report: &Report) -> Markup {
    let table = |notes: &[Note]| {
        html! {
            div class="table-frame plain" {
                table class="rows" {
                    thead { tr {
                        th scope="col" class="end" { (member.text("import-row")) }
                        th scope="col" { (member.text("import-column")) }
                        th scope="col" { (member.text("import-message")) }
                    } }
                    tbody {
                        @for note in notes.iter().take(SHOWN_NOTES) {
                            tr { td class="end numeric" { (note.row) } td dir="auto" { (note.column) } td { (note.message) } }
                        }
                    }
                }
            }
            @if notes.len() > SHOWN_NOTES {
                p class="muted small" { (member.text_with("import-notes-more", &[("count", (notes.len() - SHOWN_NOTES).into())])) }
            }
        }
    };
    html! {
        @if !report.errors.is_empty() {
            (panel(&member.text_with("import-failed", &[("count", report.errors.len().into())]), html! {}, table(&report.errors)))
        }
        @if !report.warnings.is_empty() {
            (panel(&member.text_with("import-warnings", &[("count", report.warnings.len().into())]), html! {}, table(&report.warnings)))
        }
    }
}

/// Does what the preview said, or shows it again with other columns.
pub(super) async fn run(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    let chosen = Chosen {
        upload: form.get("upload").to_owned(),
        file_name: form.get("file_name").to_owned(),
        strategy: Strategy::from_name(form.get("strategy")).unwrap_or_default(),
        match_by: form
            .get("match")
            .split(',')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect(),
        map: columns_set_by_hand(&form),
    };
    let place = place(&member.state.temp_dir, &member, &chosen.upload);
    if !place.is_file() {
        let errors = [FieldError {
            field: "file".to_owned(),
            message: member.text("import-file-gone"),
        }];
        return show_first(
            kind,
            &member,
            StatusCode::UNPROCESSABLE_ENTITY,
            chosen.strategy,
            &errors,
        );
    }
    if form.ticked("again") {
        return preview(kind, &member, &chosen).await;
    }
    let options = options(kind, &member, &chosen, false);
    let (access, folder, name) = (
        member.access.clone(),
        member.state.temp_dir.clone(),
        chosen.file_name.clone(),
    );
    let upload = place.clone();
    let work = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::open(&upload)?;
        let source = source(&file, &name);
        let done = import_file(&access, options, source, &folder, &Watch::default())?;
        Ok::<_, ExchangeError>(done.report)
    });
    let report = match work.await.map_err(|_| WebError::Broken)? {
        Ok(report) => report,
        Err(error) => return show_failure(kind, &member, &chosen, error),
    };
    let _ = tokio::fs::remove_file(&place).await;
    let reading = member.access.read()?;
    let title = member.text("import-done");
    let well = if report.failed == 0 {
        Verdict::Ok
    } else {
        Verdict::Warn
    };
    let lead = if report.errors.is_empty() && report.warnings.is_empty() {
        member.text("import-done-whole")
    } else {
        member.text("import-done-lead")
    };
    let list = button::link(
        &member.text("import-to-list"),
        &format!("/{}", kind.module),
        Weight::Primary,
        None,
    );
    let content = html! {
        (crumbs(kind, &member))
        (page_header(&title, &chosen.file_name, html! {}))
        (verdict(well, &counts(&member, &report, "did"), &lead, list))
        (problems(&member, &report))
    };
    Ok(member.page(&reading, &title, content))
}

/// Columns whose field is another than the one that was offered; what stays as it was is matched again.
fn columns_set_by_hand(form: &Form) -> Vec<(String, String)> {
    let mut map = Vec::new();
    for (name, field) in &form.0 {
        let Some(number) = name.strip_prefix("column.") else {
            continue;
        };
        let heading = form.get(&format!("heading.{number}"));
        if field != "?" && (form.get(&format!("was.{number}")) != field || field.is_empty()) {
            map.push((heading.to_owned(), field.clone()));
        }
    }
    map
}
