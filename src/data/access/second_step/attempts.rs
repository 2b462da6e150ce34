//! Sign-ins half-way: the password was right, the second step is still to come.
//!
//! An attempt is found by the hash of a secret of its own, lasts ten minutes, and belongs to one account with one
//! password. It answers to nothing but the page of the second step. Everything that decides is read, counted and used up
//! in the write that decides, so that of two tries at the same moment one comes second.

use serde_json::json;

use super::attempt::{
    Attempt, LIFETIME, MOST_SENT, alive, attempts, end_beside, put_attempt, send, tell_unfinished,
};
use super::{Method, Passed, State, codes, devices, due, fingerprint, load, policy, put};
use crate::data::access::actor::{Actor, Origin, Who};
use crate::data::access::error::AccessError;
use crate::data::access::letter::{Letter, Template};
use crate::data::access::outbox;
use crate::data::access::people::{self, User};
use crate::data::access::places::admit;
use crate::data::access::sign_in::{Opening, Secret, clean_agent, hash, open_session};
use crate::data::access::vault::{Vault, firm};
use crate::data::log::Signature;
use crate::data::log::audit::{self, AuditKind, Note};
use crate::data::records::ids::UserId;
use crate::data::store::{Read, Seal, StoreError, Table};

/// Wrong codes that end an attempt.
const MOST_WRONG: u8 = 5;

/// Where somebody stands after the password was right.
pub enum Entrance {
    /// Signed in.
    In(Secret),
    /// The second step is still to come; the secret is the attempt's.
    HalfWay(Secret),
}

/// An attempt as its page shows it.
#[derive(Clone, Debug)]
pub struct HalfWay {
    /// Who is to take the second step.
    pub user: User,
    /// The ways offered, the strongest first.
    pub methods: Vec<Method>,
    /// Whether a code went out by mail.
    pub code_sent: bool,
    /// Whether another code can be sent.
    pub can_send: bool,
    /// Days the device may be trusted after this; 0: not at all.
    pub trust_days: u16,
}

/// What came of a code.
pub enum Step {
    /// Signed in.
    In {
        /// The session's.
        session: Secret,
        /// The device's, where it is trusted from now on.
        device: Option<Secret>,
        /// Where to go.
        next: String,
        /// The account's address, for the throttle.
        email: String,
        /// Days the device is trusted.
        trust_days: u16,
    },
    /// The code was wrong; so many tries are left.
    Wrong(u8),
    /// Too many were wrong; seconds until the next may be tried. This one was not looked at.
    Wait(u64),
    /// There is no such attempt any more.
    Over,
}

/// What came of asking for a code by mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeSent {
    /// It is in the queue; an earlier one does not work any more.
    Sent,
    /// Too many went out.
    TooMany,
    /// Codes by mail are not offered here.
    NotOffered,
    /// There is no such attempt any more.
    Over,
}

/// A person who has given their password and no more.
fn signature(user: UserId, origin: Origin) -> Signature {
    let program = Actor {
        who: Who::Program { why: "" },
        origin,
    };
    Signature {
        user: Some(user),
        ..program.signature()
    }
}

impl Vault {
    /// Goes on after a password was verified: into a session, or half-way where the second step is due. `device` is the
    /// secret of a trusted one, `before` that of an attempt the browser held, which ends. The account must still be
    /// active and have the very password that was checked.
    pub async fn enter(
        &self,
        verified: crate::auth::Verified,
        origin: Origin,
        agent: &str,
        next: &str,
        device: Option<String>,
        before: Option<String>,
    ) -> Result<Entrance, AccessError> {
        let (agent, next, vault) = (clean_agent(agent), next.to_owned(), self.clone());
        self.inner
            .store
            .write(move |write| {
                let people = vault.inner.people.read_in(write)?;
                let seal = vault.inner.store.seal();
                let user = people
                    .user(verified.user())
                    .filter(|user| user.active)
                    .filter(|user| user.password.as_deref() == Some(verified.checked()))
                    .ok_or(AccessError::SignedOut)?;
                // No code goes out to a place from which nobody could use it.
                let now = crate::clock::now();
                admit(&people, user, origin.address, now, &vault.zone())
                    .map_err(AccessError::Barred)?;
                if let Some(before) = before {
                    write.delete(Table::Attempts, hash(&before));
                }
                let (policy, mut state) = (policy::read(write)?, load(write, user.id)?);
                let offered = state.offered(user, &policy);
                let trusted = match device {
                    Some(device) => devices::is_trusted(write, &policy, user, &device)?,
                    None => false,
                };
                let is_due = due(&people, user, &policy, &vault.zone()).now;
                if !is_due || trusted || offered.is_empty() {
                    let passed = if is_due && trusted {
                        Passed::Trusted
                    } else {
                        Passed::Password
                    };
                    let opening = Opening {
                        origin,
                        agent,
                        passed,
                        method: None,
                    };
                    let renewed = verified.renewed();
                    return Ok(Entrance::In(open_session(
                        write, seal, user, renewed, opening,
                    )?));
                }
                let mut user = user.clone();
                if let Some(renewed) = verified.renewed() {
                    let old = user.clone();
                    user.password = Some(renewed.to_owned());
                    people::put_user(write, Some(&old), &user)?;
                }
                let signature = signature(user.id, origin);
                let secret = Secret::random();
                let mut attempt = Attempt {
                    user: user.id,
                    made_at: signature.at,
                    until: signature.at + LIFETIME,
                    password: fingerprint(&user),
                    address: origin.address,
                    agent,
                    next,
                    wrong: 0,
                    sent: 0,
                    code: None,
                };
                if offered.first() == Some(&Method::Email)
                    && send(write, seal, &mut attempt, &mut state, &user, &signature)
                {
                    put(write, user.id, &state);
                }
                put_attempt(write, hash(secret.reveal()), &attempt);
                Ok(Entrance::HalfWay(secret))
            })
            .await
    }

    /// The attempt of a secret; none where it has ended.
    pub fn half_way(&self, secret: &str) -> Result<Option<HalfWay>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        let Some((attempt, user)) = alive(&snapshot, &people, &hash(secret))? else {
            return Ok(None);
        };
        let (policy, state) = (policy::read(&snapshot)?, load(&snapshot, user.id)?);
        Ok(Some(HalfWay {
            methods: state.offered(&user, &policy),
            code_sent: attempt.code.is_some(),
            can_send: attempt.sent < MOST_SENT,
            trust_days: policy.trust_days,
            user,
        }))
    }

    /// Sends a code by mail, or another in its place. Wrong codes stay counted.
    pub async fn send_code(&self, secret: &str, origin: Origin) -> Result<CodeSent, StoreError> {
        let (key, vault) = (hash(secret), self.clone());
        self.inner
            .store
            .write(move |write| {
                let people = vault.inner.people.read_in(write)?;
                let Some((mut attempt, user)) = alive(write, &people, &key)? else {
                    return Ok(CodeSent::Over);
                };
                let (policy, mut state) = (policy::read(write)?, load(write, user.id)?);
                if !state.offered(&user, &policy).contains(&Method::Email) {
                    return Ok(CodeSent::NotOffered);
                }
                let (seal, signature) = (vault.inner.store.seal(), signature(user.id, origin));
                if !send(write, seal, &mut attempt, &mut state, &user, &signature) {
                    return Ok(CodeSent::TooMany);
                }
                put(write, user.id, &state);
                put_attempt(write, key, &attempt);
                Ok(CodeSent::Sent)
            })
            .await
    }

    /// Takes a code: checks it, counts it where it is wrong, and where it is right uses it up and begins the session.
    pub async fn take_second_step(
        &self,
        secret: &str,
        method: Method,
        code: &str,
        origin: Origin,
        trust: bool,
    ) -> Result<Step, AccessError> {
        let (key, code, vault) = (hash(secret), codes::typed(code), self.clone());
        self.inner
            .store
            .write(move |write| {
                let people = vault.inner.people.read_in(write)?;
                let seal = vault.inner.store.seal();
                let Some((mut attempt, user)) = alive(write, &people, &key)? else {
                    write.delete(Table::Attempts, key);
                    return Ok(Step::Over);
                };
                let now = crate::clock::now();
                admit(&people, &user, origin.address, now, &vault.zone())
                    .map_err(AccessError::Barred)?;
                let (policy, mut state) = (policy::read(write)?, load(write, user.id)?);
                let failures = state.failures.entry(method).or_default();
                if let Some(seconds) = failures.wait(now) {
                    return Ok(Step::Wait(seconds));
                }
                let offered = state.offered(&user, &policy).contains(&method);
                let signature = signature(user.id, origin);
                if !(offered && fits(seal, &mut state, &attempt, method, &code)?) {
                    state.failures.entry(method).or_default().add(now);
                    attempt.wrong += 1;
                    if attempt.wrong >= MOST_WRONG {
                        tell_unfinished(write, seal, &attempt, &mut state, &user);
                        write.delete(Table::Attempts, key);
                    } else {
                        put_attempt(write, key, &attempt);
                    }
                    put(write, user.id, &state);
                    let note = Note::new(AuditKind::SignInFailed);
                    let note = note.with(json!({"why": "second_step", "method": method.name()}));
                    audit::append(write, &signature, note)?;
                    return Ok(Step::Wrong(MOST_WRONG - attempt.wrong));
                }
                state.failures.clear();
                state.recovered = false;
                put(write, user.id, &state);
                if method == Method::Recovery {
                    let letter = Letter::to(&user, Template::SecondStepChanged, signature.at)
                        .from(&signature)
                        .with("what", "recovery-used");
                    outbox::post(write, seal, &letter, signature.at);
                }
                end_beside(write, &attempt)?;
                write.delete(Table::Attempts, key);
                let trusted = trust && policy.trust_days > 0 && method != Method::Recovery;
                let device = trusted
                    .then(|| devices::trust(write, &policy, &user, &attempt.agent, signature.at));
                let opening = Opening {
                    origin,
                    agent: attempt.agent,
                    passed: Passed::Both,
                    method: Some(method),
                };
                Ok(Step::In {
                    session: open_session(write, seal, &user, None, opening)?,
                    device,
                    next: attempt.next,
                    email: user.email,
                    trust_days: policy.trust_days,
                })
            })
            .await
    }

    /// Ends attempts whose time is over, and tells their people.
    pub async fn end_stale_attempts(&self) -> Result<(), StoreError> {
        let (vault, now) = (self.clone(), crate::clock::now());
        let over = |attempt: &Attempt| attempt.until <= now;
        if !attempts(&self.inner.store.read()?)?
            .iter()
            .any(|(_, attempt)| over(attempt))
        {
            return Ok(());
        }
        self.inner
            .store
            .write(move |write| {
                let people = vault.inner.people.read_in(write)?;
                devices::forget_over(write, now)?;
                for (key, attempt) in attempts(write)? {
                    if attempt.until > now {
                        continue;
                    }
                    write.delete(Table::Attempts, key);
                    // Where the password has changed since, the person knows.
                    let user = people.user(attempt.user).filter(|user| user.active);
                    if let Some(user) = user.filter(|user| fingerprint(user) == attempt.password) {
                        let mut state = load(write, user.id)?;
                        let seal = vault.inner.store.seal();
                        tell_unfinished(write, seal, &attempt, &mut state, user);
                        put(write, user.id, &state);
                    }
                }
                Ok(())
            })
            .await
    }
}

/// Whether a code is right; a recovery code or time step that is right is used up in `state`.
fn fits(
    seal: &Seal,
    state: &mut State,
    attempt: &Attempt,
    method: Method,
    code: &str,
) -> Result<bool, StoreError> {
    match method {
        Method::Email => match &attempt.code {
            Some(sealed) => Ok(codes::same(code, &codes::mailed(seal, sealed)?)),
            None => Ok(false),
        },
        Method::App => {
            let Some(app) = &mut state.app else {
                return Ok(false);
            };
            let totp = codes::app(seal, &app.sealed, "", "")?;
            let step = codes::app_step(&totp, code, app.last_step);
            app.last_step = step.unwrap_or(app.last_step);
            Ok(step.is_some())
        }
        Method::Recovery => {
            let given = codes::recovery_hash(attempt.user, code);
            let before = state.recovery.len();
            state.recovery.retain(|kept| !codes::same(&given, kept));
            Ok(state.recovery.len() < before)
        }
    }
}

/// What an authenticator app shows as the issuer.
pub(super) fn issuer(read: &impl Read) -> Result<String, StoreError> {
    Ok(firm(read)?.map_or_else(|| "Kartoteka".to_owned(), |firm| firm.name))
}

#[cfg(test)]
mod tests;
