//! Keys that the program signs in with over SSH.

use russh::keys::ssh_key::LineEnding;
use russh::keys::ssh_key::private::{Ed25519Keypair, KeypairData};
use russh::keys::{PrivateKey, decode_secret_key};

/// What stands behind the public half, so that people know it again.
const COMMENT: &str = "kartoteka-backup";

/// A new Ed25519 key in the form of OpenSSH.
pub(crate) fn make_key() -> String {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).expect("the system gives random bytes");
    let pair = KeypairData::from(Ed25519Keypair::from_seed(&seed));
    let key = PrivateKey::new(pair, COMMENT).expect("a fresh pair makes a key");
    let text = key
        .to_openssh(LineEnding::LF)
        .expect("a key can be written");
    text.to_string()
}

/// The line for `authorized_keys` of a private key; nothing where the key cannot be used.
pub(crate) fn public_half(private: &str) -> Option<String> {
    if private.trim().is_empty() {
        return None;
    }
    let key = decode_secret_key(private, None).ok()?;
    let line = key.public_key().to_openssh().ok()?;
    let mut words = line.split_whitespace();
    let (kind, key) = (words.next()?, words.next()?);
    Some(format!("{kind} {key} {COMMENT}"))
}
