//! The program as a process: exit codes, the lock, the ready line, signals, systemd.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::Duration;

use super::program::{Served, code, program, run, stderr};

#[test]
fn a_second_server_is_refused_with_code_3() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let served = Served::on(&data);
    let second = run(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code(&second), 3);
    assert!(second.stdout.is_empty());
    let message = stderr(&second);
    assert_eq!(message.lines().count(), 1, "{message}");
    assert!(message.contains("in use by another process"), "{message}");
    drop(served);
    Served::on(&data);
}

#[test]
fn signals_end_it_in_good_order() {
    let root = tempfile::tempdir().unwrap();
    for signal in ["-TERM", "-INT"] {
        let served = Served::on(root.path());
        let mut stream = TcpStream::connect(&served.address).unwrap();
        stream
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            .unwrap();
        let mut start = [0; 15];
        stream.read_exact(&mut start).unwrap();
        assert_eq!(&start, b"HTTP/1.1 200 OK");
        served.signal(signal);
        let (code, rest, time) = served.end();
        assert_eq!((code, rest.as_str()), (Some(0), ""), "{signal}");
        assert!(
            time < Duration::from_secs(5),
            "an idle connection holds nothing up: {time:?}"
        );
        assert!(!root.path().join("control.sock").exists());
    }
}

#[test]
fn systemd_hears_ready_and_stopping() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("notify");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let heard = || {
        let mut message = [0; 256];
        let length = systemd.recv(&mut message).unwrap();
        String::from_utf8_lossy(&message[..length])
            .trim()
            .to_owned()
    };
    let mut command = program(
        &root.path().join("data"),
        &["serve", "--listen", "127.0.0.1:0"],
    );
    command.env("NOTIFY_SOCKET", &path);
    let served = Served::start(command);
    assert_eq!(heard(), "READY=1");
    served.signal("-TERM");
    assert_eq!(heard(), "STOPPING=1");
    assert_eq!(served.end().0, Some(0));
}

#[test]
fn healthcheck_tells_a_live_server_from_none() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    assert_eq!(code(&run(&data, &["healthcheck"])), 1);
    assert!(!data.exists(), "asking makes nothing");
    let served = Served::on(&data);
    assert_eq!(code(&run(&data, &["healthcheck"])), 0);
    drop(served);
    let dead = run(&data, &["healthcheck"]);
    assert_eq!(code(&dead), 1);
    assert!(
        stderr(&dead).contains("no server is running"),
        "{}",
        stderr(&dead)
    );
}

#[test]
fn the_folder_and_what_is_in_it_are_private() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    let _served = Served::on(&data);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for entry in std::fs::read_dir(&data).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(
            mode(&path),
            if path.is_dir() { 0o700 } else { 0o600 },
            "{}",
            path.display()
        );
    }
}

#[test]
fn a_bad_configuration_stops_the_start() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("bad.toml");
    std::fs::write(&file, "language = \"pl\"\nlisen = \"127.0.0.1:1\"\n").unwrap();
    let refused = run(
        &root.path().join("data"),
        &["serve", "--config", file.to_str().unwrap()],
    );
    assert_eq!(code(&refused), 1);
    let message = stderr(&refused);
    assert!(
        message.contains("bad.toml:2: unknown key \"lisen\"; did you mean \"listen\"?"),
        "{message}"
    );
    let missing = run(
        &root.path().join("data"),
        &["serve", "--config", "/none.toml"],
    );
    assert_eq!(code(&missing), 1);
    assert!(stderr(&missing).contains("/none.toml"));
}

#[test]
fn the_data_folders_own_configuration_counts() {
    let root = tempfile::tempdir().unwrap();
    std::fs::write(
        root.path().join("kartoteka.toml"),
        "[limits]\nupload_mb = \"many\"\n",
    )
    .unwrap();
    let refused = run(root.path(), &["serve"]);
    assert_eq!(code(&refused), 1);
    assert!(
        stderr(&refused).contains("kartoteka.toml:2: \"limits.upload_mb\" must be a whole number")
    );
}

#[test]
fn an_address_in_use_is_named() {
    let root = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = run(root.path(), &["serve", "--listen", &address]);
    assert_eq!(code(&refused), 1);
    assert!(
        stderr(&refused).contains(&format!("cannot listen on {address}")),
        "{}",
        stderr(&refused)
    );
}

#[test]
fn a_command_without_a_data_folder_says_so() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("none");
    let refused = run(&data, &["user", "list"]);
    assert_eq!(code(&refused), 1);
    assert!(
        stderr(&refused).contains("there is no data folder"),
        "{}",
        stderr(&refused)
    );
    assert!(!data.exists());
}

#[test]
fn usage_errors_are_code_2() {
    let root = tempfile::tempdir().unwrap();
    assert_eq!(code(&run(root.path(), &["no-such-command"])), 2);
    assert_eq!(
        code(&run(
            root.path(),
            &[
                "export",
                "clients",
                "--out",
                "/tmp/x.unknown",
                "--as",
                "a@b.pl"
            ]
        )),
        2
    );
    assert_eq!(code(&run(root.path(), &["--help"])), 0);
}
