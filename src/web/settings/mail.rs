//! Outgoing mail: the server, a test of it, and how the queue stands.

use axum::http::StatusCode;
use axum::response::Response;
use maud::{Markup, html};

use super::{FIRM, crumbs};
use crate::data::{
    AccessError, FieldError, Letter, MailPassword, MailSecurity, MailServer, Problem, Reading,
    Template, Unsent,
};
use crate::mailer::{Off, SendError};
use crate::web::components::banner::{Verdict, banner, verdict};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{EditForm, edit_form, error_of};
use crate::web::components::icon::Icon;
use crate::web::components::list::{Column, PhoneSlot, plain_table};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const PLACE: &str = "/settings/mail";
/// Letters given up that the page lists.
const MOST_SHOWN: usize = 50;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get(PLACE, FIRM, page),
        Route::post(PLACE, FIRM, save),
        Route::post("/settings/mail/test", FIRM, test),
    ]
}

/// What stands in the form.
struct Values {
    host: String,
    port: String,
    security: String,
    user: String,
    from: String,
    ca: String,
}

impl Values {
    fn of(server: Option<&MailServer>) -> Self {
        let text = |part: fn(&MailServer) -> &String| server.map(part).cloned().unwrap_or_default();
        Self {
            host: text(|server| &server.host),
            port: server.map_or("587".to_owned(), |server| server.port.to_string()),
            security: server
                .map_or(MailSecurity::default(), |server| server.security)
                .name()
                .to_owned(),
            user: text(|server| &server.user),
            from: text(|server| &server.from),
            ca: text(|server| &server.ca),
        }
    }

    fn sent(form: &Form) -> Self {
        let of = |name: &str| form.get(name).trim().to_owned();
        Self {
            host: of("host"),
            port: of("port"),
            security: of("security"),
            user: of("user"),
            from: of("from"),
            ca: of("ca"),
        }
    }

    fn server(&self, password: &str) -> Result<MailServer, FieldError> {
        let wrong = |field: &str, key: &'static str| FieldError::new(field, Problem::new(key));
        Ok(MailServer {
            host: self.host.clone(),
            port: self
                .port
                .parse()
                .map_err(|_| wrong("port", "error-mail-port"))?,
            security: MailSecurity::from_name(&self.security)
                .ok_or_else(|| wrong("security", "error-choice"))?,
            user: self.user.clone(),
            password: MailPassword::new(password),
            from: self.from.clone(),
            ca: self.ca.clone(),
        })
    }
}

/// What the page shows beside what is kept.
#[derive(Default)]
struct Sent {
    values: Option<Values>,
    errors: Vec<FieldError>,
    /// Why the test failed, in the server's own words.
    failed: Option<String>,
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    show(&member, &reading, StatusCode::OK, Sent::default())
}

fn show(member: &Member, reading: &Reading, status: StatusCode, sent: Sent) -> WebResult {
    let mail = &member.state.mail;
    let own = reading.mail_server()?;
    let configured = mail.configured();
    let server = configured.as_ref().or(own.as_ref());
    let locked = configured.is_some();
    let values = sent.values.unwrap_or_else(|| Values::of(server));
    let fields = fields(member, &values, &sent.errors, locked);
    let title = member.text("mail-settings-title");
    let content = html! {
        (crumbs(member, None))
        (page_header(&title, "", html! {}))
        (state(member, server.is_some())?)
        @if let Some(words) = &sent.failed {
            (banner(Verdict::Warn, html! { strong { (member.text("mail-test-failed")) } p { code { (words) } } }))
        }
        div class="role-columns" {
            @if locked {
                div {
                    (banner(Verdict::Info, html! { (member.text("mail-locked")) }))
                    (fields)
                }
            } @else {
                (edit_form(EditForm {
                    lang: member.lang,
                    action: PLACE,
                    csrf: &member.csrf,
                    errors: &member.errors(&sent.errors),
                    fields,
                    save_label: &member.text("action-save-changes"),
                    cancel_href: "/settings",
                    note: &member.text("mail-empty-host"),
                    uploads: false,
                }))
            }
            div {
                (test_panel(member, server.is_some()))
                (queue_panel(member)?)
            }
        }
    };
    Ok(member.page_with(status, reading, &title, content, ""))
}

/// Whether letters go out, in a sentence.
fn state(member: &Member, has_server: bool) -> Result<Markup, crate::web::error::WebError> {
    let mail = &member.state.mail;
    let (how, title, sentence) = match (mail.off()?, mail.links_off()?) {
        (Some(_), _) => (Verdict::Warn, "mail-state-off", "mail-state-off-about"),
        (None, Some(Off::NoAddress | Off::NoServer)) => (
            Verdict::Warn,
            "mail-state-no-links",
            "mail-state-no-links-about",
        ),
        (None, None) if has_server => (Verdict::Ok, "mail-state-on", "mail-state-on-about"),
        (None, None) => (Verdict::Info, "mail-state-on", "mail-state-demo-about"),
    };
    let outbox = mail.is_demo()?;
    let way = html! {
        @if outbox { (button::link(&member.text("outbox-title"), "/dev/outbox", Weight::Plain, Some(Icon::Mail))) }
    };
    Ok(verdict(
        how,
        &member.text(title),
        &member.text(sentence),
        way,
    ))
}

fn fields(member: &Member, values: &Values, errors: &[FieldError], locked: bool) -> Markup {
    let errors = member.errors(errors);
    let field = |name: &'static str, label: &str, value: &str| {
        Field::new(name, member.text(label))
            .value(value.to_owned())
            .error(error_of(&errors, name))
            .disabled(locked)
            .autocomplete("off")
    };
    let choices = MailSecurity::ALL.map(|security| {
        let key = format!("mail-security-{}", security.name());
        Choice::new(security.name(), member.text(&key))
    });
    html! {
        div class="panel" {
            (field("host", "mail-host", &values.host).hint(member.text("mail-host-hint")).text())
            div class="field-row" {
                (field("port", "mail-port", &values.port).number())
                (field("security", "mail-security", &values.security).select(&choices))
            }
            (field("user", "mail-user", &values.user).text())
            @if !locked {
                (field("password", "field-password", "").hint(member.text("mail-password-hint")).autocomplete("new-password").password())
            }
            (field("from", "mail-from", &values.from).hint(member.text("mail-from-hint")).text())
            (field("ca", "mail-ca", &values.ca).hint(member.text("mail-ca-hint")).textarea(3))
        }
    }
}

fn test_panel(member: &Member, has_server: bool) -> Markup {
    let about = member.text_with(
        "mail-test-about",
        &[("email", member.signed_in.user.email.as_str().into())],
    );
    panel(
        &member.text("mail-test-title"),
        html! {},
        html! {
            @if has_server {
                p class="hint" { (about) }
                div class="actions after" {
                    (button::post(&member.text("mail-test-send"), "/settings/mail/test", &member.csrf, Weight::Plain, Some(Icon::Mail)))
                }
            } @else { p class="hint" { (member.text("mail-test-off")) } }
        },
    )
}

fn queue_panel(member: &Member) -> Result<Markup, AccessError> {
    let waiting = member.access.letters_waiting()?;
    let unsent = member.access.unsent_letters()?;
    let columns = [
        ("mail-unsent-to", PhoneSlot::Title),
        ("mail-unsent-when", PhoneSlot::Corner),
        ("mail-unsent-why", PhoneSlot::First),
    ]
    .map(|(key, phone)| Column::plain(member.text(key), phone));
    let rows: Vec<Vec<Markup>> = unsent
        .iter()
        .take(MOST_SHOWN)
        .map(|letter| unsent_row(member, letter))
        .collect();
    let title = member.text("mail-unsent-title");
    Ok(html! {
        (panel(&member.text("mail-queue-title"), html! {}, html! {
            p { (member.text_with("mail-queue-waiting", &[("count", waiting.into())])) }
            @if rows.is_empty() { p class="hint" { (member.text("mail-unsent-none")) } }
        }))
        @if !rows.is_empty() {
            (panel(&title, html! {}, plain_table(&title, &columns, &rows)))
        }
    })
}

fn unsent_row(member: &Member, letter: &Unsent) -> Vec<Markup> {
    let sort = serde_json::to_value(letter.template).unwrap_or_default();
    let sort = sort.as_str().unwrap_or_default().replace('_', "-");
    vec![
        html! { bdi { (letter.to) } br; span class="muted small" { (member.text(&format!("mail-letter-{sort}"))) } },
        html! { span class="muted" { (member.clock().recent(letter.given_up_at)) } },
        html! { span class="small" { (letter.why) } },
    ]
}

async fn save(member: Member, form: Form) -> WebResult {
    if member.state.mail.configured().is_some() {
        let reading = member.access.read()?;
        return show(&member, &reading, StatusCode::CONFLICT, Sent::default());
    }
    let values = Values::sent(&form);
    let server = if values.host.is_empty() {
        Ok(None)
    } else {
        values.server(form.get("password")).map(Some)
    };
    let errors = match server {
        Err(error) => vec![error],
        Ok(server) => match member.access.set_mail_server(server).await {
            Ok(()) => return Ok(see_other("/settings/mail?notice=saved")),
            Err(AccessError::Invalid(errors)) => errors,
            Err(error) => return Err(error.into()),
        },
    };
    let sent = Sent {
        values: Some(values),
        errors,
        ..Sent::default()
    };
    let reading = member.access.read()?;
    show(&member, &reading, UNPROCESSABLE, sent)
}

/// Sends a letter to the very person who asks, and to nobody else; shows the server's words where that fails.
async fn test(member: Member) -> Result<Response, crate::web::error::WebError> {
    member
        .state
        .asks
        .take(member.client.address)
        .map_err(|wait| crate::web::error::WebError::Throttled(wait.0))?;
    let user = &member.signed_in.user;
    let letter = Letter::to(user, Template::Test, crate::clock::now());
    let sent = member.state.mail.send_now(&letter).await;
    member.access.note_mail_test(sent.is_ok()).await?;
    let failed = match sent {
        Ok(()) => return Ok(see_other("/settings/mail?notice=mail-test-sent")),
        Err(SendError::NoServer) => member.text("mail-off-server"),
        Err(error) => error.to_string(),
    };
    let sent = Sent {
        failed: Some(failed),
        ..Sent::default()
    };
    let reading = member.access.read()?;
    show(&member, &reading, UNPROCESSABLE, sent)
}

#[cfg(test)]
mod tests;
