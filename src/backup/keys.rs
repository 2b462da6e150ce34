//! The key that opens archives: an identity of the age format in a file of its own, usable by `age -d -i`.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use age::secrecy::ExposeSecret as _;
use age::x25519::{Identity, Recipient};
use jiff::Timestamp;

use super::error::BackupError;

/// What the file is called in a data folder.
pub(crate) const KEY_FILE: &str = "backup.key";

/// Bytes of a key file that are read.
const LARGEST: u64 = 64 << 10;

/// One or more keys.
#[derive(Clone)]
pub(crate) struct Keys(Vec<Identity>);

/// The file in which a folder's key lies.
#[derive(Clone, Debug)]
pub(crate) struct KeyPlace(PathBuf);

impl Keys {
    /// Those in a file, the first being the one in use.
    pub(crate) fn read(file: &Path) -> Result<Self, BackupError> {
        let wrong = |why: String| BackupError::Key {
            file: file.to_owned(),
            why,
        };
        let mut text = String::new();
        let opened = File::open(file).map_err(|error| wrong(error.to_string()))?;
        let read = opened.take(LARGEST).read_to_string(&mut text);
        read.map_err(|error| wrong(error.to_string()))?;
        let lines = text.lines().map(str::trim);
        let keys = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let keys = keys.map(str::parse::<Identity>);
        match keys.collect::<Result<Vec<_>, _>>() {
            Ok(keys) if !keys.is_empty() => Ok(Self(keys)),
            // The library's words could quote the line.
            _ => Err(wrong(
                "it holds no key; a key file has a line that begins with AGE-SECRET-KEY-1"
                    .to_owned(),
            )),
        }
    }

    /// As the library takes them.
    pub(super) fn identities(&self) -> impl Iterator<Item = &dyn age::Identity> {
        self.0.iter().map(|key| key as &dyn age::Identity)
    }

    /// To whom archives are encrypted, where this is the key in use.
    fn recipient(&self) -> Recipient {
        self.0[0].to_public()
    }

    /// The public form of the key in use: `age1…`.
    pub(crate) fn public(&self) -> String {
        self.recipient().to_string()
    }

    /// Everybody who can open a new archive: the holder of this key, and those of further public keys.
    pub(super) fn recipients(&self, further: &[String]) -> Result<Vec<Recipient>, BackupError> {
        let mut recipients = vec![self.recipient()];
        for text in further {
            let recipient = text.parse::<Recipient>();
            recipients.push(recipient.map_err(|why| {
                BackupError::Refused(format!("backup.recipients: {text} is no public key: {why}"))
            })?);
        }
        Ok(recipients)
    }

    /// The contents of a file that holds the key in use alone.
    fn file_text(&self, made: Timestamp) -> String {
        format!(
            "# created: {made:.0}\n# public key: {}\n{}\n",
            self.public(),
            self.0[0].to_string().expose_secret()
        )
    }

    /// Puts the key that opened an archive into a new data folder.
    pub(crate) fn put_into(&self, folder: &Path, now: Timestamp) -> Result<(), BackupError> {
        let place = KeyPlace(folder.join(KEY_FILE));
        place.write_new(&place.0, self, now).map(drop)
    }
}

impl KeyPlace {
    /// The one configured, or the one of the data folder.
    pub(crate) fn of(data: &Path, configured: Option<&Path>) -> Self {
        Self(configured.map_or_else(|| data.join(KEY_FILE), Path::to_owned))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Makes a key where there is none.
    pub(crate) fn ensure(&self) -> Result<(), BackupError> {
        if self.0.exists() {
            return Ok(());
        }
        let key = Keys(vec![Identity::generate()]);
        self.write_new(&self.0, &key, crate::clock::now()).map(drop)
    }

    /// The key in use.
    pub(crate) fn current(&self) -> Result<Keys, BackupError> {
        self.ensure()?;
        Keys::read(&self.0)
    }

    /// The key in use and those before it, which open older archives.
    pub(crate) fn all(&self) -> Result<Keys, BackupError> {
        let mut keys = self.current()?;
        for old in self.old()? {
            keys.0.extend(Keys::read(&old)?.0);
        }
        Ok(keys)
    }

    /// The file as it is, to be kept elsewhere.
    pub(crate) fn text(&self) -> Result<String, BackupError> {
        self.current()?;
        fs::read_to_string(&self.0).map_err(|error| self.wrong(error))
    }

    /// Puts a new key in the place of the one in use, which stays beside it under the name that is given back. At no moment
    /// is there no key.
    pub(crate) fn rotate(&self) -> Result<PathBuf, BackupError> {
        self.ensure()?;
        let now = crate::clock::now();
        let old = self.free_old_name(now);
        let key = Keys(vec![Identity::generate()]);
        let new = self.beside(".new");
        if new.exists() {
            fs::remove_file(&new).map_err(|error| self.wrong(error))?;
        }
        self.write_new(&new, &key, now)?;
        fs::hard_link(&self.0, &old).map_err(|error| self.wrong(error))?;
        self.sync_folder()?;
        fs::rename(&new, &self.0).map_err(|error| self.wrong(error))?;
        self.sync_folder()?;
        Ok(old)
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.0.clone().into_os_string();
        name.push(ending);
        name.into()
    }

    fn free_old_name(&self, now: Timestamp) -> PathBuf {
        let day = now.strftime("%Y-%m-%d").to_string();
        let mut names = (1..).map(|number| match number {
            1 => self.beside(&format!(".old-{day}")),
            number => self.beside(&format!(".old-{day}-{number}")),
        });
        let free = names.find(|name| !name.exists());
        free.expect("numbers do not end")
    }

    fn old(&self) -> Result<Vec<PathBuf>, BackupError> {
        let folder = self.folder();
        let prefix = self.beside(".old-");
        let prefix = prefix.file_name().unwrap_or_default().to_string_lossy();
        let mut old = Vec::new();
        for entry in fs::read_dir(folder).map_err(|error| self.wrong(error))? {
            let entry = entry.map_err(|error| self.wrong(error))?;
            if entry.file_name().to_string_lossy().starts_with(&*prefix) {
                old.push(entry.path());
            }
        }
        old.sort();
        Ok(old)
    }

    fn folder(&self) -> &Path {
        let parent = self.0.parent();
        parent
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."))
    }

    fn sync_folder(&self) -> Result<(), BackupError> {
        let folder = File::open(self.folder()).and_then(|folder| folder.sync_all());
        folder.map_err(|error| self.wrong(error))
    }

    fn wrong(&self, error: std::io::Error) -> BackupError {
        BackupError::Key {
            file: self.0.clone(),
            why: error.to_string(),
        }
    }

    /// Writes a key file (mode 0600) that is whole or not there; one that is there stays.
    fn write_new(&self, file: &Path, key: &Keys, now: Timestamp) -> Result<(), BackupError> {
        let write = || {
            let mut new = tempfile::Builder::new()
                .prefix(".backup-key-")
                .permissions(fs::Permissions::from_mode(0o600))
                .tempfile_in(self.folder())?;
            new.write_all(key.file_text(now).as_bytes())?;
            new.as_file().sync_all()?;
            match new.persist_noclobber(file) {
                Ok(_) => Ok(()),
                // Another process was faster; its key is the one.
                Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Ok(()),
                Err(error) => Err(error.error),
            }
        };
        write().map_err(|error| self.wrong(error))?;
        self.sync_folder()
    }
}
