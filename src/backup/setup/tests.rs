//! What becomes a target, and keys for servers.

use super::*;
use crate::config::Config;

fn kept(name: &str, kind: &str, values: &[(&str, &str)], secrets: &[(&str, &str)]) -> KeptTarget {
    let words = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter();
        pairs
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    };
    KeptTarget {
        name: name.to_owned(),
        kind: kind.to_owned(),
        values: words(values),
        secrets: words(secrets),
    }
}

fn file(text: &str) -> config::Backup {
    Config::parse(text, Path::new("kartoteka.toml"), &|_| None)
        .unwrap()
        .backup
}

#[test]
fn the_file_goes_before_the_page() {
    let file = file("[[backup.target]]\nname = \"NAS\"\nkind = \"local\"\npath = \"/a\"\n");
    let page = [
        kept("nas", "local", &[("path", "/b")], &[]),
        kept("dysk", "local", &[("path", "/c")], &[]),
        kept("obcy", "gopher", &[], &[]),
    ];
    let keys = ["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p".to_owned()];
    let all = joined(&file, &page, &keys);
    let names: Vec<&str> = all.targets.iter().map(TargetConfig::name).collect();
    assert_eq!(names, ["NAS", "dysk"]);
    assert_eq!(all.recipients, keys);
    let locked = self::file("[backup]\nrecipients = []\n");
    assert!(joined(&locked, &page, &keys).recipients.is_empty());
}

#[test]
fn an_office_is_a_good_place_and_what_tells_machines_their_secrets_is_none() {
    let data = tempfile::tempdir().unwrap();
    let at = |host: &str| {
        let values = [
            ("host", host),
            ("port", "22"),
            ("user", "crm"),
            ("path", "kopie"),
        ];
        let mut kept = kept("nas", "sftp", &values, &[("password", "x")]);
        check(&mut kept, data.path())
    };
    for good in [
        "192.168.1.10",
        "10.0.0.2",
        "127.0.0.1",
        "nas.local",
        "fd00::2",
        "203.0.113.9",
    ] {
        assert!(at(good).is_ok(), "{good}");
    }
    for bad in [
        "169.254.169.254",
        "fe80::1",
        "::ffff:169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "",
    ] {
        assert!(at(bad).is_err(), "{bad}");
    }
}

#[test]
fn made_keys_sign_in_and_strange_ones_are_refused() {
    let key = make_key();
    assert_ne!(key, make_key());
    assert!(public_half(&key).unwrap().starts_with("ssh-ed25519 AAAA"));
    for bad in [
        "",
        "nic",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
    ] {
        assert_eq!(public_half(bad), None);
    }
}

#[test]
fn a_folder_in_the_data_is_no_backup_of_them() {
    let around = tempfile::tempdir().unwrap();
    let data = around.path().join("data");
    std::fs::create_dir(&data).unwrap();
    std::os::unix::fs::symlink(&data, around.path().join("link")).unwrap();
    let at = |path: &str| {
        let path = around.path().join(path);
        let mut kept = kept("x", "local", &[("path", path.to_str().unwrap())], &[]);
        check(&mut kept, &data).is_ok()
    };
    assert!(at("kopie") && at("data2"));
    assert!(!at("data") && !at("data/kopie") && !at("link") && !at("link/kopie"));
}
