//! Passkeys (`WebAuthn` level 3): keys that a phone, computer or stick keeps to itself, and that answer to one site alone.
//!
//! Which site that is comes from the configured address, never from a request. Each question is asked once: it is kept in
//! memory for five minutes under the session or sign-in it belongs to, and is gone as soon as it was answered, rightly or
//! not. Only public keys are kept.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use data_encoding::BASE64;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::{
    AllowedCredentials, AuthenticationVerificationOptions,
    NonDiscoverableAuthenticationServerState, NonDiscoverableCredentialRequestOptions,
};
use webauthn_rp::request::register::{
    Nickname, PublicKeyCredentialCreationOptions, PublicKeyCredentialUserEntity,
    RegistrationServerState, RegistrationVerificationOptions, UserHandle16, Username,
};
use webauthn_rp::request::{
    AsciiDomain, Credentials, PublicKeyCredentialDescriptor, RpId, TimedCeremony,
    UserVerificationRequirement,
};
use webauthn_rp::response::auth::error::AuthCeremonyErr;
use webauthn_rp::response::register::{CompressedPubKey, DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, CredentialId};
use webauthn_rp::{AuthenticatedCredential, NonDiscoverableAuthentication16, Registration};

use super::attempt::alive;
use super::{load, put};
use crate::data::access::error::AccessError;
use crate::data::access::secret::hash;
use crate::data::access::vault::{Access, Vault};
use crate::data::records::ids::{SessionId, UserId};
use crate::data::records::problem::Problem;
use crate::data::store::StoreError;

/// Passkeys of one person.
const MOST: usize = 10;
/// Characters of a passkey's name.
const LONGEST_NAME: usize = 60;
/// Questions that wait for their answer, of everybody together.
const MOST_ASKED: usize = 4_000;

type PublicKey = CompressedPubKey<[u8; 32], [u8; 32], [u8; 48], Vec<u8>>;

/// The site passkeys are made for.
#[derive(Clone, Debug)]
pub struct Site {
    id: RpId,
    origin: String,
}

/// Why there is no such site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSite {
    /// The server's own address is not set.
    NoAddress,
    /// It is not an https one.
    NotSecure,
    /// It is a number instead of a name.
    Number,
}

impl NoSite {
    /// Key of the sentence that says so.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoAddress => "passkeys-off-address",
            Self::NotSecure => "passkeys-off-https",
            Self::Number => "passkeys-off-number",
        }
    }
}

impl Site {
    /// The site of the server's own address. Browsers make passkeys for names over https alone, and for `localhost`,
    /// which this machine's own number is taken for.
    pub fn of(public_url: Option<&str>) -> Result<Self, NoSite> {
        let url = public_url.ok_or(NoSite::NoAddress)?;
        let (scheme, place) = url.split_once("://").ok_or(NoSite::NoAddress)?;
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => (host, Some(port)),
            _ => (place, None),
        };
        let number = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let host = match number {
            Some(number) if number.is_loopback() => "localhost",
            Some(_) => return Err(NoSite::Number),
            None => host,
        };
        let local = host == "localhost" || host.ends_with(".localhost");
        if scheme != "https" && !local {
            return Err(NoSite::NotSecure);
        }
        let usual = if scheme == "https" { "443" } else { "80" };
        let origin = match port.filter(|port| *port != usual) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        let domain = AsciiDomain::try_from(host.to_owned()).map_err(|_| NoSite::NoAddress)?;
        Ok(Self {
            id: RpId::Domain(domain),
            origin,
        })
    }

    /// Where its pages must be open: `https://crm.company.pl`.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn name(&self) -> &str {
        self.id.as_ref()
    }
}

/// A passkey as it is kept.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Passkey {
    /// What its person calls it.
    name: String,
    /// The site it was made for.
    site: String,
    id: String,
    transports: u8,
    /// The public key.
    key: String,
    /// What changes with its use: the counter, among others.
    state: String,
    added_at: Timestamp,
    #[serde(default)]
    used_at: Option<Timestamp>,
}

/// A passkey as its person's profile shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPasskey {
    /// Its handle in forms.
    pub id: String,
    /// What its person calls it.
    pub name: String,
    /// When it was added.
    pub added_at: Timestamp,
    /// When somebody last signed in with it.
    pub used_at: Option<Timestamp>,
    /// The site it was made for.
    pub site: String,
}

fn corrupt(what: &str) -> StoreError {
    StoreError::Corrupt(format!("a passkey: {what}"))
}

fn bytes(text: &str) -> Result<Vec<u8>, StoreError> {
    BASE64
        .decode(text.as_bytes())
        .map_err(|_| corrupt("not base64"))
}

impl Passkey {
    pub(super) fn site(&self) -> &str {
        &self.site
    }

    pub(super) fn shown(&self) -> KnownPasskey {
        KnownPasskey {
            id: self.id.clone(),
            name: self.name.clone(),
            added_at: self.added_at,
            used_at: self.used_at,
            site: self.site.clone(),
        }
    }

    fn descriptor(&self) -> Result<PublicKeyCredentialDescriptor<Vec<u8>>, StoreError> {
        Ok(PublicKeyCredentialDescriptor {
            id: CredentialId::decode(bytes(&self.id)?).map_err(|_| corrupt("its id"))?,
            transports: AuthTransports::decode(self.transports)
                .map_err(|_| corrupt("its transports"))?,
        })
    }

    fn states(&self) -> Result<(StaticState<PublicKey>, DynamicState), StoreError> {
        let key = StaticState::decode(bytes(&self.key)?.as_slice());
        let state = <[u8; 7]>::try_from(bytes(&self.state)?).map_err(|_| corrupt("its state"))?;
        Ok((
            key.map_err(|_| corrupt("its key"))?,
            DynamicState::decode(state).map_err(|_| corrupt("its state"))?,
        ))
    }
}

fn encoded(state: DynamicState) -> String {
    let Ok(bytes) = state.encode();
    BASE64.encode(&bytes)
}

fn handle(user: UserId) -> UserHandle16 {
    let Ok(handle) = UserHandle16::decode(*user.bytes());
    handle
}

/// A question that waits for its answer.
pub(super) enum Asked {
    /// To make a passkey.
    Add(RegistrationServerState<16>),
    /// To show that one is at hand.
    Show(NonDiscoverableAuthenticationServerState),
}

impl Asked {
    fn until(&self) -> Instant {
        match self {
            Self::Add(asked) => asked.expiration(),
            Self::Show(asked) => asked.expiration(),
        }
    }
}

/// All questions that wait. One is found by whose it is: a newer one takes the place of an older.
#[derive(Default)]
pub(in crate::data::access) struct AskedPasskeys(Mutex<HashMap<Vec<u8>, Asked>>);

impl AskedPasskeys {
    fn put(&self, whose: Vec<u8>, asked: Asked) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        all.retain(|_, asked| asked.until() > now);
        if all.len() >= MOST_ASKED
            && let Some(first) = all.iter().min_by_key(|(_, asked)| asked.until())
        {
            let first = first.0.clone();
            all.remove(&first);
        }
        all.insert(whose, asked);
    }

    fn take(&self, whose: &[u8]) -> Option<Asked> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(whose)
            .filter(|asked| asked.until() > Instant::now())
    }
}

fn of_session(session: SessionId) -> Vec<u8> {
    [b"session".as_slice(), session.bytes()].concat()
}

fn of_attempt(secret: &str) -> Vec<u8> {
    [b"attempt".as_slice(), &hash(secret)].concat()
}

/// Why an answer is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is no right one.
    Wrong,
    /// Its counter went back: somebody may have a copy of the key.
    Copied,
}

/// What somebody at sign-in answers with a passkey.
pub(super) struct Shown {
    pub(super) site: Site,
    pub(super) asked: Option<Asked>,
    pub(super) answer: String,
}

/// Checks an answer; the passkey's counter moves on where it is right.
pub(super) fn check(
    keys: &mut [Passkey],
    user: UserId,
    shown: Shown,
) -> Result<Result<(), Refused>, StoreError> {
    let Some(Asked::Show(asked)) = shown.asked else {
        return Ok(Err(Refused::Wrong));
    };
    let answer = shown.answer.as_bytes();
    let Ok(answer) = NonDiscoverableAuthentication16::from_json_custom(answer) else {
        return Ok(Err(Refused::Wrong));
    };
    let id = BASE64.encode(answer.raw_id().inner());
    let found = keys
        .iter_mut()
        .find(|key| key.id == id && key.site == shown.site.name());
    let Some(found) = found else {
        return Ok(Err(Refused::Wrong));
    };
    let (key, state) = found.states()?;
    let handle = handle(user);
    let Ok(mut credential) = AuthenticatedCredential::new(answer.raw_id(), &handle, key, state)
    else {
        return Err(corrupt("its parts do not belong together"));
    };
    let origins = [shown.site.origin.as_str()];
    let options = AuthenticationVerificationOptions::<&str, &str> {
        allowed_origins: &origins,
        error_on_unsolicited_extensions: false,
        update_uv: true,
        ..AuthenticationVerificationOptions::default()
    };
    match asked.verify(&shown.site.id, &answer, &mut credential, &options) {
        Ok(_) => {
            found.state = encoded(credential.dynamic_state());
            found.used_at = Some(crate::clock::now());
            Ok(Ok(()))
        }
        Err(AuthCeremonyErr::SignatureCounter) => Ok(Err(Refused::Copied)),
        Err(error) => {
            tracing::info!(%error, "a passkey's answer was not taken");
            Ok(Err(Refused::Wrong))
        }
    }
}

fn json(question: &impl Serialize) -> String {
    serde_json::to_string(question).expect("a question always serialises")
}

impl Vault {
    /// What a browser is to ask for in a sign-in half-way, as JSON; none where the person has no passkey of this site. It
    /// takes the place of an earlier question of the same sign-in.
    pub fn ask_for_passkey(&self, secret: &str, site: &Site) -> Result<Option<String>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        let Some((_, user)) = alive(&snapshot, &people, &hash(secret))? else {
            return Ok(None);
        };
        let mut allowed = AllowedCredentials::with_capacity(1);
        for key in load(&snapshot, user.id)?.passkeys {
            if key.site == site.name() {
                allowed.push(key.descriptor()?.into());
            }
        }
        let Ok(mut options) =
            NonDiscoverableCredentialRequestOptions::second_factor(&site.id, allowed)
        else {
            return Ok(None);
        };
        options.options().user_verification = UserVerificationRequirement::Preferred;
        let (asked, question) = options
            .start_ceremony()
            .map_err(|error| StoreError::Corrupt(format!("a question for a passkey: {error}")))?;
        let text = json(&question);
        let waiting = &self.inner.passkeys;
        waiting.put(of_attempt(secret), Asked::Show(asked));
        Ok(Some(text))
    }

    /// The question of a sign-in half-way, which cannot be answered again.
    pub(super) fn take_asked(&self, secret: &str) -> Option<Asked> {
        self.inner.passkeys.take(&of_attempt(secret))
    }
}

impl Access {
    /// What a browser is to make a passkey from, as JSON. It takes the place of an earlier question of the session.
    pub fn begin_passkey(&self, site: &Site) -> Result<String, AccessError> {
        let reading = self.read()?;
        let user = reading.rights().user().ok_or(AccessError::NotFound)?;
        let session = self.actor.session().ok_or(AccessError::NotFound)?;
        let state = load(reading.snapshot(), user.id)?;
        let of_site = state.passkeys.iter().filter(|key| key.site == site.name());
        let known = of_site.map(Passkey::descriptor).collect::<Result<_, _>>()?;
        let handle = handle(user.id);
        let name = Username::try_from(user.email.as_str())
            .or_else(|_| Username::try_from("kartoteka"))
            .map_err(|_| corrupt("a name for it"))?;
        let entity = PublicKeyCredentialUserEntity {
            name,
            id: &handle,
            display_name: Nickname::try_from(user.name.as_str()).ok(),
        };
        let mut options =
            PublicKeyCredentialCreationOptions::second_factor(&site.id, entity, known);
        options.authenticator_selection.user_verification = UserVerificationRequirement::Preferred;
        options.extensions.cred_props = None;
        let (asked, question) = options
            .start_ceremony()
            .map_err(|error| StoreError::Corrupt(format!("a question for a passkey: {error}")))?;
        let text = json(&question);
        let waiting = &self.vault.inner.passkeys;
        waiting.put(of_session(session), Asked::Add(asked));
        Ok(text)
    }

    /// Adds a passkey by the browser's answer, and turns the second step on.
    pub async fn add_passkey(
        &self,
        site: &Site,
        name: &str,
        answer: &str,
    ) -> Result<(), AccessError> {
        let session = self.actor.session().ok_or(AccessError::NotFound)?;
        let asked = self.vault.inner.passkeys.take(&of_session(session));
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(AccessError::field("name", Problem::new("error-required")));
        }
        if name.chars().count() > LONGEST_NAME {
            let problem = Problem::new("error-too-long").with("most", LONGEST_NAME);
            return Err(AccessError::field("name", problem));
        }
        let Some(Asked::Add(asked)) = asked else {
            return Err(AccessError::conflict("error-passkey-over"));
        };
        let made = made(site, asked, name, answer)?;
        self.write(move |work| {
            let old = work.own()?;
            let mut state = load(work.write, old.id)?;
            if state.passkeys.iter().any(|key| key.id == made.id) {
                return Err(AccessError::conflict("error-passkey-known"));
            }
            if state.passkeys.len() >= MOST {
                return Err(AccessError::conflict("error-passkeys-too-many"));
            }
            state.passkeys.push(made);
            put(work.write, old.id, &state);
            work.way_added(old, Some(session), "passkey-added")
        })
        .await
    }

    /// Removes a passkey, where another way is left or none is needed. The password was just checked.
    pub async fn remove_passkey(&self, id: &str, zone: TimeZone) -> Result<(), AccessError> {
        let id = id.to_owned();
        self.remove_way(zone, "passkey-removed", move |state| {
            let before = state.passkeys.len();
            state.passkeys.retain(|key| key.id != id);
            state.passkeys.len() < before
        })
        .await
    }
}

/// The passkey a browser has made.
fn made(
    site: &Site,
    asked: RegistrationServerState<16>,
    name: String,
    answer: &str,
) -> Result<Passkey, AccessError> {
    let wrong = || AccessError::conflict("error-passkey-wrong");
    let answer = Registration::from_json_custom(answer.as_bytes()).map_err(|_| wrong())?;
    let origins = [site.origin.as_str()];
    let options = RegistrationVerificationOptions::<&str, &str> {
        allowed_origins: &origins,
        error_on_unsolicited_extensions: false,
        ..RegistrationVerificationOptions::default()
    };
    let made = asked.verify(&site.id, &answer, &options).map_err(|error| {
        tracing::info!(%error, "a new passkey was not taken");
        wrong()
    })?;
    let (id, transports, _, key, state, _) = made.into_parts();
    let (Ok(key), Ok(transports)) = (key.encode(), transports.encode());
    Ok(Passkey {
        name,
        site: site.name().to_owned(),
        id: BASE64.encode(id.inner()),
        transports,
        key: BASE64.encode(&key),
        state: encoded(state),
        added_at: crate::clock::now(),
        used_at: None,
    })
}

#[cfg(test)]
mod tests;
