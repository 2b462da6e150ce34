//! The answer to the last act, as the next page shows it.

#[cfg(test)]
mod tests;

use super::Member;
use crate::data::{Module, RecordId, ViewId};
use crate::web::components::banner::Verdict;

/// An answer to the last act, shown on the next page: named in the address as `notice=KEY`, so that it needs no state
/// and nothing but our own texts can be shown. `KEY:DONE` and `KEY:DONE:LEFT:WHY` tell how many records of several.
pub(super) struct Notice {
    pub(super) verdict: Verdict,
    pub(super) message: String,
    /// The form that takes it back: its address and its fields.
    pub(super) undo: Option<(String, Vec<(&'static str, String)>)>,
}

/// Notices that an address may name. Any other is passed over.
const NOTICES: &[&str] = &[
    "backup-busy",
    "backup-deleted",
    "backup-key-kept",
    "backup-tested",
    "backup-target-saved",
    "backup-target-untried",
    "backup-target-removed",
    "view-saved",
    "view-deleted",
    "handed-over",
    "handed-some",
    "handed-partly",
    "files-added",
    "file-removed",
    "file-back",
    "field-retired",
    "field-back",
    "field-purged",
    "saved",
    "created",
    "deleted",
    "restored",
    "undone",
    "merged",
    "merged-into",
    "unmerged",
    "unmerged-left",
    "set-apart",
    "imported",
    "password-changed",
    "token-revoked",
    "bulk-changed",
    "bulk-deleted",
    "bulk-restored",
    "bulk-partly",
    "already-there",
    "role-deleted",
    "team-deleted",
    "user-deleted",
    "disabled-records-stay",
    "signed-out",
    "letter-sent",
    "letters-sent",
    "email-confirmed",
    "app-added",
    "passkey-added",
    "phone-added",
    "text-sent",
    "token-approved",
    "mail-test-sent",
    "domain-asked",
    "domain-test-begun",
    "domain-key-changed",
    "domain-own-taken",
    "domain-own-kept",
    "domain-own-removed",
    "invited",
];

/// Why some of several records were not done, as `notice-why-…` says it.
const REASONS: [&str; 5] = ["forbidden", "missing", "changed", "invalid", "mixed"];

impl Member {
    /// What the address says of the last act.
    pub(super) fn notice(&self) -> Option<Notice> {
        let query = self.address.split_once('?')?.1;
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let of = |name: &str| {
            pairs
                .iter()
                .find(|(field, _)| field == name)
                .map(|(_, value)| value.as_str())
        };
        let mut parts = of("notice")?.split(':');
        let key = parts.next().filter(|key| NOTICES.contains(key))?;
        let mut number = || parts.next().and_then(|number| number.parse::<u64>().ok());
        let (done, left) = (number().unwrap_or(0), number().unwrap_or(0));
        let why = parts.next().filter(|why| REASONS.contains(why));
        let why = why.map(|why| self.text(&format!("notice-why-{why}")));
        let args = [
            ("count", done.into()),
            ("left", left.into()),
            ("why", why.unwrap_or_default().into()),
        ];
        Some(Notice {
            verdict: if left > 0 { Verdict::Warn } else { Verdict::Ok },
            message: self.text_with(&format!("notice-{key}"), &args),
            undo: of("undo").and_then(undo),
        })
    }
}

/// The form that takes the last act back, from `undo=MODULE/ID,ID` (deleted: they come back) or
/// `undo=MODULE:ID.VERSION,…` (changed: they become what they were), `undo=MODULE~MERGE` (merged: they part again),
/// `undo=MODULE!ID,ID` (set apart: they are duplicates again), or of a field of the firm's own.
fn undo(text: &str) -> Option<(String, Vec<(&'static str, String)>)> {
    if let Some(place) = text.strip_prefix("field:") {
        return undo_of_field(place);
    }
    if let Some(place) = text.strip_prefix("file:") {
        return undo_of_file(place);
    }
    if let Some(place) = text.strip_prefix("view:") {
        let (module, id) = place.split_once('/')?;
        let module = module.parse::<Module>().ok()?;
        let id = id.parse::<ViewId>().ok()?;
        return Some((format!("/{module}/views/{id}/restore"), Vec::new()));
    }
    let sign = text.find(['/', ':', '~', '!'])?;
    let (module, ids) = (&text[..sign], &text[sign + 1..]);
    let module = module.parse::<Module>().ok()?;
    let ids: Vec<&str> = ids.split(',').collect();
    let is_id = |id: &&str| id.parse::<RecordId>().is_ok();
    let is_version = |text: &&str| {
        text.split_once('.')
            .is_some_and(|(id, version)| is_id(&id) && version.parse::<u64>().is_ok())
    };
    let fields = || ids.iter().map(|id| ("id", (*id).to_owned())).collect();
    match (&text[sign..=sign], ids.as_slice()) {
        ("~", [id]) if is_id(id) => Some((format!("/{module}/merge/{id}/undo"), Vec::new())),
        ("!", several) if several.iter().all(is_id) => {
            Some((format!("/{module}/duplicates/again"), fields()))
        }
        ("~" | "!", _) => None,
        (_, [id]) if is_id(id) => Some((format!("/{module}/{id}/restore"), Vec::new())),
        (_, several) if several.iter().all(is_id) => Some((format!("/{module}/restore"), fields())),
        (_, several) if several.iter().all(is_version) => {
            Some((format!("/{module}/undo"), fields()))
        }
        _ => None,
    }
}

/// The form that puts a removed file back, from `undo=file:MODULE/RECORD/FILE`.
fn undo_of_file(place: &str) -> Option<(String, Vec<(&'static str, String)>)> {
    let (module, rest) = place.split_once('/')?;
    let (record, file) = rest.split_once('/')?;
    let module = module.parse::<Module>().ok()?;
    let record = record.parse::<crate::data::RecordId>().ok()?;
    let file = file.parse::<crate::data::FileId>().ok()?;
    let action = format!("/{module}/{record}/files/{file}/restore");
    Some((action, Vec::new()))
}

/// The form that brings a field of the firm's own back into use, from `undo=field:MODULE/NAME`.
fn undo_of_field(place: &str) -> Option<(String, Vec<(&'static str, String)>)> {
    let (module, name) = place.split_once('/')?;
    let module = module.parse::<Module>().ok()?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let action = format!("/settings/fields/{module}/{name}/bring-back");
    (!name.is_empty() && name.chars().all(is_name)).then_some((action, Vec::new()))
}
