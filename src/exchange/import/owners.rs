//! Whose a record becomes, by e-mail, name or id.

use std::collections::HashMap;

use crate::data::records::email::Email;
use crate::data::records::fold;
use crate::data::{Rights, UserId};
use crate::exchange::values;

/// The people of the firm by the ways in which a sheet may name them. A name that two people have names nobody.
pub(super) struct Owners {
    by_name: HashMap<String, Option<UserId>>,
    by_email: HashMap<String, UserId>,
    ids: Vec<UserId>,
}

impl Owners {
    pub(super) fn of(rights: &Rights) -> Self {
        let mut owners = Self {
            by_name: HashMap::new(),
            by_email: HashMap::new(),
            ids: Vec::new(),
        };
        for user in rights.people().users() {
            owners.ids.push(user.id);
            owners.by_email.insert(user.email.clone(), user.id);
            owners
                .by_name
                .entry(plain(&user.name))
                .and_modify(|known| *known = None)
                .or_insert(Some(user.id));
        }
        owners
    }

    pub(super) fn find(&self, text: &str) -> Option<UserId> {
        if let Some(id) = values::id(text) {
            let id = UserId::from_bytes(*id.as_bytes());
            return self.ids.contains(&id).then_some(id);
        }
        if text.contains('@') {
            let email = Email::parse(text).ok()?;
            return self.by_email.get(email.unique()).copied();
        }
        self.by_name.get(&plain(text)).copied().flatten()
    }
}

fn plain(name: &str) -> String {
    fold::fold(&fold::one_line(name))
}
