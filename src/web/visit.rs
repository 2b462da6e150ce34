//! Who is visiting and how to answer them: language, appearance, the page around the content.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::client_address::Client;
use super::components::banner::{Verdict, banner};
use super::components::icon::Icon;
use super::components::moment::Clock;
use super::components::toast::{Toast, Undo};
use super::error::WebError;
use super::form::Form;
use super::layout::{Bare, CreateLink, NavItem, Shell, Theme, needs_more_style};
use super::pictures::{logo_address, photo_address};
use super::settings;
use super::state::AppState;
use super::trial;
use crate::data::{
    Access, AdminRight, Barred, FieldError, Module, Permission, Problem, Query, Reading, Rights,
    SignedIn,
};
use crate::i18n::{Arg, Lang, text, text_with};
use crate::room::Level;

/// A visitor, signed in or not. Made by the gate for every request.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) state: AppState,
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    /// Token of the forms of this visitor.
    pub(crate) csrf: String,
    pub(crate) client: Client,
    /// Whether script asked for a part of the page.
    pub(crate) partial: bool,
    /// Path and query as they were asked for.
    pub(crate) address: String,
    /// Path and query of the page that led here, where the browser says so and it is one of ours.
    pub(crate) referring: String,
    /// What the browser calls itself.
    pub(crate) agent: String,
    /// The id of the request, for the log.
    pub(crate) request_id: String,
    /// Secret of the session cookie, where the session is alive.
    pub(crate) secret: Option<String>,
    pub(crate) signed_in: Option<SignedIn>,
    /// Secret of a sign-in half-way, where the browser brings one.
    pub(crate) attempt: Option<String>,
    /// Secret of a trusted device, where the browser brings one.
    pub(crate) device: Option<String>,
    /// Why somebody whose session is alive counts as nobody here.
    pub(crate) barred: Option<Barred>,
}

impl<S: Send + Sync> FromRequestParts<S> for Visit {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or(WebError::Broken)
    }
}

impl Visit {
    /// What somebody without a session is told.
    pub(crate) fn stranger(&self) -> WebError {
        self.barred
            .clone()
            .map_or(WebError::SignedOut, WebError::Barred)
    }

    /// What field errors say, in the visitor's language, for the components.
    pub(crate) fn errors(&self, errors: &[FieldError]) -> Vec<super::components::form::FieldError> {
        let said = |error: &FieldError| super::components::form::FieldError {
            field: error.field.clone(),
            message: self.say(&error.problem),
        };
        errors.iter().map(said).collect()
    }

    /// The parameters of the address that was asked for.
    pub(crate) fn parameters(&self) -> Form {
        let query = self.address.split_once('?').map_or("", |(_, query)| query);
        Form(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// A problem in the visitor's language.
    pub(crate) fn say(&self, problem: &Problem) -> String {
        say(self.lang, problem)
    }

    /// A text in the visitor's language.
    pub(crate) fn text(&self, key: &str) -> String {
        text(self.lang, key)
    }

    /// A text with arguments.
    pub(crate) fn text_with(&self, key: &str, args: &[(&str, Arg<'_>)]) -> String {
        text_with(self.lang, key, args)
    }

    /// What times are shown by.
    pub(crate) fn clock(&self) -> Clock {
        Clock {
            lang: self.lang,
            now: crate::clock::now(),
            zone: self.state.vault.zone(),
        }
    }

    /// A page for somebody who is not signed in.
    pub(crate) fn bare_page(&self, status: StatusCode, title: &str, content: Markup) -> Response {
        let firm = self.state.vault.firm().ok().flatten();
        let logo = firm.as_ref().and_then(logo_address);
        let firm = firm.map(|firm| firm.name).unwrap_or_default();
        let page = Bare {
            logo: logo.as_deref(),
            lang: self.lang,
            theme: self.theme,
            firm: &firm,
            title,
        }
        .page(content);
        (status, page).into_response()
    }
}

/// A problem in a language.
pub(crate) fn say(lang: Lang, problem: &Problem) -> String {
    let args: Vec<(&str, Arg<'_>)> = problem
        .args
        .iter()
        .map(|(name, value)| (*name, said(name, value)))
        .collect();
    text_with(lang, problem.key, &args)
}

/// Counts choose plural forms; everything else stays as it was written.
fn said<'a>(name: &str, value: &'a str) -> Arg<'a> {
    match value.parse::<i64>() {
        Ok(number) if matches!(name, "most" | "least" | "count" | "seconds") => number.into(),
        _ => value.into(),
    }
}

/// A visitor who is signed in.
#[derive(Clone)]
pub(crate) struct Member {
    pub(crate) visit: Visit,
    pub(crate) access: Access,
    pub(crate) signed_in: SignedIn,
}

impl std::ops::Deref for Member {
    type Target = Visit;

    fn deref(&self) -> &Visit {
        &self.visit
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Member {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let visit = Visit::from_request_parts(parts, state).await?;
        let signed_in = visit.signed_in.clone().ok_or_else(|| visit.stranger())?;
        let access = visit.state.vault.access(&signed_in.actor);
        Ok(Self {
            visit,
            access,
            signed_in,
        })
    }
}

/// An answer to the last act, shown on the next page: named in the address as `notice=KEY`, so that it needs no state
/// and nothing but our own texts can be shown. `KEY:DONE` and `KEY:DONE:LEFT:WHY` tell how many records of several.
struct Notice {
    verdict: Verdict,
    message: String,
    undo: Option<(String, Vec<(&'static str, String)>)>,
}

/// Notices that an address may name. Any other is passed over.
const NOTICES: [&str; 53] = [
    "backup-busy",
    "backup-deleted",
    "backup-key-kept",
    "backup-tested",
    "view-saved",
    "view-deleted",
    "handed-over",
    "handed-some",
    "handed-partly",
    "files-added",
    "file-removed",
    "file-back",
    "field-retired",
    "field-back",
    "field-purged",
    "saved",
    "created",
    "deleted",
    "restored",
    "undone",
    "merged",
    "merged-into",
    "unmerged",
    "unmerged-left",
    "set-apart",
    "imported",
    "password-changed",
    "token-revoked",
    "bulk-changed",
    "bulk-deleted",
    "bulk-restored",
    "bulk-partly",
    "already-there",
    "role-deleted",
    "team-deleted",
    "user-deleted",
    "disabled-records-stay",
    "signed-out",
    "letter-sent",
    "letters-sent",
    "email-confirmed",
    "app-added",
    "passkey-added",
    "phone-added",
    "text-sent",
    "token-approved",
    "mail-test-sent",
    "domain-asked",
    "domain-test-begun",
    "domain-key-changed",
    "domain-own-taken",
    "domain-own-removed",
    "invited",
];

/// Why some of several records were not done, as `notice-why-…` says it.
const REASONS: [&str; 5] = ["forbidden", "missing", "changed", "invalid", "mixed"];

impl Member {
    /// A page with everything around it.
    pub(crate) fn page(&self, reading: &Reading, title: &str, content: Markup) -> Response {
        self.page_with(StatusCode::OK, reading, title, content, "")
    }

    /// A page with a status and the text of the search box.
    pub(crate) fn page_with(
        &self,
        status: StatusCode,
        reading: &Reading,
        title: &str,
        content: Markup,
        search: &str,
    ) -> Response {
        if self.signed_in.must_set_up {
            // What surrounds a page tells of the firm's data.
            return self.bare_page(status, title, content);
        }
        let content = maud::html! { (self.of_backups(reading.rights())) (content) };
        let page = self.shell(reading, title, search, content);
        (status, page).into_response()
    }

    /// The part alone where script asked for it, the page around it otherwise.
    pub(crate) fn part_or_page(
        &self,
        reading: &Reading,
        title: &str,
        content: Markup,
        search: &str,
    ) -> Response {
        let mut response = if self.partial {
            content.into_response()
        } else {
            self.page_with(StatusCode::OK, reading, title, content, search)
        };
        response
            .headers_mut()
            .insert(header::VARY, HeaderValue::from_static("HX-Request, Cookie"));
        response
    }

    /// For those who look after the machine: that there is no room, and what is refused.
    fn room_banner(&self, reading: &Reading) -> Markup {
        let key = match self.state.room.level() {
            Level::Enough => return html! {},
            Level::NoUploads => "room-no-uploads",
            Level::NoWrites => "room-no-writes",
        };
        if !reading.rights().admin(AdminRight::Settings) {
            return html! {};
        }
        let words = html! { strong { (self.text(key)) } p { (self.text("room-do")) } };
        banner(Verdict::Warn, words)
    }

    fn shell(&self, reading: &Reading, title: &str, search: &str, content: Markup) -> Markup {
        let firm = reading.firm().ok().flatten();
        let logo = firm.as_ref().and_then(logo_address);
        let firm = firm.map(|firm| firm.name).unwrap_or_default();
        let photo = photo_address(&self.signed_in.user);
        let rights = reading.rights();
        let content = html! { (trial::banner_of(self, rights)) (content) };
        let notice = self.notice();
        let undo_fields: Vec<(&str, &str)> = notice
            .iter()
            .filter_map(|notice| notice.undo.as_ref())
            .flat_map(|(_, fields)| fields.iter().map(|(name, value)| (*name, value.as_str())))
            .collect();
        let undo = notice
            .as_ref()
            .and_then(|notice| notice.undo.as_ref())
            .map(|(action, _)| Undo {
                action,
                csrf: &self.csrf,
                fields: &undo_fields,
            });
        let content = html! { (self.room_banner(reading)) (content) };
        let shell = Shell {
            lang: self.lang,
            theme: self.theme,
            firm: &firm,
            logo: logo.as_deref(),
            photo: photo.as_deref(),
            person: &self.signed_in.user.name,
            email: &self.signed_in.user.email,
            nav: &self.nav(reading),
            foot: &self.foot(rights),
            can_create: &self.can_create(rights),
            csrf: &self.csrf,
            search,
            title,
            operations: self
                .state
                .operations
                .running_of(Some(self.signed_in.user.id)),
            notice: notice.as_ref().map(|notice| Toast {
                verdict: notice.verdict,
                message: &notice.message,
                undo,
            }),
            more_style: needs_more_style(&self.address),
        };
        shell.page(content)
    }

    /// What those who look after backups are told on every page where something is wrong, and on the first page until the
    /// key is kept elsewhere.
    fn of_backups(&self, rights: &Rights) -> Markup {
        const PLACE: &str = "/settings/backups";
        let health = rights
            .admin(AdminRight::Backups)
            .then(|| self.state.backups.health_lately())
            .flatten();
        let Some(health) = health else {
            return Markup::default();
        };
        let asks_for_key = (self.path() == "/" || self.path() == PLACE)
            && !health.key_kept
            && !health.targets.is_empty();
        maud::html! {
            @if health.alarming && !self.is_under(PLACE) {
                (banner(Verdict::Fail, maud::html! {
                    (self.text("backup-alarm")) " " a href=(PLACE) { (self.text("nav-backups")) }
                }))
            }
            @if asks_for_key { (settings::backups::key::reminder(self)) }
        }
    }

    fn path(&self) -> &str {
        self.address.split('?').next().unwrap_or_default()
    }

    fn is_under(&self, place: &str) -> bool {
        self.path()
            .strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    fn item(&self, label: &str, href: &'static str, sign: Icon, count: Option<u64>) -> NavItem {
        let current = if href == "/" {
            self.path() == "/"
        } else {
            self.is_under(href)
        };
        NavItem {
            label: self.text(label),
            href,
            sign,
            count,
            current,
            alert: false,
        }
    }

    fn nav(&self, reading: &Reading) -> Vec<NavItem> {
        let mut items = vec![self.item("nav-dashboard", "/", Icon::Home, None)];
        for kind in self.state.vault.kinds() {
            if reading.rights().may(Permission::View(kind.module)) {
                let count = reading.count(kind, &Query::default()).ok();
                let (label, href, sign) = module_place(kind.module);
                items.push(self.item(label, href, sign, count));
            }
        }
        items
    }

    fn foot(&self, rights: &Rights) -> Vec<NavItem> {
        let mut items = Vec::new();
        if self
            .state
            .vault
            .kinds()
            .iter()
            .any(|kind| rights.may(Permission::Delete(kind.module)))
        {
            items.push(self.item("nav-trash", "/trash", Icon::Trash, None));
        }
        if rights.admin(AdminRight::Audit) {
            items.push(self.item("nav-audit", "/audit", Icon::Clock, None));
        }
        if AdminRight::ALL
            .iter()
            .any(|right| *right != AdminRight::Audit && rights.admin(*right))
        {
            items.push(self.item("nav-settings", "/settings", Icon::Settings, None));
        }
        items
    }

    fn can_create(&self, rights: &Rights) -> Vec<CreateLink> {
        let kinds = self
            .state
            .vault
            .kinds()
            .iter()
            .filter(|kind| rights.may(Permission::Create(kind.module)));
        kinds
            .map(|kind| {
                let (_, _, sign) = module_place(kind.module);
                let (label, href) = module_new(kind.module);
                CreateLink {
                    label: self.text(label),
                    href,
                    sign,
                }
            })
            .collect()
    }

    fn notice(&self) -> Option<Notice> {
        let query = self.address.split_once('?')?.1;
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let of = |name: &str| {
            pairs
                .iter()
                .find(|(field, _)| field == name)
                .map(|(_, value)| value.as_str())
        };
        let mut parts = of("notice")?.split(':');
        let key = parts.next().filter(|key| NOTICES.contains(key))?;
        let mut number = || parts.next().and_then(|number| number.parse::<u64>().ok());
        let (done, left) = (number().unwrap_or(0), number().unwrap_or(0));
        let why = parts.next().filter(|why| REASONS.contains(why));
        let why = why.map(|why| self.text(&format!("notice-why-{why}")));
        let args = [
            ("count", done.into()),
            ("left", left.into()),
            ("why", why.unwrap_or_default().into()),
        ];
        Some(Notice {
            verdict: if left > 0 { Verdict::Warn } else { Verdict::Ok },
            message: self.text_with(&format!("notice-{key}"), &args),
            undo: of("undo").and_then(undo),
        })
    }
}

/// The form that takes the last act back, from `undo=MODULE/ID,ID` (deleted: they come back) or
/// `undo=MODULE:ID.VERSION,…` (changed: they become what they were), `undo=MODULE~MERGE` (merged: they part again),
/// `undo=MODULE!ID,ID` (set apart: they are duplicates again), or of a field of the firm's own.
fn undo(text: &str) -> Option<(String, Vec<(&'static str, String)>)> {
    if let Some(place) = text.strip_prefix("field:") {
        return undo_of_field(place);
    }
    if let Some(place) = text.strip_prefix("file:") {
        return undo_of_file(place);
    }
    if let Some(place) = text.strip_prefix("view:") {
        let (module, id) = place.split_once('/')?;
        let module = module.parse::<Module>().ok()?;
        let id = id.parse::<crate::data::ViewId>().ok()?;
        return Some((format!("/{module}/views/{id}/restore"), Vec::new()));
    }
    let sign = text.find(['/', ':', '~', '!'])?;
    let (module, ids) = (&text[..sign], &text[sign + 1..]);
    let module = module.parse::<Module>().ok()?;
    let ids: Vec<&str> = ids.split(',').collect();
    let is_id = |id: &&str| id.parse::<crate::data::RecordId>().is_ok();
    let is_version = |text: &&str| {
        text.split_once('.')
            .is_some_and(|(id, version)| is_id(&id) && version.parse::<u64>().is_ok())
    };
    let fields = || ids.iter().map(|id| ("id", (*id).to_owned())).collect();
    match (&text[sign..=sign], ids.as_slice()) {
        ("~", [id]) if is_id(id) => Some((format!("/{module}/merge/{id}/undo"), Vec::new())),
        ("!", several) if several.iter().all(is_id) => {
            Some((format!("/{module}/duplicates/again"), fields()))
        }
        ("~" | "!", _) => None,
        (_, [id]) if is_id(id) => Some((format!("/{module}/{id}/restore"), Vec::new())),
        (_, several) if several.iter().all(is_id) => Some((format!("/{module}/restore"), fields())),
        (_, several) if several.iter().all(is_version) => {
            Some((format!("/{module}/undo"), fields()))
        }
        _ => None,
    }
}

/// The form that puts a removed file back, from `undo=file:MODULE/RECORD/FILE`.
fn undo_of_file(place: &str) -> Option<(String, Vec<(&'static str, String)>)> {
    let (module, rest) = place.split_once('/')?;
    let (record, file) = rest.split_once('/')?;
    let module = module.parse::<Module>().ok()?;
    let record = record.parse::<crate::data::RecordId>().ok()?;
    let file = file.parse::<crate::data::FileId>().ok()?;
    let action = format!("/{module}/{record}/files/{file}/restore");
    Some((action, Vec::new()))
}

/// The form that brings a field of the firm's own back into use, from `undo=field:MODULE/NAME`.
fn undo_of_field(place: &str) -> Option<(String, Vec<(&'static str, String)>)> {
    let (module, name) = place.split_once('/')?;
    let module = module.parse::<Module>().ok()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let action = format!("/settings/fields/{module}/{name}/bring-back");
    (!name.is_empty() && name.chars().all(is_name)).then_some((action, Vec::new()))
}

/// Name, address and sign of a module's list.
pub(crate) fn module_place(module: Module) -> (&'static str, &'static str, Icon) {
    match module {
        Module::Clients => ("nav-clients", "/clients", Icon::Clients),
        Module::Deals => ("nav-deals", "/deals", Icon::Deals),
        Module::Tasks => ("nav-tasks", "/tasks", Icon::Tasks),
        Module::Mail => ("nav-mail", "/mail", Icon::Mail),
        Module::Articles => ("nav-articles", "/articles", Icon::Articles),
        Module::Invoices => ("nav-invoices", "/invoices", Icon::Finance),
    }
}

pub(crate) fn module_new(module: Module) -> (&'static str, &'static str) {
    match module {
        Module::Clients => ("clients-new", "/clients/new"),
        Module::Deals => ("deals-new", "/deals/new"),
        Module::Tasks => ("tasks-new", "/tasks/new"),
        Module::Mail => ("mail-new", "/mail/new"),
        Module::Articles => ("articles-new", "/articles/new"),
        Module::Invoices => ("invoices-new", "/invoices/new"),
    }
}

/// 303 to a path of this site; for partial requests by the header that script follows.
pub(crate) fn see_other(path: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, path)]).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::RecordId;

    #[test]
    fn an_undo_names_nothing_but_records() {
        let id = RecordId::new();
        let of = |text: String| undo(&text).map(|(action, fields)| (action, fields.len()));
        assert_eq!(
            of(format!("clients/{id}")),
            Some((format!("/clients/{id}/restore"), 0))
        );
        assert_eq!(
            of(format!("clients/{id},{id}")),
            Some(("/clients/restore".to_owned(), 2))
        );
        assert_eq!(
            of(format!("clients:{id}.3")),
            Some(("/clients/undo".to_owned(), 1))
        );
        assert_eq!(
            of(format!("clients~{id}")),
            Some((format!("/clients/merge/{id}/undo"), 0))
        );
        assert_eq!(
            of(format!("clients!{id},{id}")),
            Some(("/clients/duplicates/again".to_owned(), 2))
        );
        assert_eq!(
            of(format!("view:clients/{id}")),
            Some((format!("/clients/views/{id}/restore"), 0))
        );
        assert_eq!(
            of(format!("file:clients/{id}/{id}")),
            Some((format!("/clients/{id}/files/{id}/restore"), 0))
        );
        for other in [
            "",
            "view:clients/../x",
            "file:clients/../x",
            "file:clients/x/y",
            "view:clients",
            "clients~x",
            "clients!../x",
            "clients",
            "clients/",
            "clients/x",
            "//evil.test/x",
            "klienci/1",
            "clients:x.1",
        ] {
            assert_eq!(of(other.to_owned()), None, "{other}");
        }
    }
}
