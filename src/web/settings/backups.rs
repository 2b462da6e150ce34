//! Backups as pages: whether the firm is safe, the archives there are, where they lie, when they are made, and their key.

mod archive;
mod archives;
mod calendar;
mod compare;
pub(crate) mod key;
mod pick;
mod plan;
mod recipients;
mod restore;
mod set_up;
mod show;
mod steps;
mod targets;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod way_back_tests;
pub(crate) mod words;
mod work;

use super::{BACKUPS, crumbs};
use crate::web::need::Route;

/// Where these pages are.
const PLACE: &str = "/settings/backups";

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![Route::get(PLACE, BACKUPS, show::page)];
    routes.extend(work::routes());
    routes.extend(archives::routes());
    routes.extend(archive::routes());
    routes.extend(pick::routes());
    routes.extend(compare::routes());
    routes.extend(restore::routes());
    routes.extend(targets::routes());
    routes.extend(set_up::routes());
    routes.extend(plan::routes());
    routes.extend(recipients::routes());
    routes.extend(key::routes());
    routes
}
