//! `[smtp]`: the mail server letters are handed to.

use super::table::{Key, Section, Table, table};
use super::{ConfigError, value};
use crate::data::{MailPassword, MailSecurity, MailServer};

table! {
    /// The table `[smtp]`.
    pub Smtp {
        /// The mail server's name or address. Where it is empty, the server is set on the page "Mail" of the settings;
        /// otherwise all of this table counts and that page shows it locked.
        host: String = value::text, default "''",
            allowed "a host name or an IP address, such as \"smtp.company.pl\"";
        /// Its port: 587 with starttls, 465 with tls.
        port: u64 = value::whole::<1, 65535>, default "587",
            allowed "a whole number from 1 to 65535";
        /// How the way there is protected. Certificates are always checked; with starttls nothing is sent to a server
        /// that does not offer it, and with none no password is, unless the server is this machine.
        security: MailSecurity = value::mail_security, default "'starttls'",
            allowed "\"starttls\", \"tls\" or \"none\"";
        /// The account on the mail server; empty where it asks for none.
        user: String = value::text, default "''",
            allowed "text";
        /// The account's password.
        password: MailPassword = value::mail_password, default "''",
            allowed "text", secret;
        /// The sender of all letters.
        from: String = value::text, default "''",
            allowed "an address such as \"CRM <crm@company.pl>\"";
        /// A file with certificates (PEM) of authorities to be trusted beside the system's.
        ca_file: String = value::certificates, default "''",
            allowed "the path of a file with certificates in PEM form";
    }
    tables {}
}

impl Smtp {
    /// The mail server, where this table names one.
    pub fn server(&self) -> Option<MailServer> {
        (!self.host.is_empty()).then(|| MailServer {
            host: self.host.clone(),
            port: self.port as u16,
            security: self.security,
            user: self.user.clone(),
            password: self.password.clone(),
            from: self.from.clone(),
            ca: self.ca_file.clone(),
        })
    }

    /// What is wrong with the table as a whole.
    pub(super) fn fault(&self) -> Option<String> {
        let Some(server) = self.server() else {
            let given = !(self.user.is_empty() && self.password.is_empty() && self.from.is_empty());
            return given.then(|| {
                "\"smtp.host\" is missing. Allowed: a host name or an IP address, such as \"smtp.company.pl\""
                    .to_owned()
            });
        };
        let wrong = server.check().into_iter().next()?;
        let why = match wrong.field.as_str() {
            "host" => {
                "\"smtp.host\" cannot be used. Allowed: a host name or an IP address, such as \"smtp.company.pl\""
            }
            "from" => {
                "\"smtp.from\" cannot be used. Allowed: an address such as \"CRM <crm@company.pl>\""
            }
            "user" => {
                "\"smtp.user\" cannot be used. Allowed: text on one line, needed where there is a password"
            }
            "security" => {
                "\"smtp.security\" cannot be \"none\" where there is a user, since the password would be sent in the \
                 clear. Allowed: \"starttls\" or \"tls\""
            }
            _ => "\"smtp\" cannot be used",
        };
        Some(why.to_owned())
    }
}
