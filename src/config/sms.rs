//! `[sms]`: the gateway that codes go to phones through, of any provider that takes an HTTP request.

use super::hidden::Hidden;
use super::table::{Key, Section, Table, table};
use super::{ConfigError, value};

table! {
    /// The table `[sms]`.
    pub Sms {
        /// The address of the gateway; empty: there are no codes to phones. `{phone}` and `{text}` may stand in it as well.
        /// It may lie in the own network. Redirects are not followed.
        url: Hidden = value::gateway, default "''",
            allowed "an http or https address", secret;
        /// How it is asked.
        method: String = value::gateway_method, default "'POST'",
            allowed "\"POST\", \"PUT\" or \"GET\"";
        /// What is sent along, such as `{ Authorization = "Bearer ${SMS_TOKEN}" }`.
        headers: Vec<(String, Hidden)> = value::headers, default "{}",
            allowed "a table of header names and their values in quotes";
        /// What is sent, with {phone} (such as +48601102203) and {text} put in as its Content-Type asks: as JSON, as a form,
        /// as XML, or as they are.
        body: Hidden = value::hidden, default "'{\"to\": \"{phone}\", \"text\": \"{text}\"}'",
            allowed "text with {phone} and {text} in it", secret;
    }
    tables {}
}

impl Sms {
    /// Whether a gateway is named.
    pub fn is_on(&self) -> bool {
        !self.url.reveal().is_empty()
    }

    /// What is wrong with the table as a whole.
    pub(super) fn fault(&self) -> Option<String> {
        if !self.is_on() {
            return None;
        }
        let mut all = self.url.reveal().to_owned();
        if self.method != "GET" {
            all.push_str(self.body.reveal());
        }
        let missing = ["{phone}", "{text}"]
            .into_iter()
            .find(|part| !all.contains(part))?;
        let wanted = if self.method == "GET" {
            "sms.url"
        } else {
            "sms.body"
        };
        Some(format!(
            "\"{wanted}\" does not say where {missing} goes. Allowed: text with {{phone}} and {{text}} in it"
        ))
    }
}
