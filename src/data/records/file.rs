//! What a file is known by: its content, the name a person gave it, and what browsers are told it is.

use std::fmt;
use std::str::FromStr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The BLAKE3 hash of a file's content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FileHash([u8; 32]);

impl FileHash {
    /// A hash that was reckoned elsewhere.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for FileHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&HEXLOWER.encode(&self.0))
    }
}

impl fmt::Debug for FileHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "FileHash({self})")
    }
}

/// A text that is no hash: 64 digits, lower case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a BLAKE3 hash in hexadecimal")]
pub struct NoHash;

impl FromStr for FileHash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Self, NoHash> {
        let bytes = HEXLOWER.decode(text.as_bytes()).map_err(|_| NoHash)?;
        bytes.try_into().map(Self).map_err(|_| NoHash)
    }
}

impl TryFrom<String> for FileHash {
    type Error = NoHash;

    fn try_from(text: String) -> Result<Self, NoHash> {
        text.parse()
    }
}

impl From<FileHash> for String {
    fn from(hash: FileHash) -> Self {
        hash.to_string()
    }
}

/// Characters of the longest name.
const LONGEST_NAME: usize = 150;
/// Characters of the longest ending that outlasts a cut.
const LONGEST_ENDING: usize = 12;
/// What a file without a name is called.
const NAMELESS: &str = "file";

/// A file's name: one line, no path, nothing that is not seen or turns the direction of reading. NFC.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FileName(String);

impl FileName {
    /// Makes a name of whatever was given as one.
    pub fn of(given: &str) -> Self {
        let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
        let visible: String = last.nfc().filter(|char| !is_hidden(*char)).collect();
        // Blanks of every sort become one; systems drop blanks and dots at the end of a name, and so do we.
        let words: Vec<&str> = visible.split_whitespace().collect();
        let joined = words.join(" ");
        let name = cut(joined.trim_end_matches(['.', ' ']));
        if name.is_empty() {
            return Self(NAMELESS.to_owned());
        }
        Self(name)
    }

    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What browsers are told the file is. By its ending, and from a list on which there is nothing that they run or draw
    /// with scripts in it: whatever else it says, it is a row of bytes.
    pub fn media_type(&self) -> &'static str {
        let ending = ending(&self.0).to_ascii_lowercase();
        MEDIA_TYPES
            .iter()
            .find(|(known, _)| *known == ending)
            .map_or("application/octet-stream", |(_, media_type)| media_type)
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<String> for FileName {
    fn from(text: String) -> Self {
        Self::of(&text)
    }
}

impl From<FileName> for String {
    fn from(name: FileName) -> Self {
        name.0
    }
}

/// Endings with their media types (IANA).
const MEDIA_TYPES: [(&str, &str); 17] = [
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("txt", "text/plain; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("zip", "application/zip"),
    ("eml", "message/rfc822"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("rtf", "application/rtf"),
];

/// The ending behind the last dot; empty where there is none.
fn ending(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => ending,
        _ => "",
    }
}

/// Characters that no line of text shows: controls, and marks that turn the direction of reading or have no width.
fn is_hidden(char: char) -> bool {
    (char.is_control() && !char.is_whitespace())
        || matches!(
            char,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// A name that is not too long; its ending stays.
fn cut(name: &str) -> String {
    let length = name.chars().count();
    if length <= LONGEST_NAME {
        return name.to_owned();
    }
    let ending = ending(name);
    let kept = ending.chars().count() + 1;
    if ending.is_empty() || kept > LONGEST_ENDING {
        return name.chars().take(LONGEST_NAME).collect();
    }
    let stem: String = name.chars().take(LONGEST_NAME - kept).collect();
    format!("{}.{ending}", stem.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_without_path_or_hidden_marks() {
        let long = format!("{}.pdf", "a".repeat(400));
        let cut = format!("{}.pdf", "a".repeat(146));
        for (given, kept) in [
            ("umowa.pdf", "umowa.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\Ola\\umowa.pdf", "umowa.pdf"),
            ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie: x=1.txt"),
            ("umowa\u{202e}fdp.exe", "umowafdp.exe"),
            ("u\u{0}m\u{7f}owa.pdf", "umowa.pdf"),
            ("  oferta   nowa.pdf . ", "oferta nowa.pdf"),
            ("Zał\u{61}\u{328}cznik \"1\".pdf", "Załącznik \"1\".pdf"),
            ("", "file"),
            ("..", "file"),
            ("/", "file"),
            ("\u{200b}\u{feff}", "file"),
            (".htaccess", ".htaccess"),
            (&long, &cut),
        ] {
            assert_eq!(FileName::of(given).as_str(), kept, "{given:?}");
            assert_eq!(FileName::of(kept).as_str(), kept, "{kept:?} twice");
        }
    }

    #[test]
    fn what_a_browser_might_run_is_a_row_of_bytes() {
        for name in [
            "a.html", "a.HTM", "a.svg", "a.xml", "a.js", "a", ".pdf", "a.xhtml",
        ] {
            assert_eq!(
                FileName::of(name).media_type(),
                "application/octet-stream",
                "{name}"
            );
        }
        assert_eq!(FileName::of("Umowa.PDF").media_type(), "application/pdf");
    }

    #[test]
    fn a_hash_has_one_form() {
        let hash = FileHash::from_bytes([171; 32]);
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(
            hash.to_string().to_uppercase().parse::<FileHash>(),
            Err(NoHash)
        );
        assert_eq!("ab".parse::<FileHash>(), Err(NoHash));
    }
}
