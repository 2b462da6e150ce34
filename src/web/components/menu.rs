//! Menus that open under a button: `<details>`, so that they work without script; with it they close on Esc and on a click
//! elsewhere.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// A menu under a button with a label.
pub(crate) fn menu(label: &str, sign: Option<Icon>, class: &str, content: Markup) -> Markup {
    html! {
        details class="menu" data-menu="" {
            summary class=(class) { @if let Some(sign) = sign { (icon(sign)) } (label) (icon(Icon::ChevronDown)) }
            div class="menu-panel" { (content) }
        }
    }
}

/// A menu under the three dots; `label` is read to those who do not see them.
pub(crate) fn more_menu(label: &str, content: Markup) -> Markup {
    html! {
        details class="menu" data-menu="" {
            summary class="button quiet" aria-label=(label) title=(label) { (icon(Icon::More)) }
            div class="menu-panel end" { (content) }
        }
    }
}

/// A menu whose content is fetched when it opens, so that pages need not carry it; without script it holds a link to the page
/// at `href`, called `title`, which has the same content. `id` is the panel's, `class` the menu's own besides the usual.
pub(crate) fn filled(label: &str, href: &str, id: &str, title: &str, class: &str) -> Markup {
    html! {
        details class={ "menu " (class) } data-menu="" {
            summary class="button" hx-get=(href) hx-target={ "#" (id) } { (label) (icon(Icon::ChevronDown)) }
            div class="menu-panel end filter-fields" id=(id) { a class="menu-item" href=(href) { (title) } }
        }
    }
}

/// A link in a menu.
pub(crate) fn item(label: &str, href: &str, sign: Option<Icon>) -> Markup {
    html! { a class="menu-item" href=(href) { @if let Some(sign) = sign { (icon(sign)) } (label) } }
}

/// An act in a menu: a form of its own that posts; `danger` where it takes something away.
pub(crate) fn act(
    label: &str,
    action: &str,
    csrf: &str,
    sign: Option<Icon>,
    danger: bool,
) -> Markup {
    let class = if danger {
        "menu-item danger"
    } else {
        "menu-item"
    };
    posting(label, action, csrf, sign, class, html! {})
}

/// The same in a certain way, which a field with a value says.
pub(crate) fn act_with(
    label: &str,
    action: &str,
    csrf: &str,
    sign: Option<Icon>,
    (name, value): (&str, &str),
) -> Markup {
    let field = html! { input type="hidden" name=(name) value=(value); };
    posting(label, action, csrf, sign, "menu-item", field)
}

fn posting(
    label: &str,
    action: &str,
    csrf: &str,
    sign: Option<Icon>,
    class: &str,
    field: Markup,
) -> Markup {
    html! {
        form method="post" action=(action) {
            (super::form::csrf_field(csrf))
            (field)
            button class=(class) type="submit" { @if let Some(sign) = sign { (icon(sign)) } (label) }
        }
    }
}
