//! The file a configuration was read from: lines for errors, the environment, files that hold secrets.

use std::path::{Path, PathBuf};

use super::ConfigError;

/// Where a configuration comes from.
pub(super) struct Place<'a> {
    /// The file as it was named.
    pub(super) file: &'a Path,
    /// Its text, for line numbers.
    pub(super) text: &'a str,
    /// Looks up an environment variable.
    pub(super) environment: &'a dyn Fn(&str) -> Option<String>,
}

impl Place<'_> {
    /// An error at a byte of the text.
    pub(super) fn error(&self, at: usize, message: String) -> ConfigError {
        let before = self.text.as_bytes().iter().take(at);
        ConfigError::Unusable {
            file: self.file.to_owned(),
            line: before.filter(|&&byte| byte == b'\n').count() + 1,
            message,
        }
    }

    /// Puts the environment's values in the place of every `${NAME}`; `$${` stands for a plain `${`.
    pub(super) fn expand(&self, text: &str) -> Result<String, String> {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            if let Some(before) = rest[..at].strip_suffix('$') {
                out.push_str(before);
                out.push_str("${");
                rest = &rest[at + 2..];
                continue;
            }
            out.push_str(&rest[..at]);
            let (name, after) = rest[at + 2..]
                .split_once('}')
                .ok_or("has a ${ without its closing }; a plain ${ is written $${")?;
            let value = (self.environment)(name).ok_or_else(|| {
                format!("needs the environment variable {name}, which is not set")
            })?;
            out.push_str(&value);
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }

    /// A path named in the configuration; a relative one starts at the configuration's own folder.
    pub(super) fn path(&self, path: &str) -> PathBuf {
        self.file.parent().unwrap_or(Path::new("")).join(path)
    }

    /// What a file named in the configuration holds, without the line break at its end.
    pub(super) fn read_secret(&self, path: &str) -> Result<String, String> {
        let path = self.path(path);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(text
            .strip_suffix('\n')
            .map_or(text.as_str(), |text| {
                text.strip_suffix('\r').unwrap_or(text)
            })
            .to_owned())
    }
}
