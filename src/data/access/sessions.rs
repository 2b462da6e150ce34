//! Open sessions: seen and ended by whose they are, and by those who manage people.

use serde_json::json;

use super::error::AccessError;
use super::people::People;
use super::reading::Reading;
use super::rights::Rights;
use super::role::AdminRight;
use super::session::{Session, sessions_where};
use super::vault::{Access, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::ids::{SessionId, UserId};
use crate::data::store::{Read, StoreError, Table};

impl Reading {
    /// The sessions of a person that are not over, the one used last first: one's own, or those of people one manages.
    pub fn sessions(&self, of: UserId) -> Result<Vec<Session>, AccessError> {
        may_see(self.rights(), of)?;
        let found = found(self.snapshot(), self.rights().people(), of)?;
        let mut sessions: Vec<Session> = found.into_iter().map(|(_, session)| session).collect();
        sessions.sort_by_key(|session| std::cmp::Reverse((session.seen_at, session.id)));
        Ok(sessions)
    }
}

impl Access {
    /// Ends one session of a person, whose own it is or who is managed by the actor.
    pub async fn end_session_of(&self, of: UserId, id: SessionId) -> Result<(), AccessError> {
        self.write(
            move |work| match work.end_some(of, |session| session.id == id)? {
                0 => Err(AccessError::NotFound),
                _ => Ok(()),
            },
        )
        .await
    }

    /// Ends every session of a person but the one this is asked in. Returns how many.
    pub async fn end_other_sessions(&self, of: UserId) -> Result<usize, AccessError> {
        let own = self.actor.session();
        self.write(move |work| work.end_some(of, |session| Some(session.id) != own))
            .await
    }
}

impl Work<'_, '_, '_> {
    fn end_some(
        &mut self,
        of: UserId,
        which: impl Fn(&Session) -> bool,
    ) -> Result<usize, AccessError> {
        may_see(&self.rights, of)?;
        let name = self.rights.account(of)?.name;
        let found = found(self.write, self.rights.people(), of)?;
        let mut count = 0;
        for (key, session) in found.into_iter().filter(|(_, session)| which(session)) {
            self.write.delete(Table::Sessions, key);
            let note = Note::new(AuditKind::SignOut).about(Subject::new("sessions", session.id));
            self.note(note.with(json!({"of": of, "name": name})))?;
            count += 1;
        }
        Ok(count)
    }
}

/// Not theirs to see is not there.
fn may_see(rights: &Rights, of: UserId) -> Result<(), AccessError> {
    if rights.user().is_some_and(|user| user.id == of) {
        return Ok(());
    }
    rights.require_admin(AdminRight::Users)?;
    rights.may_manage(&rights.account(of)?)
}

fn found(
    read: &impl Read,
    people: &People,
    of: UserId,
) -> Result<Vec<(Vec<u8>, Session)>, StoreError> {
    let now = crate::clock::now();
    sessions_where(read, |session| {
        session.user == of && !session.is_over(people.policy(), now)
    })
}
