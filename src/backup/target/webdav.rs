//! A folder of a server that speaks `WebDAV` (RFC 4918).
//!
//! A file goes up under a name of its own and is moved when all of it is there. No redirect is followed, so the password
//! goes nowhere but to the configured server.

mod answer;
mod refusal;

use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE, HeaderMap};
use reqwest::{Body, Client, Method, RequestBuilder, Response, StatusCode};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::time::{sleep, timeout};
use tokio_util::io::ReaderStream;

use super::http::{client, without};
use super::limits::{PAUSE, STALL, TRIES};
use super::name::{Temporary, checked, folders, left_over, usable};
use super::{Area, Stored, Target, TargetError, limits};
use crate::config::WebDavTarget;

use answer::{Entry, Listing};
use refusal::{Fault, broken, not_absent, refusal, text};

/// A target behind `WebDAV`.
#[derive(Clone, Debug)]
pub(crate) struct WebDav {
    config: Arc<WebDavTarget>,
    client: Client,
    /// Folders that are known to be there, and free of what was left over.
    swept: Arc<Mutex<HashSet<String>>>,
}

/// What is asked of a folder.
const WANTED: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop><resourcetype/>\
                      <getcontentlength/><getlastmodified/></prop></propfind>";
/// The question about room (RFC 4331).
const ROOM: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><propfind xmlns=\"DAV:\"><prop><quota-available-bytes/>\
                    </prop></propfind>";
/// Bytes read from a file at once.
const STEP: usize = 256 << 10;

impl WebDav {
    pub(super) fn new(config: &WebDavTarget) -> Result<Self, TargetError> {
        let client = client(&config.ca).map_err(|message| TargetError::Failed {
            target: config.name.clone(),
            message,
        })?;
        Ok(Self {
            config: Arc::new(config.clone()),
            client,
            swept: Arc::default(),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.config.name
    }

    /// Does something, again where the way there broke.
    async fn on<T>(
        &self,
        name: &str,
        work: impl AsyncFn() -> Result<T, Fault>,
    ) -> Result<T, TargetError> {
        let mut pause = PAUSE;
        let mut tried = 1;
        loop {
            match work().await {
                Err(Fault::Broken(_)) if tried < TRIES => {
                    sleep(pause).await;
                    pause *= 2;
                    tried += 1;
                }
                done => return done.map_err(|fault| self.error(name, fault)),
            }
        }
    }

    fn error(&self, name: &str, fault: Fault) -> TargetError {
        let target = self.config.name.clone();
        match fault {
            Fault::Absent => TargetError::Absent {
                target,
                name: name.to_owned(),
            },
            Fault::Broken(text) | Fault::Refused(text) => TargetError::Failed {
                target,
                message: without(&[self.config.password.reveal()], text),
            },
        }
    }

    fn swept(&self) -> MutexGuard<'_, HashSet<String>> {
        self.swept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn address(&self, name: &str) -> String {
        format!("{}/{name}", self.config.url)
    }

    fn request(&self, method: &str, name: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("methods are constants");
        let request = self.client.request(method, self.address(name));
        match self.config.user.as_str() {
            "" => request,
            user => request.basic_auth(user, Some(self.config.password.reveal())),
        }
    }

    /// Sends a request whose answer must begin soon.
    async fn ask(&self, request: RequestBuilder) -> Result<Response, Fault> {
        match timeout(STALL, request.send()).await {
            Ok(answer) => answer.map_err(|error| broken(&error)),
            Err(_) => Err(Fault::Broken("the server does not answer".to_owned())),
        }
    }

    /// What lies in a folder, itself included; or a file alone.
    async fn properties(
        &self,
        name: &str,
        depth: &str,
        wanted: &'static str,
    ) -> Result<(HeaderMap, Listing), Fault> {
        let request = self
            .request("PROPFIND", name)
            .header("Depth", depth)
            .header(CONTENT_TYPE, "application/xml; charset=utf-8")
            .body(wanted);
        let answer = self.ask(request).await?;
        let headers = answer.headers().clone();
        if answer.status() != StatusCode::MULTI_STATUS {
            return Err(refusal(answer, "it does not list").await);
        }
        let text = text(answer).await?;
        let listing = Listing::read(&text).map_err(Fault::Refused)?;
        Ok((headers, listing))
    }

    /// Makes the folders a name lies in, and removes what was left over in them. Each is looked at once.
    async fn prepare(&self, name: &str) -> Result<(), Fault> {
        for folder in std::iter::once("").chain(folders(name)) {
            if self.swept().contains(folder) {
                continue;
            }
            match self.properties(&slashed(folder), "1", WANTED).await {
                Ok((headers, listing)) => self.sweep(folder, &headers, listing).await,
                Err(Fault::Absent) => {
                    let answer = self.ask(self.request("MKCOL", &slashed(folder))).await?;
                    let made = answer.status().is_success()
                        || answer.status() == StatusCode::METHOD_NOT_ALLOWED;
                    if !made {
                        return Err(not_absent(refusal(answer, "it makes no folder").await));
                    }
                }
                Err(fault) => return Err(fault),
            }
            self.swept().insert(folder.to_owned());
        }
        Ok(())
    }

    async fn sweep(&self, folder: &str, headers: &HeaderMap, listing: Listing) {
        let now = headers.get(DATE).and_then(|date| date.to_str().ok());
        let now = now.and_then(moment);
        for entry in listing.children() {
            let at = moment(&entry.changed);
            let age = now.zip(at).map(|(now, at)| {
                Duration::from_secs(now.duration_since(at).as_secs().max(0) as u64)
            });
            if left_over(&entry.name, age) {
                let name = format!("{}{}", slashed(folder), entry.name);
                let _ = self.ask(self.request("DELETE", &name)).await;
            }
        }
    }

    async fn put_once(&self, name: &str, file: &Path) -> Result<(), Fault> {
        self.prepare(name).await?;
        let temporary = Temporary::new();
        let part = temporary.beside(name);
        let mut sent = Sent {
            dav: self.clone(),
            name: part.clone(),
            whole: false,
        };
        let put = self.put_as(&part, name, file).await;
        sent.whole = put.is_ok();
        put
    }

    async fn put_as(&self, part: &str, name: &str, file: &Path) -> Result<(), Fault> {
        let cannot_read = |error: std::io::Error| {
            Fault::Refused(format!("cannot read {}: {error}", file.display()))
        };
        let from = File::open(file).await.map_err(cannot_read)?;
        let size = from.metadata().await.map_err(cannot_read)?.len();
        let moved = Arc::new(AtomicU64::new(0));
        let counted = moved.clone();
        let pieces = ReaderStream::with_capacity(from, STEP).inspect_ok(move |piece| {
            counted.fetch_add(piece.len() as u64, Ordering::Relaxed);
        });
        let request = self
            .request("PUT", part)
            .header(CONTENT_LENGTH, size)
            .header(CONTENT_TYPE, "application/octet-stream")
            .body(Body::wrap_stream(pieces));
        let answer = tokio::select! {
            answer = request.send() => answer.map_err(|error| broken(&error))?,
            () = stalled(&moved, size) => {
                return Err(Fault::Broken(format!("nothing moved for {} s", STALL.as_secs())));
            }
        };
        if !answer.status().is_success() {
            return Err(not_absent(
                refusal(answer, "it does not take the file").await,
            ));
        }
        let (_, there) = self
            .properties(part, "0", WANTED)
            .await
            .map_err(not_absent)?;
        let there = there.entries.first().and_then(|entry| entry.size);
        if there != Some(size) {
            let there = there.map_or("an unknown number".to_owned(), |there| there.to_string());
            return Err(Fault::Broken(format!(
                "{size} bytes were sent, but {there} are there"
            )));
        }
        let request = self
            .request("MOVE", part)
            .header("Destination", self.address(name))
            .header("Overwrite", "T");
        let answer = self.ask(request).await?;
        if answer.status().is_success() {
            return Ok(());
        }
        Err(not_absent(
            refusal(answer, "it does not rename the file").await,
        ))
    }

    async fn get_once(&self, name: &str, into: &Path) -> Result<(), Fault> {
        let answer = self.ask(self.request("GET", name)).await?;
        if answer.status() != StatusCode::OK {
            return Err(refusal(answer, "it does not give the file").await);
        }
        let cannot = |error: std::io::Error| {
            Fault::Refused(format!("cannot write {}: {error}", into.display()))
        };
        let size = answer.content_length();
        let mut made = File::create(into).await.map_err(cannot)?;
        let mut pieces = answer.bytes_stream();
        let mut written = 0;
        loop {
            let piece = match timeout(STALL, pieces.try_next()).await {
                Ok(piece) => piece.map_err(|error| broken(&error))?,
                Err(_) => {
                    return Err(Fault::Broken(format!(
                        "nothing came for {} s",
                        STALL.as_secs()
                    )));
                }
            };
            let Some(piece) = piece else {
                break;
            };
            made.write_all(&piece).await.map_err(cannot)?;
            written += piece.len() as u64;
        }
        made.flush().await.map_err(cannot)?;
        match size {
            Some(size) if size != written => Err(Fault::Broken(format!(
                "{name} has {size} bytes, but {written} came"
            ))),
            _ => Ok(()),
        }
    }

    async fn list_all(&self, area: Area, ending: &str) -> Result<Vec<Stored>, Fault> {
        let mut found = Vec::new();
        let mut waiting = vec![String::new()];
        while let Some(folder) = waiting.pop() {
            let listed = self.properties(&slashed(&folder), "1", WANTED).await;
            let listing = match listed {
                Ok((_, listing)) => listing,
                // Not made yet, or gone meanwhile.
                Err(Fault::Absent) => continue,
                Err(fault) => return Err(fault),
            };
            for Entry {
                name,
                size,
                folder: is_folder,
                ..
            } in listing.children()
            {
                let name = format!("{}{name}", slashed(&folder));
                match size {
                    _ if !usable(&name) || !area.holds(&name) => {}
                    _ if is_folder && usable(&format!("{name}/x")) => waiting.push(name),
                    Some(size) if !is_folder && name.ends_with(ending) => {
                        found.push(Stored { name, size });
                    }
                    _ => {}
                }
            }
            if found.len() + waiting.len() > limits::NAMES {
                return Err(Fault::Refused(limits::too_many()));
            }
        }
        Ok(found)
    }
}

impl Target for WebDav {
    async fn put(&self, name: &str, file: &Path) -> Result<(), TargetError> {
        let name = checked(&self.config.name, name)?;
        self.on(name, async || self.put_once(name, file).await)
            .await
    }

    async fn get(&self, name: &str, into: &Path) -> Result<(), TargetError> {
        let name = checked(&self.config.name, name)?;
        self.on(name, async || self.get_once(name, into).await)
            .await
    }

    async fn list(&self, ending: &str) -> Result<Vec<Stored>, TargetError> {
        self.on("", async || self.list_all(Area::Archives, ending).await)
            .await
    }

    async fn list_files(&self) -> Result<Vec<Stored>, TargetError> {
        self.on("", async || self.list_all(Area::Files, "").await)
            .await
    }

    async fn delete(&self, name: &str) -> Result<(), TargetError> {
        let name = checked(&self.config.name, name)?;
        self.on(name, async || {
            let answer = self.ask(self.request("DELETE", name)).await?;
            if answer.status().is_success() {
                return Ok(());
            }
            match refusal(answer, "it does not remove the file").await {
                Fault::Absent => Ok(()),
                fault => Err(fault),
            }
        })
        .await
    }

    async fn room(&self) -> Result<Option<u64>, TargetError> {
        self.on("", async || match self.properties("", "0", ROOM).await {
            Ok((_, listing)) => Ok(listing.room),
            Err(Fault::Absent) => Ok(None),
            Err(fault) => Err(fault),
        })
        .await
    }
}

/// A file on its way. Dropped before all of it is there, what is there is removed.
struct Sent {
    dav: WebDav,
    name: String,
    whole: bool,
}

impl Drop for Sent {
    fn drop(&mut self) {
        if self.whole {
            return;
        }
        self.dav.swept().clear();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let (dav, name) = (self.dav.clone(), std::mem::take(&mut self.name));
            runtime.spawn(async move { dav.ask(dav.request("DELETE", &name)).await.is_ok() });
        }
    }
}

/// Ends when no byte has moved for too long; once all are sent, the server may take its time to put them away.
async fn stalled(moved: &AtomicU64, size: u64) {
    let mut still = 0;
    loop {
        let before = moved.load(Ordering::Relaxed);
        sleep(STALL).await;
        let now = moved.load(Ordering::Relaxed);
        still = if now == before { still + 1 } else { 0 };
        if still > 0 && (now < size || still == 5) {
            return;
        }
    }
}

/// `a/b/` for `a/b`: servers redirect from a folder's name without the slash.
fn slashed(folder: &str) -> String {
    match folder {
        "" => String::new(),
        folder => format!("{folder}/"),
    }
}

fn moment(date: &str) -> Option<Timestamp> {
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date);
    date.ok()
}

#[cfg(test)]
mod tests;
