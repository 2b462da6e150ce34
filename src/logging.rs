//! Logs: one line an event on stderr, as text or JSON. What identifies a person stays below level `info`.

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

/// Starts logging to stderr. `usual` is the level where `KARTOTEKA_LOG` names none.
pub(crate) fn start(format: LogFormat, usual: &str) -> Result<(), String> {
    let level = std::env::var(LEVEL).ok().filter(|level| !level.is_empty());
    let filter = EnvFilter::try_new(level.as_deref().unwrap_or(usual)).map_err(|error| {
        format!("{LEVEL}: {error}; give a level such as info, debug or kartoteka=debug")
    })?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false);
    let started = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| format!("cannot start logging: {error}"))
}
