//! Letters that wait to be sent. They are put down in the very write that makes them necessary, so that no code or link
//! exists without its letter, and none is sent for what did not happen.
//!
//! Letters are sealed: no link or code stands in any file of the data folder.

use std::ops::ControlFlow;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::AccessError;
use super::letter::{Letter, Template};
use super::role::AdminRight;
use super::vault::{Access, Vault};
use crate::data::records::ids::LetterId;
use crate::data::store::{Read, Seal, StoreError, Table, Write};

/// A letter in the queue.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// Its id.
    pub id: LetterId,
    /// The letter.
    pub letter: Letter,
    /// Attempts so far.
    pub tries: u32,
    /// When it was put down.
    pub queued_at: Timestamp,
    key: Vec<u8>,
}

/// What is to be sent now.
#[derive(Clone, Debug, Default)]
pub struct Due {
    /// The letters.
    pub letters: Vec<Waiting>,
    /// Keys of entries that cannot be opened.
    unreadable: Vec<Vec<u8>>,
}

impl Due {
    /// Entries that cannot be opened.
    pub fn unreadable(&self) -> usize {
        self.unreadable.len()
    }
}

/// A letter that was given up, without what it said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// The address.
    pub to: String,
    /// What it said.
    pub template: Template,
    /// When it was put down.
    pub queued_at: Timestamp,
    /// When it was given up.
    pub given_up_at: Timestamp,
    /// Attempts.
    pub tries: u32,
    /// The mail server's own words, or why there was none.
    pub why: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    queued_at: Timestamp,
    tries: u32,
    sealed: String,
}

const PURPOSE: &str = "letter";
/// After every id.
const LAST: [u8; 17] = [u8::MAX; 17];
/// Letters given up that are kept for the admin to see; the oldest go first.
const MOST_UNSENT: usize = 500;

/// Puts a letter into the queue, to be sent at once.
pub(super) fn post(write: &mut Write<'_, '_>, seal: &Seal, letter: &Letter, at: Timestamp) {
    let plain = serde_json::to_vec(letter).expect("plain structs always serialise");
    let stored = Stored {
        queued_at: at,
        tries: 0,
        sealed: data_encoding::BASE64.encode(&seal.seal(PURPOSE, &plain)),
    };
    put(write, &key(at, LetterId::new()), &stored);
}

fn put(write: &mut Write<'_, '_>, key: &[u8], stored: &Stored) {
    let bytes = serde_json::to_vec(stored).expect("plain structs always serialise");
    write.put(Table::Outbox, key.to_vec(), bytes);
}

fn key(at: Timestamp, id: LetterId) -> Vec<u8> {
    let moment = u64::try_from(at.as_millisecond()).unwrap_or(0);
    [moment.to_be_bytes().as_slice(), id.bytes()].concat()
}

fn id_of(key: &[u8]) -> Result<LetterId, StoreError> {
    let bytes = key.get(8..).and_then(|rest| rest.try_into().ok());
    bytes
        .map(LetterId::from_bytes)
        .ok_or_else(|| StoreError::Corrupt("the key of a letter".to_owned()))
}

impl Vault {
    /// Puts a letter into the queue that no other write makes necessary.
    pub async fn post(&self, letter: Letter) -> Result<(), StoreError> {
        let vault = self.clone();
        let write = move |write: &mut Write<'_, '_>| {
            post(
                write,
                vault.inner.store.seal(),
                &letter,
                crate::clock::now(),
            );
            Ok(())
        };
        self.inner.store.write(write).await
    }

    /// Letters whose time has come, the longest waiting first.
    pub fn due_letters(&self, now: Timestamp, most: usize) -> Result<Due, StoreError> {
        let snapshot = self.inner.store.read()?;
        let end = key(now, LetterId::from_bytes([u8::MAX; 16]));
        let mut due = Due::default();
        snapshot.scan(Table::Outbox, &[], &end, &mut |key, value| {
            if due.letters.len() + due.unreadable.len() == most {
                return ControlFlow::Break(());
            }
            match self.opened(key, value) {
                Ok(waiting) => due.letters.push(waiting),
                Err(_) => due.unreadable.push(key.to_vec()),
            }
            ControlFlow::Continue(())
        })?;
        Ok(due)
    }

    /// Takes letters out of the queue that cannot be opened, so that they hold up no other: their key is gone.
    pub async fn drop_unreadable(&self, due: &Due) -> Result<(), StoreError> {
        let keys = due.unreadable.clone();
        self.inner
            .store
            .write(move |write| {
                for key in keys {
                    write.delete(Table::Outbox, key);
                }
                Ok(())
            })
            .await
    }

    /// Takes letters out of the queue that are of no use any more, and returns how many: where no mail server is set,
    /// they wait for one no longer than that.
    pub async fn drop_stale(&self, now: Timestamp) -> Result<usize, StoreError> {
        let due = self.due_letters(now, usize::MAX)?;
        let stale = due.letters.iter();
        let stale = stale.filter(|waiting| waiting.letter.useful_until <= now);
        let keys: Vec<_> = stale.map(|waiting| waiting.key.clone()).collect();
        let count = keys.len() + due.unreadable.len();
        if count > 0 {
            let unreadable = [due.unreadable, keys].concat();
            self.drop_unreadable(&Due {
                unreadable,
                ..Due::default()
            })
            .await?;
        }
        Ok(count)
    }

    fn opened(&self, key: &[u8], value: &[u8]) -> Result<Waiting, StoreError> {
        let broken = |error| StoreError::corrupt("a letter", error);
        let stored: Stored = serde_json::from_slice(value).map_err(broken)?;
        let sealed = data_encoding::BASE64
            .decode(stored.sealed.as_bytes())
            .map_err(|error| StoreError::corrupt("a letter", error))?;
        let plain = self.inner.store.seal().open(PURPOSE, &sealed)?;
        Ok(Waiting {
            id: id_of(key)?,
            letter: serde_json::from_slice(&plain).map_err(broken)?,
            tries: stored.tries,
            queued_at: stored.queued_at,
            key: key.to_vec(),
        })
    }

    /// Takes a letter that was sent out of the queue.
    pub async fn letter_sent(&self, letter: &Waiting) -> Result<(), StoreError> {
        let key = letter.key.clone();
        self.inner
            .store
            .write(move |write| {
                write.delete(Table::Outbox, key);
                Ok(())
            })
            .await
    }

    /// Keeps a letter that could not be sent for another try at `next`; gives it up where there is none or where that is
    /// too late to be of use. `why` is the mail server's own words.
    pub async fn letter_failed(
        &self,
        letter: &Waiting,
        why: &str,
        next: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let (letter, why) = (letter.clone(), why.chars().take(500).collect::<String>());
        let now = crate::clock::now();
        self.inner
            .store
            .write(move |write| {
                let Some(bytes) = write.get(Table::Outbox, &letter.key)? else {
                    return Ok(());
                };
                write.delete(Table::Outbox, letter.key);
                let tries = letter.tries + 1;
                if let Some(next) = next.filter(|next| *next < letter.letter.useful_until) {
                    let stored: Stored = serde_json::from_slice(&bytes)
                        .map_err(|error| StoreError::corrupt("a letter", error))?;
                    put(write, &key(next, letter.id), &Stored { tries, ..stored });
                    return Ok(());
                }
                let unsent = Unsent {
                    to: letter.letter.to,
                    template: letter.letter.template,
                    queued_at: letter.queued_at,
                    given_up_at: now,
                    tries,
                    why,
                };
                let bytes = serde_json::to_vec(&unsent).expect("plain structs always serialise");
                write.put(Table::Unsent, letter.id.bytes().to_vec(), bytes);
                forget_oldest(write)
            })
            .await
    }
}

fn forget_oldest(write: &mut Write<'_, '_>) -> Result<(), StoreError> {
    let mut keys = Vec::new();
    write.scan(Table::Unsent, &[], &LAST, &mut |key, _| {
        keys.push(key.to_vec());
        ControlFlow::Continue(())
    })?;
    let surplus = keys.len().saturating_sub(MOST_UNSENT);
    for key in keys.into_iter().take(surplus) {
        write.delete(Table::Unsent, key);
    }
    Ok(())
}

impl Access {
    /// How many letters wait; for those who look after the settings.
    pub fn letters_waiting(&self) -> Result<usize, AccessError> {
        self.read()?.rights().require_admin(AdminRight::Settings)?;
        let snapshot = self.vault.inner.store.read()?;
        let mut count = 0;
        snapshot.scan(Table::Outbox, &[], &[u8::MAX; 25], &mut |_, _| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }

    /// Letters that could not be sent, the latest first; for those who look after the settings.
    pub fn unsent_letters(&self) -> Result<Vec<Unsent>, AccessError> {
        self.read()?.rights().require_admin(AdminRight::Settings)?;
        let snapshot = self.vault.inner.store.read()?;
        let mut unsent = Vec::new();
        let mut broken = None;
        snapshot.scan(Table::Unsent, &[], &LAST, &mut |_, value| {
            match serde_json::from_slice(value) {
                Ok(letter) => unsent.push(letter),
                Err(error) => {
                    broken = Some(StoreError::corrupt("a letter given up", error));
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        if let Some(error) = broken {
            return Err(error.into());
        }
        unsent.reverse();
        Ok(unsent)
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::data::tests::firm;

    fn letter(useful: SignedDuration) -> Letter {
        Letter {
            to: "anna@f.test".to_owned(),
            user: None,
            language: Some("pl".to_owned()),
            template: Template::Code,
            values: [("code".to_owned(), "918273".to_owned())].into(),
            useful_until: crate::clock::now() + useful,
        }
    }

    #[tokio::test]
    async fn a_letter_waits_is_tried_again_and_goes_when_sent() {
        let firm = firm().await;
        firm.vault
            .post(letter(SignedDuration::from_mins(10)))
            .await
            .unwrap();
        let now = crate::clock::now();
        let due = firm.vault.due_letters(now, 10).unwrap().letters;
        assert_eq!(due[0].letter.values["code"], "918273");
        let later = now + SignedDuration::from_mins(1);
        firm.vault
            .letter_failed(&due[0], "451 greylisted", Some(later))
            .await
            .unwrap();
        assert!(firm.vault.due_letters(now, 10).unwrap().letters.is_empty());
        let due = firm.vault.due_letters(later, 10).unwrap().letters;
        assert_eq!(due[0].tries, 1);
        firm.vault.letter_sent(&due[0]).await.unwrap();
        assert!(
            firm.vault
                .due_letters(later, 10)
                .unwrap()
                .letters
                .is_empty()
        );
    }

    #[tokio::test]
    async fn a_letter_that_is_of_no_use_any_more_is_given_up_without_its_words() {
        let firm = firm().await;
        let access = firm.vault.system("a test");
        firm.vault
            .post(letter(SignedDuration::from_mins(10)))
            .await
            .unwrap();
        let due = firm
            .vault
            .due_letters(crate::clock::now(), 10)
            .unwrap()
            .letters;
        let too_late = crate::clock::now() + SignedDuration::from_mins(11);
        firm.vault
            .letter_failed(&due[0], "no route", Some(too_late))
            .await
            .unwrap();
        assert!(
            firm.vault
                .due_letters(too_late, 10)
                .unwrap()
                .letters
                .is_empty()
        );
        let unsent = access.unsent_letters().unwrap();
        assert_eq!((unsent[0].why.as_str(), unsent[0].tries), ("no route", 1));
        assert!(!serde_json::to_string(&unsent).unwrap().contains("918273"));
    }

    #[tokio::test]
    async fn no_file_of_the_data_folder_holds_what_a_letter_says() {
        let firm = firm().await;
        firm.vault
            .post(letter(SignedDuration::from_mins(10)))
            .await
            .unwrap();
        for entry in std::fs::read_dir(firm.folder.path()).unwrap() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            assert!(!bytes.windows(6).any(|part| part == b"918273"));
        }
    }
}
