use std::collections::HashMap;

use super::words::fold;
use super::*;

/// The name of the field for each heading, `-` for none.
fn fields(headings: &[&str]) -> Vec<&'static str> {
    let headings: Vec<String> = headings
        .iter()
        .map(|heading| (*heading).to_owned())
        .collect();
    match_headings(&headings, CLIENT_FIELDS)
        .into_iter()
        .map(|field| field.map_or("-", |at| CLIENT_FIELDS[at].name))
        .collect()
}

#[test]
fn a_polish_client_list() {
    let headings = [
        "Nazwa",
        "NIP",
        "E-mail",
        "Telefon",
        "Ulica",
        "Kod pocztowy",
        "Miasto",
        "Status",
        "Tagi",
        "Uwagi",
    ];
    let expected = [
        "name",
        "tax_id",
        "emails",
        "phones",
        "address.street",
        "address.postal_code",
        "address.city",
        "status",
        "tags",
        "notes",
    ];
    assert_eq!(fields(&headings), expected);
}

#[test]
fn a_database_dump_in_camel_case() {
    let headings = [
        "customerID",
        "companyName",
        "contactName",
        "contactTitle",
        "address",
        "city",
        "region",
        "postalCode",
        "country",
        "phone",
        "fax",
    ];
    let expected = [
        "-",
        "name",
        "-",
        "-",
        "address.street",
        "address.city",
        "-",
        "address.postal_code",
        "address.country",
        "phones",
        "-",
    ];
    assert_eq!(fields(&headings), expected);
}

#[test]
fn an_english_list_of_organisations() {
    let headings = [
        "Index",
        "Organization Id",
        "Name",
        "Website",
        "Country",
        "Description",
        "Founded",
        "Industry",
        "Number of employees",
    ];
    assert_eq!(
        fields(&headings),
        [
            "-",
            "-",
            "name",
            "website",
            "address.country",
            "notes",
            "-",
            "-",
            "-"
        ]
    );
}

#[test]
fn our_own_field_names_come_back() {
    let names: Vec<&str> = CLIENT_FIELDS.iter().map(|field| field.name).collect();
    assert_eq!(fields(&names), names);
}

#[test]
fn list_fields_take_several_columns_and_others_the_first() {
    let headings = [
        "Telefon 2",
        "Telefon komórkowy",
        "Tel. kom.",
        "E-mail służbowy",
        "email_2",
        "NIP",
        "NIP 2",
    ];
    assert_eq!(
        fields(&headings),
        [
            "phones", "phones", "phones", "emails", "emails", "tax_id", "-"
        ]
    );
}

#[test]
fn exact_headings_come_before_close_ones() {
    assert_eq!(fields(&["Nazwa główna", "Nazwa"]), ["-", "name"]);
    assert_eq!(
        fields(&["Address line 2", "Address line 1"]),
        ["-", "address.street"]
    );
}

#[test]
fn units_and_qualifiers_do_not_count() {
    let headings = [
        "Rabat (%)",
        "Limit kredytowy [PLN]",
        "Termin płatności (dni)",
        "Adres e-mail klienta",
        "Typ klienta",
    ];
    assert_eq!(
        fields(&headings),
        [
            "discount_percent",
            "credit_limit",
            "payment_days",
            "emails",
            "kind"
        ]
    );
    assert_eq!(
        fields(&["NIP/VAT", "VAT-ID", "numer klienta", ""]),
        ["tax_id", "-", "-", "-"]
    );
}

#[test]
fn no_heading_belongs_to_two_fields() {
    let mut seen = HashMap::new();
    for field in CLIENT_FIELDS {
        for alias in std::iter::once(&field.name).chain(field.aliases) {
            let other = seen
                .insert(fold(alias).concat(), field.name)
                .unwrap_or(field.name);
            assert_eq!(other, field.name, "{alias}");
        }
    }
}
