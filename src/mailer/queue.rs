//! The task that empties the queue.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{Mail, Off};
use crate::data::{StoreError, Waiting};

/// How often the queue is looked at.
const EVERY: Duration = Duration::from_millis(400);
/// How often letters that have become useless are cleared away while there is no mail server.
const CLEAR_EVERY: SignedDuration = SignedDuration::from_mins(10);
/// After a failure of the store.
const PAUSE: Duration = Duration::from_secs(5);
/// For the letter that is on its way when the server stops.
const FINISH_TIME: Duration = Duration::from_secs(5);
/// Letters taken from the queue at once.
const MOST: usize = 20;
/// The gap before the second try; every further one is three times as long, up to the longest.
const FIRST_GAP: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_GAP: SignedDuration = SignedDuration::from_hours(1);

/// Sends letters until `stop`, while `enter` lets it; one that is on its way then has [`FINISH_TIME`] to arrive, and otherwise stays in the queue.
pub(crate) async fn run<G: Send>(
    mail: Mail,
    enter: impl Fn() -> Option<G> + Send + Sync,
    stop: CancellationToken,
) {
    let mut tick = interval(EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut cleared = Timestamp::UNIX_EPOCH;
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        // A letter that goes out of a firm which is just being replaced would leave no trace in its successor.
        let Some(_inside) = enter() else { continue };
        let done = match mail.off() {
            Ok(None) => send_due(&mail, &stop).await,
            Ok(Some(Off::NoServer | Off::NoAddress)) => {
                let now = crate::clock::now();
                if now.duration_since(cleared) < CLEAR_EVERY {
                    continue;
                }
                cleared = now;
                mail.inner.vault.drop_stale(now).await.map(|_| ())
            }
            Err(error) => Err(error),
        };
        if let Err(error) = done {
            tracing::warn!(%error, "cannot work on the queue of letters");
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
    }
}

/// Sends what is due.
pub(super) async fn send_due(mail: &Mail, stop: &CancellationToken) -> Result<(), StoreError> {
    let vault = &mail.inner.vault;
    let due = vault.due_letters(crate::clock::now(), MOST)?;
    if due.unreadable() > 0 {
        tracing::error!(
            letters = due.unreadable(),
            "letters cannot be opened and are dropped: secret.key is not the one they were sealed with"
        );
        vault.drop_unreadable(&due).await?;
    }
    for waiting in &due.letters {
        if stop.is_cancelled() {
            return Ok(());
        }
        let too_long = async {
            stop.cancelled().await;
            tokio::time::sleep(FINISH_TIME).await;
        };
        tokio::select! {
            sent = send_one(mail, waiting) => sent?,
            () = too_long => return Ok(()),
        }
    }
    Ok(())
}

async fn send_one(mail: &Mail, waiting: &Waiting) -> Result<(), StoreError> {
    let vault = &mail.inner.vault;
    let now = crate::clock::now();
    if waiting.letter.useful_until <= now {
        let why = "it could not be sent while it was of use";
        return vault.letter_failed(waiting, why, None).await;
    }
    match mail.deliver(waiting.id, &waiting.letter).await {
        Ok(()) => vault.letter_sent(waiting).await,
        Err(error) => {
            tracing::warn!(
                letter = %waiting.id,
                template = ?waiting.letter.template,
                tries = waiting.tries + 1,
                %error,
                "a letter was not sent"
            );
            let next = (!error.for_good()).then(|| next_try(waiting));
            vault.letter_failed(waiting, &error.to_string(), next).await
        }
    }
}

/// When to try again: after the gap, but once more at the end of the time in which the letter is of use.
fn next_try(waiting: &Waiting) -> Timestamp {
    let now = crate::clock::now();
    let next = now + gap(waiting.tries);
    let last = waiting.letter.useful_until - FIRST_GAP;
    if next > last && last > now + FIRST_GAP {
        last
    } else {
        next
    }
}

/// How long to wait after so many tries before this one.
fn gap(tries: u32) -> SignedDuration {
    let times = 3_i32.checked_pow(tries).unwrap_or(i32::MAX);
    FIRST_GAP
        .checked_mul(times)
        .unwrap_or(LONGEST_GAP)
        .min(LONGEST_GAP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_grow_to_an_hour() {
        let gaps: Vec<i64> = (0..8).map(|tries| gap(tries).as_secs()).collect();
        assert_eq!(gaps, [5, 15, 45, 135, 405, 1215, 3600, 3600]);
        assert_eq!(gap(u32::MAX).as_secs(), 3600);
    }
}
