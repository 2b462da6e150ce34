//! Script, style and icon, embedded in the binary and served under names that hold a hash of the content, so that a
//! browser may keep them for ever and never shows an old one after an update.

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
        .map(|entry| entry.asset)
}

struct Served {
    name: &'static str,
    path: String,
    asset: Asset,
}

const EMBEDDED: [(&str, Asset); 3] = [
    (
        "app.css",
        Asset {
            bytes: include_bytes!("../../assets/app.css"),
            content_type: "text/css; charset=utf-8",
        },
    ),
    (
        "app.js",
        Asset {
            bytes: include_bytes!("../../assets/app.js"),
            content_type: "text/javascript; charset=utf-8",
        },
    ),
    (
        "icon.svg",
        Asset {
            bytes: include_bytes!("../../assets/icon.svg"),
            content_type: "image/svg+xml",
        },
    ),
];

fn served() -> &'static [Served] {
    static SERVED: OnceLock<Vec<Served>> = OnceLock::new();
    SERVED.get_or_init(|| {
        EMBEDDED
            .into_iter()
            .map(|(name, asset)| {
                let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
                Served {
                    name,
                    path: format!("/assets/{stem}.{}.{ending}", fingerprint(asset.bytes)),
                    asset,
                }
            })
            .collect()
    })
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
        assert!(weight < 40_000, "script and style weigh {weight} bytes");
    }

    #[test]
    fn the_style_needs_nothing_the_content_security_policy_forbids() {
        let script = String::from_utf8_lossy(find(&asset_url("app.js")).expect("embedded").bytes);
        for forbidden in ["eval(", "new Function", "document.write", ".style.cssText"] {
            assert!(!script.contains(forbidden), "app.js uses {forbidden}");
        }
    }
}
