//! The model: people, roles and records in plain vectors and maps.

use std::collections::BTreeMap;

use jiff::Timestamp;
use kartoteka::data::{BuiltIn, FieldNo, RecordId, RoleId, TeamId, UserId, Value};
use serde_json::{Value as Json, json};

use crate::firm::kind;

/// Whose records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Nobodys,
    Own,
    Team,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Finance {
    Hidden,
    Read,
    Write,
}

/// A role, as far as clients are concerned.
#[derive(Clone, Debug)]
pub(crate) struct PlainRole {
    pub(crate) id: RoleId,
    name: &'static str,
    pub(crate) view: Reach,
    pub(crate) unassigned: bool,
    pub(crate) create: bool,
    pub(crate) edit: Reach,
    pub(crate) delete: Reach,
    pub(crate) finance: Finance,
    pub(crate) change_owner: bool,
    own: bool,
}

impl PlainRole {
    /// The JSON of a role of the firm's own; nothing for a built-in one.
    pub(crate) fn own_role_json(&self) -> Option<Json> {
        let scope = |reach| match reach {
            Reach::Nobodys => "none",
            Reach::Own => "own",
            Reach::Team => "team",
            Reach::All => "all",
        };
        let finance = match self.finance {
            Finance::Hidden => "hidden",
            Finance::Read => "read",
            Finance::Write => "write",
        };
        self.own.then(|| {
            json!({"name": self.name, "modules": {"clients": {
                "view": scope(self.view), "unassigned": self.unassigned, "create": self.create,
                "edit": scope(self.edit), "delete": scope(self.delete),
                "groups": {"finance": finance}, "options": {"change_owner": self.change_owner},
            }}})
        })
    }
}

/// What the contract says of the built-in roles, and some roles of a firm's own.
#[rustfmt::skip]
fn roles() -> Vec<PlainRole> {
    use Finance::{Hidden, Read, Write};
    use Reach::{All, Nobodys, Own, Team};
    let built_in = |of: BuiltIn, view, unassigned, create, edit, delete, finance, change_owner| PlainRole {
        id: of.id(), name: of.name(), view, unassigned, create, edit, delete, finance, change_owner, own: false,
    };
    let own = |name, view, unassigned, create, edit, delete, finance, change_owner| PlainRole {
        id: RoleId::from_bytes([0; 16]), name, view, unassigned, create, edit, delete, finance, change_owner, own: true,
    };
    vec![
        built_in(BuiltIn::Owner, All, true, true, All, All, Write, true),
        built_in(BuiltIn::Manager, Team, true, true, Team, Team, Read, true),
        built_in(BuiltIn::Salesperson, Own, false, true, Own, Nobodys, Hidden, false),
        built_in(BuiltIn::Accounting, All, true, false, Nobodys, Nobodys, Write, false),
        built_in(BuiltIn::Support, All, true, false, Nobodys, Nobodys, Hidden, false),
        built_in(BuiltIn::ReadOnly, All, true, false, Nobodys, Nobodys, Hidden, false),
        own("Zespół i niczyje", Team, true, true, Team, Own, Hidden, true),
        own("Tylko niczyje", Nobodys, true, true, All, All, Write, false),
        own("Własne i niczyje", Own, true, true, Own, Own, Read, true),
        own("Wszystko bez finansów", All, false, true, All, All, Hidden, true),
        own("Nic", Nobodys, false, true, All, All, Write, true),
    ]
}

/// Names, roles and teams of people beside the first owner. Two share a name.
pub(crate) const PEOPLE: [(&str, usize, Option<usize>); 9] = [
    ("Zofia Kierownik", 1, Some(0)),
    ("Adam Handlowiec", 2, Some(0)),
    ("adam handlowiec", 2, Some(1)),
    ("Łucja Księgowa", 3, None),
    ("Ćwikła Wsparcie", 5, None),
    ("Ewa", 6, Some(1)),
    ("Jan", 7, None),
    ("Karol", 8, Some(0)),
    ("Ludwik", 9, None),
];

#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: UserId,
    pub(crate) name: &'static str,
    pub(crate) role: usize,
    pub(crate) team: Option<TeamId>,
    pub(crate) active: bool,
}

/// An entry of a record's history: the fields it tells of, none where it tells of more than fields.
pub(crate) type Entry = Option<Vec<FieldNo>>;

#[derive(Clone, Debug)]
pub(crate) struct PlainRecord {
    pub(crate) id: RecordId,
    pub(crate) owner: Option<UserId>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) version: u64,
    /// Grows with every record made.
    pub(crate) number: u64,
    pub(crate) values: BTreeMap<FieldNo, Value>,
    pub(crate) history: Vec<Entry>,
    pub(crate) deleted: Option<(Timestamp, Option<UserId>)>,
}

impl PlainRecord {
    pub(crate) fn text(&self, no: FieldNo) -> &str {
        self.values
            .get(&no)
            .and_then(Value::as_text)
            .unwrap_or_default()
    }
}

/// How the guard must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Done,
    NotFound,
    Forbidden,
    Invalid,
    SignedOut,
}

pub(crate) struct Model {
    pub(crate) people: Vec<Person>,
    pub(crate) roles: Vec<PlainRole>,
    pub(crate) teams: Vec<TeamId>,
    pub(crate) records: BTreeMap<RecordId, PlainRecord>,
    pub(crate) made: u64,
}

impl Model {
    pub(crate) fn new(owner: UserId) -> Self {
        let mut model = Self {
            people: Vec::new(),
            roles: roles(),
            teams: Vec::new(),
            records: BTreeMap::new(),
            made: 0,
        };
        model.add_person(owner, "Olga Właścicielka", 0, None);
        model
    }

    pub(crate) fn add_person(
        &mut self,
        id: UserId,
        name: &'static str,
        role: usize,
        team: Option<TeamId>,
    ) {
        self.people.push(Person {
            id,
            name,
            role,
            team,
            active: true,
        });
    }

    pub(crate) fn role(&self, person: usize) -> &PlainRole {
        &self.roles[self.people[person].role]
    }

    fn reaches(&self, person: usize, reach: Reach, owner: Option<UserId>) -> bool {
        let me = &self.people[person];
        match (reach, owner) {
            (Reach::All, _) => true,
            (Reach::Nobodys, _) | (_, None) => false,
            (Reach::Own, Some(owner)) => owner == me.id,
            (Reach::Team, Some(owner)) => {
                let other = self.people.iter().find(|other| other.id == owner);
                let same_team = other.is_some_and(|other| other.team == me.team);
                owner == me.id || (me.team.is_some() && same_team)
            }
        }
    }

    pub(crate) fn sees(&self, person: usize, owner: Option<UserId>) -> bool {
        let role = self.role(person);
        self.reaches(person, role.view, owner) || (owner.is_none() && role.unassigned)
    }

    pub(crate) fn edits(&self, person: usize, owner: Option<UserId>) -> bool {
        self.sees(person, owner) && self.reaches(person, self.role(person).edit, owner)
    }

    pub(crate) fn deletes(&self, person: usize, owner: Option<UserId>) -> bool {
        self.sees(person, owner) && self.reaches(person, self.role(person).delete, owner)
    }

    pub(crate) fn views(&self, person: usize) -> bool {
        self.role(person).view != Reach::Nobodys || self.role(person).unassigned
    }

    pub(crate) fn sees_field(&self, person: usize, no: FieldNo) -> bool {
        kind().field(no).is_some_and(|field| field.group.is_empty())
            || self.role(person).finance >= Finance::Read
    }

    pub(crate) fn sets_field(&self, person: usize, no: FieldNo) -> bool {
        kind().field(no).is_some_and(|field| field.group.is_empty())
            || self.role(person).finance == Finance::Write
    }

    /// Live records that somebody sees.
    pub(crate) fn seen(&self, person: usize) -> Vec<&PlainRecord> {
        self.records
            .values()
            .filter(|record| record.deleted.is_none() && self.sees(person, record.owner))
            .collect()
    }

    /// A live record as somebody finds it, or how they are answered.
    pub(crate) fn find(&self, person: usize, id: RecordId) -> Result<&PlainRecord, Answer> {
        if !self.people[person].active {
            return Err(Answer::SignedOut);
        }
        if !self.views(person) {
            return Err(Answer::Forbidden);
        }
        let record = self
            .records
            .get(&id)
            .filter(|record| record.deleted.is_none());
        record
            .filter(|record| self.sees(person, record.owner))
            .ok_or(Answer::NotFound)
    }

    /// Whether somebody may give a record this owner.
    pub(crate) fn gives_to(&self, person: usize, owner: Option<UserId>) -> bool {
        let active = |owner: UserId| {
            self.people
                .iter()
                .any(|person| person.id == owner && person.active)
        };
        self.role(person).change_owner && owner.is_none_or(active)
    }
}
