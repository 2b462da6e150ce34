//! `manual`: the manual page, made of the commands as they are declared and of the configuration's reference.

use std::io::Write;

use super::failure::Failure;
use crate::config;

pub(super) fn run(command: clap::Command) -> Result<(), Failure> {
    let mut page = Vec::new();
    write(command, &mut page)?;
    std::io::stdout()
        .write_all(&page)
        .map_err(|error| Failure::io("stdout", error))
}

/// The whole page in roff.
fn write(mut command: clap::Command, page: &mut Vec<u8>) -> std::io::Result<()> {
    command.build();
    let man = clap_mangen::Man::new(command.clone())
        .manual("Kartoteka")
        .source(concat!("kartoteka ", env!("CARGO_PKG_VERSION")));
    man.render_title(page)?;
    man.render_name_section(page)?;
    man.render_synopsis_section(page)?;
    man.render_description_section(page)?;
    man.render_options_section(page)?;
    writeln!(page, ".SH COMMANDS")?;
    for below in command.get_subcommands() {
        section(below, "kartoteka", page)?;
    }
    writeln!(page, ".SH CONFIGURATION")?;
    text(&config::reference(), page)?;
    writeln!(page, ".SH \"EXIT STATUS\"")?;
    text(EXIT_CODES, page)?;
    writeln!(page, ".SH FILES")?;
    text(FILES, page)?;
    writeln!(page, ".SH SIGNALS")?;
    text(SIGNALS, page)
}

/// A command with its options, and the ones below it.
fn section(command: &clap::Command, above: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    if command.is_hide_set() || command.get_name() == "help" {
        return Ok(());
    }
    let name = format!("{above} {}", command.get_name());
    let about = command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default();
    writeln!(page, ".SS \"{}\"", roff(&name))?;
    text(&about, page)?;
    for option in command.get_arguments() {
        if option.is_hide_set() || option.is_global_set() || option.get_id() == "help" {
            continue;
        }
        let names: Vec<String> = option
            .get_value_names()
            .unwrap_or_default()
            .iter()
            .map(ToString::to_string)
            .collect();
        let label = match option.get_long() {
            Some(long) if option.get_action().takes_values() => {
                format!("--{long} {}", names.join(" "))
            }
            Some(long) => format!("--{long}"),
            None => names.join(" "),
        };
        writeln!(page, ".TP\n\\fB{}\\fR", roff(&label))?;
        let help = option
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        writeln!(page, "{}", roff(&help))?;
    }
    for below in command.get_subcommands() {
        section(below, &name, page)?;
    }
    Ok(())
}

/// Text as it stands, line by line.
fn text(text: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    writeln!(page, ".nf")?;
    for line in text.lines() {
        writeln!(page, "{}", roff(line))?;
    }
    writeln!(page, ".fi")
}

/// What roff would take for its own is escaped (`groff_char(7)`).
fn roff(text: &str) -> String {
    let text = text.replace('\\', "\\e").replace('-', "\\-");
    if text.starts_with(['.', '\'']) {
        format!("\\&{text}")
    } else {
        text
    }
}

const EXIT_CODES: &str = "\
0  done
1  failed; one line on stderr says why
2  wrong usage
3  the data folder is in use by another process
4  data damaged, or a verification failed";

const FILES: &str = "\
DIR/kartoteka.toml  the configuration, where --config names no other
DIR/kartoteka.redb  all records
DIR/secret.key      opens the secrets in it; without it passwords of mail servers and the like are lost
DIR/backup.key      opens the archives; keep a copy elsewhere
DIR/control.sock    how commands reach the running server";

const SIGNALS: &str = "\
SIGTERM, SIGINT  finish requests under way and stop
SIGHUP           read the configuration again; the log says what counts from the next start only";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_manual_tells_of_commands_keys_and_exit_codes() {
        let mut page = Vec::new();
        write(crate::cli::Cli::command(), &mut page).unwrap();
        let page = String::from_utf8(page).unwrap();
        for part in [
            ".TH",
            "kartoteka serve",
            "kartoteka token add",
            "\\-\\-full",
            "upload_mb = 50",
            "SIGHUP",
            "in use by another process",
        ] {
            assert!(page.contains(part), "{part}");
        }
        assert!(!page.contains("read\\-sheet"));
    }
}
