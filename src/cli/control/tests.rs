use std::fs::File;
use std::io::{Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::client::{Call, Reached};
use super::server::ControlSocket;
use super::{frame, socket};
use crate::cli::audit::AuditCommand;
use crate::cli::context::{Context, InputFile};
use crate::cli::failure::Failure;
use crate::cli::office::OfficeCommand;

/// A server whose commands do what the tests look at.
struct Running {
    runtime: tokio::runtime::Runtime,
    stop: CancellationToken,
    ended: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start(folder: &Path) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        let stop = CancellationToken::new();
        let control = runtime
            .block_on(async { ControlSocket::open(folder) })
            .unwrap();
        let ended = runtime.spawn(control.serve(Arc::new(run), stop.clone()));
        Self {
            runtime,
            stop,
            ended,
        }
    }

    fn stop(self) {
        self.stop.cancel();
        self.runtime.block_on(self.ended).unwrap();
    }
}

/// Says and writes back what came in; fails as told by the password.
fn run(command: &OfficeCommand, context: &mut Context<'_>) -> Result<(), Failure> {
    write!(context.out, "ran {command:?}")?;
    write!(context.err, "to stderr")?;
    if let Some(mut input) = context.input.take() {
        write!(context.out, " with {}", input.name)?;
        std::io::copy(&mut input.file, context.output()?)?;
    }
    match context.password.as_deref() {
        Some("damaged") => Err(Failure::Damaged("broken".to_owned())),
        Some("panic") => panic!("a fault of the program"),
        _ => Ok(()),
    }
}

struct Said {
    answer: Result<(), Failure>,
    out: String,
    err: String,
}

fn call(folder: &Path, password: Option<&str>, files: Option<(&InputFile, &File)>) -> Option<Said> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let call = Call {
        folder,
        command: &OfficeCommand::Audit(AuditCommand::Verify),
        password,
        input: files.map(|(input, _)| input),
        output: files.map(|(_, output)| output),
        patience: Duration::from_secs(5),
    };
    match call.send(&mut out, &mut err) {
        Reached::Answered(answer) => Some(Said {
            answer,
            out: String::from_utf8(out).unwrap(),
            err: String::from_utf8(err).unwrap(),
        }),
        Reached::Nobody => None,
        Reached::Silent => panic!("the server did not answer"),
    }
}

fn long_folder(root: &Path) -> PathBuf {
    let folder = root.join("x".repeat(100)).join("y".repeat(100));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn a_command_runs_in_the_server_in_a_folder_with_a_long_path() {
    let root = tempfile::tempdir().unwrap();
    let folder = long_folder(root.path());
    assert!(call(&folder, None, None).is_none(), "no server yet");
    let server = Running::start(&folder);
    assert_eq!(
        socket::path(&folder).metadata().unwrap().mode() & 0o777,
        0o600
    );
    let said = call(&folder, None, None).unwrap();
    assert_eq!((said.answer, said.err.as_str()), (Ok(()), "to stderr"));
    assert_eq!(said.out, "ran Audit(Verify)");
    let refused = call(&folder, Some("damaged"), None).unwrap();
    assert_eq!(refused.answer, Err(Failure::Damaged("broken".to_owned())));
    server.stop();
    assert_eq!(
        std::fs::read_dir(&folder).unwrap().count(),
        0,
        "nothing is left behind"
    );
    assert!(call(&folder, None, None).is_none());
}

#[test]
fn files_go_in_and_out_whole() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| (n % 251) as u8).collect();
    for password in [None, Some("damaged")] {
        let mut input = tempfile::tempfile().unwrap();
        input.write_all(&bytes).unwrap();
        input.rewind().unwrap();
        let name = "klienci.csv".to_owned();
        let mut output = tempfile::tempfile().unwrap();
        let said = call(
            folder.path(),
            password,
            Some((&InputFile { name, file: input }, &output)),
        )
        .unwrap();
        assert!(said.out.ends_with("with klienci.csv"));
        output.rewind().unwrap();
        let mut received = Vec::new();
        output.read_to_end(&mut received).unwrap();
        let expected: &[u8] = if password.is_none() { &bytes } else { b"" };
        assert!(received == expected, "{} bytes", received.len());
    }
    server.stop();
}

#[test]
fn a_socket_left_behind_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    drop(socket::bind(folder.path()).unwrap());
    assert!(
        call(folder.path(), None, None).is_none(),
        "nobody listens on it"
    );
    let server = Running::start(folder.path());
    assert!(call(folder.path(), None, None).is_some());
    server.stop();
}

#[test]
fn a_fault_in_a_command_leaves_the_server_running() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let said = call(folder.path(), Some("panic"), None).unwrap();
    assert_eq!(said.answer.unwrap_err().code(), 1);
    assert!(call(folder.path(), None, None).is_some());
    server.stop();
}

#[test]
fn a_silent_server_is_told_from_none() {
    let folder = tempfile::tempdir().unwrap();
    let _listener = socket::bind(folder.path()).unwrap();
    let call = Call {
        folder: folder.path(),
        command: &OfficeCommand::Ping,
        password: None,
        input: None,
        output: None,
        patience: Duration::from_millis(200),
    };
    assert!(matches!(
        call.send(&mut Vec::new(), &mut Vec::new()),
        Reached::Silent
    ));
}

#[test]
fn foreign_bytes_are_no_command() {
    let folder = tempfile::tempdir().unwrap();
    let server = Running::start(folder.path());
    let mut stream = socket::connect(folder.path()).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    // The server closes with our bytes unread, which may show as a reset.
    let _ = stream.read_to_end(&mut Vec::new());
    let mut stream = socket::connect(folder.path()).unwrap();
    frame::write(
        &mut stream,
        frame::Kind::Request,
        br#"{"version":"9.9.9","command":"Fly"}"#,
    )
    .unwrap();
    let (kind, exit) = frame::read(&mut stream).unwrap();
    assert_eq!(kind, frame::Kind::Exit);
    assert!(String::from_utf8(exit).unwrap().contains("restart it"));
    server.stop();
}
