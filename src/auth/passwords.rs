//! Passwords: Argon2id (RFC 9106) with the parameters OWASP recommends, hashed off the async threads.

use std::sync::Arc;

use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use super::strength::Strength;
use crate::data::{Credential, UserId};

/// Memory of one hash in KiB, passes, lanes: OWASP Password Storage Cheat Sheet, first choice (19 MiB, 2, 1).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at the same time: bounds memory and leaves a core to everybody else.
const PARALLEL: usize = 2;
/// NIST SP 800-63B-4 §3.1.1.2: at least 15 characters where the password is the only factor.
pub const SHORTEST: usize = 15;
/// Longest password taken, in characters.
pub const LONGEST: usize = 256;

/// Why a new password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too few characters.
    #[error("a password has at least {0} characters")]
    TooShort(usize),
    /// Too many characters.
    #[error("a password has at most {LONGEST} characters")]
    TooLong,
    /// One character over and over, or the like.
    #[error("this password is too easy to guess")]
    TooSimple,
    /// It is among those that attackers try first.
    #[error("this password is among those that attackers try first")]
    Common,
    /// It holds the person's name or address.
    #[error("a password must not contain one's own name or e-mail address")]
    Personal,
}

impl PasswordError {
    /// Key of the message.
    pub const fn key(self) -> &'static str {
        match self {
            Self::TooShort(_) => "error-password-short",
            Self::TooLong => "error-password-long",
            Self::TooSimple => "error-password-simple",
            Self::Common => "error-password-common",
            Self::Personal => "error-password-personal",
        }
    }
}

/// The proof that somebody's password was right just now. Made only here.
#[derive(Clone)]
pub struct Verified {
    user: UserId,
    checked: String,
    renewed: Option<String>,
}

impl Verified {
    /// Whose password it was.
    pub fn user(&self) -> UserId {
        self.user
    }

    /// The hash it was checked against.
    pub(crate) fn checked(&self) -> &str {
        &self.checked
    }

    /// A hash with today's parameters, where the stored one has others.
    pub(crate) fn renewed(&self) -> Option<&str> {
        self.renewed.as_deref()
    }
}

/// Hashes and checks passwords, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    places: Arc<Semaphore>,
    /// Checked where there is no account, so that the answer takes as long.
    decoy: Arc<str>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// Ready to hash.
    pub fn new() -> Self {
        let decoy = hash_now(crate::data::Secret::random().reveal());
        Self {
            places: Arc::new(Semaphore::new(PARALLEL)),
            decoy: decoy.into(),
        }
    }

    /// Checks what a new password must be: of `least` characters, hard to guess, without the names of the person and the
    /// firm. Which kinds of characters it is made of does not matter.
    pub fn check_new(password: &str, personal: &[&str], least: usize) -> Result<(), PasswordError> {
        let password = normal(password);
        let length = password.chars().count();
        if length < least {
            return Err(PasswordError::TooShort(least));
        }
        if length > LONGEST {
            return Err(PasswordError::TooLong);
        }
        let folded = crate::data::records::fold::fold(&password);
        let own = personal
            .iter()
            .flat_map(|text| crate::data::records::fold::words(text));
        if own
            .filter(|word| word.chars().count() >= 4)
            .any(|word| folded.contains(&word))
        {
            return Err(PasswordError::Personal);
        }
        match Strength::of(&password, personal) {
            Strength::Common => Err(PasswordError::Common),
            Strength::Weak => Err(PasswordError::TooSimple),
            Strength::Good | Strength::Strong => Ok(()),
        }
    }

    /// Whether a password has fewer characters than these.
    pub fn is_shorter(password: &str, least: usize) -> bool {
        normal(password).chars().count() < least
    }

    /// Hashes a password in PHC form.
    pub async fn hash(&self, password: &str) -> String {
        let password = normal(password);
        self.off_thread(move || hash_now(&password)).await
    }

    /// Checks a password. Takes the same time whether there is such an account or not.
    pub async fn verify(&self, credential: Option<Credential>, password: &str) -> Option<Verified> {
        let password = normal(password);
        if password.chars().count() > LONGEST {
            return None;
        }
        let decoy = self.decoy.clone();
        self.off_thread(move || {
            let stored = credential
                .as_ref()
                .and_then(|credential| credential.hash.clone());
            let right = verify_now(stored.as_deref().unwrap_or(&decoy), &password);
            let credential = credential.filter(|credential| credential.active && right)?;
            let checked = stored?;
            let renewed = is_outdated(&checked).then(|| hash_now(&password));
            Some(Verified {
                user: credential.user,
                checked,
                renewed,
            })
        })
        .await
    }

    /// Whether a password is one of those whose hashes these are.
    pub(crate) async fn is_one_of(&self, hashes: Vec<String>, password: &str) -> bool {
        let password = normal(password);
        self.off_thread(move || hashes.iter().any(|hash| verify_now(hash, &password)))
            .await
    }

    async fn off_thread<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let _place = self
            .places
            .acquire()
            .await
            .expect("the semaphore is never closed");
        tokio::task::spawn_blocking(work)
            .await
            .expect("hashing does not panic")
    }
}

/// NFKC, as NIST SP 800-63B-4 asks, so that a password typed on another keyboard is the same.
fn normal(password: &str) -> String {
    password.nfkc().collect()
}

fn argon2() -> Argon2<'static> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are within bounds");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> String {
    argon2()
        .hash_password(password.as_bytes())
        .expect("the system has a random source")
        .to_string()
}

fn verify_now(stored: &str, password: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

fn is_outdated(stored: &str) -> bool {
    let Ok(hash) = PasswordHash::new(stored) else {
        return true;
    };
    let Ok(params) = Params::try_from(&hash) else {
        return true;
    };
    hash.algorithm.as_str() != "argon2id"
        || (params.m_cost(), params.t_cost(), params.p_cost()) != (MEMORY_KIB, PASSES, LANES)
}
