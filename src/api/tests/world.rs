//! A small firm behind the real router, with a token for a person of every role.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request};
use serde_json::{Value as Json, json};
use tower::ServiceExt;

use crate::auth::{Passwords, SetupCode, Throttle};
use crate::config::Config;
use crate::data::{Access, BuiltIn, Channel, Founding, Team, UserId, Vault, VaultSettings};
use crate::modules::RECORD_TYPES;
use crate::web::AppState;

/// People who are not the owner, with their roles; the manager and both sellers are one team.
pub(super) const STAFF: [(&str, BuiltIn, bool); 6] = [
    ("manager", BuiltIn::Manager, true),
    ("sales", BuiltIn::Salesperson, true),
    ("sales2", BuiltIn::Salesperson, true),
    ("accounting", BuiltIn::Accounting, false),
    ("support", BuiltIn::Support, false),
    ("reader", BuiltIn::ReadOnly, false),
];

/// One that is taken.
pub(super) const PASSWORD: &str = "Zielony-Traktor-4821";

pub(super) struct World {
    app: Router,
    pub(super) vault: Vault,
    pub(super) team: Team,
    people: HashMap<String, (UserId, String)>,
    pub(super) folder: tempfile::TempDir,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Reply {
    pub(super) fn json(&self) -> Json {
        serde_json::from_slice(&self.body).expect("the body is JSON")
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("ASCII"))
    }

    /// Names of the fields that were refused.
    pub(super) fn refused(&self) -> Vec<String> {
        assert_eq!(self.status, 422, "{self:?}");
        let errors = self.json()["errors"].as_array().expect("errors").clone();
        let field = |error: &Json| error["field"].as_str().expect("a name").to_owned();
        errors.iter().map(field).collect()
    }

    pub(super) fn id(&self) -> String {
        assert!(matches!(self.status, 200 | 201), "{self:?}");
        self.json()["id"].as_str().expect("an id").to_owned()
    }

    /// Ids of the items of a page.
    pub(super) fn ids(&self) -> Vec<String> {
        assert_eq!(self.status, 200, "{self:?}");
        let items = self.json()["items"].as_array().expect("items").clone();
        let id = |item: &Json| item["id"].as_str().expect("an id").to_owned();
        items.iter().map(id).collect()
    }
}

impl World {
    pub(super) async fn new() -> Self {
        Self::configured("[limits]\nrequests_per_minute = 0\n").await
    }

    pub(super) async fn configured(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
        let founding = Founding {
            firm: "Firma".into(),
            demo: false,
            email: "owner@f.test".into(),
            name: "Ola Nowak".into(),
            password_hash: "none that fits".into(),
            language: None,
            channel: Channel::Command,
        };
        vault.found(founding).await.unwrap();
        let config = Config::parse(config, Path::new("kartoteka.toml"), &|_| None).unwrap();
        let state = AppState::new(
            vault.clone(),
            Passwords::new(),
            Arc::new(Throttle::new()),
            Arc::new(SetupCode::random()),
            Arc::new(config),
            &std::env::temp_dir(),
        );
        let owner = vault.access(&vault.on_machine("owner@f.test").unwrap());
        let json = |json: Json| json.as_object().unwrap().clone();
        let team = owner
            .create_team(json(json!({"name": "Zespół"})))
            .await
            .unwrap();
        let mut world = Self {
            app: crate::web::router(&state),
            vault,
            team,
            people: HashMap::new(),
            folder,
        };
        world.learn("owner").await;
        for (name, role, in_team) in STAFF {
            let mut user =
                json!({"email": format!("{name}@f.test"), "name": name, "role": role.id()});
            if in_team {
                user["team"] = json!(world.team.id);
            }
            owner.create_user(json(user), None).await.unwrap();
            world.learn(name).await;
        }
        world
    }

    /// Gives a person a token.
    pub(super) async fn learn(&mut self, name: &str) {
        let access = self.access(name);
        let id = access.actor().user().unwrap();
        let (_, secret) = access.make_token("test", None).await.unwrap();
        self.people
            .insert(name.to_owned(), (id, secret.reveal().to_owned()));
    }

    pub(super) fn access(&self, name: &str) -> Access {
        let actor = self.vault.on_machine(&format!("{name}@f.test")).unwrap();
        self.vault.access(&actor)
    }

    pub(super) fn user(&self, name: &str) -> String {
        self.people[name].0.to_string()
    }

    /// A request as somebody; `guest` has no token.
    pub(super) fn request(
        &self,
        who: &str,
        method: &str,
        path: &str,
    ) -> axum::http::request::Builder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let request = Request::builder().method(method).uri(path);
        match self.people.get(who) {
            Some((_, token)) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Reply {
        let mut request = request;
        let peer: SocketAddr = "192.0.2.7:4321".parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        let response = self.app.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&body);
        assert!(!text.contains('⟦'), "a bare key: {text}");
        let status = parts.status.as_u16();
        assert!(status < 500, "{status} {text}");
        assert!(parts.headers.contains_key("x-request-id"));
        if status >= 400 && !body.is_empty() {
            assert_eq!(parts.headers["content-type"], "application/problem+json");
        }
        Reply {
            status,
            headers: parts.headers,
            body,
        }
    }

    pub(super) async fn get(&self, who: &str, path: &str) -> Reply {
        let request = self.request(who, "GET", path);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(super) async fn call(&self, who: &str, method: &str, path: &str, body: &Json) -> Reply {
        self.call_with(who, method, path, body, &[]).await
    }

    pub(super) async fn call_with(
        &self,
        who: &str,
        method: &str,
        path: &str,
        body: &Json,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = self.request(who, method, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() {
            Body::empty()
        } else {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        };
        self.send(request.body(body).unwrap()).await
    }

    /// A client of somebody's.
    pub(super) async fn client(&self, owner: &str, more: Json) -> String {
        let mut client = json!({"name": "Próbna Spółka", "owner": self.user(owner)});
        for (name, value) in more.as_object().unwrap() {
            client[name] = value.clone();
        }
        let made = self.call("owner", "POST", "/api/v1/clients", &client).await;
        made.id()
    }

    /// How many entries of a kind the audit log has.
    pub(super) fn audited(&self, kind: &str) -> usize {
        let filter = crate::data::AuditFilter {
            kinds: vec![crate::data::AuditKind::from_name(kind).unwrap()],
            ..Default::default()
        };
        let reading = self.access("owner").read().unwrap();
        reading.audit(&filter, None, 10_000).unwrap().0.len()
    }

    /// Entries that tell of a change of anything.
    pub(super) fn changes(&self) -> usize {
        ["created", "changed", "deleted", "restored"]
            .iter()
            .map(|kind| self.audited(kind))
            .sum()
    }
}
