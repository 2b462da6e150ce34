//! How many sheets are read at once: each reader may take a gibibyte of memory and a processor.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::super::sheet::SheetError;
use super::super::watch::Watch;

/// Readers at work at once.
const MOST: usize = 2;
/// How often it is asked whether whoever waits has given up.
const LOOK: Duration = Duration::from_millis(100);

static TURNS: Turns = Turns::new();

struct Turns {
    taken: Mutex<usize>,
    freed: Condvar,
}

/// The right to read a sheet now; dropped, the next one has it.
pub(super) struct Turn {
    turns: &'static Turns,
}

impl Turn {
    /// Waits for one. Blocks.
    pub(super) fn wait(watch: &Watch) -> Result<Self, SheetError> {
        TURNS.wait(watch)
    }
}

impl Turns {
    const fn new() -> Self {
        Self {
            taken: Mutex::new(0),
            freed: Condvar::new(),
        }
    }

    fn wait(&'static self, watch: &Watch) -> Result<Turn, SheetError> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken >= MOST {
            if watch.is_stopped() {
                return Err(SheetError::Stopped);
            }
            (taken, _) = self
                .freed
                .wait_timeout(taken, LOOK)
                .unwrap_or_else(PoisonError::into_inner);
        }
        *taken += 1;
        Ok(Turn { turns: self })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut taken = self
            .turns
            .taken
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *taken -= 1;
        self.turns.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    #[test]
    fn a_third_reader_waits_until_one_is_done_or_nobody_waits_for_it() {
        static OURS: Turns = Turns::new();
        let first = OURS.wait(&Watch::default()).unwrap();
        let _second = OURS.wait(&Watch::default()).unwrap();

        let given_up = Watch::default();
        given_up.stop();
        assert!(matches!(OURS.wait(&given_up), Err(SheetError::Stopped)));

        let (told, begun) = channel();
        let third = std::thread::spawn(move || {
            let turn = OURS.wait(&Watch::default()).unwrap();
            told.send(()).unwrap();
            drop(turn);
        });
        assert!(begun.recv_timeout(LOOK * 3).is_err());
        drop(first);
        begun.recv_timeout(Duration::from_secs(10)).unwrap();
        third.join().unwrap();
    }
}
