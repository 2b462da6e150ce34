//! Signing in and out, and the first start.

mod by_link;
mod invitation;
mod places;
mod recovery;
mod second_step;
mod strength;
#[cfg(test)]
mod tests;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::Markup;

use super::components::sign_in::{Login, SetupValues, login, setup};
use super::cookies::{add_cookie, no_session_cookie, session_cookie, theme_cookie};
use super::error::{WebError, WebResult};
use super::form::Form;
use super::gate::{self, UNPROCESSABLE, safe_next};
use super::layout::Theme;
use super::need::{Need, Route};
use super::visit::{Member, Visit, see_other};
use crate::auth::{PasswordError, Passwords, Verified};
use crate::data::records::email::Email;
use crate::data::{AccessError, Channel, Entrance, FieldError, Founding, Problem};

const BEFORE: Need = Need::Public("comes before signing in");

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/login", BEFORE, login_page),
        Route::post("/login", BEFORE, sign_in),
        Route::post("/logout", Need::SignedIn, sign_out),
        Route::post(
            "/login/strength",
            Need::Public("tells how strong a password is"),
            strength::strength,
        ),
        Route::get("/setup", BEFORE, setup_page),
        Route::post("/setup", BEFORE, set_up),
        Route::post("/profile/theme", Need::SignedIn, choose_theme),
    ];
    routes.extend(recovery::routes());
    routes.extend(second_step::routes());
    routes.extend(invitation::routes());
    routes
}

/// The value of a parameter of the address.
fn parameter(visit: &Visit, name: &str) -> String {
    visit.parameters().get(name).to_owned()
}

async fn login_page(visit: Visit) -> WebResult {
    if visit.state.vault.firm()?.is_none() {
        return Ok(see_other("/setup"));
    }
    let next = parameter(&visit, "next");
    if visit.signed_in.is_some() {
        return Ok(see_other(safe_next(&next)));
    }
    let notice = match parameter(&visit, "notice").as_str() {
        "signed-out" => Some(visit.text("notice-signed-out")),
        "attempt-over" => Some(visit.text("notice-attempt-over")),
        "password-set" => Some(visit.text("notice-password-set")),
        _ => None,
    };
    show_login(
        &visit,
        StatusCode::OK,
        "",
        safe_next(&next),
        None,
        notice.as_deref(),
    )
}

fn show_login(
    visit: &Visit,
    status: StatusCode,
    email: &str,
    next: &str,
    error: Option<&str>,
    notice: Option<&str>,
) -> WebResult {
    let temporary = visit.state.tls.is_temporary();
    let temporary = temporary.then(|| visit.text("login-temporary-certificate"));
    let content = login(&Login {
        lang: visit.lang,
        csrf: &visit.csrf,
        email,
        next,
        error,
        notice: notice.or(temporary.as_deref()),
        address: &visit.client.address.to_string(),
        office: visit.client.office,
        forgot: visit.state.mail.links_off()?.is_none(),
    });
    Ok(visit.bare_page(status, &visit.text("login-title"), content))
}

async fn sign_in(visit: Visit, form: Form) -> WebResult {
    let (email, next) = (form.get("email").trim(), safe_next(form.get("next")));
    let address = visit.client.address;
    if let Err(wait) = visit.state.throttle.check(email, address) {
        let seconds = wait.0.max(1);
        let error = visit.text_with("error-throttled", &[("seconds", seconds.into())]);
        let mut response = show_login(
            &visit,
            StatusCode::TOO_MANY_REQUESTS,
            email,
            next,
            Some(&error),
            None,
        )?;
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
        return Ok(response);
    }
    let credential = visit.state.vault.credential(email)?;
    let user = credential.as_ref().map(|credential| credential.user);
    let verified = visit
        .state
        .passwords
        .verify(credential, form.get("password"))
        .await;
    let Some(verified) = verified else {
        return refuse(&visit, email, next, user).await;
    };
    enter(&visit, verified, email, next).await
}

/// Goes on after the password was right: into a session, or to the page of the second step. Nothing else begins a
/// session, save the first owner's start: links from letters set passwords and sign nobody in.
async fn enter(visit: &Visit, verified: Verified, email: &str, next: &str) -> WebResult {
    let (user, origin) = (verified.user(), gate::origin(&visit.client, Channel::Web));
    let (vault, agent) = (&visit.state.vault, &visit.agent);
    let (device, before) = (visit.device.clone(), visit.attempt.clone());
    match vault
        .enter(verified, origin, agent, next, device, before)
        .await
    {
        Ok(Entrance::In(secret)) => {
            let address = visit.client.address;
            visit.state.throttle.succeeded(email, address);
            // A session the browser held before is of no more use (OWASP ASVS 7.2.4).
            if let (Some(old), Some(signed_in)) = (&visit.secret, &visit.signed_in) {
                vault.end_session(old, &signed_in.actor).await?;
            }
            let mut response = see_other(next);
            add_cookie(&mut response, &session_cookie(visit, &secret));
            Ok(response)
        }
        // The throttle hears of success when the second step is done.
        Ok(Entrance::HalfWay(attempt)) => second_step::lead_on(visit, &attempt).await,
        Err(AccessError::SignedOut) => refuse(visit, email, next, Some(user)).await,
        Err(AccessError::Barred(barred)) => places::refuse(visit, email, &barred).await,
        Err(error) => Err(error.into()),
    }
}

/// The same words for an unknown address, a wrong password and a disabled account.
async fn refuse(
    visit: &Visit,
    email: &str,
    next: &str,
    user: Option<crate::data::UserId>,
) -> WebResult {
    visit.state.throttle.failed(email, visit.client.address);
    let origin = gate::origin(&visit.client, Channel::Web);
    visit
        .state
        .vault
        .note_failed_sign_in(user, origin, "password")
        .await?;
    let error = visit.text("login-wrong");
    show_login(visit, UNPROCESSABLE, email, next, Some(&error), None)
}

async fn sign_out(member: Member) -> WebResult {
    if let Some(secret) = &member.secret {
        member
            .state
            .vault
            .end_session(secret, &member.signed_in.actor)
            .await?;
    }
    let mut response = see_other("/login?notice=signed-out");
    add_cookie(&mut response, &no_session_cookie(&member));
    // What the browser kept of our pages goes too (OWASP ASVS 14.3.1).
    response.headers_mut().insert(
        "clear-site-data",
        axum::http::HeaderValue::from_static("\"cache\", \"storage\""),
    );
    Ok(response)
}

async fn choose_theme(member: Member, form: Form) -> WebResult {
    let theme = Theme::from_code(form.get("theme"));
    let json = serde_json::json!({"theme": theme.code()});
    member
        .access
        .update_self(json.as_object().cloned().unwrap_or_default())
        .await?;
    let mut response = if member.partial {
        StatusCode::NO_CONTENT.into_response()
    } else {
        see_other(&referring_path(&member))
    };
    add_cookie(&mut response, &theme_cookie(&member, theme));
    Ok(response)
}

fn referring_path(visit: &Visit) -> String {
    safe_next(&visit.referring).to_owned()
}

async fn setup_page(visit: Visit) -> WebResult {
    if visit.state.vault.firm()?.is_some() {
        return Err(WebError::NotFound);
    }
    Ok(show_setup(
        &visit,
        StatusCode::OK,
        &SetupValues::default(),
        &[],
    ))
}

fn show_setup(
    visit: &Visit,
    status: StatusCode,
    values: &SetupValues,
    errors: &[FieldError],
) -> Response {
    let content: Markup = setup(visit.lang, &visit.csrf, values, &visit.errors(errors));
    visit.bare_page(status, &visit.text("setup-title"), content)
}

async fn set_up(visit: Visit, form: Form) -> WebResult {
    if visit.state.vault.firm()?.is_some() {
        return Err(WebError::NotFound);
    }
    let values = SetupValues {
        code: form.get("code").to_owned(),
        firm: form.get("firm").trim().to_owned(),
        name: form.get("name").trim().to_owned(),
        email: form.get("email").trim().to_owned(),
    };
    let password = form.get("password");
    let mut errors = Vec::new();
    for (field, value) in [
        ("code", &values.code),
        ("firm", &values.firm),
        ("name", &values.name),
        ("email", &values.email),
    ] {
        if value.is_empty() {
            errors.push(FieldError::new(field, Problem::new("error-required")));
        } else if value.chars().count() > 200 {
            errors.push(FieldError::new(
                field,
                Problem::new("error-too-long").with("most", 200),
            ));
        }
    }
    let email = Email::parse(&values.email);
    if let (Err(error), false) = (&email, values.email.is_empty()) {
        errors.push(FieldError::new("email", Problem::new(error.key())));
    }
    let personal = [values.name.as_str(), &values.email, &values.firm];
    if let Err(error) = Passwords::check_new(password, &personal, crate::auth::SHORTEST) {
        errors.push(password_error("password", error));
    }
    if password != form.get("password_again") {
        errors.push(FieldError::new(
            "password_again",
            Problem::new("error-password-again"),
        ));
    }
    if errors.is_empty() && !visit.state.setup.fits(&values.code) {
        errors.push(FieldError::new("code", Problem::new("error-setup-code")));
    }
    let email = match email {
        Ok(email) if errors.is_empty() => email.unique().to_owned(),
        _ => return Ok(show_setup(&visit, UNPROCESSABLE, &values, &errors)),
    };
    let founding = Founding {
        firm: values.firm,
        demo: false,
        email: email.clone(),
        name: values.name,
        password_hash: visit.state.passwords.hash(password).await,
        language: Some(visit.lang.code().to_owned()),
        channel: Channel::Web,
    };
    match visit.state.vault.found(founding).await {
        Ok(_) => {}
        Err(AccessError::Conflict(_)) => return Err(WebError::NotFound),
        Err(error) => return Err(error.into()),
    }
    // Whoever has just set the password need not type it again.
    let credential = visit.state.vault.credential(&email)?;
    let verified = visit
        .state
        .passwords
        .verify(credential, password)
        .await
        .ok_or(WebError::Broken)?;
    let origin = gate::origin(&visit.client, Channel::Web);
    let (secret, _) = visit
        .state
        .vault
        .begin_session(verified, origin, &visit.agent)
        .await?;
    let mut response = see_other("/");
    add_cookie(&mut response, &session_cookie(&visit, &secret));
    Ok(response)
}

/// A password that is not taken, as an error of its field.
pub(crate) fn password_error(field: &str, error: PasswordError) -> FieldError {
    let problem = match error {
        PasswordError::TooShort(least) => Problem::new(error.key()).with("least", least),
        PasswordError::TooLong => Problem::new(error.key()).with("most", crate::auth::LONGEST),
        PasswordError::TooSimple | PasswordError::Common | PasswordError::Personal => {
            Problem::new(error.key())
        }
    };
    FieldError::new(field, problem)
}
