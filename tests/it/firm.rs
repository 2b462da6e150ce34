//! A small firm in a folder of its own, with somebody in every built-in role.

use std::path::Path;

use kartoteka::data::{
    Access, BuiltIn, Changes, Channel, Draft, Founding, RecordType, RoleId, StoreError, Team, User,
    UserId, Vault, VaultSettings,
};
use kartoteka::modules::RECORD_TYPES;
use serde_json::{Map, Value as Json, json};

/// Address of the first owner.
pub(crate) const OWNER: &str = "olga@firma.test";

/// The record type that tests of the generic machinery use.
pub(crate) fn kind() -> &'static RecordType {
    RECORD_TYPES[0]
}

/// Opens the vault in a folder.
pub(crate) fn open(folder: &Path) -> Result<Vault, StoreError> {
    Vault::open(folder, &RECORD_TYPES, VaultSettings::default())
}

/// Makes the firm and its first owner.
pub(crate) async fn found(vault: &Vault) -> Result<UserId, kartoteka::data::AccessError> {
    vault
        .found(Founding {
            firm: "Firma".to_owned(),
            demo: false,
            email: OWNER.to_owned(),
            name: "Olga Właścicielka".to_owned(),
            password_hash: "not a hash: nobody signs in here".to_owned(),
            language: None,
            channel: Channel::Command,
        })
        .await
}

/// The guard of somebody, as by a command on the machine.
pub(crate) fn access(vault: &Vault, email: &str) -> Access {
    vault.access(&vault.on_machine(email).expect("an active account"))
}

/// A JSON object as the guard takes it.
pub(crate) fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

/// A draft from values by name, as the API gives them.
pub(crate) fn draft(kind: &RecordType, json: Json) -> Draft {
    Draft {
        values: values(kind, json),
        origin: None,
    }
}

/// Values by name, as the API gives them.
pub(crate) fn values(kind: &RecordType, json: Json) -> Changes {
    object(json)
        .iter()
        .map(|(name, json)| {
            let field = kind.named(name).expect("a field of this type");
            (field.no, field.kind.take_json(json).expect("a valid value"))
        })
        .collect()
}

/// A firm in a temporary folder, which goes with it.
pub(crate) struct TestFirm {
    pub(crate) vault: Vault,
    pub(crate) folder: tempfile::TempDir,
    /// The guard of the first owner.
    pub(crate) owner: Access,
    /// Two teams: `Północ` and `Południe`.
    pub(crate) teams: [Team; 2],
}

impl TestFirm {
    /// Founds it, with two teams and, beside the first owner, one active account in every built-in role: by
    /// [`TestFirm::email_of`]. Managers and salespeople are in the first team, the rest in none.
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let vault = open(folder.path()).expect("a new vault");
        found(&vault).await.expect("a first firm");
        let owner = access(&vault, OWNER);
        let mut teams = Vec::new();
        for name in ["Północ", "Południe"] {
            let json = object(json!({"name": name}));
            teams.push(owner.create_team(json).await.expect("a team"));
        }
        let firm = Self {
            vault,
            folder,
            owner,
            teams: teams.try_into().expect("two teams"),
        };
        for role in BuiltIn::ALL {
            let team =
                matches!(role, BuiltIn::Manager | BuiltIn::Salesperson).then_some(&firm.teams[0]);
            firm.add_user(&Self::email_of(role), role.name(), role.id(), team)
                .await;
        }
        firm
    }

    /// Address of the account in a built-in role.
    pub(crate) fn email_of(role: BuiltIn) -> String {
        format!("{}@firma.test", role.name().to_ascii_lowercase())
    }

    /// Makes an account.
    pub(crate) async fn add_user(
        &self,
        email: &str,
        name: &str,
        role: RoleId,
        team: Option<&Team>,
    ) -> User {
        let json =
            json!({"email": email, "name": name, "role": role, "team": team.map(|team| team.id)});
        self.owner
            .create_user(object(json), None)
            .await
            .expect("an account")
    }

    /// The guard of the account in a built-in role.
    pub(crate) fn as_role(&self, role: BuiltIn) -> Access {
        access(&self.vault, &Self::email_of(role))
    }

    /// Closes the vault; the folder stays.
    pub(crate) fn close(self) -> tempfile::TempDir {
        self.folder
    }
}
