//! A browser without JavaScript: cookies, forms, redirects by hand.

use scraper::{Html, Selector};
use ureq::Agent;

/// The password of everybody in these tests.
pub(crate) const PASSWORD: &str = "Zielony-Traktor-4821-pod-lasem";

/// An answer with its body as text.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) text: String,
}

impl Page {
    /// The addresses of links and of forms that only read.
    pub(crate) fn links(&self) -> Vec<String> {
        let page = Html::parse_document(&self.text);
        let links = Selector::parse("a[href]").unwrap();
        let forms = Selector::parse("form[method=get][action]").unwrap();
        let of = |selector: &Selector, name: &str| -> Vec<String> {
            page.select(selector)
                .filter_map(|element| element.attr(name))
                .map(str::to_owned)
                .collect()
        };
        let mut found = of(&links, "href");
        found.extend(of(&forms, "action"));
        found
    }

    /// The token of the page's forms.
    pub(crate) fn csrf(&self) -> String {
        let page = Html::parse_document(&self.text);
        let field = Selector::parse("input[name=csrf]").unwrap();
        page.select(&field)
            .next()
            .and_then(|field| field.attr("value"))
            .unwrap_or_default()
            .to_owned()
    }
}

/// The browser of one person.
pub(crate) struct Browser {
    agent: Agent,
    base: String,
    language: &'static str,
}

impl Browser {
    pub(crate) fn new(address: &str, language: &'static str) -> Self {
        let config = Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .build();
        Self {
            agent: config.into(),
            base: format!("http://{address}"),
            language,
        }
    }

    /// Signs in; panics where the program does not let them.
    pub(crate) fn signed_in(address: &str, language: &'static str, email: &str) -> Self {
        let browser = Self::new(address, language);
        let csrf = browser.get("/login").csrf();
        let page = browser.post(
            "/login",
            &[("csrf", &csrf), ("email", email), ("password", PASSWORD)],
        );
        assert_eq!(page.status, 303, "{email} cannot sign in: {}", page.text);
        browser
    }

    pub(crate) fn get(&self, path: &str) -> Page {
        let url = format!("{}{path}", self.base);
        page(
            self.agent
                .get(&url)
                .header("Accept-Language", self.language)
                .call(),
        )
    }

    pub(crate) fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let url = format!("{}{path}", self.base);
        let request = self
            .agent
            .post(&url)
            .header("Accept-Language", self.language)
            .header("Origin", &self.base);
        page(request.send_form(fields.iter().copied()))
    }
}

fn page(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Page {
    let mut answer = answer.expect("the server answers");
    let location = answer
        .headers()
        .get("location")
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let bytes = answer
        .body_mut()
        .with_config()
        .limit(50 << 20)
        .read_to_vec()
        .expect("a body");
    Page {
        status: answer.status().as_u16(),
        location,
        text: String::from_utf8_lossy(&bytes).into_owned(),
    }
}
