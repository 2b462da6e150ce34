//! Signing in: passwords, throttling, and the proof that a password was right.

mod passwords;

pub use passwords::{PasswordError, Passwords, Verified};
