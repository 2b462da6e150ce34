//! A firm served behind a proxy, which the test plays: every request says itself from where it comes.

use std::path::Path;

use kartoteka::auth::Passwords;
use kartoteka::data::{Access, AdminRight, BuiltIn, Channel, Founding, RoleId, Vault};
use serde_json::{Value as Json, json};

use crate::browser_without_script::PASSWORD;
use crate::firm::{self, object};
use crate::program::Served;
use crate::raw_http::{Answer, ask, csrf, form_cookie};

/// Where the owner always is.
pub(crate) const OWNERS: &str = "198.51.100.1";
/// Inside of the range most cases allow, and outside.
pub(crate) const INSIDE: &str = "10.1.1.1";
pub(crate) const OUTSIDE: &str = "203.0.113.9";
pub(crate) const SALES: &str = "sprzedaz@firma.test";
pub(crate) const ADMIN: &str = "admin@firma.test";

/// A served firm with an owner, a salesperson, and somebody who manages people and roles but not sign-in.
pub(crate) struct Firm {
    pub(crate) served: Served,
    folder: tempfile::TempDir,
    pub(crate) owner: String,
    pub(crate) sales: String,
    pub(crate) admin: String,
    pub(crate) sales_id: String,
    pub(crate) owner_id: String,
    pub(crate) admin_role: RoleId,
}

async fn token(vault: &Vault, email: &str) -> String {
    let (_, secret) = firm::access(vault, email)
        .make_token("t", None)
        .await
        .unwrap();
    secret.reveal().to_owned()
}

async fn person(owner: &Access, email: &str, name: &str, role: RoleId, hash: &str) -> String {
    let json = object(json!({"email": email, "name": name, "role": role}));
    owner
        .create_user(json, Some(hash.to_owned()))
        .await
        .unwrap()
        .id
        .to_string()
}

impl Firm {
    /// `proxies` are the networks of trusted proxies, as the configuration has them.
    pub(crate) fn new(proxies: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let config = format!("trusted_proxies = [{proxies}]\n[limits]\nrequests_per_minute = 0\n");
        std::fs::write(data.join("kartoteka.toml"), config).unwrap();
        let made = tokio::runtime::Runtime::new()
            .unwrap()
            .block_on(Self::fill(&data));
        let (owner, sales, admin, ids, admin_role) = made;
        Self {
            served: Served::on(&data),
            folder,
            owner,
            sales,
            admin,
            sales_id: ids[0].clone(),
            owner_id: ids[1].clone(),
            admin_role,
        }
    }

    async fn fill(data: &Path) -> (String, String, String, [String; 2], RoleId) {
        let vault = firm::open(data).unwrap();
        let hash = Passwords::new().hash(PASSWORD).await;
        let founding = Founding {
            firm: "Firma".to_owned(),
            demo: false,
            email: firm::OWNER.to_owned(),
            name: "Olga Właścicielka".to_owned(),
            password_hash: hash.clone(),
            language: Some("en".to_owned()),
            channel: Channel::Command,
        };
        let owner_id = vault.found(founding).await.unwrap().to_string();
        let owner = firm::access(&vault, firm::OWNER);
        let sales_id = person(&owner, SALES, "Sara", BuiltIn::Salesperson.id(), &hash).await;
        let rights = json!({AdminRight::Users.name(): true, AdminRight::Roles.name(): true});
        let modules = BuiltIn::Salesperson.role().to_json()["modules"].clone();
        let role = object(json!({"name": "Kadry", "admin": rights, "modules": modules}));
        let role = owner.create_role(role).await.unwrap().id;
        person(&owner, ADMIN, "Adam", role, &hash).await;
        let tokens = (
            token(&vault, firm::OWNER).await,
            token(&vault, SALES).await,
            token(&vault, ADMIN).await,
        );
        (tokens.0, tokens.1, tokens.2, [sales_id, owner_id], role)
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// A call of the API from an address, as the proxy passes it on.
    pub(crate) fn api(&self, token: &str, from: &str, first: &str, body: &Json) -> Answer {
        let bearer = format!("Bearer {token}");
        let heads = [
            ("Authorization", bearer.as_str()),
            ("X-Forwarded-For", from),
            ("Content-Type", "application/json"),
            ("Accept-Language", "en"),
        ];
        let path = first
            .split_once(' ')
            .map_or(first.to_owned(), |(method, path)| {
                format!("{method} /api/v1{path}")
            });
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        ask(&self.served.address, &path, &heads, &body)
    }

    pub(crate) fn by_owner(&self, first: &str, body: &Json) -> Answer {
        self.api(&self.owner, OWNERS, first, body)
    }

    pub(crate) fn set(&self, change: Json) {
        let answer = self.by_owner(&format!("PATCH /users/{}", self.sales_id), &change);
        assert_eq!(answer.status, 200, "{change}: {}", answer.text);
    }

    /// Whether the salesperson's token is taken with these headers; 401 never happens to a good token.
    pub(crate) fn admits(&self, heads: &[(&str, &str)]) -> bool {
        let bearer = format!("Bearer {}", self.sales);
        let heads = [&[("Authorization", bearer.as_str())], heads].concat();
        let answer = ask(&self.served.address, "GET /api/v1/me", &heads, "");
        assert!(matches!(answer.status, 200 | 403), "{}", answer.text);
        answer.status == 200
    }

    /// Sends the sign-in form from an address.
    pub(crate) fn sign_in(&self, email: &str, from: &str) -> Answer {
        let page = self.get("", from, "/login");
        let form = form_cookie(&page);
        let csrf = csrf(&page.text);
        self.post(
            &form,
            from,
            "/login",
            &[("csrf", &csrf), ("email", email), ("password", PASSWORD)],
        )
    }

    pub(crate) fn get(&self, cookie: &str, from: &str, path: &str) -> Answer {
        let heads = [
            ("Cookie", cookie),
            ("X-Forwarded-For", from),
            ("Accept-Language", "en"),
        ];
        ask(&self.served.address, &format!("GET {path}"), &heads, "")
    }

    pub(crate) fn post(
        &self,
        cookie: &str,
        from: &str,
        path: &str,
        fields: &[(&str, &str)],
    ) -> Answer {
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let heads = [
            ("Cookie", cookie),
            ("X-Forwarded-For", from),
            ("Accept-Language", "en"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        ask(&self.served.address, &format!("POST {path}"), &heads, &body)
    }
}
