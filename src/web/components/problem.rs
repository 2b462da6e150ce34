//! Pages that say what went wrong and what to do: not found, not permitted, broken.

use jiff::Timestamp;
use maud::{Markup, html};

use super::button::{self, Weight};
use super::icon::{Icon, icon};
use super::moment::Clock;
use crate::data::{Bar, Barred};
use crate::i18n::{Lang, text, text_with};

/// Something that is not there, or not this person's to see: the same page for both, on purpose.
pub(crate) fn not_found(lang: Lang) -> Markup {
    let ways = button::link(&text(lang, "error-go-home"), "/", Weight::Primary, None);
    problem(
        Icon::Search,
        &text(lang, "error-not-found-title"),
        &text(lang, "error-not-found"),
        ways,
    )
}

/// The role does not allow it; `permission` is the missing one in words, as `role-…` texts name it.
pub(crate) fn forbidden(lang: Lang, permission: &str) -> Markup {
    let sentence = text_with(
        lang,
        "error-forbidden",
        &[("permission", permission.into())],
    );
    let ways = button::link(&text(lang, "error-go-home"), "/", Weight::Primary, None);
    problem(
        Icon::Lock,
        &text(lang, "error-forbidden-title"),
        &sentence,
        ways,
    )
}

/// A right password or session from the wrong place, or at the wrong time: why, and whom to ask, or until when the rules
/// are on trial.
pub(crate) fn barred(
    lang: Lang,
    barred: &Barred,
    clock: &Clock,
    trial_until: Option<Timestamp>,
) -> Markup {
    if let Some(until) = trial_until {
        return barred_by_trial(lang, barred, clock, until);
    }
    let (title, said) = match barred.bar {
        Bar::Address => {
            let address = barred.address.to_string();
            let said = text_with(lang, "barred-address", &[("address", address.into())]);
            ("barred-address-title", said)
        }
        Bar::Hours => {
            let now = crate::i18n::format::date_time(lang, clock.now, &clock.zone);
            (
                "barred-hours-title",
                text_with(lang, "barred-hours", &[("now", now.into())]),
            )
        }
    };
    let ask = if barred.ask.is_empty() {
        text(lang, "barred-ask-nobody")
    } else {
        let names = barred.ask.join(", ");
        text_with(lang, "barred-ask", &[("names", names.into())])
    };
    problem(
        Icon::Lock,
        &text(lang, title),
        &said,
        html! {
            p class="muted" { (ask) }
        },
    )
}

/// Rules that are only tried: nobody need be asked, since they fall back by themselves.
fn barred_by_trial(lang: Lang, barred: &Barred, clock: &Clock, until: Timestamp) -> Markup {
    let until = clock.zone.to_datetime(until).strftime("%H:%M").to_string();
    let address = barred.address.to_string();
    let args = [("until", until.into()), ("address", address.into())];
    let said = text_with(lang, "barred-trial", &args);
    let title = match barred.bar {
        Bar::Address => "barred-address-title",
        Bar::Hours => "barred-hours-title",
    };
    problem(Icon::Lock, &text(lang, title), &said, html! {})
}

/// Our fault. `request_id` lets whoever runs the server find it in the log.
pub(crate) fn broken(lang: Lang, request_id: &str) -> Markup {
    let sentence = text_with(lang, "error-broken", &[("id", request_id.into())]);
    let ways = button::link(&text(lang, "error-go-home"), "/", Weight::Plain, None);
    problem(
        Icon::Error,
        &text(lang, "error-broken-title"),
        &sentence,
        ways,
    )
}

/// The form was open too long, or came from elsewhere; nothing was changed.
pub(crate) fn stale_form(lang: Lang, back_href: &str) -> Markup {
    let ways = button::link(
        &text(lang, "error-stale-form-back"),
        back_href,
        Weight::Primary,
        None,
    );
    problem(
        Icon::Clock,
        &text(lang, "error-stale-form-title"),
        &text(lang, "error-stale-form"),
        ways,
    )
}

/// Too many attempts; `seconds` until the next one.
pub(crate) fn throttled(lang: Lang, seconds: u64) -> Markup {
    let sentence = text_with(lang, "error-throttled", &[("seconds", seconds.into())]);
    problem(
        Icon::Clock,
        &text(lang, "error-throttled-title"),
        &sentence,
        html! {},
    )
}

/// Any other: a sign, a title, a sentence, and ways on.
pub(crate) fn problem(sign: Icon, title: &str, sentence: &str, ways: Markup) -> Markup {
    html! {
        section class="empty problem" {
            span class="empty-sign" { (icon(sign)) }
            h1 { (title) }
            p { (sentence) }
            div class="actions" { (ways) }
        }
    }
}
