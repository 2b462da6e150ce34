//! Who may do what with files, and what becomes of them.

use std::io::{Read, Write};

use serde_json::json;

use super::*;
use crate::data::access::built_in::BuiltIn;
use crate::data::access::merge::Merge;
use crate::data::access::test_firm::TestFirm;
use crate::data::access::vault::Access;
use crate::data::access::{ModuleAccess, Permission, Scope};
use crate::data::log::audit::AuditFilter;
use crate::data::records::file::FileName;

const TEXT: &[u8] = b"umowa";

async fn add(
    access: &Access,
    firm: &TestFirm,
    id: RecordId,
    name: &str,
    finance: bool,
) -> Result<Attachment, AccessError> {
    let mut new = access.new_file(firm.kind, id, finance)?;
    new.write_all(TEXT).unwrap();
    let draft = FileDraft {
        name: FileName::of(name),
        stored: new.finish()?,
        finance,
    };
    let mut added = access.add_files(firm.kind, id, vec![draft]).await?;
    Ok(added.remove(0))
}

/// A firm with two salespeople, a client of one of them, and a person who reads finances.
struct World {
    firm: TestFirm,
    one: Access,
    other: Access,
    reader: Access,
    of_one: RecordId,
}

async fn firm() -> World {
    let firm = TestFirm::new().await;
    let sales = BuiltIn::Salesperson.id();
    let one = firm.person("one", sales, None).await;
    firm.person("other", sales, None).await;
    let role = ModuleAccess {
        view: Scope::All,
        edit: Scope::All,
        delete: Scope::All,
        groups: [("finance", GroupAccess::Read)].into(),
        ..ModuleAccess::default()
    };
    let role = firm.role("Reader", &role).await;
    firm.person("reader", role, None).await;
    World {
        of_one: firm.client("Alfa", Some(one)).await,
        one: firm.access_of("one").unwrap(),
        other: firm.access_of("other").unwrap(),
        reader: firm.access_of("reader").unwrap(),
        firm,
    }
}

fn names(access: &Access, firm: &TestFirm, id: RecordId) -> Vec<String> {
    let files = access.read().unwrap().files(firm.kind, id).unwrap();
    files.iter().map(|file| file.name.to_string()).collect()
}

fn is_missing<T>(result: Result<T, AccessError>) -> bool {
    matches!(result, Err(AccessError::NotFound))
}

#[tokio::test]
async fn files_of_a_foreign_client_do_not_exist() {
    let World {
        firm,
        one,
        other,
        of_one,
        ..
    } = firm().await;
    let kind = firm.kind;
    let file = add(&one, &firm, of_one, "umowa.pdf", false).await.unwrap();
    assert_eq!(names(&one, &firm, of_one), ["umowa.pdf"]);
    assert_eq!(names(&firm.owner, &firm, of_one), ["umowa.pdf"]);

    let now = other.read().unwrap();
    assert!(is_missing(now.files(kind, of_one)));
    assert!(is_missing(now.removed_files(kind, of_one)));
    assert!(is_missing(now.file(kind, of_one, file.id)));
    assert!(is_missing(now.open_file(kind, of_one, file.id)));
    assert!(is_missing(other.new_file(kind, of_one, false)));
    assert!(is_missing(other.remove_file(kind, of_one, file.id).await));
    assert!(is_missing(other.put_back_file(kind, of_one, file.id).await));
    assert!(is_missing(
        other.mark_file(kind, of_one, file.id, true).await
    ));
    assert!(is_missing(add(&other, &firm, of_one, "x", false).await));
    // A right file by a wrong record, and a right record of one's own with a foreign file.
    let own = other.read().unwrap().rights().user().unwrap().id;
    let own = firm.client("Beta", Some(own)).await;
    assert!(is_missing(
        other.read().unwrap().open_file(kind, own, file.id)
    ));
    assert!(is_missing(
        one.read().unwrap().open_file(kind, own, file.id)
    ));
    let (_, mut open) = one
        .read()
        .unwrap()
        .open_file(kind, of_one, file.id)
        .unwrap();
    let mut text = Vec::new();
    open.read_to_end(&mut text).unwrap();
    assert_eq!(text, TEXT);
}

#[tokio::test]
async fn a_salesperson_adds_and_cannot_remove() {
    let World {
        firm, one, of_one, ..
    } = firm().await;
    let kind = firm.kind;
    let file = add(&one, &firm, of_one, "umowa.pdf", false).await.unwrap();
    let refused = one.remove_file(kind, of_one, file.id).await;
    assert!(matches!(
        refused,
        Err(AccessError::Forbidden(Permission::Delete(_)))
    ));
    firm.owner.remove_file(kind, of_one, file.id).await.unwrap();
    assert!(names(&one, &firm, of_one).is_empty());
    let now = one.read().unwrap();
    assert!(now.removed_files(kind, of_one).unwrap().is_empty());
    assert!(is_missing(now.open_file(kind, of_one, file.id)));
    assert!(is_missing(one.put_back_file(kind, of_one, file.id).await));
    let removed = firm
        .owner
        .read()
        .unwrap()
        .removed_files(kind, of_one)
        .unwrap();
    assert_eq!(removed.len(), 1);
    firm.owner
        .put_back_file(kind, of_one, file.id)
        .await
        .unwrap();
    assert_eq!(names(&one, &firm, of_one), ["umowa.pdf"]);
}

#[tokio::test]
async fn a_financial_file_is_for_those_who_see_finances() {
    let World {
        firm,
        one,
        reader,
        of_one,
        ..
    } = firm().await;
    let kind = firm.kind;
    add(&one, &firm, of_one, "oferta.pdf", false).await.unwrap();
    let file = add(&firm.owner, &firm, of_one, "faktura.pdf", true)
        .await
        .unwrap();
    assert_eq!(
        names(&firm.owner, &firm, of_one),
        ["faktura.pdf", "oferta.pdf"]
    );
    assert_eq!(names(&reader, &firm, of_one), ["faktura.pdf", "oferta.pdf"]);
    assert_eq!(names(&one, &firm, of_one), ["oferta.pdf"]);
    let now = one.read().unwrap();
    assert!(is_missing(now.file(kind, of_one, file.id)));
    assert!(is_missing(now.open_file(kind, of_one, file.id)));
    assert!(is_missing(
        one.mark_file(kind, of_one, file.id, false).await
    ));
    assert!(is_missing(one.remove_file(kind, of_one, file.id).await));
    // To whom finances are hidden, the mark is as unknown as a field that is not there.
    let unknown = one.new_file(kind, of_one, true).map(drop).unwrap_err();
    let AccessError::Invalid(errors) = unknown else {
        panic!("{unknown}")
    };
    assert_eq!(errors[0].problem.key, "error-field-unknown");
    let not_theirs = reader.new_file(kind, of_one, true).map(drop).unwrap_err();
    let AccessError::Invalid(errors) = not_theirs else {
        panic!("{not_theirs}")
    };
    assert_eq!(errors[0].problem.key, "error-field-not-yours");
    assert!(matches!(
        reader.mark_file(kind, of_one, file.id, false).await,
        Err(AccessError::Invalid(_))
    ));
    firm.owner
        .mark_file(kind, of_one, file.id, false)
        .await
        .unwrap();
    assert_eq!(names(&one, &firm, of_one), ["faktura.pdf", "oferta.pdf"]);
    firm.owner
        .mark_file(kind, of_one, file.id, true)
        .await
        .unwrap();
    assert_eq!(names(&one, &firm, of_one), ["oferta.pdf"]);

    let entries = firm.owner.read().unwrap();
    let entries = entries.audit(&AuditFilter::default(), None, 200).unwrap().0;
    let text = json!(
        entries
            .iter()
            .map(crate::data::AuditEntry::to_json)
            .collect::<Vec<_>>()
    )
    .to_string();
    assert!(text.contains(&file.id.to_string()));
    assert!(!text.contains("faktura"), "the log names no file");
}

#[tokio::test]
async fn files_go_with_their_record_and_come_back() {
    let World { firm, of_one, .. } = firm().await;
    let (kind, owner) = (firm.kind, &firm.owner);
    let file = add(owner, &firm, of_one, "umowa.pdf", false).await.unwrap();
    owner.delete(kind, of_one, None).await.unwrap();
    let now = owner.read().unwrap();
    assert!(is_missing(now.files(kind, of_one)));
    assert!(is_missing(now.open_file(kind, of_one, file.id)));
    drop(now);
    owner.restore(kind, of_one).await.unwrap();
    assert_eq!(names(owner, &firm, of_one), ["umowa.pdf"]);
    assert!(firm.vault.check_consistency().unwrap().is_empty());
}

#[tokio::test]
async fn a_merge_moves_files_and_taking_it_back_returns_them() {
    let World { firm, of_one, .. } = firm().await;
    let (kind, owner) = (firm.kind, &firm.owner);
    let [second, third] = [
        firm.client("Beta", None).await,
        firm.client("Gama", None).await,
    ];
    add(owner, &firm, of_one, "1.pdf", false).await.unwrap();
    add(owner, &firm, second, "2.pdf", true).await.unwrap();
    add(owner, &firm, third, "3.pdf", false).await.unwrap();
    let merge = async |kept: RecordId, other: RecordId| {
        let now = owner.read().unwrap();
        let versions = [kept, other].map(|id| (id, now.get(kind, id).unwrap().version()));
        let merge = Merge {
            kept,
            others: vec![other],
            versions: versions.into(),
            take: [].into(),
        };
        drop(now);
        owner.merge(kind, merge).await.unwrap().id
    };
    let first_merge = merge(second, third).await;
    let second_merge = merge(of_one, second).await;
    assert_eq!(names(owner, &firm, of_one), ["3.pdf", "2.pdf", "1.pdf"]);
    let added = add(owner, &firm, of_one, "4.pdf", false).await.unwrap();
    owner.unmerge(kind, second_merge).await.unwrap();
    assert_eq!(names(owner, &firm, of_one), ["4.pdf", "1.pdf"]);
    assert_eq!(names(owner, &firm, second), ["3.pdf", "2.pdf"]);
    owner.unmerge(kind, first_merge).await.unwrap();
    assert_eq!(names(owner, &firm, third), ["3.pdf"]);
    assert_eq!(names(owner, &firm, second), ["2.pdf"]);
    assert!(owner.read().unwrap().file(kind, of_one, added.id).is_ok());
    assert!(firm.vault.check_consistency().unwrap().is_empty());
}

#[tokio::test]
async fn content_goes_when_no_row_names_it() {
    let World { firm, of_one, .. } = firm().await;
    let (kind, owner) = (firm.kind, &firm.owner);
    let other = firm.client("Beta", None).await;
    let file = add(owner, &firm, of_one, "umowa.pdf", false).await.unwrap();
    add(owner, &firm, other, "to samo.pdf", false)
        .await
        .unwrap();
    let later = crate::clock::now() + jiff::SignedDuration::from_secs(5);
    let sweep = || firm.vault.sweep_files_before(later).unwrap();
    let there = || {
        firm.vault
            .inner
            .store
            .files()
            .has(file.hash, file.size)
            .unwrap()
    };
    assert_eq!(sweep().removed, 0);
    owner.remove_file(kind, of_one, file.id).await.unwrap();
    assert_eq!(
        firm.vault
            .system("test")
            .purge_removed_files()
            .await
            .unwrap(),
        0,
        "not yet"
    );
    assert_eq!(
        sweep().removed,
        0,
        "it can be put back, and another has it too"
    );
    for id in [of_one, other] {
        owner.delete(kind, id, None).await.unwrap();
    }
    assert_eq!(sweep().removed, 0, "the records can come back");
    let chosen = vec![of_one, other];
    for id in chosen {
        owner
            .write(move |work| work.purge_chosen(kind, id))
            .await
            .unwrap();
    }
    let moment = firm.vault.system("a backup").moment().unwrap();
    assert!(sweep().held && there(), "a backup is reading");
    drop(moment);
    assert_eq!(sweep().removed, 1);
    assert!(!there());
    assert!(firm.vault.check_consistency().unwrap().is_empty());
}

#[tokio::test]
async fn a_row_without_its_content_is_found() {
    let World { firm, of_one, .. } = firm().await;
    let file = add(&firm.owner, &firm, of_one, "umowa.pdf", false)
        .await
        .unwrap();
    assert!(firm.vault.check_consistency().unwrap().is_empty());
    let mut found = Vec::new();
    let moment = firm.vault.system("a backup").moment().unwrap();
    moment
        .each_file(&mut |hash, size| {
            found.push((hash, size));
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(found, [(file.hash, file.size)]);
    assert!(moment.open_file(file.hash, file.size).unwrap().is_some());
    drop(moment);
    let name = file.hash.to_string();
    let path = firm.folder().join("files").join(&name[..2]).join(&name);
    std::fs::write(&path, b"x").unwrap();
    assert_eq!(firm.vault.check_consistency().unwrap().len(), 1);
    std::fs::remove_file(&path).unwrap();
    assert_eq!(firm.vault.check_consistency().unwrap().len(), 1);
    let lost = firm
        .owner
        .read()
        .unwrap()
        .open_file(firm.kind, of_one, file.id);
    assert!(matches!(
        lost,
        Err(AccessError::Store(StoreError::Corrupt(_)))
    ));
}

#[tokio::test]
async fn a_record_has_a_thousand_files_at_most() {
    let World { firm, of_one, .. } = firm().await;
    let drafts = (0..MOST_FILES).map(|at| {
        let mut new = firm.owner.new_file(firm.kind, of_one, false).unwrap();
        new.write_all(TEXT).unwrap();
        FileDraft {
            name: FileName::of(&format!("{at}.txt")),
            stored: new.finish().unwrap(),
            finance: false,
        }
    });
    let drafts = drafts.collect();
    let added = firm
        .owner
        .add_files(firm.kind, of_one, drafts)
        .await
        .unwrap();
    assert_eq!(added.len(), MOST_FILES);
    let refused = add(&firm.owner, &firm, of_one, "one more", false).await;
    assert!(matches!(refused, Err(AccessError::Invalid(_))));
}
