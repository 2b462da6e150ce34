//! A folder of a server reached over SSH.

mod files;
mod session;

use std::collections::HashSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::http::without;
use super::known::KnownHosts;
use super::limits::{PAUSE, TRIES};
use super::name::{checked, folders};
use super::{Area, Stored, Target, TargetError};
use crate::config::{SftpLogin, SftpTarget};

use session::Session;

/// A target behind SSH. One connection serves all that is asked, as long as it stands.
#[derive(Debug)]
pub(crate) struct Sftp {
    config: SftpTarget,
    known: KnownHosts,
    session: tokio::sync::Mutex<Option<Arc<Session>>>,
    /// Folders that are known to be there, and free of what was left over.
    swept: Mutex<HashSet<String>>,
}

/// Why something did not work.
#[derive(Debug)]
enum Fault {
    /// Nothing is there under that name.
    Absent,
    /// The server is another than before.
    HostKey(String),
    /// The way there broke; trying again can help.
    Broken(String),
    /// The server, or this machine, refused.
    Refused(String),
}

/// Dropped before its work ended, it gives up the connection: what was begun on it would never be closed.
struct Working<'a> {
    sftp: &'a Sftp,
    ended: bool,
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        if !self.ended {
            if let Ok(mut session) = self.sftp.session.try_lock() {
                *session = None;
            }
            self.sftp.swept().clear();
        }
    }
}

impl Sftp {
    pub(super) fn new(config: &SftpTarget, known: &KnownHosts) -> Self {
        Self {
            config: config.clone(),
            known: known.clone(),
            session: tokio::sync::Mutex::default(),
            swept: Mutex::default(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.config.name
    }

    /// The fingerprint of the key the server is held to: the configured one, or the one it showed first.
    pub(crate) fn host_key(&self) -> Option<String> {
        session::fingerprint(&self.config, &self.known)
    }

    /// Forgets the key it showed first, so that the next one it shows counts. One that is configured stays.
    pub(crate) fn forget_host_key(&self) -> Result<(), TargetError> {
        let forgotten = self.known.forget(&self.host());
        forgotten.map_err(|error| TargetError::Failed {
            target: self.config.name.clone(),
            message: format!("the known host keys cannot be written: {error}"),
        })
    }

    /// What the server is kept under among known ones.
    pub(crate) fn host(&self) -> String {
        format!("{}:{}", self.config.host, self.config.port)
    }

    async fn session(&self) -> Result<Arc<Session>, Fault> {
        let mut held = self.session.lock().await;
        if let Some(session) = held.as_ref()
            && !session.is_closed()
        {
            return Ok(session.clone());
        }
        let session = Arc::new(Session::open(&self.config, &self.known).await?);
        *held = Some(session.clone());
        Ok(session)
    }

    fn swept(&self) -> MutexGuard<'_, HashSet<String>> {
        self.swept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something on a connection, again on a new one where it broke.
    async fn on<T>(
        &self,
        name: &str,
        work: impl AsyncFn(&Session) -> Result<T, Fault>,
    ) -> Result<T, TargetError> {
        let mut pause = PAUSE;
        for tried in 1.. {
            let mut working = Working {
                sftp: self,
                ended: false,
            };
            let done = match self.session().await {
                Ok(session) => work(&session).await,
                Err(fault) => Err(fault),
            };
            working.ended = !matches!(done, Err(Fault::Broken(_)));
            drop(working);
            match done {
                Err(Fault::Broken(_)) if tried < TRIES => {
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
                done => return done.map_err(|fault| self.error(name, fault)),
            }
        }
        unreachable!("the last try returns")
    }

    fn error(&self, name: &str, fault: Fault) -> TargetError {
        let target = self.config.name.clone();
        let secret = match &self.config.login {
            SftpLogin::Key(secret) | SftpLogin::Password(secret) => secret,
        };
        let message = |text| without(&[secret.reveal()], text);
        match fault {
            Fault::Absent => TargetError::Absent {
                target,
                name: name.to_owned(),
            },
            Fault::HostKey(text) => TargetError::HostKey {
                target,
                message: message(text),
            },
            Fault::Broken(text) | Fault::Refused(text) => TargetError::Failed {
                target,
                message: message(text),
            },
        }
    }

    /// Makes the folders a name lies in, and removes what was left over in them. Each is looked at once.
    async fn prepare(&self, session: &Session, name: &str) -> Result<(), Fault> {
        for folder in std::iter::once("").chain(folders(name)) {
            if self.swept().contains(folder) {
                continue;
            }
            session.make_folder(folder).await?;
            session.sweep(folder).await?;
            self.swept().insert(folder.to_owned());
        }
        Ok(())
    }
}

impl Target for Sftp {
    async fn put(&self, name: &str, file: &Path) -> Result<(), TargetError> {
        let name = checked(&self.config.name, name)?;
        let put = self.on(name, async |session| {
            self.prepare(session, name).await?;
            session.put(name, file).await
        });
        let put = put.await;
        if put.is_err() {
            self.swept().clear();
        }
        put
    }

    async fn get(&self, name: &str, into: &Path) -> Result<(), TargetError> {
        let name = checked(&self.config.name, name)?;
        self.on(name, async |session| session.get(name, into).await)
            .await
    }

    async fn list(&self, ending: &str) -> Result<Vec<Stored>, TargetError> {
        self.on("", async |session| {
            session.list(Area::Archives, ending).await
        })
        .await
    }

    async fn list_files(&self) -> Result<Vec<Stored>, TargetError> {
        self.on("", async |session| session.list(Area::Files, "").await)
            .await
    }

    async fn delete(&self, name: &str) -> Result<(), TargetError> {
        let name = checked(&self.config.name, name)?;
        self.on(name, async |session| session.delete(name).await)
            .await
    }

    async fn room(&self) -> Result<Option<u64>, TargetError> {
        self.on("", async |session| session.room().await).await
    }
}

#[cfg(test)]
mod tests;
