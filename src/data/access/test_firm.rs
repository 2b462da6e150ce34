//! A firm to try the guard on.

use serde_json::json;

use super::*;
use crate::data::records::field::{RecordType, common};
use crate::data::records::ids::{RecordId, RoleId, TeamId, UserId};
use crate::data::records::module::Module;
use crate::data::records::value::Value;
use crate::modules::RECORD_TYPES;

pub(super) struct TestFirm {
    pub(super) vault: Vault,
    pub(super) owner: Access,
    pub(super) kind: &'static RecordType,
    folder: tempfile::TempDir,
}

impl TestFirm {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
        let founding = Founding {
            firm: "Firma".into(),
            demo: false,
            email: "ola@f.test".into(),
            name: "Ola".into(),
            password_hash: "nobody signs in here".into(),
            language: None,
            channel: Channel::Command,
        };
        vault.found(founding).await.unwrap();
        let owner = vault.access(&vault.on_machine("ola@f.test").unwrap());
        Self {
            owner,
            kind: RECORD_TYPES[0],
            vault,
            folder,
        }
    }

    /// Where its data lies.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub(super) async fn person(&self, name: &str, role: RoleId, team: Option<TeamId>) -> UserId {
        let json =
            json!({"name": name, "email": format!("{name}@f.test"), "role": role, "team": team});
        let user = self
            .owner
            .create_user(json.as_object().unwrap().clone(), None);
        user.await.unwrap().id
    }

    /// What somebody may reach; `None` while their account is disabled.
    pub(super) fn access_of(&self, name: &str) -> Option<Access> {
        let actor = self.vault.on_machine(&format!("{name}@f.test")).ok()?;
        Some(self.vault.access(&actor))
    }

    pub(super) async fn team(&self, name: &str) -> TeamId {
        let json = json!({"name": name}).as_object().unwrap().clone();
        self.owner.create_team(json).await.unwrap().id
    }

    pub(super) async fn role(&self, name: &str, clients: &ModuleAccess) -> RoleId {
        let mut json = role_json(clients, &[]);
        json.insert("name".into(), json!(name));
        self.owner.create_role(json).await.unwrap().id
    }

    pub(super) async fn client(&self, name: &str, owner: Option<UserId>) -> RecordId {
        let mut values = Changes::from([(self.kind.title, Some(Value::Text(name.into())))]);
        values.insert(common::OWNER, owner_value(owner));
        let draft = Draft {
            values,
            origin: None,
        };
        self.owner.create(self.kind, draft).await.unwrap().id()
    }
}

pub(super) fn owner_value(owner: Option<UserId>) -> Option<Value> {
    owner.map(|owner| Value::Id(uuid::Uuid::from_bytes(*owner.bytes())))
}

/// The parts of a role that is about clients alone.
pub(super) fn role_json(
    clients: &ModuleAccess,
    admin: &[AdminRight],
) -> serde_json::Map<String, serde_json::Value> {
    let role = Role {
        modules: [(Module::Clients, clients.clone())].into(),
        admin: admin.iter().copied().collect(),
        ..BuiltIn::Owner.role()
    };
    let mut json = role.to_json().as_object().unwrap().clone();
    json.retain(|key, _| matches!(key.as_str(), "modules" | "admin"));
    json
}

/// Anything a role can say of clients.
pub(super) fn any_access() -> impl proptest::strategy::Strategy<Value = ModuleAccess> {
    use proptest::prelude::*;
    let scope = || prop::sample::select(Scope::ALL.to_vec());
    let level = prop::sample::select(GroupAccess::ALL.to_vec());
    let options = prop::sample::subsequence(Module::Clients.options().to_vec(), 0..=3);
    (
        scope(),
        scope(),
        scope(),
        level,
        any::<[bool; 4]>(),
        options,
    )
        .prop_map(|(view, edit, delete, level, bits, options)| {
            let groups = [("finance", level)];
            ModuleAccess {
                every_group: false,
                view,
                edit,
                delete,
                unassigned: bits[0],
                create: bits[1],
                export: bits[2],
                import: bits[3],
                groups: groups
                    .into_iter()
                    .filter(|(_, level)| *level != GroupAccess::Hidden)
                    .collect(),
                options: options.into_iter().collect(),
            }
        })
}
