//! Devices and networks a person has signed in from. They are told by mail of the first sign-in from another.

use std::net::IpAddr;

use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{load, put};
use crate::data::access::letter::{Letter, Template};
use crate::data::access::outbox;
use crate::data::access::people::User;
use crate::data::log::Signature;
use crate::data::records::ids::UserId;
use crate::data::store::{Seal, StoreError, Write};

/// Devices and networks remembered of one person.
const MOST: usize = 30;

/// What a person has signed in from, the latest last; as hashes, since nobody reads them.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    devices: Vec<String>,
    networks: Vec<String>,
}

fn mark(user: UserId, sort: &str, what: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(user.bytes());
    hash.update(sort.as_bytes());
    hash.update([0]);
    hash.update(what.as_bytes());
    HEXLOWER.encode(&hash.finalize()[..12])
}

/// The browser without the numbers of its version, which change every few weeks.
fn kind_of(agent: &str) -> String {
    agent.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// Puts a mark last; whether it was there.
fn see(marks: &mut Vec<String>, mark: String) -> bool {
    let before = marks.len();
    marks.retain(|known| *known != mark);
    let known = marks.len() < before;
    marks.push(mark);
    if marks.len() > MOST {
        marks.remove(0);
    }
    known
}

/// Remembers where somebody has signed in from, and tells them where that is new. Their first sign-in of all is told
/// to nobody.
pub(in crate::data::access) fn greet(
    write: &mut Write<'_, '_>,
    seal: &Seal,
    user: &User,
    signature: &Signature,
    agent: &str,
) -> Result<(), StoreError> {
    let mut state = load(write, user.id)?;
    let first = state.seen.devices.is_empty() && state.seen.networks.is_empty();
    let device = mark(user.id, "device", &kind_of(agent));
    let network = signature.address.map_or(String::new(), network);
    let network = mark(user.id, "network", &network);
    let known_device = see(&mut state.seen.devices, device);
    let known_network = see(&mut state.seen.networks, network);
    put(write, user.id, &state);
    let known = known_device && known_network;
    if !first && !known {
        let letter = Letter::to(user, Template::NewDevice, signature.at)
            .from(signature)
            .with("device", agent);
        outbox::post(write, seal, &letter, signature.at);
    }
    Ok(())
}

fn network(address: IpAddr) -> String {
    crate::auth::network(address).to_string()
}
