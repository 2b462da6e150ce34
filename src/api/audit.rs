//! The audit log, newest entries first.

use axum::http::{Method, StatusCode};
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};

use super::call::{ApiResult, Call, answer};
use super::error::ApiError;
use super::paging::{Page, foreign};
use crate::data::records::kind::parse_day;
use crate::data::{AdminRight, AuditEntry, AuditFilter, AuditKind, Permission, Problem};
use crate::web::{Need, Route};

/// Parameters that narrow it.
pub(super) const FILTERS: [&str; 6] = ["user", "kind", "at_from", "at_to", "office", "record"];

pub(super) fn routes() -> Vec<Route> {
    let need = Need::TokenWith(Permission::Admin(AdminRight::Audit));
    vec![Route::on(Method::GET, "/api/v1/audit", need, get(list))]
}

async fn list(call: Call) -> ApiResult {
    let known = [&FILTERS[..], &["limit", "cursor"]].concat();
    call.parameters.only(&known)?;
    let filter = filter(&call)?;
    let query: Vec<(String, String)> = call
        .parameters
        .all()
        .filter(|(name, _)| FILTERS.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let page = Page::read(&call.parameters, "audit", &query)?;
    let before = match &page.after {
        None => None,
        Some(number) => Some(number.parse().map_err(|_| foreign())?),
    };
    let (entries, next) = call.access.read()?.audit(&filter, before, page.limit)?;
    let items = entries.iter().map(AuditEntry::to_json).collect();
    let next = next.map(|number| number.to_string());
    Ok(answer(
        StatusCode::OK,
        &page.envelope(items, next, None),
        None,
    ))
}

fn filter(call: &Call) -> Result<AuditFilter, ApiError> {
    let parameters = &call.parameters;
    let kind = |name: &str| {
        let problem = || ApiError::field("kind", Problem::new("error-choice"));
        AuditKind::from_name(name).ok_or_else(problem)
    };
    Ok(AuditFilter {
        user: parameters.parsed("user", "error-reference")?,
        kinds: parameters
            .values("kind")
            .map(kind)
            .collect::<Result<_, _>>()?,
        from: moment(call, "at_from", Edge::First)?,
        to: moment(call, "at_to", Edge::Last)?,
        office: parameters.parsed("office", "error-yes-no")?,
        record: parameters.single("record")?.map(str::to_owned),
    })
}

#[derive(Clone, Copy)]
enum Edge {
    First,
    Last,
}

/// A moment, or the first or last of a day in the firm's time zone.
fn moment(call: &Call, name: &str, edge: Edge) -> Result<Option<Timestamp>, ApiError> {
    let Some(text) = call.parameters.single(name)? else {
        return Ok(None);
    };
    if let Ok(moment) = text.parse() {
        return Ok(Some(moment));
    }
    let zone = &call.state.vault.zone();
    let start = |day: jiff::civil::Date| zone.to_timestamp(day.at(0, 0, 0, 0)).ok();
    let found = parse_day(text).and_then(|day| match edge {
        Edge::First => start(day),
        Edge::Last => {
            let next = day.tomorrow().ok().and_then(start)?;
            next.checked_sub(SignedDuration::from_millis(1)).ok()
        }
    });
    let wrong = || ApiError::field(name, Problem::new("error-time"));
    found.map(Some).ok_or_else(wrong)
}
