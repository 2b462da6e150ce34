//! `role`: what each role may do.

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
pub(crate) enum RoleCommand {
    /// Every role.
    List(ListArgs),
    /// One role with all it allows.
    Show(ShowArgs),
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct ListArgs {
    /// JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct ShowArgs {
    /// The role, by name or id.
    pub(crate) role: String,
    /// JSON instead of lines of text.
    #[arg(long)]
    pub(crate) json: bool,
}
