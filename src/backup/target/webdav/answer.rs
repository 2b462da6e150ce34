//! What a server answers about a folder.

use percent_encoding::percent_decode_str;

use crate::backup::target::xml::{self, Met};

/// A file or a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its path as the server has it, without slashes at the ends.
    path: String,
    /// The last part of it.
    pub(super) name: String,
    /// Whether it is a folder.
    pub(super) folder: bool,
    /// Bytes, of a file.
    pub(super) size: Option<u64>,
    /// When it last changed, as it is written.
    pub(super) changed: String,
}

/// Everything that is told.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) entries: Vec<Entry>,
    /// Bytes free, where that was asked and is told.
    pub(super) room: Option<u64>,
}

impl Listing {
    pub(super) fn read(answer: &str) -> Result<Self, String> {
        let mut listing = Self::default();
        let mut entry = Entry::default();
        xml::walk(answer, |met| match met {
            Met::Open("response") => entry = Entry::default(),
            // A second one is of the status of something else.
            Met::Close("href", text) if entry.path.is_empty() => entry.path = path(text),
            Met::Open("collection") => entry.folder = true,
            Met::Close("getcontentlength", text) => entry.size = text.parse().ok(),
            Met::Close("getlastmodified", text) => text.clone_into(&mut entry.changed),
            Met::Close("quota-available-bytes", text) => listing.room = text.parse().ok(),
            Met::Close("response", _) => {
                let name = entry.path.rsplit('/').next().unwrap_or_default();
                entry.name = name.to_owned();
                listing.entries.push(std::mem::take(&mut entry));
            }
            _ => {}
        })?;
        Ok(listing)
    }

    /// What lies right in the folder. The folder itself is the entry with the shortest path, whatever a proxy before the
    /// server calls it.
    pub(super) fn children(self) -> impl Iterator<Item = Entry> {
        let own = self.entries.iter().map(|entry| entry.path.as_str());
        let own = own
            .min_by_key(|path| path.len())
            .unwrap_or_default()
            .to_owned();
        self.entries.into_iter().filter(move |entry| {
            let below = match own.as_str() {
                "" => Some(entry.path.as_str()),
                own => entry
                    .path
                    .strip_prefix(own)
                    .and_then(|rest| rest.strip_prefix('/')),
            };
            below.is_some_and(|below| !below.is_empty() && below == entry.name)
        })
    }
}

/// The path of an address, or of a path alone.
fn path(href: &str) -> String {
    let path = match href.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => href,
    };
    let path = percent_decode_str(path).decode_utf8_lossy();
    path.trim_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(entries: &[(&str, &str)]) -> String {
        let entries: String = entries
            .iter()
            .map(|(href, inner)| {
                format!(
                    "<d:response><d:href>{href}</d:href><d:propstat><d:prop>{inner}</d:prop></d:propstat></d:response>"
                )
            })
            .collect();
        format!("<?xml version='1.0'?><d:multistatus xmlns:d='DAV:'>{entries}</d:multistatus>")
    }

    const FOLDER: &str = "<d:resourcetype><d:collection/></d:resourcetype>";
    const FILE: &str = "<d:resourcetype/><d:getcontentlength>5</d:getcontentlength>";

    fn names(text: &str) -> Vec<String> {
        let listing = Listing::read(text).unwrap();
        listing.children().map(|entry| entry.name).collect()
    }

    #[test]
    fn a_folder_holds_what_lies_right_in_it() {
        let text = answer(&[
            ("/dav/kopie/", FOLDER),
            ("/dav/kopie/a.age", FILE),
            ("https://far.test/dav/kopie/b%20c.age", FILE),
            ("/dav/kopie/files/", FOLDER),
            ("/dav/kopie/files/deep.age", FILE),
            ("/etc/passwd-that-is-long", FILE),
            ("/dav/kopie/..%2f..%2fup.age", FILE),
        ]);
        assert_eq!(names(&text), ["a.age", "b c.age", "files"]);
        let listing = Listing::read(&text).unwrap();
        let file = listing.children().next().unwrap();
        assert_eq!((file.size, file.folder), (Some(5), false));
    }

    #[test]
    fn a_folder_at_the_root_is_read_as_well() {
        assert_eq!(
            names(&answer(&[("/", FOLDER), ("/a.age", FILE)])),
            ["a.age"]
        );
        assert_eq!(names(&answer(&[("/", FOLDER)])), [""; 0]);
    }

    #[test]
    fn room_is_told_or_not() {
        let room = |bytes: &str| {
            let inner = format!("<d:quota-available-bytes>{bytes}</d:quota-available-bytes>");
            Listing::read(&answer(&[("/", &inner)])).unwrap().room
        };
        assert_eq!(room("12345"), Some(12345));
        // What Nextcloud answers where there is no limit.
        assert_eq!(room("-3"), None);
        assert_eq!(room(""), None);
    }
}
