//! Inboxes: what waits for a structure's word, what is contested, what was corrected; and many confirmed at once.

use navette::auth::Caller as Who;
use navette::http::extract::Replay;
use navette::http::reply::Reply;
use navette::id::Id;
use serde_json::{Value, json};

use crate::deeds::{each, given, with};
use crate::world::{Caller, Party, TODAY, Village, World};

/// The ids in a tray of a structure's inbox, oldest first.
async fn tray(world: &World, structure: &str, tray: &str, by: &Caller) -> Vec<String> {
    let page = world.get(format!("/v1/inbox?structure_id={structure}&box={tray}")).by(by).await.ok();
    let items = page["items"].as_array().unwrap();
    assert_eq!(page["counts"][tray], items.len());
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// All three trays of a structure, as its manager reads them.
async fn trays(world: &World, party: &Party) -> [Vec<String>; 3] {
    let read = async |name| tray(world, &party.id, name, &party.manager).await;
    [read("waiting").await, read("contested").await, read("corrected").await]
}

async fn hours(world: &World, village: &Village, by: &Party, giver: &Party, receiver: &Party) -> String {
    let within = json!({ "cooperation_id": village.cooperation });
    world.hours_line(&by.manager, &with(&given(giver, receiver, TODAY, 60), &within)).await
}

const NOTHING: [String; 0] = [];

#[tokio::test]
async fn a_line_waits_until_its_party_has_said_something() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let line = hours(&world, &village, jardins, jardins, cuma).await;
    let mine = vec![line.clone()];
    assert_eq!(trays(&world, jardins).await, [NOTHING, NOTHING, NOTHING]);
    assert_eq!(trays(&world, commune).await, [NOTHING, NOTHING, NOTHING], "who facilitates speaks for neither");
    assert_eq!(trays(&world, cuma).await, [mine.clone(), vec![], vec![]]);
    let reader = world.colleague(cuma, "reader", "lectrice").await;
    assert_eq!(tray(&world, &cuma.id, "waiting", &reader).await, mine);
    let say = |line: &str, word: &str, said: Value, by: &Party| world.word(line, word, &said).by(&by.manager);
    say(&line, "contest", json!({ "reason": "Moins." }), cuma).await.ok();
    for party in [jardins, cuma] {
        assert_eq!(trays(&world, party).await, [vec![], mine.clone(), vec![]]);
    }
    let right = json!({ "minutes": 40, "reason": "Quarante, en effet." });
    let correction = say(&line, "correct", right, jardins).await.created()["id"].as_str().unwrap().to_owned();
    assert_eq!(trays(&world, cuma).await, [vec![], mine.clone(), vec![correction.clone()]]);
    assert_eq!(trays(&world, jardins).await, [vec![], mine.clone(), vec![]]);
    say(&correction, "confirm", json!({}), cuma).await.ok();
    for party in [jardins, cuma] {
        assert_eq!(trays(&world, party).await, [NOTHING, NOTHING, NOTHING], "settled");
    }
    say(&correction, "withdraw", json!({}), cuma).await.ok();
    say(&line, "withdraw", json!({}), cuma).await.ok();
    assert_eq!(trays(&world, cuma).await, [mine, vec![], vec![correction]]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn an_inbox_is_for_those_of_the_structure() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    hours(&world, &village, jardins, jardins, cuma).await;
    let inbox = |query: &str| world.get(format!("/v1/inbox?{query}"));
    let of_cuma = format!("structure_id={}", cuma.id);
    for stranger in [&jardins.manager, &village.commune.manager, &village.owner] {
        inbox(&of_cuma).by(stranger).await.unreadable("structure_id", "unknown-reference");
        let wish = json!({ "structure_id": cuma.id, "contribution_ids": [cuma.id] });
        world.post("/v1/inbox/confirm", &wish).by(stranger).await.invalid("/structure_id", "unknown-reference");
    }
    inbox("box=waiting").by(&cuma.manager).await.unreadable("structure_id", "missing-field");
    inbox(&format!("{of_cuma}&box=lost")).by(&cuma.manager).await.unreadable("box", "not-one-of");
    let waiting = inbox(&of_cuma).by(&cuma.manager).await.items();
    assert_eq!(waiting.len(), 1, "without a box it is what waits");
}

#[tokio::test]
async fn what_a_third_party_or_the_operator_records_waits_for_both_ends() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let third = hours(&world, &village, commune, jardins, cuma).await;
    let id = Id::parse("01990f3a-7c1e-7000-8000-0000000000aa").unwrap();
    let wish = serde_json::from_value(given(cuma, jardins, TODAY, 30)).unwrap();
    let replay = Replay { keys: Vec::new(), digest: [0; 32] };
    let recorded = world.app.act(Who::Operator, replay, move |act| Reply::ok(&navette::hours::record(act, id, wish)?));
    let recorded: Value = serde_json::from_slice(&recorded.await.unwrap().body).unwrap();
    let imported = recorded["contribution_id"].as_str().unwrap().to_owned();
    let both = vec![third.clone(), imported.clone()];
    for party in [cuma, jardins] {
        assert_eq!(trays(&world, party).await, [both.clone(), vec![], vec![]]);
    }
    let confirmed = world.word(&third, "confirm", &json!({})).by(&cuma.manager).await.ok();
    assert_eq!(confirmed["state"], "declared");
    assert_eq!(trays(&world, cuma).await[0], [imported]);
    assert_eq!(trays(&world, jardins).await[0], both);
    // What one end contests still waits for the other.
    world.word(&third, "contest", &json!({ "reason": "Non." })).by(&cuma.manager).await.ok();
    assert_eq!(trays(&world, jardins).await, [both, vec![third], vec![]]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_was_given_to_the_commons_waits_for_those_who_facilitate_and_did_not_give() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, jardins) = (&village.commune, &village.association);
    let pays = world.party(&village.owner, "Le Pays", "intercommunality", "pays").await;
    let facilitates = json!({ "cooperation_id": village.cooperation, "structure_id": pays.id, "role": "facilitator",
                              "starts_on": TODAY });
    let membership = world.agreed(&commune.manager, &facilitates).await;
    let gift = async |giver: &Party| {
        let wish = json!({ "giver_id": giver.id, "cooperation_id": village.cooperation, "day": TODAY, "minutes": 60,
                           "activity": "coordination" });
        world.hours_line(&giver.manager, &wish).await
    };
    let (theirs, own) = (gift(jardins).await, gift(commune).await);
    assert_eq!(trays(&world, commune).await[0], [theirs.as_str()]);
    assert_eq!(trays(&world, &pays).await[0], [theirs.clone(), own.clone()]);
    assert_eq!(trays(&world, jardins).await[0], NOTHING);
    world.word(&theirs, "confirm", &json!({})).by(&pays.manager).await.ok();
    assert_eq!(trays(&world, commune).await[0], NOTHING, "one of them has spoken for the commons");
    world.word(&own, "contest", &json!({ "reason": "Deux fois." })).by(&pays.manager).await.ok();
    assert_eq!(trays(&world, commune).await[1], [own.as_str()], "the objection is to what the commune gave");
    assert_eq!(trays(&world, &pays).await[1], [own.as_str()]);
    world.word(&own, "withdraw", &json!({})).by(&pays.manager).await.ok();
    assert_eq!(trays(&world, &pays).await[0], [own]);
    let ends = json!({ "ends_on": "2026-03-15" });
    world.patch(format!("/v1/memberships/{membership}"), &ends).by(&pays.manager).on_version(1).await.ok();
    world.advance(1);
    assert_eq!(trays(&world, &pays).await[0], NOTHING, "who facilitates no longer speaks no longer");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_structure_without_accounts_finds_what_was_recorded_of_it_when_it_joins() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let farm = world.structure(&village.owner, "Ferme des Aulnes", "farm").await;
    let wish = with(&given(jardins, jardins, TODAY, 60), &json!({ "receiver_id": farm }));
    let line = world.hours_line(&jardins.manager, &wish).await;
    let farmer = world.account("aulnes").await;
    let inbox = format!("/v1/inbox?structure_id={farm}");
    world.get(&inbox).by(&farmer).await.unreadable("structure_id", "unknown-reference");
    let grant = json!({ "account_id": farmer.account.to_string(), "structure_id": farm, "role": "manager" });
    world.post("/v1/roles", &grant).by(&village.owner).await.created();
    assert_eq!(tray(&world, &farm, "waiting", &farmer).await, [line.as_str()]);
    let wish = json!({ "structure_id": farm, "contribution_ids": [line] });
    let told = world.post("/v1/inbox/confirm", &wish).by(&farmer).await.ok();
    assert_eq!((&told["confirmed"], &told["outcomes"][0]["state"]), (&json!(1), &json!("confirmed")));
    assert_eq!(tray(&world, &farm, "waiting", &farmer).await, NOTHING);
}

#[tokio::test]
async fn an_inbox_comes_in_pages_oldest_first() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let mut lines = Vec::new();
    for _ in 0..2 {
        lines.push(hours(&world, &village, cuma, cuma, commune).await);
        let gift = json!({ "giver_id": jardins.id, "cooperation_id": village.cooperation, "day": TODAY, "minutes": 60,
                           "activity": "coordination" });
        lines.push(world.hours_line(&jardins.manager, &gift).await);
    }
    lines.push(hours(&world, &village, cuma, cuma, commune).await);
    let first = world.get(format!("/v1/inbox?structure_id={}&limit=2", commune.id)).by(&commune.manager).await;
    let counts = json!({ "waiting": 5, "contested": 0, "corrected": 0 });
    assert_eq!(
        (each(&first.items(), "id"), &first.json()["counts"]),
        (vec![&json!(lines[0]), &json!(lines[1])], &counts)
    );
    let mut found = first.items();
    let mut next = first.header("link").map(str::to_owned);
    while let Some(link) = next {
        let page = world.get(link.split(['<', '>']).nth(1).unwrap()).by(&commune.manager).await;
        assert_eq!(page.json()["counts"], counts);
        found.extend(page.items());
        next = page.header("link").map(str::to_owned);
    }
    assert_eq!(each(&found, "id"), lines.iter().map(|line| json!(line)).collect::<Vec<_>>().iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn many_are_confirmed_at_once_and_each_tells_what_became_of_it() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let mut lines = Vec::new();
    for _ in 0..3 {
        lines.push(hours(&world, &village, jardins, jardins, cuma).await);
    }
    let own = hours(&world, &village, cuma, cuma, jardins).await;
    let others = world.hours_line(&jardins.manager, &given(jardins, commune, TODAY, 60)).await;
    world.word(&lines[1], "confirm", &json!({})).by(&cuma.manager).await.ok();
    let contested = json!({ "reason": "Non." });
    world.word(&lines[2], "contest", &contested).by(&cuma.manager).await.ok();
    let ids = json!([lines[0], lines[1], lines[2], own, others, lines[0], cuma.id]);
    let wish = json!({ "structure_id": cuma.id, "contribution_ids": ids });
    let reader = world.colleague(cuma, "reader", "lectrice").await;
    world.post("/v1/inbox/confirm", &wish).by(&reader).await.refused(403, "forbidden");
    let answer = world.post("/v1/inbox/confirm", &wish).by(&cuma.manager).key("soixante").await;
    let told = answer.ok();
    let outcomes = told["outcomes"].as_array().unwrap();
    assert_eq!(json!(each(outcomes, "contribution_id")), ids);
    assert_eq!(told["confirmed"], 2);
    let codes = json!([null, "wrong-state", null, "wrong-state", "not-found", "wrong-state", "not-found"]);
    assert_eq!(json!(each(outcomes, "code")), codes);
    let states = json!(["confirmed", "confirmed", "confirmed", "declared", null, "confirmed", null]);
    assert_eq!(json!(each(outcomes, "state")), states);
    let again = world.post("/v1/inbox/confirm", &wish).by(&cuma.manager).key("soixante").await;
    assert_eq!((again.ok(), again.header("idempotency-replayed")), (told, Some("true")));
    assert_eq!(world.contribution(&others, &commune.manager).await["state"], "declared");
    // Who sees a line of others and speaks for neither end is told so.
    let wish = json!({ "structure_id": commune.id, "contribution_ids": [own] });
    let told = world.post("/v1/inbox/confirm", &wish).by(&commune.manager).await.ok();
    assert_eq!((&told["confirmed"], &told["outcomes"][0]["code"]), (&json!(0), &json!("forbidden")));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_cannot_be_confirmed_leaves_nothing_behind_and_holds_up_no_other() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let (line, other) =
        (hours(&world, &village, jardins, jardins, cuma).await, hours(&world, &village, jardins, jardins, cuma).await);
    let right = |minutes: i64| json!({ "minutes": minutes, "reason": "Relu." });
    let less = world.word(&line, "correct", &right(10)).by(&jardins.manager).await.created();
    let less = less["id"].as_str().unwrap();
    world.word(less, "contest", &json!({ "reason": "Une heure." })).by(&cuma.manager).await.ok();
    world.word(&line, "correct", &right(5)).by(&jardins.manager).await.created();
    let head = world.get("/v1/ledger/head").by(&cuma.manager).await.ok()["seq"].as_i64().unwrap();
    // Fifty fewer and fifty-five fewer of sixty would leave −45.
    let wish = json!({ "structure_id": cuma.id, "contribution_ids": [less, other] });
    let told = world.post("/v1/inbox/confirm", &wish).by(&cuma.manager).await.ok();
    assert_eq!(json!(each(told["outcomes"].as_array().unwrap(), "code")), json!(["wrong-state", null]));
    assert_eq!(world.get("/v1/ledger/head").by(&cuma.manager).await.ok()["seq"], head + 1);
    assert_eq!(world.faults().await, [] as [&str; 0]);
    let many = vec![json!(line); 201];
    for ids in [json!([]), json!(many)] {
        let wish = json!({ "structure_id": cuma.id, "contribution_ids": ids });
        world.post("/v1/inbox/confirm", &wish).by(&cuma.manager).await.invalid("/contribution_ids", "wrong-number");
    }
}
