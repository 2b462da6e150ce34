//! Activity in and out of the office, by person and day.

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use super::filter::{Wanted, day_field, user_field};
use super::private;
use crate::data::{FieldError, LONGEST_REPORT, Presence, Problem, Reading};
use crate::i18n::format::time;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::{WebError, WebResult};
use crate::web::visit::Member;

pub(super) const PLACE: &str = "/audit/places";
/// What is shown where no days are asked for.
const USUAL: SignedDuration = SignedDuration::from_hours(24 * 14);

pub(super) async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let zone = member.state.vault.zone();
    let (wanted, mut errors) = Wanted::read(&member.parameters(), &zone);
    let to = wanted.filter.to.unwrap_or_else(crate::clock::now);
    let mut from = wanted.filter.from.unwrap_or(to - USUAL);
    if to.duration_since(from) > LONGEST_REPORT {
        let problem =
            Problem::new("error-report-long").with("most", LONGEST_REPORT.as_hours() / 24);
        errors.push(FieldError::new("at_from", problem));
        from = to - LONGEST_REPORT;
    }
    let user = wanted.filter.user;
    let access = member.access.clone();
    let zone_there = zone.clone();
    let reckoned =
        tokio::task::spawn_blocking(move || access.read()?.presence(user, from, to, &zone_there));
    let report = reckoned.await.map_err(|_| WebError::Broken)??;
    let title = member.text("presence-title");
    let shown = member.errors(&errors);
    let no_office = reading.rights().people().policy().office_ips.is_empty();
    let content = html! {
        (breadcrumbs(member.lang, &[(&member.text("audit-title"), "/audit")]))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("presence-lead")) }
        @if no_office { (banner(Verdict::Info, html! { (member.text("presence-no-office")) })) }
        form class="filters audit-filters" method="get" action=(PLACE) {
            (user_field(&member, &reading, &wanted, &shown))
            (day_field(&member, &wanted, &shown, "at_from", "audit-filter-from"))
            (day_field(&member, &wanted, &shown, "at_to", "audit-filter-to"))
            div class="actions" { (button::submit(&member.text("list-filter-apply"), Weight::Plain)) }
        }
        @if report.cut { (banner(Verdict::Warn, html! { (member.text("presence-cut")) })) }
        @if report.lines.is_empty() { div class="panel" { p class="muted" { (member.text("presence-empty")) } } }
        @else { div class="list" { (table(&member, &reading, &title, &report.lines)) } }
    };
    Ok(private(member.page(&reading, &title, content)))
}

fn table(member: &Member, reading: &Reading, title: &str, lines: &[Presence]) -> Markup {
    let columns = [
        ("audit-who", PhoneSlot::Title),
        ("presence-day", PhoneSlot::First),
        ("presence-inside", PhoneSlot::Side),
        ("presence-outside", PhoneSlot::Second),
        ("presence-hours", PhoneSlot::Corner),
    ]
    .map(|(key, phone)| Column {
        label: member.text(key),
        numeric: false,
        phone,
        sort: None,
    });
    let clock = member.clock();
    let hour = |at: Timestamp| time(clock.zone.to_datetime(at).time());
    // With its word, since on a phone there are no headings.
    let count = |key: &str, number: u32| {
        let words = member.text_with(key, &[("count", i64::from(number).into())]);
        html! { span class=[(number == 0).then_some("muted")] { (words) } }
    };
    let rows: Vec<Vec<Markup>> = lines
        .iter()
        .map(|line| {
            let user = reading.rights().people().user(line.user);
            let name = user.map_or_else(|| member.text("audit-gone"), |user| user.name.clone());
            let entries = format!("/audit?user={}&at_from={1}&at_to={1}", line.user, line.day);
            vec![
                html! { a class="row-link" href=(entries) dir="auto" { (name) } },
                html! { span class="muted numeric" { (clock.day(line.first)) } },
                count("presence-inside-count", line.inside),
                count("presence-outside-count", line.outside),
                html! { span class="muted numeric" { (hour(line.first)) "–" (hour(line.last)) } },
            ]
        })
        .collect();
    plain_table(title, &columns, &rows)
}
