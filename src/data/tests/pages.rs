//! Pages anywhere in long lists.

use super::*;

/// A firm with so many clients, of seven owners, named in no order; each tenth of those whose names come last is a „hurt”.
async fn long_lists(count: u64) -> TestFirm {
    let kind = RECORD_TYPES[0];
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
    let owners: Vec<Option<UserId>> = std::iter::once(None)
        .chain((0..6).map(|_| Some(UserId::new())))
        .collect();
    let at: jiff::Timestamp = "2025-03-01T10:00:00Z".parse().unwrap();
    let past = (0..count).map(|n| {
        let place = n * 7_919 % count;
        let mut values = draft(
            kind,
            &[
                ("name", json!(format!("Firma {place:07}"))),
                ("kind", json!("company")),
                (
                    "status",
                    json!(["lead", "active", "former"][n as usize % 3]),
                ),
            ],
        )
        .values;
        if place * 10 >= count * 9 {
            values.extend(draft(kind, &[("tags", json!(["hurt"]))]).values);
        }
        if n % 4 > 0 {
            let city = format!("Miasto {}", n * 31 % 500);
            values.extend(draft(kind, &[("address.city", json!(city))]).values);
        }
        PastRecord {
            id: RecordId::new(),
            owner: owners[n as usize % owners.len()],
            values,
            created_at: at + jiff::SignedDuration::from_secs(n as i64),
            created_by: None,
            edits: Vec::new(),
        }
    });
    let access = vault.system("test");
    let made = Firm::new("Firma".to_owned(), false, at);
    let begin = Loading::begin(access.clone(), made, vec![], vec![]);
    let mut loading = begin.await.unwrap();
    for chunk in past_chunks(kind, folder.path(), past) {
        loading.write(chunk.unwrap()).await.unwrap();
    }
    loading.finish().await.unwrap();
    TestFirm {
        vault,
        folder,
        owner: access,
    }
}

fn asked(sort: &str, descending: bool, tag: Option<&str>) -> Query {
    Query {
        sort: Some(Sort {
            field: sort.to_owned(),
            descending,
        }),
        filters: tag
            .map(|tag| Filter {
                field: "tags".to_owned(),
                test: Test::AnyOf(vec![tag.to_owned()]),
            })
            .into_iter()
            .collect(),
        ..Query::default()
    }
}

const ASKED: [(&str, bool, Option<&str>); 7] = [
    ("name", false, None),
    ("created_at", true, None),
    ("address.city", false, None),
    ("owner", false, None),
    ("status", true, None),
    ("name", false, Some("hurt")),
    ("address.city", true, Some("hurt")),
];

#[tokio::test]
async fn a_page_anywhere_is_the_same_as_leafing_to_it() {
    let firm = long_lists(9_000).await;
    let kind = RECORD_TYPES[0];
    assert_eq!(
        firm.vault.check_consistency().unwrap(),
        Vec::<String>::new()
    );
    let reading = firm.owner.read().unwrap();
    for (sort, descending, tag) in ASKED {
        let query = asked(sort, descending, tag);
        let ids = |from: u64, limit| -> Vec<RecordId> {
            let list = reading.list(kind, &query, &Start::Offset(from), limit);
            list.unwrap().rows.iter().map(Seen::id).collect()
        };
        let all = ids(0, usize::MAX >> 8);
        for at in (0..all.len()).step_by(all.len() / 23) {
            let page = &all[at..(at + 5).min(all.len())];
            assert_eq!(ids(at as u64, 5), page, "{query:?} from {at}");
        }
        assert_eq!(ids(all.len() as u64 - 1, 5), all[all.len() - 1..]);
    }
}

/// Printed: milliseconds for first, middle and last page; `CLIENTS` says of how many.
#[tokio::test]
#[ignore = "takes a while and asserts nothing"]
async fn what_pages_cost() {
    let asked_for = std::env::var("CLIENTS").ok();
    let count = asked_for.map_or(100_000, |count| count.parse().unwrap());
    let firm = long_lists(count).await;
    let kind = RECORD_TYPES[0];
    let reading = firm.owner.read().unwrap();
    for (sort, descending, tag) in ASKED {
        let query = asked(sort, descending, tag);
        let total = reading.count(kind, &query).unwrap();
        let took = [0, total / 2, total - 50].map(|offset| {
            let mut best = std::time::Duration::MAX;
            for _ in 0..5 {
                let started = std::time::Instant::now();
                let list = reading.list(kind, &query, &Start::Offset(offset), 50);
                assert_eq!(list.unwrap().rows.len(), 50);
                best = best.min(started.elapsed());
            }
            best.as_secs_f64() * 1e3
        });
        eprintln!("{sort} {descending} {tag:?}: first, middle, last {took:.2?} ms");
    }
}
