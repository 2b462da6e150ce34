//! The socket's place. The system takes paths of at most 107 bytes for sockets, so the folder is named by its handle.

use std::fs::{File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

const NAME: &str = "control.sock";

/// Where the socket of a data folder is.
pub(super) fn path(folder: &Path) -> PathBuf {
    folder.join(NAME)
}

/// A short path of an open folder, good while it stays open.
fn short(folder: &File) -> PathBuf {
    format!("/proc/self/fd/{}", folder.as_raw_fd()).into()
}

/// Connects to the socket of a data folder.
pub(super) fn connect(folder: &Path) -> io::Result<UnixStream> {
    let folder = File::open(folder)?;
    UnixStream::connect(short(&folder).join(NAME))
}

/// Makes the socket, with mode 0600 from its first moment, in the place of one that an earlier server left behind.
pub(super) fn bind(folder: &Path) -> io::Result<UnixListener> {
    let cradle = tempfile::Builder::new()
        .prefix(".control-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir_in(folder)?;
    let handle = File::open(cradle.path())?;
    let socket = short(&handle).join(NAME);
    let listener = UnixListener::bind(&socket)?;
    std::fs::set_permissions(&socket, Permissions::from_mode(0o600))?;
    std::fs::rename(&socket, path(folder))?;
    Ok(listener)
}
