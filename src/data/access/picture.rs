//! Small pictures: a person's photo, the firm's logo. What is kept is what was sent, once its first bytes show that it is
//! a picture of a sort that browsers draw and nothing more.

use serde_json::json;

use super::error::AccessError;
use super::people;
use super::reading::Reading;
use super::role::AdminRight;
use super::vault::{Access, Vault, Work, firm, put_firm};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::ids::UserId;
use crate::data::records::problem::Problem;
use crate::data::store::{Read, StoreError, Table};

/// What sort of picture it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// PNG (ISO/IEC 15948).
    Png,
    /// JPEG (ITU-T T.81).
    Jpeg,
    /// WebP (RFC 9649).
    WebP,
}

impl PictureKind {
    const ALL: [Self; 3] = [Self::Png, Self::Jpeg, Self::WebP];

    /// As it is announced to browsers.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }
}

/// A checked picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    kind: PictureKind,
    bytes: Vec<u8>,
}

/// Why a file is not taken as a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureProblem {
    /// Nothing was sent.
    #[error("no picture")]
    Empty,
    /// It has more bytes than allowed.
    #[error("the picture has too many bytes")]
    TooHeavy,
    /// It is wider or higher than allowed.
    #[error("the picture is too wide or too high")]
    TooLarge,
    /// It is no picture of a sort we take, or damaged.
    #[error("not a PNG, JPEG or WebP picture")]
    Unknown,
}

impl PictureProblem {
    /// The text for people.
    pub fn problem(self) -> Problem {
        match self {
            Self::Empty => Problem::new("error-picture-empty"),
            Self::TooHeavy => Problem::new("error-picture-heavy"),
            Self::TooLarge => {
                Problem::new("error-picture-large").with("most", Picture::MOST_PIXELS)
            }
            Self::Unknown => Problem::new("error-picture-unknown"),
        }
    }
}

impl Picture {
    /// Bytes of the largest picture.
    pub const MOST_BYTES: usize = 1 << 20;
    /// The greatest width and height.
    pub const MOST_PIXELS: u32 = 2000;

    /// Takes a file by what it is, whatever it is called.
    pub fn read(bytes: Vec<u8>) -> Result<Self, PictureProblem> {
        if bytes.is_empty() {
            return Err(PictureProblem::Empty);
        }
        if bytes.len() > Self::MOST_BYTES {
            return Err(PictureProblem::TooHeavy);
        }
        let (kind, width, height) = PictureKind::ALL
            .into_iter()
            .find_map(|kind| size(kind, &bytes).map(|(width, height)| (kind, width, height)))
            .ok_or(PictureProblem::Unknown)?;
        if width == 0 || height == 0 {
            return Err(PictureProblem::Unknown);
        }
        if width.max(height) > Self::MOST_PIXELS {
            return Err(PictureProblem::TooLarge);
        }
        Ok(Self { kind, bytes })
    }

    /// What sort it is.
    pub fn kind(&self) -> PictureKind {
        self.kind
    }

    /// The file.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

/// Width and height, where the file is of this kind.
fn size(kind: PictureKind, bytes: &[u8]) -> Option<(u32, u32)> {
    match kind {
        PictureKind::Png => png_size(bytes),
        PictureKind::Jpeg => jpeg_size(bytes),
        PictureKind::WebP => webp_size(bytes),
    }
}

/// The first chunk of a PNG is its header, with width and height.
fn png_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR")?;
    let number = |at: usize| {
        rest.get(at..at + 4)
            .and_then(|four| four.try_into().ok())
            .map(u32::from_be_bytes)
    };
    Some((number(0)?, number(4)?))
}

/// The size of a JPEG stands in its frame header, behind segments of other sorts.
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.strip_prefix(b"\xff\xd8")?;
    loop {
        rest = rest.strip_prefix(b"\xff")?;
        let marker = *rest.first()?;
        if marker == 0xff {
            continue;
        }
        let number = |at: usize| {
            rest.get(at..at + 2)
                .and_then(|two| two.try_into().ok())
                .map(u16::from_be_bytes)
        };
        // Frame headers, leaving out the tables (C4, CC) and the reserved C8 among them (T.81, table B.1).
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            return Some((number(6)?.into(), number(4)?.into()));
        }
        // Scans and bare markers hold no length; a picture has its frame header before them.
        if matches!(marker, 0x00 | 0x01 | 0xd0..=0xda) {
            return None;
        }
        rest = rest.get(1 + usize::from(number(1)?)..)?;
    }
}

/// A WebP is a RIFF file whose first chunk says how it is coded.
fn webp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    if bytes.get(..4)? != b"RIFF" || bytes.get(8..12)? != b"WEBP" {
        return None;
    }
    let byte = |at: usize| bytes.get(at).copied().map(u32::from);
    let two = |at: usize| Some(byte(at)? | byte(at + 1)? << 8);
    let three = |at: usize| Some(byte(at)? | byte(at + 1)? << 8 | byte(at + 2)? << 16);
    match bytes.get(12..16)? {
        b"VP8X" => Some((three(24)? + 1, three(27)? + 1)),
        b"VP8L" if byte(20)? == 0x2f => {
            let bits = three(21)? | byte(24)? << 24;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " if bytes.get(23..26)? == b"\x9d\x01\x2a" => {
            Some((two(26)? & 0x3fff, two(28)? & 0x3fff))
        }
        _ => None,
    }
}

const LOGO_KEY: &[u8] = b"firm";

fn stored(read: &impl Read, key: &[u8]) -> Result<Option<Picture>, StoreError> {
    match read.get(Table::Pictures, key)? {
        Some(bytes) => Picture::read(bytes)
            .map(Some)
            .map_err(|error| StoreError::corrupt("a picture", error)),
        None => Ok(None),
    }
}

impl Access {
    /// Sets or removes a photo: one's own, or that of somebody whose account the actor may change.
    pub async fn set_photo(&self, id: UserId, picture: Option<Picture>) -> Result<(), AccessError> {
        self.write(move |work| {
            let old = work.rights.account(id)?;
            if work.signature.user != Some(id) {
                work.rights.require_admin(AdminRight::Users)?;
                work.rights.may_manage(&old)?;
            }
            let mut user = old.clone();
            user.version += 1;
            user.photo = picture.is_some().then_some(user.version);
            work.put_picture(id.bytes(), picture);
            people::put_user(work.write, Some(&old), &user)?;
            let note = Note::new(AuditKind::Changed).about(Subject::new("users", id));
            work.note(note.with(json!({"name": user.name, "fields": ["photo"]})))
        })
        .await
    }

    /// Sets or removes the firm's logo.
    pub async fn set_logo(&self, picture: Option<Picture>) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Settings)?;
            let mut changed = firm(work.write)?.ok_or(AccessError::NotFound)?;
            changed.pictures += 1;
            changed.logo = picture.is_some().then_some(changed.pictures);
            work.put_picture(LOGO_KEY, picture);
            put_firm(work.write, &changed);
            let note = Note::new(AuditKind::Changed).about(Subject::new("firm", "firm"));
            work.note(note.with(json!({"name": changed.name, "fields": ["logo"]})))
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    fn put_picture(&mut self, key: &[u8], picture: Option<Picture>) {
        match picture {
            Some(picture) => self
                .write
                .put(Table::Pictures, key.to_vec(), picture.into_bytes()),
            None => self.write.delete(Table::Pictures, key.to_vec()),
        }
    }

    /// Forgets the photo of somebody who goes.
    pub(super) fn remove_photo(&mut self, id: UserId) {
        self.put_picture(id.bytes(), None);
    }
}

impl Reading {
    /// A person's photo; colleagues may see each other's.
    pub fn photo(&self, id: UserId) -> Result<Picture, AccessError> {
        stored(self.snapshot(), id.bytes())?.ok_or(AccessError::NotFound)
    }
}

impl Vault {
    /// The firm's logo, which is shown before sign-in too.
    pub fn logo(&self) -> Result<Option<Picture>, StoreError> {
        stored(&self.inner.store.read()?, LOGO_KEY)
    }
}

#[cfg(test)]
mod tests;
