use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use jiff::ToSpan;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, IsCa, Issuer, KeyPair,
};

use super::*;
use crate::config::Config;

#[test]
fn names_of_hosts_as_they_stand_in_certificates() {
    for (text, name) in [
        ("crm.firma.pl", Some("crm.firma.pl")),
        (" CRM.Firma.PL. ", Some("crm.firma.pl")),
        ("łąka.pl", Some("xn--ka-ola7v.pl")),
        ("localhost", Some("localhost")),
        ("10.0.0.1", None),
        ("[::1]", None),
        ("*.firma.pl", None),
        ("a b.pl", None),
        ("a..pl", None),
        ("-a.pl", None),
        ("a_b.pl", None),
        ("user@firma.pl", None),
        ("firma.pl/x", None),
        ("", None),
    ] {
        assert_eq!(domain_name(text).as_deref(), name, "{text}");
    }
}

/// An authority with one below it, as public ones have, and what it issues.
pub(crate) struct Authority {
    root: Issuer<'static, KeyPair>,
    below: Issuer<'static, KeyPair>,
    pub(crate) root_pem: String,
    pub(crate) below_pem: String,
}

/// A certificate with its key.
pub(crate) struct Made {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

fn authority_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

impl Authority {
    pub(crate) fn new() -> Self {
        let (root_key, below_key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
        let root_params = authority_params("Urząd główny");
        let root_pem = root_params.self_signed(&root_key).unwrap().pem();
        let root = Issuer::new(root_params, root_key);
        let below_params = authority_params("Urząd pośredni");
        let below_pem = below_params.signed_by(&below_key, &root).unwrap().pem();
        Self {
            root,
            below: Issuer::new(below_params, below_key),
            root_pem,
            below_pem,
        }
    }

    /// For so many days from today, or since so many if below zero.
    pub(crate) fn issue(&self, names: &[&str], days: i64) -> Made {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let mut params = CertificateParams::new(names).unwrap();
        let day = |days: i64| {
            let day = jiff::tz::TimeZone::UTC
                .to_datetime(crate::clock::now())
                .date();
            let day = day.saturating_add(days.days());
            rcgen::date_time_ymd(
                i32::from(day.year()),
                day.month().unsigned_abs(),
                day.day().unsigned_abs(),
            )
        };
        (params.not_before, params.not_after) = (day(days.min(0) - 30), day(days));
        let key = KeyPair::generate().unwrap();
        Made {
            certificate: params.signed_by(&key, &self.below).unwrap().pem(),
            key: key.serialize_pem(),
        }
    }

    /// Root, so that a test can tell the two apart.
    pub(crate) fn root(&self) -> &Issuer<'static, KeyPair> {
        &self.root
    }
}

fn upload(chain: &str, key: &str, names: &[&str]) -> Result<Vec<String>, Fault> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let now = crate::clock::now();
    read_upload(chain.as_bytes(), key.as_bytes(), "", &names, now)
        .map(|upload| upload.pair.facts.names)
}

#[test]
fn an_upload_is_taken_in_any_order_and_with_its_key_in_the_same_file() {
    let authority = Authority::new();
    let made = authority.issue(&["crm.test", "www.crm.test"], 60);
    let (leaf, below, root) = (&made.certificate, &authority.below_pem, &authority.root_pem);
    let names = ["crm.test", "www.crm.test"];
    for chain in [
        format!("{leaf}{below}{root}"),
        format!("{root}{leaf}{below}"),
        format!("{below}\r\n{root}\n{leaf}"),
    ] {
        assert_eq!(upload(&chain, &made.key, &["crm.test"]).unwrap(), names);
    }
    let all = format!("{leaf}{below}{root}{}", made.key);
    assert_eq!(upload(&all, "", &names).unwrap(), names);
    assert!(authority.root().key_usages().is_empty());
}

#[test]
fn what_cannot_be_used_is_refused_with_the_reason() {
    let authority = Authority::new();
    let made = authority.issue(&["crm.test"], 60);
    let rest = format!("{}{}", authority.below_pem, authority.root_pem);
    let chain = format!("{}{rest}", made.certificate);
    let other = authority.issue(&["crm.test"], 60);
    let old = authority.issue(&["crm.test"], -2);
    let refused = |chain: &str, key: &str, name: &str| upload(chain, key, &[name]).unwrap_err();
    assert_eq!(refused(&chain, &other.key, "crm.test"), Fault::OtherKey);
    assert_eq!(
        refused(&chain, &made.key, "evil.test"),
        Fault::OtherName("evil.test".to_owned())
    );
    assert_eq!(
        refused(&made.certificate, &made.key, "crm.test"),
        Fault::Incomplete("Urząd pośredni".to_owned())
    );
    let short = format!("{}{}", made.certificate, authority.below_pem);
    assert_eq!(
        refused(&short, &made.key, "crm.test"),
        Fault::Incomplete("Urząd główny".to_owned())
    );
    let lapsed = refused(&format!("{}{rest}", old.certificate), &old.key, "crm.test");
    assert!(matches!(lapsed, Fault::Lapsed(_)), "{lapsed:?}");
    assert_eq!(refused(&chain, "", "crm.test"), Fault::NoKey);
    assert_eq!(refused("", &made.key, "crm.test"), Fault::Nothing);
    assert_eq!(refused(&made.key, "", "crm.test"), Fault::NoCertificate);
    assert_eq!(refused("noise", "noise", "crm.test"), Fault::NoCertificate);
    let locked = made.key.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_eq!(refused(&chain, &locked, "crm.test"), Fault::LockedKey);
    assert_eq!(
        refused(&"x".repeat(LARGEST_UPLOAD + 1), "", "crm.test"),
        Fault::TooLarge
    );
    let own = self_signed::make(&["crm.test".to_owned()], crate::clock::now()).unwrap();
    assert_eq!(own.check_chain(crate::clock::now()), Err(Fault::SelfSigned));
}

#[test]
fn a_certificate_is_proved_by_a_handshake_with_oneself() {
    let authority = Authority::new();
    let made = authority.issue(&["crm.test"], 60);
    let chain = format!("{}{}", made.certificate, authority.below_pem);
    let pair = pair::Pair::from_pem(chain.as_bytes(), made.key.as_bytes()).unwrap();
    prove::prove(&pair, &["crm.test".to_owned()]).unwrap();
    let other = prove::prove(&pair, &["evil.test".to_owned()]);
    assert!(matches!(other, Err(Fault::Unproved(_))), "{other:?}");
    let old = authority.issue(&["crm.test"], -2);
    let chain = format!("{}{}", old.certificate, authority.below_pem);
    let pair = pair::Pair::from_pem(chain.as_bytes(), old.key.as_bytes()).unwrap();
    assert!(prove::prove(&pair, &["crm.test".to_owned()]).is_err());
}

#[test]
fn an_uploaded_certificate_is_served_until_it_is_about_to_lapse() {
    let folder = tempfile::tempdir().unwrap();
    let set = "[tls]\nmode = 'acme'\ndomains = ['crm.test']";
    let config = Config::parse(set, Path::new("kartoteka.toml"), &|_| None).unwrap();
    let settings = crate::data::DomainSettings::default();
    let now = crate::clock::now();
    let source = || {
        let tls = Tls::start(&config, folder.path(), &settings, now).unwrap();
        tls.status().unwrap().source
    };
    let trusted = || {
        let tls = Tls::start(&config, folder.path(), &settings, now).unwrap();
        tls.is_trusted(now)
    };
    assert_eq!(source(), Source::SelfSigned);
    assert!(!trusted(), "browsers are not bound to what they warn of");
    let authority = Authority::new();
    let keep = |days: i64| {
        let made = authority.issue(&["crm.test"], days);
        format!("{}{}", made.certificate, made.key)
    };
    let kept = folder::Folder::at(folder.path());
    kept.keep_issued(&config.tls.acme.directory, &keep(60))
        .unwrap();
    assert_eq!(source(), Source::Acme);
    assert!(trusted());
    kept.keep_own(&keep(30)).unwrap();
    assert_eq!(source(), Source::Own);
    kept.keep_own(&keep(2)).unwrap();
    assert_eq!(source(), Source::Acme, "two days are not enough");
    kept.keep_own(&keep(-1)).unwrap();
    assert_eq!(source(), Source::Acme);
    for file in std::fs::read_dir(folder.path().join("tls")).unwrap() {
        let mode = file.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn what_is_decided_while_an_order_is_under_way_stands() {
    let folder = tempfile::tempdir().unwrap();
    let now = crate::clock::now();
    let on = crate::data::DomainSettings {
        on: true,
        domains: vec!["crm.test".to_owned()],
        ..crate::data::DomainSettings::default()
    };
    let config = Config::parse("", Path::new("kartoteka.toml"), &|_| None).unwrap();
    let tls = Tls::start(&config, folder.path(), &on, now).unwrap();
    let authority = Authority::new();
    let issue = |days: i64| {
        let made = authority.issue(&["crm.test"], days);
        format!("{}{}", made.certificate, made.key)
    };
    let directory = tls.plan().acme.directory;
    tls.folder().keep_own(&issue(60)).unwrap();
    tls.apply(&on, now).unwrap();
    upkeep::take(&tls, &directory, &issue(90)).unwrap();
    assert_eq!(tls.status().unwrap().source, Source::Own);
    // The own one lapses, and the authority's stands in without a restart.
    let later = now + jiff::SignedDuration::from_hours(58 * 24);
    upkeep::freshen_at(&tls, later).await;
    assert_eq!(tls.status().unwrap().source, Source::Acme);
    let off = crate::data::DomainSettings::default();
    tls.apply(&off, now).unwrap();
    upkeep::take(&tls, &directory, &issue(90)).unwrap();
    assert!(!tls.is_on(), "it was switched off meanwhile");
}

#[tokio::test]
async fn our_own_certificate_is_made_anew_before_it_lapses() {
    let folder = tempfile::tempdir().unwrap();
    let now = crate::clock::now();
    let set = "[tls]\nmode = 'acme'\ndomains = ['crm.test']";
    let config = Config::parse(set, Path::new("kartoteka.toml"), &|_| None).unwrap();
    let settings = crate::data::DomainSettings::default();
    let tls = Tls::start(&config, folder.path(), &settings, now).unwrap();
    let first = tls.status().unwrap().not_after;
    upkeep::freshen_at(&tls, now).await;
    assert_eq!(tls.status().unwrap().not_after, first);
    let late = first - jiff::SignedDuration::from_hours(24);
    upkeep::freshen_at(&tls, late).await;
    assert!(tls.status().unwrap().not_after > first);
}

#[tokio::test]
async fn those_who_never_go_on_hold_up_nobody() {
    use std::sync::Arc;

    use tokio::io::AsyncWriteExt;

    let folder = tempfile::tempdir().unwrap();
    let set = "[tls]\nmode = 'acme'\ndomains = ['crm.test']";
    let config = Config::parse(set, Path::new("kartoteka.toml"), &|_| None).unwrap();
    let settings = crate::data::DomainSettings::default();
    let tls = Tls::start(&config, folder.path(), &settings, crate::clock::now()).unwrap();
    let acceptor = Acceptor::new(&tls).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (done, mut ready) = tokio::sync::mpsc::unbounded_channel();
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, done) = (acceptor.clone(), done.clone());
            tokio::spawn(async move {
                if let Some(acceptor::Arriving::Ready(_)) = acceptor.accept(stream).await {
                    let _ = done.send(());
                }
            });
        }
    });
    let mut silent = Vec::new();
    for _ in 0..300 {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(&[22]).await.unwrap();
        silent.push(stream);
    }
    let (pair, _) = tls.served().unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(pair.chain()[0].clone()).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let name = rustls::pki_types::ServerName::try_from("crm.test").unwrap();
    let client = tokio_rustls::TlsConnector::from(Arc::new(client));
    // Whether the client likes the certificate is another matter; the server has begun with it.
    let shaken = tokio::time::timeout(
        std::time::Duration::from_secs(5),
        client.connect(name, stream),
    );
    assert!(shaken.await.is_ok(), "nobody answered");
    drop((ready.try_recv(), silent));
    serving.abort();
}

/// Server settings for watched files that hold this pair.
fn with_files(folder: &Path, pem: &str, settings: &crate::data::DomainSettings) -> Tls {
    std::fs::write(folder.join("all.pem"), pem).unwrap();
    let set = format!(
        "[tls]\nmode = 'files'\ndomains = ['crm.test']\ncert_file = '{0}'\nkey_file = '{0}'",
        folder.join("all.pem").display()
    );
    let config = Config::parse(&set, Path::new("kartoteka.toml"), &|_| None).unwrap();
    Tls::start(&config, folder, settings, crate::clock::now()).unwrap()
}

#[tokio::test]
async fn an_authority_steps_in_for_files_that_nobody_replaces_where_it_may() {
    let authority = Authority::new();
    let issue = |days: i64| {
        let made = authority.issue(&["crm.test"], days);
        format!("{}{}", made.certificate, made.key)
    };
    for (step_in, source) in [(true, Source::Acme), (false, Source::Files)] {
        let folder = tempfile::tempdir().unwrap();
        let settings = crate::data::DomainSettings {
            step_in,
            ..crate::data::DomainSettings::default()
        };
        let tls = with_files(folder.path(), &issue(2), &settings);
        assert_eq!(tls.asks_authority(), step_in);
        let directory = tls.plan().acme.directory;
        upkeep::take(&tls, &directory, &issue(90)).unwrap();
        assert_eq!(tls.status().unwrap().source, source);
        // New files are the firm's word again.
        let made = issue(60);
        let pair = pair::Pair::from_pem(made.as_bytes(), made.as_bytes()).unwrap();
        tls.take_files(pair, crate::clock::now()).unwrap();
        assert_eq!(tls.status().unwrap().source, Source::Files);
    }
}

#[test]
fn a_certificate_that_the_disk_does_not_take_is_served_and_written_later() {
    let folder = tempfile::tempdir().unwrap();
    let set = "[tls]\nmode = 'acme'\ndomains = ['crm.test']";
    let config = Config::parse(set, Path::new("kartoteka.toml"), &|_| None).unwrap();
    let settings = crate::data::DomainSettings::default();
    let now = crate::clock::now();
    let tls = Tls::start(&config, folder.path(), &settings, now).unwrap();
    let made = Authority::new().issue(&["crm.test"], 60);
    let pem = format!("{}{}", made.certificate, made.key);
    let directory = tls.plan().acme.directory;
    // A file where the folder should be: nothing can be written.
    let place = folder.path().join("tls");
    std::fs::write(&place, "").unwrap();
    assert!(tls.folder().probe().is_err());
    assert!(upkeep::take(&tls, &directory, &pem).is_err());
    assert_eq!(tls.status().unwrap().source, Source::Acme);
    assert!(tls.folder().is_owed() && tls.folder().write_owed().is_err());
    std::fs::remove_file(&place).unwrap();
    tls.folder().write_owed().unwrap();
    assert!(!tls.folder().is_owed());
    let again = Tls::start(&config, folder.path(), &settings, now).unwrap();
    assert_eq!(again.status().unwrap().source, Source::Acme);
}
