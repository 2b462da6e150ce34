//! The program as a process of its own, for tests that need it whole.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

pub(crate) fn program(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kartoteka"));
    command
        .arg("--data")
        .arg(data)
        .args(arguments)
        .env_remove("KARTOTEKA_LOG")
        .stdin(Stdio::null());
    command
}

pub(crate) fn run(data: &Path, arguments: &[&str]) -> Output {
    program(data, arguments).output().unwrap()
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("the program ends by itself")
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// A running server; killed when dropped.
pub(crate) struct Served {
    pub(crate) child: Child,
    stdout: BufReader<ChildStdout>,
    pub(crate) address: String,
}

impl Served {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let (_, address) = line
            .trim()
            .strip_prefix("ready ")
            .and_then(|url| url.split_once(':'))
            .expect("the first line says where");
        let address = address.trim_start_matches("//").to_owned();
        Self {
            child,
            stdout,
            address,
        }
    }

    pub(crate) fn on(data: &Path) -> Self {
        Self::start(program(data, &["serve", "--listen", "127.0.0.1:0"]))
    }

    pub(crate) fn signal(&self, name: &str) {
        let kill = Command::new("kill")
            .arg(name)
            .arg(self.child.id().to_string())
            .status()
            .unwrap();
        assert!(kill.success());
    }

    /// Waits for the end; gives the exit code, the rest of stdout and how long it took.
    pub(crate) fn end(mut self) -> (Option<i32>, String, Duration) {
        let started = Instant::now();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest, started.elapsed())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Ended already in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
