//! The trash as people use it: narrowed, brought back as a whole, emptied by hand.

use serde_json::json;

use super::browser::{Firm, firm};
use crate::data::{BuiltIn, RecordId, TrashFilter};

async fn clients(firm: &Firm, names: &[&str]) -> Vec<RecordId> {
    let mut ids = Vec::new();
    for name in names {
        ids.push(
            firm.client(&firm.owner, &[("name", json!(name))])
                .await
                .id(),
        );
    }
    ids
}

#[tokio::test]
async fn the_trash_is_narrowed_by_who_and_when() {
    let firm = firm().await;
    let ewa = firm.user("ewa", BuiltIn::Owner).await;
    let ids = clients(&firm, &["Jej", "Mój"]).await;
    let kind = &crate::clients::CLIENTS;
    ewa.delete(kind, ids[0], None).await.unwrap();
    firm.owner.delete(kind, ids[1], None).await.unwrap();
    let web = firm.browser("o@f.test").await;
    let all = web.get("/trash").await;
    assert!(all.has("Jej") && all.has("Mój") && all.has("Przywróć wszystkie (2)") && !all.has("⟦"));
    let ewa_id = ewa.read().unwrap().rights().user().unwrap().id;
    let hers = web.get(&format!("/trash?by={ewa_id}")).await;
    assert!(hers.has("Jej") && !hers.has(">Mój<") && hers.has("Przywróć wszystkie (1)"));
    assert!(
        web.get("/trash?from=2099-01-01T00:00")
            .await
            .has("Nic w koszu nie pasuje")
    );
    assert!(
        web.get("/trash?to=2001-01-01")
            .await
            .has("Nic w koszu nie pasuje")
    );
    assert_eq!(
        web.get("/trash?from=2026-01-01&to=2099-01-01").await.status,
        200
    );
    for wrong in [
        "by=x",
        "from=wczoraj",
        "module=kosmos",
        "from=2026-02-01&to=2026-01-01",
    ] {
        let page = web.get(&format!("/trash?{wrong}")).await;
        assert_eq!(page.status, 422, "{wrong}");
        assert!(!page.has(">Mój<") && !page.has("⟦"), "{wrong}");
    }
}

#[tokio::test]
async fn all_that_matches_comes_back_as_an_operation_that_can_be_undone() {
    let firm = firm().await;
    let ewa = firm.user("ewa", BuiltIn::Owner).await;
    let ids = clients(&firm, &["A", "B", "C"]).await;
    let kind = &crate::clients::CLIENTS;
    for id in &ids[..2] {
        ewa.delete(kind, *id, None).await.unwrap();
    }
    firm.owner.delete(kind, ids[2], None).await.unwrap();
    let web = firm.browser("o@f.test").await;
    let ewa_id = ewa.read().unwrap().rights().user().unwrap().id;
    let page = web.get(&format!("/trash?by={ewa_id}")).await;
    let answer = web.submit(&page, "/trash/restore", &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let operation = web.ended(&answer.location).await;
    assert!(
        operation.has("przywrócono: 2") && operation.has("Przywrócenie z kosza"),
        "{}",
        operation.text
    );
    assert!(firm.get(ids[0])["name"] == "A" && firm.get(ids[2]).is_null());
    let undo = format!("{}/undo", answer.location);
    let undone = web.submit(&operation, &undo, &[]).await;
    web.ended(&undone.location).await;
    assert!(firm.get(ids[0]).is_null());
}

#[tokio::test]
async fn for_good_is_asked_first_and_then_done() {
    let firm = firm().await;
    let ids = clients(&firm, &["Na zawsze", "Zostaje"]).await;
    let kind = &crate::clients::CLIENTS;
    for id in &ids {
        firm.owner.delete(kind, *id, None).await.unwrap();
    }
    let web = firm.browser("o@f.test").await;
    let csrf = web.get("/trash").await.csrf();
    let one = ids[0].to_string();
    let form = [
        csrf.clone(),
        ("module".into(), "clients".into()),
        ("id".into(), one),
    ];
    let ask = web.post("/trash/purge", &form).await;
    assert!(
        ask.status == 200
            && ask.has("Usunąć „Na zawsze” na zawsze?")
            && ask.has("nie da się cofnąć")
    );
    assert_eq!(
        firm.owner
            .read()
            .unwrap()
            .trash_ids(kind, &TrashFilter::default())
            .unwrap()
            .len(),
        2
    );
    let answer = web.submit(&ask, "/trash/purge", &[]).await;
    let operation = web.ended(&answer.location).await;
    assert!(
        operation.has("usunięto na zawsze: 1") && !operation.has("Cofnij całą operację"),
        "{}",
        operation.text
    );
    assert_eq!(
        firm.owner
            .read()
            .unwrap()
            .trash_ids(kind, &TrashFilter::default())
            .unwrap(),
        [ids[1]]
    );
    assert!(
        firm.owner.restore(kind, ids[0]).await.is_err(),
        "it is gone"
    );
    assert_eq!(
        firm.state.vault.check_consistency().unwrap(),
        Vec::<String>::new()
    );
    assert!(web.get("/audit").await.has("na zawsze"));
}

#[tokio::test]
async fn nobody_empties_what_they_may_not_delete() {
    let firm = firm().await;
    let seller = firm.user("jan", BuiltIn::Salesperson).await;
    let ids = clients(&firm, &["Cudzy"]).await;
    let kind = &crate::clients::CLIENTS;
    firm.owner.delete(kind, ids[0], None).await.unwrap();
    drop(seller);
    let web = firm.browser("jan@f.test").await;
    assert_eq!(web.get("/trash").await.status, 403);
    let csrf = web.get("/").await.csrf();
    let id = ids[0].to_string();
    let form = |more: &[(&str, &str)]| {
        let mut form = vec![csrf.clone()];
        form.extend(
            more.iter()
                .map(|(name, value)| ((*name).into(), (*value).into())),
        );
        form
    };
    for fields in [
        form(&[("all", "1"), ("confirm", "1")]),
        form(&[("module", "clients"), ("id", &id), ("confirm", "1")]),
    ] {
        assert_eq!(web.post("/trash/purge", &fields).await.status, 403);
    }
    assert_eq!(
        web.post("/trash/restore", &form(&[("all", "1")]))
            .await
            .status,
        403
    );
    assert_eq!(
        firm.owner
            .read()
            .unwrap()
            .trash_ids(kind, &TrashFilter::default())
            .unwrap(),
        ids
    );

    // A manager deletes their team's; what lies there of others is as if it were not.
    firm.user("ewa", BuiltIn::Manager).await;
    let web = firm.browser("ewa@f.test").await;
    let page = web.get("/trash").await;
    assert!(page.status == 200 && !page.has("Cudzy"));
    let csrf = page.csrf();
    let form = [
        csrf,
        ("module".into(), "clients".into()),
        ("id".into(), id),
        ("confirm".into(), "1".into()),
    ];
    assert_eq!(web.post("/trash/purge", &form).await.status, 403);
    assert_eq!(
        firm.owner
            .read()
            .unwrap()
            .trash_ids(kind, &TrashFilter::default())
            .unwrap(),
        ids
    );
}

#[tokio::test]
async fn who_may_delete_may_not_delete_for_good() {
    let firm = firm().await;
    let manager = firm.user("ewa", BuiltIn::Manager).await;
    let kind = &crate::clients::CLIENTS;
    let one = firm.client(&manager, &[("name", json!("Własny"))]).await;
    let ids = vec![one.id()];
    manager.delete(kind, ids[0], None).await.unwrap();
    let web = firm.browser("ewa@f.test").await;
    let page = web.get("/trash").await;
    assert!(
        page.has("Własny") && !page.has("/trash/purge"),
        "{}",
        page.text
    );
    let csrf = page.csrf();
    let id = ids[0].to_string();
    for fields in [
        vec![csrf.clone(), ("all".into(), "1".into())],
        vec![csrf, ("module".into(), "clients".into()), ("id".into(), id)],
    ] {
        let mut fields: Vec<(String, String)> = fields;
        fields.push(("confirm".into(), "1".into()));
        assert_eq!(web.post("/trash/purge", &fields).await.status, 403);
    }
    // Whatever way it is asked for.
    let purged = manager.purge_in(None, kind, ids.clone()).await;
    assert!(purged.is_err() || purged.unwrap().iter().all(Result::is_err));
    assert!(firm.owner.restore(kind, ids[0]).await.is_ok());
}
