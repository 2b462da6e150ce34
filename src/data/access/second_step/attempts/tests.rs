//! What time does to sign-ins half-way.

use jiff::SignedDuration;
use serde_json::json;

use super::super::attempt::parse;
use super::*;
use crate::auth::Passwords;
use crate::data::store::Write;
use crate::data::tests::{TestFirm, firm};
use crate::data::{BuiltIn, Channel};

const WEB: Origin = Origin {
    address: None,
    office: false,
    channel: Channel::Web,
};
const PASSWORD: &str = "Zielony-Traktor-4821-pod-lasem";

/// Somebody who takes the second step by mail, half-way.
async fn half_way(firm: &TestFirm) -> Secret {
    let (vault, passwords) = (&firm.vault, Passwords::new());
    if vault.credential("a@f.test").unwrap().is_none() {
        let json = json!({"email": "a@f.test", "name": "Anna", "role": BuiltIn::Salesperson.id()});
        let owner = vault.access(&vault.on_machine("o@f.test").unwrap());
        let json = json.as_object().unwrap().clone();
        let hash = passwords.hash(PASSWORD).await;
        let made = owner.create_user(json, Some(hash)).await.unwrap();
        let write = move |write: &mut Write<'_, '_>| {
            let user = User {
                email_verified: true,
                two_step: true,
                ..made.clone()
            };
            people::put_user(write, Some(&made), &user)
        };
        vault.inner.store.write(write).await.unwrap();
    }
    let credential = vault.credential("a@f.test").unwrap();
    let verified = passwords.verify(credential, PASSWORD).await.unwrap();
    match vault.enter(verified, WEB, "test", "/", None, None).await {
        Ok(Entrance::HalfWay(secret)) => secret,
        _ => panic!("the second step is due"),
    }
}

/// As if an attempt had been made ten minutes ago.
async fn age(vault: &Vault, secret: &Secret) {
    let key = hash(secret.reveal());
    let write = move |write: &mut Write<'_, '_>| {
        let mut attempt = parse(&write.get(Table::Attempts, &key)?.unwrap())?;
        attempt.until -= LIFETIME;
        put_attempt(write, key, &attempt);
        Ok::<_, StoreError>(())
    };
    vault.inner.store.write(write).await.unwrap();
}

fn letters(vault: &Vault, template: Template) -> Vec<Letter> {
    let soon = crate::clock::now() + SignedDuration::from_secs(1);
    let due = vault.due_letters(soon, 100).unwrap().letters;
    let letters = due.into_iter().map(|waiting| waiting.letter);
    letters
        .filter(|letter| letter.template == template)
        .collect()
}

#[tokio::test]
async fn a_code_works_for_ten_minutes() {
    let firm = firm().await;
    let secret = half_way(&firm).await;
    let code = letters(&firm.vault, Template::Code)[0].values["code"].clone();
    assert!(firm.vault.half_way(secret.reveal()).unwrap().is_some());
    age(&firm.vault, &secret).await;
    assert!(firm.vault.half_way(secret.reveal()).unwrap().is_none());
    let step = firm
        .vault
        .take_second_step(secret.reveal(), Method::Email, &code, WEB, false)
        .await;
    assert!(matches!(step, Ok(Step::Over)));
    let sent = firm
        .vault
        .send_code(secret.reveal(), Method::Email, WEB)
        .await;
    assert!(matches!(sent, Ok(CodeSent::Over)));
}

#[tokio::test]
async fn a_sign_in_that_was_not_finished_is_told_once() {
    let firm = firm().await;
    let (first, second) = (half_way(&firm).await, half_way(&firm).await);
    firm.vault.end_stale_attempts().await.unwrap();
    assert!(letters(&firm.vault, Template::UnfinishedSignIn).is_empty());
    for secret in [&first, &second] {
        age(&firm.vault, secret).await;
    }
    firm.vault.end_stale_attempts().await.unwrap();
    assert_eq!(letters(&firm.vault, Template::UnfinishedSignIn).len(), 1);
    let left = attempts(&firm.vault.inner.store.read().unwrap()).unwrap();
    assert!(left.is_empty());
}

#[tokio::test]
async fn a_sign_in_begun_again_and_finished_is_not_told() {
    let firm = firm().await;
    let (left, done) = (half_way(&firm).await, half_way(&firm).await);
    let code = letters(&firm.vault, Template::Code)[1].values["code"].clone();
    let step = firm
        .vault
        .take_second_step(done.reveal(), Method::Email, &code, WEB, false)
        .await;
    assert!(matches!(step, Ok(Step::In { .. })));
    assert!(firm.vault.half_way(left.reveal()).unwrap().is_none());
    firm.vault.end_stale_attempts().await.unwrap();
    assert!(letters(&firm.vault, Template::UnfinishedSignIn).is_empty());
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_no_way_that_is_left() {
    let firm = firm().await;
    let vault = &firm.vault;
    half_way(&firm).await;
    let user = {
        let snapshot = vault.inner.store.read().unwrap();
        let people = vault.inner.people.read(&snapshot).unwrap();
        let by_mail = people
            .users()
            .into_iter()
            .find(|user| user.email == "a@f.test");
        by_mail.unwrap().clone()
    };
    let elsewhere = json!({"passkeys": [{"name": "Klucz", "site": "stara.firma.pl", "id": "AA==", "transports": 0,
        "key": "", "state": "", "added_at": "2026-01-01T00:00:00Z"}]});
    let state: super::super::State = serde_json::from_value(elsewhere).unwrap();
    let policy = super::super::SecondStepPolicy {
        no_email: true,
        ..Default::default()
    };
    let site = |url: &str| {
        let site = super::super::Site::of(Some(url)).unwrap();
        vault.set_second_steps_at_hand(Some(&site), false);
        vault.at_hand()
    };
    let there = site("https://stara.firma.pl");
    assert!(state.set_up(&user, &policy, &there));
    let moved = site("https://nowa.firma.pl");
    assert!(!state.set_up(&user, &policy, &moved), "no way is left");
    // A password alone is not enough all the same.
    assert!(!state.offered(&user, &policy, &moved).is_empty());
    let by_mail = super::super::SecondStepPolicy::default();
    assert_eq!(state.offered(&user, &by_mail, &moved), [Method::Email]);
    let by_mail = state.offered(&user, &by_mail, &there);
    assert_eq!(by_mail, [Method::Passkey, Method::Email]);
}
