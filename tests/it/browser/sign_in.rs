//! Signing in and out.

use super::site::{OWNER, Site};
use super::window::Window;
use crate::browser_without_script::PASSWORD;

#[tokio::test]
async fn signing_in_leads_to_the_page_asked_for_and_signing_out_ends_it() {
    let site = Site::serve();
    let window = Window::open(&site).await;
    window.go("/clients?status=lead").await;
    window.arrives_at("/login").await;

    window.fill("[name=email]", OWNER).await;
    window
        .fill("[name=password]", "not-the-password-of-anybody")
        .await;
    window.click("main button[type=submit]").await;
    window
        .reads(".banner.fail", "The address or the password is not right.")
        .await;
    assert_eq!(
        window.value("[name=email]").await,
        OWNER,
        "the address is kept"
    );
    assert_eq!(
        window.value("[name=password]").await,
        "",
        "the password is not"
    );
    window.focused("[name=password]").await;
    window.has_no_barrier().await;

    window.type_into("[name=password]", PASSWORD).await;
    window.click("main button[type=submit]").await;
    window.arrives_at("/clients?status=lead").await;
    window.reads(".filter-chip", "lead").await;

    window.click(".person-menu > summary").await;
    window
        .click("form[action='/logout'] button[type=submit]:not([formaction])")
        .await;
    window.arrives_at("/login").await;
    window.reads(".banner", "You are signed out.").await;
    window.back().await;
    window.go("/clients").await;
    window.arrives_at("/login").await;
}
