use super::*;
use crate::data::store::Store;
use crate::data::store::faults::{Disk, Fault};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const PAGES: u64 = 12;

fn key() -> DataKey {
    DataKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
}

fn ring() -> Keyring {
    Keyring::holding("a test", key())
}

fn bytes(dice: &mut ChaCha8Rng, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    dice.fill_bytes(&mut bytes);
    bytes
}

fn all(storage: &impl StorageBackend) -> io::Result<Vec<u8>> {
    let mut out = vec![0; storage.len()? as usize];
    storage.read(0, &mut out)?;
    Ok(out)
}

/// An encrypted disk of some random pages, and what they hold; the last page was never written.
fn filled(seed: u64) -> (Disk, Vec<u8>) {
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let disk = Disk::new(seed);
    let cipher = Cipher::make(disk.backend(), &key()).unwrap();
    let mut text = bytes(&mut dice, (PAGES as usize - 1) * PAGE);
    cipher.set_len(PAGES * PAGE as u64).unwrap();
    cipher.write(0, &text).unwrap();
    cipher.sync_data().unwrap();
    text.resize(PAGES as usize * PAGE, 0);
    (disk, text)
}

fn image(disk: &Disk) -> Vec<u8> {
    let backend = disk.backend();
    let mut image = vec![0; backend.len().unwrap() as usize];
    backend.read(0, &mut image).unwrap();
    image
}

#[test]
fn it_reads_as_a_plain_file_does() {
    for seed in 0..20 {
        let mut dice = ChaCha8Rng::seed_from_u64(seed);
        let disk = Disk::new(seed);
        let mut cipher = Cipher::make(disk.backend(), &key()).unwrap();
        let mut model: Vec<u8> = Vec::new();
        for _ in 0..300 {
            match dice.random_range(0..20) {
                0..2 => {
                    let length = dice.random_range(0..PAGES as usize) * PAGE;
                    // The engine never takes the first page away but from a new file.
                    let length = if model.is_empty() {
                        length
                    } else {
                        length.max(PAGE)
                    };
                    model.resize(length, 0);
                    cipher.set_len(length as u64).unwrap();
                }
                2..5 if model.len() > PAGE => {
                    let from = dice.random_range(1..model.len() / PAGE);
                    let to = dice.random_range(from..=model.len() / PAGE);
                    let data = bytes(&mut dice, (to - from) * PAGE);
                    model[from * PAGE..to * PAGE].copy_from_slice(&data);
                    cipher.write((from * PAGE) as u64, &data).unwrap();
                }
                5..9 if !model.is_empty() => {
                    let from = dice.random_range(0..PAGE);
                    let to = dice.random_range(from..=PAGE);
                    let data = bytes(&mut dice, to - from);
                    model[from..to].copy_from_slice(&data);
                    cipher.write(from as u64, &data).unwrap();
                }
                9 => cipher.sync_data().unwrap(),
                10 => {
                    drop(cipher);
                    cipher = Cipher::open(disk.backend(), &ring()).unwrap();
                }
                _ if !model.is_empty() => {
                    let from = dice.random_range(0..model.len());
                    let to = dice.random_range(from..=model.len());
                    let mut out = vec![1; to - from];
                    cipher.read(from as u64, &mut out).unwrap();
                    assert!(out == model[from..to], "seed {seed}");
                }
                _ => {}
            }
            assert_eq!(cipher.len().unwrap(), model.len() as u64);
        }
        assert!(all(&cipher).unwrap() == model);
        let mut beyond = [0; 1];
        assert!(cipher.read(model.len() as u64, &mut beyond).is_err());
    }
}

#[test]
fn nothing_of_the_text_is_in_the_file() {
    let disk = Disk::new(1);
    let cipher = Cipher::make(disk.backend(), &key()).unwrap();
    cipher.set_len(8 * PAGE as u64).unwrap();
    let text: Vec<u8> = "Zażółć gęślą jaźń "
        .bytes()
        .cycle()
        .take(8 * PAGE)
        .collect();
    cipher.write(0, &text).unwrap();
    let image = image(&disk);
    assert!(!image.windows(8).any(|part| part == &text[..8]));
    // The same page twice has nothing in common.
    let at = |page: u64| &image[Cipher::<FileBackend>::place(page) as usize..][..SEALED];
    assert!(at(2).iter().zip(at(3)).filter(|(a, b)| a == b).count() < 64);
    for part in [key().text().as_bytes(), &key_bytes()[..]] {
        assert!(!image.windows(part.len()).any(|found| found == part));
    }
}

fn key_bytes() -> Vec<u8> {
    (0..32).collect()
}

#[test]
fn a_changed_byte_of_a_page_is_an_error() {
    let (disk, text) = filled(3);
    let image = image(&disk);
    let changed = |at: usize| {
        let mut image = image.clone();
        image[at] ^= 0x40;
        Cipher::open(Disk::with_image(image, 0).backend(), &ring())
            .map_err(|error| error.to_string())
            .and_then(|cipher| all(&cipher).map_err(|error| error.to_string()))
    };
    // Every part of each page, one of them closely.
    let page = |page: u64| Cipher::<FileBackend>::place(page) as usize;
    let each =
        (1..PAGES - 1).flat_map(|number| (0..SEALED).step_by(397).map(move |at| (number, at)));
    for (number, at) in each.chain((0..SEALED).step_by(11).map(|at| (4, at))) {
        let why = changed(page(number) + at).unwrap_err();
        assert!(why.contains(&format!("page {number} ")), "{why}");
    }
    // The first page was written once: a change of it leaves nothing to go back to.
    for at in (0..8 + SEALED).step_by(31) {
        assert!(changed(head::ROOM as usize + at).is_err(), "{at}");
    }
    // The head lies there twice.
    for at in (0..160).step_by(7) {
        assert!(changed(at).unwrap() == text);
        assert!(changed(4096 + at).unwrap() == text);
    }
}

#[test]
fn a_page_in_another_place_is_an_error() {
    let (disk, _) = filled(4);
    let mut swapped = image(&disk);
    let (one, two) = (
        Cipher::<FileBackend>::place(2) as usize,
        Cipher::<FileBackend>::place(5) as usize,
    );
    for at in 0..SEALED {
        swapped.swap(one + at, two + at);
    }
    let cipher = Cipher::open(Disk::with_image(swapped, 0).backend(), &ring()).unwrap();
    assert!(all(&cipher).is_err());
    // Nor does it come from another file under the same key.
    let (other, mut mixed) = (image(&filled(5).0), image(&disk));
    mixed[one..one + SEALED].copy_from_slice(&other[one..one + SEALED]);
    let cipher = Cipher::open(Disk::with_image(mixed, 0).backend(), &ring()).unwrap();
    assert!(all(&cipher).is_err());
}

#[test]
fn a_cut_file_is_shorter_or_an_error() {
    let (disk, text) = filled(6);
    let image = image(&disk);
    for length in (0..image.len()).step_by(511) {
        let cut = Disk::with_image(image[..length].to_vec(), 0);
        let opened = Cipher::open(cut.backend(), &ring());
        match opened.map(|cipher| (cipher.len().unwrap(), all(&cipher))) {
            Ok((length, Ok(read))) => {
                assert!(length < text.len() as u64 && read == text[..read.len()]);
            }
            Ok((_, Err(_))) | Err(_) => {}
        }
    }
}

#[test]
fn another_key_or_none_is_told_apart_from_damage() {
    let (disk, _) = filled(7);
    let other = Keyring::holding("/a/wrong.key", DataKey::random().unwrap());
    let error = Cipher::open(disk.backend(), &other).map(drop).unwrap_err();
    assert!(matches!(&error, StoreError::WrongKey(place) if place == "/a/wrong.key"));
    let mut none = Keyring::default();
    none.miss("/a/b: there is no such file");
    let error = Cipher::open(disk.backend(), &none).map(drop).unwrap_err();
    assert!(matches!(&error, StoreError::NoKey(places) if places.contains("/a/b")));
}

#[test]
fn after_a_new_key_the_old_one_opens_nothing_whenever_the_power_goes() {
    let (disk, text) = filled(8);
    let new = DataKey::random().unwrap();
    let both = || {
        let mut both = ring();
        both.add("the new one", new.clone());
        both
    };
    let image = image(&disk);
    for at in 0..5 {
        for seed in 0..20 {
            let disk = Disk::with_image(image.clone(), seed);
            disk.set_fault(Fault::PowerCut { at });
            let backend = disk.backend();
            let head = Head::read(&backend).unwrap();
            let done = head.under(&key(), &new).unwrap().replace(&backend);
            drop(backend);
            let after = if done.is_ok() {
                disk.after_process_end()
            } else {
                disk.after_power_cut()
            };
            let cipher = Cipher::open(after.backend(), &both()).unwrap();
            assert!(all(&cipher).unwrap() == text, "cut at {at}");
            drop(cipher);
            if done.is_ok() {
                assert!(Cipher::open(after.backend(), &ring()).is_err());
                for place in [0, 4096] {
                    let mut image = self::image(&after);
                    image[place] ^= 1;
                    assert!(Cipher::open(Disk::with_image(image, 0).backend(), &ring()).is_err());
                }
            }
        }
    }
}

/// The first page is as it was at the last sync, or as one of the writings since left it, whenever the power goes; once
/// more while what was found is being used.
#[test]
fn the_first_page_survives_a_power_cut_at_any_moment() {
    let image = image(&filled(9).0);
    for at in 0..40 {
        for seed in 0..4 {
            let disk = Disk::with_image(image.clone(), seed);
            disk.set_fault(Fault::PowerCut { at });
            let mut allowed = Vec::new();
            let cipher = Cipher::open(disk.backend(), &ring()).unwrap();
            let before = all(&cipher).unwrap()[..PAGE].to_vec();
            allowed.push(before);
            for step in 0..20_u8 {
                let mut text: Vec<u8> = allowed.last().unwrap().clone();
                text[..320].fill(step);
                if cipher.write(0, &text[..320]).is_err() {
                    allowed.push(text);
                    break;
                }
                allowed.push(text.clone());
                if step % 3 == 2 {
                    if cipher.sync_data().is_err() {
                        break;
                    }
                    allowed = vec![text];
                }
            }
            drop(cipher);
            let mut after = disk.after_power_cut();
            for again in 0..3 {
                let cipher = Cipher::open(after.backend(), &ring()).unwrap();
                let mut found = vec![0; PAGE];
                cipher.read(0, &mut found).unwrap();
                assert!(
                    allowed.contains(&found),
                    "cut at {at}, seed {seed}, opening {again}"
                );
                after.set_fault(Fault::PowerCut { at: again });
                let _ = cipher.write(0, &found[..320]);
                drop(cipher);
                allowed = vec![found];
                after = after.after_power_cut();
            }
        }
    }
}

/// A sync that fails leaves what it did not write in memory alone; it is found there by whoever opens the file next, who
/// must not take it for safe.
#[test]
fn a_first_page_that_a_failed_sync_left_behind_is_brought_to_the_disk_first() {
    for seed in 0..40 {
        let disk = Disk::with_image(image(&filled(10).0), seed);
        let cipher = Cipher::open(disk.backend(), &ring()).unwrap();
        cipher.write(0, &[1; 320]).unwrap();
        cipher.sync_data().unwrap();
        cipher.write(0, &[2; 320]).unwrap();
        disk.set_fault(Fault::Fail {
            at: disk.operations(),
            forever: false,
        });
        assert!(cipher.sync_data().is_err());
        drop(cipher);
        let cipher = Cipher::open(disk.backend(), &ring()).unwrap();
        disk.set_fault(Fault::PowerCut {
            at: disk.operations() + seed % 4,
        });
        let _ = cipher.write(0, &[3; 320]).and_then(|()| cipher.sync_data());
        drop(cipher);
        let cipher = Cipher::open(disk.after_power_cut().backend(), &ring()).unwrap();
        let mut found = [0; 1];
        cipher.read(0, &mut found).unwrap();
        assert!((1..=3).contains(&found[0]));
    }
}

#[test]
fn a_folder_is_encrypted_rotated_and_plain_again() {
    let folder = tempfile::tempdir().unwrap();
    let none = Keyring::default();
    let open = |keys: &Keyring| Store::open(folder.path(), 1 << 20, keys);
    open(&none).unwrap();
    let path = folder.path().join("kartoteka.redb");
    let plain = std::fs::read(&path).unwrap();
    std::fs::copy(&path, folder.path().join("kartoteka.redb.format-2")).unwrap();
    std::fs::write(folder.path().join(".kartoteka-new-left"), "plain").unwrap();

    assert!(Store::encrypt(folder.path(), &key()).unwrap());
    assert!(!Store::encrypt(folder.path(), &key()).unwrap());
    assert!(!folder.path().join(".kartoteka-new-left").exists());
    for name in ["kartoteka.redb", "kartoteka.redb.format-2"] {
        assert!(is_encrypted(&File::open(folder.path().join(name)).unwrap()).unwrap());
    }
    assert!(matches!(open(&none), Err(StoreError::NoKey(_))));
    let (store, _) = open(&ring()).unwrap();
    assert!(store.work_files().is_sealed() && store.key_place() == Some("a test"));
    drop(store);

    let (second, third) = (DataKey::random().unwrap(), DataKey::random().unwrap());
    let before = std::fs::read(&path).unwrap();
    // The key of files beside it goes along only where the store rotates.
    Store::rotate(folder.path(), &ring(), &second, false).unwrap();
    let after = std::fs::read(&path).unwrap();
    assert!(before[8192..] == after[8192..] && before[..8192] != after[..8192]);
    assert!(matches!(open(&ring()), Err(StoreError::WrongKey(_))));
    Store::rotate(folder.path(), &Keyring::holding("2", second), &third, true).unwrap();
    assert!(std::fs::read(&path).unwrap()[SECOND_PAGE as usize..] != after[SECOND_PAGE as usize..]);
    let keys = Keyring::holding("3", third);
    open(&keys).unwrap();
    let (larger, smaller) = super::super::open::compact(folder.path(), 1 << 20, &keys).unwrap();
    assert!(smaller <= larger);
    open(&keys).unwrap();

    assert!(Store::decrypt(folder.path(), &keys).unwrap());
    open(&none).unwrap();
    assert!(std::fs::read(&path).unwrap().starts_with(&plain[..9]));
}

#[test]
fn a_database_that_was_tampered_with_is_damaged_and_never_empty() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keyring::default().encrypting("a test", key());
    let open = || crate::data::store::Store::open(folder.path(), 1 << 20, &keys).map(drop);
    open().unwrap();
    let path = folder.path().join("kartoteka.redb");
    let whole = std::fs::read(&path).unwrap();
    let mut refused = 0;
    for at in (SECOND_PAGE as usize..whole.len()).step_by(SEALED) {
        let mut changed = whole.clone();
        let page = &mut changed[at..(at + SEALED).min(whole.len())];
        if is_empty(page) {
            continue;
        }
        page[NONCE + 5] ^= 1;
        std::fs::write(&path, &changed).unwrap();
        match open() {
            // The engine has no use for it any more.
            Ok(()) => {}
            Err(StoreError::Damaged(_)) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused > 3);
    for length in [0, 100, 5000, 9000, 20_000, 30_000, whole.len() / 2] {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(matches!(open(), Err(StoreError::Damaged(_))), "{length}");
    }
}
