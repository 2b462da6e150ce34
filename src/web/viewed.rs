//! How many records people look at, counted in memory and written down now and then.

use std::collections::HashMap;
use std::ops::Add;
use std::sync::{Mutex, PoisonError};

use crate::data::{Access, AccessError, UserId};

/// So many are looked at before they are written down.
const AT_ONCE: u64 = 25;

/// What was looked at and is not written down yet. One for the process.
#[derive(Default)]
pub(crate) struct Viewed(Mutex<HashMap<UserId, Looks>>);

/// Records that were opened and rows of lists that were shown.
#[derive(Clone, Copy, Default)]
struct Looks {
    opened: u64,
    listed: u64,
}

impl Looks {
    fn sum(self) -> u64 {
        self.opened + self.listed
    }
}

impl Add for Looks {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            opened: self.opened + more.opened,
            listed: self.listed + more.listed,
        }
    }
}

impl Viewed {
    /// Somebody opens so many records; refused where that is more than their role allows on a day.
    pub(crate) fn add(&self, access: &Access, count: usize) -> Result<(), AccessError> {
        let opened = count as u64;
        self.count(access, Looks { opened, listed: 0 })
    }

    /// Somebody is shown so many rows of a list; they count for that limit as well.
    pub(crate) fn add_rows(&self, access: &Access, count: usize) -> Result<(), AccessError> {
        let listed = count as u64;
        self.count(access, Looks { opened: 0, listed })
    }

    fn count(&self, access: &Access, more: Looks) -> Result<(), AccessError> {
        let Some(user) = access.actor().user() else {
            return Ok(());
        };
        let waiting = {
            let pending = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            pending.get(&user).copied().unwrap_or_default()
        };
        let allowed = access.may_take(0, (waiting + more).sum());
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
            *sum = *sum + more;
            if sum.sum() < AT_ONCE {
                return Ok(());
            }
            std::mem::take(sum)
        };
        let access = access.clone();
        // The answer does not wait for it.
        tokio::spawn(async move {
            if let Err(error) = access.note_viewed(due.opened, due.listed).await {
                tracing::warn!(%error, "what was looked at could not be counted");
            }
        });
        Ok(())
    }
}
