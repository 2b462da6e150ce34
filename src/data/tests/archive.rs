//! The whole firm out as lines and back: nothing differs but what is meant to.

mod hostile;

use std::collections::BTreeMap;
use std::io;
use std::ops::ControlFlow;

use super::*;
use crate::clients::CLIENTS;
use crate::data::store::{ALL_TABLES, Read, Table};

/// Parts of an archive as text, with their digests.
struct Lines {
    parts: Vec<(Part, Vec<u8>)>,
    digests: BTreeMap<String, String>,
    secret: String,
}

fn lines_of(vault: &Vault) -> Lines {
    let moment = vault.system("a test").moment().unwrap();
    assert_eq!(moment.contradiction().unwrap(), None);
    let mut lines = Lines {
        parts: Vec::new(),
        digests: BTreeMap::new(),
        secret: moment.secret(),
    };
    for part in moment.parts() {
        let mut text = Vec::new();
        let facts = moment.write(part, &mut |bytes| {
            text.extend_from_slice(bytes);
            Ok(())
        });
        let facts = facts.unwrap();
        assert_eq!(
            facts.lines,
            String::from_utf8_lossy(&text).matches('\n').count() as u64
        );
        lines.digests.insert(part.name(), facts.digest);
        lines.parts.push((part, text));
    }
    lines
}

impl Lines {
    fn text(&self, part: Part) -> String {
        let found = self.parts.iter().find(|(of, _)| *of == part).unwrap();
        String::from_utf8(found.1.clone()).unwrap()
    }

    /// The same with one part changed.
    fn with(&self, part: Part, change: impl Fn(&str) -> String) -> Vec<(Part, Vec<u8>)> {
        let changed = |(of, text): &(Part, Vec<u8>)| {
            let text = if *of == part {
                change(&String::from_utf8(text.clone()).unwrap()).into_bytes()
            } else {
                text.clone()
            };
            (*of, text)
        };
        self.parts.iter().map(changed).collect()
    }

    /// Loads parts, in pieces cut anywhere; digests are those given.
    fn load(
        &self,
        parts: &[(Part, Vec<u8>)],
        digests: &BTreeMap<String, String>,
        folder: &std::path::Path,
    ) -> Result<(), LoadError> {
        let mut loader = Loader::begin(folder, &RECORD_TYPES, &self.secret, true)?;
        for (part, text) in parts {
            loader.part(*part)?;
            for piece in text.chunks(1000) {
                loader.take(piece)?;
            }
        }
        let origin = LoadedFrom {
            by: None,
            archive: "x.tar.zst.age".into(),
            made_at: crate::clock::now(),
        };
        loader.finish(digests, Some(origin))
    }
}

fn entries(vault: &Vault, table: Table) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut entries = Vec::new();
    let snapshot = vault.inner_store().read().unwrap();
    let visit = &mut |key: &[u8], value: &[u8]| {
        entries.push((key.to_vec(), value.to_vec()));
        ControlFlow::Continue(())
    };
    snapshot.scan(table, &[], &[u8::MAX; 700], visit).unwrap();
    entries
}

fn choices() -> CustomKind {
    let choice = |pl: &str| CustomChoice {
        names: Names::same(pl),
        ..CustomChoice::default()
    };
    CustomKind::Choices {
        choices: vec![choice("Złoty"), choice("Srebrny")],
    }
}

/// A firm with something of everything.
async fn full_firm() -> TestFirm {
    let firm = firm().await;
    let owner = &firm.owner;
    for (name, kind) in [
        ("Klasa", choices()),
        (
            "Waga",
            CustomKind::Number {
                decimals: 3,
                least: None,
                most: None,
            },
        ),
        ("Stare", CustomKind::Text),
    ] {
        owner
            .create_custom_field(Module::Clients, FieldWish::plain(name, kind))
            .await
            .unwrap();
    }
    let kind = owner.read().unwrap().kind(Module::Clients).unwrap();
    let own = |at: usize| {
        let fields = kind.fields.iter().filter(|field| field.own.is_some());
        fields.map(|field| field.name).nth(at).unwrap()
    };
    let sales = firm.user("sala", BuiltIn::Salesperson).await;
    let mut made = Vec::new();
    for number in 0..40 {
        let mut pairs = vec![
            (
                "name",
                json!(format!("Zażółć „Gęślą” 漢字 🚜 {number}\u{2028}\\\"{{")),
            ),
            ("status", json!("active")),
            ("emails", json!([format!("a{number}@b.test"), "B@c.test"])),
            ("tags", json!(["hurt", "Łódź"])),
            (
                "credit_limit",
                json!({"amount": "12345.67", "currency": "PLN"}),
            ),
            ("discount_percent", json!(7.25)),
            ("notes", json!("wiersz\nwiersz\t,\"_stored\":{}")),
            ("address", json!(null)),
        ];
        pairs.retain(|(name, _)| *name != "address");
        if number % 3 == 0 {
            pairs.push((own(0), json!(["Złoty"])));
        }
        if number % 4 == 0 {
            pairs.push((own(1), json!(-1.125)));
            pairs.push((own(2), json!("zostaje")));
        }
        made.push(owner.create(kind, draft(kind, &pairs)).await.unwrap());
    }
    for seen in &made[..12] {
        let mut new = owner.new_file(kind, seen.id(), false).unwrap();
        io::Write::write_all(&mut new, b"umowa").unwrap();
        let draft = FileDraft {
            name: FileName::of("umowa „ramowa”.pdf"),
            stored: new.finish().unwrap(),
            finance: false,
        };
        owner.add_files(kind, seen.id(), vec![draft]).await.unwrap();
    }
    owner
        .retire_custom_field(Module::Clients, own(2).split_once('.').unwrap().1)
        .await
        .unwrap();
    let kind = owner.read().unwrap().kind(Module::Clients).unwrap();
    for seen in &made[..5] {
        owner.delete(kind, seen.id(), None).await.unwrap();
    }
    owner.restore(kind, made[0].id()).await.unwrap();
    let fresh = |id| owner.read().unwrap().get(kind, id).unwrap();
    let (kept, other) = (fresh(made[10].id()), fresh(made[11].id()));
    let merge = Merge {
        kept: kept.id(),
        others: vec![other.id()],
        versions: [(kept.id(), kept.version()), (other.id(), other.version())].into(),
        take: [].into(),
    };
    owner.merge(kind, merge).await.unwrap();
    let status = CLIENTS.named("status").unwrap();
    let change = BulkChange {
        set: [(status.no, status.kind.take_json(&json!("former")).unwrap())].into(),
        lists: Vec::new(),
    };
    let bulk = NewOperation {
        kind: OperationKind::BulkChange,
        module: Some(Module::Clients),
        total: Some(3),
        undoable: true,
        detail: json!({}),
    };
    let operation = owner.begin(bulk).await.unwrap().id;
    let ids = made[20..25].iter().map(Seen::id).collect();
    owner
        .change_in(Some(operation), kind, ids, change)
        .await
        .unwrap();
    let json = json!({"name": "Zespół"}).as_object().unwrap().clone();
    owner.create_team(json).await.unwrap();
    let mut role = BuiltIn::Manager.role().to_json();
    role["name"] = json!("Własna");
    role.as_object_mut()
        .unwrap()
        .retain(|key, _| key != "id" && key != "built_in");
    owner
        .create_role(role.as_object().unwrap().clone())
        .await
        .unwrap();
    owner.make_token("klucz", None).await.unwrap();
    sales
        .choose_columns(kind, Some(vec!["name".into()]))
        .await
        .unwrap();
    let server = MailServer {
        host: "mail.test".into(),
        port: 465,
        security: MailSecurity::Tls,
        user: "u".into(),
        password: MailPassword::new("tajne-haslo"),
        from: "a@b.test".into(),
        ca: String::new(),
    };
    owner.set_mail_server(Some(server)).await.unwrap();
    owner.begin_app().await.unwrap();
    firm
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_back_to_the_byte() {
    let firm = full_firm().await;
    let lines = lines_of(&firm.vault);
    assert!(
        lines
            .text(Part::Records(Module::Clients))
            .contains("\"cbor\"")
    );
    let folder = tempfile::tempdir().unwrap();
    let result =
        tokio::task::block_in_place(|| lines.load(&lines.parts, &lines.digests, folder.path()));
    result.unwrap();
    let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
    assert_eq!(vault.check_records().unwrap(), Vec::<String>::new());
    for table in ALL_TABLES {
        let (mut was, mut is) = (entries(&firm.vault, table), entries(&vault, table));
        match fate(table) {
            Fate::Left => assert!(is.is_empty(), "{table:?}"),
            Fate::Kept | Fate::Derived => {
                // The log goes on: its last entry tells of the restore.
                let is_head = |key: &[u8]| table == Table::Meta && key == b"audit-head";
                if table == Table::Audit {
                    let (_, last) = is.pop().unwrap();
                    assert!(String::from_utf8(last).unwrap().contains("x.tar.zst.age"));
                }
                for list in [&mut was, &mut is] {
                    list.retain(|(key, _)| !is_head(key));
                }
                assert_eq!(was, is, "{table:?}");
                let few = [
                    Table::Backups,
                    Table::Unsent,
                    Table::Pictures,
                    Table::Layouts,
                    Table::Views,
                ];
                assert!(
                    !is.is_empty() || few.contains(&table),
                    "nothing in {table:?}"
                );
            }
        }
    }
    vault.verify_audit().unwrap().unwrap();
    let password = vault.mail_server().unwrap().unwrap().password;
    assert_eq!(password.reveal(), "tajne-haslo");
    // A second time round the lines are the very same but for the new entry.
    let again = lines_of(&vault);
    for (part, text) in &again.parts {
        if !matches!(part, Part::Audit | Part::Settings) {
            assert_eq!(String::from_utf8_lossy(text), lines.text(*part), "{part:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_holds_what_the_api_shows() {
    let firm = full_firm().await;
    let lines = lines_of(&firm.vault);
    let reading = firm.owner.read().unwrap();
    let kind = reading.kind(Module::Clients).unwrap();
    let text = lines.text(Part::Records(Module::Clients));
    let mut count = 0;
    for line in text.lines() {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        let id: RecordId = line["id"].as_str().unwrap().parse().unwrap();
        line.as_object_mut().unwrap().remove("_stored").unwrap();
        assert_eq!(line, reading.get(kind, id).unwrap().to_json());
        count += 1;
    }
    assert!(count > 30);
    for line in lines.text(Part::Users).lines() {
        let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
        line.as_object_mut().unwrap().remove("_stored").unwrap();
        let id: UserId = line["id"].as_str().unwrap().parse().unwrap();
        assert_eq!(line, reading.rights().people().user(id).unwrap().to_json());
    }
    let roles = lines.text(Part::Roles);
    assert_eq!(roles.lines().count(), BuiltIn::ALL.len() + 1);
}

#[test]
fn every_table_that_is_kept_is_in_a_part() {
    let parts = Part::all(&Module::ALL);
    let mut names: Vec<String> = parts.iter().map(|part| part.name()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), parts.len());
    let kept = ALL_TABLES
        .iter()
        .filter(|table| fate(**table) == Fate::Kept)
        .count();
    // Each module has four parts, of one table each for all modules.
    assert_eq!(kept, parts.len() - 4 * (Module::ALL.len() - 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moment_stays_the_same_while_people_work() {
    let firm = full_firm().await;
    let moment = firm.vault.system("a test").moment().unwrap();
    let part = Part::Records(Module::Clients);
    let digest = moment.digest(part).unwrap();
    let kind = firm.owner.read().unwrap().kind(Module::Clients).unwrap();
    firm.owner
        .create(kind, draft(kind, &[("name", json!("Nowy"))]))
        .await
        .unwrap();
    let mut text = Vec::new();
    let facts = moment.write(part, &mut |lines: &[u8]| {
        text.extend_from_slice(lines);
        Ok::<_, io::Error>(())
    });
    assert_eq!(facts.unwrap().digest, digest);
    assert!(!String::from_utf8(text).unwrap().contains("Nowy"));
    assert!(firm.owner.moment().is_err(), "only the program");
}
