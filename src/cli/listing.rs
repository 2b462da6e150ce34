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
    let mut listing = Rows::begin(out, columns, json)?;
    listing.add(rows)?;
    listing.end()
}

/// A listing written page by page, so that a long one takes no memory. The first page settles a table's widths.
pub(crate) struct Rows<'a> {
    out: &'a mut dyn Write,
    columns: &'a [&'a str],
    json: bool,
    widths: Vec<usize>,
    written: bool,
}

impl<'a> Rows<'a> {
    /// Begins a JSON array, or a table of the columns named.
    pub(crate) fn begin(
        out: &'a mut dyn Write,
        columns: &'a [&'a str],
        json: bool,
    ) -> io::Result<Self> {
        if json {
            write!(out, "[")?;
        }
        Ok(Self {
            out,
            columns,
            json,
            widths: Vec::new(),
            written: false,
        })
    }

    /// Writes a page of rows.
    pub(crate) fn add(&mut self, rows: &[Value]) -> io::Result<()> {
        if !self.json {
            return self.add_lines(rows);
        }
        for row in rows {
            write!(self.out, "{}", if self.written { ",\n" } else { "\n" })?;
            serde_json::to_writer(&mut *self.out, row)?;
            self.written = true;
        }
        Ok(())
    }

    fn add_lines(&mut self, rows: &[Value]) -> io::Result<()> {
        let mut lines: Vec<Vec<String>> = Vec::with_capacity(rows.len() + 1);
        if !self.written {
            let heading = |column: &&str| column.replace('_', " ").to_uppercase();
            lines.push(self.columns.iter().map(heading).collect());
        }
        for row in rows {
            lines.push(
                self.columns
                    .iter()
                    .map(|column| cell(&row[*column]))
                    .collect(),
            );
        }
        if !self.written {
            let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
            self.widths = (0..self.columns.len())
                .map(|column| width(column).unwrap_or(0))
                .collect();
        }
        self.written = true;
        for line in &lines {
            let padded = line
                .iter()
                .zip(&self.widths)
                .map(|(cell, width)| format!("{cell:width$}"));
            let line = padded.collect::<Vec<_>>().join("  ");
            writeln!(self.out, "{}", line.trim_end())?;
        }
        Ok(())
    }

    /// Ends the listing.
    pub(crate) fn end(mut self) -> io::Result<()> {
        match (self.json, self.written) {
            (true, true) => writeln!(self.out, "\n]"),
            (true, false) => writeln!(self.out, "]"),
            (false, true) => Ok(()),
            (false, false) => self.add_lines(&[]),
        }
    }
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
