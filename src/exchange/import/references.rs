//! Records that rows refer to, by id or by name.

use std::collections::HashMap;

use uuid::Uuid;

use super::file_index::FileIndex;
use crate::data::{
    AccessError, Filter, Module, Problem, Query, Reading, RecordId, RecordType, Start, Test,
};
use crate::exchange::error::ExchangeError;
use crate::exchange::{values, vocabulary};

/// Answers that are remembered.
const MOST_KNOWN: usize = 10_000;

/// What came of looking for a record.
pub(super) enum Referred {
    Found(Uuid),
    /// A row of the file that is not in yet.
    Later,
    Nobody(Problem),
}

/// Finds records by what a row says of them; only those that the actor sees.
pub(super) struct References {
    reading: Reading,
    known: HashMap<(Module, String), Uuid>,
}

impl References {
    pub(super) fn new(reading: Reading) -> Self {
        Self {
            reading,
            known: HashMap::new(),
        }
    }

    /// Looks at a later moment from now on. What was found stays found.
    pub(super) fn refresh(&mut self, reading: Reading) {
        self.reading = reading;
        if self.known.len() > MOST_KNOWN {
            self.known.clear();
        }
    }

    /// `id` is tried first, then `name`, which may be an id too.
    pub(super) fn find(
        &mut self,
        from: &'static RecordType,
        module: Module,
        id: &str,
        name: &str,
        file: &FileIndex,
    ) -> Result<Referred, ExchangeError> {
        let Ok(kind) = self.reading.kind(module) else {
            return Ok(Referred::Nobody(Problem::new("import-reference-unknown")));
        };
        let mut later = false;
        for text in [id, name].map(str::trim) {
            if text.is_empty() {
                continue;
            }
            if let Some(found) = self.known.get(&(module, text.to_owned())) {
                return Ok(Referred::Found(*found));
            }
            let same_file = from.module == module;
            let found = match values::id(text) {
                Some(id) => {
                    later |= same_file && file.ids.contains(&RecordId::from_bytes(*id.as_bytes()));
                    self.by_id(kind, id)?
                }
                None => match self.by_name(kind, text)? {
                    Err(problem) => return Ok(Referred::Nobody(problem)),
                    Ok(found) => {
                        later |= same_file && found.is_none() && file.has_title(text);
                        found
                    }
                },
            };
            if let Some(found) = found {
                self.known.insert((module, text.to_owned()), found);
                return Ok(Referred::Found(found));
            }
            if later {
                return Ok(Referred::Later);
            }
        }
        Ok(Referred::Nobody(Problem::new("import-reference-unknown")))
    }

    fn by_id(&self, kind: &'static RecordType, id: Uuid) -> Result<Option<Uuid>, ExchangeError> {
        match self.reading.get(kind, RecordId::from_bytes(*id.as_bytes())) {
            Ok(_) => Ok(Some(id)),
            Err(AccessError::NotFound | AccessError::Forbidden(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn by_name(
        &self,
        kind: &'static RecordType,
        name: &str,
    ) -> Result<Result<Option<Uuid>, Problem>, ExchangeError> {
        let Some(title) = kind.field(kind.title).filter(|field| field.filterable) else {
            return Ok(Ok(None));
        };
        let is = |field: &str, value: &str| Filter {
            field: field.to_owned(),
            test: Test::AnyOf(vec![value.to_owned()]),
        };
        let mut filters = vec![is(title.name, name)];
        filters.extend(
            vocabulary::of(kind.module)
                .referred
                .map(|(field, choice)| is(field, choice)),
        );
        let query = Query {
            filters,
            ..Query::default()
        };
        let list = match self.reading.list(kind, &query, &Start::Offset(0), 2) {
            Ok(list) => list,
            Err(AccessError::Forbidden(_)) => return Ok(Ok(None)),
            Err(error) => return Err(error.into()),
        };
        match list.rows.as_slice() {
            [] => Ok(Ok(None)),
            [one] => Ok(Ok(Some(Uuid::from_bytes(*one.id().bytes())))),
            _ => Ok(Err(Problem::new("import-reference-several"))),
        }
    }
}
