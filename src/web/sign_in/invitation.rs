//! The first password of a new person, by the link of their invitation.

use axum::extract::Path;

use super::BEFORE;
use super::by_link::{self, ByLink};
use crate::data::Purpose;
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::need::Route;
use crate::web::visit::Visit;

const INVITATION: ByLink = ByLink {
    purpose: Purpose::Invitation,
    place: "/invite/",
    title: "invite-title",
    lead: "invite-lead",
    over: "invite-over",
    again: None,
};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/invite/{token}", BEFORE, page),
        Route::post("/invite/{token}", BEFORE, accept),
    ]
}

async fn page(visit: Visit, Path(token): Path<String>) -> WebResult {
    by_link::page(&visit, &INVITATION, &token)
}

async fn accept(visit: Visit, Path(token): Path<String>, form: Form) -> WebResult {
    by_link::set_password(&visit, &INVITATION, &token, &form).await
}
