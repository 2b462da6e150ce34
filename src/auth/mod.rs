//! Signing in: passwords, throttling, and the proof that a password was right.

mod allowance;
mod passwords;
mod setup;
mod throttle;

pub use passwords::{PasswordError, Passwords, Verified};
pub use setup::SetupCode;
pub(crate) use setup::typeable;
pub use throttle::{RetryAfter, Throttle};
