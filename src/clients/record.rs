//! What is kept of a client.

use crate::data::records::problem::{FieldError, Problem};
use crate::data::{Field, Kind, Module, Record, RecordType, common, common_fields};

/// Numbers of the fields in stored records.
pub mod field {
    use crate::data::FieldNo;

    /// Company or person.
    pub const KIND: FieldNo = 10;
    /// Name of the firm, or first and last name.
    pub const NAME: FieldNo = 11;
    /// The company a person belongs to.
    pub const COMPANY: FieldNo = 12;
    /// NIP or foreign tax id.
    pub const TAX_ID: FieldNo = 13;
    /// E-mail addresses.
    pub const EMAILS: FieldNo = 14;
    /// Phone numbers.
    pub const PHONES: FieldNo = 15;
    /// Web site.
    pub const WEBSITE: FieldNo = 16;
    /// Street and number.
    pub const STREET: FieldNo = 17;
    /// Postal code.
    pub const POSTAL_CODE: FieldNo = 18;
    /// City.
    pub const CITY: FieldNo = 19;
    /// Country.
    pub const COUNTRY: FieldNo = 20;
    /// Lead, active, former.
    pub const STATUS: FieldNo = 21;
    /// Labels.
    pub const TAGS: FieldNo = 22;
    /// Notes.
    pub const NOTES: FieldNo = 23;
    /// Account number.
    pub const BANK_ACCOUNT: FieldNo = 24;
    /// How much they may owe.
    pub const CREDIT_LIMIT: FieldNo = 25;
    /// Days they have to pay.
    pub const PAYMENT_DAYS: FieldNo = 26;
    /// Discount in percent.
    pub const DISCOUNT_PERCENT: FieldNo = 27;
    /// What they owe.
    pub const BALANCE: FieldNo = 28;
}

/// The field group of money matters.
const FINANCE: &str = "finance";

const COMMON: [Field; 4] = common_fields("owner");

static FIELDS: [Field; 23] = [
    COMMON[0],
    Field::new(field::KIND, "kind", Kind::Choice(&["company", "person"]))
        .filterable()
        .sortable()
        .default("company"),
    Field::new(field::NAME, "name", Kind::Text(200))
        .required()
        .shown()
        .sortable()
        .filterable()
        .searched(),
    Field::new(field::COMPANY, "company", Kind::Reference(Module::Clients)).filterable(),
    Field::new(field::TAX_ID, "tax_id", Kind::TaxId)
        .shown()
        .sortable()
        .filterable()
        .searched(),
    Field::new(field::EMAILS, "emails", Kind::Emails)
        .sortable()
        .filterable()
        .searched(),
    Field::new(field::PHONES, "phones", Kind::Phones)
        .sortable()
        .filterable()
        .searched(),
    Field::new(field::WEBSITE, "website", Kind::Link).sortable(),
    Field::new(field::STREET, "address.street", Kind::Text(200)).sortable(),
    Field::new(field::POSTAL_CODE, "address.postal_code", Kind::Text(20))
        .sortable()
        .filterable(),
    Field::new(field::CITY, "address.city", Kind::Text(100))
        .shown()
        .sortable()
        .filterable()
        .searched(),
    Field::new(field::COUNTRY, "address.country", Kind::Country)
        .sortable()
        .filterable(),
    Field::new(
        field::STATUS,
        "status",
        Kind::Choice(&["lead", "active", "former"]),
    )
    .shown()
    .sortable()
    .filterable()
    .default("lead"),
    Field::new(field::TAGS, "tags", Kind::Tags)
        .shown()
        .sortable()
        .filterable()
        .searched(),
    COMMON[1],
    Field::new(field::NOTES, "notes", Kind::LongText(20_000))
        .searched()
        .no_column(),
    Field::new(field::BANK_ACCOUNT, "bank_account", Kind::Iban)
        .group(FINANCE)
        .searched(),
    Field::new(field::CREDIT_LIMIT, "credit_limit", Kind::Money)
        .group(FINANCE)
        .sortable()
        .filterable(),
    Field::new(
        field::PAYMENT_DAYS,
        "payment_days",
        Kind::Number {
            scale: 0,
            least: 0,
            most: 365,
        },
    )
    .group(FINANCE)
    .sortable()
    .filterable(),
    Field::new(
        field::DISCOUNT_PERCENT,
        "discount_percent",
        Kind::Number {
            scale: 2,
            least: 0,
            most: 10_000,
        },
    )
    .group(FINANCE)
    .sortable()
    .filterable(),
    Field::new(field::BALANCE, "balance", Kind::Money)
        .group(FINANCE)
        .by_program()
        .shown()
        .sortable()
        .filterable(),
    COMMON[2],
    COMMON[3],
];

/// The record type of clients.
pub static CLIENTS: RecordType = RecordType {
    module: Module::Clients,
    fields: &FIELDS,
    title: field::NAME,
    check,
    identity: &[field::TAX_ID, field::EMAILS, field::PHONES],
    groups: &[],
    files: true,
};

fn check(client: &Record, errors: &mut Vec<FieldError>) {
    let company = client.get(field::COMPANY);
    if company.is_some() && client.text(field::KIND) != "person" {
        errors.push(FieldError::new(
            "company",
            Problem::new("error-company-of-company"),
        ));
    }
    if company == client.value(common::ID).as_ref() && company.is_some() {
        errors.push(FieldError::new(
            "company",
            Problem::new("error-company-itself"),
        ));
    }
}
