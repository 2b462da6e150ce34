//! How many records people look at, counted in memory and written down now and then.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::data::{Access, UserId};

/// So many are looked at before they are written down.
const AT_ONCE: u64 = 25;

/// What was looked at and is not written down yet. One for the process.
#[derive(Default)]
pub(crate) struct Viewed(Mutex<HashMap<UserId, u64>>);

impl Viewed {
    /// Somebody has looked at so many records.
    pub(crate) fn add(&self, access: &Access, count: usize) {
        let Some(user) = access.actor().user() else {
            return;
        };
        let due = {
            let mut pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let sum = pending.entry(user).or_default();
            *sum += count as u64;
            if *sum < AT_ONCE {
                return;
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
    }
}
