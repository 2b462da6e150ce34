//! The header that a load balancer puts before a connection (the PROXY protocol, version 2): from whom it comes.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use ipnet::IpNet;
use proxy_header::{ParseConfig, ProxyHeader};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Time for the header.
const TIME: Duration = Duration::from_secs(5);
/// Signature, version, family and length.
const HEAD: usize = 16;
/// Bytes after those; addresses take 36, what else there may be is small.
const LARGEST: usize = 2048;

/// Reads it, and not a byte more. The client's address, or the balancer's own where it asks for itself.
pub(super) async fn read(
    stream: &mut TcpStream,
    peer: SocketAddr,
    balancers: &[IpNet],
) -> io::Result<SocketAddr> {
    let from = peer.ip().to_canonical();
    if !balancers.iter().any(|net| net.contains(&from)) {
        return Err(io::Error::other("not from a trusted proxy"));
    }
    let header = async {
        let mut bytes = vec![0; HEAD];
        stream.read_exact(&mut bytes).await?;
        let length = usize::from(u16::from_be_bytes([bytes[14], bytes[15]]));
        if length > LARGEST {
            return Err(io::Error::other("the header is too large"));
        }
        bytes.resize(HEAD + length, 0);
        stream.read_exact(&mut bytes[HEAD..]).await?;
        Ok(bytes)
    };
    let bytes = timeout(TIME, header).await??;
    let config = ParseConfig {
        include_tlvs: false,
        allow_v1: false,
        allow_v2: true,
    };
    let (header, _) = ProxyHeader::parse(&bytes, config)
        .map_err(|_| io::Error::other("not the PROXY protocol, version 2"))?;
    Ok(header
        .proxied_address()
        .map_or(peer, |address| address.source))
}
