//! `init`: the firm and its owner.

use clap::Args;
use serde::{Deserialize, Serialize};

/// Makes the firm and its owner.
#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct InitArgs {
    /// The owner's e-mail address, for signing in.
    #[arg(long, value_name = "E")]
    pub(crate) email: String,
    /// The owner's name.
    #[arg(long, value_name = "N")]
    pub(crate) name: String,
    /// The firm's name.
    #[arg(long, value_name = "F")]
    pub(crate) firm: Option<String>,
    /// Reads the owner's password from the first line of stdin.
    #[arg(long, required = true)]
    pub(crate) password_stdin: bool,
    /// Encrypts the database at rest, under the key in --db-key-file [default: db.key in the data folder, to be moved out
    /// of it]; the file is made where it is absent.
    #[arg(long)]
    #[serde(default)]
    pub(crate) encrypt: bool,
}
