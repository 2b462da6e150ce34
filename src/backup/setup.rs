//! Places for backups set on the page: what a person enters, checked and tried, and what becomes a target of it.

mod drafts;
mod presets;
mod sftp_key;
#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::path::{Component, Path, PathBuf};

use super::desk::{Desk, apart};
use super::error::BackupError;
use super::target::{KnownHosts, Place};
use crate::config::{
    self, Hidden, LocalTarget, S3Target, SftpLogin, SftpTarget, TargetConfig, WebDavTarget,
    protected, usable_base, usable_bucket, usable_host_key, usable_name, usable_prefix,
};
use crate::data::{FieldError, KeptTarget, Problem, StoreError, holds_certificates, is_host};

pub(crate) use drafts::Drafts;
pub(crate) use presets::{PRESETS, Preset};
pub(crate) use sftp_key::{make_key, public_half};

/// Characters of a value; certificates may have more.
const LONGEST: usize = 1000;

/// The kinds of places, what is told of each and what nobody is shown, by the keys of the configuration.
pub(crate) const KINDS: [(&str, &[&str], &[&str]); 4] = [
    (
        "s3",
        &["endpoint", "region", "bucket", "prefix", "ca_file"],
        &["access_key", "secret_key"],
    ),
    (
        "sftp",
        &["host", "port", "user", "path", "host_key"],
        &["password", "private_key"],
    ),
    ("webdav", &["url", "user", "ca_file"], &["password"]),
    ("local", &["path"], &[]),
];

/// What a place of a kind has: values and secrets; nothing for a kind that there is not.
pub(crate) fn kind(name: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    let mut kinds = KINDS.iter();
    let (_, values, secrets) = kinds.find(|(kind, ..)| *kind == name)?;
    Some((values, secrets))
}

/// The target that a kept place is; the reason where it cannot be one.
pub(crate) fn target_of(kept: &KeptTarget) -> Result<TargetConfig, String> {
    let name = kept.name.clone();
    let value = |key: &str| kept.value(key).to_owned();
    let secret = |key: &str| Hidden::new(kept.secret(key));
    Ok(match kept.kind.as_str() {
        "local" => TargetConfig::Local(LocalTarget {
            name,
            path: PathBuf::from(kept.value("path")),
        }),
        "s3" => TargetConfig::S3(S3Target {
            name,
            endpoint: Some(value("endpoint")).filter(|endpoint| !endpoint.is_empty()),
            region: value("region"),
            bucket: value("bucket"),
            prefix: value("prefix"),
            access_key: secret("access_key"),
            secret_key: secret("secret_key"),
            ca: value("ca_file"),
        }),
        "sftp" => TargetConfig::Sftp(SftpTarget {
            name,
            host: value("host"),
            port: kept
                .value("port")
                .parse()
                .map_err(|_| "its port is no number".to_owned())?,
            user: value("user"),
            path: value("path"),
            login: if kept.secret("private_key").is_empty() {
                SftpLogin::Password(secret("password"))
            } else {
                SftpLogin::Key(secret("private_key"))
            },
            host_key: value("host_key"),
        }),
        "webdav" => TargetConfig::WebDav(WebDavTarget {
            name,
            url: value("url"),
            user: value("user"),
            password: secret("password"),
            ca: value("ca_file"),
        }),
        other => return Err(format!("there is no kind \"{other}\"")),
    })
}

/// Puts what was entered into its usual form and finds what is wrong with it. `data` is the data folder, which is no
/// place for backups of itself.
///
/// Addresses of private networks are good: a disk in the office is a place that many have. What cannot be anybody's
/// storage is refused: link-local addresses, at which clouds tell machines their secrets, and those of many.
pub(crate) fn check(kept: &mut KeptTarget, data: &Path) -> Result<TargetConfig, Vec<FieldError>> {
    let mut found = Found::default();
    if !usable_name(&kept.name) {
        found.wrong("name", "error-target-name");
    }
    for (key, value) in &kept.values {
        let multi_line = key == "ca_file";
        if (value.chars().any(char::is_control) || value.len() > LONGEST) && !multi_line {
            found.wrong(key, "error-target-text");
        }
    }
    match kept.kind.as_str() {
        "local" => check_folder(kept, data, &mut found),
        "s3" => check_s3(kept, &mut found),
        "sftp" => check_sftp(kept, &mut found),
        "webdav" => check_webdav(kept, &mut found),
        _ => found.wrong("kind", "error-choice"),
    }
    let ca = kept.value("ca_file").trim();
    if !ca.is_empty() && !holds_certificates(ca) {
        found.wrong("ca_file", "error-mail-ca");
    }
    if !found.0.is_empty() {
        return Err(found.0);
    }
    target_of(kept).map_err(|_| vec![FieldError::new("kind", Problem::new("error-choice"))])
}

/// What is wrong, one error a field.
#[derive(Default)]
struct Found(Vec<FieldError>);

impl Found {
    fn wrong(&mut self, field: &str, key: &'static str) {
        if !self.0.iter().any(|error| error.field == field) {
            self.0.push(FieldError::new(field, Problem::new(key)));
        }
    }

    fn required(&mut self, kept: &KeptTarget, fields: &[&str]) {
        for field in fields {
            if kept.value(field).is_empty() && kept.secret(field).is_empty() {
                self.wrong(field, "error-required");
            }
        }
    }
}

fn check_folder(kept: &KeptTarget, data: &Path, found: &mut Found) {
    found.required(kept, &["path"]);
    let path = Path::new(kept.value("path"));
    let steps_back = path.components().any(|part| part == Component::ParentDir);
    if !path.is_absolute() || steps_back || path.parent().is_none() {
        found.wrong("path", "error-target-folder");
    }
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    // One that is still to be made lies where its parent does.
    let parent = path.parent().map(real);
    let inside = |path: &Path| path.starts_with(real(data));
    if inside(&real(path)) || parent.is_some_and(|parent| inside(&parent)) {
        found.wrong("path", "error-target-own-folder");
    }
}

fn check_s3(kept: &mut KeptTarget, found: &mut Found) {
    found.required(kept, &["bucket", "region", "access_key", "secret_key"]);
    let endpoint = kept.value("endpoint").to_owned();
    if !endpoint.is_empty() {
        check_address(kept, "endpoint", &endpoint, found);
    }
    if !usable_bucket(kept.value("bucket")) {
        found.wrong("bucket", "error-target-bucket");
    }
    let host_part = |text: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        text.bytes().all(allowed)
    };
    // It is a part of the host's name where no address is given.
    if !host_part(kept.value("region")) {
        found.wrong("region", "error-target-region");
    }
    match usable_prefix(kept.value("prefix")) {
        Some(prefix) => drop(kept.values.insert("prefix".to_owned(), prefix)),
        None => found.wrong("prefix", "error-target-prefix"),
    }
}

fn check_sftp(kept: &mut KeptTarget, found: &mut Found) {
    found.required(kept, &["host", "user", "path"]);
    let host = kept.value("host");
    if !is_host(host) || host.parse().is_ok_and(|address| is_nobodys(&address)) {
        found.wrong("host", "error-target-host");
    }
    if !kept.value("port").parse::<u16>().is_ok_and(|port| port > 0) {
        found.wrong("port", "error-mail-port");
    }
    match usable_host_key(kept.value("host_key")) {
        Some(key) => drop(kept.values.insert("host_key".to_owned(), key)),
        None => found.wrong("host_key", "error-target-host-key"),
    }
    let key = kept.secret("private_key");
    if !key.is_empty() && public_half(key).is_none() {
        found.wrong("private_key", "error-target-private-key");
    }
    if key.is_empty() && kept.secret("password").is_empty() {
        found.wrong("password", "error-required");
    }
}

fn check_webdav(kept: &mut KeptTarget, found: &mut Found) {
    found.required(kept, &["url"]);
    let url = kept.value("url").to_owned();
    check_address(kept, "url", &url, found);
    let (user, password) = (kept.value("user"), kept.secret("password"));
    if user.is_empty() && !password.is_empty() {
        found.wrong("user", "error-required");
    }
    if !user.is_empty() && !protected(&url) {
        found.wrong("url", "error-target-open-password");
    }
}

fn check_address(kept: &mut KeptTarget, field: &str, text: &str, found: &mut Found) {
    let Some(base) = usable_base(text) else {
        return found.wrong(field, "error-target-address");
    };
    let uri = base.parse::<axum::http::Uri>().ok();
    let host = uri.and_then(|uri| uri.host().map(str::to_owned));
    let host = host.unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    if address.parse().is_ok_and(|address| is_nobodys(&address)) {
        return found.wrong(field, "error-target-host");
    }
    kept.values.insert(field.to_owned(), base);
}

/// Whether an address is that of no storage.
fn is_nobodys(address: &IpAddr) -> bool {
    let address = match address {
        IpAddr::V6(six) => six.to_ipv4_mapped().map_or(*address, IpAddr::V4),
        IpAddr::V4(_) => *address,
    };
    let link_local = match address {
        IpAddr::V4(four) => four.is_link_local() || four.is_broadcast(),
        IpAddr::V6(six) => six.is_unicast_link_local(),
    };
    link_local || address.is_unspecified() || address.is_multicast()
}

impl Desk {
    /// What counts now: the configuration file, and beside it what is set on the page. A place on the page that is called
    /// as one of the file counts for nothing.
    pub(crate) fn in_force(&self) -> Result<config::Backup, BackupError> {
        let kept = self.vault.backup_targets()?;
        let recipients = self.vault.backup_recipients()?;
        Ok(joined(&self.config, &kept, &recipients))
    }

    /// Whether the configuration file has a target that is called so.
    pub(crate) fn is_of_file(&self, name: &str) -> bool {
        has(&self.config.targets, name)
    }

    /// Whether the configuration file says who else can open archives.
    pub(crate) fn recipients_are_of_file(&self) -> bool {
        self.config.given.contains(&"recipients")
    }

    /// A place set on the page, with its secrets.
    pub(crate) fn kept_target(&self, name: &str) -> Result<Option<KeptTarget>, StoreError> {
        let kept = self.vault.backup_targets()?;
        Ok(kept.into_iter().find(|kept| kept.name == name))
    }

    /// The fingerprint of the key that the server of a target is held to, where there is one.
    pub(crate) fn host_key_of(&self, target: &str) -> Result<Option<String>, BackupError> {
        let places = self.places(Some(target))?;
        Ok(places.iter().find_map(Place::host_key))
    }

    /// The folder of the data.
    pub(crate) fn data_folder(&self) -> &Path {
        &self.folder
    }

    /// Tries a target that is not kept yet: writes, reads, removes. The fingerprint of the server's key where it has one;
    /// an error in the far side's own words.
    pub(crate) async fn try_draft(
        &self,
        target: &TargetConfig,
    ) -> Result<Option<String>, BackupError> {
        let (target, known) = (target.clone(), KnownHosts::new(Some(&self.folder)));
        apart(move || async move {
            let place = Place::open(&target, &known)?;
            place.try_it().await?;
            Ok(place.host_key())
        })
        .await
    }
}

/// The configuration with what is set on the page beside it.
pub(crate) fn joined(
    file: &config::Backup,
    kept: &[KeptTarget],
    recipients: &[String],
) -> config::Backup {
    let mut all = file.clone();
    for kept in kept {
        if has(&all.targets, &kept.name) {
            continue;
        }
        match target_of(kept) {
            Ok(target) => all.targets.push(target),
            Err(why) => tracing::error!(
                target = kept.name,
                why,
                "a place for backups cannot be used"
            ),
        }
    }
    if !file.given.contains(&"recipients") {
        all.recipients = recipients.to_vec();
    }
    all
}

fn has(targets: &[TargetConfig], name: &str) -> bool {
    let name = name.to_lowercase();
    targets
        .iter()
        .any(|target| target.name().to_lowercase() == name)
}
