//! A morning of the office manager, in Polish: a messy list comes in, its bad rows are mended, what came in twice is made
//! one, regions are handed to three salespeople, and each of these is taken back.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};
use serde_json::json;

use super::site::{MANAGER, OWNER, Site};
use super::window::Window;

const REGIONS: [&str; 3] = ["Wschód", "Zachód", "Południe"];
/// Rows of the list: new ones, bad ones, those that are here already, those that are here under another spelling.
const NEW: usize = 4_928;
const BAD: usize = 12;
const REPEATED: usize = 20;
const MISSPELT: usize = 40;

/// A tax id with its check digit; of ten numbers in a row one at least has one.
fn tax_id(number: usize) -> String {
    let weights = [6, 5, 7, 2, 3, 4, 5, 6, 7];
    (0..)
        .find_map(|step| {
            let stem = format!("{:09}", 773_000_000 + number * 11 + step);
            let digits = stem.bytes().map(|digit| u32::from(digit - b'0'));
            let sum: u32 = digits
                .zip(weights)
                .map(|(digit, weight)| digit * weight)
                .sum();
            (sum % 11 < 10).then(|| format!("{stem}{}", sum % 11))
        })
        .expect("some number has a check digit")
}

/// A list as such lists are: a title above it, a column that nobody knows, a heading of the firm's own.
fn messy_list() -> String {
    let mut list = "Baza klientów 2026;;;;;\n\nNazwa firmy;NIP;Adres e-mail;Miejscowość;Rejon działania;Segregator\n".to_owned();
    let mut row = |name: &str, tax_id: &str, email: &str, at: usize| {
        let region = REGIONS[at % 3];
        writeln!(list, "{name};{tax_id};{email};Suwałki;{region};S-{at}").unwrap();
    };
    for at in 0..NEW {
        row(
            &format!("Manufaktura {at}"),
            &tax_id(at),
            &format!("biuro@m{at}.example"),
            at,
        );
    }
    for at in 0..BAD {
        match at % 3 {
            0 => row("", "", &format!("bez@nazwy{at}.example"), at),
            1 => row(&format!("Warsztat {at}"), "1234567890", "", at),
            _ => row(&format!("Warsztat {at}"), "", "zadzwonić", at),
        }
    }
    for at in 0..REPEATED {
        row(&format!("Manufaktura {at} drugi raz"), &tax_id(at), "", at);
    }
    for at in 0..MISSPELT {
        row(
            &format!("MANUFAKTURA NR {at} dubel"),
            "",
            &format!("biuro@m{at}.example"),
            at,
        );
    }
    list
}

/// Mends the sheet of rows in error as a person would in their spreadsheet.
fn mended(sheet: &Path) -> String {
    let mut book: Xlsx<_> = open_workbook(sheet).expect("a workbook");
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!(range.height(), 1 + BAD, "the bad rows and their heading");
    let mut csv = String::new();
    for (at, cells) in range.rows().enumerate() {
        let mut cells: Vec<String> = cells
            .iter()
            .map(|cell| match cell {
                Data::Empty => String::new(),
                cell => cell.to_string().replace('\n', " "),
            })
            .collect();
        if at > 0 {
            if cells[0].is_empty() {
                cells[0] = format!("Kuźnia {at}");
            }
            if cells[1] == "1234567890" {
                cells[1] = tax_id(NEW + at);
            }
            if cells[2] == "zadzwonić" {
                cells[2] = format!("kuznia{at}@przyklad.example");
            }
        }
        let quoted: Vec<String> = cells
            .iter()
            .map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")))
            .collect();
        writeln!(csv, "{}", quoted.join(";")).unwrap();
    }
    csv
}

/// Goes through the steps with a file, on to what would happen.
async fn up_to_the_check(window: &Window, file: &Path) {
    window.go("/clients/import").await;
    window
        .type_into("input[type=file]", file.to_str().unwrap())
        .await;
    window.click(".save-bar button.primary").await;
    window.sees("#import-columns").await;
}

async fn next(window: &Window) {
    window.click(".save-bar button.primary").await;
}

/// The address of the operation on whose page one stands, once it is over.
async fn over(window: &Window) -> String {
    window.arrives_at("/operations/").await;
    window
        .until("the end of the work", "return !!document.querySelector('#operation') && !document.querySelector('#operation progress')")
        .await;
    window.place().await
}

async fn take_back(window: &Window, operation: &str) {
    window.go(operation).await;
    window.click("#operation-undo").await;
    window
        .until("the page of the undo", &format!("return location.pathname.startsWith('/operations/') && location.pathname !== '{operation}'"))
        .await;
    over(window).await;
}

async fn total(window: &Window, query: &str) -> u64 {
    window.go(&format!("/clients?{query}")).await;
    window.sees(".page-header").await;
    let script = "return document.querySelector('.list .page-header .beside')?.innerText || '0'";
    let text = window.run(script, Vec::new()).await;
    let digits: String = text
        .as_str()
        .unwrap()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(0)
}

/// A third salesperson in the team of the other two.
fn third_salesperson(site: &Site) {
    let owner = site.colleague(OWNER);
    let page = owner.get("/settings/users/new");
    let html = scraper::Html::parse_document(&page.text);
    let value = |selector: &str| {
        let selector = scraper::Selector::parse(selector).unwrap();
        let found = html.select(&selector).next().expect("it is offered");
        found.attr("value").unwrap_or_default().to_owned()
    };
    let (role, team) = (
        value("select[name=role] option"),
        value("select[name=team] option:nth-child(2)"),
    );
    let csrf = page.csrf();
    let made = owner.post(
        "/settings/users/new",
        &[
            ("csrf", csrf.as_str()),
            ("name", "Zofia Trzecia"),
            ("email", "sales3@demo.test"),
            ("role", &role),
            ("team", &team),
            ("password", "Niebieski-Parasol-77-na-wietrze"),
        ],
    );
    assert_eq!(made.status, 303, "{}", made.text);
}

/// Hands the clients of a region to somebody; gives the operation.
async fn hand_over(window: &Window, region: &str, name: &str) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("tag", region)
        .finish();
    window.go(&format!("/clients?{query}")).await;
    window.click("[data-select-all]").await;
    window.sees(".bulk-bar").await;
    window.click(".bulk-bar input[name=all]").await;
    window
        .click(".bulk-bar .menu:has(select[name=owner]) > summary")
        .await;
    let script = "const choice = [...document.querySelectorAll('.bulk-bar select[name=owner] option')].find(one => one.innerText === arguments[0]);
        document.querySelector('.bulk-bar select[name=owner]').value = choice.value; return choice.value";
    let chosen = window.run(script, vec![json!(name)]).await;
    assert!(chosen.is_string(), "{name} is offered");
    window
        .click(".bulk-bar .menu:has(select[name=owner]) button")
        .await;
    over(window).await
}

/// Makes one of each pair that came in twice; the last one stays open to be taken back.
async fn merge_all(window: &Window) -> usize {
    let find = "const panel = [...document.querySelectorAll('section.panel')].find(one => one.innerText.includes('dubel'));
        const link = panel?.querySelector('a.primary') || document.querySelector('a[rel=next]');
        if (!link) return 'none';
        const kind = panel ? 'merge' : 'next';
        link.click();
        return kind";
    let mut merged = 0;
    window.go("/clients/duplicates").await;
    loop {
        match window.run(find, Vec::new()).await.as_str() {
            Some("merge") => {
                window.sees("form.conflict").await;
                window.click("form.conflict button.primary").await;
                window.sees(".toast").await;
                merged += 1;
                if merged == MISSPELT {
                    return merged;
                }
                window.go("/clients/duplicates").await;
            }
            Some("next") => window.sees(".page-header").await,
            _ => return merged,
        }
    }
}

#[tokio::test]
async fn a_messy_list_comes_in_is_mended_and_shared_out_and_all_of_it_can_be_taken_back() {
    let site = Site::serve();
    third_salesperson(&site);
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("baza klientów.csv");
    std::fs::write(&list, messy_list()).unwrap();
    let window = Window::open_with(&site, "pl", true).await;
    window.sign_in(MANAGER).await;
    let before = total(&window, "").await;

    // The file, and its columns: one is unknown and chosen by hand, one is left out.
    up_to_the_check(&window, &list).await;
    window.reads("#import-columns", "Rejon działania").await;
    window.has_no_barrier().await;
    window.run("window.stays = true", Vec::new()).await;
    // What a choice brings takes the place of what it was made in.
    window
        .run(
            "document.querySelector('#import-columns').dataset.before = '1'",
            Vec::new(),
        )
        .await;
    window.choose("[name='column.4']", "tags").await;
    window
        .until(
            "the columns anew",
            "return !document.querySelector('#import-columns').dataset.before",
        )
        .await;
    window.choose("[name='column.5']", "").await;
    window.until("the column left out in place", "return window.stays === true && document.querySelectorAll('[data-left-out]').length === 1").await;
    window.photograph("import-columns").await;
    next(&window).await;
    window.arrives_at("/clients/import/").await;
    window.sees("[name='all.tags']").await;
    window.has_no_barrier().await;
    window.photograph("import-values").await;
    window.fill("[name='all.tags']", "baza2026").await;
    next(&window).await;
    window.sees("#checked .verdict").await;
    window
        .reads("#checked .verdict", "5\u{a0}000 wierszy")
        .await;
    window.reads("#checked .verdict", "20 już tu jest").await;
    window
        .reads("#checked .verdict", "4 nie da się wczytać")
        .await;
    window.has_no_barrier().await;
    window.photograph("import-check").await;
    window.click("#checked .tabs a[href*='rows=failed']").await;
    window.reads("#checked", "Wiersz nie ma nazwy").await;
    assert_eq!(total(&window, "").await, before, "nothing is written yet");
    window.back().await;
    window.sees("#checked .verdict").await;
    next(&window).await;
    let import = over(&window).await;
    window.reads("#operation", "z błędem: 4").await;
    window
        .reads("#operation", "z pominiętymi komórkami: 8")
        .await;
    window.has_no_barrier().await;
    window.photograph("import-done").await;
    let brought = before + (NEW + MISSPELT + 8) as u64;
    assert_eq!(total(&window, "").await, brought);

    // The twelve, mended in a spreadsheet and brought in again.
    window.go(&import).await;
    let script = "const done = arguments[0];
        fetch(document.querySelector('#operation a[download]').href).then(answer => answer.arrayBuffer())
            .then(bytes => done([...new Uint8Array(bytes)]))";
    let bytes = window.run_later(script).await;
    let bytes: Vec<u8> = serde_json::from_value(bytes).unwrap();
    let sheet = folder.path().join("wiersze.xlsx");
    std::fs::write(&sheet, bytes).unwrap();
    let again = folder.path().join("poprawione.csv");
    std::fs::write(&again, mended(&sheet)).unwrap();
    up_to_the_check(&window, &again).await;
    window
        .reads("#import-columns", "arkusz wierszy do poprawienia")
        .await;
    assert_eq!(
        window.value("[name='column.4']").await,
        "tags",
        "as it was chosen before"
    );
    next(&window).await;
    window.sees("[name='all.tags']").await;
    window.fill("[name='all.tags']", "baza2026").await;
    next(&window).await;
    window.reads("#checked .verdict", "4 zostaną dodane").await;
    window
        .reads("#checked .verdict", "8 zostanie zmienionych")
        .await;
    next(&window).await;
    let mending = over(&window).await;
    window.reads("#operation", "dodano: 4").await;
    window.reads("#operation", "zaktualizowano: 8").await;
    let brought = brought + 4;
    assert_eq!(total(&window, "").await, brought);

    // Regions to three people, and back: what was done last is taken back first.
    let mut given = BTreeMap::new();
    for (region, name) in
        REGIONS
            .into_iter()
            .zip(["Anna Kowalczyk", "Piotr Mazur", "Zofia Trzecia"])
    {
        given.insert(region, hand_over(&window, region, name).await);
        window.reads("#operation", "zmieniono:").await;
    }
    window.photograph("regions").await;
    for operation in given.values().rev() {
        take_back(&window, operation).await;
        window.reads("#operation", "cofnięto:").await;
        assert_eq!(
            window
                .run(
                    "return document.body.innerText.includes('pozostawiono')",
                    Vec::new()
                )
                .await,
            false
        );
    }

    // What is here under two spellings becomes one; the last merge is thought better of.
    assert_eq!(merge_all(&window).await, MISSPELT);
    assert_eq!(total(&window, "").await, brought - MISSPELT as u64);
    window.back().await;
    window.sees(".toast form button").await;
    window.click(".toast form button").await;
    window
        .until(
            "the merge taken back",
            "return !location.search.includes('notice=merged')",
        )
        .await;
    assert_eq!(total(&window, "").await, brought - MISSPELT as u64 + 1);

    // The mended rows and then the list go as they came. What was merged since is left, and said so.
    take_back(&window, &mending).await;
    window.reads("#operation", "cofnięto: 12").await;
    take_back(&window, &import).await;
    window.reads("#operation", "Pozostawione bez zmian").await;
    window.has_no_barrier().await;
    window.go("/clients/imports").await;
    window.reads("table", "baza klientów.csv").await;
    window.has_no_barrier().await;
    window.photograph("imports").await;
    assert_eq!(
        total(&window, "tag=baza2026").await,
        MISSPELT as u64 + 1,
        "what was merged, and one taken back"
    );
    assert_eq!(window.complaints(), Vec::<String>::new());
}
