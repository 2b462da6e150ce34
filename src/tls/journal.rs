//! What happened to certificates, for the settings page and for finding out why there is none.

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::folder::Folder;

/// Entries kept; the oldest go first.
const MOST: usize = 60;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Event {
    pub(crate) at: Timestamp,
    pub(crate) happened: Happened,
    /// The words of whoever said it: the authority's, the system's, or names.
    #[serde(default)]
    pub(crate) words: String,
    /// What we ourselves found wrong, to be said in anybody's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) told: Option<Told>,
}

/// A [`Fault`] as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// The file it is about.
    pub(crate) file: Option<String>,
    /// Key of the sentence that says it.
    pub(crate) key: String,
    /// What is named in the sentence.
    pub(crate) what: String,
}

impl Told {
    pub(super) fn of(fault: &Fault) -> Self {
        let problem = fault.problem();
        let mut what = problem.args.iter();
        Self {
            file: fault.file().map(|path| path.display().to_string()),
            key: problem.key.to_owned(),
            what: what
                .next()
                .map_or_else(String::new, |(_, what)| what.clone()),
        }
    }
}

/// What can happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Happened {
    /// The authority gave a certificate.
    Issued,
    /// It could not be had.
    Failed,
    /// The authority could not be reached.
    Unreachable,
    /// The authority asks to wait.
    Limited,
    /// The disk does not take a certificate.
    Unwritten,
    /// The disk has taken the certificate that was in memory alone.
    Written,
    /// The watched files were read anew.
    FilesTaken,
    /// The watched files hold what cannot be used.
    FilesRefused,
    /// Somebody uploaded a certificate.
    Uploaded,
    /// Somebody took the uploaded certificate away.
    Removed,
    /// The test with the staging authority went well.
    TestPassed,
    /// It did not.
    TestFailed,
    /// The key of the account was changed.
    KeyChanged,
}

impl Happened {
    /// Whether something went wrong with the certificate in use.
    pub(crate) fn is_trouble(self) -> bool {
        matches!(
            self,
            Self::Failed | Self::Unreachable | Self::Limited | Self::Unwritten | Self::FilesRefused
        )
    }

    /// Whether it ends trouble.
    fn is_success(self) -> bool {
        matches!(
            self,
            Self::Issued | Self::Written | Self::FilesTaken | Self::Uploaded
        )
    }

    /// Whether it is trouble with an authority, which is nobody's where none is asked.
    pub(super) fn is_of_authority(self) -> bool {
        matches!(self, Self::Failed | Self::Unreachable | Self::Limited)
    }

    /// Key of its words.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Issued => "tls-event-issued",
            Self::Failed => "tls-event-failed",
            Self::Unreachable => "tls-event-unreachable",
            Self::Limited => "tls-event-limited",
            Self::Unwritten => "tls-event-unwritten",
            Self::Written => "tls-event-written",
            Self::FilesTaken => "tls-event-files-taken",
            Self::FilesRefused => "tls-event-files-refused",
            Self::Uploaded => "tls-event-uploaded",
            Self::Removed => "tls-event-removed",
            Self::TestPassed => "tls-event-test-passed",
            Self::TestFailed => "tls-event-test-failed",
            Self::KeyChanged => "tls-event-key-changed",
        }
    }
}

/// The journal of a data folder.
pub(super) struct Journal {
    folder: Folder,
    events: Mutex<Vec<Event>>,
}

impl Journal {
    /// Reads it; one that cannot be read is begun anew.
    pub(super) fn open(folder: &Folder) -> Self {
        let kept = folder.journal();
        Self {
            folder: folder.clone(),
            events: Mutex::new(
                kept.and_then(|json| serde_json::from_slice(&json).ok())
                    .unwrap_or_default(),
            ),
        }
    }

    /// Adds an entry; the same trouble again takes the place of the last one. Writes to the disk.
    pub(super) fn note(&self, happened: Happened, words: &str, told: Option<Told>) {
        let event = Event {
            at: crate::clock::now(),
            happened,
            words: super::pair::plain(words),
            told,
        };
        let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        if happened.is_trouble()
            && let Some(last) = events.last_mut()
            && (last.happened, &last.words) == (happened, &event.words)
        {
            last.at = event.at;
        } else {
            events.push(event);
        }
        let over = events.len().saturating_sub(MOST);
        events.drain(..over);
        let json = serde_json::to_vec(&*events).expect("plain structs always serialise");
        if let Err(error) = self.folder.keep_journal(&json) {
            tracing::warn!(%error, "the journal of certificates cannot be written");
        }
    }

    /// The entries, the latest first.
    pub(super) fn events(&self) -> Vec<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events.iter().rev().cloned().collect()
    }

    /// The last trouble that nothing good followed.
    pub(super) fn trouble(&self) -> Option<Event> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
        events
            .iter()
            .rev()
            .take_while(|event| !event.happened.is_success())
            .find(|event| event.happened.is_trouble())
            .cloned()
    }
}
