//! `config`: the configuration, looked at before it counts.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::Value as Json;

use super::failure::Failure;
use super::{Common, listing};
use crate::config::show;

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Says whether the configuration can be used, and otherwise where it cannot.
    Check,
    /// Every key with its value and where that comes from; secrets are hidden.
    Show(ShowArgs),
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// JSON instead of lines.
    #[arg(long)]
    json: bool,
}

impl ConfigCommand {
    pub(super) fn run(self, common: &Common) -> Result<(), Failure> {
        let source = common.source();
        let file = source.file();
        let mut out = std::io::stdout();
        match self {
            Self::Check => {
                let config = source.load()?;
                crate::tls::check_files(&config).map_err(Failure::Failed)?;
                for doubt in config.doubts() {
                    eprintln!("note: {doubt}");
                }
                match file {
                    Some(file) => eprintln!("{} can be used", file.display()),
                    None => {
                        eprintln!("there is no configuration file; every key is at its default");
                    }
                }
            }
            Self::Show(args) => {
                let shown = show(&source)?;
                if args.json {
                    let rows: Vec<Json> = shown.iter().map(|key| key.to_json(file)).collect();
                    listing::write_json(&mut out, &rows)?;
                } else {
                    for key in shown {
                        writeln!(out, "{} = {}  # {}", key.key, key.value, key.origin(file))?;
                    }
                }
            }
        }
        Ok(())
    }
}
