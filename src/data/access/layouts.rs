//! How sheets were matched before, so that the next one of the same headings is matched the same way.

use serde::{Deserialize, Serialize};

use super::error::{AccessError, Permission};
use super::vault::Access;
use crate::data::records::ids::UserId;
use crate::data::records::module::Module;
use crate::data::store::{Read, StoreError, Table};

/// No sheet that is read has more columns.
const MOST_COLUMNS: usize = 1024;
/// Bytes of the name of a field.
const LONGEST_NAME: usize = 200;
/// Layouts of a module that are kept; beyond it new ones are not, and sheets are matched by their headings alone.
const MOST_LAYOUTS: usize = 2_000;

#[derive(Serialize, Deserialize)]
struct Stored {
    columns: Vec<String>,
    by: Option<UserId>,
    at: jiff::Timestamp,
}

fn key(module: Module, headings: &str) -> Vec<u8> {
    let mut key = vec![module.code()];
    key.extend_from_slice(headings.as_bytes());
    key
}

impl Access {
    /// Keeps how the columns of a sheet were matched, by a hash of its headings: for each column the name of its field or
    /// a word of the caller's. For everybody who may import; it holds no values.
    pub async fn remember_layout(
        &self,
        module: Module,
        headings: String,
        columns: Vec<String>,
    ) -> Result<(), AccessError> {
        let too_long = columns.len() > MOST_COLUMNS
            || headings.len() > LONGEST_NAME
            || columns.iter().any(|name| name.len() > LONGEST_NAME);
        self.write(move |work| {
            work.rights.require(Permission::Import(module))?;
            if too_long {
                return Ok(());
            }
            let key = key(module, &headings);
            if let Some(stored) = work.write.get(Table::Layouts, &key)? {
                let same = serde_json::from_slice::<Stored>(&stored)
                    .is_ok_and(|stored| stored.columns == columns);
                if same {
                    return Ok(());
                }
            } else {
                let mut count = 0;
                let (from, to) = ([module.code()], [module.code() + 1]);
                work.write.scan(Table::Layouts, &from, &to, &mut |_, _| {
                    count += 1;
                    std::ops::ControlFlow::Continue(())
                })?;
                if count >= MOST_LAYOUTS {
                    return Ok(());
                }
            }
            let stored = Stored {
                columns,
                by: work.signature.user,
                at: work.signature.at,
            };
            let bytes = serde_json::to_vec(&stored)
                .map_err(|error| StoreError::corrupt("a layout", error))?;
            work.write.put(Table::Layouts, key, bytes);
            Ok(())
        })
        .await
    }

    /// How the columns of such a sheet were matched last. Which of the fields the person sees is for the caller to ask.
    pub fn recall_layout(
        &self,
        module: Module,
        headings: &str,
    ) -> Result<Option<Vec<String>>, AccessError> {
        self.read()?.rights().require(Permission::Import(module))?;
        let snapshot = self.vault.inner.store.read()?;
        let Some(stored) = snapshot.get(Table::Layouts, &key(module, headings))? else {
            return Ok(None);
        };
        let stored: Stored = serde_json::from_slice(&stored)
            .map_err(|error| StoreError::corrupt("a layout", error))?;
        Ok(Some(stored.columns))
    }
}
