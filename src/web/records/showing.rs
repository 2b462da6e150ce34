//! Values of fields in words and markup, in the reader's language and within what they see.

use maud::{Markup, html};

use super::address;
use super::look::look;
use crate::data::records::bank::Iban;
use crate::data::records::country::Country;
use crate::data::records::link::Link;
use crate::data::records::phone::Phone;
use crate::data::records::tax_id::TaxId;
use crate::data::{
    AccessError, Currency, Field, Kind, Module, Reading, RecordType, Seen, UserId, Value, common,
};
use crate::i18n::{Lang, format};
use crate::names;
use crate::web::components::chip::{person, status_dot, tags};
use crate::web::components::facts::{Fact, FactGroup};
use crate::web::components::icon::{Icon, icon};
use crate::web::components::moment::Clock;
use crate::web::visit::Member;

/// A page under way: who reads it, and what they see.
pub(crate) struct Showing<'a> {
    pub(crate) member: &'a Member,
    pub(crate) reading: &'a Reading,
    pub(crate) clock: Clock,
    /// The firm's; amounts in it need no mark in a column.
    pub(crate) currency: Currency,
}

impl<'a> Showing<'a> {
    pub(crate) fn new(member: &'a Member, reading: &'a Reading) -> Self {
        Self {
            member,
            reading,
            clock: member.clock(),
            currency: member.state.vault.input_reading().currency,
        }
    }

    pub(crate) fn lang(&self) -> Lang {
        self.member.lang
    }

    /// A text of the locale files.
    pub(crate) fn text(&self, key: &str) -> String {
        self.member.text(key)
    }

    /// The name of a field.
    pub(crate) fn label(&self, kind: &RecordType, field: &Field) -> String {
        names::field(self.lang(), kind, field)
    }

    /// A choice in words.
    pub(crate) fn choice(&self, kind: &RecordType, field: &Field, value: &str) -> String {
        names::choice(self.lang(), kind, field, value)
    }

    /// The choices offered for a field: value and words.
    pub(crate) fn choices(&self, kind: &RecordType, field: &Field) -> Vec<(&'static str, String)> {
        names::choices(self.lang(), kind, field)
    }

    /// The name of a part of a form or card.
    pub(crate) fn group_title(&self, kind: &RecordType, id: &str) -> String {
        names::group(self.lang(), kind, id)
    }

    /// A person of the firm by name; those who left keep theirs.
    pub(crate) fn person_name(&self, id: UserId) -> String {
        match self.reading.rights().people().user(id) {
            Some(user) => user.name.clone(),
            None => self.text("records-person-gone"),
        }
    }

    /// The title of a record that another refers to; nothing of one that is out of reach but that it is.
    fn referred(&self, module: Module, id: uuid::Uuid) -> Result<Option<Seen>, AccessError> {
        self.reading.referred(module, id)
    }

    /// A value in plain words: histories, chips, conflicts.
    pub(crate) fn words(
        &self,
        kind: &RecordType,
        field: &Field,
        value: &Value,
    ) -> Result<String, AccessError> {
        let lang = self.lang();
        Ok(match (field.kind, value) {
            (Kind::Choice(_) | Kind::Pick(_), Value::Text(text)) => self.choice(kind, field, text),
            (Kind::Picks(_), Value::List(list)) => {
                let words = list.iter().map(|value| self.choice(kind, field, value));
                words.collect::<Vec<_>>().join(", ")
            }
            (Kind::Owner, Value::Id(id)) => self.person_name(UserId::from_bytes(*id.as_bytes())),
            (Kind::Reference(module), Value::Id(id)) => match self.referred(module, *id)? {
                Some(seen) => seen.title().to_owned(),
                None => self.text("records-out-of-reach"),
            },
            (Kind::TaxId, Value::Text(text)) => tax_id_words(text),
            (Kind::Iban, Value::Text(text)) => {
                Iban::parse(text).map_or_else(|_| text.clone(), |iban| iban.display())
            }
            (Kind::Country, Value::Text(code)) => self.country(code),
            (Kind::Number { .. }, Value::Number(_)) => self.number(field, value),
            (_, Value::List(list)) => list.join(", "),
            (_, Value::Money(money)) => {
                format::money(lang, money.minor(), money.currency().as_str())
            }
            (_, Value::Date(day)) => format::date(lang, *day),
            (_, Value::Time(at)) => format::date_time(lang, *at, &self.clock.zone),
            (_, Value::Bool(true)) => self.text("action-yes"),
            (_, Value::Bool(false)) => self.text("action-no"),
            _ => field.kind.give_text(value),
        })
    }

    /// A value as it stands in an input, to be read back unchanged.
    pub(crate) fn typed(&self, field: &Field, value: &Value) -> Result<String, AccessError> {
        Ok(match (field.kind, value) {
            (Kind::Money, Value::Money(money)) => {
                let amount = format::amount(self.lang(), money.minor(), "PLN");
                if money.currency() == self.currency {
                    amount
                } else {
                    format!("{amount} {}", money.currency().as_str())
                }
            }
            (Kind::Number { .. }, _) => self.number(field, value),
            (Kind::Country, Value::Text(code)) => self.country(code),
            (Kind::Reference(module), Value::Id(id)) => self
                .referred(module, *id)?
                .map(|seen| seen.title().to_owned())
                .unwrap_or_default(),
            _ => field.kind.give_text(value),
        })
    }

    fn country(&self, code: &str) -> String {
        let polish = self.lang() == Lang::Pl;
        Country::parse(code).map_or_else(
            |_| code.to_owned(),
            |country| country.name(polish).to_owned(),
        )
    }

    fn number(&self, field: &Field, value: &Value) -> String {
        let text = field.kind.give_text(value);
        match self.lang() {
            Lang::Pl => text.replace('.', ","),
            Lang::En => text,
        }
    }

    /// A value in a cell of a list.
    pub(crate) fn cell(&self, field: &Field, seen: &Seen) -> Result<Markup, AccessError> {
        let kind = seen.kind();
        let Some(value) = seen.value(field.no) else {
            return Ok(if field.no == common::OWNER {
                html! { span class="muted" { (self.text("field-no-owner")) } }
            } else {
                html! {}
            });
        };
        Ok(match (field.kind, &value) {
            (Kind::Owner, Value::Id(id)) => {
                person(&self.person_name(UserId::from_bytes(*id.as_bytes())))
            }
            (Kind::Choice(_) | Kind::Pick(_), Value::Text(text)) => {
                let words = self.choice(kind, field, text);
                if let Some(tone) = (look(kind.module).tone)(field, text) {
                    status_dot(tone, &words)
                } else {
                    html! { (words) }
                }
            }
            (Kind::Tags, Value::List(list)) => tags(list, 2),
            (Kind::Emails | Kind::Phones, Value::List(list)) => first_of(list),
            (Kind::Money, Value::Money(money)) if money.currency() == self.currency => {
                html! { (format::amount(self.lang(), money.minor(), self.currency.as_str())) }
            }
            (Kind::Time, Value::Time(at)) => self.clock.relative_cell(*at),
            (Kind::Link, Value::Text(text)) => html! { (link_words(text)) },
            // Only what people write in any language has a direction of its own.
            (
                Kind::Text(_)
                | Kind::LongText(_)
                | Kind::Reference(_)
                | Kind::Pick(_)
                | Kind::Picks(_),
                _,
            ) => {
                let words = self.words(kind, field, &value)?;
                html! { span dir="auto" title=[long(&words)] { (words) } }
            }
            _ => html! { (self.words(kind, field, &value)?) },
        })
    }

    /// A value on a card: what can be called, written to or opened is a link.
    pub(crate) fn fact(
        &self,
        kind: &RecordType,
        field: &Field,
        value: &Value,
    ) -> Result<Markup, AccessError> {
        Ok(match (field.kind, value) {
            (Kind::Owner, Value::Id(id)) => {
                person(&self.person_name(UserId::from_bytes(*id.as_bytes())))
            }
            (Kind::Reference(module), Value::Id(id)) => {
                if let Some(seen) = self.referred(module, *id)? {
                    html! { a href=(format!("/{module}/{}", seen.id())) dir="auto" { (seen.title()) } }
                } else {
                    html! { span class="muted" { (self.text("records-out-of-reach")) } }
                }
            }
            (Kind::TaxId, Value::Text(text)) => html! {
                span class="copied" { span class="numeric" { (tax_id_words(text)) } (self.copy(text)) }
            },
            (Kind::Iban, Value::Text(text)) => html! {
                span class="copied" { span class="numeric" { (self.words(kind, field, value)?) } (self.copy(text)) }
            },
            (Kind::Emails, Value::List(list)) => html! {
                ul { @for email in list { li { a href=(mail_href(email)) { (email) } } } }
            },
            (Kind::Phones, Value::List(list)) => html! {
                ul { @for phone in list { li { (phone_link(phone)) } } }
            },
            (Kind::Tags, Value::List(list)) => self.tag_links(kind, list),
            (Kind::Link, Value::Text(text)) => html! {
                a href=(text) rel="noopener noreferrer nofollow" target="_blank" { (link_words(text)) }
            },
            (Kind::LongText(_), Value::Text(text)) => html! {
                div class="long-text" dir="auto" { (text) }
            },
            (Kind::Time, Value::Time(at)) => self.clock.day(*at),
            (Kind::Money | Kind::Number { .. }, _) => html! {
                span class="numeric" { (self.words(kind, field, value)?) }
            },
            _ => html! { span dir="auto" { (self.words(kind, field, value)?) } },
        })
    }

    /// Tags that lead to the list of records that have them.
    pub(crate) fn tag_links(&self, kind: &RecordType, list: &[String]) -> Markup {
        let path = format!("/{}", kind.module);
        html! {
            span class="tags" {
                @for tag in list {
                    a class="tag" dir="auto" title=[long(tag)] href=(address(&path, &[("tag", tag)])) { (tag) }
                }
            }
        }
    }

    /// A button that copies a value; there with script only.
    fn copy(&self, value: &str) -> Markup {
        html! {
            button class="button quiet small scripted" type="button" data-copy=(value) data-copied=(self.text("action-copied")) {
                (icon(Icon::Copy)) span { (self.text("action-copy")) }
            }
        }
    }

    /// Adds the fields of the firm's own that have a value: to the panel of their group, or to a panel of their own.
    pub(crate) fn add_own(
        &self,
        seen: &Seen,
        groups: &mut Vec<FactGroup>,
    ) -> Result<(), AccessError> {
        let kind = seen.kind();
        let mut ids: Vec<&str> = kind.group_names().collect();
        ids.insert(0, "");
        for id in ids {
            let own = seen
                .fields()
                .filter(|field| field.own.is_some() && field.group == id);
            let panel = if id.is_empty() {
                names::OWN_SECTION
            } else {
                id
            };
            let mut found = self.group(seen, panel, own)?;
            if found.facts.is_empty() {
                continue;
            }
            match groups.iter_mut().find(|group| group.title == found.title) {
                Some(group) => {
                    group.facts.append(&mut found.facts);
                    group.fields.append(&mut found.fields);
                }
                None => groups.push(found),
            }
        }
        Ok(())
    }

    /// A panel of the fields that have a value.
    pub(crate) fn group(
        &self,
        seen: &Seen,
        id: &str,
        fields: impl Iterator<Item = &'static Field>,
    ) -> Result<FactGroup, AccessError> {
        let kind = seen.kind();
        let (mut facts, mut names) = (Vec::new(), Vec::new());
        for field in fields.filter(|field| self.reading.rights().sees_field(kind, field)) {
            names.push(field.name);
            if let Some(value) = seen.value(field.no) {
                facts.push(Fact::new(
                    self.label(kind, field),
                    self.fact(kind, field, &value)?,
                ));
            }
        }
        Ok(FactGroup {
            id: format!("group-{id}"),
            title: self.group_title(kind, id),
            note: None,
            edit: None,
            fields: names,
            form: None,
            facts,
        })
    }
}

fn tax_id_words(text: &str) -> String {
    TaxId::parse(text).map_or_else(|_| text.to_owned(), |id| id.display())
}

fn link_words(text: &str) -> String {
    Link::parse(text).map_or_else(|_| text.to_owned(), |link| link.display().to_owned())
}

fn first_of(list: &[String]) -> Markup {
    let rest = list.len().saturating_sub(1);
    html! {
        @if let Some(first) = list.first() { span dir="auto" title=[long(first)] { (first) } }
        @if rest > 0 { span class="muted small" title=(list.join(", ")) { " +" (rest) } }
    }
}

/// The address that writes to somebody (RFC 6068).
pub(crate) fn mail_href(email: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
        .remove(b'@')
        .remove(b'.')
        .remove(b'-')
        .remove(b'_')
        .remove(b'+');
    format!(
        "mailto:{}",
        percent_encoding::utf8_percent_encode(email, KEPT)
    )
}

/// The address that calls a number (RFC 3966).
pub(crate) fn call_href(phone: &str) -> Option<String> {
    let number = Phone::parse(phone).ok()?.unique();
    (!number.is_empty()).then(|| format!("tel:{number}"))
}

/// A number that can be called.
pub(crate) fn phone_link(phone: &str) -> Markup {
    html! {
        @match call_href(phone) {
            Some(href) => a class="numeric" href=(href) { (phone) },
            None => span class="numeric" { (phone) },
        }
    }
}

/// The whole of a text that a column may cut, for the pointer; short ones are never cut.
pub(crate) fn long(text: &str) -> Option<&str> {
    (text.chars().count() > 20).then_some(text)
}
