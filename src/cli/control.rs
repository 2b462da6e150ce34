//! The control socket: how a command reaches the server that holds the data folder.
//!
//! `DIR/control.sock` (mode 0600, peers of the same user or root) takes one command a connection, in frames of a kind
//! byte, a big-endian length and up to 1 MiB:
//!
//! | from | frame | holds |
//! |---|---|---|
//! | client | `Request` | the command as JSON, with the password and the input file's name where it has them |
//! | server | `Accepted` | nothing; the command will run |
//! | client | `File`…, `FileEnd` | the input file |
//! | server | `Alive` | nothing, every few seconds while the command runs |
//! | server | `Out`, `Err`, `File` | bytes of stdout, of stderr and of the output file |
//! | server | `Exit` | how it ended, as JSON; the last frame |
//!
//! A client that has seen no `Accepted` knows that nothing was done, and may look again.

pub(crate) mod client;
mod frame;
pub(crate) mod server;
mod socket;

use serde::{Deserialize, Serialize};

use super::failure::Failure;
use super::office::OfficeCommand;

/// What a client asks for.
#[derive(Serialize, Deserialize)]
struct Request {
    /// The client's version; another one's commands may be unknown here.
    version: String,
    command: OfficeCommand,
    password: Option<String>,
    /// The name of the file that follows.
    file_name: Option<String>,
    /// Whether the client has a file to write.
    writes_file: bool,
}

/// How a command ended.
#[derive(Serialize, Deserialize)]
struct Exit {
    failure: Option<Failure>,
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(test)]
mod tests;
