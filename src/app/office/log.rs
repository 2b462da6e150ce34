//! The audit log by command.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Office;
use super::accounts::account;
use crate::cli::failure::Failure;
use crate::data::AuditFilter;

/// Entries read at once.
const PAGE: usize = 500;

impl Office {
    /// Gives the entries to `take`, the newest first, page by page. With `for_people`, people are named by their e-mail
    /// addresses.
    pub(crate) fn audit(
        &self,
        since: Option<Timestamp>,
        user: Option<&str>,
        for_people: bool,
        mut take: impl FnMut(&[Value]) -> std::io::Result<()>,
    ) -> Result<(), Failure> {
        let access = self.vault.machine("command audit list");
        let user = user
            .map(|email| account(&access, email))
            .transpose()?
            .map(|user| user.id);
        let filter = AuditFilter {
            user,
            from: since,
            ..AuditFilter::default()
        };
        let mut before = None;
        loop {
            // A moment of its own for each page: a long listing does not keep freed pages from reuse.
            let reading = access.read()?;
            let (entries, next) = reading.audit(&filter, before, PAGE)?;
            let people = reading.rights().people();
            let rows: Vec<Value> = entries
                .iter()
                .map(|entry| {
                    let mut row = entry.to_json();
                    if let Some(user) = entry.user.filter(|_| for_people)
                        && let Some(user) = people.user(user)
                    {
                        row["user"] = json!(user.email);
                    }
                    row
                })
                .collect();
            drop(reading);
            take(&rows)?;
            match next {
                Some(_) => before = next,
                None => return Ok(()),
            }
        }
    }

    /// The number of entries in an unbroken chain; a broken one is [`Failure::Damaged`] and names its first bad entry.
    pub(crate) fn verify_audit(&self) -> Result<u64, Failure> {
        self.vault.verify_audit()?.map_err(|error| {
            Failure::Damaged(format!("the audit log is not what was written: {error}"))
        })
    }
}
