//! Small files for the tests, and short ways to read them.

use std::fs;
use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

pub(super) fn read_with(
    limits: &Limits,
    name: &str,
    content: &[u8],
) -> Result<Vec<Row>, SheetError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("upload");
    fs::write(&path, content).unwrap();
    let start = Instant::now();
    let rows = open_at(&path, name, limits).and_then(|mut sheet| sheet.rows()?.collect());
    assert!(
        start.elapsed() < Duration::from_secs(20),
        "took {:?}",
        start.elapsed()
    );
    rows
}

pub(super) fn read(name: &str, content: &[u8]) -> Result<Vec<Row>, SheetError> {
    read_with(&Limits::default(), name, content)
}

pub(super) fn key(name: &str, content: &[u8]) -> &'static str {
    read(name, content).map_or_else(|error| error.key(), |_| "read")
}

pub(super) fn texts(rows: &[Row]) -> Vec<(u32, Vec<String>)> {
    rows.iter()
        .map(|row| {
            (
                row.number,
                row.cells
                    .iter()
                    .map(|cell| cell.text().into_owned())
                    .collect(),
            )
        })
        .collect()
}

pub(super) fn csv_texts(content: &[u8]) -> Vec<(u32, Vec<String>)> {
    texts(&read("clients.csv", content).unwrap())
}

pub(super) fn row(number: u32, cells: &[&str]) -> (u32, Vec<String>) {
    (
        number,
        cells.iter().map(|cell| (*cell).to_owned()).collect(),
    )
}

pub(super) const CONTENT_TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
pub(super) const RELS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://x/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
pub(super) const BOOK_RELS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://x/relationships/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="http://x/relationships/worksheet" Target="worksheets/sheet2.xml"/></Relationships>"#;

/// A workbook of two sheets with the given states, `<sheetData>` and further parts.
pub(super) fn workbook(states: [&str; 2], data: [&str; 2], more: &[(&str, &[u8])]) -> Vec<u8> {
    let book = format!(
        r#"<workbook xmlns:r="r"><sheets><sheet name="A" sheetId="1" state="{}" r:id="rId1"/><sheet name="B" sheetId="2" state="{}" r:id="rId2"/></sheets></workbook>"#,
        states[0], states[1]
    );
    let sheets = data.map(|data| format!("<worksheet><sheetData>{data}</sheetData></worksheet>"));
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let parts: &[(&str, &[u8])] = &[
        ("[Content_Types].xml", CONTENT_TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheets[0].as_bytes()),
        ("xl/worksheets/sheet2.xml", sheets[1].as_bytes()),
    ];
    for (name, content) in parts.iter().chain(more) {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) fn one_sheet(data: &str) -> Vec<u8> {
    workbook(["visible", "visible"], [data, ""], &[])
}

pub(super) const TWO_ROWS: &str = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>Nazwa</t></is></c><c r="B1" t="inlineStr"><is><t>NIP</t></is></c></row><row r="4"><c r="A4" t="inlineStr"><is><t xml:space="preserve"> Łoś </t></is></c><c r="B4"><v>6260181591</v></c></row>"#;
