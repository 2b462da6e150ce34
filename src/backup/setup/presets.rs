//! Services that keep data in the European Economic Area, by the place it lies in: what people choose in place of an
//! address.

/// A service in one of its places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Preset {
    /// Service and town, as people know them.
    pub(crate) name: &'static str,
    /// The country, by its code in ISO 3166.
    pub(crate) country: &'static str,
    /// Empty for AWS itself.
    pub(crate) endpoint: &'static str,
    /// What requests are signed for.
    pub(crate) region: &'static str,
}

const fn of(
    name: &'static str,
    country: &'static str,
    endpoint: &'static str,
    region: &'static str,
) -> Preset {
    Preset {
        name,
        country,
        endpoint,
        region,
    }
}

/// From the services' own lists, November 2026.
pub(crate) const PRESETS: [Preset; 16] = [
    of("AWS Frankfurt", "DE", "", "eu-central-1"),
    of("AWS Ireland", "IE", "", "eu-west-1"),
    of("AWS Paris", "FR", "", "eu-west-3"),
    of("AWS Stockholm", "SE", "", "eu-north-1"),
    of("AWS Milano", "IT", "", "eu-south-1"),
    of(
        "OVHcloud Warszawa",
        "PL",
        "https://s3.waw.io.cloud.ovh.net",
        "waw",
    ),
    of(
        "OVHcloud Gravelines",
        "FR",
        "https://s3.gra.io.cloud.ovh.net",
        "gra",
    ),
    of(
        "OVHcloud Frankfurt",
        "DE",
        "https://s3.de.io.cloud.ovh.net",
        "de",
    ),
    of(
        "Scaleway Warszawa",
        "PL",
        "https://s3.pl-waw.scw.cloud",
        "pl-waw",
    ),
    of(
        "Scaleway Paris",
        "FR",
        "https://s3.fr-par.scw.cloud",
        "fr-par",
    ),
    of(
        "Scaleway Amsterdam",
        "NL",
        "https://s3.nl-ams.scw.cloud",
        "nl-ams",
    ),
    of(
        "Hetzner Falkenstein",
        "DE",
        "https://fsn1.your-objectstorage.com",
        "fsn1",
    ),
    of(
        "Hetzner Nürnberg",
        "DE",
        "https://nbg1.your-objectstorage.com",
        "nbg1",
    ),
    of(
        "Hetzner Helsinki",
        "FI",
        "https://hel1.your-objectstorage.com",
        "hel1",
    ),
    of(
        "Exoscale Wien",
        "AT",
        "https://sos-at-vie-1.exo.io",
        "at-vie-1",
    ),
    of(
        "Backblaze Amsterdam",
        "NL",
        "https://s3.eu-central-003.backblazeb2.com",
        "eu-central-003",
    ),
];

impl Preset {
    /// The word for it in forms.
    pub(crate) fn id(self) -> String {
        self.name.to_lowercase().replace(' ', "-")
    }

    /// The one a form names.
    pub(crate) fn by_id(id: &str) -> Option<Self> {
        PRESETS.into_iter().find(|preset| preset.id() == id)
    }

    /// The one with this address and region.
    pub(crate) fn at(endpoint: &str, region: &str) -> Option<Self> {
        let is_it = |preset: &Preset| preset.endpoint == endpoint && preset.region == region;
        PRESETS.into_iter().find(is_it)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backup::Eea;

    #[test]
    fn all_of_them_lie_where_they_say() {
        for preset in PRESETS {
            let endpoint = Some(preset.endpoint).filter(|endpoint| !endpoint.is_empty());
            let lies = Eea::of(endpoint, preset.region);
            assert_eq!(lies, Eea::Inside(preset.country), "{}", preset.name);
            assert_eq!(Preset::by_id(&preset.id()), Some(preset));
            assert_eq!(Preset::at(preset.endpoint, preset.region), Some(preset));
        }
    }
}
