//! Unique marks in every field of records of every owner; then every page, search, sort, filter, export and API answer is
//! read as people of every role. A mark that its reader must not see fails the test. Works from the declared record
//! types alone, so a new module is covered as soon as it is declared.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use kartoteka::auth::Passwords;
use kartoteka::data::{
    Access, BuiltIn, Channel, CustomChoice, CustomKind, Draft, Field, FieldWish, Founding,
    GroupWish, Kind, Module, Names, Permission, RecordType, Role, Scope, Setter, UserId, Vault,
    common,
};
use serde_json::{Value as Json, json};

use super::browser_without_script::{Browser, PASSWORD};
use super::firm;
use super::program::{Served, program};

/// Pages read as one person.
const MOST_PAGES: usize = 260;
/// Pages that differ only in their parameters, for one path.
const MOST_OF_A_PATH: usize = 12;

/// A mark: what was planted where.
#[derive(Clone, Debug)]
struct Mark {
    text: String,
    record: String,
    owner: Option<UserId>,
    module: Module,
    group: &'static str,
    field: &'static str,
}

/// In the place of a field: the mark is what a field of the firm's own, or a choice of it, is called.
const LABEL: &str = "label";

struct Planted {
    _root: tempfile::TempDir,
    served: Served,
    /// With the fields of the firm's own.
    kinds: Vec<&'static RecordType>,
    marks: Vec<Mark>,
    people: Vec<Person>,
    tokens: BTreeMap<String, String>,
}

/// Somebody with what the test itself knows of their role.
struct Person {
    email: String,
    id: UserId,
    role: Role,
    team: Vec<UserId>,
}

impl Person {
    /// Whether they may see a mark, by the words of the role alone.
    fn sees(&self, mark: &Mark) -> bool {
        let access = self.role.module(mark.module);
        if mark.field == LABEL {
            return access.group(mark.group) >= kartoteka::data::GroupAccess::Read;
        }
        let in_scope = match (access.view, mark.owner) {
            (Scope::All, _) => true,
            (_, None) => access.unassigned,
            (Scope::Team, Some(owner)) => self.team.contains(&owner) || owner == self.id,
            (Scope::Own, Some(owner)) => owner == self.id,
            (Scope::None, _) => false,
        };
        in_scope && access.group(mark.group) >= kartoteka::data::GroupAccess::Read
    }
}

#[test]
fn nothing_hidden_shows_anywhere() {
    let planted = plant();
    for (number, person) in planted.people.iter().enumerate() {
        let language = if number % 2 == 0 { "pl" } else { "en" };
        let hidden: Vec<&Mark> = planted
            .marks
            .iter()
            .filter(|mark| !person.sees(mark))
            .collect();
        let shown: Vec<&Mark> = planted
            .marks
            .iter()
            .filter(|mark| person.sees(mark))
            .collect();
        let mut seen = BTreeSet::new();
        crawl_pages(&planted, person, language, &hidden, &mut seen);
        ask_api(&planted, person, &hidden, &shown, &mut seen);
        // The guard against a test that sees nothing at all.
        for mark in shown
            .iter()
            .filter(|mark| mark.field == "name" || mark.field == "title")
        {
            assert!(
                seen.contains(&mark.text),
                "{} never saw {mark:?}",
                person.email
            );
        }
    }
}

fn plant() -> Planted {
    let root = tempfile::tempdir().unwrap();
    let data = root.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (marks, people, kinds) = runtime.block_on(async {
        let vault = firm::open(&data).unwrap();
        let (owner, mut people) = make_people(&vault).await;
        let owners: Vec<Option<UserId>> = people
            .iter()
            .map(|person| Some(person.id))
            .chain([None])
            .collect();
        let mut marks = Vec::new();
        let mut kinds = Vec::new();
        for kind in vault.kinds() {
            make_fields(&owner, kind.module, &mut marks).await;
            let kind = vault.kind(kind.module).unwrap();
            for owned_by in &owners {
                plant_record(&owner, kind, *owned_by, &mut marks).await;
            }
            kinds.push(kind);
        }
        grant_own_group(&owner, &mut people).await;
        (marks, people, kinds)
    });
    drop(runtime);
    std::fs::write(
        data.join("kartoteka.toml"),
        "[limits]\nrequests_per_minute = 0\n",
    )
    .unwrap();
    let mut tokens = BTreeMap::new();
    for person in &people {
        let made = program(
            &data,
            &["token", "add", "--user", &person.email, "--name", "crawl"],
        )
        .output()
        .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        tokens.insert(
            person.email.clone(),
            String::from_utf8(made.stdout).unwrap().trim().to_owned(),
        );
    }
    let served = Served::on(&data);
    Planted {
        _root: root,
        served,
        kinds,
        marks,
        people,
        tokens,
    }
}

async fn make_people(vault: &Vault) -> (Access, Vec<Person>) {
    let hash = Passwords::new().hash(PASSWORD).await;
    let owner_id = vault
        .found(Founding {
            firm: "Firma".to_owned(),
            demo: false,
            email: firm::OWNER.to_owned(),
            name: "Olga Pierwsza".to_owned(),
            password_hash: hash.clone(),
            language: None,
            channel: Channel::Command,
        })
        .await
        .unwrap();
    let owner = firm::access(vault, firm::OWNER);
    let team = owner
        .create_team(firm::object(json!({"name": "Handel"})))
        .await
        .unwrap();
    let mut roles: Vec<Role> = BuiltIn::ALL.into_iter().map(BuiltIn::role).collect();
    let loose = json!({"name": "Bez opiekuna też", "modules": {"clients": {"view": "own", "unassigned": true, "export": true,
        "create": true, "edit": "own"}}});
    roles.push(owner.create_role(firm::object(loose)).await.unwrap());
    roles.push(
        owner
            .create_role(firm::object(json!({"name": "Nic nie widzi"})))
            .await
            .unwrap(),
    );
    let mut people = vec![Person {
        email: firm::OWNER.to_owned(),
        id: owner_id,
        role: BuiltIn::Owner.role(),
        team: vec![],
    }];
    for (number, role) in roles.into_iter().enumerate().skip(1) {
        let email = format!("osoba{number}@firma.test");
        let in_team = matches!(role.built_in, Some(BuiltIn::Manager | BuiltIn::Salesperson));
        let mut json =
            json!({"email": email, "name": format!("Osoba Numer {number}"), "role": role.id});
        if in_team {
            json["team"] = json!(team.id);
        }
        let user = owner
            .create_user(firm::object(json), Some(hash.clone()))
            .await
            .unwrap();
        people.push(Person {
            email,
            id: user.id,
            role,
            team: vec![],
        });
    }
    let mates: Vec<UserId> = people
        .iter()
        .filter(|person| {
            matches!(
                person.role.built_in,
                Some(BuiltIn::Manager | BuiltIn::Salesperson)
            )
        })
        .map(|person| person.id)
        .collect();
    for person in &mut people {
        if mates.contains(&person.id) {
            person.team.clone_from(&mates);
        }
    }
    (owner, people)
}

/// The firm's own field group of every module, as roles name it.
const OWN_GROUP: &str = "wlasna";

/// Fields of the firm's own: in no group, in finance where the module has it, in a group of its own. What the fields and
/// their choices are called are marks as well.
async fn make_fields(owner: &Access, module: Module, marks: &mut Vec<Mark>) {
    let mut groups = vec![("", GroupWish::Known(String::new()))];
    groups.extend(
        module
            .groups()
            .iter()
            .map(|group| (*group, GroupWish::Known((*group).to_owned()))),
    );
    groups.extend([
        (OWN_GROUP, GroupWish::New(Names::same("Własna"))),
        (OWN_GROUP, GroupWish::Known(OWN_GROUP.to_owned())),
    ]);
    for (number, (group, wish)) in groups.into_iter().enumerate() {
        let mut mark = |what: &str| {
            let text = format!("{what}{}koniec", marks.len());
            marks.push(Mark {
                text: text.clone(),
                record: String::new(),
                owner: None,
                module,
                group,
                field: LABEL,
            });
            text
        };
        let label = mark("pole");
        let kind = if number % 2 == 0 {
            CustomKind::Text
        } else {
            let names = Names::same(mark("pozycja"));
            let choice = CustomChoice {
                names,
                ..CustomChoice::default()
            };
            CustomKind::Choice {
                choices: vec![choice],
            }
        };
        let wish = FieldWish {
            group: wish,
            listed: true,
            ..FieldWish::plain(format!("Pole {number}"), kind)
        };
        // Named anew, so that asking for it by its name does not say what it is called.
        let made = owner.create_custom_field(module, wish).await.unwrap();
        let wish = FieldWish {
            group: GroupWish::Known(made.group),
            listed: true,
            ..FieldWish::plain(label, made.kind)
        };
        owner
            .update_custom_field(module, &made.name, wish, None)
            .await
            .unwrap();
    }
}

/// One role of the firm's own reads its group of fields; nobody else but the owner does.
async fn grant_own_group(owner: &Access, people: &mut [Person]) {
    let person = people
        .iter_mut()
        .find(|person| person.role.built_in.is_none() && !person.role.modules.is_empty())
        .unwrap();
    let mut json = person.role.to_json();
    json["modules"]["clients"]["groups"][OWN_GROUP] = json!("read");
    let modules = json!({"modules": json["modules"]});
    person.role = owner
        .update_role(person.role.id, firm::object(modules), None)
        .await
        .unwrap();
}

/// Makes a record with a mark in every field that can hold one, and changes each mark once, so that history holds marks
/// too.
async fn plant_record(
    owner: &Access,
    kind: &'static RecordType,
    owned_by: Option<UserId>,
    marks: &mut Vec<Mark>,
) {
    let mut planted: Vec<(&'static Field, String)> = Vec::new();
    let mut both = [Draft::default(), Draft::default()];
    for field in kind
        .fields
        .iter()
        .filter(|field| field.setter == Setter::People)
    {
        for draft in &mut both {
            // What a choice is called is a mark of its own, the same in every record.
            if let Kind::Pick(choices) = field.kind {
                let chosen = field.kind.take_json(&json!(choices[0].id)).unwrap();
                draft.values.insert(field.no, chosen);
            }
            if let Some((json, text)) = marked(field, marks.len() + planted.len() + 1) {
                draft
                    .values
                    .insert(field.no, field.kind.take_json(&json).unwrap());
                planted.push((field, text));
            }
        }
    }
    let [mut first, second] = both;
    let given = owned_by.map_or(Json::Null, |owner| json!(owner));
    first
        .values
        .insert(common::OWNER, Kind::Owner.take_json(&given).unwrap());
    let made = owner.create(kind, first).await.unwrap();
    owner
        .update(kind, made.id(), second.values, None)
        .await
        .unwrap();
    marks.extend(planted.into_iter().map(|(field, text)| Mark {
        text,
        record: made.id().to_string(),
        owner: owned_by,
        module: kind.module,
        group: field.group,
        field: field.name,
    }));
}

/// A value that holds a mark, and the mark as it would show.
fn marked(field: &Field, number: usize) -> Option<(Json, String)> {
    let word = format!("znak{number}koniec");
    Some(match field.kind {
        Kind::Text(_) | Kind::LongText(_) => (json!(word), word),
        Kind::Tags => (json!([word]), word),
        Kind::Emails => (json!([format!("{word}@marka.test")]), word),
        Kind::Link => (json!(format!("https://{word}.test")), word),
        Kind::Money => {
            let amount = format!("7{number:05}3.17");
            (
                json!({"amount": amount, "currency": "PLN"}),
                format!("7{number:05}3"),
            )
        }
        _ => return None,
    })
}

/// Text in which numbers stand as they were typed: without the spaces that group them.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !matches!(c, ' ' | '\u{a0}' | '\u{202f}' | ','))
        .collect()
}

/// Fails where a hidden mark shows; notes the marks that do.
fn look(
    what: &str,
    person: &Person,
    text: &str,
    asked: &str,
    planted: &[Mark],
    hidden: &[&Mark],
    seen: &mut BTreeSet<String>,
) {
    // The packed bytes of a sheet may make up any sign by chance; the same export is looked at as .csv and JSON.
    let packed = text.starts_with("PK\u{3}\u{4}");
    assert!(
        packed || !text.contains('⟦'),
        "{what} shows a bare key: {text}"
    );
    let plain = plain(text);
    for mark in hidden.iter().filter(|mark| mark.text != asked) {
        assert!(
            !plain.contains(&mark.text),
            "{} sees {mark:?} in {what}",
            person.email
        );
    }
    seen.extend(
        planted
            .iter()
            .filter(|mark| plain.contains(&mark.text))
            .map(|mark| mark.text.clone()),
    );
}

fn crawl_pages(
    planted: &Planted,
    person: &Person,
    language: &'static str,
    hidden: &[&Mark],
    seen: &mut BTreeSet<String>,
) {
    let browser = Browser::signed_in(&planted.served.address, language, &person.email);
    let mut queue: VecDeque<String> = VecDeque::from(["/".to_owned()]);
    for kind in &planted.kinds {
        let list = format!("/{}", kind.module);
        for field in kind.fields {
            queue.push_back(format!("{list}?sort={}", field.name));
            queue.push_back(format!("{list}?sort=-{}", field.name));
            queue.push_back(format!("{list}?{}_empty=false", field.name));
        }
        for format in ["csv", "json"] {
            queue.push_back(format!("{list}/export?format={format}"));
        }
        queue.push_back(format!("{list}?per_page=100"));
    }
    let mut visited = BTreeSet::new();
    let mut of_path: BTreeMap<String, usize> = BTreeMap::new();
    while let Some(address) = queue.pop_front() {
        let address = address.split('#').next().unwrap_or_default().to_owned();
        let path = address.split('?').next().unwrap_or_default().to_owned();
        let count = of_path.entry(path.clone()).or_default();
        let listed = planted
            .kinds
            .iter()
            .any(|kind| path == format!("/{}", kind.module));
        if !address.starts_with('/')
            || visited.len() >= MOST_PAGES
            || (*count >= MOST_OF_A_PATH && !listed)
        {
            continue;
        }
        if !visited.insert(address.clone()) {
            continue;
        }
        *count += 1;
        let page = browser.get(&address);
        assert!(
            page.status < 500,
            "{address} broke as {}: {}",
            person.email,
            page.text
        );
        look(
            &address,
            person,
            &page.text,
            "",
            &planted.marks,
            hidden,
            seen,
        );
        if page.status == 303 {
            queue.push_back(page.location.clone());
        }
        queue.extend(page.links());
    }
    // Hidden records answer as those that are not there, and searching a hidden mark finds nothing.
    let of_records: Vec<&&Mark> = hidden.iter().filter(|mark| mark.field != LABEL).collect();
    for mark in of_records.iter().step_by(hidden.len() / 25 + 1) {
        for address in [
            format!("/search?q={}", mark.text),
            format!("/{}?q={}", mark.module, mark.text),
        ] {
            let page = browser.get(&address);
            look(
                &address,
                person,
                &page.text,
                &mark.text,
                &planted.marks,
                hidden,
                seen,
            );
            assert!(
                !page
                    .text
                    .contains(&format!("/{}/{}", mark.module, mark.record)),
                "{address} leads {} to {mark:?}",
                person.email
            );
        }
    }
}

fn ask_api(
    planted: &Planted,
    person: &Person,
    hidden: &[&Mark],
    shown: &[&Mark],
    seen: &mut BTreeSet<String>,
) {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    let bearer = format!("Bearer {}", planted.tokens[&person.email]);
    let ask = |path: &str| {
        let url = format!("http://{}/api/v1{path}", planted.served.address);
        let mut answer = agent
            .get(&url)
            .header("Authorization", &bearer)
            .call()
            .expect("an answer");
        let text = answer
            .body_mut()
            .with_config()
            .limit(50 << 20)
            .read_to_string()
            .expect("a body");
        (answer.status().as_u16(), text)
    };
    let mut paths: Vec<String> = [
        "/me",
        "/users",
        "/roles",
        "/teams",
        "/audit?limit=200",
        "/openapi.json",
    ]
    .map(str::to_owned)
    .to_vec();
    for kind in &planted.kinds {
        let list = format!("/{}", kind.module);
        paths.push(format!("{list}?limit=200"));
        for field in kind.fields {
            paths.push(format!("{list}?limit=200&sort={}", field.name));
            paths.push(format!("{list}?limit=200&sort=-{}", field.name));
            paths.push(format!("{list}?limit=200&{}_empty=false", field.name));
            paths.push(format!("{list}?limit=200&{}_from=0", field.name));
        }
    }
    for path in &paths {
        let (status, text) = ask(path);
        assert!(status < 500, "{path}: {text}");
        look(
            &format!("api {path}"),
            person,
            &text,
            "",
            &planted.marks,
            hidden,
            seen,
        );
    }
    for mark in hidden {
        let (status, text) = ask(&format!("/{}?q={}", mark.module, mark.text));
        if person.role.module(mark.module).view == Scope::None
            && !person.role.module(mark.module).unassigned
        {
            assert_eq!(
                status,
                403,
                "{} lists {}",
                person.email,
                Permission::View(mark.module).name()
            );
            continue;
        }
        let answer: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(
            answer["items"],
            json!([]),
            "{} finds {mark:?} by searching for it",
            person.email
        );
        assert_eq!(
            answer["total"],
            json!(0),
            "{} counts {mark:?} by searching for it",
            person.email
        );
    }
    let of_records = shown.iter().filter(|mark| mark.field != LABEL);
    for mark in of_records.step_by(7) {
        let (_, text) = ask(&format!("/{}/{}", mark.module, mark.record));
        look(
            &format!("api record {}", mark.record),
            person,
            &text,
            "",
            &planted.marks,
            hidden,
            seen,
        );
    }
    for mark in hidden
        .iter()
        .filter(|mark| mark.group.is_empty() && mark.field != LABEL)
        .step_by(5)
    {
        let (foreign, text) = ask(&format!("/{}/{}", mark.module, mark.record));
        let (missing, same) = ask(&format!(
            "/{}/00000000-0000-7000-8000-000000000000",
            mark.module
        ));
        assert_eq!(
            (foreign, text),
            (missing, same),
            "{} tells {mark:?} from nothing",
            person.email
        );
    }
}
