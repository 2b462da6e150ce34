//! How clients look: the parts of their form, the facts of their card, the people of a company.

use maud::{Markup, html};

use super::record::field;
use crate::data::{
    AccessError, Field, FieldNo, Filter, Permission, Query, Seen, Start, Test, Value,
};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, person};
use crate::web::components::facts::{Fact, FactGroup};
use crate::web::components::icon::Icon;
use crate::web::records::look::{Look, SectionLook};
use crate::web::records::showing::{Showing, call_href, mail_href, phone_link};

/// People of a company shown on its card; the rest is a list away.
const PEOPLE_SHOWN: usize = 20;

/// The look of clients.
pub(crate) static LOOK: Look = Look {
    sections: &[
        SectionLook {
            id: "basic",
            fields: &["name", "kind", "tax_id", "company"],
            folded: false,
        },
        SectionLook {
            id: "contact",
            fields: &["emails", "phones", "website"],
            folded: false,
        },
        SectionLook {
            id: "address",
            fields: &[
                "address.street",
                "address.postal_code",
                "address.city",
                "address.country",
            ],
            folded: false,
        },
        SectionLook {
            id: "care",
            fields: &["status", "owner", "tags", "notes"],
            folded: false,
        },
        SectionLook {
            id: "finance",
            fields: &[
                "bank_account",
                "credit_limit",
                "payment_days",
                "discount_percent",
            ],
            folded: true,
        },
    ],
    tone,
    narrow,
    hint,
    facts,
    related,
    reach,
};

fn tone(field: &Field, value: &str) -> Option<Tone> {
    if field.no != field::STATUS {
        return None;
    }
    Some(match value {
        "active" => Tone::Good,
        "lead" => Tone::Attention,
        _ => Tone::Neutral,
    })
}

/// Only a company can be a person's company.
fn narrow(field: &Field) -> Option<Filter> {
    (field.no == field::COMPANY).then(|| is("kind", "company"))
}

fn is(field: &str, value: &str) -> Filter {
    Filter {
        field: field.to_owned(),
        test: Test::AnyOf(vec![value.to_owned()]),
    }
}

fn hint(field: &Field) -> Option<&'static str> {
    match field.no {
        field::COMPANY => Some("clients-hint-company"),
        field::TAX_ID => Some("clients-hint-tax-id"),
        _ => None,
    }
}

fn facts(showing: &Showing<'_>, seen: &Seen) -> Result<Vec<FactGroup>, AccessError> {
    let kind = seen.kind();
    let of = |numbers: &[FieldNo]| {
        let fields: Vec<_> = numbers.iter().filter_map(|no| kind.field(*no)).collect();
        fields.into_iter()
    };
    let first = [
        field::TAX_ID,
        field::COMPANY,
        field::EMAILS,
        field::PHONES,
        field::WEBSITE,
    ];
    let mut basic = showing.group(seen, "basic", of(&first))?;
    basic.id = "basic".to_owned();
    if seen.text(field::KIND) == "person" {
        basic.title = showing.text("clients-group-person");
    }
    basic.facts.extend(address(showing, seen)?);
    if basic.facts.is_empty() {
        basic.facts.push(Fact::new(
            showing.text("clients-group-contact"),
            html! { span class="muted" { (showing.text("form-not-set")) } },
        ));
    }
    let address = [
        "address.street",
        "address.postal_code",
        "address.city",
        "address.country",
    ];
    basic.fields.extend(address);
    if seen.text(field::KIND) != "person" {
        basic.fields.retain(|name| *name != "company");
    }
    let mut groups = vec![basic];
    let finance = [
        field::BALANCE,
        field::CREDIT_LIMIT,
        field::PAYMENT_DAYS,
        field::DISCOUNT_PERCENT,
        field::BANK_ACCOUNT,
    ];
    let sees_money = seen.fields().any(|field| field.no == field::BALANCE);
    if sees_money {
        let mut finance = showing.group(seen, "finance", of(&finance))?;
        finance.id = "finance".to_owned();
        if finance.facts.is_empty() {
            finance.facts.push(Fact::new(
                showing.text("clients-field-balance"),
                html! { span class="muted" { (showing.text("form-not-set")) } },
            ));
        }
        groups.push(finance);
    }
    groups.extend(notes(showing, seen)?);
    Ok(groups)
}

/// The address on one line, as it is written on an envelope.
fn address(showing: &Showing<'_>, seen: &Seen) -> Result<Option<Fact>, AccessError> {
    let town = [seen.text(field::POSTAL_CODE), seen.text(field::CITY)].join(" ");
    let mut parts = vec![seen.text(field::STREET).to_owned(), town.trim().to_owned()];
    // A firm's own country goes without saying.
    if let Some(Value::Text(code)) = seen.get(field::COUNTRY)
        && code != "PL"
        && let Some(country) = seen.kind().field(field::COUNTRY)
    {
        parts.push(showing.words(seen.kind(), country, &Value::Text(code.clone()))?);
    }
    parts.retain(|part| !part.is_empty());
    let label = showing.text("clients-field-address");
    Ok((!parts.is_empty()).then(|| Fact::text(label, &parts.join(", "))))
}

/// Notes, where there are any or the person may write some.
fn notes(showing: &Showing<'_>, seen: &Seen) -> Result<Option<FactGroup>, AccessError> {
    let kind = seen.kind();
    let Some(field) = kind.field(field::NOTES) else {
        return Ok(None);
    };
    let mut notes = showing.group(seen, "notes", std::iter::once(field))?;
    notes.title = showing.label(kind, field);
    if notes.facts.is_empty() {
        if !seen.may_edit() {
            return Ok(None);
        }
        let nothing = html! { span class="muted" { (showing.text("form-not-set")) } };
        notes.facts.push(Fact::new(notes.title.clone(), nothing));
    }
    Ok(Some(notes))
}

/// The people of a company.
fn related(showing: &Showing<'_>, seen: &Seen) -> Result<Markup, AccessError> {
    if seen.text(field::KIND) != "company" {
        return Ok(html! {});
    }
    let kind = seen.kind();
    let id = seen.id().to_string();
    let query = Query {
        filters: vec![is("company", &id)],
        ..Query::default()
    };
    let found = showing
        .reading
        .list(kind, &query, &Start::Offset(0), PEOPLE_SHOWN)?;
    let may_add = showing
        .reading
        .rights()
        .may(Permission::Create(kind.module));
    if found.rows.is_empty() && !may_add {
        return Ok(html! {});
    }
    let aside = html! {
        @if may_add {
            a class="small muted" href=(format!("/clients/new?kind=person&company={id}")) { "+ " (showing.text("action-add")) }
        }
    };
    let content = html! {
        @if found.rows.is_empty() { p class="muted" { (showing.text("clients-people-empty")) } }
        ul class="plain-list" {
            @for row in &found.rows {
                li {
                    a href=(format!("/clients/{}", row.id())) { (person(row.title())) }
                    @if let Some(phone) = row.list(field::PHONES).first() {
                        span class="muted" { (phone_link(phone)) }
                    } @else if let Some(email) = row.list(field::EMAILS).first() {
                        a class="muted" href=(mail_href(email)) { (email) }
                    }
                }
            }
        }
        @if found.total > found.rows.len() as u64 {
            a class="small" href=(format!("/clients?company={id}")) {
                (showing.text("clients-people-all"))
            }
        }
    };
    Ok(panel(&showing.text("clients-people"), aside, content))
}

/// Calling and writing.
fn reach(showing: &Showing<'_>, seen: &Seen) -> Markup {
    let call = seen
        .list(field::PHONES)
        .first()
        .and_then(|phone| call_href(phone));
    let mail = seen.list(field::EMAILS).first();
    html! {
        @if let Some(href) = call {
            (button::link(&showing.text("action-call"), &href, Weight::Plain, Some(Icon::Phone)))
        }
        @if let Some(email) = mail {
            (button::link(&showing.text("action-write"), &mail_href(email), Weight::Plain, Some(Icon::Mail)))
        }
    }
}
