//! placeholder, replaced by the backend branch
use std::net::IpAddr;

/// Seconds to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter(pub u64);

/// Throttle.
#[derive(Default)]
pub struct Throttle;

impl Throttle {
    /// New.
    pub fn new() -> Self {
        Self
    }
    /// May try.
    pub fn check(&self, _account: &str, _address: IpAddr) -> Result<(), RetryAfter> {
        Ok(())
    }
    /// Failed.
    pub fn failed(&self, _account: &str, _address: IpAddr) {}
    /// Succeeded.
    pub fn succeeded(&self, _account: &str, _address: IpAddr) {}
    /// Unlock.
    pub fn unlock(&self, _account: &str) {}
}
