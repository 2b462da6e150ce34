//! What people do with their second steps: turn them on and off, add and remove ways. Each is told by mail and kept in the
//! audit log, without any code or secret.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use serde_json::json;

use super::{
    App, Begun, Method, Passed, State, attempt, attempts, codes, devices, due, load, policy, put,
};
use crate::data::access::error::AccessError;
use crate::data::access::letter::{Letter, Template};
use crate::data::access::outbox;
use crate::data::access::people::{self, User};
use crate::data::access::role::AdminRight;
use crate::data::access::session::{end_sessions, mark_session};
use crate::data::access::vault::{Access, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::ids::{SessionId, UserId};

/// How long a new app waits for its first code.
const BEGUN: SignedDuration = SignedDuration::from_hours(1);

/// The secret of an app that is being added, to be shown to its person alone.
pub struct AppSecret {
    /// As apps read it from a QR code (`otpauth://totp/…`).
    pub address: String,
    /// The secret alone, for typing.
    pub secret: String,
}

impl Work<'_, '_, '_> {
    pub(super) fn own(&self) -> Result<User, AccessError> {
        let id = self.signature.user.ok_or(AccessError::NotFound)?;
        self.rights.account(id)
    }

    /// What follows where a way was just added and shown to work: two steps are on, whatever was signed in or half-way is
    /// over but the session at hand, which has taken both, and the person is told `what`.
    pub(super) fn way_added(
        &mut self,
        old: User,
        session: Option<SessionId>,
        what: &str,
    ) -> Result<(), AccessError> {
        let user = if old.two_step {
            old
        } else {
            self.put_two_step(&old, true)?
        };
        end_sessions(self.write, user.id, session)?;
        devices::end_all(self.write, user.id)?;
        attempt::end_all(self.write, user.id)?;
        mark_session(self.write, session, Passed::Both)?;
        self.tell_second_step(&user, what)
    }

    /// Tells the person and the audit log what has just been done to a second step.
    pub(in crate::data::access) fn tell_second_step(
        &mut self,
        user: &User,
        what: &str,
    ) -> Result<(), AccessError> {
        let letter = Letter::to(user, Template::SecondStepChanged, self.signature.at)
            .from(&self.signature)
            .with("what", what);
        outbox::post(self.write, &self.seal, &letter, self.signature.at);
        let note = Note::new(AuditKind::SecondStepChanged).about(Subject::new("users", user.id));
        self.note(note.with(json!({"name": user.name, "what": what.replace('-', "_")})))
    }

    pub(super) fn put_two_step(&mut self, old: &User, two_step: bool) -> Result<User, AccessError> {
        let user = User {
            two_step,
            version: old.version + 1,
            ..old.clone()
        };
        people::put_user(self.write, Some(old), &user)?;
        Ok(user)
    }
}

impl Access {
    /// Turns the second step on for oneself, in this session as well.
    pub async fn turn_on_two_step(&self) -> Result<(), AccessError> {
        let (session, hand) = (self.actor.session(), self.vault.at_hand());
        self.write(move |work| {
            let old = work.own()?;
            if old.two_step {
                return Ok(());
            }
            let (policy, state) = (policy::read(work.write)?, load(work.write, old.id)?);
            if !state.set_up(&old, &policy, &hand) {
                return Err(AccessError::conflict("error-two-step-no-way"));
            }
            let user = work.put_two_step(&old, true)?;
            end_sessions(work.write, user.id, session)?;
            mark_session(work.write, session, Passed::SetUp)?;
            work.tell_second_step(&user, "on")
        })
        .await
    }

    /// Turns it off for oneself, where nobody requires it. The password was just checked.
    pub async fn turn_off_two_step(&self, zone: TimeZone) -> Result<(), AccessError> {
        self.write(move |work| {
            let old = work.own()?;
            let policy = policy::read(work.write)?;
            if due(work.rights.people(), &old, &policy, &zone).required {
                return Err(AccessError::conflict("error-two-step-required"));
            }
            if !old.two_step {
                return Ok(());
            }
            devices::end_all(work.write, old.id)?;
            let user = work.put_two_step(&old, false)?;
            work.tell_second_step(&user, "off")
        })
        .await
    }

    /// The secret of the app one is adding: the same until its first code is given, or an hour has passed.
    pub async fn begin_app(&self) -> Result<AppSecret, AccessError> {
        self.write(move |work| {
            let user = work.own()?;
            let mut state = load(work.write, user.id)?;
            let firm = attempts::issuer(work.write)?;
            let at = work.signature.at;
            let sealed = match &state.begun {
                Some(begun) if begun.until > at => begun.sealed.clone(),
                _ => {
                    let sealed = codes::new_app_secret(&work.seal);
                    state.begun = Some(Begun {
                        sealed: sealed.clone(),
                        until: at + BEGUN,
                    });
                    put(work.write, user.id, &state);
                    sealed
                }
            };
            let totp = codes::app(&work.seal, &sealed, &firm, &user.email)?;
            let address = totp
                .to_url()
                .map_err(|error| crate::data::store::StoreError::corrupt("an app", error))?;
            let secret = totp.secret().to_base32();
            Ok(AppSecret { address, secret })
        })
        .await
    }

    /// Adds the app by its first code, which counts as used; it takes the place of an earlier one.
    pub async fn add_app(&self, code: &str) -> Result<(), AccessError> {
        let (code, session) = (codes::typed(code), self.actor.session());
        let done = self
            .write(move |work| {
                let old = work.own()?;
                let mut state = load(work.write, old.id)?;
                let at = work.signature.at;
                if state
                    .failures
                    .entry(Method::App)
                    .or_default()
                    .wait(at)
                    .is_some()
                {
                    return Ok(false);
                }
                let begun = state.begun.clone().filter(|begun| begun.until > at);
                let step = match &begun {
                    Some(begun) => {
                        let totp = codes::app(&work.seal, &begun.sealed, "", "")?;
                        codes::app_step(&totp, &code, 0)
                    }
                    None => None,
                };
                let (Some(begun), Some(last_step)) = (begun, step) else {
                    state.failures.entry(Method::App).or_default().add(at);
                    put(work.write, old.id, &state);
                    return Ok(false);
                };
                let replaced = state.app.is_some();
                state.app = Some(App {
                    sealed: begun.sealed,
                    last_step,
                    added_at: at,
                });
                state.begun = None;
                state.failures.remove(&Method::App);
                put(work.write, old.id, &state);
                let what = if replaced {
                    "app-replaced"
                } else {
                    "app-added"
                };
                work.way_added(old, session, what)?;
                Ok(true)
            })
            .await?;
        if done {
            return Ok(());
        }
        let problem = crate::data::records::problem::Problem::new("error-code-wrong");
        Err(AccessError::field("code", problem))
    }

    /// Removes the app, where another way is left or none is needed. The password was just checked.
    pub async fn remove_app(&self, zone: TimeZone) -> Result<(), AccessError> {
        self.remove_way(zone, "app-removed", |state| state.app.take().is_some())
            .await
    }

    /// Removes what `take` takes out of the ways of the actor, where another way is left or none is needed.
    pub(super) async fn remove_way(
        &self,
        zone: TimeZone,
        what: &'static str,
        take: impl FnOnce(&mut State) -> bool + Send + 'static,
    ) -> Result<(), AccessError> {
        let hand = self.vault.at_hand();
        self.write(move |work| {
            let user = work.own()?;
            let (policy, mut state) = (policy::read(work.write)?, load(work.write, user.id)?);
            if !take(&mut state) {
                return Err(AccessError::NotFound);
            }
            let is_due = due(work.rights.people(), &user, &policy, &zone).now;
            if is_due && !state.set_up(&user, &policy, &hand) {
                return Err(AccessError::conflict("error-two-step-last-way"));
            }
            put(work.write, user.id, &state);
            attempt::end_all(work.write, user.id)?;
            work.tell_second_step(&user, what)
        })
        .await
    }

    /// Makes ten recovery codes, which take the place of all earlier ones; they are given this once.
    pub async fn make_recovery_codes(&self) -> Result<Vec<String>, AccessError> {
        self.write(move |work| {
            let user = work.own()?;
            let mut state: State = load(work.write, user.id)?;
            let made = codes::recovery_codes();
            let kept = made.iter().map(|code| codes::recovery_hash(user.id, code));
            state.recovery = kept.collect();
            state.failures.remove(&Method::Recovery);
            put(work.write, user.id, &state);
            work.tell_second_step(&user, "recovery-made")?;
            Ok(made)
        })
        .await
    }

    /// Takes all second steps from somebody who has lost theirs, and ends their sessions. The next sign-in asks for the
    /// password alone, and where a second step is required they set it up before anything else.
    pub async fn reset_second_step(&self, id: UserId) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            let old = work.rights.account(id)?;
            work.rights.may_manage(&old)?;
            if work.signature.user == Some(id) {
                return Err(AccessError::conflict("error-two-step-own-profile"));
            }
            let mut state = load(work.write, id)?;
            state = State {
                seen: std::mem::take(&mut state.seen),
                ..State::default()
            };
            put(work.write, id, &state);
            attempt::end_all(work.write, id)?;
            devices::end_all(work.write, id)?;
            end_sessions(work.write, id, None)?;
            let user = work.put_two_step(&old, false)?;
            work.tell_second_step(&user, "reset")
        })
        .await
    }
}
