//! Several values of one field as one: lists united, long texts joined.

use super::field::Field;
use super::kind::{Kind, MOST_IN_LIST};
use super::problem::Problem;
use super::value::Value;

/// Stands between two long texts that were joined.
const BETWEEN: &str = "\n\n";

/// Whether values of a field can be put together at all.
pub fn can_unite(field: &Field) -> bool {
    field.kind.is_list() || matches!(field.kind, Kind::LongText(_))
}

/// All values together, each once, in the order given. An error where that is more than the field holds.
pub fn unite(field: &Field, values: &[&Value]) -> Result<Option<Value>, Problem> {
    if let Kind::LongText(most) = field.kind {
        let mut texts: Vec<&str> = Vec::new();
        for text in values.iter().filter_map(|value| value.as_text()) {
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        let joined = texts.join(BETWEEN);
        if joined.chars().count() > most {
            return Err(Problem::new("error-too-long").with("most", most));
        }
        return Ok((!joined.is_empty()).then_some(Value::Text(joined)));
    }
    let mut list: Vec<String> = Vec::new();
    let mut forms: Vec<String> = Vec::new();
    for text in values.iter().flat_map(|value| value.as_list()) {
        let form = field.kind.equal_form(text);
        if !forms.contains(&form) {
            forms.push(form);
            list.push(text.clone());
        }
    }
    if list.len() > MOST_IN_LIST {
        return Err(Problem::new("error-too-many").with("most", MOST_IN_LIST));
    }
    Ok((!list.is_empty()).then_some(Value::List(list)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_united_and_texts_joined_within_their_limits() {
        let phones = Field::new(1, "phones", Kind::Phones);
        let list =
            |texts: &[&str]| Value::List(texts.iter().map(|text| (*text).to_owned()).collect());
        let (one, other) = (
            list(&["22 555 66 77"]),
            list(&["+48 225556677", "601102203"]),
        );
        assert_eq!(
            unite(&phones, &[&one, &other]),
            Ok(Some(list(&["22 555 66 77", "601102203"])))
        );
        let many: Vec<String> = (0..=MOST_IN_LIST)
            .map(|number| format!("t{number}"))
            .collect();
        let tags = Field::new(2, "tags", Kind::Tags);
        assert!(unite(&tags, &[&Value::List(many)]).is_err());
        let notes = Field::new(3, "notes", Kind::LongText(12));
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(
            unite(&notes, &[&text("jeden"), &text("dwa"), &text("dwa")]),
            Ok(Some(text("jeden\n\ndwa")))
        );
        assert!(unite(&notes, &[&text("jeden"), &text("dwanaście")]).is_err());
    }
}
