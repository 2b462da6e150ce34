//! The role editor, and what a role of the firm's own does to the person who has it.

use super::site::{OWNER, SALES, Site};
use super::window::Window;
use crate::browser_without_script::PASSWORD;

const SENTENCE: &str = "#role-sentence";
const SAVE: &str = ".save-bar button[type=submit]";

#[tokio::test]
async fn a_changed_role_counts_from_the_next_click_of_an_open_session() {
    let site = Site::serve();
    let (owner, sales) = tokio::join!(Window::open(&site), Window::open(&site));
    tokio::join!(owner.sign_in(OWNER), sales.sign_in(SALES));
    sales.go("/clients").await;
    sales.click(".row-link").await;
    sales.sees(".card-header").await;
    let card = sales.place().await;
    let delete = ".card-header form[action$='/delete'] button";
    assert_eq!(
        sales
            .run(
                "return document.querySelectorAll(arguments[0]).length",
                vec![delete.into()]
            )
            .await,
        0
    );

    owner.go("/settings/roles").await;
    owner
        .click("li:has(a[href$='0003']) a[href*='copy=']")
        .await;
    owner.reads(SENTENCE, "Cannot delete.").await;
    owner.choose("[name='modules.clients.delete']", "own").await;
    owner
        .until("another sentence", "return !document.querySelector('#role-sentence p').innerText.includes('Cannot delete')")
        .await;
    owner.reads(SENTENCE, "Can delete").await;
    owner.fill("[name=name]", "Senior salesperson").await;
    owner.has_no_barrier().await;
    owner.click(SAVE).await;
    owner.sees(".toast").await;
    owner.reads("h1", "Senior salesperson").await;

    owner.go("/settings/users").await;
    owner.click("tr:has(td.at-first):nth-child(5) a").await;
    owner.reads("h1", "Piotr Mazur").await;
    let role = "return [...document.querySelectorAll('[name=role] option')].find(one => one.text === 'Senior salesperson').value";
    let role = owner.run(role, Vec::new()).await;
    owner.choose("[name=role]", role.as_str().unwrap()).await;
    // Who gains what shows before anything is saved; then one click saves it.
    owner.reads("#effects", "Piotr Mazur").await;
    owner
        .reads("#effects", "Clients: deleting none → own")
        .await;
    owner.has_no_barrier().await;
    owner.click(SAVE).await;
    owner.sees(".toast").await;

    // The session opened before: its next click sees the button, and the button works.
    sales.go(&card).await;
    sales.click(".card-header .actions .menu > summary").await;
    sales.click(delete).await;
    sales.reads(".toast", "Moved to the trash.").await;
}

#[tokio::test]
async fn the_model_salesperson_is_set_up_by_clicking() {
    let site = Site::serve();
    let window = Window::open(&site).await;
    window.sign_in(OWNER).await;
    window.go("/settings").await;
    window.click("main a[href='/settings/roles']").await;
    window.click("main a[href='/settings/roles/new']").await;
    window.fill("[name=name]", "Model").await;
    for (permission, value) in [("view", "own"), ("create", "true"), ("edit", "own")] {
        window
            .choose(&format!("[name='modules.clients.{permission}']"), value)
            .await;
    }
    for words in [
        "own clients",
        "Cannot delete.",
        "Sees no financial data.",
        "Cannot export.",
    ] {
        window.reads(SENTENCE, words).await;
    }
    window.click(SAVE).await;
    window.reads("h1", "Model").await;

    window.go("/settings/users").await;
    window.click("main a[href='/settings/users/new']").await;
    window.fill("[name=name]", "Nowa Osoba").await;
    window.fill("[name=email]", "nowa@demo.test").await;
    let role = "return [...document.querySelectorAll('[name=role] option')].find(one => one.text === 'Model').value";
    let role = window.run(role, Vec::new()).await;
    window.choose("[name=role]", role.as_str().unwrap()).await;
    window.fill("[name=password]", PASSWORD).await;
    window.click(SAVE).await;
    window.sees(".toast").await;

    let person = Window::open(&site).await;
    person.sign_in("nowa@demo.test").await;
    person.go("/clients").await;
    assert_eq!(
        person.count(".rows tbody tr").await,
        0,
        "nobody's clients but one's own"
    );
    assert_eq!(
        person
            .count("a[href*='/export'], a[href*='/import'], a[href='/trash'], a[href='/settings']")
            .await,
        0
    );
    person.go("/clients/new").await;
    assert_eq!(
        person
            .count("[name=credit_limit], [name=bank_account]")
            .await,
        0
    );
    person.fill("[name=name]", "Pierwszy klient").await;
    person.click(SAVE).await;
    person.reads("h1", "Pierwszy klient").await;
    assert_eq!(
        person
            .run(
                "return document.querySelectorAll('form[action$=\"/delete\"]').length",
                Vec::new()
            )
            .await,
        0
    );
    person.go("/clients").await;
    assert_eq!(person.count(".rows tbody tr").await, 1);
    let heads = person.text(".rows thead").await;
    assert!(!heads.contains("Balance"), "{heads}");
}
