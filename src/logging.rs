//! Logs: one line an event on stderr, as text or JSON. What identifies a person stays below level `info`.

use std::sync::OnceLock;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// How a log line is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for log collectors.
    Json,
}

/// The environment variable that chooses the level, in the syntax of `tracing-subscriber`: `debug`, `kartoteka=trace`.
const LEVEL: &str = "KARTOTEKA_LOG";

type Change = Box<dyn Fn(EnvFilter) -> Result<(), String> + Send + Sync>;

/// How the level of a log that runs is changed.
static CHANGE: OnceLock<Change> = OnceLock::new();

fn level_of_environment() -> Option<String> {
    std::env::var(LEVEL).ok().filter(|level| !level.is_empty())
}

/// Starts logging to stderr. `usual` is the level where `KARTOTEKA_LOG` names none.
pub(crate) fn start(format: LogFormat, usual: &str) -> Result<(), String> {
    let level = level_of_environment();
    let filter = EnvFilter::try_new(level.as_deref().unwrap_or(usual)).map_err(|error| {
        format!("{LEVEL}: {error}; give a level such as info, debug or kartoteka=debug")
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    // The two kinds of lines are of different types, and so are the handles that change their levels.
    let started = match format {
        LogFormat::Text => {
            let lines = lines.with_filter_reloading();
            let handle = lines.reload_handle();
            keep(Box::new(move |filter| {
                handle.reload(filter).map_err(|error| error.to_string())
            }));
            lines.try_init()
        }
        LogFormat::Json => {
            let lines = lines.json().flatten_event(true).with_filter_reloading();
            let handle = lines.reload_handle();
            keep(Box::new(move |filter| {
                handle.reload(filter).map_err(|error| error.to_string())
            }));
            lines.try_init()
        }
    };
    started.map_err(|error| format!("cannot start logging: {error}"))
}

fn keep(change: Change) {
    // A second start of the log fails by itself, and this keeps the first.
    let _ = CHANGE.set(change);
}

/// Changes the level of the log to the configuration's, unless the environment names one.
pub(crate) fn set_level(level: &str) {
    if level_of_environment().is_some() {
        return;
    }
    let Some(change) = CHANGE.get() else { return };
    let changed = EnvFilter::try_new(level)
        .map_err(|error| error.to_string())
        .and_then(change);
    if let Err(error) = changed {
        tracing::warn!(error, level, "the level of the log cannot be changed");
    }
}
