//! What is asked of a bucket by hand: a page of its list, uploads left over, object lock.

use std::fmt;
use std::time::Duration;

use futures_util::TryStreamExt;
use jiff::Timestamp;
use object_store::aws::AwsAuthorizer;
use object_store::client::{HttpRequest, HttpRequestBody, HttpResponse, HttpService};
use object_store::multipart::MultipartStore;
use object_store::path::Path as Key;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Below, S3, own_words};
use crate::backup::target::TargetError;
use crate::backup::target::http::words;
use crate::backup::target::limits::{PAUSE, TRIES};
use crate::backup::target::xml::{self, Met};
use crate::clock;

/// What stands as it is in a query (RFC 3986, "unreserved").
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// How old an upload in parts is before it counts as left over by a process that is no more.
const ABANDONED: Duration = Duration::from_hours(12);

/// One page of a list.
#[derive(Default)]
pub(super) struct Page {
    /// Keys and bytes.
    pub(super) objects: Vec<(String, u64)>,
    /// Keys up to a slash, of folders whose insides are not listed.
    pub(super) folders: Vec<String>,
    /// What asks for the next page.
    pub(super) next: Option<String>,
}

/// How long a bucket keeps every object whatever is asked of it: what is deleted there is hidden, and its room stays taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    /// Whether not even the account's owner can end it (COMPLIANCE rather than GOVERNANCE).
    pub(crate) strict: bool,
    /// Days from the writing of an object on.
    pub(crate) days: u32,
}

impl fmt::Display for Lock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mode = if self.strict {
            "compliance"
        } else {
            "governance"
        };
        write!(out, "{} days, {mode}", self.days)
    }
}

/// An upload in parts, as listed.
#[derive(Default)]
struct Begun {
    key: String,
    id: String,
    at: String,
}

impl S3 {
    pub(super) async fn ask_page(
        &self,
        folder: &str,
        below: Below,
        token: Option<&str>,
    ) -> Result<Page, TargetError> {
        let prefix = format!("{}{folder}", self.config.prefix);
        // In the order in which the signature wants them.
        let mut query = vec![("list-type", "2"), ("prefix", prefix.as_str())];
        if below == Below::Folder {
            query.insert(0, ("delimiter", "/"));
        }
        if let Some(token) = token {
            query.insert(0, ("continuation-token", token));
        }
        let answer = self.ask(&query).await?;
        page(&answer).map_err(|message| self.failed(message))
    }

    pub(super) async fn ask_lock(&self) -> Result<Option<Lock>, TargetError> {
        match self.ask(&[("object-lock", "")]).await {
            Ok(answer) => Ok(lock(&answer)),
            // Services without object lock have many ways to say so.
            Err(error) => {
                let said = error.to_string();
                let none = [
                    "NotFound",
                    "NotImplemented",
                    "MethodNotAllowed",
                    "AccessDenied",
                ];
                none.iter()
                    .any(|word| said.contains(word))
                    .then_some(None)
                    .ok_or(error)
            }
        }
    }

    /// Gives up uploads that were begun under this prefix long ago and never ended. That it does not work is no reason not
    /// to begin a new one.
    pub(super) async fn remove_leftovers(&self) {
        let Ok(answer) = self
            .ask(&[("prefix", &self.config.prefix), ("uploads", "")])
            .await
        else {
            return;
        };
        let limit = clock::now() - ABANDONED;
        for begun in uploads(&answer) {
            let old = begun.at.parse::<Timestamp>().is_ok_and(|at| at < limit);
            if old
                && begun.key.starts_with(&self.config.prefix)
                && let Ok(key) = Key::parse(&begun.key)
            {
                let _ = self.store.abort_multipart(&key, &begun.id).await;
            }
        }
    }

    /// The answer to a question about the bucket. It is asked again where the way there breaks.
    async fn ask(&self, query: &[(&str, &str)]) -> Result<String, TargetError> {
        let mut pause = PAUSE;
        let mut tries = 1;
        loop {
            let (again, error) = match self.ask_once(query).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if !again || tries == TRIES {
                return Err(error);
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
            tries += 1;
        }
    }

    /// An error says whether asking again can help.
    async fn ask_once(&self, query: &[(&str, &str)]) -> Result<String, (bool, TargetError)> {
        let credential = self.store.credentials().get_credential().await;
        let credential = credential.map_err(|error| (false, self.said(&error)))?;
        let mut request = HttpRequest::new(HttpRequestBody::empty());
        *request.uri_mut() = self
            .address(query)
            .parse()
            .map_err(|_| (false, self.failed("its address cannot be used")))?;
        AwsAuthorizer::new(&credential, "s3", &self.config.region)
            .try_authorize(&mut request, None)
            .map_err(|error| (false, self.said(&error)))?;
        let answer = self.client.call(request).await.map_err(|error| {
            let again = error.kind() != object_store::client::HttpErrorKind::Unknown;
            (again, self.failed(words(&error)))
        })?;
        let status = answer.status();
        let text = text(answer)
            .await
            .map_err(|error| (true, self.failed(words(&error))))?;
        if status.is_success() {
            return Ok(text);
        }
        let said = own_words(&text).unwrap_or_else(|| format!("it answers {status}"));
        Err((status.is_server_error(), self.failed(said)))
    }

    fn address(&self, query: &[(&str, &str)]) -> String {
        let aws = || format!("https://s3.{}.amazonaws.com", self.config.region);
        let service = self.config.endpoint.clone().unwrap_or_else(aws);
        let query: Vec<String> = query
            .iter()
            .map(|(key, value)| format!("{key}={}", utf8_percent_encode(value, QUERY)))
            .collect();
        format!("{service}/{}?{}", self.config.bucket, query.join("&"))
    }
}

async fn text(answer: HttpResponse) -> Result<String, object_store::client::HttpError> {
    let mut stream = answer.into_body().bytes_stream();
    let mut text = Vec::new();
    while let Some(piece) = stream.try_next().await? {
        text.extend_from_slice(&piece);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

fn page(answer: &str) -> Result<Page, String> {
    let mut page = Page::default();
    let (mut key, mut size, mut in_folder) = (String::new(), None, false);
    xml::walk(answer, |met| match met {
        Met::Open("Contents") => (key, size) = (String::new(), None),
        Met::Close("Key", text) => text.clone_into(&mut key),
        Met::Open("CommonPrefixes") => in_folder = true,
        Met::Close("CommonPrefixes", _) => in_folder = false,
        Met::Close("Prefix", text) if in_folder => page.folders.push(text.to_owned()),
        Met::Close("Size", text) => size = text.parse().ok(),
        Met::Close("Contents", _) => {
            if let Some(size) = size {
                page.objects.push((std::mem::take(&mut key), size));
            }
        }
        Met::Close("NextContinuationToken", text) => page.next = Some(text.to_owned()),
        _ => {}
    })?;
    Ok(page)
}

fn uploads(answer: &str) -> Vec<Begun> {
    let mut all = Vec::new();
    let mut begun = Begun::default();
    let _ = xml::walk(answer, |met| match met {
        Met::Open("Upload") => begun = Begun::default(),
        Met::Close("Key", text) => text.clone_into(&mut begun.key),
        Met::Close("UploadId", text) => text.clone_into(&mut begun.id),
        Met::Close("Initiated", text) => text.clone_into(&mut begun.at),
        Met::Close("Upload", _) => all.push(std::mem::take(&mut begun)),
        _ => {}
    });
    all
}

fn lock(answer: &str) -> Option<Lock> {
    let number = |name| xml::first(answer, name)?.parse::<u32>().ok();
    let days = number("Days").or_else(|| number("Years").map(|years| years.saturating_mul(365)))?;
    Some(Lock {
        strict: xml::first(answer, "Mode").as_deref() == Some("COMPLIANCE"),
        days,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_read_with_whatever_names_it_holds() {
        let answer = "<ListBucketResult><Contents><Key>k/a.age</Key><Size>5</Size></Contents><Contents><Key>../b</Key>\
                      <Size>6</Size></Contents><Contents><Key>c</Key><Size>-1</Size></Contents>\
                      <Prefix>k/</Prefix><CommonPrefixes><Prefix>k/files/</Prefix></CommonPrefixes>\
                      <NextContinuationToken>n+/=</NextContinuationToken></ListBucketResult>";
        let page = page(answer).unwrap();
        assert_eq!(
            page.objects,
            [("k/a.age".to_owned(), 5), ("../b".to_owned(), 6)]
        );
        assert_eq!(page.folders, ["k/files/"]);
        assert_eq!(page.next.as_deref(), Some("n+/="));
    }

    #[test]
    fn a_lock_is_read() {
        let rule = |inner: &str| {
            format!(
                "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>{inner}</ObjectLockConfiguration>"
            )
        };
        let days = rule(
            "<Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>30</Days></DefaultRetention></Rule>",
        );
        let held = lock(&days).unwrap();
        assert_eq!(
            held,
            Lock {
                strict: true,
                days: 30
            }
        );
        assert_eq!(held.to_string(), "30 days, compliance");
        let years = rule(
            "<Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Years>1</Years></DefaultRetention></Rule>",
        );
        assert_eq!(lock(&years).unwrap().days, 365);
        assert_eq!(lock(&rule("")), None);
    }
}
