//! What people try to get around rules of place and time, against the program as it is served. Client addresses come from
//! a trusted proxy, which these tests play.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;

use kartoteka::auth::Passwords;
use kartoteka::data::{Access, AdminRight, BuiltIn, Channel, Founding, RoleId, Vault};
use serde_json::{Value as Json, json};

use super::browser_without_script::PASSWORD;
use super::firm::{self, object};
use super::program::{Served, run};

/// Where the owner always is.
const OWNERS: &str = "198.51.100.1";
/// Inside of the range most cases allow, and outside.
const INSIDE: &str = "10.1.1.1";
const OUTSIDE: &str = "203.0.113.9";
const SALES: &str = "sprzedaz@firma.test";
const ADMIN: &str = "admin@firma.test";

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) heads: HashMap<String, String>,
    /// Every `Set-Cookie`.
    cookies: Vec<String>,
    pub(crate) text: String,
}

impl Answer {
    fn json(&self) -> Json {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

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

/// A served firm with an owner, a salesperson, and somebody who manages people and roles but not sign-in.
struct Firm {
    served: Served,
    folder: tempfile::TempDir,
    owner: String,
    sales: String,
    admin: String,
    sales_id: String,
    owner_id: String,
    admin_role: RoleId,
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
    fn new(proxies: &str) -> Self {
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

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// A call of the API from an address, as the proxy passes it on.
    fn api(&self, token: &str, from: &str, first: &str, body: &Json) -> Answer {
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

    fn by_owner(&self, first: &str, body: &Json) -> Answer {
        self.api(&self.owner, OWNERS, first, body)
    }

    fn set(&self, change: Json) {
        let answer = self.by_owner(&format!("PATCH /users/{}", self.sales_id), &change);
        assert_eq!(answer.status, 200, "{change}: {}", answer.text);
    }

    /// Whether the salesperson's token is taken with these headers; 401 never happens to a good token.
    fn admits(&self, heads: &[(&str, &str)]) -> bool {
        let bearer = format!("Bearer {}", self.sales);
        let heads = [&[("Authorization", bearer.as_str())], heads].concat();
        let answer = ask(&self.served.address, "GET /api/v1/me", &heads, "");
        assert!(matches!(answer.status, 200 | 403), "{}", answer.text);
        answer.status == 200
    }

    /// Sends the sign-in form from an address.
    fn sign_in(&self, email: &str, from: &str) -> Answer {
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

    fn get(&self, cookie: &str, from: &str, path: &str) -> Answer {
        let heads = [
            ("Cookie", cookie),
            ("X-Forwarded-For", from),
            ("Accept-Language", "en"),
        ];
        ask(&self.served.address, &format!("GET {path}"), &heads, "")
    }

    fn post(&self, cookie: &str, from: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
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

fn never() -> Json {
    json!({"mon": []})
}

/// What is allowed, the headers of a request, whether they let somebody in.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], bool);

#[test]
fn addresses_as_the_proxy_tells_them() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    let ten = "10.0.0.0/8";
    // What is allowed, what the client and the proxy put into the headers, whether that lets somebody in.
    let cases: &[Case<'_>] = &[
        (ten, &[("X-Forwarded-For", "10.1.1.1")], true),
        (ten, &[("X-Forwarded-For", "203.0.113.9")], false),
        // Put before by the client: the hop the proxy saw is the rightmost.
        (ten, &[("X-Forwarded-For", "10.1.1.1, 203.0.113.9")], false),
        (
            ten,
            &[("X-Forwarded-For", "10.1.1.1,10.2.2.2,203.0.113.9")],
            false,
        ),
        (ten, &[("X-Forwarded-For", "203.0.113.9, 10.1.1.1")], true),
        // Several headers are one list.
        (
            ten,
            &[
                ("X-Forwarded-For", "10.1.1.1"),
                ("X-Forwarded-For", "203.0.113.9"),
            ],
            false,
        ),
        (
            ten,
            &[
                ("X-Forwarded-For", "203.0.113.9"),
                ("X-Forwarded-For", "10.1.1.1"),
            ],
            true,
        ),
        (
            ten,
            &[
                ("x-forwarded-for", "10.1.1.1"),
                ("X-FORWARDED-FOR", "203.0.113.9"),
            ],
            false,
        ),
        // Our own proxy in the list is passed over.
        (ten, &[("X-Forwarded-For", "203.0.113.9, 127.0.0.1")], false),
        (
            ten,
            &[("X-Forwarded-For", "203.0.113.9, 10.1.1.1, 127.0.0.1")],
            true,
        ),
        // IPv4 written as IPv6, ports, brackets, blanks.
        (ten, &[("X-Forwarded-For", "::ffff:10.1.1.1")], true),
        (ten, &[("X-Forwarded-For", "::ffff:203.0.113.9")], false),
        (
            ten,
            &[("X-Forwarded-For", "10.1.1.1, ::ffff:203.0.113.9")],
            false,
        ),
        (
            ten,
            &[("X-Forwarded-For", "203.0.113.9, ::ffff:127.0.0.1")],
            false,
        ),
        (ten, &[("X-Forwarded-For", "10.1.1.1:443")], true),
        (ten, &[("X-Forwarded-For", "203.0.113.9:443")], false),
        (ten, &[("X-Forwarded-For", "[::ffff:10.1.1.1]:443")], true),
        (ten, &[("X-Forwarded-For", "  10.1.1.1  ")], true),
        // What is no address ends the list at the proxy itself.
        (ten, &[("X-Forwarded-For", "10.1.1.1, nonsense")], false),
        (ten, &[("X-Forwarded-For", "10.1.1.1, ")], false),
        (ten, &[("X-Forwarded-For", "")], false),
        (ten, &[("X-Forwarded-For", "10.1")], false),
        (ten, &[("X-Forwarded-For", "012.1.1.1")], false),
        (ten, &[("X-Forwarded-For", "0x0a.1.1.1")], false),
        (ten, &[("X-Forwarded-For", "167837953")], false),
        (ten, &[("X-Forwarded-For", "10.1.1.1%00")], false),
        (ten, &[("X-Forwarded-For", "unknown")], false),
        // Other names for the same idea say nothing.
        (ten, &[("X-Real-IP", "10.1.1.1")], false),
        (ten, &[("Forwarded", "for=10.1.1.1")], false),
        (ten, &[("CF-Connecting-IP", "10.1.1.1")], false),
        (ten, &[("True-Client-IP", "10.1.1.1")], false),
        (ten, &[("X-Client-IP", "10.1.1.1")], false),
        (ten, &[("X-Forwarded", "10.1.1.1")], false),
        (
            ten,
            &[
                ("X-Forwarded-For", "203.0.113.9"),
                ("X-Real-IP", "10.1.1.1"),
            ],
            false,
        ),
        // Ranges.
        (
            "::ffff:10.0.0.0/104",
            &[("X-Forwarded-For", "10.1.1.1")],
            true,
        ),
        (
            "2001:db8::/32",
            &[("X-Forwarded-For", "[2001:db8::7]:443")],
            true,
        ),
        (
            "2001:db8::/32",
            &[("X-Forwarded-For", "2001:db9::7")],
            false,
        ),
        ("::/0", &[("X-Forwarded-For", "10.1.1.1")], false),
        ("0.0.0.0/0", &[("X-Forwarded-For", "2001:db8::7")], false),
        ("10.1.1.1", &[("X-Forwarded-For", "10.1.1.1")], true),
        ("10.1.1.1", &[("X-Forwarded-For", "10.1.1.2")], false),
    ];
    let mut set = "";
    for (range, heads, admitted) in cases {
        if set != *range {
            firm.set(json!({"allowed_ips": [range]}));
            set = range;
        }
        assert_eq!(firm.admits(heads), *admitted, "{range} {heads:?}");
    }
}

#[test]
fn without_a_trusted_proxy_headers_say_nothing() {
    let firm = Firm::new("");
    firm.set(json!({"allowed_ips": ["10.0.0.0/8"]}));
    for name in [
        "X-Forwarded-For",
        "X-Real-IP",
        "Forwarded",
        "CF-Connecting-IP",
        "True-Client-IP",
    ] {
        let value = if name == "Forwarded" {
            "for=10.1.1.1"
        } else {
            INSIDE
        };
        assert!(!firm.admits(&[(name, value)]), "{name}");
    }
    assert_eq!(firm.sign_in(SALES, INSIDE).status, 403);
    firm.set(json!({"allowed_ips": ["127.0.0.0/8"]}));
    assert!(firm.admits(&[("X-Forwarded-For", OUTSIDE)]));
    let audit = firm.by_owner("GET /audit?limit=200", &Json::Null).json();
    let addresses = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["address"].as_str());
    assert!(
        !addresses
            .flatten()
            .any(|address| address == INSIDE || address == OUTSIDE)
    );
}

#[test]
fn a_right_password_from_the_wrong_place_begins_nothing() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    firm.set(json!({"allowed_ips": ["10.0.0.0/8 Biuro"]}));
    let refused = firm.sign_in(SALES, OUTSIDE);
    assert_eq!(refused.status, 403);
    assert!(refused.session().is_none());
    // Why, and whom to ask.
    for word in [OUTSIDE, "Olga Właścicielka"] {
        assert!(refused.text.contains(word), "{word}: {}", refused.text);
    }
    let prepended = format!("{INSIDE}, {OUTSIDE}");
    assert_eq!(firm.sign_in(SALES, &prepended).status, 403);
    firm.set(json!({"allowed_ips": [], "hours": never()}));
    assert_eq!(firm.sign_in(SALES, INSIDE).status, 403);
    firm.set(json!({"hours": {}}));
    assert!(firm.sign_in(SALES, OUTSIDE).session().is_some());

    let path = format!(
        "GET /audit?limit=200&kind=sign_in_failed&user={}",
        firm.sales_id
    );
    let audit = firm.by_owner(&path, &Json::Null).json();
    let why: Vec<(&str, &str)> = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["address"].as_str().unwrap(),
                entry["details"]["why"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        why,
        [
            (INSIDE, "hours"),
            (OUTSIDE, "address"),
            (OUTSIDE, "address")
        ]
    );
}

#[test]
fn a_session_goes_no_further_than_its_rules() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    let session = firm.sign_in(SALES, INSIDE).session().unwrap();
    assert_eq!(
        firm.get(&session, OUTSIDE, "/clients").status,
        200,
        "no rule, any place"
    );
    let form = csrf(&firm.get(&session, INSIDE, "/profile").text);
    firm.set(json!({"allowed_ips": ["10.0.0.0/8"]}));
    for path in [
        "/",
        "/clients",
        "/profile",
        "/clients/new",
        "/search?q=a",
        "/operations",
    ] {
        let away = firm.get(&session, OUTSIDE, path);
        assert_eq!(away.status, 403, "{path}");
        assert!(
            away.text.contains(OUTSIDE) && !away.text.contains("Sara"),
            "{path}"
        );
    }
    // A form that was open changes nothing.
    let sent = firm.post(
        &session,
        OUTSIDE,
        "/profile",
        &[
            ("csrf", &form),
            ("name", "Inna"),
            ("language", ""),
            ("theme", "auto"),
        ],
    );
    assert_eq!(sent.status, 403);
    let name = firm
        .by_owner(&format!("GET /users/{}", firm.sales_id), &Json::Null)
        .json()["name"]
        .clone();
    assert_eq!(name, "Sara");
    // The session was not ended: back in the office it goes on.
    assert_eq!(firm.get(&session, INSIDE, "/clients").status, 200);
    assert_eq!(firm.get("", OUTSIDE, "/login").status, 200);
    assert_eq!(firm.get("", OUTSIDE, "/healthz").status, 200);

    // Hours end under an open session, and a token is under the same rule.
    firm.set(json!({"hours": never()}));
    assert_eq!(firm.get(&session, INSIDE, "/clients").status, 403);
    let call = firm.api(&firm.sales, INSIDE, "GET /clients", &Json::Null);
    assert_eq!(
        (call.status, call.heads["content-type"].as_str()),
        (403, "application/problem+json")
    );
    assert_eq!(call.json()["type"], "urn:kartoteka:error:barred");

    // An exception lifts every rule until its end, from its own place alone.
    let until = |seconds: i64| {
        (kartoteka::clock::now() + jiff::SignedDuration::from_secs(seconds)).to_string()
    };
    firm.set(json!({"exceptions": [{"from": "203.0.113.0/24", "until": until(3600)}]}));
    assert_eq!(firm.get(&session, OUTSIDE, "/clients").status, 200);
    assert_eq!(firm.get(&session, INSIDE, "/clients").status, 403);
    firm.set(json!({"exceptions": [{"from": null, "until": until(-1)}]}));
    assert_eq!(firm.get(&session, OUTSIDE, "/clients").status, 403);

    // A role with a rule of its own, given in an open session.
    firm.set(json!({"hours": {}, "allowed_ips": [], "exceptions": []}));
    let modules = BuiltIn::Salesperson.role().to_json()["modules"].clone();
    let role = json!({"name": "Tylko biuro", "modules": modules, "allowed_ips": ["192.0.2.0/24"]});
    let role = firm.by_owner("POST /roles", &role).json()["id"].clone();
    firm.set(json!({"role": role}));
    assert_eq!(firm.get(&session, INSIDE, "/clients").status, 403);
    assert_eq!(firm.get(&session, "192.0.2.7", "/clients").status, 200);
    // The strictest of role and person holds.
    firm.set(json!({"allowed_ips": ["10.0.0.0/8"]}));
    assert_eq!(firm.get(&session, "192.0.2.7", "/clients").status, 403);
    assert_eq!(firm.get(&session, INSIDE, "/clients").status, 403);

    // A disabled account is nobody, wherever it is.
    firm.set(json!({"active": false}));
    assert_eq!(firm.get(&session, INSIDE, "/clients").status, 303);
    assert_eq!(
        firm.api(&firm.sales, INSIDE, "GET /me", &Json::Null).status,
        401
    );
    assert_eq!(firm.sign_in(SALES, INSIDE).status, 422);
}

#[test]
fn nobody_gets_out_of_a_rule_without_the_right_to_set_it() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    let admin_role = firm.admin_role;
    let bound = firm.by_owner(
        &format!("PATCH /roles/{admin_role}"),
        &json!({"allowed_ips": ["10.0.0.0/8"]}),
    );
    assert_eq!(bound.status, 200, "{}", bound.text);
    firm.set(json!({"allowed_ips": ["10.0.0.0/8"]}));
    let sales = format!("/users/{}", firm.sales_id);
    let people = firm
        .api(&firm.admin, INSIDE, "GET /users?q=adam", &Json::Null)
        .json();
    let own = format!("/users/{}", people["items"][0]["id"].as_str().unwrap());
    let free = BuiltIn::Salesperson.id();
    let cases = [
        (format!("PATCH {sales}"), json!({"allowed_ips": []})),
        (
            format!("PATCH {sales}"),
            json!({"hours": {"mon": ["08:00-16:00"]}}),
        ),
        (
            format!("PATCH {sales}"),
            json!({"exceptions": [{"until": "2099-01-01T00:00:00Z"}]}),
        ),
        (
            format!("PATCH {own}"),
            json!({"allowed_ips": ["0.0.0.0/0"]}),
        ),
        (format!("PATCH {own}"), json!({"role": free})),
        (
            format!("PATCH /roles/{admin_role}"),
            json!({"allowed_ips": []}),
        ),
        (
            format!("PATCH /roles/{admin_role}"),
            json!({"hours": {"mon": ["00:00-24:00"]}}),
        ),
        (
            "POST /roles".to_owned(),
            json!({"name": "X", "allowed_ips": ["0.0.0.0/0"]}),
        ),
        (
            "POST /users".to_owned(),
            json!({"email": "x@firma.test", "name": "X", "role": free, "password": PASSWORD}),
        ),
    ];
    for (first, change) in cases {
        let answer = firm.api(&firm.admin, INSIDE, &first, &change);
        assert_eq!(answer.status, 403, "{first} {change}: {}", answer.text);
    }
    let after = firm.by_owner(&format!("GET {own}"), &Json::Null).json();
    assert_eq!(
        (&after["allowed_ips"], &after["role"]),
        (&json!([]), &json!(admin_role))
    );
    let after = firm.by_owner(&format!("GET {sales}"), &Json::Null).json();
    assert_eq!(
        (&after["allowed_ips"], &after["exceptions"]),
        (&json!(["10.0.0.0/8"]), &json!([]))
    );
    // What is not about rules is still theirs.
    assert_eq!(
        firm.api(
            &firm.admin,
            INSIDE,
            &format!("PATCH {sales}"),
            &json!({"name": "Zara"})
        )
        .status,
        200
    );
    for wrong in [
        json!(["10.0.0.0/33"]),
        json!(["biuro"]),
        json!(["300.1.1.1"]),
        json!("10.0.0.0/8"),
        json!([10]),
    ] {
        let answer = firm.by_owner(&format!("PATCH {sales}"), &json!({"allowed_ips": wrong}));
        assert_eq!(
            (answer.status, &answer.json()["errors"][0]["field"]),
            (422, &json!("allowed_ips"))
        );
    }
    let answer = firm.by_owner(
        &format!("PATCH {sales}"),
        &json!({"hours": {"mon": ["8-16"], "pon": []}}),
    );
    let fields: Vec<_> = answer.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].clone())
        .collect();
    assert_eq!(
        (answer.status, fields),
        (422, vec![json!("hours.mon"), json!("hours.pon")])
    );
}

#[test]
fn no_change_locks_its_author_or_every_owner_out() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    let own = format!("/users/{}", firm.owner_id);
    let refused = |first: &str, change: Json| {
        let answer = firm.by_owner(first, &change);
        assert!(
            matches!(answer.status, 409 | 422),
            "{first} {change}: {}",
            answer.text
        );
        answer.text
    };
    // By the person's own rule.
    let said = refused(
        &format!("PATCH {own}"),
        json!({"allowed_ips": ["10.0.0.0/8"]}),
    );
    assert!(said.contains(OWNERS), "{said}");
    refused(&format!("PATCH {own}"), json!({"hours": never()}));
    refused(&format!("PATCH {own}"), json!({"active": false}));
    // By the role: somebody with every right but the owner's role.
    let rights: Json = AdminRight::ALL
        .iter()
        .map(|right| (right.name().to_owned(), json!(true)))
        .collect::<serde_json::Map<_, _>>()
        .into();
    let changed = firm.by_owner(
        &format!("PATCH /roles/{}", firm.admin_role),
        &json!({"admin": rights}),
    );
    assert_eq!(changed.status, 200);
    for change in [
        json!({"allowed_ips": ["192.0.2.0/24"]}),
        json!({"hours": never()}),
    ] {
        let answer = firm.api(
            &firm.admin,
            INSIDE,
            &format!("PATCH /roles/{}", firm.admin_role),
            &change,
        );
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains(INSIDE), "{}", answer.text);
    }
    // By the firm's rules, on the page.
    let session = firm.sign_in(firm::OWNER, OWNERS).session().unwrap();
    let page = firm.get(&session, OWNERS, "/settings/security");
    assert!(
        page.text.contains(OWNERS),
        "it says from where one connects"
    );
    let form = csrf(&page.text);
    let save = |session: &str, from: &str, form: &str, lines: &str| {
        let fields = [
            ("csrf", form),
            ("allowed_ips", lines),
            ("office_ips", ""),
            ("session_idle_minutes", "720"),
            ("session_age_hours", "168"),
        ];
        firm.post(session, from, "/settings/security", &fields)
    };
    let answer = save(&session, OWNERS, &form, "10.0.0.0/8 Biuro");
    assert_eq!(answer.status, 422);
    assert!(
        answer.text.contains(OWNERS) && answer.text.contains("10.0.0.0/8 Biuro"),
        "what was typed is kept"
    );
    assert_eq!(firm.get(&session, OWNERS, "/clients").status, 200);
    assert_eq!(save(&session, OWNERS, &form, "10.0.0.0/33").status, 422);
    // The button adds the address and saves nothing yet.
    let added = firm.post(
        &session,
        OWNERS,
        "/settings/security/add",
        &[
            ("csrf", &form),
            ("allowed_ips", "10.0.0.0/8"),
            ("list", "allowed_ips"),
        ],
    );
    assert!(added.status == 200 && added.text.contains(&format!("10.0.0.0/8\n{OWNERS}")));
    assert!(
        firm.admits(&[("X-Forwarded-For", OUTSIDE)]),
        "nothing was saved"
    );

    // The author stays, but the only owner is bound to another place.
    let bound = firm.by_owner(
        &format!("PATCH {own}"),
        &json!({"allowed_ips": ["198.51.100.0/24"]}),
    );
    assert_eq!(bound.status, 200, "{}", bound.text);
    let admins = firm.sign_in(ADMIN, INSIDE).session().unwrap();
    let admins_form = csrf(&firm.get(&admins, INSIDE, "/settings/security").text);
    assert_eq!(
        save(&admins, INSIDE, &admins_form, "10.0.0.0/8").status,
        422
    );
    assert_eq!(
        save(&admins, INSIDE, &admins_form, "10.0.0.0/8\n198.51.100.1").status,
        303
    );
    assert!(!firm.admits(&[("X-Forwarded-For", OUTSIDE)]));
    assert_eq!(firm.by_owner("GET /me", &Json::Null).status, 200);

    // Another owner who never may come in is no owner to rely on.
    let second = json!({"email": "druga@firma.test", "name": "Druga", "role": BuiltIn::Owner.id(), "password": PASSWORD, "hours": never()});
    assert_eq!(firm.by_owner("POST /users", &second).status, 201);
    refused(&format!("PATCH {own}"), json!({"active": false}));
    refused(
        &format!("PATCH {own}"),
        json!({"role": BuiltIn::Manager.id()}),
    );
    refused(&format!("DELETE {own}"), Json::Null);
    assert_eq!(firm.by_owner("GET /me", &Json::Null).status, 200);

    // The way back in, whoever's rule it is.
    let done = run(&firm.data(), &["user", "allow-any-ip", SALES]);
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    assert!(firm.admits(&[("X-Forwarded-For", OUTSIDE)]));
}

#[test]
fn a_password_is_asked_for_again_before_what_is_worth_a_stolen_session() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    let session = firm.sign_in(firm::OWNER, OWNERS).session().unwrap();
    let form = csrf(&firm.get(&session, OWNERS, "/profile").text);
    let post = |path: &str, fields: &[(&str, &str)]| {
        let fields = [&[("csrf", form.as_str())], fields].concat();
        firm.post(&session, OWNERS, path, &fields)
    };
    let saved = post("/settings/security", &[("fresh_minutes", "0")]);
    assert_eq!(
        saved.status, 303,
        "a password entered just now is fresh: {}",
        saved.text
    );

    let tokens = || run(&firm.data(), &["token", "list", "--json"]).stdout.len();
    let before = tokens();
    let asked = post("/profile/tokens", &[("name", "kasa \"1\"")]);
    assert_eq!(asked.status, 403);
    assert!(
        asked.text.contains("confirm_password")
            && asked.text.contains("value=\"kasa &quot;1&quot;\"")
    );
    let wrong = post(
        "/profile/tokens",
        &[("name", "kasa"), ("confirm_password", "zgaduję")],
    );
    assert_eq!(wrong.status, 403);
    assert_eq!(
        post(
            "/profile/tokens",
            &[("name", "kasa"), ("confirm_password", "")]
        )
        .status,
        403
    );
    assert_eq!(tokens(), before, "nothing was made");
    let made = post(
        "/profile/tokens",
        &[("name", "kasa"), ("confirm_password", PASSWORD)],
    );
    assert_eq!(made.status, 200, "{}", made.text);
    assert!(tokens() > before);

    // A file: the page asks, and leads on to it.
    firm.by_owner("POST /clients", &json!({"name": "Hotel"}));
    let file = "/clients/export?format=csv&q=Hotel";
    let session = firm.sign_in(firm::OWNER, OWNERS).session().unwrap();
    let form = csrf(&firm.get(&session, OWNERS, "/profile").text);
    let asked = firm.get(&session, OWNERS, file);
    assert!(
        asked.status == 403
            && asked.text.contains("action=\"/profile/confirm\"")
            && !asked.text.contains("Hotel,")
    );
    let confirm = |next: &str, password: &str| {
        firm.post(
            &session,
            OWNERS,
            "/profile/confirm",
            &[
                ("csrf", &form),
                ("next", next),
                ("confirm_password", password),
            ],
        )
    };
    assert_eq!(confirm(file, "zgaduję").status, 403);
    assert_eq!(firm.get(&session, OWNERS, file).status, 403);
    let confirmed = confirm("//evil.test/x", PASSWORD);
    assert_eq!(
        (confirmed.status, confirmed.heads["location"].as_str()),
        (303, "/")
    );
    assert_eq!(firm.get(&session, OWNERS, file).status, 200);
    for path in [
        "/settings/security",
        "/settings/roles/new",
        "/settings/users/new",
    ] {
        let other = firm.sign_in(firm::OWNER, OWNERS).session().unwrap();
        let form = csrf(&firm.get(&other, OWNERS, "/profile").text);
        let asked = firm.post(&other, OWNERS, path, &[("csrf", &form), ("name", "X")]);
        assert!(
            asked.status == 403 && asked.text.contains("confirm_password"),
            "{path}"
        );
    }
}

#[test]
fn sessions_are_ended_by_whose_they_are_and_by_whoever_manages_people() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    let here = firm.sign_in(SALES, INSIDE).session().unwrap();
    let there = firm.sign_in(SALES, OUTSIDE).session().unwrap();
    let strangers = firm.sign_in(ADMIN, INSIDE).session().unwrap();
    let page = firm.get(&here, INSIDE, "/profile/sessions").text;
    assert!(page.contains(INSIDE) && page.contains(OUTSIDE));
    let form = csrf(&page);
    let ids: Vec<&str> = page
        .split("/profile/sessions/")
        .skip(1)
        .filter_map(|rest| rest.split("/end\"").next())
        .filter(|id| id.len() == 36)
        .collect();
    assert_eq!(ids.len(), 1, "one's own has no button");
    // Somebody else's session is not there.
    let admins_form = csrf(&firm.get(&strangers, INSIDE, "/profile").text);
    let end = format!("/profile/sessions/{}/end", ids[0]);
    assert_eq!(
        firm.post(&strangers, INSIDE, &end, &[("csrf", &admins_form)])
            .status,
        404
    );
    assert_eq!(firm.get(&there, OUTSIDE, "/clients").status, 200);
    assert_eq!(
        firm.post(&here, INSIDE, &end, &[("csrf", &form)]).status,
        303
    );
    assert_eq!(firm.get(&there, OUTSIDE, "/clients").status, 303);
    // Whoever manages people ends them all, but not those of somebody who may do more.
    let of = |user: &str| format!("/settings/users/{user}/sessions");
    assert_eq!(firm.get(&here, INSIDE, &of(&firm.owner_id)).status, 403);
    let owners = firm.sign_in(firm::OWNER, OWNERS).session().unwrap();
    assert!(
        firm.get(&strangers, INSIDE, &of(&firm.sales_id))
            .text
            .contains(INSIDE)
    );
    let ending = |user: &str| {
        firm.post(
            &strangers,
            INSIDE,
            &format!("{}/end-others", of(user)),
            &[("csrf", &admins_form)],
        )
        .status
    };
    assert_eq!(ending(&firm.owner_id), 403);
    assert_eq!(firm.get(&owners, OWNERS, "/clients").status, 200);
    assert_eq!(ending(&firm.sales_id), 303);
    assert_eq!(firm.get(&here, INSIDE, "/clients").status, 303);
    assert_eq!(firm.get(&strangers, INSIDE, "/clients").status, 200);
}

#[test]
fn what_is_done_in_the_office_shows() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    let session = firm.sign_in(firm::OWNER, OWNERS).session().unwrap();
    let form = csrf(&firm.get(&session, OWNERS, "/profile").text);
    let saved = firm.post(
        &session,
        OWNERS,
        "/settings/security",
        &[("csrf", &form), ("office_ips", "10.0.0.0/8 Biuro")],
    );
    assert_eq!(saved.status, 303);
    let login = firm.get("", INSIDE, "/login").text;
    assert!(login.contains(INSIDE) && login.contains("office"));
    let made = |from: &str, name: &str| {
        let answer = firm.api(&firm.sales, from, "POST /clients", &json!({"name": name}));
        answer.json()["id"].as_str().unwrap().to_owned()
    };
    let (inside, outside) = (
        made(INSIDE, "Hotel"),
        made(&format!("{INSIDE}, {OUTSIDE}"), "Młyn"),
    );
    assert!(
        firm.get(&session, OWNERS, &format!("/clients/{inside}"))
            .text
            .contains("in the office")
    );
    assert!(
        !firm
            .get(&session, OWNERS, &format!("/clients/{outside}"))
            .text
            .contains("in the office")
    );

    for (query, wanted, unwanted) in [
        ("office=true", &inside, &outside),
        ("office=false", &outside, &inside),
    ] {
        let page = firm
            .get(&session, OWNERS, &format!("/audit?kind=created&{query}"))
            .text;
        assert!(
            page.contains(wanted.as_str()) && !page.contains(unwanted.as_str()),
            "{query}"
        );
        let file = firm.get(
            &session,
            OWNERS,
            &format!("/audit/export?format=csv&kind=created&{query}"),
        );
        assert!(file.heads["content-disposition"].starts_with("attachment"));
        assert!(
            file.text.contains(wanted.as_str()) && !file.text.contains(unwanted.as_str()),
            "{query}"
        );
    }
    let report = firm
        .get(
            &session,
            OWNERS,
            &format!("/audit/places?user={}", firm.sales_id),
        )
        .text;
    let row = report
        .split("<tr")
        .skip(1)
        .find(|row| row.contains("Sara"))
        .expect("a row of hers");
    assert_eq!(row.matches("<td").count(), 5);
    assert!(
        row.contains("in the office: 1") && row.contains("elsewhere: 1"),
        "one act in the office, one elsewhere: {row}"
    );
    // The whole log as it is chained: each entry holds the hash of the older one.
    let file = firm.get(&session, OWNERS, "/audit/export?format=json").text;
    let lines: Vec<&str> = file.lines().filter(|line| line.starts_with('{')).collect();
    assert!(lines.len() > 8, "{file}");
    for pair in lines.windows(2) {
        let newer: Json = serde_json::from_str(pair[0]).unwrap();
        let older = data_encoding::HEXLOWER
            .encode(&<sha2::Sha256 as sha2::Digest>::digest(pair[1].as_bytes()));
        assert_eq!(newer["prev"], older.as_str(), "{}", pair[0]);
    }
    let sales = firm.sign_in(SALES, INSIDE).session().unwrap();
    for path in [
        "/audit/export?format=json",
        "/audit/places",
        "/settings/security",
        "/settings/users/x/places",
    ] {
        assert_eq!(firm.get(&sales, INSIDE, path).status, 403, "{path}");
    }
}
