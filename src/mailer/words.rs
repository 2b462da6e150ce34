//! What letters say: the words are in the locale files as `letter-TEMPLATE-…`, put into a plain and an HTML part that say
//! the same. HTML is escaped by type and loads nothing.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{DOCTYPE, html};

use crate::data::{Letter, Template};
use crate::i18n::{Arg, Lang, format, has_text, text, text_with};

/// What surrounds every letter.
pub(super) struct Frame<'a> {
    pub(super) lang: Lang,
    pub(super) firm: &'a str,
    pub(super) public_url: Option<&'a str>,
    pub(super) zone: &'a TimeZone,
}

/// A link of a letter.
pub(super) struct Link {
    pub(super) label: String,
    pub(super) href: String,
}

/// A letter in words.
pub(super) struct Words {
    lang: Lang,
    pub(super) subject: String,
    greeting: String,
    lead: String,
    code: Option<String>,
    pub(super) link: Option<Link>,
    /// When, from where, by what.
    facts: Vec<(String, String)>,
    note: Option<String>,
    /// Who writes.
    sign: String,
}

/// The part of the keys a template's words have in common.
const fn name(template: Template) -> &'static str {
    match template {
        Template::ConfirmAddress => "confirm",
        Template::AddressChanged => "address-changed",
        Template::Recovery => "recovery",
        Template::Invitation => "invitation",
        Template::Code => "code",
        Template::PasswordChanged => "password-changed",
        Template::SecondStepChanged => "second-step-changed",
        Template::NewDevice => "new-device",
        Template::UnfinishedSignIn => "unfinished",
        Template::BarredSignIn => "barred",
        Template::PasswordExpires => "password-expires",
        Template::Alarm => "alarm",
        Template::BackupsFail => "backups-fail",
        Template::BackupsGood => "backups-good",
        Template::BackupTargetChanged => "backup-target",
        Template::CertificateLapses => "certificate",
        Template::Test => "test",
    }
}

/// The path a letter's token belongs to.
const fn place(template: Template) -> Option<&'static str> {
    match template {
        Template::ConfirmAddress => Some("/profile/email/confirm/"),
        Template::Recovery => Some("/login/reset/"),
        Template::Invitation => Some("/invite/"),
        _ => None,
    }
}

/// The words of a letter; none where it has a link and nothing is known to lead it to.
pub(super) fn of(frame: &Frame<'_>, letter: &Letter) -> Option<Words> {
    let (lang, key) = (frame.lang, name(letter.template));
    // What people named themselves and the firm stays within its line.
    let value = |name: &str| one_line(letter.values.get(name).map_or("", String::as_str));
    let taken = ["who", "count", "usual", "limit"].map(|name| (name, value(name).into()));
    let what = match value("count").as_str() {
        "" => what(lang, letter),
        _ if !value("limit").is_empty() => text_with(lang, "letter-alarm-limit", &taken),
        _ => text_with(lang, "letter-alarm-taken", &taken),
    };
    let args: [(&str, Arg<'_>); 5] = [
        ("firm", one_line(frame.firm).into()),
        ("name", value("name").into()),
        ("what", what.into()),
        ("who", value("who").into()),
        ("days", value("days").parse::<i64>().unwrap_or(0).into()),
    ];
    let say = |part: &str| text_with(lang, &format!("letter-{key}-{part}"), &args);
    let note = format!("letter-{key}-note");
    let link = match place(letter.template) {
        Some(place) => Some(Link {
            label: say("act"),
            href: format!("{}{place}{}", frame.public_url?, value("token")),
        }),
        None => None,
    };
    let code = letter.values.get("code").cloned();
    Some(Words {
        lang,
        subject: one_line(&say("subject")),
        greeting: match value("name").as_str() {
            "" => text(lang, "letter-greeting"),
            name => text_with(lang, "letter-greeting-name", &[("name", name.into())]),
        },
        lead: say("lead"),
        code,
        link,
        facts: facts(frame, letter),
        note: has_text(lang, &note).then(|| text_with(lang, &note, &args)),
        sign: match frame.public_url {
            Some(url) => format!("{} · {url}", one_line(frame.firm)),
            None => one_line(frame.firm),
        },
    })
}

/// What a letter tells of; a change of second steps or a lack of backups is a word of ours, which each language says its
/// own way.
fn what(lang: Lang, letter: &Letter) -> String {
    let what = one_line(letter.values.get("what").map_or("", String::as_str));
    let key = match letter.template {
        Template::BackupsFail => format!("letter-backups-fail-{what}"),
        Template::BackupTargetChanged => {
            let target = one_line(letter.values.get("target").map_or("", String::as_str));
            let key = format!("letter-backup-target-{what}");
            return if has_text(lang, &key) {
                text_with(lang, &key, &[("target", target.into())])
            } else {
                what
            };
        }
        Template::Alarm => format!("letter-alarm-{what}"),
        _ => format!("letter-second-step-what-{what}"),
    };
    let ours = match letter.template {
        Template::SecondStepChanged | Template::BackupsFail => true,
        Template::Alarm => ["backup-plan", "backup-deleted"].contains(&what.as_str()),
        _ => false,
    };
    if ours && has_text(lang, &key) {
        let value = |name: &str| one_line(letter.values.get(name).map_or("", String::as_str));
        let of = ["who", "archive"].map(|name| (name, value(name).into()));
        text_with(lang, &key, &of)
    } else {
        what
    }
}

fn facts(frame: &Frame<'_>, letter: &Letter) -> Vec<(String, String)> {
    let lang = frame.lang;
    let mut facts = Vec::new();
    for name in ["time", "address", "device", "reason"] {
        let Some(value) = letter.values.get(name).filter(|value| !value.is_empty()) else {
            continue;
        };
        let value = match value.parse::<Timestamp>() {
            Ok(at) if name == "time" => format::date_time(lang, at, frame.zone),
            _ => one_line(value),
        };
        facts.push((text(lang, &format!("letter-fact-{name}")), value));
    }
    facts
}

/// A text without anything that could end a line.
fn one_line(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Words {
    /// The plain part.
    pub(super) fn text(&self) -> String {
        let mut parts = vec![self.greeting.clone(), self.lead.clone()];
        parts.extend(self.code.clone());
        parts.extend(
            self.link
                .as_ref()
                .map(|link| format!("{}:\n{}", link.label, link.href)),
        );
        let facts: Vec<String> = self
            .facts
            .iter()
            .map(|(label, value)| format!("{label}: {value}"))
            .collect();
        if !facts.is_empty() {
            parts.push(facts.join("\n"));
        }
        parts.extend(self.note.clone());
        parts.push(format!("-- \n{}", self.sign));
        parts.join("\n\n") + "\n"
    }

    /// The HTML part.
    pub(super) fn html(&self) -> String {
        let page = html! {
            (DOCTYPE)
            html lang=(self.lang.code()) {
                head { meta charset="utf-8"; title { (self.subject) } }
                body {
                    p { (self.greeting) }
                    p { (self.lead) }
                    @if let Some(code) = &self.code { p { strong { (code) } } }
                    @if let Some(link) = &self.link {
                        p { strong { a href=(link.href) { (link.label) } } }
                        p { (link.href) }
                    }
                    @if !self.facts.is_empty() {
                        p { @for (label, value) in &self.facts { (label) ": " (value) br; } }
                    }
                    @if let Some(note) = &self.note { p { (note) } }
                    p { small { (self.sign) } }
                }
            }
        };
        page.into_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATES: [Template; 17] = [
        Template::ConfirmAddress,
        Template::AddressChanged,
        Template::Recovery,
        Template::Invitation,
        Template::Code,
        Template::PasswordChanged,
        Template::SecondStepChanged,
        Template::NewDevice,
        Template::UnfinishedSignIn,
        Template::BarredSignIn,
        Template::PasswordExpires,
        Template::Alarm,
        Template::BackupsFail,
        Template::BackupsGood,
        Template::BackupTargetChanged,
        Template::CertificateLapses,
        Template::Test,
    ];

    fn letter(template: Template, values: &[(&str, &str)]) -> Letter {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Letter {
            to: "anna@f.test".to_owned(),
            user: None,
            language: None,
            template,
            values: values.collect(),
            useful_until: Timestamp::UNIX_EPOCH,
        }
    }

    fn words(lang: Lang, letter: &Letter) -> Option<Words> {
        let frame = Frame {
            lang,
            firm: "Stolarnia",
            public_url: Some("https://crm.test"),
            zone: &TimeZone::UTC,
        };
        of(&frame, letter)
    }

    #[test]
    fn every_letter_has_words_in_both_languages() {
        for lang in Lang::ALL {
            for template in TEMPLATES {
                let words = words(lang, &letter(template, &[("token", "T")])).unwrap();
                let both = words.text() + &words.html() + &words.subject;
                assert!(!both.contains('⟦'), "{template:?}: {both}");
                assert_eq!(
                    words.link.is_some(),
                    both.contains("https://crm.test/"),
                    "{template:?}"
                );
            }
        }
    }

    #[test]
    fn names_are_words_and_nothing_else() {
        let name = "Anna\r\nBcc: x@y.test <b onclick=x>";
        let hostile = letter(Template::Alarm, &[("name", name), ("what", name)]);
        let words = words(Lang::En, &hostile).unwrap();
        assert!(!words.subject.contains(['\r', '\n']));
        let html = words.html();
        assert!(!html.contains("<b ") && html.contains("&lt;b onclick"));
        assert!(!html.contains("src="), "nothing is loaded");
    }

    #[test]
    fn without_an_address_of_the_server_no_link_is_written() {
        let frame = Frame {
            lang: Lang::Pl,
            firm: "F",
            public_url: None,
            zone: &TimeZone::UTC,
        };
        assert!(of(&frame, &letter(Template::Recovery, &[("token", "T")])).is_none());
        assert!(of(&frame, &letter(Template::Test, &[])).is_some());
    }
}
