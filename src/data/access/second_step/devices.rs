//! Devices trusted after a second step, where the firm allows that: on them the password is enough for some days.

use std::ops::ControlFlow;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{SecondStepPolicy, fingerprint};
use crate::data::access::error::AccessError;
use crate::data::access::people::User;
use crate::data::access::reading::Reading;
use crate::data::access::secret::{Secret, hash};
use crate::data::access::vault::Access;
use crate::data::log::audit::{AuditKind, Note, Subject};
use crate::data::records::ids::{SessionId, UserId};
use crate::data::store::{Read, StoreError, Table, Write};

/// A device that need not take the second step.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TrustedDevice {
    /// Its public handle.
    pub id: SessionId,
    user: UserId,
    /// When it was trusted.
    pub since: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// What the browser called itself.
    pub agent: String,
    password: String,
}

fn each(read: &impl Read, take: &mut dyn FnMut(&[u8], TrustedDevice)) -> Result<(), StoreError> {
    read.scan(
        Table::TrustedDevices,
        &[],
        &[u8::MAX; 33],
        &mut |key, bytes| {
            // One that cannot be read is not trusted by anybody.
            if let Ok(device) = serde_json::from_slice(bytes) {
                take(key, device);
            }
            ControlFlow::Continue(())
        },
    )
}

/// Trusts a device from now on.
pub(super) fn trust(
    write: &mut Write<'_, '_>,
    policy: &SecondStepPolicy,
    user: &User,
    agent: &str,
    at: Timestamp,
) -> Secret {
    let secret = Secret::random();
    let device = TrustedDevice {
        id: SessionId::new(),
        user: user.id,
        since: at,
        until: at + SignedDuration::from_hours(24 * i64::from(policy.trust_days)),
        agent: agent.to_owned(),
        password: fingerprint(user),
    };
    let bytes = serde_json::to_vec(&device).expect("plain structs always serialise");
    write.put(Table::TrustedDevices, hash(secret.reveal()), bytes);
    secret
}

/// Whether this device is trusted for this very person and password, and the firm still allows it.
pub(super) fn is_trusted(
    read: &impl Read,
    policy: &SecondStepPolicy,
    user: &User,
    secret: &str,
) -> Result<bool, StoreError> {
    let Some(bytes) = read.get(Table::TrustedDevices, &hash(secret))? else {
        return Ok(false);
    };
    let device: TrustedDevice = serde_json::from_slice(&bytes)
        .map_err(|error| StoreError::corrupt("a trusted device", error))?;
    let (now, days) = (crate::clock::now(), i64::from(policy.trust_days));
    Ok(device.user == user.id
        && device.until > now
        && now.duration_since(device.since) < SignedDuration::from_hours(24 * days)
        && device.password == fingerprint(user))
}

/// Trusts no device of a person any more.
pub(super) fn end_all(write: &mut Write<'_, '_>, user: UserId) -> Result<(), StoreError> {
    forget(write, |device| device.user == user)
}

/// Forgets devices whose time is over.
pub(super) fn forget_over(write: &mut Write<'_, '_>, now: Timestamp) -> Result<(), StoreError> {
    forget(write, |device| device.until <= now)
}

fn forget(
    write: &mut Write<'_, '_>,
    which: impl Fn(&TrustedDevice) -> bool,
) -> Result<(), StoreError> {
    let mut keys = Vec::new();
    each(write, &mut |key, device| {
        if which(&device) {
            keys.push(key.to_vec());
        }
    })?;
    for key in keys {
        write.delete(Table::TrustedDevices, key);
    }
    Ok(())
}

impl Reading {
    /// The actor's own trusted devices, the latest first.
    pub fn trusted_devices(&self) -> Result<Vec<TrustedDevice>, AccessError> {
        let user = self.rights().user().ok_or(AccessError::NotFound)?;
        let (mut devices, now) = (Vec::new(), crate::clock::now());
        let password = fingerprint(user);
        each(self.snapshot(), &mut |_, device| {
            if device.user == user.id && device.until > now && device.password == password {
                devices.push(device);
            }
        })?;
        devices.sort_by_key(|device| std::cmp::Reverse(device.since));
        Ok(devices)
    }
}

impl Access {
    /// Trusts none of the actor's own devices any more.
    pub async fn forget_trusted_devices(&self) -> Result<(), AccessError> {
        self.write(move |work| {
            let user = work.signature.user.ok_or(AccessError::NotFound)?;
            end_all(work.write, user)?;
            let note = Note::new(AuditKind::SecondStepChanged).about(Subject::new("users", user));
            let name = work.rights.account(user)?.name;
            work.note(note.with(json!({"name": name, "what": "devices_forgotten"})))
        })
        .await
    }
}
