//! Every route as a guest, as every role, and with a session that has ended. The table of routes is held against a list
//! that says what each needs: a route that nobody wrote down fails, and so does one that needs less than written.

use kartoteka::api::api_routes;
use kartoteka::auth::Passwords;
use kartoteka::data::{BuiltIn, Channel, Founding, Permission, Role, Scope};
use kartoteka::modules::RECORD_TYPES;
use kartoteka::web::{Need, page_routes};
use serde_json::json;

use super::browser_without_script::{Browser, PASSWORD};
use super::firm;
use super::program::{Served, program};

/// One line a route: method, path, need.
const WRITTEN_DOWN: &str = include_str!("routes.txt");
/// An id that no record has.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";

#[test]
fn every_route_is_written_down_with_what_it_needs() {
    let mut table: Vec<String> = page_routes()
        .iter()
        .chain(&api_routes(&RECORD_TYPES))
        .map(|route| format!("{} {} {}", route.method, route.path, route.need))
        .collect();
    table.sort();
    let written: Vec<&str> = WRITTEN_DOWN
        .lines()
        .filter(|line| !line.is_empty())
        .collect();
    let unwritten: Vec<&String> = table
        .iter()
        .filter(|line| !written.contains(&line.as_str()))
        .collect();
    let gone: Vec<&&str> = written
        .iter()
        .filter(|line| !table.iter().any(|route| route == *line))
        .collect();
    assert!(
        unwritten.is_empty() && gone.is_empty(),
        "tests/it/routes.txt must say what each route needs.\nNot written down:\n{}\nWritten down but not there:\n{}",
        unwritten
            .iter()
            .map(|line| line.as_str())
            .collect::<Vec<_>>()
            .join("\n"),
        gone.iter()
            .map(|line| **line)
            .collect::<Vec<_>>()
            .join("\n"),
    );
}

#[test]
fn no_route_opens_without_what_it_needs() {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let people = make_people(&data);
    std::fs::write(
        data.join("kartoteka.toml"),
        "[limits]\nrequests_per_minute = 0\n",
    )
    .unwrap();
    let tokens: Vec<String> = people
        .iter()
        .map(|(email, _)| token(&data, email))
        .collect();
    let served = Served::on(&data);

    let guest = Browser::new(&served.address, "en");
    let ended = Browser::signed_in(&served.address, "en", &people[0].0);
    let csrf = ended.get("/").csrf();
    assert_eq!(ended.post("/logout", &[("csrf", &csrf)]).status, 303);
    for route in page_routes()
        .iter()
        .filter(|route| !matches!(route.need, Need::Public(_)))
    {
        let path = filled(&route.path);
        for (who, browser) in [("a guest", &guest), ("an ended session", &ended)] {
            let page = if route.method == "GET" {
                browser.get(&path)
            } else {
                browser.post(&path, &[])
            };
            let led_away = page.status == 303 && page.location.starts_with("/login");
            assert!(
                led_away || page.status == 403,
                "{who} got {} from {} {path}",
                page.status,
                route.method
            );
        }
    }
    for ((email, role), token) in people.iter().zip(&tokens) {
        let browser = Browser::signed_in(&served.address, "en", email);
        let csrf = browser.get("/").csrf();
        for route in page_routes() {
            let path = filled(&route.path);
            let Need::Permission(permission) = route.need else {
                continue;
            };
            if route.method != "GET" {
                let forged = browser.post(&path, &[("csrf", "wrong")]);
                assert_eq!(
                    forged.status, 403,
                    "{email} posted to {path} with a wrong token"
                );
            }
            if holds(role, permission) {
                continue;
            }
            let page = if route.method == "GET" {
                browser.get(&path)
            } else {
                browser.post(&path, &[("csrf", &csrf)])
            };
            assert_eq!(
                page.status,
                403,
                "{email} reached {} {path} without {}",
                route.method,
                permission.name()
            );
        }
        for route in api_routes(&RECORD_TYPES) {
            let path = filled(&route.path);
            assert_eq!(
                ask(&served.address, &route.method, &path, "").0,
                401,
                "no token: {} {path}",
                route.method
            );
            assert_eq!(
                ask(&served.address, &route.method, &path, "wrong").0,
                401,
                "wrong token: {} {path}",
                route.method
            );
            let Need::TokenWith(permission) = route.need else {
                continue;
            };
            if !holds(role, permission) {
                let (status, text) = ask(&served.address, &route.method, &path, token);
                assert_eq!(
                    status,
                    403,
                    "{email} reached {} {path} without {}: {text}",
                    route.method,
                    permission.name()
                );
            }
        }
    }
}

/// Whether a role holds a permission on some record at least, by its words alone.
fn holds(role: &Role, permission: Permission) -> bool {
    let access = |module| role.module(module);
    match permission {
        Permission::View(module) => access(module).view != Scope::None || access(module).unassigned,
        Permission::Create(module) => access(module).create,
        Permission::Edit(module) => access(module).edit != Scope::None,
        Permission::Delete(module) => access(module).delete != Scope::None,
        Permission::Export(module) => access(module).export,
        Permission::Import(module) => access(module).import,
        Permission::Option(module, option) => access(module).options.contains(option),
        Permission::Admin(right) => role.admin.contains(&right),
        Permission::GrantMore => role.built_in == Some(BuiltIn::Owner),
    }
}

/// A path with something in its variable parts.
fn filled(path: &str) -> String {
    let parts = path.split('/').map(|part| match part {
        "{field}" => "tags",
        part if part.starts_with('{') => NOBODY,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

fn make_people(data: &std::path::Path) -> Vec<(String, Role)> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let vault = firm::open(data).unwrap();
        let hash = Passwords::new().hash(PASSWORD).await;
        let founding = Founding {
            firm: "Firma".to_owned(),
            demo: false,
            email: firm::OWNER.to_owned(),
            name: "Olga".to_owned(),
            password_hash: hash.clone(),
            language: None,
            channel: Channel::Command,
        };
        vault.found(founding).await.unwrap();
        let owner = firm::access(&vault, firm::OWNER);
        let nothing = owner
            .create_role(firm::object(json!({"name": "Nothing at all"})))
            .await
            .unwrap();
        let mut people = vec![(firm::OWNER.to_owned(), BuiltIn::Owner.role())];
        let roles = BuiltIn::ALL
            .into_iter()
            .skip(1)
            .map(BuiltIn::role)
            .chain([nothing]);
        for (number, role) in roles.enumerate() {
            let email = format!("rola{number}@firma.test");
            let json = json!({"email": email, "name": format!("Rola {number}"), "role": role.id});
            owner
                .create_user(firm::object(json), Some(hash.clone()))
                .await
                .unwrap();
            people.push((email, role));
        }
        people
    })
}

fn token(data: &std::path::Path, email: &str) -> String {
    let made = program(data, &["token", "add", "--user", email, "--name", "routes"])
        .output()
        .unwrap();
    assert!(made.status.success());
    String::from_utf8(made.stdout).unwrap().trim().to_owned()
}

fn ask(address: &str, method: &ureq::http::Method, path: &str, token: &str) -> (u16, String) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("http://{address}{path}"));
    if !token.is_empty() {
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let request = request
        .header("Content-Type", "application/json")
        .body("{}")
        .unwrap();
    let mut answer = agent.run(request).expect("an answer");
    let text = answer.body_mut().read_to_string().unwrap_or_default();
    (answer.status().as_u16(), text)
}
