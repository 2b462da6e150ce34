//! Pages and the server that answers with them.

pub(crate) mod assets;
pub(crate) mod components;
pub(crate) mod layout;
mod pace;
pub mod server;
#[cfg(test)]
mod showcase;
