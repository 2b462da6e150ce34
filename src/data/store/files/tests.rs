//! Files on the disk: what is there, what is not, and what a crash in the middle of anything leaves.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;

use jiff::SignedDuration;
use walk::all_files;

use super::*;
use crate::data::store::{Store, StoredFile};

/// A text that nothing else holds.
const SECRET: &[u8] = b"Umowa z firma Kowalski, poufne";

mod walk {
    use std::path::{Path, PathBuf};

    pub(super) fn all_files(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                found.extend(all_files(&path));
            } else {
                found.push(path);
            }
        }
        found
    }
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn plain(&self) -> Files {
        Files::open(self.0.path(), &Keyring::default(), None).unwrap()
    }

    fn under(&self, key: &DataKey) -> Files {
        Files::open(self.0.path(), &ring(key), Some(key)).unwrap()
    }

    /// Every byte of every file, and its name.
    fn all(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for path in all_files(self.0.path()) {
            all.extend_from_slice(path.as_os_str().as_encoded_bytes());
            all.extend(std::fs::read(path).unwrap());
        }
        all
    }

    fn count(&self) -> usize {
        let mut files = all_files(&self.0.path().join(FOLDER));
        files.retain(|path| !path.ends_with("files/key"));
        files.len()
    }
}

fn ring(key: &DataKey) -> Keyring {
    Keyring::holding("a test", key.clone())
}

fn put(files: &Files, text: &[u8]) -> StoredFile {
    let mut new = files.create().unwrap();
    new.write_all(text).unwrap();
    new.finish().unwrap()
}

fn get(files: &Files, stored: &StoredFile) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let open = files.open_file(stored.hash(), stored.size()).unwrap();
    open.ok_or(ErrorKind::NotFound)?.read_to_end(&mut text)?;
    Ok(text)
}

fn holds(all: &[u8], text: &[u8]) -> bool {
    all.windows(text.len()).any(|part| part == text)
}

/// Texts of lengths about those of a chunk, one of them to be looked for.
fn texts() -> Vec<Vec<u8>> {
    let mut texts: Vec<Vec<u8>> = [0, 1, 65_535, 65_536, 65_537, 300_000]
        .into_iter()
        .map(|length: usize| (0..length).map(|at| (at % 251) as u8).collect())
        .collect();
    texts.push(SECRET.to_vec());
    texts
}

#[test]
fn what_is_written_is_read_again_and_lies_by_its_hash() {
    let folder = Folder::new();
    let files = folder.plain();
    for text in texts() {
        let stored = put(&files, &text);
        assert_eq!(stored.hash().bytes(), blake3::hash(&text).as_bytes());
        assert_eq!(get(&files, &stored).unwrap(), text);
        let name = stored.hash().to_string();
        let path = folder.0.path().join("files").join(&name[..2]).join(&name);
        assert_eq!(std::fs::read(&path).unwrap(), text);
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        assert!(files.has(stored.hash(), stored.size()).unwrap());
        assert!(!files.has(stored.hash(), stored.size() + 1).unwrap());
    }
}

#[test]
fn the_same_content_is_kept_once() {
    for key in [None, Some(DataKey::random().unwrap())] {
        let folder = Folder::new();
        let files = key
            .as_ref()
            .map_or_else(|| folder.plain(), |key| folder.under(key));
        let first = put(&files, SECRET);
        let second = put(&files, SECRET);
        assert_eq!(first.hash(), second.hash());
        assert_eq!(folder.count(), 1);
    }
}

#[test]
fn a_file_that_is_not_finished_was_never_there() {
    let folder = Folder::new();
    let files = folder.plain();
    let mut new = files.create().unwrap();
    new.write_all(SECRET).unwrap();
    drop(new);
    assert_eq!(folder.count(), 0);
    // The process ends in the middle: the next one clears it away.
    std::fs::write(folder.0.path().join("files/.new-abc"), SECRET).unwrap();
    folder.plain();
    assert_eq!(folder.count(), 0);
}

#[test]
fn changed_content_is_never_read_to_its_end() {
    for key in [None, Some(DataKey::random().unwrap())] {
        let folder = Folder::new();
        let files = key
            .as_ref()
            .map_or_else(|| folder.plain(), |key| folder.under(key));
        let stored = put(&files, &texts()[5]);
        let root = folder.0.path().join(FOLDER);
        let path = files.inner.form.path(&root, stored.hash());
        let whole = std::fs::read(&path).unwrap();
        for at in [0, whole.len() / 2, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            std::fs::write(&path, changed).unwrap();
            assert!(get(&files, &stored).is_err(), "changed at {at}");
        }
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(files.open_file(stored.hash(), stored.size()).is_err());
        // The content of another file under its name.
        let other = put(&files, &texts()[4]);
        std::fs::copy(files.inner.form.path(&root, other.hash()), &path).unwrap();
        assert!(files.open_file(stored.hash(), stored.size()).is_err());
        std::fs::write(&path, &whole).unwrap();
        assert!(get(&files, &stored).is_ok());
        std::fs::remove_file(&path).unwrap();
        assert_eq!(
            get(&files, &stored).unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }
}

#[test]
fn sealed_files_tell_neither_their_content_nor_its_hash() {
    let folder = Folder::new();
    let key = DataKey::random().unwrap();
    let files = folder.under(&key);
    let stored: Vec<StoredFile> = texts().iter().map(|text| put(&files, text)).collect();
    let all = folder.all();
    assert!(!holds(&all, SECRET));
    for stored in &stored {
        assert!(!holds(&all, stored.hash().to_string().as_bytes()));
    }
    for (text, stored) in texts().iter().zip(&stored) {
        assert_eq!(get(&folder.under(&key), stored).unwrap(), *text);
    }
    let other = DataKey::random().unwrap();
    let refused = Files::open(folder.0.path(), &ring(&other), Some(&other));
    assert!(matches!(refused, Err(StoreError::WrongKey(_))));
    std::fs::remove_file(folder.0.path().join("files/key")).unwrap();
    let refused = Files::open(folder.0.path(), &ring(&key), Some(&key));
    assert!(matches!(refused, Err(StoreError::Damaged(_))));
}

#[test]
fn files_change_their_form_and_back() {
    let folder = Folder::new();
    let path = folder.0.path();
    let plain = folder.plain();
    let stored: Vec<StoredFile> = texts().iter().map(|text| put(&plain, text)).collect();
    let all_there = |files: &Files| {
        for (text, stored) in texts().iter().zip(&stored) {
            assert_eq!(get(files, stored).unwrap(), *text);
        }
        assert_eq!(folder.count(), stored.len());
    };
    let (key, new) = (DataKey::random().unwrap(), DataKey::random().unwrap());

    assert!(encrypt(path, &key).unwrap());
    assert!(!encrypt(path, &key).unwrap());
    assert!(!holds(&folder.all(), SECRET));
    all_there(&folder.under(&key));

    for fully in [false, true] {
        rotate_before(path, &ring(&key), &new).unwrap();
        all_there(&folder.under(&key));
        rotate_before(path, &ring(&key), &new).unwrap();
        rotate_after(path, &ring(&key), &new, fully).unwrap();
        all_there(&folder.under(&new));
        assert!(Files::open(path, &ring(&key), Some(&key)).is_err());
        rotate_before(path, &ring(&new), &key).unwrap();
        rotate_after(path, &ring(&new), &key, fully).unwrap();
        all_there(&folder.under(&key));
    }

    assert!(decrypt(path, &ring(&key)).unwrap());
    assert!(!decrypt(path, &ring(&key)).unwrap());
    assert!(!path.join("files/key").exists());
    all_there(&folder.plain());
}

/// A change of form writes files, then says so, then removes others: whatever it did last, the files are there, and what is
/// of no account is gone after the next opening.
#[test]
fn a_change_that_is_cut_short_loses_nothing() {
    let key = DataKey::random().unwrap();
    for cut_before_it_counts in [true, false] {
        for sealing in [true, false] {
            let folder = Folder::new();
            let path = folder.0.path();
            let root = path.join(FOLDER);
            let files = if sealing {
                folder.plain()
            } else {
                folder.under(&key)
            };
            let stored = put(&files, SECRET);
            let (from_file, from) = match KeyFile::read(&root).unwrap() {
                Some(file) => (file.clone(), file.form(&ring(&key)).unwrap()),
                None => (KeyFile::plain(), Form::plain()),
            };
            let (target, to) = if sealing {
                KeyFile::make(&key).unwrap()
            } else {
                (KeyFile::plain(), Form::plain())
            };
            from_file.making(&to.place).write(&root).unwrap();
            let mut new = NewFile::begin(&root, &to, &Arc::default()).unwrap();
            new.write_all(SECRET).unwrap();
            new.finish().unwrap();
            if !cut_before_it_counts {
                target.replacing(&from.place).write(&root).unwrap();
            }
            assert_eq!(folder.count(), 2);

            let sealed_now = sealing != cut_before_it_counts;
            let files = if sealed_now {
                folder.under(&key)
            } else {
                folder.plain()
            };
            assert_eq!(get(&files, &stored).unwrap(), SECRET);
            assert_eq!(folder.count(), 1);
            assert_eq!(holds(&folder.all(), SECRET), !sealed_now);
        }
    }
}

#[test]
fn a_damaged_file_stops_a_change_before_it_counts() {
    let folder = Folder::new();
    let files = folder.plain();
    let stored = put(&files, SECRET);
    let path = files
        .inner
        .form
        .path(&folder.0.path().join(FOLDER), stored.hash());
    std::fs::write(&path, b"other").unwrap();
    let key = DataKey::random().unwrap();
    assert!(matches!(
        encrypt(folder.0.path(), &key),
        Err(StoreError::Damaged(_))
    ));
    folder.plain();
    assert_eq!(folder.count(), 1, "as it was");
}

fn old(files: &Files, stored: &StoredFile, hours: i64) {
    let path = files.inner.form.path(files.root().unwrap(), stored.hash());
    let then = crate::clock::now() - SignedDuration::from_hours(hours);
    File::open(path)
        .unwrap()
        .set_modified(new_file::file_time(then))
        .unwrap();
}

#[test]
fn a_sweep_removes_what_is_old_and_named_by_nobody() {
    for key in [None, Some(DataKey::random().unwrap())] {
        let folder = Folder::new();
        let files = key
            .as_ref()
            .map_or_else(|| folder.plain(), |key| folder.under(key));
        let [kept, old_one, new_one, again] =
            [b"kept", b"old1", b"new1", b"back"].map(|text| put(&files, text));
        for stored in [&kept, &old_one, &again] {
            old(&files, stored, 25);
        }
        let limit = crate::clock::now() - SignedDuration::from_hours(24);
        let sweep = || {
            let mut sweep = files.begin_sweep();
            sweep.keep(kept.hash());
            sweep
        };
        // Each of them holds the files.
        assert!(sweep().run(limit).unwrap().held);
        let hashes = [&kept, &old_one, &new_one, &again].map(StoredFile::hash);
        drop((kept, old_one, new_one));
        let begun = {
            let mut begun = files.begin_sweep();
            begun.keep(hashes[0]);
            begun
        };
        // The same content comes again while a sweep is on its way.
        drop((put(&files, b"back"), again));
        let swept = begun.run(limit).unwrap();
        assert_eq!((swept.removed, swept.held), (1, false));
        let there = hashes.map(|hash| files.has(hash, 4).unwrap());
        assert_eq!(there, [true, false, true, true]);

        let hold = files.hold();
        assert!(files.begin_sweep().run(crate::clock::now()).unwrap().held);
        drop(hold);
    }
}

#[test]
fn an_encrypted_folder_from_before_there_were_files_gets_its_key() {
    let folder = Folder::new();
    let key = DataKey::random().unwrap();
    let keys = ring(&key).encrypting("a test", key.clone());
    drop(Store::open(folder.0.path(), 1 << 20, &keys).unwrap());
    std::fs::remove_dir_all(folder.0.path().join(FOLDER)).unwrap();
    let (store, _) = Store::open(folder.0.path(), 1 << 20, &keys).unwrap();
    let stored = put(store.files(), SECRET);
    drop(store);
    assert!(!holds(&folder.all(), SECRET));

    let new = DataKey::random().unwrap();
    Store::rotate(folder.0.path(), &keys, &new, true).unwrap();
    let (store, _) = Store::open(folder.0.path(), 1 << 20, &ring(&new)).unwrap();
    assert_eq!(get(store.files(), &stored).unwrap(), SECRET);
    drop(store);
    Store::decrypt(folder.0.path(), &ring(&new)).unwrap();
    let (store, _) = Store::open(folder.0.path(), 1 << 20, &Keyring::default()).unwrap();
    assert_eq!(get(store.files(), &stored).unwrap(), SECRET);
    drop(store);
    Store::encrypt(folder.0.path(), &key).unwrap();
    let (store, _) = Store::open(folder.0.path(), 1 << 20, &keys).unwrap();
    assert_eq!(get(store.files(), &stored).unwrap(), SECRET);
    assert!(!holds(&folder.all(), SECRET));
}
