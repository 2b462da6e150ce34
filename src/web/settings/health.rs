//! How everything the firm depends on stands: what `doctor` finds, as a page.

use maud::{Markup, html};

use super::{FIRM, crumbs};
use crate::doctor::{Finding, Verdict as Stands};
use crate::web::components::banner::{Verdict, banner, verdict};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::chip::{Tone, chip};
use crate::web::components::icon::Icon;
use crate::web::error::WebResult;
use crate::web::health::Look;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/settings/health";
/// How old a look may be before opening the page takes another.
const LASTS_SECONDS: i64 = 300;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, FIRM, page),
        Route::post(PLACE, FIRM, look_again),
    ]
}

async fn page(member: Member) -> WebResult {
    let now = crate::clock::now();
    let last = member.state.last_look.get();
    let last = last.filter(|last| now.duration_since(last.at).as_secs() < LASTS_SECONDS);
    let look = match last {
        Some(last) => Some(last),
        None => member.state.look().await,
    };
    let title = member.text("health-title");
    let again = button::post(
        &member.text("health-again"),
        PLACE,
        &member.csrf,
        Weight::Plain,
        None,
    );
    let content = html! {
        (crumbs(&member, None))
        (page_header(&title, "", again))
        @match look {
            Some(look) => (findings(&member, &look)),
            None => (banner(Verdict::Warn, html! { (member.text("health-too-long")) })),
        }
    };
    let reading = member.access.read()?;
    Ok(member.page(&reading, &title, content))
}

fn findings(member: &Member, look: &Look) -> Markup {
    let count = |stands| {
        look.findings
            .iter()
            .filter(|finding| finding.verdict == stands)
            .count()
    };
    let (failed, warned) = (count(Stands::Fail), count(Stands::Warn));
    let (how, title) = match (failed, warned) {
        (0, 0) => (Verdict::Ok, member.text("health-all-well")),
        (0, warned) => (
            Verdict::Warn,
            member.text_with("health-warned", &[("count", warned.into())]),
        ),
        (failed, _) => (
            Verdict::Fail,
            member.text_with("health-failed", &[("count", failed.into())]),
        ),
    };
    let mut sorted: Vec<&Finding> = look.findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
    html! {
        (verdict(how, &title, &member.text("health-lead"), html! {}))
        ul class="panel entries" { @for finding in sorted { li { (one(member, finding)) } } }
        p class="muted small" { (member.text("health-looked")) " " (member.clock().relative(look.at)) }
    }
}

fn one(member: &Member, finding: &Finding) -> Markup {
    let (tone, sign, word) = match finding.verdict {
        Stands::Ok => (Tone::Good, Icon::Check, "health-ok"),
        Stands::Warn => (Tone::Attention, Icon::Warning, "health-warn"),
        Stands::Fail => (Tone::Bad, Icon::Error, "health-fail"),
    };
    html! {
        div class="grow" {
            p { strong { (member.say(&finding.what)) } " " (chip(tone, Some(sign), &member.text(word))) }
            p { (member.say(&finding.says)) }
            @if let Some(advice) = &finding.advice { p class="muted small" { (member.say(advice)) } }
        }
    }
}

async fn look_again(member: Member) -> WebResult {
    member.state.look().await;
    Ok(see_other(PLACE))
}
