//! The words of a heading, in a form that can be compared.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower-case words without diacritics. Words part at anything that is neither letter nor digit, at a capital inside
/// (`postalCode`), and between letters and digits (`Telefon2`).
pub(in crate::exchange) fn fold(heading: &str) -> Vec<String> {
    let plain: Vec<char> = heading.nfkd().filter(|c| !is_combining_mark(*c)).collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (at, &c) in plain.iter().enumerate() {
        let parts = at > 0 && begins_word(plain[at - 1], c, plain.get(at + 1).copied());
        if (parts || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            push_plain(&mut word, c);
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

fn begins_word(before: char, c: char, after: Option<char>) -> bool {
    let capital_inside = c.is_uppercase() && before.is_lowercase();
    // `VATId`: the last capital of a run begins the next word.
    let after_acronym =
        c.is_uppercase() && before.is_uppercase() && after.is_some_and(char::is_lowercase);
    let digits_begin_or_end =
        before.is_alphanumeric() && c.is_alphanumeric() && before.is_numeric() != c.is_numeric();
    capital_inside || after_acronym || digits_begin_or_end
}

/// Letters with a stroke or of two sounds have no decomposition in Unicode.
fn push_plain(word: &mut String, c: char) {
    match c {
        'ł' | 'Ł' => word.push('l'),
        'ø' | 'Ø' => word.push('o'),
        'đ' | 'Đ' => word.push('d'),
        'ß' => word.push_str("ss"),
        _ => word.extend(c.to_lowercase()),
    }
}

/// `Rabat (%)` and `Limit [PLN]` without what is in brackets at the end.
pub(super) fn without_brackets(heading: &str) -> Cow<'_, str> {
    let trimmed = heading.trim_end();
    let open = match trimmed.chars().last() {
        Some(')') => '(',
        Some(']') => '[',
        _ => return Cow::Borrowed(heading),
    };
    match trimmed.rfind(open) {
        Some(at) if at > 0 => Cow::Owned(trimmed[..at].to_owned()),
        _ => Cow::Borrowed(heading),
    }
}

/// Words that say whose or of what sort a value is, folded. Not among them: words that make it another person's, such
/// as "kontakt" or "contact".
pub(super) fn is_qualifier(word: &str) -> bool {
    const QUALIFIERS: &[&str] = &[
        "klienta",
        "kontrahenta",
        "firmy",
        "organizacji",
        "client",
        "customer",
        "company",
        "organization",
        "organisation",
        "nr",
        "numer",
        "numery",
        "number",
        "no",
        "glowny",
        "glowna",
        "glowne",
        "podstawowy",
        "main",
        "primary",
        "default",
        "dodatkowy",
        "dodatkowa",
        "drugi",
        "additional",
        "other",
        "second",
        "secondary",
        "alternative",
        "sluzbowy",
        "firmowy",
        "biuro",
        "biurowy",
        "work",
        "business",
        "office",
        "prywatny",
        "domowy",
        "home",
        "private",
        "komorkowy",
        "kom",
        "stacjonarny",
        "mobile",
        "cell",
        "landline",
        "kontaktowy",
        "kontaktowe",
    ];
    QUALIFIERS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_fall_into_plain_words() {
        assert_eq!(fold("companyName"), ["company", "name"]);
        assert_eq!(fold("VATId"), ["vat", "id"]);
        assert_eq!(fold("  Miejscowość / ŁÓDŹ "), ["miejscowosc", "lodz"]);
        assert_eq!(fold("Telefon2"), ["telefon", "2"]);
        assert_eq!(fold("address.postal_code"), ["address", "postal", "code"]);
        assert_eq!(fold("Straße"), ["strasse"]);
        assert!(fold(" -–!").is_empty());
    }

    #[test]
    fn only_brackets_at_the_end_go() {
        assert_eq!(without_brackets("Rabat (%) ").trim(), "Rabat");
        assert_eq!(without_brackets("Limit [PLN]").trim(), "Limit");
        assert_eq!(without_brackets("(a) b"), "(a) b");
        assert_eq!(without_brackets("(a)"), "(a)");
    }
}
