//! How HTTPS stands: a colour, a sentence and the one thing to do.

use maud::{Markup, html};

use crate::config::TlsMode;
use crate::tls::{Event, Happened, Source, Status};
use crate::web::components::banner::{Verdict, banner, verdict};
use crate::web::visit::Member;

/// Days left from which on the page warns of a certificate that nobody renews by itself.
pub(super) const SOON: i64 = 14;
/// One that an authority renews has been renewed before so small a part of its life is left.
const RENEWED_BY: i64 = 6;

/// How things stand, in a sentence.
pub(super) fn state(member: &Member) -> Markup {
    let tls = &member.state.tls;
    let Some(status) = tls.status() else {
        return without_https(member);
    };
    let uncovered = tls.uncovered();
    let (how, key) = judge(member, &status, uncovered.is_some());
    let days = status.days_left(crate::clock::now()).max(0);
    let name = uncovered.unwrap_or_default();
    let args = [("days", days.into()), ("name", name.as_str().into())];
    let about = match (key, status.source) {
        ("domain-state-lapsed", Source::Files) => "domain-state-lapsed-files",
        ("domain-state-lapsed", Source::Own) => "domain-state-lapsed-own",
        ("domain-state-lapsed", _) => "domain-state-lapsed-about",
        ("domain-state-soon", Source::Files) => "domain-state-soon-files",
        ("domain-state-soon", Source::Own) => "domain-state-soon-own",
        ("domain-state-soon", _) => "domain-state-soon-about",
        ("domain-state-uncovered", Source::Acme) => "domain-state-uncovered-about",
        ("domain-state-uncovered", _) => "domain-state-uncovered-own",
        ("domain-state-on", Source::Acme) => "domain-state-on-about",
        ("domain-state-on", _) => "domain-state-own-about",
        ("domain-state-trouble", _) => "domain-state-trouble-about",
        _ if tls.asks_authority() => "domain-state-temporary-about",
        _ if tls.plan().mode == TlsMode::Own => "domain-state-temporary-own",
        _ => "domain-state-temporary-nameless",
    };
    verdict(
        how,
        &member.text_with(key, &args),
        &member.text_with(about, &args),
        html! {},
    )
}

fn judge(member: &Member, status: &Status, is_uncovered: bool) -> (Verdict, &'static str) {
    let tls = &member.state.tls;
    let now = crate::clock::now();
    let left = status.not_after.as_second() - now.as_second();
    let lifetime = status.not_after.as_second() - status.not_before.as_second();
    let is_soon = match status.source {
        Source::Acme => left < lifetime / RENEWED_BY,
        _ => status.days_left(now) < SOON,
    };
    match status.source {
        Source::SelfSigned => {
            let day = jiff::SignedDuration::from_hours(24);
            let long = tls.failing_for(now).is_some_and(|since| since >= day);
            let how = if long { Verdict::Fail } else { Verdict::Warn };
            (how, "domain-state-temporary")
        }
        _ if left <= 0 => (Verdict::Fail, "domain-state-lapsed"),
        _ if is_uncovered => (Verdict::Warn, "domain-state-uncovered"),
        _ if is_soon => (Verdict::Warn, "domain-state-soon"),
        _ if status.last_error.is_some() => (Verdict::Warn, "domain-state-trouble"),
        _ => (Verdict::Ok, "domain-state-on"),
    }
}

/// Plain HTTP is well where a proxy speaks HTTPS, or where nobody is on the way.
fn without_https(member: &Member) -> Markup {
    let client = &member.visit.client;
    let public = member.state.config.public_url.as_deref();
    let behind = client.proxied || public.is_some_and(|url| url.starts_with("https://"));
    let (how, title, about) = if behind {
        (Verdict::Info, "domain-state-off", "domain-state-off-proxy")
    } else if client.address.is_loopback() {
        (Verdict::Info, "domain-state-off", "domain-state-off-here")
    } else {
        (Verdict::Fail, "domain-state-off", "domain-state-off-about")
    };
    verdict(how, &member.text(title), &member.text(about), html! {})
}

/// What went wrong last, in the words of whoever refused, and what to do.
pub(super) fn trouble(member: &Member) -> Markup {
    let Some(event) = member.state.tls.trouble() else {
        return html! {};
    };
    let advice = format!("{}-advice", event.happened.key());
    let said = ours(member, &event);
    banner(
        Verdict::Warn,
        html! {
            strong { (member.text(event.happened.key())) } " " span class="muted" { (member.clock().recent(event.at)) }
            @if let Some(said) = &said { p { (said) } }
            @if event.told.is_none() { p { code { bdi { (event.words) } } } }
            p { (member.text(&advice)) }
        },
    )
}

/// What happened in the reader's language, as far as it can be said so: what we found wrong ourselves, and the common
/// reasons for which an authority is not reached, which the system tells in English.
pub(super) fn ours(member: &Member, event: &Event) -> Option<String> {
    if let Some(told) = &event.told {
        let why = member.text_with(&told.key, &[("what", told.what.as_str().into())]);
        return Some(match &told.file {
            Some(file) => format!("{file}: {why}"),
            None => why,
        });
    }
    if !matches!(event.happened, Happened::Unreachable | Happened::Limited) {
        return None;
    }
    let words = event.words.to_ascii_lowercase();
    let reasons = [
        (["dns error", "failed to lookup"], "tls-why-name"),
        (
            ["connection refused", "connection reset"],
            "tls-why-refused",
        ),
        (["timed out", "takes too long"], "tls-why-slow"),
        (
            ["unknownissuer", "invalid peer certificate"],
            "tls-why-stranger",
        ),
    ];
    let found = reasons
        .iter()
        .find(|(signs, _)| signs.iter().any(|sign| words.contains(sign)));
    found.map(|(_, key)| member.text(key))
}
