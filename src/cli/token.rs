//! `token`: keys for programs that use the API as one of the users.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
pub(crate) enum TokenCommand {
    /// Makes a token and prints it, this once.
    Add(AddArgs),
    /// Every token, without its secret.
    List(ListArgs),
    /// Ends a token at once.
    Revoke(RevokeArgs),
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct AddArgs {
    /// The e-mail address of the user it acts as.
    #[arg(long, value_name = "E")]
    pub(crate) user: String,
    /// What it is for.
    #[arg(long, value_name = "N")]
    pub(crate) name: String,
    /// The last day it works, in the firm's time zone (YYYY-MM-DD).
    #[arg(long, value_name = "DATE")]
    pub(crate) expires: Option<Date>,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct ListArgs {
    /// JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct RevokeArgs {
    /// The token's id, as `token list` shows it.
    pub(crate) id: String,
}
