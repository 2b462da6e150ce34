//! The second step: what each column is, with the first rows of the sheet.

mod settled;

use axum::http::StatusCode;
use maud::{Markup, html};

use super::draft::Wizard;
use super::{Step, drop_button, file, head};
use crate::data::{AccessError, AdminRight, RecordType, Rights, common};
use crate::exchange::command::Looked;
use crate::exchange::error::ExchangeError;
use crate::exchange::mapping::{target_name, title_parts};
use crate::exchange::sheet::{Cell, Row};
use crate::names::{self, dashed};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::Weight;
use crate::web::components::card::panel;
use crate::web::components::field::{Choice, Field, bare_select};
use crate::web::components::form::csrf_field;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::visit::{Member, see_other};
use settled::{create_field, settle, sheet_changed};

/// Columns that stand on a page.
const COLUMNS: usize = 20;
/// Rows that are shown of each column.
const ROWS: usize = 3;
/// Characters shown of a cell.
const CELL: usize = 40;

/// The step.
pub(super) async fn page(kind: &'static RecordType, member: Member, wizard: Wizard) -> WebResult {
    show(kind, &member, &wizard, from(&member.parameters()), &[]).await
}

fn from(form: &Form) -> usize {
    form.get("from").parse().unwrap_or(0)
}

async fn show(
    kind: &'static RecordType,
    member: &Member,
    wizard: &Wizard,
    from: usize,
    errors: &[String],
) -> WebResult {
    let looked = match wizard.look(kind, member).await? {
        Ok(looked) => looked,
        Err(ExchangeError::Access(error)) => return Err(error.into()),
        // It could be read a moment ago.
        Err(_) => return file::gone(kind, member),
    };
    let step = ColumnsStep {
        kind: looked.kind,
        member,
        wizard,
        looked: &looked,
        from,
        errors,
    };
    let reading = member.access.read()?;
    let title = member.text("import-step-columns");
    let part = step.part(reading.rights());
    let content = if member.partial {
        part
    } else {
        step.around(&part)
    };
    let mut response = member.part_or_page(&reading, &title, content, "");
    if !errors.is_empty() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

struct ColumnsStep<'a> {
    kind: &'static RecordType,
    member: &'a Member,
    wizard: &'a Wizard,
    looked: &'a Looked,
    from: usize,
    errors: &'a [String],
}

impl ColumnsStep<'_> {
    fn around(&self, part: &Markup) -> Markup {
        let place = self.wizard.place(self.kind);
        html! {
            (head(self.kind, self.member, Some(self.wizard), Step::Columns))
            form id="columns" method="post" action=(place) {
                (csrf_field(&self.member.csrf))
                (part)
                div class="save-bar" {
                    button class=(Weight::Primary.class()) type="submit" name="next" value="1" { (self.member.text("import-next")) }
                    noscript { button class="button" type="submit" { (self.member.text("import-preview-again")) } }
                    (drop_button(self.kind, self.member, self.wizard))
                }
            }
        }
    }

    /// What follows every choice.
    fn part(&self, rights: &Rights) -> Markup {
        let (member, preview) = (self.member, &self.looked.preview);
        let text = |key: &str| member.text(key);
        let columns = preview.mapping.columns.len();
        let twice = self.twice(rights);
        html! {
            div id="import-columns" class="list compared" hx-post=(self.wizard.place(self.kind)) hx-trigger="change" hx-target="#import-columns" hx-swap="outerHTML" {
                input type="hidden" name="from" value=(self.from);
                @if !self.errors.is_empty() {
                    div class="banner fail" role="alert" { ul class="plain-list" { @for error in self.errors { li { (error) } } } }
                }
                @if self.wizard.draft.mended {
                    (banner(Verdict::Info, html! { (text("import-mended")) }))
                } @else if self.looked.recalled {
                    (banner(Verdict::Info, html! { (text("import-recalled")) }))
                }
                @if self.looked.contents.misnamed {
                    (banner(Verdict::Warn, html! { (member.text_with("import-file-misnamed", &[("kind", self.looked.contents.kind.as_str().into())])) }))
                }
                @if !preview.mapping.has_title(self.kind) {
                    (banner(Verdict::Warn, html! { (self.no_title()) }))
                }
                @for label in &twice {
                    (banner(Verdict::Warn, html! { (member.text_with("import-twice", &[("field", label.as_str().into())])) }))
                }
                div class="panel section option-grid" { (self.sheet()) }
                (panel(&text("import-columns"), html! { span class="muted numeric" { (columns) } }, self.table(rights)))
                @if columns > COLUMNS {
                    div class="actions" {
                        @for (key, to) in [("pager-previous", self.from.checked_sub(COLUMNS)), ("pager-next", Some(self.from + COLUMNS).filter(|to| *to < columns))] {
                            @if let Some(to) = to { button class="button" type="submit" name="go" value=(to) { (text(key)) } }
                        }
                    }
                }
                @if rights.admin(AdminRight::Settings) { p class="muted small" { (text("import-create-hint")) } }
            }
        }
    }

    fn no_title(&self) -> String {
        let title = self.kind.field(self.kind.title);
        let label = title.map_or_else(String::new, |field| {
            names::field(self.member.lang, self.kind, field)
        });
        self.member
            .text_with("import-no-title", &[("field", label.into())])
    }

    fn sheet(&self) -> Markup {
        let member = self.member;
        let contents = &self.looked.contents;
        let sheets: Vec<Choice<'_>> = contents
            .sheets
            .iter()
            .map(|name| Choice::new(name.as_str(), name.as_str()))
            .collect();
        let yes_no = [("yes", "action-yes"), ("no", "action-no")]
            .map(|(value, key)| Choice::new(value, member.text(key)));
        let named = if self.wizard.draft.heading == Some(0) {
            "no"
        } else {
            "yes"
        };
        let row = self.looked.preview.mapping.heading_row;
        let headings = Field::new("headings", member.text("import-has-headings")).value(named);
        let headings = if row > 1 {
            headings.hint(member.text_with("import-heading-row", &[("row", u64::from(row).into())]))
        } else {
            headings
        };
        html! {
            @if sheets.len() > 1 {
                (Field::new("sheet", member.text("import-sheet")).value(contents.sheet.as_str()).select(&sheets))
            }
            (headings.select(&yes_no))
        }
    }

    /// What each column is taken for, which can be changed, with the first rows.
    fn table(&self, rights: &Rights) -> Markup {
        let (member, preview) = (self.member, &self.looked.preview);
        let choices = offered(self.kind, member, rights);
        let rows: Vec<&Row> = preview.rows.iter().take(ROWS).collect();
        let may_create = rights.admin(AdminRight::Settings);
        let columns = preview.mapping.columns.iter().enumerate();
        html! {
            div class="table-frame plain" {
                table class="rows" {
                    thead { tr {
                        th scope="col" { (member.text("import-column")) }
                        th scope="col" { (member.text("import-field")) }
                        @for row in &rows {
                            th scope="col" { (member.text("import-row")) " " (row.number) }
                        }
                    } }
                    tbody {
                        @for (number, column) in columns.skip(self.from).take(COLUMNS) {
                            @let current = target_name(self.kind, column.target);
                            tr data-left-out=[current.is_empty().then_some("")] {
                                td class="at-title" { span dir="auto" class=[current.is_empty().then_some("muted")] { (column.heading) } }
                                td class="at-first" {
                                    (self.select(number, &column.heading, &current, &choices))
                                    @if current == "?" && may_create {
                                        button class="button quiet small" type="submit" name="create" value=(number)
                                            aria-label=(format!("{}: {}", member.text("import-create-field"), column.heading)) {
                                            (member.text("import-create-field"))
                                        }
                                    }
                                }
                                @for (at, row) in rows.iter().enumerate() {
                                    td class={ "muted " (if at == 0 { "at-side" } else { "at-none" }) } { span dir="auto" { (short(row.cells.get(number))) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn select(
        &self,
        number: usize,
        heading: &str,
        current: &str,
        choices: &[Choice<'_>],
    ) -> Markup {
        let name = format!("column.{number}");
        if choices.iter().any(|choice| choice.value == current) {
            return bare_select(&name, heading, choices, current, false);
        }
        // What the file's own heading says, and nobody could have chosen.
        let computed = self
            .kind
            .named(current)
            .is_some_and(|field| matches!(field.no, common::CREATED_AT | common::UPDATED_AT))
            || current.ends_with("_id");
        let label = if computed {
            heading.to_owned()
        } else {
            self.member
                .text_with("import-field-not-yours", &[("column", heading.into())])
        };
        let mut all = vec![Choice::new(current, label)];
        all.extend(choices.iter().cloned());
        bare_select(&name, heading, &all, current, false)
    }

    /// Fields of one value that two columns are taken for.
    fn twice(&self, rights: &Rights) -> Vec<String> {
        let columns = &self.looked.preview.mapping.columns;
        let of = |name: &str| {
            let targets = columns.iter().map(|column| column.target);
            targets
                .filter(|target| target_name(self.kind, *target) == name)
                .count()
        };
        let fields = self.kind.fields.iter();
        fields
            .filter(|field| !field.kind.is_list() && rights.sees_field(self.kind, field))
            .filter(|field| of(field.name) > 1)
            .map(|field| names::field(self.member.lang, self.kind, field))
            .collect()
    }
}

fn short(cell: Option<&Cell>) -> String {
    let text = cell.map(Cell::text).unwrap_or_default();
    let mut line: String = text
        .lines()
        .next()
        .unwrap_or_default()
        .chars()
        .take(CELL)
        .collect();
    if line.len() < text.len() {
        line.push('…');
    }
    line
}

/// What a column may be taken for: what the person may set, nothing that is hidden from them.
fn offered(kind: &'static RecordType, member: &Member, rights: &Rights) -> Vec<Choice<'static>> {
    let mut choices = vec![
        Choice::new("?", member.text("import-field-notes")),
        Choice::new("", member.text("import-field-ignore")),
    ];
    choices.extend(
        title_parts(kind)
            .map(|part| Choice::new(part, member.text(&format!("import-part-{}", dashed(part))))),
    );
    let fields = kind.fields.iter();
    choices.extend(
        fields
            .filter(|field| field.no == common::ID || rights.may_set(kind, field))
            .map(|field| Choice::new(field.name, names::field(member.lang, kind, field))),
    );
    choices
}

/// Takes what was chosen, and goes where the button says.
pub(super) async fn take(
    kind: &'static RecordType,
    member: Member,
    mut wizard: Wizard,
    form: Form,
) -> WebResult {
    let here = from(&form);
    if let Some(changed) = sheet_changed(&wizard, &form) {
        let before = std::mem::replace(&mut wizard.draft, changed);
        if let Err(error) = wizard.look(kind, &member).await? {
            wizard.draft = before;
            let errors = [error.text(member.lang)];
            return show(kind, &member, &wizard, 0, &errors).await;
        }
        wizard.save(&member)?;
        return Ok(see_other(&wizard.place(kind)));
    }
    let settled = match settle(kind, &member, &mut wizard, &form).await? {
        Ok(settled) => settled,
        Err(errors) => return show(kind, &member, &wizard, here, &errors).await,
    };
    wizard.save(&member)?;
    let place = wizard.place(kind);
    if let Some(number) = form.given("create").and_then(|number| number.parse().ok()) {
        return match create_field(kind, &member, &settled, number).await {
            Ok(name) => {
                let columns = wizard.draft.columns.iter_mut().flatten();
                if let Some(column) = columns.into_iter().nth(number) {
                    *column = name;
                }
                wizard.save(&member)?;
                Ok(see_other(&format!("{place}?from={here}&notice=created")))
            }
            Err(AccessError::Invalid(errors)) => {
                let said = errors.iter().map(|error| member.say(&error.problem));
                show(kind, &member, &wizard, here, &said.collect::<Vec<_>>()).await
            }
            Err(error) => Err(error.into()),
        };
    }
    if form.given("next").is_some() {
        if !settled.has_title {
            let label = kind.field(kind.title);
            let label =
                label.map_or_else(String::new, |field| names::field(member.lang, kind, field));
            let error = member.text_with("import-no-title", &[("field", label.into())]);
            return show(kind, &member, &wizard, here, &[error]).await;
        }
        return Ok(see_other(&format!("{place}/values")));
    }
    let to = form.given("go").and_then(|to| to.parse::<usize>().ok());
    Ok(see_other(&match to.unwrap_or(here) {
        0 => place,
        to => format!("{place}?from={to}"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_shown_short() {
        let cell = Cell::Text(format!("{}\ndruga", "ż".repeat(50)));
        assert_eq!(short(Some(&cell)), format!("{}…", "ż".repeat(CELL)));
        assert_eq!(short(None), "");
    }
}
