//! The web: the server that takes connections, and what it answers with.

mod pace;
pub mod server;
