//! Why somebody may or may not do something: the decision of [`Rights`], and the reason behind it as a value.
//!
//! Whether something is allowed is asked of the very functions that guard records; only the reason is worked out here,
//! and a test holds the two against what the guard does.

use super::error::{AccessError, Permission};
use super::people::{People, User};
use super::reading::Reading;
use super::rights::Rights;
use super::role::{AdminRight, GroupAccess, Scope};
use super::seen::Seen;
use crate::data::records::field::RecordType;
use crate::data::records::ids::{RecordId, TeamId, UserId};
use crate::data::records::module::Module;

/// What is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Seeing the record.
    View,
    /// Changing it.
    Edit,
    /// Deleting it.
    Delete,
    /// Making one.
    Create,
    /// Taking it out as a file.
    Export,
    /// Bringing records in from a file.
    Import,
    /// Seeing the fields of a group.
    See(&'static str),
    /// Changing the fields of a group.
    Write(&'static str),
    /// A single option of the module.
    Option(&'static str),
}

/// An answer with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Why, or why not.
    pub reason: Reason,
}

/// Why something is allowed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The account is disabled.
    Disabled,
    /// The role's scope for this act holds everybody's records.
    Everybodys,
    /// The record is the person's own, and the role's scope holds those.
    Own,
    /// The owner is in the person's team, and the role's scope holds those.
    SameTeam(TeamId),
    /// The record has no owner, and the role shows such records.
    UnassignedGranted,
    /// No record was named: the role's scope for this act.
    InScope(Scope),
    /// No record was named: the role shows records without an owner alone.
    OnlyUnassigned,
    /// The role grants it.
    Granted,
    /// The role's scope for this act is none.
    NoScope,
    /// The scope is one's own, and the record is somebody else's.
    AnothersRecord(UserId),
    /// The scope is the team's, and the owner is in another team or in none.
    OtherTeam(UserId),
    /// The scope is the team's, and the person is in no team.
    NoTeam(UserId),
    /// The record has no owner, and the role's scope for this act does not hold such records.
    Unassigned,
    /// What cannot be seen can be neither changed nor deleted nor taken out; why it cannot be seen is an answer of its
    /// own.
    NotSeen,
    /// The record cannot be changed, so none of its fields can; why is an answer of its own.
    NotEdited,
    /// The role does not grant it.
    NotGranted,
    /// The role hides the group.
    Hidden,
    /// The role shows the group and does not let it be changed.
    ReadOnly,
}

/// How one person stands to a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub user: UserId,
    /// Whether they see it.
    pub view: Answer,
    /// Whether they may change it.
    pub edit: Answer,
    /// Whether they may delete it.
    pub delete: Answer,
}

impl Reading {
    /// Why a person may or may not do something, to a record where one is given. Only for those who manage people or
    /// roles, and only about records they see themselves.
    pub fn why(
        &self,
        module: Module,
        record: Option<&Seen>,
        user: UserId,
        act: Act,
    ) -> Result<Answer, AccessError> {
        self.may_ask_why()?;
        let people = self.rights().everybody();
        people.user(user).ok_or(AccessError::NotFound)?;
        let owner = record.map(Seen::owner);
        Ok(match Rights::of_person(people, user) {
            Some(rights) => rights.why(module, owner, act),
            None => no(Reason::Disabled),
        })
    }

    /// How everybody stands to a record, by name. Only for those who manage people or roles and see it themselves.
    pub fn who_can(
        &self,
        kind: &'static RecordType,
        id: RecordId,
    ) -> Result<Vec<Standing>, AccessError> {
        self.may_ask_why()?;
        let seen = self.get(kind, id)?;
        let people = self.rights().people().users();
        people
            .into_iter()
            .map(|user| {
                let of = |act| self.why(kind.module, Some(&seen), user.id, act);
                Ok(Standing {
                    user: user.id,
                    view: of(Act::View)?,
                    edit: of(Act::Edit)?,
                    delete: of(Act::Delete)?,
                })
            })
            .collect()
    }

    /// An error unless the actor manages people or roles, and so may ask what others may do.
    pub fn may_ask_why(&self) -> Result<(), AccessError> {
        self.rights()
            .require_admin(AdminRight::Users)
            .or_else(|_| self.rights().require_admin(AdminRight::Roles))
    }
}

const fn yes(reason: Reason) -> Answer {
    Answer {
        allowed: true,
        reason,
    }
}

const fn no(reason: Reason) -> Answer {
    Answer {
        allowed: false,
        reason,
    }
}

impl Rights {
    /// `owner`: of the record asked about; `None` where none is.
    fn why(&self, module: Module, owner: Option<Option<UserId>>, act: Act) -> Answer {
        let access = self.module(module);
        match act {
            Act::View => self.why_reached(module, owner, Permission::View(module), access.view),
            Act::Edit => self.why_reached(module, owner, Permission::Edit(module), access.edit),
            Act::Delete => {
                self.why_reached(module, owner, Permission::Delete(module), access.delete)
            }
            Act::Create => self.why_granted(Permission::Create(module)),
            Act::Import => self.why_granted(Permission::Import(module)),
            Act::Option(option) => self.why_granted(Permission::Option(module, option)),
            Act::Export => match self.why_unseen(module, owner) {
                Some(unseen) => unseen,
                None => self.why_granted(Permission::Export(module)),
            },
            Act::See(group) => match self.why_unseen(module, owner) {
                Some(unseen) => unseen,
                None if self.module(module).group(group) >= GroupAccess::Read => {
                    yes(Reason::Granted)
                }
                None => no(Reason::Hidden),
            },
            Act::Write(group) => self.why_written(module, owner, group),
        }
    }

    fn why_granted(&self, permission: Permission) -> Answer {
        if self.may(permission) {
            yes(Reason::Granted)
        } else {
            no(Reason::NotGranted)
        }
    }

    fn why_unseen(&self, module: Module, owner: Option<Option<UserId>>) -> Option<Answer> {
        let view = self.why(module, owner, Act::View);
        (!view.allowed).then(|| no(Reason::NotSeen))
    }

    fn why_written(
        &self,
        module: Module,
        owner: Option<Option<UserId>>,
        group: &'static str,
    ) -> Answer {
        if let Some(unseen) = self.why_unseen(module, owner) {
            return unseen;
        }
        match self.module(module).group(group) {
            GroupAccess::Hidden => no(Reason::Hidden),
            GroupAccess::Read => no(Reason::ReadOnly),
            GroupAccess::Write if self.why(module, owner, Act::Edit).allowed => {
                yes(Reason::Granted)
            }
            GroupAccess::Write => no(Reason::NotEdited),
        }
    }

    fn why_reached(
        &self,
        module: Module,
        owner: Option<Option<UserId>>,
        permission: Permission,
        scope: Scope,
    ) -> Answer {
        let Some(owner) = owner else {
            return self.why_at_all(module, permission, scope);
        };
        let view = matches!(permission, Permission::View(_));
        if !view && !self.seen(module).hold(owner) {
            return no(Reason::NotSeen);
        }
        let reach = match permission {
            Permission::Edit(_) => self.edited(module),
            Permission::Delete(_) => self.deleted(module),
            _ => self.seen(module),
        };
        if reach.hold(owner) {
            yes(self.why_within(scope, owner))
        } else {
            no(self.why_beyond(scope, owner))
        }
    }

    fn why_at_all(&self, module: Module, permission: Permission, scope: Scope) -> Answer {
        let view = matches!(permission, Permission::View(_));
        if !self.may(permission) {
            no(Reason::NoScope)
        } else if !view && !self.may(Permission::View(module)) {
            no(Reason::NotSeen)
        } else if scope == Scope::None {
            yes(Reason::OnlyUnassigned)
        } else {
            yes(Reason::InScope(scope))
        }
    }

    fn why_within(&self, scope: Scope, owner: Option<UserId>) -> Reason {
        let user = self.user();
        match (scope, owner) {
            (Scope::All, _) => Reason::Everybodys,
            (_, None) => Reason::UnassignedGranted,
            (_, Some(owner)) if user.is_some_and(|user| user.id == owner) => Reason::Own,
            _ => match user.and_then(|user| user.team) {
                Some(team) => Reason::SameTeam(team),
                None => Reason::Everybodys,
            },
        }
    }

    fn why_beyond(&self, scope: Scope, owner: Option<UserId>) -> Reason {
        match (scope, owner) {
            (Scope::None, _) => Reason::NoScope,
            (_, None) => Reason::Unassigned,
            (Scope::Team, Some(owner)) if in_team(self.user()) => Reason::OtherTeam(owner),
            (Scope::Team, Some(owner)) => Reason::NoTeam(owner),
            (_, Some(owner)) => Reason::AnothersRecord(owner),
        }
    }
}

fn in_team(user: Option<&User>) -> bool {
    user.is_some_and(|user| user.team.is_some())
}

impl People {
    /// The name of a person; empty where nobody has this id.
    pub fn name(&self, id: UserId) -> &str {
        self.user(id).map_or("", |user| user.name.as_str())
    }
}

#[cfg(test)]
mod tests;
