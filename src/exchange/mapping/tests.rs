//! Columns are found by their headings, and by what people say of them.

use super::*;
use crate::clients::CLIENTS;

fn row(number: u32, cells: &[&str]) -> Row {
    Row {
        number,
        cells: cells
            .iter()
            .map(|text| Cell::Text((*text).to_owned()))
            .collect(),
        problems: Vec::new(),
    }
}

fn find(
    rows: &[Row],
    wished: &[(String, String)],
    layout: Option<&Layout>,
) -> Result<Mapping, ExchangeError> {
    let hints = Hints {
        wished,
        layout,
        ..Hints::default()
    };
    Mapping::find(&CLIENTS, rows, &hints)
}

fn found(mapping: &Mapping) -> Vec<String> {
    mapping
        .columns
        .iter()
        .map(|column| match column.target {
            Target::Field(field) => field.name.to_owned(),
            Target::ReferenceId(field) => format!("{}#", field.name),
            Target::TitlePart(part) => format!("part {part}"),
            Target::Ignored => "-".to_owned(),
            Target::Unknown => "?".to_owned(),
        })
        .collect()
}

#[test]
fn our_own_headings_are_known_in_both_languages() {
    for lang in Lang::ALL {
        let headings: Vec<String> = CLIENTS
            .fields
            .iter()
            .map(|field| labels::field(&CLIENTS, field, lang))
            .collect();
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        let id = "0198c5b2-0000-7000-8000-000000000000";
        let mapping = find(&[row(1, &headings), row(2, &[id])], &[], None).unwrap();
        let names: Vec<&str> = CLIENTS.fields.iter().map(|field| field.name).collect();
        assert_eq!(found(&mapping), names);
    }
}

#[test]
fn ids_and_times_of_other_programs_are_not_ours() {
    let rows = [
        row(1, &["ID", "Nazwa", "Dodano"]),
        row(2, &["17", "Firma", "2020-01-01"]),
    ];
    let mapping = find(&rows, &[], None).unwrap();
    assert_eq!(found(&mapping), ["?", "name", "?"]);
}

#[test]
fn a_title_above_the_heading_is_passed_over() {
    let rows = [
        row(1, &["Lista klientów 2026"]),
        row(3, &["Nazwa", "", "NIP"]),
    ];
    let mapping = find(&rows, &[], None).unwrap();
    assert_eq!(
        (mapping.heading_row, found(&mapping)),
        (3, vec!["name".into(), "?".into(), "tax_id".into()])
    );
    assert_eq!(mapping.columns[1].heading, "B");
}

#[test]
fn wishes_go_before_headings() {
    let rows = [row(1, &["Nazwa", "Pełna nazwa prawna", "Uwagi"])];
    let wish = |column: &str, field: &str| (column.to_owned(), field.to_owned());
    let wishes = [wish("pelna nazwa PRAWNA", "name"), wish("C", "")];
    let mapping = find(&rows, &wishes, None).unwrap();
    assert_eq!(found(&mapping), ["?", "name", "-"]);
    for (wishes, wrong) in [
        ([wish("Nie ma", "name")], true),
        ([wish("Uwagi", "none")], false),
    ] {
        match find(&rows, &wishes, None) {
            Err(ExchangeError::UnknownColumn(_)) => assert!(wrong),
            Err(ExchangeError::UnknownField(_)) => assert!(!wrong),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_sheet_without_names_is_refused() {
    assert!(matches!(
        find(&[row(1, &["NIP", "Telefon"])], &[], None),
        Err(ExchangeError::NoTitle(_))
    ));
}

#[test]
fn what_the_person_settled_holds_for_every_column() {
    let rows = [
        row(1, &["Nazwa", "NIP", "E-mail"]),
        row(2, &["A", "1", "a@b.pl"]),
    ];
    let columns = ["notes", "name", "custom.gone"].map(str::to_owned);
    let hints = Hints {
        columns: Some(&columns),
        ..Hints::default()
    };
    let mapping = Mapping::find(&CLIENTS, &rows, &hints).unwrap();
    assert_eq!(found(&mapping), ["notes", "name", "?"]);
    assert_eq!(mapping.title_of(&CLIENTS, &rows[1]), "1");
}

#[test]
fn a_sheet_without_headings_has_columns_by_letter() {
    let rows = [row(1, &["Pierwsza"]), row(2, &["Druga", "x"])];
    let hints = Hints {
        heading: Heading::Nowhere,
        ..Hints::default()
    };
    let none = Mapping::find(&CLIENTS, &rows, &hints);
    assert!(matches!(none, Err(ExchangeError::NoTitle(_))));
    let offered = Mapping::offer(&CLIENTS, &rows, &hints).unwrap();
    assert_eq!(
        (offered.heading_row, found(&offered)),
        (0, vec!["?".into(), "?".into()])
    );
    assert_eq!(offered.columns[1].heading, "B");
    let columns = ["name", ""].map(str::to_owned);
    let said = Hints {
        columns: Some(&columns),
        ..hints
    };
    assert_eq!(
        found(&Mapping::find(&CLIENTS, &rows, &said).unwrap()),
        ["name", "-"]
    );
}

#[test]
fn headings_that_say_nothing_are_still_offered() {
    let rows = [
        row(1, &["Zestawienie"]),
        row(3, &["Kto", "Ile"]),
        row(4, &["A", "2"]),
    ];
    let offered = Mapping::offer(&CLIENTS, &rows, &Hints::default()).unwrap();
    assert_eq!(
        (offered.heading_row, found(&offered)),
        (3, vec!["?".into(), "?".into()])
    );
    let first = Hints {
        heading: Heading::Row(1),
        ..Hints::default()
    };
    assert_eq!(
        Mapping::offer(&CLIENTS, &rows, &first).unwrap().heading_row,
        1
    );
    assert!(Mapping::offer(&CLIENTS, &[], &Hints::default()).is_err());
}

#[test]
fn a_company_column_holds_the_names_where_no_other_does() {
    let of = |headings: &[&str]| found(&find(&[row(1, headings)], &[], None).expect("has a title"));
    assert_eq!(of(&["Firma", "Miasto"]), ["name", "address.city"]);
    assert_eq!(of(&["Imię i nazwisko", "Firma"]), ["name", "company"]);
}

#[test]
fn first_and_last_names_are_the_name_together() {
    let of = |headings: &[&str]| found(&find(&[row(1, headings)], &[], None).expect("has a title"));
    assert_eq!(
        of(&["Nazwisko", "Imię", "NIP"]),
        ["part 1", "part 0", "tax_id"]
    );
    assert_eq!(
        of(&["First name", "Last name", "Company"]),
        ["part 0", "part 1", "company"]
    );
    assert_eq!(
        of(&["Nazwa firmy", "Imię", "Nazwisko"]),
        ["name", "part 0", "part 1"]
    );
    assert_eq!(of(&["Nazwisko", "Miasto"]), ["name", "address.city"]);
}

#[test]
fn a_layout_is_recalled_for_the_same_headings_alone() {
    let headings = ["Kto", "Imię", "Nazwisko", "Firma", "Coś", "Inne"];
    let rows = [row(1, &headings)];
    let wish = |column: &str, field: &str| (column.to_owned(), field.to_owned());
    let wishes = [wish("Kto", "name"), wish("Coś", ""), wish("Inne", "tags")];
    let mapping = find(&rows, &wishes, None).unwrap();
    let layout = serde_json::to_string(&mapping.layout(&CLIENTS)).unwrap();
    let layout: Layout = serde_json::from_str(&layout).unwrap();
    let again = find(&rows, &[], Some(&layout)).unwrap();
    assert_eq!(found(&again), found(&mapping));
    assert_eq!(found(&again)[..3], ["name", "part 0", "part 1"]);
    // What the person says now goes before what was said then.
    let now = [wish("Coś", "website")];
    let again = find(&rows, &now, Some(&layout)).unwrap();
    assert_eq!(found(&again)[4], "website");
    let other = [row(
        1,
        &["Nazwa", "Imię", "Nazwisko", "Firma", "Coś", "Inne"],
    )];
    let other = find(&other, &[], Some(&layout)).unwrap();
    assert_eq!(found(&other)[4..], ["?", "?"]);
}

#[test]
fn letters_are_those_of_spreadsheets() {
    assert_eq!(
        [0, 25, 26, 51, 702].map(letter),
        ["A", "Z", "AA", "AZ", "AAA"]
    );
}
