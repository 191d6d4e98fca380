//! People counted without a name, full-time equivalents, communes: what a summary tells of those behind the sums.

use serde_json::{Value, json};

use crate::deeds::{given, with};
use crate::world::{Caller, Party, TODAY, Village, World};

/// `[kind, how many, how many one year earlier]`, with the reason in place of what is not told.
fn people(summary: &Value) -> Value {
    let told = |count: &Value| if count["reason"].is_null() { count["value"].clone() } else { count["reason"].clone() };
    let of = |people: &Value| json!([people["kind"], told(&people["count"]), told(&people["previous"])]);
    summary["people"].as_array().unwrap().iter().map(of).collect()
}

/// Hours that a person of the giver gave within the cooperation.
async fn gives(world: &World, village: &Village, giver: &Party, person: &str, day: &str) -> String {
    let receiver = if giver.id == village.cuma.id { &village.commune } else { &village.cuma };
    let wish = json!({ "person_id": person, "cooperation_id": village.cooperation });
    world.hours_line(&giver.manager, &with(&given(giver, receiver, day, 60), &wish)).await
}

async fn of_structure(world: &World, party: &Party, by: &Caller) -> Value {
    people(&world.summary(&format!("structures/{}", party.id), 2026, by).await)
}

async fn of_cooperation(world: &World, village: &Village) -> Value {
    people(&world.summary(&format!("cooperations/{}", village.cooperation), 2026, &village.commune.manager).await)
}

#[tokio::test]
async fn a_structure_counts_its_own_people_once_however_often_they_gave() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let (odile, remi) = (world.person(jardins, "Odile").await, world.person(jardins, "Rémi").await);
    for (person, day) in [(&odile, TODAY), (&odile, "2026-01-02"), (&remi, TODAY), (&remi, "2025-05-01")] {
        gives(&world, &village, jardins, person, day).await;
    }
    let session = json!({ "giver_id": jardins.id, "person_id": odile, "skill": "Greffe", "day": TODAY, "minutes": 90,
        "cooperation_id": village.cooperation,
        "receivers": [{ "structure_id": cuma.id, "participants": 2 }, { "structure_id": null, "participants": 1 }] });
    world.post("/v1/skill-sessions", &session).by(&jardins.manager).await.created();
    // Volunteers of their own structure are its people, too.
    let own = json!({ "receiver_id": jardins.id, "person_id": remi, "day": TODAY, "minutes": 30, "activity": "Semis" });
    world.hours_line(&jardins.manager, &own).await;
    let told = of_structure(&world, jardins, &jardins.manager).await;
    assert_eq!(told, json!([[null, 2, 1], ["volunteer_hours", 2, 1], ["skill_by_volunteer", 1, 0]]));
    // Who received learns nothing of people it does not know.
    assert_eq!(of_structure(&world, cuma, &cuma.manager).await, json!([[null, 0, 0]]));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn outside_their_structure_fewer_than_five_people_are_not_told() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let wish = json!({ "name": "Financeur", "structure_id": jardins.id, "scope": "aggregates", "until": "2026-06-01" });
    let made = world.post("/v1/service-tokens", &wish).by(&jardins.manager).await.created();
    let funder = async || {
        let path = format!("/v1/structures/{}/summaries/2026", jardins.id);
        people(&world.get(path).token(made["token"].as_str().unwrap()).await.ok())
    };
    assert_eq!(funder().await, json!([[null, 0, 0]]));
    let mut known = Vec::new();
    for (number, giver) in [jardins, jardins, jardins, jardins, cuma].into_iter().enumerate() {
        known.push(world.person(giver, &format!("Personne {number}")).await);
        gives(&world, &village, giver, &known[number], TODAY).await;
        if number == 3 {
            let untold = json!([[null, "suppressed", 0], ["volunteer_hours", "suppressed", 0]]);
            assert_eq!((funder().await, of_cooperation(&world, &village).await), (untold.clone(), untold));
        }
    }
    let exact = json!([[null, 4, 0], ["volunteer_hours", 4, 0]]);
    assert_eq!(of_structure(&world, jardins, &jardins.manager).await, exact);
    // Five in the cooperation are told to everybody in it, of whom each structure knows its own only.
    assert_eq!(of_cooperation(&world, &village).await, json!([[null, 5, 0], ["volunteer_hours", 5, 0]]));
    assert_eq!(funder().await, json!([[null, "suppressed", 0], ["volunteer_hours", "suppressed", 0]]));
    let path = format!("/v1/structures/{}/summaries/2026.csv", jardins.id);
    let table = world.get(&path).token(made["token"].as_str().unwrap()).await.is(200).text();
    assert!(table.contains(",people,,fewer than five,volunteer_hours,people,,,,,0\r\n"), "{table}");
    let table = world.get(&path).by(&jardins.manager).in_french().await.is(200).text();
    assert!(table.contains(";personnes;;;;personnes;;;4;;0\r\n"), "{table}");
}

#[tokio::test]
async fn who_is_contested_or_erased_counts_no_more_now_or_as_known_at_any_line() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let (odile, remi) = (world.person(jardins, "Odile").await, world.person(jardins, "Rémi").await);
    let first = gives(&world, &village, jardins, &odile, TODAY).await;
    gives(&world, &village, jardins, &remi, TODAY).await;
    let at = async |when: &str| {
        let path = format!("/v1/structures/{}/summaries/2026{when}", jardins.id);
        people(&world.get(path).by(&jardins.manager).await.ok())[0][1].clone()
    };
    let say = |word: &str, said: Value| world.word(&first, word, &said).by(&cuma.manager);
    say("contest", json!({ "reason": "Non." })).await.ok();
    assert_eq!([at("").await, at("?known_at_line=3").await, at("?known_at_line=2").await], [1, 1, 2]);
    say("withdraw", json!({})).await.ok();
    say("confirm", json!({})).await.ok();
    assert_eq!([at("").await, at("?known_at_line=3").await, at("?known_at_line=1").await], [2, 1, 1]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
    let erase = json!({ "confirm": true });
    world.post(format!("/v1/people/{odile}/erase"), &erase).by(&jardins.manager).await.nothing();
    assert_eq!([at("").await, at("?known_at_line=5").await, at("?known_at_line=1").await], [1, 1, 0]);
    // What is said of the line afterwards brings nobody back.
    say("withdraw", json!({})).await.ok();
    assert_eq!(at("").await, 1);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn human_time_is_told_in_full_time_jobs_on_a_base_that_is_named() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let record =
        async |day: &str, minutes: i64| world.hours_line(&jardins.manager, &given(jardins, cuma, day, minutes)).await;
    let confirmed = record("2026-01-05", 1000).await;
    world.word(&confirmed, "confirm", &json!({})).by(&cuma.manager).await.ok();
    record("2026-01-06", 607).await;
    let contested = record("2026-01-07", 600).await;
    world.word(&contested, "contest", &json!({ "reason": "Non." })).by(&cuma.manager).await.ok();
    record("2025-01-06", 964).await;
    let told = async |query: &str| {
        let path = format!("/v1/structures/{}/summaries/2026{query}", jardins.id);
        world.get(path).by(&jardins.manager).await.ok()["sides"][0]["full_time_equivalents"].clone()
    };
    let expected = |hours: i64, now: i64, before: i64| json!({ "full_time_hours": hours, "thousandths": now, "previous_thousandths": before });
    assert_eq!(told("").await, expected(1607, 17, 10));
    assert_eq!(told("?full_time_hours=1").await, expected(1, 26_783, 16_067));
    assert_eq!(told("?full_time_hours=3000").await, expected(3000, 9, 5));
    let path = format!("/v1/structures/{}/summaries/2026.csv?full_time_hours=1820", jardins.id);
    let table = world.get(&path).by(&jardins.manager).await.is(200).text();
    let row = "given,full_time_equivalents,1820,,,full_time_equivalents,,,0.015,,0.009\r\n";
    assert!(table.contains(row), "{table}");
    let french = world.get(&path).by(&jardins.manager).in_french().await.is(200).text();
    assert!(french.contains("donné;équivalents temps plein;1820;;;équivalents temps plein;;;0,015;;0,009\r\n"));
}

#[tokio::test]
async fn sums_are_told_by_commune_and_what_has_none_apart() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let within = json!({ "cooperation_id": village.cooperation });
    for (party, code) in [(commune, "38416"), (cuma, "38416")] {
        let path = format!("/v1/structures/{}", party.id);
        world.patch(path, &json!({ "commune": code })).by(&party.manager).on_version(1).await.ok();
    }
    for (receiver, minutes) in [(commune, 1), (cuma, 2)] {
        let wish = with(&given(jardins, receiver, TODAY, minutes), &within);
        world.hours_line(&jardins.manager, &wish).await;
    }
    let commons = with(&given(cuma, jardins, TODAY, 4), &with(&within, &json!({ "receiver_id": null })));
    world.hours_line(&cuma.manager, &commons).await;
    world.hours_line(&jardins.manager, &given(jardins, commune, "2025-03-01", 8)).await;
    let minutes = |list: &Value| -> Value {
        let of = |entry: &Value| json!([entry["key"], entry["declared"]["minutes"], entry["previous"]["minutes"]]);
        list.as_array().unwrap().iter().map(of).collect()
    };
    let own = world.summary(&format!("structures/{}", jardins.id), 2026, &jardins.manager).await;
    assert_eq!(minutes(&own["sides"][0]["by_commune"]), json!([["38416", 3, 8]]));
    let common = world.summary(&format!("cooperations/{}", village.cooperation), 2026, &cuma.manager).await;
    assert_eq!(minutes(&common["sides"][0]["by_giver_commune"]), json!([[null, 3, 0], ["38416", 4, 0]]));
    assert_eq!(minutes(&common["sides"][0]["by_receiver_commune"]), json!([[null, 4, 0], ["38416", 3, 0]]));
}

#[tokio::test]
async fn verification_finds_every_count_of_people_that_the_lines_do_not_make() {
    let world = World::new().await;
    let village = world.village().await;
    let odile = world.person(&village.association, "Odile").await;
    gives(&world, &village, &village.association, &odile, TODAY).await;
    let db = rusqlite::Connection::open(world.file()).unwrap();
    for change in [
        "update person_tally set lines = lines + 1 where kind = 'any' and scope = (select id from cooperation)",
        "delete from person_tally where kind <> 'any' and scope = (select id from cooperation)",
        "update person_tally set year = 2025 where kind = 'any' and scope <> (select id from cooperation)",
        "update person_tally set kind = 'time' where kind = 'any' and scope = (select id from cooperation)",
        "insert into person_tally select person_id, year, kind, person_id, lines from person_tally limit 1",
        "update people_count set people = 7 where kind = 'any' and scope = (select id from cooperation)",
        "delete from people_count where kind <> 'any' and scope = (select id from cooperation)",
    ] {
        db.execute_batch("begin").unwrap();
        assert_eq!(db.execute(change, []).unwrap(), 1, "{change}");
        let faults = navette::ledger::verify::verify(&db).unwrap().faults;
        db.execute_batch("rollback").unwrap();
        assert!((1..=4).contains(&faults.len()) && faults.iter().all(|fault| fault.contains("people")), "{faults:?}");
    }
    assert_eq!(world.faults().await, [] as [&str; 0]);
}
