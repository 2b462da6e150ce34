//! Names of files at a target.

use super::TargetError;

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

/// A new name for a file that is still being written, in the folder of the finished one.
pub(super) fn temporary() -> String {
    let mut random = [0; 12];
    getrandom::fill(&mut random).expect("the system gives random bytes");
    format!(
        "{PART}{}{PART_END}",
        data_encoding::HEXLOWER.encode(&random)
    )
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
        let name = temporary();
        assert!(is_temporary(&name) && !usable(&name));
        assert_ne!(name, temporary());
        assert!(!is_temporary("a.part") && !is_temporary(".kartoteka-a"));
        assert_eq!(folders("a/b/c").collect::<Vec<_>>(), ["a", "a/b"]);
    }
}
