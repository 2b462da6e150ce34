//! Certificates from an authority: pebble, which rejects some nonces and refuses some names.

use std::io::Write;
use std::path::Path;

use super::pebble::{Pebble, free_port, get, served, wait_for};
use super::program::{Served, program};

struct Site {
    served: Served,
    https: u16,
}

fn site(root: &Path, https: u16, http: u16, names: &str, acme: &str) -> Site {
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

fn journal(root: &Path) -> String {
    std::fs::read_to_string(root.join("data/tls/journal.json")).unwrap_or_default()
}

fn acme(pebble: &Pebble, challenge: &str) -> String {
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
