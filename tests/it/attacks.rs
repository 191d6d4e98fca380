//! Bytes made to hurt, over real connections to one server: none gets through, none hangs, nothing changes.
//!
//! A case is a name, its bytes, and the statuses that are right. Placeholders in braces stand for what the server at
//! hand has: a good access token, the ids of two structures.

mod bearers;
mod bodies;
mod framing;
mod harmless;
mod headers;
mod imports;
mod lines;
mod tokens;
mod values;
mod wire;

use std::collections::BTreeSet;
use std::net::SocketAddr;

use futures_util::StreamExt as _;
use navette::http::serve;
use tokio::net::TcpListener;

use crate::deeds::given;
use crate::world::{Party, START, TODAY, Village, World};
use wire::{CLOSED, CUT};

/// Cases at least, the harmless ones not counted.
const CASES_MIN: usize = 300;
/// Cases under way at once.
const AT_ONCE: usize = 64;

/// One attack.
pub struct Case {
    /// What it tries.
    pub name: String,
    /// What is sent.
    pub bytes: Vec<u8>,
    /// The statuses that are right; [`CLOSED`] for none, [`CUT`] where the client sends no more.
    pub right: &'static [u16],
    /// HTTP could be read, so that the refusal is a problem document.
    pub readable: bool,
}

/// A name, bytes with placeholders, the statuses that are right.
pub type Row = (&'static str, &'static [u8], &'static [u16]);

/// What placeholders stand for.
pub struct Scene {
    world: World,
    village: Village,
    /// A good access token.
    pub token: String,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        let token = world.token_of(&village.association.manager);
        // One thing is recorded, so that there is something to lose.
        let (jardins, cuma) = (&village.association, &village.cuma);
        world.post("/v1/hours", &given(jardins, cuma, TODAY, 60)).by(&jardins.manager).await.created();
        Self { world, village, token }
    }

    /// The bytes with every placeholder filled in.
    pub fn filled(&self, bytes: &[u8]) -> Vec<u8> {
        let parties: [(&[u8], &Party); 2] =
            [(b"{giver}", &self.village.association), (b"{receiver}", &self.village.cuma)];
        let filled = replaced(bytes, b"{token}", self.token.as_bytes());
        parties.iter().fold(filled, |bytes, (name, party)| replaced(&bytes, name, party.id.as_bytes()))
    }

    /// A request that records hours.
    pub fn good_one(&self) -> Vec<u8> {
        let wish = given(&self.village.association, &self.village.cuma, TODAY, 60);
        self.filled(&post("/v1/hours", "Content-Type: application/json\r\n", wish.to_string().as_bytes()))
    }

    /// Rows as cases.
    pub fn cases(&self, room: &str, readable: bool, rows: &[Row]) -> Vec<Case> {
        let case = |(name, bytes, right): &Row| Case {
            name: format!("{room}: {name}"),
            bytes: self.filled(bytes),
            right,
            readable,
        };
        rows.iter().map(case).collect()
    }
}

/// All places of one text taken by another.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut filled = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.windows(old.len()).position(|window| window == old) {
        filled.extend_from_slice(&rest[..at]);
        filled.extend_from_slice(new);
        rest = &rest[at + old.len()..];
    }
    filled.extend_from_slice(rest);
    filled
}

/// A request of this body to this path, whose length is told.
pub fn post(path: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {{token}}\r\n{head}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// What was heard of a case, if it is not what is right.
async fn judged(server: SocketAddr, case: Case) -> Option<String> {
    let told = |what: &str| Some(format!("{}: {what}, not {:?}", case.name, case.right));
    let Some(heard) = wire::sent(server, &case).await else { return told("it hangs") };
    let statuses: Vec<u16> = heard.iter().map(|answer| answer.status).collect();
    if statuses.is_empty() && !case.right.contains(&CLOSED) && !case.right.contains(&CUT) {
        return told("no answer");
    }
    if statuses.iter().any(|status| !case.right.contains(status)) {
        let bodies: Vec<_> = heard.iter().map(|answer| String::from_utf8_lossy(&answer.body)).collect();
        return told(&format!("answered {statuses:?} {bodies:?}"));
    }
    let mut refusals = heard.iter().filter(|answer| answer.status >= 400).enumerate();
    // What comes behind a request that was read may be read by nobody.
    let wrong = refusals.find_map(|(place, answer)| answer.wrong(case.readable && place == 0));
    wrong.and_then(|wrong| told(&format!("answered {statuses:?}, but {wrong}")))
}

/// Everything that is not as it should be about these cases.
async fn failures(server: SocketAddr, cases: Vec<Case>) -> Vec<String> {
    let judged = cases.into_iter().map(|case| judged(server, case));
    futures_util::stream::iter(judged).buffer_unordered(AT_ONCE).filter_map(std::future::ready).collect().await
}

fn all(scene: &Scene, forge: &tokens::Forge) -> Vec<Case> {
    let rooms = [
        lines::cases(scene),
        framing::cases(scene),
        headers::cases(scene),
        tokens::cases(scene, forge),
        bearers::cases(scene, forge),
        bodies::cases(scene),
        values::cases(scene),
        imports::cases(scene),
    ];
    rooms.into_iter().flatten().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_sent_to_hurt_gets_through() {
    let scene = Scene::new().await;
    let forge = tokens::Forge::new(&scene).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(serve::serve(listener, scene.world.app.clone(), async move {
        let _either_way = stopped.await;
    }));
    let before = scene.world.contents().await;

    let cases = all(&scene, &forge);
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len(), "two cases have one name");
    assert!(cases.len() >= CASES_MIN, "only {} cases", cases.len());
    let refusals = cases
        .iter()
        .flat_map(|case| case.right)
        .all(|right| [CLOSED, CUT].contains(right) || (400..500).contains(right));
    assert!(refusals, "an attack is right to be refused, and nothing else");
    println!("{} attacks over real connections", cases.len());
    let wrong = failures(server, cases).await;
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
    let wrong = failures(server, harmless::cases(&scene)).await;
    assert!(wrong.is_empty(), "{} harmless cases:\n{}", wrong.len(), wrong.join("\n"));

    // Nothing changed, everything holds, and the server serves.
    assert!(scene.world.contents().await == before, "something was recorded");
    assert_eq!(scene.world.faults().await, [] as [&str; 0]);
    assert_eq!(scene.world.app.clock.now(), START);
    let good = Case { name: "a good one".to_owned(), bytes: scene.good_one(), right: &[201], readable: true };
    assert_eq!(failures(server, vec![good]).await, [] as [String; 0]);
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
}
