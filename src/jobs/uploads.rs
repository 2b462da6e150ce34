//! Files that people send to be imported: kept in the temporary folder for as long as somebody is at it.
//!
//! An upload is named by a secret that says nothing without the person who was given it. Beside the file lie what was
//! chosen for it and what a dry run found, under the same name with an ending.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use crate::data::UserId;

/// What the names of all these files begin with.
const PREFIX: &str = "import-";
/// The ending of what was chosen.
const CHOICES: &str = "choices";
/// The ending of what a dry run found.
const TRIED: &str = "tried";
/// Uploads that nobody went on with are removed after this long.
const FORGOTTEN: Duration = Duration::from_hours(1);
/// Of one person; with one more the oldest goes.
const MOST_OF_A_PERSON: usize = 5;

/// Where an upload and what belongs to it lie.
#[derive(Clone, Debug)]
pub(crate) struct Upload {
    /// The file itself.
    pub(crate) file: PathBuf,
}

impl Upload {
    /// Where the upload of a person lies that a secret names; nobody else's secret leads there.
    pub(crate) fn of(folder: &Path, user: UserId, secret: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(user.bytes());
        hash.update(secret.as_bytes());
        let name = HEXLOWER.encode(&hash.finalize());
        Self {
            file: folder.join(format!("{}{name}", prefix_of(user))),
        }
    }

    /// What was chosen for it.
    pub(crate) fn choices(&self) -> PathBuf {
        self.file.with_extension(CHOICES)
    }

    /// What a dry run found.
    pub(crate) fn tried(&self) -> PathBuf {
        self.file.with_extension(TRIED)
    }

    /// Removes it with what belongs to it.
    pub(crate) async fn remove(&self) {
        for path in [self.choices(), self.tried(), self.file.clone()] {
            // It may have been removed by its age.
            let _ = tokio::fs::remove_file(path).await;
        }
    }
}

/// An upload that goes again unless it is kept: one that was cut off by its sender, or could not be used.
pub(crate) struct Arriving(Option<Upload>);

impl Arriving {
    /// Watches over an upload whose file is about to be written.
    pub(crate) fn new(upload: &Upload) -> Self {
        Self(Some(upload.clone()))
    }

    /// It has come, and can be used.
    pub(crate) fn keep(mut self) {
        self.0 = None;
    }

    /// It cannot be used.
    pub(crate) async fn remove(mut self) {
        if let Some(upload) = self.0.take() {
            upload.remove().await;
        }
    }
}

impl Drop for Arriving {
    fn drop(&mut self) {
        // A server that is stopping removes what is left of uploads when it starts again.
        if let (Some(upload), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(async move { upload.remove().await });
        }
    }
}

fn prefix_of(user: UserId) -> String {
    let hash = HEXLOWER.encode(&Sha256::digest(user.bytes()));
    format!("{PREFIX}{}-", &hash[..16])
}

/// Removes uploads that nobody went on with for an hour. Going on renews what was chosen.
pub(crate) async fn remove_forgotten(folder: &Path) {
    for (path, touched) in uploads(folder, PREFIX).await {
        if touched.elapsed().is_ok_and(|age| age > FORGOTTEN) {
            Upload { file: path }.remove().await;
        }
    }
}

/// Makes room for one more of a person's: those they went on with longest ago go.
pub(crate) async fn make_room(folder: &Path, user: UserId) {
    let mut theirs = uploads(folder, &prefix_of(user)).await;
    theirs.sort_by_key(|(_, touched)| std::cmp::Reverse(*touched));
    for (path, _) in theirs.into_iter().skip(MOST_OF_A_PERSON - 1) {
        Upload { file: path }.remove().await;
    }
}

/// Uploads, and what is left of some, with when they were last gone on with.
async fn uploads(folder: &Path, prefix: &str) -> Vec<(PathBuf, SystemTime)> {
    let mut found: Vec<(PathBuf, SystemTime)> = Vec::new();
    let Ok(mut entries) = tokio::fs::read_dir(folder).await else {
        return found;
    };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let path = entry.path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        let touched = entry.metadata().await.and_then(|meta| meta.modified());
        let (true, Ok(touched)) = (name.starts_with(prefix), touched) else {
            continue;
        };
        let file = path.with_extension("");
        match found.iter_mut().find(|(known, _)| *known == file) {
            Some((_, latest)) => *latest = touched.max(*latest),
            None => found.push((file, touched)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> SystemTime {
        let seconds = crate::clock::now().as_second().unsigned_abs();
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    fn write(upload: &Upload, age: Duration) {
        for path in [&upload.file, &upload.choices(), &upload.tried()] {
            let file = std::fs::File::create(path).unwrap();
            file.set_modified(now() - age).unwrap();
        }
    }

    fn count(folder: &Path) -> usize {
        std::fs::read_dir(folder).unwrap().count()
    }

    #[tokio::test]
    async fn what_nobody_goes_on_with_is_removed_whole() {
        let folder = tempfile::tempdir().unwrap();
        let user = UserId::new();
        let [old, gone_on_with] = ["a", "b"].map(|secret| Upload::of(folder.path(), user, secret));
        write(&old, Duration::from_secs(3700));
        write(&gone_on_with, Duration::from_secs(3700));
        std::fs::write(gone_on_with.choices(), "x").unwrap();
        std::fs::write(folder.path().join("results"), "x").unwrap();
        remove_forgotten(folder.path()).await;
        assert_eq!(count(folder.path()), 4);
        assert!(gone_on_with.file.exists() && !old.file.exists());
    }

    #[tokio::test]
    async fn a_person_fills_the_disk_with_a_few_files_at_most() {
        let folder = tempfile::tempdir().unwrap();
        let (user, other) = (UserId::new(), UserId::new());
        write(
            &Upload::of(folder.path(), other, "x"),
            Duration::from_mins(50),
        );
        for (at, secret) in ["a", "b", "c", "d", "e", "f"].into_iter().enumerate() {
            let age = Duration::from_secs(1000 - 10 * at as u64);
            write(&Upload::of(folder.path(), user, secret), age);
        }
        make_room(folder.path(), user).await;
        assert_eq!(
            count(folder.path()),
            3 * 5,
            "four of theirs and the other's"
        );
        assert!(!Upload::of(folder.path(), user, "b").file.exists());
        assert!(Upload::of(folder.path(), user, "c").file.exists());
        assert!(Upload::of(folder.path(), other, "x").file.exists());
    }

    #[tokio::test]
    async fn an_upload_that_is_cut_off_is_gone_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let user = UserId::new();
        let [cut, kept] = ["a", "b"].map(|secret| Upload::of(folder.path(), user, secret));
        for upload in [&cut, &kept] {
            write(upload, Duration::ZERO);
        }
        Arriving::new(&kept).keep();
        drop(Arriving::new(&cut));
        for _ in 0..1000 {
            if count(folder.path()) == 3 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(kept.file.exists() && kept.choices().exists());
        assert_eq!(count(folder.path()), 3);
    }

    #[test]
    fn a_secret_leads_nobody_else_there() {
        let folder = Path::new("/tmp");
        let (one, two) = (UserId::new(), UserId::new());
        assert_ne!(
            Upload::of(folder, one, "s").file,
            Upload::of(folder, two, "s").file
        );
        let odd = Upload::of(folder, one, "../../etc/passwd").file;
        assert_eq!(odd.parent(), Some(folder));
    }
}
