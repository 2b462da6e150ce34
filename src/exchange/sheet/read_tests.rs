//! Sheets as offices have them.

use std::fs;

use super::error::CellProblemKind;
use super::test_files::*;
use super::*;

#[test]
fn rows_keep_the_numbers_of_the_sheet() {
    let rows = read("k.xlsx", &one_sheet(TWO_ROWS)).unwrap();
    assert_eq!(
        texts(&rows),
        [row(1, &["Nazwa", "NIP"]), row(4, &["Łoś", "6260181591"])]
    );
    let csv = "\n\"Nazwa\";NIP\r\n\r\n;\r\nA;1;more\r\n\"B\n\nb\";2\nshort\n\n".as_bytes();
    let expected = [
        row(2, &["Nazwa", "NIP"]),
        row(5, &["A", "1", "more"]),
        row(6, &["B\n\nb", "2"]),
        row(7, &["short"]),
    ];
    assert_eq!(csv_texts(csv), expected);
    assert_eq!(
        csv_texts(b"a\n\nb\n\nc"),
        [row(1, &["a"]), row(3, &["b"]), row(5, &["c"])]
    );
    assert_eq!(
        csv_texts(b"a,b\rc,d\r"),
        [row(1, &["a", "b"]), row(2, &["c", "d"])]
    );
    assert_eq!(csv_texts(b"sep=;\n\na;b\n"), [row(2, &["a", "b"])]);
}

#[test]
fn every_encoding_of_spreadsheets_is_read() {
    let expected = [
        row(1, &["Nazwa", "Miasto"]),
        row(2, &["Żółć, sp. z o.o.", "Łódź"]),
    ];
    let text = "Nazwa;Miasto\r\n\"Żółć, sp. z o.o.\";Łódź\r\n";
    let utf16 = |swap: bool| -> Vec<u8> {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units
            .flat_map(|unit| {
                if swap {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    };
    let (cp1250, _, _) = encoding_rs::WINDOWS_1250.encode(text);
    assert_eq!(csv_texts(text.as_bytes()), expected);
    assert_eq!(csv_texts(format!("\u{FEFF}{text}").as_bytes()), expected);
    assert_eq!(csv_texts(&cp1250), expected);
    assert_eq!(csv_texts(&utf16(false)), expected);
    assert_eq!(csv_texts(&utf16(true)), expected);
    assert_eq!(csv_texts(text.replace(';', "\t").as_bytes()), expected);
    assert_eq!(csv_texts(format!("sep=;\r\n{text}").as_bytes()), expected);
}

#[test]
fn large_cp1250_files_are_read_across_buffers() {
    let text = "Zażółć gęślą jaźń;1\n".repeat(20_000);
    let (cp1250, _, _) = encoding_rs::WINDOWS_1250.encode(&text);
    let rows = read("a.csv", &cp1250).unwrap();
    assert_eq!((rows.len(), rows[19_999].number), (20_000, 20_000));
    assert!(
        rows.iter()
            .all(|row| row.cells[0] == Cell::Text("Zażółć gęślą jaźń".into()))
    );
    let utf8_late = format!("{}ż", "a;1\n".repeat(100_000));
    assert_eq!(csv_texts(utf8_late.as_bytes()).last().unwrap().1, ["ż"]);
}

#[test]
fn formulas_without_a_result_are_their_own_text() {
    let data = r#"<row r="1"><c r="A1"><f>2+2</f><v/></c><c r="B1" t="str"><f>A1&amp;""</f><v></v></c><c r="C1"><f>2+2</f><v>4</v></c><c r="D1"><f t="shared" si="0"/></c></row>"#;
    let rows = read("k.xlsx", &one_sheet(data)).unwrap();
    assert_eq!(
        rows[0].cells,
        [
            Cell::Text("=2+2".into()),
            Cell::Empty,
            Cell::Number(4.0),
            Cell::Empty
        ]
    );
    assert_eq!(
        rows[0].problems,
        [CellProblem {
            column: 3,
            kind: CellProblemKind::FormulaWithoutResult
        }]
    );
}

#[test]
fn the_first_visible_sheet_with_data_is_read() {
    let hidden = workbook(
        ["hidden", "visible"],
        [r#"<row r="1"><c r="A1"><v>1</v></c></row>"#, TWO_ROWS],
        &[],
    );
    assert_eq!(read("k.xlsx", &hidden).unwrap().len(), 2);
    let first_blank = r#"<row r="1"><c r="A1" s="0"/></row>"#;
    assert_eq!(
        read(
            "k.xlsx",
            &workbook(["visible", "visible"], [first_blank, TWO_ROWS], &[])
        )
        .unwrap()
        .len(),
        2
    );
    assert_eq!(
        key(
            "k.xlsx",
            &workbook(["visible", "hidden"], ["", TWO_ROWS], &[])
        ),
        "sheet-error-empty"
    );
}

#[test]
fn database_nulls_are_empty_on_request() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.csv");
    fs::write(&path, "a,b,c\nNULL,Null,1\nNULL,NULL,NULL\n").unwrap();
    let mut sheet = open_at(&path, "a.csv", &Limits::default()).unwrap();
    sheet.null_is_empty(true);
    let rows: Vec<Row> = sheet.rows().unwrap().map(Result::unwrap).collect();
    assert_eq!(
        texts(&rows),
        [row(1, &["a", "b", "c"]), row(2, &["", "Null", "1"])]
    );
}

#[test]
fn errors_and_dates_of_cells_are_kept() {
    let data = r#"<row r="1"><c r="A1" t="e"><v>#REF!</v></c><c r="B1" t="d"><v>2024-01-31</v></c><c r="C1" t="d"><v>2024-01-31T10:20:30</v></c><c r="D1" t="b"><v>1</v></c></row>"#;
    let rows = read("k.xlsx", &one_sheet(data)).unwrap();
    let day = jiff::civil::date(2024, 1, 31);
    let expected = [
        Cell::Error("#REF!".into()),
        Cell::Date(day),
        Cell::DateTime(day.at(10, 20, 30, 0)),
        Cell::Bool(true),
    ];
    assert_eq!(rows[0].cells, expected);
}

#[test]
fn sheets_can_be_read_on_another_thread() {
    fn sendable<T: Send>() {}
    sendable::<Sheet>();
    sendable::<Rows<'_>>();
}

#[test]
fn arguments_keep_their_type() {
    let error = SheetError::Mismatch {
        extension: "csv".to_owned(),
        found: "xlsx".into(),
    };
    assert_eq!(
        error.args()[1],
        ("found", ErrorArg::Text("xlsx".to_owned()))
    );
    assert_eq!(
        SheetError::EndlessRow { row: 7 }.args(),
        [("row", ErrorArg::Number(7))]
    );
}
