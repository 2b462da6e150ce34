//! What roles and the firm let in and out, and what is kept of it.

use serde_json::json;

use super::error::ExchangeError;
use super::import_tests::{OFFICE, warned, with};
use super::test_firm::{options, wait, with_firm};
use crate::data::{AccessError, AuditFilter, Permission, Strategy};
use crate::i18n::Lang;

#[test]
fn a_row_whose_tax_id_is_taken_is_left_out_and_named_where_the_firm_wants_it_so() {
    with_firm(|firm| {
        firm.client(json!({"name": "Jest już", "tax_id": "5261040828"}));
        wait(
            firm.owner.update_firm(
                [("block_twins".to_owned(), true.into())]
                    .into_iter()
                    .collect(),
            ),
        )
        .unwrap();
        let create = with(|options| options.strategy = Strategy::Create);
        let sheet = "Nazwa;NIP\r\nDruga;526-104-08-28\r\nInna;\r\n";
        let report = firm.import_text(create, sheet);
        assert_eq!(
            (report.created, report.skipped, report.failed),
            (1, 1, 0),
            "{report:#?}"
        );
        assert_eq!(warned(&report), [(2, "")]);
        assert!(report.warnings[0].message.contains("Jest już"));
        assert!(firm.all().values().all(|client| client["name"] != "Druga"));
    });
}

#[test]
fn a_role_without_the_right_brings_in_and_takes_out_nothing() {
    with_firm(|firm| {
        let seller = firm.person(
            "adam",
            json!({"view": "own", "create": true, "edit": "own"}),
        );
        let refused = firm.import_text_as(&seller, options(), OFFICE);
        assert!(matches!(
            refused,
            Err(ExchangeError::Access(AccessError::Forbidden(
                Permission::Import(_)
            )))
        ));
        let refused = firm.export(&seller, "out.csv", Lang::Pl);
        assert!(matches!(
            refused,
            Err(ExchangeError::Access(AccessError::Forbidden(
                Permission::Export(_)
            )))
        ));
        assert_eq!(std::fs::metadata(firm.path("out.csv")).unwrap().len(), 0);
        assert!(firm.all().is_empty());
    });
}

#[test]
fn hidden_fields_and_other_owners_stay_out_of_reach() {
    with_firm(|firm| {
        firm.client(json!({"name": "Cudzy", "tax_id": "5261040828", "credit_limit": {"amount": "777.00", "currency": "PLN"}}));
        let access =
            json!({"view": "own", "create": true, "edit": "own", "import": true, "export": true});
        let seller = firm.person("adam", access);
        let list = "Nazwa;NIP;Opiekun;Limit kredytu;Saldo\nMój;;ola@f.test;1234;55\nCudzy;5261040828;;;\nDrugi;;adam@f.test;;\n";
        let report = firm.import_text_as(&seller, options(), list).unwrap();
        assert_eq!((report.created, report.skipped), (2, 1), "{report:#?}");
        assert_eq!(
            warned(&report),
            [(2, "Opiekun"), (2, "Limit kredytu"), (2, "Saldo")]
        );
        let mine = firm.named("Mój");
        assert_eq!(
            (&mine["notes"], &mine["credit_limit"]),
            (&json!(null), &json!(null))
        );
        assert_eq!(
            mine["owner"].as_str(),
            seller.actor().user().map(|id| id.to_string()).as_deref()
        );

        let update = with(|o| o.strategy = Strategy::Update);
        let report = firm
            .import_text_as(&seller, update, "Nazwa;NIP\nPodmieniony;5261040828\n")
            .unwrap();
        assert_eq!((report.failed, report.updated), (1, 0));
        firm.named("Cudzy");

        assert_eq!(firm.export(&seller, "out.csv", Lang::Pl).unwrap(), 2);
        let out = std::fs::read_to_string(firm.path("out.csv")).unwrap();
        assert!(
            !out.contains("Cudzy") && !out.contains("Limit") && !out.contains("Saldo"),
            "{out}"
        );
    });
}

#[test]
fn what_went_in_and_out_is_in_the_audit_log() {
    with_firm(|firm| {
        firm.import_text(options(), OFFICE);
        firm.export(&firm.owner, "out.json", Lang::Pl).unwrap();
        let reading = firm.owner.read().unwrap();
        let entries = reading.audit(&AuditFilter::default(), None, 20).unwrap();
        let text = format!("{entries:?}");
        assert!(
            text.contains("Imported") && text.contains("text.csv"),
            "{text}"
        );
        assert!(text.contains("Exported"), "{text}");
        assert!(
            text.contains("import"),
            "records are marked as brought in: {text}"
        );
    });
}
