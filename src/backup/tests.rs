//! Archives made to attack, and archives that time or a disk has changed. Threats first.

mod hostile_files;
mod lies;
mod older;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use age::x25519::Identity;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::keys::{KeyPlace, Known};
use super::manifest::Manifest;
use super::*;
use crate::data::{Channel, Founding, Vault, VaultSettings};
use crate::modules::RECORD_TYPES;

/// No place to fetch files from.
pub(super) struct Empty {
    bringing: Bringing,
    runtime: tokio::runtime::Runtime,
    _folder: tempfile::TempDir,
}

impl Empty {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = crate::config::Config::parse("", Path::new("x"), &|_| None).unwrap();
        let places = Places::open(&config.backup, None, None).unwrap();
        Self {
            bringing: Bringing::from(std::sync::Arc::new(places), folder.path()),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            _folder: folder,
        }
    }

    pub(super) fn fetching(&self) -> Fetching<'_> {
        Fetching {
            bringing: &self.bringing,
            runtime: &self.runtime,
        }
    }
}

/// A small firm, its archive, its key.
struct Firm {
    root: tempfile::TempDir,
    keys: Keys,
    archive: PathBuf,
    vault: Vault,
}

impl Firm {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let data = root.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let vault = Vault::open(&data, &RECORD_TYPES, VaultSettings::default()).unwrap();
        let founding = Founding {
            firm: "Firma".into(),
            demo: false,
            email: "o@f.test".into(),
            name: "Ola".into(),
            password_hash: "$argon2id$x".into(),
            language: None,
            channel: Channel::Command,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(vault.found(founding)).unwrap();
        let place = KeyPlace::of(&data, None).knowing(Known::Nothing);
        let keys = place.current().unwrap();
        let archive = root.path().join("good.tar.zst.age");
        let firm = Self {
            root,
            keys,
            archive,
            vault,
        };
        firm.write(&firm.archive);
        firm
    }

    fn write(&self, path: &Path) -> Manifest {
        let moment = self.vault.system("a test").moment().unwrap();
        let out = std::fs::File::create(path).unwrap();
        let recipients = self.keys.recipients(&[]).unwrap();
        let at = Timestamp::from_millisecond(1_790_000_000_000).unwrap();
        let hearing = Hearing::default();
        let contents = self.vault.system("a test").contents().unwrap();
        let written = write::write(&moment, &contents, at, &recipients, out, &hearing).unwrap();
        assert_eq!(written.sha256, desk::hash_of(path).unwrap());
        written.manifest
    }

    /// The tar inside of the good archive.
    fn tar(&self) -> Vec<u8> {
        self.opened(&std::fs::read(&self.archive).unwrap())
    }

    /// The tar inside of an archive.
    fn opened(&self, sealed: &[u8]) -> Vec<u8> {
        let plain = age::Decryptor::new_buffered(sealed).unwrap();
        let plain = plain.decrypt(self.keys.identities()).unwrap();
        zstd::decode_all(plain).unwrap()
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let tar = self.tar();
        let mut archive = tar::Archive::new(&tar[..]);
        let files = archive.entries().unwrap().map(|entry| {
            let mut entry = entry.unwrap();
            let name = entry.path().unwrap().to_string_lossy().into_owned();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            (name, bytes)
        });
        files.collect()
    }

    /// As anybody can who knows the public key.
    fn seal(&self, packed: &[u8]) -> Vec<u8> {
        let recipients = self.keys.recipients(&[]).unwrap();
        let recipients = recipients.iter().map(|key| key as &dyn age::Recipient);
        let sealer = age::Encryptor::with_recipients(recipients).unwrap();
        let mut out = sealer.wrap_output(Vec::new()).unwrap();
        out.write_all(packed).unwrap();
        out.finish().unwrap()
    }

    /// Tries to prove and to restore bytes; both must fail alike, and leave nothing.
    fn refused(&self, what: &str, bytes: &[u8]) {
        let path = self.root.path().join("bad.tar.zst.age");
        std::fs::write(&path, bytes).unwrap();
        let (temp, into) = (self.root.path().join("temp"), self.root.path().join("into"));
        let _ = std::fs::create_dir(&temp);
        let hearing = Hearing::default();
        let Err(error) = verify_file(
            "bad",
            &path,
            &self.keys,
            &Empty::new().fetching(),
            &temp,
            &hearing,
        ) else {
            panic!("{what} was taken");
        };
        assert!(error.is_damage(), "{what}: {error}");
        let line = error.to_string();
        assert!(line.len() < 500 && !line.contains('\n'), "{what}: {line}");
        let file = std::fs::File::open(&path).unwrap();
        let from = Empty::new();
        let from = from.fetching();
        let restored = restore("bad", file, &self.keys, &into, &plain, &from, &hearing);
        assert!(restored.is_err_and(|error| error.is_damage()), "{what}");
        assert!(!into.exists(), "{what}");
        let left = std::fs::read_dir(&temp).unwrap().count();
        assert_eq!(left, 0, "{what}");
        let mut beside: Vec<_> = std::fs::read_dir(self.root.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        beside.sort();
        assert_eq!(
            beside,
            ["bad.tar.zst.age", "data", "good.tar.zst.age", "temp"],
            "{what}"
        );
    }

    /// A tar of files, compressed and sealed.
    fn made_of(&self, files: &[(String, Vec<u8>)]) -> Vec<u8> {
        let mut tar = Vec::new();
        for (name, bytes) in files {
            tar.extend_from_slice(
                tar_file::header(name, bytes.len() as u64, 0)
                    .unwrap()
                    .as_bytes(),
            );
            tar.extend_from_slice(bytes);
            tar_file::pad(&mut tar, bytes.len() as u64).unwrap();
        }
        tar_file::end(&mut tar).unwrap();
        self.packed(&tar)
    }

    fn packed(&self, tar: &[u8]) -> Vec<u8> {
        self.seal(&zstd::encode_all(tar, 3).unwrap())
    }

    /// The files with a manifest that is right about them, but for what `change` makes of it.
    fn listed(
        &self,
        mut files: Vec<(String, Vec<u8>)>,
        change: impl FnOnce(&mut serde_json::Value),
    ) -> Vec<u8> {
        let mut manifest: serde_json::Value = serde_json::from_slice(&files[0].1).unwrap();
        for (name, bytes) in &files[1..] {
            let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(bytes));
            manifest["parts"][name] = hash.into();
            manifest["sizes"][name] = bytes.len().into();
            if let Some(stem) = name.strip_suffix(".jsonl") {
                let lines = String::from_utf8_lossy(bytes).matches('\n').count();
                manifest["counts"][stem] = lines.into();
            }
        }
        change(&mut manifest);
        files[0].1 = serde_json::to_vec(&manifest).unwrap();
        self.made_of(&files)
    }
}

#[test]
fn the_good_one_is_taken_and_restored() {
    let firm = Firm::new();
    let into = firm.root.path().join("into/deep");
    let hearing = Hearing::default();
    let temp = firm.root.path().to_owned();
    let manifest = verify_file(
        "good",
        &firm.archive,
        &firm.keys,
        &Empty::new().fetching(),
        &temp,
        &hearing,
    )
    .unwrap();
    assert_eq!(manifest.counts["users"], 1);
    let file = std::fs::File::open(&firm.archive).unwrap();
    let from = Empty::new();
    let from = from.fetching();
    restore("good", file, &firm.keys, &into, &plain, &from, &hearing).unwrap();
    assert_eq!(left_unfinished(&into), None);
    let vault = Vault::open(&into, &RECORD_TYPES, VaultSettings::default()).unwrap();
    assert_eq!(vault.firm().unwrap().unwrap().name, "Firma");
    assert_eq!(vault.check_consistency().unwrap(), Vec::<String>::new());
    let restored = KeyPlace::of(&into, None).current().unwrap();
    assert_eq!(restored.public(), firm.keys.public());
    // What it is made of by hand is taken just as well: the helpers below attack with nothing else wrong.
    let again = firm.listed(firm.files(), |_| {});
    std::fs::write(&firm.archive, again).unwrap();
    verify_file(
        "good",
        &firm.archive,
        &firm.keys,
        &Empty::new().fetching(),
        &temp,
        &hearing,
    )
    .unwrap();
}

#[test]
fn every_flipped_byte_of_the_head_and_many_behind_it_are_found() {
    let firm = Firm::new();
    let good = std::fs::read(&firm.archive).unwrap();
    let head = good.windows(5).position(|part| part == b"\n--- ").unwrap() + 70;
    let hearing = Hearing::default();
    let temp = firm.root.path().join("temp");
    std::fs::create_dir(&temp).unwrap();
    let path = firm.root.path().join("flipped");
    let behind = (0..64).map(|step| head + step * (good.len() - 1 - head) / 63);
    for place in (0..head).chain(behind) {
        for bit in [0x01, 0x10, 0x80] {
            let mut bad = good.clone();
            bad[place] ^= bit;
            std::fs::write(&path, &bad).unwrap();
            let error = verify_file(
                "x",
                &path,
                &firm.keys,
                &Empty::new().fetching(),
                &temp,
                &hearing,
            );
            assert!(
                error.is_err_and(|error| error.is_damage()),
                "byte {place}, bit {bit}"
            );
        }
    }
    for length in (0..head).chain((0..20).map(|step| head + step * (good.len() - head) / 20)) {
        std::fs::write(&path, &good[..length]).unwrap();
        let error = verify_file(
            "x",
            &path,
            &firm.keys,
            &Empty::new().fetching(),
            &temp,
            &hearing,
        );
        assert!(
            error.is_err_and(|error| error.is_damage()),
            "cut at {length}"
        );
    }
    for more in [&b"\0"[..], b"x", &good] {
        std::fs::write(&path, [&good, more].concat()).unwrap();
        let error = verify_file(
            "x",
            &path,
            &firm.keys,
            &Empty::new().fetching(),
            &temp,
            &hearing,
        );
        assert!(
            error.is_err_and(|error| error.is_damage()),
            "{} more bytes",
            more.len()
        );
    }
}

#[test]
fn a_strangers_key_opens_nothing_and_writes_nothing() {
    let firm = Firm::new();
    let other = firm.root.path().join("other.key");
    let text =
        age::secrecy::ExposeSecret::expose_secret(&Identity::generate().to_string()).to_owned();
    std::fs::write(&other, text).unwrap();
    let keys = Keys::read(&other).unwrap();
    let into = firm.root.path().join("into");
    let file = std::fs::File::open(&firm.archive).unwrap();
    let from = Empty::new();
    let from = from.fetching();
    let error = restore(
        "good",
        file,
        &keys,
        &into,
        &plain,
        &from,
        &Hearing::default(),
    );
    assert!(matches!(error, Err(BackupError::WrongKey { .. })));
    assert!(!into.exists());
}

#[test]
fn names_and_types_that_lead_elsewhere_are_refused() {
    let firm = Firm::new();
    let files = firm.files();
    for name in [
        "../x.jsonl",
        "/etc/x.jsonl",
        "a/b.jsonl",
        ".ssh",
        "..",
        "x\\y",
        "manifest.json",
    ] {
        let mut header = tar_file::header("x", 0, 0).unwrap();
        header.as_old_mut().name = [0; 100];
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        let mut tar = firm.tar();
        let end = tar.len() - 1024;
        tar.splice(end..end, header.as_bytes().to_vec());
        firm.refused(name, &firm.packed(&tar));
        let mut more = files.clone();
        if !name.starts_with(['/', '.']) && name != "manifest.json" {
            more.push((name.into(), b"{}\n".to_vec()));
            firm.refused(name, &firm.listed(more, |_| {}));
        }
    }
    for kind in [
        b'1', b'2', b'3', b'5', b'6', b'L', b'K', b'x', b'g', b'S', b'V',
    ] {
        let mut header = tar_file::header("clients.jsonl", 0, 0).unwrap();
        header.set_entry_type(tar::EntryType::new(kind));
        header.as_old_mut().linkname[..11].copy_from_slice(b"/etc/passwd");
        header.set_cksum();
        let mut tar = firm.tar();
        let end = tar.len() - 1024;
        tar.splice(end..end, header.as_bytes().to_vec());
        firm.refused(&format!("type {}", char::from(kind)), &firm.packed(&tar));
        let mut first = header.as_bytes().to_vec();
        first.extend_from_slice(&firm.tar());
        firm.refused(&format!("first {}", char::from(kind)), &firm.packed(&first));
    }
}

#[test]
fn what_is_larger_than_any_firm_is_refused_without_being_read() {
    let firm = Firm::new();
    // 40 GB of zeros in a few megabytes, as the manifest, as a part, behind the end.
    let bomb = |begin: &[u8], zeros: u64| {
        let mut packer = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        packer.write_all(begin).unwrap();
        let block = vec![0; 1 << 20];
        for _ in 0..zeros >> 20 {
            packer.write_all(&block).unwrap();
        }
        firm.seal(&packer.finish().unwrap())
    };
    let head = tar_file::header("manifest.json", 40 << 30, 0).unwrap();
    firm.refused("a large manifest", &bomb(head.as_bytes(), 64 << 20));
    firm.refused("large padding", &bomb(&firm.tar(), 256 << 20));
    let tar = firm.tar();
    firm.refused("no end", &bomb(&tar[..tar.len() - 1024], 0));
    let files = firm.files();
    let size = |manifest: &mut serde_json::Value| {
        manifest["sizes"]["clients.jsonl"] = (1_u64 << 50).into();
    };
    firm.refused("a size that is not so", &firm.listed(files.clone(), size));
    let sum = |manifest: &mut serde_json::Value| {
        manifest["sizes"]["clients.jsonl"] = u64::MAX.into();
        manifest["sizes"]["users.jsonl"] = u64::MAX.into();
    };
    firm.refused(
        "sizes that are more than a number holds",
        &firm.listed(files.clone(), sum),
    );
    // A window that would take two gigabytes to unpack.
    let mut packer = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    packer.window_log(27).unwrap();
    packer.write_all(&tar).unwrap();
    packer.write_all(&vec![0; 1 << 27]).unwrap();
    firm.refused("a large window", &firm.seal(&packer.finish().unwrap()));
    // A head of an age file that never ends.
    let mut head = b"age-encryption.org/v1\n".to_vec();
    head.extend_from_slice(&b"-> X25519 AAAA\n".repeat(100_000));
    firm.refused("a head without end", &head);
    // One line of 20 MB.
    let mut long = files;
    long.iter_mut()
        .find(|(name, _)| name == "clients.jsonl")
        .unwrap()
        .1 = vec![b'x'; 20 << 20];
    firm.refused("a long line", &firm.listed(long, |_| {}));
}

#[test]
fn a_new_key_leaves_the_old_one_beside_it() {
    let root = tempfile::tempdir().unwrap();
    let place = KeyPlace::of(root.path(), None).knowing(Known::Nothing);
    let first = place.current().unwrap().public();
    let text = place.text().unwrap();
    assert!(text.contains("AGE-SECRET-KEY-1") && text.contains(&first));
    let rotated = || place.rotate().unwrap().old.unwrap();
    let (old, older) = (rotated(), rotated());
    assert_ne!(old, older);
    let now = place.current().unwrap().public();
    assert_ne!(now, first);
    assert_eq!(Keys::read(&old).unwrap().public(), first);
    assert_eq!(place.all().unwrap().identities().count(), 3);
    for path in [place.path(), &old, &older] {
        let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::write(&old, "AGE-SECRET-KEY-1NIEPRAWDA").unwrap();
    let error = Keys::read(&old).err().unwrap().to_string();
    assert!(!error.contains("NIEPRAWDA"), "{error}");
}

/// Restored without encryption at rest.
fn plain() -> Result<crate::data::Keyring, String> {
    Ok(crate::data::Keyring::default())
}
