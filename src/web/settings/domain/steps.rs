//! The way to a certificate, step by step, and the records that the names need.

use std::net::IpAddr;

use maud::{Markup, html};

use crate::config::TlsMode;
use crate::tls::{Happened, Source};
use crate::web::components::card::panel;
use crate::web::components::chip::{Tone, chip};
use crate::web::components::icon::Icon;
use crate::web::visit::Member;

/// Whether a trial at the staging authority makes sense: there are names, and HTTPS comes from an authority or could.
pub(super) fn can_test(member: &Member) -> bool {
    let tls = &member.state.tls;
    let plan = tls.plan();
    let could = plan.mode == TlsMode::Acme || !tls.configured().given.contains(&"mode");
    could && !plan.domains.is_empty()
}

/// The steps, until there is a certificate; nothing where the file says how HTTPS is to be.
pub(super) fn steps(member: &Member) -> Markup {
    let tls = &member.state.tls;
    let plan = tls.plan();
    let is_there = tls
        .status()
        .is_some_and(|status| status.source != Source::SelfSigned);
    if is_there || tls.configured().given.contains(&"mode") {
        return html! {};
    }
    let events = tls.events();
    let mut trials = events
        .iter()
        .filter(|event| matches!(event.happened, Happened::TestPassed | Happened::TestFailed));
    let passed = trials
        .next()
        .is_some_and(|event| event.happened == Happened::TestPassed);
    let steps = [
        ("domain-step-names", !plan.domains.is_empty()),
        ("domain-step-records", false),
        ("domain-step-check", false),
        ("domain-step-test", passed),
        ("domain-step-on", plan.mode == TlsMode::Acme),
    ];
    panel(
        &member.text("domain-steps"),
        html! {},
        html! {
            ol class="entries" {
                @for (number, (step, done)) in (1..).zip(steps) {
                    li {
                        (number) ". " (member.text(step))
                        @if done { " " (chip(Tone::Good, Some(Icon::Check), &member.text("start-state-done"))) }
                    }
                }
            }
        },
    )
}

/// The records of these names: with this machine's addresses where the world can reach them, which behind a router it
/// cannot.
pub(super) fn records(names: &[String], here: &[IpAddr]) -> Vec<String> {
    let public: Vec<&IpAddr> = here.iter().filter(|address| is_public(**address)).collect();
    let mut records = Vec::new();
    for name in names {
        if public.is_empty() {
            records.push(format!("{name}.  A / AAAA"));
        }
        for address in &public {
            let kind = if address.is_ipv4() { "A" } else { "AAAA" };
            records.push(format!("{name}.  {kind}  {address}"));
        }
    }
    records
}

/// Whether an address may be one that the whole world reaches.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_unspecified()
                || shared)
        }
        IpAddr::V6(address) => {
            !(address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_name_addresses_that_the_world_reaches() {
        let names = ["crm.firma.pl".to_owned()];
        let here = |list: &[&str]| {
            let list: Vec<IpAddr> = list.iter().map(|one| one.parse().unwrap()).collect();
            records(&names, &list)
        };
        assert_eq!(
            here(&["203.0.113.7", "fd00::1", "2001:db8::7"]),
            [
                "crm.firma.pl.  A  203.0.113.7",
                "crm.firma.pl.  AAAA  2001:db8::7"
            ]
        );
        for router in ["192.168.1.7", "10.1.1.1", "100.64.0.9", "fe80::1"] {
            assert_eq!(here(&[router]), ["crm.firma.pl.  A / AAAA"]);
        }
    }
}
