//! Why an input was not taken, in a form that can be translated.

/// One reason, as a key of the locale files (`error-…`) with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Key of the message.
    pub key: &'static str,
    /// Values the message names.
    pub args: Vec<(&'static str, String)>,
}

impl Problem {
    /// A reason without arguments.
    pub const fn new(key: &'static str) -> Self {
        Self {
            key,
            args: Vec::new(),
        }
    }

    /// Adds a value the message names.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

/// A reason with the field it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as in the contract (`address.city`), or what was given instead of one.
    pub field: String,
    /// The reason.
    pub problem: Problem,
}

impl FieldError {
    /// A reason for a field.
    pub fn new(field: impl Into<String>, problem: Problem) -> Self {
        Self {
            field: field.into(),
            problem,
        }
    }

    /// A field that is not there, or that the person may not know of: both read the same.
    pub fn unknown(field: impl Into<String>) -> Self {
        Self::new(field, Problem::new("error-field-unknown"))
    }

    /// A field that can be seen but not set.
    pub fn not_yours(field: impl Into<String>) -> Self {
        Self::new(field, Problem::new("error-field-not-yours"))
    }
}
