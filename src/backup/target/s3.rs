//! A bucket of a service that speaks S3.
//!
//! Objects go up through `object_store`: small ones in one request, large ones in parts. Either way an object is there
//! whole or not at all, and the service checks the SHA-256 of every request's content before it takes it. What
//! `object_store` has no words for (listing that survives odd names, uploads left over, object lock) is asked by hand in
//! `s3/ask.rs`, signed by the same code.

mod ask;
mod eea;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{TryStreamExt, stream};
use object_store::aws::{AmazonS3, AmazonS3Builder, Checksum};
use object_store::multipart::{MultipartStore, PartId};
use object_store::path::Path as Key;
use object_store::{BackoffConfig, ClientOptions, ObjectStoreExt, RetryConfig};
use reqwest::header::{HeaderMap, HeaderValue};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::http::{Patient, client, tidy, without, words};
use super::limits::{STALL, TRIES};
use super::name::{checked, usable};
use super::{Area, FILES, Stored, Target, TargetError, limits, xml};
use crate::config::S3Target;

pub(crate) use ask::Lock;
pub(crate) use eea::Eea;

/// A target in a bucket.
#[derive(Clone, Debug)]
pub(crate) struct S3 {
    config: Arc<S3Target>,
    store: AmazonS3,
    /// The same for what goes up: it says that a checksum comes along, which buckets with object lock insist on.
    uploads: AmazonS3,
    client: Patient,
}

/// How deep a list goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Below {
    /// One folder; those in it by their names alone.
    Folder,
    /// Everything in it and below.
    All,
}

/// Bytes of one part, and the largest object that goes up without parts.
const PART: u64 = 8 << 20;
/// How many parts are under way at once; all of them are in memory.
const AT_ONCE: usize = 4;
/// The number of parts an object may have is 10,000; some room is left.
const PARTS: u64 = 9_900;

impl S3 {
    pub(super) fn new(config: &S3Target) -> Result<Self, TargetError> {
        let failed = |message| TargetError::Failed {
            target: config.name.clone(),
            message,
        };
        let client = Patient(client(&config.ca).map_err(failed)?);
        let mut builder = AmazonS3Builder::new()
            .with_region(&config.region)
            .with_bucket_name(&config.bucket)
            .with_access_key_id(config.access_key.reveal())
            .with_secret_access_key(config.secret_key.reveal())
            .with_checksum_algorithm(Checksum::SHA256)
            // Not every service knows how to delete in bulk.
            .with_disable_bulk_delete(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig {
                    init_backoff: Duration::from_millis(500),
                    max_backoff: Duration::from_secs(10),
                    base: 2.,
                },
                max_retries: TRIES as usize,
                retry_timeout: 3 * STALL,
            })
            .with_http_connector(client.clone());
        let mut allow_http = false;
        if let Some(endpoint) = &config.endpoint {
            allow_http = endpoint.starts_with("http://");
            builder = builder
                .with_endpoint(endpoint)
                .with_virtual_hosted_style_request(false)
                .with_allow_http(allow_http);
        }
        let mut says = HeaderMap::new();
        says.insert(
            "x-amz-sdk-checksum-algorithm",
            HeaderValue::from_static("SHA256"),
        );
        let options = ClientOptions::new()
            .with_default_headers(says)
            .with_allow_http(allow_http);
        let build =
            |builder: AmazonS3Builder| builder.build().map_err(|error| failed(words(&error)));
        Ok(Self {
            config: Arc::new(config.clone()),
            store: build(builder.clone())?,
            uploads: build(builder.with_client_options(options))?,
            client,
        })
    }

    /// Where the data lies, as far as the address tells.
    pub(crate) fn eea(&self) -> Eea {
        Eea::of(self.config.endpoint.as_deref(), &self.config.region)
    }

    /// How long the bucket keeps every object whatever is asked of it.
    pub(crate) async fn lock(&self) -> Result<Option<Lock>, TargetError> {
        self.ask_lock().await
    }

    pub(super) fn name(&self) -> &str {
        &self.config.name
    }

    fn failed(&self, message: impl Into<String>) -> TargetError {
        let secrets = [self.config.secret_key.reveal()];
        TargetError::Failed {
            target: self.config.name.clone(),
            message: without(&secrets, message.into()),
        }
    }

    /// What the service said, in its own words where it has any.
    fn said(&self, error: &object_store::Error) -> TargetError {
        let whole = error.to_string();
        let answer = whole.find("<Error").and_then(|from| {
            let answer = &whole[from..];
            let until = answer.find("</Error>")? + "</Error>".len();
            Some(&answer[..until])
        });
        self.failed(answer.and_then(own_words).unwrap_or_else(|| words(error)))
    }

    /// Like `said`; nothing under a name of a bucket that is there is told apart.
    fn said_of(&self, name: &str, error: &object_store::Error) -> TargetError {
        match error {
            object_store::Error::NotFound { .. } if !error.to_string().contains("NoSuchBucket") => {
                TargetError::Absent {
                    target: self.config.name.clone(),
                    name: name.to_owned(),
                }
            }
            _ => self.said(error),
        }
    }

    fn key(&self, name: &str) -> Result<Key, TargetError> {
        let name = checked(&self.config.name, name)?;
        Key::parse(format!("{}{name}", self.config.prefix))
            .map_err(|error| self.failed(tidy(&error.to_string())))
    }

    /// Adds what lies in a folder (`""`, or one that ends in a slash); folders in it where those are told apart.
    async fn list_below(
        &self,
        folder: &str,
        below: Below,
        found: &mut Vec<Stored>,
    ) -> Result<Vec<String>, TargetError> {
        let (mut folders, mut token) = (Vec::new(), None::<String>);
        loop {
            let page = self.ask_page(folder, below, token.as_deref()).await?;
            let names = page.objects.into_iter().filter_map(|(key, size)| {
                let name = key.strip_prefix(&self.config.prefix)?;
                let inside = usable(name) && name.starts_with(folder);
                inside.then(|| Stored {
                    name: name.to_owned(),
                    size,
                })
            });
            found.extend(names);
            let inner = page.folders.into_iter().filter_map(|key| {
                let name = key.strip_prefix(&self.config.prefix)?;
                let inside = name.len() > folder.len() && name.starts_with(folder);
                inside.then(|| name.to_owned())
            });
            folders.extend(inner);
            let names = found.len() + folders.len();
            if names > limits::NAMES || page.next.is_some() && page.next == token {
                return Err(self.failed(limits::too_many()));
            }
            match page.next {
                Some(next) => token = Some(next),
                None => return Ok(folders),
            }
        }
    }

    fn cannot_read(&self, file: &Path, error: &std::io::Error) -> TargetError {
        self.failed(format!("cannot read {}: {error}", file.display()))
    }

    async fn put_whole(
        &self,
        key: &Key,
        file: &mut File,
        path: &Path,
        size: u64,
    ) -> Result<(), TargetError> {
        let content = self.part(file, path, size).await?;
        let put = self.uploads.put(key, content.into()).await;
        put.map(|_| ()).map_err(|error| self.said(&error))
    }

    async fn put_in_parts(
        &self,
        key: &Key,
        file: &mut File,
        path: &Path,
        size: u64,
    ) -> Result<(), TargetError> {
        self.remove_leftovers().await;
        let id = self.store.create_multipart(key).await;
        let mut upload = Upload {
            store: self.store.clone(),
            key: key.clone(),
            id: id.map_err(|error| self.said(&error))?,
            open: true,
        };
        let done = self.put_parts(&upload, file, path, size).await;
        if done.is_ok() {
            upload.open = false;
        } else {
            upload.abort().await;
        }
        done
    }

    async fn put_parts(
        &self,
        upload: &Upload,
        file: &mut File,
        path: &Path,
        size: u64,
    ) -> Result<(), TargetError> {
        let step = part_size(size);
        let parts = stream::try_unfold((file, 0), |(file, index)| async move {
            let from = index * step;
            if from >= size {
                return Ok(None);
            }
            let content = self.part(file, path, step.min(size - from)).await?;
            Ok::<_, TargetError>(Some(((index as usize, content), (file, index + 1))))
        });
        let parts = parts.map_ok(|(index, content)| async move {
            let put = self
                .uploads
                .put_part(&upload.key, &upload.id, index, content.into());
            put.await.map_err(|error| self.said(&error))
        });
        let parts: Vec<PartId> = parts.try_buffered(AT_ONCE).try_collect().await?;
        let whole = self
            .store
            .complete_multipart(&upload.key, &upload.id, parts);
        whole.await.map(|_| ()).map_err(|error| self.said(&error))
    }

    async fn part(&self, file: &mut File, path: &Path, length: u64) -> Result<Bytes, TargetError> {
        let mut content = vec![0; length as usize];
        let read = file.read_exact(&mut content).await;
        read.map_err(|error| self.cannot_read(path, &error))?;
        Ok(content.into())
    }
}

impl Target for S3 {
    async fn put(&self, name: &str, file: &Path) -> Result<(), TargetError> {
        let key = self.key(name)?;
        let mut from = File::open(file)
            .await
            .map_err(|error| self.cannot_read(file, &error))?;
        let size = from
            .metadata()
            .await
            .map_err(|error| self.cannot_read(file, &error))?
            .len();
        if size <= PART {
            self.put_whole(&key, &mut from, file, size).await?;
        } else {
            self.put_in_parts(&key, &mut from, file, size).await?;
        }
        let there = self.store.head(&key).await;
        let there = there.map_err(|error| self.said(&error))?.size;
        if there == size {
            return Ok(());
        }
        Err(self.failed(format!(
            "{size} bytes of {name} were sent, but {there} are there"
        )))
    }

    async fn get(&self, name: &str, into: &Path) -> Result<(), TargetError> {
        let key = self.key(name)?;
        let found = self.store.get(&key).await;
        let found = found.map_err(|error| self.said_of(name, &error))?;
        let size = found.meta.size;
        let cannot = |error: std::io::Error| {
            self.failed(format!("cannot write {}: {error}", into.display()))
        };
        let mut made = File::create(into).await.map_err(cannot)?;
        let mut content = found.into_stream();
        let mut written = 0;
        while let Some(piece) = content
            .try_next()
            .await
            .map_err(|error| self.said(&error))?
        {
            made.write_all(&piece).await.map_err(cannot)?;
            written += piece.len() as u64;
        }
        made.flush().await.map_err(cannot)?;
        if written == size {
            return Ok(());
        }
        Err(self.failed(format!("{name} has {size} bytes, but {written} came")))
    }

    async fn list(&self, ending: &str) -> Result<Vec<Stored>, TargetError> {
        let mut found = Vec::new();
        let mut waiting = vec![String::new()];
        while let Some(folder) = waiting.pop() {
            let below = self.list_below(&folder, Below::Folder, &mut found).await?;
            waiting.extend(
                below
                    .into_iter()
                    .filter(|below| usable(&format!("{below}x")) && Area::Archives.holds(below)),
            );
            if waiting.len() > limits::NAMES {
                return Err(self.failed(limits::too_many()));
            }
        }
        found.retain(|stored| stored.name.ends_with(ending));
        Ok(found)
    }

    async fn list_files(&self) -> Result<Vec<Stored>, TargetError> {
        let mut found = Vec::new();
        let folder = format!("{FILES}/");
        self.list_below(&folder, Below::All, &mut found).await?;
        Ok(found)
    }

    async fn delete(&self, name: &str) -> Result<(), TargetError> {
        let key = self.key(name)?;
        let deleted = self.store.delete(&key).await;
        match deleted.map_err(|error| self.said_of(name, &error)) {
            Ok(()) | Err(TargetError::Absent { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn room(&self) -> Result<Option<u64>, TargetError> {
        Ok(None)
    }
}

/// An upload in parts that is not whole yet. Dropped, it is given up at the service as well, since its parts would be
/// charged for.
struct Upload {
    store: AmazonS3,
    key: Key,
    id: String,
    open: bool,
}

impl Upload {
    async fn abort(&mut self) {
        self.open = false;
        let given_up = self.store.abort_multipart(&self.key, &self.id).await;
        if let Err(error) = given_up {
            tracing::debug!(
                error = words(&error),
                "an upload in parts could not be given up"
            );
        }
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if self.open
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            let (store, key, id) = (self.store.clone(), self.key.clone(), self.id.clone());
            runtime.spawn(async move { store.abort_multipart(&key, &id).await });
        }
    }
}

/// Bytes of a part of an object of that size: as small as the number of parts allows.
fn part_size(size: u64) -> u64 {
    const MIB: u64 = 1 << 20;
    PART.max(size.div_ceil(PARTS).div_ceil(MIB) * MIB)
}

/// `NoSuchBucket: The specified bucket does not exist`.
fn own_words(answer: &str) -> Option<String> {
    let code = xml::first(answer, "Code")?;
    let message = xml::first(answer, "Message").unwrap_or_default();
    Some(tidy(&format!("{code}: {message}")))
}

#[cfg(test)]
mod tests;
