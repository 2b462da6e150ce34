//! `[data]`: the key of a database that is encrypted at rest.

use std::path::PathBuf;

use super::table::{Key, Section, Table, table};
use super::{ConfigError, value};

table! {
    /// The table `[data]`.
    pub Data {
        /// The file with the key of the database, where it is encrypted (`init --encrypt`, `data encrypt`). Other places
        /// that are looked in: --db-key-file, the environment variable `KARTOTEKA_DB_KEY` with the key itself, the systemd
        /// credential db-key, and db.key in the data folder.
        key_file: Option<PathBuf> = value::optional_path, default "''",
            allowed "the path of a file with 32 random bytes in base64";
    }
    tables {}
}
