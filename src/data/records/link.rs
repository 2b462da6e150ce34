//! Links to web sites: `http` and `https` alone, since a link is clicked.

use super::email::is_domain;
use super::fold::one_line;

/// Longest link kept, in bytes.
const LINK_MAX: usize = 500;

/// The address of a web site, scheme included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Link(String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    #[error("no address given")]
    Empty,
    #[error("only http and https addresses are taken")]
    Scheme,
    #[error("the name of the server is not valid")]
    Host,
    #[error("the address has characters that no address has")]
    Characters,
    #[error("the address is too long")]
    TooLong,
}

impl LinkError {
    /// Key of the text shown to people.
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "error-link-empty",
            Self::Scheme => "error-link-scheme",
            Self::Host => "error-link-host",
            Self::Characters => "error-link-characters",
            Self::TooLong => "error-link-too-long",
        }
    }
}

impl Link {
    /// From an address with or without scheme; `https://` is added where none is given.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(LinkError::Empty);
        }
        // Browsers skip control characters and read a backslash as a slash; both hide where a link leads.
        if trimmed
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || "<>\"`\\^{|}".contains(c))
        {
            return Err(LinkError::Characters);
        }
        let address = one_line(trimmed);
        let (scheme, rest) = match address.split_once("://") {
            Some((scheme, rest)) if !scheme.contains(['/', '?', '#']) => {
                (scheme.to_ascii_lowercase(), rest)
            }
            _ => (
                "https".to_owned(),
                address.strip_prefix("//").unwrap_or(&address),
            ),
        };
        if scheme != "http" && scheme != "https" {
            return Err(LinkError::Scheme);
        }
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (host, port) = match authority.split_once(':') {
            Some((_, port)) if port.is_empty() || !port.bytes().all(|b| b.is_ascii_digit()) => {
                return Err(if authority.contains('@') {
                    LinkError::Host
                } else {
                    LinkError::Scheme
                });
            }
            Some((host, port)) => (
                host,
                port.parse::<u16>().map(Some).map_err(|_| LinkError::Host)?,
            ),
            None => (authority, None),
        };
        let host = host.to_lowercase();
        if !is_domain(&host) && host.parse::<std::net::Ipv4Addr>().is_err() {
            return Err(LinkError::Host);
        }
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let link = format!("{scheme}://{host}{port}{path}");
        if link.len() > LINK_MAX {
            Err(LinkError::TooLong)
        } else {
            Ok(Self(link))
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As people say it: without scheme and closing slash.
    pub fn display(&self) -> &str {
        let bare = self
            .0
            .split_once("://")
            .map_or(self.0.as_str(), |(_, rest)| rest);
        bare.strip_suffix('/').unwrap_or(bare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn takes_web_addresses() {
        for (text, link) in [
            ("firma.pl", "https://firma.pl"),
            (
                " www.Firma.pl/Oferta?x=1#y ",
                "https://www.firma.pl/Oferta?x=1#y",
            ),
            ("HTTP://firma.pl", "http://firma.pl"),
            ("https://firma.pl:8443/", "https://firma.pl:8443/"),
            ("firma.pl:8080/a", "https://firma.pl:8080/a"),
            ("//firma.pl", "https://firma.pl"),
            ("łódź.pl/ą", "https://łódź.pl/ą"),
            ("192.168.0.1/x", "https://192.168.0.1/x"),
            (
                "firma.pl/?u=https://x.pl",
                "https://firma.pl/?u=https://x.pl",
            ),
        ] {
            assert_eq!(
                Link::parse(text).map(|l| l.as_str().to_owned()).as_deref(),
                Ok(link),
                "{text}"
            );
        }
        assert_eq!(
            Link::parse("firma.pl/").expect("valid").display(),
            "firma.pl"
        );
    }

    #[test]
    fn refuses_the_rest() {
        for (text, error) in [
            ("", LinkError::Empty),
            ("javascript:alert(1)", LinkError::Scheme),
            ("JaVaScRiPt:alert(1)", LinkError::Scheme),
            ("java\nscript:alert(1)", LinkError::Characters),
            ("javascript://x.pl/%0aalert(1)", LinkError::Scheme),
            ("data:text/html,x", LinkError::Scheme),
            ("ftp://x.pl", LinkError::Scheme),
            ("mailto:a@b.pl", LinkError::Host),
            ("javascript:1", LinkError::Host),
            ("vbscript:x", LinkError::Scheme),
            ("https://user:pw@evil.pl", LinkError::Host),
            ("https://bank.pl@evil.pl", LinkError::Host),
            ("http:///x", LinkError::Host),
            ("localhost", LinkError::Host),
            ("brak", LinkError::Host),
            ("firma.pl/a b", LinkError::Characters),
            ("https:\\\\evil.pl", LinkError::Characters),
            ("firma.pl/<x>", LinkError::Characters),
            ("x.pl:99999", LinkError::Host),
            ("\u{1}https://x.pl", LinkError::Characters),
        ] {
            assert_eq!(Link::parse(text), Err(error), "{text}");
        }
        assert_eq!(
            Link::parse(&format!("x.pl/{}", "a".repeat(500))),
            Err(LinkError::TooLong)
        );
    }

    proptest! {
        #[test]
        fn always_http_and_stable(text in "\\PC{0,30}|[a-z:/.@?#-]{0,20}") {
            if let Ok(link) = Link::parse(&text) {
                prop_assert!(link.as_str().starts_with("https://") || link.as_str().starts_with("http://"));
                prop_assert_eq!(Link::parse(link.as_str()), Ok(link.clone()));
            }
        }
    }
}
