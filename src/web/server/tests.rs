use std::io::{Read, Write};
use std::net::TcpStream;

use axum::routing::{get, post};

use super::*;

struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    ended: tokio::task::JoinHandle<()>,
}

async fn run() -> Running {
    let app = Router::new()
        .route(
            "/who",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() }),
        )
        .route(
            "/length",
            post(|body: axum::body::Bytes| async move { body.len().to_string() }),
        )
        .route(
            "/slow",
            get(|| async { tokio::time::sleep(Duration::from_millis(400)).await }),
        );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), CancellationToken::new());
    let ended = tokio::spawn(serve(listener, app, stop.clone()));
    Running {
        address,
        stop,
        ended,
    }
}

fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handler_sees_the_peer_and_the_body() {
    let running = run().await;
    let address = running.address;
    let who = tokio::task::spawn_blocking(move || ask(address, "GET /who HTTP/1.0\r\n\r\n"))
        .await
        .unwrap();
    assert!(who.ends_with("\r\n\r\n127.0.0.1"), "{who}");
    let request =
        "POST /length HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\n12345";
    let length = tokio::task::spawn_blocking(move || ask(address, request))
        .await
        .unwrap();
    assert!(length.ends_with("\r\n\r\n5"), "{length}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_lets_requests_finish_and_closes_the_idle() {
    let running = run().await;
    let address = running.address;
    let _idle = TcpStream::connect(address).unwrap();
    let slow =
        tokio::task::spawn_blocking(move || ask(address, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"));
    tokio::time::sleep(Duration::from_millis(150)).await;
    running.stop.cancel();
    assert!(slow.await.unwrap().starts_with("HTTP/1.1 200"));
    tokio::time::timeout(Duration::from_secs(3), running.ended)
        .await
        .expect("the idle connection is closed")
        .unwrap();
    assert!(
        TcpStream::connect(address).is_err(),
        "nobody listens any more"
    );
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_cut_off() {
    let (mut client, server) = tokio::io::duplex(64);
    let connections = Connections::new(Router::new());
    let ending = Ending {
        stop: CancellationToken::new(),
        watcher: connections.graceful.watcher(),
    };
    let peer = ([127, 0, 0, 1], 1).into();
    let answer = connections
        .shared
        .answer(server, peer, Arrived::default(), None, ending);
    tokio::spawn(answer);
    let started = tokio::time::Instant::now();
    tokio::io::AsyncWriteExt::write_all(&mut client, b"P")
        .await
        .unwrap();
    let mut answer = Vec::new();
    tokio::io::AsyncReadExt::read_to_end(&mut client, &mut answer)
        .await
        .unwrap();
    assert!(answer.is_empty());
    assert_eq!(started.elapsed().as_secs(), HEADER_TIME.as_secs());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_came_before_the_stop_is_answered_and_who_says_nothing_holds_nothing_up() {
    let running = run().await;
    let mut late = TcpStream::connect(running.address).unwrap();
    let silent = TcpStream::connect(running.address).unwrap();
    // Both are let in before the stop.
    tokio::time::sleep(Duration::from_millis(200)).await;
    running.stop.cancel();
    tokio::time::sleep(Duration::from_millis(300)).await;
    late.write_all(b"GET /who HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    let answer = tokio::task::spawn_blocking(move || {
        let mut answer = String::new();
        late.read_to_string(&mut answer).unwrap();
        answer
    });
    let answer = answer.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let ended = tokio::time::timeout(Duration::from_secs(4), running.ended);
    assert!(ended.await.is_ok(), "a silent client held it up");
    drop(silent);
}
