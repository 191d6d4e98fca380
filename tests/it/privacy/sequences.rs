//! Whatever parties do, whoever joins, leaves or is erased: chain, proofs, totals and who sees what stay true.

mod held;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use crate::deeds::id;
use crate::world::{Caller, Party, World};

/// Sequences tried, unless the variable [`CASES_SET`] says how many.
const CASES: u32 = 4;
/// Set to a number for a longer run, which then begins anywhere: `NAVETTE_SEQUENCES=200 cargo test --test it sequences`.
const CASES_SET: &str = "NAVETTE_SEQUENCES";
/// Attempts at a shorter sequence that fails as well.
const SHORTER_ATTEMPTS_MAX: u32 = 100;
/// Words that stand in every name, note and reason, and nowhere else.
const MARKS: [&str; 2] = ["Zéphyrine", "Quatrepoint"];
/// Days after which nothing that anybody wrote is kept, whatever a structure chose.
const LONG: i64 = 3700;

/// What is tried. Parties are 0 to 3; 0 facilitates at first, 3 is in no cooperation at first.
#[derive(Debug, Clone)]
enum Deed {
    Hours { by: usize, giver: usize, receiver: Option<usize>, within: bool, minutes: i64, person: Index },
    Session { giver: usize, receiver: usize, within: bool, person: Index },
    Speak { by: usize, line: Index, word: &'static str },
    Correct { by: usize, line: Index, minutes: i64 },
    EraseNote { by: usize, line: Index },
    Erase { person: Index },
    Join { party: usize, asks: bool },
    Leave { party: usize },
    HandOver { to: usize },
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let (party, line) = (|| 0..4_usize, any::<Index>);
    let two = || (party(), 1..4_usize).prop_map(|(one, further)| (one, (one + further) % 4));
    let receives = prop::bool::weighted(0.8);
    let within = || prop::bool::weighted(0.5);
    let deed = prop_oneof![
        10 => (any::<Index>(), two(), receives, within(), 1..30_i64, line()).prop_map(
            |(by, (giver, receiver), receives, within, minutes, person)| {
                let receiver = Some(receiver).filter(|_| receives);
                let by = [giver, giver, receiver.unwrap_or(giver), by.index(4)][by.index(4)];
                Deed::Hours { by, giver, receiver, within: within || !receives, minutes, person }
            }),
        2 => (two(), within(), line()).prop_map(|((giver, receiver), within, person)| Deed::Session { giver, receiver, within, person }),
        5 => (party(), line(), prop::sample::select(vec!["confirm", "contest", "withdraw"]))
            .prop_map(|(by, line, word)| Deed::Speak { by, line, word }),
        3 => (party(), line(), 1..30_i64).prop_map(|(by, line, minutes)| Deed::Correct { by, line, minutes }),
        2 => (party(), line()).prop_map(|(by, line)| Deed::EraseNote { by, line }),
        2 => line().prop_map(|person| Deed::Erase { person }),
        2 => (party(), any::<bool>()).prop_map(|(party, asks)| Deed::Join { party, asks }),
        1 => party().prop_map(|party| Deed::Leave { party }),
        1 => party().prop_map(|to| Deed::HandOver { to }),
    ];
    prop::collection::vec(deed, 10..40)
}

#[test]
fn whatever_is_done_and_whoever_is_erased_chain_proofs_totals_and_sight_stay_true() {
    let set: Option<u32> = std::env::var(CASES_SET).ok().map(|cases| cases.parse().unwrap());
    let config = Config {
        cases: set.unwrap_or(CASES),
        failure_persistence: None,
        max_shrink_iters: SHORTER_ATTEMPTS_MAX,
        ..Config::default()
    };
    let mut runner = match set {
        Some(_) => TestRunner::new(config),
        None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
    };
    let played = runner.run(&deeds(), |deeds| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(play(&deeds));
        Ok(())
    });
    played.unwrap_or_else(|failure| panic!("{failure}"));
}

async fn play(deeds: &[Deed]) {
    let mut model = Model::new().await;
    for (step, deed) in deeds.iter().enumerate() {
        model.take(deed).await;
        model.assert_proven(2).await;
        if let Some(line) = model.lines.len().checked_sub(1) {
            model.assert_seen(step % (line + 1)).await;
        }
    }
    for line in 0..model.lines.len() {
        model.assert_seen(line).await;
    }
    model.assert_known().await;
    let before = model.kept().await;
    for person in 0..model.people.len() {
        model.forget(person).await;
    }
    assert_eq!(model.kept().await, before);
    model.assert_proven(usize::MAX).await;
    model.assert_known().await;
    let before = model.world.facts().await;
    model.world.advance(LONG);
    model.world.night().await;
    assert_eq!(model.world.found_in_files(&MARKS.map(str::to_owned)), [] as [&str; 0]);
    assert_eq!(model.world.facts().await, before);
}

/// A contribution or a correction.
struct Line {
    id: String,
    giver: usize,
    receiver: Option<usize>,
    within: bool,
    speaker: usize,
    /// The person named, until they are erased.
    person: Option<usize>,
    /// What the speaker wrote, until it is erased; of a correction, nothing is held here.
    note: Option<String>,
    corrects: bool,
}

/// Somebody known to a party.
struct Person {
    id: String,
    of: usize,
    erased: bool,
}

struct Model {
    world: World,
    parties: [Party; 4],
    /// Who asks, and in whose name; the owner of the instance is in no structure.
    callers: Vec<(Option<usize>, Caller)>,
    cooperation: String,
    members: [bool; 4],
    facilitator: usize,
    people: Vec<Person>,
    lines: Vec<Line>,
    /// Proofs taken on the way.
    proofs: Vec<Value>,
    /// How much was written, so that each text is another.
    texts: usize,
}

impl Model {
    async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        let foyer = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
        let reader = world.colleague(&village.cuma, "reader", "lise").await;
        let parties = [village.commune, village.association, village.cuma, foyer];
        let mut callers: Vec<_> = (0..4).map(|party| (Some(party), parties[party].manager.clone())).collect();
        callers.extend([(Some(2), reader), (None, village.owner)]);
        let mut people = Vec::new();
        for (number, of) in [0, 1, 2, 3, 0, 1, 2, 3].into_iter().enumerate() {
            let wish = json!({ "structure_id": parties[of].id, "name": written("nom", of, number),
                               "note": written("fiche", of, number) });
            let made = world.post("/v1/people", &wish).by(&parties[of].manager).key(&format!("p{number}")).await;
            people.push(Person { id: made.created_id(), of, erased: false });
        }
        assert!(!world.found_in_files(&[MARKS[0].to_owned()]).is_empty(), "the search finds what is there");
        let cooperation = village.cooperation;
        let members = [true, true, true, false];
        Self {
            world,
            parties,
            callers,
            cooperation,
            members,
            facilitator: 0,
            people,
            lines: Vec::new(),
            proofs: Vec::new(),
            texts: 0,
        }
    }

    fn by(&self, party: usize) -> &Caller {
        &self.parties[party].manager
    }

    fn text(&mut self, what: &str, of: usize) -> String {
        self.texts += 1;
        written(what, of, self.texts)
    }

    fn today(&self) -> String {
        self.world.app.clock.now().day().to_string()
    }

    async fn take(&mut self, deed: &Deed) {
        match *deed {
            Deed::Hours { .. } => self.take_hours(deed).await,
            Deed::Session { giver, receiver, within, person } => {
                self.take_session(giver, receiver, within, person).await;
            }
            Deed::Erase { person } => self.erase(person.index(self.people.len())).await,
            Deed::Join { party, asks } => self.join(party, asks).await,
            Deed::Leave { party } => self.leave(party).await,
            Deed::HandOver { to } => self.hand_over(to).await,
            _ if self.lines.is_empty() => {}
            Deed::Speak { by, line, word } => {
                let line = line.index(self.lines.len());
                let said = if word == "contest" { json!({ "reason": self.text("motif", by) }) } else { json!({}) };
                let answer = self.world.word(&self.lines[line].id, word, &said).by(self.by(by)).await;
                assert_eq!(answer.status == 404, !self.sees(Some(by), line), "{deed:?}: {answer}");
            }
            Deed::Correct { by, line, minutes } => {
                let line = line.index(self.lines.len());
                let said = json!({ "minutes": minutes, "reason": self.text("motif", by) });
                let answer = self.world.word(&self.lines[line].id, "correct", &said).by(self.by(by)).await;
                assert_eq!(answer.status == 404, !self.sees(Some(by), line), "{deed:?}: {answer}");
                if answer.status == 201 {
                    let Line { giver, receiver, within, .. } = self.lines[line];
                    let id = answer.created_id();
                    let (person, note) = (None, None);
                    self.lines.push(Line { id, giver, receiver, within, speaker: by, person, note, corrects: true });
                }
            }
            Deed::EraseNote { by, line } => self.erase_note(by, line.index(self.lines.len())).await,
        }
    }

    /// Somebody of the giver's, if the giver speaks: who was erased is known to nobody.
    fn named(&self, giver: usize, by: usize, person: Index) -> Option<usize> {
        let known = |at: &usize| self.people[*at].of == giver && !self.people[*at].erased;
        let known: Vec<usize> = (0..self.people.len()).filter(known).collect();
        (giver == by && !known.is_empty()).then(|| known[person.index(known.len())])
    }

    fn together(&self, giver: usize, receiver: Option<usize>, within: bool) -> bool {
        !within || self.members[giver] && receiver.is_none_or(|receiver| self.members[receiver])
    }

    async fn take_hours(&mut self, deed: &Deed) {
        let Deed::Hours { by, giver, receiver, within, minutes, person } = *deed else { return };
        let (person, note) = (self.named(giver, by, person), self.text("note", by));
        let body = json!({ "giver_id": self.parties[giver].id, "minutes": minutes, "note": note, "day": self.today(),
            "receiver_id": receiver.map(|receiver| &self.parties[receiver].id), "activity": "entraide",
            "cooperation_id": within.then_some(&self.cooperation),
            "person_id": person.map(|person| &self.people[person].id) });
        let answer = self.world.post("/v1/hours", &body).by(self.by(by)).key(&format!("h{}", self.texts)).await;
        let on_behalf = within && receiver.is_some() && by == self.facilitator;
        let right = match () {
            () if !self.together(giver, receiver, within) => 422,
            () if by != giver && Some(by) != receiver && !on_behalf => 403,
            () => 201,
        };
        assert_eq!(answer.status, right, "{deed:?}: {answer}");
        if right == 201 {
            let id = answer.created()["contribution_id"].as_str().unwrap().to_owned();
            let note = Some(note);
            self.lines.push(Line { id, giver, receiver, within, speaker: by, person, note, corrects: false });
        }
    }

    async fn take_session(&mut self, giver: usize, receiver: usize, within: bool, person: Index) {
        let (person, note) = (self.named(giver, giver, person), self.text("note", giver));
        let body = json!({ "giver_id": self.parties[giver].id, "skill": "greffe", "day": self.today(), "minutes": 20,
            "note": note, "cooperation_id": within.then_some(&self.cooperation),
            "person_id": person.map(|person| &self.people[person].id),
            "receivers": [{ "structure_id": self.parties[receiver].id, "participants": 2 }] });
        let sent = self.world.post("/v1/skill-sessions", &body).by(self.by(giver));
        let answer = sent.key(&format!("s{}", self.texts)).await;
        if !self.together(giver, Some(receiver), within) {
            return assert_eq!(answer.status, 422, "{answer}");
        }
        let id = answer.created()["receivers"][0]["contribution_id"].as_str().unwrap().to_owned();
        let (receiver, note) = (Some(receiver), Some(note));
        self.lines.push(Line { id, giver, receiver, within, speaker: giver, person, note, corrects: false });
    }

    /// What erasing must not change.
    async fn kept(&self) -> (Value, Vec<Value>, impl PartialEq + std::fmt::Debug + use<>) {
        let mut summaries = Vec::new();
        for party in 0..4 {
            let of = format!("structures/{}", self.parties[party].id);
            summaries.push(self.world.sums(&of, 2026, self.by(party)).await);
        }
        let of = format!("cooperations/{}", self.cooperation);
        summaries.push(self.world.sums(&of, 2026, self.by(self.facilitator)).await);
        let head = self.world.get("/v1/ledger/head").by(self.by(0)).await.ok();
        (head, summaries, self.world.facts().await)
    }

    async fn erase(&mut self, person: usize) {
        let before = self.kept().await;
        self.forget(person).await;
        assert_eq!(self.kept().await, before);
    }

    async fn forget(&mut self, person: usize) {
        if self.people[person].erased {
            return;
        }
        self.world.erase(&self.people[person].id, &self.parties[self.people[person].of]).await;
        self.people[person].erased = true;
        for line in self.lines.iter_mut().filter(|line| line.person == Some(person)) {
            (line.person, line.note) = (None, None);
        }
    }

    async fn erase_note(&mut self, by: usize, line: usize) {
        let before = self.kept().await;
        let path = format!("/v1/contributions/{}/erase-note", self.lines[line].id);
        let answer = self.world.post(path, &json!({ "confirm": true })).by(self.by(by)).await;
        let right = match () {
            () if !self.sees(Some(by), line) => 404,
            () if by != self.lines[line].speaker => 403,
            () => 204,
        };
        assert_eq!(answer.status, right, "{answer}");
        assert_eq!(self.kept().await, before);
        if right == 204 {
            self.lines[line].note = None;
        }
    }

    async fn accept(&self, proposal: &Value, by: usize) {
        let path = format!("/v1/proposals/{}/events", id(proposal));
        self.world.post(path, &json!({ "event": "accept" })).by(self.by(by)).await.ok();
    }

    async fn join(&mut self, party: usize, asks: bool) {
        if self.members[party] {
            return;
        }
        self.world.advance(1);
        let wish = json!({ "cooperation_id": self.cooperation, "structure_id": self.parties[party].id,
                           "role": "member", "starts_on": self.today() });
        let (asker, other) = if asks { (party, self.facilitator) } else { (self.facilitator, party) };
        let proposal = self.world.post("/v1/memberships", &wish).by(self.by(asker)).await.is(202).json();
        self.accept(&proposal, other).await;
        self.members[party] = true;
    }

    /// The membership of a party that is not over.
    async fn stay(&self, party: usize) -> String {
        let path =
            format!("/v1/memberships?cooperation_id={}&structure_id={}", self.cooperation, self.parties[party].id);
        let stays = self.world.get(path).by(self.by(party)).await.items();
        id(stays.iter().find(|stay| stay["ends_on"].is_null()).unwrap()).to_owned()
    }

    async fn leave(&mut self, party: usize) {
        if !self.members[party] {
            return;
        }
        self.world.advance(1);
        let path = format!("/v1/memberships/{}", self.stay(party).await);
        let end = self.world.patch(path, &json!({ "ends_on": self.today() })).by(self.by(party));
        let answer = end.header("if-match", "*").await;
        if party == self.facilitator {
            answer.refused(409, "wrong-state");
        } else {
            answer.ok();
            self.members[party] = false;
        }
    }

    async fn hand_over(&mut self, to: usize) {
        if !self.members[to] || to == self.facilitator {
            return;
        }
        self.world.advance(1);
        let path = format!("/v1/memberships/{}/hand-over", self.stay(self.facilitator).await);
        let wish = json!({ "structure_id": self.parties[to].id });
        let proposal = self.world.post(path, &wish).by(self.by(self.facilitator)).await.created();
        self.accept(&proposal, to).await;
        self.facilitator = to;
    }
}

/// A text about somebody, which says whose it is.
fn written(what: &str, of: usize, number: usize) -> String {
    format!("{} {} {}, {number}", MARKS[0], MARKS[1], whose(what, of))
}

fn whose(what: &str, of: usize) -> String {
    format!("{what} de la maison {of}")
}
