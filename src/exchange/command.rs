//! Import and export of a file by its name and handle: what the command line and the pages call. Both block.

use std::fs::File;
use std::path::Path;

use jiff::tz::TimeZone;
use tokio::runtime::Handle;

use super::error::ExchangeError;
use super::export::{Export, Format, Told, export};
use super::import::{Done, Import, Preview};
use super::layout;
use super::reader::{KeptSheet, Source};
use super::report::Report;
use super::watch::Watch;
use crate::data::{Access, AccessError, FieldNo, Module, OperationId, Query, Strategy};
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
    /// See [`Import::for_all`].
    pub(crate) for_all: Vec<(String, String)>,
    /// Matches the columns as was done last for a sheet of the same headings, and keeps how it is done this time.
    pub(crate) recall: bool,
    /// See [`Import::operation`].
    pub(crate) operation: Option<OperationId>,
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
            for_all: self.for_all,
            layout: None,
            operation: self.operation,
            dry_run: self.dry_run,
            lang: self.lang,
            zone: self.zone,
        })
    }
}

/// Reads a file and says what would happen to it, with its first rows. Blocks, as all of these.
pub(crate) fn try_file(
    access: &Access,
    options: ImportOptions,
    source: Source<'_>,
    temp_dir: &Path,
) -> Result<(Preview, Report), ExchangeError> {
    let options = ImportOptions {
        dry_run: true,
        ..options
    };
    let watch = Watch::default();
    let (import, mut kept) = opened(access, options, source, temp_dir, &watch)?;
    let preview = import.preview(&kept)?;
    let report = import.run(access, &mut kept, source.file_name)?;
    Ok((preview, report))
}

/// Brings a file in. A missing permission is found before the file is looked at, and kept in the audit log.
pub(crate) fn import_file(
    access: &Access,
    options: ImportOptions,
    source: Source<'_>,
    temp_dir: &Path,
    watch: &Watch,
) -> Result<Done, ExchangeError> {
    let what = format!("{}.import", options.module);
    let remembers = options.recall && !options.dry_run;
    let attempt = || {
        let (import, mut kept) = opened(access, options, source, temp_dir, watch)?;
        let done = import.run_watched(access, &mut kept, source.file_name, watch)?;
        if remembers {
            layout::remember(access, import.kind, &done.mapping)?;
        }
        Ok(done)
    };
    noting_refusal(access, what, attempt())
}

fn opened(
    access: &Access,
    options: ImportOptions,
    source: Source<'_>,
    temp_dir: &Path,
    watch: &Watch,
) -> Result<(Import, KeptSheet), ExchangeError> {
    let recalls = options.recall;
    let mut import = options.import(access)?;
    let permission = crate::data::Permission::Import(import.kind.module);
    access.read()?.rights().require(permission)?;
    let kept = source.keep(temp_dir, watch)?;
    if recalls {
        import.layout = layout::recall(access, import.kind, &kept)?;
    }
    Ok((import, kept))
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
