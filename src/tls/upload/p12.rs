//! PKCS#12: a stranger's file says how much memory and how many rounds it takes to open it, so it is opened by a process
//! of its own, the same program called by itself, with limits that it cannot leave.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use p12_keystore::Pkcs12Archive;
use rustix::process::{Resource, Rlimit, setrlimit};

use super::{LARGEST_UPLOAD, pem_of};
use crate::tls::fault::Fault;

/// Memory of the process, and its processor time in seconds; a file of today takes a hundredth of either.
const MEMORY_BYTES: u64 = 512 << 20;
const CPU_SECONDS: u64 = 10;
/// Exit code: the password is another one.
const WRONG_PASSWORD: u8 = 10;
/// Exit code: there are certificates in it, and no key.
const NO_KEY: u8 = 11;
/// Bytes of a password.
const LONGEST_PASSWORD: usize = 1024;

/// Chain and key of a PKCS#12 file as PEM.
pub(super) fn open(file: &[u8], password: &str) -> Result<Vec<u8>, Fault> {
    let failed = |error: io::Error| Fault::Unreadable(error.to_string());
    if password.len() > LONGEST_PASSWORD {
        return Err(Fault::Password);
    }
    // This very program, also where an upgrade has put another one in its place.
    let mut program = PathBuf::from("/proc/self/exe");
    if !program.exists() {
        program = std::env::current_exe().map_err(|error| Fault::NoReader(error.to_string()))?;
    }
    let mut child = Command::new(program)
        .arg("read-p12")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| Fault::NoReader(error.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        let length = u32::try_from(password.len()).unwrap_or(0).to_le_bytes();
        // A process that ended early says why by its exit code.
        let _ = input
            .write_all(&length)
            .and_then(|()| input.write_all(password.as_bytes()))
            .and_then(|()| input.write_all(file));
    }
    let ended = child.wait_with_output().map_err(failed)?;
    match ended.status.code() {
        Some(0) => Ok(ended.stdout),
        Some(code) if code == i32::from(WRONG_PASSWORD) => Err(Fault::Password),
        Some(code) if code == i32::from(NO_KEY) => Err(Fault::NoKey),
        Some(_) => Err(Fault::Unreadable(crate::tls::pair::plain(
            &String::from_utf8_lossy(&ended.stderr),
        ))),
        None => Err(Fault::TooHard),
    }
}

/// Opens the file on stdin for another process of this program: the hidden command.
pub(crate) fn main() -> ExitCode {
    // What a panic over a hostile file has to say is in the error it becomes.
    std::panic::set_hook(Box::new(|_| {}));
    let pem = limit_itself().map_err(Failed::Io).and_then(|()| read());
    match pem.and_then(|pem| io::stdout().write_all(pem.as_bytes()).map_err(Failed::Io)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed::Password) => ExitCode::from(WRONG_PASSWORD),
        Err(Failed::NoKey) => ExitCode::from(NO_KEY),
        Err(Failed::Io(error)) => told(&error.to_string()),
        Err(Failed::File(why)) => told(&why),
    }
}

enum Failed {
    Io(io::Error),
    Password,
    NoKey,
    File(String),
}

fn told(why: &str) -> ExitCode {
    eprintln!("{why}");
    ExitCode::FAILURE
}

fn limit_itself() -> io::Result<()> {
    for (resource, most) in [
        (Resource::As, MEMORY_BYTES),
        (Resource::Cpu, CPU_SECONDS),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nproc, 0),
        (Resource::Nofile, 8),
    ] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        setrlimit(resource, limit)?;
    }
    Ok(())
}

fn read() -> Result<String, Failed> {
    let mut input = io::stdin().take((LARGEST_UPLOAD + LONGEST_PASSWORD + 4) as u64);
    let mut length = [0; 4];
    input.read_exact(&mut length).map_err(Failed::Io)?;
    let length = u32::from_le_bytes(length) as usize;
    if length > LONGEST_PASSWORD {
        return Err(Failed::Password);
    }
    let mut password = vec![0; length];
    input.read_exact(&mut password).map_err(Failed::Io)?;
    let password = String::from_utf8(password).map_err(|_| Failed::Password)?;
    let mut file = Vec::new();
    input.read_to_end(&mut file).map_err(Failed::Io)?;
    let archive = Pkcs12Archive::from_pkcs12(&file, &password).map_err(|error| {
        let why = error.to_string();
        match error {
            p12_keystore::error::Error::MacError(_) | p12_keystore::error::Error::Pkcs5Error(_) => {
                Failed::Password
            }
            _ => Failed::File(why),
        }
    })?;
    let key = archive.keys.first().ok_or(Failed::NoKey)?;
    let mut pem = pem_of("PRIVATE KEY", key.key.as_der());
    for certificate in archive.certs.iter().take(16) {
        pem += &pem_of("CERTIFICATE", certificate.cert.as_der());
    }
    Ok(pem)
}
