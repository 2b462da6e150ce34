use super::*;

#[test]
fn a_line_says_what_how_and_what_to_do() {
    let finding = Finding::warn(
        "doctor-room",
        Problem::new("doctor-said").with("why", "one\nline\u{1b}[2J"),
        Problem::new("doctor-room-do"),
    );
    assert_eq!(
        finding.line(),
        "warn room: one line [2J; free some space or make the disk larger"
    );
    assert_eq!(finding.to_json()["verdict"], "warn");
}

#[test]
fn a_folder_without_a_firm_is_looked_at_all_the_same() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let around = Surroundings {
        folder: folder.path().to_owned(),
        source: Source::new(None, folder.path()),
        config: None,
        serving: false,
        tls: None,
    };
    let patient = Patient {
        around: &around,
        vault: None,
        runtime: runtime.handle(),
        thorough: false,
    };
    let findings = examine(&patient);
    let named = |key| findings.iter().any(|finding| finding.what.key == key);
    for key in [
        "doctor-configuration",
        "doctor-folder",
        "doctor-room",
        "doctor-clock",
    ] {
        assert!(named(key), "{key}");
    }
}

#[test]
fn a_key_that_others_can_read_fails() {
    use std::os::unix::fs::PermissionsExt;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(folder.path(), 0o700);
    let key = folder.path().join("secret.key");
    std::fs::write(&key, "x").unwrap();
    mode(&key, 0o644);
    let around = Surroundings {
        folder: folder.path().to_owned(),
        source: Source::new(None, folder.path()),
        config: None,
        serving: false,
        tls: None,
    };
    let patient = Patient {
        around: &around,
        vault: None,
        runtime: runtime.handle(),
        thorough: false,
    };
    let line = || {
        let findings = examine(&patient);
        let found = findings
            .iter()
            .find(|finding| finding.what.key == "doctor-folder");
        found.unwrap().line()
    };
    assert!(
        line().starts_with("fail data folder: others can read secret.key (mode 644); chmod 600 ")
    );
    mode(&key, 0o600);
    assert!(line().starts_with("ok   data folder: "));
}
