//! Files that are damaged, cut, empty, missing, newer or in use.
//!
//! A damaged file is refused with a plain word, or everything in it is as it was. It is never opened as an empty firm.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use kartoteka::data::{
    BuiltIn, Keyring, Query, Row, StoreError, Strategy, TrashFilter, Upsert, Vault,
};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use redb::TableDefinition;
use serde_json::{Value as Json, json};

use crate::firm::{self, TestFirm, access, kind, open, values};

const FILE: &str = "kartoteka.redb";

/// A closed firm with its file and everything that can be read from it.
struct Closed {
    folder: tempfile::TempDir,
    file: Vec<u8>,
    contents: Json,
}

impl Closed {
    fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let firm = runtime.block_on(async {
            let firm = TestFirm::new().await;
            let rows = (0..120).map(|number| {
                let json = json!({"name": format!("Klient {number}"), "tags": ["stały"], "notes": "a".repeat(number * 7 + 1)});
                Row { values: values(kind(), json), ..Row::default() }
            });
            let how = Upsert { strategy: Strategy::Create, ..Upsert::default() };
            firm.owner.upsert(kind(), how, rows.collect()).await.unwrap();
            let ids: Vec<_> = list(&firm.vault).iter().map(|client| client["id"].clone()).collect();
            for id in ids.iter().take(20) {
                let id = id.as_str().unwrap().parse().unwrap();
                firm.owner.delete(kind(), id, None).await.unwrap();
            }
            firm
        });
        let contents = contents(&firm.vault);
        let folder = firm.close();
        let file = fs::read(folder.path().join(FILE)).unwrap();
        Self {
            folder,
            file,
            contents,
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Puts other bytes in the file's place.
    fn put(&self, bytes: &[u8]) {
        fs::write(self.path().join(FILE), bytes).unwrap();
    }

    /// Opens these bytes: they must be refused as damaged, or hold everything there was.
    fn try_bytes(&self, what: &str, bytes: &[u8]) -> bool {
        self.put(bytes);
        let checked = catch_unwind(AssertUnwindSafe(|| {
            Vault::check_file(self.path(), &Keyring::default())
        }));
        let checked = checked.unwrap_or_else(|_| panic!("{what}: checking panics"));
        let opened = catch_unwind(AssertUnwindSafe(|| open(self.path())));
        let opened = opened.unwrap_or_else(|_| panic!("{what}: opening panics"));
        match opened {
            Err(StoreError::Damaged(_)) => {
                assert!(checked.is_err(), "{what}: the check finds nothing");
                false
            }
            Err(error) => panic!("{what}: {error}"),
            Ok(vault) => {
                let found = catch_unwind(AssertUnwindSafe(|| contents(&vault)));
                let found = found.unwrap_or_else(|_| panic!("{what}: reading panics"));
                assert_eq!(found, self.contents, "{what}: opened with other contents");
                true
            }
        }
    }
}

fn list(vault: &Vault) -> Vec<Json> {
    let mut clients = Vec::new();
    let reading = access(vault, firm::OWNER).read().unwrap();
    reading
        .each(kind(), &Query::default(), &mut |seen| {
            clients.push(seen.to_json());
            Ok(true)
        })
        .unwrap();
    clients
}

/// Everything there is, and that it is consistent.
fn contents(vault: &Vault) -> Json {
    let findings = vault.check_consistency().unwrap();
    let reading = access(vault, firm::OWNER).read().unwrap();
    let trash: Vec<Json> = reading
        .trash(kind(), &TrashFilter::default(), None, 1000)
        .unwrap()
        .iter()
        .map(|trashed| trashed.record.to_json())
        .collect();
    let people: Vec<Json> = reading
        .rights()
        .people()
        .users()
        .into_iter()
        .map(kartoteka::data::User::to_json)
        .collect();
    let entries = vault
        .verify_audit()
        .unwrap()
        .map_err(|error| error.to_string());
    json!({"findings": findings, "clients": list(vault), "trash": trash, "people": people, "audit": entries})
}

#[test]
fn a_whole_file_comes_back_as_it_was() {
    let closed = Closed::new();
    assert_eq!(closed.contents["clients"].as_array().unwrap().len(), 100);
    assert_eq!(closed.contents["trash"].as_array().unwrap().len(), 20);
    assert_eq!(
        closed.contents["people"].as_array().unwrap().len(),
        1 + BuiltIn::ALL.len()
    );
    assert_eq!(closed.contents["findings"], json!([]));
    assert!(closed.try_bytes("the same bytes", &closed.file));
}

#[test]
fn an_empty_or_missing_file_of_a_firm_is_damage() {
    let closed = Closed::new();
    assert!(!closed.try_bytes("no bytes", &[]));
    fs::remove_file(closed.path().join(FILE)).unwrap();
    assert!(matches!(open(closed.path()), Err(StoreError::Damaged(_))));
    assert!(!closed.path().join(FILE).exists(), "no empty firm was made");
}

#[test]
fn a_cut_file_is_damage() {
    let closed = Closed::new();
    let length = closed.file.len();
    let cuts = (0..24).map(|part| length * part / 24);
    for cut in cuts.chain([
        1,
        9,
        320,
        511,
        512,
        4095,
        4096,
        4097,
        length - 4096,
        length - 1,
    ]) {
        let opened = closed.try_bytes(&format!("cut at {cut} of {length}"), &closed.file[..cut]);
        assert!(!opened, "cut at {cut} of {length}");
    }
}

#[test]
fn flipped_bits_are_damage_or_do_no_harm() {
    let closed = Closed::new();
    let mut dice = ChaCha8Rng::seed_from_u64(7);
    let mut harmless = 0;
    let header: Vec<usize> = (0..330).step_by(5).collect();
    let anywhere: Vec<usize> = (0..150)
        .map(|_| dice.random_range(0..closed.file.len()))
        .collect();
    let places: Vec<usize> = header.into_iter().chain(anywhere).collect();
    for place in &places {
        let mut bytes = closed.file.clone();
        bytes[*place] ^= 1 << dice.random_range(0..8);
        harmless += usize::from(closed.try_bytes(&format!("a bit at {place}"), &bytes));
    }
    eprintln!("{harmless} of {} flips did no harm", places.len());
    assert!(harmless < places.len(), "no flip was noticed");
}

#[test]
fn overwritten_stretches_are_damage_or_do_no_harm() {
    let closed = Closed::new();
    let mut dice = ChaCha8Rng::seed_from_u64(11);
    for round in 0..40 {
        let mut bytes = closed.file.clone();
        let from = dice.random_range(0..bytes.len()) / 512 * 512;
        let to = (from + 512 * dice.random_range(1..24)).min(bytes.len());
        match round % 3 {
            0 => dice.fill_bytes(&mut bytes[from..to]),
            1 => bytes[from..to].fill(0),
            _ => bytes.copy_within(0..to - from, from),
        }
        closed.try_bytes(&format!("{from}..{to} overwritten"), &bytes);
    }
    let mut noise = vec![0; closed.file.len()];
    dice.fill_bytes(&mut noise);
    assert!(!closed.try_bytes("noise", &noise));
    assert!(!closed.try_bytes("a long empty file", &vec![0; closed.file.len()]));
}

#[test]
fn the_file_of_a_newer_program_is_refused_and_left_alone() {
    let closed = Closed::new();
    let path = closed.path().join(FILE);
    {
        let database = redb::Database::open(&path).unwrap();
        let transaction = database.begin_write().unwrap();
        let meta = TableDefinition::<&[u8], &[u8]>::new("meta");
        transaction
            .open_table(meta)
            .unwrap()
            .insert(b"format".as_slice(), 1000_u32.to_be_bytes().as_slice())
            .unwrap();
        transaction.commit().unwrap();
    }
    let error = open(closed.path()).err().expect("it is refused");
    assert!(
        matches!(error, StoreError::Newer { found: 1000, .. }),
        "{error}"
    );
}

#[test]
fn a_folder_in_use_is_refused_and_free_again_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    assert!(matches!(open(folder.path()), Err(StoreError::InUse)));
    drop(first);
    open(folder.path()).unwrap();
}

/// A process killed while it made the file for the first time leaves something that is no database.
#[test]
fn a_first_run_that_was_cut_short_is_begun_again() {
    let whole = {
        let folder = tempfile::tempdir().unwrap();
        drop(open(folder.path()).unwrap());
        fs::read(folder.path().join(FILE)).unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    // Made, and not yet marked as such.
    fs::write(folder.path().join(FILE), &whole).unwrap();
    let vault = open(folder.path()).expect("a whole file without its marker");
    assert!(vault.firm().unwrap().is_none());
    drop(vault);
    // Whatever is left of an attempt has another name, and does no harm.
    let folder = tempfile::tempdir().unwrap();
    let before: Vec<_> = fs::read_dir(folder.path()).unwrap().collect();
    assert!(before.is_empty());
    fs::write(
        folder.path().join(".kartoteka-new-XYZ"),
        &whole[..whole.len() / 3],
    )
    .unwrap();
    open(folder.path()).expect("a first run");
    assert!(
        !folder.path().join(".kartoteka-new-XYZ").exists(),
        "remains are swept"
    );
}
