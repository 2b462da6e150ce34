//! The same without JavaScript.

use super::site::{OWNER, Site};
use super::window::Window;

#[tokio::test]
async fn everything_works_without_script() {
    let site = Site::serve();
    let window = Window::open_with(&site, "en", false).await;
    window.sign_in(OWNER).await;
    window.go("/clients").await;
    assert_eq!(
        window.count(".scripted").await,
        0,
        "what needs script is not shown"
    );

    let name = window.text(".row-link").await;
    window.fill("#list-q", &name).await;
    window.press('\u{e007}').await;
    window.arrives_at("/clients?q=").await;
    assert_eq!(window.count(".rows tbody tr").await, 1);
    window.fill(".top [name=q]", &name).await;
    window.press('\u{e007}').await;
    window.arrives_at("/search?q=").await;
    window.reads("main a", &name).await;

    window.go("/clients/new").await;
    window.click(".save-bar button[type=submit]").await;
    window
        .reads(".field:has([name=name]) .error", "Fill this in.")
        .await;
    window.fill("[name=name]", "Bez Skryptu s.c.").await;
    window.click(".save-bar button[type=submit]").await;
    window.reads("h1", "Bez Skryptu s.c.").await;
    window.click(".card-header a[href$='/edit']").await;
    window.fill("[name='address.city']", "Łeba").await;
    window.click(".save-bar button[type=submit]").await;
    window.reads(".facts", "Łeba").await;
    window.click(".toast form button").await;
    window.reads(".toast", "undone").await;
    let facts = window.text(".card-facts").await;
    assert!(!facts.contains("Łeba"), "{facts}");

    window.click(".card-header .actions .menu > summary").await;
    window
        .click(".card-header form[action$='/delete'] button")
        .await;
    window.reads(".toast", "Moved to the trash.").await;
    window.click(".toast form button").await;
    window.reads(".toast", "Restored from the trash.").await;
    window.click(".person-menu > summary").await;
    window
        .click("form[action='/logout'] button[type=submit]:not([formaction])")
        .await;
    window.arrives_at("/login").await;
}
