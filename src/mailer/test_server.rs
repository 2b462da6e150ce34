//! A mail server for tests: speaks SMTP, keeps what it is told, with TLS by the `openssl` program where asked.

use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{
    AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, copy_bidirectional,
};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

/// How the server behaves.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Manner {
    /// What it says to a letter, or to a command, instead of yes: the command's word and the answer.
    pub(crate) says: Option<(&'static str, &'static str)>,
}

/// A running server.
pub(crate) struct TestServer {
    pub(crate) port: u16,
    heard: Heard,
    _tls: Option<Child>,
}

type Heard = Arc<Mutex<Vec<String>>>;

impl TestServer {
    /// One that knows nothing of TLS.
    pub(crate) async fn plain(manner: Manner) -> Self {
        let (listener, port) = listen().await;
        let heard = Heard::default();
        let for_task = heard.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (reader, writer) = tokio::io::split(stream);
                tokio::spawn(talk(reader, writer, manner, for_task.clone(), ""));
            }
        });
        Self {
            port,
            heard,
            _tls: None,
        }
    }

    /// One that offers STARTTLS with this certificate and takes letters only after it.
    pub(crate) async fn starttls(certificate: &Certificate) -> Self {
        let (heard, tls_port) = (Heard::default(), free_port().await);
        let (listener, port) = listen().await;
        let tls = certificate.serve(tls_port, heard.clone(), false).await;
        let for_task = heard.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let heard = for_task.clone();
                tokio::spawn(async move {
                    if until_starttls(&mut stream, &heard).await {
                        let mut tls = TcpStream::connect(("127.0.0.1", tls_port)).await.unwrap();
                        // Ends with either side; a client that refuses the certificate just goes away.
                        let _ = copy_bidirectional(&mut stream, &mut tls).await;
                    }
                });
            }
        });
        Self {
            port,
            heard,
            _tls: Some(tls),
        }
    }

    /// One that speaks TLS from the first byte.
    pub(crate) async fn tls(certificate: &Certificate) -> Self {
        let (heard, port) = (Heard::default(), free_port().await);
        let tls = certificate.serve(port, heard.clone(), true).await;
        Self {
            port,
            heard,
            _tls: Some(tls),
        }
    }

    /// Every line the server was told.
    pub(crate) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The lines that begin with a word.
    pub(crate) fn heard_of(&self, word: &str) -> Vec<String> {
        let mut lines = self.heard();
        lines.retain(|line| line.starts_with(word));
        lines
    }
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

async fn free_port() -> u16 {
    listen().await.1
}

/// Speaks until the client asks for TLS.
async fn until_starttls(stream: &mut TcpStream, heard: &Heard) -> bool {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 test\r\n").await.unwrap();
    let mut line = String::new();
    while stream.read_line(&mut line).await.unwrap_or(0) > 0 {
        heard.lock().unwrap().push(line.trim().to_owned());
        let answer: &[u8] = match line.split_whitespace().next() {
            Some("EHLO") => b"250-test\r\n250 STARTTLS\r\n",
            Some("STARTTLS") => b"220 go on\r\n",
            Some("QUIT") => b"221 bye\r\n",
            _ => b"530 not before STARTTLS\r\n",
        };
        stream.write_all(answer).await.unwrap();
        if line.trim() == "STARTTLS" {
            return true;
        }
        line.clear();
    }
    false
}

/// Speaks SMTP.
async fn talk(
    reader: impl AsyncRead + Unpin,
    mut writer: impl AsyncWrite + Unpin,
    manner: Manner,
    heard: Heard,
    greeted: &'static str,
) {
    let mut lines = BufReader::new(reader).lines();
    if greeted.is_empty() && writer.write_all(b"220 test\r\n").await.is_err() {
        return;
    }
    let mut in_letter = false;
    while let Ok(Some(line)) = lines.next_line().await {
        heard.lock().unwrap().push(line.clone());
        let word = if in_letter && line == "." {
            "."
        } else {
            line.split([' ', ':']).next().unwrap_or_default()
        };
        if in_letter && word != "." {
            continue;
        }
        in_letter = word == "DATA";
        let answer = match manner.says {
            Some((when, says)) if when == word => says,
            _ => match word {
                "EHLO" => "250-test\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN",
                "AUTH" => "235 welcome",
                "DATA" => "354 go on",
                "QUIT" => "221 bye",
                _ => "250 ok",
            },
        };
        in_letter &= answer.starts_with('3');
        if writer
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .is_err()
            || writer.flush().await.is_err()
        {
            return;
        }
    }
}

/// A certificate with the authority that signed it.
pub(crate) struct Certificate {
    folder: tempfile::TempDir,
    /// The authority, as PEM.
    pub(crate) authority: String,
}

impl Certificate {
    /// For a name as it stands in a certificate: `IP:127.0.0.1`, `DNS:mail.test`.
    pub(crate) async fn of(name: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join("names"),
            format!("subjectAltName={name}\n"),
        )
        .unwrap();
        for arguments in [
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority",
            "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out request.pem -subj /CN=server",
            "x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -out cert.pem -days 2 -extfile names",
        ] {
            openssl(folder.path(), arguments).await;
        }
        let authority = std::fs::read_to_string(folder.path().join("ca.pem")).unwrap();
        Self { folder, authority }
    }

    /// Unwraps TLS on a port and speaks SMTP inside of it.
    async fn serve(&self, port: u16, heard: Heard, greet: bool) -> Child {
        let mut child = Command::new("openssl")
            .args(["s_server", "-quiet", "-cert", "cert.pem", "-key", "key.pem"])
            .args(["-accept", &format!("127.0.0.1:{port}")])
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("the tests need the program openssl");
        let (writer, reader) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let greeted = if greet { "" } else { "before" };
        tokio::spawn(talk(reader, writer, Manner::default(), heard, greeted));
        for _ in 0..100 {
            if is_listening(port) {
                return child;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("openssl does not listen");
    }
}

/// Whether somebody listens, asked of the system: a connection would use up the server's greeting.
fn is_listening(port: u16) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    table.contains(&format!("0100007F:{port:04X} 00000000:0000 0A"))
}

async fn openssl(folder: &Path, arguments: &str) {
    let status = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .expect("the tests need the program openssl");
    assert!(status.success(), "openssl {arguments}");
}
