//! Backups: archives made from one moment of the firm, proved, kept at several targets, and the ways back from them.
//!
//! `write` makes an archive, `read` opens one and believes nothing of it, `load` makes a firm of it again, to prove it or to
//! go on with it. A [`Desk`] does all of that for one data folder; [`restore`] needs none.

mod adopt;
mod bundle;
mod desk;
mod error;
mod fetching;
mod files;
mod genuine;
mod health;
mod keys;
mod load;
mod look;
mod make;
mod manifest;
mod name;
mod pick;
mod places;
mod progress;
mod read;
mod restore;
pub(crate) mod retention;
mod room;
mod runs;
mod schedule;
pub(crate) mod setup;
mod swap;
mod tar_file;
pub(crate) mod target;
#[cfg(test)]
mod tests;
mod whole;
mod write;

pub(crate) use desk::{Desk, Listed, apart};
pub(crate) use error::BackupError;
pub(crate) use files::{Bringing, Depth, FileList, PART as PART_OF_FILES};
pub(crate) use genuine::Remembered as RememberedHashes;
pub(crate) use health::{Health, Standing, TargetHealth};
pub(crate) use keys::{KeyPlace, Keys};
pub(crate) use look::Look;
pub(crate) use manifest::Manifest;
pub(crate) use pick::{Choose, Near, forget_near};
pub(crate) use places::Places;
pub(crate) use progress::{Hearing, Phase};
pub(crate) use restore::{AtRest, Fetching, Restored, check_empty, left_unfinished, restore};
pub(crate) use runs::Alone;
pub(crate) use schedule::{Plan, next_due};
pub(crate) use swap::{finish, settle};
pub(crate) use target::Eea;
pub(crate) use whole::{Failed, Restoring, Stage, Wish};

/// What the names of archives end with; what ends so is finished.
pub(crate) const ENDING: &str = ".tar.zst.age";

/// The key of sealed secrets that an archive, a file, holds.
pub(crate) fn secret_key(file: &std::path::Path, keys: &Keys) -> Result<String, BackupError> {
    let opened = std::fs::File::open(file);
    let opened = opened.map_err(|error| BackupError::io(file.display(), error))?;
    read::Opened::open(&file.display().to_string(), opened, keys)?.secret(keys)
}

/// Proves an archive where there is no data folder, and that what it refers to can be had: plain text lies in a folder of
/// `temp_dir` meanwhile.
pub(crate) fn verify_file(
    archive: &str,
    file: &std::path::Path,
    keys: &Keys,
    from: &Fetching<'_>,
    temp_dir: &std::path::Path,
    hearing: &Hearing,
) -> Result<Manifest, BackupError> {
    let opened = std::fs::File::open(file);
    let opened = opened.map_err(|error| BackupError::io(file.display(), error))?;
    let loaded = load::prove(archive, opened, keys, temp_dir, false, hearing)?;
    if !loaded.manifest.files.inside {
        let nowhere: std::sync::Arc<dyn files::Source> = std::sync::Arc::new(files::Nowhere);
        from.bring(archive, &loaded.files, keys, &nowhere, hearing)?;
    }
    Ok(loaded.manifest)
}
