//! The data folder: whose it is, who else can read it, what kind of file system it lies on.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::{Finding, Patient};
use crate::data::Problem;
use crate::machine::{FileSystem, file_system};

const WHAT: &str = "doctor-folder";

/// Whoever reads one of these reads secrets or the firm's records.
const PRIVATE: [&str; 5] = [
    "kartoteka.redb",
    "secret.key",
    "backup.key",
    "database.key",
    "kartoteka.toml",
];

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let folder = &patient.around.folder;
    let mut findings = vec![match folder.metadata() {
        Ok(found) => owner_and_modes(folder, &found),
        Err(error) => Finding::fail(
            WHAT,
            Problem::new("doctor-said").with("why", error),
            Problem::new("doctor-folder-missing-do"),
        ),
    }];
    findings.extend(kind_of_disk(folder));
    findings
}

fn owner_and_modes(folder: &Path, found: &Metadata) -> Finding {
    if found.mode() & 0o077 != 0 {
        return Finding::fail(
            WHAT,
            Problem::new("doctor-folder-open").with("mode", format!("{:o}", found.mode() & 0o777)),
            Problem::new("doctor-folder-open-do").with("path", folder.display()),
        );
    }
    for name in PRIVATE {
        let path = folder.join(name);
        let Ok(file) = path.metadata() else { continue };
        if file.mode() & 0o077 != 0 {
            return Finding::fail(
                WHAT,
                Problem::new("doctor-file-open")
                    .with("file", name)
                    .with("mode", format!("{:o}", file.mode() & 0o777)),
                Problem::new("doctor-file-open-do").with("path", path.display()),
            );
        }
        if file.uid() != found.uid() {
            return Finding::fail(
                WHAT,
                Problem::new("doctor-file-foreign").with("file", name),
                Problem::new("doctor-file-foreign-do").with("path", folder.display()),
            );
        }
    }
    Finding::ok(
        WHAT,
        Problem::new("doctor-folder-ok").with("path", folder.display()),
    )
}

fn kind_of_disk(folder: &Path) -> Option<Finding> {
    const WHAT: &str = "doctor-disk";
    let found = match file_system(folder).ok()? {
        FileSystem::Local => Finding::ok(WHAT, Problem::new("doctor-disk-local")),
        FileSystem::Memory => Finding::warn(
            WHAT,
            Problem::new("doctor-disk-memory"),
            Problem::new("doctor-disk-do"),
        ),
        // Some are local after all, and nothing tells which.
        FileSystem::Network("FUSE") => Finding::warn(
            WHAT,
            Problem::new("doctor-disk-network").with("kind", "FUSE"),
            Problem::new("doctor-disk-do"),
        ),
        FileSystem::Network(kind) => Finding::fail(
            WHAT,
            Problem::new("doctor-disk-network").with("kind", kind),
            Problem::new("doctor-disk-do"),
        ),
    };
    Some(found)
}
