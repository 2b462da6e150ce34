//! What a list is asked for: words, filters, order, page. The same in the web, in the API, in exports.

use super::field::RecordType;
use super::problem::{FieldError, Problem};

/// A question to a list, with names not yet checked against what the person may see; the guard does that.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Words to search.
    pub search: String,
    /// Conditions that must all hold.
    pub filters: Vec<Filter>,
    /// The order; by title where none is given.
    pub sort: Option<Sort>,
    /// Only these records, where not empty.
    pub ids: Vec<super::ids::RecordId>,
}

/// The field to sort by, and which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The field's name.
    pub field: String,
    /// From the last to the first. Records without a value come last either way.
    pub descending: bool,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The field's name.
    pub field: String,
    /// What must hold of it.
    pub test: Test,
}

/// What must hold of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It has any of these values.
    AnyOf(Vec<String>),
    /// It is not below the one and not above the other.
    Between(Option<String>, Option<String>),
    /// It has no value, or has one.
    Empty(bool),
}

/// Values in one `any of`.
const MOST_VALUES: usize = 200;
/// Characters of a search.
const LONGEST_SEARCH: usize = 200;
/// Parameters that are not filters.
pub const NOT_FILTERS: [&str; 11] = [
    "q", "sort", "page", "per_page", "limit", "cursor", "format", "id", "notice", "undo", "after",
];

impl Query {
    /// Reads the parameters of an address. Names that cannot be filters of this module are errors, save those listed in
    /// [`NOT_FILTERS`].
    pub fn read<'a>(
        kind: &RecordType,
        pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut query = Self::default();
        let mut errors = Vec::new();
        for (name, value) in pairs {
            match name {
                "q" if value.chars().count() > LONGEST_SEARCH => {
                    errors.push(FieldError::new(
                        "q",
                        Problem::new("error-too-long").with("most", LONGEST_SEARCH),
                    ));
                }
                "q" => query.search = value.trim().to_owned(),
                "sort" if value.is_empty() => {}
                "sort" => query.sort = Some(Sort::read(value)),
                "id" => match value.parse() {
                    Ok(id) if query.ids.len() < 10_000 => query.ids.push(id),
                    _ => errors.push(FieldError::new("id", Problem::new("error-reference"))),
                },
                name if NOT_FILTERS.contains(&name) => {}
                _ if value.is_empty() => {}
                name => query.add_filter(kind, name, value, &mut errors),
            }
        }
        if errors.is_empty() {
            Ok(query)
        } else {
            Err(errors)
        }
    }

    fn add_filter(
        &mut self,
        kind: &RecordType,
        name: &str,
        value: &str,
        errors: &mut Vec<FieldError>,
    ) {
        // `tag=` is how the contract calls the filter on the field `tags`; the other lists follow.
        let name = match name {
            "tag" => "tags",
            "email" => "emails",
            "phone" => "phones",
            name => name,
        };
        if kind.named(name).is_some() {
            match self.filter_mut(name) {
                Some(Test::AnyOf(values)) if values.len() < MOST_VALUES => {
                    values.push(value.to_owned());
                }
                Some(_) => errors.push(FieldError::new(
                    name,
                    Problem::new("error-too-many").with("most", MOST_VALUES),
                )),
                None => self.push(name, Test::AnyOf(vec![value.to_owned()])),
            }
            return;
        }
        let ranged = |end: &str| {
            name.strip_suffix(end)
                .filter(|field| kind.named(field).is_some())
        };
        if let Some(field) = ranged("_empty") {
            match value {
                "true" | "1" | "on" => self.push(field, Test::Empty(true)),
                "false" | "0" => self.push(field, Test::Empty(false)),
                _ => errors.push(FieldError::new(name, Problem::new("error-yes-no"))),
            }
        } else if let Some(field) = ranged("_from") {
            match self.range_mut(field) {
                Some(Test::Between(from, _)) => *from = Some(value.to_owned()),
                _ => self.push(field, Test::Between(Some(value.to_owned()), None)),
            }
        } else if let Some(field) = ranged("_to") {
            match self.range_mut(field) {
                Some(Test::Between(_, to)) => *to = Some(value.to_owned()),
                _ => self.push(field, Test::Between(None, Some(value.to_owned()))),
            }
        } else {
            errors.push(FieldError::unknown(name));
        }
    }

    fn push(&mut self, field: &str, test: Test) {
        self.filters.push(Filter {
            field: field.to_owned(),
            test,
        });
    }

    fn filter_mut(&mut self, field: &str) -> Option<&mut Test> {
        let wanted =
            |filter: &&mut Filter| filter.field == field && matches!(filter.test, Test::AnyOf(_));
        self.filters
            .iter_mut()
            .find(wanted)
            .map(|filter| &mut filter.test)
    }

    fn range_mut(&mut self, field: &str) -> Option<&mut Test> {
        let wanted = |filter: &&mut Filter| {
            filter.field == field && matches!(filter.test, Test::Between(..))
        };
        self.filters
            .iter_mut()
            .find(wanted)
            .map(|filter| &mut filter.test)
    }

    /// Whether anything narrows the list.
    pub fn is_narrowed(&self) -> bool {
        !self.search.is_empty() || !self.filters.is_empty() || !self.ids.is_empty()
    }

    /// The query as the parameters of an address, in a fixed order.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        if !self.search.is_empty() {
            pairs.push(("q".to_owned(), self.search.clone()));
        }
        for filter in &self.filters {
            let name = if filter.field == "tags" {
                "tag"
            } else {
                &filter.field
            };
            match &filter.test {
                Test::AnyOf(values) => {
                    pairs.extend(values.iter().map(|value| (name.to_owned(), value.clone())));
                }
                Test::Between(from, to) => {
                    pairs.extend(
                        from.iter()
                            .map(|value| (format!("{}_from", filter.field), value.clone())),
                    );
                    pairs.extend(
                        to.iter()
                            .map(|value| (format!("{}_to", filter.field), value.clone())),
                    );
                }
                Test::Empty(empty) => {
                    pairs.push((format!("{}_empty", filter.field), empty.to_string()));
                }
            }
        }
        if let Some(sort) = &self.sort {
            pairs.push(("sort".to_owned(), sort.write()));
        }
        pairs.extend(self.ids.iter().map(|id| ("id".to_owned(), id.to_string())));
        pairs
    }
}

impl Sort {
    /// Reads `name` or `-created_at`.
    pub fn read(text: &str) -> Self {
        match text.strip_prefix('-') {
            Some(field) => Self {
                field: field.to_owned(),
                descending: true,
            },
            None => Self {
                field: text.to_owned(),
                descending: false,
            },
        }
    }

    /// Writes it back.
    pub fn write(&self) -> String {
        format!("{}{}", if self.descending { "-" } else { "" }, self.field)
    }
}
