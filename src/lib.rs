//! Kartoteka: the CRM a small firm can trust with its clients. This file is the map of the house.

#![forbid(unsafe_code)]

/// Signing in: passwords, throttling, proofs.
pub mod auth;
/// Companies and persons.
pub mod clients;
/// The only place that asks what time it is.
pub mod clock;
/// The vault: everything about a record, and its only door.
pub mod data;
/// Believable Polish firms to try the program with.
mod demo;
/// The modules there are.
pub mod modules;
