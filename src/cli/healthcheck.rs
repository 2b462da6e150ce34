//! `healthcheck`: whether the server of the data folder answers.

use std::time::Duration;

use super::Common;
use super::control::client::{Call, Reached};
use super::failure::Failure;
use super::office::OfficeCommand;

/// How long the server may take.
const TIME: Duration = Duration::from_secs(10);

pub(super) fn run(common: &Common) -> Result<(), Failure> {
    let call = Call {
        folder: &common.data,
        command: &OfficeCommand::Ping,
        password: None,
        input: None,
        output: None,
        patience: TIME,
    };
    match call.send(&mut std::io::stdout(), &mut std::io::stderr()) {
        Reached::Answered(answer) => answer,
        Reached::Nobody => Err(Failure::Failed(format!(
            "no server is running in the data folder {}",
            common.data.display()
        ))),
        Reached::Silent => Err(Failure::in_use(&common.data, ", which does not answer")),
    }
}
