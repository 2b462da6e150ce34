//! An archive with the files in it that it refers to, for whoever wants all in one: made anew while it is taken away, since
//! what lies at targets is kept once for all archives.

use std::io::{self, Write};
use std::sync::Arc;

use age::x25519::Recipient;
use bytes::Bytes;
use futures_util::{Stream, stream};
use tokio::sync::mpsc;

use super::desk::{Desk, apart};
use super::error::BackupError;
use super::files::{Bringing, FileList, Source, check};
use super::manifest::{self, Manifest};
use super::pick::Near;
use super::progress::Hearing;
use super::read::Opened;
use super::tar_file;
use super::write::{Blocks, packed};
use crate::data::FilesHold;

/// Pieces on their way to whoever takes it.
const AHEAD: usize = 4;
/// Bytes of a piece.
const PIECE: usize = 256 << 10;

/// Such an archive, everything of which is at hand.
pub(crate) struct Bundle {
    near: Near,
    list: FileList,
    contents: Arc<dyn Source>,
    recipients: Vec<Recipient>,
    _hold: FilesHold,
}

impl Desk {
    /// Makes ready an archive with its files: what is not here is fetched from the targets. Nothing where it refers to none,
    /// or holds them already.
    pub(crate) async fn bundle(&self, archive: &str) -> Result<Option<Bundle>, BackupError> {
        let near = self.near(archive).await?;
        let (desk, archive) = (self.clone(), archive.to_owned());
        apart(move || async move {
            let list = near.files()?;
            if list.is_empty() || near.manifest()?.files.inside {
                return Ok(None);
            }
            let hold = desk.hold_files();
            let contents = desk.contents()?;
            let places = Arc::new(desk.places(None)?);
            Bringing::from(places, &desk.temp_dir)
                .bring(&archive, &list, near.keys(), &contents, &Hearing::default())
                .await?;
            let keys = desk.key().current()?;
            Ok(Some(Bundle {
                recipients: keys.recipients(&desk.config.recipients)?,
                near,
                list,
                contents,
                _hold: hold,
            }))
        })
        .await
    }
}

impl Bundle {
    /// Its bytes. An error among them means that what came is not whole, and whoever takes it has to be told so.
    pub(crate) fn stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        let (pieces, taken) = mpsc::channel(AHEAD);
        tokio::task::spawn_blocking(move || {
            let out = Pipe {
                piece: Vec::with_capacity(PIECE),
                pieces: pieces.clone(),
            };
            if let Err(error) = self.write(out) {
                tracing::error!(%error, "an archive with its files broke off");
                let _ = pieces.blocking_send(Err(io::Error::other(error.to_string())));
            }
        });
        stream::unfold(taken, async |mut taken| {
            let piece = taken.recv().await?;
            Some((piece, taken))
        })
    }

    /// Writes it.
    pub(super) fn write<W: Write + Send>(&self, out: W) -> Result<W, BackupError> {
        let opened = self.near.open()?;
        let (out, ..) = packed(&self.recipients, out, |out| self.write_all(opened, out))?;
        Ok(out)
    }

    fn write_all(&self, mut opened: Opened, out: &mut Blocks) -> Result<(), BackupError> {
        let failed = |error| BackupError::io("an archive with its files", error);
        let mut manifest: Manifest = opened.manifest().clone();
        manifest.files.inside = true;
        let text = serde_json::to_vec_pretty(&manifest).map_err(|error| failed(error.into()))?;
        let (seconds, size) = (manifest.seconds(), text.len() as u64);
        out.begin(manifest::NAME, size, seconds).map_err(failed)?;
        out.write_all(&text).map_err(failed)?;
        tar_file::pad(out, size).map_err(failed)?;
        while let Some(name) = opened.next()? {
            let size = manifest.sizes.get(&name).copied().unwrap_or_default();
            out.begin(&name, size, seconds).map_err(failed)?;
            opened.contents(&name, &mut |bytes| out.write_all(bytes).map_err(failed))?;
            tar_file::pad(out, size).map_err(failed)?;
        }
        opened.finish()?;
        for content in self.list.there() {
            let name = content.inside();
            let damaged = |why: &dyn std::fmt::Display| BackupError::damaged(&name, why);
            let from = self.contents.open(&content)?;
            let mut from = from.ok_or_else(|| damaged(&"it is not there any more"))?;
            out.begin(&name, content.size, seconds).map_err(failed)?;
            check(&mut from, &content, out).map_err(|why| damaged(&why))?;
            tar_file::pad(out, content.size).map_err(failed)?;
        }
        tar_file::end(out).map_err(failed)
    }
}

/// Writes to whoever takes the pieces; fails where nobody does.
struct Pipe {
    piece: Vec<u8>,
    pieces: mpsc::Sender<io::Result<Bytes>>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.piece.extend_from_slice(bytes);
        if self.piece.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE));
        let sent = self.pieces.blocking_send(Ok(piece.into()));
        sent.map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
