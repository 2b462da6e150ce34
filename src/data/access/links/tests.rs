//! Links by what somebody might try with them.

use serde_json::json;

use super::*;
use crate::auth::Passwords;
use crate::data::Access;
use crate::data::tests::{TestFirm, firm};
use crate::data::{BuiltIn, Channel};

const WEB: Origin = Origin {
    address: Some(std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 9))),
    office: false,
    channel: Channel::Web,
};

struct World {
    firm: TestFirm,
    owner: Access,
}

impl World {
    async fn new() -> Self {
        let firm = firm().await;
        let owner = firm
            .vault
            .access(&firm.vault.on_machine("o@f.test").unwrap());
        Self { firm, owner }
    }

    fn vault(&self) -> &Vault {
        &self.firm.vault
    }

    async fn person(&self, name: &str) -> User {
        let json = json!({"email": format!("{name}@f.test"), "name": name, "role": BuiltIn::Salesperson.id()});
        let json = json.as_object().unwrap().clone();
        let hash = Some("a hash".to_owned());
        self.owner.create_user(json, hash).await.unwrap()
    }

    fn now(&self, user: &User) -> User {
        let reading = self.owner.read().unwrap();
        reading.rights().people().user(user.id).unwrap().clone()
    }

    fn as_user(&self, user: &User) -> Access {
        self.vault()
            .access(&self.vault().on_machine(&self.now(user).email).unwrap())
    }

    async fn change(&self, user: &User, json: serde_json::Value) {
        let json = json.as_object().unwrap().clone();
        self.owner.update_user(user.id, json, None).await.unwrap();
    }

    /// Tokens of the letters of a sort to an address, the oldest first.
    fn tokens(&self, template: Template, to: &str) -> Vec<String> {
        let soon = crate::clock::now() + SignedDuration::from_secs(1);
        let due = self.vault().due_letters(soon, 1000).unwrap();
        let mine = due
            .letters
            .into_iter()
            .filter(|waiting| waiting.letter.template == template && waiting.letter.to == to);
        mine.map(|waiting| waiting.letter.values["token"].clone())
            .collect()
    }

    fn letters(&self, template: Template, to: &str) -> usize {
        let soon = crate::clock::now() + SignedDuration::from_secs(1);
        let due = self.vault().due_letters(soon, 1000).unwrap();
        due.letters
            .iter()
            .filter(|waiting| waiting.letter.template == template && waiting.letter.to == to)
            .count()
    }

    async fn confirmed(&self, name: &str) -> User {
        let user = self.person(name).await;
        self.as_user(&user).ask_confirmation().await.unwrap();
        let token = self
            .tokens(Template::ConfirmAddress, &user.email)
            .pop()
            .unwrap();
        self.as_user(&user).confirm_address(&token).await.unwrap();
        self.now(&user)
    }

    async fn recovery(&self, user: &User) -> String {
        self.vault().ask_recovery(&user.email, WEB).await.unwrap();
        self.tokens(Template::Recovery, &user.email).pop().unwrap()
    }

    async fn set(&self, purpose: Purpose, token: &str) -> Result<User, AccessError> {
        let hash = Passwords::new().hash("Srebrny-Czajnik-7730").await;
        self.vault()
            .set_password_by_link(purpose, token, hash, WEB)
            .await
    }

    fn works(&self, purpose: Purpose, token: &str) -> bool {
        self.vault().link_holder(purpose, token).unwrap().is_some()
    }
}

fn is_not_found<T: std::fmt::Debug>(result: Result<T, AccessError>) {
    assert!(matches!(result, Err(AccessError::NotFound)), "{result:?}");
}

#[tokio::test]
async fn an_address_is_confirmed_once_by_its_own_person_and_un_confirmed_by_a_change() {
    let world = World::new().await;
    let (anna, other) = (world.person("anna").await, world.person("other").await);
    world.as_user(&anna).ask_confirmation().await.unwrap();
    let token = world
        .tokens(Template::ConfirmAddress, "anna@f.test")
        .pop()
        .unwrap();
    is_not_found(world.as_user(&other).confirm_address(&token).await);
    is_not_found(world.owner.confirm_address(&token).await);
    assert!(!world.now(&anna).email_verified);
    world.as_user(&anna).confirm_address(&token).await.unwrap();
    assert!(world.now(&anna).email_verified);
    is_not_found(world.as_user(&anna).confirm_address(&token).await);

    world.change(&anna, json!({"email": "nowa@f.test"})).await;
    assert!(!world.now(&anna).email_verified);
    assert_eq!(world.letters(Template::AddressChanged, "anna@f.test"), 1);
    assert_eq!(world.letters(Template::AddressChanged, "nowa@f.test"), 0);
    world.change(&anna, json!({"name": "Anna"})).await;
    assert_eq!(world.letters(Template::AddressChanged, "nowa@f.test"), 0);
}

#[tokio::test]
async fn a_link_for_the_old_address_does_not_confirm_the_new_one() {
    let world = World::new().await;
    let anna = world.person("anna").await;
    world.as_user(&anna).ask_confirmation().await.unwrap();
    let token = world
        .tokens(Template::ConfirmAddress, "anna@f.test")
        .pop()
        .unwrap();
    world.change(&anna, json!({"email": "nowa@f.test"})).await;
    is_not_found(world.as_user(&anna).confirm_address(&token).await);
    assert!(!world.now(&anna).email_verified);
}

#[tokio::test]
async fn nobody_sets_the_mark_by_hand() {
    let world = World::new().await;
    let anna = world.person("anna").await;
    let json = json!({"email_verified": true}).as_object().unwrap().clone();
    let refused = world.owner.update_user(anna.id, json, None).await;
    assert!(matches!(refused, Err(AccessError::Invalid(_))));
    let json = json!({"email_verified": true}).as_object().unwrap().clone();
    assert!(world.as_user(&anna).update_self(json).await.is_err());
    assert!(!world.now(&anna).email_verified);
}

#[tokio::test]
async fn recovery_sets_a_password_once_and_tells_its_person() {
    let world = World::new().await;
    let anna = world.confirmed("anna").await;
    let token = world.recovery(&anna).await;
    assert!(world.works(Purpose::Recovery, &token));
    let user = world.set(Purpose::Recovery, &token).await.unwrap();
    assert_eq!(user.id, anna.id);
    assert_ne!(world.now(&anna).password, anna.password);
    assert_eq!(world.letters(Template::PasswordChanged, "anna@f.test"), 1);
    assert!(!world.works(Purpose::Recovery, &token));
    is_not_found(world.set(Purpose::Recovery, &token).await);
}

#[tokio::test]
async fn two_at_once_set_one_password() {
    let world = World::new().await;
    let anna = world.confirmed("anna").await;
    let token = world.recovery(&anna).await;
    let (one, other) = tokio::join!(
        world.set(Purpose::Recovery, &token),
        world.set(Purpose::Recovery, &token)
    );
    assert_eq!(usize::from(one.is_ok()) + usize::from(other.is_ok()), 1);
}

#[tokio::test]
async fn a_newer_link_replaces_the_older_and_three_go_out_an_hour() {
    let world = World::new().await;
    let anna = world.confirmed("anna").await;
    let older = world.recovery(&anna).await;
    let newer = world.recovery(&anna).await;
    assert_ne!(older, newer);
    assert!(!world.works(Purpose::Recovery, &older) && world.works(Purpose::Recovery, &newer));
    for _ in 0..5 {
        // In any writing and from anywhere.
        let from = Origin {
            address: None,
            ..WEB
        };
        world
            .vault()
            .ask_recovery(" ANNA@F.test ", from)
            .await
            .unwrap();
    }
    assert_eq!(world.letters(Template::Recovery, "anna@f.test"), 3);
    let last = world.tokens(Template::Recovery, "anna@f.test").pop();
    assert!(world.works(Purpose::Recovery, &last.unwrap()));
}

#[tokio::test]
async fn using_a_link_does_not_open_the_way_to_more_letters() {
    let world = World::new().await;
    let anna = world.confirmed("anna").await;
    for _ in 0..3 {
        let token = world.recovery(&anna).await;
        world.set(Purpose::Recovery, &token).await.unwrap();
    }
    world.recovery(&anna).await;
    assert_eq!(world.letters(Template::Recovery, "anna@f.test"), 3);
}

#[tokio::test]
async fn nobody_without_a_confirmed_address_and_an_active_account_gets_a_link() {
    let world = World::new().await;
    let (open, shut) = (world.person("open").await, world.confirmed("shut").await);
    world.change(&shut, json!({"active": false})).await;
    for email in [
        "open@f.test",
        "shut@f.test",
        "nobody@f.test",
        "",
        "x",
        "a\r\nb@c.test",
    ] {
        world.vault().ask_recovery(email, WEB).await.unwrap();
    }
    for email in ["open@f.test", "shut@f.test", "nobody@f.test"] {
        assert_eq!(world.letters(Template::Recovery, email), 0, "{email}");
    }
    assert!(!world.now(&open).email_verified);
}

#[tokio::test]
async fn a_link_ends_with_what_it_was_made_for() {
    let world = World::new().await;
    for (name, change) in [
        ("address", json!({"email": "inny@f.test"})),
        ("disabled", json!({"active": false})),
    ] {
        let user = world.confirmed(name).await;
        let token = world.recovery(&user).await;
        world.change(&user, change).await;
        assert!(!world.works(Purpose::Recovery, &token), "{name}");
        is_not_found(world.set(Purpose::Recovery, &token).await);
        assert_eq!(world.now(&user).password, user.password, "{name}");
    }
    let opened = world
        .owner
        .read()
        .unwrap()
        .rights()
        .people()
        .by_email("disabled@f.test")
        .cloned()
        .unwrap();
    world.change(&opened, json!({"active": true})).await;
    let none = stored(
        &world.vault().inner.store.read().unwrap(),
        opened.id,
        Purpose::Recovery,
    );
    assert!(
        none.unwrap().is_none(),
        "a link does not come back with its account"
    );

    let changed = world.confirmed("changed").await;
    let token = world.recovery(&changed).await;
    world
        .owner
        .set_password(changed.id, "another hash".to_owned())
        .await
        .unwrap();
    assert!(!world.works(Purpose::Recovery, &token));

    let gone = world.confirmed("gone").await;
    let token = world.recovery(&gone).await;
    world.owner.delete_user(gone.id).await.unwrap();
    is_not_found(world.set(Purpose::Recovery, &token).await);
}

#[tokio::test]
async fn a_link_acts_on_its_own_account_and_purpose_alone() {
    let world = World::new().await;
    let (anna, owner) = (
        world.confirmed("anna").await,
        world.confirmed("other").await,
    );
    let token = world.recovery(&anna).await;
    let (_, secret) = read_token(&token).unwrap();
    world.recovery(&owner).await;
    let foreign = write_token(owner.id, &secret);
    assert!(!world.works(Purpose::Recovery, &foreign));
    is_not_found(world.set(Purpose::Recovery, &foreign).await);
    for purpose in [Purpose::Invitation, Purpose::ConfirmAddress] {
        assert!(!world.works(purpose, &token));
        is_not_found(world.set(purpose, &token).await);
    }
    is_not_found(world.as_user(&anna).confirm_address(&token).await);
    assert_eq!(world.now(&owner).password, owner.password);
}

#[tokio::test]
async fn nothing_that_is_no_token_works() {
    let world = World::new().await;
    let anna = world.confirmed("anna").await;
    let token = world.recovery(&anna).await;
    let (id, _) = read_token(&token).unwrap();
    let zeros = write_token(id, &[0; SECRET]);
    let padded = format!("{token}=");
    let long = "A".repeat(100_000);
    for wrong in [
        "",
        " ",
        "0",
        &zeros,
        &padded,
        &token[..63],
        &token.to_lowercase(),
        &long,
    ] {
        assert!(!world.works(Purpose::Recovery, wrong), "{}", wrong.len());
        is_not_found(world.set(Purpose::Recovery, wrong).await);
    }
}

#[tokio::test]
async fn an_invitation_lets_a_person_set_their_first_password_and_no_other() {
    let world = World::new().await;
    let json = json!({"email": "nowy@f.test", "name": "Nowy", "role": BuiltIn::Salesperson.id()});
    let json = json.as_object().unwrap().clone();
    let new = world.owner.invite_user(json).await.unwrap();
    let older = world
        .tokens(Template::Invitation, "nowy@f.test")
        .pop()
        .unwrap();
    world.owner.invite(new.id).await.unwrap();
    let token = world
        .tokens(Template::Invitation, "nowy@f.test")
        .pop()
        .unwrap();
    assert!(!world.works(Purpose::Invitation, &older));
    assert!(world.vault().invited_until(&new).unwrap().is_some());
    let user = world.set(Purpose::Invitation, &token).await.unwrap();
    assert!(user.email_verified && user.password.is_some());
    is_not_found(world.set(Purpose::Invitation, &token).await);
    let again = world.owner.invite(new.id).await;
    assert!(matches!(again, Err(AccessError::Conflict(_))));

    let json = json!({"email": "inny@f.test", "name": "Inny", "role": BuiltIn::Salesperson.id()});
    let json = json.as_object().unwrap().clone();
    let other = world.owner.invite_user(json).await.unwrap();
    let token = world
        .tokens(Template::Invitation, "inny@f.test")
        .pop()
        .unwrap();
    world
        .owner
        .set_password(other.id, "set by an admin".to_owned())
        .await
        .unwrap();
    is_not_found(world.set(Purpose::Invitation, &token).await);
}

#[tokio::test]
async fn only_those_who_manage_people_send_letters_to_others() {
    let world = World::new().await;
    let (anna, other) = (world.person("anna").await, world.person("other").await);
    let access = world.as_user(&anna);
    for refused in [
        access.invite(other.id).await.map(|()| 0),
        access.ask_confirmations(None).await,
        access.ask_confirmations(Some(other.id)).await,
    ] {
        assert!(matches!(refused, Err(AccessError::Forbidden(_))));
    }
    assert_eq!(world.letters(Template::ConfirmAddress, "other@f.test"), 0);
    // The owner, whose address is not confirmed either, gets one as well.
    assert_eq!(world.owner.ask_confirmations(None).await.unwrap(), 3);
    assert_eq!(world.letters(Template::ConfirmAddress, "other@f.test"), 1);
}

#[tokio::test]
async fn no_file_and_no_entry_of_the_log_holds_a_token() {
    let world = World::new().await;
    let anna = world.confirmed("anna").await;
    let token = world.recovery(&anna).await;
    let used = world.tokens(Template::ConfirmAddress, "anna@f.test");
    for entry in std::fs::read_dir(world.firm.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        for secret in used.iter().chain([&token]) {
            let part = &secret.as_bytes()[30..];
            assert!(!bytes.windows(part.len()).any(|found| found == part));
        }
    }
    let filter = crate::data::AuditFilter::default();
    let (entries, _) = world
        .owner
        .read()
        .unwrap()
        .audit(&filter, None, 100)
        .unwrap();
    let kinds: Vec<AuditKind> = entries.iter().map(|entry| entry.kind).collect();
    assert!(kinds.contains(&AuditKind::LinkSent) && kinds.contains(&AuditKind::EmailConfirmed));
    let text = format!("{entries:?}");
    assert!(!text.contains(&token[30..]));
}

#[tokio::test]
async fn links_that_are_over_are_cleared_away_but_their_letters_stay_counted() {
    let world = World::new().await;
    let anna = world.confirmed("anna").await;
    world.recovery(&anna).await;
    let keys = |hours: i64| {
        let now = crate::clock::now() + SignedDuration::from_hours(hours);
        over(&world.vault().inner.store.read().unwrap(), now)
            .unwrap()
            .len()
    };
    assert_eq!((keys(0), keys(2), keys(25)), (0, 1, 2));
}
