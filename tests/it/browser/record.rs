//! Making, changing and deleting a client.

use super::site::{MANAGER, OWNER, Site, link};
use super::window::Window;

/// Whether the browser would ask before this page is left.
const WOULD_ASK: &str =
    "return !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))";

#[tokio::test]
async fn a_client_is_made_with_mistakes_said_at_their_fields() {
    let site = Site::serve();
    let window = Window::open(&site).await;
    window.sign_in(OWNER).await;
    window.go("/clients/new").await;
    assert_eq!(
        window.run(WOULD_ASK, Vec::new()).await,
        false,
        "nothing is typed yet"
    );

    window.fill("[name='address.city']", "Świnoujście").await;
    window.fill("[name=tax_id]", "772-613-40-36").await;
    assert_eq!(
        window.run(WOULD_ASK, Vec::new()).await,
        true,
        "leaving loses what is typed"
    );
    window.click(".save-bar button[type=submit]").await;
    window.sees(".banner.fail").await;
    window
        .reads(".field:has([name=name]) .error", "Fill this in.")
        .await;
    window
        .reads(".field:has([name=tax_id]) .error", "check digit")
        .await;
    assert_eq!(
        window.value("[name='address.city']").await,
        "Świnoujście",
        "the rest is kept"
    );
    assert_eq!(
        window.value("[name=tax_id]").await,
        "772-613-40-36",
        "and so is the mistake"
    );
    window.has_no_barrier().await;

    window.fill("[name=name]", "Latarnia Morska s.c.").await;
    window.fill("[name=tax_id]", "").await;
    window.click(".save-bar button[type=submit]").await;
    window.reads(".toast", "Added.").await;
    window.reads("h1", "Latarnia Morska s.c.").await;
    window.reads(".facts", "Świnoujście").await;
}

#[tokio::test]
async fn two_who_change_the_same_client_both_keep_what_they_wrote() {
    let site = Site::serve();
    let window = Window::open(&site).await;
    window.sign_in(OWNER).await;
    let manager = site.colleague(MANAGER);
    let card = link(&manager, "/clients", ".row-link");
    let edit = format!("{card}/edit");
    window.go(&edit).await;

    let csrf = manager.get(&edit).csrf();
    let theirs = [
        ("csrf", csrf.as_str()),
        ("address.city", "Hel"),
        ("website", "https://hel.example"),
    ];
    let saved = manager.post(&edit, &theirs);
    assert_eq!(saved.status, 303, "{}", saved.text);

    window.fill("[name='address.city']", "Ustka").await;
    window.click(".save-bar button[type=submit]").await;
    window
        .reads(".banner.warn", "Tomasz Zieliński changed this record too")
        .await;
    window.reads(".conflict", "Ustka").await;
    window.reads(".conflict", "Hel").await;
    window.has_no_barrier().await;
    window.photograph("conflict").await;
    window.click(".conflict button[type=submit]").await;
    window.reads(".facts", "Ustka").await;
    window.reads(".facts", "hel.example").await;
    window.reads(".timeline", "Hel").await;
}

#[tokio::test]
async fn a_deleted_client_comes_back_by_undo_and_from_the_trash() {
    let site = Site::serve();
    let window = Window::open(&site).await;
    window.sign_in(OWNER).await;
    window.go("/clients").await;
    let name = window.text(".row-link").await;
    let delete = ".card-header form[action$='/delete'] button";

    window.click(".row-link").await;
    window.click(".card-header .actions .menu > summary").await;
    window.click(delete).await;
    window.reads(".toast", "Moved to the trash.").await;
    window.reads(".page-header .beside", "59").await;
    window.click(".toast form button").await;
    window.reads(".toast", "Restored from the trash.").await;
    window.go("/clients").await;
    assert_eq!(window.text(".row-link").await, name);

    window.click(".row-link").await;
    window.click(".card-header .actions .menu > summary").await;
    window.click(delete).await;
    window.reads(".toast", "Moved to the trash.").await;
    window.go("/trash").await;
    window.reads(".row-link", &name).await;
    window
        .click(".rows tbody tr button[formaction$='/restore']")
        .await;
    window.reads(".toast", "Restored from the trash.").await;
    window.go("/clients").await;
    assert_eq!(window.text(".row-link").await, name);
}
