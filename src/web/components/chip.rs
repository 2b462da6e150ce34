//! Small marks: states, tags, people.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// The meaning a colour stands for; words always stand beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    Good,
    Attention,
    /// Something does not work.
    Bad,
    #[default]
    Neutral,
}

impl Tone {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Bad => "bad",
            Self::Neutral => "neutral",
        }
    }
}

/// A state as a dot and a word, for table rows.
pub(crate) fn status_dot(tone: Tone, label: &str) -> Markup {
    html! { span class={ "status " (tone.class()) } { (label) } }
}

/// A state as a filled chip with a dot, for headers.
pub(crate) fn status_chip(tone: Tone, label: &str) -> Markup {
    html! { span class={ "chip dotted " (tone.class()) } { (label) } }
}

/// A word on a tint.
pub(crate) fn chip(tone: Tone, sign: Option<Icon>, label: &str) -> Markup {
    html! { span class={ "chip " (tone.class()) } { @if let Some(sign) = sign { (icon(sign)) } (label) } }
}

/// Tags as small plates; past `limit` the rest is counted, and named when hovered over.
pub(crate) fn tags<S: AsRef<str>>(tags: &[S], limit: usize) -> Markup {
    let (shown, rest) = tags.split_at(limit.min(tags.len()));
    html! {
        span class="tags" {
            @for tag in shown { span class="tag" dir="auto" { (tag.as_ref()) } }
            @if !rest.is_empty() {
                span class="tag more" title=(rest.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")) { "+" (rest.len()) }
            }
        }
    }
}

/// A person's initials on one of eight colours that stays the same for the same name.
pub(crate) fn avatar(name: &str) -> Markup {
    html! { span class={ "avatar hue-" (hue(name)) } aria-hidden="true" { (initials(name)) } }
}

/// A person: initials and name.
pub(crate) fn person(name: &str) -> Markup {
    html! { span class="person" { (avatar(name)) span class="person-name" dir="auto" { (name) } } }
}

/// The first letters of the first and the last word, in capitals.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name
        .split_whitespace()
        .filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first
        .into_iter()
        .chain(last)
        .flat_map(char::to_uppercase)
        .collect()
}

/// FNV-1a, folded to eight classes: stable across runs and builds, unlike the standard library's hasher.
fn hue(name: &str) -> u32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    });
    (hash >> 13) % 8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_of_names() {
        assert_eq!(initials("Anna Kowal"), "AK");
        assert_eq!(initials("łukasz"), "Ł");
        assert_eq!(initials("Jan Maria Rokita-Nowak"), "JR");
        assert_eq!(initials("  "), "");
        assert_eq!(initials("(dr) Ewa"), "DE");
    }

    #[test]
    fn tags_past_the_limit_are_counted() {
        let markup = tags(&["a", "b", "c"], 1).into_string();
        assert!(markup.contains("+2") && markup.contains(r#"title="b, c""#));
    }
}
