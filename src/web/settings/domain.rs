//! HTTPS: the names of the server, where they lead to, the certificate in use and how it stays in date.

mod acts;
mod certificate;
mod state;
mod steps;
mod upload;

#[cfg(test)]
mod tests;

use std::net::IpAddr;

use axum::http::{HeaderValue, StatusCode, header};
use futures_util::future::join_all;
use maud::{Markup, html};

use super::{FIRM, crumbs};
use crate::config::TlsMode;
use crate::data::{DomainSettings, FieldError, Problem, Reading};
use crate::tls::{Happened, Pointing, WhereTo, domain_name, own_addresses, points_here};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{EditForm, edit_form, error_of};
use crate::web::components::icon::Icon;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/settings/domain";
/// Names of one certificate; authorities take a hundred.
const MOST_NAMES: usize = 20;

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get(PLACE, FIRM, page),
        Route::post(PLACE, FIRM, save),
        Route::post("/settings/domain/check", FIRM, check),
    ];
    routes.extend(acts::routes());
    routes.extend(upload::routes());
    routes
}

/// What the page shows beside what is kept.
#[derive(Default)]
struct Sent {
    form: Option<Form>,
    errors: Vec<FieldError>,
    /// Where the names lead to, once that was asked for.
    pointing: Option<Vec<Pointing>>,
    /// Where this machine goes out from.
    here: Vec<IpAddr>,
    /// Why an uploaded certificate is not taken.
    refused: Option<Problem>,
}

async fn page(member: Member) -> WebResult {
    let status = member.state.tls.status();
    let refused = status.and_then(|status| status.last_error);
    let refused = refused.is_some_and(|event| event.happened == Happened::Failed);
    // Most often a name leads elsewhere, and both addresses tell more than the authority.
    let pointing = if refused && take_turn(&member).is_ok() {
        Some(where_names_lead(&member).await)
    } else {
        None
    };
    let sent = Sent {
        here: own_addresses().await,
        pointing,
        ..Sent::default()
    };
    let reading = member.access.read()?;
    show(&member, &reading, StatusCode::OK, sent)
}

fn show(member: &Member, reading: &Reading, status: StatusCode, sent: Sent) -> WebResult {
    let title = member.text("domain-title");
    let refused = sent.refused.as_ref().map(|problem| member.say(problem));
    let content = html! {
        (crumbs(member, None))
        (page_header(&title, "", html! {}))
        (state::state(member))
        (state::trouble(member))
        div class="role-columns" {
            div {
                (steps::steps(member))
                (certificate::panel_of(member))
                (settings(member, &sent)?)
                (pointing_panel(member, &sent))
            }
            div {
                (upload::panel_of(member, refused.as_deref()))
                (certificate::history(member))
            }
        }
    };
    Ok(member.page_with(status, reading, &title, content, ""))
}

fn settings(member: &Member, sent: &Sent) -> Result<Markup, WebError> {
    let tls = &member.state.tls;
    let kept = member.state.vault.domain_settings()?;
    let file = tls.configured();
    let (plan, errors) = (tls.plan(), member.errors(&sent.errors));
    let mode_locked = file.given.contains(&"mode");
    let names_locked = !file.domains.is_empty();
    let contact_locked = !file.acme.contact.is_empty();
    let in_file = || member.text("domain-in-file");
    let given = |name: &str, kept: String| {
        sent.form
            .as_ref()
            .and_then(|form| form.given(name).map(str::to_owned))
            .unwrap_or(kept)
    };
    let names = if names_locked {
        file.domains.join("\n")
    } else {
        given("domains", kept.domains.join("\n"))
    };
    let contact = if contact_locked {
        file.acme.contact.clone()
    } else {
        given("contact", kept.contact.clone())
    };
    let mode = match plan.mode {
        _ if !mode_locked => given("mode", kept_mode(&kept).to_owned()),
        TlsMode::Off => "off".to_owned(),
        TlsMode::Acme | TlsMode::Own => "acme".to_owned(),
        TlsMode::Files => "files".to_owned(),
    };
    let mut modes = vec![
        Choice::new("off", member.text("domain-mode-off")),
        Choice::new("acme", member.text("domain-mode-acme")),
        Choice::new("own", member.text("domain-mode-own")),
    ];
    if mode == "files" {
        modes.push(Choice::new("files", member.text("domain-mode-files")));
    }
    let is_files = mode == "files";
    let steps_in = match &sent.form {
        Some(form) => form.get("step_in") == "true",
        None => kept.step_in,
    };
    // Without one of the firm's own there is nothing to step in for.
    let may_step_in = is_files || !mode_locked;
    let asks_nobody = mode_locked && (mode == "off" || (is_files && !steps_in));
    let hint = |locked: bool, key: &str| if locked { in_file() } else { member.text(key) };
    let fields = html! {
        div class="panel" {
            (Field::new("domains", member.text("domain-names")).value(names).disabled(names_locked)
                .hint(hint(names_locked, "domain-names-hint")).error(error_of(&errors, "domains")).textarea(2))
            (Field::new("mode", member.text("domain-mode")).value(mode).disabled(mode_locked)
                .hint(hint(mode_locked, "domain-mode-hint")).error(error_of(&errors, "mode")).select(&modes))
            @if may_step_in {
                div class="field" {
                    label class="option" {
                        input type="checkbox" name="step_in" value="true" checked[steps_in] aria-describedby="step-in-hint";
                        (member.text("domain-step-in"))
                    }
                    p class="hint" id="step-in-hint" { (member.text("domain-step-in-hint")) }
                }
            }
            @if !asks_nobody { (Field::new("contact", member.text("domain-contact")).value(contact).disabled(contact_locked)
                .hint(hint(contact_locked, "domain-contact-hint")).error(error_of(&errors, "contact")).email()) }
        }
    };
    Ok(html! {
        @if mode_locked && names_locked && !may_step_in && (contact_locked || asks_nobody) { (fields) } @else {
            (edit_form(EditForm {
                lang: member.lang,
                action: PLACE,
                csrf: &member.csrf,
                errors: &errors,
                fields,
                save_label: &member.text("action-save-changes"),
                cancel_href: "/settings",
                note: "",
                uploads: false,
            }))
        }
    })
}

/// The record that a name needs, where it leads to now, and the tests.
fn pointing_panel(member: &Member, sent: &Sent) -> Markup {
    let plan = member.state.tls.plan();
    let can_test = steps::can_test(member);
    let addresses = |list: &[std::net::IpAddr]| {
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        if list.is_empty() {
            "—".to_owned()
        } else {
            list.join(", ")
        }
    };
    panel(
        &member.text("domain-dns-title"),
        html! {},
        html! {
            p class="hint" { (member.text("domain-dns-about")) }
            @for record in steps::records(&plan.domains, &sent.here) { p { code { (record) } } }
            @for found in sent.pointing.as_deref().unwrap_or_default() {
                (banner(if found.to == WhereTo::Here { Verdict::Ok } else { Verdict::Warn }, html! {
                    strong { bdi { (found.name) } } " " (member.text(found.to.key()))
                    p class="small" {
                        (member.text("domain-dns-found")) " " code { (addresses(&found.found)) } br;
                        (member.text("domain-dns-here")) " " code { (addresses(&found.here)) }
                    }
                }))
            }
            @if !plan.domains.is_empty() {
                @if can_test { p class="hint" { (member.text("domain-test-about")) } }
                div class="actions after" {
                    (button::post(&member.text("domain-dns-check"), "/settings/domain/check", &member.csrf, Weight::Plain, Some(Icon::Search)))
                    @if can_test {
                        (button::post(&member.text("domain-test"), "/settings/domain/test", &member.csrf, Weight::Plain, Some(Icon::Check)))
                    }
                }
            }
        },
    )
}

/// The word of the form for what is kept.
fn kept_mode(kept: &DomainSettings) -> &'static str {
    match (kept.on, kept.own) {
        (false, _) => "off",
        (true, false) => "acme",
        (true, true) => "own",
    }
}

async fn save(member: Member, form: Form) -> WebResult {
    let tls = member.state.tls.clone();
    let mut settings = member.state.vault.domain_settings()?;
    let file = tls.configured();
    let mut errors = Vec::new();
    let mut wrong = |field: &str, key: &'static str| {
        errors.push(FieldError::new(field, Problem::new(key)));
    };
    if file.domains.is_empty() {
        let lines = form.get("domains").split([',', '\n', ' ', '\r']);
        let lines: Vec<&str> = lines.filter(|line| !line.trim().is_empty()).collect();
        let names: Option<Vec<String>> = lines.iter().map(|line| domain_name(line)).collect();
        match names {
            Some(names) if names.len() <= MOST_NAMES => {
                settings.domains = Vec::new();
                for name in names {
                    if !settings.domains.contains(&name) {
                        settings.domains.push(name);
                    }
                }
            }
            _ => wrong("domains", "error-domain-name"),
        }
    }
    settings.step_in = form.get("step_in") == "true";
    if file.acme.contact.is_empty()
        && let Some(contact) = form.given("contact")
    {
        let contact = contact.trim();
        if contact.is_empty() || contact.parse::<lettre::Address>().is_ok() {
            contact.clone_into(&mut settings.contact);
        } else {
            wrong("contact", "error-domain-contact");
        }
    }
    if !file.given.contains(&"mode") {
        let mode = form.get("mode");
        (settings.on, settings.own) = (mode == "acme" || mode == "own", mode == "own");
        if settings.on && settings.domains.is_empty() && file.domains.is_empty() {
            wrong("domains", "error-domain-none");
        }
        // The proxy speaks plain HTTP to us: it, and everybody with it, would be shut out.
        if settings.on && !tls.is_on() && member.visit.client.proxied {
            wrong("mode", "error-domain-proxied");
        }
    }
    if !errors.is_empty() {
        let sent = Sent {
            form: Some(form),
            errors,
            ..Sent::default()
        };
        let reading = member.access.read()?;
        return show(&member, &reading, UNPROCESSABLE, sent);
    }
    let was_trusted = tls.is_trusted(crate::clock::now());
    member.access.set_domain_settings(settings.clone()).await?;
    apply(&member, settings).await?;
    let mut answer = see_other("/settings/domain?notice=saved");
    if was_trusted && !tls.is_on() {
        // The last answer by HTTPS lets this browser come by plain HTTP again (RFC 6797 §6.1.1).
        let never = HeaderValue::from_static("max-age=0");
        let headers = answer.headers_mut();
        headers.insert(header::STRICT_TRANSPORT_SECURITY, never);
    }
    Ok(answer)
}

/// Takes the settings up; certificates are read from the disk.
async fn apply(member: &Member, settings: DomainSettings) -> Result<(), WebError> {
    let tls = member.state.tls.clone();
    let applied = tokio::task::spawn_blocking(move || tls.apply(&settings, crate::clock::now()));
    match applied.await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(fault)) => {
            tracing::warn!(%fault, "the settings of the domain cannot be taken up");
            Err(WebError::Broken)
        }
        Err(_) => Err(WebError::Broken),
    }
}

/// What leads outside is asked for a few times a minute at most.
fn take_turn(member: &Member) -> Result<(), WebError> {
    member
        .state
        .lookups
        .take(member.signed_in.user.id, crate::clock::now())
        .map_err(WebError::Throttled)
}

async fn where_names_lead(member: &Member) -> Vec<Pointing> {
    let tls = &member.state.tls;
    let names = tls.plan().domains;
    let asked = names.iter().take(MOST_NAMES);
    join_all(asked.map(|name| points_here(tls, name))).await
}

async fn check(member: Member) -> WebResult {
    take_turn(&member)?;
    let sent = Sent {
        here: own_addresses().await,
        pointing: Some(where_names_lead(&member).await),
        ..Sent::default()
    };
    let reading = member.access.read()?;
    show(&member, &reading, StatusCode::OK, sent)
}
