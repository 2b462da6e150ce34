//! A person's own copy: every module they may take out as a sheet that its import takes back, in one archive.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::error::ExchangeError;
use super::export::{Export, Format, Told, export};
use super::sheet::SheetError;
use crate::data::{AccessError, Module, Permission, Query, Reading, RecordType};
use crate::i18n::{Lang, format, text, text_with};

mod back;

pub(crate) use back::sheet_of;

/// The name of the file that tells of the others.
const README: &str = "README.txt";

/// How a copy is made.
#[derive(Clone, Copy)]
pub(crate) struct Copy<'a> {
    /// Of headings, choices and the readme.
    pub(crate) lang: Lang,
    /// Where sheets are put together.
    pub(crate) temp_dir: &'a Path,
    /// Told after each record how many are written, over all modules.
    pub(crate) told: Told<'a>,
}

/// The modules that go into a person's copy; an error that names the first permission missing where there are none.
pub(crate) fn modules(reading: &Reading) -> Result<Vec<&'static RecordType>, AccessError> {
    let kinds = reading.kinds();
    let taken: Vec<_> = kinds
        .iter()
        .copied()
        .filter(|kind| may_take(reading, kind.module))
        .collect();
    match kinds.first() {
        Some(first) if taken.is_empty() => {
            Err(AccessError::Forbidden(Permission::Export(first.module)))
        }
        _ => Ok(taken),
    }
}

fn may_take(reading: &Reading, module: Module) -> bool {
    let rights = reading.rights();
    rights.may(Permission::View(module)) && rights.may(Permission::Export(module))
}

/// Writes the archive from one moment of the data, and gives the number of records of each module. Blocks.
pub(crate) fn write(
    reading: &Reading,
    how: Copy<'_>,
    file: File,
) -> Result<Vec<(Module, u64)>, ExchangeError> {
    let mut zip = ZipWriter::new(file);
    // Sheets are compressed already.
    let stored = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .unix_permissions(0o600)
        .large_file(true);
    let mut counts: Vec<(Module, u64)> = Vec::new();
    for kind in modules(reading)? {
        let before: u64 = counts.iter().map(|(_, count)| count).sum();
        let told = |done: u64| (how.told)(before + done);
        let mut sheet = tempfile::tempfile_in(how.temp_dir)?;
        let export_as = Export {
            format: Format::Xlsx,
            columns: None,
            lang: how.lang,
            temp_dir: how.temp_dir,
            told: &told,
        };
        let count = export(
            reading,
            kind,
            &Query::default(),
            export_as,
            sheet.try_clone()?,
        )?;
        sheet.rewind()?;
        zip.start_file(sheet_name(kind.module), stored)
            .map_err(full)?;
        io::copy(&mut sheet, &mut zip)?;
        counts.push((kind.module, count));
    }
    zip.start_file(README, stored).map_err(full)?;
    zip.write_all(readme(reading, how.lang, &counts)?.as_bytes())?;
    zip.finish().map_err(full)?.sync_all()?;
    Ok(counts)
}

/// The sheet of a module: named as in addresses, whatever the language.
fn sheet_name(module: Module) -> String {
    format!("{module}.xlsx")
}

fn full(error: zip::result::ZipError) -> ExchangeError {
    SheetError::Write(error.to_string()).into()
}

/// What lies in the archive, of whom and when, and how it comes back. Lines end as Windows' own editor wants them.
fn readme(reading: &Reading, lang: Lang, counts: &[(Module, u64)]) -> Result<String, AccessError> {
    let firm = reading.firm()?.map(|firm| firm.name).unwrap_or_default();
    let user = reading.rights().user();
    let person = user.map(|user| user.name.clone()).unwrap_or_default();
    let made = format::date_time(lang, crate::clock::now(), &reading.zone());
    let mut lines = vec![
        text(lang, "copy-readme-title"),
        text_with(
            lang,
            "copy-readme-of",
            &[
                ("firm", firm.into()),
                ("person", person.into()),
                ("at", made.into()),
            ],
        ),
        String::new(),
        text(lang, "copy-readme-files"),
    ];
    for (module, count) in counts {
        let name = text(lang, &format!("nav-{module}"));
        let count = format::integer(lang, i64::try_from(*count).unwrap_or(i64::MAX));
        let file = sheet_name(*module);
        lines.push(format!("  {file}: {name} ({count})"));
    }
    let kinds = reading.kinds().iter().map(|kind| kind.module);
    let left_out: Vec<String> = kinds
        .filter(|module| !counts.iter().any(|(taken, _)| taken == module))
        .map(|module| text(lang, &format!("nav-{module}")))
        .collect();
    if !left_out.is_empty() {
        let modules = left_out.join(", ");
        lines.push(text_with(
            lang,
            "copy-readme-left-out",
            &[("modules", modules.into())],
        ));
    }
    lines.push(String::new());
    lines.push(text(lang, "copy-readme-back"));
    lines.push(text(lang, "copy-readme-seen"));
    lines.push(text(lang, "copy-readme-care"));
    lines.push(String::new());
    Ok(lines.join("\r\n"))
}

#[cfg(test)]
mod tests;
