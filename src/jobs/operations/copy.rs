//! A person's own copy as an operation.

use std::path::Path;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::task::{Stop, Task};
use super::work::file_stop;
use crate::exchange::copy::{Copy, write};
use crate::exchange::error::ExchangeError;
use crate::i18n::Lang;

/// A copy to be made.
pub(crate) struct WantedCopy {
    /// Of headings, choices and the readme.
    pub(crate) lang: Lang,
    /// Where sheets are put together.
    pub(crate) temp_dir: Arc<Path>,
    /// As it will be saved.
    pub(crate) name: String,
    /// Records there are.
    pub(crate) total: u64,
}

/// Writes the copy to a file that lies ready on the operation's page, and keeps in the audit log what went out.
pub(crate) async fn copy(task: Task, wanted: WantedCopy) -> Result<(), Stop> {
    task.access.ask_to_take(wanted.total).await?;
    let written = crate::quiet::spawn(move || {
        let file = task.result_file(&wanted.name, "application/zip")?;
        let told = |done: u64| {
            task.progress(done, Some(wanted.total.max(done)));
            !task.is_cancelled()
        };
        let how = Copy {
            lang: wanted.lang,
            temp_dir: &wanted.temp_dir,
            told: &told,
        };
        let counts = write(&task.access.read()?, how, file)?;
        // Asked again where it counts: something else may have been taken out meanwhile.
        let taken = counts.iter().map(|(_, count)| count).sum();
        let access = &task.access;
        Handle::current().block_on(async {
            access.ask_to_take(taken).await?;
            access.note_exports(&counts, "zip").await
        })?;
        Ok::<_, ExchangeError>(())
    });
    file_stop(written.await)
}
