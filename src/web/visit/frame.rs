//! The page around the content of somebody who is signed in.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::Member;
use crate::data::{AdminRight, Reading, Rights};
use crate::room::Level;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::toast::{Toast, Undo};
use crate::web::layout::{Shell, needs_more_style};
use crate::web::pictures::{logo_address, photo_address};
use crate::web::settings;
use crate::web::trial;

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
        let content = html! { (self.of_backups(reading.rights())) (content) };
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
        html! {
            @if health.alarming && !self.is_under(PLACE) {
                (banner(Verdict::Fail, html! {
                    (self.text("backup-alarm")) " " a href=(PLACE) { (self.text("nav-backups")) }
                }))
            }
            @if asks_for_key { (settings::backups::key::reminder(self)) }
        }
    }

    pub(super) fn path(&self) -> &str {
        self.address.split('?').next().unwrap_or_default()
    }

    pub(super) fn is_under(&self, place: &str) -> bool {
        self.path()
            .strip_prefix(place)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}
