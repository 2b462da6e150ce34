//! A connection: who the server is, who we are, and the SFTP spoken over it.

use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use russh::client::{AuthResult, Handle, Handler, KeyboardInteractiveAuthResponse};
use russh::keys::{
    Algorithm, EcdsaCurve, HashAlg, PrivateKeyWithHashAlg, PublicKey, PublicKeyOrCertificate,
    decode_secret_key,
};
use russh::{MethodKind, MethodSet, Preferred};
use russh_sftp::client::RawSftpSession;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Fault;
use crate::backup::target::http::{tidy, words};
use crate::backup::target::known::KnownHosts;
use crate::backup::target::limits::{CONNECT, STALL};
use crate::config::{SftpLogin, SftpTarget};

/// Until keys are exchanged, and again until we are let in.
const HANDSHAKE: Duration = Duration::from_secs(30);

/// A connection with SFTP on it.
pub(super) struct Session {
    pub(super) raw: RawSftpSession,
    /// The folder of the target.
    pub(super) folder: String,
    /// Whether a name can be taken over in one step, `posix-rename@openssh.com`.
    pub(super) renames: bool,
    /// Whether what is written can be made to last, `fsync@openssh.com`.
    pub(super) syncs: bool,
    /// Whether room is told, `statvfs@openssh.com`.
    pub(super) tells_room: bool,
    /// Closes the connection when it is dropped.
    ssh: Handle<Check>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Session({})", self.folder)
    }
}

impl Session {
    pub(super) async fn open(config: &SftpTarget, known: &KnownHosts) -> Result<Self, Fault> {
        let address = format!("{}:{}", config.host, config.port);
        let held_to = HeldTo::new(config, known, &address)?;
        let stream = within(
            CONNECT,
            TcpStream::connect((config.host.as_str(), config.port)),
        )
        .await
        .map_err(|why| Fault::Broken(format!("{address} cannot be reached: {why}")))?;
        let shown = Arc::new(Mutex::new(None));
        let check = Check {
            held_to: held_to.clone(),
            shown: shown.clone(),
        };
        let settings = russh::client::Config {
            preferred: Preferred {
                key: Cow::Owned(held_to.algorithms()),
                ..Preferred::DEFAULT
            },
            keepalive_interval: Some(STALL / 4),
            keepalive_max: 3,
            nodelay: true,
            ..russh::client::Config::default()
        };
        let connected = russh::client::connect_stream(Arc::new(settings), stream, check);
        let connected = within(HANDSHAKE, connected).await;
        let shown = shown.lock().unwrap_or_else(PoisonError::into_inner).take();
        let mut ssh = match (connected, &shown) {
            (Ok(ssh), _) => ssh,
            (Err(_), Some(key)) if !held_to.allows(key) => {
                return Err(Fault::HostKey(held_to.complaint(&address, key)));
            }
            (Err(why), _) => {
                return Err(Fault::Broken(format!(
                    "{address} and we come to no terms: {why}"
                )));
            }
        };
        let let_in = within(HANDSHAKE, sign_in(&mut ssh, config)).await;
        let_in.map_err(|why| Fault::Broken(format!("{address}: {why}")))??;
        if let (HeldTo::First, Some(key)) = (&held_to, &shown) {
            let kept = known.keep(&address, &written(key));
            kept.map_err(|error| {
                Fault::Refused(format!("the host key of {address} cannot be kept: {error}"))
            })?;
        }
        let sftp = within(HANDSHAKE, start(ssh, &config.path)).await;
        sftp.map_err(|why| Fault::Broken(format!("{address} offers no SFTP: {why}")))
    }

    pub(super) fn is_closed(&self) -> bool {
        self.ssh.is_closed()
    }
}

/// What is awaited, or in words why it did not come in time.
async fn within<T, E: std::error::Error + 'static>(
    limit: Duration,
    what: impl Future<Output = Result<T, E>>,
) -> Result<T, String> {
    match timeout(limit, what).await {
        Ok(done) => done.map_err(|error| words(&error)),
        Err(_) => Err(format!("nothing came of it within {} s", limit.as_secs())),
    }
}

async fn start(ssh: Handle<Check>, folder: &str) -> Result<Session, russh::Error> {
    let channel = ssh.channel_open_session().await?;
    channel.request_subsystem(true, "sftp").await?;
    let settings = russh_sftp::client::Config {
        request_timeout_secs: STALL.as_secs(),
        ..russh_sftp::client::Config::default()
    };
    let raw = RawSftpSession::new_with_config(channel.into_stream(), settings);
    let version = raw.init().await.map_err(std::io::Error::other)?;
    let has = |extension: &str| version.extensions.contains_key(extension);
    let folder = match folder.strip_prefix('~') {
        Some(rest) => rest.trim_start_matches('/'),
        None => folder,
    };
    let folder = match folder.trim_end_matches('/') {
        "" if folder.starts_with('/') => "/.",
        "" => ".",
        folder => folder,
    };
    Ok(Session {
        folder: folder.to_owned(),
        renames: has("posix-rename@openssh.com"),
        syncs: has("fsync@openssh.com"),
        tells_room: has("statvfs@openssh.com"),
        raw,
        ssh,
    })
}

async fn sign_in(
    ssh: &mut Handle<Check>,
    config: &SftpTarget,
) -> Result<Result<(), Fault>, russh::Error> {
    let refused = |offers: &MethodSet, with: &str| {
        if offers.is_empty() {
            // Whoever refuses says what else could be tried.
            let broke = "the connection broke while signing in".to_owned();
            return Ok(Err(Fault::Broken(broke)));
        }
        let offers: Vec<&str> = offers.iter().map(<&str>::from).collect();
        Ok(Err(Fault::Refused(format!(
            "{} does not let \"{}\" in with this {with}; it offers {}",
            config.host,
            config.user,
            offers.join(", ")
        ))))
    };
    match &config.login {
        SftpLogin::Key(key) => {
            let key = match decode_secret_key(key.reveal(), None) {
                Ok(key) => key,
                Err(error) => return Ok(Err(Fault::Refused(unusable_key(&error)))),
            };
            let key = PrivateKeyWithHashAlg::new(Arc::new(key), None);
            match ssh.authenticate_publickey(&config.user, key).await? {
                AuthResult::Success => Ok(Ok(())),
                AuthResult::Failure {
                    remaining_methods, ..
                } => refused(&remaining_methods, "key"),
            }
        }
        SftpLogin::Password(password) => {
            let answer = ssh
                .authenticate_password(&config.user, password.reveal())
                .await?;
            let AuthResult::Failure {
                remaining_methods, ..
            } = answer
            else {
                return Ok(Ok(()));
            };
            if remaining_methods.contains(&MethodKind::KeyboardInteractive)
                && answer_questions(ssh, &config.user, password.reveal()).await?
            {
                return Ok(Ok(()));
            }
            refused(&remaining_methods, "password")
        }
    }
}

/// The way of servers that ask for the password as a question: each question of a few rounds is answered with it.
async fn answer_questions(
    ssh: &mut Handle<Check>,
    user: &str,
    password: &str,
) -> Result<bool, russh::Error> {
    let mut answer = ssh
        .authenticate_keyboard_interactive_start(user, None)
        .await?;
    for _ in 0..3 {
        let questions = match answer {
            KeyboardInteractiveAuthResponse::Success => return Ok(true),
            KeyboardInteractiveAuthResponse::Failure { .. } => return Ok(false),
            KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => prompts.len().min(4),
        };
        let answers = vec![password.to_owned(); questions];
        answer = ssh
            .authenticate_keyboard_interactive_respond(answers)
            .await?;
    }
    Ok(matches!(answer, KeyboardInteractiveAuthResponse::Success))
}

/// What a key that cannot be used is told as; nothing of the key stands in it.
fn unusable_key(error: &russh::keys::Error) -> String {
    match error {
        russh::keys::Error::KeyIsEncrypted => {
            "the private key is protected by a passphrase; make one without: ssh-keygen -t ed25519 -N ''".to_owned()
        }
        _ => format!(
            "the private key cannot be used ({}); Ed25519 and ECDSA keys in the form of OpenSSH can",
            tidy(&error.to_string())
        ),
    }
}

/// What the server's key is held to.
#[derive(Clone, Debug)]
enum HeldTo {
    /// A fingerprint, `SHA256:…`.
    Fingerprint(String),
    /// A key as OpenSSH writes it, without a comment.
    Key(String),
    /// Whatever it shows first.
    First,
}

impl HeldTo {
    fn new(config: &SftpTarget, known: &KnownHosts, address: &str) -> Result<Self, Fault> {
        if config.host_key.starts_with("SHA256:") {
            return Ok(Self::Fingerprint(config.host_key.clone()));
        }
        if !config.host_key.is_empty() {
            return Ok(Self::Key(config.host_key.clone()));
        }
        let kept = known.get(address).map_err(|error| {
            let why = tidy(&error.to_string());
            Fault::HostKey(format!(
                "the host keys kept in the data folder cannot be read: {why}"
            ))
        })?;
        Ok(kept.map_or(Self::First, Self::Key))
    }

    fn allows(&self, key: &PublicKey) -> bool {
        match self {
            Self::Fingerprint(fingerprint) => print(key) == *fingerprint,
            Self::Key(held) => written(key) == *held,
            Self::First => true,
        }
    }

    /// The kinds of keys asked for, the kind it is held to first, so that a server with several shows that one. RSA is
    /// not among them: its only library in Rust tells the key by its timing.
    fn algorithms(&self) -> Vec<Algorithm> {
        let mut all = vec![Algorithm::Ed25519];
        for curve in [
            EcdsaCurve::NistP256,
            EcdsaCurve::NistP384,
            EcdsaCurve::NistP521,
        ] {
            all.push(Algorithm::Ecdsa { curve });
        }
        if let Self::Key(held) = self {
            let kind = held.split(' ').next().unwrap_or_default().to_owned();
            all.sort_by_key(|algorithm| algorithm.as_str() != kind);
        }
        all
    }

    fn print(&self) -> Option<String> {
        match self {
            Self::Fingerprint(fingerprint) => Some(fingerprint.clone()),
            Self::Key(held) => {
                Some(PublicKey::from_openssh(held).map_or(held.clone(), |key| print(&key)))
            }
            Self::First => None,
        }
    }

    fn complaint(&self, address: &str, shown: &PublicKey) -> String {
        format!(
            "the host key of {address} is not the one it had: it shows {} ({}), and {} was kept. If the server was changed \
             on purpose, set host_key to the new fingerprint; if not, someone stands between, and nothing was sent",
            print(shown),
            shown.algorithm(),
            self.print().unwrap_or_default()
        )
    }
}

/// The fingerprint a server is held to, where there is one.
pub(super) fn fingerprint(config: &SftpTarget, known: &KnownHosts) -> Option<String> {
    let address = format!("{}:{}", config.host, config.port);
    HeldTo::new(config, known, &address).ok()?.print()
}

fn print(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// A key as OpenSSH writes it, without a comment.
fn written(key: &PublicKey) -> String {
    let text = key.to_openssh().unwrap_or_default();
    let mut words = text.split_whitespace();
    format!(
        "{} {}",
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default()
    )
}

/// Looks at the server's key before anything is told to it.
struct Check {
    held_to: HeldTo,
    shown: Arc<Mutex<Option<PublicKey>>>,
}

impl Handler for Check {
    type Error = russh::Error;

    async fn check_server_key(
        &mut self,
        key: &PublicKeyOrCertificate,
    ) -> Result<bool, russh::Error> {
        let PublicKeyOrCertificate::PublicKey { key, .. } = key else {
            return Ok(false);
        };
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        Ok(self.held_to.allows(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ";

    #[test]
    fn a_server_is_held_to_the_key_it_showed() {
        let key = PublicKey::from_openssh(KEY).unwrap();
        assert!(HeldTo::First.allows(&key));
        assert!(HeldTo::Key(KEY.to_owned()).allows(&key));
        assert!(HeldTo::Fingerprint(print(&key)).allows(&key));
        let other = HeldTo::Fingerprint("SHA256:other".to_owned());
        assert!(!other.allows(&key) && !HeldTo::Key("ssh-ed25519 AAAA".to_owned()).allows(&key));
        let complaint = other.complaint("nas:22", &key);
        assert!(
            complaint.contains("host key")
                && complaint.contains(&print(&key))
                && complaint.contains("SHA256:other")
        );
    }

    #[test]
    fn the_kind_of_key_it_showed_is_asked_for_first() {
        let held = HeldTo::Key("ecdsa-sha2-nistp384 AAAA".to_owned());
        assert_eq!(held.algorithms()[0].as_str(), "ecdsa-sha2-nistp384");
        assert_eq!(held.algorithms().len(), 4);
        assert_eq!(HeldTo::First.algorithms()[0], Algorithm::Ed25519);
    }
}
