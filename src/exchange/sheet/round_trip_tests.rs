//! What is written is read again as it was.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::Write;

use jiff::civil::date;
use proptest::prelude::*;
use tempfile::TempDir;

use super::csv_write::CsvWriter;
use super::*;

fn heading(columns: usize) -> Vec<HeadCell<'static>> {
    use ValueKind::{Bool, Code, Date, DateTime, LongText, Money, Number, Text};
    let kinds = [Text, Money, DateTime, LongText, Code, Number, Date, Bool];
    (0..columns)
        .map(|n| HeadCell {
            title: format!("Column {n}").into(),
            kind: kinds[n % kinds.len()],
        })
        .collect()
}

fn write(format: Format, rows: &[Vec<OutCell<'_>>]) -> (TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let name = if format == Format::Xlsx {
        "out.xlsx"
    } else {
        "out.csv"
    }
    .to_owned();
    let target = Target {
        file: File::create(dir.path().join(&name)).unwrap(),
        title: "Klienci",
        temp_dir: dir.path(),
    };
    let mut out = writer(format, target, &heading(rows.first().map_or(1, Vec::len))).unwrap();
    for row in rows {
        out.write_row(row).unwrap();
    }
    assert_eq!(out.finish().unwrap() as usize, rows.len());
    (dir, name)
}

fn read(dir: &TempDir, name: &str) -> Vec<Row> {
    let mut sheet = open_at(&dir.path().join(name), name, &Limits::default()).unwrap();
    let rows: Vec<Row> = sheet.rows().unwrap().collect::<Result<_, _>>().unwrap();
    // Reading it again gives the same.
    assert_eq!(
        sheet
            .rows()
            .unwrap()
            .map(Result::unwrap)
            .collect::<Vec<_>>(),
        rows
    );
    rows
}

fn text(text: &str) -> OutCell<'_> {
    OutCell::Text(Cow::Borrowed(text))
}

#[test]
fn xlsx_cells_keep_their_types() {
    let day = date(2024, 2, 29);
    let row = vec![
        text("=2+2"),
        OutCell::Integer(-5),
        OutCell::Decimal("12.50".into()),
        OutCell::Money { minor: -123_456 },
        OutCell::Date(day),
        OutCell::DateTime(day.at(23, 59, 59, 123_000_000)),
        OutCell::Bool(true),
        OutCell::Empty,
        OutCell::Integer(9_007_199_254_740_993),
        OutCell::Decimal("61109010140000071219812874".into()),
        text("https://example.com"),
    ];
    let (dir, name) = write(Format::Xlsx, &[row]);
    let rows = read(&dir, &name);
    assert_eq!(rows[0].number, 1);
    assert_eq!(rows[0].cells[0], Cell::Text("Column 0".into()));
    assert_eq!(rows[1].number, 2);
    let expected = vec![
        Cell::Text("=2+2".into()),
        Cell::Number(-5.0),
        Cell::Number(12.5),
        Cell::Number(-1234.56),
        Cell::Date(day),
        Cell::DateTime(day.at(23, 59, 59, 123_000_000)),
        Cell::Bool(true),
        Cell::Empty,
        Cell::Text("9007199254740993".into()),
        Cell::Text("61109010140000071219812874".into()),
        Cell::Text("https://example.com".into()),
    ];
    assert_eq!(rows[1].cells, expected);
}

#[test]
fn csv_is_what_excel_opens_as_columns() {
    let day = date(2024, 2, 29);
    let row = vec![
        text("Żółw, \"duży\"\nlinia"),
        OutCell::Integer(-5),
        OutCell::Decimal("=1".into()),
        OutCell::Money { minor: -5 },
        OutCell::Date(day),
        OutCell::DateTime(day.at(8, 0, 0, 0)),
        OutCell::Bool(false),
        text("+48 601"),
    ];
    let (dir, name) = write(Format::Csv, &[row]);
    let written = fs::read_to_string(dir.path().join(&name)).unwrap();
    let expected = "\"Żółw, \"\"duży\"\"\nlinia\",-5,'=1,-0.05,2024-02-29,2024-02-29 08:00:00,FALSE,'+48 601\r\n";
    assert!(written.starts_with("\u{FEFF}Column 0,Column 1,"));
    assert_eq!(written.split_once("\r\n").unwrap().1, expected);
    let rows = read(&dir, &name);
    assert_eq!(rows[1].cells[7], Cell::Text("+48 601".into()));
    assert_eq!(rows[1].cells[1], Cell::Text("-5".into()));
}

#[test]
fn excel_limits_are_refused_not_cut() {
    let dir = tempfile::tempdir().unwrap();
    let target = Target {
        file: tempfile::tempfile().unwrap(),
        title: "a/b[c]'",
        temp_dir: dir.path(),
    };
    let mut out = writer(Format::Xlsx, target, &heading(2)).unwrap();
    let long = "ż".repeat(32_768);
    let error = out.write_row(&[OutCell::Empty, text(&long)]).unwrap_err();
    assert!(
        matches!(
            error,
            SheetError::CellTooLongToWrite {
                row: 2,
                column: 2,
                limit: 32_767
            }
        ),
        "{error}"
    );
}

/// Any text, and much of what is special to sheets.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "['=+@\t\r\n\" ,;\u{FEFF}\u{0}\u{1}\u{1F}\u{7F}\u{85}\u{A0}\u{FFFE}\u{FFFF}_x0041-]{0,12}",
        Just("_x000D_".to_owned()),
        Just("\u{1F422}\u{0}".to_owned()),
    ]
}

fn raw_texts(rows: &[Row]) -> Vec<String> {
    let text = |row: &Row| match row.cells.get(1) {
        Some(Cell::Text(text)) => text.clone(),
        None | Some(Cell::Empty) => String::new(),
        other => panic!("{other:?}"),
    };
    rows.iter().skip(1).map(text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_text_comes_back_unchanged(texts in proptest::collection::vec(any_text(), 1..40)) {
        let rows: Vec<_> = texts.iter().map(|value| vec![text("."), text(value)]).collect();
        for format in [Format::Csv, Format::Xlsx] {
            let (dir, name) = write(format, &rows);
            prop_assert_eq!(&raw_texts(&read(&dir, &name)), &texts, "{:?}", format);
        }
    }
}

#[test]
#[ignore = "takes figures of 200,000 rows of 20 columns; memory is told truly only where it runs alone"]
fn measure_large_sheets() {
    let dir = tempfile::tempdir().unwrap();
    for (format, name) in [(Format::Csv, "out.csv"), (Format::Xlsx, "out.xlsx")] {
        let start = std::time::Instant::now();
        fill(format, dir.path(), 200_000);
        let size = fs::metadata(dir.path().join(name)).unwrap().len() / 1_000_000;
        eprintln!(
            "{name}: written in {:?}, {size} MB, {} MiB at most",
            start.elapsed(),
            resident_kib() / 1024
        );
        let start = std::time::Instant::now();
        let mut sheet = open_at(&dir.path().join(name), name, &Limits::default()).unwrap();
        let opened = start.elapsed();
        let count = sheet.rows().unwrap().map(Result::unwrap).count();
        assert_eq!(count, 200_001);
        eprintln!(
            "{name}: opened in {opened:?}, read in {:?}, {} MiB at most",
            start.elapsed(),
            resident_kib() / 1024
        );
    }
}

fn fill(format: Format, dir: &Path, rows: u32) {
    let name = if format == Format::Xlsx {
        "out.xlsx"
    } else {
        "out.csv"
    };
    let target = Target {
        file: File::create(dir.join(name)).unwrap(),
        title: "Klienci",
        temp_dir: dir,
    };
    let mut out = writer(format, target, &heading(20)).unwrap();
    let day = date(2024, 2, 29);
    for n in 0..rows {
        let mut row: Vec<OutCell<'_>> = (0..16)
            .map(|column| OutCell::Text(format!("Spółka {n} w kolumnie {column}").into()))
            .collect();
        row.extend([
            OutCell::Integer(n.into()),
            OutCell::Money { minor: n.into() },
            OutCell::Date(day),
            OutCell::DateTime(day.at(8, 0, 0, 0)),
        ]);
        out.write_row(&row).unwrap();
    }
    out.finish().unwrap();
}

/// The most memory this process ever held.
fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_writer_may_end_anywhere() {
    // Flushes into anything that writes, such as an answer being streamed.
    let mut sink = Vec::new();
    let mut out = Box::new(CsvWriter::new(&mut sink, &heading(1)).unwrap());
    out.write_row(&[text("a")]).unwrap();
    out.finish().unwrap();
    sink.flush().unwrap();
    assert_eq!(sink, b"\xEF\xBB\xBFColumn 0\r\na\r\n");
}
