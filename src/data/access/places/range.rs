//! Ranges of addresses with a label, as people write them: `CIDR` or an address alone, then what it is.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::data::records::fold::one_line;
use crate::data::records::problem::Problem;

/// Characters of a label.
const LONGEST_LABEL: usize = 60;
/// Ranges of one list.
const MOST: usize = 100;

/// A range of addresses, IPv4 or IPv6. One of IPv4 written as IPv6 (`::ffff:192.0.2.0/120`) is the IPv4 one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Range {
    pub(super) net: IpNet,
    label: String,
}

impl Range {
    /// Reads `CIDR` or an address, and a label after it.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let text = one_line(text);
        let (range, label) = text.split_once(' ').unwrap_or((&text, ""));
        let label: String = label.trim().to_owned();
        let wrong = || {
            let shown: String = range.chars().take(60).collect();
            Problem::new("error-ip-range").with("range", shown)
        };
        let net = match range.parse::<IpNet>() {
            Ok(net) => net,
            Err(_) => IpNet::from(range.parse::<IpAddr>().map_err(|_| wrong())?),
        };
        if label.chars().count() > LONGEST_LABEL {
            return Err(Problem::new("error-ip-range-label").with("most", LONGEST_LABEL));
        }
        let net = plain(net.trunc());
        Ok(Self { net, label })
    }

    /// Exactly one address.
    pub fn of(address: IpAddr) -> Self {
        Self {
            net: IpNet::from(address.to_canonical()),
            label: String::new(),
        }
    }

    /// Whether an address lies in it.
    pub fn holds(&self, address: IpAddr) -> bool {
        self.net.contains(&address.to_canonical())
    }

    /// Reads a list of the API, an item each. Every item that cannot be read is told of.
    pub(in crate::data::access) fn list_of(json: &Json) -> Result<Vec<Self>, Problem> {
        let items = json.as_array().ok_or(Problem::new("error-ip-range-list"))?;
        if items.len() > MOST {
            return Err(Problem::new("error-too-many").with("most", MOST));
        }
        let mut ranges: Vec<Self> = Vec::new();
        for item in items {
            let range = Self::parse(item.as_str().ok_or(Problem::new("error-not-text"))?)?;
            if !ranges.iter().any(|other| other.net == range.net) {
                ranges.push(range);
            }
        }
        Ok(ranges)
    }
}

/// Whether an address lies in any of them.
pub(in crate::data::access) fn holds_one(ranges: &[Range], address: IpAddr) -> bool {
    ranges.iter().any(|range| range.holds(address))
}

/// A range within `::ffff:0:0/96` as the IPv4 range it is.
fn plain(net: IpNet) -> IpNet {
    let IpNet::V6(six) = net else { return net };
    let four: Option<Ipv4Addr> = six.network().to_ipv4_mapped();
    let four = four.and_then(|four| Ipv4Net::new(four, six.prefix_len().checked_sub(96)?).ok());
    four.map_or(net, IpNet::V4)
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.net)?;
        if !self.label.is_empty() {
            write!(formatter, " {}", self.label)?;
        }
        Ok(())
    }
}

impl From<Range> for String {
    fn from(range: Range) -> Self {
        range.to_string()
    }
}

impl TryFrom<String> for Range {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|problem| problem.key)
    }
}
