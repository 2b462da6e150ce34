//! Text as it is kept, as it is searched and as it is sorted.
//!
//! Kept text is NFC (Unicode Standard Annex 15). Search compares folded words. Lists sort by [`collation_key`].

use unicode_normalization::{UnicodeNormalization, char::decompose_canonical, is_nfc};

/// Longest word that goes into the search index, in characters.
const WORD_MAX: usize = 40;

/// Longest sort key, in bytes.
pub const KEY_MAX: usize = 64;

/// Text of several lines as it is kept: NFC, line ends as `\n`, without control characters other than line ends and tabs,
/// without characters that turn the direction of writing (they make text look like other text), trimmed.
pub fn nfc_clean(text: &str) -> String {
    let text = text.trim();
    if text
        .bytes()
        .all(|b| matches!(b, b'\n' | b'\t' | b' '..=b'~'))
    {
        return text.to_owned();
    }
    let mut after_return = false;
    let kept = text.chars().filter_map(|c| {
        let joined = after_return && c == '\n';
        after_return = c == '\r';
        match c {
            _ if joined => None,
            '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
            '\t' => Some('\t'),
            c if is_dropped(c) => None,
            c => Some(c),
        }
    });
    // What is dropped must go first: it could stand between a letter and its mark.
    let out: String = kept.nfc().collect();
    match out.trim() {
        trimmed if trimmed.len() == out.len() => out,
        trimmed => trimmed.to_owned(),
    }
}

/// Text of one line as it is kept: as [`nfc_clean`], every run of white space one space.
pub fn one_line(text: &str) -> String {
    let clean = nfc_clean(text);
    let plain = !clean.contains("  ") && clean.chars().all(|c| c == ' ' || !c.is_whitespace());
    if plain {
        return clean;
    }
    let mut out = String::with_capacity(clean.len());
    for part in clean.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(part);
    }
    out
}

fn is_dropped(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{feff}' | '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Text as search compares it: compatibility forms resolved, lower case, Latin letters without diacritics.
/// Letters of other scripts stay.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match undecomposable(c) {
            Some(base) => out.push_str(base),
            None if is_diacritic(c) => {}
            None => out.push(c),
        }
    }
    out
}

/// Lower-case Latin letters that Unicode does not decompose, with what people type for them.
fn undecomposable(c: char) -> Option<&'static str> {
    Some(match c {
        'ł' | 'ƚ' => "l",
        'đ' | 'ð' | 'ɖ' => "d",
        'ø' => "o",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ħ' => "h",
        'ŧ' => "t",
        'ŋ' => "n",
        'ĸ' => "k",
        'ı' => "i",
        _ => return None,
    })
}

/// Marks set on Latin, Greek and Cyrillic letters. Vowel signs of other scripts are no diacritics: words differ by them.
fn is_diacritic(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// The folded words of a text, each once, in order of appearance; each cut at 40 characters.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut out: Vec<String> = Vec::new();
    for word in split_words(&folded) {
        if !out.iter().any(|known| known == word) {
            out.push(word.to_owned());
        }
    }
    out
}

/// The words of a text that is folded already, as often as they stand there; each cut at 40 characters.
pub(super) fn split_words(folded: &str) -> impl Iterator<Item = &str> {
    folded
        .split(|c: char| !is_word_char(c))
        .filter(|word| !word.is_empty())
        .map(|word| match word.char_indices().nth(WORD_MAX) {
            Some((end, _)) => &word[..end],
            None => word,
        })
}

fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

/// The decimal digits of a text as ASCII; full-width ones included.
pub fn digits(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(char::is_ascii_digit).collect();
    }
    text.nfkc().filter(char::is_ascii_digit).collect()
}

/// Bytes whose order is that of a Polish dictionary (PN-N-01226 in spirit): spaces and punctuation, digits, letters with
/// ą after a, ź and ż after z, then other scripts by code point. Case, quotation marks and foreign diacritics don't count,
/// so equal keys do not mean equal texts. At most [`KEY_MAX`] bytes, none of them zero.
pub fn collation_key(text: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(KEY_MAX);
    if text.is_ascii() {
        key.extend(
            text.bytes()
                .map(|b| ASCII_WEIGHT[b as usize])
                .filter(|&w| w != 0)
                .take(KEY_MAX),
        );
    } else if is_nfc(text) {
        fill_key(&mut key, text.chars());
    } else {
        fill_key(&mut key, text.nfc());
    }
    key
}

fn fill_key(key: &mut Vec<u8>, chars: impl Iterator<Item = char>) {
    for c in chars {
        if key.len() >= KEY_MAX || !push_weight(key, c) {
            return;
        }
    }
}

/// Adds the weight of one character, whole or not at all; false when the key is full.
fn push_weight(key: &mut Vec<u8>, c: char) -> bool {
    if c.is_ascii() {
        return push_bytes(key, &[ASCII_WEIGHT[c as usize]]);
    }
    if let Some(weight) = polish_weight(c) {
        return push_bytes(key, &[weight]);
    }
    if c.is_whitespace() {
        return push_bytes(key, &[SPACE]);
    }
    match c {
        '‘'..='‟' | '«' | '»' | '‹' | '›' => return true,
        '‐'..='―' | '−' => return push_bytes(key, &[ASCII_WEIGHT[b'-' as usize]]),
        c if is_dropped(c) || is_diacritic(c) => return true,
        _ => {}
    }
    let mut fits = true;
    for lower in c.to_lowercase() {
        decompose_canonical(lower, |part| {
            if !fits || is_diacritic(part) {
                return;
            }
            fits = if part.is_ascii() {
                push_bytes(key, &[ASCII_WEIGHT[part as usize]])
            } else if let Some(base) = undecomposable(part) {
                base.bytes()
                    .all(|b| push_bytes(key, &[ASCII_WEIGHT[b as usize]]))
            } else if part.is_alphanumeric() || unicode_normalization::char::is_combining_mark(part)
            {
                // UTF-8 keeps code point order, and its first byte is above every Latin weight.
                push_bytes(key, part.encode_utf8(&mut [0; 4]).as_bytes())
            } else {
                push_bytes(key, &[SYMBOL])
            };
        });
    }
    fits
}

fn push_bytes(key: &mut Vec<u8>, weight: &[u8]) -> bool {
    if weight == [0] {
        return true;
    }
    if key.len() + weight.len() > KEY_MAX {
        return false;
    }
    key.extend_from_slice(weight);
    true
}

const SPACE: u8 = 0x02;
const SYMBOL: u8 = 0x25;
const DIGIT_0: u8 = 0x30;
const LETTER_A: u8 = 0x40;
/// Room for the Polish letters that follow a base letter: ź and ż follow z.
const LETTER_STEP: u8 = 3;

/// Weights of ASCII characters; zero for those that do not count.
const ASCII_WEIGHT: [u8; 128] = {
    let mut weights = [0; 128];
    let mut punctuation = SPACE;
    let mut b = b'\t';
    while b < 127 {
        weights[b as usize] = match b {
            b'\t' | b'\n' | b'\r' | b' ' => SPACE,
            b'"' | b'\'' | b'`' | 0..32 => 0,
            b'0'..=b'9' => DIGIT_0 + (b - b'0'),
            b'A'..=b'Z' => LETTER_A + (b - b'A') * LETTER_STEP,
            b'a'..=b'z' => LETTER_A + (b - b'a') * LETTER_STEP,
            _ => {
                punctuation += 1;
                punctuation
            }
        };
        b += 1;
    }
    weights
};

fn polish_weight(c: char) -> Option<u8> {
    let (base, after) = match c {
        'ą' | 'Ą' => (b'a', 1),
        'ć' | 'Ć' => (b'c', 1),
        'ę' | 'Ę' => (b'e', 1),
        'ł' | 'Ł' => (b'l', 1),
        'ń' | 'Ń' => (b'n', 1),
        'ó' | 'Ó' => (b'o', 1),
        'ś' | 'Ś' => (b's', 1),
        'ź' | 'Ź' => (b'z', 1),
        'ż' | 'Ż' => (b'z', 2),
        _ => return None,
    };
    Some(ASCII_WEIGHT[base as usize] + after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cleans_lines_and_controls() {
        assert_eq!(nfc_clean("  a\r\nb\rc\u{0}\u{7}\td \n"), "a\nb\nc\td");
        assert_eq!(nfc_clean("Zaz\u{307}o\u{301}łc\u{301}"), "Zażółć");
        assert_eq!(nfc_clean("\u{feff}ab\u{202e}c\u{2028}d"), "abc\nd");
        assert_eq!(nfc_clean("\u{feff} x \u{200b}"), "x");
        assert_eq!(one_line(" Jan\u{a0} \t\n Kowalski "), "Jan Kowalski");
        assert_eq!(one_line("Jan Kowalski"), "Jan Kowalski");
    }

    #[test]
    fn folds_letters() {
        assert_eq!(fold("ZAŻÓŁĆ GĘŚLĄ JAŹŃ"), "zazolc gesla jazn");
        assert_eq!(
            fold("Đorđe Ørsted Straße ẞ Ærø œuvre İstanbul ı"),
            "dorde orsted strasse ss aero oeuvre istanbul i"
        );
        assert_eq!(fold("ﬁrma Ⅳ ５"), "firma iv 5");
        assert_eq!(fold("Київ Ελλάδα 東京"), "киів ελλαδα 東京");
    }

    #[test]
    fn splits_words() {
        assert_eq!(
            words("Łódź, łódź — „Ala-Ma” 24/7 o.o."),
            ["lodz", "ala", "ma", "24", "7", "o"]
        );
        assert_eq!(words(&"ą".repeat(90)), ["a".repeat(40)]);
        assert_eq!(words("ガラス हिन्दी"), [fold("ガラス"), "हिन्दी".to_owned()]);
        assert!(words(" .,- ").is_empty());
        assert_eq!(digits("NIP 526-104 ０８"), "52610408");
    }

    #[test]
    fn sorts_as_a_polish_dictionary() {
        let sorted = [
            "",
            "- Ala",
            "1 Maja",
            "2 Maja",
            "Ala",
            "Ala Ma",
            "Alab",
            "Azja",
            "Ąb",
            "Bank",
            "Cyna",
            "Ćma",
            "Dom",
            "Ewa",
            "Ęwa",
            "Las",
            "Luz",
            "Łan",
            "Mur",
            "Nuta",
            "Ńuta",
            "Oko",
            "Ósmy",
            "Pa",
            "Suma",
            "Śnieg",
            "Zz",
            "Źle",
            "Żaba",
            "Ελλάδα",
            "Київ",
            "東京",
        ];
        for pair in sorted.windows(2) {
            assert!(
                collation_key(pair[0]) < collation_key(pair[1]),
                "{} < {}",
                pair[0],
                pair[1]
            );
        }
        assert_eq!(collation_key("MÜLLER"), collation_key("muller"));
        assert_eq!(collation_key("ŻÓŁĆ"), collation_key("z\u{307}ółc\u{301}"));
        assert_eq!(collation_key("„Dom” „A’B\""), collation_key("dom ab"));
        assert_eq!(collation_key("Stra\u{df}e"), collation_key("strasse"));
        assert!(collation_key("łąka b") < collation_key("łąkab"));
    }

    proptest! {
        #[test]
        fn keys_are_short_without_zero_and_ignore_case(text in "\\PC{0,80}|[a-zA-ZąćęłńóśźżĄĆĘŁŃÓŚŹŻ .\\x00-]{0,90}") {
            let key = collation_key(&text);
            prop_assert!(key.len() <= KEY_MAX && key.capacity() == KEY_MAX);
            prop_assert!(!key.contains(&0));
        }

        #[test]
        fn polish_keys_ignore_case(text in "[a-zA-Z0-9ąćęłńóśźżĄĆĘŁŃÓŚŹŻ .-]{0,60}") {
            prop_assert_eq!(collation_key(&text), collation_key(&text.to_uppercase()));
        }

        #[test]
        fn cleaning_and_folding_are_stable(text in "\\PC{0,40}|[\\x00-\\x20a-zż\u{307}\u{301}\u{200b}]{0,40}") {
            let clean = nfc_clean(&text);
            prop_assert_eq!(&nfc_clean(&clean), &clean);
            let line = one_line(&text);
            prop_assert_eq!(&one_line(&line), &line);
            let folded = fold(&text);
            prop_assert_eq!(fold(&folded), folded);
        }
    }
}
