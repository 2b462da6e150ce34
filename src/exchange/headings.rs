//! Which column of a sheet holds which field, told by its heading in Polish or English.

mod clients;
mod words;

#[cfg(test)]
mod tests;

pub(crate) use clients::CLIENT_FIELDS;

pub(super) use words::fold;
use words::{is_qualifier, without_brackets};

/// A field and the headings it goes by, apart from its own name. Case, diacritics, punctuation and spaces do not count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FieldAliases<'a> {
    pub(crate) name: &'a str,
    pub(crate) aliases: &'a [&'a str],
    pub(crate) columns: Columns,
}

/// How columns are taken for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Columns {
    /// The first column that matches.
    One,
    /// All columns that match: `E-mail`, `E-mail 2`.
    Many,
    /// The first column, and only by the very heading: a foreign `Customer ID` is not our `id`.
    Exact,
}

/// For each heading the index of its field in `fields`.
///
/// Exact matches of any column come before close ones (`Telefon 2`, `Rabat (%)`, `Numer telefonu klienta`), so that a
/// close one never takes a field from the column that is really meant.
pub(crate) fn match_headings(
    headings: &[String],
    fields: &[FieldAliases<'_>],
) -> Vec<Option<usize>> {
    let names: Vec<Vec<String>> = fields
        .iter()
        .map(|field| {
            std::iter::once(&field.name)
                .chain(field.aliases)
                .map(|alias| fold(alias).concat())
                .collect()
        })
        .collect();
    let mut matched = vec![None; headings.len()];
    let mut taken = vec![false; fields.len()];
    for closeness in [
        Closeness::Exact,
        Closeness::Brackets,
        Closeness::Numbered,
        Closeness::Qualified,
    ] {
        for (column, heading) in headings.iter().enumerate() {
            if matched[column].is_some() {
                continue;
            }
            let key = closeness.key(heading);
            if key.is_empty() {
                continue;
            }
            let found = names
                .iter()
                .position(|aliases| aliases.contains(&key))
                .filter(|&field| {
                    let by_own_heading = closeness == Closeness::Exact;
                    match fields[field].columns {
                        Columns::Many => true,
                        Columns::One => !taken[field],
                        Columns::Exact => by_own_heading && !taken[field],
                    }
                });
            if let Some(field) = found {
                matched[column] = Some(field);
                taken[field] = true;
            }
        }
    }
    matched
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Closeness {
    Exact,
    /// Without a unit or remark in brackets.
    Brackets,
    /// Without a number at the end too.
    Numbered,
    /// Without words that only qualify: whose it is, of what sort.
    Qualified,
}

impl Closeness {
    /// What of a heading is compared, empty where nothing is left.
    fn key(self, heading: &str) -> String {
        if self == Self::Exact {
            return fold(heading).concat();
        }
        let mut words = fold(&without_brackets(heading));
        if matches!(self, Self::Numbered | Self::Qualified) {
            while words.len() > 1
                && words
                    .last()
                    .is_some_and(|word| word.bytes().all(|b| b.is_ascii_digit()))
            {
                words.pop();
            }
        }
        if self == Self::Qualified {
            words.retain(|word| !is_qualifier(word));
        }
        words.concat()
    }
}
