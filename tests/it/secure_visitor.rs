//! A browser without JavaScript that comes by HTTPS and believes one authority alone: cookies and forms by hand.

use std::io::{Read, Write};

use scraper::{Html, Selector};

use super::browser_without_script::PASSWORD;
use super::pebble::connect;

/// One person at one site of this machine.
pub(crate) struct SecureVisitor {
    port: u16,
    name: String,
    root: String,
    cookies: Vec<(String, String)>,
}

/// An answer.
pub(crate) struct Secured {
    pub(crate) status: u16,
    /// Its headers, in lower case.
    pub(crate) heads: String,
    pub(crate) text: String,
}

impl SecureVisitor {
    pub(crate) fn new(port: u16, name: &str, root: &str) -> Self {
        Self {
            port,
            name: name.to_owned(),
            root: root.to_owned(),
            cookies: Vec::new(),
        }
    }

    /// Signs in; panics where the program does not let them.
    pub(crate) fn signed_in(port: u16, name: &str, root: &str, email: &str) -> Self {
        let mut visitor = Self::new(port, name, root);
        visitor.get("/login");
        let done = visitor.post("/login", &[("email", email), ("password", PASSWORD)]);
        assert_eq!(done.status, 303, "{}", done.text);
        visitor
    }

    pub(crate) fn get(&mut self, path: &str) -> Secured {
        self.ask("GET", path, "")
    }

    /// Sends a form with the token of the page that has it.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Secured {
        let page = if path.starts_with("/settings/domain") {
            "/settings/domain"
        } else {
            path
        };
        let csrf = self.get(page).csrf();
        let mut form = reqwest::Url::parse("https://form/").unwrap();
        form.query_pairs_mut()
            .append_pair("csrf", &csrf)
            .extend_pairs(fields);
        self.ask("POST", path, form.query().unwrap_or_default())
    }

    fn ask(&mut self, method: &str, path: &str, form: &str) -> Secured {
        let mut stream = connect(self.port, &self.name, &self.root).unwrap();
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: {}:{}\r\nAccept-Language: en\r\nCookie: {}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            self.name,
            self.port,
            cookies.join("; "),
            form.len()
        )
        .unwrap();
        let mut answer = Vec::new();
        match stream.read_to_end(&mut answer) {
            Err(error) if answer.is_empty() => panic!("{error}"),
            _ => {}
        }
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (heads, text) = answer.split_once("\r\n\r\n").unwrap();
        for line in heads.lines() {
            let Some((header, value)) = line.split_once(": ") else {
                continue;
            };
            if !header.eq_ignore_ascii_case("set-cookie") {
                continue;
            }
            assert!(value.to_lowercase().contains("secure"), "{value}");
            let pair = value.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
        Secured {
            status: heads[9..12].parse().unwrap(),
            heads: heads.to_lowercase(),
            text: text.to_owned(),
        }
    }
}

impl Secured {
    fn csrf(&self) -> String {
        let page = Html::parse_document(&self.text);
        let field = Selector::parse("input[name=csrf]").unwrap();
        let field = page.select(&field).next();
        let value = field.and_then(|field| field.attr("value"));
        value.unwrap_or_default().to_owned()
    }
}
