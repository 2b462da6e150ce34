//! The list of contents that an archive refers to: `files.jsonl`, a line for each, in order of hashes.
//!
//! `{"hash":"…","size":12345,"object":"files/ab/abcd…"}`, and `"lost":true` where the content was not on the disk any more
//! when the archive was made.

use std::collections::{HashMap, HashSet};
use std::io;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};

use super::name::{self, Content};
use crate::data::{FileHash, ObjectId};

/// Contents that one firm has; as many names as a target may list.
const MOST: usize = 1_000_000;
/// Bytes of a line; ours have less than 250.
const LONGEST_LINE: usize = 400;
/// Bytes of one content.
const LARGEST: u64 = 1 << 50;
/// Bytes of lines that are given away at once.
const BLOCK: usize = 128 << 10;

/// How many files an archive refers to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileFacts {
    /// Distinct contents.
    #[serde(default)]
    pub(crate) count: u64,
    /// Their bytes.
    #[serde(default)]
    pub(crate) bytes: u64,
    /// Whether they are in the archive itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) inside: bool,
}

/// A content as an archive lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(super) content: Content,
    pub(super) object: ObjectId,
    /// Whether it was not there any more.
    pub(super) lost: bool,
}

/// What an archive refers to, in order of hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct FileList(Vec<Entry>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    hash: String,
    size: u64,
    object: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    lost: bool,
}

impl FileList {
    /// Of contents, with their names at targets; `lost` says which are not there any more.
    pub(crate) fn new(
        mut contents: Vec<Content>,
        naming: &name::Naming,
        mut lost: impl FnMut(&Content) -> bool,
    ) -> Self {
        contents.sort_unstable();
        contents.dedup_by_key(|content| content.hash);
        let entry = |content: Content| Entry {
            content,
            object: naming.of(&content.hash),
            lost: lost(&content),
        };
        Self(contents.into_iter().map(entry).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.0.iter()
    }

    /// Whether it refers to none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Contents that were there when the archive was made.
    pub(crate) fn there(&self) -> impl Iterator<Item = Content> {
        let there = self.0.iter().filter(|entry| !entry.lost);
        there.map(|entry| entry.content)
    }

    /// Whether it lists these contents, all of them and no others.
    pub(crate) fn is_of(&self, named: &HashMap<FileHash, u64>) -> bool {
        let same = |entry: &Entry| {
            let size = named.get(&FileHash::from_bytes(entry.content.hash));
            size == Some(&entry.content.size)
        };
        self.0.len() == named.len() && self.0.iter().all(same)
    }

    /// Only these contents of it.
    pub(crate) fn only(&self, wanted: &HashSet<FileHash>) -> Self {
        let is_wanted = |entry: &&Entry| {
            let hash = FileHash::from_bytes(entry.content.hash);
            wanted.contains(&hash)
        };
        Self(self.0.iter().filter(is_wanted).copied().collect())
    }

    /// How many, and how large.
    pub(crate) fn facts(&self) -> FileFacts {
        let sizes = self.0.iter().map(|entry| entry.content.size);
        FileFacts {
            count: self.0.len() as u64,
            bytes: sizes.fold(0, u64::saturating_add),
            inside: false,
        }
    }

    /// Those that are not there any more.
    pub(crate) fn lost(&self) -> u64 {
        self.0.iter().filter(|entry| entry.lost).count() as u64
    }

    /// Gives its lines away, many at a time.
    pub(crate) fn write(&self, take: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let mut block = Vec::with_capacity(BLOCK + LONGEST_LINE);
        for entry in &self.0 {
            let line = Line {
                hash: HEXLOWER.encode(&entry.content.hash),
                size: entry.content.size,
                object: name::path(&entry.object),
                lost: entry.lost,
            };
            serde_json::to_writer(&mut block, &line)?;
            block.push(b'\n');
            if block.len() >= BLOCK {
                take(&block)?;
                block.clear();
            }
        }
        if block.is_empty() {
            return Ok(());
        }
        take(&block)
    }
}

/// Reads such a list, which may come from anybody.
#[derive(Debug, Default)]
pub(crate) struct ListReader {
    entries: Vec<Entry>,
    begun: Vec<u8>,
}

impl ListReader {
    /// Takes bytes of it, cut anywhere; an error says what is wrong with a line.
    pub(crate) fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.begun
                .extend_from_slice(&piece[..piece.len().min(LONGEST_LINE + 1)]);
            if self.begun.len() > LONGEST_LINE {
                return Err(self.wrong("it is longer than any of ours"));
            }
            if let Some(line) = self.begun.strip_suffix(b"\n") {
                let entry = entry(line).map_err(|what| self.wrong(what))?;
                let last = self.entries.last().map(|last| last.content.hash);
                if last.is_some_and(|last| last >= entry.content.hash) {
                    return Err(self.wrong("it stands twice, or out of order"));
                }
                if self.entries.len() >= MOST {
                    return Err(self.wrong("there are more files than any firm has"));
                }
                self.entries.push(entry);
                self.begun.clear();
            }
        }
        Ok(())
    }

    fn wrong(&self, what: &str) -> String {
        format!("{}, line {}: {what}", super::LIST, self.entries.len() + 1)
    }

    /// Lines so far.
    pub(crate) fn lines(&self) -> u64 {
        self.entries.len() as u64
    }

    /// All of it.
    pub(crate) fn finish(self) -> Result<FileList, String> {
        if self.begun.is_empty() {
            Ok(FileList(self.entries))
        } else {
            Err(self.wrong("the last line does not end"))
        }
    }
}

fn entry(line: &[u8]) -> Result<Entry, &'static str> {
    let line: Line = serde_json::from_slice(line).map_err(|_| "it is no file of ours")?;
    let hash = name::hash(&line.hash).ok_or("its hash is none")?;
    let object = name::parse(&line.object).ok_or("its object has a name that none of ours has")?;
    if line.size > LARGEST {
        return Err("it is larger than any file");
    }
    let size = line.size;
    Ok(Entry {
        content: Content { hash, size },
        object,
        lost: line.lost,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], step: usize) -> Result<FileList, String> {
        let mut reader = ListReader::default();
        for piece in text.chunks(step) {
            reader.take(piece)?;
        }
        reader.finish()
    }

    fn list() -> FileList {
        let naming = name::Naming::new("secret", &[]);
        let content = |text: &str| Content {
            hash: *blake3::hash(text.as_bytes()).as_bytes(),
            size: text.len() as u64,
        };
        let contents = ["umowa", "faktura", "umowa", "skan"].map(content);
        FileList::new(contents.to_vec(), &naming, |content| content.size == 4)
    }

    #[test]
    fn what_was_written_is_read_back_wherever_it_is_cut() {
        let list = list();
        let mut text = Vec::new();
        list.write(&mut |lines| {
            text.extend_from_slice(lines);
            Ok(())
        })
        .unwrap();
        assert_eq!(
            list.facts(),
            FileFacts {
                count: 3,
                bytes: 16,
                inside: false
            }
        );
        assert_eq!(list.lost(), 1);
        for step in [1, 7, 100, 10_000] {
            assert_eq!(read(&text, step).unwrap(), list);
        }
        assert_eq!(read(b"", 1).unwrap(), FileList::default());
        let end = text.len() - 1;
        read(&text[..end], 100).unwrap_err();
        let twice = [&text[..], &text[..]].concat();
        assert!(
            read(&twice, 100)
                .unwrap_err()
                .contains("line 4: it stands twice")
        );
    }

    #[test]
    fn lines_that_lead_elsewhere_are_refused() {
        let hash = HEXLOWER.encode(&[7; 32]);
        let object = name::path(&[9; 32]);
        let line = |hash: &str, size: &str, object: &str, more: &str| {
            format!("{{\"hash\":\"{hash}\",\"size\":{size},\"object\":\"{object}\"{more}}}\n")
        };
        read(line(&hash, "5", &object, "").as_bytes(), 9).unwrap();
        for bad in [
            line("../../etc/passwd", "5", &object, ""),
            line(&hash.to_uppercase().replace('7', "A"), "5", &object, ""),
            line(&hash, "-1", &object, ""),
            line(&hash, "1e3", &object, ""),
            line(&hash, "18446744073709551615", &object, ""),
            line(&hash, "99999999999999999999", &object, ""),
            line(&hash, "5", "../x.age", ""),
            line(&hash, "5", "/etc/passwd", ""),
            line(&hash, "5", &object.replace("files/", "files/../"), ""),
            line(&hash, "5", "files/../../x.age", ""),
            line(&hash, "5", &object, ",\"more\":1"),
            line(
                &hash,
                "5",
                &object,
                &format!(",\"x\":\"{}\"", "y".repeat(10_000)),
            ),
            "\n".to_owned(),
            "[]\n".to_owned(),
        ] {
            read(bad.as_bytes(), 64).unwrap_err();
        }
    }
}
