//! Every component in realistic and ugly data: no bare key, nothing inline, the token first in each form.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use scraper::{Html, Selector};

use super::components::banner::{Verdict, banner, verdict};
use super::components::button::{self, Weight};
use super::components::card::{Card, card, page_header, panel};
use super::components::chip::{Tone, chip, person, status_chip, status_dot, tags};
use super::components::confirm::{Confirm, confirm_page};
use super::components::conflict::{Conflict, ConflictField, conflict_view};
use super::components::empty::{empty_place, nothing_found};
use super::components::facts::{Fact, FactGroup, dash};
use super::components::field::{Choice, Field, bare_select};
use super::components::filters::{ActiveFilter, FilterBar};
use super::components::form::{EditForm, FieldError, edit_form, error_of, folded_section, section};
use super::components::icon::{Icon, icon};
use super::components::list::{
    Bulk, Column, Direction, ListView, PhoneSlot, Row, SortLink, list, plain_table,
};
use super::components::menu::{act, item, menu, more_menu};
use super::components::moment::Clock;
use super::components::navigation::{Tab, breadcrumbs, neighbours, tabs};
use super::components::pager::Pager;
use super::components::problem;
use super::components::progress::{Progress, progress};
use super::components::role::{Cell, ModuleRow, OptionBox, RoleMatrix, role_matrix, role_sentence};
use super::components::secret::shown_once;
use super::components::sign_in::{Login, SetupValues, login, setup};
use super::components::timeline::{Change, Entry, Place, note_form, timeline};
use super::components::toast::{Toast, Undo};
use super::layout::{Bare, CreateLink, NavItem, Shell, Theme};
use crate::i18n::{Lang, format, text, text_with};

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
        CreateLink { label: text(lang, "clients-new"), href: "/clients/new", sign: Icon::Clients },
        CreateLink { label: text(lang, "users-new"), href: "/settings/users/new", sign: Icon::Users },
    ];
    let notice = (current == "nav-trash").then(|| Toast {
        verdict: Verdict::Ok,
        message: "„Hotel Nad Wapienicą” jest w koszu.",
        undo: Some(Undo { action: "/clients/1/restore", csrf: "t", fields: &[("id", "1")] }),
    });
    Shell {
        lang,
        theme,
        firm: "Bielska Stolarnia",
        person: "Anna Kowal",
        email: "anna@bielskastolarnia.test",
        nav: &nav,
        foot: &foot,
        can_create: &create,
        csrf: "t",
        search: "",
        title: "Kartoteka",
        notice,
    }
    .page(content)
    .into_string()
}

fn clock(lang: Lang) -> Clock {
    let now = "2026-11-24T12:00:00Z".parse().unwrap();
    Clock { lang, zone: TimeZone::get("Europe/Warsaw").unwrap(), now }
}

fn client_list(lang: Lang, ugly: bool) -> Markup {
    let clock = clock(lang);
    let columns = [
        ("clients-field-name", PhoneSlot::Title, false),
        ("clients-field-tax-id", PhoneSlot::Hidden, false),
        ("clients-field-address-city", PhoneSlot::First, false),
        ("clients-field-owner", PhoneSlot::Second, false),
        ("clients-field-status", PhoneSlot::Mark, false),
        ("clients-field-tags", PhoneSlot::Hidden, false),
        ("clients-field-balance", PhoneSlot::Side, true),
        ("clients-field-updated-at", PhoneSlot::Corner, true),
    ]
    .map(|(key, phone, numeric)| Column {
        label: text(lang, key),
        numeric,
        phone,
        sort: (phone != PhoneSlot::Hidden).then(|| SortLink {
            href: "/clients?sort=x".into(),
            current: (phone == PhoneSlot::Title).then_some(Direction::Ascending),
        }),
    });
    let names = [
        "Cukiernia Wróbel s.c.", "Drukarnia Pod Lipą Sp. z o.o.", "Gabinet Żak i Wspólnicy", "Hotel Nad Wapienicą",
        "Instal-Śląsk Marek Gruszka", "Jan Łęcki", "Kamieniarstwo Ćwiek", "Łódzkie Zakłady Meblowe S.A.",
        "Ogród Marzeń Ewa Sęk", "Piekarnia Źródło", "Przedszkole Kolorowe", "Restauracja Stary Młyn",
    ];
    let many: Vec<String> = (1..=40).map(|n| format!("etykieta-{n}")).collect();
    let rows = (0..if ugly { 12 } else { 50 }).map(|n| {
        let name = match (ugly, n) {
            (true, 0) => LONG_NAME,
            (true, 1) => UNBROKEN,
            (true, 2) => RIGHT_TO_LEFT,
            _ => names[n % names.len()],
        };
        let at = clock.now - jiff::SignedDuration::from_hours((n * n * 9) as i64);
        let owner = if n % 5 == 4 { html! { span class="muted" { (text(lang, "field-no-owner")) } } } else { person(["Anna Kowal", "Piotr Zając", UNBROKEN][if ugly { n % 3 } else { n % 2 }]) };
        let tone = [Tone::Good, Tone::Attention, Tone::Neutral][n % 3];
        let key = ["clients-status-active", "clients-status-lead", "clients-status-former"][n % 3];
        Row {
            id: n.to_string(),
            href: format!("/clients/{n}"),
            name: name.into(),
            cells: vec![
                if n % 6 == 5 { dash() } else { html! { "548-260-11-" (10 + n) } },
                html! { span dir="auto" { (["Bielsko-Biała", "Pszczyna", "Szczyrk"][n % 3]) } },
                owner,
                status_dot(tone, &text(lang, key)),
                if ugly { tags(&many, 2) } else { tags(&["hurt", "VIP"][..n % 3], 2) },
                html! { (format::amount(lang, (n as i64 * 777_77) % 40_000_000, "PLN")) },
                clock.relative(at),
            ],
            actions: html! {},
        }
    });
    let view = |key: &str, current| Tab { label: text(lang, key), href: "/clients?view=x".into(), current, count: None };
    let views = [view("list-view-all", true), view("list-view-mine", false), view("list-view-unassigned", false)];
    let status = [Choice::new("", text(lang, "list-filter-any")), Choice::new("lead", "lead")];
    list(&ListView {
        lang,
        path: "/clients",
        title: &text(lang, "clients-title"),
        total: Some(4218),
        actions: html! {
            (button::link(&text(lang, "action-import"), "/clients/import", Weight::Plain, None))
            (menu(&text(lang, "action-export"), None, "button", html! { (item("Excel (.xlsx)", "/clients/export?format=xlsx", None)) (item("CSV", "/clients/export?format=csv", None)) }))
            (button::link(&text(lang, "clients-new"), "/clients/new", Weight::Primary, Some(Icon::Plus)))
        },
        views: &views,
        filters: FilterBar {
            query: if ugly { "wod".into() } else { String::new() },
            placeholder: text(lang, "list-search"),
            active: vec![
                ActiveFilter { label: text(lang, "field-status"), value: "klient, lead".into(), remove_href: "/clients".into() },
                ActiveFilter { label: text(lang, "field-tags"), value: if ugly { many.join(", ") } else { "VIP".into() }, remove_href: "/clients".into() },
            ],
            fields: html! { (Field::new("status", text(lang, "field-status")).select(&status)) (Field::new("tag", text(lang, "field-tags")).text()) },
            kept: vec![("sort".into(), "name".into())],
            clear_href: "/clients".into(),
            aside: text_with(lang, "list-sorted-by", &[("column", "nazwa".into())]),
        },
        columns: &columns,
        rows: rows.collect(),
        bulk: Some(Bulk {
            action: "/clients/bulk",
            csrf: "t",
            controls: html! {
                (menu(&text(lang, "field-owner"), None, "button", html! {
                    (bare_select("owner", "Opiekun", &[Choice::new("", "—"), Choice::new("1", "Anna Kowal")], "", false))
                    (button::submit_with(&text(lang, "action-change"), Weight::Primary, None, "action", "change"))
                }))
                (button::submit_with(&text(lang, "action-delete"), Weight::Plain, Some(Icon::Trash), "action", "delete"))
            },
        }),
        pager: Pager {
            first: 1,
            last: 50,
            total: Some(4218),
            previous_href: None,
            next_href: Some("/clients?page=2".into()),
            per_page: [25, 50, 100].map(|n| (n, format!("/clients?per_page={n}"), n == 50)).into(),
        },
        empty: html! {},
    })
}

fn client_card(lang: Lang, ugly: bool) -> Markup {
    let clock = clock(lang);
    let many: Vec<String> = (1..=40).map(|n| format!("etykieta-{n}")).collect();
    let at = |text: &str| clock.recent(text.parse::<Timestamp>().unwrap());
    let entries = [
        Entry {
            sign: Icon::Note,
            title: String::new(),
            body: Some("Chcą blaty z konglomeratu zamiast laminatu, decyzja w grudniu.\nOddzwonić po świętach.".into()),
            changes: vec![],
            who: "Piotr Zając".into(),
            at: at("2026-11-24T07:40:00Z"),
            place: Place::Office,
        },
        Entry {
            sign: Icon::Edit,
            title: String::new(),
            body: None,
            changes: vec![
                Change { label: "Limit kredytu".into(), from: Some("60 000,00".into()), to: Some("80 000,00 zł".into()) },
                Change { label: "Opiekun".into(), from: None, to: Some(if ugly { UNBROKEN.repeat(3) } else { "Anna Kowal".into() }) },
            ],
            who: "Piotr Zając".into(),
            at: at("2026-11-23T14:22:00Z"),
            place: Place::Elsewhere,
        },
        Entry {
            sign: Icon::Plus,
            title: text(lang, "timeline-created"),
            body: None,
            changes: vec![],
            who: "Anna Kowal".into(),
            at: at("2026-03-14T14:22:00Z"),
            place: Place::Unknown,
        },
    ];
    let label = |key: &str| text(lang, key);
    let groups = [
        FactGroup {
            id: "basic".into(),
            title: label("clients-group-basic"),
            note: None,
            edit: Some((label("action-change"), "/clients/1/edit".into())),
            facts: vec![
                Fact::text(label("clients-field-tax-id"), "937-244-19-07"),
                Fact::new(label("clients-field-emails"), html! { ul { li { a href="mailto:a@b.test" { "recepcja@nadwapienica.test" } } li { a href="mailto:a@b.test" { "faktury@nadwapienica.test" } } } }),
                Fact::text(label("clients-field-phones"), "33 814 22 07 · 601 44 72 18"),
                Fact::text(label("clients-field-address"), "ul. Tartaczna 18, 43-300 Bielsko-Biała"),
                Fact::text(label("clients-field-notes"), if ugly { UNBROKEN } else { "—" }),
            ],
        },
        FactGroup {
            title: label("clients-group-finance"),
            note: Some(chip(Tone::Note, None, "widzisz, bo: rola Kierownik")),
            facts: vec![
                Fact::text(label("clients-field-balance"), &format::money(lang, 5_430_000, "PLN")),
                Fact::new(label("clients-field-discount-percent"), dash()),
            ],
            ..FactGroup::default()
        },
    ];
    card(&Card {
        above: html! { (breadcrumbs(lang, &[(&text(lang, "nav-clients"), "/clients")])) (neighbours(lang, Some("/clients/1"), "4 z 18", Some("/clients/2"))) },
        name: if ugly { RIGHT_TO_LEFT } else { "Hotel Nad Wapienicą" },
        marks: html! { (status_chip(Tone::Good, &text(lang, "clients-status-active"))) @if ugly { (tags(&many, 40)) } @else { (tags(&["VIP", "hotele"], 9)) } },
        meta: html! { (person("Anna Kowal")) "· " (text_with(lang, "clients-since", &[("date", "14.03.2021".into())])) },
        actions: html! {
            (button::link(&text(lang, "action-call"), "tel:+48338142207", Weight::Plain, Some(Icon::Phone)))
            (button::link(&text(lang, "action-edit"), "/clients/1/edit", Weight::Primary, Some(Icon::Edit)))
            (more_menu(&text(lang, "action-more"), html! { (act(&text(lang, "action-delete"), "/clients/1/delete", "t", Some(Icon::Trash), true)) }))
        },
        notice: if ugly { banner(Verdict::Warn, html! { (text(lang, "clients-in-trash")) }) } else { html! {} },
        groups: &groups,
        related: panel(&text(lang, "clients-people"), html! { a class="small" href="/clients/new?company=1" { (text(lang, "action-add")) } }, html! { (person("Maria Łuczak")) }),
        history: html! {
            (tabs(&text(lang, "timeline-title"), &[Tab { label: text(lang, "timeline-title"), href: "#".into(), current: true, count: None }, Tab { label: text(lang, "nav-deals"), href: "#".into(), current: false, count: Some("2".into()) }], None))
            (note_form(lang, "/clients/1/notes", "t", "", None))
            (timeline(lang, &entries, Some("/clients/1?before=x")))
        },
    })
}

fn client_form(lang: Lang) -> Markup {
    let errors = [
        FieldError { field: "tax_id".into(), message: text(lang, "error-tax-id") },
        FieldError { field: "address.city".into(), message: text(lang, "error-required") },
    ];
    let label = |key: &str| text(lang, key);
    let kinds = [Choice::new("company", label("clients-kind-company")), Choice::new("person", label("clients-kind-person"))];
    let values = ["a@b.test".to_owned(), "c@d.test".to_owned()];
    html! {
        (breadcrumbs(lang, &[(&label("nav-clients"), "/clients")]))
        (page_header(&label("clients-new"), "", html! {}))
        (edit_form(EditForm {
            lang, action: "/clients/new", csrf: "t", errors: &errors, save_label: &label("action-save"), cancel_href: "/clients", note: "", uploads: false,
            fields: html! {
                (section(&label("clients-group-basic"), html! {
                    div class="field-row" {
                        (Field::new("kind", label("clients-field-kind")).value("company").select(&kinds))
                        (Field::new("tax_id", label("clients-field-tax-id")).value("123").error(error_of(&errors, "tax_id")).text())
                    }
                    (Field::new("name", label("clients-field-name")).value(LONG_NAME).required().text())
                    (Field::new("emails", label("clients-field-emails")).hint(label("form-one-per-line")).lines(&values))
                    (Field::new("tags", label("clients-field-tags")).hint(label("form-tags-hint")).tags(&["VIP".into()], &values))
                    (Field::new("company", label("clients-field-company")).suggest("/clients/suggest?q=").text())
                }))
                (folded_section(&label("clients-group-address"), true, html! { (Field::new("address.city", label("clients-field-address-city")).error(error_of(&errors, "address.city")).text()) }))
                (folded_section(&label("clients-group-finance"), false, html! {
                    (Field::new("credit_limit", label("clients-field-credit-limit")).value("1 000,00").money("PLN"))
                    (Field::new("due", label("tokens-expires")).date())
                    (Field::new("file", label("import-file")).file(".xlsx,.csv"))
                }))
                (Field::new("active", label("users-active")).hint(label("users-active-hint")).checkbox(true))
            },
        }))
    }
}

fn role_editor(lang: Lang) -> Markup {
    let columns: Vec<String> = ["role-action-view", "role-action-create", "role-action-edit", "role-action-delete", "role-action-export", "role-group-finance"].map(|key| text(lang, key)).into();
    let scopes = || ["none", "own", "team", "all"].map(|scope| (scope.to_owned(), text(lang, &format!("role-scope-{scope}")))).to_vec();
    let yes_no = || vec![("false".to_owned(), text(lang, "action-no")), ("true".to_owned(), text(lang, "action-yes"))];
    let access = || ["hidden", "read", "write"].map(|level| (level.to_owned(), text(lang, &format!("role-access-{level}")))).to_vec();
    let modules: Vec<_> = ["clients", "deals", "tasks", "mail", "articles", "invoices"]
        .iter()
        .map(|module| {
            let cell = |action: &str, choices: Vec<(String, String)>, value: &str| {
                Some(Cell { name: format!("modules.{module}.{action}"), label: format!("{module}: {action}"), choices, value: value.into(), changed: action == "delete" && *module == "clients" })
            };
            ModuleRow {
                label: text(lang, &format!("role-module-{module}")),
                cells: vec![cell("view", scopes(), "own"), cell("create", yes_no(), "true"), cell("edit", scopes(), "own"), cell("delete", scopes(), if *module == "clients" { "own" } else { "none" }), cell("export", yes_no(), "false"), (*module != "tasks").then(|| cell("groups.finance", access(), "hidden")).flatten()],
                options: ["unassigned", "import", "change-owner", "merge", "bulk-edit"].iter().map(|option| OptionBox { name: format!("modules.{module}.options.{option}"), label: text(lang, &format!("role-option-{option}")), checked: *option == "import", locked: *option == "merge" }).collect(),
                open: *module == "clients",
            }
        })
        .collect();
    let admin: Vec<_> = ["users", "roles", "security", "backups", "settings", "audit"].iter().map(|right| OptionBox { name: format!("admin.{right}"), label: text(lang, &format!("role-admin-{right}")), checked: false, locked: false }).collect();
    let sentence = role_sentence(&[
        (false, text_with(lang, "role-says-view-edit", &[("module", text(lang, "role-module-clients").into()), ("scope", text(lang, "role-says-scope-own").into())])),
        (true, text(lang, "role-says-no-delete")),
        (true, text(lang, "role-says-finance-hidden")),
        (true, text(lang, "role-says-no-export")),
    ]);
    html! {
        (breadcrumbs(lang, &[(&text(lang, "nav-settings"), "/settings"), (&text(lang, "nav-roles"), "/settings/roles")]))
        (page_header(&text(lang, "role-name-salesperson"), "3 osoby", button::link(&text(lang, "action-duplicate"), "/settings/roles/1/copy", Weight::Plain, None)))
        (edit_form(EditForm {
            lang, action: "/settings/roles/1", csrf: "t", errors: &[], uploads: false, cancel_href: "/settings/roles",
            save_label: &text_with(lang, "role-save", &[("count", 3_i64.into())]), note: &text(lang, "role-takes-effect"),
            fields: role_matrix(&RoleMatrix { lang, sentence, columns: &columns, modules: &modules, admin: &admin, locked: false, preview: Some("/settings/roles/preview") }),
        }))
    }
}

fn assorted(lang: Lang) -> Markup {
    let hidden = [("version", "3")];
    let fields = [ConflictField { name: "name".into(), label: "Nazwa".into(), mine: LONG_NAME.into(), theirs: String::new() }];
    let columns = ["users-name", "users-role"].map(|key| Column { label: text(lang, key), numeric: false, phone: PhoneSlot::Title, sort: None });
    html! {
        (verdict(Verdict::Ok, "Bezpieczne", "Ostatnia kopia dziś o 02:31, odtworzona próbnie i zgodna co do rekordu.", button::post("Zrób kopię teraz", "/settings/backups/run", "t", Weight::Primary, None)))
        (verdict(Verdict::Warn, "Zapisz klucz kopii", "Bez niego nikt nie odtworzy danych.", html! {}))
        (banner(Verdict::Fail, html! { (text(lang, "error-last-owner")) }))
        (progress(&Progress { lang, title: "Moja kopia", detail: "19 402 z 31 204 · jeszcze 6 s", done: 19402, total: Some(31204), cancel: Some(("/operations/1/cancel", "t")), refresh: None }))
        (shown_once(lang, &text_with(lang, "tokens-created", &[("name", "sklep".into())]), "kt_0123456789abcdefghijklmnopqrstuvwxyz0123456789"))
        (conflict_view(&Conflict { lang, other_person: "Piotr Zając", at: clock(lang).recent(clock(lang).now), action: "/clients/1/edit", csrf: "t", hidden: &hidden, fields: &fields, record_href: "/clients/1" }))
        (panel(&text(lang, "nav-users"), html! {}, plain_table(&text(lang, "nav-users"), &columns, &[vec![person("Anna Kowal"), html! { "Właściciel" }]])))
        (confirm_page(&Confirm { lang, question: &text_with(lang, "role-delete-question", &[("name", "Sprzedawca".into())]), consequence: &text(lang, "role-delete-consequence"), action: "/settings/roles/1/delete", csrf: "t", fields: &[], confirm_label: &text(lang, "role-delete"), cancel_href: "/settings/roles" }))
        (nothing_found(&text(lang, "list-nothing-found"), &text(lang, "list-nothing-found-advice"), html! {}))
        (icon(Icon::Help))
    }
}

fn pages(lang: Lang, theme: Theme) -> Vec<(&'static str, String)> {
    let bare = |content| Bare { lang, theme, firm: "Bielska Stolarnia", title: "x" }.page(content).into_string();
    let empty = empty_place(Icon::Clients, &text(lang, "clients-empty-title"), &text(lang, "clients-empty"), html! {
        (button::link(&text(lang, "clients-empty-create"), "/clients/new", Weight::Primary, Some(Icon::Plus)))
        (button::link(&text(lang, "clients-empty-import"), "/clients/import", Weight::Plain, Some(Icon::Upload)))
    });
    let sign_in = Login { lang, csrf: "t", email: "anna@bielskastolarnia.test", next: "/", error: Some(&text(lang, "login-failed")), notice: None, address: "83.12.44.190", office: true, forgot: true };
    vec![
        ("list", shell(lang, theme, "nav-clients", client_list(lang, false))),
        ("ugly", shell(lang, theme, "nav-clients", client_list(lang, true))),
        ("card", shell(lang, theme, "nav-clients", client_card(lang, false))),
        ("uglycard", shell(lang, theme, "nav-clients", client_card(lang, true))),
        ("form", shell(lang, theme, "nav-clients", client_form(lang))),
        ("role", shell(lang, theme, "nav-settings", role_editor(lang))),
        ("assorted", shell(lang, theme, "nav-trash", assorted(lang))),
        ("empty", shell(lang, theme, "nav-clients", html! { (page_header("Klienci", "0", html! {})) (empty) })),
        ("forbidden", shell(lang, theme, "nav-clients", problem::forbidden(lang, "eksport: Klienci"))),
        ("login", bare(login(&sign_in))),
        ("setup", bare(setup(lang, "t", &SetupValues::default(), &[FieldError { field: "code".into(), message: text(lang, "setup-code-wrong") }]))),
        ("problems", bare(html! { (problem::not_found(lang)) (problem::broken(lang, "1")) (problem::stale_form(lang, "/")) (problem::throttled(lang, 30)) })),
    ]
}

#[test]
fn pages_hold_no_bare_key_and_nothing_inline() {
    let inline = Selector::parse("[style], style, script:not([src]), [onclick], [onsubmit]").unwrap();
    for lang in Lang::ALL {
        for (name, page) in pages(lang, Theme::Auto) {
            assert!(!page.contains('⟦'), "{name} shows a bare key");
            assert!(page.len() < 60_000, "{name} weighs {} bytes", page.len());
            assert_eq!(Html::parse_document(&page).select(&inline).count(), 0, "{name} holds style or script");
        }
    }
}

#[test]
fn every_form_that_posts_begins_with_the_token() {
    let forms = Selector::parse(r#"form[method="post"]"#).unwrap();
    let fields = Selector::parse("input, select, textarea, button").unwrap();
    for (name, page) in pages(Lang::Pl, Theme::Auto) {
        for form in Html::parse_document(&page).select(&forms) {
            let first = form.select(&fields).next().and_then(|field| field.attr("name"));
            assert_eq!(first, Some("csrf"), "a form of {name}: {}", form.html());
        }
    }
}

#[test]
fn ids_are_unique_and_labels_lead_somewhere() {
    let (ids, labels) = (Selector::parse("[id]").unwrap(), Selector::parse("label[for]").unwrap());
    for (name, page) in pages(Lang::En, Theme::Dark) {
        let document = Html::parse_document(&page);
        let mut found: Vec<_> = document.select(&ids).filter_map(|element| element.attr("id")).collect();
        found.sort_unstable();
        assert!(found.windows(2).all(|pair| pair[0] != pair[1]), "{name} uses an id twice");
        for label in document.select(&labels) {
            assert!(found.binary_search(&label.attr("for").unwrap()).is_ok(), "{name}: {}", label.html());
        }
    }
}

#[test]
fn write_pages() {
    let Ok(folder) = std::env::var("SHOWCASE") else { return };
    let folder = std::path::Path::new(&folder);
    std::fs::create_dir_all(folder.join("assets")).unwrap();
    for name in ["app.css", "app.js", "icon.svg"] {
        let url = super::assets::asset_url(name);
        std::fs::write(folder.join(&url[1..]), super::assets::find(&url).unwrap().bytes).unwrap();
    }
    for lang in Lang::ALL {
        for theme in [Theme::Light, Theme::Dark] {
            for (name, page) in pages(lang, theme) {
                let file = format!("{name}-{}-{}.html", lang.code(), theme.code());
                std::fs::write(folder.join(file), page.replace("/assets/", "assets/")).unwrap();
            }
        }
    }
}
