//! A person's own copy on its way back: the sheet of a module, out of the archive.

use std::fs::File;
use std::path::Path;

use super::sheet_name;
use crate::data::Module;
use crate::exchange::sheet::{Limits, SheetError, archive};

/// The sheet of a module. Those of others in the archive are taken by their own imports.
pub(crate) struct FromCopy {
    /// In a file without a name.
    pub(crate) sheet: File,
    /// Its name in the archive.
    pub(crate) name: String,
}

/// Finds the sheet of a module in a file that is a copy; nothing where it is none, or has no such sheet. Blocks.
pub(crate) fn sheet_of(
    file: &File,
    module: Module,
    temp_dir: &Path,
    limits: &Limits,
) -> Result<Option<FromCopy>, SheetError> {
    let Some(names) = archive::names(file)? else {
        return Ok(None);
    };
    let name = sheet_name(module);
    if !names.contains(&name) {
        return Ok(None);
    }
    let mut sheet = tempfile::tempfile_in(temp_dir)?;
    archive::unpack(file, &name, limits, &mut sheet)?;
    Ok(Some(FromCopy { sheet, name }))
}
