//! Starting, watching and ending the process that reads a sheet.

use std::fs::File;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::super::sheet::SheetError;
use super::super::watch::Watch;
use super::Fate;

/// Longer than its own limit of processor time, should it wait instead of work.
const PATIENCE: Duration = Duration::from_mins(4);
/// How often it is asked whether whoever waits has given up.
const LOOK: Duration = Duration::from_millis(100);
/// Of what it says as it dies.
const LAST_WORDS: u64 = 4096;

/// A process at work; dropped, it is ended.
pub(super) struct Process {
    child: Arc<Mutex<Child>>,
    fate: Arc<Fate>,
    /// Dropped to send the watcher home.
    busy: Option<Sender<()>>,
    watcher: Option<JoinHandle<()>>,
}

/// What the process writes.
pub(super) type Output = Box<dyn Read + Send>;

impl Process {
    /// Starts a program with the file as its stdin.
    pub(super) fn start(
        program: &Path,
        arguments: &[&str],
        file: File,
        watch: &Watch,
    ) -> Result<(Self, Output), SheetError> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| SheetError::reader(&error))?;
        let output = child
            .stdout
            .take()
            .ok_or_else(|| SheetError::reader(&"it has no output"))?;
        let (busy, watched) = channel();
        let child = Arc::new(Mutex::new(child));
        let fate = Arc::new(Fate::default());
        let watcher = {
            let (child, fate, watch) = (Arc::clone(&child), Arc::clone(&fate), watch.clone());
            std::thread::spawn(move || watch_over(&child, &fate, &watch, &watched))
        };
        let process = Self {
            child,
            fate,
            busy: Some(busy),
            watcher: Some(watcher),
        };
        Ok((process, Box::new(output)))
    }

    /// Why it wrote no more.
    pub(super) fn why_lost(&mut self) -> SheetError {
        // It has closed its output, so it is dead or about to be; one that is neither is not waited for.
        let status = {
            let mut child = lock(&self.child);
            let patience = Instant::now() + Duration::from_secs(5);
            loop {
                match child.try_wait() {
                    Ok(None) if Instant::now() < patience => std::thread::sleep(LOOK / 10),
                    other => break other.ok().flatten(),
                }
            }
        };
        if let Some(error) = Fate::error(&self.fate) {
            return error;
        }
        let Some(status) = status else {
            return SheetError::reader(&"it does not answer");
        };
        let mut words = String::new();
        if let Some(stderr) = lock(&self.child).stderr.take() {
            // Whatever it says only adds to the reason.
            let _ = stderr.take(LAST_WORDS).read_to_string(&mut words);
        }
        of_death(status.signal(), words.trim())
    }
}

/// Signals by their numbers on Linux.
const ABORTED: i32 = 6;
const KILLED: i32 = 9;
const OUT_OF_TIME: i32 = 24;

fn of_death(signal: Option<i32>, words: &str) -> SheetError {
    match signal {
        Some(OUT_OF_TIME) => SheetError::TakesTooLong,
        // By the system, for want of memory.
        Some(KILLED) => SheetError::TooLargeToRead,
        Some(ABORTED) if words.contains("memory allocation") => SheetError::TooLargeToRead,
        Some(signal) => SheetError::damaged(format_args!("reading it ended with signal {signal}")),
        None => SheetError::reader(&words),
    }
}

fn watch_over(child: &Mutex<Child>, fate: &Fate, watch: &Watch, busy: &Receiver<()>) {
    use std::sync::atomic::Ordering::Relaxed;
    let end = Instant::now() + PATIENCE;
    while busy.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        let stopped = watch.is_stopped();
        if stopped || Instant::now() > end {
            let told = if stopped {
                &fate.stopped
            } else {
                &fate.too_long
            };
            told.store(true, Relaxed);
            // One that is dead already needs no killing.
            let _ = lock(child).kill();
            return;
        }
    }
}

fn lock(child: &Mutex<Child>) -> std::sync::MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.busy.take());
        if let Some(watcher) = self.watcher.take() {
            let _ = watcher.join();
        }
        let mut child = lock(&self.child);
        let _ = child.kill();
        let _ = child.wait();
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    /// What becomes of a shell script that stands in for the reader.
    fn fate(script: &str, watch: &Watch) -> SheetError {
        let file = tempfile::tempfile().unwrap();
        let (mut process, mut output) =
            Process::start(Path::new("/bin/sh"), &["-c", script], file, watch).unwrap();
        let mut all = Vec::new();
        output.read_to_end(&mut all).unwrap();
        process.why_lost()
    }

    #[test]
    fn a_reader_that_dies_becomes_a_word_a_person_understands() {
        let watch = Watch::default();
        for (script, key) in [
            (
                "echo memory allocation of 9 bytes failed >&2; kill -ABRT $$",
                "sheet-error-too-large-to-read",
            ),
            ("kill -KILL $$", "sheet-error-too-large-to-read"),
            ("kill -XCPU $$", "sheet-error-takes-too-long"),
            ("kill -ABRT $$", "sheet-error-damaged"),
            ("kill -SEGV $$", "sheet-error-damaged"),
            ("exit 3", "sheet-error-reader"),
            ("exit 0", "sheet-error-reader"),
        ] {
            assert_eq!(fate(script, &watch).key(), key, "{script}");
        }
    }

    #[test]
    fn whoever_waits_can_end_it() {
        let watch = Watch::default();
        watch.stop();
        let start = Instant::now();
        assert_eq!(fate("exec sleep 30", &watch).key(), "sheet-error-stopped");
        assert!(start.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_process_does_not_outlive_its_reading() {
        let file = tempfile::tempfile().unwrap();
        let watch = Watch::default();
        let (process, mut output) = Process::start(
            Path::new("/bin/sh"),
            &["-c", "echo $$; exec sleep 30"],
            file,
            &watch,
        )
        .unwrap();
        let mut number = String::new();
        while !number.ends_with('\n') {
            let mut byte = [0];
            output.read_exact(&mut byte).unwrap();
            number.push(byte[0].into());
        }
        drop(process);
        assert!(!Path::new("/proc").join(number.trim()).exists());
    }
}
