//! Rules of place and time: what they stop, who may set them, and that nobody locks themselves out.

use kartoteka::data::{AdminRight, BuiltIn};
use serde_json::{Value as Json, json};

use super::never;
use crate::browser_without_script::PASSWORD;
use crate::firm;
use crate::program::run;
use crate::raw_http::csrf;
use crate::served_firm::{ADMIN, Firm, INSIDE, OUTSIDE, OWNERS, SALES};

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
