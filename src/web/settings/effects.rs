//! "What will change": who gains and who loses what by a role, an account or a team, shown before it is saved.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use sha2::{Digest, Sha256};

use crate::data::{AccessError, Effect, FieldError, Permission, Records, Shift};
use crate::names;
use crate::web::components::card::panel;
use crate::web::components::chip::avatar;
use crate::web::components::icon::{Icon, icon};
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::visit::Member;

/// The id of the form whose change is looked at; see [`reviewed_form`](crate::web::components::form::reviewed_form).
const FORM: &str = "edit";
/// People told of one by one; of a role that half a firm has, the rest would say the same again.
const MOST_TOLD: usize = 40;

/// What a change would do, told once.
pub(super) struct Review {
    told: Markup,
    digest: String,
    nobody: bool,
}

impl Review {
    pub(super) fn of(member: &Member, effects: &[Effect]) -> Self {
        let told = told(member, effects);
        let digest = data_encoding::HEXLOWER.encode(&Sha256::digest(told.0.as_bytes())[..12]);
        Self {
            told,
            digest,
            nobody: effects.is_empty(),
        }
    }

    /// Whether there is something to look at that whoever sends the form has not seen yet. The button asks for it; a
    /// form sent without its button is saved at once.
    pub(super) fn is_due(&self, form: &Form) -> bool {
        form.get("step") == "review" && !self.nobody && form.get("seen") != self.digest
    }

    fn markup(&self) -> Markup {
        html! {
            (self.told)
            input type="hidden" name="seen" value=(self.digest) form=(FORM);
        }
    }
}

/// The panel beside the form, which script fills as the form changes.
pub(super) fn effects_panel(member: &Member, review: Option<&Review>) -> Markup {
    panel(
        &member.text("effects-title"),
        html! {},
        html! {
            div id="effects" aria-live="polite" {
                @match review {
                    Some(review) => (review.markup()),
                    None => p class="muted" { (member.text("effects-nothing-yet")) },
                }
            }
        },
    )
}

/// Stands above the form when it has come back to be looked at.
pub(super) fn review_note(member: &Member) -> Markup {
    html! {
        div class="banner info" role="status" tabindex="-1" data-focus="" {
            (icon(Icon::Info))
            div { (member.text("effects-look")) " " a href="#effects" { (member.text("effects-title")) } }
        }
    }
}

/// What a preview answers to script: the inside of the panel.
pub(super) fn fragment(
    member: &Member,
    effects: Result<Vec<Effect>, AccessError>,
) -> Result<Response, WebError> {
    match effects {
        Ok(effects) => Ok(Review::of(member, &effects).markup().into_response()),
        Err(AccessError::Invalid(errors)) => Ok(cannot(member, &errors)),
        Err(AccessError::Conflict(problem)) => Ok(cannot(member, &[FieldError::new("", problem)])),
        Err(error) => Err(error.into()),
    }
}

fn cannot(member: &Member, errors: &[FieldError]) -> Response {
    let said = html! {
        @for error in member.errors(errors) { p class="error" { (icon(Icon::Error)) span { (error.message) } } }
    };
    (StatusCode::UNPROCESSABLE_ENTITY, said).into_response()
}

fn told(member: &Member, effects: &[Effect]) -> Markup {
    let more = effects.len().saturating_sub(MOST_TOLD);
    html! {
        @if effects.is_empty() { p class="muted" { (member.text("effects-none")) } }
        ul class="effects" {
            @for effect in effects.iter().take(MOST_TOLD) {
                li {
                    p class="person" { (avatar(&effect.name)) strong dir="auto" { (effect.name) } }
                    ul { @for shift in &effect.shifts { (lines(member, shift)) } }
                }
            }
        }
        @if more > 0 { p class="muted small" { (member.text_with("effects-more-people", &[("count", more.into())])) } }
    }
}

/// One line for what is gained and one for what is lost.
fn lines(member: &Member, shift: &Shift) -> Markup {
    match shift {
        Shift::SignIn { gained } => line(member, *gained, &member.text("effects-sign-in")),
        Shift::Unassigned { module, gained } => {
            let what = format!(
                "{}: {}",
                member.text(&format!("nav-{module}")),
                member.text("role-option-unassigned")
            );
            line(member, *gained, &what)
        }
        Shift::Permission { permission, gained } => {
            let what = match permission {
                Permission::Admin(_) => format!("{}: ", member.text("role-admin")),
                _ => String::new(),
            };
            let what = format!("{what}{}", names::permission(member.lang, *permission));
            line(member, *gained, &what)
        }
        Shift::SecondStep { required, sets_up } => {
            let key = match (required, sets_up) {
                (true, true) => "effects-second-step-set-up",
                (true, false) => "effects-second-step",
                (false, _) => "effects-second-step-free",
            };
            line(member, !required, &member.text(key))
        }
        Shift::Group {
            module,
            group,
            from,
            to,
        } => {
            let what = format!(
                "{}, {}",
                member.text(&format!("nav-{module}")),
                member.text(&format!("role-group-{group}"))
            );
            let [from_word, to_word] =
                [from, to].map(|access| member.text(&format!("role-access-{}", access.name())));
            line(
                member,
                to > from,
                &format!("{what}: {from_word} → {to_word}"),
            )
        }
        Shift::Reach {
            module,
            act,
            from,
            to,
            more,
            fewer,
        } => {
            let head = format!(
                "{}: {}",
                member.text(&format!("nav-{module}")),
                member.text(&format!("permission-{}", act.name()))
            );
            let scopes = if from == to {
                String::new()
            } else {
                let [from, to] =
                    [from, to].map(|scope| member.text(&format!("role-scope-{}", scope.name())));
                format!(" {from} → {to}")
            };
            let counted = |records: &Option<Records>, key: &str| match records {
                None | Some(Records::Counted(0)) => String::new(),
                Some(Records::Counted(count)) => {
                    member.text_with(key, &[("count", (*count).into())])
                }
                Some(Records::NotTold) => member.text("effects-not-told"),
            };
            let side = |gained: bool, records: &Option<Records>, by_scope: bool| {
                let counted = counted(
                    records,
                    if gained {
                        "effects-more"
                    } else {
                        "effects-fewer"
                    },
                );
                let scopes = if by_scope { scopes.as_str() } else { "" };
                let told = by_scope || !counted.is_empty();
                let joint = if counted.is_empty() { "" } else { " · " };
                html! { @if told { (line(member, gained, &format!("{head}{scopes}{joint}{counted}"))) } }
            };
            html! { (side(true, more, to > from)) (side(false, fewer, to < from)) }
        }
    }
}

fn line(member: &Member, gained: bool, what: &str) -> Markup {
    let (class, sign, word) = if gained {
        ("accent", "+ ", "effects-gains")
    } else {
        ("loss", "− ", "effects-loses")
    };
    html! {
        li class=(class) {
            span aria-hidden="true" { (sign) }
            span class="hidden" { (member.text(word)) " " }
            (what)
        }
    }
}
