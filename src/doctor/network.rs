//! The firm's name in DNS, and the ports of this machine.

use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::mpsc;
use std::time::Duration;

use futures_util::future::join_all;

use super::{Finding, Patient};
use crate::config::{Config, Listen};
use crate::data::Problem;
use crate::tls::{Pointing, WhereTo, points_here};

const NAME: &str = "doctor-name";
const PORT: &str = "doctor-port";
/// For an answer of the name servers.
const NAME_TIME: Duration = Duration::from_secs(5);
/// For a connection to ourselves.
const PORT_TIME: Duration = Duration::from_secs(3);

pub(super) fn check(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(config) = patient.config() else {
        return Vec::new();
    };
    let mut findings = names(patient, config);
    for address in listening(config) {
        findings.extend(port(address, patient.around.serving));
    }
    findings
}

/// The addresses the configuration listens on.
fn listening(config: &Config) -> Vec<SocketAddr> {
    let places = config.listens();
    let places = places.iter().chain(&config.listen_http);
    places
        .filter_map(|place| match place {
            Listen::Socket(address) => Some(*address),
            Listen::Unix(_) => None,
        })
        .collect()
}

/// Where the names of the server lead to. With HTTPS off it is for a proxy to be found, not for us.
fn names(patient: &Patient<'_>, config: &Config) -> Vec<Finding> {
    let Ok(tls) = patient.tls(config) else {
        return vec![name(config)];
    };
    let mut names = tls.plan().domains;
    let public = config.public_url.as_deref().and_then(host_of);
    names.extend(public.filter(|host| !names.contains(host)));
    if !tls.is_on() || names.is_empty() {
        return vec![name(config)];
    }
    let asked = join_all(names.iter().map(|name| points_here(&tls, name)));
    let found = patient.runtime.block_on(asked);
    let mut findings: Vec<Finding> = found.iter().map(leads).collect();
    if config.public_url.is_none() {
        findings.push(name(config));
    }
    findings
}

fn leads(found: &Pointing) -> Finding {
    let list = |addresses: &[IpAddr]| {
        let list: Vec<String> = addresses.iter().map(IpAddr::to_string).collect();
        list.join(", ")
    };
    let named = |key| {
        Problem::new(key)
            .with("name", &found.name)
            .with("addresses", list(&found.found))
            .with("here", list(&found.here))
    };
    match found.to {
        WhereTo::Here => Finding::ok(NAME, named("doctor-name-ok")),
        WhereTo::Elsewhere => Finding::warn(
            NAME,
            named("doctor-name-elsewhere"),
            named("doctor-name-unknown-do"),
        ),
        WhereTo::Nowhere => Finding::warn(
            NAME,
            named("doctor-name-nowhere"),
            named("doctor-name-unknown-do"),
        ),
    }
}

fn name(config: &Config) -> Finding {
    let Some(url) = config.public_url.as_deref() else {
        return Finding::warn(
            NAME,
            Problem::new("doctor-name-none"),
            Problem::new("doctor-name-none-do"),
        );
    };
    let Some(host) = host_of(url) else {
        return Finding::ok(NAME, Problem::new("doctor-name-address").with("name", url));
    };
    let named = |key| Problem::new(key).with("name", &host);
    match look_up(&host) {
        Err(why) => Finding::warn(
            NAME,
            named("doctor-name-unknown").with("why", why),
            named("doctor-name-unknown-do"),
        ),
        Ok(found) => {
            let mut addresses: Vec<String> = found.iter().map(IpAddr::to_string).collect();
            addresses.sort();
            addresses.dedup();
            Finding::ok(
                NAME,
                named("doctor-name-ok").with("addresses", addresses.join(", ")),
            )
        }
    }
}

/// The name in an address such as `https://crm.firma.pl:8443`; none where it is a number.
fn host_of(url: &str) -> Option<String> {
    let uri: axum::http::Uri = url.parse().ok()?;
    let host = uri.host()?.trim_matches(['[', ']']).to_owned();
    host.parse::<IpAddr>().is_err().then_some(host)
}

/// Asks the system for a name's addresses. It may take its time, so a thread of its own waits for it.
fn look_up(host: &str) -> Result<Vec<IpAddr>, String> {
    let (sender, answer) = mpsc::channel();
    let host = host.to_owned();
    std::thread::spawn(move || {
        let found = (host.as_str(), 0).to_socket_addrs();
        let found = found.map(|found| found.map(|address| address.ip()).collect::<Vec<_>>());
        // Nobody listens any more where it took too long.
        let _ = sender.send(found.map_err(|error| error.to_string()));
    });
    answer
        .recv_timeout(NAME_TIME)
        .unwrap_or_else(|_| Err("no answer".to_owned()))
}

fn port(address: SocketAddr, serving: bool) -> Option<Finding> {
    if address.port() == 0 {
        return None;
    }
    let named = |key| Problem::new(key).with("address", address);
    if serving {
        return Some(answers(address));
    }
    Some(match TcpListener::bind(address) {
        Ok(_) => Finding::ok(PORT, named("doctor-port-free")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Finding::fail(
            PORT,
            named("doctor-port-taken"),
            named("doctor-port-taken-do"),
        ),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Finding::warn(
            PORT,
            named("doctor-port-forbidden"),
            named("doctor-port-forbidden-do"),
        ),
        Err(error) => Finding::fail(
            PORT,
            Problem::new("doctor-said").with("why", format!("{address}: {error}")),
            named("doctor-port-wrong-do"),
        ),
    })
}

/// Whether our own port takes a connection.
fn answers(address: SocketAddr) -> Finding {
    let mut near = address;
    if address.ip().is_unspecified() {
        let own: IpAddr = match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        };
        near.set_ip(own);
    }
    let named = |key| Problem::new(key).with("address", address);
    match TcpStream::connect_timeout(&near, PORT_TIME) {
        Ok(_) => Finding::ok(PORT, named("doctor-port-answers")),
        Err(error) => Finding::fail(
            PORT,
            Problem::new("doctor-said").with("why", format!("{address}: {error}")),
            named("doctor-port-silent-do"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    #[test]
    fn a_name_is_told_from_a_number() {
        assert_eq!(
            host_of("https://crm.test:8443").as_deref(),
            Some("crm.test")
        );
        assert_eq!(host_of("http://127.0.0.1:8080"), None);
        assert_eq!(host_of("http://[::1]:8080"), None);
    }

    #[test]
    fn a_port_is_free_taken_or_answering() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let verdict = |serving| port(address, serving).map(|finding| finding.verdict);
        assert_eq!(verdict(false), Some(Verdict::Fail));
        assert_eq!(verdict(true), Some(Verdict::Ok));
        drop(taken);
        assert_eq!(verdict(true), Some(Verdict::Fail));
        assert!(port("127.0.0.1:0".parse().unwrap(), false).is_none());
    }
}
