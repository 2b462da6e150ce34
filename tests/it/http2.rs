//! HTTP/2 by hand, frame by frame, as no browser would send it: requests that try to be two, or to be for another host, and
//! floods that cost the sender next to nothing (RFC 9113, sections 8.2, 8.3 and 10.5).

use std::io::{Read, Write};
use std::net::TcpStream;

use rustls::{ClientConnection, StreamOwned};

use super::pebble::connect_speaking;
use super::tls::Site;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// How a request ended.
#[derive(Debug)]
enum Outcome {
    /// With the head of an answer: whether its status is 200, and the body.
    Answered(bool, String),
    /// The stream was reset.
    Reset,
    /// The connection was ended.
    Ended,
}

struct Client {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let mut bytes = length[1..].to_vec();
    bytes.extend([kind, flags]);
    bytes.extend(stream.to_be_bytes());
    bytes.extend(payload);
    bytes
}

/// A text as HPACK has it, without Huffman's code (RFC 7541, section 5.2).
fn text(bytes: &[u8]) -> Vec<u8> {
    let mut length = bytes.len();
    let mut coded = Vec::new();
    if length < 127 {
        coded.push(u8::try_from(length).unwrap());
    } else {
        coded.push(127);
        length -= 127;
        while length >= 128 {
            coded.push(u8::try_from(length % 128).unwrap() | 128);
            length /= 128;
        }
        coded.push(u8::try_from(length).unwrap());
    }
    coded.extend(bytes);
    coded
}

fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        block.extend(text(name.as_bytes()));
        block.extend(text(value.as_bytes()));
    }
    block
}

/// The fields of a usual request, and more.
fn request<'a>(path: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        (":method", "GET"),
        (":scheme", "https"),
        (":authority", "crm.test"),
        (":path", path),
    ];
    fields.extend(more);
    fields
}

impl Client {
    fn new(site: &Site) -> Self {
        let root = &site.authority.pem;
        let mut stream = connect_speaking(site.https, "crm.test", root, &[b"h2"]).unwrap();
        assert_eq!(stream.conn.alpn_protocol(), Some(b"h2".as_slice()));
        stream
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .unwrap();
        stream.write_all(&frame(SETTINGS, 0, 0, &[])).unwrap();
        Self { stream }
    }

    /// Sends; what is cut off meanwhile shows in what is read.
    fn send(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).is_ok() && self.stream.flush().is_ok()
    }

    fn frame(&mut self) -> Option<(u8, u8, u32, Vec<u8>)> {
        let mut head = [0; 9];
        self.stream.read_exact(&mut head).ok()?;
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        let mut payload = vec![0; length as usize];
        self.stream.read_exact(&mut payload).ok()?;
        Some((head[3], head[4], stream, payload))
    }

    fn outcome(&mut self, stream: u32) -> Outcome {
        let (mut ok, mut body) = (false, Vec::new());
        loop {
            let Some((kind, flags, at, payload)) = self.frame() else {
                return Outcome::Ended;
            };
            match kind {
                GOAWAY => return Outcome::Ended,
                RST_STREAM if at == stream => return Outcome::Reset,
                // 200 is the eighth of the fields that everybody knows (RFC 7541, appendix A); a change of the table's size
                // may stand before it.
                HEADERS if at == stream => ok = payload.iter().take(4).any(|byte| *byte == 0x88),
                DATA if at == stream => body.extend(&payload),
                _ => {}
            }
            let ends = matches!(kind, HEADERS | DATA) && at == stream && flags & END_STREAM != 0;
            if ends {
                return Outcome::Answered(ok, String::from_utf8_lossy(&body).into_owned());
            }
        }
    }

    fn ask(&mut self, fields: &[(&str, &str)]) -> Outcome {
        self.send(&frame(HEADERS, END_STREAM | END_HEADERS, 1, &block(fields)));
        self.outcome(1)
    }
}

fn ask(site: &Site, fields: &[(&str, &str)]) -> Outcome {
    Client::new(site).ask(fields)
}

#[test]
fn no_request_is_two_or_for_another_host() {
    let root = tempfile::tempdir().unwrap();
    let site = Site::new(root.path(), "");
    let page = ask(&site, &request("/setup", &[]));
    assert!(matches!(page, Outcome::Answered(true, _)), "{page:?}");

    // Another host beside the first has no say in what is answered.
    for more in [("host", "evil.test"), ("x-forwarded-host", "evil.test")] {
        if let Outcome::Answered(_, body) = ask(&site, &request("/setup", &[more])) {
            assert!(!body.contains("evil.test"), "{more:?}");
        }
    }
    // What would be two requests for a server of HTTP/1.1 behind, and what names no resource.
    let refused = [
        request("/setup", &[("transfer-encoding", "chunked")]),
        request("/setup", &[("connection", "keep-alive")]),
        request("/setup", &[("upgrade", "h2c")]),
        request("/setup", &[("x-a", "b\r\nGET /admin HTTP/1.1\r\nHost: x")]),
        request("/setup", &[("x-a\r\nhost", "evil.test")]),
        request("/setup", &[("Host", "evil.test")]),
        request("/setup HTTP/1.1\r\nHost: evil.test\r\n\r\n", &[]),
        request("/setup", &[(":path", "/login")]),
        request("/setup", &[("x-a", "b"), (":authority", "evil.test")]),
        vec![(":method", "GET"), (":scheme", "https")],
        vec![],
    ];
    for fields in refused {
        let outcome = ask(&site, &fields);
        assert!(
            !matches!(outcome, Outcome::Answered(true, _)),
            "{fields:?}: {outcome:?}"
        );
    }

    // A length that is not that of what follows.
    for (length, sent) in [("0", "GET /"), ("3", "longer than that"), ("900", "short")] {
        let mut client = Client::new(&site);
        let mut fields = request("/login", &[("content-length", length)]);
        fields[0] = (":method", "POST");
        client.send(&frame(HEADERS, END_HEADERS, 1, &block(&fields)));
        client.send(&frame(DATA, END_STREAM, 1, sent.as_bytes()));
        let outcome = client.outcome(1);
        assert!(
            !matches!(outcome, Outcome::Answered(true, _)),
            "{length}: {outcome:?}"
        );
    }
    assert!(site.get("/healthz").ends_with("ok"));
}

#[test]
fn floods_end_with_their_connection() {
    let root = tempfile::tempdir().unwrap();
    let site = Site::new(root.path(), "");
    // Requests that are taken back as soon as they are made.
    let mut client = Client::new(&site);
    let (head, back) = (block(&request("/setup", &[])), 8_u32.to_be_bytes());
    let mut flood = Vec::new();
    for number in 0..5_000 {
        let stream = 2 * number + 1;
        flood.extend(frame(HEADERS, END_STREAM | END_HEADERS, stream, &head));
        flood.extend(frame(RST_STREAM, 0, stream, &back));
    }
    client.send(&flood);
    assert!(matches!(
        client.outcome(9_999),
        Outcome::Ended | Outcome::Reset
    ));

    // A head that never ends.
    let mut client = Client::new(&site);
    client.send(&frame(HEADERS, END_STREAM, 1, &head));
    let field = block(&[("x-more", &"x".repeat(8_000))]);
    let piece = frame(CONTINUATION, 0, 1, &field);
    let taken = (0..4_000).take_while(|_| client.send(&piece)).count();
    assert!(taken < 4_000, "32 MB of one head were taken");

    assert!(site.get("/healthz").ends_with("ok"));
}
