//! Sheets brought in step by step, as whoever may meets it, and as others who try.

use std::io::Write;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use super::browser::{Browser, Firm, Page, firm};
use crate::data::{BuiltIn, Module};
use crate::exchange::sheet::{self, DEFAULT_LIMITS};

const LIST: &str = "Nazwa;NIP;E-mail;Status;Region;Branża\n\
    Rolnik Sp. z o.o.;526-104-08-28;biuro@rolnik.test;potencjalny;Wschód;rolnictwo\n\
    Zły numer;5261040827;a@zly.test;dziwny;Zachód;handel\n\
    ;;bez@nazwy.test;;Północ;\n\
    Dobra;;d@dobra.test;;Południe;handel\n";

async fn upload_with(web: &Browser, name: &str, bytes: &[u8], fields: &[(&str, &str)]) -> Page {
    let (_, token) = web.get("/clients/import").await.csrf();
    let mut body = Vec::new();
    let mut part = |heads: &str, content: &[u8]| {
        body.extend_from_slice(
            format!("--B\r\nContent-Disposition: form-data; {heads}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    part("name=\"csrf\"", token.as_bytes());
    part(&format!("name=\"file\"; filename=\"{name}\""), bytes);
    for (name, value) in fields {
        part(&format!("name=\"{name}\""), value.as_bytes());
    }
    body.extend_from_slice(b"--B--\r\n");
    let request = Request::post("/clients/import")
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B");
    web.send(request, Body::from(body)).await
}

/// Sends a list; gives the address of its steps.
async fn upload(web: &Browser, list: &str) -> String {
    let page = upload_with(web, "lista.csv", list.as_bytes(), &[]).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.text);
    page.location
}

/// The columns as they were matched, and on to the values.
async fn go_on(web: &Browser, place: &str, columns: &[(&str, &str)]) -> Page {
    let page = web.get(place).await;
    let mut chosen = vec![("next", "1")];
    chosen.extend(columns);
    let next = web.submit(&page, place, &chosen).await;
    assert_eq!(next.location, format!("{place}/values"), "{}", next.text);
    web.get(&next.location).await
}

/// What would happen with these values.
async fn check(web: &Browser, place: &str, values: &Page, chosen: &[(&str, &str)]) -> Page {
    let next = web.submit(values, &format!("{place}/values"), chosen).await;
    assert_eq!(next.location, format!("{place}/check"), "{}", next.text);
    web.get(&next.location).await
}

async fn run(web: &Browser, place: &str, checked: &Page) -> String {
    let done = web.submit(checked, &format!("{place}/run"), &[]).await;
    assert!(
        done.location.starts_with("/operations/"),
        "{} {}",
        done.location,
        done.text
    );
    web.ended(&done.location).await;
    done.location
}

/// A workbook as a person would save it for another program.
fn as_csv(bytes: &[u8]) -> String {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let mut sheet = sheet::open(file, "a.xlsx", None, &DEFAULT_LIMITS).unwrap();
    let mut csv = String::new();
    for row in sheet.rows().unwrap() {
        let cells = row.unwrap().cells;
        let quoted = cells
            .iter()
            .map(|cell| format!("\"{}\"", cell.text().replace('"', "\"\"")));
        csv.push_str(&quoted.collect::<Vec<_>>().join(","));
        csv.push('\n');
    }
    csv
}

fn temporary(firm: &Firm) -> Vec<String> {
    let files = std::fs::read_dir(&*firm.state.temp_dir).unwrap();
    files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("import-"))
        .collect()
}

/// Somebody of a role of the firm's own, with these rights over clients.
async fn person(firm: &Firm, name: &str, clients: serde_json::Value) -> Browser {
    firm.user(name, BuiltIn::Salesperson).await;
    let role = json!({"name": format!("Rola {name}"), "modules": {"clients": clients}});
    let role = firm
        .owner
        .create_role(role.as_object().unwrap().clone())
        .await
        .unwrap();
    let email = format!("{name}@f.test");
    let user = firm
        .owner
        .read()
        .unwrap()
        .rights()
        .people()
        .users()
        .into_iter()
        .find(|user| user.email == email)
        .unwrap()
        .id;
    let change = json!({"role": role.id});
    firm.owner
        .update_user(user, change.as_object().unwrap().clone(), None)
        .await
        .unwrap();
    firm.browser(&email).await
}

fn importer() -> serde_json::Value {
    json!({"view": "own", "create": true, "edit": "own", "import": true})
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_goes_in_step_by_step_and_comes_back_out_whole() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let place = upload(&web, LIST).await;
    let columns = web.get(&place).await;
    assert_eq!(columns.field(&place, "column.0").as_deref(), Some("name"));
    assert_eq!(columns.field(&place, "column.4").as_deref(), Some("?"));
    for shown in [
        "Plik posiada nagłówki",
        "rolnictwo",
        "Utwórz pole",
        "lista.csv",
        "zachowaj w notatkach",
    ] {
        assert!(columns.has(shown), "{shown}: {}", columns.text);
    }
    assert!(
        !columns.has("⟦") && columns.text.len() < 60_000,
        "{}",
        columns.text.len()
    );

    // One click, and an unknown column is a field.
    let made = web.submit(&columns, &place, &[("create", "4")]).await;
    assert_eq!(made.location, format!("{place}?from=0&notice=created"));
    let columns = web.get(&place).await;
    let field = columns.field(&place, "column.4").unwrap();
    assert!(field.starts_with("custom."), "{field}");

    let values = go_on(&web, &place, &[("column.5", "")]).await;
    assert!(values.has("Strategia duplikatów") && !values.has("⟦"));
    let checked = check(&web, &place, &values, &[("all.tags", "targi")]).await;
    for shown in [
        "4 wiersze: 3 zostaną dodane, 1 nie da się wczytać",
        "W 1 wierszu są komórki",
        "Wczytaj 3 wiersze",
        "Wiersz nie ma nazwy.",
    ] {
        assert!(checked.has(shown), "{shown}: {}", checked.text);
    }
    let failed = web.get(&format!("{place}/check?rows=failed")).await;
    assert!(
        failed.has("Wiersz nie ma nazwy.") && !failed.has("Rolnik"),
        "{}",
        failed.text
    );
    assert!(!checked.has("⟦"));
    assert!(
        firm.by_name("Rolnik Sp. z o.o.").is_none(),
        "nothing is written yet"
    );
    assert!(web.get("/operations").await.has("Nie ma jeszcze operacji"));

    let operation = run(&web, &place, &checked).await;
    let done = web.get(&operation).await;
    for shown in [
        "Import: Klienci",
        "dodano: 3",
        "z błędem: 1",
        "Pobierz wiersze z błędami",
        "Wiersz nie ma nazwy.",
        "Zły numer",
        "lista.csv",
    ] {
        assert!(done.has(shown), "{shown}: {}", done.text);
    }
    assert!(!done.has("⟦"));
    let stored = firm.get(firm.by_name("Rolnik Sp. z o.o.").unwrap());
    assert_eq!(stored["tags"], json!(["targi"]));
    assert_eq!(
        stored["custom"][field.strip_prefix("custom.").unwrap()],
        "Wschód",
        "{stored}"
    );
    assert!(!stored["notes"].to_string().contains("rolnictwo"));
    assert!(
        temporary(&firm).is_empty(),
        "the file is kept no longer than the steps need it"
    );
    assert_eq!(web.get(&place).await.status, StatusCode::NOT_FOUND);

    let history = web.get("/clients/imports").await;
    for shown in [
        "lista.csv",
        "Ola Właścicielka",
        "dodano: 3",
        "Cofnij import",
        &format!("{operation}/result"),
    ] {
        assert!(history.has(shown), "{shown}: {}", history.text);
    }
    // The next one of these headings is matched the same way.
    let again = upload(&web, &LIST.replace("Rolnik", "Inny")).await;
    let again = web.get(&again).await;
    assert!(again.has("tak jak ostatnio"));

    let undo = web.submit(&done, &format!("{operation}/undo"), &[]).await;
    let undone = web.ended(&undo.location).await;
    assert!(undone.has("cofnięto: 3"), "{}", undone.text);
    assert!(firm.by_name("Rolnik Sp. z o.o.").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rows_in_error_are_mended_and_brought_in_again() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let place = upload(&web, LIST).await;
    let values = go_on(&web, &place, &[]).await;
    let checked = check(&web, &place, &values, &[]).await;
    let operation = run(&web, &place, &checked).await;
    let id = operation.rsplit('/').next().unwrap();
    let bad = std::fs::read(firm.results().join(id)).unwrap();
    assert!(firm.get(firm.by_name("Zły numer").unwrap())["tax_id"].is_null());
    let before = firm.by_name("Zły numer").unwrap();

    let mended = as_csv(&bad)
        .replace("5261040827", "5213017228")
        .replace("dziwny", "klient")
        .replace(
            "\"\",\"\",\"bez@nazwy.test\"",
            "\"Z nazwą\",\"\",\"bez@nazwy.test\"",
        );
    let skip = [("strategy", "skip")];
    let sent = upload_with(&web, "poprawione.csv", mended.as_bytes(), &skip).await;
    let place = sent.location.clone();
    assert!(place.starts_with("/clients/import/"), "{}", sent.text);
    assert!(
        web.get(&place)
            .await
            .has("To arkusz wierszy do poprawienia")
    );
    let values = go_on(&web, &place, &[]).await;
    assert_eq!(
        values
            .field(&format!("{place}/values"), "strategy")
            .as_deref(),
        Some("update")
    );
    let checked = check(&web, &place, &values, &[]).await;
    assert!(
        checked.has("2 wiersze: 1 zostanie dodany, 1 zostanie zmieniony"),
        "{}",
        checked.text
    );
    run(&web, &place, &checked).await;
    assert_eq!(firm.by_name("Zły numer"), Some(before), "the same record");
    let stored = firm.get(before);
    assert_eq!(
        (&stored["tax_id"], &stored["status"]),
        (&json!("5213017228"), &json!("active"))
    );
    assert!(firm.by_name("Z nazwą").is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_is_its_senders_own() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    firm.user("second", BuiltIn::Owner).await;
    let other = firm.browser("second@f.test").await;
    let place = upload(&web, LIST).await;
    go_on(&web, &place, &[]).await;
    let nobody = "/clients/import/0000000000000000000000000000000000000000000";
    for rest in ["", "/values", "/check"] {
        let theirs = other.get(&format!("{place}{rest}")).await;
        let none = other.get(&format!("{nobody}{rest}")).await;
        assert_eq!(
            (theirs.status, none.status),
            (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
        );
        let plain = |page: &Page| page.text.replace(&place, "").replace(nobody, "");
        assert_eq!(plain(&theirs), plain(&none), "{rest}");
        assert!(!theirs.has("lista.csv"));
    }
    for rest in ["", "/values", "/check", "/run", "/drop"] {
        let form = [other.get("/clients/import").await.csrf()];
        let refused = other.post(&format!("{place}{rest}"), &form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{rest}");
    }
    assert_eq!(
        web.get(&place).await.status,
        StatusCode::OK,
        "it is still there"
    );
    for file in temporary(&firm) {
        use std::os::unix::fs::PermissionsExt;
        let meta = std::fs::metadata(firm.state.temp_dir.join(file)).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, 0o600);
    }
    let page = web.get(&place).await;
    web.post(&format!("{place}/drop"), &[page.csrf()]).await;
    assert!(temporary(&firm).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hidden_fields_are_no_targets_and_their_columns_are_named() {
    let firm = firm().await;
    let web = person(&firm, "adam", importer()).await;
    let list = "Nazwa;Limit kredytowy;Opiekun;Uwagi\nFirma;100,00;o@f.test;x\n";
    let place = upload(&web, list).await;
    let page = web.get(&place).await;
    assert!(
        page.has("„Limit kredytowy” – poza Twoją rolą"),
        "{}",
        page.text
    );
    for hidden in ["bank_account", "payment_days", "Numer konta"] {
        assert!(!page.has(hidden), "{hidden}");
    }
    assert!(!page.has("Utwórz pole"));
    for (column, target) in [
        ("column.3", "bank_account"),
        ("column.3", "owner"),
        ("column.3", "credit_limit"),
        ("column.0", "nope"),
    ] {
        let forged = web
            .submit(&page, &place, &[(column, target), ("next", "1")])
            .await;
        assert_eq!(forged.status, StatusCode::UNPROCESSABLE_ENTITY, "{target}");
    }
    let forged = web.submit(&page, &place, &[("create", "3")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);

    let values = go_on(&web, &place, &[]).await;
    let form = format!("{place}/values");
    assert!(values.field(&form, "all.owner").is_none());
    let other = firm.owner.actor().user().unwrap().to_string();
    for forged in [
        ("all.owner", other.as_str()),
        ("all.credit_limit", "5"),
        ("all.bank_account", "x"),
        ("match", "bank_account"),
        ("strategy", "all"),
    ] {
        let refused = web.submit(&values, &form, &[forged]).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{forged:?}"
        );
    }
    let checked = check(&web, &place, &values, &[]).await;
    assert!(
        checked.has("Limit kredytowy") && checked.has("Twoja rola nie pozwala ustawiać tego pola"),
        "{}",
        checked.text
    );
    run(&web, &place, &checked).await;
    let stored = firm.get(firm.by_name("Firma").unwrap());
    assert!(stored["credit_limit"].is_null(), "{stored}");
    assert!(!stored["notes"].to_string().contains("100"), "{stored}");
    assert_ne!(stored["owner"], json!(other));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_step_is_skipped_and_no_other_file_slips_in() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    let place = upload(&web, LIST).await;
    let token = web.get(&place).await.csrf();
    let run_now = |place: String, token: (String, String)| {
        let web = &web;
        async move { web.post(&format!("{place}/run"), &[token]).await.location }
    };
    assert_eq!(
        run_now(place.clone(), token.clone()).await,
        format!("{place}/check")
    );
    for rest in ["/values", "/check"] {
        assert_eq!(
            web.get(&format!("{place}{rest}")).await.location,
            place,
            "{rest}"
        );
    }
    let values = go_on(&web, &place, &[]).await;
    check(&web, &place, &values, &[]).await;
    // Something else is chosen after the check: that has to be looked at first.
    let form = format!("{place}/values");
    web.submit(&values, &form, &[("strategy", "create")]).await;
    assert_eq!(
        run_now(place.clone(), token.clone()).await,
        format!("{place}/check")
    );
    assert!(firm.by_name("Dobra").is_none());

    // Another file in its place is not what was looked at.
    let file = temporary(&firm)
        .into_iter()
        .find(|name| !name.contains('.'))
        .unwrap();
    let file = firm.state.temp_dir.join(file);
    std::fs::write(&file, "Nazwa\nPodmieniona\n").unwrap();
    for rest in ["", "/values", "/check"] {
        let page = web.get(&format!("{place}{rest}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{rest}");
        assert!(page.has("Wybierz go jeszcze raz"));
    }
    let refused = web.post(&format!("{place}/run"), &[token]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    assert!(firm.by_name("Podmieniona").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_no_lists_are_refused_in_words() {
    let firm = firm().await;
    let web = firm.browser("o@f.test").await;
    for (name, bytes, said) in [
        ("a.xlsx", &b"not a zip"[..], "xlsx"),
        ("b.csv", &b""[..], "Wybierz plik."),
        ("c.xls", &[0xd0, 0xcf, 0x11, 0xe0][..], ""),
    ] {
        let refused = upload_with(&web, name, bytes, &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(
            refused.has(said) && refused.has("role=\"alert\"") && !refused.has("⟦"),
            "{name}: {}",
            refused.text
        );
    }
    assert!(temporary(&firm).is_empty());
    // Headings that say nothing: the person says what they are.
    let place = upload(&web, "Kto;Ile\nAlfa;3\n").await;
    let page = web.get(&place).await;
    let refused = web.submit(&page, &place, &[("next", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("Wskaż kolumnę"), "{}", refused.text);
    let values = go_on(&web, &place, &[("column.0", "name")]).await;
    let checked = check(&web, &place, &values, &[]).await;
    assert!(checked.has("1 zostanie dodany"), "{}", checked.text);
    // A sheet without headings begins with a record.
    let place = upload(&web, "Beta;Łódź\nGamma;Hel\n").await;
    let page = web.get(&place).await;
    let turned = web.submit(&page, &place, &[("headings", "no")]).await;
    assert_eq!(turned.location, place);
    let values = go_on(
        &web,
        &place,
        &[("column.0", "name"), ("column.1", "address.city")],
    )
    .await;
    let checked = check(&web, &place, &values, &[]).await;
    run(&web, &place, &checked).await;
    assert_eq!(
        firm.get(firm.by_name("Beta").unwrap())["address"]["city"],
        "Łódź"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_past_shows_others_to_those_who_see_all_operations_alone() {
    let firm = firm().await;
    let web = person(&firm, "adam", importer()).await;
    let colleague = person(&firm, "ewa", importer()).await;
    let owner = firm.browser("o@f.test").await;
    let place = upload(&web, LIST).await;
    let values = go_on(&web, &place, &[]).await;
    let checked = check(&web, &place, &values, &[]).await;
    let operation = run(&web, &place, &checked).await;
    assert!(web.get("/clients/imports").await.has("lista.csv"));
    let theirs = colleague.get("/clients/imports").await;
    assert!(theirs.has("Niczego jeszcze nie wczytano") && !theirs.has("lista.csv"));
    let seen = owner.get("/clients/imports").await;
    assert!(seen.has("lista.csv") && seen.has("adam") && !seen.has("/result"));
    let page = owner.get(&operation).await;
    assert!(
        !page.has("Zły numer") && !page.has("Wiersz nie ma nazwy"),
        "rows are told to whoever ran it"
    );
    let stranger = person(&firm, "piotr", json!({"view": "own"})).await;
    assert_eq!(
        stranger.get("/clients/imports").await.status,
        StatusCode::FORBIDDEN
    );
    assert!(
        firm.owner
            .read()
            .unwrap()
            .imports(Module::Clients, None, 10)
            .unwrap()
            .len()
            == 1
    );
}
