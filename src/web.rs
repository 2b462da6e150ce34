//! Pages and the server that answers with them.

pub(crate) mod assets;
mod client_address;
pub(crate) mod components;
mod dashboard;
pub(crate) mod error;
pub(crate) mod form;
pub(crate) mod gate;
pub(crate) mod layout;
mod need;
mod pace;
mod profile;
mod request_id;
mod router;
pub mod server;
pub(crate) mod settings;
#[cfg(test)]
mod showcase;
mod sign_in;
mod state;
mod throttle_requests;
pub(crate) mod visit;

pub use need::{Need, Route};
pub use router::{page_routes, router};
pub use state::AppState;
