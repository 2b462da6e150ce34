//! The map of the house, one line for each room.

/// What runs: the parts, started and stopped in order.
mod app;
/// The command line: a file for each command.
pub mod cli;
/// The configuration file, every key declared and documented once.
pub mod config;
/// Languages and texts.
pub mod i18n;
/// Logs on stderr, as text or JSON.
mod logging;
/// Pages and the server that answers with them.
pub mod web;
