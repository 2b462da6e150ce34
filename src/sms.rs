//! Text messages to phones, through the gateway of the configuration.
//!
//! A message is handed over while its person waits, since a code is of use for minutes only: ten seconds at most, a few at a
//! time. Neither the address of the gateway nor what is sent to it, or comes back, stands in any log.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use tokio::sync::{OnceCell, Semaphore};

use crate::config;
use crate::data::TextMessage;
use crate::i18n::{Lang, text_with};

/// From the beginning to the gateway's answer, the wait for room included.
const WHOLE: Duration = Duration::from_secs(10);
/// Messages handed over at once.
const AT_ONCE: usize = 8;

/// The gateway did not take a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SmsError {
    /// There is none.
    #[error("no gateway is set")]
    Off,
    /// It did not answer in time.
    #[error("the gateway did not answer in time")]
    Timeout,
    /// There is no way to it.
    #[error("the gateway cannot be reached")]
    Unreachable,
    /// It said no.
    #[error("the gateway answered {0}")]
    Refused(u16),
}

/// The gateway as the parts of the program see it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Sms {
    inner: Arc<Inner>,
}

struct Inner {
    config: config::Sms,
    client: OnceCell<Client>,
    room: Semaphore,
    whole: Duration,
}

/// How what is put in must be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Json,
    Form,
    Xml,
    Plain,
}

impl Kind {
    /// By what the headers say, else by what the body looks like.
    fn of(content_type: Option<&str>, body: &str) -> Self {
        let said = content_type.map(str::to_lowercase);
        match said.as_deref() {
            Some(said) if said.contains("json") => Self::Json,
            Some(said) if said.contains("form-urlencoded") => Self::Form,
            Some(said) if said.contains("xml") => Self::Xml,
            Some(_) => Self::Plain,
            None if body.trim_start().starts_with(['{', '[']) => Self::Json,
            None if body.trim_start().starts_with('<') => Self::Xml,
            None if body.contains('=') => Self::Form,
            None => Self::Plain,
        }
    }

    const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Xml => "application/xml; charset=utf-8",
            Self::Plain => "text/plain; charset=utf-8",
        }
    }

    fn written(self, text: &str) -> String {
        match self {
            Self::Json => {
                let quoted = serde_json::to_string(text).unwrap_or_default();
                // Without the marks around it, which stand in the template.
                let inner = quoted
                    .strip_prefix('"')
                    .and_then(|rest| rest.strip_suffix('"'));
                inner.unwrap_or_default().to_owned()
            }
            Self::Form => form_urlencoded::byte_serialize(text.as_bytes()).collect(),
            Self::Xml => text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\'', "&apos;"),
            Self::Plain => text.to_owned(),
        }
    }

    /// A template with both words put in at once, so that neither is looked for in the other.
    fn filled(self, template: &str, phone: &str, text: &str) -> String {
        let (phone, text) = (self.written(phone), self.written(text));
        let parts = template.split("{text}");
        let parts: Vec<String> = parts.map(|part| part.replace("{phone}", &phone)).collect();
        parts.join(&text)
    }
}

impl Sms {
    /// The gateway as it is configured.
    pub(crate) fn new(config: &config::Sms) -> Self {
        Self {
            inner: Arc::new(Inner {
                config: config.clone(),
                client: OnceCell::new(),
                room: Semaphore::new(AT_ONCE),
                whole: WHOLE,
            }),
        }
    }

    /// Whether there is one.
    pub(crate) fn is_on(&self) -> bool {
        self.inner.config.is_on()
    }

    /// Hands a code over.
    pub(crate) async fn send(
        &self,
        message: &TextMessage,
        firm: &str,
        lang: Lang,
    ) -> Result<(), SmsError> {
        let args = [
            ("code", message.code.as_str().into()),
            ("firm", firm.into()),
        ];
        let text = text_with(lang, "sms-code", &args);
        let handed = tokio::time::timeout(self.inner.whole, self.hand_over(&message.phone, &text));
        let result = handed.await.unwrap_or(Err(SmsError::Timeout));
        if let Err(error) = result {
            tracing::warn!(%error, "a text message was not sent");
        }
        result
    }

    async fn hand_over(&self, phone: &str, text: &str) -> Result<(), SmsError> {
        let config = &self.inner.config;
        if !config.is_on() {
            return Err(SmsError::Off);
        }
        let _room = self.inner.room.acquire().await.map_err(|_| SmsError::Off)?;
        let client = self.inner.client.get_or_try_init(make).await?;
        let method = Method::from_bytes(config.method.as_bytes()).map_err(|_| SmsError::Off)?;
        let url = Kind::Form.filled(config.url.reveal(), phone, text);
        let mut request = client.request(method.clone(), url);
        let mut said = None;
        for (name, value) in &config.headers {
            if name.eq_ignore_ascii_case("content-type") {
                said = Some(value.reveal());
            }
            request = request.header(name, value.reveal());
        }
        if method != Method::GET {
            let template = config.body.reveal();
            let kind = Kind::of(said, template);
            if said.is_none() {
                request = request.header("content-type", kind.content_type());
            }
            request = request.body(kind.filled(template, phone, text));
        }
        match request.send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            Ok(answer) => Err(SmsError::Refused(answer.status().as_u16())),
            Err(error) if error.is_timeout() => Err(SmsError::Timeout),
            Err(_) => Err(SmsError::Unreachable),
        }
    }
}

/// Reading the system's certificates takes a moment that no other request should wait for.
async fn make() -> Result<Client, SmsError> {
    let made = tokio::task::spawn_blocking(|| {
        Client::builder()
            .user_agent(concat!("Kartoteka/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(WHOLE / 2)
            .redirect(Policy::none())
            .referer(false)
            .build()
    });
    if let Ok(Ok(client)) = made.await {
        Ok(client)
    } else {
        tracing::error!("the client for text messages cannot be made");
        Err(SmsError::Unreachable)
    }
}

#[cfg(test)]
mod tests;
