//! How strong a password is, while it is typed. Nothing of it is kept or logged.

use axum::response::{IntoResponse, Response};
use maud::html;

use crate::auth::{LONGEST, Strength};
use crate::web::error::WebError;
use crate::web::form::Form;
use crate::web::visit::Visit;

/// Answers with a meter and a word; with nothing where too many ask at once, which only means that no meter is shown.
pub(super) async fn strength(visit: Visit, form: Form) -> Result<Response, WebError> {
    let password: String = form.get("password").chars().take(LONGEST).collect();
    let Ok(room) = visit.state.asks_in_hand.clone().try_acquire_owned() else {
        return Ok(html! {}.into_response());
    };
    if password.is_empty() {
        return Ok(html! {}.into_response());
    }
    let mut personal: Vec<String> = visit
        .state
        .vault
        .firm()?
        .map(|firm| firm.name)
        .into_iter()
        .collect();
    if let Some(signed_in) = &visit.signed_in {
        personal.extend([signed_in.user.name.clone(), signed_in.user.email.clone()]);
    }
    let reckoned = tokio::task::spawn_blocking(move || {
        let _room = room;
        let personal: Vec<&str> = personal.iter().map(String::as_str).collect();
        Strength::of(&password, &personal)
    });
    let strength = reckoned.await.map_err(|_| WebError::Broken)?;
    let words = visit.text(&format!("strength-{}", strength.name()));
    let part = html! {
        p class="hint" {
            meter min="0" max="4" low="2" high="3" optimum="4" value=(strength as u8 + 1) aria-hidden="true" {} " "
            (visit.text("strength-label")) ": " (words)
        }
    };
    Ok(part.into_response())
}
