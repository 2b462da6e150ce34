//! The password was right, but not from here or not now. Nothing is begun; the log knows.

use axum::http::StatusCode;

use crate::data::{Barred, Channel};
use crate::web::components::problem;
use crate::web::error::WebResult;
use crate::web::gate;
use crate::web::visit::Visit;

/// Says why, and whom to ask. For the throttle it is a failure as any other: a place that was refused is not known.
pub(super) async fn refuse(visit: &Visit, email: &str, barred: &Barred) -> WebResult {
    visit.state.throttle.failed(email, visit.client.address);
    let origin = gate::origin(&visit.client, Channel::Web);
    visit
        .state
        .vault
        .note_barred(barred, origin, None, &visit.agent)
        .await?;
    let content = problem::barred(
        visit.lang,
        barred,
        &visit.clock(),
        visit.state.vault.on_trial_until(barred)?,
    );
    Ok(visit.bare_page(StatusCode::FORBIDDEN, &visit.text("barred-title"), content))
}
