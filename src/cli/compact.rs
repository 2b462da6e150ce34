//! `compact`: the database file made as small as it can be, while nobody uses it.

use std::io::Write;

use super::Common;
use super::failure::Failure;
use crate::app::data_dir::{DataDir, SHORTLY};
use crate::data::Vault;

pub(super) fn run(common: &Common) -> Result<(), Failure> {
    let data = DataDir::open(&common.data, SHORTLY)?;
    let (before, after) = Vault::compact_file(data.path())?;
    writeln!(
        std::io::stdout(),
        "the database file had {before} bytes and has {after}"
    )?;
    Ok(())
}
