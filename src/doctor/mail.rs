//! Outgoing mail: whether the mail server takes our sign-in.

use super::{Finding, Patient};
use crate::data::{Problem, StoreError};
use crate::mailer;

const WHAT: &str = "doctor-mail";

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    vec![look(patient).unwrap_or_else(|error| super::unopened(&error))]
}

fn look(patient: &Patient<'_>) -> Result<Finding, StoreError> {
    let configured = patient.config().and_then(|config| config.smtp.server());
    let server = match (configured, patient.vault) {
        (Some(server), _) => Some(server),
        (None, Some(vault)) => vault.mail_server()?,
        (None, None) => None,
    };
    let firm = patient.vault.map(crate::data::Vault::firm).transpose()?;
    let demo = firm.flatten().is_some_and(|firm| firm.demo);
    let Some(server) = server else {
        return Ok(if demo {
            Finding::ok(WHAT, Problem::new("doctor-mail-demo"))
        } else {
            Finding::warn(
                WHAT,
                Problem::new("doctor-mail-none"),
                Problem::new("doctor-mail-none-do"),
            )
        });
    };
    let public_url = patient
        .config()
        .and_then(|config| config.public_url.as_deref());
    let tried = patient
        .runtime
        .block_on(mailer::try_sign_in(&server, public_url));
    let host = format!("{}:{}", server.host, server.port);
    Ok(match tried {
        Ok(()) => Finding::ok(WHAT, Problem::new("doctor-mail-ok").with("host", host)),
        Err(error) => Finding::fail(
            WHAT,
            Problem::new("doctor-mail-refused")
                .with("host", host)
                .with("why", error),
            Problem::new("doctor-mail-refused-do"),
        ),
    })
}
