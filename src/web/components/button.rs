//! Buttons and links that look like them.

use maud::{Markup, html};

use super::icon::{Icon, icon};

/// How much a button asks for attention. One `Primary` a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Weight {
    Primary,
    #[default]
    Plain,
    Danger,
    /// Without a border, for acts of little weight.
    Quiet,
}

impl Weight {
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Primary => "button primary",
            Self::Plain => "button",
            Self::Danger => "button danger",
            Self::Quiet => "button quiet",
        }
    }
}

/// Sends the form it stands in.
pub(crate) fn submit(label: &str, weight: Weight) -> Markup {
    html! { button class=(weight.class()) type="submit" { (label) } }
}

/// Sends the form it stands in together with a field of its own, such as `action=delete`.
pub(crate) fn submit_with(
    label: &str,
    weight: Weight,
    sign: Option<Icon>,
    name: &str,
    value: &str,
) -> Markup {
    html! {
        button class=(weight.class()) type="submit" name=(name) value=(value) { @if let Some(sign) = sign { (icon(sign)) } (label) }
    }
}

/// A link that looks like a button.
pub(crate) fn link(label: &str, href: &str, weight: Weight, sign: Option<Icon>) -> Markup {
    html! { a class=(weight.class()) href=(href) { @if let Some(sign) = sign { (icon(sign)) } (label) } }
}

/// A button that is a form of its own: one POST, nothing to fill in.
pub(crate) fn post(
    label: &str,
    action: &str,
    csrf: &str,
    weight: Weight,
    sign: Option<Icon>,
) -> Markup {
    html! {
        form class="inline" method="post" action=(action) {
            (super::form::csrf_field(csrf))
            button class=(weight.class()) type="submit" { @if let Some(sign) = sign { (icon(sign)) } (label) }
        }
    }
}
