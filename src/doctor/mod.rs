//! Everything a firm depends on, looked at: by the command `doctor` and on the health page. One file a concern.
//!
//! A finding says how things stand, and what to do where they do not stand well. Its words are keys of the locale files;
//! the command says them in English.

mod at_rest;
mod backups;
mod certificate;
mod clock;
mod configuration;
mod database;
mod files;
mod folder;
mod mail;
mod memory;
mod network;
mod room;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use tokio::runtime::Handle;

use crate::config::{Config, Source};
use crate::data::{Problem, Vault};
use crate::i18n::Lang;
use crate::web::say;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    Ok,
    /// Look after it soon.
    Warn,
    /// Something does not work, or is lost.
    Fail,
}

impl Verdict {
    /// The word of the command's lines.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// What a look at one thing gave.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) verdict: Verdict,
    /// The name of what was looked at.
    pub(crate) what: Problem,
    /// How it stands.
    pub(crate) says: Problem,
    /// What to do.
    pub(crate) advice: Option<Problem>,
}

impl Finding {
    fn ok(what: impl Into<Named>, says: Problem) -> Self {
        Self {
            verdict: Verdict::Ok,
            what: what.into().0,
            says,
            advice: None,
        }
    }

    fn warn(what: impl Into<Named>, says: Problem, advice: Problem) -> Self {
        Self {
            verdict: Verdict::Warn,
            what: what.into().0,
            says,
            advice: Some(advice),
        }
    }

    fn fail(what: impl Into<Named>, says: Problem, advice: Problem) -> Self {
        Self {
            verdict: Verdict::Fail,
            ..Self::warn(what, says, advice)
        }
    }

    /// The line of the command: `warn room: …; what to do`.
    pub(crate) fn line(&self) -> String {
        let word = |problem: &Problem| one_line(&say(Lang::En, problem));
        let advice = self
            .advice
            .as_ref()
            .map(|advice| format!("; {}", word(advice)));
        format!(
            "{:<4} {}: {}{}",
            self.verdict.name(),
            word(&self.what),
            word(&self.says),
            advice.unwrap_or_default()
        )
    }

    /// The same for programs.
    pub(crate) fn to_json(&self) -> Json {
        let word = |problem: &Problem| say(Lang::En, problem);
        json!({
            "verdict": self.verdict.name(),
            "what": word(&self.what),
            "message": word(&self.says),
            "advice": self.advice.as_ref().map(word),
        })
    }
}

/// The name of what is looked at: a key alone, or one with values.
struct Named(Problem);

impl From<&'static str> for Named {
    fn from(key: &'static str) -> Self {
        Self(Problem::new(key))
    }
}

impl From<Problem> for Named {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

/// What others said, on one line and without what could confuse a terminal.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect()
}

/// The surroundings of a firm's data.
#[derive(Clone, Debug)]
pub(crate) struct Surroundings {
    /// The data folder.
    pub(crate) folder: PathBuf,
    /// Where the configuration is read from.
    pub(crate) source: Source,
    /// The configuration in use; none where it cannot be read.
    pub(crate) config: Option<Arc<Config>>,
    /// Whether this process serves the firm.
    pub(crate) serving: bool,
}

/// What is looked at.
pub(crate) struct Patient<'a> {
    pub(crate) around: &'a Surroundings,
    /// The firm; none where it could not be opened, which is a finding of its own.
    pub(crate) vault: Option<&'a Vault>,
    pub(crate) runtime: &'a Handle,
    /// Whether to read everything, however long that takes.
    pub(crate) thorough: bool,
}

impl Patient<'_> {
    fn config(&self) -> Option<&Config> {
        self.around.config.as_deref()
    }
}

/// Looks at everything. Blocks for up to half a minute where servers outside do not answer; longer where thorough.
pub(crate) fn examine(patient: &Patient<'_>) -> Vec<Finding> {
    std::thread::scope(|scope| {
        // What waits for others goes on beside what reads here.
        let outside = [
            scope.spawn(|| network::check(patient)),
            scope.spawn(|| mail::check(patient)),
            scope.spawn(|| backups::check(patient)),
        ];
        let mut findings = configuration::check(patient);
        findings.extend(folder::check(patient));
        findings.extend(room::check(patient));
        findings.extend(database::check(patient));
        findings.extend(files::check(patient));
        findings.extend(at_rest::check(patient));
        findings.extend(clock::check(patient));
        findings.extend(certificate::check(patient));
        for part in outside {
            findings.extend(part.join().unwrap_or_else(|_| vec![broken()]));
        }
        findings.extend(memory::check());
        findings
    })
}

fn broken() -> Finding {
    Finding::fail(
        "doctor-program",
        Problem::new("doctor-program-broken"),
        Problem::new("doctor-program-broken-do"),
    )
}

/// The finding that a folder is not there, or is another's.
pub(crate) fn no_folder(why: &str) -> Finding {
    Finding::fail(
        "doctor-folder",
        Problem::new("doctor-said").with("why", why),
        Problem::new("doctor-folder-missing-do"),
    )
}

use database::unopened;
pub(crate) use database::{check_closed, not_opened};

#[cfg(test)]
mod tests;
