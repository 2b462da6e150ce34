//! Names of files at a target.

use std::collections::BTreeSet;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::TargetError;
use super::limits::ABANDONED;

/// What names of files begin with that are still being written.
const PART: &str = ".kartoteka-";
/// What they end with.
const PART_END: &str = ".part";

/// Whether a name can stand at every kind of target and lead nowhere else: at most four parts between slashes, each of
/// Latin letters, digits, dots, dashes and underscores, not beginning with a dot; at most 200 characters in all. What a
/// far side lists under other names is passed over.
pub(super) fn usable(name: &str) -> bool {
    let part = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        !part.is_empty() && !part.starts_with('.') && part.bytes().all(allowed)
    };
    name.len() <= 200 && name.split('/').count() <= 4 && name.split('/').all(part)
}

/// The name, where it is usable.
pub(super) fn checked<'n>(target: &str, name: &'n str) -> Result<&'n str, TargetError> {
    if usable(name) {
        return Ok(name);
    }
    Err(TargetError::Failed {
        target: target.to_owned(),
        message: format!(
            "\"{}\" cannot be the name of a file there",
            name.escape_default()
        ),
    })
}

/// The name of a file that is still being written, in the folder of the finished one. It counts as being written until
/// this is dropped.
pub(super) struct Temporary(String);

/// Those of this process that are being written.
static WRITTEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
/// What tells the names of this process from those of others.
static PROCESS: LazyLock<String> = LazyLock::new(|| random(8));

impl Temporary {
    pub(super) fn new() -> Self {
        let name = format!("{PART}{}{}{PART_END}", *PROCESS, random(8));
        written().insert(name.clone());
        Self(name)
    }

    /// The name alone.
    pub(super) fn name(&self) -> &str {
        &self.0
    }

    /// The name in the folder where a file called `finished` will stand.
    pub(super) fn beside(&self, finished: &str) -> String {
        match finished.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/{}", self.0),
            None => self.0.clone(),
        }
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        written().remove(&self.0);
    }
}

/// Whether a name, without folders, is of a file that nobody writes any more. Of this process that is known; of others
/// it is told by `age`, the time since the file last changed.
pub(super) fn left_over(name: &str, age: Option<Duration>) -> bool {
    let Some(rest) = name.strip_prefix(PART) else {
        return false;
    };
    if !is_temporary(name) {
        return false;
    }
    if rest.starts_with(PROCESS.as_str()) {
        return !written().contains(name);
    }
    age.is_some_and(|age| age > ABANDONED)
}

fn written() -> MutexGuard<'static, BTreeSet<String>> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// That many random bytes in hex.
pub(super) fn random(bytes: usize) -> String {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    data_encoding::HEXLOWER.encode(&random)
}

/// Whether a name, without folders, is one of those.
pub(super) fn is_temporary(name: &str) -> bool {
    name.starts_with(PART) && name.ends_with(PART_END)
}

/// The folders above a name, the outermost first: `a` and `a/b` of `a/b/c`.
pub(super) fn folders(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('/').map(|(at, _)| &name[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_not_usable() {
        for good in [
            "2026-11-26T02-30-00Z-firma.tar.zst.age",
            "files/ab/abcdef.age",
            "a",
        ] {
            assert!(usable(good), "{good}");
        }
        for bad in [
            "",
            "/a",
            "a/",
            "a//b",
            "..",
            "../a",
            "a/../b",
            "a/./b",
            ".a",
            "a\\b",
            "a b",
            "a\0",
            "a\n",
            "zażółć",
            "%2e%2e",
            "a/b/c/d/e",
        ] {
            assert!(!usable(bad), "{bad}");
        }
        assert!(!usable(&"a".repeat(201)));
    }

    #[test]
    fn a_file_being_written_has_a_name_of_its_own() {
        let temporary = Temporary::new();
        let name = temporary.name().to_owned();
        assert!(is_temporary(&name) && !usable(&name));
        assert_ne!(name, Temporary::new().name());
        assert_eq!(temporary.beside("a/b"), format!("a/{name}"));
        assert_eq!(temporary.beside("b"), name);
        assert!(!left_over(&name, Some(Duration::from_hours(1))));
        drop(temporary);
        assert!(left_over(&name, None));
        let other = ".kartoteka-0011.part";
        assert!(!left_over(other, None) && !left_over(other, Some(Duration::from_mins(1))));
        assert!(left_over(other, Some(Duration::from_hours(1))));
        assert!(!left_over("a.part", Some(Duration::from_hours(1))));
        assert!(!is_temporary("a.part") && !is_temporary(".kartoteka-a"));
        assert_eq!(folders("a/b/c").collect::<Vec<_>>(), ["a", "a/b"]);
    }
}
