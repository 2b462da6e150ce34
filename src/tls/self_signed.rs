//! A certificate of our own, until there is one that others vouch for: browsers warn of it, but nothing travels in the
//! clear.

use jiff::{Timestamp, ToSpan};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::fault::Fault;
use super::pair::Pair;

/// Days that it counts; a start makes a new one.
const DAYS: i64 = 397;

/// Makes one for these names.
pub(super) fn make(names: &[String], now: Timestamp) -> Result<Pair, Fault> {
    let failed = |error: rcgen::Error| Fault::Unreadable(error.to_string());
    let names = if names.is_empty() {
        vec!["localhost".to_owned()]
    } else {
        names.to_vec()
    };
    let mut params = CertificateParams::new(names).map_err(failed)?;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, "Kartoteka, temporary");
    let day = |days: i64| {
        let day = jiff::tz::TimeZone::UTC.to_datetime(now).date();
        let day = day.saturating_add(days.days());
        rcgen::date_time_ymd(
            i32::from(day.year()),
            day.month().unsigned_abs(),
            day.day().unsigned_abs(),
        )
    };
    (params.not_before, params.not_after) = (day(-1), day(DAYS));
    let key = KeyPair::generate().map_err(failed)?;
    let certificate = params.self_signed(&key).map_err(failed)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    Pair::new(vec![certificate.der().clone()], key)
}
