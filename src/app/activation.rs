//! Sockets that systemd opened for us (`kartoteka.socket`, `sd_listen_fds(3))`: a restart or an upgrade refuses nobody, since
//! connections wait in them meanwhile.
//!
//! Which socket is whose is told by its address, so that the unit needs no names. One with a port of the configuration and
//! another address is not taken: it may be open to the world where the configuration is not.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};

use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

use crate::cli::failure::Failure;

/// The listening sockets that were passed to this process and have not been taken.
#[derive(Debug, Default)]
pub(crate) struct Inherited {
    listeners: Vec<(SocketAddr, TcpListener)>,
    /// Those in the file system, for a proxy on this machine.
    files: Vec<(PathBuf, UnixListener)>,
}

impl Inherited {
    /// All that were passed to this very process; none where it was started by hand.
    pub(crate) fn sockets() -> Result<Self, Failure> {
        let cannot = |error| Failure::io("cannot take the sockets that systemd passed", error);
        let numbers = sd_notify::listen_fds().map_err(cannot)?;
        let mut inherited = Self::default();
        for number in numbers {
            // A number becomes a handle of our own by a copy made by the system, which knows whether it is one.
            let ourselves = pidfd_open(getpid(), PidfdFlags::empty());
            let socket: OwnedFd = ourselves
                .and_then(|ourselves| pidfd_getfd(ourselves, number, PidfdGetfdFlags::empty()))
                .map_err(|error| cannot(error.into()))?;
            inherited.keep(socket).map_err(cannot)?;
        }
        Ok(inherited)
    }

    fn keep(&mut self, socket: OwnedFd) -> std::io::Result<()> {
        let file = UnixListener::from(socket.try_clone()?);
        // One of another kind has no such address.
        if let Ok(address) = file.local_addr() {
            file.set_nonblocking(true)?;
            let path = address.as_pathname().unwrap_or(Path::new(""));
            self.files.push((path.to_owned(), file));
            return Ok(());
        }
        let listener = TcpListener::from(socket);
        listener.set_nonblocking(true)?;
        self.listeners.push((listener.local_addr()?, listener));
        Ok(())
    }

    /// The socket at a path of the configuration, with the owner and mode that its unit gave it.
    pub(crate) fn take_file(&mut self, path: &Path) -> Option<UnixListener> {
        let at = self.files.iter().position(|(found, _)| found == path)?;
        Some(self.files.swap_remove(at).1)
    }

    /// The socket for an address of the configuration. Refused where there is one with its port and another address.
    pub(crate) fn take(&mut self, address: SocketAddr) -> Result<Option<TcpListener>, Failure> {
        let mut passed = self.listeners.iter();
        if let Some(at) = passed.position(|(found, _)| is_same(*found, address)) {
            return Ok(Some(self.listeners.swap_remove(at).1));
        }
        let mut passed = self.listeners.iter();
        match passed.find(|(found, _)| found.port() == address.port()) {
            Some((found, _)) => Err(Failure::Failed(format!(
                "systemd passed a socket at {found}, and the configuration says {address}: write ListenStream={address} \
                 into kartoteka.socket (systemctl edit kartoteka.socket, after an empty ListenStream=), or disable that unit"
            ))),
            None => Ok(None),
        }
    }

    /// Says which sockets nobody took: their clients would wait for ever.
    pub(crate) fn warn_of_rest(&self) {
        let ports = self
            .listeners
            .iter()
            .map(|(address, _)| address.to_string());
        let files = self
            .files
            .iter()
            .map(|(path, _)| format!("unix:{}", path.display()));
        for address in ports.chain(files) {
            tracing::warn!(
                address,
                "systemd passed a socket that the configuration does not use; give listen or listen_http its address, or \
                 remove it from kartoteka.socket"
            );
        }
    }
}

/// Whether a socket is at an address; one at all addresses of the machine is whichever way that is written.
fn is_same(found: SocketAddr, asked: SocketAddr) -> bool {
    let (at, wanted) = (found.ip().to_canonical(), asked.ip().to_canonical());
    found.port() == asked.port() && (at == wanted || at.is_unspecified() && wanted.is_unspecified())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(address: &str) -> (Inherited, u16) {
        let listener = TcpListener::bind(address).unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut inherited = Inherited::default();
        inherited.keep(OwnedFd::from(listener)).unwrap();
        (inherited, port)
    }

    #[test]
    fn a_socket_in_the_file_system_is_known_by_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("http.sock");
        let listener = UnixListener::bind(&path).unwrap();
        let mut inherited = Inherited::default();
        inherited.keep(OwnedFd::from(listener)).unwrap();
        assert!(inherited.take_file(&folder.path().join("other")).is_none());
        assert!(inherited.take_file(&path).is_some());
        assert!(inherited.take_file(&path).is_none());
    }

    #[test]
    fn a_socket_for_everybody_does_not_stand_for_one_of_this_machine() {
        for public in ["[::]:0", "0.0.0.0:0"] {
            let (mut inherited, port) = passed(public);
            for wanted in ["127.0.0.1", "[::1]"] {
                let address = format!("{wanted}:{port}").parse().unwrap();
                let refused = inherited.take(address).unwrap_err().to_string();
                assert!(refused.contains("ListenStream="), "{refused}");
            }
            let elsewhere = "127.0.0.1:1".parse().unwrap();
            assert!(inherited.take(elsewhere).unwrap().is_none());
            let everywhere = format!("[::]:{port}").parse().unwrap();
            assert!(inherited.take(everywhere).unwrap().is_some());
        }
    }

    #[test]
    fn a_socket_is_taken_once() {
        let (mut inherited, port) = passed("127.0.0.1:0");
        let address = format!("127.0.0.1:{port}").parse().unwrap();
        assert!(inherited.take(address).unwrap().is_some());
        assert!(inherited.take(address).unwrap().is_none());
    }
}
