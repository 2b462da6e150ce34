//! Texts of the interface in Polish and English, from `assets/locales/*.ftl` (Project Fluent), embedded in the binary.
//!
//! `text(lang, "action-save")` gives a plain text, `text_with(lang, "list-selected", &[("count", 3.into())])` one with
//! arguments. Plural forms are chosen in the locale files. Numbers are grouped by the language's custom.

pub mod format;
#[cfg(test)]
mod key_use;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use intl_memoizer::concurrent::IntlLangMemoizer;
use unic_langid::LanguageIdentifier;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    #[default]
    Pl,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Pl, Self::En];

    /// The language tag, as in `<html lang>` and in settings.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pl => "pl",
            Self::En => "en",
        }
    }

    /// Reads a language tag; a region is ignored (`en-GB` is English).
    pub fn from_code(code: &str) -> Option<Self> {
        let primary = code.split(['-', '_']).next().unwrap_or_default().trim();
        Self::ALL
            .into_iter()
            .find(|lang| lang.code().eq_ignore_ascii_case(primary))
    }

    /// The language's own name for itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::Pl => "Polski",
            Self::En => "English",
        }
    }

    /// The best of an `Accept-Language` header (RFC 9110, 12.5.4); `None` where it asks for neither language.
    pub fn negotiate(accept_language: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for part in accept_language.split(',').take(20) {
            let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
            let quality = parameters
                .trim()
                .strip_prefix("q=")
                .map_or(Ok(1.0), str::parse)
                .unwrap_or(0.0);
            let Some(lang) = Self::from_code(tag) else {
                continue;
            };
            if quality > 0.0 && best.is_none_or(|(highest, _)| quality > highest) {
                best = Some((quality, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    fn identifier(self) -> LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }

    fn source(self) -> &'static str {
        match self {
            Self::Pl => include_str!("../assets/locales/pl.ftl"),
            Self::En => include_str!("../assets/locales/en.ftl"),
        }
    }
}

/// A value put into a text. A number chooses the plural form and is grouped; a string is put in as it is.
#[derive(Debug, Clone)]
pub enum Arg<'a> {
    Text(Cow<'a, str>),
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Arg<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<usize> for Arg<'_> {
    fn from(value: usize) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<u64> for Arg<'_> {
    fn from(value: u64) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl<'a> From<&Arg<'a>> for FluentValue<'a> {
    fn from(value: &Arg<'a>) -> Self {
        match value {
            Arg::Text(text) => Self::String(text.clone()),
            Arg::Number(number) => Self::from(*number),
        }
    }
}

/// The text of a key. A key that does not exist gives `⟦key⟧` and an error in the log.
pub fn text(lang: Lang, key: &str) -> String {
    match catalogue(lang).plain.get(key) {
        Some(text) => text.clone(),
        None => text_with(lang, key, &[]),
    }
}

/// The text of a key with its arguments filled in.
pub fn text_with(lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> String {
    if let Some(text) = catalogue(lang).filled(lang, key, args) {
        return text;
    }
    let mut fluent_args = FluentArgs::with_capacity(args.len());
    for (name, value) in args {
        fluent_args.set(*name, FluentValue::from(value));
    }
    match catalogue(lang).format(key, &fluent_args) {
        Ok(text) => text,
        Err(fault) => {
            tracing::error!(key, lang = lang.code(), fault, "text cannot be formed");
            format!("⟦{key}⟧")
        }
    }
}

/// Whether a text of this key exists, for keys made of data, such as `audit-kind-…`.
pub fn has_text(lang: Lang, key: &str) -> bool {
    catalogue(lang).bundle.has_message(key)
}

struct Catalogue {
    bundle: FluentBundle<FluentResource>,
    /// Texts without arguments, formed once.
    plain: HashMap<&'static str, String>,
    /// Texts of one line with nothing but arguments in them, cut up once: a page of a list forms a hundred of these.
    simple: HashMap<&'static str, Vec<Piece>>,
}

/// A piece of a simple text.
enum Piece {
    Text(&'static str),
    Argument(&'static str),
}

/// The pieces of `words { $name } words`; `None` where anything else stands in braces.
fn pieces(value: &'static str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = value.trim();
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, beyond) = after.split_once('}')?;
        let name = inside.trim().strip_prefix('$')?;
        let is_name = !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name || before.contains('}') {
            return None;
        }
        pieces.extend([Piece::Text(before), Piece::Argument(name)]);
        rest = beyond;
    }
    pieces.push(Piece::Text(rest));
    (!rest.contains('}')).then_some(pieces)
}

impl Catalogue {
    fn load(lang: Lang) -> Self {
        let resource = FluentResource::try_new(lang.source().to_owned()).unwrap_or_else(
            |(resource, errors)| {
                tracing::error!(lang = lang.code(), ?errors, "locale file has mistakes");
                resource
            },
        );
        let mut bundle = FluentBundle::new_concurrent(vec![lang.identifier()]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::Pl => |value, _| grouped_number(Lang::Pl, value),
            Lang::En => |value, _: &IntlLangMemoizer| grouped_number(Lang::En, value),
        }));
        bundle.add_resource_overriding(resource);
        let mut catalogue = Self {
            bundle,
            plain: HashMap::new(),
            simple: simple_texts(lang.source()),
        };
        for key in message_keys(lang.source()) {
            if let Ok(text) = catalogue.format(key, &FluentArgs::new()) {
                catalogue.plain.insert(key, text);
            }
        }
        catalogue
    }

    /// A simple text with its arguments; `None` where it is none, or lacks one.
    fn filled(&self, lang: Lang, key: &str, args: &[(&str, Arg<'_>)]) -> Option<String> {
        let mut text = String::with_capacity(48);
        for piece in self.simple.get(key)? {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Argument(name) => match &args.iter().find(|(given, _)| given == name)?.1 {
                    Arg::Text(value) => text.push_str(value),
                    Arg::Number(number) => text.push_str(&format::integer(lang, *number)),
                },
            }
        }
        Some(text)
    }

    fn format(&self, key: &str, args: &FluentArgs<'_>) -> Result<String, String> {
        let pattern = self
            .bundle
            .get_message(key)
            .and_then(|message| message.value())
            .ok_or("no such key")?;
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(args), &mut errors);
        if errors.is_empty() {
            Ok(text.into_owned())
        } else {
            Err(format!("{errors:?}"))
        }
    }
}

fn catalogue(lang: Lang) -> &'static Catalogue {
    static PL: OnceLock<Catalogue> = OnceLock::new();
    static EN: OnceLock<Catalogue> = OnceLock::new();
    match lang {
        Lang::Pl => PL.get_or_init(|| Catalogue::load(Lang::Pl)),
        Lang::En => EN.get_or_init(|| Catalogue::load(Lang::En)),
    }
}

fn grouped_number(lang: Lang, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) if number.value.fract() == 0.0 => {
            Some(format::integer(lang, number.value as i64))
        }
        _ => None,
    }
}

/// Messages of one line that hold nothing but words and arguments.
fn simple_texts(source: &'static str) -> HashMap<&'static str, Vec<Piece>> {
    let mut texts = HashMap::new();
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        let begins = line.starts_with(|first: char| first.is_ascii_lowercase());
        let goes_on = lines.peek().is_some_and(|next| next.starts_with(' '));
        if let (true, false, Some((key, value))) = (begins, goes_on, line.split_once('='))
            && let Some(pieces) = pieces(value)
        {
            texts.insert(key.trim(), pieces);
        }
    }
    texts
}

/// The keys a locale file defines: a message begins at the start of a line, its continuation is indented.
fn message_keys(source: &'static str) -> impl Iterator<Item = &'static str> {
    source
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim()))
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn simple_texts_read_as_the_bundle_forms_them() {
        for lang in Lang::ALL {
            let catalogue = catalogue(lang);
            for (key, pieces) in &catalogue.simple {
                let names = pieces.iter().filter_map(|piece| match piece {
                    Piece::Argument(name) => Some(*name),
                    Piece::Text(_) => None,
                });
                let args: Vec<(&str, Arg<'_>)> = names
                    .enumerate()
                    .map(|(n, name)| {
                        (
                            name,
                            if n == 0 {
                                Arg::from("Ala & Żółw")
                            } else {
                                Arg::from(12_345_i64)
                            },
                        )
                    })
                    .collect();
                let mut fluent = FluentArgs::new();
                for (name, value) in &args {
                    fluent.set(*name, FluentValue::from(value));
                }
                assert_eq!(
                    catalogue.filled(lang, key, &args),
                    catalogue.format(key, &fluent).ok(),
                    "{key}"
                );
            }
            assert!(catalogue.simple.len() > 50);
        }
    }

    /// Each key with the names of the arguments its text uses.
    fn arguments(lang: Lang) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let mut found: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        let mut current = "";
        for line in lang.source().lines() {
            if let Some(key) = message_keys(line).next() {
                assert!(
                    !found.contains_key(key),
                    "{key} stands twice in {}.ftl",
                    lang.code()
                );
                current = key;
            }
            if line.starts_with('#') || current.is_empty() {
                continue;
            }
            let names = found.entry(current).or_default();
            for after in line.split('$').skip(1) {
                names.insert(
                    after
                        .split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')
                        .next()
                        .unwrap(),
                );
            }
        }
        found
    }

    #[test]
    fn every_key_exists_in_both_languages_with_the_same_arguments() {
        let (polish, english) = (arguments(Lang::Pl), arguments(Lang::En));
        for (key, names) in &polish {
            assert_eq!(
                Some(names),
                english.get(key),
                "{key} differs between pl.ftl and en.ftl"
            );
        }
        for key in english.keys() {
            assert!(polish.contains_key(key), "{key} is missing in pl.ftl");
        }
    }

    #[test]
    fn every_text_can_be_formed() {
        for lang in Lang::ALL {
            FluentResource::try_new(lang.source().to_owned()).expect("the locale file parses");
            for (key, names) in arguments(lang) {
                for number in [0, 1, 2, 5, 12, 22, 1000] {
                    let args: Vec<_> = names
                        .iter()
                        .map(|name| (*name, Arg::Number(number)))
                        .collect();
                    let formed = text_with(lang, key, &args);
                    assert!(
                        !formed.contains('⟦') && !formed.trim().is_empty(),
                        "{key} in {}: {formed}",
                        lang.code()
                    );
                }
            }
        }
    }

    #[test]
    fn polish_plural_forms() {
        let formed = |count: i64| text_with(Lang::Pl, "time-days-ago", &[("count", count.into())]);
        assert_eq!(formed(1), "1 dzień temu");
        let selected =
            |count: i64| text_with(Lang::Pl, "users-role-holders", &[("count", count.into())]);
        assert_eq!(selected(1), "1 osoba");
        assert_eq!(selected(2), "2 osoby");
        assert_eq!(selected(5), "5 osób");
        assert_eq!(selected(12), "12 osób");
        assert_eq!(selected(22), "22 osoby");
        assert_eq!(
            text_with(Lang::En, "users-role-holders", &[("count", 1_i64.into())]),
            "1 person"
        );
    }

    #[test]
    fn numbers_in_texts_are_grouped() {
        let formed = text_with(
            Lang::Pl,
            "users-role-holders",
            &[("count", 4218_i64.into())],
        );
        assert_eq!(formed, "4\u{a0}218 osób");
    }

    #[test]
    fn a_missing_key_is_visible() {
        assert_eq!(text(Lang::Pl, "no-such-key"), "⟦no-such-key⟧");
    }

    #[test]
    fn negotiation_takes_the_highest_quality() {
        assert_eq!(Lang::negotiate("en-GB,en;q=0.9,pl;q=0.8"), Some(Lang::En));
        assert_eq!(Lang::negotiate("de, en;q=0.5, pl-PL;q=0.7"), Some(Lang::Pl));
        assert_eq!(Lang::negotiate("de-DE, fr;q=0.3, pl;q=0"), None);
        assert_eq!(Lang::negotiate(""), None);
    }
}
