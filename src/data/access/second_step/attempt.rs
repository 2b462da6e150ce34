//! What is kept of a sign-in half-way, and the letters it sends.

use std::net::IpAddr;
use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{State, codes, fingerprint};
use crate::data::access::letter::{Letter, Template};
use crate::data::access::outbox;
use crate::data::access::people::{People, User};
use crate::data::log::Signature;
use crate::data::records::ids::UserId;
use crate::data::store::{Read, Seal, StoreError, Table, Write};

/// How long an attempt lasts, and a code sent for it.
pub(super) const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// Codes sent for one attempt.
pub(super) const MOST_SENT: u8 = 4;
/// Codes sent to one person within [`SENT_TIME`], whichever attempts they are for.
const MOST_SENT_LATELY: usize = 12;
const SENT_TIME: SignedDuration = SignedDuration::from_hours(1);
/// A person is told of unfinished sign-ins at most this often.
pub(super) const TOLD_EVERY: SignedDuration = SignedDuration::from_hours(1);

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Attempt {
    pub(super) user: UserId,
    pub(super) made_at: Timestamp,
    pub(super) until: Timestamp,
    pub(super) password: String,
    pub(super) address: Option<IpAddr>,
    pub(super) agent: String,
    /// Where to go afterwards.
    pub(super) next: String,
    pub(super) wrong: u8,
    pub(super) sent: u8,
    /// The code that went out by mail for this attempt, sealed.
    pub(super) code: Option<String>,
    /// Codes that went to the phone for it.
    #[serde(default)]
    pub(super) texts: u8,
    /// The last of them, sealed.
    #[serde(default)]
    pub(super) text_code: Option<String>,
}

pub(super) fn put_attempt(write: &mut Write<'_, '_>, key: Vec<u8>, attempt: &Attempt) {
    let bytes = serde_json::to_vec(attempt).expect("plain structs always serialise");
    write.put(Table::Attempts, key, bytes);
}

pub(super) fn parse(bytes: &[u8]) -> Result<Attempt, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::corrupt("a sign-in half-way", error))
}

pub(super) fn attempts(read: &impl Read) -> Result<Vec<(Vec<u8>, Attempt)>, StoreError> {
    let mut found = Vec::new();
    read.scan(Table::Attempts, &[], &[u8::MAX; 33], &mut |key, bytes| {
        // One that cannot be read leads nowhere.
        if let Ok(attempt) = parse(bytes) {
            found.push((key.to_vec(), attempt));
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// Ends all attempts of a person.
pub(super) fn end_all(write: &mut Write<'_, '_>, user: UserId) -> Result<(), StoreError> {
    for (key, attempt) in attempts(write)? {
        if attempt.user == user {
            write.delete(Table::Attempts, key);
        }
    }
    Ok(())
}

/// An attempt that still holds, with its account as it stands.
pub(super) fn alive(
    read: &impl Read,
    people: &People,
    key: &[u8],
) -> Result<Option<(Attempt, User)>, StoreError> {
    let Some(bytes) = read.get(Table::Attempts, key)? else {
        return Ok(None);
    };
    let attempt = parse(&bytes)?;
    if attempt.until <= crate::clock::now() {
        return Ok(None);
    }
    let user = people.user(attempt.user).filter(|user| user.active);
    let user = user.filter(|user| fingerprint(user) == attempt.password);
    Ok(user.cloned().map(|user| (attempt, user)))
}

/// Sends a code for an attempt, which takes the place of an earlier one; `false` where too many went out.
pub(super) fn send(
    write: &mut Write<'_, '_>,
    seal: &Seal,
    attempt: &mut Attempt,
    state: &mut State,
    user: &User,
    signature: &Signature,
) -> bool {
    let at = signature.at;
    state
        .codes_sent
        .retain(|sent| at.duration_since(*sent) < SENT_TIME);
    if attempt.sent >= MOST_SENT || state.codes_sent.len() >= MOST_SENT_LATELY {
        return false;
    }
    let code = codes::six_digits();
    attempt.code = Some(codes::seal_mailed(seal, &code));
    attempt.sent += 1;
    state.codes_sent.push(at);
    let mut letter = Letter::to(user, Template::Code, at)
        .from(signature)
        .with("code", code)
        .with("device", attempt.agent.clone());
    letter.useful_until = attempt.until;
    outbox::post(write, seal, &letter, at);
    true
}

/// Tells a person that their password was entered right and the second step not finished.
pub(super) fn tell_unfinished(
    write: &mut Write<'_, '_>,
    seal: &Seal,
    attempt: &Attempt,
    state: &mut State,
    user: &User,
) {
    let at = crate::clock::now();
    let lately = |told: &Timestamp| at.duration_since(*told) < TOLD_EVERY;
    if state.told_unfinished.as_ref().is_some_and(lately) {
        return;
    }
    state.told_unfinished = Some(at);
    let mut letter = Letter::to(user, Template::UnfinishedSignIn, at)
        .with("time", attempt.made_at.to_string())
        .with("device", attempt.agent.clone());
    if let Some(address) = attempt.address {
        letter = letter.with("address", address.to_string());
    }
    outbox::post(write, seal, &letter, at);
}

/// Ends the attempts a person left behind on the way here: from the same address, by the same browser.
pub(super) fn end_beside(write: &mut Write<'_, '_>, done: &Attempt) -> Result<(), StoreError> {
    for (key, other) in attempts(write)? {
        if other.user == done.user && other.address == done.address && other.agent == done.agent {
            write.delete(Table::Attempts, key);
        }
    }
    Ok(())
}
