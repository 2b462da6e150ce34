//! The whole of a firm's data behind one handle that gives out guards and nothing else.

mod guard;
mod ways;

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::watch;

use super::actor::{Actor, Channel, Origin, Proof, Who, signature_without_actor};
use super::built_in::BuiltIn;
use super::error::AccessError;
use super::firm::Started;
use super::kinds::KindsCache;
use super::password_facts::PasswordFacts;
use super::people::{self, PeopleCache, User};
use super::sealed_secrets;
use crate::data::log::Signature;
use crate::data::log::audit::{self, AuditKind, Note, Subject};
use crate::data::records::field::RecordType;
use crate::data::records::ids::UserId;
use crate::data::records::kind::Reading as InputReading;
use crate::data::records::matching::Locale;
use crate::data::records::module::Module;
use crate::data::store::{Read, Store, StoreError, Table, Write};
pub use guard::Access;
pub(super) use guard::Work;
use ways::Ways;
pub use ways::{Fixed, VaultSettings};

/// The firm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firm {
    /// Its name.
    pub name: String,
    /// Whether it is a demo, which may be thrown away.
    #[serde(default)]
    pub demo: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Days that deleted records stay in the trash.
    #[serde(default = "trash_days")]
    pub trash_days: u32,
    /// Whether a second record with the same strongest identity (a tax id) is refused.
    #[serde(default)]
    pub block_twins: bool,
    /// Its tax id, in the one form tax ids are kept in.
    #[serde(default)]
    pub tax_id: Option<String>,
    /// Its address, as it stands on letters.
    #[serde(default)]
    pub address: String,
    /// Language for people who have chosen none, where the configuration file sets none.
    #[serde(default)]
    pub language: Option<String>,
    /// Its time zone, where the configuration file sets none.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// Its currency, where the configuration file sets none.
    #[serde(default)]
    pub currency: Option<String>,
    /// Number of the logo, another for each new one; `None` where there is none.
    #[serde(default)]
    pub logo: Option<u64>,
    /// How many logos there have been.
    #[serde(default)]
    pub pictures: u64,
    /// Which steps of its beginning are behind.
    #[serde(default)]
    pub started: Started,
}

impl Firm {
    /// A firm that says nothing of itself yet but its name.
    pub fn new(name: String, demo: bool, created_at: Timestamp) -> Self {
        Self {
            name,
            demo,
            created_at,
            trash_days: trash_days(),
            block_twins: false,
            tax_id: None,
            address: String::new(),
            language: None,
            time_zone: None,
            currency: None,
            logo: None,
            pictures: 0,
            started: Started::new(),
        }
    }
}

const fn trash_days() -> u32 {
    30
}

const FIRM_KEY: &[u8] = b"firm";

/// Records of each module that are looked at after an upgrade.
const SAMPLE_AFTER_UPGRADE: u32 = 1_000;

/// The vault. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    pub(super) store: Store,
    pub(super) people: PeopleCache,
    pub(super) kinds: KindsCache,
    /// Questions for passkeys that wait for their answer.
    pub(super) passkeys: super::second_step::AskedPasskeys,
    pub(super) second_steps_at_hand: RwLock<super::second_step::AtHand>,
    settings: VaultSettings,
    ways: RwLock<Ways>,
    pub(super) measured: RwLock<Option<super::at_rest::FileRoom>>,
}

impl Vault {
    /// Opens the data in a folder, or makes it. `kinds` are the record types of all modules there are.
    pub fn open(
        folder: &Path,
        kinds: &[&'static RecordType],
        settings: VaultSettings,
    ) -> Result<Self, StoreError> {
        let (store, upgrade) = Store::open(folder, settings.cache_bytes, &settings.keys)?;
        sealed_secrets::settle(&store, folder)?;
        let vault = Self::over(store, kinds, settings);
        let Some(upgrade) = upgrade else { return vault };
        // The first look at what an upgrade made, while there is a way back.
        let fault = match &vault {
            Ok(vault) => vault.fault_of_upgrade().err(),
            Err(error) => Some(error.to_string()),
        };
        match fault {
            None => vault,
            Some(why) => {
                drop(vault);
                Err(upgrade.undo(&why))
            }
        }
    }

    /// New data in a folder that has none, to be filled; see [`Store::open_to_fill`].
    pub(super) fn open_to_fill(
        folder: &Path,
        kinds: &[&'static RecordType],
        settings: VaultSettings,
    ) -> Result<Self, StoreError> {
        let store = Store::open_to_fill(folder, settings.cache_bytes, &settings.keys)?;
        Self::over(store, kinds, settings)
    }

    /// The data in a folder whose key of sealed secrets may be gone. None is made.
    pub(super) fn open_without_key(
        folder: &Path,
        kinds: &[&'static RecordType],
        settings: VaultSettings,
    ) -> Result<Self, StoreError> {
        let (store, _) = Store::open(folder, settings.cache_bytes, &settings.keys)?;
        Self::over(store, kinds, settings)
    }

    /// Whether a sample of the records is found by everything it must be found by, and the audit log ends as it should.
    fn fault_of_upgrade(&self) -> Result<(), String> {
        let (_, wrong) = self
            .check_sample(SAMPLE_AFTER_UPGRADE)
            .map_err(|error| error.to_string())?;
        if let Some(wrong) = wrong.into_iter().next() {
            return Err(wrong);
        }
        let newest = self.newest_audit().map_err(|error| error.to_string())?;
        newest.map(drop).map_err(|error| error.to_string())
    }

    /// Opens the data on a storage backend of a test's own; the closure is called again after a failure.
    #[cfg(feature = "testing")]
    pub fn open_on<B: redb::StorageBackend>(
        make: impl Fn() -> B + Send + Sync + 'static,
        kinds: &[&'static RecordType],
    ) -> Result<Self, StoreError> {
        Self::over(Store::open_on(make)?, kinds, VaultSettings::default())
    }

    /// The same, encrypted.
    #[cfg(feature = "testing")]
    pub fn open_encrypted_on<B: redb::StorageBackend>(
        make: impl Fn() -> B + Send + Sync + 'static,
        key: crate::data::DataKey,
        kinds: &[&'static RecordType],
    ) -> Result<Self, StoreError> {
        let store = Store::open_encrypted_on(make, key)?;
        Self::over(store, kinds, VaultSettings::default())
    }

    fn over(
        store: Store,
        kinds: &[&'static RecordType],
        settings: VaultSettings,
    ) -> Result<Self, StoreError> {
        let ways = RwLock::new(Ways::of(&settings, firm(&store.read()?)?.as_ref()));
        Ok(Self {
            inner: Arc::new(Inner {
                store,
                people: PeopleCache::default(),
                kinds: KindsCache::new(kinds),
                passkeys: super::second_step::AskedPasskeys::default(),
                second_steps_at_hand: RwLock::default(),
                settings,
                ways,
                measured: RwLock::default(),
            }),
        })
    }

    /// Record types of the modules there are, as they are now: with the fields of the firm's own that are in use. Whoever
    /// reads on somebody's behalf asks [`Reading::kind`], which leaves out what is hidden from them.
    pub fn kinds(&self) -> &'static [&'static RecordType] {
        let now = self.inner.store.read();
        let kinds = now.and_then(|snapshot| self.inner.kinds.read(&snapshot));
        // Where nothing can be read, whatever is asked next says so.
        kinds.unwrap_or_else(|_| self.inner.kinds.last()).live()
    }

    /// The record type of a module as it is now, where the module is there.
    pub fn kind(&self, module: Module) -> Option<&'static RecordType> {
        self.kinds()
            .iter()
            .copied()
            .find(|kind| kind.module == module)
    }

    fn ways(&self) -> Ways {
        self.inner
            .ways
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Lets the firm's own settings count from now on, as they stand: whoever comes second reads what was written second,
    /// whichever of two writes is told of first.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        let mut ways = self
            .inner
            .ways
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *ways = Ways::of(&self.inner.settings, self.firm()?.as_ref());
        Ok(())
    }

    pub(super) fn settings(&self) -> &VaultSettings {
        &self.inner.settings
    }

    pub(in crate::data) fn locale(&self) -> Locale {
        self.ways().locale
    }

    /// The firm's time zone.
    pub fn zone(&self) -> TimeZone {
        self.ways().locale.zone
    }

    /// The code of the language for people who have chosen none.
    pub fn language(&self) -> String {
        self.ways().language
    }

    /// Which of the firm's ways the configuration file sets.
    pub fn fixed(&self) -> Fixed {
        self.inner.settings.fixed
    }

    /// What typed inputs are read by.
    pub fn input_reading(&self) -> InputReading {
        self.locale().reading
    }

    /// Becomes `true` when the data cannot be reached any more and the process should stop.
    pub fn lost(&self) -> watch::Receiver<bool> {
        self.inner.store.lost()
    }

    /// The firm; none before the first set-up.
    pub fn firm(&self) -> Result<Option<Firm>, StoreError> {
        firm(&self.inner.store.read()?)
    }

    /// Makes the firm and its first owner, once.
    pub async fn found(&self, founding: Founding) -> Result<UserId, AccessError> {
        let signature = program_signature(founding.channel);
        self.inner
            .store
            .write(move |write| {
                if firm(write)?.is_some() {
                    return Err(AccessError::conflict("error-firm-exists"));
                }
                let firm = Firm::new(founding.firm, founding.demo, signature.at);
                put_firm(write, &firm);
                let user = User {
                    id: UserId::new(),
                    email: founding.email,
                    email_verified: false,
                    name: founding.name,
                    role: BuiltIn::Owner.id(),
                    team: None,
                    active: true,
                    password: Some(founding.password_hash),
                    two_step: false,
                    password_facts: PasswordFacts::default(),
                    language: founding.language,
                    theme: None,
                    photo: None,
                    rules: super::places::Rules::default(),
                    exceptions: Vec::new(),
                    created_at: signature.at,
                    last_login_at: None,
                    version: 1,
                };
                people::put_user(write, None, &user)?;
                let note = Note::new(AuditKind::Created).about(Subject::new("users", user.id));
                audit::append(
                    write,
                    &signature,
                    note.with(json!({"firm": firm.name, "first_owner": true})),
                )?;
                Ok(user.id)
            })
            .await
    }

    /// What an actor may reach.
    pub fn access(&self, actor: &Actor) -> Access {
        Access {
            vault: self.clone(),
            actor: actor.clone(),
            trial: false,
        }
    }

    /// The program's own work, under a reason that the audit log keeps.
    pub fn system(&self, why: &'static str) -> Access {
        let origin = Origin {
            address: None,
            office: false,
            channel: Channel::Program,
        };
        Access {
            vault: self.clone(),
            actor: Actor {
                who: Who::Program { why },
                origin,
            },
            trial: false,
        }
    }

    /// Whoever controls the machine, at work through a command, under a reason that the audit log keeps: every right.
    pub fn machine(&self, why: &'static str) -> Access {
        Access {
            vault: self.clone(),
            actor: Actor {
                who: Who::Program { why },
                origin: Origin::COMMAND,
            },
            trial: false,
        }
    }

    /// A person at work through a command on the machine: whoever controls the data folder may act as anybody, within
    /// that person's rights. `email` in any writing.
    pub fn on_machine(&self, email: &str) -> Result<Actor, AccessError> {
        let snapshot = self.inner.store.read()?;
        let people = self.inner.people.read(&snapshot)?;
        let unique =
            crate::data::records::email::Email::parse(email).map(|email| email.unique().to_owned());
        let user = unique
            .ok()
            .and_then(|email| people.by_email(&email))
            .ok_or(AccessError::NotFound)?;
        if !user.active {
            return Err(AccessError::SignedOut);
        }
        Ok(Actor {
            who: Who::User {
                id: user.id,
                proof: Proof::Machine,
            },
            origin: Origin::COMMAND,
        })
    }

    /// The store, for tests of what lies in it.
    #[cfg(test)]
    pub(in crate::data) fn inner_store(&self) -> &Store {
        &self.inner.store
    }

    /// The audit log, followed from its first entry to its last.
    pub fn verify_audit(&self) -> Result<Result<u64, crate::data::log::ChainError>, StoreError> {
        audit::verify(&self.inner.store.read()?)
    }
}

/// What a new firm is made of. Inputs are already checked.
#[derive(Clone, Debug)]
pub struct Founding {
    /// The firm's name.
    pub firm: String,
    /// Whether it is a demo.
    pub demo: bool,
    /// The owner's address in its unique form.
    pub email: String,
    /// The owner's name.
    pub name: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// The owner's language.
    pub language: Option<String>,
    /// By which way.
    pub channel: Channel,
}

pub(super) fn firm(read: &impl Read) -> Result<Option<Firm>, StoreError> {
    match read.get(Table::Meta, FIRM_KEY)? {
        Some(bytes) => serde_json::from_slice(&bytes)
            .map(Some)
            .map_err(|error| StoreError::corrupt("the firm's settings", error)),
        None => Ok(None),
    }
}

pub(super) fn put_firm(write: &mut Write<'_, '_>, firm: &Firm) {
    write.put(
        Table::Meta,
        FIRM_KEY.to_vec(),
        serde_json::to_vec(firm).expect("plain structs always serialise"),
    );
}

pub(super) fn program_signature(channel: Channel) -> Signature {
    let origin = Origin {
        address: None,
        office: false,
        channel,
    };
    signature_without_actor(None, origin)
}
