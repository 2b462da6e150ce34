//! The configuration as it counts, key by key, with where each value comes from. Secrets are not shown.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Value as Json, json};
use toml::de::{DeTable, DeValue};

use super::place::Place;
use super::table::{Key, Table};
use super::{Config, ConfigError, Source, environment};

/// One key of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Its full name: `smtp.host`.
    pub(crate) key: String,
    /// Its value as TOML, on one line.
    pub(crate) value: String,
    /// The line of the file it stands in; none where it is the default.
    pub(crate) line: Option<usize>,
    /// What else has a part in it: environment variables, a file with the secret; the page of the settings, where the
    /// file does not name it.
    pub(crate) through: Option<String>,
}

/// What stands in the place of a secret.
const HIDDEN: &str = "\"********\"";

impl Shown {
    /// Where the value comes from, in words.
    pub(crate) fn origin(&self, file: Option<&Path>) -> String {
        let Some(line) = self.line else {
            return self.through.clone().unwrap_or_else(|| "default".to_owned());
        };
        let file = file.map_or_else(String::new, |file| file.display().to_string());
        match &self.through {
            Some(through) => format!("{file}:{line}, from {through}"),
            None => format!("{file}:{line}"),
        }
    }

    /// The same for programs.
    pub(crate) fn to_json(&self, file: Option<&Path>) -> Json {
        json!({"key": self.key, "value": self.value, "from": self.origin(file)})
    }
}

/// Every key there is, in the order of the reference. Fails as the start of the server would.
pub(crate) fn show(source: &Source) -> Result<Vec<Shown>, ConfigError> {
    source.load()?;
    let (text, file) = source.text()?;
    let place = Place {
        file,
        text: &text,
        environment: &environment,
    };
    // It was read a moment ago; a file that changed meanwhile is shown as empty.
    let root = DeTable::parse(&text)
        .map(toml::Spanned::into_inner)
        .unwrap_or_default();
    let mut shown = Vec::new();
    for (table, keys) in Config::all_keys() {
        // A table that may be there several times stands in brackets.
        let name = table.replace(['[', ']'], "");
        match found(&root, &name) {
            Found::One(section) => {
                shown.extend(keys.iter().map(|key| one(&place, &name, section, key)));
            }
            Found::Several(items) => {
                for (number, item) in items.into_iter().enumerate() {
                    let name = format!("{name}[{}]", number + 1);
                    let keys = keys.iter().map(|key| one(&place, &name, Some(item), key));
                    // Most keys of such a table are those of other kinds.
                    shown.extend(keys.filter(|key| key.line.is_some()));
                }
            }
        }
    }
    Ok(shown)
}

/// Where values come from that are set in the settings.
const PAGE: &str = "the settings pages";

impl Shown {
    /// A value that the settings give to a key which the file leaves open; nothing where it does not.
    pub(crate) fn set_on_page(&mut self, value: &Json) {
        if self.line.is_none() {
            self.value = on_one_line(value);
            self.through = Some(PAGE.to_owned());
        }
    }

    /// A key of a table that the settings add.
    pub(crate) fn of_page(key: String, value: &Json, secret: bool) -> Self {
        Self {
            key,
            value: if secret {
                HIDDEN.to_owned()
            } else {
                on_one_line(value)
            },
            line: None,
            through: Some(PAGE.to_owned()),
        }
    }
}

fn on_one_line(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        Json::Array(items) => {
            let items: Vec<String> = items.iter().map(on_one_line).collect();
            format!("[{}]", items.join(", "))
        }
        other => other.to_string(),
    }
}

/// What stands under the name of a table.
enum Found<'a> {
    One(Option<&'a DeTable<'a>>),
    Several(Vec<&'a DeTable<'a>>),
}

fn found<'a>(root: &'a DeTable<'a>, name: &str) -> Found<'a> {
    let mut section = Some(root);
    let mut names = name.split('.').filter(|name| !name.is_empty()).peekable();
    while let Some(name) = names.next() {
        let value = section
            .and_then(|section| section.get(name))
            .map(toml::Spanned::get_ref);
        if names.peek().is_none()
            && let Some(items) = value.and_then(DeValue::as_array)
        {
            let items = items.iter().filter_map(|item| item.get_ref().as_table());
            return Found::Several(items.collect());
        }
        section = value.and_then(DeValue::as_table);
    }
    Found::One(section)
}

fn one(place: &Place<'_>, table: &str, section: Option<&DeTable<'_>>, key: &Key) -> Shown {
    let full = match table {
        "" => key.name.to_owned(),
        table => format!("{table}.{}", key.name),
    };
    let beside = format!("{}_file", key.name);
    let given = |name: &str| section.and_then(|section| section.get(name));
    let line = |at: usize| {
        place
            .text
            .as_bytes()
            .iter()
            .take(at)
            .filter(|&&byte| byte == b'\n')
            .count()
            + 1
    };
    if key.secret
        && let Some(path) = given(&beside)
    {
        return Shown {
            key: full,
            value: HIDDEN.to_owned(),
            line: Some(line(path.span().start)),
            through: Some(format!("the file {}", written(place, path.get_ref()))),
        };
    }
    let Some(value) = given(key.name) else {
        return Shown {
            key: full,
            value: key.default.replace('\'', "\""),
            line: None,
            through: None,
        };
    };
    let empty = value.get_ref().as_str() == Some("");
    Shown {
        key: full,
        value: if key.secret && !empty {
            HIDDEN.to_owned()
        } else {
            written(place, value.get_ref())
        },
        line: Some(line(value.span().start)),
        through: variables(value.get_ref()),
    }
}

/// The environment variables a value names.
fn variables(value: &DeValue<'_>) -> Option<String> {
    let text = value.as_str()?;
    let names: Vec<&str> = text
        .match_indices("${")
        .filter(|(at, _)| !text[..*at].ends_with('$'))
        .filter_map(|(at, _)| text[at + 2..].split('}').next())
        .collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// A value as TOML on one line, with the environment's values put in.
fn written(place: &Place<'_>, value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(&place.expand(text).unwrap_or_default()),
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(yes) => yes.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        DeValue::Array(items) => {
            let items: Vec<String> = items
                .iter()
                .map(|item| written(place, item.get_ref()))
                .collect();
            format!("[{}]", items.join(", "))
        }
        // Headers of a gateway and the like; they may hold a key.
        DeValue::Table(table) => {
            let names: Vec<&str> = table.keys().map(|key| key.get_ref().as_ref()).collect();
            let parts: Vec<String> = names
                .iter()
                .map(|name| format!("{} = {HIDDEN}", quoted(name)))
                .collect();
            format!("{{{}}}", parts.join(", "))
        }
    }
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            letter if letter.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_with_their_origin_and_secrets_stay_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kartoteka.toml");
        std::fs::write(
            &file,
            "listen = '127.0.0.1:9'\n[smtp]\nhost = 'a.pl'\nuser = 'x'\nfrom = 'x@a.pl'\npassword = 'Tajne'\n",
        )
        .unwrap();
        let source = Source::new(None, folder.path());
        let shown = show(&source).unwrap();
        let of = |key: &str| {
            let shown = shown.iter().find(|shown| shown.key == key).unwrap();
            (shown.value.as_str(), shown.line)
        };
        assert_eq!(of("listen"), ("\"127.0.0.1:9\"", Some(1)));
        assert_eq!(of("smtp.password"), (HIDDEN, Some(6)));
        assert_eq!(of("limits.upload_mb"), ("50", None));
        assert!(!format!("{shown:?}").contains("Tajne"));
        assert!(shown[0].origin(Some(&file)).ends_with("kartoteka.toml:1"));
        std::fs::write(&file, "lisen = 1").unwrap();
        assert!(show(&source).is_err());
        std::fs::remove_file(&file).unwrap();
        assert!(
            show(&source)
                .unwrap()
                .iter()
                .all(|shown| shown.line.is_none())
        );
    }

    #[test]
    fn a_secret_in_a_file_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("secret"), "Tajne").unwrap();
        std::fs::write(
            folder.path().join("kartoteka.toml"),
            "[smtp]\nhost = 'a.pl'\nuser = 'x'\nfrom = 'x@a.pl'\npassword_file = 'secret'\n",
        )
        .unwrap();
        let shown = show(&Source::new(None, folder.path())).unwrap();
        let password = shown
            .iter()
            .find(|shown| shown.key == "smtp.password")
            .unwrap();
        assert_eq!(password.value, HIDDEN);
        assert_eq!(password.through.as_deref(), Some("the file \"secret\""));
    }
}
