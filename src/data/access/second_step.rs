//! The second step of signing in: which ways a person has to take it, when they must, and what is kept of it.
//!
//! All that is kept about a person lies in one place, so that a code is checked, counted and used up in one write.
//! Secrets of authenticator apps are sealed; of codes only what cannot be turned back is kept, or it is sealed as well.

mod attempt;
mod attempts;
mod changes;
mod codes;
mod devices;
mod failures;
mod newcomers;
mod passkey;
mod policy;
mod text_message;
mod tokens;

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::letter::{Letter, Template};
use super::outbox;
use super::people::{People, User};
use super::session::mark_session;
use crate::data::log::Signature;
use crate::data::records::ids::{SessionId, UserId};
use crate::data::store::{Read, Seal, StoreError, Table, Write};
pub use attempts::{CodeSent, Entrance, HalfWay, Step};
pub use changes::AppSecret;
pub use devices::TrustedDevice;
use failures::Failures;
use newcomers::Seen;
pub(super) use newcomers::greet;
pub(super) use passkey::AskedPasskeys;
use passkey::Passkey;
pub use passkey::{KnownPasskey, NoSite, Site};
pub(super) use policy::AtHand;
pub use policy::SecondStepPolicy;
pub use text_message::TextMessage;
use text_message::{NewPhone, Phone};
pub(super) use tokens::waits;

/// A way to take the second step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A passkey: a key of a device, bound to our address (`WebAuthn`).
    Passkey,
    /// The code an authenticator app shows (RFC 6238).
    App,
    /// A code sent to a phone (SMS).
    Sms,
    /// A code sent by mail.
    Email,
    /// One of the codes made beforehand, for when nothing else is at hand.
    Recovery,
}

impl Method {
    /// All of them, the strongest first.
    pub const ALL: [Self; 5] = [
        Self::Passkey,
        Self::App,
        Self::Sms,
        Self::Email,
        Self::Recovery,
    ];

    /// The word in addresses and logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::App => "app",
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Recovery => "recovery",
        }
    }

    /// Reads the word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// What a session has shown beside a password.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Passed {
    /// Nothing.
    #[default]
    Password,
    /// A device that was trusted after a second step.
    Trusted,
    /// Nothing at sign-in; the second step was set up in this very session.
    SetUp,
    /// The second step.
    Both,
}

/// A shared secret of an authenticator app.
#[derive(Clone, Serialize, Deserialize)]
struct App {
    sealed: String,
    /// The last time step a code was taken of: neither it nor an earlier one is taken again.
    last_step: u64,
    added_at: Timestamp,
}

/// An app whose first code is still to come.
#[derive(Clone, Serialize, Deserialize)]
struct Begun {
    sealed: String,
    until: Timestamp,
}

/// What is kept of a person's second steps.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    app: Option<App>,
    begun: Option<Begun>,
    /// SHA-256 of the recovery codes that are left: they have 120 random bits each (OWASP ASVS 6.5.2).
    recovery: Vec<String>,
    passkeys: Vec<Passkey>,
    phone: Option<Phone>,
    new_phone: Option<NewPhone>,
    failures: BTreeMap<Method, Failures>,
    /// When codes went out by mail lately, whichever sign-in they were for.
    codes_sent: Vec<Timestamp>,
    /// When messages went to a phone lately, whatever they were for.
    texts_sent: Vec<Timestamp>,
    /// Whether the password came by mail and nobody has taken the second step since.
    recovered: bool,
    told_unfinished: Option<Timestamp>,
    told_barred: Option<Timestamp>,
    seen: Seen,
}

/// The ways a person has, as their profile shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondSteps {
    /// Since when they have an authenticator app.
    pub app: Option<Timestamp>,
    /// Their passkeys.
    pub passkeys: Vec<KnownPasskey>,
    /// The number codes can go to, all but its ends hidden.
    pub phone: Option<String>,
    /// A number that waits for its code, hidden alike.
    pub new_phone: Option<String>,
    /// Whether codes can go to their address.
    pub email: bool,
    /// Recovery codes that are left.
    pub recovery: usize,
    /// Whether they must take the second step.
    pub due: bool,
    /// Whether they may not decide that themselves.
    pub required: bool,
    /// From when on everybody must.
    pub required_from: Option<Date>,
    /// Whether they have a way that the firm allows.
    pub set_up: bool,
    /// Whether the firm allows codes by mail.
    pub email_allowed: bool,
    /// Whether it allows codes to phones.
    pub sms_allowed: bool,
}

fn load(read: &impl Read, user: UserId) -> Result<State, StoreError> {
    match read.get(Table::SignInState, user.bytes())? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("second steps", error)),
        None => Ok(State::default()),
    }
}

fn put(write: &mut Write<'_, '_>, user: UserId, state: &State) {
    let bytes = serde_json::to_vec(state).expect("plain structs always serialise");
    write.put(Table::SignInState, user.bytes().to_vec(), bytes);
}

/// Calls `visit` with what is kept of everybody, until it fails.
fn each(
    read: &impl Read,
    visit: &mut dyn FnMut(UserId, State) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut result = Ok(());
    read.scan(
        Table::SignInState,
        &[],
        &[u8::MAX; 17],
        &mut |key, value| {
            let state = serde_json::from_slice(value);
            let state = state.map_err(|error| StoreError::corrupt("second steps", error));
            let user = key.try_into().map(UserId::from_bytes);
            let user = user.map_err(|_| StoreError::Corrupt("the key of second steps".to_owned()));
            result = user.and_then(|user| visit(user, state?));
            match result {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        },
    )?;
    result
}

/// Those of whose second steps something is sealed.
pub(super) fn with_secrets(read: &impl Read) -> Result<Vec<UserId>, StoreError> {
    let mut people = Vec::new();
    each(read, &mut |user, state| {
        let apps = state.app.is_some() || state.begun.is_some();
        if apps || state.phone.is_some() || state.new_phone.is_some() {
            people.push(user);
        }
        Ok(())
    })?;
    Ok(people)
}

/// Whether a key opens what is sealed of everybody's.
pub(super) fn check_seal(read: &impl Read, seal: &Seal) -> Result<(), StoreError> {
    each(read, &mut |_, state| {
        if let Some(app) = &state.app {
            codes::app(seal, &app.sealed, "", "")?;
        }
        state.phone.map_or(Ok(()), |phone| phone.check_seal(seal))
    })
}

/// Takes from these people the ways that were sealed under a key that is gone. Others that they have stay.
pub(super) fn forget_secrets(
    write: &mut Write<'_, '_>,
    people: &[UserId],
) -> Result<(), StoreError> {
    for user in people {
        let mut state = load(write, *user)?;
        (state.app, state.begun, state.phone, state.new_phone) = (None, None, None, None);
        put(write, *user, &state);
    }
    Ok(())
}

/// Forgets everything about a person who is gone.
pub(super) fn forget(write: &mut Write<'_, '_>, user: UserId) -> Result<(), StoreError> {
    write.delete(Table::SignInState, user.bytes().to_vec());
    attempt::end_all(write, user)?;
    devices::end_all(write, user)
}

/// Remembers that a password was set by a link from a letter: the same mailbox does not give the second step as well,
/// where there is another way.
pub(super) fn note_recovery(write: &mut Write<'_, '_>, user: UserId) -> Result<(), StoreError> {
    let mut state = load(write, user)?;
    state.recovered = true;
    put(write, user, &state);
    attempt::end_all(write, user)
}

/// Lets a person try again at once.
pub(super) fn forget_failures(write: &mut Write<'_, '_>, user: UserId) -> Result<(), StoreError> {
    let mut state = load(write, user)?;
    if !state.failures.is_empty() {
        state.failures.clear();
        put(write, user, &state);
    }
    Ok(())
}

/// Whether a person must take the second step by now, and whether that is not theirs to decide.
struct Due {
    now: bool,
    required: bool,
}

fn due(people: &People, user: &User, policy: &SecondStepPolicy, zone: &TimeZone) -> Due {
    let by_role = people
        .role(user.role)
        .is_some_and(|role| role.two_step_required);
    let today = zone.to_datetime(crate::clock::now()).date();
    let by_firm = policy.required_from.is_some_and(|from| from <= today);
    let required = by_role || by_firm;
    Due {
        now: user.two_step || required,
        required,
    }
}

impl State {
    /// Ways the person has set up, whatever the firm says of them.
    fn all(&self, user: &User) -> Vec<Method> {
        let has = |method: &Method| match method {
            Method::Passkey => !self.passkeys.is_empty(),
            Method::App => self.app.is_some(),
            Method::Sms => self.phone.is_some(),
            Method::Email => user.email_verified,
            Method::Recovery => !self.recovery.is_empty(),
        };
        Method::ALL.into_iter().filter(has).collect()
    }

    /// Whether a way counts: the firm allows it, and this server can ask for it.
    fn counts(&self, method: Method, policy: &SecondStepPolicy, hand: &AtHand) -> bool {
        policy.allows(method)
            && match method {
                Method::Passkey => self.passkeys.iter().any(|key| hand.is_site(key.site())),
                Method::Sms => hand.texts(),
                Method::App | Method::Email | Method::Recovery => true,
            }
    }

    /// Whether there is a way of their own that counts; recovery codes alone are none.
    fn set_up(&self, user: &User, policy: &SecondStepPolicy, hand: &AtHand) -> bool {
        let mut all = self.all(user).into_iter();
        all.any(|method| method != Method::Recovery && self.counts(method, policy, hand))
    }

    /// The ways offered at sign-in, the strongest first. Where nothing that a person has counts, those are still asked for,
    /// and they are led to set up another: a password alone is never enough.
    fn offered(&self, user: &User, policy: &SecondStepPolicy, hand: &AtHand) -> Vec<Method> {
        let all = self.all(user);
        let mut allowed = all.clone();
        allowed.retain(|method| self.counts(*method, policy, hand));
        if self.recovered && allowed.iter().any(|method| *method != Method::Email) {
            allowed.retain(|method| *method != Method::Email);
        }
        if allowed.is_empty() { all } else { allowed }
    }
}

/// Whether somebody signs in by two steps: they must, and have a way to.
pub(super) fn is_on(
    read: &impl Read,
    people: &People,
    user: &User,
    zone: &TimeZone,
) -> Result<bool, StoreError> {
    let policy = policy::read(read)?;
    if !due(people, user, &policy, zone).now {
        return Ok(false);
    }
    // A passkey of another site or a gateway that is off changes nothing about the password.
    Ok(load(read, user.id)?.set_up(user, &policy, &AtHand::default()))
}

/// Whether somebody has a way to take the second step that counts.
pub(super) fn has_way(read: &impl Read, user: &User, hand: &AtHand) -> Result<bool, StoreError> {
    Ok(load(read, user.id)?.set_up(user, &policy::read(read)?, hand))
}

/// Tells a person that their password was entered right where or when they may not work; once an hour at most.
pub(super) fn tell_barred(
    write: &mut Write<'_, '_>,
    seal: &Seal,
    user: &User,
    signature: &Signature,
    agent: &str,
) -> Result<(), StoreError> {
    let mut state = load(write, user.id)?;
    let lately = |told: Timestamp| signature.at.duration_since(told) < attempt::TOLD_EVERY;
    if state.told_barred.is_some_and(lately) {
        return Ok(());
    }
    state.told_barred = Some(signature.at);
    put(write, user.id, &state);
    let letter = Letter::to(user, Template::BarredSignIn, signature.at).from(signature);
    let letter = letter.with("device", agent);
    outbox::post(write, seal, &letter, signature.at);
    Ok(())
}

/// A way was set up in a session whose person had none and needs one: it goes on.
pub(super) fn note_set_up(
    write: &mut Write<'_, '_>,
    people: &People,
    user: &User,
    session: Option<SessionId>,
    zone: &TimeZone,
) -> Result<(), StoreError> {
    if due(people, user, &policy::read(write)?, zone).now {
        mark_session(write, session, Passed::SetUp)?;
    }
    Ok(())
}

/// What a session may do by what it has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Everything.
    Free,
    /// Nothing but setting up a second step.
    MustSetUp,
    /// Nothing: the person must take the second step, has a way to, and has not.
    HalfWay,
}

/// How a session stands now: a rule that is made today counts for sessions of yesterday.
pub(super) fn standing(
    read: &impl Read,
    people: &People,
    user: &User,
    passed: Passed,
    (zone, hand): (&TimeZone, &AtHand),
) -> Result<Standing, StoreError> {
    let policy = policy::read(read)?;
    if !due(people, user, &policy, zone).now {
        return Ok(Standing::Free);
    }
    let state = load(read, user.id)?;
    Ok(
        if passed == Passed::Password && !state.offered(user, &policy, hand).is_empty() {
            Standing::HalfWay
        } else if state.set_up(user, &policy, hand) {
            Standing::Free
        } else {
            Standing::MustSetUp
        },
    )
}

impl super::reading::Reading {
    /// The ways the actor has to take the second step.
    pub fn second_steps(&self, zone: &TimeZone) -> Result<SecondSteps, super::error::AccessError> {
        let (people, user) = (self.rights().people(), self.rights().user());
        let user = user.ok_or(super::error::AccessError::NotFound)?;
        let policy = policy::read(self.snapshot())?;
        let state = load(self.snapshot(), user.id)?;
        let due = due(people, user, &policy, zone);
        Ok(SecondSteps {
            app: state.app.as_ref().map(|app| app.added_at),
            passkeys: state.passkeys.iter().map(Passkey::shown).collect(),
            phone: state.phone.as_ref().map(|phone| phone.masked.clone()),
            new_phone: state
                .new_phone
                .as_ref()
                .filter(|new| new.until > crate::clock::now())
                .map(|new| new.masked.clone()),
            email: user.email_verified,
            recovery: state.recovery.len(),
            due: due.now,
            required: due.required,
            required_from: policy.required_from,
            set_up: state.set_up(user, &policy, &self.vault().at_hand()),
            email_allowed: !policy.no_email,
            sms_allowed: !policy.no_sms,
        })
    }
}

/// What must still be true of a password when what was begun with it is finished.
fn fingerprint(user: &User) -> String {
    let mut hash = Sha256::new();
    hash.update(b"kartoteka password\0");
    hash.update(user.password.as_deref().unwrap_or_default().as_bytes());
    data_encoding::HEXLOWER.encode(&hash.finalize())
}
