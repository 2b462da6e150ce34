//! Adding, removing, putting back, marking.

use serde_json::json;

use super::row::{self, Attachment, Removed, rows, stored};
use super::{FINANCE, MOST_FILES};
use crate::data::access::error::{AccessError, Permission};
use crate::data::access::rights::Rights;
use crate::data::access::vault::{Access, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::field::RecordType;
use crate::data::records::file::{FileHash, FileName};
use crate::data::records::ids::{FileId, RecordId, UserId};
use crate::data::records::problem::{FieldError, Problem};
use crate::data::records::record::Record;
use crate::data::store::{NewFile, StoredFile};

/// A file that is to be added to a record.
pub struct FileDraft {
    /// What it is called.
    pub name: FileName,
    /// Its content, on the disk.
    pub stored: StoredFile,
    /// Whether it is marked as financial.
    pub finance: bool,
}

/// What a row is made of.
struct Added {
    name: FileName,
    hash: FileHash,
    size: u64,
    finance: bool,
}

impl Access {
    /// A file to write for a record, once it is clear that the actor may add one. What is written counts only when
    /// [`Access::add_files`] has it.
    pub fn new_file(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        finance: bool,
    ) -> Result<NewFile, AccessError> {
        let now = self.read()?;
        let seen = now.with_files(kind, id)?;
        may_add(now.rights(), kind, seen.owner(), finance)?;
        Ok(self.vault.inner.store.files().create()?)
    }

    /// Adds files to a record, all of them or none.
    pub async fn add_files(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        drafts: Vec<FileDraft>,
    ) -> Result<Vec<Attachment>, AccessError> {
        let added: Vec<Added> = drafts
            .iter()
            .map(|draft| Added {
                name: draft.name.clone(),
                hash: draft.stored.hash(),
                size: draft.stored.size(),
                finance: draft.finance,
            })
            .collect();
        let written = self
            .write(move |work| work.add_files(kind, id, added))
            .await;
        // Until the rows are on the disk nothing may remove what they name.
        drop(drafts);
        written
    }

    /// Removes a file; it can be put back for as long as the trash is kept.
    pub async fn remove_file(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            let removed = Removed {
                at: work.signature.at,
                by: work.signature.user,
            };
            work.alter_file(kind, id, file, "removed", |file| {
                file.removed.get_or_insert(removed);
            })
        })
        .await
    }

    /// Puts a removed file back.
    pub async fn put_back_file(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            work.alter_file(kind, id, file, "put_back", |file| file.removed = None)
        })
        .await
    }

    /// Marks a file as financial, or takes the mark away.
    pub async fn mark_file(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
        finance: bool,
    ) -> Result<(), AccessError> {
        self.write(move |work| work.mark_file(kind, id, file, finance))
            .await
    }

    /// Keeps in the audit log that somebody takes the content of a file away.
    pub async fn note_file_taken(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
    ) -> Result<(), AccessError> {
        let note = Note::new(AuditKind::Exported).about(Subject::record(kind.module, id));
        self.write_note(note.with(json!({"file": file, "what": "taken"})))
            .await
    }
}

/// An error unless somebody may add such a file to a record they see.
fn may_add(
    rights: &Rights,
    kind: &RecordType,
    owner: Option<UserId>,
    finance: bool,
) -> Result<(), AccessError> {
    if !rights.may_edit(kind, owner) {
        return Err(AccessError::Forbidden(Permission::Edit(kind.module)));
    }
    if finance && !rights.may_mark_financial(kind) {
        let error = if rights.sees_financial_files(kind) {
            FieldError::not_yours(FINANCE)
        } else {
            FieldError::unknown(FINANCE)
        };
        return Err(AccessError::Invalid(vec![error]));
    }
    Ok(())
}

impl Work<'_, '_, '_> {
    pub(super) fn with_files(
        &self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<Record, AccessError> {
        if kind.files {
            self.seen(kind, id)
        } else {
            Err(AccessError::NotFound)
        }
    }

    /// A file of a record that the actor sees, removed or not.
    fn seen_file(
        &self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
    ) -> Result<(Record, Attachment), AccessError> {
        let record = self.with_files(kind, id)?;
        let file = stored(self.write, kind, id, file)?
            .filter(|file| self.rights.sees_file(kind, file))
            .ok_or(AccessError::NotFound)?;
        Ok((record, file))
    }

    fn add_files(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        added: Vec<Added>,
    ) -> Result<Vec<Attachment>, AccessError> {
        let record = self.with_files(kind, id)?;
        for file in &added {
            may_add(&self.rights, kind, record.owner, file.finance)?;
        }
        if rows(self.write, kind, id)?.len() + added.len() > MOST_FILES {
            let problem = Problem::new("error-files-many").with("most", MOST_FILES);
            return Err(AccessError::field("files", problem));
        }
        let mut files = Vec::new();
        for added in added {
            let file = Attachment {
                id: FileId::new(),
                name: added.name,
                size: added.size,
                hash: added.hash,
                added_at: self.signature.at,
                added_by: self.signature.user,
                finance: added.finance,
                removed: None,
                moved: Vec::new(),
            };
            row::put(self.write, kind, id, &file);
            self.note_file(kind, id, &file, "added")?;
            files.push(file);
        }
        Ok(files)
    }

    /// Changes what only those may change who may delete the record.
    fn alter_file(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
        what: &str,
        alter: impl FnOnce(&mut Attachment),
    ) -> Result<(), AccessError> {
        let (record, old) = self.seen_file(kind, id, file)?;
        if !self.rights.may_delete(kind, record.owner) {
            // To whom removed files are not shown, one is as good as not there.
            return Err(match old.removed {
                Some(_) => AccessError::NotFound,
                None => AccessError::Forbidden(Permission::Delete(kind.module)),
            });
        }
        self.put_altered(kind, id, old, what, alter)
    }

    fn mark_file(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        file: FileId,
        finance: bool,
    ) -> Result<(), AccessError> {
        let (record, old) = self.seen_file(kind, id, file)?;
        if old.removed.is_some() {
            return Err(AccessError::NotFound);
        }
        may_add(&self.rights, kind, record.owner, finance || old.finance)?;
        let what = if finance { "marked" } else { "unmarked" };
        self.put_altered(kind, id, old, what, |file| file.finance = finance)
    }

    fn put_altered(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        old: Attachment,
        what: &str,
        alter: impl FnOnce(&mut Attachment),
    ) -> Result<(), AccessError> {
        let mut file = old.clone();
        alter(&mut file);
        if file == old {
            return Ok(());
        }
        row::put(self.write, kind, id, &file);
        self.note_file(kind, id, &file, what)
    }

    /// The log tells of a file by its id alone: its name may be what others must not see.
    fn note_file(
        &mut self,
        kind: &RecordType,
        id: RecordId,
        file: &Attachment,
        what: &str,
    ) -> Result<(), AccessError> {
        let note = Note::new(AuditKind::Changed).about(Subject::record(kind.module, id));
        self.note(note.with(json!({"file": file.id, "what": what})))
    }
}
