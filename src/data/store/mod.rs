//! The only code that knows redb: tables of bytes, snapshots, one writer, migrations.
//!
//! The seam is narrow on purpose: [`Read::get`], [`Read::scan`] and [`Snapshot::walk`] on one moment, and a closure
//! over a [`Write`] that either happens whole or not at all.

pub(in crate::data) mod blocks;
mod cipher;
mod error;
#[cfg(feature = "testing")]
pub mod faults;
mod files;
mod migrations;
mod open;
pub(in crate::data) mod postings;
mod seal;
mod snapshot;
mod sorting;
mod tables;
mod upgrade;
mod write;
mod writer;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, RwLock};
use std::thread::JoinHandle;
use std::time::Duration;

use redb::Database;
use tokio::sync::{mpsc, oneshot, watch};

pub use cipher::{DataKey, Keyring, WorkFiles};
pub use error::StoreError;
pub(in crate::data) use files::Files;
pub use files::{FilesHold, NewFile, OpenFile, StoredFile, Swept};
pub(in crate::data) use migrations::known as known_format;
pub(in crate::data) use seal::Seal;
use snapshot::Health;
pub(in crate::data) use snapshot::{Direction, Read, Snapshot, Visit, Walk};
pub(in crate::data) use sorting::{Joined, Run, Sorted, TableEntry};
#[cfg(test)]
pub(in crate::data) use tables::ALL as ALL_TABLES;
pub(in crate::data) use tables::Table;
pub(in crate::data) use upgrade::Upgrade;
pub(in crate::data) use write::Write;

/// Writes that may wait before a new one has to.
const QUEUE: usize = 1024;

/// Opens the database; called again after an I/O failure.
type Opener = Box<dyn Fn() -> Result<Database, StoreError> + Send + Sync>;

struct Shared {
    database: RwLock<Option<Arc<Database>>>,
    opener: Opener,
    /// Between two attempts to open the file again.
    reopen_pause: Duration,
    lost: watch::Sender<bool>,
    /// Entries of a list that are counted together.
    block: u64,
    /// Whether writes waited for the last commit to end.
    waited: AtomicBool,
}

/// How long the disk gets to come back: 25 attempts with this pause.
const REOPEN_PAUSE: Duration = Duration::from_millis(200);

impl Shared {
    fn database(&self) -> Result<Arc<Database>, StoreError> {
        let guard = self
            .database
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        guard.clone().ok_or(StoreError::Closed)
    }

    fn replace(&self, database: Option<Database>) {
        let mut guard = self
            .database
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        *guard = database.map(Arc::new);
    }

    fn close(&self) {
        self.replace(None);
    }

    fn open_again(&self) -> Result<(), StoreError> {
        let database = (self.opener)()?;
        self.replace(Some(database));
        Ok(())
    }

    fn give_up(&self) {
        self.lost.send_replace(true);
    }
}

/// The handle of the database: cheap to clone, shared by everything that may reach it. When the last clone goes, the
/// writes that wait are finished and the file is closed.
#[derive(Clone)]
pub(in crate::data) struct Store {
    shared: Arc<Shared>,
    writer: Arc<WriterHandle>,
    seal: Seal,
    work_files: WorkFiles,
    key_place: Option<String>,
    files: Files,
}

struct WriterHandle {
    queue: Option<mpsc::Sender<Box<dyn writer::Job>>>,
    thread: Option<JoinHandle<()>>,
}

impl WriterHandle {
    fn queue(&self) -> Result<&mpsc::Sender<Box<dyn writer::Job>>, StoreError> {
        self.queue.as_ref().ok_or(StoreError::Closed)
    }
}

impl Drop for WriterHandle {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

impl Store {
    /// Opens the database file, or makes it where the folder has never held one. Runs outstanding migrations, each
    /// batch of them after a copy of the file.
    /// An upgrade comes back with the store, for a look at what it made.
    pub(in crate::data) fn open(
        folder: &Path,
        cache_bytes: usize,
        keys: &Keyring,
    ) -> Result<(Self, Option<Upgrade>), StoreError> {
        let upgrade = open::prepare(folder, cache_bytes, keys)?;
        let seal = Seal::of_folder(folder)?;
        let beside = cipher::beside(folder, keys)?;
        let files = Files::open(folder, keys, beside.key.as_ref())?;
        let (folder, keys) = (folder.to_owned(), keys.clone());
        let opener: Opener = Box::new(move || open::open_file(&folder, cache_bytes, &keys));
        let store = Self {
            work_files: beside.work_files,
            key_place: beside.key_place,
            files,
            ..Self::start(opener, REOPEN_PAUSE, blocks::MOST, seal)?
        };
        Ok((store, upgrade))
    }

    /// How files lie that hold records for a while.
    pub(in crate::data) fn work_files(&self) -> &WorkFiles {
        &self.work_files
    }

    /// The files beside the database.
    pub(in crate::data) fn files(&self) -> &Files {
        &self.files
    }

    /// Where the key comes from that the file is encrypted under; none where it is plain.
    pub(in crate::data) fn key_place(&self) -> Option<&str> {
        self.key_place.as_deref()
    }

    /// Whether the file of a folder is encrypted; none where there is no file.
    pub(in crate::data) fn is_encrypted(folder: &Path) -> Result<Option<bool>, StoreError> {
        cipher::is_on(folder)
    }

    /// Where the key of a closed folder comes from; none where the file is plain.
    pub(in crate::data) fn key_place_of(
        folder: &Path,
        keys: &Keyring,
    ) -> Result<Option<String>, StoreError> {
        Ok(cipher::beside(folder, keys)?.key_place)
    }

    /// See [`Vault::encrypt_folder`](crate::data::Vault::encrypt_folder).
    pub(in crate::data) fn encrypt(folder: &Path, key: &DataKey) -> Result<bool, StoreError> {
        let database = cipher::encrypt(folder, key)?;
        Ok(files::encrypt(folder, key)? || database)
    }

    /// See [`Vault::decrypt_folder`](crate::data::Vault::decrypt_folder).
    pub(in crate::data) fn decrypt(folder: &Path, keys: &Keyring) -> Result<bool, StoreError> {
        // The database last: while it is encrypted, the keys are asked for.
        let files = files::decrypt(folder, keys)?;
        Ok(cipher::decrypt(folder, keys)? || files)
    }

    /// See [`Vault::rotate_key`](crate::data::Vault::rotate_key).
    pub(in crate::data) fn rotate(
        folder: &Path,
        keys: &Keyring,
        new: &DataKey,
        fully: bool,
    ) -> Result<(), StoreError> {
        files::rotate_before(folder, keys, new)?;
        cipher::rotate(folder, keys, new, fully)?;
        files::rotate_after(folder, keys, new, fully)
    }

    /// Checks every page of the database file; see [`Vault::check_file`](crate::data::Vault::check_file).
    pub(in crate::data) fn check_file(
        folder: &Path,
        cache_bytes: usize,
        keys: &Keyring,
    ) -> Result<(), StoreError> {
        open::check(folder, cache_bytes, keys)
    }

    /// Removes copies that upgrades of this folder have left long ago; how many.
    pub(in crate::data) fn forget_copies(folder: &Path) -> Result<u64, StoreError> {
        upgrade::forget_copies(folder)
    }

    /// The newest format known.
    pub(in crate::data) fn newest_format() -> u32 {
        migrations::known()
    }

    /// Makes the file of a closed folder as small as it can be; see [`Vault::compact_file`](crate::data::Vault::compact_file).
    pub(in crate::data) fn compact(
        folder: &Path,
        keys: &Keyring,
    ) -> Result<(u64, u64), StoreError> {
        open::compact(folder, 64 << 20, keys)
    }

    /// The format of the file in a closed folder, and the newest one known; changes nothing.
    pub(in crate::data) fn format_of(
        folder: &Path,
        keys: &Keyring,
    ) -> Result<(u32, u32), StoreError> {
        Ok((open::format_of(folder, keys)?, migrations::known()))
    }

    /// Opens the database on a backend of a test's own.
    #[cfg(feature = "testing")]
    pub(in crate::data) fn open_on<B: redb::StorageBackend>(
        make: impl Fn() -> B + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        let opener: Opener = Box::new(move || open::open_backend(make()));
        migrations::bring_up_to_date(&opener()?)?;
        // Blocks of a few entries, so that those of a few records are cut and joined.
        Self::start(opener, Duration::from_millis(1), 6, Seal::passing())
    }

    /// The same over an encrypted file on that backend.
    #[cfg(feature = "testing")]
    pub(in crate::data) fn open_encrypted_on<B: redb::StorageBackend>(
        make: impl Fn() -> B + Send + Sync + 'static,
        key: DataKey,
    ) -> Result<Self, StoreError> {
        let opener: Opener =
            Box::new(move || open::open_backend(cipher::Cipher::open_or_make(make(), &key)?));
        migrations::bring_up_to_date(&opener()?)?;
        Self::start(opener, Duration::from_millis(1), 6, Seal::passing())
    }

    fn start(
        opener: Opener,
        reopen_pause: Duration,
        block: u64,
        seal: Seal,
    ) -> Result<Self, StoreError> {
        let database = opener()?;
        let shared = Arc::new(Shared {
            database: RwLock::new(Some(Arc::new(database))),
            opener,
            reopen_pause,
            lost: watch::Sender::new(false),
            block,
            waited: AtomicBool::new(false),
        });
        let (queue, receiver) = mpsc::channel(QUEUE);
        let for_thread = shared.clone();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer::run(&for_thread, receiver))?;
        Ok(Self {
            shared,
            writer: Arc::new(WriterHandle {
                queue: Some(queue),
                thread: Some(thread),
            }),
            seal,
            work_files: WorkFiles::default(),
            key_place: None,
            files: Files::nowhere(),
        })
    }

    /// What secrets are sealed with.
    pub(in crate::data) fn seal(&self) -> &Seal {
        &self.seal
    }

    /// One moment of the database. Short-lived by rule: while it lives, freed pages cannot be used again.
    pub(in crate::data) fn read(&self) -> Result<Snapshot, StoreError> {
        let health = Health::new(self.writer.queue()?);
        Snapshot::new(&*self.shared.database()?, health, self.shared.block)
    }

    /// Runs a closure as one write; what it returns comes back once it is on disk.
    pub(in crate::data) async fn write<F, T, E>(&self, closure: F) -> Result<T, E>
    where
        F: FnOnce(&mut Write<'_, '_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Box::new(writer::Task {
            closure: Some(closure),
            result: None,
            reply,
        });
        if self.writer.queue()?.send(task).await.is_err() {
            return Err(StoreError::Closed.into());
        }
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// The same for a thread that may block.
    pub(in crate::data) fn write_blocking<F, T, E>(&self, closure: F) -> Result<T, E>
    where
        F: FnOnce(&mut Write<'_, '_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Box::new(writer::Task {
            closure: Some(closure),
            result: None,
            reply,
        });
        if self.writer.queue()?.blocking_send(task).is_err() {
            return Err(StoreError::Closed.into());
        }
        answer
            .blocking_recv()
            .unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }

    /// Whether writes waited for the last commit to end.
    pub(in crate::data) fn others_waited(&self) -> bool {
        self.shared.waited.load(Ordering::Relaxed)
    }

    /// Becomes `true` when the file could not be opened again after a failure: the process should stop.
    pub(in crate::data) fn lost(&self) -> watch::Receiver<bool> {
        self.shared.lost.subscribe()
    }
}

/// The smallest key after every key that begins with `prefix`.
pub(in crate::data) fn prefix_end(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    vec![u8::MAX; prefix.len() + 1]
}
