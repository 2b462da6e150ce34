//! What was chosen for the columns, taken into the draft.

use super::offered;
use crate::data::{AccessError, CUSTOM_PREFIX, CustomKind, FieldWish, RecordType};
use crate::exchange::command::Looked;
use crate::exchange::error::ExchangeError;
use crate::exchange::mapping::{letter, target_name, title_parts};
use crate::exchange::sheet::{Cell, Row};
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::records::import::draft::{Draft, Wizard};
use crate::web::visit::Member;

/// Characters of the longest cell of a column that becomes a field of one line.
const ONE_LINE: usize = 120;

/// The draft with another sheet, or with headings where there were none, and nothing said of its columns yet.
pub(super) fn sheet_changed(wizard: &Wizard, form: &Form) -> Option<Draft> {
    let mut draft = wizard.draft.clone();
    let sheet = form.given("sheet").map(str::to_owned);
    let other = sheet.is_some() && sheet != draft.sheet;
    let nowhere = draft.heading == Some(0);
    let turned = match form.get("headings") {
        "yes" => nowhere,
        "no" => !nowhere,
        _ => false,
    };
    if !other && !turned {
        return None;
    }
    if other {
        draft.sheet = sheet;
    }
    draft.heading = (nowhere != turned).then_some(0);
    draft.columns = None;
    Some(draft)
}

/// Columns as they were settled.
pub(super) struct Settled {
    pub(super) has_title: bool,
    headings: Vec<String>,
    rows: Vec<Row>,
}

/// Puts what was chosen for columns into the draft: nothing but what is offered, or what the file itself says.
pub(super) async fn settle(
    kind: &'static RecordType,
    member: &Member,
    wizard: &mut Wizard,
    form: &Form,
) -> Result<Result<Settled, Vec<String>>, WebError> {
    let chosen = wizard.draft.columns.take();
    let looked = wizard.look(kind, member).await?;
    wizard.draft.columns = chosen;
    let Looked { kind, preview, .. } = match looked {
        Ok(looked) => looked,
        Err(ExchangeError::Access(error)) => return Err(error.into()),
        Err(error) => return Ok(Err(vec![error.text(member.lang)])),
    };
    let by_itself: Vec<String> = preview
        .mapping
        .columns
        .iter()
        .map(|column| target_name(kind, column.target))
        .collect();
    let mut columns = match wizard.draft.columns.take() {
        Some(columns) if columns.len() == by_itself.len() => columns,
        _ => by_itself.clone(),
    };
    let reading = member.access.read()?;
    let choices = offered(kind, member, reading.rights());
    let mut errors = Vec::new();
    for (number, column) in columns.iter_mut().enumerate() {
        let Some(wish) = form.given(&format!("column.{number}")) else {
            continue;
        };
        if wish == by_itself[number] || choices.iter().any(|choice| choice.value == wish) {
            wish.clone_into(column);
        } else {
            errors.push(member.text_with("import-error-field", &[("field", wish.into())]));
        }
    }
    let title = kind.field(kind.title).map(|field| field.name);
    let has_title = columns.iter().any(|name| {
        title == Some(name.as_str()) || title_parts(kind).any(|part| part == name.as_str())
    });
    wizard.draft.columns = Some(columns);
    wizard.draft.heading = Some(preview.mapping.heading_row);
    if !errors.is_empty() {
        return Ok(Err(errors));
    }
    let headings = preview.mapping.columns.into_iter();
    Ok(Ok(Settled {
        has_title,
        headings: headings.map(|column| column.heading).collect(),
        rows: preview.rows,
    }))
}

/// Makes a field of the firm's own of a column. Gives its name.
pub(super) async fn create_field(
    kind: &'static RecordType,
    member: &Member,
    settled: &Settled,
    number: usize,
) -> Result<String, AccessError> {
    let heading = settled.headings.get(number).ok_or(AccessError::NotFound)?;
    let label = if *heading == letter(number) {
        member.text_with(
            "import-column-named",
            &[("column", heading.as_str().into())],
        )
    } else {
        heading.clone()
    };
    let cells = settled.rows.iter().filter_map(|row| row.cells.get(number));
    let wish = FieldWish::plain(label, kind_of(cells));
    let field = member.access.create_custom_field(kind.module, wish).await?;
    Ok(format!("{CUSTOM_PREFIX}{}", field.name))
}

/// What a field must hold for these cells. Where the sheet itself does not say what they are, they are texts.
fn kind_of<'a>(cells: impl Iterator<Item = &'a Cell>) -> CustomKind {
    let cells: Vec<&Cell> = cells.filter(|cell| !cell.is_blank()).collect();
    let all = |is: fn(&Cell) -> bool| !cells.is_empty() && cells.iter().all(|cell| is(cell));
    if all(|cell| matches!(cell, Cell::Date(_))) {
        CustomKind::Date
    } else if all(|cell| matches!(cell, Cell::Bool(_))) {
        CustomKind::YesNo
    } else if cells.iter().any(|cell| {
        let text = cell.text();
        text.contains('\n') || text.chars().count() > ONE_LINE
    }) {
        CustomKind::LongText
    } else {
        CustomKind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_becomes_a_field_that_takes_its_cells() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let date = Cell::Date(jiff::civil::date(2026, 1, 31));
        let of = |cells: &[Cell]| kind_of(cells.iter()).name();
        assert_eq!(of(&[date.clone(), Cell::Empty]), "date");
        assert_eq!(of(&[date, text("kiedyś")]), "text");
        assert_eq!(of(&[Cell::Bool(true)]), "yes_no");
        // A number may be a code whose next rows have letters.
        assert_eq!(of(&[Cell::Number(7.0)]), "text");
        assert_eq!(of(&[text(&"długi ".repeat(30))]), "long_text");
        assert_eq!(of(&[]), "text");
    }
}
