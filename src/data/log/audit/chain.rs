//! Whether every entry is what the next one, and the head, say it was.

use std::ops::ControlFlow;

use super::{AuditEntry, hash, head};
use crate::data::store::{Read, Snapshot, StoreError, Table};

/// A chain that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// This entry is not what the next one, or the head, says it was.
    #[error("entry {0} was changed")]
    Changed(u64),
    /// This entry is missing.
    #[error("entry {0} is missing")]
    Missing(u64),
    /// This entry cannot be read.
    #[error("entry {0} cannot be read")]
    Unreadable(u64),
}

/// The newest entry, held against what is kept of it elsewhere; none in an empty log.
pub(in crate::data) fn check_newest(
    snapshot: &Snapshot,
) -> Result<Result<Option<AuditEntry>, ChainError>, StoreError> {
    let head = head(snapshot)?;
    if head.last == 0 {
        return Ok(Ok(None));
    }
    let Some(bytes) = snapshot.get(Table::Audit, &head.last.to_be_bytes())? else {
        return Ok(Err(ChainError::Missing(head.last)));
    };
    let Ok(entry) = serde_json::from_slice::<AuditEntry>(&bytes) else {
        return Ok(Err(ChainError::Unreadable(head.last)));
    };
    let holds = entry.id == head.last && head.hash == hash(&bytes);
    Ok(if holds {
        Ok(Some(entry))
    } else {
        Err(ChainError::Changed(head.last))
    })
}

/// Follows the whole chain; the number of entries, or the first that does not hold.
pub(in crate::data) fn verify(snapshot: &Snapshot) -> Result<Result<u64, ChainError>, StoreError> {
    let head = head(snapshot)?;
    let (mut expected, mut hash) = (1, String::new());
    let mut broken = None;
    snapshot.scan(Table::Audit, &[], &[u8::MAX; 9], &mut |key, bytes| {
        let number = key.try_into().map_or(0, u64::from_be_bytes);
        broken = if number == expected {
            match serde_json::from_slice::<AuditEntry>(bytes) {
                Err(_) => Some(ChainError::Unreadable(number)),
                // The entry before is not what this one was chained to.
                Ok(entry) if entry.prev != hash => Some(ChainError::Changed(number - 1)),
                Ok(entry) if entry.id != number => Some(ChainError::Changed(number)),
                Ok(_) => None,
            }
        } else {
            Some(ChainError::Missing(expected))
        };
        hash = self::hash(bytes);
        expected += 1;
        if broken.is_some() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })?;
    Ok(match broken {
        Some(error) => Err(error),
        None if head.last + 1 != expected => Err(ChainError::Missing(expected)),
        None if head.hash != hash => Err(ChainError::Changed(head.last)),
        None => Ok(head.last),
    })
}
