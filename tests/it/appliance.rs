//! What the person who looks after the machine relies on: doctor, figures, the health page, the configuration.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use super::browser_without_script::{Browser, PASSWORD};
use super::program::{Served, code, program, run, stderr};

pub(crate) fn demo(data: &Path) {
    let mut arguments = vec!["demo", "--clients", "10", "--no-serve", "--password-stdin"];
    arguments.extend(["--files-mb", "1"]);
    let mut child = program(data, &arguments)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{PASSWORD}").unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn token(data: &Path, email: &str) -> String {
    let made = run(data, &["token", "add", "--user", email, "--name", "t"]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    stdout(&made).trim().to_owned()
}

/// The status and body of a GET, with the headers given.
pub(crate) fn get(address: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let mut request = agent.get(format!("http://{address}{path}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = request.call().unwrap();
    let body = answer.body_mut().read_to_string().unwrap();
    (answer.status().as_u16(), body)
}

#[test]
fn doctor_looks_at_a_firm_at_rest_and_at_work() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    demo(&data);
    let line = |output: &Output, what: &str| {
        let lines = stdout(output);
        let found = lines.lines().find(|line| line[5..].starts_with(what));
        found.map_or_else(|| panic!("no line about {what}: {lines}"), str::to_owned)
    };
    let look = |running: bool| {
        let looked = run(&data, &["doctor"]);
        for what in [
            "configuration",
            "data folder",
            "room",
            "indexes",
            "audit log",
            "clock",
            "mail",
            "memory",
        ] {
            line(&looked, what);
        }
        assert!(
            line(&looked, "database").starts_with("ok "),
            "{}",
            stdout(&looked)
        );
        assert!(line(&looked, "indexes").contains("10 of 10"));
        let failed = stdout(&looked).lines().any(|line| line.starts_with("fail"));
        assert_eq!(code(&looked), i32::from(failed), "running: {running}");
        looked
    };
    look(false);
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let served = Served::start(program(&data, &["serve", "--listen", &address]));
    assert!(line(&look(true), "port").starts_with("ok "));
    let json = run(&data, &["doctor", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert!(json.as_array().unwrap().len() > 8);
    drop(served);

    // Each of these is found, and the line says what to do.
    std::fs::set_permissions(data.join("secret.key"), PermissionsExt::from_mode(0o644)).unwrap();
    std::fs::write(data.join("kartoteka.toml"), "lisen = 1\n").unwrap();
    let looked = run(&data, &["doctor"]);
    assert_eq!(code(&looked), 1);
    assert!(
        line(&looked, "configuration").contains("did you mean"),
        "{}",
        stdout(&looked)
    );
    assert!(line(&looked, "data folder").contains("chmod 600"));
    std::fs::remove_file(data.join("kartoteka.toml")).unwrap();

    let file = data.join("kartoteka.redb");
    let mut bytes = std::fs::read(&file).unwrap();
    bytes.truncate(bytes.len() / 2);
    std::fs::write(&file, bytes).unwrap();
    let looked = run(&data, &["doctor"]);
    assert_eq!(code(&looked), 1);
    let said = line(&looked, "database");
    assert!(
        said.starts_with("fail") && said.contains("kartoteka restore"),
        "{said}"
    );
    assert_eq!(code(&run(&root.path().join("none"), &["doctor"])), 1);

    // Whoever only looks makes nothing.
    let empty = root.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    assert_eq!(code(&run(&empty, &["doctor"])), 1);
    assert!(!empty.join("kartoteka.redb").exists());
}

#[test]
fn figures_are_for_this_machine_or_a_token_with_the_right() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    demo(&data);
    std::fs::write(
        data.join("kartoteka.toml"),
        "trusted_proxies = [\"127.0.0.0/8\"]\n",
    )
    .unwrap();
    let (owner, sales) = (
        token(&data, "owner@demo.test"),
        token(&data, "sales1@demo.test"),
    );
    let served = Served::on(&data);
    let at = served.address.as_str();
    assert_eq!(get(at, "/readyz", &[]), (200, "ready".to_owned()));
    get(at, "/login", &[]);
    get(at, "/no/such/page", &[]);
    let (status, figures) = get(at, "/metrics", &[]);
    assert_eq!(status, 200);
    for line in [
        "kartoteka_records 10",
        "kartoteka_requests_total{class=\"unknown\",status=\"4xx\"} 1",
        "kartoteka_letters_waiting 0",
        "kartoteka_operations_under_way 0",
    ] {
        assert!(
            figures.lines().any(|found| found == line),
            "{line}\n{figures}"
        );
    }
    assert!(!figures.contains("demo.test"));

    // A proxy on this machine passes strangers on.
    for (name, value) in [
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-for", "203.0.113.5"),
        ("forwarded", "for=127.0.0.1"),
    ] {
        assert_eq!(
            get(at, "/metrics", &[(name, value)]).0,
            401,
            "{name}: {value}"
        );
    }
    let with = |token: &str| {
        let bearer = format!("Bearer {token}");
        get(
            at,
            "/metrics",
            &[
                ("x-forwarded-for", "203.0.113.5"),
                ("authorization", &bearer),
            ],
        )
        .0
    };
    assert_eq!(with(&owner), 200);
    assert_eq!(with(&sales), 403);
    assert_eq!(with("nonsense"), 401);
}

#[test]
fn the_health_page_says_what_doctor_says() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    demo(&data);
    let served = Served::on(&data);
    let owner = Browser::signed_in(&served.address, "en", "owner@demo.test");
    let page = owner.get("/settings/health");
    assert_eq!(page.status, 200);
    for what in [
        "data folder",
        "10 of 10 records",
        "audit log",
        "Check again",
    ] {
        assert!(page.text.contains(what), "{what}");
    }
    let again = owner.post("/settings/health", &[("csrf", &page.csrf())]);
    assert_eq!(
        (again.status, again.location.as_str()),
        (303, "/settings/health")
    );
    let polish =
        Browser::signed_in(&served.address, "pl", "owner@demo.test").get("/settings/health");
    assert!(polish.text.contains("folder danych") || polish.text.contains("data folder"));
    let sales = Browser::signed_in(&served.address, "en", "sales1@demo.test");
    assert_eq!(sales.get("/settings/health").status, 403);
}

#[test]
fn the_configuration_is_checked_and_shown_without_secrets() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("k.toml");
    let with = |text: &str, arguments: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let mut all = vec!["--config", file.to_str().unwrap(), "config"];
        all.extend(arguments);
        run(root.path(), &all)
    };
    let good = "[smtp]\nhost = 'mail.test'\nuser = 'crm'\nfrom = 'crm@a.test'\npassword = 'Tajne-81'\n[limits]\nupload_mb = 7\n";
    assert_eq!(code(&with(good, &["check"])), 0);
    let shown = with(good, &["show"]);
    assert_eq!(code(&shown), 0);
    let shown = stdout(&shown);
    assert!(!shown.contains("Tajne-81"), "{shown}");
    assert!(shown.contains("limits.upload_mb = 7  # "), "{shown}");
    assert!(shown.contains("k.toml:7"), "{shown}");
    assert!(
        shown.contains("limits.requests_per_minute = 600  # default"),
        "{shown}"
    );
    let json = with(good, &["show", "--json"]);
    assert!(
        serde_json::from_slice::<serde_json::Value>(&json.stdout)
            .unwrap()
            .is_array()
    );
    let bad = with("[limits]\nupload_mb = 'x'\n", &["check"]);
    assert_eq!(code(&bad), 1);
    assert!(
        stderr(&bad).contains("k.toml:2: \"limits.upload_mb\""),
        "{}",
        stderr(&bad)
    );
}

#[test]
fn a_hangup_reads_the_configuration_again() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    demo(&data);
    let file = data.join("kartoteka.toml");
    std::fs::write(&file, "[limits]\nrequests_per_minute = 0\n").unwrap();
    let bearer = format!("Bearer {}", token(&data, "owner@demo.test"));
    let served = Served::on(&data);
    let ask = || get(&served.address, "/api/v1/me", &[("authorization", &bearer)]).0;
    let throttled = || (0..20).any(|_| ask() == 429);
    assert!(!throttled());
    // What cannot be used leaves everything as it is.
    std::fs::write(&file, "[limits]\nrequests_per_minute = 'few'\n").unwrap();
    served.signal("-HUP");
    std::thread::sleep(Duration::from_millis(500));
    assert!(!throttled());
    std::fs::write(&file, "[limits]\nrequests_per_minute = 3\n").unwrap();
    served.signal("-HUP");
    let started = Instant::now();
    while !throttled() {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "the new limit does not count"
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}
