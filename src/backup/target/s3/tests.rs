use super::*;
use crate::backup::target::parts::{ByHeart, Moto, Way, file, keeps_files};

#[test]
fn parts_are_as_small_as_their_number_allows() {
    assert_eq!(part_size(PART + 1), PART);
    assert_eq!(part_size(50 << 30), PART);
    let huge = 1 << 40;
    assert!(huge / part_size(huge) < 10_000 && part_size(huge) < 128 << 20);
}

#[test]
fn the_services_own_words_are_told() {
    let answer = "<Error><Code>NoSuchBucket</Code><Message>It does not\n exist</Message></Error>";
    assert_eq!(
        own_words(answer).as_deref(),
        Some("NoSuchBucket: It does not exist")
    );
    assert_eq!(own_words("<html>502</html>"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_keeps_files() {
    let moto = Moto::start().await;
    let target = S3::new(&moto.target()).unwrap();
    keeps_files(&target).await;
    let keys = moto.call("GET", "/firma?list-type=2", "").await;
    assert!(
        keys.contains("<Key>kopie/files/ab/abcd.age</Key>"),
        "{keys}"
    );
    assert_eq!(target.lock().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_trust_in_its_certificate_nothing_is_sent() {
    let moto = Moto::start().await;
    let mut config = moto.target();
    config.ca = String::new();
    let here = tempfile::tempdir().unwrap();
    let target = S3::new(&config).unwrap();
    let error = target
        .put("a.age", &file(here.path(), 5))
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("certificate"), "{error}");
    let keys = moto.call("GET", "/firma?list-type=2", "").await;
    assert!(!keys.contains("<Key>"), "{keys}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_that_is_not_there_is_told_in_the_services_words() {
    let moto = Moto::start().await;
    let mut config = moto.target();
    config.bucket = "no-such-bucket".to_owned();
    let target = S3::new(&config).unwrap();
    let here = tempfile::tempdir().unwrap();
    for size in [5, 9 << 20] {
        let put = target.put("a.age", &file(here.path(), size)).await;
        let error = put.unwrap_err().to_string();
        assert!(error.starts_with("s3: NoSuchBucket: "), "{error}");
    }
    let error = target.list("").await.unwrap_err();
    assert!(error.to_string().contains("NoSuchBucket"), "{error}");
    let error = target
        .get("a.age", &here.path().join("x"))
        .await
        .unwrap_err();
    assert!(matches!(error, TargetError::Failed { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_connection_leaves_no_object_and_no_parts() {
    let moto = Moto::start().await;
    let way = Way::to(moto.port, 12 << 20).await;
    let mut config = moto.target();
    config.endpoint = Some(format!("https://127.0.0.1:{}", way.port));
    let target = S3::new(&config).unwrap();
    let here = tempfile::tempdir().unwrap();
    let large = file(here.path(), 30 << 20);
    target.put("a.age", &large).await.unwrap_err();
    let keys = moto.call("GET", "/firma?list-type=2", "").await;
    assert!(!keys.contains("<Key>"), "{keys}");

    way.mend(u64::MAX);
    target.put("a.age", &large).await.unwrap();
    let back = here.path().join("back");
    way.mend(10 << 20);
    target.get("a.age", &back).await.unwrap_err();
    way.mend(u64::MAX);
    target.get("a.age", &back).await.unwrap();
    assert!(std::fs::read(&back).unwrap() == std::fs::read(&large).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_put_nobody_waits_for_is_given_up_at_the_service() {
    let moto = Moto::start().await;
    let target = S3::new(&moto.target()).unwrap();
    let here = tempfile::tempdir().unwrap();
    let large = file(here.path(), 60 << 20);
    let put = target.put("a.age", &large);
    let cut = tokio::time::timeout(Duration::from_millis(400), put).await;
    if cut.is_err() {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let left = moto.call("GET", "/firma?uploads", "").await;
        assert!(!left.contains("<UploadId>"), "{left}");
        let keys = moto.call("GET", "/firma?list-type=2", "").await;
        assert!(!keys.contains("<Key>"), "{keys}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn object_lock_of_a_bucket_is_told() {
    let moto = Moto::start().await;
    let mut config = moto.target();
    config.bucket = "locked".to_owned();
    let client = client(&moto.ca).unwrap();
    let made = client
        .put(format!("https://127.0.0.1:{}/locked", moto.port))
        .header("Authorization", "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0")
        .header("x-amz-bucket-object-lock-enabled", "True")
        .send()
        .await
        .unwrap();
    assert!(made.status().is_success());
    let rule = "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>\
                <Mode>COMPLIANCE</Mode><Days>7</Days></DefaultRetention></Rule></ObjectLockConfiguration>";
    moto.call("PUT", "/locked?object-lock", rule).await;
    let target = S3::new(&config).unwrap();
    assert_eq!(
        target.lock().await.unwrap(),
        Some(Lock {
            strict: true,
            days: 7
        })
    );
    // What is deleted there is hidden, and stays.
    let here = tempfile::tempdir().unwrap();
    target.put("a.age", &file(here.path(), 5)).await.unwrap();
    target.delete("a.age").await.unwrap();
    assert_eq!(target.list("").await.unwrap(), []);
}

/// A target whose service answers everything with that.
async fn hostile(body: &str) -> (S3, ByHeart) {
    let server = ByHeart::start("200 OK", "", body).await;
    let config = S3Target {
        name: "s3".to_owned(),
        endpoint: Some(format!("http://127.0.0.1:{}", server.port)),
        region: "eu-central-1".to_owned(),
        bucket: "firma".to_owned(),
        prefix: "kopie/".to_owned(),
        access_key: crate::config::Hidden::new("AKIATEST"),
        secret_key: crate::config::Hidden::new("Tajny-Klucz-S3"),
        ca: String::new(),
    };
    (S3::new(&config).unwrap(), server)
}

#[tokio::test]
async fn hostile_lists_lead_nowhere() {
    let object = |key: &str| format!("<Contents><Key>{key}</Key><Size>1</Size></Contents>");
    let body = format!(
        "<ListBucketResult>{}{}{}{}</ListBucketResult>",
        object("kopie/../../etc/passwd.age"),
        object("other/a.age"),
        object("kopie//b.age"),
        object("kopie/good.age")
    );
    let (target, server) = hostile(&body).await;
    let found = target.list(".age").await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "good.age");
    assert!(server.asked().iter().all(|head| !head.contains("Tajny")));

    // A list that goes on with itself for ever.
    let (target, _) = hostile(
        "<ListBucketResult><NextContinuationToken>again</NextContinuationToken></ListBucketResult>",
    )
    .await;
    target.list("").await.unwrap_err();
    let (target, _) = hostile("<!DOCTYPE x [<!ENTITY a 'b'>]><ListBucketResult/>").await;
    target.list("").await.unwrap_err();
}

#[tokio::test]
async fn wrong_credentials_are_told_without_them() {
    let server = ByHeart::start(
        "403 Forbidden",
        "",
        "<Error><Code>SignatureDoesNotMatch</Code><Message>Check Tajny-Klucz-S3</Message></Error>",
    )
    .await;
    let (mut target, _) = hostile("").await;
    let mut config = (*target.config).clone();
    config.endpoint = Some(format!("http://127.0.0.1:{}", server.port));
    target = S3::new(&config).unwrap();
    let here = tempfile::tempdir().unwrap();
    for error in [
        target
            .put("a.age", &file(here.path(), 5))
            .await
            .unwrap_err(),
        target.list("").await.unwrap_err(),
        target
            .get("a.age", &here.path().join("x"))
            .await
            .unwrap_err(),
        target.delete("a.age").await.unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "s3: SignatureDoesNotMatch: Check …");
    }
    assert!(!format!("{target:?}").contains("Tajny"), "{target:?}");
}
