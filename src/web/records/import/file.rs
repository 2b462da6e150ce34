//! The first step: the file.

use axum::extract::Request;
use axum::http::StatusCode;
use maud::html;

use super::draft::{Draft, Wizard};
use super::upload::{Received, receive};
use super::values::{matches, strategies};
use super::{Step, head};
use crate::data::{AccessError, Permission, RecordType, Strategy};
use crate::exchange::bad_rows::is_mended;
use crate::exchange::error::ExchangeError;
use crate::jobs::uploads::{Arriving, make_room, remove_forgotten};
use crate::web::components::button::{self, Weight};
use crate::web::components::field::Field;
use crate::web::components::form::{FieldError, csrf_field, error_of, error_summary};
use crate::web::error::{WebError, WebResult};
use crate::web::visit::{Member, see_other};

/// The form.
pub(super) async fn page(kind: &'static RecordType, member: Member) -> WebResult {
    show(kind, &member, StatusCode::OK, &Draft::default(), &[])
}

/// The same for somebody whose file is not here any more, or was never theirs.
pub(super) fn gone(kind: &'static RecordType, member: &Member) -> WebResult {
    let errors = [about_file(member.text("import-file-gone"))];
    show(
        kind,
        member,
        StatusCode::NOT_FOUND,
        &Draft::default(),
        &errors,
    )
}

fn about_file(message: String) -> FieldError {
    FieldError {
        field: "file".to_owned(),
        message,
    }
}

fn show(
    kind: &'static RecordType,
    member: &Member,
    status: StatusCode,
    draft: &Draft,
    errors: &[FieldError],
) -> WebResult {
    let reading = member.access.read()?;
    let title = member.text("import-title");
    let limit = member.state.upload_mb();
    let content = html! {
        (head(kind, member, None, Step::File))
        p class="muted lead" { (member.text("import-lead")) }
        form class="edit-form" method="post" action=(format!("/{}/import", kind.module)) enctype="multipart/form-data" {
            (csrf_field(&member.csrf))
            (error_summary(member.lang, errors))
            div class="panel section" {
                (Field::new("file", member.text("import-file")).hint(member.text_with("import-file-limit", &[("limit", limit.into())]))
                    .error(error_of(errors, "file")).required().file(".xlsx,.xls,.ods,.csv,.txt,.zip"))
            }
            div class="panel section" {
                (Field::new("strategy", member.text("import-strategy")).value(draft.strategy().name()).select(&strategies(member)))
                (Field::new("match", member.text("import-match")).value(draft.match_by.as_str()).hint(member.text("import-later"))
                    .select(&matches(kind, member, reading.rights())))
            }
            div class="save-bar" {
                (button::submit(&member.text("import-next"), Weight::Primary))
                (button::link(&member.text("action-cancel"), &format!("/{}", kind.module), Weight::Plain, None))
            }
        }
    };
    Ok(member.page_with(status, &reading, &title, content, ""))
}

/// Takes the file, if it is one that can be read.
pub(super) async fn take(kind: &'static RecordType, member: Member, request: Request) -> WebResult {
    let rights = member.access.read()?.rights().clone();
    rights.require(Permission::Import(kind.module))?;
    let folder = member.state.temp_dir.clone();
    remove_forgotten(&folder).await;
    make_room(&folder, member.signed_in.user.id).await;
    let limit = member.state.upload_mb();
    let most = limit.saturating_mul(1024 * 1024);
    let mut wizard = Wizard::begin(kind, &member);
    let arriving = Arriving::new(&wizard.upload);
    let ways = member.state.vault.work_files();
    let received = receive(request, &wizard.upload.file, ways, &mut wizard.draft, most).await;
    let problem = match received {
        Ok(Received::File) => match begun(kind, &member, &mut wizard).await {
            Ok(None) => {
                arriving.keep();
                return Ok(see_other(&wizard.place(kind)));
            }
            Ok(Some(message)) => Ok(message),
            Err(error) => Err(error),
        },
        Ok(Received::Nothing) => Ok(member.text("import-file-missing")),
        Ok(Received::TooLarge) => {
            Ok(member.text_with("import-file-too-large", &[("limit", limit.into())]))
        }
        Err(error) => Err(error),
    };
    arriving.remove().await;
    let errors = [about_file(problem?)];
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    show(kind, &member, status, &wizard.draft, &errors)
}

/// Looks at a file that has come and keeps it; what is wrong with it otherwise.
async fn begun(
    kind: &'static RecordType,
    member: &Member,
    wizard: &mut Wizard,
) -> Result<Option<String>, WebError> {
    if let Err(error) = wizard.unpack(kind, member).await? {
        return Ok(Some(error.text(member.lang)));
    }
    wizard.mark().map_err(crate::data::StoreError::from)?;
    let looked = match wizard.look(kind, member).await? {
        Ok(looked) => looked,
        Err(ExchangeError::Access(error)) => return Err(error.into()),
        Err(error) => return Ok(Some(error.text(member.lang))),
    };
    wizard.draft.sheet = Some(looked.contents.sheet).filter(|name| !name.is_empty());
    wizard.draft.mended = is_mended(&looked.preview.mapping);
    if wizard.draft.mended && wizard.draft.strategy() == Strategy::Skip {
        // What was mended in a record that is in already would be passed over.
        Strategy::Update
            .name()
            .clone_into(&mut wizard.draft.strategy);
    }
    let options = wizard.draft.options(kind, member);
    match options
        .import(&member.access)
        .and_then(|import| import.check_wishes(&member.access))
    {
        Ok(()) => {}
        Err(ExchangeError::Access(AccessError::Store(error))) => return Err(error.into()),
        // A way of telling records apart that there is not; the step of values asks again.
        Err(_) => wizard.draft.match_by.clear(),
    }
    wizard.save(member)?;
    Ok(None)
}
