//! Fields of the firm's own in sheets: out, in, and what of them nobody may learn.

use serde_json::json;

use super::test_firm::{TestFirm, options, wait, with_firm};
use crate::data::{CustomChoice, CustomKind, FieldWish, GroupWish, Module, Names};
use crate::i18n::Lang;

fn names(pl: &str, en: &str) -> Names {
    Names {
        pl: pl.to_owned(),
        en: en.to_owned(),
    }
}

fn choice(pl: &str, en: &str) -> CustomChoice {
    CustomChoice {
        names: names(pl, en),
        ..CustomChoice::default()
    }
}

fn add(firm: &TestFirm, label: Names, kind: CustomKind) {
    let wish = FieldWish {
        names: label,
        ..FieldWish::plain("", kind)
    };
    wait(firm.owner.create_custom_field(Module::Clients, wish)).unwrap();
}

fn define_all(firm: &TestFirm) {
    let choices = vec![
        choice("Drewno, deski", "Wood; boards"),
        choice("Okna", "Windows"),
    ];
    let number = CustomKind::Number {
        decimals: 2,
        least: None,
        most: None,
    };
    for (label, kind) in [
        (names("Źródło", "Source"), CustomKind::Text),
        (names("Opis", "About"), CustomKind::LongText),
        (names("Etaty", "Staff"), number),
        (names("Obrót", "Turnover"), CustomKind::Money),
        (names("Umowa do", "Contract until"), CustomKind::Date),
        (names("Zgoda", "Consent"), CustomKind::YesNo),
        (
            names("Towar", "Ware"),
            CustomKind::Choice {
                choices: choices.clone(),
            },
        ),
        (names("Towary", "Wares"), CustomKind::Choices { choices }),
        (names("Strona", "Page"), CustomKind::Link),
        (names("Polecił", "Recommended by"), CustomKind::Client),
    ] {
        add(firm, label, kind);
    }
}

#[test]
fn every_kind_goes_out_and_comes_back_in_both_languages() {
    with_firm(|firm| {
        define_all(&firm);
        let csv = "Nazwa,Źródło,Opis,Staff,Obrót,Umowa do,Zgoda,Towar,Towary,Strona,Polecił\n\
            Ala,,,,,,,,,,\n\
            Zenon,=targi,\"a\nb\",\"1 234,5\",\"10,00 zł\",31.01.2027,tak,\"wood; boards\",\"Okna; \"\"Drewno, deski\"\"\",a.test,Ala\n";
        let report = firm.import_text(options(), csv);
        assert_eq!(
            (report.created, &report.warnings),
            (2, &vec![]),
            "{report:#?}"
        );
        let own = firm.named("Zenon")["custom"].clone();
        assert_eq!(own["etaty"], json!(1234.5));
        assert_eq!(own["umowa_do"], json!("2027-01-31"));
        assert_eq!(own["zgoda"], json!(true));
        assert_eq!(own["towar"], json!("Drewno, deski"));
        assert_eq!(own["towary"], json!(["Drewno, deski", "Okna"]));
        assert_eq!(own["polecil"], firm.named("Ala")["id"]);
        for (file, lang) in [
            ("pl.xlsx", Lang::Pl),
            ("en.xlsx", Lang::En),
            ("pl.csv", Lang::Pl),
            ("en.csv", Lang::En),
        ] {
            let before = firm.all();
            firm.export(&firm.owner, file, lang).unwrap();
            firm.delete(before.keys());
            let report = firm.import(file);
            assert_eq!(
                (report.created, report.failed, &report.warnings),
                (2, 0, &vec![]),
                "{file} {report:#?}"
            );
            for (id, was) in &before {
                assert_eq!(was["custom"], firm.all()[id]["custom"], "{file}");
            }
        }
        assert_eq!(
            firm.vault.check_consistency().unwrap(),
            Vec::<String>::new()
        );
    });
}

#[test]
fn a_hidden_field_is_neither_in_a_file_nor_taken_from_one() {
    with_firm(|firm| {
        let wish = FieldWish {
            group: GroupWish::New(names("Zdrowie", "Health")),
            ..FieldWish::plain("Alergie", CustomKind::Text)
        };
        wait(firm.owner.create_custom_field(Module::Clients, wish)).unwrap();
        firm.import_text(options(), "Nazwa,Alergie\nJawny,tajnepylki\n");
        assert_eq!(firm.named("Jawny")["custom"]["alergie"], "tajnepylki");
        let access =
            json!({"view": "all", "create": true, "edit": "all", "export": true, "import": true});
        let clerk = firm.person("urzednik", access);
        firm.export(&clerk, "jawne.csv", Lang::Pl).unwrap();
        let file = std::fs::read_to_string(firm.path("jawne.csv")).unwrap();
        assert!(
            !file.contains("Alergie") && !file.contains("tajnepylki"),
            "{file}"
        );
        firm.export(&clerk, "jawne.json", Lang::Pl).unwrap();
        let file = std::fs::read_to_string(firm.path("jawne.json")).unwrap();
        assert!(
            !file.contains("alergie") && !file.contains("tajnepylki"),
            "{file}"
        );
        // A column of its name is as unknown as any other: its text goes into the notes.
        let csv = "Nazwa,Alergie,Kolumna znikąd\nNowy,kurz,coś\n";
        let report = firm.import_text_as(&clerk, options(), csv).unwrap();
        let told: Vec<&str> = report
            .warnings
            .iter()
            .map(|note| note.message.as_str())
            .collect();
        assert_eq!(told.len(), 2, "{report:#?}");
        assert_eq!(told[0], told[1], "the two columns are told alike");
        assert_eq!(firm.named("Nowy")["custom"]["alergie"], json!(null));
        let mut wished = options();
        wished.map = vec![("Alergie".to_owned(), "custom.alergie".to_owned())];
        assert!(firm.import_text_as(&clerk, wished, csv).is_err());
    });
}

#[test]
fn what_is_required_of_people_is_a_warning_in_a_file() {
    with_firm(|firm| {
        let wish = FieldWish {
            required: true,
            ..FieldWish::plain("Źródło", CustomKind::Text)
        };
        wait(firm.owner.create_custom_field(Module::Clients, wish)).unwrap();
        let report = firm.import_text(options(), "Nazwa,Źródło\nBez,\nZ polem,targi\n");
        assert_eq!(
            (report.created, report.failed, report.warnings.len()),
            (2, 0, 1),
            "{report:#?}"
        );
        let warning = &report.warnings[0];
        assert_eq!((warning.row, warning.column.as_str()), (2, "Źródło"));
        let again = firm.import_text(options(), "Nazwa,Miasto\nTrzeci,Gdynia\n");
        assert_eq!((again.created, again.warnings.len()), (1, 1), "{again:#?}");
    });
}
