//! Rules on trial: they hold at once, fall back by themselves, and are kept from where they let somebody in.

use std::net::IpAddr;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::super::actor::{Actor, Origin, Proof, Who};
use super::super::error::AccessError;
use super::super::people;
use super::super::policy::Policy;
use super::super::test_firm::TestFirm;
use super::super::vault::Access;
use super::Trial;
use crate::data::Channel;
use crate::data::log::audit::AuditKind;
use crate::data::records::ids::SessionId;
use crate::data::store::Write;

const OFFICE: &str = "10.0.0.5";
const HOME: &str = "192.0.2.7";

/// The owner at a place.
fn owner_at(firm: &TestFirm, address: &str) -> Access {
    let id = firm.owner.actor().user().unwrap();
    let address: IpAddr = address.parse().unwrap();
    firm.vault.access(&Actor {
        who: Who::User {
            id,
            proof: Proof::Session(SessionId::new()),
        },
        origin: Origin {
            address: Some(address),
            office: false,
            channel: Channel::Web,
        },
    })
}

fn rules(address: &str) -> serde_json::Map<String, serde_json::Value> {
    json!({"allowed_ips": [address]})
        .as_object()
        .unwrap()
        .clone()
}

fn admits(firm: &TestFirm, address: &str, at: Timestamp) -> bool {
    let reading = firm.owner.read().unwrap();
    let people = reading.rights().people();
    let owner = people.user(firm.owner.actor().user().unwrap()).unwrap();
    let address = Some(address.parse().unwrap());
    super::admit(people, owner, address, at, &firm.vault.zone()).is_ok()
}

/// As if the trial had begun ten minutes earlier.
async fn age(firm: &TestFirm) {
    let write = |write: &mut Write<'_, '_>| {
        let policy = super::super::policy::read_policy(write)?;
        let trial = policy.trial.clone().map(|trial| Trial {
            until: trial.until - SignedDuration::from_mins(10),
            ..trial
        });
        people::put_policy(write, &Policy { trial, ..policy })
    };
    firm.vault.inner.store.write(write).await.unwrap();
}

#[tokio::test]
async fn a_trial_holds_at_once_and_falls_back_by_itself() {
    let firm = TestFirm::new().await;
    let home = owner_at(&firm, HOME);
    let refused = home.update_policy(rules("10.0.0.0/8")).await;
    assert!(matches!(refused, Err(AccessError::Invalid(_))));
    home.on_trial()
        .update_policy(rules("10.0.0.0/8"))
        .await
        .unwrap();
    let now = crate::clock::now();
    assert!(!admits(&firm, HOME, now) && admits(&firm, OFFICE, now));
    // What is evaluated later knows that it is over, whether or not anything ran meanwhile.
    let later = now + SignedDuration::from_mins(11);
    assert!(admits(&firm, HOME, later));
    // Another change waits for its end, and it cannot be kept from where it shuts out.
    let other = owner_at(&firm, OFFICE);
    let second = other.on_trial().update_policy(rules("10.0.0.0/16")).await;
    assert!(matches!(second, Err(AccessError::Invalid(_))));
    assert!(matches!(
        home.keep_trial().await,
        Err(AccessError::Conflict(_))
    ));
    // The way back in by the machine stays open.
    let own = firm.owner.actor().user().unwrap();
    let until = crate::clock::now() + SignedDuration::from_hours(24);
    let exception = json!({"exceptions": [{"from": null, "until": until}]});
    let machine = firm.vault.machine("command user allow-any-ip");
    let exception = exception.as_object().unwrap().clone();
    machine.update_user(own, exception, None).await.unwrap();
    assert!(admits(&firm, HOME, crate::clock::now()));
    machine
        .update_user(
            own,
            json!({"exceptions": []}).as_object().unwrap().clone(),
            None,
        )
        .await
        .unwrap();
    age(&firm).await;
    assert!(admits(&firm, HOME, crate::clock::now()));
    assert!(matches!(
        other.keep_trial().await,
        Err(AccessError::Conflict(_))
    ));
    firm.vault.end_trial().await.unwrap();
    firm.vault.end_trial().await.unwrap();
    let reading = firm.owner.read().unwrap();
    let policy = reading.policy().unwrap();
    assert!(policy.trial.is_none() && policy.rules.allowed_ips.is_empty());
    let filter = crate::data::AuditFilter {
        kinds: vec![AuditKind::Changed],
        ..crate::data::AuditFilter::default()
    };
    let (entries, _) = reading.audit(&filter, None, 20).unwrap();
    let said: Vec<_> = entries
        .iter()
        .filter_map(|entry| entry.details.get("what")?.as_str())
        .collect();
    assert_eq!(said, ["over", "begun"], "the last comes first");
}

#[tokio::test]
async fn a_trial_is_kept_from_where_it_lets_in_or_taken_back() {
    let firm = TestFirm::new().await;
    let (home, office) = (owner_at(&firm, HOME), owner_at(&firm, OFFICE));
    home.on_trial()
        .update_policy(rules("10.0.0.0/8"))
        .await
        .unwrap();
    office.keep_trial().await.unwrap();
    age(&firm).await;
    firm.vault.end_trial().await.unwrap();
    assert!(!admits(&firm, HOME, crate::clock::now()));
    // One's own rules, taken back at once.
    let own = firm.owner.actor().user().unwrap();
    let away = rules("198.51.100.0/24");
    assert!(office.update_user(own, away.clone(), None).await.is_err());
    // No address is in both lists, so nobody could keep it.
    office
        .on_trial()
        .update_user(own, away, None)
        .await
        .unwrap();
    assert!(!admits(&firm, OFFICE, crate::clock::now()));
    office.drop_trial().await.unwrap();
    assert!(admits(&firm, OFFICE, crate::clock::now()));
}
