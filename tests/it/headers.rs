//! What every answer carries, whatever it is and whoever asks.

use serde_json::Value as Json;

use crate::browser_without_script::PASSWORD;
use crate::firm;
use crate::raw_http::{Answer, ask};
use crate::served_firm::{Firm, OWNERS};

/// Headers that keep browsers safe, with what must stand in them.
const SAFE: [(&str, &[&str]); 6] = [
    (
        "content-security-policy",
        &[
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
            "form-action 'self'",
        ],
    ),
    ("x-content-type-options", &["nosniff"]),
    ("x-frame-options", &["DENY"]),
    ("referrer-policy", &["same-origin"]),
    ("cross-origin-opener-policy", &["same-origin"]),
    ("cross-origin-resource-policy", &["same-origin"]),
];

fn check(asked: &str, answer: &Answer, kind: &str) {
    for (name, parts) in SAFE {
        let value = answer.heads.get(name).map_or("", String::as_str);
        for part in parts {
            assert!(value.contains(part), "{asked}: {name}: {value}");
        }
        assert!(!value.contains("unsafe"), "{asked}: {name}: {value}");
    }
    let origin = answer.heads.get("access-control-allow-origin");
    assert_eq!(origin, None, "{asked}");
    let given = answer.heads.get("content-type").map_or("", String::as_str);
    assert_eq!(given, kind, "{asked}: {}", answer.text);
}

#[test]
fn every_answer_says_what_it_is_and_keeps_browsers_safe() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    let page = "text/html; charset=utf-8";
    let session = firm.sign_in(firm::OWNER, OWNERS).session().unwrap();
    let signed_in = firm.get(&session, OWNERS, "/clients");
    let style = signed_in
        .text
        .split('"')
        .find(|part| part.starts_with("/assets/app") && part.ends_with("css"))
        .expect("a style")
        .to_owned();
    for (path, status, kind) in [
        ("/", 200, page),
        ("/clients", 200, page),
        ("/clients/new", 200, page),
        ("/clients/export?format=csv", 200, "text/csv; charset=utf-8"),
        ("/settings/security", 200, page),
        ("/nothing", 404, page),
        ("/clients/nothing", 404, page),
        (&style, 200, "text/css; charset=utf-8"),
    ] {
        let answer = firm.get(&session, OWNERS, path);
        assert_eq!(answer.status, status, "{path}");
        check(path, &answer, kind);
    }
    // Nobody, a form that is not ours, and what leads on and has no body.
    let guests = ask(&firm.served.address, "GET /login", &[], "");
    check("/login", &guests, page);
    let forged = [("email", firm::OWNER), ("password", PASSWORD)];
    let forged = firm.post("", OWNERS, "/login", &forged);
    assert_eq!(forged.status, 403);
    check("a forged form", &forged, page);
    let away = firm.get("", OWNERS, "/clients");
    assert_eq!((away.status, away.text.as_str()), (303, ""));
    check("/clients as nobody", &away, "");
    for (first, token, status, kind) in [
        ("GET /me", firm.owner.as_str(), 200, "application/json"),
        ("GET /nothing", &firm.owner, 404, "application/problem+json"),
        ("GET /me", "nobody's", 401, "application/problem+json"),
    ] {
        let answer = firm.api(token, OWNERS, first, &Json::Null);
        assert_eq!(answer.status, status, "{first}");
        check(first, &answer, kind);
    }
}
