//! What a demo has sent, for its page `/dev/outbox`: kept in memory, the latest few.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;

use super::words::Words;
use crate::data::Letter;

/// Letters kept.
const MOST: usize = 100;

/// A letter as the demo shows it.
pub(crate) struct Shown {
    /// The address.
    pub(crate) to: String,
    /// When it was sent.
    pub(crate) at: Timestamp,
    /// Its subject.
    pub(crate) subject: String,
    /// Its plain part.
    pub(crate) text: String,
    /// Where its link leads, if it has one.
    pub(crate) link: Option<String>,
}

impl Shown {
    pub(super) fn new(letter: &Letter, words: &Words) -> Self {
        Self {
            to: letter.to.clone(),
            at: crate::clock::now(),
            subject: words.subject.clone(),
            text: words.text(),
            link: words.link.as_ref().map(|link| link.href.clone()),
        }
    }
}

/// The letters.
#[derive(Default)]
pub(super) struct Outbox(Mutex<VecDeque<Arc<Shown>>>);

impl Outbox {
    pub(super) fn keep(&self, letter: Shown) {
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.truncate(MOST - 1);
        letters.push_front(Arc::new(letter));
    }

    /// The latest first.
    pub(super) fn letters(&self) -> Vec<Arc<Shown>> {
        let letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_the_latest_and_no_more() {
        let outbox = Outbox::default();
        for number in 0..MOST + 5 {
            outbox.keep(Shown {
                to: number.to_string(),
                at: Timestamp::UNIX_EPOCH,
                subject: String::new(),
                text: String::new(),
                link: None,
            });
        }
        let letters = outbox.letters();
        assert_eq!((letters.len(), letters[0].to.as_str()), (MOST, "104"));
    }
}
