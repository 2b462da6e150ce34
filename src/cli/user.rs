//! `user`: accounts, and the way back in for someone locked out.

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Subcommand, Serialize, Deserialize)]
pub(crate) enum UserCommand {
    /// Every account.
    List(ListArgs),
    /// Makes an account.
    Add(AddArgs),
    /// Sets a new password; it ends the account's sessions.
    SetPassword(SetPasswordArgs),
    /// Gives an account another role, by name or id.
    SetRole(SetRoleArgs),
    /// Closes an account: nobody signs in with it, its sessions and tokens end.
    Disable(AccountArgs),
    /// Opens a closed account again.
    Enable(AccountArgs),
    /// Takes all second steps from an account whose person has lost theirs; ends its sessions.
    ResetSecondFactor(AccountArgs),
    /// Lets an account sign in again at once after too many failed attempts.
    Unlock(AccountArgs),
    /// Lets an account in from any address at any hour: its own rules go, and where others still hold, they are excepted
    /// for a day.
    AllowAnyIp(AccountArgs),
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct ListArgs {
    /// JSON instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct AddArgs {
    /// The e-mail address, for signing in.
    #[arg(long, value_name = "E")]
    pub(crate) email: String,
    /// The person's name.
    #[arg(long, value_name = "N")]
    pub(crate) name: String,
    /// The role, by name or id.
    #[arg(long, value_name = "R")]
    pub(crate) role: String,
    /// Reads the password from the first line of stdin.
    #[arg(long, required = true)]
    pub(crate) password_stdin: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct SetPasswordArgs {
    /// The account's e-mail address.
    pub(crate) email: String,
    /// Reads the password from the first line of stdin.
    #[arg(long, required = true)]
    pub(crate) password_stdin: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct SetRoleArgs {
    /// The account's e-mail address.
    pub(crate) email: String,
    /// The role, by name or id.
    pub(crate) role: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct AccountArgs {
    /// The account's e-mail address.
    pub(crate) email: String,
}
