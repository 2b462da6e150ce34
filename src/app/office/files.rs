//! Records in from a file, and out to one, as commands ask for it.

use std::fs::File;

use serde_json::Value;

use super::Office;
use crate::cli::context::InputFile;
use crate::cli::failure::Failure;
use crate::cli::import::{ImportArgs, Strategy};
use crate::cli::module::{Format, Module};
use crate::data::{self, Query};
use crate::exchange::bad_rows::{BadSheet, Which, rows_in_error};
use crate::exchange::command::{
    ExportOptions, ImportOptions, export_file, import_file, import_recorded,
};
use crate::exchange::copy;
use crate::exchange::error::ExchangeError;
use crate::exchange::export;
use crate::exchange::mapping::Heading;
use crate::exchange::reader::Source;
use crate::exchange::sheet::{self, DEFAULT_LIMITS};
use crate::exchange::watch::Watch;
use crate::i18n::Lang;

impl Office {
    /// Brings records in from a file, as a person; the result in the contract's shape. The rows that failed go into
    /// `failed` where given.
    pub(crate) fn import(
        &self,
        args: &ImportArgs,
        file: InputFile,
        failed: Option<File>,
    ) -> Result<Value, Failure> {
        let access = self.acting_as(&args.user)?;
        let options = ImportOptions {
            module: module(args.module),
            strategy: strategy(args.strategy, args.only_empty),
            match_by: args.match_fields.clone(),
            map: args.columns.clone(),
            columns: None,
            heading: Heading::Find,
            for_all: args.for_all.clone(),
            recall: false,
            operation: None,
            dry_run: args.dry_run,
            lang: Lang::En,
            zone: self.zone.clone(),
        };
        let _entered = self.runtime.enter();
        let data_module = options.module;
        let from_copy = copy::sheet_of(&file.file, data_module, &self.temp_dir, &DEFAULT_LIMITS);
        let from_copy = from_copy.map_err(ExchangeError::from)?;
        let (sheet, name) = match &from_copy {
            Some(copy) => (&copy.sheet, format!("{}/{}", file.name, copy.name)),
            None => (&file.file, file.name.clone()),
        };
        let source = Source {
            file: sheet,
            file_name: &name,
            sheet: args.sheet.as_deref(),
            limits: &DEFAULT_LIMITS,
        };
        let kind = access.read()?.kind(options.module)?;
        let done = if args.dry_run {
            import_file(&access, options, source, &self.temp_dir, &Watch::default())?
        } else {
            import_recorded(&access, options, source, &self.temp_dir)?
        };
        if let Some(failed) = failed {
            let how = BadSheet {
                which: Which::Failed,
                format: match args.failed_as {
                    Some(Format::Csv) => sheet::Format::Csv,
                    _ => sheet::Format::Xlsx,
                },
                lang: self.language,
                temp_dir: &self.temp_dir,
            };
            rows_in_error(&done.bad_rows, &done.mapping, kind, how, failed)?;
        }
        serde_json::to_value(done.report).map_err(|error| Failure::Failed(error.to_string()))
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

fn strategy(strategy: Strategy, only_empty: bool) -> data::Strategy {
    match strategy {
        Strategy::Update if only_empty => data::Strategy::Fill,
        Strategy::Skip => data::Strategy::Skip,
        Strategy::Update => data::Strategy::Update,
        Strategy::Create => data::Strategy::Create,
    }
}
