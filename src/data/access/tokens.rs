//! API tokens: made and revoked by their people, and whom they let in.

use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::actor::{Actor, Origin, Proof, Who};
use super::error::AccessError;
use super::people::User;
use super::places::{Admission, admit};
use super::reading::Reading;
use super::role::AdminRight;
use super::second_step;
use super::secret::{Secret, hash};
use super::session::has_shown_more;
use super::vault::{Access, Vault, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::fold;
use crate::data::records::ids::{TokenId, UserId};
use crate::data::records::problem::Problem;
use crate::data::store::{Read, StoreError, Table};

/// Characters of a token's name.
const LONGEST_TOKEN_NAME: usize = 80;
/// Tokens of one person.
const MOST_TOKENS: usize = 50;

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

impl Vault {
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
}

impl Access {
    /// Makes an API token for the actor; its secret is given this once.
    pub async fn make_token(
        &self,
        name: &str,
        expires_at: Option<Timestamp>,
    ) -> Result<(Token, Secret), AccessError> {
        let name = fold::one_line(name);
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
                )? && (on_machine || has_shown_more(work.write, session)?),
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
            let manages = work.rights.admin(AdminRight::Users);
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

impl Reading {
    /// The actor's own tokens, or everybody's with the right to manage people; the newest first.
    pub fn tokens(&self, everybody: bool) -> Result<Vec<Token>, AccessError> {
        if everybody {
            self.rights().require_admin(AdminRight::Users)?;
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

/// The tokens of a person, or all there are, with their keys.
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

impl Work<'_, '_, '_> {
    /// Revokes every token of a person.
    pub(super) fn end_tokens(&mut self, user: UserId) -> Result<(), AccessError> {
        for (key, _) in tokens(self.write, Some(user))? {
            self.write.delete(Table::Tokens, key);
        }
        Ok(())
    }
}
