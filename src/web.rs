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

pub use need::{Need, Route};
pub use router::{page_routes, router};
pub use state::AppState;
