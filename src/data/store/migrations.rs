//! The append-only list of changes to stored data. Each runs once, all outstanding ones in a single transaction.

use redb::{Database, ReadableDatabase, WriteTransaction};

use super::blocks::{self, Counted};
use super::error::StoreError;
use super::tables::{ALL, Table};

const FORMAT_KEY: &[u8] = b"format";

/// One step from a format to the next. Never edited once released; only appended to.
struct Migration {
    /// What it does, for the log.
    name: &'static str,
    run: fn(&WriteTransaction) -> Result<(), StoreError>,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "make the tables",
        run: make_tables,
    },
    Migration {
        name: "add tables for operations, views, custom fields and what comes with them",
        run: make_tables,
    },
    Migration {
        name: "add tables for outgoing mail, links and second steps",
        run: make_tables,
    },
    Migration {
        name: "add a table for backups",
        run: make_tables,
    },
    Migration {
        name: "count the entries of lists by blocks",
        run: count_lists,
    },
    Migration {
        name: "add a table for the files of records",
        run: make_tables,
    },
    Migration {
        name: "add a table for attached files at the targets of backups",
        run: make_tables,
    },
];

/// Makes those of today's tables that are not there yet.
fn make_tables(transaction: &WriteTransaction) -> Result<(), StoreError> {
    for table in ALL {
        transaction.open_table(table.definition())?;
    }
    Ok(())
}

fn count_lists(transaction: &WriteTransaction) -> Result<(), StoreError> {
    make_tables(transaction)?;
    let mut lists = transaction.open_table(Table::Order.definition())?;
    let mut counts = transaction.open_table(Table::OrderBlocks.definition())?;
    Counted {
        lists: &mut lists,
        counts: &mut counts,
        most: blocks::MOST,
    }
    .build()
}

/// The format of this program.
pub(in crate::data) fn known() -> u32 {
    all().len() as u32
}

#[cfg(not(feature = "testing"))]
fn all() -> &'static [Migration] {
    MIGRATIONS
}

/// With one more that a test asks for by the environment: `slow` takes a minute, `failing` fails, `lossy` loses a record,
/// `confusing` loses what a record is found by. None of it is part of a release.
#[cfg(feature = "testing")]
fn all() -> Vec<&'static Migration> {
    let asked = std::env::var("KARTOTEKA_TEST_MIGRATION").unwrap_or_default();
    let of_tests = testing::ALL
        .iter()
        .find(|migration| migration.name == asked);
    MIGRATIONS.iter().chain(of_tests).collect()
}

/// The format of a database; 0 for one that was never written to.
pub(super) fn format(database: &Database) -> Result<u32, StoreError> {
    let transaction = database.begin_read()?;
    let meta = match transaction.open_table(Table::Meta.definition()) {
        Ok(meta) => meta,
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    let Some(value) = meta.get(FORMAT_KEY)? else {
        return Ok(0);
    };
    let bytes = value
        .value()
        .try_into()
        .map_err(|_| StoreError::Corrupt("the format number".to_owned()))?;
    Ok(u32::from_be_bytes(bytes))
}

/// Refuses a newer database; runs what an older one lacks, in one transaction.
pub(super) fn bring_up_to_date(database: &Database) -> Result<(), StoreError> {
    let found = format(database)?;
    if found > known() {
        return Err(StoreError::Newer {
            found,
            known: known(),
        });
    }
    if found == known() {
        return Ok(());
    }
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    for migration in &all()[found as usize..] {
        tracing::info!(migration = migration.name, "migrating the data");
        (migration.run)(&transaction)?;
    }
    transaction
        .open_table(Table::Meta.definition())?
        .insert(FORMAT_KEY, known().to_be_bytes().as_slice())?;
    transaction.commit()?;
    Ok(())
}

/// Migrations that go wrong.
#[cfg(feature = "testing")]
mod testing {
    use super::{Migration, StoreError, Table, WriteTransaction};
    use redb::ReadableTable;

    pub(super) const ALL: [Migration; 4] = [
        Migration {
            name: "slow",
            run: |transaction| {
                lose(transaction, Table::Records)?;
                std::thread::sleep(std::time::Duration::from_mins(1));
                Ok(())
            },
        },
        Migration {
            name: "failing",
            run: |transaction| {
                lose(transaction, Table::Records)?;
                Err(StoreError::Corrupt("this migration fails".to_owned()))
            },
        },
        Migration {
            name: "lossy",
            run: |transaction| lose(transaction, Table::Records),
        },
        Migration {
            name: "confusing",
            run: |transaction| lose(transaction, Table::Order),
        },
    ];

    /// Removes the first entry of a table.
    fn lose(transaction: &WriteTransaction, table: Table) -> Result<(), StoreError> {
        let mut open = transaction.open_table(table.definition())?;
        let first = open.first()?.map(|(key, _)| key.value().to_vec());
        if let Some(first) = first {
            open.remove(first.as_slice())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::data::store::Keyring;
    use std::ops::ControlFlow;

    use super::*;
    use crate::data::store::{Read, Store, open};

    #[tokio::test]
    async fn the_lists_of_an_older_format_are_counted() {
        let folder = tempfile::tempdir().unwrap();
        let opened = || {
            Store::open(folder.path(), 1 << 20, &Keyring::default())
                .unwrap()
                .0
        };
        let fill = |write: &mut crate::data::store::Write<'_, '_>| {
            for entry in 0..3_000_u32 {
                let mut key = vec![(entry % 2) as u8; blocks::LIST];
                key.extend_from_slice(&entry.to_be_bytes());
                write.put(Table::Order, key, vec![0; 4]);
            }
            Ok::<_, StoreError>(())
        };
        opened().write(fill).await.unwrap();

        let database = open::open_file(folder.path(), 1 << 20, &Keyring::default()).unwrap();
        let transaction = database.begin_write().unwrap();
        transaction
            .delete_table(Table::OrderBlocks.definition())
            .unwrap();
        let older = MIGRATIONS
            .iter()
            .position(|migration| migration.name.starts_with("count"));
        let mut meta = transaction.open_table(Table::Meta.definition()).unwrap();
        let older = (older.unwrap() as u32).to_be_bytes();
        meta.insert(FORMAT_KEY, older.as_slice()).unwrap();
        drop(meta);
        transaction.commit().unwrap();
        drop(database);

        let (mut blocks, mut entries) = (0, 0);
        let store = opened();
        let snapshot = store.read().unwrap();
        let visit = &mut |_: &[u8], count: &[u8]| {
            blocks += 1;
            entries += u64::from_be_bytes(count.try_into().unwrap());
            ControlFlow::Continue(())
        };
        snapshot
            .scan(Table::OrderBlocks, &[], &[u8::MAX; 40], visit)
            .unwrap();
        assert_eq!((blocks, entries), (6, 3_000));
    }
}
