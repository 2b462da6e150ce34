//! Declaring a table of the configuration, and reading one.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::ConfigError;
use super::place::Place;
use super::value::{Input, Problem};

/// One key, as declared.
pub(super) struct Key {
    pub(super) name: &'static str,
    /// The default as TOML text.
    pub(super) default: &'static str,
    /// What is allowed, in words.
    pub(super) allowed: &'static str,
    pub(super) doc: &'static str,
    /// A secret may also be given as `NAME_file`.
    pub(super) secret: bool,
}

/// A table of the configuration, as declared by `table!`.
pub(super) trait Table: Sized {
    const KEYS: &'static [Key];
    const TABLES: &'static [&'static str];
    const LISTS: &'static [&'static str];

    fn read(section: &Section<'_>) -> Result<Self, ConfigError>;

    /// The keys of this table and the ones below it, with the name of each table; `[NAME]` where it is a list of tables.
    fn all_keys() -> Vec<(String, &'static [Key])>;
}

/// Tables that may be there several times, `[[backup.target]]`, as the program uses them.
pub(super) trait Listed: Sized {
    const KEYS: &'static [Key];

    /// Reads all of them, in the order of the file.
    fn read_all(sections: &[Section<'_>]) -> Result<Vec<Self>, ConfigError>;
}

/// Declares a table: for each key its meaning, type, reader, default (TOML text) and what is allowed; `secret` at the
/// end lets it be given as `KEY_file` too. Tables below it come last, and after them lists of tables: the name in the
/// file, the name of the field, the type of each.
macro_rules! table {
    (
        $(#[doc = $about:literal])+
        $vis:vis $table:ident {
            $(
                $(#[doc = $doc:literal])+
                $key:ident: $type:ty = $read:expr, default $default:literal, allowed $allowed:literal $(, $secret:ident)?;
            )*
        }
        tables { $($below:ident: $Below:ty,)* }
        $(lists { $($item:ident => $items:ident: $Item:ty,)* })?
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        $vis struct $table {
            $($(#[doc = $doc])+ pub $key: $type,)*
            $(#[doc = concat!("The table `[", stringify!($below), "]`.")] pub $below: $Below,)*
            $($(#[doc = concat!("The tables `[[", stringify!($item), "]]` below it.")] pub $items: Vec<$Item>,)*)?
            /// The keys of this table that the file names.
            #[allow(dead_code, reason = "not every table is asked what the file gives")]
            pub given: Vec<&'static str>,
        }

        impl Table for $table {
            const KEYS: &'static [Key] = &[$(Key {
                name: stringify!($key),
                default: $default,
                allowed: $allowed,
                doc: concat!($($doc),+),
                secret: !(&[$(stringify!($secret))?] as &[&str]).is_empty(),
            },)*];
            const TABLES: &'static [&'static str] = &[$(stringify!($below),)*];
            const LISTS: &'static [&'static str] = &[$($(stringify!($item),)*)?];

            fn read(section: &Section<'_>) -> Result<Self, ConfigError> {
                section.refuse_unknown(Self::KEYS, Self::TABLES, Self::LISTS)?;
                Ok(Self {
                    $($key: section.value(Self::KEYS, stringify!($key), $read)?,)*
                    $($below: <$Below as Table>::read(&section.table(stringify!($below))?)?,)*
                    $($($items: <$Item as crate::config::table::Listed>::read_all(
                        &section.list(stringify!($item))?,
                    )?,)*)?
                    given: section.given(Self::KEYS),
                })
            }

            fn all_keys() -> Vec<(String, &'static [Key])> {
                std::iter::once((String::new(), Self::KEYS))
                    $(.chain(crate::config::table::below(stringify!($below), <$Below as Table>::all_keys())))*
                    $($(.chain([(
                        concat!("[", stringify!($item), "]").to_owned(),
                        <$Item as crate::config::table::Listed>::KEYS,
                    )]))*)?
                    .collect()
            }
        }
    };
}
pub(super) use table;

/// One table of the file; `None` where it is left out.
pub(super) struct Section<'a> {
    place: &'a Place<'a>,
    /// `limits.`, or nothing at the top.
    prefix: String,
    /// The byte of the text it starts at.
    at: usize,
    table: Option<&'a DeTable<'a>>,
}

impl<'a> Section<'a> {
    pub(super) fn root(place: &'a Place<'a>, table: &'a DeTable<'a>) -> Self {
        Self {
            place,
            prefix: String::new(),
            at: 0,
            table: Some(table),
        }
    }

    /// A table below this one.
    pub(super) fn table(&self, name: &str) -> Result<Section<'a>, ConfigError> {
        let value = self.table.and_then(|table| table.get(name));
        let table = match value {
            None => None,
            Some(value) => Some(value.get_ref().as_table().ok_or_else(|| {
                let path = format!("{}{name}", self.prefix);
                let message =
                    format!("\"{path}\" is a table: write its keys under a line [{path}]");
                self.place.error(value.span().start, message)
            })?),
        };
        Ok(Section {
            place: self.place,
            prefix: format!("{}{name}.", self.prefix),
            at: value.map_or(self.at, |value| value.span().start),
            table,
        })
    }

    /// The tables of a list below this one, in the order of the file.
    pub(super) fn list(&self, name: &str) -> Result<Vec<Section<'a>>, ConfigError> {
        let Some(value) = self.table.and_then(|table| table.get(name)) else {
            return Ok(Vec::new());
        };
        let path = format!("{}{name}", self.prefix);
        let refuse = |at: usize| {
            let message = format!(
                "\"{path}\" is a list of tables: write the keys of each under a line [[{path}]]"
            );
            self.place.error(at, message)
        };
        let items = value
            .get_ref()
            .as_array()
            .ok_or_else(|| refuse(value.span().start))?;
        let sections = items.iter().map(|item| {
            let at = item.span().start;
            Ok(Section {
                place: self.place,
                prefix: format!("{path}."),
                at,
                table: Some(item.get_ref().as_table().ok_or_else(|| refuse(at))?),
            })
        });
        sections.collect()
    }

    /// Whether the file names a key of this table, by itself or as `KEY_file`.
    pub(super) fn names(&self, key: &str) -> bool {
        self.span_of(key).is_some()
    }

    /// An error about one key of this table, at its place or, where it is left out, at the table's.
    pub(super) fn fault(&self, key: &str, what: &str) -> ConfigError {
        let message = format!("\"{}{key}\" {what}", self.prefix);
        self.place
            .error(self.span_of(key).unwrap_or(self.at), message)
    }

    /// A path as the file means it: a relative one starts at the configuration's own folder.
    pub(super) fn path(&self, path: &str) -> std::path::PathBuf {
        self.place.path(path)
    }

    fn span_of(&self, key: &str) -> Option<usize> {
        let held = self.table?.get_key_value(key);
        let held = held.or_else(|| self.table?.get_key_value(format!("{key}_file").as_str()));
        held.map(|(key, _)| key.span().start)
    }

    /// Refuses the first key, in the order of the file, that is not declared.
    pub(super) fn refuse_unknown(
        &self,
        keys: &[Key],
        tables: &[&str],
        lists: &[&str],
    ) -> Result<(), ConfigError> {
        let mut known: Vec<String> = Vec::new();
        for key in keys {
            known.push(key.name.to_owned());
            if key.secret {
                known.push(format!("{}_file", key.name));
            }
        }
        known.extend(tables.iter().map(|name| format!("[{}{name}]", self.prefix)));
        known.extend(
            lists
                .iter()
                .map(|name| format!("[[{}{name}]]", self.prefix)),
        );
        let declared = |name: &str| known.iter().any(|known| bare(known, &self.prefix) == name);
        let unknown = self.table.into_iter().flat_map(|table| table.keys());
        let unknown = unknown
            .filter(|key| !declared(key.get_ref()))
            .min_by_key(|key| key.span().start);
        let Some(unknown) = unknown else {
            return Ok(());
        };
        let name = unknown.get_ref();
        let nearest = known.iter().map(|known| bare(known, &self.prefix));
        let nearest = nearest.min_by_key(|known| distance(name, known));
        let meant = match nearest {
            Some(known) if distance(name, known) <= 1 + name.chars().count() / 4 => {
                format!("; did you mean \"{}{known}\"?", self.prefix)
            }
            _ => ".".to_owned(),
        };
        let message = format!(
            "unknown key \"{}{name}\"{meant} Allowed here: {}",
            self.prefix,
            known.join(", ")
        );
        Err(self.place.error(unknown.span().start, message))
    }

    /// The keys that the file names, rather than leaving them at their defaults.
    pub(super) fn given(&self, keys: &[Key]) -> Vec<&'static str> {
        let named = |name: &str| self.table.is_some_and(|table| table.contains_key(name));
        keys.iter()
            .map(|key| key.name)
            .filter(|name| named(name))
            .collect()
    }

    /// The value of a key, or its default.
    pub(super) fn value<T>(
        &self,
        keys: &[Key],
        name: &str,
        read: fn(&Input<'_>) -> Result<T, Problem>,
    ) -> Result<T, ConfigError> {
        let key = keys
            .iter()
            .find(|key| key.name == name)
            .expect("the macro reads declared keys only");
        let given = self.table.and_then(|table| table.get(name));
        if key.secret
            && let Some(file) = self
                .table
                .and_then(|table| table.get(format!("{name}_file").as_str()))
        {
            return self.secret(key, given, file, read);
        }
        match given {
            Some(value) => {
                let input = self.input(value);
                read(&input).map_err(|problem| self.refuse(key, problem, value.span().start))
            }
            None => Ok(self.default(key, read)),
        }
    }

    fn input<'v>(&'v self, value: &'v Spanned<DeValue<'_>>) -> Input<'v> {
        Input {
            value: value.get_ref(),
            at: value.span().start,
            place: self.place,
            literal: false,
        }
    }

    fn default<T>(&self, key: &Key, read: fn(&Input<'_>) -> Result<T, Problem>) -> T {
        let text = format!("default = {}", key.default);
        let table = DeTable::parse(&text).expect("a test reads every default");
        let value = table.get_ref().get("default").expect("it was just written");
        read(&self.input(value))
            .ok()
            .expect("a test reads every default")
    }

    /// A secret read from the file that `KEY_file` names.
    fn secret<T>(
        &self,
        key: &Key,
        given: Option<&Spanned<DeValue<'_>>>,
        file: &Spanned<DeValue<'_>>,
        read: fn(&Input<'_>) -> Result<T, Problem>,
    ) -> Result<T, ConfigError> {
        let at = file.span().start;
        let name = format!("{}{}", self.prefix, key.name);
        if given.is_some() {
            return Err(self.place.error(
                at,
                format!("give either \"{name}\" or \"{name}_file\", not both"),
            ));
        }
        let held = self
            .input(file)
            .text()
            .and_then(|path| self.place.read_secret(&path).map_err(Problem::from));
        let held = held.map_err(|problem| {
            let message = format!(
                "\"{name}_file\" {}. Allowed: the path of a file that holds it",
                problem.what
            );
            self.place.error(at, message)
        })?;
        let value = DeValue::String(held.into());
        let input = Input {
            value: &value,
            at,
            place: self.place,
            literal: true,
        };
        read(&input).map_err(|problem| self.refuse(key, problem, at))
    }

    fn refuse(&self, key: &Key, problem: Problem, at: usize) -> ConfigError {
        let message = format!(
            "\"{}{}\" {}. Allowed: {}",
            self.prefix, key.name, problem.what, key.allowed
        );
        self.place.error(problem.at.unwrap_or(at), message)
    }
}

/// The keys of a table with the name of the table above put before their own table's.
pub(super) fn below(
    name: &str,
    keys: Vec<(String, &'static [Key])>,
) -> impl Iterator<Item = (String, &'static [Key])> {
    keys.into_iter()
        .map(move |(table, keys)| match table.as_str() {
            "" => (name.to_owned(), keys),
            table => match table.strip_prefix('[') {
                Some(list) => (format!("[{name}.{list}"), keys),
                None => (format!("{name}.{table}"), keys),
            },
        })
}

/// The name of a key or table as it stands inside its section: `[limits.x]` under `limits.` is
/// `x`, and so is `[[limits.x]]`.
fn bare<'n>(known: &'n str, prefix: &str) -> &'n str {
    let name = known.trim_start_matches('[').trim_end_matches(']');
    if name.len() == known.len() {
        return known;
    }
    name.strip_prefix(prefix).unwrap_or(name)
}

/// The number of letters to insert, remove or replace (Levenshtein 1966) between two names.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
