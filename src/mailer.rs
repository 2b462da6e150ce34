//! Outgoing mail. Letters wait in a durable queue in the store ([`crate::data::Letter`]); a task of the server hands them
//! to the mail server of the configuration or of the settings, one at a time, and tries again with growing gaps for as
//! long as they are of use.
//!
//! Links lead to `public_url` and nowhere else: no part of a request has a say in them.

mod queue;
mod send;
mod shown;
mod words;

#[cfg(test)]
pub(crate) mod test_server;
#[cfg(test)]
mod tests;

use std::sync::{Arc, PoisonError, RwLock};

use crate::config::Config;
use crate::data::{Letter, LetterId, MailServer, StoreError, Vault};
use crate::i18n::Lang;

pub(crate) use queue::run;
pub(crate) use send::{SendError, try_sign_in};
use shown::Outbox;
pub(crate) use shown::Shown;

/// Why letters cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Off {
    /// No mail server is set.
    NoServer,
    /// The server's own address is not set, so no link can be written.
    NoAddress,
}

impl Off {
    /// Key of the sentence that says so to people who can do nothing about it.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::NoServer => "mail-off-server",
            Self::NoAddress => "mail-off-address",
        }
    }
}

/// Outgoing mail as the parts of the program see it. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Mail {
    inner: Arc<Inner>,
}

struct Inner {
    vault: Vault,
    /// The server of the configuration file.
    configured: RwLock<Option<MailServer>>,
    public_url: Option<String>,
    shown: Outbox,
}

impl Mail {
    /// Mail of a firm as it is configured.
    pub(crate) fn new(vault: Vault, config: &Config) -> Self {
        Self {
            inner: Arc::new(Inner {
                vault,
                configured: RwLock::new(config.smtp.server()),
                public_url: config.public_url.clone(),
                shown: Outbox::default(),
            }),
        }
    }

    /// Whether the mail server is set in the configuration file, so that the settings only show it.
    pub(crate) fn configured(&self) -> Option<MailServer> {
        let configured = self.inner.configured.read();
        configured.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes the mail server of a configuration that was read again.
    pub(crate) fn take_anew(&self, config: &Config) {
        let configured = self.inner.configured.write();
        *configured.unwrap_or_else(PoisonError::into_inner) = config.smtp.server();
    }

    /// The mail server in use.
    fn server(&self) -> Result<Option<MailServer>, StoreError> {
        match self.configured() {
            Some(server) => Ok(Some(server)),
            None => self.inner.vault.mail_server(),
        }
    }

    /// Whether this is a demo, whose letters can be read at `/dev/outbox` and need no mail server.
    pub(crate) fn is_demo(&self) -> Result<bool, StoreError> {
        Ok(self.inner.vault.firm()?.is_some_and(|firm| firm.demo))
    }

    /// Why letters cannot be sent; none where they can.
    pub(crate) fn off(&self) -> Result<Option<Off>, StoreError> {
        let on = self.server()?.is_some() || self.is_demo()?;
        Ok((!on).then_some(Off::NoServer))
    }

    /// Why letters with a link cannot be sent; none where they can.
    pub(crate) fn links_off(&self) -> Result<Option<Off>, StoreError> {
        let off = self.off()?;
        Ok(off.or_else(|| self.inner.public_url.is_none().then_some(Off::NoAddress)))
    }

    /// The letters of a demo, the latest first.
    pub(crate) fn shown(&self) -> Vec<Arc<Shown>> {
        self.inner.shown.letters()
    }

    /// Hands a letter over at once, past the queue, and says how that went in the mail server's own words.
    pub(crate) async fn send_now(&self, letter: &Letter) -> Result<(), SendError> {
        self.deliver(LetterId::new(), letter).await
    }

    /// Hands a letter over.
    async fn deliver(&self, id: LetterId, letter: &Letter) -> Result<(), SendError> {
        let inner = &self.inner;
        let firm = inner.vault.firm()?;
        let name = firm.as_ref().map_or("Kartoteka", |firm| firm.name.as_str());
        let server = self.server()?;
        let lang = letter.language.as_deref().and_then(Lang::from_code);
        let zone = inner.vault.zone();
        let of_firm = || Lang::from_code(&inner.vault.language());
        let frame = words::Frame {
            lang: lang.or_else(of_firm).unwrap_or_default(),
            firm: name,
            public_url: inner.public_url.as_deref(),
            zone: &zone,
        };
        let words = words::of(&frame, letter).ok_or(SendError::NoAddress)?;
        if firm.as_ref().is_some_and(|firm| firm.demo) {
            inner.shown.keep(Shown::new(letter, &words));
        }
        match server {
            Some(server) => {
                send::send(&server, inner.public_url.as_deref(), id, letter, &words).await
            }
            None if firm.is_some_and(|firm| firm.demo) => Ok(()),
            None => Err(SendError::NoServer),
        }
    }
}
