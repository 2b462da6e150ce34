//! Sheets through the process that reads them, with its limits.

use std::fs;
use std::io::{Cursor, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Firm, code, stderr};

const XLS: &[u8] = include_bytes!("../data/klienci.xls");

impl Firm {
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path: PathBuf = self.root.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn import(&self, file: &str, more: &[&str]) -> Value {
        let command = [
            &["import", "clients", file, "--as", "o@f.test", "--json"],
            more,
        ]
        .concat();
        self.json(&command)
    }

    fn import_refused(&self, file: &str, more: &[&str]) -> String {
        let start = Instant::now();
        let command = [&["import", "clients", file, "--as", "o@f.test"], more].concat();
        let message = self.refused(&command, "", 1);
        assert!(
            start.elapsed() < Duration::from_mins(1),
            "{:?}",
            start.elapsed()
        );
        message
    }

    fn clients(&self) -> Value {
        let out = self.root.path().join("all.json");
        let out = out.to_str().unwrap();
        self.done(&["export", "clients", "--out", out, "--as", "o@f.test"]);
        serde_json::from_str(&fs::read_to_string(out).unwrap()).unwrap()
    }
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="A">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    archive(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("META-INF/manifest.xml", b"<manifest/>"),
        ("content.xml", content.as_bytes()),
    ])
}

#[test]
fn every_kind_of_sheet_goes_in_with_the_server_stopped_and_running() {
    let cell = |text: &str| {
        format!(
            r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
        )
    };
    let rows = ["Nazwa", "Z arkusza ods"]
        .map(|text| format!("<table:table-row>{}</table:table-row>", cell(text)));
    for served in [false, true] {
        let firm = Firm::founded();
        let server = served.then(|| firm.serve());
        let xls = firm.file("stare.xls", XLS);
        // Two of its three rows have the same tax id.
        let result = firm.import(&xls, &[]);
        assert_eq!(
            (&result["created"], &result["skipped"]),
            (&json!(2), &json!(1)),
            "{result}"
        );
        let ods = firm.file("libre.ods", ods(&rows.concat()));
        assert_eq!(firm.import(&ods, &[])["created"], 1);
        let csv = firm.file("text.csv", "Nazwa;Miasto\nZ pliku csv;Łódź\n");
        assert_eq!(firm.import(&csv, &[])["created"], 1);
        // Under a false name it is read all the same, and said.
        let misnamed = firm.file("text.xls", "Nazwa;Miasto\nInny;Łódź\n");
        let result = firm.import(&misnamed, &[]);
        assert_eq!(result["created"], 1);
        assert!(
            result["warnings"][0]["message"]
                .as_str()
                .unwrap()
                .contains(".csv"),
            "{result}"
        );

        let hidden = firm.import(&xls, &["--sheet", "Ukryty"]);
        assert_eq!(hidden["created"], 1, "{hidden}");
        let message = firm.import_refused(&xls, &["--sheet", "Inny"]);
        assert!(message.contains("no sheet \"Inny\""), "{message}");
        let clients = firm.clients();
        let names: Vec<&str> = clients
            .as_array()
            .unwrap()
            .iter()
            .map(|client| client["name"].as_str().unwrap())
            .collect();
        for name in [
            "Żółw sp. z o.o.",
            "Ostatnia",
            "Z arkusza ods",
            "Z pliku csv",
            "Tajna",
        ] {
            assert!(names.contains(&name), "{names:?}");
        }
        drop(server.map(super::Served::end));
    }
}

#[test]
fn what_fills_memory_kills_the_reader_alone() {
    let firm = Firm::founded();
    let server = firm.serve();
    // 5,000 rows of 16,384 columns in a few bytes: what the reader of this kind would make of it takes gigabytes.
    let row = r#"<table:table-row table:number-rows-repeated="5000"><table:table-cell office:value-type="string" table:number-columns-repeated="16384"><text:p>Nazwa i jeszcze trochę tekstu, aby było go dużo</text:p></table:table-cell></table:table-row>"#;
    let bomb = firm.file("bomba.ods", ods(row));
    let message = firm.import_refused(&bomb, &[]);
    assert!(message.contains("too large to be read"), "{message}");
    let csv = firm.file("text.csv", "Nazwa\nPo bombie\n");
    assert_eq!(firm.import(&csv, &[])["created"], 1);
    let log = server.end();
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn damaged_workbooks_of_old_kinds_get_one_clear_line() {
    let firm = Firm::founded();
    let mut seed = 7_u32;
    let mut random = |below: usize| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as usize % below
    };
    for round in 0..25 {
        let mut damaged = XLS.to_vec();
        for _ in 0..=random(6) {
            let at = random(damaged.len());
            damaged[at] = random(256) as u8;
        }
        let file = firm.file("damaged.xls", damaged);
        let start = Instant::now();
        let done = firm.run(&["import", "clients", &file, "--as", "o@f.test", "--dry-run"]);
        let said = stderr(&done);
        assert!(matches!(code(&done), 0 | 1), "{round}: {said}");
        assert!(
            !said.contains("panicked") && !said.contains("memory allocation"),
            "{round}: {said}"
        );
        assert!(start.elapsed() < Duration::from_mins(1), "{round}");
    }
}

#[test]
fn the_reader_writes_no_file_and_speaks_only_frames() {
    let firm = Firm::none();
    let file = firm.file("a.csv", "Nazwa;NIP\nA;1\n");
    let read = |order: &str| {
        Command::new(env!("CARGO_BIN_EXE_kartoteka"))
            .args(["read-sheet", order])
            .stdin(Stdio::from(fs::File::open(&file).unwrap()))
            .output()
            .unwrap()
    };
    let limits = json!({"file_bytes": 1000, "rows": 10, "columns": 10, "cell_chars": 10, "unpacked_bytes": 1000, "shared_text_bytes": 1000, "zip_entries": 10});
    let order = json!({"file_name": "a.csv", "limits": limits}).to_string();
    let done = read(&order);
    assert_eq!(code(&done), 0, "{}", stderr(&done));
    assert!(done.stdout.starts_with(b"KSHEET1\n"));
    assert!(done.stderr.is_empty());
    let done = read("nonsense");
    assert_eq!((code(&done), done.stdout.as_slice()), (1, &b""[..]));
    // A command for the program itself is not offered to people.
    let help = firm.done(&["--help"]);
    assert!(!help.contains("read-sheet"), "{help}");
}

#[test]
fn rows_that_failed_are_given_back_and_go_in_once_mended() {
    let firm = Firm::founded();
    let list = firm.file(
        "lista.csv",
        "Nazwa;NIP;Uwagi\nDobra;5261040828;\n;7740001402;bez nazwy\n",
    );
    let failed = firm.root.path().join("do-poprawy.csv");
    let failed = failed.to_str().unwrap();
    let result = firm.import(&list, &["--failed-rows", failed, "--set", "status=former"]);
    assert_eq!(
        (&result["created"], &result["failed"]),
        (&json!(1), &json!(1)),
        "{result}"
    );
    let sheet = fs::read_to_string(failed).unwrap();
    assert!(sheet.contains(",7740001402,bez nazwy,"), "{sheet}");
    let mended = firm.file(
        "poprawione.csv",
        sheet.replace("\n,7740001402", "\nNaprawiona,7740001402"),
    );
    assert_eq!(firm.import(&mended, &[])["created"], 1);
    let clients = firm.clients();
    let of = |name: &str| {
        clients
            .as_array()
            .unwrap()
            .iter()
            .find(|client| client["name"] == name)
            .unwrap()
            .clone()
    };
    assert_eq!(of("Dobra")["status"], "former");
    assert_eq!(of("Naprawiona")["notes"], "bez nazwy");

    let more = firm.file(
        "wiecej.csv",
        "Nazwa;NIP;Miasto\nInna nazwa;5261040828;Łódź\n",
    );
    let command = [
        "import",
        "clients",
        &more,
        "--as",
        "o@f.test",
        "--only-empty",
    ];
    assert!(firm.refused(&command, "", 2).contains("--strategy update"));
    assert_eq!(
        firm.import(&more, &["--strategy", "update", "--only-empty"])["updated"],
        1
    );
    let clients = firm.clients();
    let filled = clients
        .as_array()
        .unwrap()
        .iter()
        .find(|client| client["name"] == "Dobra")
        .unwrap();
    assert_eq!(filled["address"]["city"], "Łódź");
    let command = [
        "import",
        "clients",
        &more,
        "--as",
        "o@f.test",
        "--failed-rows",
        "x.pdf",
    ];
    assert!(firm.refused(&command, "", 2).contains(".xlsx or .csv"));
}
