use std::path::Path;

use super::*;
use crate::config::{Config, ConfigError};

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("/etc/firma/kartoteka.toml"), &|name| {
        (name == "S3_SECRET").then(|| "tajny-klucz".to_owned())
    })
}

fn refusal(text: &str) -> String {
    let message = parse(text)
        .expect_err("the configuration should be refused")
        .to_string();
    assert_eq!(message.lines().count(), 1, "{message}");
    message
        .strip_prefix("/etc/firma/kartoteka.toml:")
        .expect("names the file")
        .to_owned()
}

const S3: &str =
    "[[backup.target]]\nname = 's3'\nkind = 's3'\nbucket = 'firma'\naccess_key = 'AK'\n";

#[test]
fn without_a_table_there_are_defaults_and_no_target() {
    let backup = parse("").unwrap().backup;
    assert_eq!(backup.daily_at, jiff::civil::time(2, 30, 0, 0));
    assert_eq!(
        (
            backup.keep_daily,
            backup.keep_weekly,
            backup.keep_monthly,
            backup.keep_yearly
        ),
        (14, 8, 12, 2)
    );
    assert_eq!(backup.key_file, None);
    assert!(backup.recipients.is_empty() && backup.targets.is_empty());
}

#[test]
fn targets_of_every_kind_are_read_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("id_ed25519");
    std::fs::write(&key, "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n").unwrap();
    let text = format!(
        "[backup]\nkey_file = 'kopia.key'\n\
         [[backup.target]]\nname = 'here'\nkind = 'local'\npath = 'kopie'\n\
         {S3}secret_key = '${{S3_SECRET}}'\nendpoint = 'https://s3.example/'\nprefix = '/firma/crm'\n\
         [[backup.target]]\nname = 'NAS w biurze'\nkind = 'sftp'\nhost = 'nas'\nuser = 'crm'\npath = '/kopie'\n\
         private_key_file = '{}'\nhost_key = 'ssh-ed25519 AAAA crm@nas'\n\
         [[backup.target]]\nname = 'cloud'\nkind = 'webdav'\nurl = 'https://cloud/dav/'\nuser = 'u'\npassword = 'p'\n",
        key.display()
    );
    let config = parse(&text).unwrap();
    let key_file = config.backup.key_file.clone().unwrap();
    assert_eq!(key_file, Path::new("/etc/firma/kopia.key"));
    let [
        TargetConfig::Local(local),
        TargetConfig::S3(s3),
        TargetConfig::Sftp(sftp),
        TargetConfig::WebDav(dav),
    ] = &config.backup.targets[..]
    else {
        panic!("{:?}", config.backup.targets);
    };
    assert_eq!(local.path, Path::new("/etc/firma/kopie"));
    assert_eq!(s3.endpoint.as_deref(), Some("https://s3.example"));
    assert_eq!(
        (s3.prefix.as_str(), s3.region.as_str()),
        ("firma/crm/", "us-east-1")
    );
    assert_eq!(s3.secret_key.reveal(), "tajny-klucz");
    assert_eq!(
        (sftp.port, sftp.host_key.as_str()),
        (22, "ssh-ed25519 AAAA")
    );
    assert!(matches!(&sftp.login, SftpLogin::Key(key) if key.reveal().ends_with("\nx")));
    assert_eq!(dav.url, "https://cloud/dav");
    let shown = format!("{config:?}");
    assert!(
        !shown.contains("tajny-klucz") && !shown.contains("OPENSSH"),
        "{shown}"
    );
}

#[test]
fn what_cannot_be_used_is_named_with_its_line() {
    let local = "[[backup.target]]\nname = 'a'\nkind = 'local'\n";
    let sftp = "[[backup.target]]\nname = 'a'\nkind = 'sftp'\nhost = 'h'\nuser = 'u'\npath = 'p'\n";
    let dav = "[[backup.target]]\nname = 'a'\nkind = 'webdav'\n";
    for (text, expected) in [
        (
            "[backup]\ndaily_at = '25:00'".to_owned(),
            "2: \"backup.daily_at\" cannot be \"25:00\". Allowed: an hour",
        ),
        (
            "[backup]\nkeep_daily = -1".to_owned(),
            "2: \"backup.keep_daily\" cannot be -1",
        ),
        (
            "[backup]\nkeep_day = 1".to_owned(),
            "2: unknown key \"backup.keep_day\"; did you mean \"backup.keep_daily\"?",
        ),
        (
            "[backup]\nrecipients = ['x']".to_owned(),
            "2: \"backup.recipients\" cannot be \"x\"",
        ),
        (
            "[backup]\ntarget = 5".to_owned(),
            "2: \"backup.target\" is a list of tables: write the keys of each under a line [[backup.target]]",
        ),
        (
            "[backup.target]\nname = 'x'".to_owned(),
            "1: \"backup.target\" is a list of tables",
        ),
        (
            "\n[[backup.target]]\nname = 'x'".to_owned(),
            "2: \"backup.target.kind\" is missing. Allowed: \"local\", \"s3\"",
        ),
        (
            "[[backup.target]]\nname = 'x'\nkind = 'ftp'".to_owned(),
            "3: \"backup.target.kind\" cannot be \"ftp\". Allowed: \"local\"",
        ),
        (
            "[[backup.target]]\nkind = 'local'\npath = 'x'".to_owned(),
            "1: \"backup.target.name\" is missing",
        ),
        (
            local.replace("'a'", "'a/b'"),
            "2: \"backup.target.name\" cannot be \"a/b\"",
        ),
        (local.to_owned(), "1: \"backup.target.path\" is missing"),
        (
            format!("{local}path = 'x'\nbuckets = 'b'"),
            "5: unknown key \"backup.target.buckets\"; did you mean \"backup.target.bucket\"?",
        ),
        (
            format!("{local}path = 'x'\nbucket = 'b'"),
            "5: \"backup.target.bucket\" is no key of a target of kind \"local\". Allowed here: name, kind, path",
        ),
        (
            format!("{local}path = 'x'\npassword_file = '/etc/hostname'"),
            "5: \"backup.target.password\" is no key of a target of kind \"local\"",
        ),
        (
            format!(
                "{local}path = 'x'\n{}path = 'y'",
                local.replace("'a'", "'A'")
            ),
            "6: \"backup.target.name\" cannot be \"A\": another target is called so",
        ),
        (S3.to_owned(), "1: \"backup.target.secret_key\" is missing"),
        (
            format!("{S3}secret_key = 'x'\nprefix = 'a/../b'"),
            "7: \"backup.target.prefix\" cannot be \"a/../b\"",
        ),
        (
            format!("{S3}secret_key = 'x'\nendpoint = 's3.example'"),
            "7: \"backup.target.endpoint\" cannot be",
        ),
        (
            format!("{S3}secret_key_file = '/no/such'"),
            "6: \"backup.target.secret_key_file\" /no/such",
        ),
        (
            sftp.to_owned(),
            "1: \"backup.target.private_key\" is missing. Allowed: private_key, private_key_file, password",
        ),
        (
            format!("{sftp}private_key = 'x'\npassword = 'y'"),
            "8: \"backup.target.password\" cannot stand beside a private key",
        ),
        (
            format!("{sftp}password = 'y'\nhost_key = 'SHA256:abc'"),
            "8: \"backup.target.host_key\" cannot be \"SHA256:abc\"",
        ),
        (dav.to_owned(), "1: \"backup.target.url\" is missing"),
        (
            format!("{dav}url = 'http://cloud/'\nuser = 'u'\npassword = 'Tajne1'"),
            "4: \"backup.target.url\" cannot begin with http://",
        ),
    ] {
        let message = refusal(&text);
        assert!(
            message.starts_with(expected),
            "{message}\nexpected {expected}"
        );
        assert!(!message.contains("Tajne1"), "{message}");
    }
}

#[test]
fn no_message_shows_a_secret() {
    let account =
        refusal("[[backup.target]]\nname = 'a'\nkind = 'webdav'\nurl = 'https://u:Tajne1@cloud/'");
    assert!(
        account.starts_with("4: \"backup.target.url\" cannot be an address with an account"),
        "{account}"
    );
    assert!(!account.contains("Tajne1"));
    let key = refusal("[backup]\nrecipients = ['AGE-SECRET-KEY-1TAJNE']");
    assert!(
        key.contains("secret key") && !key.contains("TAJNE"),
        "{key}"
    );
}

#[test]
fn a_password_may_cross_this_machine_in_the_clear() {
    for (url, free) in [
        ("https://cloud.pl/x", true),
        ("http://127.0.0.1:8080/x", true),
        ("http://[::1]/x", true),
        ("http://localhost/x", true),
        ("http://localhost.evil.pl/x", false),
        ("http://10.0.0.1/x", false),
    ] {
        assert_eq!(protected(url), free, "{url}");
    }
}

#[test]
fn the_help_lists_the_keys_of_a_target() {
    let text = crate::config::reference();
    assert!(
        text.contains("\n[backup]\n") && text.contains("\n[[backup.target]]\n"),
        "{text}"
    );
    assert!(text.contains("\nhost_key = \"\"\n"));
}
