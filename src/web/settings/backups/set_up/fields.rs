//! The fields of each kind of place.

use maud::{Markup, html};

use super::Shown;
use crate::backup::setup::{PRESETS, Preset};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{FieldError, error_of, folded_section};
use crate::web::visit::Member;

/// The folder that is proposed.
pub(super) fn usual_path(kind: &str) -> &'static str {
    match kind {
        "local" => "/srv/kartoteka-backup",
        "sftp" => "kartoteka",
        _ => "",
    }
}

/// What makes fields of what is shown.
struct Maker<'a> {
    member: &'a Member,
    shown: &'a Shown,
    errors: Vec<FieldError>,
}

pub(super) fn of(member: &Member, shown: &Shown) -> Markup {
    let maker = Maker {
        member,
        shown,
        errors: member.errors(&shown.errors),
    };
    html! {
        div class="panel" {
            @if shown.old.is_none() { (maker.must("name").hint(member.text("backup-field-name-hint")).text()) }
            @match shown.target.kind.as_str() {
                "s3" => (maker.s3()),
                "sftp" => (maker.sftp()),
                "webdav" => (maker.webdav()),
                _ => (maker.must("path").hint(member.text("backup-field-folder-hint")).text()),
            }
        }
        @match shown.target.kind.as_str() {
            "s3" | "webdav" => (maker.folded("backup-target-rarely", "ca_file", maker.may("ca_file").hint(member.text("mail-ca-hint")).textarea(3))),
            "sftp" => (maker.folded("backup-target-rarely", "host_key", maker.may("host_key").hint(member.text("backup-field-host-key-hint")).text())),
            _ => {}
        }
    }
}

impl<'a> Maker<'a> {
    fn value(&self, name: &str) -> String {
        match name {
            "name" => self.shown.target.name.clone(),
            name => self.shown.target.value(name).to_owned(),
        }
    }

    /// A field that may be empty.
    fn may(&'a self, name: &'static str) -> Field<'a> {
        let key = match (name, self.shown.target.kind.as_str()) {
            ("path", "local") => "folder",
            (name, _) => name,
        };
        let label = self
            .member
            .text(&format!("backup-field-{}", key.replace('_', "-")));
        Field::new(name, label)
            .value(self.value(name))
            .autocomplete("off")
            .error(error_of(&self.errors, name))
    }

    fn must(&'a self, name: &'static str) -> Field<'a> {
        self.may(name).required()
    }

    /// A field whose value nobody is shown; one that is there already may stay.
    fn secret(&'a self, name: &'static str) -> Field<'a> {
        let waits = self.shown.target.secrets.contains_key(name);
        let kept = self.shown.old.as_ref();
        let kept = kept.is_some_and(|old| old.secrets.contains_key(name));
        let field = self.may(name).value("").autocomplete("new-password");
        if waits || kept {
            field.hint(self.member.text("backup-field-secret-hint"))
        } else {
            field
        }
    }

    fn folded(&self, title: &str, name: &str, field: Markup) -> Markup {
        let open = !self.value(name).is_empty() || error_of(&self.errors, name).is_some();
        folded_section(&self.member.text(title), open, field)
    }

    fn s3(&self) -> Markup {
        let text = |key: &str| self.member.text(key);
        let (endpoint, region) = (self.value("endpoint"), self.value("region"));
        let chosen = Preset::at(&endpoint, &region);
        let mut choices = vec![Choice::new("", text("backup-preset-other"))];
        choices.extend(PRESETS.map(|preset| {
            Choice::new(preset.id(), format!("{} ({})", preset.name, preset.country))
        }));
        // What the choice says stands in its name.
        let own = |name: &'static str, value: &str| {
            let value = if chosen.is_some() { "" } else { value };
            self.may(name).value(value.to_owned())
        };
        let preset = Field::new("preset", text("backup-field-preset"))
            .value(chosen.map(Preset::id).unwrap_or_default())
            .hint(text("backup-field-preset-hint"));
        html! {
            (preset.select(&choices))
            div class="field-row" {
                (own("endpoint", &endpoint).hint(text("backup-field-endpoint-hint")).text())
                (own("region", &region).text())
            }
            div class="field-row" {
                (self.must("bucket").text())
                (self.may("prefix").hint(text("backup-field-prefix-hint")).text())
            }
            (self.secret("access_key").password())
            (self.secret("secret_key").password())
        }
    }

    fn sftp(&self) -> Markup {
        let text = |key: &str| self.member.text(key);
        let choices = ["made", "key", "password"]
            .map(|login| Choice::new(login, text(&format!("backup-login-{login}"))));
        html! {
            div class="field-row" {
                (self.must("host").text())
                (self.must("port").number())
            }
            div class="field-row" {
                (self.must("user").text())
                (self.must("path").hint(text("backup-field-path-hint")).text())
            }
            (Field::new("login", text("backup-field-login")).value(self.shown.login.clone()).hint(text("backup-field-login-hint")).select(&choices))
            (self.secret("password").password())
            (self.secret("private_key").textarea(3))
        }
    }

    fn webdav(&self) -> Markup {
        html! {
            (self.must("url").hint(self.member.text("backup-field-url-hint")).text())
            (self.may("user").text())
            (self.secret("password").password())
        }
    }
}
