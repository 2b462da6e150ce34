//! The list of clients.

use super::site::{CLIENTS, OWNER, Site};
use super::window::Window;

const ROWS: &str = ".rows tbody tr";
/// Rows on a page.
const PAGE: u64 = 50;
const STATUSES: &str = "return [...document.querySelectorAll('.rows tbody tr')].slice(0, 2).map(row => row.querySelector('.status').innerText)";

async fn opened(site: &Site) -> Window {
    let window = Window::open(site).await;
    window.sign_in(OWNER).await;
    window.go("/clients").await;
    // Gone as soon as the page is loaded anew.
    window.run("window.stays = true", Vec::new()).await;
    window
}

async fn has_stayed(window: &Window) {
    window
        .until(
            "the same page, without a reload",
            "return window.stays === true",
        )
        .await;
}

#[tokio::test]
async fn a_list_narrows_sorts_and_filters_without_a_reload() {
    let site = Site::serve();
    let window = opened(&site).await;
    assert_eq!(window.count(ROWS).await, PAGE);
    assert_eq!(
        window.text(".page-header .beside").await,
        CLIENTS.to_string()
    );

    let name = window.text(".row-link").await;
    let word = name.split(' ').next().unwrap().to_lowercase();
    window.type_into("#list-q", &word).await;
    window
        .until(
            "fewer rows",
            "return document.querySelectorAll('.rows tbody tr').length < 50",
        )
        .await;
    window.arrives_at(&format!("/clients?q={word}")).await;
    window.reads(".row-link", &name).await;
    window.focused("#list-q").await;
    has_stayed(&window).await;
    window.back().await;
    window
        .until(
            "every row again",
            "return document.querySelectorAll('.rows tbody tr').length === 50",
        )
        .await;
    assert_eq!(window.place().await, "/clients");
    assert_eq!(window.value("#list-q").await, "");
    has_stayed(&window).await;

    let cities = "const at = [...document.querySelectorAll('.rows thead th')].findIndex(head => head.innerText.startsWith('City'));
        const cities = [...document.querySelectorAll('.rows tbody tr')].map(row => row.children[at].innerText).filter(Boolean);
        const sorted = [...cities].sort(new Intl.Collator('pl').compare);
        return document.querySelectorAll('.rows thead th')[at].ariaSort";
    window.click(".rows th a[href*='sort=address.city']").await;
    window
        .until(
            "cities in order",
            &format!("{cities} === 'ascending' && cities.join() === sorted.join()"),
        )
        .await;
    window.arrives_at("/clients?sort=address.city").await;
    window.click(".rows th[aria-sort] a").await;
    window
        .until(
            "cities turned round",
            &format!("{cities} === 'descending' && cities.join() === sorted.reverse().join()"),
        )
        .await;
    has_stayed(&window).await;

    window.click(".filter-chip.add").await;
    window.has_no_barrier().await;
    window
        .click(".filter-fields input[name=status][value=lead]")
        .await;
    window.click(".filter-fields .actions button").await;
    window.reads(".filter-chip", "lead").await;
    window
        .until("leads alone", "return [...document.querySelectorAll('.rows .status')].every(status => status.innerText === 'lead')")
        .await;
    has_stayed(&window).await;
    let leads = window.count(ROWS).await;
    assert!(leads > 0 && leads < PAGE);
    window.click(".filter-chip a").await;
    window
        .until(
            "every row again",
            "return document.querySelectorAll('.rows tbody tr').length === 50",
        )
        .await;
    assert_eq!(window.count(".filter-chip a").await, 0);
    assert!(!window.place().await.contains("status"));
    assert_eq!(window.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn several_are_changed_at_once_and_changed_back() {
    let site = Site::serve();
    let window = opened(&site).await;
    let before = window.run(STATUSES, Vec::new()).await;
    assert_eq!(window.count(".bulk-bar").await, 0, "nothing is chosen yet");
    for row in 1..=2 {
        window
            .click(&format!("{ROWS}:nth-child({row}) input[name=id]"))
            .await;
    }
    window.sees(".bulk-bar").await;
    assert_eq!(window.text("[data-selected-count]").await, "2");
    window.has_no_barrier().await;

    window
        .click(".bulk-bar .menu:has(select[name=status]) > summary")
        .await;
    window
        .choose(".bulk-bar select[name=status]", "former")
        .await;
    window
        .click(".bulk-bar .menu:has(select[name=status]) button")
        .await;
    window.reads(".toast", "2").await;
    assert_eq!(
        window.run(STATUSES, Vec::new()).await,
        serde_json::json!(["former", "former"])
    );
    assert_eq!(
        window.count(".bulk-bar").await,
        0,
        "nothing is chosen any more"
    );

    window.click(".toast form button").await;
    window.reads(".toast", "undone").await;
    assert_eq!(window.run(STATUSES, Vec::new()).await, before);
}

#[tokio::test]
async fn the_keyboard_reaches_search_rows_and_the_form() {
    const ESCAPE: char = '\u{e00c}';
    const ENTER: char = '\u{e007}';
    let site = Site::serve();
    let window = opened(&site).await;
    let first = window.text(".row-link").await;

    window.press('/').await;
    window.focused(".top input[type=search]").await;
    assert_eq!(
        window.value(".top input[type=search]").await,
        "",
        "the key itself is not typed"
    );
    window.press(ESCAPE).await;
    window.focused("body").await;

    window.press('j').await;
    window
        .focused(".rows tbody tr:nth-child(1) .row-link")
        .await;
    window.press('j').await;
    window
        .focused(".rows tbody tr:nth-child(2) .row-link")
        .await;
    window.press('k').await;
    window
        .focused(".rows tbody tr:nth-child(1) .row-link")
        .await;

    window.press('?').await;
    window.sees("#keys").await;
    window.has_no_barrier().await;
    window.press(ESCAPE).await;
    window
        .until(
            "the help closed",
            "return !document.querySelector('#keys').open",
        )
        .await;
    window
        .focused(".rows tbody tr:nth-child(1) .row-link")
        .await;

    window.press(ENTER).await;
    window.reads("h1", &first).await;
    window.press('n').await;
    window.arrives_at("/clients/new").await;
    window.focused("[name=name]").await;
}

#[tokio::test]
async fn a_list_becomes_ones_own_and_its_records_are_walked_and_changed_in_place() {
    const ENTER: char = '\u{e007}';
    let site = Site::serve();
    let window = opened(&site).await;

    window.click(".menu:has(#column-menu) > summary").await;
    window
        .click("#column-menu input[type=checkbox][value=website]")
        .await;
    window.click("[id='up-website']").await;
    window.focused("[id='up-website']").await;
    window.has_no_barrier().await;
    window.click("#column-menu .actions button").await;
    window
        .until(
            "a column for the website",
            "return [...document.querySelectorAll('.rows th')].some(head => head.innerText === 'Website')",
        )
        .await;
    has_stayed(&window).await;

    window.go("/clients?status=active&sort=-name").await;
    let second = window.text(".rows tbody tr:nth-child(2) .row-link").await;
    window.click(".menu:has(#view-menu) > summary").await;
    window.fill("#view-menu [name=name]", "Backwards").await;
    window.has_no_barrier().await;
    window.click("#view-menu .actions button").await;
    window.reads(".tabs [aria-current]", "Backwards").await;
    window.click(".row-link").await;
    window.click(".neighbours [rel=next]").await;
    window.reads("h1", &second).await;

    window.click("#basic header a").await;
    window.focused("#basic [name=tax_id]").await;
    window.fill("#basic [name='address.city']", "Gdynia").await;
    window.has_no_barrier().await;
    window.click("#basic [type=submit]").await;
    window.reads("#basic dl", "Gdynia").await;
    window.reads(".neighbours [rel=prev]", "Previous").await;

    window.click(".card-name .menu > summary").await;
    window.fill("[name=add]", "harbour").await;
    window.press(ENTER).await;
    window.sees(".tag button[value=harbour]").await;

    window.run("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'k', ctrlKey: true, bubbles: true}))", Vec::new()).await;
    window.focused(".palette input").await;
    window.type_into(".palette input", "import").await;
    window
        .until(
            "what can be imported, first of all",
            "return document.querySelector('.palette [aria-selected=true]').innerText.includes('import')",
        )
        .await;
    window.has_no_barrier().await;
    window.press(ENTER).await;
    window.arrives_at("/clients/import").await;
}
