//! What goes out as a person's own copy comes back whole.

use std::fs::File;
use std::io::Read;

use serde_json::json;
use zip::ZipArchive;

use super::*;
use crate::clients::CLIENTS;
use crate::data::{Access, CustomChoice, CustomKind, FieldWish, Names, TrashFilter};
use crate::exchange::test_firm::{TestFirm, wait, with_firm};

fn copy(firm: &TestFirm, access: &Access, lang: Lang) -> Vec<(Module, u64)> {
    let how = Copy {
        lang,
        temp_dir: firm.folder.path(),
        told: &|_| true,
    };
    let file = File::create(firm.path("kopia.zip")).unwrap();
    write(&access.read().unwrap(), how, file).unwrap()
}

fn unpack(firm: &TestFirm, name: &str) -> Vec<u8> {
    let mut zip = ZipArchive::new(File::open(firm.path("kopia.zip")).unwrap()).unwrap();
    let mut bytes = Vec::new();
    zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    std::fs::write(firm.path(name), &bytes).unwrap();
    bytes
}

fn own_fields(firm: &TestFirm) {
    let names = |text: &str| Names {
        pl: text.to_owned(),
        en: text.to_owned(),
    };
    let choices = ["Drewno; deski", "Okna"].map(|text| CustomChoice {
        names: names(text),
        ..CustomChoice::default()
    });
    for (label, kind) in [
        ("Umowa do", CustomKind::Date),
        ("Obrót", CustomKind::Money),
        (
            "Towary",
            CustomKind::Choices {
                choices: choices.to_vec(),
            },
        ),
    ] {
        let wish = FieldWish {
            names: names(label),
            ..FieldWish::plain("", kind)
        };
        wait(firm.owner.create_custom_field(Module::Clients, wish)).unwrap();
    }
}

fn fill(firm: &TestFirm) {
    let ewa = firm.person("ewa", json!({"view": "own"}));
    let ewa = ewa.read().unwrap().rights().user().unwrap().id;
    let company = firm.client(json!({
        "name": "Zażółć „Gęślą” 漢字", "emails": ["a@b.test", "c@d.test"], "tags": ["hurt", "Łódź, hurt"], "owner": ewa,
        "phones": ["+48 601 102 203"], "tax_id": "5252248481", "notes": "wiersz\nwiersz\t", "status": "active",
        "credit_limit": {"amount": "12345.67", "currency": "PLN"}, "address.city": "Łódź", "website": "https://b.test",
    }));
    firm.client(json!({"name": "Jan", "kind": "person", "company": company, "owner": null}));
    for n in 0..20 {
        firm.client(json!({"name": format!("Firma {n}"), "notes": format!("=1+{n}")}));
    }
    let reading = firm.owner.read().unwrap();
    let kind = reading.kind(Module::Clients).unwrap();
    let mut changes = crate::data::Changes::new();
    for (name, value) in [
        ("custom.umowa_do", json!("2027-01-31")),
        ("custom.obrot", json!({"amount": "0.10", "currency": "PLN"})),
        ("custom.towary", json!(["Okna", "Drewno; deski"])),
    ] {
        let field = kind.named(name).unwrap_or_else(|| panic!("{name}"));
        changes.insert(field.no, field.kind.take_json(&value).unwrap());
    }
    wait(
        firm.owner
            .update(kind, company.parse().unwrap(), changes, None),
    )
    .unwrap();
}

#[test]
fn export_wipe_import_differs_in_nothing() {
    with_firm(|firm| {
        own_fields(&firm);
        fill(&firm);
        for lang in [Lang::Pl, Lang::En] {
            let before = firm.all();
            let counts = copy(&firm, &firm.owner, lang);
            assert_eq!(counts, [(Module::Clients, 22)]);
            unpack(&firm, "clients.xlsx");
            let again = firm.import("clients.xlsx");
            assert_eq!(
                (again.created, again.skipped, again.updated),
                (0, 22, 0),
                "{again:#?}"
            );
            assert_eq!(
                firm.all(),
                before,
                "importing again adds and changes nothing"
            );

            firm.delete(before.keys());
            let reading = firm.owner.read().unwrap();
            let ids = reading
                .trash_ids(&CLIENTS, &TrashFilter::default())
                .unwrap();
            assert_eq!(ids.len(), 22);
            wait(firm.owner.purge_in(None, &CLIENTS, ids)).unwrap();
            let left = firm.owner.read().unwrap();
            assert!(
                left.trash_ids(&CLIENTS, &TrashFilter::default())
                    .unwrap()
                    .is_empty()
            );
            assert!(firm.all().is_empty(), "nothing is left");

            let report = firm.import("clients.xlsx");
            assert_eq!(
                (report.created, report.failed, &report.warnings),
                (22, 0, &vec![]),
                "{report:#?}"
            );
            assert_eq!(firm.all(), before);
            assert_eq!(
                firm.vault.check_consistency().unwrap(),
                Vec::<String>::new()
            );
        }
    });
}

#[test]
fn the_readme_says_what_is_there_and_what_is_not() {
    with_firm(|firm| {
        fill_one(&firm);
        copy(&firm, &firm.owner, Lang::Pl);
        let readme = String::from_utf8(unpack(&firm, "README.txt")).unwrap();
        for part in [
            "MOJA KOPIA",
            "Firma: Firma",
            "Ola Nowak",
            "clients.xlsx: Klienci (1)",
            "Import",
        ] {
            assert!(readme.contains(part), "{part}: {readme}");
        }
        assert!(!readme.contains('⟦'));
    });
}

fn fill_one(firm: &TestFirm) {
    firm.client(json!({"name": "Jedna"}));
}

#[test]
fn a_copy_holds_what_its_person_sees_and_nobody_without_the_permission_gets_one() {
    with_firm(|firm| {
        fill_one(&firm);
        let seller = firm.person(
            "jan",
            json!({"view": "own", "create": true, "export": true}),
        );
        assert_eq!(copy(&firm, &seller, Lang::En), [(Module::Clients, 0)]);
        let reader = firm.person("ewa", json!({"view": "all"}));
        let refused = modules(&reader.read().unwrap());
        assert!(matches!(
            refused,
            Err(AccessError::Forbidden(Permission::Export(Module::Clients)))
        ));
    });
}

#[test]
fn the_archive_itself_comes_back_by_its_sheet_and_a_bomb_does_not() {
    with_firm(|firm| {
        own_fields(&firm);
        fill(&firm);
        copy(&firm, &firm.owner, Lang::Pl);
        no_bomb(&firm);
    });
}

fn no_bomb(firm: &TestFirm) {
    let limits = &crate::exchange::sheet::Limits {
        file_bytes: 3_000_000,
        ..crate::exchange::sheet::Limits::default()
    };
    let of = |name: &str| {
        let file = File::open(firm.path(name)).unwrap();
        sheet_of(&file, Module::Clients, firm.folder.path(), limits)
    };
    let mut found = of("kopia.zip").unwrap().unwrap();
    let mut back = Vec::new();
    found.sheet.rewind().unwrap();
    found.sheet.read_to_end(&mut back).unwrap();
    assert_eq!(back, unpack(firm, "clients.xlsx"));
    assert!(of("clients.xlsx").unwrap().is_none(), "a sheet is no copy");

    // What unpacks to far more than a sheet may have is not unpacked.
    let bomb = |entries: usize, name: &str, size: usize| {
        let mut zip = ZipWriter::new(File::create(firm.path("bomba.zip")).unwrap());
        let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
        for number in 0..entries {
            zip.start_file(format!("{number}.txt"), packed).unwrap();
        }
        zip.start_file(name, packed).unwrap();
        let zeros = vec![0; 1 << 20];
        for _ in 0..size {
            zip.write_all(&zeros).unwrap();
        }
        zip.finish().unwrap();
    };
    bomb(0, "clients.xlsx", 4);
    assert!(matches!(of("bomba.zip"), Err(SheetError::UnpacksTooLarge)));
    bomb(20_000, "clients.xlsx", 1);
    assert!(of("bomba.zip").is_err());
    bomb(200, "clients.xlsx", 1);
    assert!(of("bomba.zip").is_err());
    bomb(0, "../clients.xlsx", 1);
    assert!(of("bomba.zip").unwrap().is_none());
    std::fs::write(firm.path("bomba.zip"), b"PK\x03\x04 and no more").unwrap();
    assert!(of("bomba.zip").is_err());
}
