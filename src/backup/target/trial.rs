//! Trying a target out: a small file is written, read back, compared and removed.

use std::time::Duration;

use tokio::time::Instant;

use super::name::random;
use super::{Target, TargetError};

/// What files for trying end with; nothing else ends so.
const ENDING: &str = ".try";
/// Bytes of such a file.
const SIZE: usize = 64 << 10;

/// How long each step took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tried {
    /// Writing.
    pub(crate) written: Duration,
    /// Reading back.
    pub(crate) read: Duration,
    /// Removing.
    pub(crate) removed: Duration,
}

/// Tries a target out. Where a step fails, its error is the answer, and what was written is removed if that works.
pub(crate) async fn try_it(name: &str, target: &impl Target) -> Result<Tried, TargetError> {
    let failed = |message: String| TargetError::Failed {
        target: name.to_owned(),
        message,
    };
    let here =
        tempfile::tempdir().map_err(|error| failed(format!("no temporary folder: {error}")))?;
    let (there, back) = (here.path().join("there"), here.path().join("back"));
    let content = random(SIZE / 2);
    tokio::fs::write(&there, &content)
        .await
        .map_err(|error| failed(format!("no temporary file: {error}")))?;
    let file = format!("kartoteka-{}{ENDING}", random(8));

    let start = Instant::now();
    target.put(&file, &there).await?;
    let written = start.elapsed();

    let start = Instant::now();
    let fetched = target.get(&file, &back).await;
    let read = start.elapsed();

    let start = Instant::now();
    let removed = target.delete(&file).await;
    let deleted = start.elapsed();

    fetched?;
    removed?;
    let same = tokio::fs::read(&back)
        .await
        .is_ok_and(|back| back == content.as_bytes());
    if !same {
        return Err(failed(
            "what was read back is not what was written".to_owned(),
        ));
    }
    Ok(Tried {
        written,
        read,
        removed: deleted,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::backup::target::Stored;
    use crate::backup::target::local::Local;
    use crate::config::LocalTarget;

    #[tokio::test]
    async fn a_good_target_is_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let target = Local::new(&LocalTarget {
            name: "here".to_owned(),
            path: folder.path().to_owned(),
        });
        try_it("here", &target).await.unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    /// A target that gives back something else.
    struct Liar;

    impl Target for Liar {
        async fn put(&self, _: &str, _: &Path) -> Result<(), TargetError> {
            Ok(())
        }

        async fn get(&self, _: &str, into: &Path) -> Result<(), TargetError> {
            std::fs::write(into, "x").unwrap();
            Ok(())
        }

        async fn list(&self, _: &str) -> Result<Vec<Stored>, TargetError> {
            Ok(Vec::new())
        }

        async fn list_files(&self) -> Result<Vec<Stored>, TargetError> {
            Ok(Vec::new())
        }

        async fn delete(&self, _: &str) -> Result<(), TargetError> {
            Ok(())
        }

        async fn room(&self) -> Result<Option<u64>, TargetError> {
            Ok(None)
        }
    }

    #[tokio::test]
    async fn a_target_that_gives_back_something_else_is_found_out() {
        let error = try_it("far", &Liar).await.unwrap_err().to_string();
        assert_eq!(error, "far: what was read back is not what was written");
    }
}
