//! An entry of the log as a sentence a person understands.

use maud::{Markup, html};
use serde_json::Value as Json;

use crate::data::{
    AdminRight, AuditEntry, AuditKind, CUSTOM_PREFIX, Module, Permission, Reading, RecordId,
    RoleId, TeamId, UserId,
};
use crate::i18n::{Arg, has_text};
use crate::names;
use crate::web::gate::permission_words;
use crate::web::settings::role_words::role_name;
use crate::web::visit::Member;

/// Tells entries to a visitor: names of records only where they may see them.
pub(super) struct Narrator<'a> {
    pub(super) member: &'a Member,
    pub(super) reading: &'a Reading,
}

/// Stands in a text for the thing an entry is about, which is markup.
const THING: &str = "\u{fffc}";

impl Narrator<'_> {
    /// The sentence.
    pub(super) fn tell(&self, entry: &AuditEntry) -> Markup {
        let member = self.member;
        let module = || self.module_name(entry);
        let count = || {
            entry
                .details
                .get("count")
                .map_or_else(|| ids(entry), |count| number(Some(count)))
        };
        match entry.kind {
            AuditKind::SignIn => self.plain("sign-in"),
            AuditKind::SignInFailed => match barred(entry) {
                Some(why) => self.plain(&format!("sign-in-barred-{why}")),
                None => self.plain("sign-in-failed"),
            },
            AuditKind::SignOut if entry.details.contains_key("of") => {
                let name = text_of(entry, "name");
                self.with("session-ended", &[("name", name.into())])
            }
            AuditKind::SignOut => self.plain("sign-out"),
            AuditKind::Created
                if entry
                    .record
                    .as_ref()
                    .is_some_and(|record| record.sort == "firm") =>
            {
                self.plain("founded")
            }
            AuditKind::Created => self.about("created", entry),
            AuditKind::Changed
                if entry
                    .record
                    .as_ref()
                    .is_some_and(|record| record.id == "trial") =>
            {
                self.plain(&format!("trial-{}", text_of(entry, "what")))
            }
            AuditKind::Changed => self.about("changed", entry),
            AuditKind::Deleted => self.about("deleted", entry),
            AuditKind::Restored
                if entry
                    .record
                    .as_ref()
                    .is_some_and(|record| record.sort == "firm") =>
            {
                self.with(
                    "firm-restored",
                    &[("name", text_of(entry, "archive").into())],
                )
            }
            AuditKind::Restored => self.about("restored", entry),
            AuditKind::Merged => self.about("merged", entry),
            AuditKind::Unmerged => self.about("unmerged", entry),
            AuditKind::PasswordChanged => self.about("password-changed", entry),
            AuditKind::LinkSent => {
                let what = text_of(entry, "what").replace('_', "-");
                self.about(&format!("link-sent-{what}"), entry)
            }
            AuditKind::EmailConfirmed => self.about("email-confirmed", entry),
            AuditKind::SecondStepChanged => {
                let what = text_of(entry, "what").replace('_', "-");
                self.about(&format!("second-step-{what}"), entry)
            }
            AuditKind::MailTested => self.plain("mail-tested"),
            AuditKind::Unlocked => self.about("unlocked", entry),
            AuditKind::BackupMade => {
                self.with("backup-made", &[("name", text_of(entry, "archive").into())])
            }
            AuditKind::BackupDownloaded => self.with(
                "backup-downloaded",
                &[("name", text_of(entry, "archive").into())],
            ),
            AuditKind::BackupDeleted => self.with(
                "backup-deleted",
                &[("name", text_of(entry, "archive").into())],
            ),
            AuditKind::BackupTargetTested => self.with(
                "backup-target-tested",
                &[("name", text_of(entry, "target").into())],
            ),
            AuditKind::BackupKeyChanged if entry.details.get("first") == Some(&true.into()) => {
                self.plain("backup-key-recorded")
            }
            AuditKind::BackupKeyChanged => self.plain("backup-key-changed"),
            AuditKind::BackupKeyShown => self.plain("backup-key-shown"),
            AuditKind::BackupKeyKept => self.plain("backup-key-kept"),
            AuditKind::BackupPlanChanged => self.plain("backup-plan-changed"),
            AuditKind::Refused if barred(entry).is_some() => {
                let why = text_of(entry, "why");
                let what = text_of(entry, "what");
                self.with(&format!("barred-{why}"), &[("what", what.into())])
            }
            AuditKind::Refused => {
                let permission = text_of(entry, "permission");
                let words =
                    permission_named(&permission).map(|known| permission_words(member.lang, known));
                let args = [
                    ("permission", words.unwrap_or(permission).into()),
                    ("what", text_of(entry, "what").into()),
                ];
                self.with("refused", &args)
            }
            AuditKind::Purged => self.with(
                "purged",
                &[("module", module().into()), ("count", count().into())],
            ),
            AuditKind::Exported if entry.details.contains_key("file") => {
                self.about("file-taken", entry)
            }
            AuditKind::Exported => {
                let format = text_of(entry, "format").into();
                self.with(
                    "exported",
                    &[
                        ("format", format),
                        ("module", module().into()),
                        ("count", count().into()),
                    ],
                )
            }
            AuditKind::Imported if !entry.details.contains_key("file") => self.with(
                "loaded",
                &[("module", module().into()), ("count", count().into())],
            ),
            AuditKind::Imported => {
                let counts = ["created", "updated", "skipped", "failed"];
                let mut args = vec![
                    ("file", text_of(entry, "file").into()),
                    ("module", module().into()),
                ];
                args.extend(counts.map(|name| (name, number(entry.details.get(name)).into())));
                self.with("imported", &args)
            }
            AuditKind::TokenMade => {
                self.with("token-made", &[("name", text_of(entry, "name").into())])
            }
            AuditKind::TokenRevoked => {
                self.with("token-revoked", &[("name", text_of(entry, "name").into())])
            }
            AuditKind::System => self.with("system", &[("why", text_of(entry, "why").into())]),
            AuditKind::Alarm if text_of(entry, "why") == "taken" => {
                let args = [
                    ("name", text_of(entry, "name").into()),
                    ("count", number(entry.details.get("count")).into()),
                    ("usual", number(entry.details.get("usual")).into()),
                ];
                self.with("alarm-taken", &args)
            }
            AuditKind::Alarm if text_of(entry, "why") == "backups" => {
                self.with("alarm-backups", &[("what", text_of(entry, "what").into())])
            }
            AuditKind::Alarm if text_of(entry, "why") == "limit" => {
                let args = [
                    ("name", text_of(entry, "name").into()),
                    ("count", number(entry.details.get("count")).into()),
                ];
                self.with("alarm-limit", &args)
            }
            AuditKind::Alarm => self.with("alarm", &[("why", text_of(entry, "why").into())]),
        }
    }

    fn plain(&self, key: &str) -> Markup {
        html! { (self.member.text(&format!("audit-says-{key}"))) }
    }

    fn with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> Markup {
        html! { (self.member.text_with(&format!("audit-says-{key}"), args)) }
    }

    /// A sentence about a thing, which stands in it by name where there is one to show, as a link where it leads.
    fn about(&self, key: &str, entry: &AuditEntry) -> Markup {
        let sentence = self
            .member
            .text_with(&format!("audit-says-{key}"), &[("what", THING.into())]);
        let (before, after) = sentence.split_once(THING).unwrap_or((&sentence, ""));
        let more = self.more(entry);
        html! {
            (before) (self.thing(entry)) (after)
            @if !more.is_empty() { span class="muted" { " · " (more) } }
        }
    }

    fn thing(&self, entry: &AuditEntry) -> Markup {
        let Some(subject) = &entry.record else {
            return html! {};
        };
        let sort = format!("audit-sort-{}", subject.sort);
        let sort = if has_text(self.member.lang, &sort) {
            self.member.text(&sort)
        } else {
            subject.sort.clone()
        };
        let name = match subject.sort.parse::<Module>() {
            Ok(module) => self.record(module, &subject.id),
            Err(_) => self.staff(entry, &subject.sort, &subject.id),
        };
        html! { (sort) " " (name) }
    }

    /// A record by its name, through the guard; one that is gone or out of reach by the beginning of its id.
    fn record(&self, module: Module, id: &str) -> Markup {
        let seen = self
            .member
            .state
            .vault
            .kind(module)
            .zip(id.parse::<RecordId>().ok());
        let seen = seen.and_then(|(kind, record)| self.reading.get(kind, record).ok());
        html! {
            @if let Some(record) = seen { a href=(format!("/{module}/{id}")) dir="auto" { (record.title()) } }
            @else { code title=(id) { (short(id)) } }
        }
    }

    /// A person, role, team or the firm: by the name it had then, as a link where it still stands and may be opened.
    fn staff(&self, entry: &AuditEntry, sort: &str, id: &str) -> Markup {
        let rights = self.reading.rights();
        let people = rights.people();
        let (user, role, team) = (
            id.parse::<UserId>().ok(),
            id.parse::<RoleId>().ok(),
            id.parse::<TeamId>().ok(),
        );
        let (name, href) = match sort {
            "users" => {
                let user = user.and_then(|user| people.user(user));
                let href = user
                    .filter(|_| rights.admin(AdminRight::Users))
                    .map(|_| format!("/settings/users/{id}"));
                (user.map(|user| user.name.clone()), href)
            }
            "roles" => {
                let role = role.and_then(|role| people.role(role));
                let href = role
                    .filter(|_| rights.admin(AdminRight::Roles))
                    .map(|_| format!("/settings/roles/{id}"));
                (role.map(|role| role_name(self.member.lang, role)), href)
            }
            "teams" => {
                let team = team.and_then(|team| people.team(team));
                let href = team
                    .filter(|_| rights.admin(AdminRight::Users))
                    .map(|_| "/settings/teams".to_owned());
                (team.map(|team| team.name.clone()), href)
            }
            "operations" => {
                let sort = entry.details.get("operation").and_then(Json::as_str);
                let key = format!(
                    "operation-kind-{}",
                    sort.unwrap_or_default().replace('_', "-")
                );
                let name = has_text(self.member.lang, &key).then(|| self.member.text(&key));
                (name, Some(format!("/operations/{id}")))
            }
            "firm" | "mail_server" | "domain" | "security" => return html! {},
            _ => (None, None),
        };
        let then = entry
            .details
            .get("name")
            .and_then(Json::as_str)
            .map(str::to_owned);
        match (then.or(name), href) {
            (Some(name), Some(href)) => html! { a href=(href) dir="auto" { (name) } },
            (Some(name), None) => html! { bdi { (name) } },
            (None, _) => html! { code title=(id) { (short(id)) } },
        }
    }

    /// What was done to a file of a record: by its name where that may be seen, else by the beginning of its id.
    fn file(&self, entry: &AuditEntry) -> Option<String> {
        let (record, file) = (entry.record.as_ref()?, text_of(entry, "file"));
        let key = format!("audit-file-{}", text_of(entry, "what").replace('_', "-"));
        if file.is_empty() || !has_text(self.member.lang, &key) {
            return None;
        }
        let name = || {
            let kind = self.reading.kind(record.sort.parse().ok()?).ok()?;
            let (id, file) = (record.id.parse().ok()?, file.parse().ok()?);
            self.reading.file_name(kind, id, file).ok()?
        };
        let name = name().map_or_else(|| short(&file).to_owned(), String::from);
        Some(self.member.text_with(&key, &[("name", name.into())]))
    }

    /// Which fields were changed, and a new role by name.
    fn more(&self, entry: &AuditEntry) -> String {
        let mut more: Vec<String> = self.file(entry).into_iter().collect();
        let fields: Vec<String> = entry
            .details
            .get("fields")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
            .filter_map(Json::as_str)
            // A new role is told by its name instead.
            .filter(|field| *field != "role" || !entry.details.contains_key("role"))
            .map(|field| self.field(entry, field))
            .collect();
        let role = entry
            .details
            .get("role")
            .map(|role| (self.role(&role["from"]), self.role(&role["to"])));
        if !fields.is_empty() {
            more.push(
                self.member
                    .text_with("audit-fields", &[("fields", fields.join(", ").into())]),
            );
        }
        if let Some((from, to)) = role {
            more.push(self.member.text_with(
                "audit-role-from-to",
                &[("from", from.into()), ("to", to.into())],
            ));
        }
        more.join(" · ")
    }

    fn role(&self, id: &Json) -> String {
        let id = id.as_str().unwrap_or_default();
        let role = id
            .parse()
            .ok()
            .and_then(|role| self.reading.rights().people().role(role));
        role.map_or_else(
            || short(id).to_owned(),
            |role| role_name(self.member.lang, role),
        )
    }

    fn field(&self, entry: &AuditEntry, field: &str) -> String {
        let sort = entry
            .record
            .as_ref()
            .map_or("", |record| record.sort.as_str());
        if field.starts_with(CUSTOM_PREFIX) {
            return self.own_field(sort, field);
        }
        let dashed = field.replace(['_', '.'], "-");
        let keys = [
            format!("{sort}-field-{dashed}"),
            format!("{sort}-{dashed}"),
            format!("audit-field-{dashed}"),
            format!("field-{dashed}"),
            format!("{dashed}-label"),
        ];
        let known = keys.iter().find(|key| has_text(self.member.lang, key));
        known.map_or_else(
            || field.to_owned(),
            |key| self.member.text(key).to_lowercase(),
        )
    }

    /// A field of the firm's own by its label, where its reader may see it.
    fn own_field(&self, sort: &str, name: &str) -> String {
        let module = sort.parse::<Module>().ok();
        let kind = module.and_then(|module| self.reading.kind(module).ok());
        let named =
            kind.and_then(|kind| Some(names::field(self.member.lang, kind, kind.named(name)?)));
        named.unwrap_or_else(|| self.member.text("audit-field-own"))
    }

    fn module_name(&self, entry: &AuditEntry) -> String {
        let name = text_of(entry, "module");
        if name == "audit" {
            return self.member.text("audit-title").to_lowercase();
        }
        name.parse::<Module>().map_or(name, |module| {
            self.member.text(&format!("nav-{module}")).to_lowercase()
        })
    }
}

fn text_of(entry: &AuditEntry, name: &str) -> String {
    entry
        .details
        .get(name)
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// What kept somebody out whose password or session was right.
fn barred(entry: &AuditEntry) -> Option<&'static str> {
    match text_of(entry, "why").as_str() {
        "address" => Some("address"),
        "hours" => Some("hours"),
        _ => None,
    }
}

fn number(value: Option<&Json>) -> i64 {
    value.and_then(Json::as_i64).unwrap_or_default()
}

fn ids(entry: &AuditEntry) -> i64 {
    let ids = entry
        .details
        .get("ids")
        .and_then(Json::as_array)
        .map_or(0, Vec::len);
    i64::try_from(ids).unwrap_or(i64::MAX)
}

/// The end of an id: the beginning is the time, alike for neighbours.
fn short(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or(id)
}

/// The permission of a stable name, as entries keep it.
fn permission_named(name: &str) -> Option<Permission> {
    if name == "grant" {
        return Some(Permission::GrantMore);
    }
    let parts: Vec<&str> = name.split('.').collect();
    if let ["admin", right] = parts[..] {
        return AdminRight::ALL
            .into_iter()
            .find(|known| known.name() == right)
            .map(Permission::Admin);
    }
    let (module, act) = (parts.first()?.parse::<Module>().ok()?, parts.get(1..)?);
    Some(match *act {
        ["view"] => Permission::View(module),
        ["create"] => Permission::Create(module),
        ["edit"] => Permission::Edit(module),
        ["delete"] => Permission::Delete(module),
        ["export"] => Permission::Export(module),
        ["import"] => Permission::Import(module),
        ["options", option] => Permission::Option(
            module,
            module.options().iter().find(|known| **known == option)?,
        ),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_comes_back_from_its_name() {
        let mut all = vec![Permission::GrantMore];
        all.extend(AdminRight::ALL.map(Permission::Admin));
        for module in Module::ALL {
            all.extend([
                Permission::View(module),
                Permission::Create(module),
                Permission::Edit(module),
                Permission::Delete(module),
                Permission::Export(module),
                Permission::Import(module),
            ]);
            all.extend(
                module
                    .options()
                    .iter()
                    .map(|option| Permission::Option(module, option)),
            );
        }
        for permission in all {
            assert_eq!(permission_named(&permission.name()), Some(permission));
        }
        assert_eq!(permission_named("clients.fly"), None);
    }
}
