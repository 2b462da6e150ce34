//! Where the key of an encrypted database is looked for, and where a new one is put.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::config::Config;
use crate::data::{DataKey, Keyring};

/// The environment variable that holds a key itself.
const VARIABLE: &str = "KARTOTEKA_DB_KEY";
/// The name of the systemd credential.
const CREDENTIAL: &str = "db-key";
/// The key's name in the data folder.
pub(crate) const FILE: &str = "db.key";
/// In the data folder: the path of the key file that was named when the database was encrypted.
const REMEMBERED: &str = "db-key-place";
/// The ending of a key that a rotation has made and not yet put in place.
const PENDING: &str = "new";

/// Bytes of the largest file that is read as a key.
const LONGEST: u64 = 1024;

/// The places of one data folder, the first first.
pub(crate) struct KeyPlaces {
    folder: PathBuf,
    /// From the command line, its environment or the configuration.
    named: Option<PathBuf>,
}

/// Where a key was found.
enum Place {
    Variable,
    File(PathBuf),
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Variable => write!(formatter, "the environment variable {VARIABLE}"),
            Self::File(path) => write!(formatter, "{}", path.display()),
        }
    }
}

impl KeyPlaces {
    /// Of a data folder with this configuration.
    pub(crate) fn of(config: &Config, folder: &Path) -> Self {
        Self::named(config.data.key_file.clone(), folder)
    }

    /// The same where the configuration cannot be read.
    pub(crate) fn named(named: Option<PathBuf>, folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            named,
        }
    }

    fn places(&self) -> Vec<Place> {
        let credential = std::env::var_os("CREDENTIALS_DIRECTORY")
            .map(|folder| Place::File(Path::new(&folder).join(CREDENTIAL)));
        // A file that is named counts instead of those in the data folder: whoever names a wrong one is told so.
        let named = self.named.clone().map(Place::File);
        let remembered = fs::read_to_string(self.folder.join(REMEMBERED)).ok();
        let own = [
            remembered.map(|text| Place::File(PathBuf::from(text.trim_end()))),
            Some(Place::File(self.folder.join(FILE))),
        ];
        let own = own
            .into_iter()
            .filter(|_| named.is_none())
            .collect::<Vec<_>>();
        [named, Some(Place::Variable), credential]
            .into_iter()
            .chain(own)
            .flatten()
            .collect()
    }

    /// The keys at hand, and where there was none.
    pub(crate) fn find(&self) -> Keyring {
        let mut ring = Keyring::default();
        for place in self.places() {
            match &place {
                Place::Variable => match std::env::var(VARIABLE) {
                    Ok(text) => match DataKey::parse(&text) {
                        Some(key) => ring.add(place.to_string(), key),
                        None => ring.miss(format!("{place} holds no key")),
                    },
                    Err(_) => ring.miss(format!("{place} is not set")),
                },
                Place::File(path) => {
                    match read(path) {
                        Ok(key) => ring.add(path.display().to_string(), key),
                        Err(why) => ring.miss(format!("{}: {why}", path.display())),
                    }
                    // A rotation that was interrupted may have come as far as the database.
                    let pending = pending(path);
                    if let Ok(key) = read(&pending) {
                        ring.add(pending.display().to_string(), key);
                    }
                }
            }
        }
        ring
    }

    /// The key for a database that is to be encrypted: one that is at hand, or a new one in a new file.
    pub(crate) fn ensure(&self, told: &mut dyn Write) -> Result<Keyring, Failure> {
        let keys = self.find();
        if let Some(named) = &self.named
            && !named.exists()
        {
            let key = make(named)?;
            self.remember(named)?;
            tell(told, named, named.starts_with(&self.folder))?;
            return Ok(keys.encrypting(named.display().to_string(), key));
        }
        for place in self.places() {
            let key = match &place {
                Place::Variable => std::env::var(VARIABLE)
                    .ok()
                    .and_then(|text| DataKey::parse(&text)),
                Place::File(path) if path.exists() => {
                    let key = read(path)
                        .map_err(|why| Failure::Failed(format!("{}: {why}", path.display())))?;
                    self.remember(path)?;
                    Some(key)
                }
                Place::File(_) => None,
            };
            if let Some(key) = key {
                return Ok(keys.encrypting(place.to_string(), key));
            }
        }
        let path = self.folder.join(FILE);
        let key = make(&path)?;
        tell(told, &path, true)?;
        Ok(keys.encrypting(path.display().to_string(), key))
    }

    /// Keeps where the key lies, unless that is where it is looked for anyway.
    fn remember(&self, path: &Path) -> Result<(), Failure> {
        if self.named.as_deref() != Some(path) || path == self.folder.join(FILE) {
            return Ok(());
        }
        let place = self.folder.join(REMEMBERED);
        put(&place, &path.display().to_string(), true)
            .map_err(|error| Failure::io(place.display(), error))
    }

    /// Keeps that the key lies in another file from now on.
    pub(crate) fn remember_instead(&self, path: &Path) -> Result<(), Failure> {
        Self::named(Some(path.to_owned()), &self.folder).remember(path)
    }

    /// Forgets where the key lies: the database is plain.
    pub(crate) fn forget(&self) -> Result<(), Failure> {
        let place = self.folder.join(REMEMBERED);
        match fs::remove_file(&place) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                Err(Failure::io(place.display(), error))
            }
            _ => Ok(()),
        }
    }

    /// A new key beside the one in use, which was found in `found`: the file it lies in until [`NewKey::settle`].
    pub(crate) fn begin_rotation(
        &self,
        found: &str,
        into: Option<&Path>,
    ) -> Result<NewKey, Failure> {
        let (path, target) = match into {
            Some(file) if file.exists() => {
                return Err(Failure::Failed(format!(
                    "{} is there already; name a new file with --new-key-file",
                    file.display()
                )));
            }
            Some(file) => (file.to_owned(), None),
            None => {
                let file = Path::new(found);
                if !file.is_absolute() || self.is_credential(file) {
                    return Err(Failure::Usage(format!(
                        "the key comes from {found}, where no new one can be put; name a file for it with --new-key-file"
                    )));
                }
                // One that an interrupted rotation has left may be in use already.
                let file = match file.extension() {
                    Some(ending) if ending == PENDING => file.with_extension(""),
                    _ => file.to_owned(),
                };
                (pending(&file), Some(file))
            }
        };
        let key = if path.exists() {
            read(&path).map_err(|why| Failure::Failed(format!("{}: {why}", path.display())))?
        } else {
            make(&path)?
        };
        Ok(NewKey { key, path, target })
    }

    fn is_credential(&self, file: &Path) -> bool {
        std::env::var_os("CREDENTIALS_DIRECTORY").is_some_and(|folder| file.starts_with(folder))
    }
}

/// A key that a rotation has made.
pub(crate) struct NewKey {
    pub(crate) key: DataKey,
    path: PathBuf,
    /// What it is to be called once the database is under it.
    target: Option<PathBuf>,
}

impl NewKey {
    /// Puts it in place of the old one, where that is its place; where it lies.
    pub(crate) fn settle(self) -> Result<PathBuf, Failure> {
        let Some(target) = self.target else {
            return Ok(self.path);
        };
        fs::rename(&self.path, &target)
            .and_then(|()| sync_parent(&target))
            .map_err(|error| Failure::io(target.display(), error))?;
        Ok(target)
    }
}

fn pending(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(PENDING);
    PathBuf::from(name)
}

/// Reads a key file; the reason where that cannot be done.
fn read(path: &Path) -> Result<DataKey, String> {
    use std::io::Read;
    let mut text = String::new();
    let read = File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text));
    match read {
        Ok(_) => DataKey::parse(&text)
            .ok_or_else(|| "it holds no key; a key is 32 bytes in base64".to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err("there is no such file".to_owned())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Makes a key file that was not there (mode 0600), on the disk before anything is encrypted under it.
fn make(path: &Path) -> Result<DataKey, Failure> {
    let key = DataKey::random()?;
    put(path, &key.text(), false).map_err(|error| Failure::io(path.display(), error))?;
    Ok(key)
}

fn put(path: &Path, text: &str, replace: bool) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let mut new = tempfile::Builder::new()
        .prefix(".key-new-")
        .permissions(fs::Permissions::from_mode(0o600))
        .tempfile_in(folder)?;
    writeln!(new, "{text}")?;
    new.as_file().sync_all()?;
    if replace {
        new.persist(path).map_err(|error| error.error)?;
    } else {
        new.persist_noclobber(path).map_err(|error| error.error)?;
    }
    sync_parent(path)
}

fn sync_parent(path: &Path) -> std::io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new("/")))?.sync_all()
}

fn tell(told: &mut dyn Write, path: &Path, inside: bool) -> Result<(), Failure> {
    writeln!(
        told,
        "the database is encrypted under the new key in {}; keep a copy of it elsewhere: without it nobody can open the \
         database",
        path.display()
    )?;
    if inside {
        writeln!(
            told,
            "WARNING: this key lies in the data folder, where it protects nothing from whoever takes the whole folder; move \
             it to another disk and name it with --db-key-file or data.key_file"
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
