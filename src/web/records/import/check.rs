//! The fourth step: what would happen, in numbers and row by row. Nothing is written before the button that says so.

use std::time::Duration;

use maud::{Markup, html};

use super::draft::Wizard;
use super::{Step, broken, drop_button, file, head};
use crate::data::{Message, RecordType, Strategy};
use crate::exchange::command::new_operation;
use crate::exchange::journal::{JournalFile, JournalRow, Which};
use crate::exchange::watch::{Phase, Progress};
use crate::i18n::format::integer;
use crate::jobs::dry_runs::{Tried, tried};
use crate::jobs::operations::import;
use crate::web::components::banner::{Verdict, banner, verdict};
use crate::web::components::button::{self, Weight};
use crate::web::components::chip::{Tone, status_chip};
use crate::web::components::form::csrf_field;
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::components::navigation::{Tab, tabs};
use crate::web::components::pager::{Pager, pager};
use crate::web::error::{WebError, WebResult};
use crate::web::operations::{place, said};
use crate::web::visit::{Member, see_other};

/// A page waits so long for a dry run before it shows how far that is.
const PATIENCE: Duration = Duration::from_millis(1500);
/// Imports of so many rows are waited for.
const FEW_ROWS: u64 = 200;
/// Rows on a page.
const ROWS: usize = 25;

/// The step: begins the dry run where it was not made with these choices.
pub(super) async fn page(kind: &'static RecordType, member: Member, wizard: Wizard) -> WebResult {
    if wizard.draft.columns.is_none() {
        return Ok(see_other(&wizard.place(kind)));
    }
    let choices = wizard.choices(&member)?;
    let at = wizard.upload.tried();
    let runs = &member.state.dry_runs;
    let mut found = looked(&member, &wizard, &choices).await?;
    if found.is_none() {
        let wanted = wizard.wanted(kind, &member)?;
        runs.begin(&member.access, &at, &choices, wanted);
        runs.wait(&at, &choices, PATIENCE).await;
        found = looked(&member, &wizard, &choices).await?;
    }
    let address = format!("{}/check", wizard.place(kind));
    let part = match found {
        Some((tried, journal)) => {
            let (which, from) = asked(&member);
            let rows = tokio::task::spawn_blocking(move || rows(&journal, which, from))
                .await
                .map_err(broken)??;
            result(kind, &member, &wizard, &tried, &address, rows)
        }
        None => match runs.under_way(&at, &choices) {
            Some(progress) => waiting(&member, &address, progress),
            // It ended without a result: what it reads is gone, or the disk is full.
            None => return file::gone(kind, &member),
        },
    };
    let reading = member.access.read()?;
    let content = if member.partial {
        part
    } else {
        html! { (head(kind, &member, Some(&wizard), Step::Check)) (part) }
    };
    Ok(member.part_or_page(&reading, &member.text("import-step-check"), content, ""))
}

/// What a dry run with these choices has found, where there was one.
async fn looked(
    member: &Member,
    wizard: &Wizard,
    choices: &str,
) -> Result<Option<(Tried, JournalFile)>, WebError> {
    let (at, choices) = (wizard.upload.tried(), choices.to_owned());
    let ways = member.state.vault.work_files().clone();
    let look = move || tried(&at, &choices, &ways);
    tokio::task::spawn_blocking(look).await.map_err(broken)
}

/// Looks once more, since the firm's records may have changed.
pub(super) async fn again(kind: &RecordType, wizard: Wizard) -> WebResult {
    // It is made anew by the page where it is not there.
    let _ = tokio::fs::remove_file(wizard.upload.tried()).await;
    Ok(see_other(&format!("{}/check", wizard.place(kind))))
}

/// Rows that were asked for: of which kind, from which on, how many there are.
struct Rows {
    which: Which,
    from: u64,
    shown: Vec<JournalRow>,
    total: u64,
}

fn asked(member: &Member) -> (Which, u64) {
    let parameters = member.parameters();
    let which = Which::from_name(parameters.get("rows")).unwrap_or(Which::All);
    let page: u64 = parameters.get("page").parse().unwrap_or(1);
    let from = page.max(1).saturating_sub(1).saturating_mul(ROWS as u64);
    (which, from)
}

fn rows(journal: &JournalFile, which: Which, from: u64) -> Result<Rows, WebError> {
    let (shown, total) = journal.page(which, from, ROWS).map_err(broken)?;
    Ok(Rows {
        which,
        from,
        shown,
        total,
    })
}

fn waiting(member: &Member, address: &str, progress: Option<Progress>) -> Markup {
    let key = match progress.map(|progress| progress.phase) {
        None => "operation-phase-waiting",
        Some(Phase::Reading) => "operation-phase-reading",
        Some(Phase::Writing) => "import-trying",
    };
    let done = progress.map(|progress| (progress.done, progress.total));
    html! {
        section id="checked" class="panel" hx-get=(address) hx-trigger="every 1s" hx-target="this" hx-swap="outerHTML" {
            p role="status" { (member.text(key)) }
            @match done {
                Some((done, Some(total))) => {
                    progress max=(total.max(1)) value=(done) aria-label=(member.text("operation-progress")) {}
                    p class="muted numeric" { (number(member, done)) " / " (number(member, total)) }
                },
                Some((done, None)) => {
                    progress aria-label=(member.text("operation-progress")) {}
                    p class="muted numeric" { (number(member, done)) }
                },
                None => progress aria-label=(member.text("operation-progress")) {},
            }
            noscript { p { a href=(address) { (member.text("operation-refresh")) } } }
        }
    }
}

fn number(member: &Member, number: u64) -> String {
    integer(member.lang, i64::try_from(number).unwrap_or(i64::MAX))
}

fn result(
    kind: &'static RecordType,
    member: &Member,
    wizard: &Wizard,
    tried: &Tried,
    address: &str,
    rows: Rows,
) -> Markup {
    let text = |key: &str| member.text(key);
    let begun = tried.error.is_none();
    html! {
        section id="checked" class="list compared" {
            @match &tried.error {
                Some(error) => (refused(member, error)),
                None => {
                    (verdict(verdict_of(tried), &would(member, tried), &text("import-preview-lead"), html! {}))
                    @if tried.warned > 0 {
                        (banner(Verdict::Warn, html! { (member.text_with("import-would-warn", &[("count", tried.warned.into())])) }))
                    }
                    (listed(member, tried, address, &rows))
                },
            }
            form method="post" action=(format!("{}/run", wizard.place(kind))) {
                (csrf_field(&member.csrf))
                div class="save-bar" {
                    @if begun { (button::submit(&run_label(member, wizard, tried), Weight::Primary)) }
                    (button::link(&text("import-back"), &format!("{}/values", wizard.place(kind)), Weight::Plain, None))
                    button class="button quiet" type="submit" formaction=(address) { (text("import-try-again")) }
                    (drop_button(kind, member, wizard))
                }
            }
        }
    }
}

fn refused(member: &Member, error: &Message) -> Markup {
    html! {
        div class="banner fail" role="alert" { (said(member, error)) }
    }
}

fn verdict_of(tried: &Tried) -> Verdict {
    if tried.failed + tried.warned > 0 {
        Verdict::Warn
    } else {
        Verdict::Info
    }
}

fn run_label(member: &Member, wizard: &Wizard, tried: &Tried) -> String {
    let written = tried.created + tried.updated;
    if written == 0 && wizard.draft.strategy() == Strategy::Skip {
        return member.text("import-run-nothing");
    }
    member.text_with("import-run-count", &[("count", written.into())])
}

fn would(member: &Member, tried: &Tried) -> String {
    let counts = [
        ("created", tried.created),
        ("updated", tried.updated),
        ("skipped", tried.skipped),
        ("failed", tried.failed),
    ];
    let said: Vec<String> = counts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| {
            member.text_with(&format!("import-would-{what}"), &[("count", count.into())])
        })
        .collect();
    let rows = member.text_with("import-rows", &[("count", tried.rows.into())]);
    format!("{rows}: {}", said.join(", "))
}

fn listed(member: &Member, tried: &Tried, address: &str, rows: &Rows) -> Markup {
    let count = |which: Which| match which.name() {
        "created" => tried.created,
        "updated" => tried.updated,
        "skipped" => tried.skipped,
        "failed" => tried.failed,
        "warned" => tried.warned,
        _ => tried.rows,
    };
    let href = |which: Which| format!("{address}?rows={}", which.name());
    let choices: Vec<Tab> = Which::OFFERED
        .into_iter()
        .filter(|which| count(*which) > 0 || *which == rows.which)
        .map(|which| Tab {
            label: member.text(&format!("import-rows-{}", which.name())),
            href: href(which),
            current: which == rows.which,
            count: Some(number(member, count(which))),
        })
        .collect();
    html! {
        (tabs(&member.text("import-rows-which"), &choices, Some("#checked")))
        (table(member, &rows.shown, true))
        (pager_of(member, &href(rows.which), rows, "#checked"))
    }
}

fn pager_of(member: &Member, href: &str, rows: &Rows, target: &str) -> Markup {
    let page = rows.from / ROWS as u64 + 1;
    let last = rows.from + rows.shown.len() as u64;
    let shown = Pager {
        first: if rows.shown.is_empty() {
            0
        } else {
            rows.from + 1
        },
        last,
        total: Some(rows.total),
        previous_href: (page > 1).then(|| format!("{href}&page={}", page - 1)),
        next_href: (last < rows.total).then(|| format!("{href}&page={}", page + 1)),
        per_page: Vec::new(),
    };
    pager(member.lang, &shown, target)
}

/// Rows with what becomes, or became, of them and what is to be said of their cells.
fn table(member: &Member, rows: &[JournalRow], would: bool) -> Markup {
    let (when, outcome) = if would {
        ("would", "import-row-outcome")
    } else {
        ("did", "import-row-became")
    };
    let columns = [
        ("import-row", PhoneSlot::Corner),
        ("import-row-title", PhoneSlot::Title),
        (outcome, PhoneSlot::Mark),
        ("import-message", PhoneSlot::First),
    ]
    .map(|(key, phone)| Column::plain(member.text(key), phone).numeric(phone == PhoneSlot::Corner));
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            let outcome = row.outcome.name();
            let tone = match outcome {
                "created" | "updated" => Tone::Good,
                "failed" => Tone::Attention,
                _ => Tone::Neutral,
            };
            vec![
                html! { span class="numeric" { (row.row) } },
                html! { span dir="auto" { (row.title) } },
                status_chip(tone, &member.text(&format!("import-row-{when}-{outcome}"))),
                html! {
                    div class="small" {
                        @for note in &row.notes {
                            div {
                                @if !note.column.is_empty() { strong dir="auto" { (note.column) } ": " }
                                (note.message)
                            }
                        }
                    }
                },
            ]
        })
        .collect();
    plain_table(&member.text("import-rows-which"), &columns, &cells)
}

/// What an import said of single rows, for whoever ran it, while that is kept.
pub(in crate::web) fn told(
    member: &Member,
    journal: &JournalFile,
    address: &str,
) -> Result<Markup, WebError> {
    let (which, from) = asked(member);
    let rows = rows(journal, which, from)?;
    let mut choices = Vec::new();
    for which in [Which::All, Which::Warned, Which::OFFERED[5]] {
        let (_, total) = journal.page(which, 0, 0).map_err(broken)?;
        if total == 0 {
            continue;
        }
        choices.push(Tab {
            label: member.text(&format!("import-told-{}", which.name())),
            href: format!("{address}?rows={}", which.name()),
            current: which == rows.which,
            count: Some(number(member, total)),
        });
    }
    if choices.is_empty() {
        return Ok(html! {});
    }
    let href = format!("{address}?rows={}", rows.which.name());
    Ok(html! {
        section class="panel list compared" {
            header { h2 { (member.text("import-told")) } }
            p class="muted" { (member.text("import-done-lead")) }
            (tabs(&member.text("import-rows-which"), &choices, Some("#operation")))
            (table(member, &rows.shown, false))
            (pager_of(member, &href, &rows, "#operation"))
        }
    })
}

/// Does what the dry run said.
pub(super) async fn run(kind: &'static RecordType, member: Member, wizard: Wizard) -> WebResult {
    let choices = wizard.choices(&member)?;
    let checked = looked(&member, &wizard, &choices).await?;
    let Some((tried, _)) = checked.filter(|(tried, _)| tried.error.is_none()) else {
        // What nobody has looked at is not done.
        return Ok(see_other(&format!("{}/check", wizard.place(kind))));
    };
    let wanted = wizard.wanted(kind, &member)?;
    let new = new_operation(kind.module, &wizard.draft.file_name);
    let operations = &member.state.operations;
    let id = operations
        .start(&member.access, new, move |task| {
            import::import(task, wanted)
        })
        .await?;
    // The work holds the file open; nobody else needs it any more.
    wizard.upload.remove().await;
    if tried.rows <= FEW_ROWS {
        let over = async {
            while operations.pace(id).is_some() {
                tokio::time::sleep(Duration::from_millis(15)).await;
            }
        };
        // One that takes longer is followed on its page.
        let _ = tokio::time::timeout(PATIENCE, over).await;
    }
    Ok(see_other(&place(id)))
}
