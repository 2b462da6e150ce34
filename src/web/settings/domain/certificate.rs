//! The certificate in use, and what happened to it.

use maud::{Markup, html};

use crate::config::TlsMode;
use crate::tls::{self, Source, Status};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::facts::{Fact, fact_list};
use crate::web::components::icon::Icon;
use crate::web::components::timeline::{Entry, Place, timeline_entries};
use crate::web::visit::Member;

/// Entries of the history that are shown.
const MOST_SHOWN: usize = 20;

/// Names, maker, how much of its time is over, and when the next one comes.
pub(super) fn panel_of(member: &Member) -> Markup {
    let Some(status) = tls::status(&member.state.tls) else {
        return html! {};
    };
    let plan = member.state.tls.plan();
    let asks_authority = plan.mode == TlsMode::Acme && !plan.domains.is_empty();
    let is_temporary = status.source == Source::SelfSigned;
    let order = if is_temporary {
        "domain-order"
    } else {
        "domain-renew"
    };
    let post = |key: &str, action: &str, sign| {
        button::post(
            &member.text(key),
            action,
            &member.csrf,
            Weight::Plain,
            Some(sign),
        )
    };
    panel(
        &member.text("domain-certificate"),
        html! {},
        html! {
            @if !is_temporary && status.days_left(crate::clock::now()) >= 0 { (validity_bar(member, &status)) }
            div class="facts" { (fact_list(&facts(member, &status))) }
            @if asks_authority {
                div class="actions after" {
                    (post(order, "/settings/domain/renew", Icon::Undo))
                    @if !is_temporary { (post("domain-new-key", "/settings/domain/new-key", Icon::Key)) }
                }
            }
        },
    )
}

fn validity_bar(member: &Member, status: &Status) -> Markup {
    let now = crate::clock::now().as_second();
    let (from, to) = (status.not_before.as_second(), status.not_after.as_second());
    let over = (now - from).clamp(0, to - from);
    let label = member.text_with(
        "domain-days-left",
        &[("days", status.days_left(crate::clock::now()).max(0).into())],
    );
    html! {
        p { (label) }
        progress value=(over) max=(to - from) aria-label=(label) {}
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
        Fact::text(member.text("domain-issuer"), &status.issuer),
        Fact::new(member.text("domain-from"), clock.day(status.not_before)),
        Fact::new(member.text("domain-until"), clock.day(status.not_after)),
    ];
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
            body: (!event.words.is_empty()).then_some(event.words),
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
