//! Archives made to attack through the files in them.

use std::iter::once;

use super::*;
use crate::data::Module;

const RECORD: &str = "019a0000-0000-7000-8000-000000000001";
const CONTENT: &[u8] = b"umowa";

fn hash_of(content: &[u8]) -> String {
    blake3::hash(content).to_hex().to_string()
}

/// The row of a file.
fn row(hash: &str, size: usize) -> String {
    format!(
        "{{\"name\":\"umowa.pdf\",\"size\":{size},\"hash\":\"{hash}\",\"added_at\":\"2026-11-26T02:30:00Z\",\"added_by\":null}}"
    )
}

/// A line of the list.
fn listed(hash: &str, size: usize, object: &str) -> String {
    format!("{{\"hash\":\"{hash}\",\"size\":{size},\"object\":\"{object}\"}}\n")
}

fn object() -> String {
    format!("files/ab/ab{}", "0".repeat(62))
}

/// What an archive with files is made of.
#[derive(Clone)]
struct Made {
    rows: Vec<String>,
    list: String,
    /// Counts and bytes that the manifest tells.
    told: (u64, u64),
    inside: Vec<(String, Vec<u8>)>,
}

impl Made {
    /// One that is right in everything.
    fn good() -> Self {
        let hash = hash_of(CONTENT);
        Self {
            rows: vec![row(&hash, CONTENT.len())],
            list: listed(&hash, CONTENT.len(), &object()),
            told: (1, CONTENT.len() as u64),
            inside: vec![(format!("files/{hash}"), CONTENT.to_vec())],
        }
    }

    fn archive(&self, firm: &Firm) -> Vec<u8> {
        let mut files = firm.files();
        let (mut lines, mut digest) = (String::new(), blake3::Hasher::new());
        for (number, row) in self.rows.iter().enumerate() {
            let file = format!("019a0000-0000-7000-8000-0000000001{number:02x}");
            lines.push_str(&format!(
                "{{\"record\":\"{RECORD}\",\"file\":\"{file}\",\"entry\":{row}}}\n"
            ));
            let id = |text: &str| *uuid::Uuid::parse_str(text).unwrap().as_bytes();
            let key: Vec<u8> = once(Module::Clients.code())
                .chain(id(RECORD))
                .chain(id(&file))
                .collect();
            for bytes in [&key[..], row.as_bytes()] {
                digest.update(&(bytes.len() as u32).to_be_bytes());
                digest.update(bytes);
            }
        }
        for (name, bytes) in &mut files {
            match name.as_str() {
                "files.jsonl" => *bytes = self.list.clone().into_bytes(),
                "clients-files.jsonl" => *bytes = lines.clone().into_bytes(),
                _ => {}
            }
        }
        let digest = digest.finalize().to_hex().to_string();
        let parts = firm.listed(files, |manifest| {
            manifest["digests"]["clients-files"] = digest.clone().into();
            manifest["files"] =
                serde_json::json!({"count": self.told.0, "bytes": self.told.1, "inside": true});
        });
        // The contents stand behind the parts, whose manifest does not list them one by one.
        let mut tar = firm.opened(&parts);
        let end = tar.len() - 1024;
        let mut contents = Vec::new();
        for (name, bytes) in &self.inside {
            let mut header = tar_file::header("x", bytes.len() as u64, 0).unwrap();
            header.as_old_mut().name = [0; 100];
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            contents.extend_from_slice(header.as_bytes());
            contents.extend_from_slice(bytes);
            tar_file::pad(&mut contents, bytes.len() as u64).unwrap();
        }
        tar.splice(end..end, contents);
        firm.packed(&tar)
    }
}

#[test]
fn files_that_are_not_what_an_archive_says_are_refused() {
    let firm = Firm::new();
    let good = Made::good();
    let path = firm.root.path().join("good-with-files");
    std::fs::write(&path, good.archive(&firm)).unwrap();
    let (from, temp) = (Empty::new(), tempfile::tempdir().unwrap());
    let hearing = Hearing::default();
    let proved = verify_file(
        "x",
        &path,
        &firm.keys,
        &from.fetching(),
        temp.path(),
        &hearing,
    );
    assert_eq!(proved.unwrap().files.count, 1);
    let into = temp.path().join("into");
    let file = std::fs::File::open(&path).unwrap();
    restore(
        "x",
        file,
        &firm.keys,
        &into,
        &plain,
        &from.fetching(),
        &hearing,
    )
    .unwrap();
    let hash = hash_of(CONTENT);
    let kept = into.join("files").join(&hash[..2]).join(&hash);
    assert_eq!(std::fs::read(kept).unwrap(), CONTENT);
    std::fs::remove_file(&path).unwrap();

    let inside = |inside: &[(&str, &[u8])]| Made {
        inside: inside
            .iter()
            .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
            .collect(),
        ..Made::good()
    };
    let name = format!("files/{hash}");
    let name = name.as_str();
    let other = format!("files/{}", hash_of(b"inna"));
    let long = vec![b'u'; 1 << 20];
    let attempts = [
        ("none", inside(&[])),
        ("another content", inside(&[(name, b"umowA")])),
        ("a longer one", inside(&[(name, &long)])),
        ("a shorter one", inside(&[(name, b"umow")])),
        ("twice", inside(&[(name, CONTENT), (name, CONTENT)])),
        ("one more", inside(&[(name, CONTENT), (&other, b"inna")])),
        ("another", inside(&[(&other, CONTENT)])),
        ("above", inside(&[("files/../../x", CONTENT)])),
        ("below", inside(&[(&format!("{name}/x"), CONTENT)])),
        ("from the root", inside(&[("/etc/cron.d/x", CONTENT)])),
        (
            "a part behind",
            inside(&[(name, CONTENT), ("clients.jsonl", b"{}\n")]),
        ),
        ("a stranger behind", inside(&[(name, CONTENT), ("x", b"x")])),
        (
            "a list of nothing",
            Made {
                list: String::new(),
                told: (0, 0),
                ..good.clone()
            },
        ),
        (
            "other bytes",
            Made {
                told: (1, 6),
                ..good.clone()
            },
        ),
        (
            "bytes without end",
            Made {
                told: (1, u64::MAX),
                ..good.clone()
            },
        ),
        (
            "another size",
            Made {
                list: listed(&hash, 6, &object()),
                told: (1, 6),
                ..good.clone()
            },
        ),
        (
            "a path above",
            Made {
                list: listed(&hash, 5, "files/../../../etc/x.age"),
                ..good.clone()
            },
        ),
        (
            "a path to the root",
            Made {
                list: listed(&hash, 5, "/etc/x.age"),
                ..good.clone()
            },
        ),
        (
            "two sizes",
            Made {
                rows: vec![row(&hash, 5), row(&hash, 6)],
                ..good.clone()
            },
        ),
        (
            "a row without a hash",
            Made {
                rows: vec![row("x", 5)],
                ..good.clone()
            },
        ),
        (
            "no row",
            Made {
                rows: Vec::new(),
                ..good.clone()
            },
        ),
    ];
    for (what, made) in attempts {
        firm.refused(what, &made.archive(&firm));
    }
}

#[test]
fn contents_that_no_disk_would_hold_are_refused_before_they_are_read() {
    let firm = Firm::new();
    let hash = hash_of(CONTENT);
    let huge = 1 << 45;
    let made = Made {
        rows: vec![row(&hash, huge)],
        list: listed(&hash, huge, &object()),
        told: (1, huge as u64),
        inside: vec![(format!("files/{hash}"), CONTENT.to_vec())],
    };
    firm.refused("32 TB inside", &made.archive(&firm));
}
