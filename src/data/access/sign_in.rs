//! Proofs that make actors: sessions and API tokens, found by the hash of their secret.
//!
//! Secrets are 256 random bits (OWASP ASVS 7.2.3, 11.5.1); only their SHA-256 is stored, so that the database gives no
//! session away.

use std::net::IpAddr;
use std::ops::ControlFlow;

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::actor::{Actor, Origin, Proof, Who};
use super::error::AccessError;
use super::password_facts::PasswordDue;
use super::people::{self, User};
use super::places::{Admission, Barred, admit};
use super::policy::Policy;
use super::second_step::{self, Entrance, Method, Passed, Standing};
use super::vault::{Access, Vault, Work};
use crate::data::log::Signature;
use crate::data::log::audit::{self, AuditKind, Note, Subject};
use crate::data::records::email::Email;
use crate::data::records::ids::{SessionId, TokenId, UserId};
use crate::data::records::problem::Problem;
use crate::data::store::{Read, Seal, StoreError, Table, Write};

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

/// An API token, without its secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    /// Its public handle.
    pub id: TokenId,
    /// As whom it acts.
    pub user: UserId,
    /// What it is for.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends by itself.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// Whether it was made or approved by somebody who had taken the second step.
    #[serde(default)]
    pub approved: bool,
}

/// A secret to be given to a client once; never logged, never shown by `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// 256 random bits.
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system has a random source");
        Self(BASE64URL_NOPAD.encode(&bytes))
    }

    /// The text to give away.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

pub(super) fn hash(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// What checking a password needs.
pub struct Credential {
    /// Whose it is.
    pub user: UserId,
    /// Argon2id in PHC form; none for an account that has no password yet.
    pub(crate) hash: Option<String>,
    /// Whether the account may sign in at all.
    pub active: bool,
}

/// A signed-in person with what pages show of them.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The actor.
    pub actor: Actor,
    /// The person.
    pub user: User,
    /// The session.
    pub session: Session,
    /// Whether they must set up a second step before anything else.
    pub must_set_up: bool,
    /// Whether the password was entered lately enough for acts that are worth a stolen session.
    pub is_fresh: bool,
    /// Why they have to choose another password before anything else.
    pub password_due: Option<PasswordDue>,
}

impl Vault {
    /// What checking a password for an address needs. `email` in any writing.
    pub fn credential(&self, email: &str) -> Result<Option<Credential>, StoreError> {
        let Ok(email) = Email::parse(email) else {
            return Ok(None);
        };
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        Ok(people.by_email(email.unique()).map(|user| Credential {
            user: user.id,
            hash: user.password.clone(),
            active: user.active,
        }))
    }

    /// Begins a session for whom a password was just verified, where that is enough. The account must still be active and
    /// have the very hash that was checked. People sign in by [`Vault::enter`], which asks for the second step.
    pub async fn begin_session(
        &self,
        verified: crate::auth::Verified,
        origin: Origin,
        agent: &str,
    ) -> Result<(Secret, UserId), AccessError> {
        let user = verified.user();
        match self.enter(verified, origin, agent, "/", None, None).await? {
            Entrance::In(secret) => Ok((secret, user)),
            Entrance::HalfWay(_) => Err(AccessError::SignedOut),
        }
    }

    /// Whose session this secret is; nobody's where it has ended, or the account is disabled.
    pub fn by_session(
        &self,
        secret: &str,
        origin: Origin,
    ) -> Result<Admission<SignedIn>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let Some(bytes) = snapshot.get(Table::Sessions, &hash(secret))? else {
            return Ok(Admission::Nobody);
        };
        let session: Session = serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("a session", error))?;
        let (now, people) = (crate::clock::now(), self.inner.people.read(&snapshot)?);
        if session.is_over(people.policy(), now) {
            return Ok(Admission::Nobody);
        }
        let Some(user) = people.user(session.user).filter(|user| user.active) else {
            return Ok(Admission::Nobody);
        };
        let zone = self.zone();
        let standing = second_step::standing(
            &snapshot,
            &people,
            user,
            session.passed,
            (&zone, &self.at_hand()),
        )?;
        if standing == Standing::HalfWay {
            return Ok(Admission::Nobody);
        }
        if let Err(barred) = admit(&people, user, origin.address, now, &zone) {
            return Ok(Admission::Barred(barred));
        }
        let mut password_due = user.password_due(people.policy(), now);
        if password_due.is_none()
            && user.has_short_password()
            && !second_step::is_on(&snapshot, &people, user, &zone)?
        {
            password_due = Some(PasswordDue::TooShort);
        }
        let actor = Actor {
            who: Who::User {
                id: user.id,
                proof: Proof::Session(session.id),
            },
            origin,
        };
        Ok(Admission::Admitted(SignedIn {
            actor,
            user: user.clone(),
            is_fresh: session.is_fresh(people.policy(), now),
            session,
            must_set_up: standing == Standing::MustSetUp,
            password_due,
        }))
    }

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

    /// As whom an API token acts; nobody where it was revoked or has expired, waits for its person's approval, or the
    /// account is disabled.
    pub fn by_token(
        &self,
        secret: &str,
        origin: Origin,
    ) -> Result<Admission<(Actor, User)>, StoreError> {
        let snapshot = self.inner.store.read()?;
        let Some(bytes) = snapshot.get(Table::Tokens, &hash(secret))? else {
            return Ok(Admission::Nobody);
        };
        let token: Token = serde_json::from_slice(&bytes)
            .map_err(|error| StoreError::corrupt("a token", error))?;
        let now = crate::clock::now();
        if token.expires_at.is_some_and(|end| end <= now) {
            return Ok(Admission::Nobody);
        }
        let people = self.inner.people.read(&snapshot)?;
        let Some(user) = people.user(token.user).filter(|user| user.active) else {
            return Ok(Admission::Nobody);
        };
        if !token.approved && second_step::waits(&snapshot, &people, user, &self.zone())? {
            return Ok(Admission::Nobody);
        }
        if let Err(barred) = admit(&people, user, origin.address, now, &self.zone()) {
            return Ok(Admission::Barred(barred));
        }
        Ok(Admission::Admitted((
            Actor {
                who: Who::User {
                    id: user.id,
                    proof: Proof::Token(token.id),
                },
                origin,
            },
            user.clone(),
        )))
    }

    /// Keeps that somebody who was known was not let in from where they came, or at the time. `what` is what they asked
    /// for; nothing at sign-in, of which the person is told, since whoever it was has their password. `agent` is the
    /// browser.
    pub async fn note_barred(
        &self,
        barred: &Barred,
        origin: Origin,
        what: Option<&str>,
        agent: &str,
    ) -> Result<(), StoreError> {
        let tells = what.is_none();
        let signature = Signature {
            user: Some(barred.user),
            ..Actor {
                who: Who::Program { why: "" },
                origin,
            }
            .signature()
        };
        let details = json!({"why": barred.bar.name(), "rule": barred.whose.name(), "what": what});
        let kind = what.map_or(AuditKind::SignInFailed, |_| AuditKind::Refused);
        let note = Note::new(kind).with(details);
        let (vault, agent, user) = (self.clone(), clean_agent(agent), barred.user);
        self.inner
            .store
            .write(move |write| {
                audit::append(write, &signature, note)?;
                let people = vault.inner.people.read_in(write)?;
                if let Some(user) = people.user(user).filter(|_| tells) {
                    let seal = vault.inner.store.seal();
                    second_step::tell_barred(write, seal, user, &signature, &agent)?;
                }
                Ok(())
            })
            .await
    }

    /// Keeps a failed sign-in, on the account it was tried on where there is one. No address that was typed is kept:
    /// people type passwords into the wrong box.
    pub async fn note_failed_sign_in(
        &self,
        user: Option<UserId>,
        origin: Origin,
        why: &'static str,
    ) -> Result<(), StoreError> {
        let signature = Signature {
            user,
            ..Actor {
                who: Who::Program { why },
                origin,
            }
            .signature()
        };
        let note = Note::new(AuditKind::SignInFailed).with(json!({"why": why}));
        self.inner
            .store
            .write(move |write| audit::append(write, &signature, note))
            .await
    }

    /// Removes sessions, tokens, links and first answers whose time is over. Returns how many.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        self.inner
            .store
            .write(move |write| {
                let now = crate::clock::now();
                let policy = super::policy::read_policy(write)?;
                let mut over: Vec<(Table, Vec<u8>)> = Vec::new();
                write.scan(Table::Sessions, &[], &[u8::MAX; 33], &mut |key, bytes| {
                    if serde_json::from_slice::<Session>(bytes)
                        .is_ok_and(|session| session.is_over(&policy, now))
                    {
                        over.push((Table::Sessions, key.to_vec()));
                    }
                    ControlFlow::Continue(())
                })?;
                write.scan(Table::Tokens, &[], &[u8::MAX; 33], &mut |key, bytes| {
                    let expired = |token: Token| token.expires_at.is_some_and(|end| end <= now);
                    if serde_json::from_slice(bytes).is_ok_and(expired) {
                        over.push((Table::Tokens, key.to_vec()));
                    }
                    ControlFlow::Continue(())
                })?;
                write.scan(
                    Table::Idempotency,
                    &[],
                    &[u8::MAX; 49],
                    &mut |key, bytes| {
                        let at = serde_json::from_slice::<serde_json::Value>(bytes)
                            .ok()
                            .and_then(|answer| answer["at"].as_str()?.parse::<Timestamp>().ok());
                        if at.is_none_or(|at| {
                            now.duration_since(at) > SignedDuration::from_hours(24)
                        }) {
                            over.push((Table::Idempotency, key.to_vec()));
                        }
                        ControlFlow::Continue(())
                    },
                )?;
                let links = super::links::over(write, now)?;
                over.extend(links.into_iter().map(|key| (Table::Links, key)));
                let count = over.len();
                for (table, key) in over {
                    write.delete(table, key);
                }
                Ok(count)
            })
            .await
    }
}

/// How a session begins.
pub(super) struct Opening {
    pub(super) origin: Origin,
    pub(super) agent: String,
    pub(super) passed: Passed,
    /// By which way the second step was taken.
    pub(super) method: Option<Method>,
}

/// What a browser calls itself, cut short.
pub(super) fn clean_agent(agent: &str) -> String {
    let signs = agent.chars().filter(|c| !c.is_control());
    signs.take(200).collect()
}

/// Begins a session for somebody who has shown everything it takes. `renewed` replaces the stored hash of the password.
pub(super) fn open_session(
    write: &mut Write<'_, '_>,
    seal: &Seal,
    old: &User,
    renewed: Option<&str>,
    opening: Opening,
) -> Result<Secret, StoreError> {
    let (secret, origin) = (Secret::random(), opening.origin);
    let at = crate::data::records::kind::to_millisecond(crate::clock::now());
    let mut user = User {
        last_login_at: Some(at),
        ..old.clone()
    };
    if let Some(renewed) = renewed {
        user.password = Some(renewed.to_owned());
    }
    people::put_user(write, Some(old), &user)?;
    let session = Session {
        id: SessionId::new(),
        user: user.id,
        created_at: at,
        seen_at: at,
        address: origin.address,
        office: origin.office,
        agent: opening.agent,
        passed: opening.passed,
        moved: None,
        confirmed_at: None,
    };
    let bytes = serde_json::to_vec(&session).expect("plain structs always serialise");
    write.put(Table::Sessions, hash(secret.reveal()), bytes);
    let actor = Actor {
        who: Who::User {
            id: user.id,
            proof: Proof::Session(session.id),
        },
        origin,
    };
    let mut note = Note::new(AuditKind::SignIn).about(Subject::new("sessions", session.id));
    if let Some(method) = opening.method {
        note = note.with(json!({"second_step": method.name()}));
    }
    let signature = actor.signature();
    audit::append(write, &signature, note)?;
    second_step::greet(write, seal, &user, &signature, &session.agent)?;
    Ok(secret)
}

/// Keeps what a session has shown since it began.
pub(super) fn mark_session(
    write: &mut Write<'_, '_>,
    id: Option<SessionId>,
    passed: Passed,
) -> Result<(), StoreError> {
    let mut found = None;
    write.scan(
        Table::Sessions,
        &[],
        &[u8::MAX; 33],
        &mut |key, bytes| match serde_json::from_slice::<Session>(bytes) {
            Ok(session) if Some(session.id) == id => {
                found = Some((key.to_vec(), session));
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        },
    )?;
    // What was shown once stays shown.
    if let Some((key, session)) = found.filter(|(_, session)| session.passed != Passed::Both) {
        let bytes = serde_json::to_vec(&Session { passed, ..session });
        write.put(
            Table::Sessions,
            key,
            bytes.expect("plain structs always serialise"),
        );
    }
    Ok(())
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
    let bytes = serde_json::to_vec(&session).expect("plain structs always serialise");
    write.put(Table::Sessions, key, bytes);
    Ok(())
}

impl Session {
    /// Whether its password was entered lately: at sign-in, or when it was asked for again, which holds for a minute at
    /// least, so that what it was asked for can be done.
    fn is_fresh(&self, policy: &Policy, now: Timestamp) -> bool {
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

/// Characters of a token's name.
const LONGEST_TOKEN_NAME: usize = 80;
/// Tokens of one person.
const MOST_TOKENS: usize = 50;

impl Access {
    /// Makes an API token for the actor; its secret is given this once.
    pub async fn make_token(
        &self,
        name: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<(Token, Secret), AccessError> {
        let name = crate::data::records::fold::one_line(name);
        if name.is_empty() {
            return Err(AccessError::field("name", Problem::new("error-required")));
        }
        if name.chars().count() > LONGEST_TOKEN_NAME {
            return Err(AccessError::field(
                "name",
                Problem::new("error-too-long").with("most", LONGEST_TOKEN_NAME),
            ));
        }
        if expires_at.is_some_and(|end| end <= crate::clock::now()) {
            return Err(AccessError::field(
                "expires",
                Problem::new("error-in-the-past"),
            ));
        }
        let secret = Secret::random();
        let key = hash(secret.reveal());
        let (zone, on_machine) = (self.vault.zone(), self.actor.is_on_machine());
        let session = self.actor.session();
        self.write(move |work| {
            let user = work.signature.user.ok_or(AccessError::NotFound)?;
            if tokens(work.write, Some(user))?.len() >= MOST_TOKENS {
                return Err(AccessError::field(
                    "name",
                    Problem::new("error-too-many").with("most", MOST_TOKENS),
                ));
            }
            let token = Token {
                id: TokenId::new(),
                user,
                name,
                created_at: work.signature.at,
                expires_at,
                approved: second_step::waits(
                    work.write,
                    work.rights.people(),
                    &work.rights.account(user)?,
                    &zone,
                )? && (on_machine || shown(work.write, session)?),
            };
            work.write.put(
                Table::Tokens,
                key,
                serde_json::to_vec(&token).expect("plain structs always serialise"),
            );
            let note = Note::new(AuditKind::TokenMade).about(Subject::new("tokens", token.id));
            work.note(note.with(json!({"name": token.name})))?;
            Ok(token)
        })
        .await
        .map(|token| (token, secret))
    }

    /// Revokes a token of one's own; those of others with the right to manage people.
    pub async fn revoke_token(&self, id: TokenId) -> Result<(), AccessError> {
        self.write(move |work| {
            let found = tokens(work.write, None)?
                .into_iter()
                .find(|(_, token)| token.id == id);
            let own = |token: &Token| Some(token.user) == work.signature.user;
            let manages = work.rights.admin(super::role::AdminRight::Users);
            let (key, token) = found
                .filter(|(_, token)| own(token) || manages)
                .ok_or(AccessError::NotFound)?;
            work.write.delete(Table::Tokens, key);
            let note = Note::new(AuditKind::TokenRevoked).about(Subject::new("tokens", token.id));
            work.note(note.with(json!({"name": token.name})))
        })
        .await
    }
}

impl super::reading::Reading {
    /// The actor's own tokens, or everybody's with the right to manage people; the newest first.
    pub fn tokens(&self, everybody: bool) -> Result<Vec<Token>, AccessError> {
        if everybody {
            self.rights()
                .require_admin(super::role::AdminRight::Users)?;
        }
        let of = if everybody {
            None
        } else {
            Some(self.rights().user().ok_or(AccessError::NotFound)?.id)
        };
        let mut tokens: Vec<Token> = tokens(self.snapshot(), of)?
            .into_iter()
            .map(|(_, token)| token)
            .collect();
        tokens.sort_by_key(|token| std::cmp::Reverse(token.id));
        Ok(tokens)
    }
}

/// Whether a session has shown more than a password.
fn shown(read: &impl Read, id: Option<SessionId>) -> Result<bool, StoreError> {
    let mut shown = false;
    read.scan(Table::Sessions, &[], &[u8::MAX; 33], &mut |_, bytes| {
        let this = serde_json::from_slice::<Session>(bytes);
        let this =
            this.is_ok_and(|session| Some(session.id) == id && session.passed != Passed::Password);
        shown |= this;
        if this {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(shown)
}

pub(super) fn tokens(
    read: &impl Read,
    of: Option<UserId>,
) -> Result<Vec<(Vec<u8>, Token)>, StoreError> {
    let mut tokens = Vec::new();
    let mut broken = None;
    read.scan(Table::Tokens, &[], &[u8::MAX; 33], &mut |key, bytes| {
        match serde_json::from_slice::<Token>(bytes) {
            Ok(token) if of.is_none_or(|user| token.user == user) => {
                tokens.push((key.to_vec(), token));
            }
            Ok(_) => {}
            Err(error) => {
                broken = Some(StoreError::corrupt("a token", error));
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    })?;
    broken.map_or(Ok(tokens), Err)
}

/// Ends every session of a person, save one.
pub(super) fn end_sessions(
    write: &mut Write<'_, '_>,
    user: UserId,
    except: Option<SessionId>,
) -> Result<(), StoreError> {
    let mut ended = Vec::new();
    write.scan(Table::Sessions, &[], &[u8::MAX; 33], &mut |key, bytes| {
        let theirs = |session: Session| session.user == user && Some(session.id) != except;
        if serde_json::from_slice(bytes).is_ok_and(theirs) {
            ended.push(key.to_vec());
        }
        ControlFlow::Continue(())
    })?;
    for key in ended {
        write.delete(Table::Sessions, key);
    }
    Ok(())
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

    /// Revokes every token of a person.
    pub(super) fn end_tokens(&mut self, user: UserId) -> Result<(), AccessError> {
        for (key, _) in tokens(self.write, Some(user))? {
            self.write.delete(Table::Tokens, key);
        }
        Ok(())
    }
}
