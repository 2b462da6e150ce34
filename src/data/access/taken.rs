//! How many records each person takes out or looks at, by day, and the alarm where that is far more than they usually do.
//!
//! A few numbers a person, kept for a month. Looking is counted in memory first and written down now and then.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::built_in::BuiltIn;
use super::error::AccessError;
use super::letter::{Letter, Template};
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
/// So many times the most of the days before are.
const FAR_MORE: u64 = 3;

/// What somebody did on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Day {
    #[serde(default)]
    exported: u64,
    #[serde(default)]
    viewed: u64,
    /// Whether owners have been told.
    #[serde(default)]
    told: bool,
}

impl Day {
    fn total(self) -> u64 {
        self.exported + self.viewed
    }
}

/// What somebody did on the days of a month.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Taken(BTreeMap<Date, Day>);

/// Far more than usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Unusual {
    today: u64,
    usual: u64,
}

impl Taken {
    /// Adds to today; tells once a day where that has become far more than usual.
    fn add(&mut self, today: Date, exported: u64, viewed: u64) -> Option<Unusual> {
        let oldest = today
            .checked_sub(jiff::Span::new().days(DAYS))
            .unwrap_or(today);
        self.0.retain(|day, _| *day >= oldest);
        let before = self.0.range(..today).map(|(_, day)| day.total());
        let usual = before.max().unwrap_or_default();
        let day = self.0.entry(today).or_default();
        day.exported += exported;
        day.viewed += viewed;
        let total = day.total();
        if day.told || total <= UNREMARKABLE.max(usual * FAR_MORE) {
            return None;
        }
        day.told = true;
        Some(Unusual {
            today: total,
            usual,
        })
    }
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
    (exported, viewed): (u64, u64),
) -> Result<(), StoreError> {
    let Some(user) = signature.user.and_then(|user| people.user(user)) else {
        return Ok(());
    };
    let stored = write.get(Table::Preferences, &key(user.id))?;
    // What cannot be read is begun anew: it is only a measure.
    let mut taken: Taken = stored
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    let today = vault.zone().to_datetime(signature.at).date();
    let unusual = taken.add(today, exported, viewed);
    let bytes = serde_json::to_vec(&taken).expect("plain structs always serialise");
    write.put(Table::Preferences, key(user.id), bytes);
    let Some(Unusual { today, usual }) = unusual else {
        return Ok(());
    };
    let details = json!({"why": "taken", "name": user.name, "count": today, "usual": usual});
    audit::append(write, signature, Note::new(AuditKind::Alarm).with(details))?;
    let owners = people.holders(BuiltIn::Owner.id());
    for owner in owners.filter(|owner| owner.active) {
        let letter = Letter::to(owner, Template::Alarm, signature.at)
            .with("who", user.name.as_str())
            .with("count", today.to_string())
            .with("usual", usual.to_string())
            .from(signature);
        outbox::post(write, vault.inner.store.seal(), &letter, signature.at);
    }
    Ok(())
}

impl Access {
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
        self.note_taken(Some(note), (count_of, 0)).await
    }

    /// Counts records that were looked at.
    pub async fn note_viewed(&self, count_of: u64) -> Result<(), AccessError> {
        self.note_taken(None, (0, count_of)).await
    }

    async fn note_taken(&self, note: Option<Note>, taken: (u64, u64)) -> Result<(), AccessError> {
        let note = note.map(|note| note.because(self.actor.why()));
        let (vault, signature) = (self.vault.clone(), self.actor.signature());
        self.vault
            .inner
            .store
            .write(move |write| {
                if let Some(note) = note {
                    audit::append(write, &signature, note)?;
                }
                let people = vault.inner.people.read_in(write)?;
                Ok(count(write, &vault, &people, &signature, taken)?)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::access::test_firm::TestFirm;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn far_more_than_usual_is_told_once_a_day() {
        let mut taken = Taken::default();
        assert_eq!(
            taken.add(day("2026-11-01"), 300, 0),
            None,
            "nothing remarkable"
        );
        assert_eq!(
            taken.add(day("2026-11-02"), 0, 900),
            None,
            "three times as much"
        );
        let unusual = Unusual {
            today: 901,
            usual: 300,
        };
        assert_eq!(taken.add(day("2026-11-02"), 1, 0), Some(unusual));
        assert_eq!(taken.add(day("2026-11-02"), 5_000, 0), None, "told already");
        assert_eq!(taken.add(day("2026-11-03"), 5_000, 0), None, "usual by now");
        // After a month without any, it is not usual any more.
        assert!(taken.add(day("2027-01-15"), 301, 0).is_some());
        assert_eq!(taken.0.len(), 1);
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
        owner.note_viewed(2).await.unwrap();
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
