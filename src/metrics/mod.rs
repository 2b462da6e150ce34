//! Figures about the running program, in the text form of Prometheus. Counters are atomics that live with the process; what
//! lies in the data is looked up when somebody asks. Nothing tells of a person or a record.

mod text;

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;

use crate::data::{StoreError, Vault};
use crate::room::Space;
pub(crate) use text::Text;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A page.
    Page,
    /// A form.
    Form,
    /// The JSON API.
    Api,
    /// Script, style, icon.
    Asset,
    /// Questions about the program itself: health, readiness, metrics.
    Probe,
    /// Nothing there is.
    Unknown,
}

impl Class {
    const ALL: [Self; 6] = [
        Self::Page,
        Self::Form,
        Self::Api,
        Self::Asset,
        Self::Probe,
        Self::Unknown,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Form => "form",
            Self::Api => "api",
            Self::Asset => "asset",
            Self::Probe => "probe",
            Self::Unknown => "unknown",
        }
    }

    /// Of a route as it is declared, where the request met one.
    pub(crate) fn of(is_get: bool, route: Option<&str>) -> Self {
        match route {
            None => Self::Unknown,
            Some("/healthz" | "/readyz" | "/metrics") => Self::Probe,
            Some(route) if route.starts_with("/assets/") => Self::Asset,
            Some(route) if route.starts_with("/api/") => Self::Api,
            Some(_) if is_get => Self::Page,
            Some(_) => Self::Form,
        }
    }
}

/// A job of the program's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// Sign-ins that were not finished.
    Attempts,
    /// Rules of place on trial.
    Trial,
    /// Letters about passwords that grow old.
    Passwords,
    /// Sessions, tokens and results whose time is over.
    Sweep,
    /// Fields that are removed for good.
    Fields,
    /// The trash.
    Trash,
    /// Copies that upgrades have left.
    Copies,
    /// Files that nothing names any more.
    Files,
}

impl Job {
    const ALL: [Self; 8] = [
        Self::Attempts,
        Self::Trial,
        Self::Passwords,
        Self::Sweep,
        Self::Fields,
        Self::Trash,
        Self::Copies,
        Self::Files,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Attempts => "attempts",
            Self::Trial => "trial",
            Self::Passwords => "passwords",
            Self::Sweep => "sweep",
            Self::Fields => "fields",
            Self::Trash => "trash",
            Self::Copies => "copies",
            Self::Files => "files",
        }
    }
}

/// Upper bounds of the latency histogram, in milliseconds.
const BOUNDS_MS: [u64; 12] = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000];

#[derive(Debug, Default)]
struct Requests {
    /// By the first digit of the status, from 1 to 5.
    by_status: [AtomicU64; 5],
    /// Requests up to each bound and above the one before.
    up_to: [AtomicU64; BOUNDS_MS.len()],
    count: AtomicU64,
    micros: AtomicU64,
}

#[derive(Debug, Default)]
struct Runs {
    done: AtomicU64,
    failed: AtomicU64,
    /// Seconds of Unix time of the last success; 0 before the first.
    last_done: AtomicU64,
}

/// The counters of this process.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    requests: [Requests; Class::ALL.len()],
    jobs: [Runs; Job::ALL.len()],
    under_way: AtomicU64,
}

impl Metrics {
    /// A request has begun.
    pub(crate) fn begin(&self) {
        self.under_way.fetch_add(1, Ordering::Relaxed);
    }

    /// The same request was answered.
    pub(crate) fn end(&self, class: Class, status: u16, took: Duration) {
        self.under_way.fetch_sub(1, Ordering::Relaxed);
        let requests = &self.requests[class as usize];
        let digit = usize::from(status / 100).clamp(1, 5) - 1;
        requests.by_status[digit].fetch_add(1, Ordering::Relaxed);
        requests.count.fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        requests.micros.fetch_add(micros, Ordering::Relaxed);
        if let Some(at) = BOUNDS_MS.iter().position(|bound| micros <= bound * 1000) {
            requests.up_to[at].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A job has ended, well or not.
    pub(crate) fn job(&self, job: Job, done: bool) {
        let runs = &self.jobs[job as usize];
        if done {
            runs.done.fetch_add(1, Ordering::Relaxed);
            let now = u64::try_from(crate::clock::now().as_second()).unwrap_or(0);
            runs.last_done.store(now, Ordering::Relaxed);
        } else {
            runs.failed.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes the counters.
    pub(crate) fn write(&self, text: &mut Text) {
        let of = |number: &AtomicU64| number.load(Ordering::Relaxed) as f64;
        text.head(
            "kartoteka_requests_total",
            "counter",
            "Requests answered, by what they asked for and the class of the status.",
        );
        for class in Class::ALL {
            for (at, number) in self.requests[class as usize].by_status.iter().enumerate() {
                let status = format!("{}xx", at + 1);
                let labels = [("class", class.name()), ("status", status.as_str())];
                text.line("kartoteka_requests_total", &labels, of(number));
            }
        }
        text.head(
            "kartoteka_request_seconds",
            "histogram",
            "Time until the head of the answer, by what was asked for.",
        );
        for class in Class::ALL {
            let requests = &self.requests[class as usize];
            let mut sum = 0.0;
            for (bound, number) in BOUNDS_MS.iter().zip(&requests.up_to) {
                sum += of(number);
                let bound = format!("{}", *bound as f64 / 1000.0);
                let labels = [("class", class.name()), ("le", bound.as_str())];
                text.line("kartoteka_request_seconds_bucket", &labels, sum);
            }
            let class = ("class", class.name());
            text.line(
                "kartoteka_request_seconds_bucket",
                &[class, ("le", "+Inf")],
                of(&requests.count),
            );
            text.line(
                "kartoteka_request_seconds_sum",
                &[class],
                of(&requests.micros) / 1e6,
            );
            text.line(
                "kartoteka_request_seconds_count",
                &[class],
                of(&requests.count),
            );
        }
        text.head(
            "kartoteka_requests_under_way",
            "gauge",
            "Requests that are being answered.",
        );
        text.line("kartoteka_requests_under_way", &[], of(&self.under_way));
        text.head(
            "kartoteka_job_runs_total",
            "counter",
            "Runs of the program's own jobs, by how they ended.",
        );
        for job in Job::ALL {
            let runs = &self.jobs[job as usize];
            for (result, number) in [("done", &runs.done), ("failed", &runs.failed)] {
                let labels = [("job", job.name()), ("result", result)];
                text.line("kartoteka_job_runs_total", &labels, of(number));
            }
        }
        text.head(
            "kartoteka_job_last_done_seconds",
            "gauge",
            "When a job last ended well, in Unix time; 0 before it first did.",
        );
        for job in Job::ALL {
            let runs = &self.jobs[job as usize];
            text.line(
                "kartoteka_job_last_done_seconds",
                &[("job", job.name())],
                of(&runs.last_done),
            );
        }
    }
}

/// What only the data and the machine tell.
pub(crate) struct Surveyed<'a> {
    pub(crate) vault: &'a Vault,
    pub(crate) folder: &'a Path,
    pub(crate) operations: usize,
    /// When the certificate in use ends; none without one.
    pub(crate) certificate_ends: Option<Timestamp>,
    /// When the newest backup that was proved was made.
    pub(crate) backup_at: Option<Timestamp>,
}

impl Surveyed<'_> {
    /// Looks things up and writes them.
    pub(crate) fn write(&self, text: &mut Text) -> Result<(), StoreError> {
        let figures = self.vault.figures()?;
        let now = crate::clock::now();
        let size = |name: &str| {
            self.folder
                .join(name)
                .metadata()
                .map_or(0, |found| found.len())
        };
        text.one(
            "kartoteka_build_info",
            "1, with the version of the program.",
            &[("version", env!("CARGO_PKG_VERSION"))],
            1.0,
        );
        text.gauge(
            "kartoteka_database_bytes",
            "Size of the database file.",
            size("kartoteka.redb") as f64,
        );
        text.gauge(
            "kartoteka_database_cache_bytes",
            "Most memory the database cache takes.",
            self.vault.cache_bytes() as f64,
        );
        text.gauge(
            "kartoteka_records",
            "Records of all modules, without the trash.",
            figures.records as f64,
        );
        text.gauge(
            "kartoteka_records_in_trash",
            "Records in the trash.",
            figures.deleted as f64,
        );
        text.gauge(
            "kartoteka_sessions",
            "Sessions, ended ones among them until they are cleared away.",
            figures.sessions as f64,
        );
        text.gauge("kartoteka_tokens", "API tokens.", figures.tokens as f64);
        text.gauge(
            "kartoteka_letters_waiting",
            "Letters in the queue.",
            figures.letters_waiting as f64,
        );
        text.gauge(
            "kartoteka_letters_unsent",
            "Letters that were given up.",
            figures.letters_unsent as f64,
        );
        text.gauge(
            "kartoteka_operations_under_way",
            "Imports, exports and other long work under way or waiting its turn.",
            self.operations as f64,
        );
        text.gauge(
            "kartoteka_audit_entries",
            "Entries of the audit log.",
            figures.audit_entries as f64,
        );
        if let Ok(space) = Space::of(self.folder) {
            text.gauge(
                "kartoteka_disk_free_bytes",
                "Free bytes of the disk that holds the data.",
                space.free as f64,
            );
            text.gauge(
                "kartoteka_disk_bytes",
                "All bytes of that disk.",
                space.total as f64,
            );
        }
        if let Some(bytes) = crate::machine::own_memory() {
            text.gauge(
                "process_resident_memory_bytes",
                "Memory of this process.",
                bytes as f64,
            );
        }
        if let Some(ends) = self.certificate_ends {
            let days = ends.duration_since(now).as_secs_f64() / 86_400.0;
            text.gauge(
                "kartoteka_certificate_days_left",
                "Days until the certificate in use ends.",
                days,
            );
        }
        if let Some(at) = self.backup_at {
            let age = now.duration_since(at).as_secs_f64();
            text.gauge(
                "kartoteka_backup_age_seconds",
                "Age of the newest backup that was proved.",
                age,
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
