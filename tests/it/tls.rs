//! HTTPS with a certificate from files: what is spoken, what is refused, and that nothing leaves by plain HTTP.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::pebble::{Authority, connect, free_port, get, served, wait_for};
use super::program::{Served, code, program, run, stderr};

/// A server with HTTPS on one port and plain HTTP on another.
pub(crate) struct Site {
    _served: Served,
    pub(crate) authority: Authority,
    certificate: PathBuf,
    key: PathBuf,
    pub(crate) https: u16,
    http: u16,
}

fn write(root: &Path, name: &str, text: &str) -> PathBuf {
    let path = root.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

impl Site {
    pub(crate) fn new(root: &Path, more: &str) -> Self {
        let authority = Authority::new();
        let (certificate, key) = authority.issue(&["crm.test"]);
        let (certificate, key) = (
            write(root, "site.pem", &certificate),
            write(root, "site.key", &key),
        );
        let (https, http) = (free_port(), free_port());
        let config = format!(
            "listen = '127.0.0.1:{https}'\nlisten_http = '127.0.0.1:{http}'\npublic_url = 'https://crm.test'\n{more}\n\
             [tls]\nmode = 'files'\ndomains = ['crm.test']\ncert_file = 'site.pem'\nkey_file = 'site.key'\n"
        );
        let config = write(root, "site.toml", &config);
        let arguments = ["serve", "--config", config.to_str().unwrap()];
        Self {
            _served: Served::start(program(&root.join("data"), &arguments)),
            authority,
            certificate,
            key,
            https,
            http,
        }
    }

    pub(crate) fn get(&self, path: &str) -> String {
        get(self.https, "crm.test", &self.authority.pem, path).unwrap()
    }
}

/// Sends bytes and reads until the other side closes.
fn talk(mut stream: TcpStream, bytes: &[u8]) -> Vec<u8> {
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    // What is cut off while it is being sent has been answered.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

fn to(port: u16) -> TcpStream {
    TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).unwrap()
}

#[test]
fn pages_come_by_https_and_browsers_are_told_to_stay() {
    let root = tempfile::tempdir().unwrap();
    let site = Site::new(root.path(), "");
    let answer = site.get("/setup");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let heads = answer.to_lowercase();
    assert!(heads.contains("strict-transport-security: max-age=31536000"));
    assert!(heads.contains("set-cookie: __host-form="), "{heads}");
    let plain = talk(
        to(site.http),
        b"GET /setup?a=1 HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n",
    );
    let plain = String::from_utf8_lossy(&plain).to_lowercase();
    assert!(plain.starts_with("http/1.1 301"), "{plain}");
    assert!(
        plain.contains("location: https://crm.test/setup?a=1\r\n"),
        "{plain}"
    );
    assert!(!plain.contains("strict-transport-security") && !plain.contains("set-cookie"));
}

#[test]
fn nothing_old_or_weak_is_spoken() {
    let root = tempfile::tempdir().unwrap();
    let site = Site::new(root.path(), "");
    let scan = |arguments: &[&str]| {
        let output = Command::new("openssl")
            .args([
                "s_client",
                "-connect",
                &format!("127.0.0.1:{}", site.https),
                "-servername",
                "crm.test",
            ])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (text.contains("BEGIN CERTIFICATE"), text)
    };
    for old in ["-tls1", "-tls1_1"] {
        assert!(!scan(&[old, "-cipher", "ALL:@SECLEVEL=0"]).0, "{old}");
    }
    for weak in [
        "AES128-SHA:AES256-GCM-SHA384",
        "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES128-SHA",
        "aNULL:eNULL",
    ] {
        assert!(
            !scan(&["-tls1_2", "-cipher", &format!("{weak}:@SECLEVEL=0")]).0,
            "{weak}"
        );
    }
    assert!(scan(&["-tls1_2"]).0);
    let (spoken, text) = scan(&["-tls1_3", "-alpn", "h2,http/1.1"]);
    assert!(spoken && text.contains("ALPN protocol: h2"), "{text}");
    let mut stream = connect(site.https, "crm.test", &site.authority.pem).unwrap();
    let group = stream.conn.negotiated_key_exchange_group().unwrap();
    assert_eq!(group.name(), rustls::NamedGroup::X25519MLKEM768);
    stream.conn.send_close_notify();
}

#[test]
fn what_is_no_tls_gets_no_page() {
    let root = tempfile::tempdir().unwrap();
    let site = Site::new(root.path(), "");
    let answer = talk(
        to(site.https),
        b"GET /setup HTTP/1.1\r\nHost: crm.test\r\n\r\n",
    );
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.starts_with("HTTP/1.1 400") && answer.contains("https://crm.test"),
        "{answer}"
    );
    // A record that claims to be a hello of 64 KB, and one that is noise.
    let mut huge = vec![22, 3, 1, 0x40, 0, 1, 0, 0xff, 0xff];
    huge.resize(100_000, 0);
    let answer = talk(to(site.https), &huge);
    assert!(
        answer.len() < 64 && answer.first().is_none_or(|first| *first == 21),
        "{answer:?}"
    );
    // Another name is served the same certificate, which does not fit it.
    assert!(get(site.https, "evil.test", &site.authority.pem, "/setup").is_err());
    assert!(site.get("/healthz").ends_with("ok"));
}

#[test]
fn a_handshake_that_drags_on_is_cut_off() {
    let root = tempfile::tempdir().unwrap();
    let site = Site::new(root.path(), "");
    let started = Instant::now();
    let silent = to(site.https);
    let begun = to(site.https);
    let silent = std::thread::spawn(move || talk(silent, b""));
    talk(begun, &[22, 3, 1, 1, 0, 1]);
    silent.join().unwrap();
    let took = started.elapsed();
    assert!(
        (Duration::from_secs(8)..Duration::from_secs(15)).contains(&took),
        "{took:?}"
    );
}

#[test]
fn a_new_certificate_is_served_and_a_broken_one_is_not() {
    let root = tempfile::tempdir().unwrap();
    let site = Site::new(root.path(), "");
    let now = || served(site.https, "crm.test", &site.authority.pem).ok();
    let first = now().unwrap();
    std::fs::write(&site.certificate, "-----BEGIN CERTIFICATE-----\nx\n").unwrap();
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(now(), Some(first.clone()));
    let (certificate, key) = site.authority.issue(&["crm.test"]);
    std::fs::write(&site.key, key).unwrap();
    std::fs::write(&site.certificate, certificate).unwrap();
    wait_for(20, "the new certificate", || {
        now().filter(|now| *now != first)
    });
}

/// What would be worse than what is in use is not taken, and a change that the size and date of a file do not show is seen.
#[test]
fn files_for_another_name_or_without_their_chain_do_not_replace_good_ones() {
    let root = tempfile::tempdir().unwrap();
    let site = Site::new(root.path(), "");
    let now = || served(site.https, "crm.test", &site.authority.pem).ok();
    let journal =
        || std::fs::read_to_string(root.path().join("data/tls/journal.json")).unwrap_or_default();
    let put = |names: &[&str], with_root: bool| {
        let (certificate, key) = site.authority.issue(names);
        let rest = if with_root { &site.authority.pem } else { "" };
        std::fs::write(&site.key, key).unwrap();
        std::fs::write(&site.certificate, format!("{certificate}{rest}")).unwrap();
    };
    let first = now().unwrap();
    put(&["crm.test"], true);
    let whole = wait_for(20, "the one with its chain", || {
        now().filter(|now| *now != first)
    });
    put(&["other.test"], true);
    wait_for(20, "the refusal of another name", || {
        journal().contains("tls-fault-other-name").then_some(())
    });
    put(&["crm.test"], false);
    wait_for(20, "the refusal of half a chain", || {
        journal().contains("tls-fault-incomplete").then_some(())
    });
    assert_eq!(now(), Some(whole.clone()));

    // In place, of the same size, with the date from before: as some copy.
    let (certificate, key) = site.authority.issue(&["crm.test"]);
    let date = std::fs::metadata(&site.certificate).unwrap().modified();
    std::fs::write(&site.key, key).unwrap();
    let good = format!("{certificate}{}", site.authority.pem);
    std::fs::write(&site.certificate, good).unwrap();
    let file = std::fs::File::options().write(true).open(&site.certificate);
    file.unwrap().set_modified(date.unwrap()).unwrap();
    wait_for(20, "the new certificate", || {
        now().filter(|now| *now != whole)
    });
}

#[test]
fn files_that_cannot_be_used_stop_the_start() {
    let root = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let (certificate, _) = authority.issue(&["crm.test"]);
    let (_, other) = authority.issue(&["crm.test"]);
    write(root.path(), "a.pem", &certificate);
    write(root.path(), "b.key", &other);
    for (certificate, key, named) in [
        ("a.pem", "b.key", "key_file"),
        ("a.pem", "none.key", "key_file"),
        ("none.pem", "b.key", "cert_file"),
        ("b.key", "b.key", "cert_file"),
    ] {
        let config = format!(
            "listen = '127.0.0.1:0'\n[tls]\nmode = 'files'\ncert_file = '{certificate}'\nkey_file = '{key}'\n"
        );
        let config = write(root.path(), "c.toml", &config);
        let refused = run(
            &root.path().join("data"),
            &["serve", "--config", config.to_str().unwrap()],
        );
        assert_eq!(code(&refused), 1);
        assert!(stderr(&refused).contains(named), "{}", stderr(&refused));
    }
}

#[test]
fn a_balancer_says_from_whom_a_connection_comes_and_strangers_do_not() {
    let root = tempfile::tempdir().unwrap();
    let ask = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c".to_vec();
    header.extend_from_slice(&[203, 0, 113, 9, 127, 0, 0, 1, 0x10, 0, 0, 80]);
    let balanced = [header.as_slice(), ask].concat();
    let trusting = Site::new(
        root.path(),
        "proxy_protocol = true\ntrusted_proxies = ['127.0.0.1/32']",
    );
    let answer = talk(to(trusting.http), &balanced);
    assert!(answer.starts_with(b"HTTP/1.1 200"), "{answer:?}");
    assert!(
        talk(to(trusting.http), ask).is_empty(),
        "without the header"
    );
    let large = [&header[..14], &[0xff, 0xff]].concat();
    assert!(talk(to(trusting.http), &large).is_empty(), "too large");
    drop(trusting);
    let strict = Site::new(
        root.path(),
        "proxy_protocol = true\ntrusted_proxies = ['10.0.0.0/8']",
    );
    assert!(
        talk(to(strict.http), &balanced).is_empty(),
        "not a balancer of ours"
    );
}

#[test]
fn a_proxy_on_this_machine_comes_by_a_socket() {
    let root = tempfile::tempdir().unwrap();
    let socket = root.path().join("k.sock");
    let config = format!("listen = ['127.0.0.1:0', 'unix:{}']\n", socket.display());
    let config = write(root.path(), "s.toml", &config);
    let arguments = ["serve", "--config", config.to_str().unwrap()];
    let ask = || {
        let mut stream = UnixStream::connect(&socket).unwrap();
        let request = "GET /setup HTTP/1.1\r\nHost: crm.test\r\nX-Forwarded-For: 203.0.113.9\r\n\
                       X-Forwarded-Proto: https\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    for _ in 0..2 {
        let mut served = Served::start(program(&root.path().join("data"), &arguments));
        let answer = ask();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(
            answer.contains("__Host-form="),
            "the proxy came by HTTPS: {answer}"
        );
        // Killed, it leaves its socket behind, and the next start takes it over.
        served.child.kill().unwrap();
    }
}
