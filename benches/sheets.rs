//! How fast sheets come in and go out, and what that takes: `cargo bench --bench sheets -- [--rows N]`.
//!
//! Each command runs as a process of its own on a firm in a temporary folder, where no server runs; its peak memory and
//! that of the process that reads its sheet are looked up while it runs.

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_kartoteka");

fn main() {
    let rows = std::env::args()
        .skip_while(|argument| argument != "--rows")
        .nth(1)
        .and_then(|value| value.parse().ok())
        .unwrap_or(100_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("source");
    let clients = rows.to_string();
    run(
        &source,
        &[
            "demo",
            "--no-serve",
            "--password-stdin",
            "--clients",
            &clients,
        ],
    );
    println!(
        "{:<28}{:>8}{:>12}{:>12}{:>12}{:>10}",
        "command", "s", "rows/s", "MB", "reader MB", "file MB"
    );
    for format in ["csv", "xlsx"] {
        let sheet = folder.path().join(format!("clients.{format}"));
        let sheet = sheet.to_string_lossy();
        let out = run(
            &source,
            &[
                "export",
                "clients",
                "--out",
                &sheet,
                "--as",
                "owner@demo.test",
            ],
        );
        report(&format!("export {format}"), rows, &out, &sheet);
        let firm = folder.path().join(format!("firm-{format}"));
        run(
            &firm,
            &[
                "init",
                "--email",
                "owner@demo.test",
                "--name",
                "O",
                "--password-stdin",
            ],
        );
        let new = run(
            &firm,
            &["import", "clients", &sheet, "--as", "owner@demo.test"],
        );
        report(&format!("import {format}, new"), rows, &new, &sheet);
        let again = run(
            &firm,
            &["import", "clients", &sheet, "--as", "owner@demo.test"],
        );
        report(&format!("import {format}, all there"), rows, &again, &sheet);
    }
}

struct Spent {
    time: Duration,
    peak_mb: u64,
    reader_mb: u64,
}

fn report(name: &str, rows: u64, spent: &Spent, sheet: &str) {
    let seconds = spent.time.as_secs_f64();
    println!(
        "{name:<28}{seconds:>8.1}{:>12.0}{:>12}{:>12}{:>10}",
        rows as f64 / seconds,
        spent.peak_mb,
        spent.reader_mb,
        std::fs::metadata(sheet).map_or(0, |meta| meta.len() / 1_000_000),
    );
}

fn run(data: &Path, arguments: &[&str]) -> Spent {
    let began = Instant::now();
    let mut child = Command::new(BINARY)
        .arg("--data")
        .arg(data)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("the binary runs");
    if let Some(mut stdin) = child.stdin.take() {
        // Commands that ask for no password do not read it.
        let _ = stdin.write_all(b"Zielony-Traktor-4821-pod-lasem\n");
    }
    let (mut peak_mb, mut reader_mb) = (0, 0);
    let status = loop {
        if let Some(status) = child.try_wait().expect("it can be waited for") {
            break status;
        }
        peak_mb = peak_mb.max(peak_of(child.id()));
        for reader in children_of(child.id()) {
            reader_mb = reader_mb.max(peak_of(reader));
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "{arguments:?}: {status}");
    Spent {
        time: began.elapsed(),
        peak_mb,
        reader_mb,
    }
}

/// Most memory that a process has had, in megabytes.
fn peak_of(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|kilobytes| kilobytes.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}

fn children_of(process: u32) -> Vec<u32> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else {
        return Vec::new();
    };
    threads
        .filter_map(Result::ok)
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok())
        .flat_map(|children| {
            children
                .split_whitespace()
                .filter_map(|id| id.parse().ok())
                .collect::<Vec<_>>()
        })
        .collect()
}
