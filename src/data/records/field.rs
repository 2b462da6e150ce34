//! What a module declares of its records: the one list from which forms, lists, filters, sheets, JSON, history and
//! permissions follow.

use super::kind::Kind;
use super::module::Module;
use super::own::{FieldGroup, Labels, OwnField};
use super::problem::FieldError;
use super::record::Record;

/// Number of a field in stored records. Never used again for another meaning.
pub type FieldNo = u16;

/// Fields every record has, kept in its head.
pub mod common {
    use super::FieldNo;

    /// The record's id.
    pub const ID: FieldNo = 1;
    /// Whose it is.
    pub const OWNER: FieldNo = 2;
    /// When it was made.
    pub const CREATED_AT: FieldNo = 3;
    /// When it was last changed.
    pub const UPDATED_AT: FieldNo = 4;
}

/// Who gives a field its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setter {
    /// People, through forms, imports and the API.
    People,
    /// The program alone; an import of our own export may bring it back.
    Program,
}

/// How a field stands in lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Shown unless the person chose otherwise.
    Shown,
    /// Can be chosen.
    Offered,
    /// Never a column.
    Never,
}

/// One field of a record type.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Number in stored records.
    pub no: FieldNo,
    /// Name in JSON and forms; nested ones with a dot.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The group a role can hide; empty for what everybody with the record sees.
    pub group: &'static str,
    /// Whether a record cannot be without it.
    pub required: bool,
    /// Who sets it.
    pub setter: Setter,
    /// How it stands in lists.
    pub column: Column,
    /// Whether lists can be sorted by it.
    pub sortable: bool,
    /// Whether lists can be narrowed by it.
    pub filterable: bool,
    /// Whether its words are found by search.
    pub searched: bool,
    /// Value of a new record that does not give one.
    pub default: Option<&'static str>,
    /// Under which its words are found: its group, or for a field of the firm's own itself, so that neither another group
    /// nor taking it out of use touches what records are found by.
    pub(in crate::data) scope: &'static str,
    /// What the firm says of a field of its own; none for those that come with the program.
    pub own: Option<&'static OwnField>,
}

impl Field {
    /// A plain field: set by people, offered as a column, in no group.
    pub const fn new(no: FieldNo, name: &'static str, kind: Kind) -> Self {
        Self {
            no,
            name,
            kind,
            group: "",
            required: false,
            setter: Setter::People,
            column: Column::Offered,
            sortable: false,
            filterable: false,
            searched: false,
            default: None,
            scope: "",
            own: None,
        }
    }

    /// Puts it into a group that roles can hide.
    pub const fn group(mut self, group: &'static str) -> Self {
        self.group = group;
        self.scope = group;
        self
    }

    /// A record cannot be without it.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Only the program sets it.
    pub const fn by_program(mut self) -> Self {
        self.setter = Setter::Program;
        self
    }

    /// A column unless the person chose otherwise.
    pub const fn shown(mut self) -> Self {
        self.column = Column::Shown;
        self
    }

    /// Never a column.
    pub const fn no_column(mut self) -> Self {
        self.column = Column::Never;
        self
    }

    /// Lists can be sorted by it.
    pub const fn sortable(mut self) -> Self {
        self.sortable = true;
        self
    }

    /// Lists can be narrowed by it.
    pub const fn filterable(mut self) -> Self {
        self.filterable = true;
        self
    }

    /// Search finds its words.
    pub const fn searched(mut self) -> Self {
        self.searched = true;
        self
    }

    /// Value of a new record that gives none.
    pub const fn default(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// Whether people who fill in a form must give it.
    pub fn is_asked(&self) -> bool {
        self.required || self.own.is_some_and(|own| own.asked)
    }

    /// Whether the firm took it out of use.
    pub fn is_retired(&self) -> bool {
        self.own.is_some_and(|own| own.retired)
    }

    /// What the firm calls a field of its own.
    pub fn labels(&self) -> Option<Labels> {
        self.own.map(|own| own.labels)
    }
}

/// The fields every record type begins with, under the name its owner has.
pub const fn common_fields(owner_name: &'static str) -> [Field; 4] {
    [
        Field::new(common::ID, "id", Kind::Id)
            .by_program()
            .no_column(),
        Field::new(common::OWNER, owner_name, Kind::Owner)
            .shown()
            .sortable()
            .filterable(),
        Field::new(common::CREATED_AT, "created_at", Kind::Time)
            .by_program()
            .sortable()
            .filterable(),
        Field::new(common::UPDATED_AT, "updated_at", Kind::Time)
            .by_program()
            .shown()
            .sortable()
            .filterable(),
    ]
}

/// What a module says of its records.
#[derive(Debug)]
pub struct RecordType {
    /// The module.
    pub module: Module,
    /// All fields in the order of forms and sheets.
    pub fields: &'static [Field],
    /// The field by which people know a record.
    pub title: FieldNo,
    /// Rules over several fields; called with the record as it would be.
    pub check: fn(&Record, &mut Vec<FieldError>),
    /// Fields that tell that two records are the same, the strongest first; see `Access::same_as`.
    pub identity: &'static [FieldNo],
    /// Field groups of the firm's own, beside those of the module.
    pub groups: &'static [FieldGroup],
    /// Whether its records have files.
    pub files: bool,
}

impl RecordType {
    /// The field with a number.
    pub fn field(&self, no: FieldNo) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.no == no)
    }

    /// The field with a name.
    pub fn named(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Names of all its field groups: the module's, then the firm's own.
    pub fn group_names(&self) -> impl Iterator<Item = &'static str> {
        let own = self.groups.iter().map(|group| group.name);
        self.module.groups().iter().copied().chain(own)
    }
}
