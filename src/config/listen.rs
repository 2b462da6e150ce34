//! Where the server listens.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// One place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listen {
    /// An address and a port.
    Socket(SocketAddr),
    /// A socket in the file system, for a proxy on this machine.
    Unix(PathBuf),
}

impl Listen {
    /// The port, where it has one.
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Socket(address) => Some(address.port()),
            Self::Unix(_) => None,
        }
    }
}

/// A text that names no place to listen at.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("neither an IP address with a port nor unix: with an absolute path")]
pub struct NoPlace;

impl FromStr for Listen {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        match text.strip_prefix("unix:") {
            Some(path) if path.starts_with('/') && !path.contains('\0') => {
                Ok(Self::Unix(PathBuf::from(path)))
            }
            Some(_) => Err(NoPlace),
            None => text.parse().map(Self::Socket).map_err(|_| NoPlace),
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Socket(address) => address.fmt(formatter),
            Self::Unix(path) => write!(formatter, "unix:{}", path.display()),
        }
    }
}
