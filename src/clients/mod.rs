//! Clients: companies, and persons who may belong to one.

pub(crate) mod pages;
mod record;

pub use record::{CLIENTS, field};
