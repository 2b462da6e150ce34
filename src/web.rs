//! Pages and the server that answers with them.

pub(crate) mod assets;
mod client_address;
pub(crate) mod components;
mod dashboard;
mod error;
mod form;
mod gate;
pub(crate) mod layout;
mod need;
mod pace;
pub(crate) mod records;
mod request_id;
mod router;
pub mod server;
#[cfg(test)]
mod showcase;
mod sign_in;
mod state;
mod throttle_requests;
mod visit;

pub(crate) use client_address::client;
pub(crate) use gate::{origin, permission_words};
pub use need::{Need, Route};
pub(crate) use request_id::RequestId;
pub use router::{page_routes, router};
pub(crate) use sign_in::password_error;
pub use state::AppState;
pub(crate) use visit::say;
