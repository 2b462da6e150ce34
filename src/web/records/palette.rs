//! The palette: records, pages and acts by a few letters. Script fetches it; the search page is there without.

use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::showing::Showing;
use super::{address, parameters, search};
use crate::data::records::fold::fold;
use crate::data::{AccessError, Permission, Query, Start};
use crate::web::assets::asset_url;
use crate::web::components::icon::{Icon, icon};
use crate::web::error::WebError;
use crate::web::settings;
use crate::web::visit::{Member, module_new, module_place};

/// Records offered of each module.
const RECORDS: usize = 6;
/// Characters that are looked for; more are cut.
const LONGEST: usize = 200;

/// Something to go to.
struct Offer {
    label: String,
    /// What tells it from others of the same name.
    about: String,
    href: String,
    sign: Icon,
}

/// The dialog's content: the box and what it offers. Typing asks for it again.
pub(super) async fn fragment(member: Member) -> Result<Response, WebError> {
    let reading = member.access.read()?;
    let showing = Showing::new(&member, &reading);
    let typed: String = parameters(&member)
        .into_iter()
        .find(|(name, _)| name == "q")
        .map(|(_, value)| value.trim().chars().take(LONGEST).collect())
        .unwrap_or_default();
    let mut offers = records(&showing, &typed)?;
    let wanted = fold(&typed);
    let words: Vec<&str> = wanted.split_whitespace().collect();
    let matches = |offer: &Offer| {
        let label = fold(&offer.label);
        words.iter().all(|word| label.contains(word))
    };
    offers.extend(places(&showing).into_iter().filter(matches));
    if !typed.is_empty() {
        offers.push(Offer {
            label: member.text_with("palette-search", &[("words", typed.as_str().into())]),
            about: String::new(),
            href: address("/search", &[("q", &typed)]),
            sign: Icon::Search,
        });
    }
    Ok(content(&member, &typed, &offers).into_response())
}

fn content(member: &Member, typed: &str, offers: &[Offer]) -> Markup {
    let label = member.text("palette-label");
    html! {
        link rel="stylesheet" href=(asset_url("palette.css"));
        input type="text" role="combobox" aria-expanded="true" aria-controls="palette-offers" aria-autocomplete="list"
            aria-label=(label) placeholder=(label) value=(typed) autocomplete="off" dir="auto";
        ul id="palette-offers" role="listbox" aria-label=(member.text("palette-offers")) {
            @for (place, offer) in offers.iter().enumerate() {
                li role="presentation" {
                    a role="option" id={ "offer-" (place) } aria-selected=(if place == 0 { "true" } else { "false" })
                        href=(offer.href) tabindex="-1" {
                        (icon(offer.sign)) span dir="auto" { (offer.label) }
                        @if !offer.about.is_empty() { span class="muted small" dir="auto" { (offer.about) } }
                    }
                }
            }
        }
        p class="muted small" { (member.text("palette-keys")) }
    }
}

fn records(showing: &Showing<'_>, typed: &str) -> Result<Vec<Offer>, AccessError> {
    let mut offers = Vec::new();
    if typed.is_empty() {
        return Ok(offers);
    }
    let query = Query {
        search: typed.to_owned(),
        ..Query::default()
    };
    for kind in showing.reading.kinds() {
        if !showing.reading.rights().may(Permission::View(kind.module)) {
            continue;
        }
        let (_, path, sign) = module_place(kind.module);
        let found = showing
            .reading
            .list(kind, &query, &Start::Offset(0), RECORDS)?;
        for seen in &found.rows {
            offers.push(Offer {
                label: seen.title().to_owned(),
                about: search::about(showing, seen)?,
                href: format!("{path}/{}", seen.id()),
                sign,
            });
        }
    }
    Ok(offers)
}

/// Pages and acts that the person's role allows.
fn places(showing: &Showing<'_>) -> Vec<Offer> {
    let rights = showing.reading.rights();
    let mut offers = Vec::new();
    let mut offer = |label: String, href: String, sign: Icon| {
        offers.push(Offer {
            label,
            about: String::new(),
            href,
            sign,
        });
    };
    for kind in showing.reading.kinds() {
        let module = kind.module;
        let (nav, path, sign) = module_place(module);
        let name = showing.text(nav);
        let of_module = |key: &str| {
            let args = [("module", name.as_str().into())];
            showing.member.text_with(key, &args)
        };
        if rights.may(Permission::Create(module)) {
            let (label, href) = module_new(module);
            offer(showing.text(label), href.to_owned(), Icon::Plus);
        }
        if rights.may(Permission::View(module)) {
            offer(name.clone(), path.to_owned(), sign);
        }
        if rights.may(Permission::Import(module)) {
            offer(
                of_module("palette-import"),
                format!("{path}/import"),
                Icon::Upload,
            );
        }
        if !kind.identity.is_empty() && rights.may(Permission::Option(module, "merge")) {
            offer(
                of_module("palette-duplicates"),
                format!("{path}/duplicates"),
                Icon::Copy,
            );
        }
    }
    let deletes = showing
        .reading
        .kinds()
        .iter()
        .any(|kind| rights.may(Permission::Delete(kind.module)));
    for (allowed, label, href, sign) in [
        (true, "nav-dashboard", "/", Icon::Home),
        (true, "operations-title", "/operations", Icon::Clock),
        (deletes, "nav-trash", "/trash", Icon::Trash),
        (true, "nav-profile", "/profile", Icon::User),
    ] {
        if allowed {
            offer(showing.text(label), href.to_owned(), sign);
        }
    }
    for (label, href, sign) in settings::places(rights) {
        offer(showing.text(label), href.to_owned(), sign);
    }
    offers
}
