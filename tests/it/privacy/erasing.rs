//! Erasure: nothing of the person is left, and nothing of the ledger changes.

use proptest::prelude::*;
use serde_json::json;

use crate::deeds::given;
use crate::world::{TODAY, World};

#[tokio::test]
async fn an_erased_person_is_gone_and_no_total_hash_or_proof_changes() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let ginette = world.volunteer(jardins, &village, "Ginette Faure").await;
    let before = world.facts().await;
    let summary = world.sums(&format!("structures/{}", jardins.id), 2026, &jardins.manager).await;
    world.erase(&ginette.id, jardins).await;
    assert_eq!(world.facts().await, before);
    assert_eq!(world.sums(&format!("structures/{}", jardins.id), 2026, &jardins.manager).await, summary);
    assert_eq!(before.0, [] as [&str; 0]);
    let contents = world.contents().await;
    for (table, rows) in contents.iter().filter(|(table, _)| *table != "ledger") {
        for text in &ginette.texts {
            // Rows are written as bytes where they are bytes.
            let bytes = format!("{:?}", text.as_bytes());
            let bytes = bytes.trim_matches(['[', ']']);
            assert!(!rows.iter().any(|row| row.contains(text) || row.contains(bytes)), "{text} in {table}");
        }
    }
    let kept = |table: &str| contents[table].len();
    assert_eq!((kept("identity"), kept("consent"), kept("person_link")), (0, 0, 0));
    assert_eq!((kept("ledger_private"), kept("person_tally")), (0, 0));
    world.get(format!("/v1/people/{}", ginette.id)).by(&jardins.manager).await.refused(404, "not-found");
    let line = world.contribution(&ginette.line, &jardins.manager).await;
    assert_eq!((&line["person_id"], &line["note"]), (&json!(null), &json!(null)));
    let skills = world.get("/v1/skills").by(&jardins.manager).await.items();
    assert_eq!(skills[0]["person_id"], json!(null));
    let own = json!({ "token": ginette.token });
    world.post("/v1/me/record", &own).await.refused(401, "wrong-credentials");
}

#[tokio::test]
async fn no_byte_of_an_erased_person_is_left_in_the_files() {
    let world = World::new().await;
    let village = world.village().await;
    let mut texts = Vec::new();
    for round in 0..12 {
        // Long notes, so that pages fill, split and are balanced.
        let name = format!("Zéphyrine Quatrepoint {round} {}", "œ".repeat(80 + round));
        let volunteer = world.volunteer(&village.association, &village, &name).await;
        texts.push((volunteer.id, volunteer.texts));
    }
    let all: Vec<String> = texts.iter().flat_map(|(_, texts)| texts.clone()).collect();
    assert!(!world.found_in_files(&all).is_empty(), "the search finds what is there");
    for (id, _) in &texts {
        world.erase(id, &village.association).await;
    }
    navette::privacy::purge::rewrite(&world.app).await.unwrap();
    assert_eq!(world.found_in_files(&all), [] as [&str; 0]);
    assert_eq!(world.found_in_files(&["Zéphyrine".to_owned()]), [] as [&str; 0]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_request_sent_again_after_an_erasure_makes_nobody_anew() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let wish = json!({ "structure_id": jardins.id, "name": "Ginette" });
    let by_key = || world.post("/v1/people", &wish).by(&jardins.manager).key("Ginette-1");
    let person = by_key().await.created_id();
    let mut chosen = wish.clone();
    chosen["id"] = json!("01990f3a-7c1e-7000-8000-000000000001");
    let by_id = || world.post("/v1/people", &chosen).by(&jardins.manager);
    let other = by_id().await.created_id();
    world.erase(&person, jardins).await;
    world.erase(&other, jardins).await;
    by_key().await.refused(422, "idempotency-key-reused");
    by_id().await.refused(409, "id-taken");
    assert_eq!(world.names(jardins).await, [] as [&str; 0]);
    navette::privacy::purge::rewrite(&world.app).await.unwrap();
    assert_eq!(world.found_in_files(&["Ginette".to_owned()]), [] as [&str; 0], "not in a client's key either");
}

#[tokio::test]
async fn answers_about_others_can_still_be_given_again() {
    let world = World::new().await;
    let village = world.village().await;
    let (jardins, cuma) = (&village.association, &village.cuma);
    let ginette = world.volunteer(jardins, &village, "Ginette").await;
    let hours = given(cuma, &village.commune, TODAY, 60);
    let send = || world.post("/v1/hours", &hours).by(&cuma.manager).key("h");
    let first = send().await.created();
    let elsewhere = json!({ "structure_id": cuma.id, "name": "Ginette" });
    let namesake = || world.post("/v1/people", &elsewhere).by(&cuma.manager).key("g");
    let other = namesake().await.created();
    world.erase(&ginette.id, jardins).await;
    assert_eq!(send().await.created(), first);
    assert_eq!(namesake().await.created(), other, "a namesake of another structure is somebody else");
}

#[tokio::test]
async fn erasing_is_for_managers_and_for_the_person() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let ginette = world.person(jardins, "Ginette").await;
    let path = format!("/v1/people/{ginette}/erase");
    let sure = json!({ "confirm": true });
    let contributor = world.colleague(jardins, "contributor", "marc").await;
    world.post(&path, &sure).by(&contributor).await.refused(403, "forbidden");
    world.post(&path, &sure).by(&village.commune.manager).await.refused(404, "not-found");
    let unsure = json!({ "confirm": false });
    world.post(&path, &unsure).by(&jardins.manager).await.invalid("/confirm", "missing-field");
    let own = world.account("ginette").await;
    world.post(&path, &sure).by(&own).await.refused(404, "not-found");
    let link = json!({ "account_id": own.account.to_string() });
    let person = format!("/v1/people/{ginette}");
    world.patch(&person, &link).by(&contributor).on_version(1).await.refused(403, "forbidden");
    world.patch(&person, &link).by(&jardins.manager).on_version(1).await.ok();
    world.post(&path, &sure).by(&own).await.nothing();
    world.get(&person).by(&own).await.refused(404, "not-found");
}

#[tokio::test]
async fn where_a_name_was_typed_is_shown_before_and_can_be_erased() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let ginette = world.person(jardins, "Ginette Faure").await;
    let thing =
        json!({ "structure_id": jardins.id, "name": "Barnum", "category": "barnum", "pick_up": "Chez GINETTE" });
    let thing = world.post("/v1/equipment", &thing).by(&jardins.manager).await.created_id();
    let loan = json!({ "lender_id": jardins.id, "borrower_id": village.commune.id, "category": "tente",
                       "from": "2026-03-01", "until": "2026-03-02", "recorded_afterwards": true,
                       "note": "Mme Faure a la clé" });
    let loan = world.post("/v1/loans", &loan).by(&jardins.manager).await.created_id();
    let mut hours = given(jardins, &village.commune, TODAY, 60);
    hours["note"] = json!("avec ginette faure");
    hours["activity"] = json!("Fauche chez Ginette");
    let line = world.hours_line(&jardins.manager, &hours).await;
    let theirs = json!({ "structure_id": village.cuma.id, "name": "Benne", "category": "benne", "note": "Ginette" });
    world.post("/v1/equipment", &theirs).by(&village.cuma.manager).await.created();
    let traces = async || {
        let found = world.get(format!("/v1/people/{ginette}/traces")).by(&jardins.manager).await.items();
        let place = |trace: &serde_json::Value| {
            (
                trace["place"].as_str().unwrap().to_owned(),
                trace["id"].as_str().unwrap().to_owned(),
                trace["address"].clone(),
            )
        };
        found.iter().map(place).collect::<Vec<_>>()
    };
    let at = |place: &str, id: &str, address: serde_json::Value| (place.to_owned(), id.to_owned(), address);
    let in_ledger = at("contribution", &line, json!(null));
    let of_loan = json!(format!("/v1/loans/{loan}/erase-notes"));
    let of_line = json!(format!("/v1/contributions/{line}/erase-note"));
    assert_eq!(
        traces().await,
        [
            at("contribution", &line, of_line.clone()),
            in_ledger.clone(),
            at("loan", &loan, of_loan.clone()),
            at("equipment", &thing, json!(format!("/v1/equipment/{thing}"))),
        ]
    );
    let before = world.facts().await;
    let sure = json!({ "confirm": true });
    for address in [of_loan, of_line] {
        world.post(address.as_str().unwrap(), &sure).by(&village.cuma.manager).await.refused(404, "not-found");
        world.post(address.as_str().unwrap(), &sure).by(&jardins.manager).await.nothing();
    }
    let place = json!({ "pick_up": null });
    world.patch(format!("/v1/equipment/{thing}"), &place).by(&jardins.manager).header("if-match", "*").await.ok();
    assert_eq!(traces().await, [in_ledger], "what the ledger says stays");
    assert_eq!(world.facts().await, before);
    let read = world.get(format!("/v1/loans/{loan}")).by(&jardins.manager).await.ok();
    assert_eq!(read["note"], json!(null));
    navette::privacy::purge::rewrite(&world.app).await.unwrap();
    assert_eq!(world.found_in_files(&["Mme Faure".to_owned(), "avec ginette".to_owned()]), [] as [&str; 0]);
}

#[tokio::test]
async fn a_note_is_erased_by_who_wrote_it_and_the_person_stays() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let ginette = world.volunteer(jardins, &village, "Ginette").await;
    let path = format!("/v1/contributions/{}/erase-note", ginette.line);
    let sure = json!({ "confirm": true });
    world.post(&path, &sure).by(&village.commune.manager).await.refused(403, "forbidden");
    world.post(&path, &sure).by(&jardins.manager).await.nothing();
    let line = world.contribution(&ginette.line, &jardins.manager).await;
    assert_eq!((&line["person_id"], &line["note"]), (&json!(ginette.id), &json!(null)));
    assert_eq!(world.faults().await, [] as [&str; 0]);
    let objection = line["words"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/contributions/{objection}/erase-note");
    world.post(&path, &sure).by(&jardins.manager).await.refused(403, "forbidden");
    world.post(&path, &sure).by(&village.commune.manager).await.nothing();
    let line = world.contribution(&ginette.line, &jardins.manager).await;
    assert_eq!(line["words"][0]["reason"], json!(null));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn erasing_everybody_changes_no_total_hash_or_proof(
        deeds in prop::collection::vec((0..3_usize, 1..600_i64, any::<bool>(), "[a-zé]{5,12}"), 1..12)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let village = world.village().await;
            let parties = [&village.commune, &village.association, &village.cuma];
            let mut people = Vec::new();
            for (who, minutes, contested, name) in deeds {
                let (giver, receiver) = (parties[who], parties[(who + 1) % 3]);
                let person = world.person(giver, &name).await;
                let mut hours = given(giver, receiver, TODAY, minutes);
                hours["person_id"] = json!(person);
                hours["note"] = json!(format!("avec {name}"));
                let line = world.hours_line(&giver.manager, &hours).await;
                if contested {
                    let reason = json!({ "reason": format!("pas {name}") });
                    world.word(&line, "contest", &reason).by(&receiver.manager).await.ok();
                }
                people.push((person, giver));
            }
            let before = world.facts().await;
            let head = world.get("/v1/ledger/head").by(&village.owner).await.ok();
            for (person, of) in people {
                world.erase(&person, of).await;
            }
            assert_eq!(world.facts().await, before);
            assert_eq!(world.get("/v1/ledger/head").by(&village.owner).await.ok(), head);
            assert_eq!(before.0, [] as [&str; 0]);
        });
    }
}
