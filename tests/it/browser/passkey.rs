//! A passkey, with a device that the browser only plays.

use serde_json::json;

use super::site::{SALES, Site};
use super::window::Window;
use crate::browser_without_script::PASSWORD;

const PLACE: &str = "/profile/two-step/passkeys";
/// Of use once the page's script is there; a click before that does nothing.
const BUTTON: &str = "form[data-passkey] button[type=submit]:enabled";

async fn give_password(window: &Window) {
    window.go("/login").await;
    window.fill("[name=email]", SALES).await;
    window.fill("[name=password]", PASSWORD).await;
    window.click("main button[type=submit]").await;
}

async fn sign_out(window: &Window) {
    window.click(".person-menu > summary").await;
    window
        .click("form[action='/logout'] button[type=submit]:not([formaction])")
        .await;
    window.arrives_at("/login").await;
}

/// Keeps what the browser answers, for somebody who would send it again.
async fn listen(window: &Window) {
    let script = "const real = HTMLFormElement.prototype.submit;
        HTMLFormElement.prototype.submit = function () {
          sessionStorage.heard = this.elements.answer.value; real.call(this);
        };";
    window.run(script, Vec::new()).await;
}

#[tokio::test]
async fn a_passkey_is_added_signs_in_and_its_answer_works_once() {
    let site = Site::serve();
    let mut window = Window::open(&site).await;
    window.add_authenticator();

    // Elsewhere than at the server's own name the page says where to go.
    give_password(&window).await;
    window.arrives_at("/").await;
    window.go(PLACE).await;
    window
        .reads("[data-said]", "Passkeys work at http://localhost:")
        .await;

    window.by_name();
    give_password(&window).await;
    window.arrives_at("/").await;
    window.go(PLACE).await;
    window.has_no_barrier().await;
    window.fill("[name=name]", "Laptop in the office").await;
    window.click(BUTTON).await;
    window.reads(".toast", "Passkey added").await;
    window.reads("main li", "Laptop in the office").await;
    // The device knows that it holds one already.
    window.fill("[name=name]", "The same once more").await;
    window.click(BUTTON).await;
    window.reads("[data-said]", "added already").await;

    sign_out(&window).await;
    give_password(&window).await;
    window.arrives_at("/login/code").await;
    window.has_no_barrier().await;
    listen(&window).await;
    window.click(BUTTON).await;
    window.arrives_at("/").await;
    let heard = window.run("return sessionStorage.heard", Vec::new()).await;
    assert!(
        heard
            .as_str()
            .is_some_and(|heard| heard.contains("signature"))
    );

    sign_out(&window).await;
    give_password(&window).await;
    window.arrives_at("/login/code").await;
    let again = "const form = document.querySelector('form[data-passkey]');
        form.elements.answer.value = arguments[0]; form.submit();";
    window.run(again, vec![json!(heard)]).await;
    window
        .reads(".banner.fail", "That passkey does not fit")
        .await;
    // The real device still can.
    window.click(BUTTON).await;
    window.arrives_at("/").await;

    // Away with it takes the password, and another way, since the second step is on.
    window.go(PLACE).await;
    window.click("main li summary").await;
    window
        .fill("main li [name=current_password]", PASSWORD)
        .await;
    window.click("main li details button[type=submit]").await;
    window.reads(".banner", "your last way").await;
    // The browser tells of the two answers that were refused, and of nothing else.
    let complaints = window.complaints();
    let expected = complaints.iter().all(|said| said.contains("422"));
    assert!(expected, "{complaints:#?}");
}
