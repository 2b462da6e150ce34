//! What a list is asked for by its address: filters, order, page, columns, and the saved view it is seen by.

use super::parameters;
use crate::data::{
    AccessError, Cursor, Field, FieldError, FieldNo, Problem, Query, Reading, RecordType, View,
    ViewId,
};
use crate::web::visit::Member;

/// Rows that a page can have.
pub(super) const PER_PAGE: [u32; 3] = [25, 50, 100];
pub(super) const USUAL_PER_PAGE: u32 = 50;

/// The parameter that names a saved view.
pub(super) const VIEW: &str = "view";
/// The parameter that names columns, with commas between.
pub(super) const COLUMNS: &str = "columns";
/// Says that the view's own filters were changed, where the address alone would not say so: all were taken away.
const CHANGED: &str = "changed";
/// The value of [`VIEW`] for no view, where the person's list would open with one.
const NO_VIEW: &str = "all";

/// What a list is asked for.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) query: Query,
    /// From 1.
    pub(super) page: u64,
    pub(super) per_page: u32,
    pub(super) after: Option<Cursor>,
    /// Columns named in the address.
    pub(super) columns: Option<Vec<FieldNo>>,
    pub(super) seen_by: Option<SeenBy>,
    /// Whether the person's list opens with a view when it is asked for nothing.
    opens_with_view: bool,
}

/// The saved view that a list is seen by.
pub(super) struct SeenBy {
    pub(super) view: View,
    /// The view's own question, as far as the person may ask it.
    query: Query,
    pub(super) columns: Option<Vec<FieldNo>>,
    /// Whether the view asks for something that is hidden from the person.
    pub(super) left_out: bool,
}

/// Why a list cannot be shown.
pub(super) enum Unread {
    /// The address asks for what is not there.
    Refused(Vec<FieldError>),
    Access(AccessError),
}

impl From<AccessError> for Unread {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Invalid(errors) => Self::Refused(errors),
            error => Self::Access(error),
        }
    }
}

impl Asked {
    /// Reads the parameters of the address that was asked for.
    pub(super) fn of(
        kind: &'static RecordType,
        member: &Member,
        reading: &Reading,
    ) -> Result<Self, Unread> {
        Self::read(kind, reading, &parameters(member))
    }

    pub(super) fn read(
        kind: &'static RecordType,
        reading: &Reading,
        pairs: &[(String, String)],
    ) -> Result<Self, Unread> {
        let of = |wanted: &str| {
            pairs
                .iter()
                .find(|(name, value)| name == wanted && !value.is_empty())
                .map(|(_, value)| value.as_str())
        };
        let question = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| ![VIEW, COLUMNS, CHANGED].contains(name));
        let query = Query::read(kind, question).map_err(Unread::Refused)?;
        let mut errors = Vec::new();
        let mut wrong = |name: &str| {
            errors.push(FieldError::new(name, Problem::new("error-not-a-number")));
        };
        let page = match of("page").map(str::parse::<u64>) {
            None => 1,
            Some(Ok(page @ 1..=1_000_000)) => page,
            Some(_) => {
                wrong("page");
                1
            }
        };
        let per_page = match of("per_page").map(str::parse::<u32>) {
            None => USUAL_PER_PAGE,
            Some(Ok(rows)) if PER_PAGE.contains(&rows) => rows,
            Some(_) => {
                wrong("per_page");
                USUAL_PER_PAGE
            }
        };
        let columns = of(COLUMNS)
            .map(|names| column_numbers(kind, reading, names))
            .transpose();
        let columns = columns.unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        if !errors.is_empty() {
            return Err(Unread::Refused(errors));
        }
        let mut asked = Self {
            query,
            page,
            per_page,
            // A cursor that cannot be read is no loss: the number of the page says where it begins.
            after: of("after").and_then(Cursor::read).filter(|_| page > 1),
            columns,
            seen_by: None,
            opens_with_view: false,
        };
        asked.look_through(kind, reading, of(VIEW), of(CHANGED).is_some())?;
        Ok(asked)
    }

    /// Finds the view the list is seen by: the one named, or the person's first where nothing else is asked for. One that is
    /// gone or not theirs to see is no view.
    fn look_through(
        &mut self,
        kind: &'static RecordType,
        reading: &Reading,
        named: Option<&str>,
        changed: bool,
    ) -> Result<(), AccessError> {
        let views = reading.views(kind)?;
        let first = reading
            .first_view(kind)?
            .and_then(|id| views.iter().find(|view| view.id == id));
        self.opens_with_view = first.is_some();
        let plain = self.query == Query::default() && self.columns.is_none() && !changed;
        let view = match named {
            Some(name) => name
                .parse::<ViewId>()
                .ok()
                .and_then(|id| views.iter().find(|view| view.id == id)),
            None => first.filter(|_| plain),
        };
        let Some(view) = view else {
            return Ok(());
        };
        let usable = reading.usable_view(kind, view);
        let own = self.query == Query::default() && !changed;
        if own {
            self.query = usable.query.clone();
        }
        self.seen_by = Some(SeenBy {
            view: view.clone(),
            query: usable.query,
            columns: usable.columns,
            left_out: usable.left_out && own,
        });
        Ok(())
    }

    /// Parameters of the list with another query, on its first page, seen by the same view.
    pub(super) fn with(&self, query: &Query) -> Vec<(String, String)> {
        let Some(by) = &self.seen_by else {
            return self.without_view(query);
        };
        let mut pairs = self.with_rows(query);
        if pairs.is_empty() && by.query != Query::default() {
            pairs.push((CHANGED.to_owned(), "1".to_owned()));
        }
        pairs.push((VIEW.to_owned(), by.view.id.to_string()));
        pairs
    }

    /// Parameters of the list with another query, seen by no view.
    pub(super) fn without_view(&self, query: &Query) -> Vec<(String, String)> {
        let mut pairs = self.with_rows(query);
        if self.opens_with_view {
            pairs.push((VIEW.to_owned(), NO_VIEW.to_owned()));
        }
        pairs
    }

    /// Parameters of a saved view's own list.
    pub(super) fn through(&self, view: &View) -> Vec<(String, String)> {
        let mut pairs = self.rows();
        pairs.push((VIEW.to_owned(), view.id.to_string()));
        pairs
    }

    /// What a form keeps that may empty every filter: the view, and that its own filters no longer stand.
    pub(super) fn kept(&self, query: &Query) -> Vec<(String, String)> {
        let mut pairs = self.with(query);
        if self.seen_by.is_some() && !pairs.iter().any(|(name, _)| name == CHANGED) {
            pairs.push((CHANGED.to_owned(), "1".to_owned()));
        }
        pairs
    }

    fn with_rows(&self, query: &Query) -> Vec<(String, String)> {
        let mut pairs = query.pairs();
        if let Some(columns) = &self.columns {
            let numbers = columns.iter().map(ToString::to_string);
            pairs.push((COLUMNS.to_owned(), numbers.collect::<Vec<_>>().join(",")));
        }
        pairs.extend(self.rows());
        pairs
    }

    fn rows(&self) -> Vec<(String, String)> {
        let other = self.per_page != USUAL_PER_PAGE;
        other
            .then(|| ("per_page".to_owned(), self.per_page.to_string()))
            .into_iter()
            .collect()
    }

    pub(super) fn offset(&self) -> u64 {
        (self.page - 1) * u64::from(self.per_page)
    }

    /// The columns that the address or the view says; none where they are the person's own.
    pub(super) fn said_columns(&self) -> Option<&[FieldNo]> {
        let by_view = || self.seen_by.as_ref().and_then(|by| by.columns.as_deref());
        self.columns.as_deref().or_else(by_view)
    }

    /// Whether the list is no longer what its view says.
    pub(super) fn is_changed(&self) -> bool {
        self.seen_by
            .as_ref()
            .is_some_and(|by| self.query != by.query || self.columns.is_some())
    }
}

/// Columns by the names or numbers of their fields, with commas between; a field that is hidden is as unknown as one that is
/// not there.
pub(super) fn column_numbers(
    kind: &'static RecordType,
    reading: &Reading,
    names: &str,
) -> Result<Vec<FieldNo>, FieldError> {
    let offered: Vec<&Field> = reading.column_fields(kind).collect();
    names
        .split(',')
        .map(|name| {
            let called = |field: &&&Field| field.name == name || field.no.to_string() == name;
            let found = offered.iter().find(called);
            found.map(|field| field.no)
        })
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| FieldError::unknown(COLUMNS))
}

/// A question in little room, for the links from a list to its records: as in an address, with the signs that would have to
/// be written as escapes there replaced.
pub(super) fn trail(query: &Query) -> String {
    let query = Query {
        ids: Vec::new(),
        ..query.clone()
    };
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query.pairs())
        .finish();
    text.replace('&', ";")
        .replace('%', "%25")
        .replace('+', "%2B")
}

/// The parameter under which a [`trail`] travels.
pub(super) const TRAIL: &str = "in";

/// The question that a record was come to by, as the address still says it.
pub(super) struct Trail {
    pub(super) query: Query,
    /// As it stands in addresses.
    pub(super) written: String,
}

/// Reads the trail of an address; what is none is passed over, for it only helps to find one's way.
pub(super) fn trail_of(kind: &RecordType, member: &Member) -> Option<Trail> {
    let pairs = parameters(member);
    let (_, text) = pairs.iter().find(|(name, _)| name == TRAIL)?;
    let text = text.replace(';', "&");
    let inner: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes())
        .into_owned()
        .collect();
    let inner = inner
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    let query = Query::read(kind, inner).ok()?;
    Some(Trail {
        written: trail(&query),
        query,
    })
}

/// A record's address with the trail that led to it.
pub(super) fn along(path: &str, trail: Option<&Trail>) -> String {
    match trail {
        Some(trail) => format!("{path}?{TRAIL}={}", trail.written),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::CLIENTS;

    #[test]
    fn a_trail_comes_back_as_it_went() {
        let pairs = [
            ("q", "a&b;c=d+e 100%"),
            ("status", "lead"),
            ("status", "active"),
            ("tag", "żółty; & \"ważny\""),
            ("created_at_from", "2026-01-01"),
            ("tax_id_empty", "true"),
            ("sort", "-updated_at"),
        ];
        let query = Query::read(&CLIENTS, pairs).unwrap();
        let address = format!("{TRAIL}={}", trail(&query));
        let mut parsed = form_urlencoded::parse(address.as_bytes());
        let (name, text) = parsed.next().unwrap();
        assert_eq!((name.as_ref(), parsed.next()), (TRAIL, None));
        let text = text.replace(';', "&");
        let inner: Vec<(String, String)> = form_urlencoded::parse(text.as_bytes())
            .into_owned()
            .collect();
        let inner = inner
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        assert_eq!(Query::read(&CLIENTS, inner).unwrap(), query);
        assert!(!address.contains(['"', '&', '<', ' ']));
    }
}
