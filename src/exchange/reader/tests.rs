//! A sheet on its way through the pipe, into the file that keeps it, and out again.

use super::*;
use crate::exchange::sheet::DEFAULT_LIMITS;
use crate::exchange::watch::Progress;
use std::sync::Mutex;

fn source<'a>(file: &'a File, limits: &'a Limits) -> Source<'a> {
    Source {
        file,
        file_name: "k.csv",
        sheet: None,
        limits,
    }
}

fn file(content: &str) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content.as_bytes()).unwrap();
    file
}

fn texts(rows: impl Iterator<Item = Result<Row, SheetError>>) -> Vec<(u32, String)> {
    rows.map(|row| {
        let row = row.unwrap();
        let cells: Vec<_> = row.cells.iter().map(Cell::text).collect();
        (row.number, cells.join("|"))
    })
    .collect()
}

#[test]
fn rows_are_kept_and_can_be_gone_through_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut content = "Nazwa;NIP\n".to_owned();
    for n in 2..=5000 {
        content.push_str(&format!("Firma {n};{n}\n"));
    }
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&heard);
    let watch = Watch::hearing(move |progress| hears.lock().unwrap().push(progress));
    let file = file(&content);
    let kept = source(&file, &DEFAULT_LIMITS)
        .keep(folder.path(), &watch)
        .unwrap();
    let all = texts(kept.rows());
    assert_eq!(all.len(), 5000);
    assert_eq!(all[4999], (5000, "Firma 5000|5000".to_owned()));
    // Two readers do not disturb each other.
    let mut one = kept.rows();
    one.next();
    assert_eq!(texts(kept.rows()), all);
    assert_eq!(texts(one), all[1..]);
    let last = heard.lock().unwrap().last().copied();
    let expected = Progress {
        phase: Phase::Reading,
        done: 5000,
        total: None,
    };
    assert_eq!(last, Some(expected));
    // Nothing is left beside the nameless file.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn what_only_a_foreign_sheet_means_is_taken_so_on_request() {
    let file = file("a;b;c;d\nNULL;Null;#N/A;#ADR!\nNULL;NULL;NULL;\n");
    let mut kept = source(&file, &DEFAULT_LIMITS)
        .keep(&std::env::temp_dir(), &Watch::default())
        .unwrap();
    assert_eq!(texts(kept.rows())[1].1, "NULL|Null|#N/A|#ADR!");
    kept.foreign(true);
    let rows: Vec<Row> = kept.rows().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2, "a row of nothing but NULL is empty");
    let cells = [
        Cell::Empty,
        Cell::Text("Null".into()),
        Cell::Error("#N/A".into()),
        Cell::Error("#ADR!".into()),
    ];
    assert_eq!(rows[1].cells, cells);
}

#[test]
fn only_the_beginning_is_read_for_a_look() {
    // The end is broken, which a look at the beginning does not see.
    let mut content = "Nazwa;NIP\n".to_owned();
    content.push_str(&"Firma;1\n".repeat(100_000));
    content.push('"');
    content.push_str(&"x".repeat(9_000_000));
    let file = file(&content);
    let peek = source(&file, &DEFAULT_LIMITS).peek(60).unwrap();
    assert_eq!((peek.rows.len(), peek.contents.kind.as_str()), (60, "csv"));
    let whole = source(&file, &DEFAULT_LIMITS).keep(&std::env::temp_dir(), &Watch::default());
    assert!(matches!(whole, Err(SheetError::EndlessRow { .. })));
}

#[test]
fn errors_keep_what_they_say_on_their_way() {
    let limits = Limits {
        columns: 3,
        ..Limits::default()
    };
    let file = file("a;b;c\n1;2;3;4\n");
    match source(&file, &limits).keep(&std::env::temp_dir(), &Watch::default()) {
        Err(SheetError::TooManyColumns { row: 2, limit: 3 }) => {}
        other => panic!("{:?}", other.err()),
    }
    let limits = Limits {
        unpacked_bytes: 20,
        ..Limits::default()
    };
    let spool = source(&file, &limits).keep(&std::env::temp_dir(), &Watch::default());
    assert!(matches!(spool, Err(SheetError::UnpacksTooLarge)));
}
