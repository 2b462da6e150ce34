//! The gateway, as a listener of our own.

use std::path::Path;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::*;
use crate::config::Config;

/// A gateway that gives one answer to all, and tells what it was asked.
async fn gateway(answer: &'static str) -> (String, UnboundedReceiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let (tell, told) = unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut bytes = vec![0; 8192];
            let mut got = String::new();
            loop {
                let read = stream.read(&mut bytes).await.unwrap_or(0);
                got.push_str(&String::from_utf8_lossy(&bytes[..read]));
                let length = got
                    .to_lowercase()
                    .split("content-length: ")
                    .nth(1)
                    .map(|rest| {
                        rest.split("\r\n")
                            .next()
                            .unwrap_or("0")
                            .parse::<usize>()
                            .unwrap_or(0)
                    });
                let body = got.split_once("\r\n\r\n").map_or(0, |(_, body)| body.len());
                if read == 0 || (got.contains("\r\n\r\n") && body >= length.unwrap_or(0)) {
                    break;
                }
            }
            let _ = tell.send(got);
            if answer.is_empty() {
                std::future::pending::<()>().await;
            }
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    (address, told)
}

fn sms(toml: &str) -> Sms {
    let config = Config::parse(toml, Path::new("k.toml"), &|_| None).unwrap();
    Sms::new(&config.sms)
}

fn message() -> TextMessage {
    TextMessage {
        phone: "+48601102203".to_owned(),
        code: "123456".to_owned(),
        language: None,
    }
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn json_is_json_whatever_the_firm_is_called() {
    let (address, mut told) = gateway(OK).await;
    let sms = sms(&format!(
        "[sms]\nurl = 'http://{address}/send'\nheaders = {{ Authorization = 'Bearer S3CRET' }}"
    ));
    let firm = "\"Kowalski\" {phone} \\ \u{1}";
    sms.send(&message(), firm, Lang::Pl).await.unwrap();
    let got = told.recv().await.unwrap();
    assert!(got.starts_with("POST /send "), "{got}");
    let lower = got.to_lowercase();
    assert!(lower.contains("authorization: bearer s3cret"));
    assert!(lower.contains("content-type: application/json"));
    let body: serde_json::Value =
        serde_json::from_str(got.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["to"], "+48601102203");
    let text = body["text"].as_str().unwrap();
    assert!(
        text.contains("123456") && text.contains("\"Kowalski\" {phone} \\"),
        "{text}"
    );
    assert!(!format!("{:?}", sms.inner.config).contains("S3CRET"));
}

#[tokio::test]
async fn forms_and_addresses_are_written_as_such() {
    let (address, mut told) = gateway(OK).await;
    let form = sms(&format!(
        "[sms]\nurl = 'http://{address}/'\nbody = 'to={{phone}}&msg={{text}}'"
    ));
    form.send(&message(), "A&B=C", Lang::En).await.unwrap();
    let got = told.recv().await.unwrap();
    let body = got.split_once("\r\n\r\n").unwrap().1;
    let fields: Vec<_> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    assert_eq!(fields.len(), 2, "{body}");
    assert_eq!(fields[0].1, "+48601102203");
    assert!(fields[1].1.contains("A&B=C"));
    let get = sms(&format!(
        "[sms]\nmethod = 'GET'\nurl = 'http://{address}/?to={{phone}}&t={{text}}'"
    ));
    get.send(&message(), "A&B", Lang::En).await.unwrap();
    let got = told.recv().await.unwrap();
    assert!(got.starts_with("GET /?to=%2B48601102203&t="), "{got}");
    assert!(got.lines().next().unwrap().contains("A%26B"), "{got}");
}

#[tokio::test]
async fn what_the_gateway_does_not_take_is_told() {
    let (elsewhere, mut not_told) = gateway(OK).await;
    let away: &str = Box::leak(
        format!("HTTP/1.1 307 Go\r\nlocation: http://{elsewhere}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").into_boxed_str(),
    );
    let (address, _told) = gateway(away).await;
    let redirected = sms(&format!("[sms]\nurl = 'http://{address}/'"));
    let result = redirected.send(&message(), "F", Lang::Pl).await;
    assert_eq!(result, Err(SmsError::Refused(307)));
    assert!(not_told.try_recv().is_err(), "a redirect was followed");
    let (silent, _told) = gateway("").await;
    let mut slow = sms(&format!("[sms]\nurl = 'http://{silent}/'"));
    Arc::get_mut(&mut slow.inner).unwrap().whole = Duration::from_millis(300);
    assert_eq!(
        slow.send(&message(), "F", Lang::Pl).await,
        Err(SmsError::Timeout)
    );
    let off = sms("");
    assert_eq!(
        off.send(&message(), "F", Lang::Pl).await,
        Err(SmsError::Off)
    );
}

#[test]
fn a_gateway_that_could_not_say_the_code_is_refused_at_the_start() {
    let parse = |toml: &str| Config::parse(toml, Path::new("k.toml"), &|_| None);
    for bad in [
        "[sms]\nurl = 'ftp://gateway/'",
        "[sms]\nurl = 'http://gateway/'\nbody = '{\"to\": \"{phone}\"}'",
        "[sms]\nurl = 'http://gateway/?to={phone}'\nmethod = 'GET'",
        "[sms]\nurl = 'http://gateway/'\nmethod = 'DELETE'",
        "[sms]\nurl = 'http://gateway/'\nheaders = { 'a b' = 'x' }",
        "[sms]\nurl = 'http://gateway/'\nheaders = { a = 1 }",
    ] {
        let error = parse(bad).unwrap_err().to_string();
        assert!(error.contains("sms"), "{bad}: {error}");
    }
    assert!(
        parse("[sms]\nurl = 'http://10.0.0.5/sms'")
            .unwrap()
            .sms
            .is_on()
    );
}
