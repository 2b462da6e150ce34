//! Files as strangers send them: read as far as they make sense, else refused with the right word.

use std::io::{Cursor, Write};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::error::CellProblemKind;
use super::test_files::*;
use super::*;

#[test]
fn the_content_tells_what_a_file_is() {
    let book = one_sheet(TWO_ROWS);
    let ole = [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0; 2000]].concat();
    let xlsb = archive(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.bin", b""),
    ]);
    let text_document = ods_of("application/vnd.oasis.opendocument.text", "", "");
    let protected = ods_of(
        ODS_MIME,
        "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>",
        "",
    );
    let encrypted: Vec<u8> = ole
        .iter()
        .copied()
        .chain("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for (name, content, expected) in [
        ("k.csv", &book[..], "read"),
        ("k.xls", b"Nazwa\tNIP\nA\t1\n", "read"),
        ("k.xlsx", b"not a zip", "sheet-error-mismatch"),
        ("k.xlsx", &ole, "sheet-error-damaged"),
        ("k.csv", &ole, "sheet-error-damaged"),
        ("k.xlsx", &encrypted, "sheet-error-encrypted"),
        ("k.ods", &book, "read"),
        ("klienci", &book, "read"),
        ("klienci", b"Nazwa\nA\n", "read"),
        ("k.xlsb", &xlsb, "sheet-error-unsupported"),
        ("k.ods", &text_document, "sheet-error-not-a-sheet"),
        ("k.ods", &protected, "sheet-error-encrypted"),
        ("k.XLSX", &book, "read"),
        ("k.xlsx", b"", "sheet-error-empty"),
        ("k.csv", b"", "sheet-error-empty"),
        ("k.csv", b"\xEF\xBB\xBF \r\n\n", "sheet-error-empty"),
        ("k.csv", b"%PDF-1.7 a;b", "sheet-error-not-a-sheet"),
        ("k.csv", b"<!DOCTYPE html><table>", "sheet-error-web-page"),
        ("k.csv", b"a;b\n\0\0;1", "sheet-error-not-a-sheet"),
        ("k.csv", b"\xEF\xBB\xBFa;b\n\xB3;1", "sheet-error-encoding"),
        (
            "k.csv",
            b"\xFF\xFEa\0;\0b\0\x00\xD8a\0",
            "sheet-error-encoding",
        ),
        (
            "k.xlsx",
            b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
            "sheet-error-not-a-sheet",
        ),
    ] {
        assert_eq!(
            key(name, content),
            expected,
            "{name} {:?}",
            &content[..content.len().min(20)]
        );
    }
}

#[test]
fn limits_hold() {
    let limits = Limits {
        rows: 2,
        columns: 3,
        cell_chars: 5,
        file_bytes: 20_000,
        ..Limits::default()
    };
    let key = |name: &str, content: &[u8]| {
        read_with(&limits, name, content).map_or_else(|error| error.key(), |_| "read")
    };
    assert_eq!(key("a.csv", b"h;i\n1;2\n3;4\n"), "read");
    assert_eq!(
        key("a.csv", b"h;i\n1;2\n3;4\n5;6\n"),
        "sheet-error-too-many-rows"
    );
    assert_eq!(key("a.csv", b"a;b;c;;;;\n"), "read");
    assert_eq!(key("a.csv", b"a;b;c;d\n"), "sheet-error-too-many-columns");
    assert_eq!(
        key("a.csv", &vec![b'a'; 20_001]),
        "sheet-error-file-too-large"
    );
    let cells = |rows: u32| {
        (1..=rows).fold(String::new(), |all, n| {
            format!(r#"{all}<row r="{n}"><c><v>1</v></c></row>"#)
        })
    };
    assert_eq!(key("a.xlsx", &one_sheet(&cells(3))), "read");
    assert_eq!(
        key("a.xlsx", &one_sheet(&cells(4))),
        "sheet-error-too-many-rows"
    );
    let wide = |value: &str| {
        format!(r#"<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1">{value}</c></row>"#)
    };
    assert_eq!(key("a.xlsx", &one_sheet(&wide(""))), "read");
    assert_eq!(
        key("a.xlsx", &one_sheet(&wide("<v>1</v>"))),
        "sheet-error-too-many-columns"
    );

    let rows = read_with(&limits, "a.csv", "h;i\nżółwie;ok\n".as_bytes()).unwrap();
    assert_eq!(rows[1].cells, [Cell::Empty, Cell::Text("ok".into())]);
    assert_eq!(
        rows[1].problems,
        [CellProblem {
            column: 0,
            kind: CellProblemKind::TooLong { chars: 6, limit: 5 }
        }]
    );
}

#[test]
fn a_quotation_mark_never_closed_is_named() {
    let content = format!("Nazwa;NIP\nA;1\n\"B;2\n{}", "C;3\n".repeat(3_000_000));
    assert!(matches!(
        read("a.csv", content.as_bytes()),
        Err(SheetError::EndlessRow { row: 3 })
    ));
}

#[test]
fn bombs_are_refused_by_size_by_count_and_by_claim() {
    let zeros = vec![b' '; 120_000_000];
    let bomb = workbook(
        ["visible", "visible"],
        [TWO_ROWS, ""],
        &[("xl/media/a.xml", &zeros)],
    );
    assert_eq!(key("a.xlsx", &bomb), "sheet-error-unpacks-too-large");

    // The directory says 10 bytes; the part has more.
    let mut liar = workbook(
        ["visible", "visible"],
        [TWO_ROWS, ""],
        &[("xl/liar.xml", &[b' '; 5000])],
    );
    let entry = liar
        .windows(46)
        .rposition(|part| part.starts_with(b"PK\x01\x02"))
        .unwrap();
    liar[entry + 24..entry + 28].copy_from_slice(&10_u32.to_le_bytes());
    assert_eq!(key("a.xlsx", &liar), "sheet-error-damaged");

    let strings = br#"<sst uniqueCount="900000000000"><si><t>a</t></si></sst>"#;
    let claims = workbook(
        ["visible", "visible"],
        [TWO_ROWS, ""],
        &[("xl/sharedStrings.xml", strings)],
    );
    assert_eq!(key("a.xlsx", &claims), "sheet-error-damaged");

    let names: Vec<String> = (0..50).map(|n| format!("xl/{n}.xml")).collect();
    let many: Vec<(&str, &[u8])> = names
        .iter()
        .map(|name| (name.as_str(), &b"<a/>"[..]))
        .collect();
    let limits = Limits {
        zip_entries: 20,
        ..Limits::default()
    };
    let book = workbook(["visible", "visible"], [TWO_ROWS, ""], &many);
    assert_eq!(
        read_with(&limits, "a.xlsx", &book).unwrap_err().key(),
        "sheet-error-unpacks-too-large"
    );
}

#[test]
fn xml_entities_are_never_expanded() {
    let billion = r#"<!DOCTYPE w [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>"#;
    let sheet = format!("{billion}<worksheet><sheetData>{TWO_ROWS}</sheetData></worksheet>");
    let sst = format!("{billion}<sst><si><t>&b;&c;</t></si></sst>");
    let book = workbook(
        ["visible", "visible"],
        [TWO_ROWS, ""],
        &[("xl/sharedStrings.xml", sst.as_bytes())],
    );
    assert_eq!(key("a.xlsx", &book), "sheet-error-damaged");
    let book = workbook(
        ["visible", "visible"],
        [TWO_ROWS, ""],
        &[("xl/other.xml", sheet.as_bytes())],
    );
    assert_eq!(key("a.xlsx", &book), "sheet-error-damaged");
    // Undeclared ones are an error as well, not an empty text.
    let data = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>&lol;</t></is></c></row>"#;
    assert_eq!(key("a.xlsx", &one_sheet(data)), "sheet-error-damaged");
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn what_a_workbook_carries_along_is_left_alone() {
    let inner = archive(&[("bomb.xml", &vec![b' '; 1_000_000])]);
    let link = br#"<externalLink><externalBook r:id="rId1"/></externalLink>"#;
    let target = br#"<Relationships><Relationship Id="rId1" Type="http://x/relationships/externalLinkPath" Target="file:///etc/passwd" TargetMode="External"/></Relationships>"#;
    let data = r#"<row r="1"><c r="A1" t="str"><f>[1]Arkusz!A1</f><v>zapamiętane</v></c></row>"#;
    let book = workbook(
        ["visible", "visible"],
        [data, ""],
        &[
            ("xl/media/inner.zip", &inner),
            ("xl/externalLinks/externalLink1.xml", link),
            ("xl/externalLinks/_rels/externalLink1.xml.rels", target),
            ("xl/vbaProject.bin", b"\xD0\xCF\x11\xE0"),
        ],
    );
    let rows = read("k.xlsm", &book).unwrap();
    assert_eq!(texts(&rows), [row(1, &["zapamiętane"])]);
}

#[test]
fn parts_that_fill_memory_are_refused() {
    let styles = format!(
        "<styleSheet><cellXfs>{}</cellXfs></styleSheet>",
        "<xf numFmtId=\"9\"/>".repeat(500_000)
    );
    let book = workbook(
        ["visible", "visible"],
        [TWO_ROWS, ""],
        &[("xl/styles.xml", styles.as_bytes())],
    );
    assert_eq!(key("a.xlsx", &book), "sheet-error-unpacks-too-large");
}

#[test]
fn a_million_shared_texts_are_read() {
    let mut texts = "<sst>".to_owned();
    for n in 0..1_000_000 {
        texts.push_str(&format!("<si><t>{n}</t></si>"));
    }
    texts.push_str("</sst>");
    let rels = BOOK_RELS.replace(
        "</Relationships>",
        r#"<Relationship Id="rId9" Type="http://x/relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#,
    );
    let data = r#"<row r="1"><c r="A1" t="s"><v>999999</v></c><c r="B1" t="s"><v>0</v></c></row>"#;
    let book = workbook_with(
        &rels,
        ["visible", "visible"],
        [data, ""],
        &[("xl/sharedStrings.xml", texts.as_bytes())],
    );
    let rows = read("a.xlsx", &book).unwrap();
    assert_eq!(super::test_files::texts(&rows), [row(1, &["999999", "0"])]);
}

#[test]
fn a_row_of_endless_cells_is_refused() {
    let long = "x".repeat(30_000);
    let csv = format!("a;b\n{}\n", vec![long.as_str(); 200].join(";"));
    assert!(matches!(
        read("a.csv", csv.as_bytes()),
        Err(SheetError::RowTooLong { row: 2 })
    ));
}

#[test]
fn entities_of_a_libreoffice_file_are_never_expanded() {
    let rows = r#"<table:table-row><table:table-cell office:value-type="string"><text:p>&lol;</text:p></table:table-cell></table:table-row>"#;
    assert_eq!(key("a.ods", &ods(rows)), "sheet-error-damaged");
    let document =
        "<!DOCTYPE w [<!ENTITY lol SYSTEM \"file:///etc/passwd\">]><office:document-content/>";
    let parts: [(&str, &[u8]); 3] = [
        ("mimetype", ODS_MIME.as_bytes()),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", document.as_bytes()),
    ];
    assert_eq!(key("a.ods", &archive(&parts)), "sheet-error-damaged");
}

#[test]
fn truncated_files_of_old_kinds_are_damaged() {
    let xls = include_bytes!("../../../tests/data/klienci.xls");
    let ods = ods(ODS_ROWS);
    for (name, whole) in [("a.xls", &xls[..]), ("a.ods", &ods)] {
        for part in 1..20 {
            let content = &whole[..whole.len() * part / 20];
            let key = key(name, content);
            assert!(key.starts_with("sheet-error-"), "{name} {part}/20: {key}");
        }
    }
}

#[test]
fn other_archives_are_no_sheets() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("readme.txt", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"hello").unwrap();
    assert_eq!(
        key("a.xlsx", &zip.finish().unwrap().into_inner()),
        "sheet-error-not-a-sheet"
    );
}

#[test]
fn a_truncated_workbook_is_damaged() {
    let book = one_sheet(TWO_ROWS);
    for part in 1..40 {
        let content = &book[..book.len() * part / 40];
        let key = key("a.xlsx", content);
        assert!(key.starts_with("sheet-error-"), "{part}/40: {key}");
    }
}

#[test]
fn flipped_bytes_never_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let data: String = (1..=60).fold(String::new(), |all, n| {
        format!(
            r#"{all}<row r="{n}"><c r="A{n}" t="s"><v>{}</v></c></row>"#,
            n % 3
        )
    });
    let strings =
        b"<sst uniqueCount=\"3\"><si><t>a</t></si><si><t>b</t></si><si><r><t>c</t></r></si></sst>";
    let book = workbook(
        ["visible", "visible"],
        [&data, TWO_ROWS],
        &[("xl/sharedStrings.xml", strings)],
    );
    assert_eq!(key("a.xlsx", &book), "read");
    for _ in 0..500 {
        let mut damaged = book.clone();
        for _ in 0..rng.random_range(1..4) {
            let at = rng.random_range(0..damaged.len());
            damaged[at] ^= 1 << rng.random_range(0..8);
        }
        let _ = read("a.xlsx", &damaged);
    }
}

#[test]
fn flipped_bytes_inside_the_xml_never_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let date_1904 = r#"<row r="2"><c r="A2" s="1" t="d"><v>2024-01-01T10:00:00</v></c><c r="B2" t="e"><v>#REF!</v></c></row>"#;
    let xml = format!("{TWO_ROWS}{date_1904}");
    for _ in 0..500 {
        let mut damaged = xml.clone().into_bytes();
        let at = rng.random_range(0..damaged.len());
        damaged[at] = rng.random_range(0x20..0x7F);
        let Ok(damaged) = String::from_utf8(damaged) else {
            continue;
        };
        let _ = read("a.xlsx", &one_sheet(&damaged));
    }
    for reference in ["A99999999999", "ZZZZZZZZZZ1", "A0", "1", "", "A4294967295"] {
        let _ = read(
            "a.xlsx",
            &one_sheet(&format!(
                r#"<row r="{reference}"><c r="{reference}"><v>1</v></c></row>"#
            )),
        );
    }
}

#[test]
fn random_bytes_as_csv_never_panic() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    let alphabet = b"\"\"\";,\t\r\n\n ab\xB3\xFF\xC5\x82='";
    for round in 0..400 {
        let length = rng.random_range(0..3000);
        let content: Vec<u8> = (0..length)
            .map(|_| {
                if round % 2 == 0 {
                    rng.random()
                } else {
                    alphabet[rng.random_range(0..alphabet.len())]
                }
            })
            .collect();
        let _ = read("a.csv", &content);
    }
}
