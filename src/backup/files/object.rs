//! One content as an object: compressed by zstd, encrypted by age.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};

use age::x25519::Recipient;
use age::{DecryptError, Decryptor, Encryptor, Recipient as AnyRecipient};

use super::name::Content;
use crate::backup::keys::Keys;
use crate::backup::read::{WINDOW, look_at_head};

/// Of zstd, as for archives.
const LEVEL: i32 = 3;
const BUFFER: usize = 128 << 10;

/// Why a content was not made an object, or an object no content.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    /// It is not what its hash says.
    #[error("{0}")]
    Damaged(String),
    /// None of the keys opens it.
    #[error("it is encrypted to another key")]
    WrongKey,
    /// What it goes into failed, or what it comes from.
    #[error(transparent)]
    Io(#[from] io::Error),
}

fn damaged(what: impl std::fmt::Display) -> Unfit {
    Unfit::Damaged(what.to_string())
}

/// Writes a content as an object; its bytes there. What is read is held against the hash.
pub(super) fn pack(
    from: &mut dyn Read,
    content: &Content,
    recipients: &[Recipient],
    out: &File,
) -> Result<u64, Unfit> {
    let sealer = Encryptor::with_recipients(recipients.iter().map(|key| key as &dyn AnyRecipient))
        .map_err(damaged)?;
    let sealed = sealer.wrap_output(BufWriter::with_capacity(BUFFER, out))?;
    let mut packer = zstd::stream::write::Encoder::new(sealed, LEVEL)?;
    packer.include_checksum(true)?;
    check(from, content, &mut packer)?;
    let mut buffered = packer.finish()?.finish()?;
    buffered.flush()?;
    drop(buffered);
    Ok(out.metadata()?.len())
}

/// Opens an object, and gives its content away once its bytes are on their way; not to be kept where this fails.
pub(super) fn unpack(
    mut object: File,
    keys: &Keys,
    content: &Content,
    out: &mut dyn Write,
) -> Result<(), Unfit> {
    object.rewind()?;
    look_at_head(&mut object).map_err(damaged)?;
    let object = BufReader::with_capacity(BUFFER, object);
    let plain = Decryptor::new_buffered(object).map_err(damaged)?;
    let plain = plain
        .decrypt(keys.identities())
        .map_err(|error| match error {
            DecryptError::NoMatchingKeys => Unfit::WrongKey,
            error => damaged(error),
        })?;
    let plain = BufReader::with_capacity(BUFFER, plain);
    let open = || {
        let mut unpacked = zstd::stream::read::Decoder::with_buffer(plain)?.single_frame();
        unpacked.window_log_max(WINDOW)?;
        Ok::<_, io::Error>(unpacked)
    };
    let mut unpacked = open().map_err(damaged)?;
    check(&mut unpacked, content, out)?;
    match unpacked.finish().read(&mut [0]) {
        Ok(0) => Ok(()),
        Ok(_) => Err(damaged("something stands behind its end")),
        Err(error) => Err(damaged(error)),
    }
}

/// Copies a content, no more of it than it is said to have, and holds it against its hash.
pub(in crate::backup) fn check(
    from: &mut dyn Read,
    content: &Content,
    out: &mut dyn Write,
) -> Result<(), Unfit> {
    let (mut hash, mut buffer) = (blake3::Hasher::new(), vec![0; BUFFER]);
    let mut left = content.size;
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(damaged(error)),
        };
        left = left
            .checked_sub(read as u64)
            .ok_or_else(|| damaged("it is larger than it is said to be"))?;
        hash.update(&buffer[..read]);
        out.write_all(&buffer[..read])?;
    }
    if left > 0 {
        return Err(damaged("it is smaller than it is said to be"));
    }
    if *hash.finalize().as_bytes() != content.hash {
        return Err(damaged("it is not what its hash says"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use age::secrecy::ExposeSecret as _;

    struct Key {
        _folder: tempfile::TempDir,
        keys: Keys,
        recipients: Vec<Recipient>,
    }

    fn key() -> Key {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let identity = age::x25519::Identity::generate().to_string();
        std::fs::write(&file, identity.expose_secret()).unwrap();
        let keys = Keys::read(&file).unwrap();
        let recipients = keys.recipients(&[]).unwrap();
        Key {
            _folder: folder,
            keys,
            recipients,
        }
    }

    fn content(bytes: &[u8]) -> Content {
        Content {
            hash: *blake3::hash(bytes).as_bytes(),
            size: bytes.len() as u64,
        }
    }

    fn packed(key: &Key, bytes: &[u8]) -> Vec<u8> {
        let file = tempfile::NamedTempFile::new().unwrap();
        let size = pack(
            &mut &bytes[..],
            &content(bytes),
            &key.recipients,
            file.as_file(),
        )
        .unwrap();
        let packed = std::fs::read(file.path()).unwrap();
        assert_eq!(packed.len() as u64, size);
        packed
    }

    fn unpacked(key: &Key, object: &[u8], content: &Content) -> Result<Vec<u8>, Unfit> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(object).unwrap();
        io::Seek::rewind(&mut file).unwrap();
        let mut out = Vec::new();
        unpack(file, &key.keys, content, &mut out).map(|()| out)
    }

    fn sealed(key: &Key, packed: &[u8]) -> Vec<u8> {
        let recipients = key.recipients.iter().map(|key| key as &dyn AnyRecipient);
        let sealer = Encryptor::with_recipients(recipients).unwrap();
        let mut out = sealer.wrap_output(Vec::new()).unwrap();
        out.write_all(packed).unwrap();
        out.finish().unwrap()
    }

    #[test]
    fn a_content_comes_back_to_the_byte() {
        let key = key();
        for bytes in [&b""[..], b"umowa", &vec![7; 3 << 20]] {
            let object = packed(&key, bytes);
            assert_eq!(unpacked(&key, &object, &content(bytes)).unwrap(), bytes);
        }
        let error = pack(
            &mut &b"umowA"[..],
            &content(b"umowa"),
            &key.recipients,
            &tempfile::tempfile().unwrap(),
        );
        assert!(matches!(error, Err(Unfit::Damaged(_))));
    }

    #[test]
    fn every_damaged_byte_is_found() {
        let key = key();
        let good = packed(&key, b"umowa z firma");
        let content = content(b"umowa z firma");
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 4;
            unpacked(&key, &bad, &content).unwrap_err();
            unpacked(&key, &good[..place], &content).unwrap_err();
        }
        unpacked(&key, &[&good[..], b"x"].concat(), &content).unwrap_err();
    }

    #[test]
    fn what_is_made_to_attack_is_refused() {
        let key = key();
        let small = content(b"umowa");
        // 4 GB of zeros where five bytes are told.
        let mut bomb = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        for _ in 0..4096 {
            bomb.write_all(&vec![0; 1 << 20]).unwrap();
        }
        let bomb = sealed(&key, &bomb.finish().unwrap());
        assert!(unpacked(&key, &bomb, &small).is_err());
        // A window that would take two gigabytes.
        let mut wide = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
        wide.window_log(27).unwrap();
        wide.write_all(&vec![0; 1 << 27]).unwrap();
        let wide = sealed(&key, &wide.finish().unwrap());
        let zeros = Content {
            hash: [0; 32],
            size: 1 << 27,
        };
        assert!(unpacked(&key, &wide, &zeros).is_err());
        // Two frames, another content, plain text, another's key.
        let frame = zstd::encode_all(&b"umowa"[..], 3).unwrap();
        unpacked(&key, &sealed(&key, &frame), &small).unwrap();
        for bad in [
            sealed(&key, &[&frame[..], &frame[..]].concat()),
            sealed(&key, &zstd::encode_all(&b"umowA"[..], 3).unwrap()),
            sealed(&key, b"umowa"),
            b"umowa".to_vec(),
            Vec::new(),
        ] {
            assert!(matches!(
                unpacked(&key, &bad, &small),
                Err(Unfit::Damaged(_))
            ));
        }
        let other = super::tests::key();
        let theirs = packed(&other, b"umowa");
        assert!(matches!(
            unpacked(&key, &theirs, &small),
            Err(Unfit::WrongKey)
        ));
    }
}
