//! What is over by itself, removed.

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};

use super::links;
use super::policy::read_policy;
use super::session::sessions_where;
use super::tokens::Token;
use super::vault::Vault;
use crate::data::store::{Read, StoreError, Table};

impl Vault {
    /// Removes sessions, tokens, links and first answers whose time is over. Returns how many.
    pub async fn sweep(&self) -> Result<usize, StoreError> {
        self.inner
            .store
            .write(move |write| {
                let now = crate::clock::now();
                let policy = read_policy(write)?;
                let mut over: Vec<(Table, Vec<u8>)> = Vec::new();
                let sessions = sessions_where(write, |session| session.is_over(&policy, now))?;
                over.extend(sessions.into_iter().map(|(key, _)| (Table::Sessions, key)));
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
                let links = links::over(write, now)?;
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
