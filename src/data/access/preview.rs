//! What a change of a role, an account or a team would do to people, told before it is saved.
//!
//! Rights are reckoned twice, as everybody stands and as everybody would stand, by the very functions that decide; what
//! differs is told. How many records come into reach or leave it follows from the counters kept for each owner.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use super::error::{AccessError, Permission};
use super::people::{People, User};
use super::reading::Reading;
use super::rights::{Owners, Rights};
use super::role::{AdminRight, GroupAccess, ModuleAccess, Scope};
use super::second_step;
use crate::data::records::ids::{RoleId, TeamId, UserId};
use crate::data::records::index::number;
use crate::data::records::module::Module;
use crate::data::store::{Read, StoreError, Table, prefix_end};

/// What a change would do to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Whom it touches.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// What they gain and lose.
    pub shifts: Vec<Shift>,
}

/// What can be done to the records within reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reached {
    /// They are seen.
    View,
    /// They may be changed.
    Edit,
    /// They may be deleted.
    Delete,
}

impl Reached {
    const ALL: [Self; 3] = [Self::View, Self::Edit, Self::Delete];

    /// The word of the contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Edit => "edit",
            Self::Delete => "delete",
        }
    }
}

/// How many records are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Records {
    /// So many.
    Counted(u64),
    /// Whoever asks does not see all of their owners' records, so the number is not theirs to know.
    NotTold,
}

/// One thing gained or lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Signing in at all.
    SignIn {
        /// Gained, not lost.
        gained: bool,
    },
    /// Whose records an act reaches.
    Reach {
        /// Of which module.
        module: Module,
        /// The act.
        act: Reached,
        /// The role's scope before.
        from: Scope,
        /// The role's scope after.
        to: Scope,
        /// What comes into reach; `None` where nothing can.
        more: Option<Records>,
        /// What leaves it; `None` where nothing can.
        fewer: Option<Records>,
    },
    /// Seeing records without an owner.
    Unassigned {
        /// Of which module.
        module: Module,
        /// Gained, not lost.
        gained: bool,
    },
    /// A permission that is held or not, whatever the record.
    Permission {
        /// Which one.
        permission: Permission,
        /// Gained, not lost.
        gained: bool,
    },
    /// Having to sign in by two steps.
    SecondStep {
        /// Has to from now on, rather than no more.
        required: bool,
        /// Has no way yet, and sets one up at the next sign-in.
        sets_up: bool,
    },
    /// The fields of a group.
    Group {
        /// Of which module.
        module: Module,
        /// The group's name.
        group: &'static str,
        /// Before.
        from: GroupAccess,
        /// After.
        to: GroupAccess,
    },
}

/// Live records of each owner, for the modules there are.
type Counts = HashMap<Module, HashMap<Option<UserId>, u64>>;

impl Reading {
    /// What saving a role would do, without saving it. Refuses what saving would refuse.
    pub fn preview_role(
        &self,
        id: RoleId,
        json: &Map<String, Json>,
    ) -> Result<Vec<Effect>, AccessError> {
        let rights = self.rights();
        rights.require_admin(AdminRight::Roles)?;
        let mut role = rights.own_role(id)?;
        rights.may_grant(id)?;
        role.take_json(json).map_err(AccessError::Invalid)?;
        rights.check_role(&role, self.vault.kinds())?;
        self.effects_of(rights.people().with_role(role))
    }

    /// What saving an account would do, without saving it. Refuses what saving would refuse.
    pub fn preview_user(
        &self,
        id: UserId,
        json: &Map<String, Json>,
    ) -> Result<Vec<Effect>, AccessError> {
        let user = self.rights().changed_user(id, json, None)?.1;
        self.effects_of(self.rights().people().with_users([user]))
    }

    /// What a team of just these people would mean, without saving it. Refuses what saving would refuse.
    pub fn preview_team(
        &self,
        id: TeamId,
        members: &BTreeSet<UserId>,
    ) -> Result<Vec<Effect>, AccessError> {
        let moved = self.rights().team_of_just(id, members)?;
        let after = moved.into_iter().map(|(_, user)| user);
        self.effects_of(self.rights().people().with_users(after))
    }

    fn effects_of(&self, after: People) -> Result<Vec<Effect>, AccessError> {
        let (rights, after) = (self.rights(), Arc::new(after));
        let mut effects = effects(rights.everybody(), &after, rights, &self.counts()?);
        let asked = |people: &People, user: &User| {
            let role = people.role(user.role);
            user.active && role.is_some_and(|role| role.two_step_required)
        };
        for user in after.users() {
            let required = asked(&after, user);
            let before = rights.people().user(user.id);
            let was = before.is_some_and(|old| asked(rights.people(), old));
            if required == was || user.two_step || !user.active {
                continue;
            }
            let sets_up =
                required && !second_step::has_way(self.snapshot(), user, &self.vault().at_hand())?;
            let shift = Shift::SecondStep { required, sets_up };
            match effects.iter_mut().find(|effect| effect.user == user.id) {
                Some(effect) => effect.shifts.push(shift),
                None => effects.push(Effect {
                    user: user.id,
                    name: user.name.clone(),
                    shifts: vec![shift],
                }),
            }
        }
        Ok(effects)
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        let mut counts = Counts::new();
        for kind in self.kinds() {
            let owners = counts.entry(kind.module).or_default();
            let prefix = [kind.module.code()];
            self.snapshot().scan(
                Table::Counters,
                &prefix,
                &prefix_end(&prefix),
                &mut |key, value| {
                    if let Some(bytes) = key.last_chunk::<16>() {
                        let owner = (*bytes != [0; 16]).then(|| UserId::from_bytes(*bytes));
                        owners.insert(owner, number(Some(value)));
                    }
                    ControlFlow::Continue(())
                },
            )?;
        }
        Ok(counts)
    }
}

/// Everybody whom the change touches, by name.
fn effects(
    before: &Arc<People>,
    after: &Arc<People>,
    asker: &Rights,
    counts: &Counts,
) -> Vec<Effect> {
    let touched = after
        .users()
        .into_iter()
        .filter(|user| differs(before, after, user));
    touched
        .filter_map(|user| {
            let shifts = shifts(before, after, user.id, asker, counts);
            (!shifts.is_empty()).then(|| Effect {
                user: user.id,
                name: user.name.clone(),
                shifts,
            })
        })
        .collect()
}

/// Whether a person's rights can differ at all: by their role, their account, or who is in their team.
fn differs(before: &People, after: &People, user: &User) -> bool {
    let Some(old) = before.user(user.id) else {
        return true;
    };
    let team = |people: &People, user: &User| people.team_of(user).into_iter().collect();
    let teams: [BTreeSet<UserId>; 2] = [team(before, old), team(after, user)];
    old.active != user.active
        || before.role(old.role) != after.role(user.role)
        || teams[0] != teams[1]
}

fn shifts(
    before: &Arc<People>,
    after: &Arc<People>,
    user: UserId,
    asker: &Rights,
    counts: &Counts,
) -> Vec<Shift> {
    let (old, new) = match (
        Rights::of_person(before, user),
        Rights::of_person(after, user),
    ) {
        (None, None) => return Vec::new(),
        // Everything at once, which no list makes plainer.
        (None, Some(_)) => return vec![Shift::SignIn { gained: true }],
        (Some(_), None) => return vec![Shift::SignIn { gained: false }],
        (Some(old), Some(new)) => (old, new),
    };
    let mut shifts = Vec::new();
    for module in Module::ALL {
        let told = Told {
            counts: counts.get(&module),
            asker: asker.seen(module),
        };
        module_shifts(module, &old, &new, &told, &mut shifts);
    }
    for right in AdminRight::ALL {
        permission_shift(Permission::Admin(right), &old, &new, &mut shifts);
    }
    shifts
}

fn module_shifts(
    module: Module,
    old: &Rights,
    new: &Rights,
    told: &Told<'_>,
    shifts: &mut Vec<Shift>,
) {
    let (was, is) = (old.module(module), new.module(module));
    for act in Reached::ALL {
        let (from, to) = (scope(was, act), scope(is, act));
        let (reached, reaches) = (reach(old, module, act), reach(new, module, act));
        let more = told.beyond(&reaches, &reached);
        let fewer = told.beyond(&reached, &reaches);
        if from != to || concerns_some(more) || concerns_some(fewer) {
            shifts.push(Shift::Reach {
                module,
                act,
                from,
                to,
                more,
                fewer,
            });
        }
        let unassigned = [old, new].map(|rights| rights.seen(module).hold(None));
        if act == Reached::View && unassigned[0] != unassigned[1] && was.unassigned != is.unassigned
        {
            let gained = unassigned[1];
            shifts.push(Shift::Unassigned { module, gained });
        }
    }
    let flags = [
        Permission::Create(module),
        Permission::Export(module),
        Permission::Import(module),
    ];
    let options = module
        .options()
        .iter()
        .map(|option| Permission::Option(module, option));
    for permission in flags.into_iter().chain(options) {
        permission_shift(permission, old, new, shifts);
    }
    for group in module.groups() {
        let (from, to) = (was.group(group), is.group(group));
        if from != to {
            shifts.push(Shift::Group {
                module,
                group,
                from,
                to,
            });
        }
    }
}

/// Reaching further where there is nothing yet is no news by itself.
const fn concerns_some(records: Option<Records>) -> bool {
    !matches!(records, None | Some(Records::Counted(0)))
}

fn permission_shift(permission: Permission, old: &Rights, new: &Rights, shifts: &mut Vec<Shift>) {
    let gained = new.may(permission);
    if gained != old.may(permission) {
        shifts.push(Shift::Permission { permission, gained });
    }
}

const fn scope(access: &ModuleAccess, act: Reached) -> Scope {
    match act {
        Reached::View => access.view,
        Reached::Edit => access.edit,
        Reached::Delete => access.delete,
    }
}

/// Whose records an act really reaches: never beyond what is seen.
fn reach(rights: &Rights, module: Module, act: Reached) -> Owners {
    let seen = rights.seen(module);
    match act {
        Reached::View => seen,
        Reached::Edit => both(seen, rights.edited(module)),
        Reached::Delete => both(seen, rights.deleted(module)),
    }
}

fn both(one: Owners, other: Owners) -> Owners {
    match (one, other) {
        (Owners::Everyone, only) | (only, Owners::Everyone) => only,
        (Owners::These(one), Owners::These(other)) => {
            let other: HashSet<_> = other.into_iter().collect();
            Owners::These(
                one.into_iter()
                    .filter(|owner| other.contains(owner))
                    .collect(),
            )
        }
    }
}

/// What whoever asks may be told of a module's records.
struct Told<'a> {
    /// `None` where the module is not there.
    counts: Option<&'a HashMap<Option<UserId>, u64>>,
    asker: Owners,
}

impl Told<'_> {
    /// Records within `wide` and not within `narrow`. Whether a number is told depends on whose they are alone, never
    /// on how many there are.
    fn beyond(&self, wide: &Owners, narrow: &Owners) -> Option<Records> {
        let counts = self.counts?;
        let of = |owner: &Option<UserId>| counts.get(owner).copied().unwrap_or(0);
        match (wide, narrow) {
            (_, Owners::Everyone) => None,
            (Owners::Everyone, Owners::These(narrow)) => {
                let held: HashSet<_> = narrow.iter().collect();
                let all: u64 = counts.values().sum();
                let known = all - held.into_iter().map(of).sum::<u64>();
                Some(match self.asker {
                    Owners::Everyone => Records::Counted(known),
                    Owners::These(_) => Records::NotTold,
                })
            }
            (Owners::These(wide), Owners::These(narrow)) => {
                let held: HashSet<_> = narrow.iter().collect();
                let beyond: HashSet<_> =
                    wide.iter().filter(|owner| !held.contains(owner)).collect();
                if beyond.is_empty() {
                    return None;
                }
                let all_seen = beyond.iter().all(|owner| self.asker.hold(**owner));
                Some(if all_seen {
                    Records::Counted(beyond.into_iter().map(of).sum())
                } else {
                    Records::NotTold
                })
            }
        }
    }
}

#[cfg(test)]
mod tests;
