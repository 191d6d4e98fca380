//! Webhooks: signed so that receivers can tell, sent again until taken, and never into the networks of the machine.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::post;
use navette::webhook::courier::{Courier, Failure, Reach};
use navette::webhook::rows::Parcel;
use navette::webhook::rules::TRIES_MAX;
use navette::webhook::{self};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{RootCertStore, ServerConfig, crypto};

use crate::deeds::{id, loan_of, says};
use crate::world::{Party, Village, World};

/// What a receiver got: its headers and its body.
type Received = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A receiver on this machine that answers with these statuses in turn, the last for ever.
async fn receiver(statuses: &[u16]) -> (String, Received) {
    let received = Received::default();
    let (kept, statuses) = (Arc::clone(&received), statuses.to_vec());
    let take = async move |headers: HeaderMap, body: Bytes| {
        let mut kept = kept.lock().unwrap();
        let status = statuses[kept.len().min(statuses.len() - 1)];
        kept.push((headers, String::from_utf8(body.to_vec()).unwrap()));
        let moved = [("location", "/elsewhere")];
        (StatusCode::from_u16(status).unwrap(), moved, "x".repeat(100_000)).into_response()
    };
    let router = Router::new().route("/navette", post(take.clone())).route("/elsewhere", post(take));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/navette", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    (address, received)
}

fn anywhere() -> Courier {
    Courier::new(Reach::Anywhere).unwrap()
}

async fn hook(world: &World, party: &Party, url: &str) -> Value {
    let wish = json!({ "structure_id": party.id, "url": url });
    world.post("/v1/webhooks", &wish).by(&party.manager).await.created()
}

async fn world_with_a_request() -> (World, Village, impl AsyncFn(&World, &Village, u32)) {
    let world = World::new().await;
    let village = world.village().await;
    let tiller = world.equipment(&village.cuma, "Motoculteur", "outillage").await;
    let ask = async move |world: &World, village: &Village, day: u32| {
        let wish = loan_of(&tiller, &village.association, &format!("2026-05-{day:02}"), "2026-05-30");
        world.requested(&wish, &village.association).await;
    };
    (world, village, ask)
}

async fn messages(world: &World, party: &Party) -> Vec<Value> {
    world.get(format!("/v1/messages?structure_id={}", party.id)).by(&party.manager).await.items()
}

#[tokio::test]
async fn a_message_is_sent_once_and_the_receivers_own_library_finds_it_rightly_signed() {
    let (world, village, ask) = world_with_a_request().await;
    let (address, received) = receiver(&[200]).await;
    ask(&world, &village, 1).await;
    let made = hook(&world, &village.cuma, &address).await;
    ask(&world, &village, 2).await;
    assert_eq!(webhook::send_due(&world.app, &anywhere()).await.unwrap(), 1, "only what was written since");
    assert_eq!(webhook::send_due(&world.app, &anywhere()).await.unwrap(), 0);
    let told = messages(&world, &village.cuma).await;
    says(&told[0], &json!({ "tries": 0, "delivered_at": null }));
    says(&told[1], &json!({ "tries": 1, "next_try_at": null, "delivered_at": "2026-03-14T09:00:00.000Z" }));
    let received = received.lock().unwrap();
    let (headers, body) = &received[0];
    assert_eq!((received.len(), headers["webhook-id"].to_str().unwrap()), (1, id(&told[1])));
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), told[1]["payload"]);
    let checker = standardwebhooks::Webhook::new(made["secret"].as_str().unwrap()).unwrap();
    let header = |name: &str| headers[name].to_str().unwrap();
    let seconds: i64 = header("webhook-timestamp").parse().unwrap();
    assert_eq!(seconds, world.app.clock.now().seconds());
    let expected = checker.sign(header("webhook-id"), seconds, body.as_bytes()).unwrap();
    assert_eq!(header("webhook-signature"), expected);
}

#[tokio::test]
async fn a_receiver_that_fails_is_asked_again_later_with_the_same_message() {
    let (world, village, ask) = world_with_a_request().await;
    let (address, received) = receiver(&[503, 302, 204]).await;
    hook(&world, &village.cuma, &address).await;
    ask(&world, &village, 1).await;
    let due = async || webhook::send_due(&world.app, &anywhere()).await.unwrap();
    assert_eq!((due().await, due().await), (1, 0));
    says(&messages(&world, &village.cuma).await[0], &json!({ "tries": 1, "next_try_at": "2026-03-14T09:00:30.000Z" }));
    world.app.clock.advance_seconds(30);
    assert_eq!((due().await, due().await), (1, 0), "a redirection is no success, and is not followed");
    says(&messages(&world, &village.cuma).await[0], &json!({ "tries": 2, "next_try_at": "2026-03-14T09:02:30.000Z" }));
    world.app.clock.advance_seconds(120);
    assert_eq!((due().await, due().await), (1, 0));
    says(&messages(&world, &village.cuma).await[0], &json!({ "tries": 3, "next_try_at": null, "given_up_at": null }));
    let received = received.lock().unwrap();
    let ids: Vec<_> = received.iter().map(|(headers, _)| &headers["webhook-id"]).collect();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "{ids:?}");
}

#[tokio::test]
async fn a_receiver_that_never_answers_well_is_given_up() {
    let (world, village, ask) = world_with_a_request().await;
    let (address, received) = receiver(&[500]).await;
    hook(&world, &village.cuma, &address).await;
    ask(&world, &village, 1).await;
    for _ in 0..20 {
        webhook::send_due(&world.app, &anywhere()).await.unwrap();
        world.advance(1);
    }
    assert_eq!(received.lock().unwrap().len(), usize::try_from(TRIES_MAX).unwrap());
    let told = &messages(&world, &village.cuma).await[0];
    says(told, &json!({ "tries": TRIES_MAX, "next_try_at": null, "delivered_at": null }));
    assert!(told["given_up_at"].is_string());
}

#[tokio::test]
async fn nothing_is_sent_into_the_networks_of_the_machine() {
    let (world, village, ask) = world_with_a_request().await;
    let (address, received) = receiver(&[200]).await;
    let by_name = address.replace("127.0.0.1", "localhost");
    hook(&world, &village.cuma, &by_name).await;
    ask(&world, &village, 1).await;
    let courier = Courier::new(Reach::Public).unwrap();
    assert_eq!(webhook::send_due(&world.app, &courier).await.unwrap(), 1);
    says(&messages(&world, &village.cuma).await[0], &json!({ "tries": 1, "delivered_at": null }));
    for url in [&address, "http://[::1]:1/", "http://2130706433/", "http://0x7f.1/", "https://169.254.169.254/latest"] {
        let outcome = courier.send(&parcel(url), world.app.clock.now()).await;
        assert!(matches!(outcome, Err(Failure::OutOfReach | Failure::Connection(_))), "{url}: {outcome:?}");
    }
    assert_eq!(received.lock().unwrap().len(), 0);
}

fn parcel(url: &str) -> Parcel {
    let message = navette::id::Id::of(&["a message"]);
    Parcel { seq: 1, id: message, tries: 0, payload: "{}".to_owned(), url: url.to_owned(), key: [7; 32] }
}

/// A receiver that speaks TLS as `localhost`, and the authority that vouches for it.
async fn sealed_receiver() -> (String, RootCertStore) {
    let certified = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(certified.signing_key.serialize_der()));
    let certificate = certified.cert.der().clone();
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let Ok(stream) = acceptor.accept(stream).await else { continue };
            let router = Router::new().route("/", post(async || StatusCode::OK));
            let service = hyper_util::service::TowerToHyperService::new(router);
            let served = hyper::server::conn::http1::Builder::new();
            // The courier cuts the connection once it has its answer.
            let _cut = served.serve_connection(hyper_util::rt::TokioIo::new(stream), service).await;
        }
    });
    (address, roots)
}

#[tokio::test]
async fn over_tls_only_a_receiver_with_a_right_certificate_gets_anything() {
    let (address, roots) = sealed_receiver().await;
    let now = crate::world::START;
    let trusting = Courier::trusting(Reach::Anywhere, roots).unwrap();
    trusting.send(&parcel(&address), now).await.unwrap();
    let doubting = anywhere().send(&parcel(&address), now).await;
    assert!(matches!(doubting, Err(Failure::Connection(_))), "{doubting:?}");
    let misnamed = trusting.send(&parcel(&address.replace("localhost", "127.0.0.1")), now).await;
    assert!(matches!(misnamed, Err(Failure::Connection(_))), "{misnamed:?}");
}

#[tokio::test]
async fn an_ended_webhook_gets_nothing_more_and_its_secret_is_forgotten() {
    let (world, village, ask) = world_with_a_request().await;
    let (address, received) = receiver(&[200]).await;
    let cuma = &village.cuma;
    let made = hook(&world, cuma, &address).await;
    let path = format!("/v1/webhooks/{}", id(&made));
    ask(&world, &village, 1).await;
    world.patch(&path, &json!({ "archived": true })).by(&cuma.manager).on_version(1).await.ok();
    ask(&world, &village, 2).await;
    hook(&world, cuma, &address).await;
    assert_eq!(webhook::send_due(&world.app, &anywhere()).await.unwrap(), 0);
    assert_eq!(received.lock().unwrap().len(), 0);
    let kept = world.contents().await["webhook"].iter().filter(|row| row.contains(&"0, ".repeat(31))).count();
    assert_eq!(kept, 1, "zeros stand in the place of the first key");
    let back = world.patch(&path, &json!({ "archived": false })).by(&cuma.manager).on_version(2).await;
    back.refused(409, "wrong-state");
}

#[tokio::test]
async fn a_webhook_is_for_managers_and_its_secret_is_told_once() {
    let (world, village, _) = world_with_a_request().await;
    let cuma = &village.cuma;
    let helper = world.colleague(cuma, "contributor", "lise").await;
    let wish = json!({ "structure_id": cuma.id, "url": "https://cuma.example/navette" });
    world.post("/v1/webhooks", &wish).by(&helper).await.refused(403, "forbidden");
    let request = || world.post("/v1/webhooks", &wish).by(&cuma.manager).key("once");
    let made = request().await.created();
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(request().await.created()["secret"], Value::Null);
    let path = format!("/v1/webhooks/{}", id(&made));
    world.get(&path).by(&helper).await.refused(403, "forbidden");
    world.get(&path).by(&village.commune.manager).await.refused(404, "not-found");
    let listed = format!("/v1/webhooks?structure_id={}", cuma.id);
    world.get(&listed).by(&helper).await.refused(403, "forbidden");
    let read = world.get(&path).by(&cuma.manager).await.ok();
    assert_eq!(world.get(&listed).by(&cuma.manager).await.items(), std::slice::from_ref(&read));
    assert_eq!(read.get("secret"), None);
    let kept = world.contents().await;
    let secret = made["secret"].as_str().unwrap();
    assert!(kept["idempotency"].iter().all(|row| !row.contains(secret)));
    world.post("/v1/webhooks", &wish).by(&cuma.manager).await.refused(409, "duplicate");
    let moved = json!({ "url": "https://ailleurs.example/" });
    world.patch(&path, &moved).by(&cuma.manager).on_version(1).await.invalid("/url", "cannot-change");
}

#[tokio::test]
async fn an_address_that_no_courier_can_read_is_refused() {
    let (world, village, _) = world_with_a_request().await;
    for url in ["ftp://cuma.example/", "https://", "https://user:password@cuma.example/", "cuma.example", "http://a b/"]
    {
        let wish = json!({ "structure_id": village.cuma.id, "url": url });
        world.post("/v1/webhooks", &wish).by(&village.cuma.manager).await.invalid("/url", "not-a-url");
    }
}
