//! Which documents answer a query: words and filters as bitmaps over the indexes.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

use super::field::Field;
use super::field::RecordType;
use super::fold;
use super::ids::UserId;
use super::index::{self, SHORT_PREFIX, term};
use super::kind::{Kind, Reading, SECONDS_OF_POINT, parse_day};
use super::problem::{FieldError, Problem};
use super::query::{Filter, Test};
use crate::data::store::{Read, StoreError, postings};

/// What a condition can fail with: a mistake in the question, or the store.
pub(in crate::data) enum MatchError {
    Question(FieldError),
    Store(StoreError),
}

impl From<StoreError> for MatchError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What people's inputs are read by.
#[derive(Clone, Debug)]
pub(in crate::data) struct Locale {
    pub(in crate::data) reading: Reading,
    pub(in crate::data) zone: TimeZone,
}

/// The documents in which every word of the search begins a word, in fields of these scopes alone.
pub(in crate::data) fn search(
    read: &impl Read,
    kind: &RecordType,
    scopes: &[&str],
    text: &str,
) -> Result<RoaringBitmap, StoreError> {
    let module = kind.module.code();
    let mut all: Option<RoaringBitmap> = None;
    for want in wants(text) {
        let mut found = RoaringBitmap::new();
        for scope in scopes {
            found |= match &want {
                Want::Email(address) => {
                    postings::documents_with_prefix(read, module, &term::email(scope, address))?
                }
                Want::Word(word) => with_word(read, module, scope, word)?,
                Want::Digits { joined, parts } => {
                    with_word(read, module, scope, joined)? | with_all(read, module, scope, parts)?
                }
            };
        }
        let both = match all {
            Some(so_far) => so_far & found,
            None => found,
        };
        if both.is_empty() {
            return Ok(both);
        }
        all = Some(both);
    }
    Ok(all.unwrap_or_default())
}

/// One thing a search asks for.
#[derive(Debug, PartialEq, Eq)]
enum Want {
    /// A word that begins so.
    Word(String),
    /// An address that begins so.
    Email(String),
    /// A number written in parts (`526-104-08-28`): the whole of it, or each part as a word.
    Digits { joined: String, parts: Vec<String> },
}

fn wants(text: &str) -> Vec<Want> {
    let mut wants = Vec::new();
    let mut run: Vec<String> = Vec::new();
    let end_run = |run: &mut Vec<String>, wants: &mut Vec<Want>| match run.len() {
        0 => {}
        1 => wants.extend(run.drain(..).map(Want::Word)),
        _ => wants.push(Want::Digits {
            joined: run.concat(),
            parts: std::mem::take(run),
        }),
    };
    for token in fold::fold(text).split_whitespace() {
        if token.find('@').is_some_and(|place| place > 0) {
            end_run(&mut run, &mut wants);
            wants.push(Want::Email(
                token.trim_matches(['<', '>', ',', ';']).to_owned(),
            ));
            continue;
        }
        // Cut as the index is, or a word of another script or a very long one would never be found.
        for word in fold::split_words(token) {
            let digits = word.bytes().all(|byte| byte.is_ascii_digit());
            let opens = run.is_empty() && is_prefixed_number(word);
            if digits || opens {
                run.push(word.to_owned());
            } else {
                end_run(&mut run, &mut wants);
                wants.push(Want::Word(word.to_owned()));
            }
        }
    }
    end_run(&mut run, &mut wants);
    wants
}

/// `pl526`: a country's letters with the first digits of a tax id.
fn is_prefixed_number(word: &str) -> bool {
    word.len() > 2
        && word.is_char_boundary(2)
        && word[..2].bytes().all(|byte| byte.is_ascii_alphabetic())
        && word[2..].bytes().all(|byte| byte.is_ascii_digit())
}

fn with_word(
    read: &impl Read,
    module: u8,
    group: &str,
    word: &str,
) -> Result<RoaringBitmap, StoreError> {
    if word.chars().count() <= SHORT_PREFIX {
        postings::documents(read, module, &term::short(group, word))
    } else {
        postings::documents_with_prefix(read, module, &term::word(group, word))
    }
}

fn with_all(
    read: &impl Read,
    module: u8,
    group: &str,
    words: &[String],
) -> Result<RoaringBitmap, StoreError> {
    let mut all: Option<RoaringBitmap> = None;
    for word in words {
        let found = with_word(read, module, group, word)?;
        all = Some(match all {
            Some(so_far) => so_far & found,
            None => found,
        });
        if all.as_ref().is_some_and(RoaringBitmap::is_empty) {
            break;
        }
    }
    Ok(all.unwrap_or_default())
}

/// The documents of which a condition holds.
pub(in crate::data) fn filter(
    read: &impl Read,
    kind: &RecordType,
    field: &Field,
    filter: &Filter,
    locale: &Locale,
) -> Result<RoaringBitmap, MatchError> {
    let module = kind.module.code();
    match &filter.test {
        Test::Empty(true) if field.kind == Kind::Owner => {
            Ok(postings::documents(read, module, &term::owner(None))?)
        }
        Test::Empty(true) => Ok(postings::documents(read, module, &term::empty(field.no))?),
        Test::Empty(false) if field.kind == Kind::Owner => {
            let everything = postings::documents_with_prefix(read, module, b"o")?;
            Ok(everything - postings::documents(read, module, &term::owner(None))?)
        }
        Test::Empty(false) => {
            let everything = postings::documents_with_prefix(read, module, b"o")?;
            Ok(everything - postings::documents(read, module, &term::empty(field.no))?)
        }
        Test::Between(from, to) => {
            if !field.kind.has_range() {
                return Err(MatchError::Question(FieldError::unknown(format!(
                    "{}_from",
                    field.name
                ))));
            }
            let low = from
                .as_deref()
                .map_or(Ok(i64::MIN), |text| point(field, text, Edge::From, locale))?;
            let high = to
                .as_deref()
                .map_or(Ok(i64::MAX), |text| point(field, text, Edge::To, locale))?;
            Ok(between(read, module, field, low, high)?)
        }
        Test::AnyOf(values) => {
            let mut any = RoaringBitmap::new();
            for value in values {
                any |= match field.kind {
                    Kind::Owner => postings::documents(read, module, &owner_term(field, value)?)?,
                    _ if field.kind.has_range() => {
                        let low = point(field, value, Edge::From, locale)?;
                        let high = point(field, value, Edge::To, locale)?;
                        between(read, module, field, low, high)?
                    }
                    _ => {
                        let form = field.kind.filter_form(value);
                        postings::documents(read, module, &term::value(field.no, &form))?
                    }
                };
            }
            Ok(any)
        }
    }
}

fn owner_term(field: &Field, value: &str) -> Result<Vec<u8>, MatchError> {
    if value == "none" {
        return Ok(term::owner(None));
    }
    match value.parse::<UserId>() {
        Ok(owner) => Ok(term::owner(Some(owner))),
        Err(_) => Err(MatchError::Question(FieldError::new(
            field.name,
            Problem::new("error-reference"),
        ))),
    }
}

fn between(
    read: &impl Read,
    module: u8,
    field: &Field,
    low: i64,
    high: i64,
) -> Result<RoaringBitmap, StoreError> {
    let mut found = RoaringBitmap::new();
    if low <= high {
        for (first, last) in index::range_runs(field.no, low, high) {
            found |= postings::documents_between(read, module, &first, &last)?;
        }
    }
    Ok(found)
}

#[derive(Clone, Copy)]
enum Edge {
    From,
    To,
}

/// The number a from or to stands for. A day counts from its first to its last moment in the firm's zone.
fn point(field: &Field, text: &str, edge: Edge, locale: &Locale) -> Result<i64, MatchError> {
    let wrong = |key| MatchError::Question(FieldError::new(field.name, Problem::new(key)));
    if field.kind == Kind::Time {
        if let Ok(moment) = text.parse::<Timestamp>() {
            return Ok(moment.as_second().div_euclid(SECONDS_OF_POINT));
        }
        let day = parse_day(text).ok_or_else(|| wrong("error-date"))?;
        let start = |day: jiff::civil::Date| {
            locale
                .zone
                .to_timestamp(day.at(0, 0, 0, 0))
                .map(Timestamp::as_second)
                .ok()
        };
        let second = match edge {
            Edge::From => start(day),
            Edge::To => day.tomorrow().ok().and_then(start).map(|second| second - 1),
        };
        return Ok(second
            .ok_or_else(|| wrong("error-date"))?
            .div_euclid(SECONDS_OF_POINT));
    }
    let value = field
        .kind
        .take_text(text, locale.reading)
        .map_err(|problem| MatchError::Question(FieldError::new(field.name, problem)))?;
    value
        .and_then(|value| field.kind.range_point(&value))
        .ok_or_else(|| wrong("error-not-a-number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_parts_are_also_one_number() {
        let digits = |joined: &str, parts: &[&str]| Want::Digits {
            joined: joined.to_owned(),
            parts: parts.iter().map(|part| (*part).to_owned()).collect(),
        };
        assert_eq!(
            wants("526-104 08"),
            [digits("52610408", &["526", "104", "08"])]
        );
        assert_eq!(wants("PL526 104"), [digits("pl526104", &["pl526", "104"])]);
        assert_eq!(wants("(22) 555"), [digits("22555", &["22", "555"])]);
        assert_eq!(
            wants("Żółw 5"),
            [Want::Word("zolw".to_owned()), Want::Word("5".to_owned())]
        );
        assert_eq!(
            wants("ola@Zółw.pl"),
            [Want::Email("ola@zolw.pl".to_owned())]
        );
        assert_eq!(wants(" -- "), []);
    }
}
