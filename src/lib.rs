//! Kartoteka: the CRM a small firm can trust with its clients. This file is the map of the house.

#![forbid(unsafe_code)]

/// The only place that asks what time it is.
pub mod clock;
/// Signing in.
pub mod auth;
/// The vault: everything about a record, and its only door.
pub mod data;
