//! What each command does with the firm, the same inside the server and in a process of its own.

use serde_json::Value;

use super::audit::AuditCommand;
use super::backup::{BackupArgs, BackupCommand, COLUMNS, KeyCommand};
use super::context::Context;
use super::failure::Failure;
use super::listing;
use super::office::OfficeCommand;
use super::role::RoleCommand;
use super::token::TokenCommand;
use super::user::UserCommand;
use crate::app::office::Office;

/// Carries out a command.
pub(crate) fn execute(
    firm: &Office,
    command: &OfficeCommand,
    context: &mut Context<'_>,
) -> Result<(), Failure> {
    match command {
        OfficeCommand::Ping => firm.ping(),
        OfficeCommand::Init(args) => {
            if args.encrypt && firm.vault.key_place().is_none() {
                return Err(Failure::Failed(
                    "the data folder has a database that is not encrypted; stop the server and encrypt it with \
                     `kartoteka data encrypt`"
                        .to_owned(),
                ));
            }
            firm.init(args, context.password()?)?;
            match firm.backup_key_file() {
                Some(file) => Ok(writeln!(
                    context.err,
                    "the key of all backups was made: {file}. Without it no backup can be opened. Save it outside of this \
                     machine now, as a file or on paper: `kartoteka backup key show` prints it"
                )?),
                None => Ok(()),
            }
        }
        OfficeCommand::User(command) => user(firm, command, context),
        OfficeCommand::Role(command) => role(firm, command, context),
        OfficeCommand::Token(command) => token(firm, command, context),
        OfficeCommand::Import(args) => {
            let file = context.take_input()?;
            let failed = match args.failed_as {
                Some(_) => Some(context.output()?.try_clone()?),
                None => None,
            };
            let result = firm.import(args, file, failed)?;
            import_result(&result, args.json, context)
        }
        OfficeCommand::Export(args) => {
            let format = args
                .format
                .ok_or_else(|| Failure::Usage("give --format".to_owned()))?;
            firm.export(args.module, format, &args.user, context.output()?)
        }
        OfficeCommand::Audit(command) => audit(firm, command, context),
        OfficeCommand::Doctor(args) => {
            super::doctor::report(&firm.examine(args.full), args.json, context.out)
        }
        OfficeCommand::Backup(args) => backup(firm, args, context),
    }
}

fn user(firm: &Office, command: &UserCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        UserCommand::List(args) => {
            let columns = ["email", "name", "role", "active"];
            Ok(listing::write(
                context.out,
                &firm.users(!args.json)?,
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
        UserCommand::ResetSecondFactor(args) => firm.reset_second_factor(&args.email),
        UserCommand::Unlock(args) => firm.unlock(&args.email),
        UserCommand::AllowAnyIp(args) => firm.allow_any_ip(&args.email),
    }
}

fn role(firm: &Office, command: &RoleCommand, context: &mut Context<'_>) -> Result<(), Failure> {
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

fn token(firm: &Office, command: &TokenCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        TokenCommand::Add(args) => {
            let token = firm.add_token(&args.user, &args.name, args.expires)?;
            Ok(writeln!(context.out, "{token}")?)
        }
        TokenCommand::List(args) => {
            let columns = ["id", "name", "user", "created_at", "expires_at"];
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

fn backup(firm: &Office, args: &BackupArgs, context: &mut Context<'_>) -> Result<(), Failure> {
    let config = args.config.as_deref();
    match &args.command {
        BackupCommand::Run(args) => {
            let (name, failures) = firm.backup(config, args.target.as_deref())?;
            writeln!(context.out, "{name}")?;
            if failures.is_empty() {
                Ok(())
            } else {
                Err(Failure::Failed(failures.join("; ")))
            }
        }
        BackupCommand::List(args) => {
            let (rows, failures) = firm.list_backups(config)?;
            for failure in failures {
                writeln!(context.err, "{failure}")?;
            }
            Ok(listing::write(context.out, &rows, &COLUMNS, args.json)?)
        }
        BackupCommand::Verify(args) => {
            let file = context.input.take().map(|input| input.file);
            let key_file = args.key_file.as_deref();
            let whole = firm.verify_backup(config, &args.archive, file, key_file)?;
            Ok(writeln!(context.err, "{whole}")?)
        }
        BackupCommand::Settings => {
            let settings = firm.backup_settings()?;
            serde_json::to_writer(&mut *context.out, &settings).map_err(std::io::Error::from)?;
            Ok(())
        }
        BackupCommand::Key(KeyCommand::Show) => {
            Ok(write!(context.out, "{}", firm.backup_key(config)?)?)
        }
        BackupCommand::Key(KeyCommand::Rotate(args)) => {
            let (old, public) = firm.rotate_backup_key(config, args.lost)?;
            writeln!(
                context.err,
                "backups from now on are opened by another key, which you should keep outside of this machine"
            )?;
            if let Some(old) = old {
                writeln!(context.err, "the old key is in {old}")?;
            }
            Ok(writeln!(context.out, "{public}")?)
        }
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

fn audit(firm: &Office, command: &AuditCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    match command {
        AuditCommand::List(args) => {
            let since = args
                .since
                .map(|since| since.moment(firm.time_zone()))
                .transpose();
            let since = since.map_err(|error| Failure::Usage(format!("--since: {error}")))?;
            let columns = ["at", "user", "kind", "address", "record", "details"];
            let mut rows = listing::Rows::begin(context.out, &columns, args.json)?;
            firm.audit(since, args.user.as_deref(), !args.json, |page| {
                rows.add(page)
            })?;
            Ok(rows.end()?)
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
