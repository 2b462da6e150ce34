//! Certificates from an authority: pebble, which rejects some nonces and refuses some names.

use std::io::Write;
use std::path::Path;

use super::appliance::demo;
use super::browser_without_script::Browser;
use super::pebble::{Pebble, free_port, get, served, wait_for};
use super::program::{Served, program};
use super::secure_visitor::SecureVisitor;

pub(crate) struct Site {
    pub(crate) served: Served,
    pub(crate) https: u16,
}

pub(crate) fn site(root: &Path, https: u16, http: u16, names: &str, acme: &str) -> Site {
    let config = format!(
        "listen = '127.0.0.1:{https}'\nlisten_http = '127.0.0.1:{http}'\npublic_url = 'https://crm.test'\n\
         [tls]\nmode = 'acme'\ndomains = [{names}]\n[tls.acme]\ncontact = 'it@crm.test'\n{acme}\n"
    );
    let file = root.join("site.toml");
    let mut written = std::fs::File::create(&file).unwrap();
    written.write_all(config.as_bytes()).unwrap();
    let arguments = ["serve", "--config", file.to_str().unwrap()];
    Site {
        served: Served::start(program(&root.join("data"), &arguments)),
        https,
    }
}

pub(crate) fn journal(root: &Path) -> String {
    std::fs::read_to_string(root.join("data/tls/journal.json")).unwrap_or_default()
}

pub(crate) fn acme(pebble: &Pebble, challenge: &str) -> String {
    format!(
        "directory = '{0}'\nstaging = '{0}'\nca_file = '{1}'\nchallenge = '{challenge}'",
        pebble.directory,
        pebble.ca_file.display()
    )
}

#[test]
fn several_names_by_either_challenge_and_a_restart_without_the_authority() {
    for challenge in ["tls-alpn-01", "http-01"] {
        let root = tempfile::tempdir().unwrap();
        let (https, http) = (free_port(), free_port());
        let pebble = Pebble::start(root.path(), http, https, &[]);
        let acme = acme(&pebble, challenge);
        let names = "'crm.test', 'stary.test'";
        let running = site(root.path(), https, http, names, &acme);
        let authority = pebble.root();
        let first = wait_for(90, challenge, || {
            served(running.https, "crm.test", &authority).ok()
        });
        assert_eq!(served(https, "stary.test", &authority).unwrap(), first);
        let page = get(https, "stary.test", &authority, "/setup").unwrap();
        assert!(page.to_lowercase().contains("strict-transport-security"));
        running.served.signal("-TERM");
        assert_eq!(running.served.end().0, Some(0));
        drop(pebble);
        let again = site(root.path(), https, http, names, &acme);
        assert_eq!(served(again.https, "crm.test", &authority).unwrap(), first);
    }
}

#[test]
fn a_refusal_is_kept_in_the_authoritys_words_and_https_goes_on() {
    let root = tempfile::tempdir().unwrap();
    let (https, http) = (free_port(), free_port());
    let pebble = Pebble::start(root.path(), http, https, &["zakazana.test"]);
    let acme = acme(&pebble, "tls-alpn-01");
    let running = site(root.path(), https, http, "'zakazana.test'", &acme);
    let journal = wait_for(60, "the refusal", || {
        Some(journal(root.path())).filter(|journal| journal.contains("\"failed\""))
    });
    assert!(journal.contains("zakazana.test"), "{journal}");
    let nobody = served(running.https, "zakazana.test", &pebble.root());
    assert!(nobody.is_err(), "no certificate of the authority");
}

/// From a server that answers plain HTTP to one with a certificate, by its page alone: and a second name beside the first.
#[test]
fn the_page_leads_from_plain_http_to_a_certificate_and_to_another_name() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    demo(&data);
    let port = free_port();
    let pebble = Pebble::start(root.path(), free_port(), port, &["zakazana.test"]);
    let file = root.path().join("site.toml");
    let config = format!(
        "listen = '127.0.0.1:{port}'\n[tls.acme]\n{}\n",
        acme(&pebble, "tls-alpn-01")
    );
    std::fs::write(&file, config).unwrap();
    let arguments = ["serve", "--config", file.to_str().unwrap()];
    let _served = Served::start(program(&data, &arguments));
    let authority = pebble.root();

    let owner = Browser::signed_in(&format!("127.0.0.1:{port}"), "en", "owner@demo.test");
    let page = owner.get("/settings/domain");
    assert!(page.text.contains("HTTPS is off"), "{}", page.text);
    let set = |names: &str, mode: &str| {
        let fields = [
            ("csrf", page.csrf()),
            ("domains", names.to_owned()),
            ("mode", mode.to_owned()),
            ("contact", "it@crm.test".to_owned()),
        ];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        owner.post("/settings/domain", &fields).status
    };
    assert_eq!(set("crm test!", "acme"), 422);
    // The names are tried at the authority before anything is switched on.
    assert_eq!(set("crm.test", "off"), 303);
    let tried = owner.post("/settings/domain/test", &[("csrf", &page.csrf())]);
    assert_eq!(tried.status, 303, "{}", tried.text);
    wait_for(60, "the trial", || {
        journal(root.path())
            .contains("\"test-passed\"")
            .then_some(())
    });
    assert_eq!(
        owner.get("/settings/domain").status,
        200,
        "still by plain HTTP"
    );
    assert!(served(port, "crm.test", &authority).is_err());
    assert_eq!(set("crm.test", "acme"), 303);
    let first = wait_for(60, "the first certificate", || {
        served(port, "crm.test", &authority).ok()
    });

    // Who comes by HTTPS signs in anew: the cookie of plain HTTP is not taken there.
    let mut owner = SecureVisitor::signed_in(port, "crm.test", &authority, "owner@demo.test");
    let page = owner.get("/settings/domain");
    assert!(page.heads.contains("strict-transport-security: max-age="));
    assert!(page.text.contains("Pebble"), "the page names who made it");
    let mut set = |names: &str| {
        let fields = [("domains", names), ("mode", "acme"), ("contact", "")];
        owner.post("/settings/domain", &fields).status
    };
    assert_eq!(set("crm.test\nnowa.test"), 303);
    let both = wait_for(60, "the certificate for both names", || {
        served(port, "nowa.test", &authority).ok()
    });
    assert_ne!(both, first);
    assert_eq!(served(port, "crm.test", &authority).unwrap(), both);

    // A name that is refused leaves the others as they are, and the page says why in the authority's words.
    assert_eq!(set("crm.test\nnowa.test\nzakazana.test"), 303);
    let page = wait_for(60, "the refusal", || {
        Some(owner.get("/settings/domain"))
            .filter(|page| page.text.contains("zakazana.test") && page.text.contains("policy"))
    });
    assert_eq!(page.status, 200);
    assert_eq!(served(port, "nowa.test", &authority).unwrap(), both);
}
