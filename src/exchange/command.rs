//! Import and export of a file by its name and handle: what the command line and the pages call. Both block.

use std::fs::File;
use std::path::Path;

use jiff::tz::TimeZone;
use serde_json::json;
use tokio::runtime::Handle;

use super::error::ExchangeError;
use super::export::{Export, Format, Told, export};
use super::import::{Done, Import, Preview};
use super::layout;
use super::mapping::Heading;
use super::reader::{KeptSheet, Source};
use super::sheet::Contents;
use super::watch::Watch;
use crate::data::{
    Access, AccessError, Ending, FieldNo, Module, NewOperation, OperationId, OperationKind,
    OperationState, Permission, Progress as OperationProgress, Query, RecordType, Strategy,
};
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
    /// See [`Import::columns`].
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) heading: Heading,
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
            columns: self.columns,
            heading: self.heading,
            for_all: self.for_all,
            layout: None,
            operation: self.operation,
            dry_run: self.dry_run,
            lang: self.lang,
            zone: self.zone,
        })
    }
}

/// What a file is, and what its columns are taken for.
pub(crate) struct Looked {
    pub(crate) contents: Contents,
    pub(crate) kind: &'static RecordType,
    pub(crate) preview: Preview,
    /// The columns were matched as they were last.
    pub(crate) recalled: bool,
}

/// Looks at the beginning of a file. Blocks, as all of these.
pub(crate) fn look_at(
    access: &Access,
    options: ImportOptions,
    source: Source<'_>,
) -> Result<Looked, ExchangeError> {
    let mut import = options.import(access)?;
    require(access, &import)?;
    let peek = source.peek(Import::PEEK)?;
    if import.heading != Heading::Nowhere {
        import.layout = layout::recall(access, import.kind, &peek.rows)?;
    }
    let contents = peek.contents.clone();
    let preview = import.preview_of(peek)?;
    let layout = import.layout.as_ref();
    Ok(Looked {
        contents,
        kind: import.kind,
        recalled: layout.is_some_and(|layout| layout.headings == preview.mapping.headings),
        preview,
    })
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
        run(
            access,
            &import,
            &mut kept,
            source.file_name,
            watch,
            remembers,
        )
    };
    noting_refusal(access, what, attempt())
}

/// Brings a file in as an operation of its own, which begins once the file has been read to its end.
pub(crate) fn import_recorded(
    access: &Access,
    options: ImportOptions,
    source: Source<'_>,
    temp_dir: &Path,
) -> Result<Done, ExchangeError> {
    let what = format!("{}.import", options.module);
    let watch = Watch::default();
    let attempt = || {
        let (mut import, mut kept) = opened(access, options, source, temp_dir, &watch)?;
        import.preview(&kept)?;
        let runtime = Handle::current();
        let new = new_operation(import.kind.module, source.file_name);
        let operation = runtime.block_on(access.begin(new))?.id;
        import.operation = Some(operation);
        let done = run(access, &import, &mut kept, source.file_name, &watch, false);
        let ending = match &done {
            Ok(done) => Ending {
                state: OperationState::Done,
                progress: rows_done(done.report.rows, done.report.rows),
                message: None,
                result: None,
            },
            Err(error) => Ending {
                state: OperationState::Failed,
                progress: OperationProgress::default(),
                message: Some(error.message()),
                result: None,
            },
        };
        runtime.block_on(access.finish(operation, ending))?;
        done
    };
    noting_refusal(access, what, attempt())
}

/// An import as an operation.
pub(crate) fn new_operation(module: Module, file_name: &str) -> NewOperation {
    NewOperation {
        kind: OperationKind::Import,
        module: Some(module),
        total: None,
        undoable: true,
        detail: json!({"file": file_name}),
    }
}

fn rows_done(done: u64, total: u64) -> OperationProgress {
    OperationProgress {
        phase: String::new(),
        done,
        total: Some(total),
    }
}

fn run(
    access: &Access,
    import: &Import,
    kept: &mut KeptSheet,
    file_name: &str,
    watch: &Watch,
    remembers: bool,
) -> Result<Done, ExchangeError> {
    let done = import.run_watched(access, kept, file_name, watch)?;
    if let Some(operation) = import.operation {
        // The guard counts writes, and a row may take two; rows without a name never reach it.
        let report = &done.report;
        let counts = [
            ("created", report.created),
            ("updated", report.updated),
            ("skipped", report.skipped),
            ("failed", report.failed),
            ("warned", report.warned),
        ];
        let counts = counts.map(|(name, count)| (name.to_owned(), count)).into();
        Handle::current().block_on(access.settle_counts(operation, counts))?;
    }
    if remembers && !done.mapping.headings.is_empty() {
        layout::remember(access, import.kind, done.mapping.layout(import.kind))?;
    }
    Ok(done)
}

fn require(access: &Access, import: &Import) -> Result<(), ExchangeError> {
    let permission = Permission::Import(import.kind.module);
    Ok(access.read()?.rights().require(permission)?)
}

fn opened(
    access: &Access,
    options: ImportOptions,
    source: Source<'_>,
    temp_dir: &Path,
    watch: &Watch,
) -> Result<(Import, KeptSheet), ExchangeError> {
    let recalls = options.recall && options.columns.is_none();
    let mut import = options.import(access)?;
    require(access, &import)?;
    let kept = source.keep(temp_dir, watch)?;
    if recalls {
        let first: Vec<_> = kept.rows().take(Import::PEEK).collect::<Result<_, _>>()?;
        import.layout = layout::recall(access, import.kind, &first)?;
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
        access.may_take(reading.count(kind, &options.query)?, 0)?;
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
    if let Err(ExchangeError::Access(AccessError::DailyLimit { most, .. })) = &result {
        Handle::current().block_on(access.note_limit(*most))?;
    }
    result
}
