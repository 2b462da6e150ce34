//! Which site passkeys are made for.

use super::*;

#[test]
fn the_site_is_the_configured_address() {
    let of = |url| Site::of(Some(url)).map(|site| (site.name().to_owned(), site.origin));
    let site = |name: &str, origin: &str| Ok((name.to_owned(), origin.to_owned()));
    assert_eq!(
        of("https://crm.firma.pl"),
        site("crm.firma.pl", "https://crm.firma.pl")
    );
    assert_eq!(
        of("https://crm.firma.pl:443"),
        site("crm.firma.pl", "https://crm.firma.pl")
    );
    assert_eq!(
        of("https://crm.firma.pl:8443"),
        site("crm.firma.pl", "https://crm.firma.pl:8443")
    );
    assert_eq!(
        of("http://127.0.0.1:8080"),
        site("localhost", "http://localhost:8080")
    );
    assert_eq!(
        of("http://[::1]:8080"),
        site("localhost", "http://localhost:8080")
    );
    assert_eq!(of("http://crm.firma.pl"), Err(NoSite::NotSecure));
    assert_eq!(of("https://10.0.0.5"), Err(NoSite::Number));
    assert_eq!(of("https://[2001:db8::1]:8443"), Err(NoSite::Number));
    assert_eq!(Site::of(None).err(), Some(NoSite::NoAddress));
}
