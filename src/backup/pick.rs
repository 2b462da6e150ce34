//! Single records out of an archive, by reading through it: no database is made, and only one line is held at a time.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::desk::{Desk, Listed, blocking};
use super::error::BackupError;
use super::files::FileList;
use super::keys::Keys;
use super::manifest::Manifest;
use super::progress::{Hearing, Phase};
use super::read::Opened;
use crate::data::{Archived, AtTarget, LineCutter, Module, Part, Picker, RecordId, Vault};

/// What the names of archives that were fetched begin with; they stay encrypted.
const NEAR: &str = "near-";
/// How long one lies ready.
const LASTS: Duration = Duration::from_hours(1);

/// An archive on this machine, with the keys that open it.
#[derive(Clone)]
pub(crate) struct Near {
    name: String,
    file: PathBuf,
    keys: Keys,
    vault: Vault,
}

/// What is wanted of the records that an archive lists.
pub(crate) trait Choose {
    /// Whether a record is read at all, by its id.
    fn wants(&mut self, id: RecordId) -> bool;

    /// Takes a record that was read.
    fn take(&mut self, archived: Archived) -> Result<(), BackupError>;
}

/// Is given each line of a module's parts.
type TakesLines<'a> = dyn FnMut(&mut Picker, &[u8]) -> Result<(), BackupError> + 'a;
/// The same, with the part it stands in.
type TakesParts<'a> = dyn FnMut(Part, &mut Picker, &[u8]) -> Result<(), BackupError> + 'a;

impl Desk {
    /// An archive that is on this machine already.
    pub(crate) fn already_near(&self, archive: &str) -> Result<Option<Near>, BackupError> {
        Ok(Some(self.near_as(archive)?).filter(Near::is_fresh))
    }

    /// What is known of one archive: here, or else at the targets.
    pub(crate) async fn find(&self, archive: &str) -> Result<Option<Listed>, BackupError> {
        let sent = |at: &(&String, &AtTarget)| at.1.sent_at.is_some();
        let known = self.vault.backups()?;
        if let Some(known) = known.into_iter().find(|known| known.name == archive) {
            return Ok(Some(Listed {
                targets: known
                    .targets
                    .iter()
                    .filter(sent)
                    .map(|at| at.0.clone())
                    .collect(),
                name: known.name,
                created_at: Some(known.created_at),
                size: known.size,
                proved_at: known.proved_at,
                counts: known.counts,
                file_bytes: known.file_bytes,
            }));
        }
        let (desk, runtime) = (self.clone(), tokio::runtime::Handle::current());
        let (listed, _) = blocking(move || runtime.block_on(desk.list())).await?;
        Ok(listed.into_iter().find(|listed| listed.name == archive))
    }

    pub(super) fn near_as(&self, archive: &str) -> Result<Near, BackupError> {
        Ok(Near {
            name: archive.to_owned(),
            file: self.temp_dir.join(format!("{NEAR}{archive}")),
            keys: self.key().all()?,
            vault: self.vault.clone(),
        })
    }
}

/// Removes fetched archives from a temporary folder once they have lain there for an hour.
pub(crate) fn forget_near(temp_dir: &Path) {
    let Ok(entries) = fs::read_dir(temp_dir) else {
        return;
    };
    for entry in entries.flatten() {
        let is_near = entry.file_name().to_string_lossy().starts_with(NEAR);
        if is_near
            && !is_fresh(&entry.path())
            && let Err(error) = fs::remove_file(entry.path())
        {
            tracing::warn!(file = %entry.path().display(), %error, "cannot remove a fetched archive");
        }
    }
}

fn is_fresh(file: &Path) -> bool {
    let written = fs::metadata(file).and_then(|meta| meta.modified());
    let age = written.ok().and_then(|at| at.elapsed().ok());
    age.is_some_and(|age| age < LASTS)
}

impl Near {
    pub(super) fn is_fresh(&self) -> bool {
        is_fresh(&self.file)
    }

    /// Gives a file that was fetched its place.
    pub(super) fn keep(&self, fetched: tempfile::NamedTempFile) -> Result<(), BackupError> {
        let kept = fetched.persist(&self.file);
        kept.map(drop)
            .map_err(|error| BackupError::io(self.file.display(), error.error))
    }

    /// The archive's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What it refers to.
    pub(crate) fn files(&self) -> Result<FileList, BackupError> {
        let mut opened = self.open()?;
        opened.secret(&self.keys)?;
        opened.files()
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(super) fn open(&self) -> Result<Opened, BackupError> {
        let file = File::open(&self.file);
        let file = file.map_err(|error| BackupError::io(self.file.display(), error))?;
        Opened::open(&self.name, file, &self.keys)
    }

    /// What it says of itself; nothing but its beginning is read.
    pub(crate) fn manifest(&self) -> Result<Manifest, BackupError> {
        Ok(self.open()?.manifest().clone())
    }

    /// Reads through the records of a module, alive and deleted. Refuses an archive of another firm.
    pub(crate) fn records(
        &self,
        module: Module,
        choose: &mut dyn Choose,
        hearing: &Hearing,
    ) -> Result<(), BackupError> {
        self.walk(module, Part::Trash(module), hearing, &mut |picker, line| {
            if Picker::id_of(line).is_none_or(|id| choose.wants(id)) {
                let archived = picker
                    .record(line)
                    .map_err(|error| BackupError::loading(&self.name, error))?;
                if choose.wants(archived.id()) {
                    choose.take(archived)?;
                }
            }
            Ok(())
        })
    }

    /// Records of a module by their ids, each with its whole history and the rows of its files. An id that the archive does not hold is not among
    /// them.
    pub(crate) fn with_history(
        &self,
        module: Module,
        ids: &[RecordId],
        hearing: &Hearing,
    ) -> Result<Vec<Archived>, BackupError> {
        let mut found: BTreeMap<RecordId, Archived> = BTreeMap::new();
        let wrong = |error| BackupError::loading(&self.name, error);
        let wanted: std::collections::BTreeSet<RecordId> = ids.iter().copied().collect();
        let last = Part::Files(module);
        self.walk_parts(module, last, hearing, &mut |part, picker, line| {
            if part == last {
                let file = Picker::file(line).map_err(wrong)?;
                if let Some(archived) = found.get_mut(&file.id) {
                    archived.add_file(file).map_err(wrong)?;
                }
            } else if part == Part::History(module) {
                let step = Picker::step(line).map_err(wrong)?;
                if let Some(archived) = found.get_mut(&step.id) {
                    archived.add_step(step).map_err(wrong)?;
                }
            } else if Picker::id_of(line).is_none_or(|id| wanted.contains(&id)) {
                let archived = picker.record(line).map_err(wrong)?;
                if wanted.contains(&archived.id()) {
                    found.insert(archived.id(), archived);
                }
            }
            Ok(())
        })?;
        Ok(found.into_values().collect())
    }

    fn walk(
        &self,
        module: Module,
        last: Part,
        hearing: &Hearing,
        take: &mut TakesLines<'_>,
    ) -> Result<(), BackupError> {
        self.walk_parts(module, last, hearing, &mut |_, picker, line| {
            take(picker, line)
        })
    }

    /// Reads up to the end of a part, and gives away the lines of the module's parts.
    fn walk_parts(
        &self,
        module: Module,
        last: Part,
        hearing: &Hearing,
        take: &mut TakesParts<'_>,
    ) -> Result<(), BackupError> {
        let mut opened = self.open()?;
        opened.secret(&self.keys)?;
        opened.files()?;
        let total = opened.manifest().bytes();
        let mut picker = Picker::new(&self.vault, module);
        let parts = Part::all(&Module::ALL);
        let mut order = parts.iter();
        let (mut done, mut is_ours) = (0, false);
        while let Some(name) = opened.next()? {
            let part = order.find(|part| part.file_name() == name);
            let part = *part.ok_or_else(|| {
                BackupError::damaged(&self.name, format!("{name} is out of order"))
            })?;
            let of_module = [
                Part::Records(module),
                Part::Trash(module),
                Part::History(module),
                Part::Files(module),
            ]
            .contains(&part);
            if of_module && !is_ours {
                if !picker.is_of_this_firm()? {
                    return Err(BackupError::OtherFirm);
                }
                is_ours = true;
            }
            let mut lines = LineCutter::default();
            opened.contents(&name, &mut |bytes| {
                done += bytes.len() as u64;
                if !hearing.tell(Phase::Loading, done, total) {
                    return Err(BackupError::Stopped);
                }
                if Picker::learns_from(part) {
                    lines
                        .cut(bytes, |line| picker.learn(part, line))
                        .map_err(|error| BackupError::loading(&self.name, error))
                } else if of_module {
                    cut(&self.name, &mut lines, bytes, &mut |line| {
                        take(part, &mut picker, line)
                    })
                } else {
                    Ok(())
                }
            })?;
            if part == last {
                break;
            }
        }
        Ok(())
    }
}

/// Cuts bytes into lines for work that fails in its own way.
fn cut(
    archive: &str,
    lines: &mut LineCutter,
    bytes: &[u8],
    take: &mut dyn FnMut(&[u8]) -> Result<(), BackupError>,
) -> Result<(), BackupError> {
    let mut failed = None;
    let cut = lines.cut(bytes, |line| {
        if failed.is_none()
            && let Err(error) = take(line)
        {
            failed = Some(error);
        }
        Ok(())
    });
    match failed {
        Some(error) => Err(error),
        None => cut.map_err(|error: crate::data::LoadError| BackupError::loading(archive, error)),
    }
}
