//! The page with what is known on one side and what a register says on the other.

use maud::{Markup, html};

use super::super::input::Input;
use super::super::showing::Showing;
use super::{FOUND, NOTES, TAKE, place};
use crate::data::records::tax_id::TaxId;
use crate::data::{AccessError, Field, RecordType, Seen, Value};
use crate::i18n::format::date;
use crate::registers::{Entry, Standing};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::chip::{Tone, status_chip};
use crate::web::components::facts::{Fact, FactGroup, dash, fact_group};
use crate::web::components::field::{Choice, bare_select};
use crate::web::components::form::{csrf_field, hidden_fields};
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::components::navigation::breadcrumbs;
use crate::web::visit::module_place;

/// Fields that a register knows.
pub(super) const FIELDS: [&str; 6] = [
    "name",
    "address.street",
    "address.postal_code",
    "address.city",
    "address.country",
    "bank_account",
];

/// Accounts offered; the rest is counted.
const MOST_ACCOUNTS: usize = 100;

/// A field as it stands and as the register has it.
pub(super) struct Row {
    field: &'static Field,
    label: String,
    now: String,
    /// As they would be typed, with their words; more than one only for accounts.
    found: Vec<(String, String)>,
    /// Values of the register that are not among them.
    more: usize,
    /// Whether it can be taken: it differs, and the person may set it.
    offered: bool,
    /// Whether it is taken unless the person says otherwise: where nothing stands yet.
    ticked: bool,
}

pub(super) struct Comparison<'a> {
    pub(super) kind: &'static RecordType,
    pub(super) showing: &'a Showing<'a>,
    pub(super) seen: Option<&'a Seen>,
    pub(super) input: &'a Input,
    pub(super) filled_in: bool,
    pub(super) tax_id: &'a TaxId,
    pub(super) entry: &'a Entry,
    pub(super) rows: &'a [Row],
}

/// What the person sees of a field now: as it is typed, else as it is stored.
fn now(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &Field,
    seen: Option<&Seen>,
    input: &Input,
) -> Result<String, AccessError> {
    let stored = seen.and_then(|seen| seen.value(field.no));
    let value = match input.typed.get(field.name) {
        Some(typed) => match field.kind.take_text(typed, showing.reading.input_reading()) {
            Ok(value) => value,
            Err(_) => return Ok(typed.clone()),
        },
        None => stored,
    };
    value.map_or(Ok(String::new()), |value| {
        showing.words(kind, field, &value)
    })
}

pub(super) fn rows(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    seen: Option<&Seen>,
    input: &Input,
    entry: &Entry,
) -> Result<Vec<Row>, AccessError> {
    let rights = showing.reading.rights();
    let subject = &entry.subject;
    let mut rows = Vec::new();
    for name in FIELDS {
        let Some(field) = kind.named(name).filter(|field| rights.may_set(kind, field)) else {
            continue;
        };
        let one = |text: &str| vec![text.to_owned()];
        let mut values = match name {
            "name" => one(&subject.name),
            "address.street" => one(&subject.address.street),
            "address.postal_code" => one(&subject.address.postal_code),
            "address.city" => one(&subject.address.city),
            "address.country" => one(&subject.address.country),
            _ => subject.accounts.clone(),
        };
        values.retain(|value| !value.is_empty());
        if values.is_empty() {
            continue;
        }
        let now = now(kind, showing, field, seen, input)?;
        let mut found = Vec::new();
        let mut same = false;
        for value in &values {
            let words = match field.kind.take_text(value, showing.reading.input_reading()) {
                Ok(Some(value)) => showing.words(kind, field, &value)?,
                _ => value.clone(),
            };
            same |= alike(&words, &now);
            if found.len() < MOST_ACCOUNTS {
                found.push((value.clone(), words));
            }
        }
        rows.push(Row {
            field,
            label: showing.label(kind, field),
            more: values.len() - found.len(),
            found,
            offered: !same,
            ticked: now.is_empty(),
            now,
        });
    }
    rows.extend(notes(kind, showing, seen, input, entry)?);
    Ok(rows)
}

/// Numbers that no field holds, to be added to the notes where they are not there yet.
fn notes(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    seen: Option<&Seen>,
    input: &Input,
    entry: &Entry,
) -> Result<Option<Row>, AccessError> {
    let rights = showing.reading.rights();
    let field = kind
        .named(NOTES)
        .filter(|field| rights.may_set(kind, field));
    let Some(field) = field else {
        return Ok(None);
    };
    let stored = match seen.and_then(|seen| seen.value(field.no)) {
        Some(Value::Text(text)) => text,
        _ => String::new(),
    };
    let notes = input.typed.get(NOTES).unwrap_or(&stored);
    let numbers = [("REGON", &entry.subject.regon), ("KRS", &entry.subject.krs)];
    let new: Vec<String> = numbers
        .iter()
        .filter(|(_, number)| !number.is_empty() && !notes.contains(number.as_str()))
        .map(|(name, number)| format!("{name} {number}"))
        .collect();
    let line = new.join(", ");
    Ok((!line.is_empty()).then(|| Row {
        field,
        label: showing.text("lookup-add-to-notes"),
        now: String::new(),
        found: vec![(line.clone(), line)],
        more: 0,
        offered: true,
        ticked: false,
    }))
}

/// Registers write in capitals; that alone is no difference worth a question.
fn alike(one: &str, other: &str) -> bool {
    let plain = |text: &str| {
        let lower = text.to_lowercase();
        lower.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    plain(one) == plain(other)
}

pub(super) fn page(of: &Comparison<'_>) -> Markup {
    let member = of.showing.member;
    let (nav, list, _) = module_place(of.kind.module);
    let back = match (of.seen, of.filled_in) {
        (Some(seen), _) => format!("{list}/{}", seen.id()),
        (None, _) => format!("{list}/new"),
    };
    let nav = member.text(nav);
    let mut steps = vec![(nav.as_str(), list)];
    if let Some(seen) = of.seen {
        steps.push((seen.title(), &back));
    }
    let title = member.text("lookup-title");
    let any = of.rows.iter().any(|row| row.offered);
    html! {
        (breadcrumbs(member.lang, &steps))
        (page_header(&title, "", html! {}))
        (fact_group(&FactGroup { title: register(of), facts: facts(of), ..FactGroup::default() }))
        form class="panel compared" method="post" action=(place(of.kind, of.seen.map(Seen::id))) {
            (csrf_field(&member.csrf))
            (kept(of))
            header { h2 { (member.text("lookup-differences")) } }
            (table(of))
            @if !any { (banner(Verdict::Ok, html! { (member.text("lookup-all-the-same")) })) }
            div class="actions after" {
                @if any {
                    (button::submit(&member.text("lookup-take"), Weight::Primary))
                } @else if of.filled_in || of.seen.is_none() {
                    (button::submit(&member.text("lookup-back-to-form"), Weight::Primary))
                }
                @if of.filled_in || of.seen.is_none() {
                    @if any { button class="button" type="submit" name="none" value="1" { (member.text("lookup-back-to-form")) } }
                } @else {
                    (button::link(&member.text("action-cancel"), &back, Weight::Plain, None))
                }
                @if any {
                    span class="muted small" {
                        (member.text(if of.filled_in || of.seen.is_none() { "lookup-take-hint-form" } else { "lookup-take-hint" }))
                    }
                }
            }
        }
    }
}

fn register(of: &Comparison<'_>) -> String {
    of.showing.text(if of.tax_id.is_polish() {
        "register-vat-payers"
    } else {
        "register-vies"
    })
}

/// What was typed so far, and the state of the record that the page was made from.
fn kept(of: &Comparison<'_>) -> Markup {
    let stored = of.seen.map(Seen::version);
    let version = of.input.began.or(stored).map(|version| version.to_string());
    html! {
        (hidden_fields(&[("step", TAKE)]))
        @if let Some(version) = &version { (hidden_fields(&[("version", version)])) }
        @for (name, typed) in &of.input.typed { (hidden_fields(&[(name, typed)])) }
    }
}

fn facts(of: &Comparison<'_>) -> Vec<Fact> {
    let member = of.showing.member;
    let subject = &of.entry.subject;
    let tone = match subject.standing {
        Standing::Active => Tone::Good,
        Standing::Exempt | Standing::Unregistered | Standing::Other => Tone::Attention,
    };
    let standing = if of.tax_id.is_polish() && !subject.standing_words.is_empty() {
        subject.standing_words.clone()
    } else {
        member.text(&format!(
            "register-{}",
            subject.standing.name().replace('_', "-")
        ))
    };
    let mut facts = vec![
        Fact::text(member.text("lookup-number"), &of.tax_id.display()),
        Fact::new(
            member.text("lookup-standing"),
            html! {
                (status_chip(tone, &standing)) " "
                span class="muted" { (member.text_with("lookup-as-of", &[("day", date(member.lang, of.entry.day).into())])) }
            },
        ),
    ];
    for (label, value) in [("REGON", &subject.regon), ("KRS", &subject.krs)] {
        if !value.is_empty() {
            facts.push(Fact::text(label, value));
        }
    }
    if !of.entry.request.is_empty() {
        facts.push(Fact::text(member.text("lookup-request"), &of.entry.request));
    }
    facts
}

fn table(of: &Comparison<'_>) -> Markup {
    let member = of.showing.member;
    let columns = [
        ("lookup-field", PhoneSlot::Title),
        ("lookup-now", PhoneSlot::First),
        ("lookup-found", PhoneSlot::Second),
    ]
    .map(|(key, phone)| Column::plain(member.text(key), phone));
    let rows: Vec<Vec<Markup>> = of
        .rows
        .iter()
        .map(|row| {
            vec![
                head(row),
                html! { @if row.now.is_empty() { (dash()) } @else { span dir="auto" title=(row.now) { (row.now) } } },
                found(of, row),
            ]
        })
        .collect();
    plain_table(&member.text("lookup-differences"), &columns, &rows)
}

fn head(row: &Row) -> Markup {
    html! {
        @if row.offered {
            label class="option" {
                input type="checkbox" name=(TAKE) value=(row.field.name) checked[row.ticked];
                (row.label)
            }
        } @else {
            span class="option" { (row.label) }
        }
    }
}

fn found(of: &Comparison<'_>, row: &Row) -> Markup {
    let member = of.showing.member;
    let name = format!("{FOUND}{}", row.field.name);
    html! {
        @match row.found.as_slice() {
            _ if !row.offered => span class="muted" { (member.text("lookup-same")) },
            [(value, words)] => {
                span dir="auto" title=(words) { (words) }
                input type="hidden" name=(name) value=(value);
            },
            several => {
                @let choices: Vec<Choice<'_>> = several.iter().map(|(value, words)| Choice::new(value.as_str(), words.as_str())).collect();
                (bare_select(&name, &row.label, &choices, &several[0].0, false))
            },
        }
        @if row.more > 0 {
            span class="muted small" { " " (member.text_with("lookup-more-accounts", &[("count", row.more.into())])) }
        }
    }
}
