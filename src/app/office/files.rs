//! Records in from a file, and out to one, as commands ask for it.

use std::fs::File;

use serde_json::Value;

use super::Office;
use crate::cli::context::InputFile;
use crate::cli::failure::Failure;
use crate::cli::import::{ImportArgs, Strategy};
use crate::cli::module::{Format, Module};
use crate::data::{self, Query};
use crate::exchange::command::{ExportOptions, ImportOptions, export_file, import_file};
use crate::exchange::error::ExchangeError;
use crate::exchange::export;
use crate::exchange::sheet::Limits;
use crate::i18n::Lang;

impl Office {
    /// Brings records in from a file, as a person; the result in the contract's shape.
    pub(crate) fn import(&self, args: &ImportArgs, file: InputFile) -> Result<Value, Failure> {
        let access = self.acting_as(&args.user)?;
        let options = ImportOptions {
            module: module(args.module),
            strategy: strategy(args.strategy),
            match_by: args.match_fields.clone(),
            map: args.columns.clone(),
            dry_run: args.dry_run,
            lang: Lang::En,
            zone: self.zone.clone(),
        };
        let _entered = self.runtime.enter();
        let limits = Limits::default();
        let report = import_file(
            &access,
            options,
            file.file,
            &file.name,
            &limits,
            &self.temp_dir,
        )?;
        serde_json::to_value(report).map_err(|error| Failure::Failed(error.to_string()))
    }

    /// Writes the records that a person sees to a file, if they may take them out.
    pub(crate) fn export(
        &self,
        module_name: Module,
        format: Format,
        user: &str,
        file: &mut File,
    ) -> Result<(), Failure> {
        let access = self.acting_as(user)?;
        let options = ExportOptions {
            module: module(module_name),
            format: match format {
                Format::Xlsx => export::Format::Xlsx,
                Format::Csv => export::Format::Csv,
                Format::Json => export::Format::Json,
            },
            query: Query::default(),
            columns: None,
            lang: self.language,
            temp_dir: &self.temp_dir,
        };
        let _entered = self.runtime.enter();
        export_file(&access, &options, file.try_clone()?)?;
        Ok(())
    }
}

impl From<ExchangeError> for Failure {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::Access(error) => error.into(),
            error => Self::Failed(error.to_string()),
        }
    }
}

fn module(module: Module) -> data::Module {
    match module {
        Module::Clients => data::Module::Clients,
    }
}

fn strategy(strategy: Strategy) -> data::Strategy {
    match strategy {
        Strategy::Skip => data::Strategy::Skip,
        Strategy::Update => data::Strategy::Update,
        Strategy::Create => data::Strategy::Create,
    }
}
