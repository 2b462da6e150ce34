//! "Why?": whether somebody may do something, to a record or at all, and the reason in a sentence with what to change.

use maud::{Markup, html};

use super::crumbs;
use super::role_words::role_name;
use crate::data::{
    AdminRight, Answer, AskedAct, Module, Permission, Query, Reading, Reason, RecordId, Scope,
    Seen, Standing, Start, User, UserId,
};
use crate::names;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::{page_header, panel};
use crate::web::components::field::{Choice, Field};
use crate::web::error::{WebError, WebResult};
use crate::web::need::{Need, Route};
use crate::web::pictures::avatar_of;
use crate::web::visit::Member;

pub(super) fn routes() -> Vec<Route> {
    // Whoever manages people or roles; a need of the table is one permission, so the guard is asked.
    vec![Route::get("/settings/why", Need::SignedIn, page)]
}

/// Records offered where the words fit several.
const OFFERED: usize = 10;
/// People listed for a record; about any other one asks by name.
const LISTED: usize = 40;

/// The record that was asked about.
enum Found {
    /// None was.
    NotAsked,
    /// There is none, or whoever asks does not see it: the two answer alike.
    Missing,
    One(Box<Seen>),
    Several(Vec<Seen>),
}

async fn page(member: Member) -> WebResult {
    let reading = member.access.read()?;
    reading.may_ask_why()?;
    let asked = member.parameters();
    let text = asked.get("record").trim();
    let found = find(&member, &reading, text)?;
    let module = match &found {
        Found::One(seen) => seen.kind().module,
        _ => {
            member
                .state
                .vault
                .kinds()
                .first()
                .ok_or(WebError::NotFound)?
                .module
        }
    };
    let person = asked.get("person").parse::<UserId>().ok();
    let user = person.and_then(|id| reading.rights().people().user(id));
    let acts = acts(module);
    let act = acts
        .iter()
        .find(|(name, _)| name == asked.get("act"))
        .map_or(AskedAct::View, |(_, act)| *act);
    let record = match &found {
        Found::One(seen) => Some(&**seen),
        _ => None,
    };
    let asking = Asking {
        member: &member,
        reading: &reading,
        module,
        record,
    };
    let answered = match (user, &found) {
        (_, Found::Missing | Found::Several(_)) | (None, _) => None,
        (Some(user), _) => Some(asking.answer(user, act)?),
    };
    let title = member.text("why-title");
    let content = html! {
        (crumbs(&member, None))
        (page_header(&title, "", html! {}))
        p class="muted lead" { (member.text("why-lead")) }
        div class="narrow" {
            (asking.form(person, act, &acts, text))
            div role="status" {
                @if let Some(answer) = answered { (answer) }
                @match &found {
                    Found::Missing => (banner(Verdict::Warn, html! { (member.text("why-record-missing")) })),
                    Found::Several(several) => (asking.offer(several, person, asked.get("act"))),
                    Found::NotAsked | Found::One(_) => {},
                }
            }
        }
        @if let (Some(seen), None) = (record, user) { (asking.everybody(seen)?) }
    };
    Ok(member.page(&reading, &title, content))
}

/// What can be asked of a module, by the word in the address.
fn acts(module: Module) -> Vec<(String, AskedAct)> {
    let mut acts = vec![
        ("view".to_owned(), AskedAct::View),
        ("edit".to_owned(), AskedAct::Edit),
        ("delete".to_owned(), AskedAct::Delete),
        ("create".to_owned(), AskedAct::Create),
        ("export".to_owned(), AskedAct::Export),
        ("import".to_owned(), AskedAct::Import),
    ];
    for group in module.groups() {
        acts.push((format!("see.{group}"), AskedAct::See(group)));
        acts.push((format!("write.{group}"), AskedAct::Write(group)));
    }
    for option in module.options() {
        acts.push((format!("option.{option}"), AskedAct::Option(option)));
    }
    acts
}

/// Finds a record by its address, its id, or words; only among those whom whoever asks sees.
fn find(member: &Member, reading: &Reading, text: &str) -> Result<Found, WebError> {
    if text.is_empty() {
        return Ok(Found::NotAsked);
    }
    let kinds: Vec<_> = member
        .state
        .vault
        .kinds()
        .iter()
        .copied()
        .filter(|kind| reading.rights().may(Permission::View(kind.module)))
        .collect();
    let id = text
        .split(['/', '?', '#', '&', '='])
        .find_map(|part| part.parse::<RecordId>().ok());
    if let Some(id) = id {
        for kind in kinds {
            if let Ok(seen) = reading.get(kind, id) {
                return Ok(Found::One(Box::new(seen)));
            }
        }
        return Ok(Found::Missing);
    }
    let query = Query {
        search: text.to_owned(),
        ..Query::default()
    };
    let mut several = Vec::new();
    for kind in kinds {
        several.extend(reading.list(kind, &query, &Start::Offset(0), OFFERED)?.rows);
    }
    several.truncate(OFFERED);
    Ok(match several.len() {
        0 => Found::Missing,
        1 => several
            .pop()
            .map_or(Found::Missing, |seen| Found::One(Box::new(seen))),
        _ => Found::Several(several),
    })
}

/// The address of the question about one record.
pub(crate) fn ask_about(module: Module, record: RecordId) -> String {
    format!("/settings/why?record=/{module}/{record}")
}

/// A question in hand.
struct Asking<'a> {
    member: &'a Member,
    reading: &'a Reading,
    module: Module,
    record: Option<&'a Seen>,
}

impl Asking<'_> {
    fn form(
        &self,
        person: Option<UserId>,
        act: AskedAct,
        acts: &[(String, AskedAct)],
        text: &str,
    ) -> Markup {
        let member = self.member;
        let mut people = vec![Choice::new("", member.text("why-everybody"))];
        people.extend(
            self.reading
                .rights()
                .people()
                .users()
                .into_iter()
                .map(|user| Choice::new(user.id.to_string(), user.name.as_str())),
        );
        let chosen = acts.iter().find(|(_, known)| *known == act);
        let choices: Vec<_> = acts
            .iter()
            .map(|(name, act)| Choice::new(name.as_str(), self.act_words(*act)))
            .collect();
        html! {
            form class="panel" method="get" action="/settings/why" {
                (Field::new("person", member.text("why-person")).value(person.map(|id| id.to_string()).unwrap_or_default()).select(&people))
                (Field::new("record", member.text("why-record")).value(text.to_owned()).hint(member.text("why-record-hint")).autocomplete("off").text())
                (Field::new("act", member.text("why-act")).value(chosen.map(|(name, _)| name.as_str()).unwrap_or_default()).select(&choices))
                div class="actions after" { (button::submit(&member.text("why-ask"), Weight::Primary)) }
            }
        }
    }

    /// Several records fit: which one is meant?
    fn offer(&self, several: &[Seen], person: Option<UserId>, act: &str) -> Markup {
        let person = person.map(|id| id.to_string()).unwrap_or_default();
        let href = |seen: &Seen| {
            let about = ask_about(seen.kind().module, seen.id());
            let mut query = form_urlencoded::Serializer::new(String::new());
            query.append_pair("person", &person).append_pair("act", act);
            format!("{about}&{}", query.finish())
        };
        panel(
            &self.member.text("why-which"),
            html! {},
            html! { ul class="plain-list" { @for seen in several { li { a href=(href(seen)) dir="auto" { (seen.title()) } } } } },
        )
    }

    fn answer(&self, user: &User, act: AskedAct) -> Result<Markup, WebError> {
        let answer = self.reading.why(self.module, self.record, user.id, act)?;
        let verdict = if answer.allowed {
            Verdict::Ok
        } else {
            Verdict::Warn
        };
        let head = self.head(user, act, answer.allowed);
        let because = self.because(user, act, answer)?;
        let deeper = self.deeper(user, answer)?;
        Ok(banner(
            verdict,
            html! {
                p { strong { (head) ":" } " " (because) "." }
                (self.changes(user, deeper))
            },
        ))
    }

    fn act_words(&self, act: AskedAct) -> String {
        let (member, module) = (self.member, self.module);
        let permission = match act {
            AskedAct::View => Permission::View(module),
            AskedAct::Edit => Permission::Edit(module),
            AskedAct::Delete => Permission::Delete(module),
            AskedAct::Create => Permission::Create(module),
            AskedAct::Export => Permission::Export(module),
            AskedAct::Import => Permission::Import(module),
            AskedAct::Option(option) => Permission::Option(module, option),
            AskedAct::See(group) | AskedAct::Write(group) => {
                let group = member.text(&format!("role-group-{group}"));
                let word = if matches!(act, AskedAct::See(_)) {
                    "permission-view"
                } else {
                    "permission-edit"
                };
                let place = member.text(&format!("nav-{module}"));
                return format!("{place}: {group}, {}", member.text(word));
            }
        };
        names::permission(member.lang, permission)
    }

    /// "Anna Kowal nie może usunąć tego klienta („Hotel”)".
    fn head(&self, user: &User, act: AskedAct, allowed: bool) -> String {
        let end = if allowed { "yes" } else { "no" };
        let (key, title) = match (act, self.record) {
            (AskedAct::View, Some(seen)) => ("view", seen.title()),
            (AskedAct::Edit, Some(seen)) => ("edit", seen.title()),
            (AskedAct::Delete, Some(seen)) => ("delete", seen.title()),
            (_, Some(seen)) => ("at", seen.title()),
            (_, None) => ("any", ""),
        };
        let args = [
            ("name", user.name.as_str().into()),
            ("module", self.module.name().into()),
            ("record", title.into()),
            ("what", self.act_words(act).into()),
        ];
        self.member.text_with(&format!("why-{key}-{end}"), &args)
    }

    fn because(&self, user: &User, act: AskedAct, answer: Answer) -> Result<String, WebError> {
        let (member, people) = (self.member, self.reading.rights().people());
        let role = people.role(user.role);
        let scope_of = |act: AskedAct| {
            let access = role.map(|role| role.module(self.module));
            access.map_or(Scope::None, |access| match act {
                AskedAct::Edit | AskedAct::Write(_) => access.edit,
                AskedAct::Delete => access.delete,
                _ => access.view,
            })
        };
        let scope = match answer.reason {
            Reason::InScope(scope) => scope,
            _ => scope_of(act),
        };
        let act_word = match act {
            AskedAct::Edit | AskedAct::Write(_) => "permission-edit",
            AskedAct::Delete => "permission-delete",
            _ => "permission-view",
        };
        let (owner, team) = match answer.reason {
            Reason::AnothersRecord(owner) | Reason::OtherTeam(owner) | Reason::NoTeam(owner) => {
                (people.name(owner), "")
            }
            Reason::SameTeam(team) => {
                let owner = self.record.and_then(Seen::owner);
                let team = people.team(team).map_or("", |team| team.name.as_str());
                (owner.map_or("", |owner| people.name(owner)), team)
            }
            _ => ("", ""),
        };
        let args = [
            (
                "role",
                role.map(|role| role_name(member.lang, role))
                    .unwrap_or_default()
                    .into(),
            ),
            ("act", member.text(act_word).into()),
            (
                "scope",
                member.text(&format!("role-scope-{}", scope.name())).into(),
            ),
            ("owner", owner.into()),
            ("team", team.into()),
        ];
        let said = member.text_with(reason_key(answer.reason), &args);
        // Seeing comes before everything else, and changing before changing a field.
        let before = match answer.reason {
            Reason::NotSeen => AskedAct::View,
            Reason::NotEdited => AskedAct::Edit,
            _ => return Ok(said),
        };
        let deeper = self
            .reading
            .why(self.module, self.record, user.id, before)?;
        Ok(format!("{said}, {}", self.because(user, before, deeper)?))
    }

    /// The reason behind the reason, by which what to change is told.
    fn deeper(&self, user: &User, answer: Answer) -> Result<Reason, WebError> {
        let before = match answer.reason {
            Reason::NotSeen => AskedAct::View,
            Reason::NotEdited => AskedAct::Edit,
            reason => return Ok(reason),
        };
        let answer = self
            .reading
            .why(self.module, self.record, user.id, before)?;
        self.deeper(user, answer)
    }

    /// Where it can be changed, for what whoever asks may change.
    fn changes(&self, user: &User, reason: Reason) -> Markup {
        let (member, rights) = (self.member, self.reading.rights());
        let role = rights.people().role(user.role);
        let by_owner = matches!(
            reason,
            Reason::AnothersRecord(_)
                | Reason::OtherTeam(_)
                | Reason::NoTeam(_)
                | Reason::Unassigned
                | Reason::Own
                | Reason::SameTeam(_)
                | Reason::UnassignedGranted
        );
        let disabled = reason == Reason::Disabled;
        html! {
            div class="actions after" {
                @if let (Some(role), true, false) = (role, rights.admin(AdminRight::Roles), disabled) {
                    a class="button small" href=(format!("/settings/roles/{}", role.id)) dir="auto" {
                        (member.text_with("why-change-role", &[("role", role_name(member.lang, role).into())]))
                    }
                }
                @if rights.admin(AdminRight::Users) {
                    a class="button small" href=(format!("/settings/users/{}", user.id)) { (member.text("why-change-person")) }
                }
                @if let (Some(seen), true) = (self.record.filter(|seen| seen.may_edit()), by_owner) {
                    a class="button small" href=(format!("/{}/{}/edit", self.module, seen.id())) { (member.text("why-change-owner")) }
                }
            }
        }
    }

    /// How everybody stands to the record, those who see it first.
    fn everybody(&self, seen: &Seen) -> Result<Markup, WebError> {
        let member = self.member;
        let standings = self.reading.who_can(seen.kind(), seen.id())?;
        let (sees, others): (Vec<_>, Vec<_>) =
            standings.iter().partition(|standing| standing.view.allowed);
        let mut rows = Vec::new();
        for standing in sees.iter().chain(&others).take(LISTED) {
            rows.push(self.row(seen, standing)?);
        }
        let title = member.text_with("why-who", &[("name", seen.title().into())]);
        let count = member.text_with("why-who-see", &[("count", sees.len().into())]);
        let more = standings.len().saturating_sub(LISTED);
        Ok(html! {
            section class="after" {
                header class="page-header" { h2 dir="auto" { (title) } span class="muted" { (count) } }
                ul class="panel entries standings" { @for row in rows { li { (row) } } }
                @if more > 0 { p class="muted small" { (member.text_with("effects-more-people", &[("count", more.into())])) } }
            }
        })
    }

    /// "Ogląda: tak · to rekord tej osoby, …", for each act.
    fn row(&self, seen: &Seen, standing: &Standing) -> Result<Markup, WebError> {
        let member = self.member;
        let Some(user) = self.reading.rights().people().user(standing.user) else {
            return Ok(html! {});
        };
        let about = ask_about(self.module, seen.id());
        let mut lines = Vec::new();
        for (name, act, answer) in [
            ("view", AskedAct::View, standing.view),
            ("edit", AskedAct::Edit, standing.edit),
            ("delete", AskedAct::Delete, standing.delete),
        ] {
            let word = if answer.allowed {
                "action-yes"
            } else {
                "action-no"
            };
            lines.push((
                member.text(&format!("role-action-{name}")),
                format!("{about}&person={}&act={name}", user.id),
                member.text(word),
                self.because(user, act, answer)?,
            ));
        }
        Ok(html! {
            div class="grow" {
                p class="person" { (avatar_of(user)) strong dir="auto" { (user.name) } }
                @for (act, href, word, why) in lines {
                    p class="small" { (act) ": " a href=(href) aria-label=(format!("{act}: {word}, {}", user.name)) { (word) } span class="muted" { " · " (why) } }
                }
            }
        })
    }
}

fn reason_key(reason: Reason) -> &'static str {
    match reason {
        Reason::Disabled => "why-because-disabled",
        Reason::Everybodys => "why-because-everybodys",
        Reason::Own => "why-because-own",
        Reason::SameTeam(_) => "why-because-same-team",
        Reason::UnassignedGranted => "why-because-unassigned-granted",
        Reason::InScope(_) => "why-because-in-scope",
        Reason::OnlyUnassigned => "why-because-only-unassigned",
        Reason::Granted => "why-because-granted",
        Reason::NoScope => "why-because-no-scope",
        Reason::AnothersRecord(_) => "why-because-anothers",
        Reason::OtherTeam(_) => "why-because-other-team",
        Reason::NoTeam(_) => "why-because-no-team",
        Reason::Unassigned => "why-because-unassigned",
        Reason::NotSeen => "why-because-not-seen",
        Reason::NotEdited => "why-because-not-edited",
        Reason::NotGranted => "why-because-not-granted",
        Reason::Hidden => "why-because-hidden",
        Reason::ReadOnly => "why-because-read-only",
    }
}
