//! What was chosen so far for a file, kept beside it.

use std::collections::BTreeMap;
use std::fs::{File, Permissions};
use std::io::{self, BufReader, Seek, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::broken;
use crate::data::{RecordType, Secret, StoreError, Strategy};
use crate::exchange::command::{ImportOptions, Looked, look_at};
use crate::exchange::copy::sheet_of;
use crate::exchange::error::ExchangeError;
use crate::exchange::mapping::Heading;
use crate::exchange::sheet::DEFAULT_LIMITS;
use crate::jobs::operations::import::WantedImport;
use crate::jobs::uploads::Upload;
use crate::web::error::WebError;
use crate::web::visit::Member;

/// What was chosen. Of what is sent back nothing is believed but what the guard and the steps let through.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Draft {
    module: String,
    pub(super) file_name: String,
    /// Which file it was chosen for.
    mark: Option<Mark>,
    /// The contract's word.
    pub(super) strategy: String,
    /// Field names between commas; empty for the module's own way.
    pub(super) match_by: String,
    pub(super) sheet: Option<String>,
    /// The row of the headings, 0 for none; not settled yet where not given.
    pub(super) heading: Option<u32>,
    /// What every column is taken for, once the person has seen it.
    pub(super) columns: Option<Vec<String>>,
    /// Field name and text.
    pub(super) for_all: BTreeMap<String, String>,
    /// The sheet is one of rows in error that comes back.
    pub(super) mended: bool,
}

/// By which a file is known to be the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    device: u64,
    inode: u64,
    length: u64,
    modified: (i64, i64),
}

impl Mark {
    fn of(file: &File) -> io::Result<Self> {
        let meta = file.metadata()?;
        Ok(Self {
            device: meta.dev(),
            inode: meta.ino(),
            length: meta.len(),
            modified: (meta.mtime(), meta.mtime_nsec()),
        })
    }
}

/// A file with what was chosen for it, in the hands of the person who sent it.
pub(super) struct Wizard {
    /// Names it in addresses.
    secret: String,
    pub(super) upload: Upload,
    pub(super) draft: Draft,
}

impl Wizard {
    /// A place for a file that is about to come.
    pub(super) fn begin(kind: &RecordType, member: &Member) -> Self {
        let secret = Secret::random().reveal().to_owned();
        let user = member.signed_in.user.id;
        Self {
            upload: Upload::of(&member.state.temp_dir, user, &secret),
            secret,
            draft: Draft {
                module: kind.module.name().to_owned(),
                strategy: Strategy::default().name().to_owned(),
                ..Draft::default()
            },
        }
    }

    /// The one that a secret names, for whoever sent the file; none where it is gone, or is not what was chosen for.
    pub(super) fn open(
        kind: &RecordType,
        member: &Member,
        secret: &str,
    ) -> Result<Option<Self>, WebError> {
        let upload = Upload::of(&member.state.temp_dir, member.signed_in.user.id, secret);
        let Ok(choices) = File::open(upload.choices()) else {
            return Ok(None);
        };
        let ways = member.state.vault.work_files();
        let choices = ways.readable(choices, &member.state.temp_dir);
        let choices = choices.map_err(StoreError::from)?;
        let draft: Draft = serde_json::from_reader(BufReader::new(choices)).map_err(broken)?;
        let wizard = Self {
            secret: secret.to_owned(),
            upload,
            draft,
        };
        if wizard.draft.module != kind.module.name() || wizard.file().is_err() {
            return Ok(None);
        }
        // Whoever is at it is given another hour; where the disk is full, they are not.
        let _ = wizard.save(member);
        Ok(Some(wizard))
    }

    /// The address of the step of columns; the other steps are below it.
    pub(super) fn place(&self, kind: &RecordType) -> String {
        format!("/{}/import/{}", kind.module, self.secret)
    }

    /// The file, as long as it is the one that everything was chosen for.
    pub(super) fn file(&self) -> io::Result<File> {
        let file = File::open(&self.upload.file)?;
        match &self.draft.mark {
            Some(mark) if *mark == Mark::of(&file)? => Ok(file),
            _ => Err(io::ErrorKind::NotFound.into()),
        }
    }

    /// Takes the file that has come for the one that everything is chosen for.
    pub(super) fn mark(&mut self) -> io::Result<()> {
        self.draft.mark = Some(Mark::of(&File::open(&self.upload.file)?)?);
        Ok(())
    }

    /// Puts the sheet of the module in place of a person's own copy, where the file is one.
    pub(super) async fn unpack(
        &mut self,
        kind: &RecordType,
        member: &Member,
    ) -> Result<Result<(), ExchangeError>, WebError> {
        let (module, place) = (kind.module, self.upload.file.clone());
        let folder = member.state.temp_dir.clone();
        let unpacked = tokio::task::spawn_blocking(move || -> Result<_, ExchangeError> {
            let file = File::open(&place)?;
            let Some(mut copy) = sheet_of(&file, module, &folder, &DEFAULT_LIMITS)? else {
                return Ok(None);
            };
            drop(file);
            let mut into = File::options().write(true).truncate(true).open(&place)?;
            copy.sheet.rewind()?;
            io::copy(&mut copy.sheet, &mut into)?;
            Ok(Some(copy.name))
        });
        Ok(match unpacked.await.map_err(broken)? {
            Ok(Some(name)) => {
                self.draft.file_name = format!("{}/{name}", self.draft.file_name);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        })
    }

    /// Keeps what is chosen.
    pub(super) fn save(&self, member: &Member) -> Result<(), WebError> {
        let write = || -> io::Result<()> {
            let mut file = tempfile::Builder::new()
                .prefix("import-")
                .permissions(Permissions::from_mode(0o600))
                .tempfile_in(&member.state.temp_dir)?;
            let text = serde_json::to_vec(&self.draft)?;
            let ways = member.state.vault.work_files();
            if ways.is_sealed() {
                let mut plain = tempfile::tempfile_in(&member.state.temp_dir)?;
                plain.write_all(&text)?;
                plain.rewind()?;
                ways.seal(&mut plain, file.as_file_mut())?;
            } else {
                file.write_all(&text)?;
            }
            file.persist(self.upload.choices())?;
            Ok(())
        };
        write().map_err(|error| StoreError::from(error).into())
    }

    /// Stands for everything on which the result of a dry run depends.
    pub(super) fn choices(&self, member: &Member) -> Result<String, WebError> {
        let draft = serde_json::to_vec(&self.draft).map_err(broken)?;
        let mut hash = Sha256::new();
        hash.update(draft);
        hash.update(member.lang.code());
        Ok(HEXLOWER.encode(&hash.finalize()))
    }

    /// The import that was chosen.
    pub(super) fn wanted(
        &self,
        kind: &RecordType,
        member: &Member,
    ) -> Result<WantedImport, WebError> {
        Ok(WantedImport {
            options: self.draft.options(kind, member),
            file: self.file().map_err(|_| WebError::NotFound)?,
            ways: member.state.vault.work_files().clone(),
            file_name: self.draft.file_name.clone(),
            sheet: self.draft.sheet.clone(),
            temp_dir: member.state.temp_dir.clone(),
        })
    }

    /// Looks at the beginning of the file.
    pub(super) async fn look(
        &self,
        kind: &RecordType,
        member: &Member,
    ) -> Result<Result<Looked, ExchangeError>, WebError> {
        let wanted = self.wanted(kind, member)?;
        let access = member.access.clone();
        let look = move || {
            let wanted = wanted.readable()?;
            look_at(&access, wanted.options.clone(), wanted.source())
        };
        tokio::task::spawn_blocking(look).await.map_err(broken)
    }
}

impl Draft {
    pub(super) fn strategy(&self) -> Strategy {
        Strategy::from_name(&self.strategy).unwrap_or_default()
    }

    pub(super) fn options(&self, kind: &RecordType, member: &Member) -> ImportOptions {
        let names = self.match_by.split(',').filter(|name| !name.is_empty());
        let for_all = self.for_all.iter();
        ImportOptions {
            module: kind.module,
            strategy: self.strategy(),
            match_by: names.map(str::to_owned).collect(),
            map: Vec::new(),
            columns: self.columns.clone(),
            heading: match self.heading {
                None => Heading::Find,
                Some(0) => Heading::Nowhere,
                Some(row) => Heading::Row(row),
            },
            for_all: for_all
                .map(|(name, text)| (name.clone(), text.clone()))
                .collect(),
            recall: true,
            operation: None,
            dry_run: false,
            lang: member.lang,
            zone: member.state.vault.zone(),
        }
    }
}
