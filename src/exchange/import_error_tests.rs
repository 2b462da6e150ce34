//! What goes wrong with sheets and in them: files that break off, rows in error, work that is stopped.

use std::fs::File;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::bad_rows::{BadSheet, Which, rows_in_error};
use super::error::ExchangeError;
use super::import_tests::warned;
use super::sheet::{Format, SheetError};
use super::test_firm::{options, with_firm};
use super::watch::{Phase, Watch};
use crate::i18n::Lang;

#[test]
fn a_file_that_breaks_off_changes_nothing() {
    with_firm(|firm| {
        let path = firm.path("broken.csv");
        let mut bytes = b"\xEF\xBB\xBFNazwa,NIP\n".to_vec();
        for row in 0..3000 {
            bytes.extend_from_slice(format!("Firma {row},\n").as_bytes());
        }
        bytes.extend_from_slice(b"\"otwarty");
        bytes.extend(std::iter::repeat_n(b'x', 9_000_000));
        std::fs::write(&path, bytes).unwrap();
        let broken = firm.import_at(&firm.owner, options(), &path);
        assert!(matches!(broken, Err(ExchangeError::Sheet(_))), "{broken:?}");
        assert!(firm.all().is_empty());
    });
}

#[test]
fn rows_in_error_come_back_as_a_sheet_to_mend() {
    with_firm(|firm| {
        let list = "Lista klientów;;;\nNazwa;;NIP;Od kiedy\nDobra;x;5261040828;2024-01-31\n;y;=1+1;2024-02-29\nZły numer;;5261040827;\n ;z;;\n";
        std::fs::write(firm.path("list.csv"), list).unwrap();
        let watch = Watch::default();
        let done = firm
            .import_whole(&firm.owner, options(), &firm.path("list.csv"), &watch)
            .unwrap();
        assert_eq!(
            (done.report.created, done.report.failed),
            (2, 2),
            "{:#?}",
            done.report
        );
        for (which, expected) in [(Which::Failed, 2), (Which::FailedAndWarned, 3)] {
            for (format, name) in [(Format::Csv, "bad.csv"), (Format::Xlsx, "bad.xlsx")] {
                let how = BadSheet {
                    which,
                    format,
                    lang: Lang::Pl,
                    temp_dir: firm.folder.path(),
                };
                let out = File::create(firm.path(name)).unwrap();
                let count = rows_in_error(
                    &done.bad_rows,
                    &done.mapping,
                    &crate::clients::CLIENTS,
                    how,
                    out,
                )
                .unwrap();
                assert_eq!(count, expected, "{name}");
            }
        }
        let bad = std::fs::read_to_string(firm.path("bad.csv")).unwrap();
        let lines: Vec<&str> = bad.trim_start_matches('\u{FEFF}').lines().collect();
        assert_eq!(lines[0], "Nazwa,,NIP,Od kiedy,Identyfikator,Co poprawić");
        let id = firm.named("Zły numer")["id"].as_str().unwrap().to_owned();
        for line in [
            ",y,'=1+1,2024-02-29,,Nazwa: ",
            &format!("Zły numer,,5261040827,,{id},NIP: "),
        ] {
            assert!(bad.contains(&format!("\n{line}")), "{bad}");
        }

        // Mended, it goes in, and what was said of it is no part of the client.
        std::fs::write(
            firm.path("bad.csv"),
            bad.replace(",y,'=1+1,", "Naprawiona,y,,"),
        )
        .unwrap();
        let report = firm.import("bad.csv");
        assert_eq!(report.created, 1, "{report:#?}");
        let mended = firm.named("Naprawiona")["notes"].clone();
        assert!(
            !mended.as_str().unwrap().contains("Co poprawić"),
            "{mended}"
        );
        assert_eq!(mended, "B: y\nOd kiedy: 2024-02-29");
    });
}

#[test]
fn long_work_can_be_followed_and_stopped() {
    with_firm(|firm| {
        let mut list = "Nazwa\n".to_owned();
        for n in 0..3000 {
            list.push_str(&format!("Firma {n}\n"));
        }
        std::fs::write(firm.path("long.csv"), list).unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let slot: Arc<Mutex<Option<Watch>>> = Arc::default();
        let watch = {
            let (heard, slot) = (Arc::clone(&heard), Arc::clone(&slot));
            Watch::hearing(move |progress| {
                heard.lock().unwrap().push(progress);
                if progress.phase == Phase::Writing
                    && let Some(watch) = slot.lock().unwrap().as_ref()
                {
                    watch.stop();
                }
            })
        };
        *slot.lock().unwrap() = Some(watch.clone());
        let done = firm
            .import_whole(&firm.owner, options(), &firm.path("long.csv"), &watch)
            .unwrap();
        assert!(done.stopped);
        let created = done.report.created;
        assert!(created > 0 && created < 3000, "{created}");
        assert_eq!(
            firm.all().len() as u64,
            created,
            "what the report says is in"
        );
        let last = *heard.lock().unwrap().last().unwrap();
        assert_eq!((last.done, last.total), (created, Some(3000)));

        slot.lock().unwrap().take();
        let watch = Watch::default();
        let rest = firm
            .import_whole(&firm.owner, options(), &firm.path("long.csv"), &watch)
            .unwrap();
        assert_eq!(
            (rest.report.created, rest.report.skipped, rest.stopped),
            (3000 - created, created, false)
        );
        // So many of one word that its documents are kept as bits.
        assert_eq!(firm.vault.check_consistency().unwrap(), [""; 0]);
    });
}

#[test]
fn a_sheet_of_headings_alone_is_named() {
    with_firm(|firm| {
        let nothing = firm.import_text_as(&firm.owner, options(), "Nazwa,NIP\n\n");
        assert!(
            matches!(nothing, Err(ExchangeError::OnlyHeadings)),
            "{nothing:?}"
        );
        let empty = firm.import_text_as(&firm.owner, options(), "\n");
        assert!(
            matches!(empty, Err(ExchangeError::Sheet(SheetError::Empty))),
            "{empty:?}"
        );
    });
}

#[test]
fn errors_and_lost_digits_are_warnings_and_stay_in_the_notes() {
    with_firm(|firm| {
        let list = "Nazwa;NIP;Telefon;Miasto;Region\nRolnik;5,26104E+09;+48601102203;#N/D!;#ADR!\n";
        let report = firm.import_text(options(), list);
        assert_eq!(
            warned(&report),
            [(2, "NIP"), (2, "Miasto"), (2, "Region")],
            "{report:#?}"
        );
        let farmer = firm.named("Rolnik");
        assert_eq!(
            farmer["notes"],
            "NIP: 5,26104E+09\nMiasto: #N/D!\nRegion: #ADR!"
        );
        assert_eq!(farmer["address"]["city"], json!(null));
    });
}
