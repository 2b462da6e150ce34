use super::*;

#[test]
fn names_of_hosts_as_they_stand_in_certificates() {
    for (text, name) in [
        ("crm.firma.pl", Some("crm.firma.pl")),
        (" CRM.Firma.PL. ", Some("crm.firma.pl")),
        ("łąka.pl", Some("xn--ka-ola7v.pl")),
        ("localhost", Some("localhost")),
        ("10.0.0.1", None),
        ("[::1]", None),
        ("*.firma.pl", None),
        ("a b.pl", None),
        ("a..pl", None),
        ("-a.pl", None),
        ("a_b.pl", None),
        ("user@firma.pl", None),
        ("firma.pl/x", None),
        ("", None),
    ] {
        assert_eq!(domain_name(text).as_deref(), name, "{text}");
    }
}
