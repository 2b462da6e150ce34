//! A client whose cookies can be looked at, copied and forged.

use std::collections::BTreeMap;

use scraper::{Html, Selector};
use ureq::Agent;

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) location: String,
    pub(super) retry_after: String,
    pub(super) text: String,
    /// Names of the cookies it set to a value.
    pub(super) given: Vec<String>,
}

impl Answer {
    pub(super) fn csrf(&self) -> String {
        let page = Html::parse_document(&self.text);
        let field = Selector::parse("input[name=csrf]").unwrap();
        let found = page.select(&field).next();
        let found = found.and_then(|field| field.attr("value"));
        found.unwrap_or_default().to_owned()
    }

    /// The words of all elements of a kind.
    pub(super) fn words(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.text);
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector)
            .map(|found| found.text().collect::<String>().trim().to_owned())
            .collect()
    }
}

/// A browser of which a copy shares nothing.
#[derive(Clone)]
pub(super) struct Client {
    base: String,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) agent_name: &'static str,
}

impl Client {
    pub(super) fn new(address: &str) -> Self {
        Self {
            base: format!("http://{address}"),
            cookies: BTreeMap::new(),
            agent_name: "Browser of a test",
        }
    }

    /// A new one each time: it keeps cookies of its own, which copies would share.
    fn agent() -> Agent {
        let config = Agent::config_builder().max_redirects(0);
        config.http_status_as_error(false).build().into()
    }

    fn cookie_line(&self) -> String {
        let pairs = self.cookies.iter();
        let pairs: Vec<_> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        pairs.join("; ")
    }

    fn keep(&mut self, answer: ureq::http::Response<ureq::Body>) -> Answer {
        let mut answer = answer;
        let mut given = Vec::new();
        for line in answer.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                given.push(name.to_owned());
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let head = |name: &str| {
            let value = answer.headers().get(name);
            value.map_or("", |value| value.to_str().unwrap()).to_owned()
        };
        Answer {
            status: answer.status().as_u16(),
            location: head("location"),
            retry_after: head("retry-after"),
            given,
            text: answer.body_mut().read_to_string().unwrap_or_default(),
        }
    }

    pub(super) fn get(&mut self, path: &str) -> Answer {
        let request = Self::agent().get(format!("{}{path}", self.base));
        let request = request.header("cookie", self.cookie_line());
        let request = request
            .header("user-agent", self.agent_name)
            .header("accept-language", "en");
        let answer = request.call().unwrap();
        self.keep(answer)
    }

    /// Sends a form with a token as it is given.
    pub(super) fn send(&mut self, path: &str, csrf: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Self::agent().post(format!("{}{path}", self.base));
        let request = request.header("cookie", self.cookie_line());
        let request = request
            .header("origin", &self.base)
            .header("user-agent", self.agent_name)
            .header("accept-language", "en");
        let fields = [("csrf", csrf)].into_iter().chain(fields.iter().copied());
        let answer = request.send_form(fields).unwrap();
        self.keep(answer)
    }

    /// Loads a page for its token and sends a form.
    pub(super) fn post(&mut self, page: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.get(page).csrf();
        self.send(path, &csrf, fields)
    }

    pub(super) fn signed_in(&mut self) -> bool {
        self.get("/").status == 200
    }

    /// The status of a call to the API.
    pub(super) fn api(&self, token: &str, method: &str, path: &str, body: &str) -> u16 {
        let url = format!("{}/api/v1{path}", self.base);
        let head = format!("Bearer {token}");
        let answer = match method {
            "GET" => Self::agent().get(url).header("authorization", head).call(),
            _ => Self::agent()
                .patch(url)
                .header("authorization", head)
                .header("content-type", "application/json")
                .send(body),
        };
        answer.unwrap().status().as_u16()
    }
}
