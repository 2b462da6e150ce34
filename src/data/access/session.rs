//! A session: what is kept of it from the sign-in to its end.

use std::net::IpAddr;
use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::actor::{Actor, Origin};
use super::error::AccessError;
use super::policy::Policy;
use super::second_step::Passed;
use super::secret::hash;
use super::vault::{Vault, Work};
use crate::data::log::audit::{self, AuditKind, Note};
use crate::data::records::ids::{SessionId, UserId};
use crate::data::store::{Read, StoreError, Table, Write};

/// How stale the stored time of last use may get, so that not every request writes.
const SEEN_EVERY: SignedDuration = SignedDuration::from_mins(2);

/// A session.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Its public handle.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// When they signed in.
    pub created_at: Timestamp,
    /// When it was last used, to two minutes.
    pub seen_at: Timestamp,
    /// From where they signed in.
    pub address: Option<IpAddr>,
    /// Whether that was the office.
    #[serde(default)]
    pub office: bool,
    /// What the browser called itself, cut short.
    #[serde(default)]
    pub agent: String,
    /// What it has shown beside the password.
    #[serde(default)]
    pub passed: Passed,
    /// From where it was last used, where that is another place.
    #[serde(default)]
    pub moved: Option<Moved>,
    /// When the password was last asked for again.
    #[serde(default)]
    pub confirmed_at: Option<Timestamp>,
}

/// Another place than that of the sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The address.
    pub address: IpAddr,
    /// Whether it is the office's.
    pub office: bool,
}

impl Session {
    /// Whether its password was entered lately: at sign-in, or when it was asked for again, which holds for a minute at
    /// least, so that what it was asked for can be done.
    pub(super) fn is_fresh(&self, policy: &Policy, now: Timestamp) -> bool {
        let minutes = i64::from(policy.fresh_minutes);
        let within =
            |at: Timestamp, minutes| now.duration_since(at) < SignedDuration::from_mins(minutes);
        let again = self
            .confirmed_at
            .is_some_and(|at| within(at, minutes.max(1)));
        again || within(self.created_at, minutes)
    }

    /// From where it was last used.
    pub fn last_address(&self) -> Option<IpAddr> {
        self.moved.map(|moved| moved.address).or(self.address)
    }

    /// Whether that was the office.
    pub fn last_office(&self) -> bool {
        self.moved.map_or(self.office, |moved| moved.office)
    }

    pub(super) fn is_over(&self, policy: &Policy, now: Timestamp) -> bool {
        let idle = SignedDuration::from_mins(policy.session_idle_minutes.into());
        let age = SignedDuration::from_hours(policy.session_age_hours.into());
        now.duration_since(self.seen_at) > idle || now.duration_since(self.created_at) > age
    }
}

impl Vault {
    /// Keeps that a session was used, where the stored time is stale or it came from another place.
    pub async fn touch_session(
        &self,
        secret: &str,
        session: &Session,
        origin: &Origin,
    ) -> Result<(), StoreError> {
        let now = crate::clock::now();
        let moved = origin
            .address
            .filter(|address| Some(*address) != session.address)
            .map(|address| Moved {
                address,
                office: origin.office,
            });
        if now.duration_since(session.seen_at) < SEEN_EVERY && moved == session.moved {
            return Ok(());
        }
        let key = hash(secret);
        self.inner
            .store
            .write(move |write| {
                // A session that was ended meanwhile stays ended.
                change_session(write, key, |session| {
                    session.seen_at = now;
                    session.moved = moved;
                })
            })
            .await
    }

    /// Keeps that the person of a session has just entered their password again.
    pub async fn confirm_session(
        &self,
        secret: &str,
        verified: &crate::auth::Verified,
    ) -> Result<(), StoreError> {
        let (key, user) = (hash(secret), verified.user());
        self.inner
            .store
            .write(move |write| {
                change_session(write, key, |session| {
                    if session.user == user {
                        session.confirmed_at = Some(crate::clock::now());
                    }
                })
            })
            .await
    }

    /// Ends a session.
    pub async fn end_session(&self, secret: &str, actor: &Actor) -> Result<(), StoreError> {
        let key = hash(secret);
        let signature = actor.signature();
        self.inner
            .store
            .write(move |write| {
                if write.get(Table::Sessions, &key)?.is_some() {
                    write.delete(Table::Sessions, key);
                    audit::append(write, &signature, Note::new(AuditKind::SignOut))?;
                }
                Ok(())
            })
            .await
    }
}

fn change_session(
    write: &mut Write<'_, '_>,
    key: Vec<u8>,
    change: impl FnOnce(&mut Session),
) -> Result<(), StoreError> {
    let Some(bytes) = write.get(Table::Sessions, &key)? else {
        return Ok(());
    };
    let mut session: Session =
        serde_json::from_slice(&bytes).map_err(|error| StoreError::corrupt("a session", error))?;
    change(&mut session);
    put_session(write, key, &session);
    Ok(())
}

/// The sessions there are of which something holds, with their keys. One that cannot be read lets nobody in, and is passed
/// over.
pub(super) fn sessions_where(
    read: &impl Read,
    holds: impl Fn(&Session) -> bool,
) -> Result<Vec<(Vec<u8>, Session)>, StoreError> {
    let mut sessions = Vec::new();
    read.scan(Table::Sessions, &[], &[u8::MAX; 33], &mut |key, bytes| {
        if let Ok(session) = serde_json::from_slice(bytes)
            && holds(&session)
        {
            sessions.push((key.to_vec(), session));
        }
        ControlFlow::Continue(())
    })?;
    Ok(sessions)
}

/// Whether a session has shown more than a password.
pub(super) fn has_shown_more(read: &impl Read, id: Option<SessionId>) -> Result<bool, StoreError> {
    let found = sessions_where(read, |session| {
        Some(session.id) == id && session.passed != Passed::Password
    })?;
    Ok(!found.is_empty())
}

/// Keeps what a session has shown since it began.
pub(super) fn mark_session(
    write: &mut Write<'_, '_>,
    id: Option<SessionId>,
    passed: Passed,
) -> Result<(), StoreError> {
    // What was shown once stays shown.
    let found = sessions_where(write, |session| {
        Some(session.id) == id && session.passed != Passed::Both
    })?;
    for (key, session) in found {
        put_session(write, key, &Session { passed, ..session });
    }
    Ok(())
}

/// Ends every session of a person, save one.
pub(super) fn end_sessions(
    write: &mut Write<'_, '_>,
    user: UserId,
    except: Option<SessionId>,
) -> Result<(), StoreError> {
    let ended = sessions_where(write, |session| {
        session.user == user && Some(session.id) != except
    })?;
    for (key, _) in ended {
        write.delete(Table::Sessions, key);
    }
    Ok(())
}

pub(super) fn put_session(write: &mut Write<'_, '_>, key: Vec<u8>, session: &Session) {
    let bytes = serde_json::to_vec(session).expect("plain structs always serialise");
    write.put(Table::Sessions, key, bytes);
}

impl Work<'_, '_, '_> {
    /// Ends every session of a person, save one.
    pub(super) fn end_sessions(
        &mut self,
        user: UserId,
        except: Option<SessionId>,
    ) -> Result<(), AccessError> {
        Ok(end_sessions(self.write, user, except)?)
    }
}
