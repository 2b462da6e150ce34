//! Which entries are asked for: read from the address, shown as a form.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::data::{AuditFilter, AuditKind, FieldError, Problem, Reading};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{FieldError as Shown, error_of};
use crate::web::components::icon::{Icon, icon};
use crate::web::form::Form;
use crate::web::visit::Member;

/// A page of the log as its address asks for it.
pub(super) struct Wanted {
    pub(super) filter: AuditFilter,
    /// Only entries with a smaller number.
    pub(super) before: Option<u64>,
    /// The fields as they were sent, without those that are empty.
    sent: Vec<(String, String)>,
}

const FIELDS: [&str; 6] = ["user", "kind", "at_from", "at_to", "record", "office"];

impl Wanted {
    /// Reads it. What cannot be read is told, and filters nothing.
    pub(super) fn read(form: &Form, zone: &TimeZone) -> (Self, Vec<FieldError>) {
        let mut errors = Vec::new();
        let mut wrong =
            |field: &str, key: &'static str| errors.push(FieldError::new(field, Problem::new(key)));
        let mut filter = AuditFilter::default();
        let of =
            |name: &str| Some(form.get(name).trim().to_owned()).filter(|value| !value.is_empty());
        if let Some(user) = of("user") {
            match user.parse() {
                Ok(user) => filter.user = Some(user),
                Err(_) => wrong("user", "error-reference-missing"),
            }
        }
        for kind in form.all("kind").filter(|kind| !kind.is_empty()) {
            match AuditKind::from_name(kind) {
                Some(kind) => filter.kinds.push(kind),
                None => wrong("kind", "error-choice"),
            }
        }
        if let Some(day) = of("at_from") {
            match moment(&day, zone, false) {
                Some(moment) => filter.from = Some(moment),
                None => wrong("at_from", "error-date"),
            }
        }
        if let Some(day) = of("at_to") {
            match moment(&day, zone, true) {
                Some(moment) => filter.to = Some(moment),
                None => wrong("at_to", "error-date"),
            }
        }
        if let Some(office) = of("office") {
            match office.parse() {
                Ok(office) => filter.office = Some(office),
                Err(_) => wrong("office", "error-choice"),
            }
        }
        filter.record = of("record");
        let sent = form
            .0
            .iter()
            .filter(|(name, value)| FIELDS.contains(&name.as_str()) && !value.trim().is_empty());
        let wanted = Self {
            filter,
            before: form.get("before").parse().ok(),
            sent: sent.cloned().collect(),
        };
        (wanted, errors)
    }

    /// The same filter from another place on.
    pub(super) fn address(&self, before: Option<u64>) -> String {
        match before {
            Some(before) => self.at("/audit", &[("before", &before.to_string())]),
            None => self.at("/audit", &[]),
        }
    }

    /// The same filter at another place.
    pub(super) fn at(&self, place: &str, more: &[(&str, &str)]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(&self.sent).extend_pairs(more);
        let query = query.finish();
        if query.is_empty() {
            place.to_owned()
        } else {
            format!("{place}?{query}")
        }
    }

    fn is_set(&self) -> bool {
        !self.sent.is_empty()
    }

    fn sent(&self, name: &str) -> String {
        self.sent
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    }
}

/// The first moment of a day in the firm's zone, or its last; a moment stands for itself.
fn moment(text: &str, zone: &TimeZone, end: bool) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let day: Date = text.parse().ok()?;
    if !end {
        return day
            .to_zoned_datetime(zone.clone())
            .ok()
            .map(|start| start.timestamp());
    }
    let next = day.tomorrow().ok()?.to_zoned_datetime(zone.clone()).ok()?;
    Timestamp::from_millisecond(next.timestamp().as_millisecond() - 1).ok()
}

/// Whose entries.
pub(super) fn user_field(
    member: &Member,
    reading: &Reading,
    wanted: &Wanted,
    errors: &[Shown],
) -> Markup {
    let people = reading.rights().people().users();
    let mut users = vec![Choice::new("", member.text("audit-anyone"))];
    users.extend(
        people
            .into_iter()
            .map(|user| Choice::new(user.id.to_string(), user.name.as_str())),
    );
    Field::new("user", member.text("audit-filter-user"))
        .value(wanted.sent("user"))
        .error(error_of(errors, "user"))
        .select(&users)
}

/// The first day, or the last.
pub(super) fn day_field(
    member: &Member,
    wanted: &Wanted,
    errors: &[Shown],
    name: &'static str,
    label: &str,
) -> Markup {
    Field::new(name, member.text(label))
        .value(wanted.sent(name))
        .error(error_of(errors, name))
        .date()
}

/// The form above the log.
pub(super) fn bar(member: &Member, reading: &Reading, wanted: &Wanted, errors: &[Shown]) -> Markup {
    let places = [
        Choice::new("", member.text("audit-anywhere")),
        Choice::new("true", member.text("place-office")),
        Choice::new("false", member.text("audit-not-office")),
    ];
    let chosen = wanted.filter.kinds.len();
    html! {
        form class="filters audit-filters" method="get" action="/audit" {
            (user_field(member, reading, wanted, errors))
            div class="field" {
                strong { (member.text("audit-filter-kind")) }
                details class="menu" data-menu="" {
                    summary class="button" {
                        @if chosen == 0 { (member.text("list-filter-any")) }
                        @else { (member.text_with("audit-more-kinds", &[("count", chosen.into())])) }
                        (icon(Icon::ChevronDown))
                    }
                    fieldset class="menu-panel filter-fields" {
                        legend class="hidden" { (member.text("audit-filter-kind")) }
                        div class="option-grid" {
                            @for kind in AuditKind::ALL { (kind_box(member, kind, wanted.filter.kinds.contains(&kind))) }
                        }
                    }
                }
                @if let Some(error) = error_of(errors, "kind") { p class="error" { (icon(Icon::Error)) span { (error) } } }
            }
            (day_field(member, wanted, errors, "at_from", "audit-filter-from"))
            (day_field(member, wanted, errors, "at_to", "audit-filter-to"))
            (Field::new("office", member.text("audit-filter-office")).value(wanted.sent("office")).error(error_of(errors, "office")).select(&places))
            (Field::new("record", member.text("audit-filter-record")).value(wanted.sent("record")).autocomplete("off").text())
            div class="actions" {
                (button::submit(&member.text("list-filter-apply"), Weight::Plain))
                @if wanted.is_set() { a class="small" href="/audit" { (member.text("list-clear")) } }
            }
        }
    }
}

fn kind_box(member: &Member, kind: AuditKind, checked: bool) -> Markup {
    let name = kind.name();
    html! {
        label class="option" {
            input type="checkbox" name="kind" value=(name) checked[checked];
            span { (member.text(&format!("audit-kind-{name}"))) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_the_firms() {
        let zone = TimeZone::get("Europe/Warsaw").unwrap();
        let asked = Form::of(&[
            ("at_from", "2026-11-24"),
            ("at_to", "2026-11-24"),
            ("kind", "created"),
            ("kind", "deleted"),
        ]);
        let (wanted, errors) = Wanted::read(&asked, &zone);
        assert!(errors.is_empty());
        assert_eq!(wanted.filter.from, "2026-11-23T23:00:00Z".parse().ok());
        assert_eq!(wanted.filter.to, "2026-11-24T22:59:59.999Z".parse().ok());
        assert_eq!(
            wanted.filter.kinds,
            [AuditKind::Created, AuditKind::Deleted]
        );
        assert_eq!(
            wanted.address(Some(7)),
            "/audit?at_from=2026-11-24&at_to=2026-11-24&kind=created&kind=deleted&before=7"
        );
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let asked = Form::of(&[
            ("user", "x"),
            ("kind", "danced"),
            ("at_from", "soon"),
            ("at_to", ""),
            ("before", "x"),
        ]);
        let (wanted, errors) = Wanted::read(&asked, &TimeZone::UTC);
        let fields: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["user", "kind", "at_from"]);
        assert!(wanted.before.is_none() && wanted.filter.user.is_none());
    }
}
