//! A firm with its pages, and browsers without script.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use scraper::{ElementRef, Html, Selector};
use serde_json::json;
use tower::ServiceExt;

use crate::auth::{Passwords, SetupCode, Throttle};
use crate::clients::CLIENTS;
use crate::config::Config;
use crate::data::{
    Access, BuiltIn, Channel, Draft, Founding, Origin, Query, RecordId, Seen, Start, Vault,
    VaultSettings,
};
use crate::modules::RECORD_TYPES;
use crate::web::state::AtOnce;
use crate::web::{AppState, router};

pub(super) const PASSWORD: &str = "Zielony-Traktor-4821";

/// A firm with its web, and the data behind it.
pub(super) struct Firm {
    folder: tempfile::TempDir,
    pub(super) state: AppState,
    app: Router,
    pub(super) owner: Access,
}

/// Somebody with a session.
pub(super) struct Browser {
    app: Router,
    cookie: String,
}

pub(super) struct Page {
    pub(super) status: StatusCode,
    pub(super) location: String,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

pub(super) async fn firm() -> Firm {
    firm_at_once(AtOnce::default()).await
}

/// A firm where less is dealt with at once, so that a few records are many.
pub(super) async fn firm_at_once(at_once: AtOnce) -> Firm {
    firm_with(|state| state.at_once = at_once).await
}

/// A firm with some of its parts replaced.
pub(super) async fn firm_with(change: impl FnOnce(&mut AppState)) -> Firm {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
    let passwords = Passwords::new();
    vault
        .found(Founding {
            firm: "Firma".into(),
            demo: false,
            email: "o@f.test".into(),
            name: "Ola Właścicielka".into(),
            password_hash: passwords.hash(PASSWORD).await,
            language: Some("pl".into()),
            channel: Channel::Command,
        })
        .await
        .unwrap();
    let config = Config::load(None, folder.path()).unwrap();
    let mut state = AppState::new(
        vault.clone(),
        passwords,
        Arc::new(Throttle::new()),
        Arc::new(SetupCode::random()),
        Arc::new(config),
        &folder.path().join("tmp"),
    );
    change(&mut state);
    std::fs::create_dir(folder.path().join("tmp")).unwrap();
    Firm {
        folder,
        app: router(&state),
        owner: vault.access(&vault.on_machine("o@f.test").unwrap()),
        state,
    }
}

impl Firm {
    /// Where everything lies.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Where operations put their files.
    pub(super) fn results(&self) -> std::path::PathBuf {
        self.folder.path().join("tmp/results")
    }

    pub(super) async fn user(&self, name: &str, role: BuiltIn) -> Access {
        let email = format!("{name}@f.test");
        let hash = self.state.passwords.hash(PASSWORD).await;
        let json = json!({"email": email, "name": name, "role": role.id(), "active": true, "language": "pl"});
        let mut json = json.as_object().unwrap().clone();
        json.remove("language");
        self.owner.create_user(json, Some(hash)).await.unwrap();
        let vault = &self.state.vault;
        vault.access(&vault.on_machine(&email).unwrap())
    }

    pub(super) async fn browser(&self, email: &str) -> Browser {
        let vault = &self.state.vault;
        let credential = vault.credential(email).unwrap();
        let verified = self
            .state
            .passwords
            .verify(credential, PASSWORD)
            .await
            .unwrap();
        let origin = Origin {
            channel: Channel::Web,
            ..Origin::COMMAND
        };
        let (secret, _) = vault.begin_session(verified, origin, "test").await.unwrap();
        Browser {
            app: self.app.clone(),
            cookie: format!("session={}", secret.reveal()),
        }
    }

    pub(super) async fn client(&self, by: &Access, fields: &[(&str, serde_json::Value)]) -> Seen {
        let mut draft = Draft::default();
        for (name, json) in fields {
            let field = CLIENTS.named(name).unwrap();
            draft
                .values
                .insert(field.no, field.kind.take_json(json).unwrap());
        }
        by.create(&CLIENTS, draft).await.unwrap()
    }

    pub(super) fn get(&self, id: RecordId) -> serde_json::Value {
        let seen = self.owner.read().unwrap().get(&CLIENTS, id);
        seen.map_or(serde_json::Value::Null, |seen| seen.to_json())
    }

    pub(super) fn by_name(&self, name: &str) -> Option<RecordId> {
        let reading = self.owner.read().unwrap();
        let list = reading
            .list(&CLIENTS, &Query::default(), &Start::Offset(0), 100)
            .unwrap();
        list.rows
            .iter()
            .find(|seen| seen.title() == name)
            .map(Seen::id)
    }
}

impl Browser {
    pub(super) async fn send(&self, request: axum::http::request::Builder, body: Body) -> Page {
        let mut request = request
            .header(header::COOKIE, &self.cookie)
            .header(header::ACCEPT_LANGUAGE, "pl")
            .body(body)
            .unwrap();
        let peer: SocketAddr = "127.0.0.1:1".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let location = response.headers().get(header::LOCATION);
        let location = location
            .map_or("", |value| value.to_str().unwrap())
            .to_owned();
        let headers = response.headers().clone();
        let body = axum::body::to_bytes(response.into_body(), 4 << 20)
            .await
            .unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        Page {
            status,
            location,
            headers,
            text,
        }
    }

    pub(super) async fn get(&self, path: &str) -> Page {
        self.send(Request::get(path), Body::empty()).await
    }

    pub(super) async fn post(&self, path: &str, fields: &[(String, String)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body)).await
    }

    /// Sends a form of a page with some fields replaced; `None` leaves one out.
    pub(super) async fn submit(&self, page: &Page, action: &str, values: &[(&str, &str)]) -> Page {
        let mut fields = page.form(action);
        fields.retain(|(name, _)| !values.iter().any(|(given, _)| given == name));
        fields.extend(
            values
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        );
        self.post(action, &fields).await
    }
}

pub(super) fn css(selector: &str) -> Selector {
    Selector::parse(selector).unwrap()
}

impl Page {
    pub(super) fn has(&self, text: &str) -> bool {
        self.text.contains(text)
    }

    /// The fields of a form with the values a browser would send.
    pub(super) fn form(&self, action: &str) -> Vec<(String, String)> {
        let document = Html::parse_document(&self.text);
        let form = document
            .select(&css("form[method=post]"))
            .find(|form| form.attr("action") == Some(action))
            .unwrap_or_else(|| panic!("no form to {action}: {}", self.status));
        let mut fields = Vec::new();
        for control in form.select(&css("input, textarea, select")) {
            let Some(name) = control.attr("name") else {
                continue;
            };
            if control.attr("disabled").is_none()
                && let Some(value) = value(control)
            {
                fields.push((name.to_owned(), value));
            }
        }
        fields
    }

    pub(super) fn field(&self, action: &str, name: &str) -> Option<String> {
        let found = self
            .form(action)
            .into_iter()
            .find(|(field, _)| field == name);
        found.map(|(_, value)| value)
    }

    pub(super) fn csrf(&self) -> (String, String) {
        let document = Html::parse_document(&self.text);
        let token = document.select(&css("meta[name=csrf]")).next().unwrap();
        ("csrf".into(), token.attr("content").unwrap().into())
    }
}

fn value(control: ElementRef<'_>) -> Option<String> {
    match (control.value().name(), control.attr("type")) {
        ("textarea", _) => {
            let text: String = control.text().collect();
            Some(text.strip_prefix('\n').map(str::to_owned).unwrap_or(text))
        }
        ("select", _) => {
            let chosen = control.select(&css("option[selected]")).next();
            let first = control.select(&css("option")).next();
            chosen
                .or(first)
                .map(|one| one.attr("value").unwrap_or("").to_owned())
        }
        (_, Some("checkbox" | "radio")) => control
            .attr("checked")
            .map(|_| control.attr("value").unwrap_or("on").to_owned()),
        _ => Some(control.attr("value").unwrap_or("").to_owned()),
    }
}
