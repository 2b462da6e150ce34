//! Countries by ISO 3166-1.

use super::fold::{fold, one_line};

/// A country by its ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Country([u8; 2]);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CountryError {
    #[error("no country given")]
    Empty,
    #[error("no known country")]
    Unknown,
}

impl CountryError {
    /// Key of the text shown to people.
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "error-country-empty",
            Self::Unknown => "error-country-unknown",
        }
    }
}

impl Country {
    pub const POLAND: Self = Self(*b"PL");

    /// From a code, or from a Polish or English name in any case, with or without diacritics. A text that is no country
    /// known here is an error; whoever asks may keep the text.
    pub fn parse(text: &str) -> Result<Self, CountryError> {
        let wanted = fold(&one_line(text));
        if wanted.is_empty() {
            return Err(CountryError::Empty);
        }
        let code = match wanted.as_str() {
            "uk" => Some("GB"),
            other if other.len() == 2 => CODES
                .split(' ')
                .find(|code| code.eq_ignore_ascii_case(other)),
            other => NAMES
                .iter()
                .find(|(_, names)| names.split('|').any(|name| fold(name) == other))
                .map(|(code, _)| *code),
        };
        code.and_then(|code| <[u8; 2]>::try_from(code.as_bytes()).ok())
            .map(Self)
            .ok_or(CountryError::Unknown)
    }

    /// The two capital letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The name in Polish or English; the code where no name is kept here.
    pub fn name(&self, lang_is_polish: bool) -> &str {
        NAMES
            .iter()
            .find(|(code, _)| *code == self.code())
            .and_then(|(_, names)| names.split('|').nth(usize::from(!lang_is_polish)))
            .unwrap_or(self.code())
    }
}

/// All assigned alpha-2 codes.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ \
    CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE \
    GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP \
    KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF \
    NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN \
    SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA \
    ZM ZW";

/// Code, then the Polish name, the English name and other writings met in files.
const NAMES: &[(&str, &str)] = &[
    (
        "AE",
        "Zjednoczone Emiraty Arabskie|United Arab Emirates|ZEA|UAE",
    ),
    ("AL", "Albania|Albania"),
    ("AM", "Armenia|Armenia"),
    ("AR", "Argentyna|Argentina"),
    ("AT", "Austria|Austria|Österreich"),
    ("AU", "Australia|Australia"),
    ("AZ", "Azerbejdżan|Azerbaijan"),
    ("BA", "Bośnia i Hercegowina|Bosnia and Herzegovina"),
    ("BE", "Belgia|Belgium|Belgique|België"),
    ("BG", "Bułgaria|Bulgaria"),
    ("BR", "Brazylia|Brazil|Brasil"),
    ("BY", "Białoruś|Belarus"),
    ("CA", "Kanada|Canada"),
    ("CH", "Szwajcaria|Switzerland|Schweiz|Suisse"),
    ("CL", "Chile|Chile"),
    ("CN", "Chiny|China"),
    ("CO", "Kolumbia|Colombia"),
    ("CY", "Cypr|Cyprus"),
    ("CZ", "Czechy|Czechia|Czech Republic|Republika Czeska|Česko"),
    ("DE", "Niemcy|Germany|Deutschland"),
    ("DK", "Dania|Denmark|Danmark"),
    ("EE", "Estonia|Estonia"),
    ("EG", "Egipt|Egypt"),
    ("ES", "Hiszpania|Spain|España"),
    ("FI", "Finlandia|Finland|Suomi"),
    ("FR", "Francja|France"),
    (
        "GB",
        "Wielka Brytania|United Kingdom|Great Britain|Zjednoczone Królestwo|England|Anglia",
    ),
    ("GE", "Gruzja|Georgia"),
    ("GR", "Grecja|Greece"),
    ("HK", "Hongkong|Hong Kong"),
    ("HR", "Chorwacja|Croatia"),
    ("HU", "Węgry|Hungary"),
    ("ID", "Indonezja|Indonesia"),
    ("IE", "Irlandia|Ireland"),
    ("IL", "Izrael|Israel"),
    ("IN", "Indie|India"),
    ("IS", "Islandia|Iceland"),
    ("IT", "Włochy|Italy|Italia"),
    ("JP", "Japonia|Japan"),
    ("KR", "Korea Południowa|South Korea|Korea"),
    ("KZ", "Kazachstan|Kazakhstan"),
    ("LI", "Liechtenstein|Liechtenstein"),
    ("LT", "Litwa|Lithuania"),
    ("LU", "Luksemburg|Luxembourg"),
    ("LV", "Łotwa|Latvia"),
    ("MA", "Maroko|Morocco"),
    ("MC", "Monako|Monaco"),
    ("MD", "Mołdawia|Moldova"),
    ("ME", "Czarnogóra|Montenegro"),
    ("MK", "Macedonia Północna|North Macedonia"),
    ("MT", "Malta|Malta"),
    ("MX", "Meksyk|Mexico|México"),
    ("MY", "Malezja|Malaysia"),
    (
        "NL",
        "Holandia|Netherlands|Niderlandy|The Netherlands|Holland|Nederland",
    ),
    ("NO", "Norwegia|Norway|Norge"),
    ("NZ", "Nowa Zelandia|New Zealand"),
    ("PL", "Polska|Poland|Rzeczpospolita Polska|Polen"),
    ("PT", "Portugalia|Portugal"),
    ("RO", "Rumunia|Romania"),
    ("RS", "Serbia|Serbia"),
    ("RU", "Rosja|Russia|Russian Federation"),
    ("SA", "Arabia Saudyjska|Saudi Arabia"),
    ("SE", "Szwecja|Sweden|Sverige"),
    ("SG", "Singapur|Singapore"),
    ("SI", "Słowenia|Slovenia"),
    ("SK", "Słowacja|Slovakia"),
    ("TH", "Tajlandia|Thailand"),
    ("TN", "Tunezja|Tunisia"),
    ("TR", "Turcja|Turkey|Türkiye"),
    ("TW", "Tajwan|Taiwan"),
    ("UA", "Ukraina|Ukraine"),
    (
        "US",
        "Stany Zjednoczone|United States|USA|U.S.A.|United States of America",
    ),
    ("VE", "Wenezuela|Venezuela"),
    ("VN", "Wietnam|Vietnam"),
    ("ZA", "Republika Południowej Afryki|South Africa|RPA"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_codes_and_names() {
        for (text, code) in [
            ("PL", "PL"),
            ("pl", "PL"),
            (" Polska ", "PL"),
            ("POLAND", "PL"),
            ("niemcy", "DE"),
            ("Germany", "DE"),
            ("Mexico", "MX"),
            ("WLOCHY", "IT"),
            ("UK", "GB"),
            ("USA", "US"),
            ("zw", "ZW"),
        ] {
            assert_eq!(Country::parse(text).expect(text).code(), code);
        }
        assert_eq!(Country::parse("Polska").expect("known"), Country::POLAND);
        assert_eq!(Country::parse("  "), Err(CountryError::Empty));
        assert_eq!(Country::parse("XX"), Err(CountryError::Unknown));
        assert_eq!(Country::parse("Atlantyda"), Err(CountryError::Unknown));
    }

    #[test]
    fn names_in_both_languages() {
        let germany = Country::parse("DE").expect("known");
        assert_eq!(
            (germany.name(true), germany.name(false)),
            ("Niemcy", "Germany")
        );
        assert_eq!(Country::parse("ZW").expect("code").name(true), "ZW");
        for (code, names) in NAMES {
            assert!(CODES.split(' ').any(|known| known == *code), "{code}");
            for name in names.split('|') {
                assert_eq!(Country::parse(name).expect(name).code(), *code);
            }
        }
        assert_eq!(CODES.split(' ').count(), 249);
    }
}
