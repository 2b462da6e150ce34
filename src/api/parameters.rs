//! Parameters of an address.

use super::error::ApiError;
use crate::data::{FieldError, Problem};

/// Decoded names and values in the order in which they stand.
#[derive(Clone, Debug, Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads them.
    pub(super) fn read(query: Option<&str>) -> Self {
        let query = query.unwrap_or_default();
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of one.
    pub(super) fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.all()
            .filter(move |(given, _)| *given == name)
            .map(|(_, value)| value)
    }

    /// The value of one that must not stand twice.
    pub(super) fn single(&self, name: &str) -> Result<Option<&str>, ApiError> {
        let mut values = self.all().filter(|(given, _)| *given == name);
        let first = values.next().map(|(_, value)| value);
        if values.next().is_some() {
            return Err(ApiError::field(name, Problem::new("error-given-twice")));
        }
        Ok(first)
    }

    /// The value of one, read; `problem` where it cannot be.
    pub(super) fn parsed<T: std::str::FromStr>(
        &self,
        name: &str,
        problem: &'static str,
    ) -> Result<Option<T>, ApiError> {
        let wrong = |_| ApiError::field(name, Problem::new(problem));
        let value = self.single(name)?;
        value.map(|text| text.parse().map_err(wrong)).transpose()
    }

    /// Refuses every name that is not among the known ones.
    pub(super) fn only(&self, known: &[&str]) -> Result<(), ApiError> {
        let unknown: Vec<FieldError> = self
            .all()
            .filter(|(name, _)| !known.contains(name))
            .map(|(name, _)| FieldError::unknown(name))
            .collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(ApiError::Invalid(unknown))
        }
    }
}
