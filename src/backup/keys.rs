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

/// Signs of a key by which somebody shows that they have it before them.
const ENDING: usize = 6;

/// Bytes of a key file that are read.
const LARGEST: u64 = 64 << 10;

/// One or more keys.
#[derive(Clone)]
pub(crate) struct Keys(Vec<Identity>);

/// The file in which a folder's key lies, and what is known of the key in it.
#[derive(Clone, Debug)]
pub(crate) struct KeyPlace {
    file: PathBuf,
    known: Known,
}

/// What is known of a folder's key, apart from its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing was encrypted to any yet: one is made where there is none.
    Nothing,
    /// There are archives, or it is not ours to say: what is found counts, and none is made.
    Some,
    /// Its public form.
    Public(String),
}

/// What became of a change of key.
pub(super) struct Rotated {
    /// Where the one before lies, where there was one.
    pub(super) old: Option<PathBuf>,
    /// The public form of the new one.
    pub(super) public: String,
}

/// Of a file that is absent though there are archives.
const LOST: &str = "it is not there, and backups are made with the key in it; mount the disk it lies on, or put it back from \
    where you keep it; if it is lost for good, `kartoteka backup key rotate --lost` makes another";

/// What to do about a file with another key.
const ANOTHER: &str = "put the right file back, or, if it is lost for good, make another key: `kartoteka backup key rotate --lost`";

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

    /// Whether a key with this public form is among them.
    fn hold(&self, public: &str) -> bool {
        let mut keys = self.0.iter();
        keys.any(|key| key.to_public().to_string() == public)
    }

    /// The contents of a file that holds them, the one in use first.
    fn file_text(&self, made: Timestamp) -> String {
        let line = |(number, key): (usize, &Identity)| {
            let before = match number {
                1 => "# before it, for older archives:\n",
                _ => "",
            };
            let (public, key) = (key.to_public(), key.to_string());
            let secret = key.expose_secret();
            format!("{before}# public key: {public}\n{secret}\n")
        };
        let lines: String = self.0.iter().enumerate().map(line).collect();
        format!("# created: {made:.0}\n{lines}")
    }

    /// Puts the keys that were at hand for an archive into a new data folder, which goes on with the first, and opens with
    /// the others what its targets hold from before.
    pub(crate) fn put_into(&self, folder: &Path, now: Timestamp) -> Result<(), BackupError> {
        let place = KeyPlace::of(folder, None);
        place.write_new(&place.file, self, now)
    }
}

impl KeyPlace {
    /// The one configured, or the one of the data folder. What is found there counts.
    pub(crate) fn of(data: &Path, configured: Option<&Path>) -> Self {
        Self {
            file: configured.map_or_else(|| data.join(KEY_FILE), Path::to_owned),
            known: Known::Some,
        }
    }

    /// The same where more is known of it.
    pub(super) fn knowing(self, known: Known) -> Self {
        Self { known, ..self }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.file
    }

    /// The key in use. One is made where no archive was ever encrypted; otherwise a file that is absent, or holds another
    /// key than the recorded one, is an error: it may lie on a disk that is not mounted, and a new key in its place would
    /// open nothing on the day it is needed.
    pub(crate) fn current(&self) -> Result<Keys, BackupError> {
        if !self.file.exists() {
            if self.known != Known::Nothing {
                return Err(self.says(LOST));
            }
            let key = Keys(vec![Identity::generate()]);
            self.write_new(&self.file, &key, crate::clock::now())?;
        }
        let keys = Keys::read(&self.file)?;
        match &self.known {
            Known::Public(known) if keys.public() != *known && !self.follows(&keys, known)? => {
                Err(self.says(&format!(
                    "it holds the key {}, and backups are made with {known}; {ANOTHER}",
                    keys.public()
                )))
            }
            _ => Ok(keys),
        }
    }

    /// Whether the recorded key lies beside the one in use as one before it: then a change was interrupted before it was
    /// recorded.
    fn follows(&self, keys: &Keys, known: &str) -> Result<bool, BackupError> {
        if keys.hold(known) {
            return Ok(true);
        }
        for old in self.old()? {
            if Keys::read(&old)?.hold(known) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The key in use and those before it, which open older archives.
    pub(crate) fn all(&self) -> Result<Keys, BackupError> {
        let mut keys = self.current()?;
        for old in self.old()? {
            keys.0.extend(Keys::read(&old)?.0);
        }
        Ok(keys)
    }

    /// What is to be kept elsewhere: the file as it is, or, after a change of key, one that holds those before it too, since
    /// the archives there are do not open with the new one.
    pub(crate) fn text(&self) -> Result<String, BackupError> {
        self.current()?;
        if self.old()?.is_empty() {
            return fs::read_to_string(&self.file).map_err(|error| self.wrong(error));
        }
        Ok(self.all()?.file_text(crate::clock::now()))
    }

    /// How many keys before the one in use lie beside it.
    pub(crate) fn before(&self) -> Result<usize, BackupError> {
        Ok(self.old()?.len())
    }

    /// Whether `ending` is how the key in use ends: known only to who has it before them.
    pub(crate) fn ends_with(&self, ending: &str) -> Result<bool, BackupError> {
        let keys = self.current()?;
        let text = keys.0[0].to_string();
        let right = text.expose_secret().to_ascii_uppercase();
        let given = ending.trim().to_ascii_uppercase();
        Ok(given.len() == ENDING && right.ends_with(&given))
    }

    /// Puts a new key in the place of the one in use, which stays beside it under the name that is given back. At no moment
    /// is there no key.
    pub(super) fn rotate(&self) -> Result<Rotated, BackupError> {
        self.current()?;
        self.replace()
    }

    /// The same whatever is there, for a key that is lost for good.
    pub(super) fn replace(&self) -> Result<Rotated, BackupError> {
        let now = crate::clock::now();
        let key = Keys(vec![Identity::generate()]);
        let public = key.public();
        if !self.file.exists() {
            self.write_new(&self.file, &key, now)?;
            return Ok(Rotated { old: None, public });
        }
        let old = self.free_old_name(now);
        let new = self.beside(".new");
        if new.exists() {
            fs::remove_file(&new).map_err(|error| self.wrong(error))?;
        }
        self.write_new(&new, &key, now)?;
        fs::hard_link(&self.file, &old).map_err(|error| self.wrong(error))?;
        self.sync_folder()?;
        fs::rename(&new, &self.file).map_err(|error| self.wrong(error))?;
        self.sync_folder()?;
        Ok(Rotated {
            old: Some(old),
            public,
        })
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut name = self.file.clone().into_os_string();
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
        let parent = self.file.parent();
        parent
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new("."))
    }

    fn sync_folder(&self) -> Result<(), BackupError> {
        let folder = File::open(self.folder()).and_then(|folder| folder.sync_all());
        folder.map_err(|error| self.wrong(error))
    }

    fn wrong(&self, error: std::io::Error) -> BackupError {
        self.says(&error.to_string())
    }

    fn says(&self, why: &str) -> BackupError {
        BackupError::Key {
            file: self.file.clone(),
            why: why.to_owned(),
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
