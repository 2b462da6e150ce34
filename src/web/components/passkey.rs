//! A form that a passkey fills in. The browser's answer needs script; without it the form says so, and the other ways are
//! there.

use maud::{Markup, html};

use super::banner::{Verdict, banner};
use super::button::Weight;
use super::form::{csrf_field, hidden_fields};
use crate::data::Site;
use crate::i18n::{Lang, text, text_with};
use crate::web::assets::asset_url;

/// What a browser is to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// To make a passkey.
    Add,
    /// To show one.
    Show,
}

/// What the form is made of.
pub(crate) struct PasskeyForm<'a> {
    pub(crate) lang: Lang,
    pub(crate) csrf: &'a str,
    pub(crate) action: &'a str,
    pub(crate) asks: Asks,
    pub(crate) site: &'a Site,
    /// The question, as JSON.
    pub(crate) question: &'a str,
    pub(crate) hidden: &'a [(&'a str, &'a str)],
    pub(crate) fields: Markup,
    pub(crate) submit: &'a str,
}

/// The form.
pub(crate) fn passkey_form(form: PasskeyForm<'_>) -> Markup {
    let say = |key: &str| text(form.lang, key);
    let elsewhere = text_with(
        form.lang,
        "passkey-elsewhere",
        &[("address", form.site.origin().into())],
    );
    let kind = match form.asks {
        Asks::Add => "add",
        Asks::Show => "show",
    };
    html! {
        div {
            div data-unscripted="" { (banner(Verdict::Info, html! { (say("passkey-unscripted")) })) }
            form method="post" action=(form.action) data-passkey=(kind) data-options=(form.question) data-origin=(form.site.origin())
                data-text-elsewhere=(elsewhere) data-text-none=(say("passkey-none")) data-text-known=(say("error-passkey-known"))
                data-text-stopped=(say("passkey-stopped")) {
                (csrf_field(form.csrf))
                (hidden_fields(form.hidden))
                input type="hidden" name="answer" value="";
                (form.fields)
                p class="error" role="alert" data-said="" hidden {}
                div class="actions after" { button class=(Weight::Primary.class()) type="submit" disabled { (form.submit) } }
            }
            script type="module" src=(asset_url("passkey.js")) {}
        }
    }
}
