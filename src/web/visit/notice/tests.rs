//! Addresses name acts, and cannot name anything else.

use super::*;
use crate::data::RecordId;

#[test]
fn an_undo_names_nothing_but_records() {
    let id = RecordId::new();
    let of = |text: String| undo(&text).map(|(action, fields)| (action, fields.len()));
    assert_eq!(
        of(format!("clients/{id}")),
        Some((format!("/clients/{id}/restore"), 0))
    );
    assert_eq!(
        of(format!("clients/{id},{id}")),
        Some(("/clients/restore".to_owned(), 2))
    );
    assert_eq!(
        of(format!("clients:{id}.3")),
        Some(("/clients/undo".to_owned(), 1))
    );
    assert_eq!(
        of(format!("clients~{id}")),
        Some((format!("/clients/merge/{id}/undo"), 0))
    );
    assert_eq!(
        of(format!("clients!{id},{id}")),
        Some(("/clients/duplicates/again".to_owned(), 2))
    );
    assert_eq!(
        of(format!("view:clients/{id}")),
        Some((format!("/clients/views/{id}/restore"), 0))
    );
    for other in [
        "",
        "view:clients/../x",
        "file:clients/../x",
        "file:clients/x/y",
        "view:clients",
        "clients~x",
        "clients!../x",
        "clients",
        "clients/",
        "clients/x",
        "//evil.test/x",
        "klienci/1",
        "clients:x.1",
    ] {
        assert_eq!(of(other.to_owned()), None, "{other}");
    }
}
