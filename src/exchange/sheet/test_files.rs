//! Small files for the tests, and short ways to read them.

use std::fs;
use std::io::{Cursor, Write};
use std::time::Duration;

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
    let before = time_on_processor();
    let rows = open_at(&path, name, limits).and_then(|mut sheet| sheet.rows()?.collect());
    let took = time_on_processor().saturating_sub(before);
    assert!(took < Duration::from_secs(20), "took {took:?}");
    rows
}

/// How long this thread has worked, whatever else keeps the machine busy.
fn time_on_processor() -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    let nanoseconds = told.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap())
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
    workbook_with(BOOK_RELS, states, data, more)
}

/// With relations of the workbook's own.
pub(super) fn workbook_with(
    book_rels: &str,
    states: [&str; 2],
    data: [&str; 2],
    more: &[(&str, &[u8])],
) -> Vec<u8> {
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
        ("xl/_rels/workbook.xml.rels", book_rels.as_bytes()),
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

pub(super) const ODS_MIME: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// An .ods whose one sheet has these rows.
pub(super) fn ods(rows: &str) -> Vec<u8> {
    ods_of(ODS_MIME, "", rows)
}

/// With another kind of document, or something more in its manifest.
pub(super) fn ods_of(mime: &str, manifest: &str, rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="Klienci">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let manifest =
        format!(r#"<manifest:manifest xmlns:manifest="m">{manifest}</manifest:manifest>"#);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("mimetype", mime),
        ("META-INF/manifest.xml", &manifest),
        ("content.xml", &content),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(super) const ODS_ROWS: &str = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>Nazwa</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>NIP</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Kiedy</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>Żółw</text:p><text:p>i syn</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="5261040828"><text:p>5261040828</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2024-02-29"><text:p>29.02.2024</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="16384"/></table:table-row><table:table-row><table:table-cell office:value-type="string"><text:p>Ćma</text:p></table:table-cell><table:table-cell/><table:table-cell office:value-type="date" office:date-value="2024-01-31T10:20:30"><text:p>x</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell><table:table-cell office:value-type="boolean" office:boolean-value="true"><text:p>PRAWDA</text:p></table:table-cell><table:table-cell office:value-type="time" office:time-value="PT09H05M00S"><text:p>09:05</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
