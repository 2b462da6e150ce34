//! What each command does with the firm, the same inside the server and in a process of its own.

use std::fs::File;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::audit::AuditCommand;
use super::context::{Context, InputFile};
use super::failure::Failure;
use super::import::ImportArgs;
use super::init::InitArgs;
use super::listing;
use super::module::{Format, Module};
use super::office::OfficeCommand;
use super::role::RoleCommand;
use super::token::TokenCommand;
use super::user::UserCommand;

/// What a data folder holds.
#[expect(dead_code, reason = "the vault tells the kinds apart")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Firm {
    /// Nothing yet.
    None,
    /// A firm made by `demo`.
    Demo,
    /// A firm of people.
    Real,
}

/// What commands ask of the firm. Rows are JSON objects with the API's field names.
pub(crate) trait Backend: Send + Sync {
    /// Reads something small, to show that the data answers.
    fn ping(&self) -> Result<(), Failure>;
    fn kind(&self) -> Result<Firm, Failure>;
    /// The firm's time zone.
    fn time_zone(&self) -> TimeZone;
    fn make_demo(&self, clients: u32, seed: u64, password: &str) -> Result<(), Failure>;
    fn set_demo_password(&self, password: &str) -> Result<(), Failure>;
    /// Makes the firm and its owner; fails where one exists.
    fn init(&self, args: &InitArgs, password: &str) -> Result<(), Failure>;

    fn users(&self) -> Result<Vec<Value>, Failure>;
    fn add_user(&self, email: &str, name: &str, role: &str, password: &str) -> Result<(), Failure>;
    fn set_password(&self, email: &str, password: &str) -> Result<(), Failure>;
    fn set_role(&self, email: &str, role: &str) -> Result<(), Failure>;
    fn set_active(&self, email: &str, active: bool) -> Result<(), Failure>;
    fn unlock(&self, email: &str) -> Result<(), Failure>;

    fn roles(&self) -> Result<Vec<Value>, Failure>;
    /// A role by name or id.
    fn role(&self, role: &str) -> Result<Value, Failure>;

    fn tokens(&self) -> Result<Vec<Value>, Failure>;
    /// Makes a token; its text is known this once.
    fn add_token(&self, user: &str, name: &str, expires: Option<Date>) -> Result<String, Failure>;
    fn revoke_token(&self, id: &str) -> Result<(), Failure>;

    /// The result in the contract's shape: rows, created, updated, skipped, failed, errors, warnings.
    fn import(&self, args: &ImportArgs, file: InputFile) -> Result<Value, Failure>;
    fn export(
        &self,
        module: Module,
        format: Format,
        user: &str,
        file: &mut File,
    ) -> Result<(), Failure>;

    fn audit(&self, since: Option<Timestamp>, user: Option<&str>) -> Result<Vec<Value>, Failure>;
    /// The number of entries in an unbroken chain; a broken one is `Failure::Damaged`.
    fn verify_audit(&self) -> Result<u64, Failure>;
}

/// The firm of an open data folder, shared by the web and the commands.
pub(crate) type Shared = Arc<dyn Backend>;

/// Carries out a command.
pub(crate) fn execute(
    firm: &dyn Backend,
    command: &OfficeCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        OfficeCommand::Ping => firm.ping(),
        OfficeCommand::Init(args) => firm.init(args, context.password()?),
        OfficeCommand::User(command) => user(firm, command, context),
        OfficeCommand::Role(command) => role(firm, command, context),
        OfficeCommand::Token(command) => token(firm, command, context),
        OfficeCommand::Import(args) => {
            let file = context.take_input()?;
            let result = firm.import(args, file)?;
            import_result(&result, args.json, context)
        }
        OfficeCommand::Export(args) => {
            let format = args
                .format
                .ok_or_else(|| Failure::Usage("give --format".to_owned()))?;
            firm.export(args.module, format, &args.user, context.output()?)
        }
        OfficeCommand::Audit(command) => audit(firm, command, context),
    }
}

fn user(
    firm: &dyn Backend,
    command: &UserCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        UserCommand::List(args) => {
            let columns = ["email", "name", "role", "active"];
            Ok(listing::write(
                context.out,
                &firm.users()?,
                &columns,
                args.json,
            )?)
        }
        UserCommand::Add(args) => {
            firm.add_user(&args.email, &args.name, &args.role, context.password()?)
        }
        UserCommand::SetPassword(args) => firm.set_password(&args.email, context.password()?),
        UserCommand::SetRole(args) => firm.set_role(&args.email, &args.role),
        UserCommand::Disable(args) => firm.set_active(&args.email, false),
        UserCommand::Enable(args) => firm.set_active(&args.email, true),
        UserCommand::Unlock(args) => firm.unlock(&args.email),
    }
}

fn role(
    firm: &dyn Backend,
    command: &RoleCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        RoleCommand::List(args) => Ok(listing::write(
            context.out,
            &firm.roles()?,
            &["name", "id"],
            args.json,
        )?),
        RoleCommand::Show(args) => {
            let role = firm.role(&args.role)?;
            if args.json {
                return Ok(listing::write_json(context.out, &role)?);
            }
            Ok(role_lines("", &role, context.out)?)
        }
    }
}

/// Every entry of a role as one line: `clients view: own`.
fn role_lines(place: &str, value: &Value, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    match value {
        Value::Object(entries) => {
            for (name, value) in entries {
                let name = if matches!(name.as_str(), "modules" | "groups" | "options") {
                    ""
                } else {
                    name
                };
                let place = [place, name]
                    .into_iter()
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" ");
                role_lines(&place, value, out)?;
            }
            Ok(())
        }
        value => writeln!(out, "{place}: {}", listing::cell(value)),
    }
}

fn token(
    firm: &dyn Backend,
    command: &TokenCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        TokenCommand::Add(args) => {
            let token = firm.add_token(&args.user, &args.name, args.expires)?;
            Ok(writeln!(context.out, "{token}")?)
        }
        TokenCommand::List(args) => {
            let columns = ["id", "name", "user", "expires_at", "last_used_at"];
            Ok(listing::write(
                context.out,
                &firm.tokens()?,
                &columns,
                args.json,
            )?)
        }
        TokenCommand::Revoke(args) => firm.revoke_token(&args.id),
    }
}

fn import_result(result: &Value, json: bool, context: &mut Context<'_>) -> Result<(), Failure> {
    if json {
        return Ok(listing::write_json(context.out, result)?);
    }
    let counts = ["rows", "created", "updated", "skipped", "failed"];
    let counts = counts.map(|count| format!("{count}: {}", listing::cell(&result[count])));
    writeln!(context.out, "{}", counts.join(", "))?;
    for (kind, notes) in [
        ("error", &result["errors"]),
        ("warning", &result["warnings"]),
    ] {
        for note in notes.as_array().into_iter().flatten() {
            let [row, column, message] =
                ["row", "column", "message"].map(|part| listing::cell(&note[part]));
            let column = if column.is_empty() {
                column
            } else {
                format!(", {column}")
            };
            writeln!(context.err, "{kind} in row {row}{column}: {message}")?;
        }
    }
    Ok(())
}

fn audit(
    firm: &dyn Backend,
    command: &AuditCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        AuditCommand::List(args) => {
            let since = args
                .since
                .map(|since| since.moment(&firm.time_zone()))
                .transpose();
            let since = since.map_err(|error| Failure::Usage(format!("--since: {error}")))?;
            let entries = firm.audit(since, args.user.as_deref())?;
            let columns = ["at", "user", "kind", "address", "record", "details"];
            Ok(listing::write(context.out, &entries, &columns, args.json)?)
        }
        AuditCommand::Verify => {
            let entries = firm.verify_audit()?;
            Ok(writeln!(
                context.err,
                "the audit log is whole: {entries} entries"
            )?)
        }
    }
}
