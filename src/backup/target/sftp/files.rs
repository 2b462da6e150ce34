//! Files over SFTP, many requests under way at once.

use std::io;
use std::path::Path;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use russh_sftp::client::error::Error;
use russh_sftp::protocol::{FileAttributes, FileType, OpenFlags, Packet, StatusCode};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::Fault;
use super::session::Session;
use crate::backup::target::http::tidy;
use crate::backup::target::limits::{NAMES, too_many};
use crate::backup::target::name::{Temporary, is_temporary, left_over, usable};
use crate::backup::target::{Area, Stored};

/// Bytes of one request; every server takes that many.
const STEP: u64 = 32 << 10;
/// How many requests are under way at once.
const AT_ONCE: usize = 48;
/// How many pages of one folder are read; each has a hundred names or so.
const PAGES: usize = NAMES / 10;

/// What opens, as the protocol names it.
type Open = String;

impl Session {
    fn path(&self, name: &str) -> String {
        match name {
            "" => self.folder.clone(),
            name => format!("{}/{name}", self.folder),
        }
    }

    /// Makes a folder below the target's, or the target's own; only its last part, since more than that is a disk that is
    /// not there.
    pub(super) async fn make_folder(&self, folder: &str) -> Result<(), Fault> {
        let path = self.path(folder);
        match self.raw.stat(&path).await {
            Ok(found) if found.attrs.file_type() == FileType::Dir => return Ok(()),
            Ok(_) => return Err(Fault::Refused(format!("{path} is no folder"))),
            Err(error) => match fault("", error) {
                Fault::Absent => {}
                fault => return Err(fault),
            },
        }
        let mode = FileAttributes {
            permissions: Some(0o700),
            ..FileAttributes::empty()
        };
        let Err(error) = self.raw.mkdir(&path, mode).await else {
            return Ok(());
        };
        // Another put may have made it meanwhile.
        match self.raw.stat(&path).await {
            Ok(found) if found.attrs.file_type() == FileType::Dir => Ok(()),
            _ => Err(told(fault(&format!("cannot make {path}"), error), &path)),
        }
    }

    /// Removes what puts that were cut off have left in a folder.
    pub(super) async fn sweep(&self, folder: &str) -> Result<(), Fault> {
        let entries = self.entries(folder).await?;
        if !entries.iter().any(|(name, _)| is_temporary(name)) {
            return Ok(());
        }
        let below = |name: &str| match folder {
            "" => self.path(name),
            folder => self.path(&format!("{folder}/{name}")),
        };
        let now = self.now(&below(Temporary::new().name())).await;
        let now = now.unwrap_or_default();
        for (name, attrs) in &entries {
            let age = now.zip(attrs.mtime);
            let age = age.map(|(now, at)| Duration::from_secs(u64::from(now.saturating_sub(at))));
            if left_over(name, age) {
                let _ = self.raw.remove(below(name)).await;
            }
        }
        Ok(())
    }

    /// The time by the server's own clock, which is asked by writing a file.
    async fn now(&self, path: &str) -> Result<Option<u32>, Fault> {
        let what = "cannot write in the folder";
        let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
        let open = self.raw.open(path, flags, FileAttributes::empty()).await;
        let open = open.map_err(|error| told(fault(what, error), path))?.handle;
        let known = self.raw.fstat(&open).await;
        let _ = self.raw.close(open).await;
        let _ = self.raw.remove(path).await;
        Ok(known.map_err(|error| fault(what, error))?.attrs.mtime)
    }

    pub(super) async fn put(&self, name: &str, file: &Path) -> Result<(), Fault> {
        let cannot_read =
            |error: io::Error| Fault::Refused(format!("cannot read {}: {error}", file.display()));
        let from = File::open(file).await.map_err(cannot_read)?;
        let size = from.metadata().await.map_err(cannot_read)?.len();
        let temporary = Temporary::new();
        let path = self.path(&temporary.beside(name));
        let put = async {
            let mode = FileAttributes {
                permissions: Some(0o600),
                ..FileAttributes::empty()
            };
            let flags = OpenFlags::CREATE | OpenFlags::TRUNCATE | OpenFlags::WRITE;
            let what = format!("cannot write {}", self.path(name));
            let open = self.raw.open(&path, flags, mode).await;
            let open = open
                .map_err(|error| told(fault(&what, error), &path))?
                .handle;
            self.write_all(&open, from, size, &what).await?;
            if self.syncs {
                let synced = self.raw.fsync(&open).await;
                synced.map_err(|error| fault(&what, error))?;
            }
            let there = self.raw.fstat(&open).await;
            let there = there.map_err(|error| fault(&what, error))?.attrs.size;
            let closed = self.raw.close(open).await;
            closed.map_err(|error| fault(&what, error))?;
            if there.is_some_and(|there| there != size) {
                return Err(Fault::Refused(format!("{what}: not all of it is there")));
            }
            self.take_name(&path, &self.path(name)).await
        };
        let put = put.await;
        // A connection that broke is not waited for; what it left goes with the next put.
        if matches!(put, Err(Fault::Refused(_) | Fault::Absent)) {
            let _ = self.raw.remove(&path).await;
        }
        put
    }

    async fn write_all(&self, open: &Open, from: File, size: u64, what: &str) -> Result<(), Fault> {
        let pieces = stream::try_unfold((from, 0), |(mut from, at)| async move {
            if at == size {
                return Ok(None);
            }
            let mut piece = vec![0; STEP.min(size - at) as usize];
            let read = from.read_exact(&mut piece).await;
            read.map_err(|error| {
                Fault::Refused(format!("cannot read what is to be sent: {error}"))
            })?;
            let next = at + piece.len() as u64;
            Ok::<_, Fault>(Some(((at, piece), (from, next))))
        });
        let writes = pieces.map_ok(|(at, piece)| async move {
            let written = self.raw.write(open, at, piece).await;
            written.map(|_| ()).map_err(|error| fault(what, error))
        });
        writes
            .try_buffer_unordered(AT_ONCE)
            .try_for_each(|()| async { Ok(()) })
            .await
    }

    /// Gives a finished file its name, in one step where the server can.
    async fn take_name(&self, from: &str, name: &str) -> Result<(), Fault> {
        let what = format!("cannot name {name}");
        if !self.renames {
            // Between the two the name leads nowhere; that is all such a server has.
            let _ = self.raw.remove(name).await;
            let renamed = self.raw.rename(from, name).await;
            return renamed.map(|_| ()).map_err(|error| fault(&what, error));
        }
        let mut request = Vec::new();
        for path in [from, name] {
            request.extend_from_slice(&(path.len() as u32).to_be_bytes());
            request.extend_from_slice(path.as_bytes());
        }
        let answer = self.raw.extended("posix-rename@openssh.com", request).await;
        match answer.map_err(|error| fault(&what, error))? {
            Packet::Status(status) if status.status_code == StatusCode::Ok => Ok(()),
            Packet::Status(status) => Err(fault(&what, Error::Status(status))),
            _ => Err(Fault::Broken(format!("{what}: an answer out of turn"))),
        }
    }

    pub(super) async fn get(&self, name: &str, into: &Path) -> Result<(), Fault> {
        let what = format!("cannot read {}", self.path(name));
        let cannot =
            |error: io::Error| Fault::Refused(format!("cannot write {}: {error}", into.display()));
        let open = self
            .raw
            .open(self.path(name), OpenFlags::READ, FileAttributes::empty())
            .await
            .map_err(|error| fault(&what, error))?
            .handle;
        let known = self.raw.fstat(&open).await;
        let size = known.map_err(|error| fault(&what, error))?.attrs.size;
        let size = size.ok_or_else(|| Fault::Refused(format!("{what}: its size is not told")))?;
        let mut made = File::create(into).await.map_err(cannot)?;
        let (open, what) = (&open, &what);
        let steps = (0..size.div_ceil(STEP)).map(|index| index * STEP);
        let mut pieces = stream::iter(steps)
            .map(|at| async move { self.piece(open, at, STEP.min(size - at), what).await })
            .buffered(AT_ONCE);
        while let Some(piece) = pieces.try_next().await? {
            made.write_all(&piece).await.map_err(cannot)?;
        }
        drop(pieces);
        made.flush().await.map_err(cannot)?;
        let _ = self.raw.close(open).await;
        Ok(())
    }

    /// One piece of a file, asked for again as long as it comes short.
    async fn piece(&self, open: &Open, at: u64, length: u64, what: &str) -> Result<Vec<u8>, Fault> {
        let mut piece = Vec::new();
        while (piece.len() as u64) < length {
            let missing = length - piece.len() as u64;
            let from = at + piece.len() as u64;
            let more = self.raw.read(open, from, missing as u32).await;
            let more = more.map_err(|error| fault(what, error))?.data;
            if more.is_empty() || more.len() as u64 > missing {
                return Err(Fault::Broken(format!(
                    "{what}: it is not as long as it was said to be"
                )));
            }
            piece.extend_from_slice(&more);
        }
        Ok(piece)
    }

    pub(super) async fn list(&self, area: Area, ending: &str) -> Result<Vec<Stored>, Fault> {
        let mut found = Vec::new();
        let mut waiting = vec![String::new()];
        while let Some(folder) = waiting.pop() {
            for (name, attrs) in self.entries(&folder).await? {
                let name = match folder.as_str() {
                    "" => name,
                    folder => format!("{folder}/{name}"),
                };
                match attrs.file_type() {
                    _ if !usable(&name) || !area.holds(&name) => {}
                    FileType::Dir if usable(&format!("{name}/x")) => waiting.push(name),
                    FileType::File if name.ends_with(ending) => found.push(Stored {
                        name,
                        size: attrs.size.unwrap_or(0),
                    }),
                    _ => {}
                }
            }
            if found.len() + waiting.len() > NAMES {
                return Err(Fault::Refused(too_many()));
            }
        }
        Ok(found)
    }

    async fn entries(&self, folder: &str) -> Result<Vec<(String, FileAttributes)>, Fault> {
        let path = self.path(folder);
        let what = format!("cannot list {path}");
        let open = self.raw.opendir(&path).await;
        let open = open
            .map_err(|error| told(fault(&what, error), &path))?
            .handle;
        let mut found = Vec::new();
        for _ in 0..PAGES {
            match self.raw.readdir(&open).await {
                Ok(page) => found.extend(
                    page.files
                        .into_iter()
                        .map(|file| (file.filename, file.attrs)),
                ),
                Err(Error::Status(status)) if status.status_code == StatusCode::Eof => {
                    let _ = self.raw.close(open).await;
                    return Ok(found);
                }
                Err(error) => return Err(fault(&what, error)),
            }
            if found.len() > NAMES {
                break;
            }
        }
        let _ = self.raw.close(open).await;
        Err(Fault::Refused(too_many()))
    }

    pub(super) async fn delete(&self, name: &str) -> Result<(), Fault> {
        let removed = self.raw.remove(self.path(name)).await;
        match removed.map_err(|error| fault(&format!("cannot remove {}", self.path(name)), error)) {
            Ok(_) | Err(Fault::Absent) => Ok(()),
            Err(fault) => Err(fault),
        }
    }

    pub(super) async fn room(&self) -> Result<Option<u64>, Fault> {
        if !self.tells_room {
            return Ok(None);
        }
        self.make_folder("").await?;
        let disk = self.raw.statvfs(self.path("")).await;
        let disk = disk.map_err(|error| fault("cannot ask for the room", error))?;
        Ok(Some(disk.blocks_avail.saturating_mul(disk.fragment_size)))
    }
}

/// An error of the protocol, with what it kept us from.
fn fault(what: &str, error: Error) -> Fault {
    match error {
        Error::Status(status) if status.status_code == StatusCode::NoSuchFile => Fault::Absent,
        Error::Status(status) => {
            let said = tidy(&status.error_message);
            let said = match said.as_str() {
                "" => status.status_code.to_string(),
                // All that OpenSSH says where a disk is full, among others.
                "Failure" => "Failure (such as a full disk)".to_owned(),
                _ => said,
            };
            Fault::Refused(format!("{what}: {said}"))
        }
        Error::Timeout => Fault::Broken(format!("{what}: the server does not answer")),
        error => Fault::Broken(format!("{what}: {}", tidy(&error.to_string()))),
    }
}

/// A folder that is not there is no file that is not there.
fn told(fault: Fault, path: &str) -> Fault {
    match fault {
        Fault::Absent => Fault::Refused(format!(
            "{path}: the folder above is not there; is its disk mounted?"
        )),
        fault => fault,
    }
}
