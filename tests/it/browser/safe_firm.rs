//! From a firm without backups to a safe one: three steps, by clicking alone.

use super::site::{OWNER, Site};
use super::window::{DESKTOP, PHONE, Window};

const SAVE: &str = ".save-bar button[type=submit]";

#[tokio::test]
async fn three_steps_lead_to_a_proved_backup() {
    let site = Site::serve();
    let store = tempfile::tempdir().unwrap();
    let window = Window::open(&site).await;
    window.sign_in(OWNER).await;
    window.go("/settings/backups").await;
    window.reads(".verdict", "No backups are made").await;
    window
        .reads("li[aria-current=step]", "The backup key in a safe")
        .await;
    window.has_no_barrier().await;

    window.click("li[aria-current=step] a").await;
    window.fill("[name=ending]", &site.key_ending()).await;
    window.click("form[action$='/key/kept'] button").await;
    window.go("/settings/backups").await;
    window
        .reads("li[aria-current=step]", "A place outside of this server")
        .await;

    window.click("li[aria-current=step] a").await;
    window.has_no_barrier().await;
    window.click("a[href$='kind=local']").await;
    window.has_no_barrier().await;
    // What cannot work is said at once, in the system's words.
    window.fill("[name=path]", "/nie/ma/takiego/folderu").await;
    window.click(SAVE).await;
    window.reads(".banner.fail", "/nie/ma/takiego").await;
    let folder = store.path().join("kopie");
    window.fill("[name=path]", folder.to_str().unwrap()).await;
    window.click(SAVE).await;
    window.reads(".toast", "works and is saved").await;
    // A folder of this machine alone is no far place, and the page says so.
    window
        .reads("li[aria-current=step]", "folder on this server alone")
        .await;

    window.click("form[action$='/backups/run'] button").await;
    window
        .until(
            "the end of it",
            "return !document.querySelector('[hx-trigger=\"every 1s\"]')",
        )
        .await;
    window.go("/settings/backups").await;
    window.reads(".verdict", "Almost safe").await;
    window.reads(".banner.warn", "this server alone").await;
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
    for size in [DESKTOP, PHONE] {
        window.resize(size);
        window.has_no_barrier().await;
    }
}
