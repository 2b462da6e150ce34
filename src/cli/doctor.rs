//! `doctor`: everything a firm depends on, looked at.

use std::io::Write;
use std::sync::Arc;

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::failure::Failure;
use super::office::{self, OfficeCommand};
use super::{Common, listing};
use crate::app;
use crate::app::data_dir::{DataDir, SHORTLY};
use crate::app::data_key::KeyPlaces;
use crate::doctor::{self, Finding, Patient, Surroundings, Verdict};

#[derive(Clone, Debug, PartialEq, Eq, Args, Serialize, Deserialize)]
pub(crate) struct DoctorArgs {
    /// Reads everything: every page of the database, every record with all it is found by, the whole audit log. Takes some
    /// minutes with a million clients.
    #[arg(long)]
    pub(crate) full: bool,
    /// JSON instead of lines.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Looks in this process where no server runs, and inside the server where one does.
pub(super) fn run(args: DoctorArgs, common: &Common) -> Result<(), Failure> {
    let data = match DataDir::open(&common.data, SHORTLY) {
        Ok(data) => data,
        Err(Failure::InUse(_)) => return office::run(OfficeCommand::Doctor(args), common),
        Err(other) => {
            let findings = [doctor::no_folder(&other.to_string())];
            return report(&findings, args.json, &mut std::io::stdout());
        }
    };
    report(
        &examine(&data, args.full, common)?,
        args.json,
        &mut std::io::stdout(),
    )
}

/// Looks at a firm that nobody serves; one that cannot be opened is told of as well as can be.
fn examine(data: &DataDir, thorough: bool, common: &Common) -> Result<Vec<Finding>, Failure> {
    let config = common.load_config().ok();
    let places = match &config {
        Some(config) => KeyPlaces::of(config, data.path()),
        None => KeyPlaces::named(common.db_key_file.clone(), data.path()),
    };
    let closed = doctor::check_closed(data.path(), &places.find(), thorough);
    let first = match (closed, &config) {
        (Err(why), _) => Some(*why),
        (Ok(finding), None) => finding,
        (Ok(finding), Some(config)) => match app::open(data, config, &common.source()) {
            Ok(program) => {
                let mut findings = program.office().examine(thorough);
                findings.splice(0..0, finding);
                return Ok(findings);
            }
            Err(failure) => Some(doctor::not_opened(&failure.to_string())),
        },
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    let around = Surroundings {
        folder: data.path().to_owned(),
        source: common.source(),
        config: config.map(Arc::new),
        serving: false,
        tls: None,
    };
    let patient = Patient {
        around: &around,
        vault: None,
        runtime: runtime.handle(),
        thorough,
    };
    let mut findings = doctor::examine(&patient);
    findings.splice(0..0, first);
    Ok(findings)
}

/// Writes the findings; a failure where one of them is.
pub(super) fn report(findings: &[Finding], json: bool, out: &mut dyn Write) -> Result<(), Failure> {
    if json {
        let rows: Vec<Json> = findings.iter().map(Finding::to_json).collect();
        listing::write_json(out, &rows)?;
    } else {
        for finding in findings {
            writeln!(out, "{}", finding.line())?;
        }
    }
    let failed = findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .count();
    match failed {
        0 => Ok(()),
        1 => Err(Failure::Failed("one check failed".to_owned())),
        several => Err(Failure::Failed(format!("{several} checks failed"))),
    }
}
