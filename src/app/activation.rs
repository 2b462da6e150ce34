//! Sockets that systemd opened for us (`kartoteka.socket`, `sd_listen_fds(3))`: a restart or an upgrade refuses nobody, since
//! connections wait in them meanwhile.
//!
//! Which socket is whose is told by its port, so that the unit needs no names.

use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;

use rustix::process::{PidfdFlags, PidfdGetfdFlags, getpid, pidfd_getfd, pidfd_open};

use crate::cli::failure::Failure;

/// The listening sockets that were passed to this process and have not been taken.
#[derive(Debug, Default)]
pub(crate) struct Inherited {
    listeners: Vec<(SocketAddr, TcpListener)>,
}

impl Inherited {
    /// All that were passed to this very process; none where it was started by hand.
    pub(crate) fn sockets() -> Result<Self, Failure> {
        let cannot = |error| Failure::io("cannot take the sockets that systemd passed", error);
        let numbers = sd_notify::listen_fds().map_err(cannot)?;
        let mut listeners = Vec::new();
        for number in numbers {
            // A number becomes a handle of our own by a copy made by the system, which knows whether it is one.
            let ourselves = pidfd_open(getpid(), PidfdFlags::empty());
            let socket: OwnedFd = ourselves
                .and_then(|ourselves| pidfd_getfd(ourselves, number, PidfdGetfdFlags::empty()))
                .map_err(|error| cannot(error.into()))?;
            let listener = TcpListener::from(socket);
            let address = listener.local_addr().map_err(cannot)?;
            listener.set_nonblocking(true).map_err(cannot)?;
            listeners.push((address, listener));
        }
        Ok(Self { listeners })
    }

    /// The socket for an address of the configuration: the one with its port.
    pub(crate) fn take(&mut self, address: SocketAddr) -> Option<TcpListener> {
        let at = self
            .listeners
            .iter()
            .position(|(found, _)| found.port() == address.port())?;
        Some(self.listeners.swap_remove(at).1)
    }

    /// Says which sockets nobody took: their clients would wait for ever.
    pub(crate) fn warn_of_rest(&self) {
        for (address, _) in &self.listeners {
            tracing::warn!(
                %address,
                "systemd passed a socket that the configuration does not use; give listen or listen_http its port, or \
                 remove it from kartoteka.socket"
            );
        }
    }
}
