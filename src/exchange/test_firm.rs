//! A small firm for the tests of import and export.

use std::fs::File;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde_json::{Value as Json, json};

use super::command::{ExportOptions, ImportOptions, export_file, import_file};
use super::error::ExchangeError;
use super::export::Format;
use super::import::Done;
use super::reader::Source;
use super::report::Report;
use super::sheet::DEFAULT_LIMITS;
use super::watch::Watch;
use crate::clients::CLIENTS;
use crate::data::{
    Access, Changes, Channel, Draft, Founding, Module, Query, Strategy, Vault, VaultSettings,
};
use crate::i18n::Lang;
use crate::modules::RECORD_TYPES;

pub(super) struct TestFirm {
    pub(super) vault: Vault,
    pub(super) folder: tempfile::TempDir,
    pub(super) owner: Access,
}

/// Runs what blocks beside a runtime, as the command line and the pages do.
pub(super) fn with_firm(test: impl FnOnce(TestFirm) + Send + 'static) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let firm = TestFirm::new().await;
        tokio::task::spawn_blocking(move || test(firm))
            .await
            .unwrap();
    });
}

pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Handle::current().block_on(future)
}

pub(super) fn options() -> ImportOptions {
    ImportOptions {
        module: Module::Clients,
        strategy: Strategy::Skip,
        match_by: Vec::new(),
        map: Vec::new(),
        columns: None,
        heading: super::mapping::Heading::Find,
        for_all: Vec::new(),
        recall: false,
        operation: None,
        dry_run: false,
        lang: Lang::En,
        zone: TimeZone::UTC,
    }
}

impl TestFirm {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open(folder.path(), &RECORD_TYPES, VaultSettings::default()).unwrap();
        vault
            .found(Founding {
                firm: "Firma".into(),
                demo: false,
                email: "ola@f.test".into(),
                name: "Ola Nowak".into(),
                password_hash: "none".into(),
                language: None,
                channel: Channel::Command,
            })
            .await
            .unwrap();
        let owner = vault.access(&vault.on_machine("ola@f.test").unwrap());
        Self {
            vault,
            folder,
            owner,
        }
    }

    /// A person of a role of the firm's own, by the API's form of a role's access to clients.
    pub(super) fn person(&self, name: &str, clients: Json) -> Access {
        let role = json!({"name": format!("Rola {name}"), "modules": {"clients": clients}});
        let role = wait(self.owner.create_role(role.as_object().unwrap().clone())).unwrap();
        let email = format!("{name}@f.test");
        let user = json!({"email": email, "name": name, "role": role.id});
        wait(
            self.owner
                .create_user(user.as_object().unwrap().clone(), None),
        )
        .unwrap();
        self.vault.access(&self.vault.on_machine(&email).unwrap())
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn client(&self, fields: Json) -> String {
        let seen = wait(self.owner.create(&CLIENTS, draft(&fields))).unwrap();
        seen.id().to_string()
    }

    /// Every client's JSON by id, as the owner sees them.
    pub(super) fn all(&self) -> std::collections::BTreeMap<String, Json> {
        let mut all = std::collections::BTreeMap::new();
        let reading = self.owner.read().unwrap();
        reading
            .each(&CLIENTS, &Query::default(), &mut |seen| {
                all.insert(seen.id().to_string(), seen.to_json());
                Ok(true)
            })
            .unwrap();
        all
    }

    /// The client of a name.
    pub(super) fn named(&self, name: &str) -> Json {
        let all = self.all();
        let found: Vec<&Json> = all.values().filter(|json| json["name"] == name).collect();
        assert_eq!(found.len(), 1, "{name}: {all:#?}");
        found[0].clone()
    }

    pub(super) fn delete<'a>(&self, ids: impl IntoIterator<Item = &'a String>) {
        for id in ids {
            wait(self.owner.delete(&CLIENTS, id.parse().unwrap(), None)).unwrap();
        }
    }

    pub(super) fn export(
        &self,
        access: &Access,
        name: &str,
        lang: Lang,
    ) -> Result<u64, ExchangeError> {
        let format = [Format::Xlsx, Format::Csv, Format::Json]
            .into_iter()
            .find(|format| name.ends_with(format.name()))
            .unwrap();
        let options = ExportOptions {
            module: Module::Clients,
            format,
            query: Query::default(),
            columns: None,
            lang,
            temp_dir: self.folder.path(),
        };
        export_file(access, &options, File::create(self.path(name)).unwrap())
    }

    pub(super) fn import_at(
        &self,
        access: &Access,
        options: ImportOptions,
        path: &Path,
    ) -> Result<Report, ExchangeError> {
        self.import_whole(access, options, path, &Watch::default())
            .map(|done| done.report)
    }

    pub(super) fn import_whole(
        &self,
        access: &Access,
        options: ImportOptions,
        path: &Path,
        watch: &Watch,
    ) -> Result<Done, ExchangeError> {
        let source = Source {
            file: &File::open(path).unwrap(),
            file_name: path.file_name().unwrap().to_str().unwrap(),
            sheet: None,
            limits: &DEFAULT_LIMITS,
        };
        import_file(access, options, source, self.folder.path(), watch)
    }

    pub(super) fn import(&self, name: &str) -> Report {
        self.import_at(&self.owner, options(), &self.path(name))
            .unwrap()
    }

    pub(super) fn import_text(&self, options: ImportOptions, csv: &str) -> Report {
        self.import_text_as(&self.owner, options, csv).unwrap()
    }

    pub(super) fn import_text_as(
        &self,
        access: &Access,
        options: ImportOptions,
        csv: &str,
    ) -> Result<Report, ExchangeError> {
        let path = self.path("text.csv");
        std::fs::write(&path, csv).unwrap();
        self.import_at(access, options, &path)
    }
}

/// Fields by the API's names, nested ones with dots.
fn draft(fields: &Json) -> Draft {
    let mut values = Changes::new();
    for (name, json) in fields.as_object().unwrap() {
        let field = CLIENTS.named(name).unwrap_or_else(|| panic!("{name}"));
        values.insert(
            field.no,
            field
                .kind
                .take_json(json)
                .unwrap_or_else(|error| panic!("{name} {json}: {error:?}")),
        );
    }
    Draft {
        values,
        origin: None,
    }
}
