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

/// Made with Python's xlwt: a hidden sheet, an empty one, then the one that is meant, with dates, a hidden row and merged
/// cells.
const XLS: &[u8] = include_bytes!("../../../tests/data/klienci.xls");
const XLS_1904: &[u8] = include_bytes!("../../../tests/data/1904.xls");

fn read_sheet(content: &[u8], name: &str) -> Result<Vec<Row>, SheetError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("upload");
    fs::write(&path, content).unwrap();
    let file = File::open(&path).unwrap();
    open(file, "k", Some(name), &Limits::default()).and_then(|mut sheet| sheet.rows()?.collect())
}

#[test]
fn old_excel_files_are_read() {
    let rows = read("k.xls", XLS).unwrap();
    let head = [
        "Nazwa",
        "NIP",
        "Miasto",
        "Utworzono",
        "Rabat",
        "Aktywny",
        "Uwagi",
    ];
    let first = [
        "Żółw sp. z o.o.",
        "5261040828",
        "Łódź",
        "2024-01-31 10:20:30",
        "7.5",
        "TRUE",
        "razem",
    ];
    assert_eq!(
        texts(&rows[..3]),
        [
            row(1, &head),
            row(2, &first),
            // The hidden row is there; of merged cells the first alone has the value.
            row(3, &["Ćma", "5261040828", "", "2024-02-29"]),
        ]
    );
    assert_eq!(rows[1].cells[1], Cell::Number(5_261_040_828.0));
    assert_eq!(rows[2].cells[3], Cell::Date(jiff::civil::date(2024, 2, 29)));
    assert_eq!(rows[3].number, 5);
    let rows = read("k.xls", XLS_1904).unwrap();
    assert_eq!(rows[1].cells[0], Cell::Date(jiff::civil::date(2024, 2, 29)));
}

#[test]
fn a_sheet_can_be_named() {
    assert_eq!(
        texts(&read_sheet(XLS, "Ukryty").unwrap())[1],
        row(2, &["Tajna"])
    );
    assert_eq!(
        texts(&read_sheet(XLS, "Drugi").unwrap()),
        [row(1, &["Nazwa"])]
    );
    let key = |content: &[u8], name| read_sheet(content, name).unwrap_err().key();
    assert_eq!(key(XLS, "Pusty"), "sheet-error-empty");
    assert_eq!(key(XLS, "Inny"), "sheet-error-no-such-sheet");
    let book = workbook(["visible", "visible"], [TWO_ROWS, TWO_ROWS], &[]);
    assert_eq!(read_sheet(&book, "B").unwrap().len(), 2);
    assert_eq!(key(&book, "C"), "sheet-error-no-such-sheet");
    assert_eq!(key(b"a;b\n1;2\n", "A"), "sheet-error-no-such-sheet");
}

#[test]
fn the_sheets_of_a_file_are_told() {
    let of = |name: &str, content: &[u8]| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("upload");
        fs::write(&path, content).unwrap();
        open_at(&path, name, &Limits::default()).unwrap().contents()
    };
    let xls = of("k.xls", XLS);
    assert_eq!((xls.kind.as_str(), xls.sheet.as_str()), ("xls", "Klienci"));
    assert_eq!(xls.sheets, ["Ukryty", "Pusty", "Klienci", "Drugi"]);
    assert!(!xls.misnamed && of("k.csv", XLS).misnamed);
    let ods = of("k.ods", &ods(ODS_ROWS));
    assert_eq!((ods.kind.as_str(), ods.sheet.as_str()), ("ods", "Klienci"));
    assert_eq!(of("k.csv", b"a;b\n").sheets, [""; 0]);
}

#[test]
fn libreoffice_files_are_read() {
    let rows = read("k.ods", &ods(ODS_ROWS)).unwrap();
    assert_eq!(
        texts(&rows),
        [
            row(1, &["Nazwa", "NIP", "Kiedy"]),
            row(2, &["Żółw\ni syn", "5261040828", "2024-02-29"]),
            row(5, &["Ćma", "", "2024-01-31 10:20:30"]),
            row(6, &["#N/A", "TRUE", "9:05:00"]),
        ]
    );
    assert_eq!(rows[3].cells[0], Cell::Error("#N/A".into()));
    assert_eq!(rows[1].cells[2], Cell::Date(jiff::civil::date(2024, 2, 29)));
}

#[test]
fn percentages_are_told_from_numbers() {
    let styles = br#"<styleSheet><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/><numFmt numFmtId="165" formatCode="0&quot;%&quot;"/></numFmts><cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="9"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>"#;
    let data = r#"<row r="1"><c r="A1" s="0"><v>0.075</v></c><c r="B1" s="1"><v>0.07</v></c><c r="C1" s="2"><v>0.075</v></c><c r="D1" s="3"><v>7</v></c></row><row r="2"><c r="A2" s="2"><f>1/4</f><v>0.25</v></c><c r="B2" s="0"><v>5</v></c></row>"#;
    let rels = BOOK_RELS.replace("</Relationships>", r#"<Relationship Id="rId9" Type="http://x/relationships/styles" Target="styles.xml"/></Relationships>"#);
    let book = workbook_with(
        &rels,
        ["visible", "visible"],
        [data, ""],
        &[("xl/styles.xml", styles)],
    );
    let rows = read("k.xlsx", &book).unwrap();
    assert_eq!(
        rows[0].cells,
        [
            Cell::Number(0.075),
            Cell::Percent(0.07),
            Cell::Percent(0.075),
            Cell::Number(7.0)
        ]
    );
    assert_eq!(
        texts(&rows),
        [row(1, &["0.075", "7%", "7.5%", "7"]), row(2, &["25%", "5"])]
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
