//! Places for backups between two tries of a form: what nobody is shown again waits here, so that it need not be typed
//! again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::data::{KeptTarget, UserId};

/// Until it is forgotten.
const LIFE: Duration = Duration::from_mins(30);
/// Held at once; the oldest make room.
const MOST: usize = 32;

struct Draft {
    secret: String,
    user: UserId,
    target: KeptTarget,
    since: Instant,
}

/// What people are at. In memory alone; clones share it.
#[derive(Clone, Default)]
pub(crate) struct Drafts(Arc<Mutex<Vec<Draft>>>);

impl Drafts {
    /// Holds what a person entered; the word to ask for it by.
    pub(crate) fn hold(&self, user: UserId, target: KeptTarget) -> String {
        let mut random = [0; 24];
        getrandom::fill(&mut random).expect("the system gives random bytes");
        let secret = data_encoding::BASE64URL_NOPAD.encode(&random);
        let mut held = self.held();
        if held.len() >= MOST {
            held.remove(0);
        }
        held.push(Draft {
            secret: secret.clone(),
            user,
            target,
            since: Instant::now(),
        });
        secret
    }

    /// What that person entered, under that word.
    pub(crate) fn of(&self, user: UserId, secret: &str) -> Option<KeptTarget> {
        let held = self.held();
        let draft = held.iter().find(|draft| draft.secret == secret)?;
        (draft.user == user).then(|| draft.target.clone())
    }

    /// Forgets all that a person was at.
    pub(crate) fn end(&self, user: UserId) {
        self.held().retain(|draft| draft.user != user);
    }

    fn held(&self) -> MutexGuard<'_, Vec<Draft>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|draft| draft.since.elapsed() < LIFE);
        held
    }
}
