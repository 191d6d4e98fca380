//! More connections than places: who has waited longest for its client gives way, and who is being served does not.

use std::net::SocketAddr;
use std::time::Duration;

use navette::http::door::Settings;
use navette::http::rates::Generosity;
use navette::http::serve;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::store::jobs::hold;
use crate::world::World;

const PLACES: usize = 3;
/// What a request needs to reach the writer, and more.
const LET_BEGIN: Duration = Duration::from_millis(300);

/// A server with few places.
async fn open() -> (World, SocketAddr, oneshot::Sender<()>, JoinHandle<()>) {
    let settings = Settings { generosity: Generosity::Off, connections: Some(PLACES), ..Settings::default() };
    let world = World::behind(settings).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let app = world.app.clone();
    let serving = tokio::spawn(async move {
        let stopped = async move {
            let _either_way = stopped.await;
        };
        serve::serve(listener, app, stopped).await.unwrap();
    });
    (world, address, stop, serving)
}

async fn says(server: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream
}

/// What is heard until the headers of an answer are there, or the connection is closed.
async fn heard(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    while stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
        if bytes.windows(4).any(|end| end == b"\r\n\r\n") {
            break;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Asks on a new connection whether all is well.
async fn all_is_well(server: SocketAddr) -> TcpStream {
    let mut stream = says(server, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
    let answer = heard(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    stream
}

const SLOW_HEAD: &str = "GET /healthz HTTP/1.1\r\nHost: local";
const SLOW_BODY: &str = "POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                         Content-Length: 60\r\n\r\n{";

#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_take_every_place_and_a_newcomer_is_served_all_the_same() {
    let (_world, server, stop, serving) = open().await;
    let mut slow = vec![says(server, SLOW_BODY).await];
    for _ in 1..PLACES {
        slow.push(says(server, SLOW_HEAD).await);
    }
    let _stays = all_is_well(server).await;
    // The first of them gave its place away, though it had begun a body; the others are still there.
    assert_eq!(heard(&mut slow.remove(0)).await, "");
    slow[0].write_all(b"host\r\n\r\n").await.unwrap();
    assert!(heard(&mut slow[0]).await.starts_with("HTTP/1.1 200"));
    // However many come, each is served.
    for _ in 0..3 * PLACES {
        all_is_well(server).await;
    }
    drop(slow);
    stop.send(()).unwrap();
    serving.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_being_served_does_not_give_way() {
    let (world, server, stop, serving) = open().await;
    let owner = world.account("proprietaire").await;
    let token = world.token_of(&owner);
    let (go_on, held) = hold(&world);
    // The oldest of all waits for the writer, and not for its client.
    let ask = format!(
        "POST /v1/sessions/end-others HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}"
    );
    let mut served = says(server, &ask).await;
    tokio::time::sleep(LET_BEGIN).await;
    let mut slow = Vec::new();
    for _ in 1..PLACES {
        slow.push(says(server, SLOW_HEAD).await);
    }
    let newcomer = says(server, SLOW_HEAD).await;
    assert_eq!(heard(&mut slow.remove(0)).await, "");
    go_on.send(()).unwrap();
    held.await.unwrap().unwrap();
    let answer = heard(&mut served).await;
    assert!(answer.starts_with("HTTP/1.1 20"), "{answer}");
    drop((newcomer, slow));
    stop.send(()).unwrap();
    serving.await.unwrap();
}
