//! Setting up a place for backups: a form for each kind. It is tried before it is kept; who knows better keeps it
//! untried.

mod fields;
mod remove;
#[cfg(test)]
mod tests;

use axum::http::StatusCode;
use maud::{Markup, html};

use super::archives::refused;
use super::{BACKUPS, PLACE, crumbs};
use crate::backup::setup::{self, Preset, make_key, public_half};
use crate::data::{AccessError, FieldError, KeptTarget, Problem, TargetChange};
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight, submit_with};
use crate::web::components::card::{page_header, panel};
use crate::web::components::form::{EditForm, edit_form, hidden_fields};
use crate::web::components::icon::Icon;
use crate::web::components::secret::copyable;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::fresh;
use crate::web::gate::UNPROCESSABLE;
use crate::web::need::Route;
use crate::web::visit::{Member, see_other};

const NEW: &str = "/settings/backups/targets/new";
const EDIT: &str = "/settings/backups/targets/edit";

pub(super) fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get(NEW, BACKUPS, new),
        Route::post(NEW, BACKUPS, add),
        Route::get(EDIT, BACKUPS, edit),
        Route::post(EDIT, BACKUPS, change),
    ];
    routes.extend(remove::routes());
    routes
}

/// Where the form for a kind is.
pub(super) fn new_place(kind: &str) -> String {
    format!("{NEW}?kind={kind}")
}

/// Where an act on a place asks first.
pub(super) fn place_of(act: &str, target: &str) -> String {
    let name = form_urlencoded::byte_serialize(target.as_bytes()).collect::<String>();
    format!("{PLACE}/targets/{act}?target={name}")
}

/// The ways to a new place, a kind a button, those outside of the firm first.
pub(super) fn ways(member: &Member, first: Weight) -> Markup {
    html! {
        ul class="entries" {
            @for (number, (kind, ..)) in (0..).zip(setup::KINDS) {
                li {
                    div class="grow" {
                        p { strong { (member.text(&format!("backup-way-{kind}"))) } }
                        p class="muted small" { (member.text(&format!("backup-way-{kind}-about"))) }
                    }
                    (button::link(&member.text("backup-way-choose"), &new_place(kind), if number == 0 { first } else { Weight::Plain }, None))
                }
            }
        }
    }
}

/// What a form shows.
struct Shown {
    target: KeptTarget,
    /// The place as it is kept, where it is.
    old: Option<KeptTarget>,
    /// How the program signs in over SSH: `password`, `key` or `made`.
    login: String,
    errors: Vec<FieldError>,
    /// The word for what waits and is not shown.
    draft: Option<String>,
    /// Why the trial failed, in the far side's own words.
    failed: Option<String>,
    /// The public half of a key that was made just now.
    made: Option<String>,
}

impl Shown {
    fn of(target: KeptTarget, old: Option<KeptTarget>) -> Self {
        let has_key = target.secrets.contains_key("private_key");
        Self {
            login: if has_key { "key" } else { "password" }.to_owned(),
            target,
            old,
            errors: Vec::new(),
            draft: None,
            failed: None,
            made: None,
        }
    }
}

async fn new(member: Member) -> WebResult {
    let form = member.parameters();
    let kind = form.get("kind").trim();
    if kind.is_empty() {
        return choice(&member);
    }
    if setup::kind(kind).is_none() {
        return Err(WebError::NotFound);
    }
    let taken = member.state.backups.target_names().map_err(refused)?;
    let name = member.text(&format!("backup-name-{kind}"));
    let given = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let target = KeptTarget {
        name: if taken.contains(&name) {
            String::new()
        } else {
            name
        },
        kind: kind.to_owned(),
        values: [given("port", "22"), given("path", fields::usual_path(kind))].into(),
        ..KeptTarget::default()
    };
    let shown = Shown {
        login: "made".to_owned(),
        ..Shown::of(target, None)
    };
    show(&member, StatusCode::OK, &shown)
}

/// Which kind it is to be.
fn choice(member: &Member) -> WebResult {
    let title = member.text("backup-ways");
    let content = html! {
        (crumbs(member, Some(("nav-backups", PLACE))))
        (page_header(&title, "", html! {}))
        p class="lead muted" { (member.text("backup-ways-about")) }
        div class="panel" { (ways(member, Weight::Plain)) }
    };
    let reading = member.access.read()?;
    Ok(member.page(&reading, &title, content))
}

async fn edit(member: Member) -> WebResult {
    let old = kept(&member, &member.parameters())?;
    show(&member, StatusCode::OK, &Shown::of(old.clone(), Some(old)))
}

/// The place that a form names, where it is set on the page and not in the configuration file.
fn kept(member: &Member, form: &Form) -> Result<KeptTarget, WebError> {
    let (desk, name) = (&member.state.backups, form.get("target"));
    let kept = desk.kept_target(name)?;
    if kept.is_none() && desk.is_of_file(name) {
        return Err(WebError::Conflict(Problem::new("error-set-in-file")));
    }
    kept.ok_or(WebError::NotFound)
}

async fn add(member: Member, form: Form) -> WebResult {
    if setup::kind(form.get("kind").trim()).is_none() {
        return Err(WebError::NotFound);
    }
    take(&member, &form, None).await
}

async fn change(member: Member, form: Form) -> WebResult {
    let old = kept(&member, &form)?;
    take(&member, &form, Some(old)).await
}

/// What was entered. Secrets that were not come from an earlier try of the same form, then from what is kept.
fn entered(form: &Form, old: Option<&KeptTarget>, draft: Option<&KeptTarget>) -> Shown {
    let (name, kind) = match old {
        Some(old) => (old.name.clone(), old.kind.clone()),
        None => (
            form.get("name").trim().to_owned(),
            form.get("kind").trim().to_owned(),
        ),
    };
    let (values, secrets) = setup::kind(&kind).unwrap_or_default();
    let value = |key: &&str| ((*key).to_owned(), form.get(key).trim().to_owned());
    let mut target = KeptTarget {
        name,
        values: values.iter().map(value).collect(),
        kind,
        ..KeptTarget::default()
    };
    if target.kind == "s3"
        && let Some(preset) = Preset::by_id(form.get("preset"))
    {
        target
            .values
            .insert("endpoint".to_owned(), preset.endpoint.to_owned());
        target
            .values
            .insert("region".to_owned(), preset.region.to_owned());
    }
    let login = form.get("login").to_owned();
    let wanted: Vec<&str> = match (target.kind.as_str(), login.as_str()) {
        ("sftp", "key" | "made") => vec!["private_key"],
        ("sftp", _) => vec!["password"],
        _ => secrets.to_vec(),
    };
    // A server elsewhere has another key.
    if let Some(old) = old
        && ["host", "port"]
            .iter()
            .any(|key| old.value(key) != target.value(key))
        && old.value("host_key") == target.value("host_key")
    {
        target.values.insert("host_key".to_owned(), String::new());
    }
    let mut errors = Vec::new();
    for key in wanted {
        let typed = form.get(key);
        let typed = if key == "private_key" {
            typed.trim_start()
        } else {
            typed
        };
        let mut secret = typed.replace("\r\n", "\n");
        if secret.is_empty() && login != "made" {
            let known = [draft, old].into_iter().flatten();
            let mut known = known.filter(|known| !known.secret(key).is_empty());
            match known.next() {
                // Signing in by a key gives nothing of it away.
                Some(known) if key == "private_key" || known.is_same_door(&target) => {
                    known.secret(key).clone_into(&mut secret);
                }
                Some(_) => errors.push(FieldError::new(
                    key,
                    Problem::new("error-target-secret-again"),
                )),
                None => {}
            }
            if fresh::lost(form).any(|lost| lost == key) {
                secret.clear();
                errors.retain(|error| error.field != key);
                errors.push(FieldError::new(
                    key,
                    Problem::new("error-target-secret-lost"),
                ));
            }
        }
        if !secret.is_empty() {
            target.secrets.insert(key.to_owned(), secret);
        }
    }
    Shown {
        login,
        errors,
        ..Shown::of(target, old.cloned())
    }
}

async fn take(member: &Member, form: &Form, old: Option<KeptTarget>) -> WebResult {
    let (desk, user) = (&member.state.backups, member.signed_in.user.id);
    let draft = desk.drafts.of(user, form.get("draft"));
    let mut shown = entered(form, old.as_ref(), draft.as_ref());
    if shown.login == "made" && shown.target.kind == "sftp" && shown.errors.is_empty() {
        return make_a_key(member, shown);
    }
    let target = match setup::check(&mut shown.target, desk.data_folder()) {
        Ok(target) if shown.errors.is_empty() => target,
        checked => {
            let more = checked.err().unwrap_or_default();
            let is_new =
                |error: &FieldError| !shown.errors.iter().any(|known| known.field == error.field);
            let more: Vec<FieldError> = more.into_iter().filter(is_new).collect();
            shown.errors.extend(more);
            return again(member, shown);
        }
    };
    if old.is_none() && is_taken(member, &shown.target.name)? {
        shown.errors = vec![FieldError::new("name", Problem::new("error-target-taken"))];
        return again(member, shown);
    }
    let tried = form.get("untried") != "yes";
    if tried {
        ask_slowly(member)?;
        match desk.try_draft(&target).await {
            Ok(Some(print)) if shown.target.value("host_key").is_empty() => {
                shown.target.values.insert("host_key".to_owned(), print);
            }
            Ok(_) => {}
            Err(error) => {
                shown.failed = Some(error.to_string());
                return again(member, shown);
            }
        }
    }
    let change = if old.is_some() {
        TargetChange::Changed
    } else {
        TargetChange::Added
    };
    match member
        .access
        .set_backup_target(shown.target.clone(), change)
        .await
    {
        Ok(()) => {}
        Err(AccessError::Invalid(errors)) => {
            shown.errors = errors;
            return again(member, shown);
        }
        Err(error) => return Err(error.into()),
    }
    desk.drafts.end(user);
    desk.forget_health();
    let notice = if tried {
        "backup-target-saved"
    } else {
        "backup-target-untried"
    };
    Ok(see_other(&format!("{PLACE}?notice={notice}")))
}

/// Trials reach out to addresses that people enter: not many of them, and not fast.
pub(super) fn ask_slowly(member: &Member) -> Result<(), WebError> {
    let taken = member.state.asks.take(member.client.address);
    taken.map_err(|wait| WebError::Throttled(wait.0))
}

fn is_taken(member: &Member, name: &str) -> Result<bool, WebError> {
    let name = name.to_lowercase();
    let names = member.state.backups.target_names().map_err(refused)?;
    Ok(names.iter().any(|taken| taken.to_lowercase() == name))
}

/// Makes a key and shows its public half, which has to be at the server before a trial can work.
fn make_a_key(member: &Member, mut shown: Shown) -> WebResult {
    let key = make_key();
    shown.made = public_half(&key);
    shown.target.secrets = [("private_key".to_owned(), key)].into();
    "key".clone_into(&mut shown.login);
    again(member, shown)
}

/// The form once more. What nobody is shown waits meanwhile.
fn again(member: &Member, mut shown: Shown) -> WebResult {
    if shown
        .target
        .secrets
        .values()
        .any(|secret| !secret.is_empty())
    {
        let (drafts, user) = (&member.state.backups.drafts, member.signed_in.user.id);
        shown.draft = Some(drafts.hold(user, shown.target.clone()));
    }
    show(member, UNPROCESSABLE, &shown)
}

fn show(member: &Member, status: StatusCode, shown: &Shown) -> WebResult {
    let kind = &shown.target.kind;
    let title = match &shown.old {
        Some(old) => old.name.clone(),
        None => member.text(&format!("backup-way-{kind}")),
    };
    let mut hidden = vec![("draft", shown.draft.as_deref().unwrap_or_default())];
    match &shown.old {
        Some(old) => hidden.push(("target", &old.name)),
        None => hidden.push(("kind", kind)),
    }
    let fields = html! {
        (hidden_fields(&hidden))
        (told(member, shown))
        (fields::of(member, shown))
        (fresh::field(member, status))
    };
    let content = html! {
        (crumbs(member, Some(("nav-backups", PLACE))))
        (page_header(&title, "", html! {}))
        p class="lead muted" { (member.text(&format!("backup-way-{kind}-about"))) }
        div class="role-columns" {
            (edit_form(EditForm {
                lang: member.lang,
                action: if shown.old.is_some() { EDIT } else { NEW },
                csrf: &member.csrf,
                errors: &member.errors(&shown.errors),
                fields,
                save_label: &member.text("backup-target-save"),
                cancel_href: PLACE,
                note: "",
                uploads: false,
            }))
            div { (beside(member, shown)) }
        }
    };
    let reading = member.access.read()?;
    Ok(member.page_with(status, &reading, &title, content, ""))
}

/// What came of the try before, with the way to keep it all the same.
fn told(member: &Member, shown: &Shown) -> Markup {
    let all_the_same = html! {
        p class="actions after" {
            (submit_with(&member.text("backup-target-untried-save"), Weight::Plain, None, "untried", "yes"))
        }
    };
    html! {
        @if let Some(words) = &shown.failed {
            (banner(Verdict::Fail, html! {
                strong { (member.text("backup-target-trial-failed")) }
                p { code { (words) } }
                p { (member.text("backup-target-untried-about")) }
                (all_the_same)
            }))
        }
        @if let Some(line) = &shown.made {
            (banner(Verdict::Info, html! {
                strong { (member.text("backup-target-made")) }
                p { (member.text("backup-target-made-about")) }
                (copyable(member.lang, line))
                (all_the_same)
            }))
        }
    }
}

/// What helps to fill the form in.
fn beside(member: &Member, shown: &Shown) -> Markup {
    let kind = &shown.target.kind;
    let kept = shown
        .old
        .as_ref()
        .and_then(|old| public_half(old.secret("private_key")));
    html! {
        @if let Some(line) = kept {
            (panel(&member.text("backup-target-public-key"), html! {}, html! {
                p class="hint" { (member.text("backup-target-made-about")) }
                (copyable(member.lang, &line))
            }))
        }
        (panel(&member.text("backup-target-help"), html! {}, html! {
            p { (member.text(&format!("backup-help-{kind}"))) }
            p { (member.text("backup-help-encrypted")) }
            @if kind != "local" { p { (member.text("backup-help-private")) } }
        }))
        @if let Some(old) = &shown.old {
            p class="after" { (button::link(&member.text("backup-target-remove"), &place_of("remove", &old.name), Weight::Quiet, Some(Icon::Trash))) }
        }
    }
}
