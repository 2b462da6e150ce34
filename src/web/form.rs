//! Form bodies: read once, with their token checked before any handler sees them.

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{Method, header};
use futures_util::StreamExt;
use subtle::ConstantTimeEq;

use super::error::WebError;
use super::request_id::without_secret;

/// Bytes of a form without files.
pub(super) const LARGEST_FORM: usize = 2 << 20;
/// Bytes looked at for the token at the beginning of an upload; our forms put it first.
const TOKEN_WITHIN: usize = 16 << 10;
/// Name of the hidden field.
const FIELD: &str = "csrf";

/// The fields of a form in the order in which they were sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Form(pub(crate) Vec<(String, String)>);

impl Form {
    /// The first value of a field; empty where it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// The first value of a field, where it was sent.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| value.as_str())
    }

    /// A form as a test sends it.
    #[cfg(test)]
    pub(crate) fn of(pairs: &[(&str, &str)]) -> Self {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self(pairs.iter().map(owned).collect())
    }

    /// Whether a checkbox was ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        self.given(name)
            .is_some_and(|value| !matches!(value, "" | "0" | "false" | "off"))
    }
}

/// The parts of an upload, to be read one after the other.
pub(crate) fn upload_parts(request: Request) -> Result<multer::Multipart<'static>, WebError> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let boundary = multer::parse_boundary(kind).map_err(cut)?;
    let body = request.into_body().into_data_stream();
    Ok(multer::Multipart::new(body, boundary))
}

/// An upload that broke off, or is none.
pub(crate) fn cut(_: multer::Error) -> WebError {
    WebError::bad("error-upload-cut")
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = WebError;

    async fn from_request(request: Request, _: &S) -> Result<Self, WebError> {
        let bytes = axum::body::to_bytes(request.into_body(), LARGEST_FORM)
            .await
            .map_err(|_| WebError::TooLarge)?;
        Ok(Self(form_urlencoded::parse(&bytes).into_owned().collect()))
    }
}

/// Lets a request through that cannot be forged: one that changes nothing, or one from our own page that carries the
/// visitor's token in its form or header.
pub(super) async fn check(
    request: Request,
    token: &str,
    own_origin: Option<&str>,
) -> Result<Request, WebError> {
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return Ok(request);
    }
    if !is_same_site(&request, own_origin) {
        return Err(WebError::StaleForm);
    }
    let sent = request
        .headers()
        .get("x-csrf-token")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    if let Some(sent) = sent {
        return if fits(&sent, token) {
            Ok(request)
        } else {
            Err(WebError::StaleForm)
        };
    }
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if let Ok(boundary) = multer::parse_boundary(kind) {
        return check_upload(request, token, &boundary).await;
    }
    let (parts, body) = request.into_parts();
    let bytes = axum::body::to_bytes(body, LARGEST_FORM)
        .await
        .map_err(|_| WebError::TooLarge)?;
    let sent = form_urlencoded::parse(&bytes)
        .find(|(name, _)| name == FIELD)
        .map(|(_, value)| value.into_owned());
    if sent.is_some_and(|sent| fits(&sent, token)) {
        Ok(Request::from_parts(parts, Body::from(bytes)))
    } else {
        Err(WebError::StaleForm)
    }
}

/// Looks for the token at the head of an upload and gives the body back as it came.
async fn check_upload(request: Request, token: &str, boundary: &str) -> Result<Request, WebError> {
    let (parts, body) = request.into_parts();
    let mut stream = body.into_data_stream();
    let mut head: Vec<Bytes> = Vec::new();
    let mut seen = Vec::new();
    while seen.len() < TOKEN_WITHIN {
        match stream.next().await {
            Some(Ok(bytes)) => {
                seen.extend_from_slice(&bytes);
                head.push(bytes);
            }
            Some(Err(_)) => return Err(WebError::bad("error-upload-cut")),
            None => break,
        }
        if token_of_upload(&seen, boundary).is_some() {
            break;
        }
    }
    if !token_of_upload(&seen, boundary).is_some_and(|sent| fits(sent, token)) {
        return Err(WebError::StaleForm);
    }
    let whole = futures_util::stream::iter(head.into_iter().map(Ok)).chain(stream);
    Ok(Request::from_parts(parts, Body::from_stream(whole)))
}

/// The value of the first part, where that is the token (RFC 7578).
fn token_of_upload<'a>(seen: &'a [u8], boundary: &str) -> Option<&'a str> {
    let text = match std::str::from_utf8(seen) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&seen[..error.valid_up_to()]).ok()?,
    };
    let part = text.strip_prefix(&format!("--{boundary}\r\n"))?;
    let (heads, rest) = part.split_once("\r\n\r\n")?;
    if !heads.contains(&format!("name=\"{FIELD}\"")) {
        return None;
    }
    rest.split_once("\r\n").map(|(value, _)| value)
}

fn fits(sent: &str, token: &str) -> bool {
    sent.as_bytes().ct_eq(token.as_bytes()).into()
}

/// Whether the browser says that the request comes from our own pages. Clients that say nothing are let on to the
/// token.
fn is_same_site(request: &Request, own_origin: Option<&str>) -> bool {
    let headers = request.headers();
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text("sec-fetch-site");
    if site.is_some_and(|site| !matches!(site, "same-origin" | "none")) {
        return false;
    }
    let Some(origin) = text("origin") else {
        return true;
    };
    // What pages with `Referrer-Policy: no-referrer` send (Fetch, "append a request Origin header"). Browsers say over
    // HTTPS where such a form stands; over plain HTTP they do not, and its token alone has to do on those pages.
    if origin == "null" {
        return match site {
            Some(site) => site == "same-origin",
            None => without_secret(request.uri().path()) != request.uri().path(),
        };
    }
    let host = text("host").unwrap_or_default();
    let authority = origin
        .split_once("://")
        .map_or("", |(_, authority)| authority);
    (!host.is_empty() && authority.eq_ignore_ascii_case(host)) || own_origin == Some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(body: &str, heads: &[(&str, &str)]) -> Request {
        let mut request = Request::builder()
            .method("POST")
            .uri("/x")
            .header("host", "crm.test");
        for (name, value) in heads {
            request = request.header(*name, *value);
        }
        request.body(Body::from(body.to_owned())).unwrap()
    }

    #[tokio::test]
    async fn only_our_own_forms_pass() {
        let form = ("content-type", "application/x-www-form-urlencoded");
        assert!(check(post("a=1&csrf=t", &[form]), "t", None).await.is_ok());
        assert!(
            check(post("", &[("x-csrf-token", "t")]), "t", None)
                .await
                .is_ok()
        );
        for (body, heads) in [
            ("a=1", vec![form]),
            ("csrf=x", vec![form]),
            ("csrf=", vec![form]),
            ("csrf=t", vec![form, ("sec-fetch-site", "cross-site")]),
            ("csrf=t", vec![form, ("sec-fetch-site", "same-site")]),
            ("csrf=t", vec![form, ("origin", "https://evil.test")]),
            ("csrf=t", vec![form, ("origin", "null")]),
            (
                "csrf=t",
                vec![form, ("origin", "null"), ("sec-fetch-site", "none")],
            ),
            (
                "csrf=t",
                vec![form, ("origin", "null"), ("sec-fetch-site", "cross-site")],
            ),
            ("csrf=t", vec![form, ("x-csrf-token", "wrong")]),
        ] {
            assert!(
                check(post(body, &heads), "t", None).await.is_err(),
                "{body} {heads:?}"
            );
        }
        let quiet = [form, ("origin", "null"), ("sec-fetch-site", "same-origin")];
        assert!(check(post("csrf=t", &quiet), "t", None).await.is_ok());
        let mut link = post("csrf=t", &[form, ("origin", "null")]);
        *link.uri_mut() = "/login/reset/TOKEN".parse().unwrap();
        assert!(check(link, "t", None).await.is_ok());
        let mut link = post("csrf=x", &[form, ("origin", "null")]);
        *link.uri_mut() = "/login/reset/TOKEN".parse().unwrap();
        assert!(check(link, "t", None).await.is_err());
        let own = post("csrf=t", &[form, ("origin", "https://crm.example")]);
        assert!(check(own, "t", Some("https://crm.example")).await.is_ok());
    }

    #[tokio::test]
    async fn an_upload_is_checked_by_its_first_part_and_arrives_whole() {
        let body = "--B\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nt\r\n--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nDATA\r\n--B--\r\n";
        let kind = ("content-type", "multipart/form-data; boundary=B");
        let request = check(post(body, &[kind]), "t", None).await.unwrap();
        let whole = axum::body::to_bytes(request.into_body(), 10_000)
            .await
            .unwrap();
        assert_eq!(whole, body.as_bytes());
        assert!(check(post(body, &[kind]), "other", None).await.is_err());
        let late = body.replace("name=\"csrf\"", "name=\"first\"");
        assert!(check(post(&late, &[kind]), "t", None).await.is_err());
    }
}
