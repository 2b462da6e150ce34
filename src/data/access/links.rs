//! Links sent by mail, each of which does one thing once: confirms an address, leads to a new password, lets a new person
//! in.
//!
//! A person has at most one link of each purpose, kept under their own id, so that a newer one replaces the older and
//! none can act on another account. Of its secret (256 random bits) only the SHA-256 is kept. What the account was when
//! the link was made is kept as a fingerprint: once the address or the password is another, the link is of no use.

use std::ops::ControlFlow;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::actor::{Origin, signature_without_actor};
use super::error::AccessError;
use super::letter::{Letter, Template};
use super::outbox;
use super::password_facts::NewPassword;
use super::people::{self, People, User};
use super::second_step;
use super::session::end_sessions;
use super::vault::{Vault, Work};
use crate::data::log::audit::{self, AuditKind, Note, Subject};
use crate::data::records::email::Email;
use crate::data::records::ids::UserId;
use crate::data::store::{Read, Seal, StoreError, Table, Write};

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Confirms that letters to an address reach the person.
    ConfirmAddress,
    /// Sets a new password for somebody who forgot theirs.
    Recovery,
    /// Sets the first password of a new person.
    Invitation,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::ConfirmAddress, Self::Recovery, Self::Invitation];

    const fn code(self) -> u8 {
        match self {
            Self::ConfirmAddress => 1,
            Self::Recovery => 2,
            Self::Invitation => 3,
        }
    }

    /// How long the link works.
    pub const fn lifetime(self) -> SignedDuration {
        match self {
            Self::ConfirmAddress => SignedDuration::from_hours(24),
            Self::Recovery => SignedDuration::from_mins(30),
            Self::Invitation => SignedDuration::from_hours(24 * 7),
        }
    }

    const fn template(self) -> Template {
        match self {
            Self::ConfirmAddress => Template::ConfirmAddress,
            Self::Recovery => Template::Recovery,
            Self::Invitation => Template::Invitation,
        }
    }

    /// The word in the audit log.
    const fn name(self) -> &'static str {
        match self {
            Self::ConfirmAddress => "confirm_address",
            Self::Recovery => "recovery",
            Self::Invitation => "invitation",
        }
    }
}

/// Letters of one purpose to one person within [`LETTERS_TIME`], whoever asks for them.
const MOST_LETTERS: usize = 3;
const LETTERS_TIME: SignedDuration = SignedDuration::from_hours(1);

/// A link as it is kept.
#[derive(Serialize, Deserialize)]
struct Link {
    /// SHA-256 of the secret; none once the link was used.
    hash: Option<String>,
    /// What the account was when the link was made.
    made_for: String,
    until: Timestamp,
    /// When letters of this purpose were put into the queue lately.
    letters: Vec<Timestamp>,
}

const SECRET: usize = 32;
const ID: usize = 16;
/// After every key of a person.
const LAST_PURPOSE: u8 = u8::MAX;

fn key(user: UserId, purpose: Purpose) -> Vec<u8> {
    [user.bytes().as_slice(), &[purpose.code()]].concat()
}

/// The text that stands in an address: whose link it is, and its secret.
fn write_token(user: UserId, secret: &[u8; SECRET]) -> String {
    BASE64URL_NOPAD.encode(&[user.bytes().as_slice(), secret].concat())
}

fn read_token(token: &str) -> Option<(UserId, [u8; SECRET])> {
    // Decoding is bounded, and strict: one link has one address.
    let bytes = (token.len() == 64)
        .then(|| BASE64URL_NOPAD.decode(token.as_bytes()).ok())
        .flatten()?;
    let (id, secret) = bytes.split_first_chunk::<ID>()?;
    Some((UserId::from_bytes(*id), secret.try_into().ok()?))
}

fn hash(purpose: Purpose, user: UserId, secret: &[u8; SECRET]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"kartoteka link\0");
    hash.update([purpose.code()]);
    hash.update(user.bytes());
    hash.update(secret);
    HEXLOWER.encode(&hash.finalize())
}

/// What must still be true of the account when the link is used.
fn fingerprint(purpose: Purpose, user: &User) -> String {
    let mut hash = Sha256::new();
    hash.update(user.email.as_bytes());
    hash.update([0]);
    if purpose != Purpose::ConfirmAddress {
        hash.update(user.password.as_deref().unwrap_or_default().as_bytes());
    }
    HEXLOWER.encode(&hash.finalize())
}

fn stored(read: &impl Read, user: UserId, purpose: Purpose) -> Result<Option<Link>, StoreError> {
    let bytes = read.get(Table::Links, &key(user, purpose))?;
    bytes
        .map(|bytes| {
            serde_json::from_slice(&bytes).map_err(|error| StoreError::corrupt("a link", error))
        })
        .transpose()
}

fn put(write: &mut Write<'_, '_>, user: UserId, purpose: Purpose, link: &Link) {
    let bytes = serde_json::to_vec(link).expect("plain structs always serialise");
    write.put(Table::Links, key(user, purpose), bytes);
}

/// The person a link was made for, where it still works.
pub(super) fn holder(
    read: &impl Read,
    people: &People,
    purpose: Purpose,
    token: &str,
) -> Result<Option<User>, StoreError> {
    let Some((id, secret)) = read_token(token) else {
        return Ok(None);
    };
    let Some(link) = stored(read, id, purpose)? else {
        return Ok(None);
    };
    let given = hash(purpose, id, &secret);
    let fits = link
        .hash
        .as_ref()
        .is_some_and(|hash| bool::from(hash.as_bytes().ct_eq(given.as_bytes())));
    if !fits || link.until <= crate::clock::now() {
        return Ok(None);
    }
    let user = people.user(id).filter(|user| {
        user.active
            && link.made_for == fingerprint(purpose, user)
            && (purpose != Purpose::Recovery || user.email_verified)
    });
    Ok(user.cloned())
}

/// Makes a link, which replaces an older one, and puts its letter into the queue. `false` where too many went out lately:
/// nothing has changed then.
fn send(
    write: &mut Write<'_, '_>,
    seal: &Seal,
    purpose: Purpose,
    user: &User,
    at: Timestamp,
) -> Result<bool, StoreError> {
    let mut letters = stored(write, user.id, purpose)?.map_or_else(Vec::new, |link| link.letters);
    letters.retain(|sent| at.duration_since(*sent) < LETTERS_TIME);
    if letters.len() >= MOST_LETTERS {
        return Ok(false);
    }
    letters.push(at);
    let mut secret = [0; SECRET];
    getrandom::fill(&mut secret).expect("the system has a random source");
    let link = Link {
        hash: Some(hash(purpose, user.id, &secret)),
        made_for: fingerprint(purpose, user),
        until: at + purpose.lifetime(),
        letters,
    };
    put(write, user.id, purpose, &link);
    let letter =
        Letter::to(user, purpose.template(), at).with("token", write_token(user.id, &secret));
    outbox::post(write, seal, &letter, at);
    Ok(true)
}

/// A used link does nothing any more; that letters went out stays known.
pub(super) fn use_up(
    write: &mut Write<'_, '_>,
    user: UserId,
    purpose: Purpose,
) -> Result<(), StoreError> {
    if let Some(link) = stored(write, user, purpose)? {
        put(write, user, purpose, &Link { hash: None, ..link });
    }
    Ok(())
}

/// Ends all links of a person who is gone or shut out.
pub(super) fn end_links(write: &mut Write<'_, '_>, user: UserId) {
    for purpose in Purpose::ALL {
        write.delete(Table::Links, key(user, purpose));
    }
}

/// Keys of links that are over and whose letters are no longer counted.
pub(super) fn over(read: &impl Read, now: Timestamp) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut keys = Vec::new();
    let end = [LAST_PURPOSE; ID + 2];
    read.scan(Table::Links, &[], &end, &mut |key, bytes| {
        let is_over = |link: Link| {
            let counted = |sent: &Timestamp| now.duration_since(*sent) < LETTERS_TIME;
            link.until <= now && !link.letters.iter().any(counted)
        };
        if serde_json::from_slice(bytes).is_ok_and(is_over) {
            keys.push(key.to_vec());
        }
        ControlFlow::Continue(())
    })?;
    Ok(keys)
}

impl Vault {
    /// The person a link was made for, where it still works. Changes nothing.
    pub fn link_holder(&self, purpose: Purpose, token: &str) -> Result<Option<User>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        holder(&snapshot, &people, purpose, token)
    }

    /// Until when a new person's invitation works; none where there is no invitation that does.
    pub fn invited_until(&self, user: &User) -> Result<Option<Timestamp>, StoreError> {
        let link = stored(&self.inner.store.read()?, user.id, Purpose::Invitation)?;
        let works = |link: &Link| {
            link.hash.is_some()
                && link.until > crate::clock::now()
                && link.made_for == fingerprint(Purpose::Invitation, user)
        };
        Ok(link.filter(works).map(|link| link.until))
    }

    /// Sends a link to set a new password, where the address is an active account's and confirmed; tells nobody whether
    /// it did.
    pub async fn ask_recovery(&self, email: &str, origin: Origin) -> Result<(), StoreError> {
        let Ok(email) = Email::parse(email) else {
            return Ok(());
        };
        let vault = self.clone();
        let write = move |write: &mut Write<'_, '_>| {
            let people = vault.inner.people.read_in(write)?;
            let user = people
                .by_email(email.unique())
                .filter(|user| user.active && user.email_verified);
            let Some(user) = user else {
                return Ok(());
            };
            let signature = signature_without_actor(Some(user.id), origin);
            if send(
                write,
                vault.inner.store.seal(),
                Purpose::Recovery,
                user,
                signature.at,
            )? {
                audit::append(write, &signature, sent_note(Purpose::Recovery, user))?;
            }
            Ok(())
        };
        self.inner.store.write(write).await
    }

    /// Sets the password of the person a link of recovery or invitation was made for; ends the link and all their
    /// sessions. `NotFound` where the link does not work.
    pub async fn set_password_by_link(
        &self,
        purpose: Purpose,
        token: &str,
        password: impl Into<NewPassword>,
        origin: Origin,
    ) -> Result<User, AccessError> {
        let (vault, token, password) = (self.clone(), token.to_owned(), password.into());
        let write = move |write: &mut Write<'_, '_>| {
            let people = vault.inner.people.read_in(write)?;
            let old = holder(write, &people, purpose, &token)?
                .filter(|_| purpose != Purpose::ConfirmAddress)
                .ok_or(AccessError::NotFound)?;
            use_up(write, old.id, purpose)?;
            let at = signature_without_actor(Some(old.id), origin).at;
            let user = User {
                // Whoever holds the link has read a letter to this address.
                email_verified: true,
                ..old.with_password(password, at, false, people.policy())
            };
            people::put_user(write, Some(&old), &user)?;
            end_sessions(write, user.id, None)?;
            if purpose == Purpose::Recovery {
                second_step::note_recovery(write, user.id)?;
            }
            let signature = signature_without_actor(Some(user.id), origin);
            let note = Note::new(AuditKind::PasswordChanged).about(Subject::new("users", user.id));
            let note = note.with(json!({"name": user.name, "by": purpose.name()}));
            audit::append(write, &signature, note)?;
            if purpose == Purpose::Recovery {
                let letter = Letter::to(&user, Template::PasswordChanged, signature.at);
                outbox::post(
                    write,
                    vault.inner.store.seal(),
                    &letter.from(&signature),
                    signature.at,
                );
            }
            Ok::<_, AccessError>(user)
        };
        self.inner.store.write(write).await
    }
}

fn sent_note(purpose: Purpose, user: &User) -> Note {
    let details = json!({"name": user.name, "what": purpose.name()});
    Note::new(AuditKind::LinkSent)
        .about(Subject::new("users", user.id))
        .with(details)
}

impl Work<'_, '_, '_> {
    /// Sends a link to a person; a conflict where too many went out lately.
    pub(super) fn send_link(&mut self, purpose: Purpose, user: &User) -> Result<(), AccessError> {
        if !send(self.write, &self.seal, purpose, user, self.signature.at)? {
            return Err(AccessError::conflict("error-letters-too-many"));
        }
        self.note(sent_note(purpose, user))
    }
}

#[cfg(test)]
mod tests;
