//! Putting back what one person deleted or changed between two moments: whose and when, what would become of each record,
//! and then the work.

mod preview;

#[cfg(test)]
mod tests;

use jiff::SignedDuration;
use maud::html;
use serde_json::json;

use super::crumbs;
use crate::data::{
    AccessError, ActsOf, AdminRight, FieldError, NewOperation, OperationKind, Permission, Problem,
    Reading, RecordId, RecordType, UserId,
};
use crate::jobs::operations::work;
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{csrf_field, error_of, error_summary};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::local_time::{End, parse, typed};
use crate::web::need::{Need, Route};
use crate::web::operations;
use crate::web::visit::{Member, see_other};

const PATH: &str = "/settings/undo";
/// Whoever may bring everything back from a backup may bring this back.
const BACKUPS: Need = Need::Permission(Permission::Admin(AdminRight::Backups));

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PATH, BACKUPS, page),
        Route::post(PATH, BACKUPS, take),
    ]
}

/// What was asked for, with what is wrong with it.
fn read(
    member: &Member,
    reading: &Reading,
    form: &Form,
) -> Result<Result<ActsOf, Vec<FieldError>>, AccessError> {
    let zone = member.state.vault.zone();
    let mut errors = Vec::new();
    let mut wrong = |field: &str, key: &'static str| {
        errors.push(FieldError::new(field, Problem::new(key)));
    };
    let user = form.get("user").trim();
    let user = match user.parse::<UserId>() {
        Ok(user) if reading.has_acted(user)? || reading.rights().people().user(user).is_some() => {
            Some(user)
        }
        _ => {
            let key = if user.is_empty() {
                "error-required"
            } else {
                "error-undo-person"
            };
            wrong("user", key);
            None
        }
    };
    let mut moment = |name: &'static str, end: End| {
        let text = form.get(name).trim();
        let read = parse(text, &zone, end);
        if read.is_none() {
            wrong(
                name,
                if text.is_empty() {
                    "error-required"
                } else {
                    "error-moment"
                },
            );
        }
        read
    };
    let from = moment("from", End::First);
    let to = moment("to", End::Last);
    let (Some(user), Some(from), Some(to)) = (user, from, to) else {
        return Ok(Err(errors));
    };
    let now = crate::clock::now();
    if from >= to || from >= now {
        let key = if from >= to {
            "error-moment-order"
        } else {
            "error-undo-future"
        };
        errors.push(FieldError::new("from", Problem::new(key)));
        return Ok(Err(errors));
    }
    // What is confirmed is what was shown: nothing that they do after this moment.
    let to = to.min(now);
    if to.duration_since(from) > ActsOf::LONGEST {
        let days = ActsOf::LONGEST.as_hours() / 24;
        let problem = Problem::new("error-undo-too-long").with("most", days);
        return Ok(Err(vec![FieldError::new("from", problem)]));
    }
    Ok(Ok(ActsOf { user, from, to }))
}

/// The question as parameters of an address.
fn address(acts: &ActsOf, more: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("user", &acts.user.to_string())
        .append_pair("from", &acts.from.to_string())
        .append_pair("to", &acts.to.to_string())
        .extend_pairs(more);
    format!("{PATH}?{}", query.finish())
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    reading.may_put_back()?;
    let form = member.parameters();
    if form.given("from").is_none() && form.given("to").is_none() || form.ticked("edit") {
        return Ok(ask(&member, &reading, &form, &[]));
    }
    match read(&member, &reading, &form)? {
        Ok(acts) => {
            preview::page(member.clone(), acts, form.get("page").parse().unwrap_or(1)).await
        }
        Err(errors) => Ok(ask(&member, &reading, &form, &errors)),
    }
}

/// The form: whose acts, and of when. At first the last two hours.
fn ask(
    member: &Member,
    reading: &Reading,
    form: &Form,
    errors: &[FieldError],
) -> axum::response::Response {
    let status = if errors.is_empty() {
        axum::http::StatusCode::OK
    } else {
        UNPROCESSABLE
    };
    let shown = member.errors(errors);
    let zone = member.state.vault.zone();
    let now = crate::clock::now();
    let usual = |name: &str| match name {
        "from" => typed(now - SignedDuration::from_hours(2), &zone),
        "to" => typed(now, &zone),
        _ => String::new(),
    };
    let value = |name: &str| {
        let given = form.given(name).map(str::to_owned);
        let given = given.unwrap_or_else(|| usual(name));
        // As a control for local time takes it.
        given
            .parse()
            .map_or(given, |moment: jiff::Timestamp| typed(moment, &zone))
    };
    let field = |name: &'static str, label: &str| {
        Field::new(name, member.text(label))
            .value(value(name))
            .error(error_of(&shown, name))
            .required()
    };
    let mut people = vec![Choice::new("", member.text("undo-choose-person"))];
    people.extend(
        reading
            .rights()
            .people()
            .users()
            .into_iter()
            .map(|user| Choice::new(user.id.to_string(), user.name.as_str())),
    );
    let title = member.text("undo-title");
    let content = html! {
        (crumbs(member, None))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("undo-lead")) }
        form class="edit-form" method="post" action=(PATH) novalidate {
            (csrf_field(&member.csrf))
            (error_summary(member.lang, &shown))
            div class="panel" {
                (field("user", "undo-user").select(&people))
                div class="field-row" {
                    (field("from", "undo-from").date_time())
                    (field("to", "undo-to").date_time())
                }
                p class="hint" { (member.text_with("undo-zone", &[("zone", zone.iana_name().unwrap_or("UTC").into())])) }
                div class="actions after" { (button::submit(&member.text("undo-preview"), Weight::Primary)) }
            }
        }
    };
    member.page_with(status, reading, &title, content, "")
}

/// Shows what would happen, or does it once that was confirmed (`confirm=1`; `made=1`: what they made goes to the trash).
async fn take(member: Member, form: Form) -> WebResult {
    let acts = {
        let reading = member.access.read()?;
        reading.may_put_back()?;
        match read(&member, &reading, &form)? {
            Ok(acts) => acts,
            Err(errors) => return Ok(ask(&member, &reading, &form, &errors)),
        }
    };
    if !form.ticked("confirm") {
        return Ok(see_other(&address(&acts, &[])));
    }
    member.state.operations.room_for(&member.access)?;
    let found = found(&member, acts).await?;
    let total: usize = found.iter().map(|(_, ids)| ids.len()).sum();
    let made = form.ticked("made");
    let new = NewOperation {
        kind: OperationKind::PersonUndo,
        module: match found.as_slice() {
            [(only, _)] => Some(only.module),
            _ => None,
        },
        total: Some(total as u64),
        undoable: true,
        detail: json!({
            "of_user": acts.user, "from_time": acts.from, "to_time": acts.to, "made": made,
        }),
    };
    let operations = &member.state.operations;
    let id = operations
        .start(&member.access, new, move |task| {
            work::put_back(task, found, acts, made)
        })
        .await?;
    Ok(see_other(&operations::place(id)))
}

/// Records by module.
type Found = Vec<(&'static RecordType, Vec<RecordId>)>;

/// The records that they did something to.
async fn found(member: &Member, acts: ActsOf) -> Result<Found, WebError> {
    let access = member.access.clone();
    let find = tokio::task::spawn_blocking(move || {
        let reading = access.read()?;
        let mut found = Found::new();
        for (module, id) in reading.touched_by(&acts)? {
            let kind = reading.kind(module)?;
            match found.iter_mut().find(|(known, _)| known.module == module) {
                Some((_, ids)) => ids.push(id),
                None => found.push((kind, vec![id])),
            }
        }
        Ok::<_, AccessError>(found)
    });
    Ok(find.await.map_err(|_| WebError::Broken)??)
}
