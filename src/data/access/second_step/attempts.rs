//! Sign-ins half-way: the password was right, the second step is still to come.
//!
//! An attempt is found by the hash of a secret of its own, lasts ten minutes, and belongs to one account with one
//! password. It answers to nothing but the page of the second step. Everything that decides is read, counted and used up
//! in the write that decides, so that of two tries at the same moment one comes second.

use std::net::IpAddr;
use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Method, Passed, State, codes, devices, due, fingerprint, load, policy, put};
use crate::data::access::actor::{Actor, Origin, Who};
use crate::data::access::error::AccessError;
use crate::data::access::letter::{Letter, Template};
use crate::data::access::outbox;
use crate::data::access::people::{self, People, User};
use crate::data::access::sign_in::{Opening, Secret, clean_agent, hash, open_session};
use crate::data::access::vault::{Vault, firm};
use crate::data::log::Signature;
use crate::data::log::audit::{self, AuditKind, Note};
use crate::data::records::ids::UserId;
use crate::data::store::{Read, Seal, StoreError, Table, Write};

/// How long an attempt lasts, and a code sent for it.
const LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// Wrong codes that end an attempt.
const MOST_WRONG: u8 = 5;
/// Codes sent for one attempt.
const MOST_SENT: u8 = 4;
/// Codes sent to one person within [`SENT_TIME`], whichever attempts they are for.
const MOST_SENT_LATELY: usize = 12;
const SENT_TIME: SignedDuration = SignedDuration::from_hours(1);
/// A person is told of unfinished sign-ins at most this often.
const TOLD_EVERY: SignedDuration = SignedDuration::from_hours(1);

#[derive(Clone, Serialize, Deserialize)]
struct Attempt {
    user: UserId,
    made_at: Timestamp,
    until: Timestamp,
    password: String,
    address: Option<IpAddr>,
    agent: String,
    /// Where to go afterwards.
    next: String,
    wrong: u8,
    sent: u8,
    /// The code that went out by mail for this attempt, sealed.
    code: Option<String>,
}

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

fn put_attempt(write: &mut Write<'_, '_>, key: Vec<u8>, attempt: &Attempt) {
    let bytes = serde_json::to_vec(attempt).expect("plain structs always serialise");
    write.put(Table::Attempts, key, bytes);
}

fn parse(bytes: &[u8]) -> Result<Attempt, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::corrupt("a sign-in half-way", error))
}

fn attempts(read: &impl Read) -> Result<Vec<(Vec<u8>, Attempt)>, StoreError> {
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
fn alive(
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

/// Sends a code for an attempt, which takes the place of an earlier one; `false` where too many went out.
fn send(
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
fn tell_unfinished(
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
                let (policy, mut state) = (policy::read(write)?, load(write, user.id)?);
                let now = crate::clock::now();
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

/// Ends the attempts a person left behind on the way here: from the same address, by the same browser.
fn end_beside(write: &mut Write<'_, '_>, done: &Attempt) -> Result<(), StoreError> {
    for (key, other) in attempts(write)? {
        if other.user == done.user && other.address == done.address && other.agent == done.agent {
            write.delete(Table::Attempts, key);
        }
    }
    Ok(())
}

/// What an authenticator app shows as the issuer.
pub(super) fn issuer(read: &impl Read) -> Result<String, StoreError> {
    Ok(firm(read)?.map_or_else(|| "Kartoteka".to_owned(), |firm| firm.name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::auth::Passwords;
    use crate::data::tests::{TestFirm, firm};
    use crate::data::{BuiltIn, Channel};

    const WEB: Origin = Origin {
        address: None,
        office: false,
        channel: Channel::Web,
    };
    const PASSWORD: &str = "Zielony-Traktor-4821-pod-lasem";

    /// Somebody who takes the second step by mail, half-way.
    async fn half_way(firm: &TestFirm) -> Secret {
        let (vault, passwords) = (&firm.vault, Passwords::new());
        if vault.credential("a@f.test").unwrap().is_none() {
            let json =
                json!({"email": "a@f.test", "name": "Anna", "role": BuiltIn::Salesperson.id()});
            let owner = vault.access(&vault.on_machine("o@f.test").unwrap());
            let json = json.as_object().unwrap().clone();
            let hash = passwords.hash(PASSWORD).await;
            let made = owner.create_user(json, Some(hash)).await.unwrap();
            let write = move |write: &mut Write<'_, '_>| {
                let user = User {
                    email_verified: true,
                    two_step: true,
                    ..made.clone()
                };
                people::put_user(write, Some(&made), &user)
            };
            vault.inner.store.write(write).await.unwrap();
        }
        let credential = vault.credential("a@f.test").unwrap();
        let verified = passwords.verify(credential, PASSWORD).await.unwrap();
        match vault.enter(verified, WEB, "test", "/", None, None).await {
            Ok(Entrance::HalfWay(secret)) => secret,
            _ => panic!("the second step is due"),
        }
    }

    /// As if an attempt had been made ten minutes ago.
    async fn age(vault: &Vault, secret: &Secret) {
        let key = hash(secret.reveal());
        let write = move |write: &mut Write<'_, '_>| {
            let mut attempt = parse(&write.get(Table::Attempts, &key)?.unwrap())?;
            attempt.until = attempt.until - LIFETIME;
            put_attempt(write, key, &attempt);
            Ok::<_, StoreError>(())
        };
        vault.inner.store.write(write).await.unwrap();
    }

    fn letters(vault: &Vault, template: Template) -> Vec<Letter> {
        let soon = crate::clock::now() + SignedDuration::from_secs(1);
        let due = vault.due_letters(soon, 100).unwrap().letters;
        let letters = due.into_iter().map(|waiting| waiting.letter);
        letters
            .filter(|letter| letter.template == template)
            .collect()
    }

    #[tokio::test]
    async fn a_code_works_for_ten_minutes() {
        let firm = firm().await;
        let secret = half_way(&firm).await;
        let code = letters(&firm.vault, Template::Code)[0].values["code"].clone();
        assert!(firm.vault.half_way(secret.reveal()).unwrap().is_some());
        age(&firm.vault, &secret).await;
        assert!(firm.vault.half_way(secret.reveal()).unwrap().is_none());
        let step = firm
            .vault
            .take_second_step(secret.reveal(), Method::Email, &code, WEB, false)
            .await;
        assert!(matches!(step, Ok(Step::Over)));
        let sent = firm.vault.send_code(secret.reveal(), WEB).await;
        assert_eq!(sent.unwrap(), CodeSent::Over);
    }

    #[tokio::test]
    async fn a_sign_in_that_was_not_finished_is_told_once() {
        let firm = firm().await;
        let (first, second) = (half_way(&firm).await, half_way(&firm).await);
        firm.vault.end_stale_attempts().await.unwrap();
        assert!(letters(&firm.vault, Template::UnfinishedSignIn).is_empty());
        for secret in [&first, &second] {
            age(&firm.vault, secret).await;
        }
        firm.vault.end_stale_attempts().await.unwrap();
        assert_eq!(letters(&firm.vault, Template::UnfinishedSignIn).len(), 1);
        let left = attempts(&firm.vault.inner.store.read().unwrap()).unwrap();
        assert!(left.is_empty());
    }

    #[tokio::test]
    async fn a_sign_in_begun_again_and_finished_is_not_told() {
        let firm = firm().await;
        let (left, done) = (half_way(&firm).await, half_way(&firm).await);
        let code = letters(&firm.vault, Template::Code)[1].values["code"].clone();
        let step = firm
            .vault
            .take_second_step(done.reveal(), Method::Email, &code, WEB, false)
            .await;
        assert!(matches!(step, Ok(Step::In { .. })));
        assert!(firm.vault.half_way(left.reveal()).unwrap().is_none());
        firm.vault.end_stale_attempts().await.unwrap();
        assert!(letters(&firm.vault, Template::UnfinishedSignIn).is_empty());
    }
}
