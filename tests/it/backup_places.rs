//! Places for backups set on the page, as the program uses them: commands, a running server, a restored firm.

use std::path::{Path, PathBuf};

use super::browser_without_script::{Browser, PASSWORD};
use super::program::{Served, code, program, run, stderr};

const OWNER: &str = "owner@demo.test";
const SECRET: &str = "Tajne-Haslo-Chmury-77";

fn stdout(output: &std::process::Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A demo firm without a configuration file.
fn demo(data: &Path) {
    use std::io::Write;
    let arguments = ["demo", "--clients", "20", "--no-serve", "--password-stdin"];
    let mut made = program(data, &arguments)
        .stdin(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(made.stdin.take().unwrap(), "{PASSWORD}").unwrap();
    assert!(made.wait().unwrap().success());
}

fn add(browser: &Browser, fields: &[(&str, &str)]) {
    let place = "/settings/backups/targets/new";
    let csrf = browser.get(&format!("{place}?kind=local")).csrf();
    let answer = browser.post(place, &[&[("csrf", csrf.as_str())], fields].concat());
    assert_eq!(answer.status, 303, "{}", answer.text);
}

#[test]
fn what_is_set_on_the_page_counts_for_commands_and_in_a_restored_firm() {
    let root = tempfile::tempdir().unwrap();
    let (data, store) = (root.path().join("data"), root.path().join("store"));
    demo(&data);
    let served = Served::on(&data);
    let owner = Browser::signed_in(&served.address, "en", OWNER);
    let path = store.to_str().unwrap();
    add(
        &owner,
        &[("kind", "local"), ("name", "disk"), ("path", path)],
    );
    let cloud = [
        ("kind", "s3"),
        ("name", "cloud"),
        ("endpoint", "https://127.0.0.1:1"),
        ("region", "x"),
        ("bucket", "b"),
        ("access_key", "A"),
        ("secret_key", SECRET),
        ("untried", "yes"),
    ];
    add(&owner, &cloud);
    let csrf = owner.get("/settings/backups").csrf();
    let plan = [
        ("csrf", csrf.as_str()),
        ("daily_at", "04:15"),
        ("keep_daily", "3"),
    ];
    assert_eq!(owner.post("/settings/backups/plan", &plan).status, 303);

    // Over the control socket, without a restart.
    let made = run(&data, &["backup", "run", "--target", "disk"]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    let name = stdout(&made).trim().to_owned();
    assert!(store.join(&name).exists());
    let shown = run(&data, &["config", "show"]);
    let shown = stdout(&shown);
    assert!(
        shown.contains("backup.daily_at = \"04:15\"  # the settings pages"),
        "{shown}"
    );
    assert!(
        shown.contains("backup.keep_daily = 3  # the settings pages"),
        "{shown}"
    );
    assert!(
        shown.contains("backup.target[1].name = \"disk\"  # the settings pages"),
        "{shown}"
    );
    assert!(
        shown.contains("backup.target[2].secret_key = \"********\""),
        "{shown}"
    );
    assert!(!shown.contains(SECRET));
    let doctor = stdout(&run(&data, &["doctor"]));
    assert!(doctor.contains("ok   backup target disk"), "{doctor}");
    assert!(
        doctor.contains("fail backup target cloud") && !doctor.contains(SECRET),
        "{doctor}"
    );
    // With the server running, and onto another machine with the folder stopped.
    restored(&data, &name, &root.path().join("one"), "disk");
    served.signal("-TERM");
    assert_eq!(served.end().0, Some(0));
    restored(&data, &name, &root.path().join("two"), "disk");
    let listed = run(&data, &["backup", "list", "--json"]);
    assert!(stdout(&listed).contains(&name), "{}", stderr(&listed));
    assert!(stdout(&run(&data, &["config", "show"])).contains("backup.target[1].name = \"disk\""));
    let none = run(&data, &["backup", "run", "--target", "nowhere"]);
    assert_eq!(code(&none), 2);
    assert!(stderr(&none).contains("disk, cloud"), "{}", stderr(&none));
}

/// Restores by the name of a place on the page; the firm that comes of it makes backups there too.
fn restored(data: &Path, archive: &str, into: &Path, target: &str) {
    let folder = into.to_str().unwrap();
    let done = run(
        data,
        &["restore", archive, "--into", folder, "--target", target],
    );
    assert_eq!(code(&done), 0, "{}", stderr(&done));
    let made = run(into, &["backup", "run", "--target", target]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    let shown = stdout(&run(into, &["config", "show"]));
    assert!(shown.contains("backup.daily_at = \"04:15\""), "{shown}");
}

#[test]
fn asking_for_backups_makes_no_firm() {
    let root = tempfile::tempdir().unwrap();
    let (empty, store) = (root.path().join("empty"), root.path().join("store"));
    std::fs::create_dir(&empty).unwrap();
    std::fs::create_dir(&store).unwrap();
    let file = "2026-11-26T02-30-00Z-firma.tar.zst.age";
    std::fs::write(store.join(file), "x").unwrap();
    let config = root.path().join("kartoteka.toml");
    let text = format!(
        "[[backup.target]]\nname = \"here\"\nkind = \"local\"\npath = \"{}\"\n",
        store.display()
    );
    std::fs::write(&config, text).unwrap();
    let none = run(&empty, &["backup", "list", "--json"]);
    assert_eq!((code(&none), stdout(&none).trim()), (0, "[]"));
    let config = config.to_str().unwrap();
    let listed = run(&empty, &["backup", "list", "--json", "--config", config]);
    assert!(stdout(&listed).contains(file), "{}", stderr(&listed));
    for (command, says) in [
        (&["backup", "run"][..], "there is no firm"),
        (&["backup", "key", "show"], "there is no firm"),
        // A target can be asked without a firm, but not without a key.
        (&["backup", "verify", file], "name the key file"),
    ] {
        let refused = run(&empty, &[command, &["--config", config]].concat());
        assert_eq!(code(&refused), 1, "{command:?}");
        assert!(stderr(&refused).contains(says), "{}", stderr(&refused));
    }
    assert_eq!(std::fs::read_dir(&empty).unwrap().count(), 0);
}

#[test]
fn a_persons_own_copy_comes_back_through_import() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    demo(&data);
    let sheet = root.path().join("clients.xlsx");
    let out = sheet.to_str().unwrap();
    let exported = run(&data, &["export", "clients", "--out", out, "--as", OWNER]);
    assert_eq!(code(&exported), 0, "{}", stderr(&exported));
    let zip = zipped(root.path(), &sheet);
    let zip = zip.to_str().unwrap();
    let again = run(
        &data,
        &[
            "import", "clients", zip, "--match", "id", "--as", OWNER, "--json",
        ],
    );
    let again: serde_json::Value = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(
        (&again["created"], &again["failed"]),
        (&0.into(), &0.into()),
        "{again}"
    );
    assert_eq!(again["skipped"], again["rows"]);
}

/// The sheet in an archive, as „Moja kopia” gives it.
fn zipped(folder: &Path, sheet: &Path) -> PathBuf {
    use std::io::Write;
    let path = folder.join("moja-kopia.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    let stored = zip::write::SimpleFileOptions::default();
    zip.start_file("clients.xlsx", stored).unwrap();
    zip.write_all(&std::fs::read(sheet).unwrap()).unwrap();
    zip.start_file("README.txt", stored).unwrap();
    zip.write_all(b"x").unwrap();
    zip.finish().unwrap();
    path
}
