//! Defence against formula injection in CSV: a text that a spreadsheet would run as a formula gets one apostrophe in
//! front (OWASP "CSV Injection", CWE-1236), and loses it when read back.

use std::borrow::Cow;

/// `text` with one apostrophe in front where a spreadsheet might take it for a formula, else as it is.
pub(super) fn guard(text: &str) -> Cow<'_, str> {
    if is_dangerous(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Undoes [`guard`]: exactly one leading apostrophe goes where what follows would have been guarded.
/// For every text `unguard(guard(text)) == text`.
pub(super) fn unguard(text: &str) -> Cow<'_, str> {
    match text.strip_prefix('\'') {
        Some(rest) if is_dangerous(rest) => Cow::Borrowed(rest),
        _ => Cow::Borrowed(text),
    }
}

/// Leading apostrophes are looked through, so that a text that already has some is guarded as well: otherwise reading
/// could not tell a guard from an apostrophe of the text's own.
fn is_dangerous(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    if bare.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let first = text.trim_start_matches(|c: char| {
        c == '\'' || c.is_whitespace() || c.is_control() || is_invisible(c)
    });
    first.starts_with(starts_formula)
}

fn starts_formula(c: char) -> bool {
    // The four of ASCII, then their full-width and small forms, which some spreadsheets fold.
    matches!(
        c,
        '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '﹦' | '﹢' | '﹣' | '﹫'
    )
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{FEFF}' | '\u{200B}'..='\u{200F}' | '\u{2060}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn guards_what_a_spreadsheet_would_run() {
        for text in [
            "=2+2",
            "+48 601",
            "-1",
            "@user",
            "\tx",
            "\rx",
            " =1",
            "'=1",
            "''@",
            "＝1",
            "\u{FEFF}=1",
            "\0=1",
        ] {
            assert_eq!(guard(text), format!("'{text}"), "{text:?}");
            assert_eq!(unguard(&guard(text)), text);
        }
    }

    #[test]
    fn leaves_other_text_alone() {
        for text in ["", "Kowalski", "'quoted'", "a=b", "3-4", "'", "O'Neil"] {
            assert_eq!(guard(text), text);
            assert_eq!(unguard(text), text);
        }
    }

    proptest! {
        #[test]
        fn comes_back_unchanged(text in "['=+@\t\r\n a\u{FEFF}\0-]{0,8}|\\PC*|(?s:.*)") {
            let guarded = guard(&text);
            let back = unguard(&guarded);
            prop_assert_eq!(back.as_ref(), text.as_str());
        }
    }
}
