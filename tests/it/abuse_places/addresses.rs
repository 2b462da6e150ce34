//! From where a request comes, as headers tell it.

use serde_json::{Value as Json, json};

use crate::served_firm::{Firm, INSIDE, OUTSIDE, SALES};

/// What is allowed, the headers of a request, whether they let somebody in.
type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], bool);

#[test]
fn addresses_as_the_proxy_tells_them() {
    let firm = Firm::new("\"127.0.0.1/32\"");
    let ten = "10.0.0.0/8";
    // What is allowed, what the client and the proxy put into the headers, whether that lets somebody in.
    let cases: &[Case<'_>] = &[
        (ten, &[("X-Forwarded-For", "10.1.1.1")], true),
        (ten, &[("X-Forwarded-For", "203.0.113.9")], false),
        // Put before by the client: the hop the proxy saw is the rightmost.
        (ten, &[("X-Forwarded-For", "10.1.1.1, 203.0.113.9")], false),
        (
            ten,
            &[("X-Forwarded-For", "10.1.1.1,10.2.2.2,203.0.113.9")],
            false,
        ),
        (ten, &[("X-Forwarded-For", "203.0.113.9, 10.1.1.1")], true),
        // Several headers are one list.
        (
            ten,
            &[
                ("X-Forwarded-For", "10.1.1.1"),
                ("X-Forwarded-For", "203.0.113.9"),
            ],
            false,
        ),
        (
            ten,
            &[
                ("X-Forwarded-For", "203.0.113.9"),
                ("X-Forwarded-For", "10.1.1.1"),
            ],
            true,
        ),
        (
            ten,
            &[
                ("x-forwarded-for", "10.1.1.1"),
                ("X-FORWARDED-FOR", "203.0.113.9"),
            ],
            false,
        ),
        // Our own proxy in the list is passed over.
        (ten, &[("X-Forwarded-For", "203.0.113.9, 127.0.0.1")], false),
        (
            ten,
            &[("X-Forwarded-For", "203.0.113.9, 10.1.1.1, 127.0.0.1")],
            true,
        ),
        // IPv4 written as IPv6, ports, brackets, blanks.
        (ten, &[("X-Forwarded-For", "::ffff:10.1.1.1")], true),
        (ten, &[("X-Forwarded-For", "::ffff:203.0.113.9")], false),
        (
            ten,
            &[("X-Forwarded-For", "10.1.1.1, ::ffff:203.0.113.9")],
            false,
        ),
        (
            ten,
            &[("X-Forwarded-For", "203.0.113.9, ::ffff:127.0.0.1")],
            false,
        ),
        (ten, &[("X-Forwarded-For", "10.1.1.1:443")], true),
        (ten, &[("X-Forwarded-For", "203.0.113.9:443")], false),
        (ten, &[("X-Forwarded-For", "[::ffff:10.1.1.1]:443")], true),
        (ten, &[("X-Forwarded-For", "  10.1.1.1  ")], true),
        // What is no address ends the list at the proxy itself.
        (ten, &[("X-Forwarded-For", "10.1.1.1, nonsense")], false),
        (ten, &[("X-Forwarded-For", "10.1.1.1, ")], false),
        (ten, &[("X-Forwarded-For", "")], false),
        (ten, &[("X-Forwarded-For", "10.1")], false),
        (ten, &[("X-Forwarded-For", "012.1.1.1")], false),
        (ten, &[("X-Forwarded-For", "0x0a.1.1.1")], false),
        (ten, &[("X-Forwarded-For", "167837953")], false),
        (ten, &[("X-Forwarded-For", "10.1.1.1%00")], false),
        (ten, &[("X-Forwarded-For", "unknown")], false),
        // Other names for the same idea say nothing.
        (ten, &[("X-Real-IP", "10.1.1.1")], false),
        (ten, &[("Forwarded", "for=10.1.1.1")], false),
        (ten, &[("CF-Connecting-IP", "10.1.1.1")], false),
        (ten, &[("True-Client-IP", "10.1.1.1")], false),
        (ten, &[("X-Client-IP", "10.1.1.1")], false),
        (ten, &[("X-Forwarded", "10.1.1.1")], false),
        (
            ten,
            &[
                ("X-Forwarded-For", "203.0.113.9"),
                ("X-Real-IP", "10.1.1.1"),
            ],
            false,
        ),
        // Ranges.
        (
            "::ffff:10.0.0.0/104",
            &[("X-Forwarded-For", "10.1.1.1")],
            true,
        ),
        (
            "2001:db8::/32",
            &[("X-Forwarded-For", "[2001:db8::7]:443")],
            true,
        ),
        (
            "2001:db8::/32",
            &[("X-Forwarded-For", "2001:db9::7")],
            false,
        ),
        ("::/0", &[("X-Forwarded-For", "10.1.1.1")], false),
        ("0.0.0.0/0", &[("X-Forwarded-For", "2001:db8::7")], false),
        ("10.1.1.1", &[("X-Forwarded-For", "10.1.1.1")], true),
        ("10.1.1.1", &[("X-Forwarded-For", "10.1.1.2")], false),
    ];
    let mut set = "";
    for (range, heads, admitted) in cases {
        if set != *range {
            firm.set(json!({"allowed_ips": [range]}));
            set = range;
        }
        assert_eq!(firm.admits(heads), *admitted, "{range} {heads:?}");
    }
}

#[test]
fn without_a_trusted_proxy_headers_say_nothing() {
    let firm = Firm::new("");
    firm.set(json!({"allowed_ips": ["10.0.0.0/8"]}));
    for name in [
        "X-Forwarded-For",
        "X-Real-IP",
        "Forwarded",
        "CF-Connecting-IP",
        "True-Client-IP",
    ] {
        let value = if name == "Forwarded" {
            "for=10.1.1.1"
        } else {
            INSIDE
        };
        assert!(!firm.admits(&[(name, value)]), "{name}");
    }
    assert_eq!(firm.sign_in(SALES, INSIDE).status, 403);
    firm.set(json!({"allowed_ips": ["127.0.0.0/8"]}));
    assert!(firm.admits(&[("X-Forwarded-For", OUTSIDE)]));
    let audit = firm.by_owner("GET /audit?limit=200", &Json::Null).json();
    let addresses = audit["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["address"].as_str());
    assert!(
        !addresses
            .flatten()
            .any(|address| address == INSIDE || address == OUTSIDE)
    );
}
