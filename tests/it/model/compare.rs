//! The vault's answers held against the model's: lists, pages, neighbours, the trash, timelines, values.

use kartoteka::data::{
    Access, AccessError, Filter, List, Query, Reading, RecordId, Seen, Start, Test, TrashFilter,
    Value,
};

use super::World;
use super::answers::fold;
use super::asked::Asked;
use crate::firm::kind;

fn ids(rows: &[Seen]) -> Vec<RecordId> {
    rows.iter().map(Seen::id).collect()
}

/// The whole list, page by page.
fn pages(
    guard: &Access,
    query: &Query,
    page: usize,
    by_cursor: bool,
) -> Result<(Vec<RecordId>, u64), AccessError> {
    let reading = guard.read()?;
    let (mut all, mut start) = (Vec::new(), Start::Offset(0));
    loop {
        let List { rows, total, next } = reading.list(kind(), query, &start, page)?;
        all.extend(ids(&rows));
        assert!(
            rows.len() <= page && all.len() as u64 <= total,
            "{} of {total}",
            all.len()
        );
        let Some(next) = next else {
            return Ok((all, total));
        };
        assert_eq!(rows.len(), page, "a page that goes on is full");
        let written = next.write();
        let read = kartoteka::data::Cursor::read(&written).expect("what was written is read");
        start = if by_cursor {
            Start::After(read)
        } else {
            Start::Offset(all.len() as u64)
        };
    }
}

/// Places in the middle of a list: pages that begin anywhere, and the neighbours of a record.
fn compare_places(
    reading: &Reading,
    query: &Query,
    expected: &[RecordId],
    context: &dyn Fn() -> String,
) {
    let all = expected.len();
    for at in [
        1,
        all / 3,
        all / 2,
        all / 2 + 1,
        all * 3 / 4,
        all.saturating_sub(1),
        all,
    ] {
        let start = Start::Offset(at as u64);
        let list = reading.list(kind(), query, &start, 3).unwrap();
        let page = &expected[at.min(all)..(at + 3).min(all)];
        assert_eq!(ids(&list.rows), page, "from {at}; {}", context());
        assert_eq!(
            list.next.is_some(),
            at + 3 < all,
            "from {at}; {}",
            context()
        );
        let Some(here) = expected.get(at) else {
            continue;
        };
        let seen = reading.get(kind(), *here).unwrap();
        let around = reading.neighbours(query, &seen).unwrap();
        let found = (around.previous, around.position, around.next);
        let found = (
            found.0.map(|seen| seen.id()),
            found.1,
            found.2.map(|seen| seen.id()),
        );
        let before = at.checked_sub(1).map(|before| expected[before]);
        let wanted = (before, Some(at as u64 + 1), expected.get(at + 1).copied());
        assert_eq!(found, wanted, "beside {at}; {}", context());
    }
}

impl World {
    pub(crate) fn ask(&self, asked: &Asked) {
        let mut query = asked.query.clone();
        if !asked.owners.is_empty() {
            let people = &self.model.people;
            let owners = asked.owners.iter();
            let owners = owners
                .map(|who| who.map_or("none".to_owned(), |who| who.get(people).id.to_string()));
            query.filters.push(Filter {
                field: "owner".to_owned(),
                test: Test::AnyOf(owners.collect()),
            });
        }
        self.compare_lists(&query, asked.page.max(self.model.records.len() / 12));
    }

    /// One question, asked by everybody.
    pub(crate) fn compare_lists(&self, query: &Query, page: usize) {
        for (who, guard) in self.guards.iter().enumerate() {
            let person = &self.model.people[who];
            let context = || format!("{} asks {query:?} by {page}", person.name);
            let first = pages(guard, query, page, true);
            if !person.active {
                assert!(
                    matches!(first, Err(AccessError::SignedOut)),
                    "{}",
                    context()
                );
                continue;
            }
            if !self.model.views(who) {
                assert!(
                    matches!(first, Err(AccessError::Forbidden(_))),
                    "{}",
                    context()
                );
                continue;
            }
            let Some(expected) = self.model.list(who, query) else {
                assert!(
                    matches!(first, Err(AccessError::Invalid(_))),
                    "{}",
                    context()
                );
                continue;
            };
            let total = expected.len() as u64;
            let whole = (expected, total);
            assert_eq!(first.unwrap(), whole, "by cursor; {}", context());
            assert_eq!(
                pages(guard, query, page, false).unwrap(),
                whole,
                "by offset; {}",
                context()
            );
            assert_eq!(
                pages(guard, query, 10_000, true).unwrap(),
                whole,
                "at once; {}",
                context()
            );
            let reading = guard.read().unwrap();
            assert_eq!(
                reading.count(kind(), query).unwrap(),
                total,
                "{}",
                context()
            );
            let mut each = Vec::new();
            reading
                .each(kind(), query, &mut |seen| {
                    each.push(seen.id());
                    Ok(true)
                })
                .unwrap();
            assert_eq!(each, whole.0, "one by one; {}", context());
            compare_places(&reading, query, &whole.0, &context);
        }
    }

    pub(crate) fn compare_trash(&self, who: usize) {
        let answer = self.guards[who]
            .read()
            .and_then(|reading| reading.trash(kind(), &TrashFilter::default(), None, 10_000));
        let model = &self.model;
        if !model.people[who].active || model.role(who).delete == super::plain::Reach::Nobodys {
            assert!(matches!(
                answer,
                Err(AccessError::SignedOut | AccessError::Forbidden(_))
            ));
            return;
        }
        let mut expected: Vec<_> = model
            .records
            .values()
            .filter(|record| model.deletes(who, record.owner))
            .filter_map(|record| record.deleted.map(|(at, by)| (at, record.id, by)))
            .collect();
        expected.sort();
        expected.reverse();
        let trash = answer.unwrap();
        let found: Vec<_> = trash
            .iter()
            .map(|trashed| (trashed.deleted_at, trashed.record.id(), trashed.deleted_by))
            .collect();
        assert_eq!(found, expected, "the trash of {}", model.people[who].name);
    }

    pub(crate) fn compare_timelines(&self, who: usize) {
        if !self.model.people[who].active {
            return;
        }
        let reading = self.guards[who].read().unwrap();
        for record in self.model.seen(who) {
            let seen = reading.get(kind(), record.id).unwrap();
            let shown = record.history.iter().filter(|entry| {
                let fields = entry.as_ref();
                fields.is_none_or(|fields| fields.iter().any(|no| self.model.sees_field(who, *no)))
            });
            let timeline = reading.timeline(&seen, None, 10_000).unwrap();
            assert_eq!(
                timeline.len(),
                shown.count(),
                "of {} by {}",
                record.id,
                self.model.people[who].name
            );
            for entry in timeline {
                assert!(
                    entry
                        .entry
                        .changes
                        .iter()
                        .all(|change| self.model.sees_field(who, change.field))
                );
            }
        }
    }

    pub(crate) fn compare_values(&self, who: usize, field: &str, prefix: &str, limit: usize) {
        if !self.model.people[who].active || !self.model.views(who) {
            return;
        }
        let no = kind().named(field).unwrap().no;
        let mut records = self.model.seen(who);
        records.sort_by_key(|record| record.number);
        // By folded form: the writing of the oldest record, and how many carry it.
        let mut expected: std::collections::BTreeMap<String, (String, u64)> =
            std::collections::BTreeMap::new();
        for record in records {
            for text in record
                .values
                .get(&no)
                .map(Value::as_list)
                .unwrap_or_default()
            {
                if fold(text).starts_with(&fold(prefix)) {
                    expected
                        .entry(fold(text))
                        .or_insert_with(|| (text.clone(), 0))
                        .1 += 1;
                }
            }
        }
        let expected: Vec<(String, u64)> = expected.into_values().take(limit).collect();
        let found = self.guards[who]
            .read()
            .unwrap()
            .values_in_use(kind(), field, prefix, limit)
            .unwrap();
        assert_eq!(
            found, expected,
            "{field} {prefix}… by {}",
            self.model.people[who].name
        );
    }
}
