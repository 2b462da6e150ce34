//! Script, style and icon, embedded in the binary and served under names that hold a hash of the content, so that a
//! browser may keep them for ever and never shows an old one after an update.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

use sha2::{Digest as _, Sha256};

/// An embedded file as it goes over the wire.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asset {
    pub(crate) bytes: &'static [u8],
    pub(crate) content_type: &'static str,
}

/// For the answer with an asset: the address changes whenever the content does.
pub(crate) const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

/// The address of an asset by its plain name: `asset_url("app.css")` is `/assets/app.0123456789abcdef.css`.
/// A name that is not embedded gives `/assets/NAME`, which no route serves.
pub(crate) fn asset_url(name: &str) -> String {
    served()
        .iter()
        .find(|entry| entry.name == name)
        .map_or_else(|| format!("/assets/{name}"), |entry| entry.path.clone())
}

/// The asset at a request path (`/assets/NAME.HASH.ext`).
pub(crate) fn find(path: &str) -> Option<Asset> {
    served()
        .iter()
        .find(|entry| entry.path == path)
        .map(|entry| Asset {
            bytes: &entry.bytes,
            content_type: entry.content_type,
        })
}

struct Served {
    name: &'static str,
    path: String,
    bytes: Vec<u8>,
    content_type: &'static str,
}

const EMBEDDED: [(&str, &str, &str); 8] = [
    (
        "app.css",
        include_str!("../../assets/app.css"),
        "text/css; charset=utf-8",
    ),
    (
        "more.css",
        include_str!("../../assets/more.css"),
        "text/css; charset=utf-8",
    ),
    (
        "app.js",
        include_str!("../../assets/app.js"),
        "text/javascript; charset=utf-8",
    ),
    // Fetched only when they are asked for.
    (
        "palette.js",
        include_str!("../../assets/palette.js"),
        "text/javascript; charset=utf-8",
    ),
    (
        "palette.css",
        include_str!("../../assets/palette.css"),
        "text/css; charset=utf-8",
    ),
    (
        "seldom.js",
        include_str!("../../assets/seldom.js"),
        "text/javascript; charset=utf-8",
    ),
    (
        "passkey.js",
        include_str!("../../assets/passkey.js"),
        "text/javascript; charset=utf-8",
    ),
    (
        "icon.svg",
        include_str!("../../assets/icon.svg"),
        "image/svg+xml",
    ),
];

fn served() -> &'static [Served] {
    static SERVED: OnceLock<Vec<Served>> = OnceLock::new();
    SERVED.get_or_init(|| {
        EMBEDDED
            .into_iter()
            .map(|(name, source, content_type)| {
                let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
                let text = match ending {
                    "css" => squeezed_style(source),
                    "js" => squeezed_script(source),
                    _ => source.to_owned(),
                };
                let path = format!("/assets/{stem}.{}.{ending}", fingerprint(text.as_bytes()));
                Served {
                    name,
                    path,
                    bytes: text.into_bytes(),
                    content_type,
                }
            })
            .collect()
    })
}

/// The script without indentation, lines that are comments, and blanks beside signs; lines stay lines, so a fault in the
/// browser still points somewhere. The script holds no text that spans lines, or in which such blanks matter.
fn squeezed_script(source: &str) -> String {
    let lines = source
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with("//"));
    let text = lines.flat_map(|line| [line, "\n"]).collect();
    replaced(
        text,
        &[
            (" = ", "="),
            (" => ", "=>"),
            (" === ", "==="),
            (" && ", "&&"),
            (" || ", "||"),
            (", ", ","),
            (" {", "{"),
            (" : ", ":"),
            (": ", ":"),
            ("if (", "if("),
            (" ? ", "?"),
            (" !== ", "!=="),
            ("for (", "for("),
            (" + ", "+"),
            ("} else", "}else"),
            ("{ ", "{"),
            (" }", "}"),
            (";\n}", "\n}"),
        ],
    )
}

/// The style without comments and the blanks after punctuation. It holds no quoted text with such punctuation in it.
fn squeezed_style(source: &str) -> String {
    let mut rest = source;
    let mut text = String::with_capacity(source.len());
    while let Some((before, after)) = rest.split_once("/*") {
        text.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    let lines: String = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .flat_map(|line| [line, "\n"])
        .collect();
    let blanks = [
        ("{ ", "{"),
        (" {", "{"),
        ("; ", ";"),
        (";\n", ";"),
        (", ", ","),
        (": ", ":"),
        (" }", "}"),
        (";}", "}"),
        ("{\n", "{"),
        ("}\n", "}"),
        (" > ", ">"),
        ("@media (", "@media("),
        (" !important", "!important"),
        ("li + li", "li+li"),
    ];
    with_short_names(replaced(lines, &blanks))
}

/// Our custom properties under names of a letter or two: they stand in every other rule.
fn with_short_names(style: String) -> String {
    let is_name = |letter: char| letter.is_ascii_lowercase() || letter == '-';
    // All are declared in one file, so every file gives them the same short names.
    let names: BTreeSet<String> = include_str!("../../assets/app.css")
        .split("--")
        .skip(1)
        .map(|rest| rest.chars().take_while(|letter| is_name(*letter)).collect())
        .collect();
    let mut names: Vec<(usize, String)> = names.into_iter().enumerate().collect();
    // A name may begin another, which then has to go first.
    names.sort_by_key(|(_, name)| std::cmp::Reverse(name.len()));
    names.into_iter().fold(style, |style, (number, name)| {
        let letter = char::from(b'a' + (number % 26) as u8);
        let more = "_".repeat(number / 26);
        style.replace(&format!("--{name}"), &format!("--{letter}{more}"))
    })
}

fn replaced(text: String, pairs: &[(&str, &str)]) -> String {
    pairs
        .iter()
        .fold(text, |text, (long, short)| text.replace(long, short))
}

/// The first 64 bits of SHA-256, enough to tell versions of one file apart.
fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .take(8)
        .fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_under_its_address_and_under_no_other() {
        let address = asset_url("app.css");
        let found = find(&address).expect("the style is served");
        assert!(found.content_type.starts_with("text/css"));
        assert!(find("/assets/app.css").is_none());
        assert!(find("/assets/app.0000000000000000.css").is_none());
    }

    #[test]
    fn script_and_style_together_stay_under_40_kilobytes() {
        let weight: usize = ["app.css", "app.js"]
            .iter()
            .map(|name| find(&asset_url(name)).expect("embedded").bytes.len())
            .sum();
        let more = find(&asset_url("more.css")).expect("embedded").bytes.len();
        assert!(
            weight + more < 40_000,
            "script and style weigh {weight} bytes, and {more} on some pages"
        );
    }

    #[test]
    fn the_style_needs_nothing_the_content_security_policy_forbids() {
        for name in ["app.js", "palette.js", "passkey.js", "seldom.js"] {
            let script = String::from_utf8_lossy(find(&asset_url(name)).expect("embedded").bytes);
            for forbidden in ["eval(", "new Function", "document.write", ".style.cssText"] {
                assert!(!script.contains(forbidden), "{name} uses {forbidden}");
            }
        }
    }
}
