//! Every component in realistic and ugly data: no bare key, nothing inline, the token first in each form.

mod client;
mod role;

use super::components::banner::{Verdict, banner, verdict};
use super::components::button::{self, Weight};
use super::components::card::{page_header, panel};
use super::components::chip::person;
use super::components::confirm::{Confirm, confirm_page};
use super::components::conflict::{Conflict, ConflictField, Version, conflict_view};
use super::components::empty::{empty_place, nothing_found};
use super::components::form::FieldError;
use super::components::icon::{Icon, icon};
use super::components::list::{Column, PhoneSlot, plain_table};
use super::components::moment::Clock;
use super::components::problem;
use super::components::secret::shown_once;
use super::components::sign_in::{Login, SetupValues, login, setup};
use super::components::toast::{Toast, Undo};
use super::layout::{Bare, CreateLink, NavItem, Shell, Theme};
use crate::i18n::{Lang, text, text_with};
use jiff::tz::TimeZone;
use maud::{Markup, html};
use scraper::{Html, Selector};

const LONG_NAME: &str = "Międzygminne Przedsiębiorstwo Wodociągów i Kanalizacji Północ";
const UNBROKEN: &str = "Konstantynopolitańczykowianeczkówna-Brzęczyszczykiewiczówna";
const RIGHT_TO_LEFT: &str = "شركة الخشب الذهبي للتجارة";

fn shell(lang: Lang, theme: Theme, current: &str, content: Markup) -> String {
    let place = |key: &str, href, sign, count, alert| NavItem {
        label: text(lang, key),
        href,
        sign,
        count,
        alert,
        current: key == current,
    };
    let nav = [
        place("nav-dashboard", "/", Icon::Home, None, false),
        place("nav-clients", "/clients", Icon::Clients, Some(4218), false),
        place("nav-deals", "/deals", Icon::Deals, Some(37), false),
        place("nav-tasks", "/tasks", Icon::Tasks, Some(5), true),
        place("nav-mail", "/mail", Icon::Mail, Some(12), false),
        place("nav-articles", "/articles", Icon::Articles, None, false),
        place("nav-invoices", "/invoices", Icon::Finance, None, false),
    ];
    let foot = [
        place("nav-trash", "/trash", Icon::Trash, None, false),
        place("nav-audit", "/audit", Icon::Clock, None, false),
        place("nav-settings", "/settings", Icon::Settings, None, false),
    ];
    let create = [
        CreateLink {
            label: text(lang, "clients-new"),
            href: "/clients/new",
            sign: Icon::Clients,
        },
        CreateLink {
            label: text(lang, "users-new"),
            href: "/settings/users/new",
            sign: Icon::Users,
        },
    ];
    let notice = (current == "nav-trash").then_some(Toast {
        verdict: Verdict::Ok,
        message: "„Hotel Nad Wapienicą” jest w koszu.",
        undo: Some(Undo {
            action: "/clients/1/restore",
            csrf: "t",
            fields: &[("id", "1")],
        }),
    });
    Shell {
        lang,
        theme,
        firm: "Bielska Stolarnia",
        logo: None,
        photo: None,
        person: "Anna Kowal",
        email: "anna@bielskastolarnia.test",
        nav: &nav,
        foot: &foot,
        can_create: &create,
        csrf: "t",
        search: "",
        title: "Kartoteka",
        operations: 1,
        notice,
        more_style: true,
    }
    .page(content)
    .into_string()
}

fn clock(lang: Lang) -> Clock {
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    Clock {
        lang,
        zone: TimeZone::get("Europe/Warsaw").unwrap(),
        now,
    }
}

fn assorted(lang: Lang) -> Markup {
    let hidden = [("version", "3")];
    let fields = [ConflictField {
        name: "name".into(),
        label: "Nazwa".into(),
        mine: Version {
            value: LONG_NAME.into(),
            shown: LONG_NAME.into(),
        },
        theirs: Version::default(),
        keep_theirs: false,
    }];
    let columns = ["users-name", "users-role"].map(|key| Column {
        label: text(lang, key),
        numeric: false,
        phone: PhoneSlot::Title,
        sort: None,
    });
    html! {
        (verdict(Verdict::Ok, "Bezpieczne", "Ostatnia kopia dziś o 02:31, odtworzona próbnie i zgodna co do rekordu.", button::post("Zrób kopię teraz", "/settings/backups/run", "t", Weight::Primary, None)))
        (verdict(Verdict::Warn, "Zapisz klucz kopii", "Bez niego nikt nie odtworzy danych.", html! {}))
        (banner(Verdict::Warn, html! { (text(lang, "error-last-owner")) }))
        (shown_once(lang, &text_with(lang, "tokens-created", &[("name", "sklep".into())]), "kt_0123456789abcdefghijklmnopqrstuvwxyz0123456789"))
        (conflict_view(&Conflict { lang, other_person: "Piotr Zając", at: clock(lang).recent(clock(lang).now), action: "/clients/1/edit", csrf: "t", hidden: &hidden, fields: &fields, record_href: "/clients/1" }))
        (panel(&text(lang, "nav-users"), html! {}, plain_table(&text(lang, "nav-users"), &columns, &[vec![person("Anna Kowal"), html! { "Właściciel" }]])))
        (confirm_page(&Confirm { lang, question: &text_with(lang, "role-delete-question", &[("name", "Sprzedawca".into())]), consequence: &text(lang, "role-delete-consequence"), action: "/settings/roles/1/delete", csrf: "t", fields: &[], act_label: &text(lang, "role-delete"), cancel_href: "/settings/roles" }))
        (nothing_found(&text(lang, "list-nothing-found"), &text(lang, "list-nothing-found-advice"), html! {}))
        (icon(Icon::Help))
    }
}

fn pages(lang: Lang, theme: Theme) -> Vec<(&'static str, String)> {
    let bare = |content| {
        Bare {
            lang,
            theme,
            logo: None,
            firm: "Bielska Stolarnia",
            title: "x",
        }
        .page(content)
        .into_string()
    };
    let empty = empty_place(
        Icon::Clients,
        &text(lang, "clients-empty-title"),
        &text(lang, "clients-empty"),
        html! {
            (button::link(&text(lang, "clients-empty-create"), "/clients/new", Weight::Primary, Some(Icon::Plus)))
            (button::link(&text(lang, "clients-empty-import"), "/clients/import", Weight::Plain, Some(Icon::Upload)))
        },
    );
    let sign_in = Login {
        lang,
        csrf: "t",
        email: "anna@bielskastolarnia.test",
        next: "/",
        error: Some(&text(lang, "login-failed")),
        notice: None,
        address: "83.12.44.190",
        office: true,
        forgot: true,
    };
    vec![
        (
            "list",
            shell(lang, theme, "nav-clients", client::client_list(lang, false)),
        ),
        (
            "ugly",
            shell(lang, theme, "nav-clients", client::client_list(lang, true)),
        ),
        (
            "card",
            shell(lang, theme, "nav-clients", client::client_card(lang, false)),
        ),
        (
            "uglycard",
            shell(lang, theme, "nav-clients", client::client_card(lang, true)),
        ),
        (
            "form",
            shell(lang, theme, "nav-clients", client::client_form(lang)),
        ),
        (
            "role",
            shell(lang, theme, "nav-settings", role::role_editor(lang)),
        ),
        ("assorted", shell(lang, theme, "nav-trash", assorted(lang))),
        (
            "empty",
            shell(
                lang,
                theme,
                "nav-clients",
                html! { (page_header("Klienci", "0", html! {})) (empty) },
            ),
        ),
        (
            "forbidden",
            shell(
                lang,
                theme,
                "nav-clients",
                problem::forbidden(lang, "eksport: Klienci"),
            ),
        ),
        ("login", bare(login(&sign_in))),
        (
            "setup",
            bare(setup(
                lang,
                "t",
                &SetupValues::default(),
                &[FieldError {
                    field: "code".into(),
                    message: text(lang, "setup-code-wrong"),
                }],
            )),
        ),
        (
            "problems",
            bare(
                html! { (problem::not_found(lang)) (problem::broken(lang, "1")) (problem::stale_form(lang, "/")) (problem::throttled(lang, 30)) },
            ),
        ),
    ]
}

#[test]
fn pages_hold_no_bare_key_and_nothing_inline() {
    let inline =
        Selector::parse("[style], style, script:not([src]), [onclick], [onsubmit]").unwrap();
    for lang in Lang::ALL {
        for (name, page) in pages(lang, Theme::Auto) {
            assert!(!page.contains('⟦'), "{name} shows a bare key");
            assert!(page.len() < 60_000, "{name} weighs {} bytes", page.len());
            assert_eq!(
                Html::parse_document(&page).select(&inline).count(),
                0,
                "{name} holds style or script"
            );
        }
    }
}

#[test]
fn every_form_that_posts_begins_with_the_token() {
    let forms = Selector::parse(r#"form[method="post"]"#).unwrap();
    let fields = Selector::parse("input, select, textarea, button").unwrap();
    for (name, page) in pages(Lang::Pl, Theme::Auto) {
        for form in Html::parse_document(&page).select(&forms) {
            let first = form
                .select(&fields)
                .next()
                .and_then(|field| field.attr("name"));
            assert_eq!(first, Some("csrf"), "a form of {name}: {}", form.html());
        }
    }
}

#[test]
fn ids_are_unique_and_labels_lead_somewhere() {
    let (ids, labels) = (
        Selector::parse("[id]").unwrap(),
        Selector::parse("label[for]").unwrap(),
    );
    for (name, page) in pages(Lang::En, Theme::Dark) {
        let document = Html::parse_document(&page);
        let mut found: Vec<_> = document
            .select(&ids)
            .filter_map(|element| element.attr("id"))
            .collect();
        found.sort_unstable();
        assert!(
            found.windows(2).all(|pair| pair[0] != pair[1]),
            "{name} uses an id twice"
        );
        for label in document.select(&labels) {
            assert!(
                found.binary_search(&label.attr("for").unwrap()).is_ok(),
                "{name}: {}",
                label.html()
            );
        }
    }
}
