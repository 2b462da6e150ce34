//! Which deleted records a page of the trash is about: read from an address or a form, shown as a form.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use maud::{Markup, html};

use super::super::showing::Showing;
use crate::data::{
    AccessError, FieldError, Module, Permission, Problem, Reading, RecordId, RecordType,
    TrashFilter, UserId,
};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{FieldError as Shown, error_of};
use crate::web::form::Form;
use crate::web::local_time::{End, parse, typed};
use crate::web::visit::Member;

/// What stands for the program among people.
const PROGRAM: &str = "program";
const FIELDS: [&str; 4] = ["module", "by", "from", "to"];

/// What was asked for.
pub(super) struct Wanted {
    pub(super) module: Option<Module>,
    pub(super) filter: TrashFilter,
    /// The fields as they were sent, without those that are empty.
    pub(super) sent: Vec<(String, String)>,
}

impl Wanted {
    /// Reads it. What cannot be read is told, and nothing is narrowed by it.
    pub(super) fn read(member: &Member, form: &Form) -> (Self, Vec<FieldError>) {
        let zone = member.state.vault.zone();
        let of = |name: &str| Some(form.get(name).trim()).filter(|value| !value.is_empty());
        let mut errors = Vec::new();
        let mut wrong =
            |field: &str, key: &'static str| errors.push(FieldError::new(field, Problem::new(key)));
        let mut wanted = Self {
            module: None,
            filter: TrashFilter::default(),
            sent: FIELDS
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), of(name)?.to_owned())))
                .collect(),
        };
        if let Some(module) = of("module") {
            match module.parse() {
                Ok(module) => wanted.module = Some(module),
                Err(_) => wrong("module", "error-choice"),
            }
        }
        match of("by") {
            None => {}
            Some(PROGRAM) => wanted.filter.by = Some(None),
            Some(user) => match user.parse() {
                Ok(user) => wanted.filter.by = Some(Some(user)),
                Err(_) => wrong("by", "error-reference-missing"),
            },
        }
        for (name, end) in [("from", End::First), ("to", End::Last)] {
            let Some(text) = of(name) else {
                continue;
            };
            match (parse(text, &zone, end), name) {
                (None, _) => wrong(name, "error-moment"),
                (moment, "from") => wanted.filter.from = moment,
                (moment, _) => wanted.filter.to = moment,
            }
        }
        if let (Some(from), Some(to)) = (wanted.filter.from, wanted.filter.to)
            && from > to
        {
            wrong("to", "error-moment-order");
        }
        (wanted, errors)
    }

    /// The modules that are meant and whose records the person may delete; an error where that is none.
    pub(super) fn kinds(&self, reading: &Reading) -> Result<Vec<&'static RecordType>, AccessError> {
        let all = reading.kinds().iter().copied();
        let meant = all.filter(|kind| self.module.is_none_or(|module| module == kind.module));
        let (mut kinds, mut refused) = (Vec::new(), None);
        for kind in meant {
            let permission = Permission::Delete(kind.module);
            if reading.rights().may(permission) {
                kinds.push(kind);
            } else {
                refused = Some(permission);
            }
        }
        match refused {
            Some(permission) if kinds.is_empty() => Err(AccessError::Forbidden(permission)),
            None if kinds.is_empty() => Err(AccessError::NotFound),
            _ => Ok(kinds),
        }
    }

    /// Everything that is meant, by module.
    pub(super) fn records(
        &self,
        reading: &Reading,
    ) -> Result<Vec<(&'static RecordType, Vec<RecordId>)>, AccessError> {
        let mut records = Vec::new();
        for kind in self.kinds(reading)? {
            let ids = reading.trash_ids(kind, &self.filter)?;
            if !ids.is_empty() {
                records.push((kind, ids));
            }
        }
        Ok(records)
    }

    /// The address of the page, with more parameters.
    pub(super) fn address(&self, more: &[(String, String)]) -> String {
        let pairs: Vec<&(String, String)> = self.sent.iter().chain(more).collect();
        let pairs: Vec<(&str, &str)> = pairs
            .into_iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        super::super::address("/trash", &pairs)
    }

    fn sent(&self, name: &str) -> String {
        let found = self.sent.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The form above the list.
    pub(super) fn bar(&self, showing: &Showing<'_>, errors: &[Shown]) -> Markup {
        let member = showing.member;
        let field = |name: &'static str, label: &str| {
            Field::new(name, member.text(label))
                .value(self.sent(name))
                .error(error_of(errors, name))
        };
        let rights = showing.reading.rights();
        let kinds = showing.reading.kinds().iter();
        let kinds: Vec<_> = kinds
            .filter(|kind| rights.may(Permission::Delete(kind.module)))
            .collect();
        let mut modules = vec![Choice::new("", member.text("trash-any-module"))];
        modules.extend(kinds.iter().map(|kind| {
            let name = member.text(&format!("nav-{}", kind.module));
            Choice::new(kind.module.name(), name)
        }));
        let mut people = vec![Choice::new("", member.text("trash-anybody"))];
        // Those whom the person may know of, as in the filters of lists.
        let known: HashSet<UserId> = kinds
            .iter()
            .flat_map(|kind| showing.reading.possible_owners(kind))
            .collect();
        people.extend(
            rights
                .people()
                .users()
                .into_iter()
                .filter(|user| known.contains(&user.id))
                .map(|user| Choice::new(user.id.to_string(), user.name.as_str())),
        );
        people.push(Choice::new(PROGRAM, member.text("timeline-system")));
        html! {
            form class="filters audit-filters" method="get" action="/trash" {
                @if kinds.len() > 1 { (field("module", "trash-module").select(&modules)) }
                (field("by", "trash-deleted-by").select(&people))
                (field("from", "trash-from").date_time())
                (field("to", "trash-to").date_time())
                div class="actions" {
                    (button::submit(&member.text("list-filter-apply"), Weight::Plain))
                    @if !self.sent.is_empty() { a class="small" href="/trash" { (member.text("list-clear")) } }
                }
            }
            p class="small" {
                (member.text("trash-since")) " "
                @for (place, (key, from)) in since(showing).into_iter().enumerate() {
                    @if place > 0 { " · " }
                    a href=(self.since(showing, from)) { (member.text(key)) }
                }
            }
        }
    }

    fn since(&self, showing: &Showing<'_>, from: Timestamp) -> String {
        let mut pairs = self.sent.clone();
        pairs.retain(|(name, _)| !matches!(name.as_str(), "from" | "to"));
        pairs.push(("from".to_owned(), typed(from, &showing.clock.zone)));
        super::super::address("/trash", &pairs)
    }
}

/// Moments that "everything since" mostly means.
fn since(showing: &Showing<'_>) -> Vec<(&'static str, Timestamp)> {
    let clock = &showing.clock;
    let midnight = |days: i64| {
        let day = clock
            .today()
            .checked_sub(jiff::Span::new().days(days))
            .ok()?;
        let start = day.to_zoned_datetime(clock.zone.clone()).ok()?;
        Some(start.timestamp())
    };
    let hour = clock.now.checked_sub(SignedDuration::from_hours(1)).ok();
    [
        ("trash-since-hour", hour),
        ("trash-since-today", midnight(0)),
        ("trash-since-yesterday", midnight(1)),
        ("trash-since-week", midnight(7)),
    ]
    .into_iter()
    .filter_map(|(key, from)| Some((key, from?)))
    .collect()
}
