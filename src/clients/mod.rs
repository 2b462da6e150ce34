//! Clients: companies, and persons who may belong to one.

mod record;

pub use record::{CLIENTS, field};
