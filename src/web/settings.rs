//! Settings of the firm: people, teams, roles, and the firm itself.

pub(crate) mod backups;
mod domain;
mod effects;
mod field_form;
mod fields;
mod firm;
mod hand_over;
mod health;
mod letters;
mod mail;
mod person_undo;
mod places;
mod records_of;
mod role_form;
mod role_page;
pub(crate) mod role_words;
mod roles;
mod rule_fields;
mod second_step_of;
mod second_steps;
mod security;
pub(crate) mod start;
mod team_page;
mod teams;
mod user_page;
mod user_sessions;
mod users;
pub(crate) mod why;

#[cfg(test)]
mod effect_tests;
#[cfg(test)]
mod field_tests;
#[cfg(test)]
mod firm_tests;
#[cfg(test)]
mod people_tests;
#[cfg(test)]
mod role_tests;
#[cfg(test)]
pub(crate) mod test_site;
#[cfg(test)]
mod tests;

use maud::{Markup, html};

use super::components::card::page_header;
use super::components::icon::{Icon, icon};
use super::components::navigation::breadcrumbs;
use super::error::{WebError, WebResult};
use super::need::{Need, Route};
use super::visit::Member;
use crate::data::{AdminRight, Permission, Rights};

/// The routes of all settings.
pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![Route::get("/settings", Need::SignedIn, index)];
    routes.extend(backups::routes());
    routes.extend(users::routes());
    routes.extend(user_page::routes());
    routes.extend(teams::routes());
    routes.extend(roles::routes());
    routes.extend(role_page::routes());
    routes.extend(letters::routes());
    routes.extend(fields::routes());
    routes.extend(firm::routes());
    routes.extend(health::routes());
    routes.extend(mail::routes());
    routes.extend(person_undo::routes());
    routes.extend(domain::routes());
    routes.extend(places::routes());
    routes.extend(records_of::routes());
    routes.extend(second_step_of::routes());
    routes.extend(second_steps::routes());
    routes.extend(security::routes());
    routes.extend(start::routes());
    routes.extend(team_page::routes());
    routes.extend(user_sessions::routes());
    routes.extend(why::routes());
    routes
}

const USERS: Need = Need::Permission(Permission::Admin(AdminRight::Users));
const ROLES: Need = Need::Permission(Permission::Admin(AdminRight::Roles));
const SECURITY: Need = Need::Permission(Permission::Admin(AdminRight::Security));
const BACKUPS: Need = Need::Permission(Permission::Admin(AdminRight::Backups));
const FIRM: Need = Need::Permission(Permission::Admin(AdminRight::Settings));

/// One place of the settings: the right it needs, its texts, address and sign.
const PLACES: [(AdminRight, &str, &str, &str, Icon); 15] = [
    (
        AdminRight::Users,
        "nav-users",
        "settings-users-about",
        "/settings/users",
        Icon::User,
    ),
    (
        AdminRight::Users,
        "nav-teams",
        "settings-teams-about",
        "/settings/teams",
        Icon::Users,
    ),
    (
        AdminRight::Roles,
        "nav-roles",
        "settings-roles-about",
        "/settings/roles",
        Icon::Key,
    ),
    (
        AdminRight::Security,
        "second-steps-title",
        "settings-second-steps-about",
        "/settings/security/two-step",
        Icon::Shield,
    ),
    (
        AdminRight::Security,
        "security-title",
        "settings-security-about",
        "/settings/security",
        Icon::Lock,
    ),
    (
        AdminRight::Settings,
        "fields-title",
        "settings-fields-about",
        "/settings/fields",
        Icon::Tasks,
    ),
    (
        AdminRight::Settings,
        "firm-title",
        "settings-firm-about",
        "/settings/firm",
        Icon::Office,
    ),
    (
        AdminRight::Settings,
        "mail-settings-title",
        "mail-settings-about",
        "/settings/mail",
        Icon::Mail,
    ),
    (
        AdminRight::Backups,
        "nav-backups",
        "settings-backups-about",
        "/settings/backups",
        Icon::Shield,
    ),
    (
        AdminRight::Settings,
        "health-title",
        "settings-health-about",
        "/settings/health",
        Icon::Info,
    ),
    (
        AdminRight::Settings,
        "domain-title",
        "domain-about",
        "/settings/domain",
        Icon::Shield,
    ),
    (
        AdminRight::Settings,
        "start-title",
        "settings-start-about",
        "/settings/start",
        Icon::Check,
    ),
    (
        AdminRight::Users,
        "why-title",
        "settings-why-about",
        "/settings/why",
        Icon::Help,
    ),
    (
        AdminRight::Backups,
        "undo-title",
        "settings-undo-about",
        "/settings/undo",
        Icon::Undo,
    ),
    (
        AdminRight::Audit,
        "nav-audit",
        "settings-audit-about",
        "/audit",
        Icon::Clock,
    ),
];

/// Pages of the settings that a role allows: name, address, sign.
pub(crate) fn places(
    rights: &Rights,
) -> impl Iterator<Item = (&'static str, &'static str, Icon)> + '_ {
    let held = PLACES.into_iter().filter(|place| rights.admin(place.0));
    held.map(|(_, name, _, href, sign)| (name, href, sign))
}

async fn index(member: Member) -> WebResult {
    let reading = member.access.read()?;
    let held = |right: AdminRight| reading.rights().admin(right);
    if !AdminRight::ALL.into_iter().any(held) {
        return Err(WebError::Forbidden(Permission::Admin(AdminRight::Settings)));
    }
    let title = member.text("settings-title");
    let places: Vec<_> = PLACES.into_iter().filter(|place| held(place.0)).collect();
    let content = html! {
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("settings-lead")) }
        @if places.is_empty() { p { (member.text("settings-nothing")) } }
        ul class="panel entries" {
            @for (_, name, about, href, sign) in places {
                li {
                    span class="empty-sign" { (icon(sign)) }
                    div class="grow" {
                        p { a class="row-link" href=(href) { (member.text(name)) } }
                        p class="muted small" { (member.text(about)) }
                    }
                }
            }
        }
    };
    Ok(member.page(&reading, &title, content))
}

/// The way back to the settings, and to a list in them.
fn crumbs(member: &Member, list: Option<(&str, &str)>) -> Markup {
    let settings = member.text("nav-settings");
    let list = list.map(|(key, href)| (member.text(key), href));
    let mut steps = vec![(settings.as_str(), "/settings")];
    steps.extend(list.as_ref().map(|(label, href)| (label.as_str(), *href)));
    breadcrumbs(member.lang, &steps)
}

/// An id in the address; what is none has no page.
pub(crate) fn id<T: std::str::FromStr>(text: &str) -> Result<T, WebError> {
    text.parse().map_err(|_| WebError::NotFound)
}
