//! What is asked of an authority by hand. What costs one of its few orders a week, or cannot be undone, is asked twice.

use axum::http::StatusCode;
use maud::Markup;

use super::{FIRM, PLACE, steps, take_turn};
use crate::data::Problem;
use crate::tls::{KeyChange, Source};
use crate::web::components::confirm::{Confirm, confirm_page};
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

pub(super) const RENEW: &str = "/settings/domain/renew";
pub(super) const NEW_KEY: &str = "/settings/domain/new-key";

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(RENEW, FIRM, ask_to_renew),
        Route::post(RENEW, FIRM, renew),
        Route::post("/settings/domain/test", FIRM, test),
        Route::get(NEW_KEY, FIRM, ask_for_new_key),
        Route::post(NEW_KEY, FIRM, new_key),
    ]
}

/// What is to be confirmed, by the keys of its words.
pub(super) struct Question {
    pub(super) action: &'static str,
    pub(super) asks: &'static str,
    pub(super) consequence: &'static str,
    pub(super) act: &'static str,
}

const RENEWAL: Question = Question {
    action: RENEW,
    asks: "domain-renew-question",
    consequence: "domain-renew-consequence",
    act: "domain-renew",
};

const KEY: Question = Question {
    action: NEW_KEY,
    asks: "domain-new-key-question",
    consequence: "domain-new-key-consequence",
    act: "domain-new-key",
};

/// A page that asks; its form brings `confirmed`.
pub(super) fn ask(
    member: &Member,
    status: StatusCode,
    asked: &Question,
    names: &[String],
) -> WebResult {
    let names = names.join(", ");
    let question = member.text_with(asked.asks, &[("names", names.as_str().into())]);
    let content: Markup = confirm_page(&Confirm {
        lang: member.lang,
        question: &question,
        consequence: &member.text(asked.consequence),
        action: asked.action,
        csrf: &member.csrf,
        fields: &[("confirmed", "true")],
        act_label: &member.text(asked.act),
        cancel_href: PLACE,
    });
    let reading = member.access.read()?;
    Ok(member.page_with(status, &reading, &question, content, ""))
}

pub(super) fn is_confirmed(form: &Form) -> bool {
    form.get("confirmed") == "true"
}

/// Whether an authority is asked for certificates at all; what concerns it has no place otherwise.
fn needs_authority(member: &Member) -> Result<(), WebError> {
    if member.state.tls.asks_authority() {
        Ok(())
    } else {
        Err(WebError::Conflict(Problem::new(
            "error-domain-no-authority",
        )))
    }
}

async fn ask_to_renew(member: Member) -> WebResult {
    needs_authority(&member)?;
    ask(
        &member,
        StatusCode::OK,
        &RENEWAL,
        &member.state.tls.plan().domains,
    )
}

/// The first certificate is ordered without a question: it takes nothing away, and the order is under way anyhow.
async fn renew(member: Member, form: Form) -> WebResult {
    needs_authority(&member)?;
    let tls = &member.state.tls;
    let is_first = tls
        .status()
        .is_some_and(|status| status.source == Source::SelfSigned);
    if !is_first && !is_confirmed(&form) {
        return ask(
            &member,
            UNPROCESSABLE,
            &RENEWAL,
            &member.state.tls.plan().domains,
        );
    }
    take_turn(&member)?;
    member
        .access
        .note_certificate("renew", &tls.plan().domains, None)
        .await?;
    tls.renew_now();
    Ok(see_other("/settings/domain?notice=domain-asked"))
}

/// The order goes on beside the answer; how it went stands in the history.
async fn test(member: Member) -> WebResult {
    if !steps::can_test(&member) {
        return Err(WebError::Conflict(Problem::new(
            "error-domain-no-authority",
        )));
    }
    take_turn(&member)?;
    let tls = member.state.tls.clone();
    member
        .access
        .note_certificate("test", &tls.plan().domains, None)
        .await?;
    tokio::spawn(async move { tls.test_order().await });
    Ok(see_other("/settings/domain?notice=domain-test-begun"))
}

async fn ask_for_new_key(member: Member) -> WebResult {
    needs_authority(&member)?;
    ask(&member, StatusCode::OK, &KEY, &[])
}

async fn new_key(member: Member, form: Form) -> WebResult {
    needs_authority(&member)?;
    if !is_confirmed(&form) {
        return ask(&member, UNPROCESSABLE, &KEY, &[]);
    }
    take_turn(&member)?;
    let tls = member.state.tls.clone();
    member
        .access
        .note_certificate("new key", &tls.plan().domains, None)
        .await?;
    match tls.change_account_key().await {
        KeyChange::Done => Ok(see_other("/settings/domain?notice=domain-key-changed")),
        KeyChange::Busy => Err(WebError::Conflict(Problem::new("error-domain-busy"))),
        KeyChange::Failed(words) => Err(WebError::Conflict(
            Problem::new("error-domain-key").with("what", words),
        )),
    }
}
