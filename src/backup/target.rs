//! Where archives are kept. Every target holds the same bytes under the same names.

mod http;
mod known;
mod limits;
mod local;
mod name;
#[cfg(test)]
pub(crate) mod parts;
mod place;
mod s3;
mod sftp;
mod trial;
mod webdav;
mod xml;

use std::path::Path;

pub(crate) use known::KnownHosts;
pub(crate) use place::Place;
pub(crate) use s3::Eea;
pub(crate) use trial::Tried;

/// The folder at a target in which attached files are kept, many thousands of them.
pub(crate) const FILES: &str = "files";

/// Which part of a target is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Area {
    /// All but the folder of files.
    Archives,
    /// That folder alone.
    Files,
}

impl Area {
    /// Whether a file or a folder of this name is to be looked at.
    fn holds(self, name: &str) -> bool {
        let top = name.split('/').next();
        (top == Some(FILES)) == (self == Self::Files)
    }
}

/// A file at a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Its name without the target's folder or prefix, such as `2026-11-26T02-30-00Z-firma.tar.zst.age`.
    pub(crate) name: String,
    /// Bytes.
    pub(crate) size: u64,
}

/// Why a target did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum TargetError {
    /// Nothing has this name there.
    #[error("{target}: there is no {name}")]
    Absent {
        /// The target's name.
        target: String,
        /// What was asked for.
        name: String,
    },
    /// The far side identifies itself otherwise than it did at first.
    #[error("{target}: {message}")]
    HostKey {
        /// The target's name.
        target: String,
        /// What was pinned, what was shown, and what to do; holds the words "host key".
        message: String,
    },
    /// Anything else, in the far side's own words.
    #[error("{target}: {message}")]
    Failed {
        /// The target's name.
        target: String,
        /// What happened; never a secret.
        message: String,
    },
}

/// One place that keeps archives.
pub(crate) trait Target {
    /// Puts a whole file there under `name`. A name is there only once all of it is: what is cut off leaves nothing under it.
    async fn put(&self, name: &str, file: &Path) -> Result<(), TargetError>;

    /// Fetches all of `name` into `into`, a file that is made or emptied.
    async fn get(&self, name: &str, into: &Path) -> Result<(), TargetError>;

    /// What is there, names that end in `ending` only, in no order. The folder of files is not looked into.
    async fn list(&self, ending: &str) -> Result<Vec<Stored>, TargetError>;

    /// What lies in the folder of files, in no order.
    async fn list_files(&self) -> Result<Vec<Stored>, TargetError>;

    /// Removes `name`; one that is absent is no error.
    async fn delete(&self, name: &str) -> Result<(), TargetError>;

    /// Bytes that are free there, where the far side tells.
    async fn room(&self) -> Result<Option<u64>, TargetError>;
}
