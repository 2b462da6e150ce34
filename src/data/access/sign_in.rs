//! Signing in: what checking a password needs, whose a session is, and what is kept of those who were not let in.

use serde_json::json;

use super::actor::{Actor, Origin, Proof, Who, signature_without_actor};
use super::error::AccessError;
use super::password_facts::PasswordDue;
use super::people::{self, User};
use super::places::{Admission, Barred, admit};
use super::second_step::{self, Entrance, Method, Passed, Standing};
use super::secret::{Secret, hash};
use super::session::{Session, put_session};
use super::vault::Vault;
use crate::data::log::audit::{self, AuditKind, Note, Subject};
use crate::data::records::email::Email;
use crate::data::records::ids::{SessionId, UserId};
use crate::data::store::{Read, Seal, StoreError, Table, Write};

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
        let signature = signature_without_actor(Some(barred.user), origin);
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
        let signature = signature_without_actor(user, origin);
        let note = Note::new(AuditKind::SignInFailed).with(json!({"why": why}));
        self.inner
            .store
            .write(move |write| audit::append(write, &signature, note))
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
    put_session(write, hash(secret.reveal()), &session);
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
