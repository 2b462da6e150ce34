//! Files of a client on its pages: as whoever may meets them, and as others who try.

use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use futures_util::stream;
use serde_json::json;

use super::browser::{Browser, Firm, Page, css, firm, firm_with};
use crate::config::Config;
use crate::data::{Access, BuiltIn, FileDraft, FileId, FileName, RecordId};

const KIND: &crate::data::RecordType = &crate::clients::CLIENTS;

fn part(heads: &str, content: &[u8]) -> Vec<u8> {
    let mut part = format!("--B\r\nContent-Disposition: form-data; {heads}\r\n\r\n").into_bytes();
    part.extend_from_slice(content);
    part.extend_from_slice(b"\r\n");
    part
}

/// A form with files as browsers send it, without its end.
async fn form(web: &Browser, files: &[(&str, &[u8])], fields: &[(&str, &str)]) -> Vec<u8> {
    let (_, token) = web.get("/profile").await.csrf();
    let mut body = part("name=\"csrf\"", token.as_bytes());
    for (name, value) in fields {
        body.extend(part(&format!("name=\"{name}\""), value.as_bytes()));
    }
    for (name, bytes) in files {
        let heads = format!("name=\"files\"; filename=\"{name}\"\r\nContent-Type: text/html");
        body.extend(part(&heads, bytes));
    }
    body
}

async fn send(web: &Browser, id: RecordId, body: Body) -> Page {
    let request = Request::post(format!("/clients/{id}/files"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=B");
    web.send(request, body).await
}

async fn upload(web: &Browser, id: RecordId, files: &[(&str, &[u8])]) -> Page {
    let mut body = form(web, files, &[]).await;
    body.extend_from_slice(b"--B--\r\n");
    send(web, id, Body::from(body)).await
}

fn files(firm: &Firm, id: RecordId) -> Vec<(String, FileId)> {
    let files = firm.owner.read().unwrap().files(KIND, id).unwrap();
    files
        .into_iter()
        .map(|file| (file.name.to_string(), file.id))
        .collect()
}

/// A file straight into the firm.
async fn add(by: &Access, id: RecordId, name: &str, finance: bool) -> FileId {
    let mut new = by.new_file(KIND, id, finance).unwrap();
    std::io::Write::write_all(&mut new, b"umowa").unwrap();
    let draft = FileDraft {
        name: FileName::of(name),
        stored: new.finish().unwrap(),
        finance,
    };
    by.add_files(KIND, id, vec![draft]).await.unwrap()[0].id
}

/// How many files lie in the folder of files.
fn on_disk(folder: &Path) -> usize {
    std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { on_disk(&path) } else { 1 }
        })
        .sum()
}

async fn client(firm: &Firm, by: &Access, name: &str) -> RecordId {
    firm.client(by, &[("name", json!(name))]).await.id()
}

#[tokio::test]
async fn files_are_added_seen_taken_removed_and_put_back() {
    let firm = firm().await;
    let id = client(&firm, &firm.owner, "Alfa").await;
    let web = firm.browser("o@f.test").await;
    let card = web.get(&format!("/clients/{id}")).await;
    assert!(card.has("Pliki") && card.has("Nie dodano plików"));

    let sent: &[(&str, &[u8])] = &[("umowa.pdf", b"%PDF-1.4"), ("Zażółć.txt", b"")];
    let added = upload(&web, id, sent).await;
    assert_eq!(added.status, 303, "{}", added.text);
    let page = web.get(&added.location).await;
    assert!(page.has("Dodano 2 pliki.") && page.has("umowa.pdf") && page.has("Zażółć.txt"));
    let card = web.get(&format!("/clients/{id}")).await;
    assert!(
        card.has("umowa.pdf")
            && card.has("Ola Właścicielka")
            && card.has("Dodano plik „umowa.pdf”")
    );

    let (_, file) = files(&firm, id)
        .into_iter()
        .find(|(name, _)| name == "umowa.pdf")
        .unwrap();
    let place = format!("/clients/{id}/files/{file}");
    let taken = web.get(&place).await;
    assert_eq!(
        (taken.status.as_u16(), taken.text.as_str()),
        (200, "%PDF-1.4")
    );
    let head = |name: header::HeaderName| taken.headers[name].to_str().unwrap().to_owned();
    assert_eq!(head(header::CONTENT_TYPE), "application/pdf");
    assert_eq!(head(header::CONTENT_LENGTH), "8");
    assert_eq!(head(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    assert!(head(header::CONTENT_DISPOSITION).starts_with("attachment; filename=\"umowa.pdf\""));
    let tag = Request::get(&place).header(header::IF_NONE_MATCH, head(header::ETAG));
    assert_eq!(web.send(tag, Body::empty()).await.status, 304);

    let list = web.get(&format!("/clients/{id}/files")).await;
    let removed = web.submit(&list, &format!("{place}/remove"), &[]).await;
    let page = web.get(&removed.location).await;
    assert!(page.has("Usunięto plik.") && page.has("Usunięte pliki"));
    assert_eq!(web.get(&place).await.status, 404);
    assert_eq!(files(&firm, id).len(), 1);
    // The toast's way back, and the page's, are the same form.
    let back = web.submit(&page, &format!("{place}/restore"), &[]).await;
    assert_eq!(back.status, 303);
    assert_eq!(web.get(&place).await.status, 200);

    let log = web.get("/audit").await;
    for said in [
        "dodano plik „umowa.pdf”",
        "usunięto plik „umowa.pdf”",
        "Pobrano plik klienta",
    ] {
        assert!(log.has(said), "{said}");
    }
}

#[tokio::test]
async fn a_foreign_clients_files_are_not_there() {
    let firm = firm().await;
    let one = firm.user("one", BuiltIn::Salesperson).await;
    let other = firm.user("other", BuiltIn::Salesperson).await;
    let (id, own) = (
        client(&firm, &one, "Alfa").await,
        client(&firm, &other, "Beta").await,
    );
    let file = add(&one, id, "umowa.pdf", false).await;
    let own_file = add(&other, own, "moja.pdf", false).await;
    let web = firm.browser("other@f.test").await;
    for path in [
        format!("/clients/{id}/files"),
        format!("/clients/{id}/files/{file}"),
        format!("/clients/{own}/files/{file}"),
        format!("/clients/{id}/files/{own_file}"),
        format!("/clients/{own}/files/{}", RecordId::new()),
        format!("/clients/{own}/files/x"),
        "/clients/x/files".to_owned(),
    ] {
        assert_eq!(web.get(&path).await.status, 404, "{path}");
    }
    assert_eq!(
        web.get(&format!("/clients/{own}/files/{own_file}"))
            .await
            .status,
        200
    );
    let before = on_disk(&firm.folder().join("files"));
    assert_eq!(upload(&web, id, &[("a.txt", b"a")]).await.status, 404);
    assert_eq!(on_disk(&firm.folder().join("files")), before);
    let csrf = [web.get("/profile").await.csrf()];
    let mark = web
        .post(&format!("/clients/{id}/files/{file}/finance"), &csrf)
        .await;
    assert_eq!(mark.status, 404);
    // Their role deletes nothing, so the way to it is closed before any record is looked at.
    for act in ["remove", "restore"] {
        let page = web
            .post(&format!("/clients/{id}/files/{file}/{act}"), &csrf)
            .await;
        assert_eq!(page.status, 403);
    }
    let web = firm.browser("one@f.test").await;
    let page = web.get(&format!("/clients/{id}/files")).await;
    assert!(page.has("umowa.pdf") && !page.has("/remove\"") && !page.has("finance"));
}

#[tokio::test]
async fn a_financial_file_is_nowhere_for_a_salesperson() {
    let firm = firm().await;
    let one = firm.user("one", BuiltIn::Salesperson).await;
    let id = client(&firm, &one, "Alfa").await;
    let web = firm.browser("o@f.test").await;
    let mut body = form(&web, &[("tajna faktura.pdf", b"1")], &[("finance", "1")]).await;
    body.extend_from_slice(b"--B--\r\n");
    assert_eq!(send(&web, id, Body::from(body)).await.status, 303);
    let (_, file) = files(&firm, id)[0].clone();
    let page = web.get(&format!("/clients/{id}/files")).await;
    assert!(page.has("tajna faktura.pdf") && page.has("finansowy"));

    let hers = firm.browser("one@f.test").await;
    for path in ["", "/files", "/history"] {
        let page = hers.get(&format!("/clients/{id}{path}")).await;
        assert_eq!(page.status, 200);
        assert!(!page.has("tajna") && !page.has(&file.to_string()), "{path}");
    }
    assert_eq!(
        hers.get(&format!("/clients/{id}/files/{file}"))
            .await
            .status,
        404
    );
    // Marking is as unknown to them as a field that is not there.
    let mut body = form(&hers, &[("a.pdf", b"1")], &[("finance", "1")]).await;
    body.extend_from_slice(b"--B--\r\n");
    assert_eq!(send(&hers, id, Body::from(body)).await.status, 422);
    assert_eq!(files(&firm, id).len(), 1);

    let unmarked = web
        .submit(&page, &format!("/clients/{id}/files/{file}/finance"), &[])
        .await;
    assert_eq!(unmarked.status, 303);
    assert!(
        hers.get(&format!("/clients/{id}/files"))
            .await
            .has("tajna faktura.pdf")
    );
}

#[tokio::test]
async fn nothing_that_was_sent_is_ever_drawn() {
    let firm = firm().await;
    let id = client(&firm, &firm.owner, "Alfa").await;
    let web = firm.browser("o@f.test").await;
    let script: &[u8] = b"<html><script>alert(1)</script>";
    let names = [
        "strona.html",
        "obraz.svg",
        "..%2F..%2Fevil.xhtml",
        "<img src=x onerror=alert(1)>.htm",
        "umowa\u{202e}fdp.exe",
    ];
    let sent: Vec<(&str, &[u8])> = names.iter().map(|name| (*name, script)).collect();
    assert_eq!(upload(&web, id, &sent).await.status, 303);
    let page = web.get(&format!("/clients/{id}/files")).await;
    assert!(!page.has("<img src=x") && !page.has('\u{202e}'.to_string().as_str()));
    for (name, file) in files(&firm, id) {
        let taken = web.get(&format!("/clients/{id}/files/{file}")).await;
        assert_eq!(
            taken.headers[header::CONTENT_TYPE],
            "application/octet-stream",
            "{name}"
        );
        let disposition = taken.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(disposition.starts_with("attachment; "), "{name}");
        assert!(
            taken.headers.contains_key(header::CONTENT_SECURITY_POLICY),
            "{name}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_beside_the_field_and_leaves_nothing() {
    let firm = firm().await;
    let id = client(&firm, &firm.owner, "Alfa").await;
    let web = firm.browser("o@f.test").await;
    let folder = firm.folder().join("files");
    let error = |page: &Page| {
        let document = scraper::Html::parse_document(&page.text);
        let error = document.select(&css("#f-files-help")).next().unwrap();
        error.text().collect::<String>()
    };
    let nothing = upload(&web, id, &[("", b"")]).await;
    assert_eq!(nothing.status, 422);
    assert_eq!(error(&nothing), "Wybierz co najmniej jeden plik.");

    let many: Vec<(&str, &[u8])> = (0..21).map(|_| ("a.txt", b"a".as_slice())).collect();
    let many = upload(&web, id, &many).await;
    assert_eq!(many.status, 422);
    assert!(error(&many).contains("najwyżej 20"));

    // The connection ends in the middle of the second file.
    let large = vec![7; 400_000];
    let whole = form(&web, &[("a.txt", b"a"), ("b.txt", &large)], &[]).await;
    let cut = whole[..whole.len() - 1000].to_vec();
    let broken = stream::iter([
        Ok(Bytes::from(cut)),
        Err(std::io::Error::other("the connection ended")),
    ]);
    assert_eq!(send(&web, id, Body::from_stream(broken)).await.status, 400);
    let boundless = send(&web, id, Body::from(whole)).await;
    assert_eq!(boundless.status, 400);

    let (_, token) = web.get("/profile").await.csrf();
    let forged = part("name=\"files\"; filename=\"a\"", b"a");
    assert_eq!(send(&web, id, Body::from(forged)).await.status, 403);
    let plain = web
        .post(&format!("/clients/{id}/files"), &[("csrf".into(), token)])
        .await;
    assert_eq!(plain.status, 400);
    assert_eq!(on_disk(&folder), 0);
    assert!(files(&firm, id).is_empty());
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_and_says_so() {
    let firm = firm_with(|state| {
        let path = Path::new("kartoteka.toml");
        let config = Config::parse("[limits]\nupload_mb = 1\n", path, &|_| None);
        state.take_anew(&config.unwrap());
    })
    .await;
    let id = client(&firm, &firm.owner, "Alfa").await;
    let web = firm.browser("o@f.test").await;
    let large = vec![7; (1 << 20) + 1];
    let page = upload(&web, id, &[("mały.txt", b"a"), ("Skan umowy.pdf", &large)]).await;
    assert_eq!(page.status, 413);
    assert!(page.has("„Skan umowy.pdf” ma ponad 1 MB"));
    assert_eq!(on_disk(&firm.folder().join("files")), 0);
    let fits = upload(&web, id, &[("Skan umowy.pdf", &large[1..])]).await;
    assert_eq!(fits.status, 303);
}

#[tokio::test]
async fn the_card_shows_the_newest_and_leads_to_all() {
    let firm = firm().await;
    let id = client(&firm, &firm.owner, "Alfa").await;
    for number in 0..12 {
        add(&firm.owner, id, &format!("plik-{number:02}.txt"), false).await;
    }
    let web = firm.browser("o@f.test").await;
    let card = web.get(&format!("/clients/{id}")).await;
    let document = scraper::Html::parse_document(&card.text);
    let links = document.select(&css(".plain-list a[download]")).count();
    assert_eq!(links, 8);
    assert!(card.has("Wszystkie (12)"));
    let page = web.get(&format!("/clients/{id}/files")).await;
    assert!(page.has("plik-00.txt") && page.has("plik-11.txt"));

    firm.user("reader", BuiltIn::ReadOnly).await;
    let reader = firm.browser("reader@f.test").await;
    let page = reader.get(&format!("/clients/{id}/files")).await;
    assert!(page.has("plik-11.txt") && !page.has("type=\"file\"") && !page.has("/remove\""));
    assert_eq!(upload(&reader, id, &[("a.txt", b"a")]).await.status, 403);
}
