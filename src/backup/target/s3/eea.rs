//! Whether a bucket lies in the European Economic Area, told from its address.

/// Where data lies, as far as an address tells. What lies outside the EEA asks for more under the GDPR (chapter V).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Eea {
    /// In a country of the EEA, by its code in ISO 3166; "EU" where only that is known.
    Inside(&'static str),
    /// In a country that is not of the EEA; the United Kingdom and Switzerland among them.
    Outside,
    /// The address does not tell.
    Unknown,
}

/// A service: what its hosts end with, whether all that is not listed lies outside, and the regions inside.
type Service = (&'static str, bool, &'static [(&'static str, &'static str)]);

/// From the services' own lists of regions, November 2026.
const SERVICES: &[Service] = &[
    (
        "amazonaws.com",
        true,
        &[
            ("eu-central-1", "DE"),
            ("eu-west-1", "IE"),
            ("eu-west-3", "FR"),
            ("eu-north-1", "SE"),
            ("eu-south-1", "IT"),
            ("eu-south-2", "ES"),
        ],
    ),
    ("amazonaws.eu", false, &[("eusc-de-east-1", "DE")]),
    (
        "cloud.ovh.net",
        true,
        &[
            ("gra", "FR"),
            ("rbx", "FR"),
            ("sbg", "FR"),
            ("eu-west-par", "FR"),
            ("de", "DE"),
            ("waw", "PL"),
            ("eu-south-mil", "IT"),
        ],
    ),
    ("cloud.ovh.us", true, &[]),
    (
        "scw.cloud",
        false,
        &[
            ("fr-par", "FR"),
            ("nl-ams", "NL"),
            ("pl-waw", "PL"),
            ("it-mil", "IT"),
        ],
    ),
    (
        "your-objectstorage.com",
        false,
        &[("fsn1", "DE"), ("nbg1", "DE"), ("hel1", "FI")],
    ),
    (
        "exo.io",
        true,
        &[
            ("sos-de-fra-1", "DE"),
            ("sos-de-muc-1", "DE"),
            ("sos-at-vie-1", "AT"),
            ("sos-at-vie-2", "AT"),
            ("sos-bg-sof-1", "BG"),
            ("sos-hr-zag-1", "HR"),
        ],
    ),
    (
        "wasabisys.com",
        true,
        &[
            ("eu-central-1", "NL"),
            ("eu-central-2", "DE"),
            ("eu-west-2", "FR"),
            ("eu-south-1", "IT"),
        ],
    ),
    ("backblazeb2.com", true, &[("eu-central-003", "NL")]),
    ("r2.cloudflarestorage.com", false, &[("eu", "EU")]),
    (
        "digitaloceanspaces.com",
        true,
        &[("fra1", "DE"), ("ams3", "NL")],
    ),
];

impl Eea {
    /// Judges an endpoint, or AWS itself in a region where there is none.
    pub(crate) fn of(endpoint: Option<&str>, region: &str) -> Self {
        let aws = format!("s3.{region}.amazonaws.com");
        let host = match endpoint {
            Some(endpoint) => host(endpoint),
            None => aws,
        };
        let known = SERVICES.iter().find_map(|(ending, rest, inside)| {
            let before = host.strip_suffix(ending)?.strip_suffix('.')?;
            Some((before, *rest, *inside))
        });
        let Some((before, rest_outside, inside)) = known else {
            return Self::Unknown;
        };
        let listed = inside
            .iter()
            .find(|(region, _)| before.split('.').any(|label| label == *region));
        match listed {
            Some((_, country)) => Self::Inside(country),
            None if rest_outside => Self::Outside,
            None => Self::Unknown,
        }
    }
}

/// The host of an address, in small letters.
fn host(address: &str) -> String {
    let uri = address.parse::<axum::http::Uri>().ok();
    uri.and_then(|uri| uri.host().map(str::to_lowercase))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_aws_are_told_apart() {
        for (region, expected) in [
            ("eu-central-1", Eea::Inside("DE")),
            ("eu-west-1", Eea::Inside("IE")),
            ("eu-west-3", Eea::Inside("FR")),
            ("eu-north-1", Eea::Inside("SE")),
            ("eu-south-1", Eea::Inside("IT")),
            ("eu-south-2", Eea::Inside("ES")),
            ("eu-west-2", Eea::Outside),
            ("eu-central-2", Eea::Outside),
            ("us-east-1", Eea::Outside),
        ] {
            assert_eq!(Eea::of(None, region), expected, "{region}");
            let endpoint = format!("https://s3.{region}.amazonaws.com");
            assert_eq!(Eea::of(Some(&endpoint), "x"), expected, "{endpoint}");
        }
    }

    #[test]
    fn other_services_are_known_by_their_hosts() {
        for (endpoint, expected) in [
            ("https://s3.waw.io.cloud.ovh.net", Eea::Inside("PL")),
            ("https://s3.bhs.io.cloud.ovh.net", Eea::Outside),
            ("https://s3.pl-waw.scw.cloud", Eea::Inside("PL")),
            ("https://FSN1.your-objectstorage.com:443", Eea::Inside("DE")),
            ("https://sos-ch-gva-2.exo.io", Eea::Outside),
            ("https://sos-at-vie-1.exo.io", Eea::Inside("AT")),
            ("https://s3.eu-west-1.wasabisys.com", Eea::Outside),
            ("https://s3.eu-central-2.wasabisys.com", Eea::Inside("DE")),
            ("https://s3.wasabisys.com", Eea::Outside),
            (
                "https://s3.eu-central-003.backblazeb2.com",
                Eea::Inside("NL"),
            ),
            ("https://s3.us-west-004.backblazeb2.com", Eea::Outside),
            ("https://abc.eu.r2.cloudflarestorage.com", Eea::Inside("EU")),
            ("https://abc.r2.cloudflarestorage.com", Eea::Unknown),
            ("https://127.0.0.1:9000", Eea::Unknown),
            ("https://minio.firma.pl", Eea::Unknown),
            ("https://eu-central-1.amazonaws.com.evil.test", Eea::Unknown),
            ("https://evilamazonaws.com", Eea::Unknown),
        ] {
            assert_eq!(
                Eea::of(Some(endpoint), "eu-central-1"),
                expected,
                "{endpoint}"
            );
        }
    }
}
