//! API tokens of people who take a second step. One made with the password alone waits until its person, signed in by
//! two steps, approves it.

use jiff::tz::TimeZone;
use serde_json::json;

use super::{Passed, due, policy};
use crate::data::access::error::AccessError;
use crate::data::access::people::{People, User};
use crate::data::access::reading::Reading;
use crate::data::access::tokens::{Token, tokens};
use crate::data::access::vault::Access;
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::ids::TokenId;
use crate::data::store::{Read, StoreError, Table};

/// Whether a person's tokens must be approved.
pub(in crate::data::access) fn waits(
    read: &impl Read,
    people: &People,
    user: &User,
    zone: &TimeZone,
) -> Result<bool, StoreError> {
    let policy = policy::read(read)?;
    Ok(due(people, user, &policy, zone).now)
}

impl Reading {
    /// Whether a token of the actor's own waits to be approved.
    pub fn token_waits(&self, token: &Token, zone: &TimeZone) -> Result<bool, AccessError> {
        let user = self.rights().user().ok_or(AccessError::NotFound)?;
        Ok(!token.approved && waits(self.snapshot(), self.rights().people(), user, zone)?)
    }
}

impl Access {
    /// Approves a token of one's own. `passed` is what the session has shown.
    pub async fn approve_token(&self, id: TokenId, passed: Passed) -> Result<(), AccessError> {
        if self.actor().session().is_none() || passed != Passed::Both {
            return Err(AccessError::conflict("error-two-step-sign-in-again"));
        }
        self.write(move |work| {
            let user = work.signature.user.ok_or(AccessError::NotFound)?;
            let own = tokens(work.write, Some(user))?;
            let found = own.into_iter().find(|(_, token)| token.id == id);
            let (key, mut token) = found.ok_or(AccessError::NotFound)?;
            token.approved = true;
            let bytes = serde_json::to_vec(&token).expect("plain structs always serialise");
            work.write.put(Table::Tokens, key, bytes);
            let note = Note::new(AuditKind::SecondStepChanged).about(Subject::new("tokens", id));
            work.note(note.with(json!({"name": token.name, "what": "token_approved"})))
        })
        .await
    }
}
