//! From where a request came. What a client says of itself counts only where a trusted proxy passes it on
//! (OWASP ASVS 4.1.3, 15.3.4): the rightmost hop of `X-Forwarded-For` that is no trusted proxy.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// How a connection came in; an extension of every request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Arrived {
    /// Over TLS of our own.
    pub(crate) tls: bool,
    /// Over a socket in the file system, which has no address: whoever may open it is a proxy on this machine.
    pub(crate) socket: bool,
}

/// The client's address and whether it came by HTTPS, to us or to the proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    pub(crate) address: IpAddr,
    pub(crate) https: bool,
    /// Whether a trusted proxy passed the request on.
    pub(crate) proxied: bool,
    /// Whether the address is the office's.
    pub(crate) office: bool,
}

/// Reads it from the connection, and from the headers of a trusted proxy.
pub(crate) fn client(
    peer: SocketAddr,
    arrived: Arrived,
    headers: &HeaderMap,
    trusted: &[IpNet],
) -> Client {
    let peer = plain(peer.ip());
    if !arrived.socket && !is_trusted(peer, trusted) {
        return Client {
            address: peer,
            https: arrived.tls,
            proxied: false,
            office: false,
        };
    }
    let https = arrived.tls
        || headers
            .get("x-forwarded-proto")
            .is_some_and(|proto| proto.as_bytes() == b"https");
    let mut address = peer;
    // A client may write any bytes into the line that the proxy goes on with; they hide no hop beside them.
    let lines: Vec<_> = headers
        .get_all("x-forwarded-for")
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()))
        .collect();
    for hop in lines.iter().flat_map(|line| line.split(',')).rev() {
        let Some(hop) = parse(hop.trim()) else { break };
        address = hop;
        if !is_trusted(hop, trusted) {
            break;
        }
    }
    Client {
        address,
        https,
        proxied: ["x-forwarded-for", "x-forwarded-proto"]
            .iter()
            .any(|name| headers.contains_key(*name)),
        office: false,
    }
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|net| net.contains(&address))
}

/// An IPv4 address written as IPv6 (`::ffff:192.0.2.1`) is the IPv4 address.
fn plain(address: IpAddr) -> IpAddr {
    address.to_canonical()
}

fn parse(hop: &str) -> Option<IpAddr> {
    let bare = hop
        .strip_prefix('[')
        .and_then(|rest| rest.split(']').next())
        .unwrap_or(hop);
    let parsed = bare
        .parse::<IpAddr>()
        .or_else(|_| hop.parse::<SocketAddr>().map(|address| address.ip()));
    parsed.ok().map(plain)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let peer = format!("{peer}:1").parse().unwrap();
        client(peer, Arrived::default(), &headers, &trusted)
            .address
            .to_string()
    }

    #[test]
    fn a_connection_says_itself_whether_it_is_safe() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", "203.0.113.9".parse().unwrap());
        headers.append("x-forwarded-proto", "https".parse().unwrap());
        let peer = "127.0.0.1:0".parse().unwrap();
        let seen = |tls, socket| client(peer, Arrived { tls, socket }, &headers, &[]);
        assert!(!seen(false, false).https, "a stranger's word");
        assert!(!seen(false, false).proxied && seen(false, true).proxied);
        assert!(seen(true, false).https);
        assert_eq!(seen(true, false).address.to_string(), "127.0.0.1");
        assert!(seen(false, true).https, "the proxy's word");
        assert_eq!(seen(false, true).address.to_string(), "203.0.113.9");
    }

    #[test]
    fn bytes_that_are_no_text_hide_no_hop() {
        let mut headers = HeaderMap::new();
        let line = HeaderValue::from_bytes(b"\xff\xfe, 203.0.113.9").unwrap();
        headers.append("x-forwarded-for", line);
        let at_socket = Arrived {
            tls: false,
            socket: true,
        };
        let seen = client("127.0.0.1:0".parse().unwrap(), at_socket, &headers, &[]);
        assert_eq!(seen.address.to_string(), "203.0.113.9");
        let trusted = ["127.0.0.1/32".parse().unwrap()];
        let peer = "127.0.0.1:1".parse().unwrap();
        let seen = client(peer, Arrived::default(), &headers, &trusted);
        assert_eq!(seen.address.to_string(), "203.0.113.9");
    }

    #[test]
    fn strangers_are_not_believed() {
        assert_eq!(seen("198.51.100.7", &["10.1.1.1"], &[]), "198.51.100.7");
        assert_eq!(
            seen("198.51.100.7", &["10.1.1.1"], &["127.0.0.1/32"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn the_rightmost_untrusted_hop_is_the_client() {
        let trusted = ["127.0.0.1/32", "10.0.0.0/8"];
        assert_eq!(seen("127.0.0.1", &["203.0.113.9"], &trusted), "203.0.113.9");
        assert_eq!(
            seen("127.0.0.1", &["1.1.1.1, 203.0.113.9, 10.2.3.4"], &trusted),
            "203.0.113.9"
        );
        assert_eq!(
            seen("127.0.0.1", &["1.1.1.1", "203.0.113.9"], &trusted),
            "203.0.113.9"
        );
        assert_eq!(
            seen("127.0.0.1", &["203.0.113.9, nonsense"], &trusted),
            "127.0.0.1"
        );
        assert_eq!(seen("127.0.0.1", &[], &trusted), "127.0.0.1");
        assert_eq!(
            seen("[::ffff:127.0.0.1]", &["[2001:db8::1]:443"], &trusted),
            "2001:db8::1"
        );
    }
}
