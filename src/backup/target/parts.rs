//! Real far sides for tests: moto (S3), `OpenSSH`, `WsgiDAV`; a way there that can be cut; a server that answers by heart.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::config::{Hidden, S3Target, SftpLogin, SftpTarget, WebDavTarget};

/// A program of the test's own, ended with it.
struct Program(Child);

impl Program {
    fn start(folder: &Path, program: &Path, arguments: &[&str]) -> Self {
        let log = fs::File::create(folder.join("log.txt")).unwrap();
        let child = Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        Self(child.unwrap_or_else(|error| panic!("{}: {error}; run tests/run", program.display())))
    }

    /// Waits until something answers on a port.
    fn answers(mut self, port: u16) -> Self {
        for _ in 0..600 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return self;
            }
            assert!(
                self.0.try_wait().unwrap().is_none(),
                "the far side ended at once"
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("nothing answers on port {port}");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// The Python that `tests/run` sets up.
fn python() -> PathBuf {
    let own = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/target/test-tools/venv/bin/python"
    );
    std::env::var_os("KARTOTEKA_PYTHON").map_or_else(|| own.into(), PathBuf::from)
}

/// moto over HTTPS, with one bucket. It does not check signatures.
pub(crate) struct Moto {
    _program: Program,
    _folder: TempDir,
    pub(crate) port: u16,
    pub(crate) ca: String,
}

impl Moto {
    pub(crate) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let names = ["127.0.0.1".to_owned(), "localhost".to_owned()];
        let made = rcgen::generate_simple_self_signed(names).unwrap();
        fs::write(folder.path().join("cert.pem"), made.cert.pem()).unwrap();
        fs::write(
            folder.path().join("key.pem"),
            made.signing_key.serialize_pem(),
        )
        .unwrap();
        let port = free_port();
        let arguments = [
            "-m",
            "moto.server",
            "-H",
            "127.0.0.1",
            "-p",
            &port.to_string(),
            "-s",
            "-c",
            "cert.pem",
            "-k",
            "key.pem",
        ];
        let program = Program::start(folder.path(), &python(), &arguments).answers(port);
        let moto = Self {
            _program: program,
            _folder: folder,
            port,
            ca: made.cert.pem(),
        };
        let region = "<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>";
        moto.call("PUT", "/firma", region).await;
        moto
    }

    pub(crate) fn target(&self) -> S3Target {
        S3Target {
            name: "s3".to_owned(),
            endpoint: Some(format!("https://127.0.0.1:{}", self.port)),
            region: "eu-central-1".to_owned(),
            bucket: "firma".to_owned(),
            prefix: "kopie/".to_owned(),
            access_key: Hidden::new("AKIATEST"),
            secret_key: Hidden::new("Tajny-Klucz-S3"),
            ca: self.ca.clone(),
        }
    }

    /// Asks moto past our own code.
    pub(crate) async fn call(&self, method: &str, path: &str, body: &str) -> String {
        let client = super::http::client(&self.ca).unwrap();
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let url = format!("https://127.0.0.1:{}{path}", self.port);
        let answer = client
            .request(method, url)
            .header(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/eu-central-1/s3/aws4_request, SignedHeaders=host, Signature=0",
            )
            .header("Content-Type", "application/octet-stream")
            .body(body.to_owned())
            .send()
            .await
            .unwrap();
        assert!(
            answer.status().is_success(),
            "{method} {path}: {}",
            answer.status(),
            method = "moto"
        );
        answer.text().await.unwrap()
    }
}

/// Debian's sshd, with a key for the person who runs the tests.
pub(crate) struct Sshd {
    program: Option<Program>,
    folder: TempDir,
    pub(crate) port: u16,
}

impl Sshd {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("store")).unwrap();
        make_key(&folder.path().join("client"), "ed25519");
        fs::copy(
            folder.path().join("client.pub"),
            folder.path().join("authorized"),
        )
        .unwrap();
        // Needed by an sshd that root starts.
        let _ = fs::create_dir_all("/run/sshd");
        let mut sshd = Self {
            program: None,
            port: free_port(),
            folder,
        };
        sshd.new_identity(&["ed25519"]);
        sshd
    }

    /// Starts anew with keys of those kinds; those it had before stay the same.
    pub(super) fn with_keys(&mut self, kinds: &[&str]) {
        self.start_with(kinds, true);
    }

    /// Starts anew as another server.
    pub(crate) fn new_identity(&mut self, kinds: &[&str]) {
        self.start_with(kinds, false);
    }

    fn start_with(&mut self, kinds: &[&str], keep: bool) {
        self.program = None;
        let root = self.folder.path();
        let mut config = format!(
            "ListenAddress 127.0.0.1\nPort {}\nPidFile none\nAuthorizedKeysFile {}/authorized\nStrictModes no\nUsePAM no\n\
             PermitRootLogin yes\nPasswordAuthentication yes\nKbdInteractiveAuthentication no\nMaxStartups 100\n\
             Subsystem sftp internal-sftp\n",
            self.port,
            root.display()
        );
        for kind in kinds {
            let key = root.join(format!("host_{kind}"));
            if !keep || !key.exists() {
                let _ = fs::remove_file(&key);
                make_key(&key, kind);
            }
            config.push_str(&format!("HostKey {}\n", key.display()));
        }
        let file = root.join("sshd_config");
        fs::write(&file, config).unwrap();
        let sshd = Path::new("/usr/sbin/sshd");
        let arguments = ["-D", "-e", "-f", file.to_str().unwrap()];
        self.program = Some(Program::start(root, sshd, &arguments).answers(self.port));
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Lets another key in.
    pub(crate) fn admit(&self, line: &str) {
        fs::write(self.folder.path().join("authorized"), format!("{line}\n")).unwrap();
    }

    pub(crate) fn target(&self) -> SftpTarget {
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        SftpTarget {
            name: "nas".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: self.port,
            user: String::from_utf8(user).unwrap().trim().to_owned(),
            path: self.store().display().to_string(),
            login: SftpLogin::Key(Hidden::new(
                fs::read_to_string(self.folder.path().join("client")).unwrap(),
            )),
            host_key: String::new(),
        }
    }
}

fn make_key(path: &Path, kind: &str) {
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", kind, "-N", "", "-f"])
        .arg(path)
        .stdin(Stdio::null())
        .status();
    assert!(made.unwrap().success());
}

/// `WsgiDAV` over plain HTTP, with one account.
pub(in crate::backup) struct Dav {
    _program: Program,
    folder: TempDir,
    pub(super) port: u16,
}

impl Dav {
    pub(in crate::backup) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("store")).unwrap();
        let port = free_port();
        let config = serde_json::json!({
            "host": "127.0.0.1",
            "port": port,
            "provider_mapping": {"/dav": folder.path().join("store")},
            "simple_dc": {"user_mapping": {"*": {"crm": {"password": "Tajne-Dav"}}}},
            "http_authenticator": {"accept_basic": true, "accept_digest": false, "default_to_digest": false},
        });
        fs::write(folder.path().join("dav.json"), config.to_string()).unwrap();
        let arguments = ["-m", "wsgidav.server.server_cli", "--config", "dav.json"];
        let program = Program::start(folder.path(), &python(), &arguments).answers(port);
        Self {
            _program: program,
            folder,
            port,
        }
    }

    pub(in crate::backup) fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    pub(in crate::backup) fn target(&self) -> WebDavTarget {
        WebDavTarget {
            name: "cloud".to_owned(),
            url: format!("http://127.0.0.1:{}/dav/kopie", self.port),
            user: "crm".to_owned(),
            password: Hidden::new("Tajne-Dav"),
            ca: String::new(),
        }
    }
}

/// A way to a port that breaks after so many bytes, each way counted, until it is mended.
pub(super) struct Way {
    pub(super) port: u16,
    left: Arc<AtomicU64>,
}

impl Way {
    pub(super) async fn to(port: u16, bytes: u64) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let way = Self {
            port: listener.local_addr().unwrap().port(),
            left: Arc::new(AtomicU64::new(bytes)),
        };
        let left = way.left.clone();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let left = left.clone();
                tokio::spawn(async move {
                    let Ok(far) = tokio::net::TcpStream::connect(("127.0.0.1", port)).await else {
                        return;
                    };
                    let (mut near_in, mut near_out) = near.into_split();
                    let (mut far_in, mut far_out) = far.into_split();
                    tokio::select! {
                        () = carry(&mut near_in, &mut far_out, &left) => {}
                        () = carry(&mut far_in, &mut near_out, &left) => {}
                    }
                });
            }
        });
        way
    }

    /// So many bytes more can pass.
    pub(super) fn mend(&self, bytes: u64) {
        self.left.store(bytes, Ordering::SeqCst);
    }
}

async fn carry(
    from: &mut (impl AsyncReadExt + Unpin),
    into: &mut (impl AsyncWriteExt + Unpin),
    left: &AtomicU64,
) {
    let mut buffer = vec![0; 16 << 10];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        let passes = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(read as u64)
        });
        if passes.is_err() || into.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// A server that answers every request the same, and keeps the heads of what it was asked.
pub(super) struct ByHeart {
    pub(super) port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl ByHeart {
    pub(super) async fn start(status: &str, headers: &str, body: &str) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer = format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = vec![0; 8 << 10];
                let read = stream.read(&mut head).await.unwrap_or(0);
                let head = String::from_utf8_lossy(&head[..read]).into_owned();
                heard.lock().unwrap().push(head);
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, asked }
    }

    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// A file of so many bytes that are not the same anywhere.
pub(super) fn file(folder: &Path, bytes: usize) -> PathBuf {
    use rand::{Rng, SeedableRng};
    let mut content = vec![0; bytes];
    rand_chacha::ChaCha8Rng::seed_from_u64(bytes as u64).fill_bytes(&mut content);
    let path = folder.join(format!("made-{bytes}"));
    fs::write(&path, content).unwrap();
    path
}

/// What every kind of target must do.
pub(super) async fn keeps_files(target: &impl super::Target) {
    let here = tempfile::tempdir().unwrap();
    let (large, small) = (file(here.path(), 20_000_001), file(here.path(), 3));
    let back = here.path().join("back");
    let archive = "2026-11-26T02-30-00Z-firma.tar.zst.age";
    assert_eq!(target.list("").await.unwrap(), []);
    assert_eq!(target.list_files().await.unwrap(), []);
    target.put(archive, &large).await.unwrap();
    target.put("files/ab/abcd.age", &small).await.unwrap();
    target
        .put("files/empty.age", &file(here.path(), 0))
        .await
        .unwrap();
    let mut found = target.list(".age").await.unwrap();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.name.as_str(), one.size))
        .collect();
    assert_eq!(found, [(archive, 20_000_001)]);
    let mut found = target.list_files().await.unwrap();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.name.as_str(), one.size))
        .collect();
    assert_eq!(found, [("files/ab/abcd.age", 3), ("files/empty.age", 0)]);
    assert_eq!(target.list(".tar.zst.age").await.unwrap().len(), 1);
    target.get(archive, &back).await.unwrap();
    assert!(
        fs::read(&back).unwrap() == fs::read(&large).unwrap(),
        "not the same bytes"
    );
    target.put(archive, &small).await.unwrap();
    target.get(archive, &back).await.unwrap();
    assert_eq!(fs::read(&back).unwrap(), fs::read(&small).unwrap());
    target.get("files/empty.age", &back).await.unwrap();
    assert_eq!(fs::metadata(&back).unwrap().len(), 0);
    let absent = target.get("nothing.age", &back).await.unwrap_err();
    assert!(
        matches!(absent, super::TargetError::Absent { .. }),
        "{absent}"
    );
    for name in ["../up.age", "/etc/passwd", "a/../../b", ".hidden"] {
        target.put(name, &small).await.unwrap_err();
        target.get(name, &back).await.unwrap_err();
        target.delete(name).await.unwrap_err();
    }
    target.delete(archive).await.unwrap();
    target.delete(archive).await.unwrap();
    assert_eq!(target.list(".tar.zst.age").await.unwrap(), []);
    target.room().await.unwrap();
    super::trial::try_it("x", target).await.unwrap();
    assert_eq!(target.list(".try").await.unwrap(), []);
}
