//! A small firm behind the real router, for tests of pages.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::json;
use tower::ServiceExt;

use crate::auth::{Passwords, SetupCode, Throttle};
use crate::config::Config;
use crate::data::{
    Access, BuiltIn, Channel, DomainSettings, Founding, Letter, Origin, RoleId, Template, UserId,
    Vault, VaultSettings,
};
use crate::modules::RECORD_TYPES;
use crate::tls::Tls;
use crate::web::AppState;

pub(crate) const PASSWORD: &str = "Zielony-Traktor-4821";

/// The firm: its owner is `ola@firma.test`.
pub(crate) struct Site {
    pub(crate) state: AppState,
    pub(crate) owner: Access,
    app: Router,
    hash: String,
    _folder: tempfile::TempDir,
}

/// What came back.
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Page {
    pub(crate) fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The words of an element, without markup, runs of space as one.
    pub(crate) fn words(&self, selector: &str) -> String {
        let document = scraper::Html::parse_document(&self.text);
        let selector = scraper::Selector::parse(selector).unwrap();
        let texts = document
            .select(&selector)
            .flat_map(|element| element.text().map(str::to_owned).collect::<Vec<_>>());
        texts
            .collect::<Vec<_>>()
            .join(" ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// The value of a hidden field, wherever it stands.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let document = scraper::Html::parse_document(&self.text);
        let selector = scraper::Selector::parse(&format!(r#"input[name="{name}"]"#)).unwrap();
        let found = document.select(&selector).next().unwrap();
        found.attr("value").unwrap_or_default().to_owned()
    }

    /// The value of a form's field.
    pub(crate) fn value(&self, name: &str) -> String {
        let document = scraper::Html::parse_document(&self.text);
        let of = |selector: &str| {
            let selector = scraper::Selector::parse(selector).unwrap();
            let found = document.select(&selector).next();
            found.map(|element| element.attr("value").unwrap_or_default().to_owned())
        };
        of(&format!(r#"select[name="{name}"] option[selected]"#))
            .or_else(|| of(&format!(r#"main input[name="{name}"]"#)))
            .unwrap_or_default()
    }
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::configured("").await
    }

    /// The firm under a configuration.
    pub(crate) async fn configured(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
        let passwords = Passwords::new();
        let hash = passwords.hash(PASSWORD).await;
        let founding = Founding {
            firm: "Bielska Stolarnia".into(),
            demo: false,
            email: "ola@firma.test".into(),
            name: "Ola Wójcik".into(),
            password_hash: hash.clone(),
            language: Some("pl".into()),
            channel: Channel::Command,
        };
        vault.found(founding).await.unwrap();
        let config = Config::parse(config, Path::new("kartoteka.toml"), &|_| None).unwrap();
        let owner = vault.access(&vault.on_machine("ola@firma.test").unwrap());
        let (throttle, setup) = (Arc::new(Throttle::new()), Arc::new(SetupCode::random()));
        let tls = Tls::start(
            &config,
            folder.path(),
            &DomainSettings::default(),
            crate::clock::now(),
        );
        let state = AppState::new(
            vault,
            passwords,
            throttle,
            setup,
            Arc::new(config),
            folder.path(),
        )
        .with_tls(tls.unwrap());
        Self {
            app: crate::web::router(&state),
            owner,
            hash,
            state,
            _folder: folder,
        }
    }

    /// Adds a person with the one password.
    pub(crate) async fn person(&self, name: &str, email: &str, role: RoleId) -> UserId {
        let json = json!({"name": name, "email": email, "role": role});
        self.owner
            .create_user(json.as_object().unwrap().clone(), Some(self.hash.clone()))
            .await
            .unwrap()
            .id
    }

    /// A browser in which somebody is signed in.
    pub(crate) async fn browser(&self, email: &str) -> Browser {
        let credential = self.state.vault.credential(email).unwrap();
        let verified = self
            .state
            .passwords
            .verify(credential, PASSWORD)
            .await
            .unwrap();
        let origin = Origin {
            address: Some([203, 0, 113, 7].into()),
            office: false,
            channel: Channel::Web,
        };
        let (secret, _) = self
            .state
            .vault
            .begin_session(verified, origin, "test")
            .await
            .unwrap();
        let mut browser = Browser {
            app: self.app.clone(),
            cookie: format!("session={}", secret.reveal()),
            csrf: String::new(),
        };
        let profile = browser.get("/profile").await;
        let (_, rest) = profile
            .text
            .split_once(r#"<meta name="csrf" content=""#)
            .unwrap();
        rest.split('"')
            .next()
            .unwrap()
            .clone_into(&mut browser.csrf);
        browser
    }

    /// A browser in which nobody is signed in.
    pub(crate) async fn guest(&self) -> Browser {
        let mut browser = Browser {
            app: self.app.clone(),
            cookie: format!("form={}", "g".repeat(43)),
            csrf: String::new(),
        };
        browser.csrf = browser.get("/login").await.value("csrf");
        browser
    }

    /// Letters of a sort that wait to be sent, the oldest first.
    pub(crate) fn letters(&self, template: Template) -> Vec<Letter> {
        let soon = crate::clock::now() + jiff::SignedDuration::from_secs(1);
        let due = self.state.vault.due_letters(soon, 1000).unwrap();
        let letters = due.letters.into_iter().map(|waiting| waiting.letter);
        letters
            .filter(|letter| letter.template == template)
            .collect()
    }

    pub(crate) async fn owner_browser(&self) -> Browser {
        self.browser("ola@firma.test").await
    }
}

/// Sends requests as one person.
#[derive(Clone)]
pub(crate) struct Browser {
    app: Router,
    cookie: String,
    csrf: String,
}

impl Browser {
    pub(crate) async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn head(&self, path: &str) -> Page {
        self.send(Request::head(path).body(Body::empty()).unwrap())
            .await
    }

    /// The same browser on a page that is not ours.
    pub(crate) fn without_token(&self) -> Self {
        Self {
            csrf: String::new(),
            ..self.clone()
        }
    }

    /// The page of an operation once it has ended.
    pub(crate) async fn ended(&self, place: &str) -> Page {
        assert!(place.starts_with("/operations/"), "{place}");
        for _ in 0..500 {
            let page = self.get(place).await;
            if !page.text.contains("every 1s") {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{place} does not end");
    }

    /// Sends a form, with the token of this browser.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post_with(path, fields, &[]).await
    }

    /// The same with headers of a client that lies.
    pub(crate) async fn post_with(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Page {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &self.csrf).extend_pairs(fields);
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(form.finish())).unwrap())
            .await
    }

    /// As script sends a form for a part of the page.
    pub(crate) async fn part(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &self.csrf).extend_pairs(fields);
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("HX-Request", "true");
        self.send(request.body(Body::from(form.finish())).unwrap())
            .await
    }

    /// Sends a form with a file.
    pub(crate) async fn upload(&self, path: &str, field: &str, bytes: &[u8]) -> Page {
        let part = |heads: &str| format!("--B\r\nContent-Disposition: form-data; {heads}\r\n\r\n");
        let mut body = part("name=\"csrf\"").into_bytes();
        body.extend(format!("{}\r\n", self.csrf).bytes());
        body.extend(part(&format!("name=\"{field}\"; filename=\"a.png\"")).bytes());
        body.extend(bytes);
        body.extend(b"\r\n--B--\r\n");
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=B");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    /// The same browser before anybody signs in.
    pub(crate) async fn guest(&self, path: &str) -> Page {
        let guest = Self {
            app: self.app.clone(),
            cookie: "session=".to_owned(),
            csrf: String::new(),
        };
        guest.get(path).await
    }

    async fn send(&self, mut request: Request<Body>) -> Page {
        request
            .headers_mut()
            .insert(header::COOKIE, self.cookie.parse().unwrap());
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 4000))));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains('⟦'), "a bare key: {text}");
        Page {
            status: parts.status,
            headers: parts.headers,
            text,
        }
    }
}

/// The id of a built-in role as a form sends it.
pub(crate) fn role_id(role: BuiltIn) -> String {
    role.id().to_string()
}
