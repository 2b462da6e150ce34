//! Backups as pages: whether the firm is safe, the archives there are, where they lie, when they are made, and their key.

mod archive;
mod compare;
mod pick;
mod restore;
#[cfg(test)]
mod tests;

use super::{BACKUPS, crumbs};
use crate::web::need::Route;

/// Where these pages are.
const PLACE: &str = "/settings/backups";

pub(super) fn routes() -> Vec<Route> {
    let mut routes = archive::routes();
    routes.extend(pick::routes());
    routes.extend(compare::routes());
    routes.extend(restore::routes());
    routes
}
