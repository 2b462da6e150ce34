//! Photos and the logo: sending them in, and showing them.

use axum::extract::{Path, Request};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};

use super::components::button::{self, Weight};
use super::components::chip::avatar;
use super::components::field::Field;
use super::components::form::csrf_field;
use super::error::{WebError, WebResult};
use super::form::{cut, upload_parts};
use super::need::{Need, Route};
use super::visit::{Member, Visit};
use crate::data::{Firm, Picture, PictureProblem, User, UserId};

/// The routes by which pictures are shown.
pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/people/{id}/photo", Need::SignedIn, photo),
        Route::get(
            "/firm/logo",
            Need::Public("the logo stands on the sign-in page"),
            logo,
        ),
    ]
}

async fn photo(member: Member, Path(id): Path<String>) -> WebResult {
    let id: UserId = id.parse().map_err(|_| WebError::NotFound)?;
    Ok(shown(member.access.read()?.photo(id)?))
}

async fn logo(visit: Visit) -> WebResult {
    let logo = visit.state.vault.logo()?.ok_or(WebError::NotFound)?;
    Ok(shown(logo))
}

/// A picture as somebody else made it: whatever else the file may hold, it is drawn as a picture and runs nothing.
fn shown(picture: Picture) -> Response {
    let heads = [
        (header::CONTENT_TYPE, picture.kind().media_type()),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_DISPOSITION, "inline"),
        // Its address changes with the picture.
        (header::CACHE_CONTROL, "private, max-age=86400"),
    ];
    (heads, picture.into_bytes()).into_response()
}

/// Where somebody's photo is.
pub(crate) fn photo_address(user: &User) -> Option<String> {
    user.photo
        .map(|number| format!("/people/{}/photo?v={number}", user.id))
}

/// Where the firm's logo is.
pub(crate) fn logo_address(firm: &Firm) -> Option<String> {
    firm.logo.map(|number| format!("/firm/logo?v={number}"))
}

/// Somebody's photo, or their initials.
pub(crate) fn avatar_of(user: &User) -> Markup {
    picture_or(photo_address(user).as_deref(), &user.name)
}

/// A photo at an address, or the initials of a name.
pub(crate) fn picture_or(address: Option<&str>, name: &str) -> Markup {
    match address {
        Some(address) => {
            html! { img class="avatar" src=(address) alt="" width="20" height="20" loading="lazy"; }
        }
        None => avatar(name),
    }
}

/// The form that sends a picture, or takes it away.
pub(crate) fn picture_form(
    member: &Member,
    action: &str,
    now: Option<&str>,
    error: Option<&str>,
) -> Markup {
    html! {
        form method="post" action=(action) enctype="multipart/form-data" {
            (csrf_field(&member.csrf))
            @if let Some(now) = now { img class="picture" src=(now) alt=(member.text("picture-now")); }
            (Field::new("picture", member.text("picture-file")).hint(member.text("picture-hint")).error(error).file("image/png,image/jpeg,image/webp"))
            div class="actions after" {
                (button::submit(&member.text("picture-save"), Weight::Plain))
                @if now.is_some() { (button::submit_with(&member.text("picture-remove"), Weight::Quiet, None, "remove", "1")) }
            }
        }
    }
}

/// What such a form sent.
pub(crate) enum Sent {
    Picture(Picture),
    Remove,
    Refused(PictureProblem),
}

/// Reads the form; of a file that is too heavy no more than shows that it is.
pub(crate) async fn receive(request: Request) -> Result<Sent, WebError> {
    let mut parts = upload_parts(request)?;
    let mut sent = Sent::Refused(PictureProblem::Empty);
    while let Some(mut part) = parts.next_field().await.map_err(cut)? {
        let name = part.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.map_err(cut)? {
            if bytes.len() + chunk.len() > Picture::MOST_BYTES {
                return Ok(Sent::Refused(PictureProblem::TooHeavy));
            }
            bytes.extend_from_slice(&chunk);
        }
        match name.as_str() {
            "remove" if bytes == b"1" => return Ok(Sent::Remove),
            "picture" => {
                sent = match Picture::read(bytes) {
                    Ok(picture) => Sent::Picture(picture),
                    Err(problem) => Sent::Refused(problem),
                };
            }
            _ => {}
        }
    }
    Ok(sent)
}
