//! Operations through the guard: begun by whoever does the work, seen by them and by those who manage the firm.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use super::error::{AccessError, Permission};
use super::operation::{
    Ending, Message, NewOperation, Operation, OperationKind, OperationState, Outcome, Progress,
    ResultFile, StartedWith, UndoState,
};
use super::reading::Reading;
use super::rights::{Owners, Rights};
use super::role::AdminRight;
use super::vault::{Access, Work};
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::field::RecordType;
use crate::data::records::ids::{OperationId, RecordId};
use crate::data::records::module::Module;
use crate::data::store::{Direction, Read, StoreError, Table, Write};

/// Operations that one page of the list looks through.
const LOOKED_AT: usize = 5_000;

impl Access {
    /// Begins an operation. Whether the actor may do what it is for, the guard asks with each part of the work.
    pub async fn begin(&self, new: NewOperation) -> Result<Operation, AccessError> {
        self.write(move |work| work.begin_operation(new)).await
    }

    /// Keeps how far an operation is. Only its starter or the program does this.
    pub async fn report(&self, id: OperationId, progress: Progress) -> Result<(), AccessError> {
        self.write(move |work| {
            let mut operation = work.own_operation(id)?;
            if operation.is_running() {
                operation.progress = progress;
                put(work.write, &operation);
            }
            Ok(())
        })
        .await
    }

    /// Counts what came of records that an operation only looked at, under `name` each; a record with a reason is named on
    /// the operation's page.
    pub async fn count_in(
        &self,
        operation: OperationId,
        kind: &'static RecordType,
        outcomes: Vec<(RecordId, &'static str, Option<Message>)>,
    ) -> Result<(), AccessError> {
        self.write_in(Some(operation), move |work| {
            for (id, name, why) in outcomes {
                work.count(name);
                if let Some(why) = why {
                    work.keep_left(kind.module, id, why);
                }
            }
            Ok(())
        })
        .await
    }

    /// Ends an operation. Only its starter or the program does this; one that has ended stays as it is.
    pub async fn finish(&self, id: OperationId, ending: Ending) -> Result<Operation, AccessError> {
        self.write(move |work| {
            let mut operation = work.own_operation(id)?;
            if operation.is_running() {
                work.end(&mut operation, ending)?;
            }
            Ok(operation)
        })
        .await
    }

    /// Says what came of an operation where that is more than its writes can count. Only its starter or the program does
    /// this.
    pub async fn settle_counts(
        &self,
        id: OperationId,
        counts: BTreeMap<String, u64>,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            let mut operation = work.own_operation(id)?;
            if operation.is_running() {
                operation.outcome.counts = counts;
                put(work.write, &operation);
            }
            Ok(())
        })
        .await
    }

    /// Marks what was running when the program stopped as interrupted. Returns how many. Only the program does this.
    pub async fn interrupt_operations(&self) -> Result<usize, AccessError> {
        self.write(|work| {
            work.only_program()?;
            let running = collect(work.write, usize::MAX, Operation::is_running)?;
            let count = running.len();
            for mut operation in running {
                let ending = Ending {
                    state: OperationState::Interrupted,
                    progress: operation.progress.clone(),
                    message: Some(Message::new("operation-interrupted")),
                    result: None,
                };
                work.end(&mut operation, ending)?;
            }
            Ok(count)
        })
        .await
    }

    /// Runs a part of an operation's work. What is done to records is kept for the operation in the same transaction.
    pub(super) async fn write_in<T: Send + 'static>(
        &self,
        operation: Option<OperationId>,
        act: impl FnOnce(&mut Work<'_, '_, '_>) -> Result<T, AccessError> + Send + 'static,
    ) -> Result<T, AccessError> {
        self.write(move |work| {
            if let Some(id) = operation {
                let operation = work.own_operation(id)?;
                if !operation.is_running() {
                    return Err(AccessError::conflict("error-operation-over"));
                }
                work.operation = Some(Box::new(operation));
            }
            let result = act(work)?;
            if let Some(operation) = work.operation.take() {
                put(work.write, &operation);
            }
            Ok(result)
        })
        .await
    }
}

impl Reading {
    /// An operation that the actor may see; of another's, neither file nor details.
    pub fn operation(&self, id: OperationId) -> Result<Operation, AccessError> {
        load(self.snapshot(), id)?
            .and_then(|operation| shown(self.rights(), operation))
            .ok_or(AccessError::NotFound)
    }

    /// The operations that the actor may see, the latest first, before one where given; and before which one to go on,
    /// unless these were the last. Among many of others a page may hold few.
    pub fn operations(
        &self,
        before: Option<OperationId>,
        limit: usize,
    ) -> Result<(Vec<Operation>, Option<OperationId>), AccessError> {
        self.operations_that(before, limit, &|_| true)
    }

    fn operations_that(
        &self,
        before: Option<OperationId>,
        limit: usize,
        wanted: &dyn Fn(&Operation) -> bool,
    ) -> Result<(Vec<Operation>, Option<OperationId>), AccessError> {
        let end = before.map_or(vec![u8::MAX; 17], |id| id.bytes().to_vec());
        let walk = self.snapshot().walk(
            Table::Operations,
            Bound::Unbounded,
            Bound::Excluded(&end),
            Direction::Backward,
        )?;
        let mut found: Vec<Operation> = Vec::new();
        for (looked_at, entry) in walk.enumerate() {
            let (_, bytes) = entry?;
            let operation = decode(bytes.value())?;
            let id = operation.id;
            let operation = Some(operation).filter(|operation| wanted(operation));
            if let Some(operation) = operation.and_then(|one| shown(self.rights(), one)) {
                if found.len() == limit {
                    let last = found.last().map(|last| last.id);
                    return Ok((found, last));
                }
                found.push(operation);
            }
            if looked_at == LOOKED_AT {
                return Ok((found, Some(id)));
            }
        }
        Ok((found, None))
    }

    /// The imports into a module that the actor may see, the latest first, before one where given.
    pub fn imports(
        &self,
        module: Module,
        before: Option<OperationId>,
        limit: usize,
    ) -> Result<Vec<Operation>, AccessError> {
        self.rights().require(Permission::Import(module))?;
        let wanted = |operation: &Operation| {
            operation.kind == OperationKind::Import && operation.module == Some(module)
        };
        let (mut found, mut before) = (Vec::new(), before);
        loop {
            let (some, older) = self.operations_that(before, limit - found.len(), &wanted)?;
            found.extend(some);
            if found.len() >= limit || older.is_none() {
                return Ok(found);
            }
            before = older;
        }
    }

    /// Whether its starter may still have what an operation wrote down: with another role, or in another team, they may see
    /// less than they did.
    pub fn has_rights_of_start(&self, operation: &Operation) -> bool {
        operation.standing.is_some() && operation.standing == standing(self.rights())
    }

    /// Operations whose file has not expired, with when it expires. Only the program asks.
    pub fn results(&self) -> Result<Vec<(OperationId, Timestamp)>, AccessError> {
        if self.rights().user().is_some() {
            return Err(AccessError::NotFound);
        }
        let now = crate::clock::now();
        let is_there = |file: &ResultFile| file.expires_at > now;
        let with_file = collect(self.snapshot(), usize::MAX, |operation| {
            operation.result.as_ref().is_some_and(is_there)
        })?;
        Ok(with_file
            .into_iter()
            .filter_map(|operation| Some((operation.id, operation.result?.expires_at)))
            .collect())
    }
}

impl Work<'_, '_, '_> {
    pub(super) fn begin_operation(&mut self, new: NewOperation) -> Result<Operation, AccessError> {
        match new.kind {
            OperationKind::HandOver => self.rights.require_admin(AdminRight::Users)?,
            OperationKind::Backup
            | OperationKind::BackupProof
            | OperationKind::BringBack
            | OperationKind::PersonUndo => self.rights.require_admin(AdminRight::Backups)?,
            _ => {}
        }
        let operation = Operation {
            id: OperationId::new(),
            kind: new.kind,
            module: new.module,
            started_by: self.signature.user,
            started_at: self.signature.at,
            ended_at: None,
            state: OperationState::Running,
            progress: Progress {
                phase: String::new(),
                done: 0,
                total: new.total,
            },
            outcome: Outcome::default(),
            result: None,
            undo: UndoState::None,
            keeps_items: new.undoable,
            standing: standing(&self.rights),
            forgotten: false,
            counts_hidden: false,
            undone_by: None,
            detail: new.detail,
        };
        put(self.write, &operation);
        self.note_begin(&operation)?;
        Ok(operation)
    }

    /// Exports, checks, imports and what goes for good write entries of their own, with their counts.
    fn note_begin(&mut self, operation: &Operation) -> Result<(), AccessError> {
        let audit = match operation.kind {
            OperationKind::Export
            | OperationKind::Copy
            | OperationKind::RegisterCheck
            | OperationKind::Import
            | OperationKind::BackupProof
            | OperationKind::Purge => return Ok(()),
            OperationKind::BulkDelete => AuditKind::Deleted,
            OperationKind::BulkRestore | OperationKind::BringBack => AuditKind::Restored,
            _ => AuditKind::Changed,
        };
        let mut details = json!({
            "operation": operation.kind.name(),
            "module": operation.module.map(Module::name),
            "count": operation.progress.total,
        });
        if operation.kind == OperationKind::PersonUndo {
            for name in ["of_user", "from_time", "to_time"] {
                details[name] = operation.detail[name].clone();
            }
        }
        if operation.kind == OperationKind::BringBack {
            details["archive"] = operation.detail["archive"].clone();
        }
        let note = Note::new(audit).about(Subject::new("operations", operation.id));
        self.note(note.with(details))
    }

    /// An operation that is the actor's own work; the program's hand reaches all.
    pub(super) fn own_operation(&self, id: OperationId) -> Result<Operation, AccessError> {
        let user = self.signature.user;
        load(self.write, id)?
            .filter(|operation| user.is_none() || operation.started_by == user)
            .ok_or(AccessError::NotFound)
    }

    /// An operation that the actor may see.
    pub(super) fn seen_operation(&self, id: OperationId) -> Result<Operation, AccessError> {
        load(self.write, id)?
            .filter(|operation| is_seen(&self.rights, operation))
            .ok_or(AccessError::NotFound)
    }

    fn end(&mut self, operation: &mut Operation, ending: Ending) -> Result<(), AccessError> {
        operation.state = ending.state;
        operation.ended_at = Some(self.signature.at);
        operation.progress = ending.progress;
        operation.outcome.message = ending.message;
        operation.result = ending.result;
        put(self.write, operation);
        // What was left can be tried again, by somebody with the rights or once it can be done.
        if ending.state == OperationState::Done
            && operation.outcome.count("left") == 0
            && let Some(of) = operation.takes_back()
            && let Some(mut taken_back) = load(self.write, of)?
        {
            taken_back.undo = UndoState::Undone;
            put(self.write, &taken_back);
        }
        Ok(())
    }

    /// Counts one more that came out in a way, where the write is a part of an operation.
    pub(super) fn count(&mut self, name: &str) {
        if let Some(operation) = &mut self.operation {
            *operation.outcome.counts.entry(name.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn only_program(&self) -> Result<(), AccessError> {
        if self.signature.user.is_some() {
            return Err(AccessError::NotFound);
        }
        Ok(())
    }
}

fn is_own(rights: &Rights, operation: &Operation) -> bool {
    rights
        .user()
        .is_none_or(|user| operation.started_by == Some(user.id))
}

fn is_seen(rights: &Rights, operation: &Operation) -> bool {
    is_own(rights, operation)
        || rights.admin(AdminRight::Settings)
        || rights.admin(AdminRight::Users)
}

pub(super) fn sees_counts(rights: &Rights, operation: &Operation) -> bool {
    let all = |module| rights.seen(module) == Owners::Everyone;
    is_own(rights, operation)
        || match operation.module {
            Some(module) => all(module),
            None => Module::ALL.into_iter().all(all),
        }
}

fn standing(rights: &Rights) -> Option<StartedWith> {
    let user = rights.user()?;
    Some(StartedWith {
        role: user.role,
        version: rights.role().version,
        team: user.team,
    })
}

/// As the actor may see it, where they may.
fn shown(rights: &Rights, mut operation: Operation) -> Option<Operation> {
    if !is_seen(rights, &operation) {
        return None;
    }
    if !is_own(rights, &operation) {
        // A filter may hold a name, and a message the value of a field.
        let of = operation.takes_back();
        operation.result = None;
        operation.outcome.message = None;
        let file = operation.detail.get("file").cloned();
        operation.detail = match (of, file) {
            (Some(of), _) => json!({"of": of}),
            // What a file is called is no secret of its rows, and the audit log says it too.
            (None, Some(file)) if operation.kind == OperationKind::Import => json!({"file": file}),
            _ => Json::Null,
        };
    }
    if !sees_counts(rights, &operation) {
        operation.progress = Progress {
            phase: operation.progress.phase,
            ..Progress::default()
        };
        operation.outcome.counts.clear();
        operation.counts_hidden = true;
        if operation.undo == UndoState::Possible {
            // Not for them to take back: what is left would be counted.
            operation.undo = UndoState::None;
        }
    }
    Some(operation)
}

fn decode(bytes: &[u8]) -> Result<Operation, StoreError> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::corrupt("an operation", error))
}

pub(super) fn load(read: &impl Read, id: OperationId) -> Result<Option<Operation>, StoreError> {
    read.get(Table::Operations, id.bytes())?
        .map(|bytes| decode(&bytes))
        .transpose()
}

pub(super) fn put(write: &mut Write<'_, '_>, operation: &Operation) {
    write.put(
        Table::Operations,
        operation.id.bytes().to_vec(),
        serde_json::to_vec(operation).expect("plain structs always serialise"),
    );
}

/// Operations that are wanted, the oldest first, at most so many.
pub(super) fn collect(
    read: &impl Read,
    most: usize,
    wanted: impl Fn(&Operation) -> bool,
) -> Result<Vec<Operation>, StoreError> {
    let (mut found, mut broken) = (Vec::new(), None);
    read.scan(
        Table::Operations,
        &[],
        &[u8::MAX; 17],
        &mut |_, bytes| match decode(bytes) {
            Ok(operation) => {
                if wanted(&operation) {
                    found.push(operation);
                }
                if found.len() < most {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            }
            Err(error) => {
                broken = Some(error);
                ControlFlow::Break(())
            }
        },
    )?;
    broken.map_or(Ok(found), Err)
}
