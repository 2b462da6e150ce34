//! What holds on every page: no barrier by axe-core, no sideways scrolling, a quiet console, no text without words.

use super::site::{OWNER, Site, link};
use super::window::{DESKTOP, PHONE, Window};

/// A page and the name of its picture.
type Page = (&'static str, String);

/// Every page, with something on it to see.
fn pages(site: &Site) -> Vec<Page> {
    let owner = site.colleague(OWNER);
    let card = link(&owner, "/clients?q=sp&sort=-updated_at", ".row-link");
    let csrf = owner.get("/clients/new").csrf();
    let gone = link(&owner, "/clients?sort=-name", ".row-link");
    owner.post(&format!("{gone}/delete"), &[("csrf", &csrf)]);
    let role = [
        ("csrf", csrf.as_str()),
        ("name", "Praktykant"),
        ("modules.clients.view", "own"),
        ("modules.deals.view", "team"),
    ];
    let made = owner.post("/settings/roles/new", &role);
    assert_eq!(made.status, 303, "{}", made.text);
    let own_role = made
        .location
        .split('?')
        .next()
        .unwrap_or_default()
        .to_owned();
    let built_in = link(&owner, "/settings/roles", "a[href$='0002']");
    let copied = built_in.replace("/settings/roles/", "/settings/roles/new?copy=");
    let user = link(
        &owner,
        "/settings/users",
        "tr:nth-child(3) a[href^='/settings/users/0']",
    );
    let of = |name, path: &str| (name, path.to_owned());
    vec![
        of("dashboard", "/"),
        of("list", "/clients"),
        of("list-filtered", "/clients?q=sp&status=active&sort=-balance"),
        of("list-columns", "/clients/columns?status=active"),
        of("list-views", "/clients/views?status=active"),
        of("list-filters", "/clients/filters?status=active"),
        of("list-nothing", "/clients?q=nobody-has-this-name"),
        of("card", &card),
        of("history", &format!("{card}/history")),
        of("form", &format!("{card}/edit")),
        of("form-new", "/clients/new"),
        of("search", "/search?q=sp"),
        of("trash", "/trash"),
        of("undo", "/settings/undo"),
        of("settings", "/settings"),
        of("users", "/settings/users"),
        of("user", &user),
        of("user-new", "/settings/users/new"),
        of("teams", "/settings/teams"),
        of("firm", "/settings/firm"),
        of("mail", "/settings/mail"),
        of("backups", "/settings/backups"),
        of("backup-ways", "/settings/backups/targets/new"),
        of("backup-s3", "/settings/backups/targets/new?kind=s3"),
        of("backup-sftp", "/settings/backups/targets/new?kind=sftp"),
        of("roles", "/settings/roles"),
        of("role", &own_role),
        of("role-built-in", &built_in),
        of("role-new", &copied),
        of("profile", "/profile"),
        of("password", "/profile/password"),
        of("confirm", "/profile/email/confirm"),
        of("forgot", "/login/forgot"),
        of("outbox", "/dev/outbox"),
        of("audit", "/audit"),
        of("import", "/clients/import"),
        of("imports", "/clients/imports"),
    ]
}

/// Looks at every page in one language, one size and one scheme; gives what is wrong.
async fn look(
    window: &Window,
    pages: &[Page],
    size: (u32, u32),
    scheme: &str,
    language: &str,
) -> Vec<String> {
    window.resize(size);
    window.prefer(scheme);
    let mut wrong = Vec::new();
    for (name, path) in pages {
        window.go(path).await;
        let spoken = window
            .run("return document.documentElement.lang", Vec::new())
            .await;
        assert_eq!(spoken, language, "{path}");
        window
            .photograph(&format!("{name}-{}-{scheme}-{language}", size.0))
            .await;
        let mut found = window.barriers().await;
        let beyond = "return document.scrollingElement.scrollWidth - innerWidth";
        let beyond = window.run(beyond, Vec::new()).await.as_i64().unwrap();
        if beyond > 0 {
            found.push(format!("scrolls {beyond} pixels sideways"));
        }
        let frames = "return [...document.querySelectorAll('.table-frame')].some(one => one.scrollWidth > one.clientWidth)";
        if window.run(frames, Vec::new()).await == true {
            found.push("a table is wider than its frame".to_owned());
        }
        let bare = "return document.documentElement.outerHTML.includes('\u{27e6}')";
        if window.run(bare, Vec::new()).await == true {
            found.push("shows the key of a text instead of the text".to_owned());
        }
        found.extend(window.complaints());
        wrong.extend(
            found
                .into_iter()
                .map(|what| format!("{path} ({name}, {size:?}, {scheme}, {language}): {what}")),
        );
    }
    wrong
}

async fn hold(size: (u32, u32), looks: [(&'static str, &'static str); 2]) {
    let site = Site::serve();
    let pages = pages(&site);
    let mut wrong = Vec::new();
    for (language, scheme) in looks {
        let window = Window::open_with(&site, language, true).await;
        window.sign_in(OWNER).await;
        wrong.extend(look(&window, &pages, size, scheme, language).await);
        if size == PHONE {
            has_a_phone_s_shape(&window).await;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} faults:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The bar at the bottom, rows of two lines.
async fn has_a_phone_s_shape(window: &Window) {
    window.go("/clients").await;
    let bar = "const bar = document.querySelector('.rail').getBoundingClientRect();
        return Math.abs(bar.bottom - innerHeight) <= 1 && bar.width === document.documentElement.clientWidth && bar.height < 80";
    assert_eq!(
        window.run(bar, Vec::new()).await,
        true,
        "the modules stand at the bottom"
    );
    assert_eq!(window.count(".rail-nav a[href='/clients']").await, 1);
    let lines = "const row = document.querySelector('.rows tbody tr');
        return [...new Set([...row.children].filter(cell => cell.checkVisibility())
            .map(cell => Math.round(cell.getBoundingClientRect().bottom / 12)))].length";
    assert_eq!(
        window.run(lines, Vec::new()).await,
        2,
        "a row has two lines"
    );
    assert_eq!(window.count(".rows thead").await, 0);
    window.click(".phone-more > summary").await;
    window.sees(".phone-more a[href='/settings']").await;
    window.has_no_barrier().await;
}

#[tokio::test]
async fn every_page_holds_on_a_desk() {
    hold(DESKTOP, [("pl", "light"), ("en", "dark")]).await;
}

#[tokio::test]
async fn every_page_holds_on_a_phone() {
    hold(PHONE, [("pl", "dark"), ("en", "light")]).await;
}
