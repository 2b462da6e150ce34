//! Codes: made, written for people, and compared.

use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use totp_rs::{Builder, Totp};

use crate::data::records::ids::UserId;
use crate::data::store::{Seal, StoreError};

/// Recovery codes made at once.
pub(super) const RECOVERY_CODES: usize = 10;
/// Bytes of one: 120 bits, so that a plain hash keeps them (OWASP ASVS 6.5.2).
const RECOVERY_BYTES: usize = 15;
/// Bytes of an app's secret, as RFC 4226 §4 advises.
const APP_BYTES: usize = 20;
/// Longest text that is looked at as a code.
const LONGEST: usize = 64;
const APP: &str = "authenticator app";
const MAIL: &str = "code by mail";
const TEXT: &str = "text message";

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has a random source");
    bytes
}

/// Six digits, each code as likely as any other.
pub(super) fn six_digits() -> String {
    const CODES: u32 = 1_000_000;
    loop {
        let number = u32::from_le_bytes(random());
        if number < u32::MAX / CODES * CODES {
            return format!("{:06}", number % CODES);
        }
    }
}

/// What was typed, without the blanks and dashes that people put between.
pub(super) fn typed(code: &str) -> String {
    let signs = code.chars().take(LONGEST);
    signs
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '\u{2011}'))
        .collect()
}

pub(super) fn same(given: &str, wanted: &str) -> bool {
    !wanted.is_empty() && bool::from(given.as_bytes().ct_eq(wanted.as_bytes()))
}

/// A code that went out by mail, as it is kept: bound to its own sign-in by whom it is for.
pub(super) fn seal_mailed(seal: &Seal, code: &str) -> String {
    BASE64.encode(&seal.seal(MAIL, code.as_bytes()))
}

/// A number, or a code that went to it, as it is kept.
pub(super) fn seal_texted(seal: &Seal, text: &str) -> String {
    BASE64.encode(&seal.seal(TEXT, text.as_bytes()))
}

pub(super) fn texted(seal: &Seal, sealed: &str) -> Result<String, StoreError> {
    opened(seal, TEXT, sealed).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

pub(super) fn mailed(seal: &Seal, sealed: &str) -> Result<String, StoreError> {
    opened(seal, MAIL, sealed).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn opened(seal: &Seal, purpose: &str, sealed: &str) -> Result<Vec<u8>, StoreError> {
    let bytes = BASE64
        .decode(sealed.as_bytes())
        .map_err(|error| StoreError::corrupt("a sealed secret", error))?;
    seal.open(purpose, &bytes)
}

/// A new secret for an app, sealed.
pub(super) fn new_app_secret(seal: &Seal) -> String {
    BASE64.encode(&seal.seal(APP, &random::<APP_BYTES>()))
}

/// The app of a sealed secret. `firm` and `account` are what apps show beside the code.
pub(super) fn app(
    seal: &Seal,
    sealed: &str,
    firm: &str,
    account: &str,
) -> Result<Totp, StoreError> {
    // A colon parts the two in the address.
    let plain = |text: &str| text.replace(':', " ").trim().to_owned();
    let (firm, account) = (plain(firm), plain(account));
    Builder::new()
        .with_secret(opened(seal, APP, sealed)?)
        .with_issuer((!firm.is_empty()).then_some(firm))
        .with_account_name(account)
        .build()
        .map_err(|error| StoreError::corrupt("the secret of an app", error))
}

/// The time step a code of an app belongs to, at most one before or after now, and later than the last one taken.
pub(super) fn app_step(totp: &Totp, code: &str, last: u64) -> Option<u64> {
    let now = u64::try_from(crate::clock::now().as_second()).unwrap_or(0);
    let step = totp.step();
    let this = now / step;
    // All three are compared, so that the time taken tells nothing. The same code in two steps counts as the later.
    let fits = (this.saturating_sub(1)..=this + 1)
        .filter(|counter| same(code, &totp.generate(counter * step).to_string()))
        .max();
    fits.filter(|step| *step > last)
}

/// Ten recovery codes in the form people write them down.
pub(super) fn recovery_codes() -> Vec<String> {
    let one = || {
        let text = BASE32_NOPAD
            .encode(&random::<RECOVERY_BYTES>())
            .to_lowercase();
        let groups: Vec<&str> = (0..text.len())
            .step_by(4)
            .map(|start| &text[start..start + 4])
            .collect();
        groups.join("-")
    };
    (0..RECOVERY_CODES).map(|_| one()).collect()
}

/// What is kept of a recovery code.
pub(super) fn recovery_hash(user: UserId, code: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"kartoteka recovery code\0");
    hash.update(user.bytes());
    hash.update(typed(code).to_lowercase().as_bytes());
    HEXLOWER.encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(typed(" 123 456 "), "123456");
        let user = UserId::new();
        let code = &recovery_codes()[0];
        let loud = code.to_uppercase().replace('-', " ");
        assert_eq!(recovery_hash(user, code), recovery_hash(user, &loud));
        assert_ne!(
            recovery_hash(UserId::new(), code),
            recovery_hash(user, code)
        );
        assert_eq!(code.len(), 29);
        assert!(!same("", ""));
    }

    #[test]
    fn six_digits_are_six_digits() {
        for _ in 0..100 {
            let code = six_digits();
            assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()));
        }
    }
}
