//! `[[backup.target]]`: the places archives are kept at.

use std::collections::HashSet;
use std::path::PathBuf;

use super::hidden::Hidden;
use super::table::{Key, Listed, Section, Table, table};
use super::{ConfigError, value};

table! {
    /// The keys of a target of any kind.
    TargetKeys {
        /// What the target is called in lists, messages and commands.
        name: String = value::text, default "''",
            allowed "1 to 64 letters, digits, spaces, dots, dashes and underscores, each target its own";
        /// What kind of place it is.
        kind: String = value::text, default "''",
            allowed "\"local\", \"s3\", \"sftp\" or \"webdav\"";
        /// local and sftp: the folder. For local it is best on another disk than the data, and a relative one starts at
        /// the folder of this file; for sftp a relative one starts where the account is led to.
        path: String = value::text, default "''",
            allowed "the path of a folder";
        /// s3: the address of the service; empty for AWS itself. Where one is given, the bucket stands in the path.
        endpoint: Option<String> = value::optional_base, default "''",
            allowed "an address such as \"https://s3.eu-central-1.amazonaws.com\"";
        /// s3: the region the bucket is in.
        region: String = value::text, default "'us-east-1'",
            allowed "a name such as \"eu-central-1\"";
        /// s3: the bucket.
        bucket: String = value::text, default "''",
            allowed "the name of a bucket that is there";
        /// s3: what all names of objects begin with.
        prefix: String = value::text, default "''",
            allowed "a path such as \"kartoteka/\", without \"..\"";
        /// s3: the id of the access key.
        access_key: Hidden = value::hidden, default "''",
            allowed "text", secret;
        /// s3: the secret of the access key.
        secret_key: Hidden = value::hidden, default "''",
            allowed "text", secret;
        /// sftp: the name or address of the server.
        host: String = value::text, default "''",
            allowed "a host name or an IP address, such as \"nas.company.pl\"";
        /// sftp: its port.
        port: u64 = value::whole::<1, 65535>, default "22",
            allowed "a whole number from 1 to 65535";
        /// sftp and webdav: the account.
        user: String = value::text, default "''",
            allowed "text";
        /// sftp: the private key, Ed25519 or ECDSA in the form of OpenSSH, without a passphrase. Either this or a password.
        private_key: Hidden = value::hidden, default "''",
            allowed "the text of a file such as id_ed25519; a whole file is named by private_key_file", secret;
        /// sftp and webdav: the password.
        password: Hidden = value::hidden, default "''",
            allowed "text", secret;
        /// sftp: the key the server identifies itself by. Where it is empty, the first one it shows is kept and counts from
        /// then on.
        host_key: String = value::text, default "''",
            allowed "a fingerprint such as \"SHA256:…\", or a public key such as \"ssh-ed25519 AAAA…\"";
        /// webdav: the address of the folder. A password is sent over https only, but to this very machine.
        url: Option<String> = value::optional_base, default "''",
            allowed "an address such as \"https://cloud.company.pl/remote.php/dav/files/crm/backups\"";
        /// s3 and webdav: a file with certificates (PEM) of authorities to be trusted beside the system's.
        ca_file: String = value::certificates, default "''",
            allowed "the path of a file with certificates in PEM form";
    }
    tables {}
}

/// The kinds with the keys that are theirs, beside `name` and `kind`.
const KINDS: &[(&str, &[&str])] = &[
    ("local", &["path"]),
    (
        "s3",
        &[
            "endpoint",
            "region",
            "bucket",
            "prefix",
            "access_key",
            "secret_key",
            "ca_file",
        ],
    ),
    (
        "sftp",
        &[
            "host",
            "port",
            "user",
            "path",
            "private_key",
            "password",
            "host_key",
        ],
    ),
    ("webdav", &["url", "user", "password", "ca_file"]),
];

/// A place archives are kept at, as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetConfig {
    /// A folder of this machine, or mounted there.
    Local(LocalTarget),
    /// A bucket of a service that speaks S3.
    S3(S3Target),
    /// A folder of a server reached over SSH.
    Sftp(SftpTarget),
    /// A folder of a server that speaks `WebDAV`.
    WebDav(WebDavTarget),
}

/// A folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalTarget {
    /// What it is called.
    pub name: String,
    /// The folder.
    pub path: PathBuf,
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct S3Target {
    /// What it is called.
    pub name: String,
    /// The service's address; `None` is AWS.
    pub endpoint: Option<String>,
    /// The region of the bucket.
    pub region: String,
    /// The bucket's name.
    pub bucket: String,
    /// What names of objects begin with: empty, or ends in a slash.
    pub prefix: String,
    /// The id of the access key.
    pub access_key: Hidden,
    /// Its secret.
    pub secret_key: Hidden,
    /// Certificates of authorities trusted beside the system's, as PEM.
    pub ca: String,
}

/// A folder behind SSH.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SftpTarget {
    /// What it is called.
    pub name: String,
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The account.
    pub user: String,
    /// The folder.
    pub path: String,
    /// How the account is proved.
    pub login: SftpLogin,
    /// A fingerprint or a public key; empty where the first one shown counts.
    pub host_key: String,
}

/// How an account of a server reached over SSH is proved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SftpLogin {
    /// The text of a private key.
    Key(Hidden),
    /// A password.
    Password(Hidden),
}

/// A folder of a `WebDAV` server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebDavTarget {
    /// What it is called.
    pub name: String,
    /// The folder's address, without the slash at its end.
    pub url: String,
    /// The account; empty where none is asked for.
    pub user: String,
    /// Its password.
    pub password: Hidden,
    /// Certificates of authorities trusted beside the system's, as PEM.
    pub ca: String,
}

impl TargetConfig {
    /// What the target is called.
    pub fn name(&self) -> &str {
        match self {
            Self::Local(target) => &target.name,
            Self::S3(target) => &target.name,
            Self::Sftp(target) => &target.name,
            Self::WebDav(target) => &target.name,
        }
    }

    /// Its kind as the configuration calls it.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Local(_) => "local",
            Self::S3(_) => "s3",
            Self::Sftp(_) => "sftp",
            Self::WebDav(_) => "webdav",
        }
    }
}

impl Listed for TargetConfig {
    const KEYS: &'static [Key] = TargetKeys::KEYS;

    fn read_all(sections: &[Section<'_>]) -> Result<Vec<Self>, ConfigError> {
        let mut names = HashSet::new();
        let mut targets = Vec::new();
        for section in sections {
            let target = read(section)?;
            if !names.insert(target.name().to_lowercase()) {
                let what = format!(
                    "cannot be \"{}\": another target is called so",
                    target.name()
                );
                return Err(section.fault("name", &what));
            }
            targets.push(target);
        }
        Ok(targets)
    }
}

fn read(section: &Section<'_>) -> Result<TargetConfig, ConfigError> {
    let keys = TargetKeys::read(section)?;
    let Some((kind, own)) = KINDS.iter().find(|(kind, _)| *kind == keys.kind) else {
        return Err(needed(section, "kind", &keys.kind));
    };
    for key in TargetKeys::KEYS {
        if section.names(key.name)
            && !matches!(key.name, "name" | "kind")
            && !own.contains(&key.name)
        {
            let what = format!(
                "is no key of a target of kind \"{kind}\". Allowed here: name, kind, {}",
                own.join(", ")
            );
            return Err(section.fault(key.name, &what));
        }
    }
    if !usable_name(&keys.name) {
        return Err(needed(section, "name", &keys.name));
    }
    let must = |key: &str, given: &str| match given.trim() {
        "" => Err(needed(section, key, given)),
        _ => Ok(()),
    };
    let TargetKeys { name, .. } = keys;
    Ok(match *kind {
        "local" => {
            must("path", &keys.path)?;
            TargetConfig::Local(LocalTarget {
                name,
                path: section.path(&keys.path),
            })
        }
        "s3" => {
            must("bucket", &keys.bucket)?;
            must("region", &keys.region)?;
            must("access_key", keys.access_key.reveal())?;
            must("secret_key", keys.secret_key.reveal())?;
            if !usable_bucket(&keys.bucket) {
                return Err(needed(section, "bucket", &keys.bucket));
            }
            let prefix = usable_prefix(&keys.prefix)
                .ok_or_else(|| needed(section, "prefix", &keys.prefix))?;
            TargetConfig::S3(S3Target {
                name,
                endpoint: keys.endpoint,
                region: keys.region,
                bucket: keys.bucket,
                prefix,
                access_key: keys.access_key,
                secret_key: keys.secret_key,
                ca: keys.ca_file,
            })
        }
        "sftp" => {
            must("host", &keys.host)?;
            must("user", &keys.user)?;
            must("path", &keys.path)?;
            let login = match (keys.private_key.is_empty(), keys.password.is_empty()) {
                (false, true) => SftpLogin::Key(keys.private_key),
                (true, false) => SftpLogin::Password(keys.password),
                (true, true) => {
                    return Err(section.fault(
                        "private_key",
                        "is missing. Allowed: private_key, private_key_file, password or password_file",
                    ));
                }
                (false, false) => {
                    return Err(section.fault(
                        "password",
                        "cannot stand beside a private key. Allowed: one of the two",
                    ));
                }
            };
            TargetConfig::Sftp(SftpTarget {
                name,
                host: keys.host,
                port: keys.port as u16,
                user: keys.user,
                path: keys.path,
                login,
                host_key: usable_host_key(&keys.host_key)
                    .ok_or_else(|| needed(section, "host_key", &keys.host_key))?,
            })
        }
        _ => {
            let url = keys.url.ok_or_else(|| needed(section, "url", ""))?;
            if keys.user.is_empty() && !keys.password.is_empty() {
                return Err(section.fault(
                    "user",
                    "is missing, while there is a password. Allowed: text",
                ));
            }
            if !keys.user.is_empty() && !protected(&url) {
                return Err(section.fault(
                    "url",
                    "cannot begin with http:// where there is a user, since the password would be sent in the clear. \
                     Allowed: an address with https://",
                ));
            }
            TargetConfig::WebDav(WebDavTarget {
                name,
                url,
                user: keys.user,
                password: keys.password,
                ca: keys.ca_file,
            })
        }
    })
}

/// The error about a key that is left out or cannot be used; what is given is shown, so not for secrets.
fn needed(section: &Section<'_>, key: &str, given: &str) -> ConfigError {
    let allowed = TargetKeys::KEYS
        .iter()
        .find(|known| known.name == key)
        .map_or("", |known| known.allowed);
    let what = match given.trim() {
        "" => "is missing".to_owned(),
        given => format!("cannot be \"{given}\""),
    };
    section.fault(key, &format!("{what}. Allowed: {allowed}"))
}

/// Whether a target can be called so.
pub(crate) fn usable_name(name: &str) -> bool {
    let length = name.chars().count();
    let allowed = |letter: char| letter.is_alphanumeric() || " .-_".contains(letter);
    (1..=64).contains(&length) && name.trim() == name && name.chars().all(allowed)
}

/// Whether this can be the name of a bucket.
pub(crate) fn usable_bucket(name: &str) -> bool {
    let mut bytes = name.bytes();
    !name.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
}

/// A prefix without a slash before and with one behind.
pub(crate) fn usable_prefix(prefix: &str) -> Option<String> {
    let bare = prefix.trim_matches('/');
    if bare.is_empty() {
        return Some(String::new());
    }
    let usable = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        !matches!(part, "" | "." | "..") && part.bytes().all(allowed)
    };
    bare.split('/').all(usable).then(|| format!("{bare}/"))
}

/// A fingerprint, or a public key without its comment; empty stays empty.
pub(crate) fn usable_host_key(text: &str) -> Option<String> {
    let mut words = text.split_whitespace();
    let first = words.next().unwrap_or_default();
    let base64 = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
    };
    match (first.strip_prefix("SHA256:"), words.next()) {
        (None, None) if first.is_empty() => Some(String::new()),
        (Some(hash), None) => {
            let bare = hash.trim_end_matches('=');
            (base64(bare) && bare.len() == 43).then(|| format!("SHA256:{bare}"))
        }
        (None, Some(key)) => base64(key).then(|| format!("{first} {key}")),
        _ => None,
    }
}

/// Whether a password may go there: over TLS, or without leaving this machine.
pub(crate) fn protected(url: &str) -> bool {
    let host = url
        .parse::<axum::http::Uri>()
        .ok()
        .and_then(|uri| uri.host().map(str::to_owned))
        .unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let local = address
        .parse::<std::net::IpAddr>()
        .map_or(address == "localhost", |address| address.is_loopback());
    local || url.starts_with("https://")
}

#[cfg(test)]
mod tests;
