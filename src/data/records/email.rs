//! E-mail addresses, by the part of RFC 5321 and 6531 that people use: no quoted local parts, no address literals.

use unicode_normalization::UnicodeNormalization;

use super::fold::nfc_clean;

/// Longest address in bytes (RFC 5321, 4.5.3.1.3, less the angle brackets).
const ADDRESS_MAX: usize = 254;
/// Longest part before the `@`, in bytes (RFC 5321, 4.5.3.1.1).
const LOCAL_MAX: usize = 64;
/// Longest label of a domain (RFC 1035, 2.3.4).
const LABEL_MAX: usize = 63;

/// An e-mail address that could be written to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email {
    typed: String,
    unique: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    #[error("no e-mail address given")]
    Empty,
    #[error("the address has no @, or more than one")]
    At,
    #[error("the part before the @ is not valid")]
    Local,
    #[error("the domain after the @ is not valid")]
    Domain,
    #[error("the address has characters that no address has")]
    Characters,
    #[error("the address is too long")]
    TooLong,
}

impl EmailError {
    /// Key of the text shown to people.
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "error-email-empty",
            Self::At => "error-email-at",
            Self::Local => "error-email-local",
            Self::Domain => "error-email-domain",
            Self::Characters => "error-email-characters",
            Self::TooLong => "error-email-too-long",
        }
    }
}

impl Email {
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return Err(EmailError::Empty);
        }
        let typed = nfc_clean(trimmed);
        // Characters that cleaning would drop are refused: an address must not change on its way in.
        if !typed.chars().eq(trimmed.nfc()) {
            return Err(EmailError::Characters);
        }
        let unique: String = typed.nfkc().flat_map(char::to_lowercase).nfkc().collect();
        check(&typed)?;
        check(&unique)?;
        Ok(Self { typed, unique })
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The form that tells whether two addresses are one: NFKC, lower case.
    pub fn unique(&self) -> &str {
        &self.unique
    }

    /// The lower-case domain.
    pub fn domain(&self) -> &str {
        self.unique.rsplit('@').next().unwrap_or_default()
    }
}

fn check(address: &str) -> Result<(), EmailError> {
    if address.len() > ADDRESS_MAX {
        return Err(EmailError::TooLong);
    }
    if address
        .chars()
        .any(|c| c.is_whitespace() || c.is_control() || "<>()[]\\,;:\"".contains(c))
    {
        return Err(EmailError::Characters);
    }
    let (local, domain) = address.split_once('@').ok_or(EmailError::At)?;
    if domain.contains('@') {
        return Err(EmailError::At);
    }
    if local.len() > LOCAL_MAX || !local.split('.').all(is_atom) {
        return Err(EmailError::Local);
    }
    if is_domain(domain) {
        Ok(())
    } else {
        Err(EmailError::Domain)
    }
}

fn is_atom(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || is_mark(c))
}

/// A name of two labels or more whose last is no number.
pub(super) fn is_domain(domain: &str) -> bool {
    let labels: Vec<&str> = domain.split('.').collect();
    labels.len() >= 2
        && labels.iter().all(|label| {
            (1..=LABEL_MAX).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label
                    .chars()
                    .all(|c| c.is_alphanumeric() || c == '-' || is_mark(c))
        })
        && labels
            .last()
            .is_some_and(|last| last.chars().any(char::is_alphabetic))
}

/// Marks that belong to letters of scripts outside ASCII.
fn is_mark(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn accepts_addresses() {
        for text in [
            "jan@firma.pl",
            " Jan.Kowalski+crm@Firma.COM.pl ",
            "o'neil@example.test",
            "a@b.co",
            "żaneta@łódź.pl",
            "x@xn--d-uga0v6a.pl",
            "1@2.museum",
        ] {
            assert_eq!(
                Email::parse(text)
                    .map(|email| email.as_str().to_owned())
                    .as_deref(),
                Ok(text.trim()),
                "{text}"
            );
        }
        let email = Email::parse("Jan@FIRMA.pl").expect("valid");
        assert_eq!(
            (email.as_str(), email.unique(), email.domain()),
            ("Jan@FIRMA.pl", "jan@firma.pl", "firma.pl")
        );
        assert_eq!(
            Email::parse("ｊan@firma.pl").expect("valid").unique(),
            "jan@firma.pl"
        );
    }

    #[test]
    fn refuses_what_cannot_be_written_to() {
        let long_local = format!("{}@b.pl", "a".repeat(65));
        let long = format!("a@{}pl", "abcdefghi.".repeat(26));
        for (text, error) in [
            ("", EmailError::Empty),
            ("jan", EmailError::At),
            ("a@b@c.pl", EmailError::At),
            ("a＠b.pl", EmailError::At),
            ("@b.pl", EmailError::Local),
            (".a@b.pl", EmailError::Local),
            ("a..b@c.pl", EmailError::Local),
            ("a@localhost", EmailError::Domain),
            ("a@b..pl", EmailError::Domain),
            ("a@-b.pl", EmailError::Domain),
            ("a@b-.pl", EmailError::Domain),
            ("a@1.2.3.4", EmailError::Domain),
            ("a b@c.pl", EmailError::Characters),
            ("Jan <a@b.pl>", EmailError::Characters),
            ("a@b.pl,c@d.pl", EmailError::Characters),
            ("a@b.pl\r\nBcc: x@y.pl", EmailError::Characters),
            ("a\0@b.pl", EmailError::Characters),
            ("a\u{200b}@b.pl", EmailError::Characters),
            (&long_local, EmailError::Local),
            (&long, EmailError::TooLong),
            ("a@b_c.pl", EmailError::Domain),
        ] {
            assert_eq!(Email::parse(text), Err(error), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_unique_form_is_stable_and_clean(text in "\\PC{1,20}@\\PC{1,20}\\.pl") {
            if let Ok(email) = Email::parse(&text) {
                let again = Email::parse(email.unique()).map(|again| again.unique().to_owned());
                prop_assert_eq!(again.as_deref(), Ok(email.unique()));
                prop_assert!(!email.unique().contains(['<', '>', ',', '\r', '\n', ' ']));
            }
        }
    }
}
