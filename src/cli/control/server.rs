//! The server's side of the control socket.

use std::fs::File;
use std::io::{self, Seek, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use tokio::net::UnixListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::frame::{self, Kind, Shared};
use super::{Exit, Request, VERSION, socket};
use crate::cli::context::{Context, InputFile};
use crate::cli::failure::Failure;
use crate::cli::office::OfficeCommand;

/// Carries out one command; called on a thread that may block.
pub(crate) type Run =
    Arc<dyn Fn(&OfficeCommand, &mut Context<'_>) -> Result<(), Failure> + Send + Sync>;

/// Commands that run at once; more wait.
const AT_ONCE: u32 = 8;

/// How long a client may stay silent or leave our answers lying.
const PATIENCE: Duration = Duration::from_mins(1);

/// How often a client hears that its command is still running.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// Time for commands under way to end after the stop.
const FINISH_TIME: Duration = Duration::from_secs(8);

/// The open control socket of a data folder.
pub(crate) struct ControlSocket {
    listener: UnixListener,
    folder: PathBuf,
    /// The user we run as.
    own_uid: u32,
}

impl ControlSocket {
    /// Opens the socket. Whoever calls this holds the folder's lock, so a socket that is there has no server.
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let listener = socket::bind(folder)?;
        listener.set_nonblocking(true)?;
        let (one, _other) = tokio::net::UnixStream::pair()?;
        Ok(Self {
            listener: UnixListener::from_std(listener)?,
            folder: folder.to_owned(),
            own_uid: one.peer_cred()?.uid(),
        })
    }

    /// Runs the commands that come, until `stop`; then lets those under way end, for up to 8 s.
    pub(crate) async fn serve(self, run: Run, stop: CancellationToken) {
        let room = Arc::new(Semaphore::new(AT_ONCE as usize));
        loop {
            let accepted = async {
                let place = Arc::clone(&room)
                    .acquire_owned()
                    .await
                    .expect("the semaphore is never closed");
                (place, self.listener.accept().await)
            };
            let (place, accepted) = tokio::select! {
                accepted = accepted => accepted,
                () = stop.cancelled() => break,
            };
            match accepted {
                Ok((stream, _)) if self.is_ours(&stream) => {
                    let (run, folder) = (Arc::clone(&run), self.folder.clone());
                    // Imports and backups among them take long.
                    crate::quiet::spawn(move || {
                        if let Err(error) = answer(stream, &run, &folder) {
                            tracing::warn!(%error, "a command from the control socket broke off");
                        }
                        drop(place);
                    });
                }
                Ok(_) => tracing::warn!("refused another user's connection to the control socket"),
                Err(error) => {
                    tracing::warn!(%error, "cannot take a connection to the control socket");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
        drop(self.listener);
        // Gone already where someone removed it; a new server replaces it in any case.
        let _ = std::fs::remove_file(socket::path(&self.folder));
        if tokio::time::timeout(FINISH_TIME, room.acquire_many(AT_ONCE))
            .await
            .is_err()
        {
            tracing::warn!("stopped with a command still under way");
        }
    }

    /// The socket's mode keeps others out already; this holds where someone loosened it.
    fn is_ours(&self, stream: &tokio::net::UnixStream) -> bool {
        stream
            .peer_cred()
            .is_ok_and(|peer| peer.uid() == self.own_uid || peer.uid() == 0)
    }
}

/// Answers one connection.
fn answer(stream: tokio::net::UnixStream, run: &Run, folder: &Path) -> io::Result<()> {
    let mut stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let client = Shared::new(stream.try_clone()?);
    let result = match receive(&mut stream, &client, folder)? {
        Ok(job) => job.run(run, &client)?,
        Err(failure) => Err(failure),
    };
    let exit = Exit {
        failure: result.err(),
    };
    client.write(Kind::Exit, &serde_json::to_vec(&exit)?)
}

/// A command with all it needs.
struct Job {
    command: OfficeCommand,
    password: Option<String>,
    input: Option<InputFile>,
    output: Option<File>,
}

/// Reads the request and the file that comes with it. Files pass through the data folder, unnamed.
fn receive(
    stream: &mut UnixStream,
    client: &Shared,
    folder: &Path,
) -> io::Result<Result<Job, Failure>> {
    let (kind, bytes) = frame::read(stream)?;
    if kind != Kind::Request {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the first frame is no request",
        ));
    }
    let Ok(request) = serde_json::from_slice::<Request>(&bytes) else {
        return Ok(Err(Failure::Failed(format!(
            "the running server is version {VERSION} and does not know this command; use its own version, or restart it"
        ))));
    };
    let spool = || tempfile::tempfile_in(folder);
    let output = if request.writes_file {
        Some(spool()?)
    } else {
        None
    };
    client.write(Kind::Accepted, b"")?;
    let input = match request.file_name {
        Some(name) => {
            let mut file = spool()?;
            while let (Kind::File, bytes) = frame::read(stream)? {
                file.write_all(&bytes)?;
            }
            file.rewind()?;
            Some(InputFile { name, file })
        }
        None => None,
    };
    Ok(Ok(Job {
        command: request.command,
        password: request.password,
        input,
        output,
    }))
}

impl Job {
    fn run(self, run: &Run, client: &Shared) -> io::Result<Result<(), Failure>> {
        let written = self.output.as_ref().map(File::try_clone).transpose()?;
        let (mut out, mut err) = (client.writer(Kind::Out), client.writer(Kind::Err));
        let mut context = Context {
            password: self.password,
            input: self.input,
            output: self.output,
            out: &mut out,
            err: &mut err,
        };
        let beating = Heartbeat::start(client.clone());
        let result = run(&self.command, &mut context);
        drop(beating);
        out.flush()?;
        err.flush()?;
        if let (Ok(()), Some(mut file)) = (&result, written) {
            file.rewind()?;
            let mut part = client.writer(Kind::File);
            io::copy(&mut file, &mut part)?;
            part.flush()?;
        }
        Ok(result)
    }
}

/// Tells the client that its command is still running, until dropped.
struct Heartbeat {
    _ends: mpsc::Sender<()>,
}

impl Heartbeat {
    fn start(client: Shared) -> Self {
        let (ends, ended) = mpsc::channel::<()>();
        std::thread::spawn(move || {
            while let Err(mpsc::RecvTimeoutError::Timeout) = ended.recv_timeout(HEARTBEAT) {
                if client.write(Kind::Alive, b"").is_err() {
                    return;
                }
            }
        });
        Self { _ends: ends }
    }
}
