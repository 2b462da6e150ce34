//! What the person who looks after the machine relies on: doctor, figures, the configuration, systemd, a full disk.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use super::browser_without_script::{Browser, PASSWORD};
use super::program::{Served, code, program, run, stderr};

fn demo(data: &Path) {
    let arguments = ["demo", "--clients", "10", "--no-serve", "--password-stdin"];
    let mut child = program(data, &arguments)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{PASSWORD}").unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn token(data: &Path, email: &str) -> String {
    let made = run(data, &["token", "add", "--user", email, "--name", "t"]);
    assert_eq!(code(&made), 0, "{}", stderr(&made));
    stdout(&made).trim().to_owned()
}

/// The status and body of a GET, with the headers given.
fn get(address: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
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
        found
            .map(str::to_owned)
            .unwrap_or_else(|| panic!("no line about {what}: {lines}"))
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

#[test]
fn systemd_hears_that_all_is_well() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("notify");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let mut command = program(
        &root.path().join("data"),
        &["serve", "--listen", "127.0.0.1:0"],
    );
    command
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "600000");
    let served = Served::start(command);
    let mut heard = String::new();
    while !heard.contains("WATCHDOG=1") {
        let mut message = [0; 256];
        let length = systemd.recv(&mut message).unwrap();
        heard.push_str(&String::from_utf8_lossy(&message[..length]));
    }
    assert!(heard.contains("READY=1"));
    served.signal("-HUP");
    while !heard.contains("RELOADING=1") {
        let mut message = [0; 256];
        let length = systemd.recv(&mut message).unwrap();
        heard.push_str(&String::from_utf8_lossy(&message[..length]));
    }
}

#[test]
fn a_socket_that_systemd_opened_is_taken() {
    if Command::new("systemd-socket-activate")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("no systemd-socket-activate here; passed over");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let mut child = Command::new("systemd-socket-activate")
        .arg("--listen")
        .arg(&address)
        .arg(env!("CARGO_BIN_EXE_kartoteka"))
        .arg("--data")
        .arg(root.path().join("data"))
        .args(["serve", "--listen", &address])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The first connection starts the program and waits in the socket meanwhile.
    let started = Instant::now();
    let answer = loop {
        match std::net::TcpStream::connect(&address) {
            Ok(mut stream) => {
                stream
                    .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                break answer;
            }
            Err(_) if started.elapsed() < Duration::from_secs(20) => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(error) => panic!("{error}"),
        }
    };
    let _ = child.kill();
    let _ = child.wait();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[test]
fn the_unit_keeps_the_service_in_its_place() {
    if Command::new("systemd-analyze")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("no systemd-analyze here; passed over");
        return;
    }
    let unit = Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd/kartoteka.service");
    let judged = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=15", "--no-pager"])
        .arg(&unit)
        .output()
        .unwrap();
    assert!(
        judged.status.success(),
        "{}",
        String::from_utf8_lossy(&judged.stdout)
    );
}

#[test]
fn the_manual_and_completions_come_from_the_program() {
    let root = tempfile::tempdir().unwrap();
    let page = run(root.path(), &["manual"]);
    assert_eq!(code(&page), 0);
    let page = stdout(&page);
    assert!(
        page.contains(".TH") && page.contains("kartoteka doctor") && page.contains("upload_mb")
    );
    for shell in ["bash", "zsh", "fish"] {
        let script = run(root.path(), &["completions", shell]);
        assert!(stdout(&script).contains("healthcheck"), "{shell}");
    }
    assert_eq!(code(&run(root.path(), &["completions", "cmd"])), 2);
}

#[test]
fn compaction_waits_for_the_server_to_stop() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    demo(&data);
    let served = Served::on(&data);
    assert_eq!(code(&run(&data, &["compact"])), 3);
    drop(served);
    let compacted = run(&data, &["compact"]);
    assert_eq!(code(&compacted), 0, "{}", stderr(&compacted));
    assert_eq!(code(&run(&data, &["audit", "verify"])), 0);
    assert!(stdout(&run(&data, &["user", "list"])).contains("owner@demo.test"));
}

/// A small disk of its own in memory; unmounted when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(megabytes: u32) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={megabytes}m");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "tmpfs"])
            .arg(folder.path())
            .output();
        mounted
            .is_ok_and(|done| done.status.success())
            .then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_stops_writing_and_nothing_else() {
    let Some(disk) = SmallDisk::mount(48) else {
        eprintln!("a disk can be mounted by root alone; passed over");
        return;
    };
    let data = disk.0.path().join("data");
    demo(&data);
    let bearer = format!("Bearer {}", token(&data, "owner@demo.test"));
    let served = Served::on(&data);
    let at = served.address.clone();
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let create = |name: &str| {
        let mut answer = agent
            .post(format!("http://{at}/api/v1/clients"))
            .header("authorization", &bearer)
            .send_json(serde_json::json!({"kind": "company", "name": name}))
            .unwrap();
        (
            answer.status().as_u16(),
            answer.body_mut().read_to_string().unwrap(),
        )
    };
    assert_eq!(create("Przed").0, 201);
    // Lets the reserve be made.
    std::thread::sleep(Duration::from_secs(1));
    let filler = disk.0.path().join("filler");
    let mut file = std::fs::File::create(&filler).unwrap();
    let block = vec![7; 64 << 10];
    while file.write_all(&block).is_ok() {}
    drop(file);

    let (status, body) = create("W trakcie");
    assert_eq!(status, 507, "{body}");
    let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
    assert_eq!(problem["status"], 507);
    assert_eq!(
        get(&at, "/api/v1/clients", &[("authorization", &bearer)]).0,
        200
    );
    let owner = Browser::signed_in(&at, "en", "owner@demo.test");
    let page = owner.get("/clients");
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("no room on the server"),
        "admins see a banner"
    );
    let refused = owner.post(
        "/clients/new",
        &[
            ("csrf", &page.csrf()),
            ("kind", "company"),
            ("name", "Strona"),
        ],
    );
    assert_eq!(refused.status, 507);

    std::fs::remove_file(&filler).unwrap();
    let (status, body) = create("Po wszystkim");
    assert_eq!(status, 201, "{body}");
    assert!(!owner.get("/clients").text.contains("no room on the server"));
    drop(served);
    assert_eq!(code(&run(&data, &["audit", "verify"])), 0);
}
