use std::fs;
use std::time::Duration;

use super::*;
use crate::backup::target::parts::{Sshd, Way, file, keeps_files};
use crate::config::Hidden;

fn parts_left(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).unwrap().flatten();
    let hidden = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with('.'));
    hidden.count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_keeps_files() {
    let sshd = Sshd::start();
    let target = Sftp::new(&sshd.target(), &KnownHosts::new(None));
    keeps_files(&target).await;
    assert!(target.room().await.unwrap().unwrap() > 0);
    assert!(target.host_key().unwrap().starts_with("SHA256:"));
    assert_eq!(parts_left(&sshd.store()), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_another_identity_is_told_nothing() {
    let mut sshd = Sshd::start();
    let folder = tempfile::tempdir().unwrap();
    let made = file(folder.path(), 10);
    let known = KnownHosts::new(Some(folder.path()));
    let first = Sftp::new(&sshd.target(), &known);
    first.put("a.age", &made).await.unwrap();
    let held = first.host_key().unwrap();

    sshd.new_identity(&["ed25519"]);
    let again = Sftp::new(&sshd.target(), &KnownHosts::new(Some(folder.path())));
    let error = again.put("b.age", &made).await.unwrap_err();
    assert!(matches!(error, TargetError::HostKey { .. }), "{error}");
    let error = error.to_string();
    assert!(
        error.contains("host key") && error.contains(&held),
        "{error}"
    );
    assert_eq!(again.host_key(), Some(held));
    assert!(!sshd.store().join("b.age").exists());

    known.forget(&again.host()).unwrap();
    again.put("b.age", &made).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configured_host_key_counts_from_the_start() {
    let sshd = Sshd::start();
    let here = tempfile::tempdir().unwrap();
    let made = file(here.path(), 10);
    let mut config = sshd.target();
    config.host_key = format!("SHA256:{}", "A".repeat(43));
    let error = Sftp::new(&config, &KnownHosts::new(None))
        .put("a.age", &made)
        .await;
    assert!(
        matches!(error, Err(TargetError::HostKey { .. })),
        "{error:?}"
    );

    let known = KnownHosts::new(None);
    config.host_key = String::new();
    let target = Sftp::new(&config, &known);
    target.put("a.age", &made).await.unwrap();
    config.host_key = target.host_key().unwrap();
    let target = Sftp::new(&config, &KnownHosts::new(None));
    target.put("a.age", &made).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_more_keys_than_before_is_the_same_server() {
    let mut sshd = Sshd::start();
    sshd.new_identity(&["ecdsa"]);
    let folder = tempfile::tempdir().unwrap();
    let known = KnownHosts::new(Some(folder.path()));
    let target = Sftp::new(&sshd.target(), &known);
    target.list("").await.unwrap();
    let kept = known.get(&target.host()).unwrap().unwrap();
    assert!(kept.starts_with("ecdsa-sha2-nistp256 "), "{kept}");
    sshd.with_keys(&["ed25519", "ecdsa"]);
    Sftp::new(&sshd.target(), &known).list("").await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_credentials_are_told_without_them() {
    let sshd = Sshd::start();
    let here = tempfile::tempdir().unwrap();
    let made = file(here.path(), 10);
    let mut config = sshd.target();
    config.login = SftpLogin::Password(Hidden::new("Tajne-Haslo-Nas"));
    let target = Sftp::new(&config, &KnownHosts::new(None));
    let error = target.put("a.age", &made).await.unwrap_err().to_string();
    assert!(
        error.contains("does not let") && !error.contains("Tajne"),
        "{error}"
    );
    assert!(!format!("{target:?}").contains("Tajne"));

    config.login = SftpLogin::Key(Hidden::new("Tajne: no key at all"));
    let target = Sftp::new(&config, &KnownHosts::new(None));
    let error = target.list("").await.unwrap_err().to_string();
    assert!(
        error.contains("private key cannot be used") && !error.contains("Tajne"),
        "{error}"
    );

    config = sshd.target();
    config.port = 1;
    let error = Sftp::new(&config, &KnownHosts::new(None))
        .list("")
        .await
        .unwrap_err();
    assert!(error.to_string().contains("cannot be reached"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_connection_leaves_no_file_and_its_rest_goes_with_the_next_put() {
    let sshd = Sshd::start();
    let way = Way::to(sshd.port, 12 << 20).await;
    let mut config = sshd.target();
    config.port = way.port;
    let here = tempfile::tempdir().unwrap();
    let large = file(here.path(), 40 << 20);
    let target = Sftp::new(&config, &KnownHosts::new(None));
    target.put("a.age", &large).await.unwrap_err();
    assert!(!sshd.store().join("a.age").exists());
    assert!(parts_left(&sshd.store()) > 0);

    way.mend(u64::MAX);
    target.put("a.age", &large).await.unwrap();
    assert_eq!(parts_left(&sshd.store()), 0);
    let back = here.path().join("back");
    way.mend(8 << 20);
    target.get("a.age", &back).await.unwrap_err();
    way.mend(u64::MAX);
    target.get("a.age", &back).await.unwrap();
    assert!(fs::read(&back).unwrap() == fs::read(&large).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_put_nobody_waits_for_leaves_nothing_after_the_next() {
    let sshd = Sshd::start();
    let here = tempfile::tempdir().unwrap();
    let large = file(here.path(), 60 << 20);
    let target = Sftp::new(&sshd.target(), &KnownHosts::new(None));
    target.list("").await.unwrap();
    let put = target.put("a.age", &large);
    let _ = tokio::time::timeout(Duration::from_millis(30), put).await;
    let old = sshd.store().join(".kartoteka-2233.part");
    let long_ago = std::time::SystemTime::UNIX_EPOCH + Duration::from_hours(24 * 365 * 50);
    fs::File::create(&old)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();
    fs::write(
        sshd.store().join(".kartoteka-0011.part"),
        "of another process",
    )
    .unwrap();
    target.put("b.age", &file(here.path(), 10)).await.unwrap();
    let left = fs::read_dir(sshd.store()).unwrap().flatten();
    let left: Vec<_> = left
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    assert!(
        left.contains(&".kartoteka-0011.part".to_owned()),
        "it is young: {left:?}"
    );
    assert_eq!(
        left.iter().filter(|name| name.starts_with('.')).count(),
        1,
        "{left:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn odd_names_are_passed_over_and_a_missing_disk_is_told() {
    let sshd = Sshd::start();
    fs::write(sshd.store().join("zażółć.age"), "x").unwrap();
    fs::write(sshd.store().join("a b.age"), "x").unwrap();
    std::os::unix::fs::symlink("/etc", sshd.store().join("etc")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", sshd.store().join("passwd.age")).unwrap();
    let target = Sftp::new(&sshd.target(), &KnownHosts::new(None));
    assert_eq!(target.list("").await.unwrap(), []);

    let mut config = sshd.target();
    config.path = sshd.store().join("disk/kopie").display().to_string();
    let here = tempfile::tempdir().unwrap();
    let target = Sftp::new(&config, &KnownHosts::new(None));
    let error = target
        .put("a.age", &file(here.path(), 10))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("mounted"), "{error}");
}
