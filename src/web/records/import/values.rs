//! The third step: what holds for all rows, and what becomes of rows whose record is here already.

use axum::http::StatusCode;
use maud::{Markup, html};

use super::draft::Wizard;
use super::{Step, drop_button, head};
use crate::data::{Field as DataField, Kind, Permission, RecordType, Rights, Strategy, common};
use crate::exchange::error::ExchangeError;
use crate::names;
use crate::web::components::banner::{Verdict, banner};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::{Choice, Field};
use crate::web::components::form::{FieldError, csrf_field, error_of, error_summary};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::records::inputs::owners;
use crate::web::records::showing::Showing;
use crate::web::visit::{Member, see_other};

/// What the names of values for all rows begin with in the form.
const ALL: &str = "all.";

/// What becomes of rows whose record is here.
pub(super) fn strategies(member: &Member) -> Vec<Choice<'static>> {
    Strategy::ALL
        .into_iter()
        .map(|strategy| {
            let key = format!("import-strategy-{}", strategy.name());
            Choice::new(strategy.name(), member.text(&key))
        })
        .collect()
}

/// By what it is told that a record is here.
pub(super) fn matches(
    kind: &'static RecordType,
    member: &Member,
    rights: &Rights,
) -> Vec<Choice<'static>> {
    let label = |field: &DataField| names::field(member.lang, kind, field);
    let mut choices = vec![Choice::new("", member.text("import-match-default"))];
    let identity = kind.identity.iter().filter_map(|no| kind.field(*no));
    choices.extend(
        identity
            .filter(|field| rights.sees_field(kind, field))
            .map(|field| Choice::new(field.name, label(field))),
    );
    let together = crate::exchange::mapping::told_apart_by(kind);
    let fields: Option<Vec<&DataField>> = together.iter().map(|name| kind.named(name)).collect();
    if let Some(fields) = fields.filter(|fields| fields.len() > 1) {
        let labels: Vec<String> = fields.into_iter().map(label).collect();
        choices.push(Choice::new(together.join(","), labels.join(" + ")));
    }
    choices.extend(
        kind.field(common::ID)
            .map(|field| Choice::new(field.name, label(field))),
    );
    choices
}

/// Fields that make sense for all rows alike: owners, states, tags.
fn for_all(kind: &'static RecordType, rights: &Rights) -> Vec<&'static DataField> {
    let fields = kind.fields.iter();
    fields
        .filter(|field| {
            let few = matches!(
                field.kind,
                Kind::Owner | Kind::Choice(_) | Kind::Tags | Kind::Pick(_)
            );
            few && rights.may_set(kind, field)
        })
        .collect()
}

/// The step.
pub(super) fn page(kind: &'static RecordType, member: &Member, wizard: &Wizard) -> WebResult {
    if wizard.draft.columns.is_none() {
        return Ok(see_other(&wizard.place(kind)));
    }
    show(kind, member, wizard, &[])
}

fn show(
    kind: &'static RecordType,
    member: &Member,
    wizard: &Wizard,
    errors: &[FieldError],
) -> WebResult {
    let reading = member.access.read()?;
    let kind = reading.kind(kind.module)?;
    let showing = Showing::new(member, &reading);
    let rights = reading.rights();
    let text = |key: &str| member.text(key);
    let place = wizard.place(kind);
    let draft = &wizard.draft;
    let fields = for_all(kind, rights);
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let content = html! {
        (head(kind, member, Some(wizard), Step::Values))
        form class="edit-form" method="post" action=(format!("{place}/values")) {
            (csrf_field(&member.csrf))
            (error_summary(member.lang, errors))
            @if draft.mended && draft.strategy() == Strategy::Update {
                (banner(Verdict::Info, html! { (text("import-mended")) }))
            }
            div class="panel section" {
                h2 { (text("import-duplicates")) }
                (Field::new("strategy", text("import-strategy")).value(draft.strategy().name())
                    .error(error_of(errors, "strategy")).select(&strategies(member)))
                (Field::new("match", text("import-match")).value(draft.match_by.as_str())
                    .error(error_of(errors, "match")).hint(text("import-match-hint")).select(&matches(kind, member, rights)))
            }
            @if !fields.is_empty() {
                div class="panel section" {
                    h2 { (text("import-for-all")) }
                    p class="muted" { (text("import-for-all-lead")) }
                    @for field in fields {
                        @let name = format!("{ALL}{}", field.name);
                        @let typed = draft.for_all.get(field.name).map_or("", String::as_str);
                        @let control = Field::new(name.clone(), showing.label(kind, field)).error(error_of(errors, &name));
                        (for_all_input(kind, &showing, field, control, typed))
                    }
                }
            }
            div class="save-bar" {
                (button::submit(&text("import-try"), Weight::Primary))
                (button::link(&text("import-back"), &place, Weight::Plain, None))
                (drop_button(kind, member, wizard))
            }
        }
    };
    let title = text("import-step-values");
    Ok(member.page_with(status, &reading, &title, content, ""))
}

fn for_all_input(
    kind: &'static RecordType,
    showing: &Showing<'_>,
    field: &DataField,
    control: Field<'_>,
    typed: &str,
) -> Markup {
    let own = Choice::new("", showing.text("import-as-in-file"));
    match field.kind {
        Kind::Owner => {
            let mut choices = vec![Choice::new("", showing.text("import-owner-as-in-file"))];
            choices.extend(owners(kind, showing, typed).into_iter().skip(1));
            control.value(typed).select(&choices)
        }
        Kind::Tags => {
            let tags: Vec<String> = typed
                .split(',')
                .map(|tag| tag.trim().to_owned())
                .filter(|tag| !tag.is_empty())
                .collect();
            control
                .hint(showing.text("import-tags-together"))
                .tags(&tags, &[])
        }
        _ => {
            let mut choices = vec![own];
            let offered = showing.choices(kind, field).into_iter();
            choices.extend(offered.map(|(value, words)| Choice::new(value, words)));
            control.value(typed).select(&choices)
        }
    }
}

/// Takes what was chosen, and goes on to what would happen.
pub(super) async fn take(
    kind: &'static RecordType,
    member: Member,
    mut wizard: Wizard,
    form: Form,
) -> WebResult {
    member
        .access
        .read()?
        .rights()
        .require(Permission::Import(kind.module))?;
    if wizard.draft.columns.is_none() {
        return Ok(see_other(&wizard.place(kind)));
    }
    let mut errors = Vec::new();
    match Strategy::from_name(form.get("strategy")) {
        Some(strategy) => strategy.name().clone_into(&mut wizard.draft.strategy),
        None => errors.push(error("strategy", member.text("import-strategy-unknown"))),
    }
    form.get("match").clone_into(&mut wizard.draft.match_by);
    let values = form.0.iter().filter_map(|(name, value)| {
        let name = name.strip_prefix(ALL)?;
        (!value.trim().is_empty()).then(|| (name.to_owned(), value.clone()))
    });
    wizard.draft.for_all = values.collect();
    let options = wizard.draft.options(kind, &member);
    let import = options.import(&member.access);
    match import.and_then(|import| import.check_wishes(&member.access)) {
        Ok(()) => {}
        Err(ExchangeError::Access(error)) => return Err(error.into()),
        Err(ExchangeError::ValueForAll { field, message }) => {
            errors.push(error(&format!("{ALL}{field}"), message));
        }
        Err(other) => {
            let field = match &other {
                ExchangeError::UnknownField(name) if wizard.draft.for_all.contains_key(name) => {
                    format!("{ALL}{name}")
                }
                _ => "match".to_owned(),
            };
            errors.push(error(&field, other.text(member.lang)));
        }
    }
    if !errors.is_empty() {
        return show(kind, &member, &wizard, &errors);
    }
    wizard.save(&member)?;
    Ok(see_other(&format!("{}/check", wizard.place(kind))))
}

fn error(field: &str, message: String) -> FieldError {
    FieldError {
        field: field.to_owned(),
        message,
    }
}
