//! Kartoteka: the CRM a small firm can trust with its clients. This file is the map of the house.

#![forbid(unsafe_code)]

/// The JSON API.
pub mod api;
/// What runs: the parts, started and stopped in order.
mod app;
/// The audit log as a page.
mod audit;
/// Signing in: passwords, throttling, proofs.
pub mod auth;
/// Archives, targets, retention, proof, restore.
mod backup;
/// The command line: a file for each command.
pub mod cli;
/// Companies and persons.
pub mod clients;
/// The only place that asks what time it is.
pub mod clock;
/// The configuration file, every key declared and documented once.
pub mod config;
/// The vault: everything about a record, and its only door.
pub mod data;
/// Believable Polish firms to try the program with.
mod demo;
/// Everything a firm depends on, looked at.
mod doctor;
/// Excel and CSV in and out.
mod exchange;
/// Files of records on their way in and out.
mod files;
/// Languages and texts.
pub mod i18n;
/// What the program does by itself, by the clock.
mod jobs;
/// Logs on stderr, as text or JSON.
mod logging;
/// What the system tells of memory and file systems.
mod machine;
/// Outgoing mail: the queue, the words of letters, the way to the mail server.
mod mailer;
/// Figures about the running program.
mod metrics;
/// The modules there are.
pub mod modules;
/// What fields, choices and groups are called.
mod names;
/// Public registers of taxpayers.
mod registers;
/// Room on the disk, and what is taken with little of it.
mod room;
/// Codes to phones, through a gateway.
mod sms;
/// HTTPS: certificates, where they come from, and how they stay in date.
mod tls;
/// Pages and the server that answers with them.
pub mod web;
