//! Requests with exactly the headers a test wants, and their answers.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::Value as Json;

/// What the server said.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) heads: HashMap<String, String>,
    /// Every `Set-Cookie`.
    pub(crate) cookies: Vec<String>,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// The cookie of the session it gives.
    pub(crate) fn session(&self) -> Option<String> {
        let cookie = self
            .cookies
            .iter()
            .find(|cookie| cookie.starts_with("session="))?;
        Some(cookie.split(';').next().unwrap().to_owned())
    }
}

/// One request with exactly these headers.
pub(crate) fn ask(address: &str, first: &str, heads: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    let mut request = format!(
        "{first} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in heads {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(body);
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, text) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let status = lines
        .next()
        .and_then(|line| line.split(' ').nth(1))
        .and_then(|code| code.parse().ok());
    let pairs: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    Answer {
        status: status.unwrap_or_else(|| panic!("no answer: {head}")),
        cookies: pairs
            .iter()
            .filter(|(name, _)| name == "set-cookie")
            .map(|(_, value)| value.clone())
            .collect(),
        heads: pairs.into_iter().collect(),
        text: text.to_owned(),
    }
}

/// What ties the forms before sign-in to a browser.
pub(crate) fn form_cookie(page: &Answer) -> String {
    let mut cookies = page.cookies.iter();
    let form = cookies.find(|cookie| cookie.starts_with("form=")).unwrap();
    form.split(';').next().unwrap().to_owned()
}

/// The token of a page's forms.
pub(crate) fn csrf(page: &str) -> String {
    let start = page.find("name=\"csrf\" value=\"").expect("a form") + 19;
    page[start..].split('"').next().unwrap().to_owned()
}
