//! A stand-in for both registers on this machine, well-behaved or not, number by number.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::{Value as Json, json};

use crate::config;

/// A number that the stand-in knows, and its account.
pub(crate) const KNOWN: &str = "5261040828";
pub(crate) const ACCOUNT: &str = "61109010140000071219812874";
pub(crate) const OTHER_ACCOUNT: &str = "27114020040000300201355387";

/// How it answers about a number.
#[derive(Clone, Debug)]
pub(crate) enum Manner {
    /// As the register would.
    Knows(Json),
    /// After a long time.
    Slow,
    /// A page for people.
    Html,
    /// More than anybody should read.
    Huge,
    /// To be found somewhere else on this machine.
    Elsewhere,
    /// The questions of the day are used up.
    Limit,
    /// About somebody else.
    Another,
    /// JSON of another shape.
    Shapeless,
    /// The server is broken.
    Broken,
    /// It does not like the number.
    Refuses,
}

#[derive(Clone, Default)]
struct Book {
    manners: Arc<Mutex<HashMap<String, Manner>>>,
    asked: Arc<Mutex<Vec<String>>>,
}

/// The stand-in; it stops with the test.
pub(crate) struct TestRegister {
    pub(crate) base: String,
    book: Book,
}

/// Where the registers are, as the configuration says it; an empty text switches one off.
pub(crate) fn config(vat_payers: &str, vies: &str) -> config::Registers {
    let text = format!("[registers]\nvat_payers = '{vat_payers}'\nvies = '{vies}'\n");
    let file = std::path::Path::new("kartoteka.toml");
    let config = config::Config::parse(&text, file, &|_| None).unwrap();
    config.registers
}

/// A subject as the Polish register gives it.
pub(crate) fn subject(nip: &str, name: &str) -> Json {
    json!({
        "name": name, "nip": nip, "statusVat": "Czynny", "regon": "010648235", "pesel": null, "krs": "0000025237",
        "residenceAddress": null, "workingAddress": "UL. PROSTA 51, 00-838 WARSZAWA",
        "representatives": [], "accountNumbers": [ACCOUNT, OTHER_ACCOUNT], "hasVirtualAccounts": false,
    })
}

impl TestRegister {
    pub(crate) async fn start() -> Self {
        let book = Book::default();
        let app = Router::new()
            .route("/api/search/nip/{nip}", get(one))
            .route("/api/search/nips/{nips}", get(several))
            .route("/vies/ms/{country}/vat/{number}", get(vies))
            .route("/elsewhere", get(elsewhere))
            .with_state(book.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        tokio::spawn(async move { axum::serve(listener, app).await });
        let register = Self {
            base: format!("http://{address}"),
            book,
        };
        register.about(KNOWN, Manner::Knows(subject(KNOWN, "ŻÓŁW SPÓŁKA AKCYJNA")));
        register
    }

    pub(crate) fn config(&self) -> config::Registers {
        config(&self.base, &format!("{}/vies", self.base))
    }

    pub(crate) fn about(&self, number: &str, manner: Manner) {
        let mut manners = self.book.manners.lock().unwrap();
        manners.insert(number.to_owned(), manner);
    }

    /// What was asked, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.book.asked.lock().unwrap().clone()
    }
}

impl Book {
    fn note(&self, what: &str, heads: &HeaderMap) {
        let agent = heads.get(header::USER_AGENT);
        let agent = agent.map_or("", |agent| agent.to_str().unwrap());
        self.asked.lock().unwrap().push(format!("{what} {agent}"));
    }

    fn manner(&self, number: &str) -> Option<Manner> {
        self.manners.lock().unwrap().get(number).cloned()
    }
}

async fn one(
    State(book): State<Book>,
    Path(nip): Path<String>,
    heads: HeaderMap,
    uri: axum::http::Uri,
) -> Response {
    book.note(&uri.to_string(), &heads);
    let result = |subject: Json| json!({"result": {"subject": subject, "requestId": "req-1", "requestDateTime": "24-11-2026 10:00:00"}});
    match book.manner(&nip) {
        None => axum::Json(result(Json::Null)).into_response(),
        Some(Manner::Knows(subject)) => axum::Json(result(subject)).into_response(),
        Some(Manner::Another) => axum::Json(result(subject("1111111111", "INNY"))).into_response(),
        Some(manner) => badly(&manner).await,
    }
}

async fn badly(manner: &Manner) -> Response {
    let error = |status: u16, code: &str, message: &str| {
        let status = StatusCode::from_u16(status).unwrap();
        (
            status,
            axum::Json(json!({"code": code, "message": message})),
        )
            .into_response()
    };
    match manner {
        Manner::Slow => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            StatusCode::OK.into_response()
        }
        Manner::Html => Html("<html>Przerwa techniczna</html>").into_response(),
        Manner::Huge => format!("{{\"x\": \"{}\"}}", "a".repeat(3 << 20)).into_response(),
        Manner::Elsewhere => Redirect::temporary("/elsewhere").into_response(),
        Manner::Limit => error(429, "WL-191", "Przekroczono dzienny limit zapytań"),
        Manner::Refuses => error(400, "WL-115", "Nieprawidłowy NIP"),
        Manner::Broken => (StatusCode::BAD_GATEWAY, "zepsute").into_response(),
        _ => axum::Json(json!({"result": [1, 2]})).into_response(),
    }
}

async fn several(
    State(book): State<Book>,
    Path(nips): Path<String>,
    heads: HeaderMap,
    uri: axum::http::Uri,
) -> Response {
    book.note(&uri.to_string(), &heads);
    let mut entries = Vec::new();
    for nip in nips.split(',') {
        entries.push(match book.manner(nip) {
            Some(Manner::Knows(subject)) => json!({"identifier": nip, "subjects": [subject]}),
            None => json!({"identifier": nip, "subjects": []}),
            Some(Manner::Refuses) => {
                json!({"identifier": nip, "error": {"code": "WL-115", "message": "Nieprawidłowy NIP"}})
            }
            Some(manner) => return badly(&manner).await,
        });
    }
    axum::Json(json!({"result": {"entries": entries, "requestId": "req-30"}})).into_response()
}

async fn vies(
    State(book): State<Book>,
    Path((country, number)): Path<(String, String)>,
    heads: HeaderMap,
    uri: axum::http::Uri,
) -> Response {
    book.note(&uri.to_string(), &heads);
    match book.manner(&format!("{country}{number}")) {
        None => axum::Json(json!({"isValid": false, "userError": "INVALID", "name": "---"}))
            .into_response(),
        Some(Manner::Knows(json)) => axum::Json(json).into_response(),
        Some(manner) => badly(&manner).await,
    }
}

async fn elsewhere(State(book): State<Book>, heads: HeaderMap) -> Response {
    book.note("/elsewhere", &heads);
    axum::Json(json!({"result": {"subject": subject(KNOWN, "PODSTAWIONY"), "requestId": "x"}}))
        .into_response()
}
