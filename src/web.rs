//! Pages and the server that answers with them.

pub(crate) mod assets;
mod barred_lately;
mod client_address;
pub(crate) mod components;
mod cookies;
mod dashboard;
pub(crate) mod error;
mod error_page;
pub(crate) mod form;
mod fresh;
pub(crate) mod gate;
mod health;
pub(crate) mod layout;
pub(crate) mod local_time;
mod need;
pub(crate) mod operations;
mod outbox;
mod pace;
pub(crate) mod pictures;
mod profile;
pub(crate) mod records;
mod request_id;
mod router;
pub mod server;
pub(crate) mod settings;
#[cfg(test)]
mod showcase;
mod sign_in;
pub(crate) mod state;
mod throttle_requests;
mod trial;
pub(crate) mod viewed;
pub(crate) mod visit;

pub(crate) use client_address::Client;
pub(crate) use gate::{client_of, origin};
pub use need::{Need, Route};
pub(crate) use request_id::RequestId;
pub use router::{page_routes, router};
pub(crate) use sign_in::password_error;
pub use state::AppState;
pub(crate) use visit::say;
