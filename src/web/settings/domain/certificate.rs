//! The certificate in use, and what happened to it.

use maud::{Markup, html};

use super::acts;
use super::state::{SOON, ours};
use crate::tls::{self, Source, Status};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::facts::{Fact, fact_list};
use crate::web::components::icon::Icon;
use crate::web::components::timeline::{Entry, Place, timeline_entries};
use crate::web::visit::Member;

/// Seconds.
const DAY: i64 = 24 * 60 * 60;
/// Entries of the history that are shown.
const MOST_SHOWN: usize = 20;

/// Names, maker, how much of its time is over, and when the next one comes.
pub(super) fn panel_of(member: &Member) -> Markup {
    let Some(status) = tls::status(&member.state.tls) else {
        return html! {};
    };
    let asks_authority = member.state.tls.asks_authority();
    let is_temporary = status.source == Source::SelfSigned;
    let act = |key: &str, page: &str, sign| {
        button::link(&member.text(key), page, Weight::Plain, Some(sign))
    };
    panel(
        &member.text("domain-certificate"),
        html! {},
        html! {
            @if !is_temporary && status.days_left(crate::clock::now()) >= 0 { (validity_bar(member, &status)) }
            div class="facts" { (fact_list(&facts(member, &status))) }
            @if asks_authority {
                div class="actions after" {
                    @if is_temporary {
                        (button::post(&member.text("domain-order"), acts::RENEW, &member.csrf, Weight::Plain, Some(Icon::Undo)))
                    } @else {
                        (act("domain-renew", acts::RENEW, Icon::Undo))
                        (act("domain-new-key", acts::NEW_KEY, Icon::Key))
                    }
                }
            }
        },
    )
}

fn validity_bar(member: &Member, status: &Status) -> Markup {
    let now = crate::clock::now();
    let (from, to) = (status.not_before.as_second(), status.not_after.as_second());
    let lifetime = (to - from).max(1);
    let left = (to - now.as_second()).clamp(0, lifetime);
    let days = status.days_left(now);
    let label = if left > 0 {
        member.text_with("domain-days-left", &[("days", days.into())])
    } else {
        member.text("domain-days-over")
    };
    // Below the one the bar is amber, below the other red; certificates that renew themselves have less left before that.
    let soon = match status.source {
        Source::Acme => lifetime / 6,
        _ => (SOON * DAY).min(lifetime / 2),
    };
    html! {
        p { (label) }
        meter min="0" max=(lifetime) value=(left) low=(soon / 4) high=(soon) optimum=(lifetime) aria-label=(label) {}
    }
}

fn facts(member: &Member, status: &Status) -> Vec<Fact> {
    let clock = member.clock();
    let source = match status.source {
        Source::Files => "domain-source-files",
        Source::Own => "domain-source-own",
        Source::Acme => "domain-source-acme",
        Source::SelfSigned => "domain-source-self-signed",
    };
    let mut facts = vec![
        Fact::text(member.text("domain-source"), &member.text(source)),
        Fact::text(member.text("domain-for-names"), &status.names.join(", ")),
    ];
    // Of one that we made ourselves there is nothing else to know.
    if status.source != Source::SelfSigned {
        facts.push(Fact::text(member.text("domain-issuer"), &status.issuer));
        facts.push(Fact::new(
            member.text("domain-from"),
            clock.day(status.not_before),
        ));
        facts.push(Fact::new(
            member.text("domain-until"),
            clock.day(status.not_after),
        ));
    }
    if let Some(next) = status.next_renewal {
        facts.push(Fact::new(
            member.text("domain-next-renewal"),
            clock.relative(next),
        ));
    }
    facts
}

/// What happened, the latest first.
pub(super) fn history(member: &Member) -> Markup {
    let events = member.state.tls.events();
    if events.is_empty() {
        return html! {};
    }
    let clock = member.clock();
    let entries: Vec<Entry> = events
        .into_iter()
        .take(MOST_SHOWN)
        .map(|event| Entry {
            sign: if event.happened.is_trouble() {
                Icon::Warning
            } else {
                Icon::Check
            },
            title: member.text(event.happened.key()),
            body: ours(member, &event)
                .or_else(|| Some(event.words).filter(|words| !words.is_empty())),
            act: None,
            changes: Vec::new(),
            who: "Kartoteka".to_owned(),
            at: clock.recent(event.at),
            place: Place::Unknown,
        })
        .collect();
    panel(
        &member.text("domain-history"),
        html! {},
        html! { ol class="timeline" { (timeline_entries(member.lang, &entries)) } },
    )
}
