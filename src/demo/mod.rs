//! A demo firm: believable Polish clients with two years of history, the same for the same seed and day.
//!
//! All addresses end in `.example` or `.test` (RFC 2606), so nothing sent from a demo reaches anyone.

mod clients;
mod dice;
mod files;
mod firms;
mod history;
mod numbers;
mod past;
mod words;

use clients::clients;
pub(crate) use files::{files_of, noise};
pub(crate) use past::{People, first_moment, past_clients};

use jiff::Timestamp;

/// A user of the demo firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DemoPerson {
    pub(crate) name: &'static str,
    /// The part of the e-mail address before the `@`.
    pub(crate) local_part: &'static str,
}

/// The users; demo clients and edits name them by their place here.
pub(crate) fn people() -> [DemoPerson; 6] {
    let person = |name, local_part| DemoPerson { name, local_part };
    [
        person("Maria Wiśniewska", "owner"),
        person("Tomasz Zieliński", "manager"),
        person("Anna Kowalczyk", "sales1"),
        person("Piotr Mazur", "sales2"),
        person("Katarzyna Wójcik", "accounting"),
        person("Michał Lewandowski", "support"),
    ]
}

const OWNER: usize = 0;
const MANAGER: usize = 1;
const SALES_1: usize = 2;
const SALES_2: usize = 3;
const ACCOUNTING: usize = 4;

/// A client as it was entered at `created_at`; `edits` follow, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DemoClient {
    /// A version 7 UUID (RFC 9562) of `created_at`.
    pub(crate) id_bytes: [u8; 16],
    pub(crate) kind_is_company: bool,
    /// For a person: the place of their company among the clients made so far.
    pub(crate) company_of: Option<usize>,
    pub(crate) name: String,
    /// In canonical form.
    pub(crate) tax_id: Option<String>,
    pub(crate) emails: Vec<String>,
    pub(crate) phones: Vec<String>,
    pub(crate) website: Option<String>,
    pub(crate) street: String,
    pub(crate) postal_code: String,
    pub(crate) city: String,
    /// ISO 3166-1 alpha-2; empty where there is no address.
    pub(crate) country: String,
    /// `lead`, `active` or `former`.
    pub(crate) status: &'static str,
    pub(crate) tags: Vec<String>,
    /// A place in [`people`].
    pub(crate) owner: Option<usize>,
    pub(crate) notes: String,
    /// An IBAN without spaces.
    pub(crate) bank_account: Option<String>,
    pub(crate) credit_limit_minor: Option<i64>,
    pub(crate) payment_days: Option<i64>,
    pub(crate) discount_percent: Option<i64>,
    pub(crate) balance_minor: Option<i64>,
    pub(crate) created_at: Timestamp,
    pub(crate) edits: Vec<DemoEdit>,
}

/// A later change of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DemoEdit {
    pub(crate) at: Timestamp,
    /// Who made it, a place in [`people`].
    pub(crate) by: usize,
    pub(crate) what: DemoChange,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DemoChange {
    Status(&'static str),
    /// The whole new text.
    Notes(String),
    PhoneAdded(String),
    TagAdded(&'static str),
    Owner(usize),
    CreditLimit(i64),
    PaymentDays(i64),
}

impl DemoClient {
    /// Makes a change; what each edit changed is told by the state before and after.
    pub(crate) fn apply(&mut self, change: &DemoChange) {
        match change {
            DemoChange::Status(status) => self.status = status,
            DemoChange::Notes(notes) => self.notes.clone_from(notes),
            DemoChange::PhoneAdded(phone) => self.phones.push(phone.clone()),
            DemoChange::TagAdded(tag) => self.tags.push((*tag).to_owned()),
            DemoChange::Owner(owner) => self.owner = Some(*owner),
            DemoChange::CreditLimit(minor) => self.credit_limit_minor = Some(*minor),
            DemoChange::PaymentDays(days) => self.payment_days = Some(*days),
        }
    }
}
