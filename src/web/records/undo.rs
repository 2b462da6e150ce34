//! Taking back one's own last change of a record, while nobody has changed it since.

use super::refused;
use crate::data::{AccessError, Act, Changes, FieldError, Problem, RecordId, RecordType};
use crate::web::error::WebResult;
use crate::web::form::Form;
use crate::web::visit::{Member, see_other};

/// Takes back the changes that made the versions named: `id` as `RECORD.VERSION`, several.
pub(super) async fn act(kind: &'static RecordType, member: Member, form: Form) -> WebResult {
    let named: Vec<(RecordId, u64)> = form.all("id").filter_map(parse).collect();
    if named.is_empty() {
        let nothing = FieldError::new("", Problem::new("error-bulk-nothing-chosen"));
        return Ok(refused(kind, &member, &member.access.read()?, &[nothing]));
    }
    let undone = named
        .iter()
        .map(|(id, version)| one(kind, &member, *id, *version));
    let results = futures_util::future::join_all(undone).await;
    let done = results.iter().filter(|result| result.is_ok()).count();
    let left = results.len() - done;
    let place = match named.as_slice() {
        [(id, _)] => format!("/{}/{id}", kind.module),
        _ => format!("/{}", kind.module),
    };
    Ok(see_other(&if left == 0 {
        format!("{place}?notice=undone")
    } else {
        format!("{place}?notice=bulk-partly:{done}:{left}:changed")
    }))
}

fn parse(text: &str) -> Option<(RecordId, u64)> {
    let (id, version) = text.split_once('.')?;
    Some((id.parse().ok()?, version.parse().ok()?))
}

async fn one(
    kind: &'static RecordType,
    member: &Member,
    id: RecordId,
    version: u64,
) -> Result<(), AccessError> {
    let changes = {
        let reading = member.access.read()?;
        let seen = reading.get(kind, id)?;
        let newest = reading.timeline(&seen, None, 1)?.pop();
        let newest = newest
            .filter(|newest| newest.version == version)
            .map(|newest| newest.entry);
        let own = newest.filter(|entry| {
            seen.version() == version
                && entry.act == Act::Changed
                && entry.user == Some(member.signed_in.user.id)
        });
        let entry = own.ok_or(AccessError::Changed)?;
        let mut changes = Changes::new();
        for change in entry.changes {
            let field = kind.field(change.field).ok_or(AccessError::Changed)?;
            let value = match &change.from {
                Some(json) => field
                    .kind
                    .take_json(json)
                    .map_err(|problem| AccessError::field(field.name, problem))?,
                None => None,
            };
            changes.insert(field.no, value);
        }
        changes
    };
    member
        .access
        .update(kind, id, changes, Some(version))
        .await?;
    Ok(())
}
