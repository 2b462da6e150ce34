//! Import and export of a file by its name and handle: what the command line and the pages call. Both block.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use jiff::tz::TimeZone;
use tempfile::NamedTempFile;
use tokio::runtime::Handle;

use super::error::ExchangeError;
use super::export::{Export, Format, Told, export};
use super::import::Import;
use super::report::Report;
use super::sheet::{self, Limits, Sheet, SheetError};
use crate::data::{Access, AccessError, FieldNo, Module, Query, Strategy};
use crate::i18n::Lang;

/// What a person says of an import.
#[derive(Clone, Debug)]
pub(crate) struct ImportOptions {
    pub(crate) module: Module,
    pub(crate) strategy: Strategy,
    /// See [`Import::match_by`].
    pub(crate) match_by: Vec<String>,
    /// See [`Import::map`].
    pub(crate) map: Vec<(String, String)>,
    pub(crate) dry_run: bool,
    pub(crate) lang: Lang,
    pub(crate) zone: TimeZone,
}

impl ImportOptions {
    /// With the record type of the module, if the module is there.
    pub(crate) fn import(self, access: &Access) -> Result<Import, ExchangeError> {
        let kind = access.read()?.kind(self.module)?;
        Ok(Import {
            kind,
            strategy: self.strategy,
            match_by: self.match_by,
            map: self.map,
            dry_run: self.dry_run,
            lang: self.lang,
            zone: self.zone,
        })
    }
}

/// A copy of a file that nobody else changes while it is read several times; gone with the handle.
pub(crate) struct KeptSheet {
    pub(crate) sheet: Sheet,
    _copy: NamedTempFile,
}

/// Copies and opens a sheet. `file_name` is the name the person knows it by.
pub(crate) fn open_sheet(
    mut file: File,
    file_name: &str,
    limits: &Limits,
    temp_dir: &Path,
) -> Result<KeptSheet, ExchangeError> {
    if file.metadata()?.len() > limits.file_bytes {
        return Err(SheetError::FileTooLarge {
            limit_mb: limits.file_bytes / 1_000_000,
        }
        .into());
    }
    let mut copy = NamedTempFile::new_in(temp_dir)?;
    file.seek(SeekFrom::Start(0))?;
    std::io::copy(&mut file, &mut copy)?;
    copy.flush()?;
    let sheet = sheet::open(copy.path(), file_name, limits)?;
    Ok(KeptSheet { sheet, _copy: copy })
}

/// Brings a file in. A missing permission is found before the file is looked at, and kept in the audit log.
pub(crate) fn import_file(
    access: &Access,
    options: ImportOptions,
    file: File,
    file_name: &str,
    limits: &Limits,
    temp_dir: &Path,
) -> Result<Report, ExchangeError> {
    let what = format!("{}.import", options.module);
    let attempt = || {
        let import = options.import(access)?;
        let permission = crate::data::Permission::Import(import.kind.module);
        access.read()?.rights().require(permission)?;
        let mut kept = open_sheet(file, file_name, limits, temp_dir)?;
        import.run(access, &mut kept.sheet, file_name)
    };
    noting_refusal(access, what, attempt())
}

/// What is written, and where it is packed.
#[derive(Clone, Debug)]
pub(crate) struct ExportOptions<'a> {
    pub(crate) module: Module,
    pub(crate) format: Format,
    pub(crate) query: Query,
    /// See [`Export::columns`].
    pub(crate) columns: Option<Vec<FieldNo>>,
    pub(crate) lang: Lang,
    pub(crate) temp_dir: &'a Path,
}

/// Writes records into a file, gives their number, and keeps in the audit log that they went out.
pub(crate) fn export_file(
    access: &Access,
    options: &ExportOptions<'_>,
    file: File,
) -> Result<u64, ExchangeError> {
    export_watched(access, options, file, &|_| true)
}

/// The same, told how far it is; it may be ended early, and then nothing counts as taken out.
pub(crate) fn export_watched(
    access: &Access,
    options: &ExportOptions<'_>,
    file: File,
    told: Told<'_>,
) -> Result<u64, ExchangeError> {
    let attempt = || {
        let reading = access.read()?;
        let kind = reading.kind(options.module)?;
        let how = Export {
            format: options.format,
            columns: options.columns.as_deref(),
            lang: options.lang,
            temp_dir: options.temp_dir,
            told,
        };
        let count = export(&reading, kind, &options.query, how, file)?;
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(options.query.pairs())
            .finish();
        let note = access.note_export(options.module, count, options.format.name(), &query);
        Handle::current().block_on(note)?;
        Ok(count)
    };
    noting_refusal(access, format!("{}.export", options.module), attempt())
}

fn noting_refusal<T>(
    access: &Access,
    what: String,
    result: Result<T, ExchangeError>,
) -> Result<T, ExchangeError> {
    if let Err(ExchangeError::Access(refused @ AccessError::Forbidden(_))) = &result {
        Handle::current().block_on(access.note_refusal(refused, what))?;
    }
    result
}
