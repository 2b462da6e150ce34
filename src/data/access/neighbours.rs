//! The records before and after one in a list, found from its own place in the index.

use super::error::AccessError;
use super::reading::Reading;
use super::seen::Seen;
use crate::data::records::query::Query;

/// Where a record stands in a list.
#[derive(Debug, Default)]
pub struct Neighbours {
    /// The one before it.
    pub previous: Option<Seen>,
    /// The one after it.
    pub next: Option<Seen>,
    /// Its number from 1, where that is known without walking far.
    pub position: Option<u64>,
    /// Records of the list.
    pub total: u64,
}

impl Reading {
    /// The neighbours of a record in a list as the actor sees it. The record need not be in the list any more: they are those
    /// of the place where it would stand.
    pub fn neighbours(&self, query: &Query, seen: &Seen) -> Result<Neighbours, AccessError> {
        let kind = seen.kind();
        let owners = self.owners(kind)?;
        let plan = self.plan(kind, query, &owners)?;
        let around = plan.around(self.snapshot(), seen.record())?;
        Ok(Neighbours {
            previous: around.previous.and_then(|record| self.see(kind, record)),
            next: around.next.and_then(|record| self.see(kind, record)),
            position: around.position,
            total: plan.total(self.snapshot())?,
        })
    }
}
