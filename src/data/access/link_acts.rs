//! What people do with links: ask for one, send one to others, confirm their address.

use serde_json::json;

use super::error::AccessError;
use super::links::{Purpose, holder, use_up};
use super::people::{self, User};
use super::role::AdminRight;
use super::vault::Access;
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::ids::UserId;

impl Access {
    /// Sends oneself a link that confirms the address of the account.
    pub async fn ask_confirmation(&self) -> Result<(), AccessError> {
        self.write(move |work| {
            let id = work.signature.user.ok_or(AccessError::NotFound)?;
            let user = work.rights.account(id)?;
            if user.email_verified {
                return Err(AccessError::conflict("error-email-confirmed"));
            }
            work.send_link(Purpose::ConfirmAddress, &user)
        })
        .await
    }

    /// Sends a link that confirms their address to one person, or to all active people whose address is not confirmed;
    /// those who have a password. Returns to how many; whoever got several lately is passed over.
    pub async fn ask_confirmations(&self, of: Option<UserId>) -> Result<usize, AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            let people = work.rights.people().users();
            let wanted = people.into_iter().filter(|user| {
                user.active
                    && !user.email_verified
                    && user.password.is_some()
                    && of.is_none_or(|id| id == user.id)
            });
            let wanted: Vec<User> = wanted.cloned().collect();
            if of.is_some() && wanted.is_empty() {
                return Err(AccessError::NotFound);
            }
            let mut sent = 0;
            for user in wanted {
                match work.send_link(Purpose::ConfirmAddress, &user) {
                    Ok(()) => sent += 1,
                    Err(AccessError::Conflict(_)) if of.is_none() => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(sent)
        })
        .await
    }

    /// Confirms the address of the actor's own account. Somebody else's link does not work: a letter that went to a
    /// stranger by mistake must not confirm anything, so the account has to be theirs as well as the mailbox.
    pub async fn confirm_address(&self, token: &str) -> Result<(), AccessError> {
        let token = token.to_owned();
        self.write(move |work| {
            let old = holder(
                work.write,
                work.rights.people(),
                Purpose::ConfirmAddress,
                &token,
            )?
            .filter(|user| work.signature.user == Some(user.id))
            .ok_or(AccessError::NotFound)?;
            use_up(work.write, old.id, Purpose::ConfirmAddress)?;
            let user = User {
                email_verified: true,
                version: old.version + 1,
                ..old.clone()
            };
            people::put_user(work.write, Some(&old), &user)?;
            let note = Note::new(AuditKind::EmailConfirmed).about(Subject::new("users", user.id));
            work.note(note.with(json!({"name": user.name})))
        })
        .await
    }

    /// Sends a new person who has no password yet another invitation.
    pub async fn invite(&self, id: UserId) -> Result<(), AccessError> {
        self.write(move |work| {
            work.rights.require_admin(AdminRight::Users)?;
            let user = work.rights.account(id)?;
            work.rights.may_manage(&user)?;
            if !user.active || user.password.is_some() {
                return Err(AccessError::conflict("error-not-to-invite"));
            }
            work.send_link(Purpose::Invitation, &user)
        })
        .await
    }
}
