//! Data by tax id and the check of many clients, against a stand-in of the registers.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;

use super::browser::{Browser, Firm, Page, firm_with};
use crate::data::BuiltIn;
use crate::exchange::sheet::{self, Cell, Limits};
use crate::registers::test_register::{ACCOUNT, KNOWN, Manner, TestRegister};
use crate::registers::{Registers, test_register};

async fn world() -> (Firm, TestRegister) {
    let register = TestRegister::start().await;
    let registers = Arc::new(Registers::hasty(&register.config()));
    let firm = firm_with(|state| state.registers = registers).await;
    (firm, register)
}

async fn post(web: &Browser, path: &str, fields: &[(&str, &str)]) -> Page {
    let mut form = vec![web.get("/operations").await.csrf()];
    form.extend(
        fields
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into())),
    );
    web.post(path, &form).await
}

/// Somebody with a role of their own: all clients, and finance as given.
async fn with_finance(firm: &Firm, name: &str, finance: &str, export: bool) {
    let email = format!("{name}@f.test");
    firm.user(name, BuiltIn::ReadOnly).await;
    let access = json!({
        "view": "all", "edit": "all", "create": true, "export": export, "groups": {"finance": finance},
    });
    let role = json!({"name": format!("Rola {name}"), "modules": {"clients": access}});
    let role = firm
        .owner
        .create_role(role.as_object().unwrap().clone())
        .await
        .unwrap();
    let user = {
        let reading = firm.owner.read().unwrap();
        let users = reading.rights().people().users();
        users.iter().find(|user| user.email == email).unwrap().id
    };
    let change = json!({"role": role.id});
    let change = change.as_object().unwrap().clone();
    firm.owner.update_user(user, change, None).await.unwrap();
}

#[tokio::test]
async fn a_new_client_is_filled_in_from_the_register() {
    let (firm, register) = world().await;
    let web = firm.browser("o@f.test").await;
    let page = web.get("/clients/new").await;
    assert!(page.has("Pobierz dane po NIP") && page.has(r#"formaction="/clients/lookup""#));
    let typed = [
        ("name", ""),
        ("tax_id", "PL 526-104-08-28"),
        ("notes", "Z targów"),
        ("tags", "hurt"),
        ("address.city", "Łódź"),
    ];
    let mut fields = page.form("/clients/new");
    fields.retain(|(name, _)| !typed.iter().any(|(given, _)| given == name));
    fields.extend(typed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let compared = web.post("/clients/lookup", &fields).await;
    assert_eq!(compared.status, StatusCode::OK, "{}", compared.text);
    for shown in [
        "ŻÓŁW SPÓŁKA AKCYJNA",
        "Czynny",
        "req-1",
        "526-104-08-28",
        "UL. PROSTA 51",
        "Łódź",
        "REGON 010648235, KRS 0000025237",
        "PL61 1090 1014 0000 0712 1981 2874",
    ] {
        assert!(compared.has(shown), "{shown}: {}", compared.text);
    }
    assert!(!compared.has("⟦"));
    // Nothing is saved by asking, and what is known already is not ticked.
    assert!(firm.by_name("ŻÓŁW SPÓŁKA AKCYJNA").is_none());
    let form = compared.form("/clients/lookup");
    let ticked: Vec<&str> = form
        .iter()
        .filter(|(name, _)| name == "take")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(
        ticked,
        [
            "name",
            "address.street",
            "address.postal_code",
            "address.country",
            "bank_account"
        ]
    );
    let mut form = form;
    form.push(("take".into(), "notes".into()));
    let filled = web.post("/clients/lookup", &form).await;
    assert_eq!(filled.status, StatusCode::OK, "{}", filled.text);
    assert!(filled.has("Formularz uzupełniony"));
    for (name, value) in [
        ("name", "ŻÓŁW SPÓŁKA AKCYJNA"),
        ("address.city", "Łódź"),
        ("address.postal_code", "00-838"),
        ("address.country", "Polska"),
        ("tags", "hurt"),
        ("notes", "Z targów\nREGON 010648235, KRS 0000025237"),
    ] {
        assert_eq!(
            filled.field("/clients/new", name).as_deref(),
            Some(value),
            "{name}"
        );
    }
    let made = web.submit(&filled, "/clients/new", &[]).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let stored = firm.get(firm.by_name("ŻÓŁW SPÓŁKA AKCYJNA").unwrap());
    assert_eq!(stored["bank_account"], format!("PL{ACCOUNT}"));
    assert_eq!(stored["address"]["country"], "PL");
    assert_eq!(register.asked().len(), 1, "asked once, not again on taking");
}

#[tokio::test]
async fn a_card_takes_what_was_ticked_and_can_take_it_back() {
    let (firm, _register) = world().await;
    let web = firm.browser("o@f.test").await;
    let fields = [
        ("name", json!("Żółw")),
        ("tax_id", json!(KNOWN)),
        ("address.city", json!("Warszawa")),
    ];
    let id = firm.client(&firm.owner, &fields).await.id();
    let (card, path) = (format!("/clients/{id}"), format!("/clients/{id}/lookup"));
    let page = web.get(&card).await;
    let compared = web.submit(&page, &path, &[]).await;
    assert_eq!(compared.status, StatusCode::OK, "{}", compared.text);
    let form = compared.form(&path);
    let ticks = |name: &str| {
        form.iter()
            .filter(|(field, value)| field == "take" && value == name)
            .count()
    };
    assert_eq!((ticks("address.street"), ticks("name")), (1, 0));
    assert!(
        compared.has(r#"value="name""#) && !compared.has(r#"value="address.city""#),
        "a difference is offered, a matter of capitals is not"
    );
    let taken = web.post(&path, &form).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text);
    assert!(taken.location.starts_with(&format!("{card}?notice=saved")));
    let stored = firm.get(id);
    assert_eq!(stored["name"], "Żółw");
    assert_eq!(stored["address"]["street"], "UL. PROSTA 51");
    assert_eq!(stored["address"]["city"], "Warszawa");

    // The same page again: the record has changed since.
    let stale = web.post(&path, &form).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    let back = web.get(&taken.location).await;
    web.submit(&back, "/clients/undo", &[]).await;
    assert_eq!(firm.get(id)["address"]["street"], json!(null));

    // From the form that is being filled in, what was typed stays, and nothing is saved.
    let edit = format!("{card}/edit");
    let page = web.get(&edit).await;
    let mut fields = page.form(&edit);
    for (name, value) in &mut fields {
        if name == "notes" {
            "pisane".clone_into(value);
        }
    }
    let compared = web.post(&path, &fields).await;
    let filled = web.submit(&compared, &path, &[]).await;
    assert_eq!(filled.field(&edit, "notes").as_deref(), Some("pisane"));
    assert_eq!(
        filled.field(&edit, "address.street").as_deref(),
        Some("UL. PROSTA 51")
    );
    assert_eq!(firm.get(id)["notes"], json!(null));
}

#[tokio::test]
async fn what_goes_wrong_is_said_where_it_was_asked() {
    let (firm, register) = world().await;
    let web = firm.browser("o@f.test").await;
    let ask = async |number: &str| {
        let fields = [("name", "Zostaje"), ("tax_id", number)];
        post(&web, "/clients/lookup", &fields).await
    };
    for (manner, said) in [
        (Some(Manner::Slow), "Rejestr nie odpowiedział w porę"),
        (
            Some(Manner::Html),
            "Odpowiedzi rejestru nie da się odczytać",
        ),
        (
            Some(Manner::Elsewhere),
            "Odpowiedzi rejestru nie da się odczytać",
        ),
        (Some(Manner::Limit), "„Przekroczono dzienny limit zapytań”"),
        (None, "Rejestr nie zna tego numeru"),
    ] {
        let number = if manner.is_some() {
            KNOWN
        } else {
            "1234563218"
        };
        if let Some(manner) = manner {
            register.about(KNOWN, manner);
        }
        let page = ask(number).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        assert!(page.has(said), "{said}: {}", page.text);
        assert_eq!(
            page.field("/clients/new", "name").as_deref(),
            Some("Zostaje")
        );
    }
    let asked = register.asked().len();
    for (number, said) in [
        ("", "Wpisz NIP"),
        ("5261040827", "cyfra kontrolna"),
        ("../../x", "NIP"),
    ] {
        let page = ask(number).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{number}");
        assert!(page.has(said), "{said}: {}", page.text);
    }
    assert_eq!(
        register.asked().len(),
        asked,
        "no bad number leaves the house"
    );
    let id = firm
        .client(
            &firm.owner,
            &[("name", json!("Żółw")), ("tax_id", json!(KNOWN))],
        )
        .await
        .id();
    let page = post(&web, &format!("/clients/{id}/lookup"), &[]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.has("Nie udało się pobrać danych"), "{}", page.text);
}

#[tokio::test]
async fn asking_too_often_has_to_wait() {
    let (firm, register) = world().await;
    let web = firm.browser("o@f.test").await;
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        let fields = [("name", "X"), ("tax_id", KNOWN)];
        last = post(&web, "/clients/lookup", &fields).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    assert!(register.asked().len() <= 11, "{:?}", register.asked().len());
}

#[tokio::test]
async fn nobody_asks_or_sees_more_than_their_role_allows() {
    let (firm, register) = world().await;
    let fields = [
        ("name", json!("Cudzy")),
        ("tax_id", json!(KNOWN)),
        ("bank_account", json!(format!("PL{ACCOUNT}"))),
    ];
    let id = firm.client(&firm.owner, &fields).await.id();
    let path = format!("/clients/{id}/lookup");
    firm.user("sales", BuiltIn::Salesperson).await;
    let sales = firm.browser("sales@f.test").await;
    for form in [
        &[][..],
        &[("step", "take"), ("take", "name"), ("found.name", "Z")],
    ] {
        let refused = post(&sales, &path, form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "out of scope");
    }
    firm.user("reader", BuiltIn::ReadOnly).await;
    let reader = firm.browser("reader@f.test").await;
    for path in [path.as_str(), "/clients/lookup", "/clients/check-vat"] {
        assert_eq!(
            post(&reader, path, &[("tax_id", KNOWN)]).await.status,
            StatusCode::FORBIDDEN,
            "{path}"
        );
    }
    assert_eq!(register.asked(), Vec::<String>::new());

    for (name, finance) in [("hidden", "hidden"), ("reads", "read")] {
        with_finance(&firm, name, finance, true).await;
        let web = firm.browser(&format!("{name}@f.test")).await;
        let compared = post(&web, &path, &[]).await;
        assert_eq!(compared.status, StatusCode::OK, "{}", compared.text);
        assert!(compared.has("ŻÓŁW SPÓŁKA AKCYJNA"));
        for account in [
            ACCOUNT,
            "6109 0101",
            "1090 1014",
            "2711 4020",
            "bank_account",
        ] {
            assert!(
                !compared.has(account),
                "{name} {account}: {}",
                compared.text
            );
        }
        let form = [
            ("step", "take"),
            ("version", "1"),
            ("take", "bank_account"),
            ("found.bank_account", "PL27114020040000300201355387"),
        ];
        let refused = post(&web, &path, &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert_eq!(firm.get(id)["bank_account"], format!("PL{ACCOUNT}"));
    }
    let form = [
        ("step", "take"),
        ("version", "1"),
        ("take", "tags"),
        ("found.tags", "x"),
    ];
    let owner = firm.browser("o@f.test").await;
    let refused = post(&owner, &path, &form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// Rows of the file that an operation made.
fn rows(firm: &Firm, place: &str) -> Vec<Vec<String>> {
    let id = place.rsplit('/').next().unwrap();
    let file = std::fs::File::open(firm.results().join(id)).unwrap();
    let mut sheet = sheet::open(file, "vat.xlsx", None, &Limits::default()).unwrap();
    let text = |cell: &Cell| cell.text().into_owned();
    let rows = sheet.rows().unwrap();
    rows.map(|row| row.unwrap().cells.iter().map(text).collect())
        .collect()
}

#[tokio::test]
async fn all_clients_of_a_list_are_checked_in_batches() {
    let (firm, register) = world().await;
    let client = async |name: &str, number: Option<&str>, account: Option<&str>| {
        let mut fields = vec![("name", json!(name))];
        fields.extend(number.map(|number| ("tax_id", json!(number))));
        fields.extend(account.map(|account| ("bank_account", json!(account))));
        firm.client(&firm.owner, &fields).await.id()
    };
    let account = format!("PL{ACCOUNT}");
    client("Alfa", Some(KNOWN), Some(&account)).await;
    client("Beta", Some("1234563218"), None).await;
    client("Gamma", None, None).await;
    client("Delta", Some("BE0123456789"), None).await;
    client("Epsilon", Some("CHE123456789"), None).await;
    let exempt =
        json!({"name": "E", "nip": "7740001454", "statusVat": "Zwolniony", "accountNumbers": []});
    register.about("7740001454", Manner::Knows(exempt));
    client("Zeta", Some("7740001454"), Some(&account)).await;
    for number in 0..40 {
        client(&format!("Inny {number}"), Some(KNOWN), None).await;
    }
    let web = firm.browser("o@f.test").await;
    let list = web.get("/clients").await;
    assert!(list.has("Sprawdź status VAT klientów z listy") && list.has("Sprawdź VAT"));
    let all = [("all", "1"), ("filter", "")];
    let started = post(&web, "/clients/check-vat", &all).await;
    assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text);
    let place = started.location;
    let page = web.ended(&place).await;
    for shown in [
        "Sprawdzenie w rejestrze: Klienci",
        "zakończona",
        "czynni podatnicy: 41",
        "zwolnieni: 1",
        "nieznani w rejestrze: 2",
        "bez NIP: 1",
        "nie sprawdzono: 1",
        "Do sprawdzenia",
        "Beta",
        "Pobierz plik",
    ] {
        assert!(page.has(shown), "{shown}: {}", page.text);
    }
    assert!(!page.has("⟦"));
    let rows = rows(&firm, &place);
    assert_eq!(rows.len(), 47);
    assert_eq!(rows[0][5], "Konto na wykazie");
    let row = |name: &str| rows.iter().find(|row| row[0] == name).unwrap();
    let alfa = row("Alfa");
    assert_eq!(
        (alfa[1].as_str(), alfa[2].as_str(), alfa[4].as_str()),
        (KNOWN, "Czynny", "req-30")
    );
    assert_eq!((alfa[5].as_str(), row("Zeta")[5].as_str()), ("tak", "nie"));
    assert_eq!(row("Beta")[2], "nieznany w rejestrze");
    assert_eq!(row("Gamma")[2], "brak NIP");
    assert_eq!(row("Epsilon")[2], "nie sprawdzono");
    let asked = register.asked();
    let batches: Vec<&String> = asked
        .iter()
        .filter(|asked| asked.contains("/nips/"))
        .collect();
    assert_eq!(batches.len(), 2, "{asked:?}");
    assert!(web.get("/audit").await.has("xlsx"));
}

#[tokio::test]
async fn a_check_knows_its_starters_limits() {
    let (firm, register) = world().await;
    let account = json!(format!("PL{ACCOUNT}"));
    let fields = [
        ("name", json!("Cudzy")),
        ("tax_id", json!(KNOWN)),
        ("bank_account", account),
    ];
    let id = firm.client(&firm.owner, &fields).await.id();
    with_finance(&firm, "hidden", "hidden", true).await;
    let web = firm.browser("hidden@f.test").await;
    let one = id.to_string();
    let started = post(&web, "/clients/check-vat", &[("id", &one)]).await;
    let page = web.ended(&started.location).await;
    assert!(page.has("czynni podatnicy: 1"), "{}", page.text);
    let rows = rows(&firm, &started.location);
    assert_eq!(rows[0].len(), 6, "{rows:?}");
    assert!(!format!("{rows:?}").contains("wykazie"));

    let own = json!({"view": "own", "edit": "own", "export": true});
    let role = json!({"modules": {"clients": own}});
    let hidden = {
        let reading = firm.owner.read().unwrap();
        let roles = reading.rights().people().roles();
        roles
            .iter()
            .find(|role| role.name == "Rola hidden")
            .unwrap()
            .id
    };
    let role = role.as_object().unwrap().clone();
    firm.owner.update_role(hidden, role, None).await.unwrap();
    let asked = register.asked().len();
    let started = post(&web, "/clients/check-vat", &[("id", &one)]).await;
    let page = web.ended(&started.location).await;
    assert!(!page.has("Cudzy") && !page.has("czynni podatnicy"));
    assert_eq!(
        register.asked().len(),
        asked,
        "out of scope, not asked about"
    );

    with_finance(&firm, "noexport", "write", false).await;
    let noexport = firm.browser("noexport@f.test").await;
    let refused = post(&noexport, "/clients/check-vat", &[("id", &one)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(!noexport.get("/clients").await.has("/clients/check-vat"));
}

#[tokio::test]
async fn a_check_that_reaches_the_limit_says_what_was_not_asked() {
    let (firm, register) = world().await;
    for number in 0..3 {
        let fields = [
            ("name", json!(format!("K{number}"))),
            ("tax_id", json!(KNOWN)),
        ];
        firm.client(&firm.owner, &fields).await;
    }
    let fields = [("name", json!("Unia")), ("tax_id", json!("BE0123456789"))];
    firm.client(&firm.owner, &fields).await;
    register.about(KNOWN, Manner::Limit);
    let web = firm.browser("o@f.test").await;
    let all = [("all", "1"), ("filter", "")];
    let started = post(&web, "/clients/check-vat", &all).await;
    let page = web.ended(&started.location).await;
    assert!(page.has("nie sprawdzono: 4"), "{}", page.text);
    let rows = rows(&firm, &started.location);
    for row in &rows[1..] {
        assert_eq!(row[2], "nie sprawdzono");
        let remark = row.last().unwrap();
        assert!(remark.contains("Przekroczono dzienny limit"), "{remark}");
    }
    assert_eq!(register.asked().len(), 1, "{:?}", register.asked());
}

#[tokio::test]
async fn without_registers_there_is_nothing_to_press() {
    let off = test_register::config("", "");
    let firm = firm_with(|state| state.registers = Arc::new(Registers::hasty(&off))).await;
    let web = firm.browser("o@f.test").await;
    let fields = [("name", json!("Żółw")), ("tax_id", json!(KNOWN))];
    let id = firm.client(&firm.owner, &fields).await.id();
    for path in ["/clients", "/clients/new", &format!("/clients/{id}")] {
        let page = web.get(path).await;
        assert!(!page.has("lookup") && !page.has("check-vat"), "{path}");
    }
    let asked = post(&web, "/clients/lookup", &[("name", "X"), ("tax_id", KNOWN)]).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.has("wyłączone w konfiguracji"));
}

#[tokio::test]
async fn a_check_stops_when_told_even_while_it_waits() {
    let register = TestRegister::start().await;
    let mut registers = Registers::hasty(&register.config());
    registers.pause = Duration::from_mins(10);
    let firm = firm_with(|state| state.registers = Arc::new(registers)).await;
    for number in 0..31 {
        let fields = [
            ("name", json!(format!("K{number}"))),
            ("tax_id", json!(KNOWN)),
        ];
        firm.client(&firm.owner, &fields).await;
    }
    let web = firm.browser("o@f.test").await;
    let all = [("all", "1"), ("filter", "")];
    let place = post(&web, "/clients/check-vat", &all).await.location;
    for _ in 0..500 {
        if web.get(&place).await.has("30 z 31") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let page = web.get(&place).await;
    assert!(page.has("30 z 31"), "{}", page.text);
    web.submit(&page, &format!("{place}/cancel"), &[]).await;
    let page = web.ended(&place).await;
    assert!(page.has("zatrzymana") && page.has("czynni podatnicy: 30"));
    assert!(!page.has("Pobierz plik"));
}
