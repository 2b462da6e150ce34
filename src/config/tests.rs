use super::*;

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("kartoteka.toml"), &|name| {
        (name == "HOST").then(|| "crm.firma.pl".to_owned())
    })
}

fn refusal(text: &str) -> String {
    parse(text)
        .expect_err("the configuration should be refused")
        .to_string()
}

#[test]
fn every_default_is_usable() {
    let config = parse("").unwrap();
    assert_eq!(config.listens(), ["127.0.0.1:8080".parse().unwrap()]);
    assert_eq!(config.public_url, None);
    assert!(config.trusted_proxies.is_empty());
    assert_eq!(config.language, Lang::Pl);
    assert_eq!(config.time_zone.iana_name(), Some("Europe/Warsaw"));
    assert_eq!(config.currency, "PLN");
    assert_eq!(
        (config.limits.upload_mb, config.limits.requests_per_minute),
        (50, 600)
    );
}

#[test]
fn the_sample_of_the_package_is_right_as_it_is_and_with_its_examples() {
    let sample = include_str!("../../packaging/debian/kartoteka.toml");
    let plain = parse(sample).unwrap();
    assert_eq!(plain.listens(), ["127.0.0.1:8080".parse().unwrap()]);
    let examples: Vec<&str> = sample
        .lines()
        .filter(|line| *line != "listen = \"127.0.0.1:8080\"")
        .map(|line| match line.strip_prefix('#') {
            Some(example) if !example.starts_with(' ') => example,
            _ => line,
        })
        .collect();
    let config = parse(&examples.join("\n")).unwrap();
    assert_eq!(config.tls.domains, ["crm.company.pl"]);
    assert_eq!(config.backup.targets.len(), 1);
}

#[test]
fn every_key_can_be_set() {
    let config = parse(
        "listen = '[::1]:9'\npublic_url = 'https://${HOST}/'\ntrusted_proxies = ['10.1.2.3/8', '::1']\n\
         language = 'en'\ntime_zone = 'UTC'\ncurrency = 'EUR'\n[limits]\nupload_mb = 1\nrequests_per_minute = 0\n",
    )
    .unwrap();
    assert_eq!(config.public_url.as_deref(), Some("https://crm.firma.pl"));
    assert_eq!(
        config.trusted_proxies,
        [
            "10.0.0.0/8".parse().unwrap(),
            "::1/128".parse::<IpNet>().unwrap()
        ]
    );
    assert_eq!(config.language, Lang::En);
    assert_eq!(config.limits.requests_per_minute, 0);
}

#[test]
fn registers_have_addresses_or_are_off() {
    let config = parse("").unwrap().registers;
    assert_eq!(
        config.vat_payers.as_deref(),
        Some("https://wl-api.mf.gov.pl")
    );
    let set = "[registers]\nvat_payers = ''\nvies = 'http://127.0.0.1:5/vies/'\n";
    let config = parse(set).unwrap().registers;
    assert_eq!(config.vat_payers, None);
    assert_eq!(config.vies.as_deref(), Some("http://127.0.0.1:5/vies"));
    for wrong in ["ftp://x", "https://x/?a=1", "rejestr", "https://me@x/"] {
        let refused = refusal(&format!("[registers]\nvies = '{wrong}'"));
        assert!(
            refused.contains("\"registers.vies\" cannot be"),
            "{refused}"
        );
    }
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest() {
    assert_eq!(
        refusal("lisen = '127.0.0.1:1'\n"),
        "kartoteka.toml:1: unknown key \"lisen\"; did you mean \"listen\"? Allowed here: listen, listen_http, \
         proxy_protocol, public_url, trusted_proxies, language, time_zone, currency, log, [tls], [smtp], [sms], \
         [limits], [registers], [backup], [data]"
    );
    assert_eq!(
        refusal("\n[limits]\nupload = 5\n"),
        "kartoteka.toml:3: unknown key \"limits.upload\". Allowed here: upload_mb, requests_per_minute"
    );
    assert!(refusal("[smtq]\nhost = 'x'\n").starts_with(
        "kartoteka.toml:1: unknown key \"smtq\"; did you mean \"smtp\"? Allowed here: "
    ));
}

#[test]
fn a_wrong_value_is_named_with_what_is_allowed() {
    for (text, expected) in [
        (
            "listen = 8080",
            "1: \"listen\" must be text in quotes, not a whole number. Allowed: an IP address and a port",
        ),
        (
            "\nlisten = 'localhost'",
            "2: \"listen\" cannot be \"localhost\". Allowed: an IP address and a port",
        ),
        (
            "[limits]\nupload_mb = 0",
            "2: \"limits.upload_mb\" cannot be 0. Allowed: a whole number from 1 to 4096",
        ),
        (
            "[limits]\nupload_mb = '5'",
            "2: \"limits.upload_mb\" must be a whole number without quotes, not text",
        ),
        (
            "limits = 5",
            "1: \"limits\" is a table: write its keys under a line [limits]",
        ),
        (
            "trusted_proxies = [\n'10.0.0.0/8',\n'x']",
            "3: \"trusted_proxies\" cannot be \"x\"",
        ),
        (
            "time_zone = 'Europe/Radom'",
            "1: \"time_zone\" cannot be \"Europe/Radom\"",
        ),
        ("currency = 'zł'", "1: \"currency\" cannot be \"zł\""),
        (
            "language = 'de'",
            "1: \"language\" cannot be \"de\". Allowed: \"pl\" or \"en\"",
        ),
        ("public_url = 'ftp://x'", "1: \"public_url\" cannot be"),
        (
            "listen = ['127.0.0.1:1', '127.0.0.1:1']",
            "1: \"127.0.0.1:1\" is named twice in",
        ),
        (
            "proxy_protocol = true",
            "1: \"proxy_protocol\" needs \"trusted_proxies\"",
        ),
        ("public_url = 'https://x/y'", "1: \"public_url\" cannot be"),
        ("public_url = 'https://a@x'", "1: \"public_url\" cannot be"),
        (
            "listen = '${NONE}'",
            "1: \"listen\" needs the environment variable NONE, which is not set",
        ),
        (
            "listen = '${HOST'",
            "1: \"listen\" has a ${ without its closing }",
        ),
        ("listen = ", "1: not valid TOML: "),
        ("listen = 'a'\nlisten = 'b'", "2: not valid TOML: "),
    ] {
        let message = refusal(text);
        assert!(
            message.starts_with(&format!("kartoteka.toml:{expected}")),
            "{message}"
        );
        assert_eq!(message.lines().count(), 1, "{message}");
    }
}

#[test]
fn a_dollar_is_doubled_to_stand_for_itself() {
    let place = Place {
        file: Path::new("x"),
        text: "",
        environment: &|_| Some("1".to_owned()),
    };
    assert_eq!(place.expand("a${B}c$${D}${E}$").unwrap(), "a1c${D}1$");
}

#[test]
fn a_mail_server_is_read_whole() {
    let text = "[smtp]\nhost = 'smtp.firma.pl'\nuser = 'crm'\npassword = 'Tajne-${HOST}'\nfrom = 'CRM <crm@firma.pl>'";
    let server = parse(text).unwrap().smtp.server().unwrap();
    assert_eq!((server.host.as_str(), server.port), ("smtp.firma.pl", 587));
    assert_eq!(server.security.name(), "starttls");
    assert_eq!(server.password.reveal(), "Tajne-crm.firma.pl");
    assert!(!format!("{:?}", parse(text).unwrap()).contains("Tajne"));
    assert!(parse("[smtp]\nhost = ''").unwrap().smtp.server().is_none());
}

#[test]
fn a_mail_server_that_cannot_be_used_stops_the_start() {
    for (text, expected) in [
        (
            "\n[smtp]\nfrom = 'crm@firma.pl'",
            "2: \"smtp.host\" is missing",
        ),
        (
            "[smtp]\nhost = 'a b'\nfrom = 'crm@firma.pl'",
            "1: \"smtp.host\" cannot be used",
        ),
        ("[smtp]\nhost = 'a.pl'", "1: \"smtp.from\" cannot be used"),
        (
            "[smtp]\nhost = 'a.pl'\nfrom = 'a@b.pl'\nuser = 'x'\nsecurity = 'none'",
            "1: \"smtp.security\" cannot be \"none\" where there is a user",
        ),
        (
            "[smtp]\nsecurity = 'ssl'",
            "2: \"smtp.security\" cannot be \"ssl\". Allowed: \"starttls\", \"tls\" or \"none\"",
        ),
        ("[smtp]\nport = 0", "2: \"smtp.port\" cannot be 0"),
        (
            "[smtp]\nca_file = '/no/such/file'",
            "2: \"smtp.ca_file\" cannot be read: /no/such/file",
        ),
        (
            "[smtp]\nca_file = '/etc/passwd'",
            "2: \"smtp.ca_file\" holds no certificate",
        ),
    ] {
        let message = refusal(text);
        assert!(
            message.starts_with(&format!("kartoteka.toml:{expected}")),
            "{message}"
        );
    }
}

/// A table with a secret, as later parts of the program declare them.
mod secrets {
    use super::super::table::{Key, Section, Table, table};
    use super::super::{ConfigError, Place, value};
    use std::path::Path;

    fn plain(input: &value::Input<'_>) -> Result<String, value::Problem> {
        input.text()
    }

    table! {
        /// A mailbox.
        Mailbox {
            /// Its password.
            password: String = plain, default "''", allowed "any text", secret;
        }
        tables {}
    }

    fn read(text: &str, file: &Path) -> Result<Mailbox, ConfigError> {
        let place = Place {
            file,
            text,
            environment: &|_| None,
        };
        let table = toml::de::DeTable::parse(text).unwrap();
        Mailbox::read(&Section::root(&place, table.get_ref()))
    }

    #[test]
    fn a_secret_can_stand_in_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("kartoteka.toml");
        std::fs::write(folder.path().join("secret"), "a ${b} c\r\n").unwrap();
        assert_eq!(
            read("password_file = 'secret'", &file).unwrap().password,
            "a ${b} c"
        );
        assert_eq!(read("password = 'x'", &file).unwrap().password, "x");
        assert_eq!(read("", &file).unwrap().password, "");
        assert_eq!(read("password = 'x'", &file).unwrap().given, ["password"]);
        assert!(read("", &file).unwrap().given.is_empty());
        let missing = read("password_file = 'none'", &file)
            .unwrap_err()
            .to_string();
        assert!(
            missing.contains("kartoteka.toml:1: \"password_file\"") && missing.contains("none"),
            "{missing}"
        );
        let both = read("password = 'x'\npassword_file = 'secret'", &file)
            .unwrap_err()
            .to_string();
        assert!(both.contains("not both"), "{both}");
        let unknown = read("passwort = 'x'", &file).unwrap_err().to_string();
        assert!(
            unknown.ends_with("did you mean \"password\"? Allowed here: password, password_file"),
            "{unknown}"
        );
    }
}

#[test]
fn listening_at_one_place_or_several() {
    let listens = |text: &str| parse(text).unwrap().listens();
    let place = |text: &str| text.parse::<Listen>().unwrap();
    assert_eq!(
        listens("listen = ['0.0.0.0:1', '[::1]:2', 'unix:/run/k.sock']"),
        [
            place("0.0.0.0:1"),
            place("[::1]:2"),
            place("unix:/run/k.sock")
        ]
    );
    assert_eq!(listens("[tls]\nmode = 'acme'"), [place("0.0.0.0:443")]);
    assert_eq!(
        listens("listen = '127.0.0.1:5'\n[tls]\nmode = 'acme'"),
        [place("127.0.0.1:5")]
    );
    for wrong in ["unix:run/k.sock", "localhost:80", ":443"] {
        let refused = refusal(&format!("listen = '{wrong}'"));
        assert!(refused.contains("\"listen\" cannot be"), "{refused}");
    }
    let mut config = parse("listen = '127.0.0.1:5'").unwrap();
    config.listen_instead(place("127.0.0.1:6"));
    assert_eq!(config.listens(), [place("127.0.0.1:6")]);
}

#[test]
fn https_and_what_it_needs() {
    let set = "listen_http = '0.0.0.0:80'\n[tls]\nmode = 'acme'\ndomains = ['CRM.Firma.pl.', 'łąka.pl']\n\
               [tls.acme]\ncontact = 'it@firma.pl'\nchallenge = 'http-01'\n";
    let config = parse(set).unwrap();
    assert_eq!(config.tls.mode, TlsMode::Acme);
    assert_eq!(config.tls.domains, ["crm.firma.pl", "xn--ka-ola7v.pl"]);
    assert_eq!(config.tls.acme.challenge, Challenge::Http01);
    assert_eq!(config.https_site().as_deref(), Some("https://crm.firma.pl"));
    for (wrong, says) in [
        (
            "listen_http = '0.0.0.0:80'",
            "\"listen_http\" cannot be used without HTTPS",
        ),
        ("[tls]\nmode = 'files'", "\"tls.cert_file\" is missing"),
        (
            "[tls]\nmode = 'files'\ncert_file = 'a'",
            "\"tls.key_file\" is missing",
        ),
        ("[tls]\nmode = 'on'", "\"tls.mode\" cannot be \"on\""),
        (
            "[tls]\ndomains = ['*.firma.pl']",
            "\"tls.domains\" cannot be",
        ),
        ("[tls]\ndomains = ['10.0.0.1']", "\"tls.domains\" cannot be"),
        (
            "[tls]\nmode = 'acme'\n[tls.acme]\nchallenge = 'http-01'",
            "\"listen_http\" is missing",
        ),
        (
            "[tls.acme]\ndirectory = 'http://ca.test/dir'",
            "\"tls.acme.directory\" cannot be",
        ),
        (
            "listen_http = '0.0.0.0:80'\n[tls]\nmode = 'acme'",
            "\"listen_http\" needs \"public_url\"",
        ),
    ] {
        let refused = refusal(wrong);
        assert!(refused.contains(says), "{refused}");
    }
}
