//! A client list, card and form, plain and ugly.

use super::super::components::banner::{Verdict, banner};
use super::super::components::button::{self, Weight};
use super::super::components::card::{Card, card, page_header, panel};
use super::super::components::chip::{Tone, chip, person, status_chip, status_dot, tags};
use super::super::components::facts::{Fact, FactGroup};
use super::super::components::field::{Choice, Field, bare_select};
use super::super::components::filters::{ActiveFilter, FilterBar};
use super::super::components::form::{
    EditForm, FieldError, edit_form, error_of, folded_section, section,
};
use super::super::components::icon::Icon;
use super::super::components::list::{
    All, Bulk, Column, Direction, ListView, PhoneSlot, Row, SortLink, list,
};
use super::super::components::menu::{act, item, menu, more_menu};
use super::super::components::navigation::{Tab, breadcrumbs, tabs};
use super::super::components::pager::Pager;
use super::super::components::timeline::{Change, Entry, Place, timeline};
use super::{LONG_NAME, RIGHT_TO_LEFT, UNBROKEN, clock};
use crate::i18n::{Lang, format, text, text_with};
use jiff::Timestamp;
use maud::{Markup, html};

pub(super) fn client_list(lang: Lang, ugly: bool) -> Markup {
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
        "Cukiernia Wróbel s.c.",
        "Drukarnia Pod Lipą Sp. z o.o.",
        "Gabinet Żak i Wspólnicy",
        "Hotel Nad Wapienicą",
        "Instal-Śląsk Marek Gruszka",
        "Jan Łęcki",
        "Kamieniarstwo Ćwiek",
        "Łódzkie Zakłady Meblowe S.A.",
        "Ogród Marzeń Ewa Sęk",
        "Piekarnia Źródło",
        "Przedszkole Kolorowe",
        "Restauracja Stary Młyn",
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
        let owner = if n % 5 == 4 {
            html! { span class="muted" { (text(lang, "field-no-owner")) } }
        } else {
            person(["Anna Kowal", "Piotr Zając", UNBROKEN][if ugly { n % 3 } else { n % 2 }])
        };
        let tone = [Tone::Good, Tone::Attention, Tone::Neutral][n % 3];
        let key = [
            "clients-status-active",
            "clients-status-lead",
            "clients-status-former",
        ][n % 3];
        Row {
            id: n.to_string(),
            href: format!("/clients/{n}"),
            name: name.into(),
            cells: vec![
                if n % 6 == 5 {
                    html! {}
                } else {
                    html! { "548-260-11-" (10 + n) }
                },
                html! { span dir="auto" { (["Bielsko-Biała", "Pszczyna", "Szczyrk"][n % 3]) } },
                owner,
                status_dot(tone, &text(lang, key)),
                if ugly {
                    tags(&many, 2)
                } else {
                    tags(&["hurt", "VIP"][..n % 3], 2)
                },
                html! { (format::amount(lang, (n as i64 * 77_777) % 40_000_000, "PLN")) },
                clock.relative(at),
            ],
            lacks: "",
        }
    });
    let view = |key: &str, current| Tab {
        label: text(lang, key),
        href: "/clients?view=x".into(),
        current,
        count: None,
    };
    let views = [
        view("list-view-all", true),
        view("list-view-mine", false),
        view("list-view-unassigned", false),
    ];
    let status = [
        Choice::new("", text(lang, "list-filter-any")),
        Choice::new("lead", "lead"),
    ];
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
        notice: html! {},
        filters: FilterBar {
            query: if ugly { "wod".into() } else { String::new() },
            placeholder: text(lang, "list-search"),
            more: String::new(),
            active: vec![
                ActiveFilter {
                    label: text(lang, "field-status"),
                    value: "klient, lead".into(),
                    remove_href: "/clients".into(),
                },
                ActiveFilter {
                    label: text(lang, "field-tags"),
                    value: if ugly { many.join(", ") } else { "VIP".into() },
                    remove_href: "/clients".into(),
                },
            ],
            fields: html! { (Field::new("status", text(lang, "field-status")).select(&status)) (Field::new("tag", text(lang, "field-tags")).text()) },
            kept: vec![("sort".into(), "name".into())],
            clear_href: "/clients".into(),
            aside: text_with(lang, "list-sorted-by", &[("column", "nazwa".into())]),
        },
        columns: &columns,
        rows: rows.collect(),
        bulk: Some(Bulk {
            all: Some(All {
                label: text_with(
                    lang,
                    "list-select-matching",
                    &[("count", 4218.to_string().into())],
                ),
                total: "4218".into(),
                filter: "status=lead".into(),
            }),
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
            per_page: [25, 50, 100]
                .map(|n| (n, format!("/clients?per_page={n}"), n == 50))
                .into(),
        },
        empty: html! {},
    })
}

pub(super) fn client_card(lang: Lang, ugly: bool) -> Markup {
    let clock = clock(lang);
    let many: Vec<String> = (1..=40).map(|n| format!("etykieta-{n}")).collect();
    let at = |text: &str| clock.recent(text.parse::<Timestamp>().unwrap());
    let entries = [
        Entry {
            sign: Icon::Edit,
            title: String::new(),
            body: Some("Chcą blaty z konglomeratu zamiast laminatu, decyzja w grudniu.\nOddzwonić po świętach.".into()),
            act: None,
            changes: vec![],
            who: "Piotr Zając".into(),
            at: at("2026-11-24T07:40:00Z"),
            place: Place::Office,
        },
        Entry {
            sign: Icon::Edit,
            title: String::new(),
            body: None,
            act: None,
            changes: vec![
                Change { label: "Limit kredytu".into(), from: Some("60 000,00".into()), to: Some("80 000,00 zł".into()), long: false },
                Change { label: "Opiekun".into(), from: None, to: Some(if ugly { UNBROKEN.repeat(3) } else { "Anna Kowal".into() }), long: false },
            ],
            who: "Piotr Zając".into(),
            at: at("2026-11-23T14:22:00Z"),
            place: Place::Unknown,
        },
        Entry {
            sign: Icon::Plus,
            title: text(lang, "timeline-created"),
            body: None,
            act: None,
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
            fields: Vec::new(),
            form: None,
            facts: vec![
                Fact::text(label("clients-field-tax-id"), "937-244-19-07"),
                Fact::new(
                    label("clients-field-emails"),
                    html! { ul { li { a href="mailto:a@b.test" { "recepcja@nadwapienica.test" } } li { a href="mailto:a@b.test" { "faktury@nadwapienica.test" } } } },
                ),
                Fact::text(label("clients-field-phones"), "33 814 22 07 · 601 44 72 18"),
                Fact::text(
                    label("clients-field-address"),
                    "ul. Tartaczna 18, 43-300 Bielsko-Biała",
                ),
                Fact::text(
                    label("clients-field-notes"),
                    if ugly { UNBROKEN } else { "—" },
                ),
            ],
        },
        FactGroup {
            title: label("clients-group-finance"),
            note: Some(chip(Tone::Neutral, None, "widzisz, bo: rola Kierownik")),
            facts: vec![
                Fact::text(
                    label("clients-field-balance"),
                    &format::money(lang, 5_430_000, "PLN"),
                ),
                Fact::text(label("clients-field-discount-percent"), "—"),
            ],
            ..FactGroup::default()
        },
    ];
    card(&Card {
        above: html! { (breadcrumbs(lang, &[(&text(lang, "nav-clients"), "/clients")])) },
        name: if ugly {
            RIGHT_TO_LEFT
        } else {
            "Hotel Nad Wapienicą"
        },
        marks: html! { (status_chip(Tone::Good, &text(lang, "clients-status-active"))) @if ugly { (tags(&many, 40)) } @else { (tags(&["VIP", "hotele"], 9)) } },
        meta: html! { (person("Anna Kowal")) "· " (text_with(lang, "clients-since", &[("date", "14.03.2021".into())])) },
        actions: html! {
            (button::link(&text(lang, "action-call"), "tel:+48338142207", Weight::Plain, Some(Icon::Phone)))
            (button::link(&text(lang, "action-edit"), "/clients/1/edit", Weight::Primary, Some(Icon::Edit)))
            (more_menu(&text(lang, "action-more"), html! { (act(&text(lang, "action-delete"), "/clients/1/delete", "t", Some(Icon::Trash), true)) }))
        },
        notice: if ugly {
            banner(Verdict::Warn, html! { (text(lang, "clients-in-trash")) })
        } else {
            html! {}
        },
        groups: &groups,
        related: panel(
            &text(lang, "clients-people"),
            html! { a class="small" href="/clients/new?company=1" { (text(lang, "action-add")) } },
            html! { (person("Maria Łuczak")) },
        ),
        history: html! {
            (tabs(&text(lang, "timeline-title"), &[Tab { label: text(lang, "timeline-title"), href: "#".into(), current: true, count: None }, Tab { label: text(lang, "nav-deals"), href: "#".into(), current: false, count: Some("2".into()) }], None))
            (timeline(lang, &entries, Some("/clients/1?before=x")))
        },
    })
}

pub(super) fn client_form(lang: Lang) -> Markup {
    let errors = [
        FieldError {
            field: "tax_id".into(),
            message: text(lang, "error-tax-id"),
        },
        FieldError {
            field: "address.city".into(),
            message: text(lang, "error-required"),
        },
    ];
    let label = |key: &str| text(lang, key);
    let kinds = [
        Choice::new("company", label("clients-kind-company")),
        Choice::new("person", label("clients-kind-person")),
    ];
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
            },
        }))
    }
}
