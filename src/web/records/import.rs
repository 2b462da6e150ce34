//! Bringing a sheet in, step by step: the file, what its columns are, what holds for all rows, what would happen, and the
//! work itself. Each step is a plain form; what was chosen is kept beside the file, so that one can leave and come back.

mod check;
mod columns;
mod draft;
mod file;
mod past;
mod upload;
mod values;

use axum::extract::{Path, Request};
use maud::{Markup, html};

use super::today;
use crate::data::{Permission, RecordType};
use crate::web::components::button::{self, Weight};
use crate::web::components::card::page_header;
use crate::web::components::navigation::breadcrumbs;
use crate::web::error::{WebError, WebResult};
use crate::web::form::Form;
use crate::web::need::{Need, Route};
use crate::web::visit::{Member, module_place, see_other};
pub(in crate::web) use check::told;
use draft::Wizard;

/// The routes of imports into a module.
pub(super) fn routes(kind: &'static RecordType) -> Vec<Route> {
    let module = kind.module;
    let place = |rest: &str| format!("/{module}/import{rest}");
    let import = Need::Permission(Permission::Import(module));
    let get = |rest: &str, show: Show| {
        let step = move |member: Member, Path(secret): Path<String>| async move {
            let kind = today(kind, &member);
            match Wizard::open(kind, &member, &secret)? {
                Some(wizard) => show.page(kind, member, wizard).await,
                None => file::gone(kind, &member),
            }
        };
        Route::get(place(rest), import, step)
    };
    let post = |rest: &str, take: Take| {
        let step = move |member: Member, Path(secret): Path<String>, form: Form| async move {
            let kind = today(kind, &member);
            match Wizard::open(kind, &member, &secret)? {
                Some(wizard) => take.form(kind, member, wizard, form).await,
                None => file::gone(kind, &member),
            }
        };
        Route::post(place(rest), import, step)
    };
    vec![
        Route::get(place(""), import, move |member: Member| {
            file::page(today(kind, &member), member)
        }),
        Route::post(
            place(""),
            import,
            move |member: Member, request: Request| {
                file::take(today(kind, &member), member, request)
            },
        ),
        Route::get(place("s"), import, move |member: Member| {
            past::page(today(kind, &member), member)
        }),
        get("/{upload}", Show::Columns),
        post("/{upload}", Take::Columns),
        get("/{upload}/values", Show::Values),
        post("/{upload}/values", Take::Values),
        get("/{upload}/check", Show::Check),
        post("/{upload}/check", Take::CheckAgain),
        post("/{upload}/run", Take::Run),
        post("/{upload}/drop", Take::Drop),
    ]
}

/// A step that is shown.
#[derive(Clone, Copy)]
enum Show {
    Columns,
    Values,
    Check,
}

impl Show {
    async fn page(self, kind: &'static RecordType, member: Member, wizard: Wizard) -> WebResult {
        match self {
            Self::Columns => columns::page(kind, member, wizard).await,
            Self::Values => values::page(kind, &member, &wizard),
            Self::Check => check::page(kind, member, wizard).await,
        }
    }
}

/// What a form of a step asks for.
#[derive(Clone, Copy)]
enum Take {
    Columns,
    Values,
    CheckAgain,
    Run,
    Drop,
}

impl Take {
    async fn form(
        self,
        kind: &'static RecordType,
        member: Member,
        wizard: Wizard,
        form: Form,
    ) -> WebResult {
        match self {
            Self::Columns => columns::take(kind, member, wizard, form).await,
            Self::Values => values::take(kind, member, wizard, form).await,
            Self::CheckAgain => check::again(kind, wizard).await,
            Self::Run => check::run(kind, member, wizard).await,
            Self::Drop => {
                member.state.dry_runs.end(&wizard.upload.tried());
                wizard.upload.remove().await;
                Ok(see_other(&format!("/{}/import", kind.module)))
            }
        }
    }
}

/// The steps in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    File,
    Columns,
    Values,
    Check,
}

impl Step {
    const ALL: [(Self, &'static str, &'static str); 4] = [
        (Self::File, "import-step-file", ""),
        (Self::Columns, "import-step-columns", ""),
        (Self::Values, "import-step-values", "/values"),
        (Self::Check, "import-step-check", "/check"),
    ];
}

fn crumbs(kind: &RecordType, member: &Member) -> Markup {
    let (label, href, _) = module_place(kind.module);
    breadcrumbs(member.lang, &[(&member.text(label), href)])
}

/// The head of every step: where one is, of which file, and the ways back to earlier steps.
fn head(kind: &RecordType, member: &Member, wizard: Option<&Wizard>, now: Step) -> Markup {
    let title = member.text("import-title");
    let past = button::link(
        &member.text("imports-title"),
        &format!("/{}/imports", kind.module),
        Weight::Quiet,
        None,
    );
    html! {
        (crumbs(kind, member))
        (page_header(&title, wizard.map_or("", |wizard| &wizard.draft.file_name), past))
        nav class="crumbs" aria-label=(member.text("import-steps")) {
            ol {
                @for (number, (step, key, rest)) in (1..).zip(Step::ALL) {
                    li aria-current=[(step == now).then_some("step")] {
                        @match wizard.filter(|_| step < now && step != Step::File) {
                            Some(wizard) => a href=(format!("{}{rest}", wizard.place(kind))) { (number) ". " (member.text(key)) },
                            None if step == now => strong { (number) ". " (member.text(key)) },
                            None => span class="muted" { (number) ". " (member.text(key)) },
                        }
                    }
                }
            }
        }
    }
}

/// Gives the file up.
fn drop_button(kind: &RecordType, member: &Member, wizard: &Wizard) -> Markup {
    html! {
        button class="button quiet" type="submit" formnovalidate formaction=(format!("{}/drop", wizard.place(kind))) {
            (member.text("import-drop"))
        }
    }
}

fn broken<E>(_: E) -> WebError {
    WebError::Broken
}
