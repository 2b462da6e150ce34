//! `config`: the configuration, looked at before it counts.

use std::io::Write;

use clap::{Args, Subcommand};
use serde_json::Value as Json;

use super::backup::BackupSettings;
use super::failure::Failure;
use super::{Common, listing};
use crate::config::{Shown, show};

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

impl BackupSettings {
    /// Puts what is set on the page to the keys that the file leaves open.
    fn show_in(&self, shown: &mut Vec<Shown>) {
        let keep = self.plan.keep.iter();
        let mut set: Vec<(String, Json)> = keep
            .map(|(name, count)| (format!("backup.keep_{name}"), Json::from(*count)))
            .collect();
        if let Some(time) = self.plan.daily_at {
            let time = time.strftime("%H:%M").to_string();
            set.push(("backup.daily_at".to_owned(), Json::from(time)));
        }
        if !self.recipients.is_empty() {
            let keys = self.recipients.clone();
            set.push(("backup.recipients".to_owned(), Json::from(keys)));
        }
        for (key, value) in set {
            if let Some(shown) = shown.iter_mut().find(|shown| shown.key == key) {
                shown.set_on_page(&value);
            }
        }
        let is_name = |shown: &&Shown| {
            shown.key.starts_with("backup.target[") && shown.key.ends_with("].name")
        };
        let of_file: Vec<String> = shown
            .iter()
            .filter(is_name)
            .map(|shown| shown.value.to_lowercase())
            .collect();
        let end = shown
            .iter()
            .rposition(|shown| shown.key.starts_with("backup."));
        let at = end.map_or(shown.len(), |end| end + 1);
        let mut added = Vec::new();
        let mut number = of_file.len();
        for target in &self.targets {
            let name = Json::from(target.name.as_str());
            if of_file.contains(&name.to_string().to_lowercase()) {
                continue;
            }
            number += 1;
            let key = |name: &str| format!("backup.target[{number}].{name}");
            added.push(Shown::of_page(key("name"), &name, false));
            added.push(Shown::of_page(
                key("kind"),
                &Json::from(target.kind.as_str()),
                false,
            ));
            let values = target.values.iter().filter(|(_, value)| !value.is_empty());
            added.extend(values.map(|(name, value)| {
                Shown::of_page(key(name), &Json::from(value.as_str()), name == "ca_file")
            }));
            let secrets = target.secrets.keys();
            added.extend(secrets.map(|name| Shown::of_page(key(name), &Json::Null, true)));
        }
        shown.splice(at..at, added);
    }
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
                let mut shown = show(&source)?;
                match BackupSettings::of(common) {
                    Ok(Some(settings)) => settings.show_in(&mut shown),
                    Ok(None) => {}
                    Err(failure) => {
                        eprintln!("kartoteka: what is set on the pages is not known: {failure}");
                    }
                }
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
