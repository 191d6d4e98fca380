//! The export to `ValueFlows`: its words are those of the ontology, and replayed it comes to what the ledger holds.

mod golden;
mod people;
mod replay;
mod terms;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::deeds::{given, lent, loan_of, with};
use crate::world::{Caller, TODAY, Village, World};
use replay::{Replayed, Thing, totals};

impl World {
    /// The export of `structures/…` or `cooperations/…`, held against the ontology.
    pub async fn valueflows(&self, of: &str, query: &str, by: &Caller) -> Value {
        let answer = self.get(format!("/v1/{of}/valueflows{query}")).by(by).await;
        assert_eq!(answer.is(200).header("content-type"), Some("application/ld+json"));
        let document = answer.json();
        terms::check(&document);
        document
    }
}

/// A village in which much was lent, given, taught, corrected and contested, all in 2026.
async fn busy(world: &World) -> Village {
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let within = json!({ "cooperation_id": village.cooperation });
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let loan = world
        .out(&with(&loan_of(&tiller, jardins, "2026-03-10", "2026-03-14"), &within), cuma, jardins, "2026-03-10")
        .await;
    world.happens(&loan, &json!({ "event": "return", "on": "2026-03-12" })).by(&cuma.manager).await.ok();
    world.happens(&loan, &json!({ "event": "undo", "reason": "Pas encore." })).by(&cuma.manager).await.ok();
    world.happens(&loan, &json!({ "event": "return", "on": "2026-03-13" })).by(&cuma.manager).await.ok();
    let chairs = json!({ "structure_id": commune.id, "name": "Chaises", "category": "chaises", "tracking": "pool",
                         "quantity": 40 });
    let chairs = world.post("/v1/equipment", &chairs).by(&commune.manager).await.created_id();
    let wish = with(&loan_of(&chairs, cuma, "2026-03-01", "2026-03-20"), &json!({ "quantity": 30 }));
    let loan = world.promised(&with(&wish, &within), commune, cuma).await;
    for event in [
        json!({ "event": "hand_over", "quantity": 20, "on": "2026-03-02" }),
        json!({ "event": "hand_over", "quantity": 10, "on": "2026-03-04" }),
        json!({ "event": "return", "quantity": 12, "on": "2026-03-04" }),
        json!({ "event": "lose", "quantity": 3, "on": "2026-03-06", "reason": "Brûlées." }),
        json!({ "event": "return", "quantity": 10, "on": "2026-03-09" }),
    ] {
        world.happens(&loan, &event).by(&commune.manager).await.ok();
    }
    for (from, until) in [("2026-02-05", Some("2026-02-08")), ("2026-02-01", Some("2026-02-05")), ("2026-01-05", None)]
    {
        let past = with(&lent(jardins, commune, from, until), &within);
        world.post("/v1/loans", &past).by(&jardins.manager).await.created();
    }
    hours_and_sessions(world, &village, &within).await;
    village
}

async fn hours_and_sessions(world: &World, village: &Village, within: &Value) {
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let line = world.hours_line(&jardins.manager, &with(&given(jardins, cuma, "2026-03-01", 50), within)).await;
    world.advance(3);
    world.word(&line, "correct", &json!({ "minutes": 49, "reason": "Repas." })).by(&cuma.manager).await.created();
    world.word(&line, "correct", &json!({ "minutes": 61, "reason": "Rangement." })).by(&cuma.manager).await.created();
    let line = world.hours_line(&jardins.manager, &with(&given(jardins, cuma, "2026-03-02", 500), within)).await;
    world.word(&line, "contest", &json!({ "reason": "Non." })).by(&cuma.manager).await.ok();
    let line = world.hours_line(&jardins.manager, &with(&given(jardins, commune, "2026-03-03", 77), within)).await;
    world.word(&line, "correct", &json!({ "undo": true, "reason": "Erreur." })).by(&jardins.manager).await.created();
    let commons = with(&json!({ "day": TODAY, "minutes": 35, "activity": "coordination" }), within);
    world.hours_line(&commune.manager, &commons).await;
    for minutes in [json!(95), json!(null)] {
        let session = json!({ "giver_id": jardins.id, "skill": "Greffe", "day": TODAY, "minutes": minutes,
                              "taught_by": "volunteer",
                              "receivers": [{ "structure_id": commune.id, "participants": 4 },
                                            { "structure_id": cuma.id, "participants": 3 }] });
        let session = world.post("/v1/skill-sessions", &with(&session, within)).by(&jardins.manager).await.created();
        let line = session["receivers"][1]["contribution_id"].as_str().unwrap().to_owned();
        let right = json!({ "minutes": 40, "participants": 2, "reason": "Partis avant." });
        world.word(&line, "correct", &right).by(&cuma.manager).await.created();
    }
}

#[tokio::test]
async fn replayed_it_comes_to_the_totals_of_the_summary_in_every_unit() {
    let world = World::new().await;
    let village = busy(&world).await;
    for party in [&village.commune, &village.cuma, &village.association] {
        let of = format!("structures/{}", party.id);
        let replayed = Replayed::of(&world.valueflows(&of, "", &party.manager).await);
        let summary = world.summary(&of, 2026, &party.manager).await;
        let own = format!("urn:uuid:{}", party.id);
        assert_eq!(
            replayed.sums(|flow| flow.giver.as_ref() == Some(&own)),
            totals(&summary["sides"][0]),
            "{}",
            party.manager.login
        );
        let received = replayed.sums(|flow| flow.receiver == own);
        assert_eq!(received, totals(&summary["sides"][1]), "{}", party.manager.login);
    }
    let of = format!("cooperations/{}", village.cooperation);
    let replayed = Replayed::of(&world.valueflows(&of, "", &village.commune.manager).await);
    let totals = totals(&world.summary(&of, 2026, &village.commune.manager).await["sides"][0]);
    assert_eq!(replayed.sums(|_| true), totals);
    assert_eq!(totals.len(), 3, "{totals:?}");
    assert_eq!(replayed.taught, totals["skill_by_volunteer"].minutes, "what was given is what was received");
}

/// Accounting and onhand quantity of each thing by its name, after each event.
fn by_name(document: &Value, replayed: &Replayed) -> BTreeMap<String, Thing> {
    let names = terms::nodes(document);
    let named = |iri: &String| names[iri.as_str()]["name"].as_str().unwrap().to_owned();
    replayed.things.iter().map(|(iri, thing)| (named(iri), thing.clone())).collect()
}

#[tokio::test]
async fn what_is_lent_leaves_and_comes_back_and_what_is_lost_is_written_off() {
    let world = World::new().await;
    let village = busy(&world).await;
    let of = format!("structures/{}", village.cuma.id);
    let document = world.valueflows(&of, "", &village.cuma.manager).await;
    let things = by_name(&document, &Replayed::of(&document));
    let tiller = &things["Motoculteur"];
    assert_eq!((&tiller.accounting[..], &tiller.onhand[..]), (&[1, 1, 1][..], &[1, 0, 1][..]));
    let chairs = &things["Chaises"];
    assert_eq!(chairs.onhand, [40, 20, 10, 22, 25, 22, 32], "lost ones come back on paper");
    assert_eq!(chairs.accounting, [40, 40, 40, 40, 40, 37, 37]);
    let resources = |name: &str| {
        let events = document["@graph"].as_array().unwrap().iter().filter(|node| node["@type"] == "EconomicEvent");
        events.filter(|event| event["action"] == "transferCustody" && event.get(name).is_some()).count()
    };
    assert_eq!((resources("resourceInventoriedAs"), resources("toResourceInventoriedAs")), (3, 1 + 3));
}

#[tokio::test]
async fn a_thing_leaves_on_the_day_it_is_back_however_late_that_is_recorded() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    for (from, until) in [("2026-02-08", "2026-02-09"), ("2026-02-05", "2026-02-08"), ("2026-02-02", "2026-02-05")] {
        let wish = with(&loan_of(&tiller, jardins, from, until), &json!({ "recorded_afterwards": true }));
        world.post("/v1/loans", &wish).by(&cuma.manager).await.created();
        world.app.clock.advance_seconds(1);
    }
    let document = world.valueflows(&format!("structures/{}", cuma.id), "", &cuma.manager).await;
    let things = by_name(&document, &Replayed::of(&document));
    assert_eq!(things["Motoculteur"].onhand, [1, 0, 1, 0, 1, 0, 1]);
    assert_eq!(things["Motoculteur"].accounting, [1; 7]);
}

#[tokio::test]
async fn a_promise_is_an_agreement_before_anything_moves_and_a_contested_loan_tells_no_custody() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let of = format!("structures/{}", cuma.id);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    world.requested(&loan_of(&tiller, jardins, "2026-05-01", "2026-05-03"), jardins).await;
    let classes = async || {
        let document = world.valueflows(&of, "", &cuma.manager).await;
        let all = document["@graph"].as_array().unwrap().clone();
        let count = |class: &str| all.iter().filter(|node| node["@type"] == class).count();
        (count("Agreement"), count("Commitment"), count("EconomicEvent"))
    };
    assert_eq!(classes().await, (0, 0, 0), "what is asked for is no agreement");
    world.promised(&loan_of(&tiller, jardins, "2026-04-01", "2026-04-03"), cuma, jardins).await;
    assert_eq!(classes().await, (1, 2, 1), "the thing is counted");
    let loan = world.post("/v1/loans", &lent(cuma, jardins, "2026-02-01", Some("2026-02-03"))).by(&cuma.manager).await;
    assert_eq!(classes().await, (2, 4, 2 + 3));
    let line = loan.created()["contribution_id"].as_str().unwrap().to_owned();
    world.word(&line, "contest", &json!({ "reason": "Non." })).by(&jardins.manager).await.ok();
    assert_eq!(classes().await, (2, 4, 2));
}

#[tokio::test]
async fn a_period_tells_its_own_lines_and_the_loans_that_touch_it() {
    let world = World::new().await;
    let village = busy(&world).await;
    let (of, by) = (format!("cooperations/{}", village.cooperation), &village.commune.manager);
    let read = async |query: &str| {
        let document = world.valueflows(&of, query, by).await;
        let loans = document["@graph"].as_array().unwrap().iter().filter(|node| node["@type"] == "Agreement").count();
        (loans, Replayed::of(&document).flows.len())
    };
    assert_eq!(read("?from=2026-02-05&until=2026-02-06").await, (1, 1));
    assert_eq!(read("?until=2026-02-05").await, (2, 2));
    assert_eq!(read("?from=2026-03-12").await, (2, 7), "two loans that began before, and what was given since");
    assert_eq!(read("?from=2027-01-01").await, (0, 0));
    for (query, name, fault) in [
        ("?from=2026-02-30", "from", "not-a-day"),
        ("?from=2026-02-01&until=2026-02-01", "until", "end-before-start"),
        ("?year=2026", "year", "unknown-field"),
    ] {
        world.get(format!("/v1/{of}/valueflows{query}")).by(by).await.unreadable(name, fault);
    }
}

#[tokio::test]
async fn it_is_for_those_who_read_all_lines_and_noted_in_the_trail() {
    let world = World::new().await;
    let village = busy(&world).await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let of_structure = format!("/v1/structures/{}/valueflows", jardins.id);
    let common = format!("/v1/cooperations/{}/valueflows", village.cooperation);
    let reader = world.colleague(jardins, "reader", "lectrice").await;
    let before = world.trail().await.len();
    world.get(&of_structure).by(&reader).await.ok();
    world.get(&common).by(&commune.manager).await.ok();
    assert_eq!(world.trail().await[before..], ["exported", "exported"]);
    for other in [&commune.manager, &cuma.manager, &village.owner] {
        world.get(&of_structure).by(other).await.refused(404, "not-found");
    }
    for member in [&cuma.manager, &reader, &village.owner] {
        world.get(&common).by(member).await.refused(404, "not-found");
    }
    assert_eq!(world.trail().await.len(), before + 2);
    let head = world.get(&of_structure).by(&reader).await.header("ledger-head").unwrap().to_owned();
    let present = world.get("/v1/ledger/head").by(&reader).await.ok();
    assert_eq!(head, format!("{}:{}", present["seq"], present["root"].as_str().unwrap()));
}
