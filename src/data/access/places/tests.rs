//! Ranges, hours and the decision over them, case by case.

use jiff::civil::DateTime;
use serde_json::json;

use super::*;

fn zone() -> TimeZone {
    TimeZone::get("Europe/Warsaw").unwrap()
}

fn ranges(texts: &[&str]) -> Vec<Range> {
    texts
        .iter()
        .map(|text| Range::parse(text).unwrap())
        .collect()
}

fn hours(json: serde_json::Value) -> Hours {
    Hours::of_json(&json).unwrap()
}

/// A moment by the clock in Warsaw; 23.11.2026 is a Monday.
fn at(clock: &str) -> Timestamp {
    let clock: DateTime = clock.parse().unwrap();
    zone().to_timestamp(clock).unwrap()
}

#[test]
fn ranges_hold_what_lies_in_them() {
    let cases = [
        ("10.0.0.0/8", "10.255.0.1", true),
        ("10.0.0.0/8", "11.0.0.1", false),
        ("192.0.2.7", "192.0.2.7", true),
        ("192.0.2.7/32 dom", "192.0.2.8", false),
        // Bits beyond the prefix say nothing.
        ("10.1.2.3/8", "10.9.9.9", true),
        // An IPv4 address written as IPv6 is the IPv4 one, on either side.
        ("10.0.0.0/8", "::ffff:10.1.1.1", true),
        ("::ffff:10.0.0.0/104", "10.1.1.1", true),
        ("::ffff:192.0.2.7", "192.0.2.7", true),
        ("2001:db8::/32", "2001:db8:1::1", true),
        ("2001:db8::/64", "2001:db8:0:1::1", false),
        ("::/0", "192.0.2.1", false),
        ("0.0.0.0/0", "2001:db8::1", false),
        ("0.0.0.0/0", "192.0.2.1", true),
    ];
    for (range, address, held) in cases {
        let address: IpAddr = address.parse().unwrap();
        assert_eq!(
            Range::parse(range).unwrap().holds(address),
            held,
            "{range} {address}"
        );
    }
    for wrong in [
        "",
        "biuro",
        "10.0.0.0/33",
        "300.1.1.1",
        "10.0.0.0/-1",
        "010.0.0.1",
        "1.2.3",
        "fe80::1%eth0",
        "::/129",
    ] {
        assert!(Range::parse(wrong).is_err(), "{wrong}");
    }
    assert_eq!(
        Range::parse(" 10.1.2.3/8  Biuro  na Rynku ")
            .unwrap()
            .to_string(),
        "10.0.0.0/8 Biuro na Rynku"
    );
}

#[test]
fn hours_are_those_of_the_clock_on_the_wall() {
    let office =
        hours(json!({"mon": ["08:00-16:00"], "fri": ["22:00-06:00"], "sun": ["20:00-24:00"]}));
    let cases = [
        ("2026-11-23T07:59:59", false),
        ("2026-11-23T08:00", true),
        ("2026-11-23T15:59:59", true),
        ("2026-11-23T16:00", false),
        // A day left out is never, but for what runs into it past midnight.
        ("2026-11-24T10:00", false),
        ("2026-11-27T21:59", false),
        ("2026-11-27T22:00", true),
        ("2026-11-28T00:00", true),
        ("2026-11-28T05:59", true),
        ("2026-11-28T06:00", false),
        ("2026-11-27T05:00", false),
        ("2026-11-29T23:59:59", true),
        ("2026-11-30T00:00", false),
    ];
    for (clock, open) in cases {
        assert_eq!(office.hold(at(clock), &zone()), open, "{clock}");
    }
    // From Sunday into Monday.
    assert!(hours(json!({"sun": ["23:00-01:00"]})).hold(at("2026-11-23T00:59"), &zone()));
}

#[test]
fn hours_where_the_clocks_change() {
    let night = hours(json!({"sun": ["02:00-03:00"]}));
    let of = |utc: &str| night.hold(utc.parse().unwrap(), &zone());
    // 25.10.2026: the hour from two to three comes twice.
    assert!(!of("2026-10-24T23:59:59Z"));
    assert!(of("2026-10-25T00:00:00Z") && of("2026-10-25T00:59:59Z"));
    assert!(of("2026-10-25T01:00:00Z") && of("2026-10-25T01:59:59Z"));
    assert!(!of("2026-10-25T02:00:00Z"));
    // 29.3.2026: it does not come at all.
    assert!(!of("2026-03-29T00:59:59Z") && !of("2026-03-29T01:00:00Z"));
    // The same clock in another zone is another moment.
    assert!(!night.hold("2026-11-22T01:30:00Z".parse().unwrap(), &TimeZone::UTC));
    assert!(night.hold("2026-11-22T02:30:00Z".parse().unwrap(), &TimeZone::UTC));
}

#[test]
fn hours_come_back_from_their_json() {
    for (given, kept) in [
        (json!({}), json!({})),
        (
            json!({"mon": ["8:00-16:00", "17:00–18:30"]}),
            json!({"mon": ["08:00-16:00", "17:00-18:30"]}),
        ),
        (
            json!({"sat": ["00:00-24:00"], "mon": []}),
            json!({"sat": ["00:00-24:00"]}),
        ),
    ] {
        assert_eq!(hours(given).to_json(), kept);
    }
    // Never, said by a day without hours, stays never.
    let never = hours(json!({"mon": []}));
    assert!(!never.hold(at("2026-11-23T10:00"), &zone()) && hours(never.to_json()) == never);
    for wrong in [
        json!([]),
        json!({"monday": ["08:00-16:00"]}),
        json!({"mon": "08:00-16:00"}),
        json!({"mon": ["8-16"]}),
        json!({"mon": ["08:00-24:01"]}),
        json!({"mon": ["24:00-08:00"]}),
        json!({"mon": ["08:00-08:00"]}),
        json!({"mon": ["08:60-09:00"]}),
        json!({"mon": ["+8:00-09:00"]}),
        json!({"mon": [8]}),
    ] {
        assert!(Hours::of_json(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn exceptions_end() {
    let exception = Exception {
        from: Some(Range::parse("192.0.2.0/24").unwrap()),
        until: at("2026-11-23T12:00"),
    };
    let (inside, outside): (IpAddr, IpAddr) = ([192, 0, 2, 9].into(), [192, 0, 3, 9].into());
    assert!(exception.holds(inside, at("2026-11-23T11:59:59")));
    assert!(!exception.holds(inside, at("2026-11-23T12:00")));
    assert!(!exception.holds(outside, at("2026-11-23T11:00")));
    assert_eq!(
        Exception::list_of(&json!([exception.to_json()])).unwrap(),
        [exception]
    );
    for wrong in [
        json!({}),
        json!([{}]),
        json!([{"until": "soon"}]),
        json!([{"until": "2026-11-23T12:00:00Z", "to": 1}]),
    ] {
        assert!(Exception::list_of(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn rules_name_what_forbids() {
    let rules = Rules {
        allowed_ips: ranges(&["10.0.0.0/8"]),
        hours: hours(json!({"mon": ["08:00-16:00"]})),
    };
    let (office, home): (IpAddr, IpAddr) = ([10, 1, 1, 1].into(), [192, 0, 2, 1].into());
    let (morning, night) = (at("2026-11-23T10:00"), at("2026-11-23T22:00"));
    assert_eq!(rules.bar(office, morning, &zone()), None);
    assert_eq!(rules.bar(home, morning, &zone()), Some(Bar::Address));
    assert_eq!(rules.bar(office, night, &zone()), Some(Bar::Hours));
    assert_eq!(Rules::default().bar(home, night, &zone()), None);
}
