//! Lines made by somebody who knows the public key, with digests that fit them.

use super::*;

/// What the digests are of what lies in a folder.
fn digests_in(folder: &std::path::Path) -> BTreeMap<String, String> {
    let vault = Vault::open(folder, &RECORD_TYPES, VaultSettings::default()).unwrap();
    let moment = vault.system("a test").moment().unwrap();
    let parts = moment.parts().into_iter();
    parts
        .map(|part| (part.name(), moment.digest(part).unwrap()))
        .collect()
}

/// Changes the first record that is told by the API's object alone.
fn in_plain(text: &str, change: impl Fn(&str) -> String) -> String {
    let is_plain = |line: &&str| !line.contains("\"cbor\"");
    let plain = text.lines().find(is_plain).expect("a plain record");
    let changed = change(plain);
    assert_ne!(changed, plain);
    text.replacen(plain, &changed, 1)
}

type Change<'a> = Box<dyn Fn(&str) -> String + 'a>;

#[tokio::test(flavor = "multi_thread")]
async fn lines_that_make_no_firm_are_refused() {
    let firm = full_firm().await;
    let lines = lines_of(&firm.vault);
    let clients = Part::Records(Module::Clients);
    let trash = Part::Trash(Module::Clients);
    let history = Part::History(Module::Clients);
    let first = |text: &str| text.lines().next().unwrap().to_owned();
    let last = |text: &str| text.lines().last().unwrap().to_owned();
    let without_first = |text: &str| text.split_once('\n').unwrap().1.to_owned();
    let changed = |from: &'static str, to: &'static str| {
        move |text: &str| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        }
    };
    let dead = first(&lines.text(trash));
    let attempts: Vec<(&str, Part, Change<'_>)> = vec![
        (
            "twice",
            clients,
            Box::new(|text| format!("{}\n{text}", first(text))),
        ),
        (
            "at the end again",
            clients,
            Box::new(|text| format!("{text}{}\n", first(text))),
        ),
        (
            "no json",
            clients,
            Box::new(|text| format!("{text}nonsense\n")),
        ),
        ("no end", clients, Box::new(|text| format!("{text}{{"))),
        (
            "cut",
            clients,
            Box::new(|text| text[..text.len() - 20].to_owned()),
        ),
        ("empty line", clients, Box::new(|text| format!("\n{text}"))),
        (
            "same document",
            clients,
            Box::new(|text| {
                let two: Vec<&str> = text.lines().take(2).collect();
                let number = |line: &str| {
                    line.split("\"document\":")
                        .nth(1)
                        .unwrap()
                        .split(',')
                        .next()
                        .unwrap()
                        .to_owned()
                };
                let (one, other) = (number(two[0]), number(two[1]));
                text.replacen(
                    &format!("\"document\":{one},"),
                    &format!("\"document\":{other},"),
                    1,
                )
            }),
        ),
        (
            "huge document",
            clients,
            Box::new(changed("\"document\":6,", "\"document\":1073741824,")),
        ),
        (
            "later document",
            clients,
            Box::new(changed("\"document\":6,", "\"document\":1073741823,")),
        ),
        (
            "no version",
            clients,
            Box::new(|text| in_plain(text, changed("\"version\":1", "\"version\":0"))),
        ),
        (
            "another version",
            clients,
            Box::new(|text| in_plain(text, changed("\"version\":1}", "\"version\":2}"))),
        ),
        (
            "no name",
            clients,
            Box::new(|text| {
                in_plain(text, |line| {
                    let start = line.find("\"name\":\"").unwrap() + 7;
                    let end = start + line[start + 1..].find("\",\"").unwrap() + 2;
                    format!("{}null{}", &line[..start], &line[end..])
                })
            }),
        ),
        (
            "a number for a text",
            clients,
            Box::new(|text| in_plain(text, changed("\"website\":null", "\"website\":12"))),
        ),
        (
            "a text for a list",
            clients,
            Box::new(|text| {
                in_plain(
                    text,
                    changed("\"tags\":[\"hurt\",\"Łódź\"]", "\"tags\":\"x\""),
                )
            }),
        ),
        (
            "no money",
            clients,
            Box::new(|text| in_plain(text, changed("12345.67", "1e9999"))),
        ),
        (
            "long",
            clients,
            Box::new(|text| in_plain(text, |line| line.replacen("hurt", &"x".repeat(200_000), 1))),
        ),
        (
            "longer than any",
            clients,
            Box::new(|text| in_plain(text, |line| line.replacen("hurt", &"x".repeat(17 << 20), 1))),
        ),
        (
            "dead and alive",
            clients,
            Box::new(|text| format!("{text}{dead}\n")),
        ),
        (
            "alive in the trash",
            trash,
            Box::new(|text| format!("{text}{}\n", last(&lines.text(clients)))),
        ),
        ("history lost", history, Box::new(without_first)),
        (
            "history of nobody",
            history,
            Box::new(|text| {
                let other = first(text).replace("{\"record\":\"0", "{\"record\":\"f");
                format!("{text}{other}\n")
            }),
        ),
        (
            "strange history",
            history,
            Box::new(changed("\"act\":\"created\"", "\"act\":\"invented\"")),
        ),
        ("audit cut in front", Part::Audit, Box::new(without_first)),
        (
            "audit cut behind",
            Part::Audit,
            Box::new(|text| {
                text.strip_suffix(&format!("{}\n", last(text)))
                    .unwrap()
                    .to_owned()
            }),
        ),
        (
            "audit changed",
            Part::Audit,
            Box::new(changed(
                "\"channel\":\"command\"",
                "\"channel\":\"kommand\"",
            )),
        ),
        (
            "an account twice",
            Part::Users,
            Box::new(|text| format!("{text}{}\n", last(text))),
        ),
        (
            "one address for two",
            Part::Users,
            Box::new(|text| text.replace("sala@f.test", "o@f.test")),
        ),
        (
            "a role of nobody",
            Part::Users,
            Box::new(|text| {
                text.replace("726f6c65", "726f6c66")
                    .replace("-8000-726f6c65", "-8000-726f6c66")
            }),
        ),
        (
            "no account at all",
            Part::Users,
            Box::new(|text| text.replace("\"_stored\"", "\"stored\"")),
        ),
        (
            "a strange role",
            Part::Roles,
            Box::new(changed("\"_stored\":{", "\"_stored\":{\"x\":1,")),
        ),
        (
            "the format",
            Part::Settings,
            Box::new(|text| format!("{text}{{\"key\":\"unfinished\",\"bytes\":\"\"}}\n")),
        ),
        (
            "no firm",
            Part::Settings,
            Box::new(changed("\"key\":\"firm\"", "\"key\":\"firn\"")),
        ),
        (
            "a strange key",
            Part::Settings,
            Box::new(changed("\"key\":\"firm\"", "\"key\":\"../firm\"")),
        ),
        (
            "numbers given again",
            Part::Settings,
            Box::new(|text| {
                let line = text
                    .lines()
                    .find(|line| line.contains("documents:clients"))
                    .unwrap();
                text.replace(
                    line,
                    "{\"key\":\"documents:clients\",\"bytes\":\"AAAAAAAAAAA=\"}",
                )
            }),
        ),
        (
            "a field that is none",
            Part::CustomFields,
            Box::new(|text| text.replace("\"value\":{", "\"value\":{\"no\":[],")),
        ),
        (
            "a long key",
            Part::Preferences,
            Box::new(|text| {
                format!(
                    "{text}{{\"key\":\"{}\",\"value\":{{}}}}\n",
                    "ff".repeat(5000)
                )
            }),
        ),
    ];
    for (what, part, change) in attempts {
        let folder = tempfile::tempdir().unwrap();
        let parts = lines.with(part, change);
        // Somebody who makes an archive makes its digests too.
        let result = tokio::task::block_in_place(|| {
            let honest = lines.load(&parts, &lines.digests, folder.path());
            if !honest
                .as_ref()
                .is_err_and(|error| error.to_string().contains("read back"))
            {
                return honest;
            }
            let again = tempfile::tempdir().unwrap();
            lines.load(&parts, &digests_in(folder.path()), again.path())
        });
        let Err(error) = result else {
            panic!("{what} was taken");
        };
        assert!(error.is_content(), "{what}: {error}");
        assert!(
            error.to_string().len() < 400 && !error.to_string().contains('\n'),
            "{what}"
        );
    }
}
