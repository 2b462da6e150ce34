//! Lists as offices have them.

use std::fs::File;
use std::path::Path;

use serde_json::json;

use super::error::ExchangeError;
use super::import::Import;
use super::reader::Source;
use super::sheet::DEFAULT_LIMITS;
use super::test_firm::{TestFirm, options, with_firm};
use crate::data::{AccessError, Strategy};
use crate::i18n::Lang;

pub(super) fn with(
    change: impl FnOnce(&mut super::command::ImportOptions),
) -> super::command::ImportOptions {
    let mut options = options();
    change(&mut options);
    options
}

pub(super) fn warned(report: &super::report::Report) -> Vec<(u32, &str)> {
    report
        .warnings
        .iter()
        .map(|note| (note.row, note.column.as_str()))
        .collect()
}

pub(super) const OFFICE: &str = "Nazwa;NIP;E-mail;Telefon;Telefon 2;Ulica;Kod pocztowy;Miasto;Status;Tagi;Opiekun;Region;Uwagi\r\n\
    Rolnik Sp. z o.o.;526-104-08-28;biuro@rolnik.pl; 601 102 203 ;22/555 66 77;ul. Polna 1;00950;Łódź;potencjalny;VIP, hurt;ola@f.test;Wschód;\"=2+2\n druga linia\"\r\n\
    Jan Kowalski;5261040827;nie ma;602102203;;;;Kraków;dziwny;;;;\r\n\
    ;9367777675;x@y.pl;;;;;;;;;;\r\n\
    Bez opiekuna;;;;;;;;były;;;;\r\n";

#[test]
fn an_office_list_is_understood() {
    with_firm(|firm| {
        let report = firm.import_text(options(), OFFICE);
        assert_eq!(
            (report.rows, report.created, report.failed),
            (4, 3, 1),
            "{report:#?}"
        );
        assert_eq!(
            (report.errors[0].row, report.errors[0].column.as_str()),
            (4, "Nazwa")
        );
        assert_eq!(
            warned(&report),
            [(2, "Region"), (3, "NIP"), (3, "E-mail"), (3, "Status")]
        );

        let farmer = firm.named("Rolnik Sp. z o.o.");
        assert_eq!(farmer["tax_id"], "5261040828");
        assert_eq!(farmer["phones"], json!(["601 102 203", "22/555 66 77"]));
        assert_eq!(farmer["address"]["postal_code"], "00-950");
        assert_eq!(farmer["tags"], json!(["VIP", "hurt"]));
        assert_eq!(farmer["status"], "lead");
        assert_eq!(farmer["kind"], "company");
        assert_eq!(farmer["notes"], "=2+2\n druga linia\nRegion: Wschód");
        assert!(farmer["owner"].is_string());

        let jan = firm.named("Jan Kowalski");
        assert_eq!(
            jan["notes"],
            "NIP: 5261040827\nE-mail: nie ma\nStatus: dziwny"
        );
        assert_eq!(
            (&jan["tax_id"], &jan["status"]),
            (&json!(null), &json!("lead"))
        );
        assert_eq!(firm.named("Bez opiekuna")["owner"], json!(null));

        let again = firm.import_text(options(), OFFICE);
        assert_eq!(
            (again.created, again.skipped, again.failed),
            (0, 3, 1),
            "{again:#?}"
        );
    });
}

#[test]
fn the_three_strategies() {
    with_firm(|firm| {
        firm.import_text(
            options(),
            "Nazwa,NIP,Miasto,Uwagi\nRolnik,5261040828,Łódź,stare\n",
        );
        let changed =
            "Nazwa,NIP,Miasto,Telefon,Region\nRolnik i syn,526-104-08-28,,601102203,Wschód\n";

        let dry = firm.import_text(
            with(|o| (o.strategy, o.dry_run) = (Strategy::Update, true)),
            changed,
        );
        assert_eq!((dry.updated, firm.all().len()), (1, 1));
        assert_eq!(firm.named("Rolnik")["phones"], json!([]));

        assert_eq!(firm.import_text(options(), changed).skipped, 1);
        let update = || with(|o| o.strategy = Strategy::Update);
        assert_eq!(firm.import_text(update(), changed).updated, 1);
        let now = firm.named("Rolnik i syn");
        assert_eq!(
            now["address"]["city"], "Łódź",
            "an empty cell clears nothing"
        );
        assert_eq!(
            now["notes"], "stare\nRegion: Wschód",
            "what stood in the notes stays"
        );
        assert_eq!(
            firm.import_text(update(), changed).skipped,
            1,
            "nothing is left to change"
        );

        assert_eq!(
            firm.import_text(with(|o| o.strategy = Strategy::Create), changed)
                .created,
            1
        );
        assert_eq!(firm.all().len(), 2);
    });
}

#[test]
fn only_what_repeats_is_a_repetition() {
    with_firm(|firm| {
        // Two people of one office share its address; two Kowalskis live in one town.
        let people = "Nazwa,E-mail,Telefon,Miasto\n\
            Anna Nowak,biuro@x.pl,,\nJan Nowak,biuro@x.pl,,\nJan Kowalski,j1@x.pl,,Łódź\nJan Kowalski,j2@x.pl,,Łódź\n\
            JAN KOWALSKI,J2@x.pl,,Lodz\nEwa Lis,,601102203,\nEwa Lis,,+48 601 102 203,\n";
        let report = firm.import_text(options(), people);
        assert_eq!((report.created, report.skipped), (5, 2), "{report:#?}");
        let again = firm.import_text(options(), people);
        assert_eq!((again.created, again.skipped), (0, 7), "{again:#?}");
        let by_mail = with(|o| o.match_by = vec!["emails".to_owned()]);
        assert_eq!(
            firm.import_text(by_mail, "Nazwa,E-mail\nKto inny,biuro@x.pl\n")
                .skipped,
            1
        );
        let both = || with(|o| o.match_by = vec!["name".to_owned(), "emails".to_owned()]);
        assert_eq!(
            firm.import_text(both(), "Nazwa,E-mail\nKto inny,biuro@x.pl\n")
                .created,
            1
        );
    });
}

#[test]
fn people_find_their_company_wherever_it_stands() {
    with_firm(|firm| {
        let list = "Nazwa,Firma,NIP,Rodzaj\nAnna Nowak,rolnik SP. Z O.O.,,\nRolnik Sp. z o.o.,,5261040828,firma\nJan Lis,Nieznana,,\n";
        for dry_run in [true, false] {
            let report = firm.import_text(with(|o| o.dry_run = dry_run), list);
            assert_eq!(
                (report.created, warned(&report)),
                (3, vec![(4, "Firma")]),
                "{report:#?}"
            );
        }
        let anna = firm.named("Anna Nowak");
        assert_eq!(anna["company"], firm.named("Rolnik Sp. z o.o.")["id"]);
        assert_eq!(
            (&anna["kind"], &anna["notes"]),
            (&json!("person"), &json!(null))
        );
        let jan = firm.named("Jan Lis");
        assert_eq!(
            (&jan["kind"], &jan["notes"]),
            (&json!("person"), &json!("Firma: Nieznana"))
        );

        // The guard takes no company of a company: the row goes in without.
        let report = firm.import_text(
            options(),
            "Nazwa,Firma,Rodzaj\nSpółka córka,Rolnik Sp. z o.o.,firma\n",
        );
        assert_eq!(
            (report.created, warned(&report)),
            (1, vec![(2, "Firma")]),
            "{report:#?}"
        );
        assert_eq!(
            firm.named("Spółka córka")["notes"],
            "Firma: Rolnik Sp. z o.o."
        );
    });
}

#[test]
fn nothing_in_a_dump_is_nothing() {
    with_firm(|firm| {
        let report = firm.import_text(options(), "name,phone,region\nAntonio,NULL,NULL\n");
        assert_eq!(
            (report.created, warned(&report)),
            (1, vec![]),
            "{report:#?}"
        );
        assert_eq!(firm.named("Antonio")["notes"], json!(null));
    });
}

#[test]
fn columns_can_be_named_by_hand() {
    with_firm(|firm| {
        let wish = |column: &str, field: &str| (column.to_owned(), field.to_owned());
        let map = vec![wish("Skrót", "name"), wish("Region", "")];
        let report = firm.import_text(
            with(|o| o.map = map),
            "Nazwa,Skrót,Region\nPełna nazwa,Skrócona,Wschód\n",
        );
        assert_eq!(warned(&report), [(2, "Nazwa")]);
        assert_eq!(firm.named("Skrócona")["notes"], "Nazwa: Pełna nazwa");
        let wrong = firm.import_text_as(
            &firm.owner,
            with(|o| o.match_by = vec!["none".to_owned()]),
            "Nazwa\nA\n",
        );
        assert!(matches!(wrong, Err(ExchangeError::UnknownField(_))));
        let path = firm.path("text.csv");
        let import: Import = options().import(&firm.owner).unwrap();
        let source = Source {
            file: &File::open(&path).unwrap(),
            file_name: "text.csv",
            sheet: None,
            limits: &DEFAULT_LIMITS,
        };
        let preview = import
            .preview_of(source.peek(Import::PEEK).unwrap())
            .unwrap();
        assert_eq!((preview.mapping.columns.len(), preview.rows.len()), (1, 1));
    });
}

#[test]
fn only_empty_fields_are_filled() {
    with_firm(|firm| {
        firm.client(json!({"name": "Rolnik", "tax_id": "5261040828", "phones": ["601102203"], "status": "active", "tags": ["VIP"]}));
        let list = "Nazwa,NIP,Telefon,Miasto,Status,Tagi,E-mail,Opiekun\nInna nazwa,5261040828,602102203,Łódź,były,hurt,a@b.pl,\n";
        let fill = || with(|o| o.strategy = Strategy::Fill);
        assert_eq!(firm.import_text(fill(), list).updated, 1);
        let now = firm.named("Rolnik");
        assert_eq!(now["phones"], json!(["601102203"]));
        assert_eq!(
            (&now["status"], &now["tags"]),
            (&json!("active"), &json!(["VIP"]))
        );
        assert_eq!(now["address"]["city"], "Łódź");
        assert_eq!(now["emails"], json!(["a@b.pl"]));
        assert_eq!(
            firm.import_text(fill(), list).skipped,
            1,
            "nothing is left to fill"
        );
    });
}

#[test]
fn first_and_last_names_become_the_name_of_a_person() {
    with_firm(|firm| {
        let list = "Imię,Nazwisko,Miasto\nAnna,Nowak,Łódź\n,Kowalski,\n,,Radom\n";
        let report = firm.import_text(options(), list);
        assert_eq!((report.created, report.failed), (2, 1), "{report:#?}");
        assert_eq!(firm.named("Anna Nowak")["kind"], "person");
        assert_eq!(firm.named("Anna Nowak")["notes"], json!(null));
        firm.named("Kowalski");

        // Beside a name of its own they are somebody else's: the person to ask for.
        let list = "Nazwa firmy,Imię,Nazwisko\nRolnik,Jan,Lis\n,Ewa,Lis\n";
        assert_eq!(firm.import_text(options(), list).created, 2);
        let farmer = firm.named("Rolnik");
        assert_eq!(farmer["notes"], "Imię: Jan\nNazwisko: Lis");
        assert_eq!(farmer["kind"], "company");
        assert_eq!(firm.named("Ewa Lis")["kind"], "person");
    });
}

#[test]
fn values_for_all_rows_go_where_rows_have_none() {
    with_firm(|firm| {
        let all = |pairs: &[(&str, &str)]| {
            let pairs = pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
            let pairs = pairs.collect();
            with(|o| o.for_all = pairs)
        };
        let given = [
            ("status", "Były"),
            ("tags", "targi, 2026"),
            ("owner", "ola@f.test"),
        ];
        let list = "Nazwa,Status,Tagi\nPierwszy,klient,VIP\nDrugi,,\n";
        let report = firm.import_text(all(&given), list);
        assert_eq!((report.created, &report.warnings), (2, &vec![]));
        let [first, second] = ["Pierwszy", "Drugi"].map(|name| firm.named(name));
        assert_eq!(
            (&first["status"], &second["status"]),
            (&json!("active"), &json!("former"))
        );
        assert_eq!(first["tags"], json!(["VIP", "targi", "2026"]));
        assert_eq!(second["tags"], json!(["targi", "2026"]));

        let access = json!({"view": "own", "create": true, "edit": "own", "import": true});
        let seller = firm.person("adam", access);
        for (field, text) in [
            ("credit_limit", "5"),
            ("owner", "ola@f.test"),
            ("id", "x"),
            ("none", "x"),
        ] {
            let refused = firm.import_text_as(&seller, all(&[(field, text)]), "Nazwa\nTrzeci\n");
            assert!(
                matches!(refused, Err(ExchangeError::UnknownField(_))),
                "{field}: {refused:?}"
            );
        }
        let wrong =
            firm.import_text_as(&firm.owner, all(&[("status", "dziwny")]), "Nazwa\nTrzeci\n");
        assert!(
            matches!(wrong, Err(ExchangeError::ValueForAll { .. })),
            "{wrong:?}"
        );
        assert_eq!(firm.all().len(), 2, "what was refused brought nothing in");
    });
}

#[test]
fn columns_are_matched_as_they_were_last() {
    with_firm(|firm| {
        let wish = |column: &str, field: &str| (column.to_owned(), field.to_owned());
        let by_hand = vec![
            wish("Kto to", "name"),
            wish("Ile może", "credit_limit"),
            wish("Coś", ""),
        ];
        let list = "Kto to,Ile może,Coś\nPierwszy,100,x\n";
        let recall = || with(|o| o.recall = true);
        let unknown = firm.import_text_as(&firm.owner, recall(), list);
        assert!(
            matches!(unknown, Err(ExchangeError::NoTitle(_))),
            "{unknown:?}"
        );
        let report = firm.import_text(with(|o| (o.map, o.recall) = (by_hand, true)), list);
        assert_eq!((report.created, &report.warnings), (1, &vec![]));

        let again = firm.import_text(recall(), "KTO TO,ile może,coś\nDrugi,200,y\n");
        assert_eq!((again.created, &again.warnings), (1, &vec![]));
        let second = firm.named("Drugi");
        assert_eq!(
            (&second["credit_limit"]["amount"], &second["notes"]),
            (&json!("200.00"), &json!(null))
        );

        // Who does not see a field does not learn from the layout that there is one.
        let access = json!({"view": "own", "create": true, "edit": "own", "import": true});
        let seller = firm.person("adam", access);
        let report = firm
            .import_text_as(&seller, recall(), "Kto to,Ile może,Coś\nTrzeci,300,z\n")
            .unwrap();
        assert_eq!(warned(&report), [(2, "Ile może")]);
        let text = format!("{report:?}");
        assert!(!text.contains("role"), "{text}");
        let stranger = firm.person("ewa", json!({"view": "own", "create": true}));
        let refused = stranger.recall_layout(crate::data::Module::Clients, "x");
        assert!(matches!(refused, Err(AccessError::Forbidden(_))));
    });
}

/// The office lists of the acceptance data, where they are at hand: `KARTOTEKA_TEST_SHEETS` names their folder.
#[test]
fn real_lists_go_in_once() {
    let Some(folder) = std::env::var_os("KARTOTEKA_TEST_SHEETS") else {
        return;
    };
    with_firm(move |firm: TestFirm| {
        for name in [
            "klienci.xlsx",
            "klienci-cp1250.csv",
            "northwind.csv",
            "organizations.csv",
        ] {
            let path = Path::new(&folder).join(name);
            let first = firm.import_at(&firm.owner, options(), &path).unwrap();
            assert_eq!(first.failed, 0, "{name}: {first:#?}");
            eprintln!(
                "{name}: {} rows, {} created, {} warnings {:#?}",
                first.rows,
                first.created,
                first.warnings.len(),
                first.warnings.iter().take(4).collect::<Vec<_>>()
            );
            let again = firm.import_at(&firm.owner, options(), &path).unwrap();
            assert_eq!(
                (again.created, again.skipped),
                (0, first.rows),
                "{name}: {again:#?}"
            );
        }
    });
}

/// What a list of ten thousand takes; run alone, optimised: `cargo test --release --lib -- --ignored ten_thousand --nocapture`.
#[test]
#[ignore = "a measurement"]
fn ten_thousand_rows() {
    with_firm(|firm| {
        let mut csv =
            "Nazwa;NIP;E-mail;Telefon;Ulica;Kod pocztowy;Miasto;Status;Tagi;Uwagi\n".to_owned();
        for n in 0..10_000_u32 {
            let row = format!(
                "Zakład Produkcyjny numer {n} Sp. z o.o.;;biuro{n}@firma{}.pl;6{:08};ul. Polna {n};{:02}-{:03};Miasto {};klient;hurt, VIP;Dzwonić po {}\n",
                n % 3000,
                n,
                n % 100,
                n % 1000,
                n % 400,
                n % 24
            );
            csv.push_str(&row);
        }
        for what in ["new", "again"] {
            let start = std::time::Instant::now();
            let report = firm.import_text(options(), &csv);
            let took = start.elapsed();
            eprintln!(
                "{what}: {} created, {} skipped in {took:.2?}: {:.0} rows/s",
                report.created,
                report.skipped,
                10_000.0 / took.as_secs_f64()
            );
        }
        for name in ["out.csv", "out.xlsx", "out.json"] {
            let start = std::time::Instant::now();
            firm.export(&firm.owner, name, Lang::Pl).unwrap();
            eprintln!("{name} out in {:.2?}", start.elapsed());
        }
    });
}
