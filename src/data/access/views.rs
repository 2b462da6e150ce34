//! Saved views of a list: a name for its filters, order and columns; one's own, or shared with a team or with everybody.
//!
//! A view holds a question, never records: it is asked with the rights of whoever opens it, and what it asks of fields that
//! are hidden from them is left out ([`Usable::left_out`]).

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::error::{AccessError, Permission};
use super::reading::Reading;
use super::rights::Rights;
use super::role::AdminRight;
use super::vault::{Access, Work};
use crate::data::records::field::{FieldNo, RecordType};
use crate::data::records::ids::{TeamId, UserId, ViewId};
use crate::data::records::problem::{FieldError, Problem};
use crate::data::records::query::Query;
use crate::data::store::{Read, StoreError, Table, prefix_end};

/// Views that one person may keep in a module.
pub const MOST_VIEWS: usize = 50;
/// Characters of a name.
const LONGEST_NAME: usize = 60;
/// Bytes of a view's question.
const LONGEST_QUERY: usize = 8_000;
/// How long a deleted view can be brought back.
const KEPT_DELETED: SignedDuration = SignedDuration::from_hours(24);

/// With whom a view is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shared {
    /// Nobody.
    Own,
    /// The people of this team.
    Team(TeamId),
    /// Everybody who sees the module.
    All,
}

/// A saved view.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct View {
    /// Its id.
    pub id: ViewId,
    /// Its name.
    pub name: String,
    /// Who made it.
    pub owner: UserId,
    /// With whom it is shared.
    pub shared: Shared,
    /// The list's parameters, as an address writes them.
    query: String,
    /// The columns; none: those of whoever looks.
    #[serde(default)]
    columns: Option<Vec<FieldNo>>,
    /// Since when it is deleted and can still be brought back.
    #[serde(default)]
    deleted_at: Option<Timestamp>,
}

/// What somebody makes a view of.
#[derive(Clone, Debug)]
pub struct NewView {
    /// Its name.
    pub name: String,
    /// With whom it is shared.
    pub shared: Shared,
    /// What the list is asked for.
    pub query: Query,
    /// Names of the columns; none: those of whoever looks.
    pub columns: Option<Vec<String>>,
}

/// A view as somebody may use it.
#[derive(Clone, Debug)]
pub struct Usable {
    /// The question without what they may not ask.
    pub query: Query,
    /// The view's columns, where it has any; those hidden are left out by [`Reading::columns_of`].
    pub columns: Option<Vec<FieldNo>>,
    /// Whether anything was left out of the question.
    pub left_out: bool,
}

/// The part of a key that says whose a view is.
fn place(kind: &RecordType, owner: UserId, shared: Shared) -> Vec<u8> {
    let (sign, whose) = match shared {
        Shared::Own => (b'o', *owner.bytes()),
        Shared::Team(team) => (b't', *team.bytes()),
        Shared::All => (b'a', [0; 16]),
    };
    let mut key = vec![kind.module.code(), sign];
    key.extend_from_slice(&whose);
    key
}

fn key(kind: &RecordType, view: &View) -> Vec<u8> {
    let mut key = place(kind, view.owner, view.shared);
    key.extend_from_slice(view.id.bytes());
    key
}

/// Where the views lie that somebody sees: their own, their team's, everybody's.
fn places(kind: &RecordType, rights: &Rights) -> Vec<Vec<u8>> {
    let Some(user) = rights.user() else {
        return Vec::new();
    };
    let team = user
        .team
        .map(|team| place(kind, user.id, Shared::Team(team)));
    let own = place(kind, user.id, Shared::Own);
    let all = place(kind, user.id, Shared::All);
    [Some(own), team, Some(all)].into_iter().flatten().collect()
}

/// The views somebody sees, those deleted among them; their own first, each sort by name.
fn seen(read: &impl Read, kind: &RecordType, rights: &Rights) -> Result<Vec<View>, AccessError> {
    rights.require(Permission::View(kind.module))?;
    let mut views = Vec::new();
    for prefix in places(kind, rights) {
        let from = views.len();
        let mut broken = None;
        read.scan(
            Table::Views,
            &prefix,
            &prefix_end(&prefix),
            &mut |_, bytes| match serde_json::from_slice::<View>(bytes) {
                Ok(view) => {
                    views.push(view);
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    broken = Some(StoreError::corrupt("a saved view", error));
                    ControlFlow::Break(())
                }
            },
        )?;
        if let Some(error) = broken {
            return Err(error.into());
        }
        views[from..].sort_by_cached_key(|view| {
            crate::data::records::fold::collation_key(view.name.as_str())
        });
    }
    Ok(views)
}

fn may_change(rights: &Rights, view: &View) -> bool {
    rights.user().is_some_and(|user| user.id == view.owner)
        || (view.shared != Shared::Own && rights.admin(AdminRight::Settings))
}

impl Reading {
    /// The saved views of a module that the person sees: their own, then their team's, then everybody's.
    pub fn views(&self, kind: &'static RecordType) -> Result<Vec<View>, AccessError> {
        let mut views = seen(self.snapshot(), kind, self.rights())?;
        views.retain(|view| view.deleted_at.is_none());
        Ok(views)
    }

    /// Whether the person may change a view: its maker, and for a shared one whoever has the right to the settings.
    pub fn may_change_view(&self, view: &View) -> bool {
        may_change(self.rights(), view)
    }

    /// Ways in which the person may share a view.
    pub fn sharing(&self) -> Vec<Shared> {
        let team = self.rights().user().and_then(|user| user.team);
        let mut ways = vec![Shared::Own];
        ways.extend(team.map(Shared::Team));
        if self.rights().admin(AdminRight::Settings) {
            ways.push(Shared::All);
        }
        ways
    }

    /// A view's question as far as the person may ask it.
    pub fn usable_view(&self, kind: &'static RecordType, view: &View) -> Usable {
        let mut left_out = false;
        let pairs: Vec<(String, String)> = form_urlencoded::parse(view.query.as_bytes())
            .into_owned()
            .collect();
        let mut kept: Vec<(&str, &str)> = pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        kept.retain(|pair| {
            let usable =
                Query::read(kind, [*pair]).is_ok_and(|query| self.check(kind, &query).is_ok());
            left_out |= !usable;
            usable
        });
        Usable {
            query: Query::read(kind, kept).unwrap_or_default(),
            columns: view.columns.clone(),
            left_out,
        }
    }

    /// Whether a question names nothing but fields the person may ask by.
    fn check(&self, kind: &'static RecordType, query: &Query) -> Result<(), AccessError> {
        for filter in &query.filters {
            self.usable(kind, &filter.field, |field| field.filterable)?;
        }
        if let Some(sort) = &query.sort {
            self.usable(kind, &sort.field, |field| field.sortable)?;
        }
        Ok(())
    }
}

impl Access {
    /// Keeps a view and gives its id.
    pub async fn save_view(
        &self,
        kind: &'static RecordType,
        new: NewView,
    ) -> Result<ViewId, AccessError> {
        self.check_view(kind, &new)?;
        self.write(move |work| {
            let owner = work.rights.user().ok_or(AccessError::SignedOut)?.id;
            let own = seen(work.write, kind, &work.rights)?
                .iter()
                .filter(|view| view.owner == owner && view.deleted_at.is_none())
                .count();
            if own >= MOST_VIEWS {
                return Err(AccessError::field(
                    "name",
                    Problem::new("error-too-many-views").with("most", MOST_VIEWS),
                ));
            }
            work.may_share(new.shared)?;
            let view = View {
                id: ViewId::new(),
                name: name(&new.name)?,
                owner,
                shared: new.shared,
                query: written(&new.query)?,
                columns: work.view_columns(kind, new.columns.as_deref())?,
                deleted_at: None,
            };
            work.forget_deleted_views(kind)?;
            work.put_view(kind, &view)?;
            Ok(view.id)
        })
        .await
    }

    /// Gives a view another question and other columns.
    pub async fn update_view(
        &self,
        kind: &'static RecordType,
        id: ViewId,
        query: Query,
        columns: Option<Vec<String>>,
    ) -> Result<(), AccessError> {
        self.check_query(kind, &query)?;
        self.write(move |work| {
            let old = work.changeable_view(kind, id)?;
            let view = View {
                query: written(&query)?,
                columns: work.view_columns(kind, columns.as_deref())?,
                ..old
            };
            work.put_view(kind, &view)
        })
        .await
    }

    /// Gives a view another name, and shares it otherwise.
    pub async fn rename_view(
        &self,
        kind: &'static RecordType,
        id: ViewId,
        new_name: String,
        shared: Shared,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            let old = work.changeable_view(kind, id)?;
            let name = name(&new_name)?;
            if old.shared != shared {
                work.may_share(shared)?;
                let maker = work.rights.user().is_some_and(|user| user.id == old.owner);
                // Somebody else's view does not become a view that only they see.
                if !maker && shared != Shared::All {
                    return Err(AccessError::Forbidden(Permission::Admin(
                        AdminRight::Settings,
                    )));
                }
            }
            work.write.delete(Table::Views, key(kind, &old));
            let view = View {
                name,
                shared,
                ..old
            };
            work.put_view(kind, &view)
        })
        .await
    }

    /// Deletes a view, or brings one back that was deleted a short while ago.
    pub async fn delete_view(
        &self,
        kind: &'static RecordType,
        id: ViewId,
        deleted: bool,
    ) -> Result<(), AccessError> {
        self.write(move |work| {
            let found = seen(work.write, kind, &work.rights)?
                .into_iter()
                .find(|view| view.id == id && view.deleted_at.is_some() != deleted)
                .ok_or(AccessError::NotFound)?;
            work.require_changeable(&found)?;
            let view = View {
                deleted_at: deleted.then_some(work.signature.at),
                ..found
            };
            work.put_view(kind, &view)
        })
        .await
    }

    fn check_view(&self, kind: &'static RecordType, new: &NewView) -> Result<(), AccessError> {
        name(&new.name)?;
        self.check_query(kind, &new.query)
    }

    /// A question that its own maker could not ask is not kept.
    fn check_query(&self, kind: &'static RecordType, query: &Query) -> Result<(), AccessError> {
        self.read()?.count(kind, query).map(drop)
    }
}

fn name(typed: &str) -> Result<String, AccessError> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    let problem = match name.chars().count() {
        0 => Problem::new("error-required"),
        1..=LONGEST_NAME => return Ok(name),
        _ => Problem::new("error-too-long").with("most", LONGEST_NAME),
    };
    Err(AccessError::field("name", problem))
}

/// A question as it is kept: without records named one by one, which a list's selection is and a view is not.
fn written(query: &Query) -> Result<String, AccessError> {
    let query = Query {
        ids: Vec::new(),
        ..query.clone()
    };
    let text = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query.pairs())
        .finish();
    if text.len() > LONGEST_QUERY {
        let problem = Problem::new("error-too-long").with("most", LONGEST_QUERY);
        return Err(AccessError::Invalid(vec![FieldError::new("", problem)]));
    }
    Ok(text)
}

impl Work<'_, '_, '_> {
    /// A view that the actor sees.
    pub(super) fn view(&self, kind: &RecordType, id: ViewId) -> Result<View, AccessError> {
        seen(self.write, kind, &self.rights)?
            .into_iter()
            .find(|view| view.id == id && view.deleted_at.is_none())
            .ok_or(AccessError::NotFound)
    }

    fn changeable_view(&self, kind: &RecordType, id: ViewId) -> Result<View, AccessError> {
        let view = self.view(kind, id)?;
        self.require_changeable(&view)?;
        Ok(view)
    }

    fn require_changeable(&self, view: &View) -> Result<(), AccessError> {
        if may_change(&self.rights, view) {
            Ok(())
        } else {
            Err(AccessError::Forbidden(Permission::Admin(
                AdminRight::Settings,
            )))
        }
    }

    fn may_share(&self, shared: Shared) -> Result<(), AccessError> {
        let own_team = |team| {
            self.rights
                .user()
                .is_some_and(|user| user.team == Some(team))
        };
        match shared {
            Shared::Own => Ok(()),
            Shared::Team(team) if own_team(team) => Ok(()),
            Shared::Team(_) => Err(AccessError::field("shared", Problem::new("error-choice"))),
            Shared::All => self.rights.require_admin(AdminRight::Settings),
        }
    }

    fn view_columns(
        &self,
        kind: &'static RecordType,
        names: Option<&[String]>,
    ) -> Result<Option<Vec<FieldNo>>, AccessError> {
        names
            .map(|names| self.columns_named(kind, names))
            .transpose()
    }

    fn put_view(&mut self, kind: &RecordType, view: &View) -> Result<(), AccessError> {
        let bytes =
            serde_json::to_vec(view).map_err(|error| StoreError::corrupt("a saved view", error))?;
        self.write.put(Table::Views, key(kind, view), bytes);
        Ok(())
    }

    /// Views within sight that were deleted too long ago to come back.
    fn forget_deleted_views(&mut self, kind: &RecordType) -> Result<(), AccessError> {
        let now = self.signature.at;
        for view in seen(self.write, kind, &self.rights)? {
            let old = |at: Timestamp| now.duration_since(at) > KEPT_DELETED;
            if view.deleted_at.is_some_and(old) {
                self.write.delete(Table::Views, key(kind, &view));
            }
        }
        Ok(())
    }

    /// Views of a person alone, when they go for good; what they shared stays with those they shared it with.
    pub(super) fn forget_views(
        &mut self,
        kind: &RecordType,
        user: UserId,
    ) -> Result<(), AccessError> {
        let prefix = place(kind, user, Shared::Own);
        Ok(self.write.delete_under(Table::Views, &prefix)?)
    }
}
