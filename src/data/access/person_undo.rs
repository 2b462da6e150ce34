//! Putting back what one person deleted or changed in a stretch of time.
//!
//! Needs the right to manage backups, and to see all records of a module; modules of which less is seen are left out. Each
//! record is a write like any other, with the rights of whoever puts back: what they may not see or set stays. A field goes
//! back where its last change is that person's, so nobody's work since is touched.

mod trace;

use std::collections::{BTreeMap, HashSet};

use serde_json::Value as Json;

use super::error::{AccessError, Permission};
use super::operation::Message;
use super::operation_items::{ItemAct, StoredItem, item_key};
use super::reading::Reading;
use super::rights::{Owners, Rights};
use super::role::AdminRight;
use super::seen::Seen;
use super::trash::stored_in_trash;
use super::vault::{Access, Work};
use super::writing::Changes;
use crate::data::log::audit::{self, AuditFilter, AuditKind};
use crate::data::records::field::{Field, RecordType};
use crate::data::records::ids::{OperationId, RecordId, UserId};
use crate::data::records::index::record_key;
use crate::data::records::module::Module;
use crate::data::records::problem::Problem;
use crate::data::records::record::Record;
use crate::data::records::value::Value;
use crate::data::store::{Read, StoreError, Table};
pub use trace::ActsOf;
use trace::trace;

/// Entries of the audit log read at once.
const READ_AT_ONCE: usize = 1_000;

/// Why something stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// Somebody has changed it since; nobody where the program did.
    Touched(Option<UserId>),
    /// Somebody has deleted the record since.
    Deleted(Option<UserId>),
    /// Records were merged, which is taken back by itself.
    Merged,
    /// The role of whoever puts back hides it, or may not set it.
    NotYours,
}

/// A field that goes back.
#[derive(Clone, Debug)]
pub struct FieldBack {
    /// Which.
    pub field: &'static Field,
    /// What it holds.
    pub now: Option<Value>,
    /// What it will hold.
    pub then: Option<Value>,
}

/// What would become of a record.
#[derive(Clone, Debug)]
pub struct PutBack {
    /// The record as it is, alive or in the trash.
    pub record: Seen,
    /// It comes back from the trash.
    pub comes_back: bool,
    /// They made it, and nobody has touched it since: it goes to the trash where that is asked for.
    pub goes: bool,
    /// They made it, and who has touched it since: it stays.
    pub made_but_touched: Option<Option<UserId>>,
    /// Fields that go back.
    pub fields: Vec<FieldBack>,
    /// What stays and why: a field, or with none the whole record.
    pub stays: Vec<(Option<&'static Field>, Stays)>,
}

/// A way through the records; what was deleted comes back first, since other records may refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutBackPass {
    /// Brings back what was deleted.
    Deleted,
    /// Gives fields their values back.
    Rest {
        /// Also moves what they made to the trash.
        made: bool,
    },
}

fn reaches(rights: &Rights, module: Module) -> bool {
    rights.may(Permission::View(module)) && rights.seen(module) == Owners::Everyone
}

/// An error unless the actor may bring back what was, in a module.
pub(super) fn require(rights: &Rights, module: Module) -> Result<(), AccessError> {
    rights.require_admin(AdminRight::Backups)?;
    if reaches(rights, module) {
        Ok(())
    } else {
        Err(AccessError::Forbidden(Permission::View(module)))
    }
}

/// A record alive or in the trash, and which of the two.
fn found(
    read: &impl Read,
    kind: &RecordType,
    id: RecordId,
) -> Result<Option<(Record, bool)>, StoreError> {
    if let Some(bytes) = read.get(Table::Records, &record_key(kind, id))? {
        return Ok(Some((Record::decode(id, &bytes)?, true)));
    }
    Ok(stored_in_trash(read, kind, id)?.map(|stored| (stored.record, false)))
}

/// What would become of a record; none where nothing of theirs is left in it.
fn plan(
    read: &impl Read,
    rights: &Rights,
    kind: &'static RecordType,
    acts: &ActsOf,
    id: RecordId,
) -> Result<Option<PutBack>, StoreError> {
    let Some((record, alive)) = found(read, kind, id)? else {
        return Ok(None);
    };
    let Some(trace) = trace(read, kind, id, record.version, acts)? else {
        return Ok(None);
    };
    let mut plan = PutBack {
        comes_back: !alive && trace.deleted,
        goes: alive && trace.made && trace.others.is_none(),
        made_but_touched: trace.others.filter(|_| alive && trace.made),
        fields: Vec::new(),
        stays: Vec::new(),
        record: Seen::new(kind, rights, record.clone()),
    };
    if let Some(by) = trace.gone_by.filter(|_| !alive) {
        plan.stays.push((None, Stays::Deleted(by)));
        return Ok(Some(plan));
    }
    if trace.merged {
        plan.stays.push((None, Stays::Merged));
    }
    if !alive && !plan.comes_back {
        return Ok((!plan.stays.is_empty()).then_some(plan));
    }
    let mut hidden = false;
    for (no, theirs) in &trace.back {
        // A field that the firm has removed or taken out of use since has no value to go back to.
        let Some(field) = kind.field(*no).filter(|field| !field.is_retired()) else {
            continue;
        };
        if !rights.sees_field(kind, field) {
            hidden = true;
        } else if !rights.may_set(kind, field) {
            plan.stays.push((Some(field), Stays::NotYours));
        } else {
            match back(field, &record, theirs) {
                Some(fields) => plan.fields.extend(fields),
                None => plan.stays.push((Some(field), Stays::Touched(None))),
            }
        }
    }
    for (no, touched) in &trace.touched {
        let Some(field) = kind.field(*no).filter(|field| !field.is_retired()) else {
            continue;
        };
        let now = record.value(*no).map(|value| field.kind.give_kept(&value));
        if now == touched.before {
            // Somebody has put it back already.
        } else if rights.sees_field(kind, field) {
            plan.stays.push((Some(field), Stays::Touched(touched.by)));
        } else {
            hidden = true;
        }
    }
    if hidden {
        plan.stays.push((None, Stays::NotYours));
    }
    let nothing = !plan.comes_back
        && !plan.goes
        && plan.made_but_touched.is_none()
        && plan.fields.is_empty()
        && plan.stays.is_empty();
    Ok((!nothing).then_some(plan))
}

/// The way back of a field: none in it where it holds that value already. None at all where it holds something that no
/// history tells of, or the old value can not be taken any more.
fn back(
    field: &'static Field,
    record: &Record,
    theirs: &trace::Theirs,
) -> Option<Option<FieldBack>> {
    let now = record.value(field.no);
    let kept = now.as_ref().map(|value| field.kind.give_kept(value));
    if kept == theirs.before {
        return Some(None);
    }
    if kept != theirs.after {
        return None;
    }
    let then = theirs.before.as_ref().unwrap_or(&Json::Null);
    let then = field.kind.take_json(then).ok()?;
    Some(Some(FieldBack { field, now, then }))
}

impl Reading {
    /// Whether the actor may put back what somebody did in some module at least, or why not.
    pub fn may_put_back(&self) -> Result<(), AccessError> {
        self.rights().require_admin(AdminRight::Backups)?;
        let mut modules = self.all_kinds().iter().map(|kind| kind.module);
        match modules
            .clone()
            .find(|module| reaches(self.rights(), *module))
        {
            Some(_) => Ok(()),
            None => Err(AccessError::Forbidden(Permission::View(
                modules.next().unwrap_or(Module::Clients),
            ))),
        }
    }

    /// Whether somebody, who may have no account any more, ever did anything.
    pub fn has_acted(&self, user: UserId) -> Result<bool, AccessError> {
        self.may_put_back()?;
        let filter = AuditFilter {
            user: Some(user),
            ..AuditFilter::default()
        };
        let (entries, _) = audit::newest(self.snapshot(), &filter, None, 1, 1)?;
        Ok(!entries.is_empty())
    }

    /// Records that somebody did something to, those of their last acts first.
    pub fn touched_by(&self, acts: &ActsOf) -> Result<Vec<(Module, RecordId)>, AccessError> {
        self.may_put_back()?;
        let filter = AuditFilter {
            user: Some(acts.user),
            kinds: vec![
                AuditKind::Created,
                AuditKind::Changed,
                AuditKind::Deleted,
                AuditKind::Merged,
            ],
            from: Some(acts.begins()),
            to: Some(acts.to),
            ..AuditFilter::default()
        };
        let modules: Vec<Module> = self
            .all_kinds()
            .iter()
            .map(|kind| kind.module)
            .filter(|module| reaches(self.rights(), *module))
            .collect();
        let (mut known, mut found, mut looked_at) = (HashSet::new(), Vec::new(), 0);
        let mut before = Some(audit::first_after(self.snapshot(), acts.to)?);
        while before.is_some() {
            let (entries, next) = audit::newest(
                self.snapshot(),
                &filter,
                before,
                READ_AT_ONCE,
                READ_AT_ONCE * 10,
            )?;
            looked_at += entries.len();
            if looked_at > ActsOf::MOST {
                let problem = Problem::new("error-undo-too-many").with("most", ActsOf::MOST);
                return Err(AccessError::Conflict(problem));
            }
            for record in entries.into_iter().filter_map(|entry| entry.record) {
                let module = record.sort.parse::<Module>().ok();
                let module = module.filter(|module| modules.contains(module));
                if let (Some(module), Ok(id)) = (module, record.id.parse::<RecordId>())
                    && known.insert((module, id))
                {
                    found.push((module, id));
                }
            }
            before = next;
        }
        Ok(found)
    }

    /// What would become of a record; none where nothing of theirs is left in it.
    pub fn put_back(
        &self,
        module: Module,
        id: RecordId,
        acts: &ActsOf,
    ) -> Result<Option<PutBack>, AccessError> {
        require(self.rights(), module)?;
        let kind = self.kind(module)?;
        Ok(plan(self.snapshot(), self.rights(), kind, acts, id)?)
    }
}

impl Access {
    /// Puts back what somebody did to records, each by itself, as their history stands in this very write. The operation
    /// counts `restored`, `changed`, `deleted`, `partly` (some fields stay) and `left`.
    pub async fn put_back_in(
        &self,
        operation: OperationId,
        kind: &'static RecordType,
        ids: Vec<RecordId>,
        acts: ActsOf,
        pass: PutBackPass,
    ) -> Result<(), AccessError> {
        self.write_in(Some(operation), move |work| {
            require(&work.rights, kind.module)?;
            work.taking_back = true;
            let kind = work.today(kind);
            for id in ids {
                let Some(plan) = plan(work.write, &work.rights, kind, &acts, id)? else {
                    continue;
                };
                match pass {
                    PutBackPass::Deleted if plan.comes_back => match work.restore(kind, id) {
                        Ok(_) => work.count("restored"),
                        Err(why) => work.leave(kind.module, id, &why)?,
                    },
                    PutBackPass::Deleted => {}
                    PutBackPass::Rest { made } => work.put_rest_back(kind, plan, made)?,
                }
            }
            Ok(())
        })
        .await
    }
}

impl Work<'_, '_, '_> {
    fn put_rest_back(
        &mut self,
        kind: &'static RecordType,
        plan: PutBack,
        made: bool,
    ) -> Result<(), AccessError> {
        let (module, id, version) = (kind.module, plan.record.id(), plan.record.version());
        if plan.comes_back {
            // It could not, which was said.
            return Ok(());
        }
        if made && plan.goes {
            match self.delete(kind, id, Some(version)) {
                Ok(()) => self.count("deleted"),
                Err(why) => self.leave(module, id, &why)?,
            }
            return Ok(());
        }
        let mut why = said(&plan.stays);
        if made && plan.made_but_touched.is_some() {
            why = why.or_else(|| Some(Message::new("operation-why-changed")));
        }
        let changes: Changes = plan
            .fields
            .iter()
            .map(|back| (back.field.no, back.then.clone()))
            .collect();
        let mut put = false;
        if !changes.is_empty() {
            let restored = self.was_restored(module, id)?;
            match self.update_what_can_be(kind, id, changes, version) {
                Ok(refused) => {
                    put = true;
                    if !restored {
                        self.count("changed");
                    }
                    why = why.or(refused);
                }
                Err(error) => return self.leave(module, id, &error),
            }
        }
        if let Some(why) = why {
            self.count(if put { "partly" } else { "left" });
            self.keep_left(module, id, why);
        }
        Ok(())
    }

    /// Whether the operation under way has brought a record back.
    fn was_restored(&self, module: Module, id: RecordId) -> Result<bool, AccessError> {
        let Some(operation) = &self.operation else {
            return Ok(false);
        };
        let key = item_key(operation.id, module.code(), id);
        let item = self.write.get(Table::OperationItems, &key)?;
        let item = item.map(|bytes| StoredItem::decode(&bytes)).transpose()?;
        Ok(item.is_some_and(|item| item.act == ItemAct::Restored))
    }

    /// Changes fields; those that cannot be taken any more (what they refer to is gone) stay, and are said.
    fn update_what_can_be(
        &mut self,
        kind: &'static RecordType,
        id: RecordId,
        mut changes: Changes,
        version: u64,
    ) -> Result<Option<Message>, AccessError> {
        let errors = match self.update(kind, id, changes.clone(), Some(version)) {
            Ok(_) => return Ok(None),
            Err(AccessError::Invalid(errors)) => errors,
            Err(error) => return Err(error),
        };
        let before = changes.len();
        changes.retain(|no, _| {
            let name = kind.field(*no).map(|field| field.name);
            !errors
                .iter()
                .any(|error| Some(error.field.as_str()) == name)
        });
        let why = AccessError::Invalid(errors);
        let message = Message::from(&why);
        if changes.is_empty() || changes.len() == before {
            return Err(why);
        }
        self.update(kind, id, changes, Some(version))?;
        Ok(Some(message))
    }
}

/// The reasons as one sentence with the names of the fields.
fn said(stays: &[(Option<&'static Field>, Stays)]) -> Option<Message> {
    let key = |why: &Stays| match why {
        Stays::Merged => "operation-why-merged",
        Stays::Deleted(_) => "operation-why-deleted-since",
        Stays::Touched(_) => "operation-why-changed-since",
        Stays::NotYours => "operation-why-fields-not-yours",
    };
    let by_reason: BTreeMap<&str, Vec<&str>> =
        stays
            .iter()
            .fold(BTreeMap::new(), |mut known, (field, why)| {
                let names: &mut Vec<&str> = known.entry(key(why)).or_default();
                names.extend(field.map(|field| field.name));
                known
            });
    let order = [
        Stays::Merged,
        Stays::Deleted(None),
        Stays::Touched(None),
        Stays::NotYours,
    ];
    let first = order
        .iter()
        .map(key)
        .find(|key| by_reason.contains_key(key))?;
    let names = by_reason.get(first)?.join(",");
    let message = Message::new(first);
    Some(if names.is_empty() {
        message
    } else {
        message.with("fields", names)
    })
}

#[cfg(test)]
mod tests;
