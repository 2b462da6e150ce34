//! The program as a service: systemd, its sockets and unit, the manual, compaction, a full disk.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::appliance::{demo, get, stdout, token};
use super::browser_without_script::Browser;
use super::program::{Served, code, program, run, stderr};

/// A hook of certbot that says "read it again" while a large firm is being opened must not take the server down.
#[test]
fn a_hangup_while_it_starts_does_not_end_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut command = program(&data, &["serve", "--listen", "127.0.0.1:0"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    while !data.join("kartoteka.redb").exists() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(1));
    }
    let pid = child.id().to_string();
    let hangups = std::thread::spawn(move || {
        for _ in 0..40 {
            let _ = Command::new("kill").args(["-HUP", &pid]).status();
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    stdout.read_line(&mut line).unwrap();
    hangups.join().unwrap();
    assert!(line.starts_with("ready "), "{line}");
    assert!(child.try_wait().unwrap().is_none(), "it ended");
    let _ = child.kill();
    let _ = child.wait();
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
    // Files are refused first, and those that are there can still be taken.
    let list = get(
        &at,
        "/api/v1/clients?sort=name",
        &[("authorization", &bearer)],
    );
    let list: serde_json::Value = serde_json::from_str(&list.1).unwrap();
    let client = list["items"][0]["id"].as_str().unwrap();
    let files = format!("/api/v1/clients/{client}/files");
    let listed = get(&at, &files, &[("authorization", &bearer)]);
    let listed: serde_json::Value = serde_json::from_str(&listed.1).unwrap();
    let file = listed["items"][0]["id"]
        .as_str()
        .expect("the demo has files");
    let taken = get(
        &at,
        &format!("{files}/{file}"),
        &[("authorization", &bearer)],
    );
    assert_eq!(taken.0, 200);
    let form = "--B\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\na\r\n--B--\r\n";
    let refused = agent
        .post(format!("http://{at}{files}"))
        .header("authorization", &bearer)
        .content_type("multipart/form-data; boundary=B")
        .send(form)
        .unwrap();
    assert_eq!(refused.status(), 507);

    std::fs::remove_file(&filler).unwrap();
    let (status, body) = create("Po wszystkim");
    assert_eq!(status, 201, "{body}");
    assert!(!owner.get("/clients").text.contains("no room on the server"));
    drop(served);
    assert_eq!(code(&run(&data, &["audit", "verify"])), 0);
}
