//! The frame of every page: [`Shell`] for people who are signed in, [`Bare`] for sign-in, setup and errors.
//!
//! A page is `shell.page(content)`; the answer to a partial request is the content alone. No page holds script or style of
//! its own, as the content security policy demands.

use maud::{DOCTYPE, Markup, html};

use super::assets::asset_url;
use super::components::button::Weight;
use super::components::chip::initials;
use super::components::form::csrf_field;
use super::components::icon::{Icon, icon};
use super::components::toast::{Toast, toast};
use super::pictures::picture_or;
use crate::i18n::{Lang, format::integer, text, text_with};

/// Light, dark, or as the device is set. Kept in the cookie `theme`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// The value in the cookie and in the form of `POST /profile/theme` (field `theme`).
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Anything unknown means `Auto`.
    pub(crate) fn from_code(code: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|theme| theme.code() == code)
            .unwrap_or_default()
    }
}

/// One place in the rail.
#[derive(Debug, Clone)]
pub(crate) struct NavItem {
    pub(crate) label: String,
    pub(crate) href: &'static str,
    pub(crate) sign: Icon,
    pub(crate) count: Option<u64>,
    pub(crate) current: bool,
    /// The count asks for attention, such as overdue tasks.
    pub(crate) alert: bool,
}

/// Something the person may make, in the "new" menu.
#[derive(Debug, Clone)]
pub(crate) struct CreateLink {
    pub(crate) label: String,
    pub(crate) href: &'static str,
    pub(crate) sign: Icon,
}

/// The page of a person who is signed in.
pub(crate) struct Shell<'a> {
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    pub(crate) firm: &'a str,
    /// Address of the firm's logo; the first letter of its name stands in.
    pub(crate) logo: Option<&'a str>,
    pub(crate) person: &'a str,
    /// Address of the person's photo.
    pub(crate) photo: Option<&'a str>,
    pub(crate) email: &'a str,
    /// Modules the role lets them see, most used first: a phone's bar shows the first four.
    pub(crate) nav: &'a [NavItem],
    /// Places at the rail's foot: trash, audit log, settings.
    pub(crate) foot: &'a [NavItem],
    pub(crate) can_create: &'a [CreateLink],
    pub(crate) csrf: &'a str,
    /// The text in the search box, on the search page.
    pub(crate) search: &'a str,
    /// The page's name, for the window's title.
    pub(crate) title: &'a str,
    /// The person's long work under way.
    pub(crate) operations: usize,
    /// The answer to the last act.
    pub(crate) notice: Option<Toast<'a>>,
    /// Whether the page needs the style of settings and safety pages as well.
    pub(crate) more_style: bool,
}

/// Whether the page at an address needs the style of settings, safety and import pages as well.
pub(crate) fn needs_more_style(address: &str) -> bool {
    const PLACES: [&str; 5] = ["/settings", "/profile", "/audit", "/operations", "/trash"];
    const ACTS: [&str; 5] = ["/import", "/bulk", "/duplicates", "/merge", "/lookup"];
    let path = address.split('?').next().unwrap_or_default();
    PLACES.iter().any(|place| path.starts_with(place)) || ACTS.iter().any(|act| path.contains(act))
}

/// How many places a phone's bar shows before "more".
const PHONE_PLACES: usize = 4;

impl Shell<'_> {
    /// The whole page.
    pub(crate) fn page(&self, content: Markup) -> Markup {
        let title = format!("{} · {}", self.title, self.firm);
        let body = html! {
            a class="skip" href="#main" { (text(self.lang, "nav-skip")) }
            (self.rail())
            (self.top_bar())
            main id="main" tabindex="-1" { (content) }
            (self.toasts())
            (keyboard_help(self.lang))
        };
        document(
            self.lang,
            self.theme,
            &title,
            "shell",
            Some(self.csrf),
            self.more_style,
            body,
        )
    }

    fn rail(&self) -> Markup {
        html! {
            nav class="rail" aria-label=(text(self.lang, "nav-main")) {
                a class="firm" href="/" { (firm_mark(self.firm, self.logo)) span class="firm-name" dir="auto" { (self.firm) } }
                div class="rail-nav" {
                    ul { @for item in self.nav { li { (nav_link(self.lang, item)) } } }
                    ul class="rail-foot" { @for item in self.foot { li { (nav_link(self.lang, item)) } } }
                    (self.phone_more())
                }
            }
        }
    }

    fn phone_more(&self) -> Markup {
        html! {
            details class="menu phone-more" data-menu="" {
                summary { (icon(Icon::More)) span { (text(self.lang, "nav-more")) } }
                div class="menu-panel end up" {
                    @for item in self.nav.iter().skip(PHONE_PLACES).chain(self.foot) {
                        a class="menu-item" href=(item.href) aria-current=[item.current.then_some("page")] { (icon(item.sign)) (item.label) }
                    }
                }
            }
        }
    }

    fn top_bar(&self) -> Markup {
        let label = text(self.lang, "nav-search");
        html! {
            header class="top" {
                form class="search-box" role="search" aria-label=(text(self.lang, "nav-search-label")) method="get" action="/search" {
                    (icon(Icon::Search))
                    input type="search" name="q" value=(self.search) placeholder=(label) aria-label=(label) dir="auto"
                        autocomplete="off" data-key="/";
                    kbd aria-hidden="true" { "/" }
                }
                section class="top-actions" aria-label=(text(self.lang, "nav-person")) { (self.under_way()) (self.create_menu()) (self.person_menu()) }
            }
        }
    }

    fn under_way(&self) -> Markup {
        let args = [("count", self.operations.into())];
        html! {
            @if self.operations > 0 {
                @let label = text_with(self.lang, "operations-running", &args);
                a class="button quiet" href="/operations" aria-label=(label) title=(label) { (icon(Icon::Clock)) (self.operations) }
            }
        }
    }

    fn create_menu(&self) -> Markup {
        let label = text(self.lang, "action-new");
        html! {
            @match self.can_create {
                [] => {},
                [only] => a class=(Weight::Primary.class()) href=(only.href) data-key="n" title=(only.label) {
                    (icon(Icon::Plus)) span class="wide-only" { (label) }
                },
                several => details class="menu" data-menu="" {
                    summary class=(Weight::Primary.class()) data-key="n" aria-label=(label) {
                        (icon(Icon::Plus)) span class="wide-only" { (label) }
                    }
                    div class="menu-panel end" {
                        @for link in several { a class="menu-item" href=(link.href) { (icon(link.sign)) (link.label) } }
                    }
                },
            }
        }
    }

    /// One form: its own action signs out, the theme buttons send it elsewhere.
    fn person_menu(&self) -> Markup {
        html! {
            details class="menu person-menu" data-menu="" {
                summary aria-label={ (initials(self.person)) ": " (text(self.lang, "nav-person")) } title=(self.person) { (picture_or(self.photo, self.person)) }
                div class="menu-panel end" {
                    p class="menu-head" { strong dir="auto" { (self.person) } span class="muted small" { (self.email) } }
                    a class="menu-item" href="/profile" { (icon(Icon::User)) (text(self.lang, "nav-profile")) }
                    a class="menu-item" href="/operations" { (icon(Icon::Clock)) (text(self.lang, "operations-title")) }
                    form method="post" action="/logout" {
                        (csrf_field(self.csrf))
                        div class="theme-switch" role="group" aria-label=(text(self.lang, "theme-label")) {
                            @for theme in Theme::ALL {
                                button type="submit" formaction="/profile/theme" name="theme" value=(theme.code()) data-theme-button=(theme.code())
                                    aria-pressed=(if theme == self.theme { "true" } else { "false" }) {
                                    (text(self.lang, &format!("theme-{}", theme.code())))
                                }
                            }
                        }
                        button class="menu-item scripted" type="button" data-open="keys" { (icon(Icon::Help)) (text(self.lang, "keys-title")) }
                        button class="menu-item" type="submit" { (icon(Icon::SignOut)) (text(self.lang, "nav-sign-out")) }
                    }
                }
            }
        }
    }

    fn toasts(&self) -> Markup {
        html! {
            div class="toasts" id="toasts" role="status" aria-live="polite" {
                @if let Some(notice) = &self.notice { (toast(self.lang, notice)) }
            }
        }
    }
}

/// A page with nothing around it but the firm's name.
pub(crate) struct Bare<'a> {
    pub(crate) lang: Lang,
    pub(crate) theme: Theme,
    /// Empty before setup: the program's name stands in.
    pub(crate) firm: &'a str,
    /// Address of the firm's logo.
    pub(crate) logo: Option<&'a str>,
    pub(crate) title: &'a str,
}

impl Bare<'_> {
    /// The whole page.
    pub(crate) fn page(&self, content: Markup) -> Markup {
        let name = if self.firm.is_empty() {
            "Kartoteka"
        } else {
            self.firm
        };
        let body = html! {
            main id="main" class="bare-box" {
                p class="firm" { (firm_mark(name, self.logo)) span class="firm-name" dir="auto" { (name) } }
                (content)
            }
        };
        document(
            self.lang,
            self.theme,
            &format!("{} · {name}", self.title),
            "bare",
            None,
            true,
            body,
        )
    }
}

fn document(
    lang: Lang,
    theme: Theme,
    title: &str,
    class: &str,
    csrf: Option<&str>,
    more_style: bool,
    body: Markup,
) -> Markup {
    let scheme = match theme {
        Theme::Auto => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    html! {
        (DOCTYPE)
        html lang=(lang.code()) data-theme=(theme.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(scheme);
                @if let Some(csrf) = csrf { meta name="csrf" content=(csrf); }
                title { (title) }
                link rel="stylesheet" href=(asset_url("app.css"));
                @if more_style { link rel="stylesheet" href=(asset_url("more.css")); }
                link rel="icon" type="image/svg+xml" href=(asset_url("icon.svg"));
                script src=(asset_url("app.js")) defer {}
            }
            body class=(class) data-text-offline=(text(lang, "script-offline")) data-text-failed=(text(lang, "script-failed"))
                data-text-leave=(text(lang, "script-leave")) data-text-ok=(text(lang, "action-continue"))
                data-text-cancel=(text(lang, "action-cancel")) data-text-close=(text(lang, "action-close"))
                data-palette=(asset_url("palette.js")) data-seldom=(asset_url("seldom.js")) { (body) }
        }
    }
}

fn nav_link(lang: Lang, item: &NavItem) -> Markup {
    html! {
        a href=(item.href) aria-current=[item.current.then_some("page")] title=(item.label) {
            (icon(item.sign))
            span class="nav-label" { (item.label) }
            @if let Some(count) = item.count {
                span class={ "count numeric" @if item.alert { " alert" } } { (integer(lang, i64::try_from(count).unwrap_or(i64::MAX))) }
            }
        }
    }
}

/// The firm's logo, or the first letter of its name on the accent colour.
fn firm_mark(name: &str, logo: Option<&str>) -> Markup {
    if let Some(logo) = logo {
        return html! { img class="firm-mark" src=(logo) alt="" width="24" height="24"; };
    }
    let letter: String = name
        .chars()
        .find(|letter| letter.is_alphanumeric())
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    html! { span class="firm-mark" aria-hidden="true" { (letter) } }
}

/// The dialog behind `?`; closed, and out of the way, until script opens it.
fn keyboard_help(lang: Lang) -> Markup {
    let keys: [(&[&str], &str); 11] = [
        (&["Ctrl", "K"], "keys-palette"),
        (&["/"], "keys-search"),
        (&["n"], "keys-new"),
        (&["j", "k"], "keys-rows"),
        (&["Enter"], "keys-open"),
        (&["e"], "keys-edit"),
        (&["x"], "keys-select"),
        (&["Shift", "↓ ↑"], "keys-select-range"),
        (&["Ctrl", "S"], "keys-save"),
        (&["Esc"], "keys-close"),
        (&["?"], "keys-help"),
    ];
    html! {
        dialog id="keys" aria-labelledby="keys-title" {
            h2 id="keys-title" { (text(lang, "keys-title")) }
            dl class="keys" {
                @for (pressed, meaning) in keys { div { dt { @for key in pressed { kbd { (key) } " " } } dd { (text(lang, meaning)) } } }
            }
            form method="dialog" { button class="button" { (text(lang, "action-close")) } }
        }
    }
}
