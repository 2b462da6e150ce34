//! Where the configuration of a run comes from, so that it can be read again.

use std::path::{Path, PathBuf};

use super::{Config, ConfigError, environment};

/// The file that was named, or the one of the data folder.
#[derive(Clone, Debug)]
pub struct Source {
    named: Option<PathBuf>,
    own: PathBuf,
}

/// What errors call a configuration that is in no file.
const NOWHERE: &str = "kartoteka.toml";

impl Source {
    /// `file`, or `kartoteka.toml` in the data folder where no file is named and that one exists.
    pub fn new(file: Option<&Path>, data: &Path) -> Self {
        Self {
            named: file.map(Path::to_owned),
            own: data.join("kartoteka.toml"),
        }
    }

    /// The file that is read now; none where all stands at its default.
    pub fn file(&self) -> Option<&Path> {
        match &self.named {
            Some(file) => Some(file),
            None if self.own.exists() => Some(&self.own),
            None => None,
        }
    }

    /// The text of the file, empty where there is none, and the name errors give it.
    pub(super) fn text(&self) -> Result<(String, &Path), ConfigError> {
        let Some(file) = self.file() else {
            return Ok((String::new(), Path::new(NOWHERE)));
        };
        let text = std::fs::read_to_string(file).map_err(|source| ConfigError::Unreadable {
            file: file.to_owned(),
            source,
        })?;
        Ok((text, file))
    }

    /// Reads it.
    pub fn load(&self) -> Result<Config, ConfigError> {
        let (text, file) = self.text()?;
        Config::parse(&text, file, &environment)
    }
}
