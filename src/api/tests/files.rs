//! Files of records as a program sees them.

use axum::body::Body;
use serde_json::json;

use super::world::{Reply, World};

fn form(files: &[(&str, &[u8])], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut part = |heads: &str, content: &[u8]| {
        let heads = format!("--B\r\nContent-Disposition: form-data; {heads}\r\n\r\n");
        body.extend_from_slice(heads.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    for (name, bytes) in files {
        part(&format!("name=\"files\"; filename=\"{name}\""), bytes);
    }
    for (name, value) in fields {
        part(&format!("name=\"{name}\""), value.as_bytes());
    }
    body.extend_from_slice(b"--B--\r\n");
    body
}

async fn add(world: &World, who: &str, id: &str, body: Vec<u8>) -> Reply {
    let request = world
        .request(who, "POST", &format!("/api/v1/clients/{id}/files"))
        .header("content-type", "multipart/form-data; boundary=B");
    world.send(request.body(Body::from(body)).unwrap()).await
}

async fn added(world: &World, who: &str, id: &str, body: Vec<u8>) -> String {
    let reply = add(world, who, id, body).await;
    assert_eq!(reply.status, 201, "{reply:?}");
    reply.json()["items"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn files_are_added_listed_read_and_removed() {
    let world = World::new().await;
    let id = world.client("sales", json!({})).await;
    let files = format!("/api/v1/clients/{id}/files");
    let file = added(&world, "sales", &id, form(&[("Umowa.pdf", b"%PDF")], &[])).await;
    let list = world.get("sales", &files).await;
    let json = list.json();
    assert_eq!(json["total"], 1);
    let told = &json["items"][0];
    assert_eq!(told["name"], "Umowa.pdf");
    assert_eq!(told["size"], 4);
    assert_eq!(told["media_type"], "application/pdf");
    assert_eq!(told["blake3"], blake3::hash(b"%PDF").to_hex().to_string());
    assert_eq!(told["added_by"], world.user("sales"));
    assert!(told.get("finance").is_none());
    assert_eq!(
        world.get("owner", &files).await.json()["items"][0]["finance"],
        false
    );

    let taken = world.get("sales", &format!("{files}/{file}")).await;
    assert_eq!((taken.status, &taken.body[..]), (200, b"%PDF".as_slice()));
    assert!(
        taken
            .header("content-disposition")
            .starts_with("attachment; ")
    );
    assert_eq!(taken.header("x-content-type-options"), "nosniff");
    assert_eq!(world.audited("exported"), 1);

    let one = format!("{files}/{file}");
    let refused = world.call("sales", "DELETE", &one, &json!(null)).await;
    assert_eq!(refused.status, 403);
    assert_eq!(
        world
            .call("owner", "DELETE", &one, &json!(null))
            .await
            .status,
        204
    );
    assert_eq!(world.get("sales", &one).await.status, 404);
    assert_eq!(
        world
            .call("owner", "DELETE", &one, &json!(null))
            .await
            .status,
        404
    );
    let restore = format!("{one}/restore");
    assert_eq!(
        world
            .call("sales", "POST", &restore, &json!(null))
            .await
            .status,
        404
    );
    let back = world.call("owner", "POST", &restore, &json!(null)).await;
    assert_eq!(back.id(), file);
}

#[tokio::test]
async fn foreign_and_financial_files_are_not_there() {
    let world = World::new().await;
    let id = world.client("sales", json!({})).await;
    let own = world.client("sales2", json!({})).await;
    let file = added(&world, "sales", &id, form(&[("a.txt", b"a")], &[])).await;
    let secret = added(
        &world,
        "owner",
        &id,
        form(&[("s.txt", b"s")], &[("finance", "true")]),
    )
    .await;
    for path in [
        format!("/api/v1/clients/{id}/files"),
        format!("/api/v1/clients/{id}/files/{file}"),
        format!("/api/v1/clients/{own}/files/{file}"),
        format!("/api/v1/clients/{own}/files/{own}"),
        format!("/api/v1/clients/{own}/files/x"),
    ] {
        assert_eq!(world.get("sales2", &path).await.status, 404, "{path}");
        if path.contains(&file) {
            let gone = world.call("sales2", "DELETE", &path, &json!(null)).await;
            assert_eq!(gone.status, 404, "{path}");
        }
    }
    assert_eq!(
        add(&world, "sales2", &id, form(&[("a", b"a")], &[]))
            .await
            .status,
        404
    );
    assert_eq!(
        add(&world, "reader", &id, form(&[("a", b"a")], &[]))
            .await
            .status,
        403
    );

    let files = format!("/api/v1/clients/{id}/files");
    let list = world.get("sales", &files).await;
    assert_eq!(list.ids(), [file.as_str()]);
    assert!(!String::from_utf8_lossy(&list.body).contains(&secret));
    assert_eq!(
        world
            .get("sales", &format!("{files}/{secret}"))
            .await
            .status,
        404
    );
    assert_eq!(
        world.get("accounting", &files).await.ids(),
        [secret.clone(), file]
    );
    assert_eq!(
        world
            .get("accounting", &format!("{files}/{secret}"))
            .await
            .status,
        200
    );
    let marked = add(
        &world,
        "sales",
        &id,
        form(&[("b", b"b")], &[("finance", "1")]),
    )
    .await;
    assert_eq!(marked.refused(), ["finance"]);
}

#[tokio::test]
async fn what_cannot_be_taken_leaves_nothing() {
    let world = World::configured("[limits]\nrequests_per_minute = 0\nupload_mb = 1\n").await;
    let id = world.client("sales", json!({})).await;
    let files = format!("/api/v1/clients/{id}/files");
    let json = world
        .call("sales", "POST", &files, &json!({"name": "a"}))
        .await;
    assert_eq!(json.status, 415);
    assert_eq!(
        add(&world, "sales", &id, form(&[], &[])).await.refused(),
        ["files"]
    );
    let large = vec![0; (1 << 20) + 1];
    let refused = add(
        &world,
        "sales",
        &id,
        form(&[("a", b"a"), ("b", &large)], &[]),
    )
    .await;
    assert_eq!(refused.status, 413);
    let mut cut = form(&[("a", b"a"), ("b", b"b")], &[]);
    cut.truncate(cut.len() - 8);
    assert_eq!(add(&world, "sales", &id, cut).await.status, 400);
    assert_eq!(world.get("sales", &files).await.json()["total"], 0);
    let folder = world.folder.path().join("files");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
}
