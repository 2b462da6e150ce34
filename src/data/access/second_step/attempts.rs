//! Sign-ins half-way: the password was right, the second step is still to come.
//!
//! An attempt is found by the hash of a secret of its own, lasts ten minutes, and belongs to one account with one
//! password. It answers to nothing but the page of the second step. Everything that decides is read, counted and used up
//! in the write that decides, so that of two tries at the same moment one comes second.

use serde_json::json;

use super::attempt::{
    Attempt, LIFETIME, MOST_SENT, alive, attempts, end_beside, put_attempt, send, tell_unfinished,
};
use super::passkey::{self, Refused, Shown, Site};
use super::text_message::{self, TextMessage};
use super::{Method, Passed, State, codes, devices, due, fingerprint, load, policy, put};
use crate::data::access::actor::{Origin, signature_without_actor};
use crate::data::access::error::AccessError;
use crate::data::access::letter::{Letter, Template};
use crate::data::access::outbox;
use crate::data::access::people::{self, User};
use crate::data::access::places::admit;
use crate::data::access::secret::{Secret, hash};
use crate::data::access::sign_in::{Opening, clean_agent, open_session};
use crate::data::access::vault::{Vault, firm};
use crate::data::log::audit::{self, AuditKind, Note};
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
    /// Whether a code went to the phone.
    pub text_sent: bool,
    /// Whether another can go there.
    pub can_text: bool,
    /// The phone, all but its ends hidden.
    pub phone: String,
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

/// What came of asking for a code.
#[derive(Debug)]
pub enum CodeSent {
    /// It is in the queue; an earlier one does not work any more.
    Sent,
    /// It is to be sent to the phone; an earlier one does not work any more.
    Text(TextMessage),
    /// Too many went out.
    TooMany,
    /// Such codes are not offered here.
    NotOffered,
    /// There is no such attempt any more.
    Over,
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
                let offered = state.offered(user, &policy, &vault.at_hand());
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
                let signature = signature_without_actor(Some(user.id), origin);
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
                    texts: 0,
                    text_code: None,
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
            methods: state.offered(&user, &policy, &self.at_hand()),
            code_sent: attempt.code.is_some(),
            can_send: attempt.sent < MOST_SENT,
            text_sent: attempt.text_code.is_some(),
            can_text: attempt.texts < MOST_SENT,
            phone: state
                .phone
                .as_ref()
                .map_or_else(String::new, |phone| phone.masked.clone()),
            trust_days: policy.trust_days,
            user,
        }))
    }

    /// Sends a code by mail, or gives one to be sent to the phone; another takes the place of an earlier one. Wrong codes
    /// stay counted.
    pub async fn send_code(
        &self,
        secret: &str,
        method: Method,
        origin: Origin,
    ) -> Result<CodeSent, StoreError> {
        let (key, vault) = (hash(secret), self.clone());
        self.inner
            .store
            .write(move |write| {
                let people = vault.inner.people.read_in(write)?;
                let Some((mut attempt, user)) = alive(write, &people, &key)? else {
                    return Ok(CodeSent::Over);
                };
                let (policy, mut state) = (policy::read(write)?, load(write, user.id)?);
                let offered = state.offered(&user, &policy, &vault.at_hand());
                let offered = offered.contains(&method);
                let (seal, signature) = (
                    vault.inner.store.seal(),
                    signature_without_actor(Some(user.id), origin),
                );
                if offered && method == Method::Sms {
                    let (language, at) = (user.language, signature.at);
                    let text =
                        text_message::code_for(seal, &mut attempt, &mut state, language, at)?;
                    let Some(text) = text else {
                        return Ok(CodeSent::TooMany);
                    };
                    put(write, user.id, &state);
                    put_attempt(write, key, &attempt);
                    return Ok(CodeSent::Text(text));
                }
                if !offered || method != Method::Email {
                    return Ok(CodeSent::NotOffered);
                }
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
        let given = Given::Code(method, codes::typed(code));
        self.take_step(secret, given, origin, trust).await
    }

    /// Takes the answer of a passkey to the question last asked in this sign-in, which was asked this once.
    pub async fn take_passkey(
        &self,
        secret: &str,
        site: &Site,
        answer: &str,
        origin: Origin,
        trust: bool,
    ) -> Result<Step, AccessError> {
        let given = Given::Passkey(Shown {
            site: site.clone(),
            asked: self.take_asked(secret),
            answer: answer.to_owned(),
        });
        self.take_step(secret, given, origin, trust).await
    }

    async fn take_step(
        &self,
        secret: &str,
        given: Given,
        origin: Origin,
        trust: bool,
    ) -> Result<Step, AccessError> {
        let (key, vault, method) = (hash(secret), self.clone(), given.method());
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
                let offered = state.offered(&user, &policy, &vault.at_hand());
                let offered = offered.contains(&method);
                let signature = signature_without_actor(Some(user.id), origin);
                let refused = if offered {
                    fits(seal, &mut state, &attempt, given)?
                } else {
                    Some(Refused::Wrong)
                };
                if let Some(refused) = refused {
                    state.failures.entry(method).or_default().add(now);
                    attempt.wrong += 1;
                    if attempt.wrong >= MOST_WRONG {
                        tell_unfinished(write, seal, &attempt, &mut state, &user);
                        write.delete(Table::Attempts, key);
                    } else {
                        put_attempt(write, key, &attempt);
                    }
                    put(write, user.id, &state);
                    let why = match refused {
                        Refused::Wrong => "second_step",
                        Refused::Copied => {
                            let what = Template::SecondStepChanged;
                            let letter = Letter::to(&user, what, signature.at)
                                .from(&signature)
                                .with("what", "passkey-copied");
                            outbox::post(write, seal, &letter, signature.at);
                            "passkey_copied"
                        }
                    };
                    let note = Note::new(AuditKind::SignInFailed);
                    let note = note.with(json!({"why": why, "method": method.name()}));
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

/// What somebody gives as their second step.
enum Given {
    Code(Method, String),
    Passkey(Shown),
}

impl Given {
    fn method(&self) -> Method {
        match self {
            Self::Code(method, _) => *method,
            Self::Passkey(_) => Method::Passkey,
        }
    }
}

/// Why it is not right, where it is not; a recovery code, time step or counter that is right is used up in `state`.
fn fits(
    seal: &Seal,
    state: &mut State,
    attempt: &Attempt,
    given: Given,
) -> Result<Option<Refused>, StoreError> {
    let (method, code) = match given {
        Given::Code(method, code) => (method, code),
        Given::Passkey(shown) => {
            return Ok(passkey::check(&mut state.passkeys, attempt.user, shown)?.err());
        }
    };
    let fits = match method {
        Method::Passkey => false,
        Method::Email => match &attempt.code {
            Some(sealed) => codes::same(&code, &codes::mailed(seal, sealed)?),
            None => false,
        },
        Method::Sms => match &attempt.text_code {
            Some(sealed) => codes::same(&code, &codes::texted(seal, sealed)?),
            None => false,
        },
        Method::App => match &mut state.app {
            Some(app) => {
                let totp = codes::app(seal, &app.sealed, "", "")?;
                let step = codes::app_step(&totp, &code, app.last_step);
                app.last_step = step.unwrap_or(app.last_step);
                step.is_some()
            }
            None => false,
        },
        Method::Recovery => {
            let given = codes::recovery_hash(attempt.user, &code);
            let before = state.recovery.len();
            state.recovery.retain(|kept| !codes::same(&given, kept));
            state.recovery.len() < before
        }
    };
    Ok((!fits).then_some(Refused::Wrong))
}

/// What an authenticator app shows as the issuer.
pub(super) fn issuer(read: &impl Read) -> Result<String, StoreError> {
    Ok(firm(read)?.map_or_else(|| "Kartoteka".to_owned(), |firm| firm.name))
}

#[cfg(test)]
mod tests;
