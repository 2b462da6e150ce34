//! A demo firm, served by the program itself.

use std::io::Write;
use std::process::Stdio;

use scraper::{Html, Selector};

use crate::browser_without_script::{Browser, PASSWORD};
use crate::program::{Served, program};

/// How many clients the firm has: more than a page of the list shows.
pub(super) const CLIENTS: usize = 60;

pub(super) const OWNER: &str = "owner@demo.test";
pub(super) const MANAGER: &str = "manager@demo.test";
pub(super) const SALES: &str = "sales2@demo.test";

pub(super) struct Site {
    served: Served,
    folder: tempfile::TempDir,
}

impl Site {
    pub(super) fn serve() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let clients = CLIENTS.to_string();
        let mut making = program(
            &data,
            &[
                "demo",
                "--clients",
                &clients,
                "--password-stdin",
                "--no-serve",
            ],
        )
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
        writeln!(making.stdin.take().unwrap(), "{PASSWORD}").unwrap();
        assert!(making.wait().unwrap().success(), "no demo firm");
        Self {
            served: Served::on(&data),
            folder,
        }
    }

    pub(super) fn address(&self) -> &str {
        &self.served.address
    }

    /// How the firm's backup key ends, as somebody reads it who keeps it.
    pub(super) fn key_ending(&self) -> String {
        let file = self.folder.path().join("data/backup.key");
        let text = std::fs::read_to_string(file).unwrap();
        let key = text.lines().last().unwrap();
        key[key.len() - 6..].to_owned()
    }

    /// Somebody else at work meanwhile, in a browser without script.
    pub(super) fn colleague(&self, email: &str) -> Browser {
        Browser::signed_in(self.address(), "en", email)
    }
}

/// The address of the first link on a page that a selector finds.
pub(super) fn link(browser: &Browser, page: &str, selector: &str) -> String {
    let html = Html::parse_document(&browser.get(page).text);
    let found = html.select(&Selector::parse(selector).unwrap()).next();
    let link = found.unwrap_or_else(|| panic!("no {selector} on {page}"));
    // Without the parameters, so that tests can name what lies under it.
    let address = link.attr("href").unwrap();
    address.split('?').next().unwrap().to_owned()
}
