//! How many records people look at, counted in memory and written down now and then.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::data::{Access, AccessError, UserId};

/// So many are looked at before they are written down.
const AT_ONCE: u64 = 25;

/// What was looked at and is not written down yet. One for the process.
#[derive(Default)]
pub(crate) struct Viewed(Mutex<HashMap<UserId, u64>>);

impl Viewed {
    /// Somebody looks at so many records; refused where that is more than their role allows on a day.
    pub(crate) fn add(&self, access: &Access, count: usize) -> Result<(), AccessError> {
        let Some(user) = access.actor().user() else {
            return Ok(());
        };
        let waiting = {
            let pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            pending.get(&user).copied().unwrap_or_default()
        };
        let allowed = access.may_take(0, waiting + count as u64);
        if let Err(AccessError::DailyLimit { most, .. }) = allowed {
            let access = access.clone();
            tokio::spawn(async move {
                if let Err(error) = access.note_limit(most).await {
                    tracing::warn!(%error, "owners could not be told of a limit");
                }
            });
        }
        allowed?;
        let due = {
            let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let sum = pending.entry(user).or_default();
            *sum += count as u64;
            if *sum < AT_ONCE {
                return Ok(());
            }
            std::mem::take(sum)
        };
        let access = access.clone();
        // The answer does not wait for it.
        tokio::spawn(async move {
            if let Err(error) = access.note_viewed(due).await {
                tracing::warn!(%error, "what was looked at could not be counted");
            }
        });
        Ok(())
    }
}
