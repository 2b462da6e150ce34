//! How many records each person takes out or looks at, by day, and the alarm where that is far more than they usually do.
//!
//! A few numbers a person, kept for a month. Looking is counted in memory first and written down now and then.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::built_in::BuiltIn;
use super::error::AccessError;
use super::letter::{Letter, Template};
use super::limits::Limits;
use super::outbox;
use super::people::People;
use super::vault::{Access, Vault};
use crate::data::log::Signature;
use crate::data::log::audit::{self, AuditKind, Note};
use crate::data::records::ids::UserId;
use crate::data::records::module::Module;
use crate::data::store::{Read, StoreError, Table, Write};

/// Days remembered beside today.
const DAYS: i32 = 30;
/// So many in a day are no reason for an alarm, whatever is usual.
const UNREMARKABLE: u64 = 300;
/// Rows of lists likewise: one looks through many on the way to a record.
const UNREMARKABLE_ROWS: u64 = 3_000;
/// So many times the most of the days before are.
const FAR_MORE: u64 = 3;

/// What somebody did on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Day {
    #[serde(default)]
    exported: u64,
    #[serde(default)]
    viewed: u64,
    /// Rows of lists.
    #[serde(default)]
    listed: u64,
    /// Whether owners have been told.
    #[serde(default)]
    told: bool,
    /// Whether they have been told that a limit was reached.
    #[serde(default)]
    limited: bool,
}

impl Day {
    /// Records that were taken out or opened.
    fn total(&self) -> u64 {
        self.exported + self.viewed
    }

    /// The limit that taking so many more would go beyond.
    fn beyond(self, limits: Limits, (exported, viewed): (u64, u64)) -> Option<u32> {
        let over = |limit: Option<u32>, before: u64, more: u64| {
            limit.filter(|most| more > 0 && before + more > u64::from(*most))
        };
        over(limits.export_per_day, self.exported, exported)
            .or_else(|| over(limits.view_per_day, self.viewed + self.listed, viewed))
    }
}

/// What somebody did on the days of a month.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Taken(BTreeMap<Date, Day>);

/// What is added to a day.
#[derive(Clone, Copy, Debug, Default)]
struct More {
    exported: u64,
    viewed: u64,
    listed: u64,
}

/// Far more than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unusual {
    today: u64,
    usual: u64,
}

impl Taken {
    /// Adds to today; tells once a day where that has become far more than usual.
    fn add(&mut self, today: Date, more: More) -> Option<Unusual> {
        let oldest = today
            .checked_sub(jiff::Span::new().days(DAYS))
            .unwrap_or(today);
        self.0.retain(|day, _| *day >= oldest);
        let usual = |of: fn(&Day) -> u64| self.0.range(..today).map(|(_, day)| of(day)).max();
        let usual = [usual(Day::total), usual(|day| day.listed)].map(Option::unwrap_or_default);
        let day = self.0.entry(today).or_default();
        day.exported += more.exported;
        day.viewed += more.viewed;
        day.listed += more.listed;
        if day.told {
            return None;
        }
        let least = [UNREMARKABLE, UNREMARKABLE_ROWS];
        let taken = [day.total(), day.listed];
        let far_more = |of: &usize| taken[*of] > least[*of].max(usual[*of] * FAR_MORE);
        let (today, usual) = (0..2).find(far_more).map(|of| (taken[of], usual[of]))?;
        day.told = true;
        Some(Unusual { today, usual })
    }
}

/// What somebody took. What cannot be read is begun anew: it is only a measure.
fn load(read: &impl Read, user: UserId) -> Result<Taken, StoreError> {
    let stored = read.get(Table::Preferences, &key(user))?;
    Ok(stored
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default())
}

fn put(write: &mut Write<'_, '_>, user: UserId, taken: &Taken) {
    let bytes = serde_json::to_vec(taken).expect("plain structs always serialise");
    write.put(Table::Preferences, key(user), bytes);
}

/// Refuses to take so many more on this day, where the role of whoever signs sets a limit.
fn within_limits(
    read: &impl Read,
    zone: &TimeZone,
    people: &People,
    signature: &Signature,
    more: (u64, u64),
) -> Result<(), AccessError> {
    let user = signature.user.and_then(|user| people.user(user));
    let Some((user, role)) = user.and_then(|user| Some((user, people.role(user.role)?))) else {
        return Ok(());
    };
    if role.limits == Limits::default() {
        return Ok(());
    }
    let now = zone.to_datetime(signature.at);
    let day = load(read, user.id)?.0.get(&now.date()).copied();
    let Some(most) = day.unwrap_or_default().beyond(role.limits, more) else {
        return Ok(());
    };
    let tomorrow = now.date().tomorrow().ok();
    let tomorrow = tomorrow.and_then(|day| zone.to_timestamp(day.at(0, 0, 0, 0)).ok());
    let left: i64 = tomorrow.map_or(3_600, |next| next.duration_since(signature.at).as_secs());
    Err(AccessError::DailyLimit {
        most,
        seconds: left.unsigned_abs().max(1),
    })
}

fn key(user: UserId) -> Vec<u8> {
    [user.bytes().as_slice(), b"taken"].concat()
}

/// Counts what the signer took, and raises the alarm where it is far more than usual.
fn count(
    write: &mut Write<'_, '_>,
    vault: &Vault,
    people: &People,
    signature: &Signature,
    more: More,
) -> Result<(), StoreError> {
    let Some(user) = signature.user.and_then(|user| people.user(user)) else {
        return Ok(());
    };
    let mut taken = load(write, user.id)?;
    let today = vault.zone().to_datetime(signature.at).date();
    let unusual = taken.add(today, more);
    put(write, user.id, &taken);
    let Some(Unusual { today, usual }) = unusual else {
        return Ok(());
    };
    let details = json!({"why": "taken", "name": user.name, "count": today, "usual": usual});
    audit::append(write, signature, Note::new(AuditKind::Alarm).with(details))?;
    tell_owners(write, vault, people, signature, |letter| {
        letter
            .with("who", user.name.as_str())
            .with("count", today.to_string())
            .with("usual", usual.to_string())
    });
    Ok(())
}

fn tell_owners(
    write: &mut Write<'_, '_>,
    vault: &Vault,
    people: &People,
    signature: &Signature,
    fill: impl Fn(Letter) -> Letter,
) {
    let owners = people.holders(BuiltIn::Owner.id());
    for owner in owners.filter(|owner| owner.active) {
        let letter = fill(Letter::to(owner, Template::Alarm, signature.at)).from(signature);
        outbox::post(write, vault.inner.store.seal(), &letter, signature.at);
    }
}

impl Access {
    /// Refuses to take out or look at so many more records today, where the role sets a limit. What is asked here is asked
    /// again when it is counted, so that several at once do not go beyond it either.
    pub fn may_take(&self, exported: u64, viewed: u64) -> Result<(), AccessError> {
        let reading = self.read()?;
        let (zone, signature) = (self.vault.zone(), self.actor.signature());
        let people = reading.rights().people();
        within_limits(
            reading.snapshot(),
            &zone,
            people,
            &signature,
            (exported, viewed),
        )
    }

    /// Tells owners, once a day, that somebody reached their role's limit.
    pub async fn note_limit(&self, most: u32) -> Result<(), AccessError> {
        let (vault, signature) = (self.vault.clone(), self.actor.signature());
        self.vault
            .inner
            .store
            .write(move |write| {
                let people = vault.inner.people.read_in(write)?;
                let Some(user) = signature.user.and_then(|user| people.user(user)) else {
                    return Ok(());
                };
                let mut taken = load(write, user.id)?;
                let today = vault.zone().to_datetime(signature.at).date();
                let day = taken.0.entry(today).or_default();
                if std::mem::replace(&mut day.limited, true) {
                    return Ok(());
                }
                let total = day.total();
                put(write, user.id, &taken);
                let note = Note::new(AuditKind::Alarm);
                let note = note.with(json!({"why": "limit", "name": user.name, "count": most}));
                audit::append(write, &signature, note)?;
                tell_owners(write, &vault, &people, &signature, |letter| {
                    letter
                        .with("who", user.name.as_str())
                        .with("count", total.to_string())
                        .with("limit", most.to_string())
                });
                Ok(())
            })
            .await
    }

    /// Keeps in the audit log that records were taken out; owners learn where it was far more than usual.
    pub async fn note_export(
        &self,
        module: Module,
        count_of: u64,
        format: &str,
        query: &str,
    ) -> Result<(), AccessError> {
        let details =
            json!({"module": module.name(), "count": count_of, "format": format, "filter": query});
        let note = Note::new(AuditKind::Exported).with(details);
        let exported = More {
            exported: count_of,
            ..More::default()
        };
        self.note_taken(vec![note], exported).await
    }

    /// The same of several modules in one file: all of it counts, or nothing does.
    pub async fn note_exports(
        &self,
        counts: &[(Module, u64)],
        format: &str,
    ) -> Result<(), AccessError> {
        let notes = counts.iter().map(|(module, count)| {
            let details =
                json!({"module": module.name(), "count": count, "format": format, "filter": ""});
            Note::new(AuditKind::Exported).with(details)
        });
        let exported = More {
            exported: counts.iter().map(|(_, count)| count).sum(),
            ..More::default()
        };
        self.note_taken(notes.collect(), exported).await
    }

    /// Refuses to take out so many more records today, as [`may_take`](Self::may_take) does, and tells owners of it.
    pub async fn ask_to_take(&self, exported: u64) -> Result<(), AccessError> {
        let asked = self.may_take(exported, 0);
        if let Err(AccessError::DailyLimit { most, .. }) = &asked {
            self.note_limit(*most).await?;
        }
        asked
    }

    /// Counts records that were opened, and rows of lists that were shown.
    pub async fn note_viewed(&self, viewed: u64, listed: u64) -> Result<(), AccessError> {
        let more = More {
            viewed,
            listed,
            ..More::default()
        };
        self.note_taken(Vec::new(), more).await
    }

    async fn note_taken(&self, notes: Vec<Note>, taken: More) -> Result<(), AccessError> {
        let why = self.actor.why();
        let notes: Vec<Note> = notes.into_iter().map(|note| note.because(why)).collect();
        let (vault, signature) = (self.vault.clone(), self.actor.signature());
        self.vault
            .inner
            .store
            .write(move |write| {
                for note in notes {
                    audit::append(write, &signature, note)?;
                }
                // Only what goes out as a file is refused here: what was looked at was.
                let people = vault.inner.people.read_in(write)?;
                let more = (taken.exported, 0);
                within_limits(write, &vault.zone(), &people, &signature, more)?;
                Ok(count(write, &vault, &people, &signature, taken)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::access::test_firm::TestFirm;

    fn more(exported: u64, viewed: u64, listed: u64) -> More {
        More {
            exported,
            viewed,
            listed,
        }
    }

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn far_more_than_usual_is_told_once_a_day() {
        let mut taken = Taken::default();
        assert_eq!(
            taken.add(day("2026-11-01"), more(300, 0, 0)),
            None,
            "nothing remarkable"
        );
        assert_eq!(
            taken.add(day("2026-11-02"), more(0, 900, 2_999)),
            None,
            "three times as much"
        );
        let unusual = Unusual {
            today: 901,
            usual: 300,
        };
        assert_eq!(taken.add(day("2026-11-02"), more(1, 0, 0)), Some(unusual));
        assert_eq!(
            taken.add(day("2026-11-02"), more(5_000, 0, 0)),
            None,
            "told already"
        );
        assert_eq!(
            taken.add(day("2026-11-03"), more(5_000, 0, 0)),
            None,
            "usual by now"
        );
        // After a month without any, it is not usual any more.
        assert!(taken.add(day("2027-01-15"), more(301, 0, 0)).is_some());
        assert_eq!(taken.0.len(), 1);
        // Whoever reads through all lists opens nothing, and is noticed as well.
        let unusual = Unusual {
            today: 3_001,
            usual: 0,
        };
        let next = day("2027-01-16");
        assert_eq!(taken.add(next, more(0, 0, 3_000)), None);
        assert_eq!(taken.add(next, more(0, 0, 1)), Some(unusual));
    }

    #[test]
    fn a_limit_is_a_number_of_a_day() {
        let day = Day {
            exported: 90,
            viewed: 10,
            ..Day::default()
        };
        let limits = Limits {
            export_per_day: Some(100),
            view_per_day: Some(10),
        };
        assert_eq!(day.beyond(limits, (10, 0)), None);
        assert_eq!(day.beyond(limits, (11, 0)), Some(100));
        assert_eq!(day.beyond(limits, (0, 1)), Some(10));
        assert_eq!(day.beyond(Limits::default(), (1_000_000, 1_000_000)), None);
    }

    #[tokio::test]
    async fn a_role_with_a_limit_takes_no_more_on_a_day() {
        let firm = TestFirm::new().await;
        let json = json!({"name": "Praktykant", "modules": {"clients": {"view": "all", "export": true}},
            "limits": {"export_per_day": 100, "view_per_day": 5}});
        let role = firm.owner.create_role(json.as_object().unwrap().clone());
        let role = role.await.unwrap();
        assert_eq!(role.to_json()["limits"]["export_per_day"], 100);
        let json = json!({"email": "p@f.test", "name": "Piotr", "role": role.id});
        let made = firm
            .owner
            .create_user(json.as_object().unwrap().clone(), Some("x".to_owned()));
        made.await.unwrap();
        let access = firm
            .vault
            .access(&firm.vault.on_machine("p@f.test").unwrap());
        assert!(access.may_take(100, 5).is_ok());
        let module = Module::Clients;
        access.note_export(module, 60, "csv", "").await.unwrap();
        let refused = access.may_take(41, 0);
        assert!(
            matches!(refused, Err(AccessError::DailyLimit { most: 100, seconds }) if seconds <= 86_400)
        );
        // Two at once: the second is refused where it is counted.
        assert!(access.note_export(module, 41, "csv", "").await.is_err());
        assert!(access.may_take(40, 0).is_ok());
        access.note_limit(100).await.unwrap();
        access.note_limit(100).await.unwrap();
        let filter = crate::data::AuditFilter {
            kinds: vec![AuditKind::Alarm],
            ..crate::data::AuditFilter::default()
        };
        let (alarms, _) = firm.owner.read().unwrap().audit(&filter, None, 10).unwrap();
        assert_eq!(alarms.len(), 1);
        // A limit is not for those whom none is set.
        assert!(firm.owner.may_take(1_000_000, 1_000_000).is_ok());
    }

    #[tokio::test]
    async fn owners_get_a_letter_and_the_log_an_alarm() {
        let firm = TestFirm::new().await;
        let owner = firm.owner.clone();
        let module = Module::Clients;
        owner.note_export(module, 299, "xlsx", "").await.unwrap();
        let letters = || {
            let due = firm.vault.due_letters(crate::clock::now(), 100);
            due.unwrap().letters.len()
        };
        let before = letters();
        owner.note_viewed(2, 0).await.unwrap();
        owner.note_export(module, 4_000, "xlsx", "").await.unwrap();
        assert_eq!(letters(), before + 1);
        let filter = crate::data::AuditFilter {
            kinds: vec![AuditKind::Alarm],
            ..crate::data::AuditFilter::default()
        };
        let (alarms, _) = owner.read().unwrap().audit(&filter, None, 10).unwrap();
        assert_eq!(alarms.len(), 1);
        assert_eq!(alarms[0].details["count"], 301);
    }
}
