//! Listings on stdout: a table for people, or the same rows as JSON.

use std::io::{self, Write};

use serde_json::Value;

/// Writes rows as a JSON array (the API's fields), or as a table of the columns named.
pub(crate) fn write(
    out: &mut dyn Write,
    rows: &[Value],
    columns: &[&str],
    json: bool,
) -> io::Result<()> {
    if json {
        return write_json(out, &rows);
    }
    let heading: Vec<String> = columns
        .iter()
        .map(|column| column.replace('_', " ").to_uppercase())
        .collect();
    let cells = rows
        .iter()
        .map(|row| columns.iter().map(|column| cell(&row[*column])).collect());
    let lines: Vec<Vec<String>> = std::iter::once(heading).chain(cells).collect();
    let width = |column: usize| {
        lines
            .iter()
            .map(|line| line[column].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    for line in &lines {
        let padded = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

/// Writes one value as JSON that people can read, too.
pub(crate) fn write_json(out: &mut dyn Write, value: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// A value as one line of text, without control characters that could confuse a terminal.
pub(crate) fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    };
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn written(json: bool) -> String {
        let rows = [
            json!({"email": "a@b.pl", "name": "Łucja\u{1b}[2J", "active": true}),
            json!({"email": "dluga@firma.pl", "active": false, "extra": 1}),
        ];
        let mut out = Vec::new();
        write(&mut out, &rows, &["email", "name", "active"], json).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_lines_up_and_stays_harmless() {
        let expected = "EMAIL           NAME       ACTIVE\n\
                        a@b.pl          Łucja [2J  yes\n\
                        dluga@firma.pl             no\n";
        assert_eq!(written(false), expected);
    }

    #[test]
    fn json_keeps_every_field() {
        let rows: Value = serde_json::from_str(&written(true)).unwrap();
        assert_eq!(rows[1]["extra"], 1);
        assert_eq!(rows.as_array().map(Vec::len), Some(2));
    }
}
