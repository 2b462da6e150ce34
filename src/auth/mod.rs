//! Signing in: passwords, throttling, and the proof that a password was right.

mod allowance;
mod asks;
mod passwords;
mod setup_code;
mod strength;
mod throttle;

pub use asks::Asks;
pub use passwords::{LONGEST, PasswordError, Passwords, SHORTEST, Verified};
pub use setup_code::SetupCode;
pub use strength::Strength;
pub(crate) use throttle::network;
pub use throttle::{RetryAfter, Throttle};
