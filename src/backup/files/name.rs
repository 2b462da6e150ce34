//! What contents are called: by their hash in a data folder and in archives, by a keyed hash of that at targets.

use age::x25519::Recipient;
use data_encoding::HEXLOWER;

use crate::backup::target::FILES;
use crate::data::ObjectId;

/// BLAKE3 of a content.
pub(crate) type ContentHash = [u8; 32];

/// A content that a record has attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Content {
    /// Its hash.
    pub(crate) hash: ContentHash,
    /// Bytes.
    pub(crate) size: u64,
}

impl Content {
    /// What it is called in an archive that holds it.
    pub(crate) fn inside(&self) -> String {
        format!("{FILES}/{}", HEXLOWER.encode(&self.hash))
    }
}

/// What the key of names is derived for.
const CONTEXT: &str = "kartoteka 2026-11-26 names of attached files at targets of backups";
/// Gives contents their names at targets. Whoever holds a target cannot try known contents on them, since the names follow
/// from a secret of the data folder; and they are others for other keys, so that what is there can be opened by whoever
/// opens the archives that refer to it.
#[derive(Clone)]
pub(crate) struct Naming([u8; 32]);

impl Naming {
    /// For objects that these keys open; `secret` is the text of the key that the folder's secrets are sealed with.
    pub(crate) fn new(secret: &str, recipients: &[Recipient]) -> Self {
        let mut keys: Vec<String> = recipients.iter().map(ToString::to_string).collect();
        keys.sort();
        keys.dedup();
        let material = format!("{secret}\n{}", keys.join("\n"));
        Self(blake3::derive_key(CONTEXT, material.as_bytes()))
    }

    /// The name of a content.
    pub(crate) fn of(&self, content: &ContentHash) -> ObjectId {
        *blake3::keyed_hash(&self.0, content).as_bytes()
    }
}

/// Where an object lies at a target: `files/ab/abcd…`. Without an ending, so that nobody takes it for an archive.
pub(super) fn path(object: &ObjectId) -> String {
    let name = HEXLOWER.encode(object);
    format!("{FILES}/{}/{name}", &name[..2])
}

/// The object of such a name; nothing for any other name.
pub(super) fn parse(name: &str) -> Option<ObjectId> {
    let rest = name.strip_prefix(FILES)?.strip_prefix('/')?;
    let (folder, file) = rest.split_once('/')?;
    let object = hash(file)?;
    (folder == &file[..2]).then_some(object)
}

/// A hash in hexadecimal, in small letters alone.
pub(super) fn hash(hex: &str) -> Option<[u8; 32]> {
    HEXLOWER.decode(hex.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(count: usize) -> Vec<Recipient> {
        let key = || age::x25519::Identity::generate().to_public();
        (0..count).map(|_| key()).collect()
    }

    #[test]
    fn names_follow_from_the_secret_and_the_keys() {
        let keys = keys(2);
        let content = *blake3::hash(b"umowa").as_bytes();
        let name = Naming::new("secret", &keys).of(&content);
        assert_ne!(name, content);
        let turned = [keys[1].clone(), keys[0].clone(), keys[0].clone()];
        assert_eq!(Naming::new("secret", &turned).of(&content), name);
        assert_ne!(Naming::new("other", &keys).of(&content), name);
        assert_ne!(Naming::new("secret", &keys[..1]).of(&content), name);
        let other = *blake3::hash(b"inna").as_bytes();
        assert_ne!(Naming::new("secret", &keys).of(&other), name);
    }

    #[test]
    fn only_names_of_objects_are_read_as_such() {
        let object = *blake3::hash(b"x").as_bytes();
        let good = path(&object);
        assert_eq!(parse(&good), Some(object));
        let hex = HEXLOWER.encode(&object);
        for bad in [
            String::new(),
            good.to_uppercase(),
            good.replace("files/", "files/../files/"),
            good.replace("files/", "/files/"),
            format!("{good}.age"),
            format!("files/00/{hex}"),
            format!("files/{hex}"),
            format!("files/{}/{}", &hex[..2], &hex[..63]),
            format!("files/{}/{hex}0", &hex[..2]),
            format!("{good}/x"),
            "files/żó/żółć".to_owned(),
        ] {
            assert_eq!(parse(&bad), None, "{bad}");
        }
    }
}
