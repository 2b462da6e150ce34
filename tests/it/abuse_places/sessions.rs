//! What an open session is good for, who ends it, and what is kept of where it was.

use serde_json::{Value as Json, json};

use crate::browser_without_script::PASSWORD;
use crate::firm;
use crate::program::run;
use crate::raw_http::csrf;
use crate::served_firm::{ADMIN, Firm, INSIDE, OUTSIDE, OWNERS, SALES};

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
    // Signing out ends a session for whoever kept its cookie.
    let out = firm.post(&strangers, INSIDE, "/logout", &[("csrf", &admins_form)]);
    assert_eq!(out.status, 303);
    assert_eq!(firm.get(&strangers, INSIDE, "/clients").status, 303);
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
