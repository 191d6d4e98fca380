//! Own hours by association and year, and the compte d'engagement citoyen, for the volunteer alone.

use serde_json::{Value, json};

use super::Gardener;
use crate::world::World;

fn share(name: &str, times: i64, minutes: i64, contested: i64) -> Value {
    json!({ "name": name, "times": times, "minutes": minutes, "contested_minutes": contested })
}

#[tokio::test]
async fn a_volunteer_reads_their_hours_by_year_and_activity_with_corrections_in_and_objections_apart() {
    let gardener = Gardener::new().await;
    let hours = gardener.hours(&[&gardener.token]).await;
    let years = hours["years"].as_array().unwrap();
    assert_eq!(years.iter().map(|year| year["year"].as_i64().unwrap()).collect::<Vec<_>>(), [2026, 2025]);
    assert_eq!((&years[0]["minutes"], &years[0]["contested_minutes"]), (&json!(720), &json!(120)));
    let place = &years[0]["structures"][0];
    assert_eq!(place["name"], "Les Jardins partagés");
    assert_eq!(place["activities"], json!([share("Fauche", 0, 0, 120), share("Taille", 1, 630, 0)]));
    assert_eq!(place["skills"], json!([share("Greffe", 1, 90, 0)]), "a session for two, and none as paid staff");
    assert_eq!(years[1]["structures"][0]["activities"], json!([share("Taille", 1, 180, 0)]));
}

#[tokio::test]
async fn hours_in_several_associations_are_added_up_over_the_links_that_are_shown() {
    let gardener = Gardener::new().await;
    let (world, cuma) = (&gardener.world, &gardener.village.cuma);
    let there = world.person(cuma, "Ginette F.").await;
    world.gave(cuma, &gardener.village.commune, &there, "2026-03-02", 60, "Entretien").await;
    let marcel = world.person(cuma, "Marcel").await;
    world.gave(cuma, &gardener.village.commune, &marcel, "2026-03-03", 600, "Bricolage").await;
    let second = world.link_of(&there, cuma).await;
    let hours = gardener.hours(&[&gardener.token, &second, &gardener.token]).await;
    assert_eq!(hours["years"][0]["minutes"], 780, "a link that is shown twice counts once");
    let names = |places: &Value| {
        places.as_array().unwrap().iter().map(|place| place["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&hours["structures"]), ["Les Jardins partagés", "CUMA du Vallon"]);
    assert_eq!(names(&hours["years"][0]["structures"]), ["Les Jardins partagés", "CUMA du Vallon"]);
    let alone = gardener.hours(&[&second]).await.to_string();
    for other in ["Bricolage", "Marcel", "Taille", "Jardins"] {
        assert!(!alone.contains(other), "{other} is another's: {alone}");
    }
    let twice = world.person(&gardener.village.association, "Ginette Faure-Roux").await;
    let third = world.link_of(&twice, &gardener.village.association).await;
    world.gave(&gardener.village.association, cuma, &twice, "2026-03-04", 30, "Taille").await;
    let hours = gardener.hours(&[&gardener.token, &third]).await;
    assert_eq!(hours["years"][0]["structures"].as_array().unwrap().len(), 1, "one association that recorded her twice");
    assert_eq!(hours["years"][0]["structures"][0]["activities"][1], share("Taille", 2, 660, 0));
}

#[tokio::test]
async fn the_thresholds_count_associations_only_and_say_what_is_missing() {
    let gardener = Gardener::new().await;
    let (world, village) = (&gardener.world, &gardener.village);
    let numbers = json!({ "rna": "W863001234", "siren": "732829320" });
    let path = format!("/v1/structures/{}", village.association.id);
    world.patch(&path, &numbers).by(&village.association.manager).on_version(1).await.ok();
    let at_town_hall = world.person(&village.commune, "Ginette").await;
    world.gave(&village.commune, &village.cuma, &at_town_hall, "2026-03-05", 600, "Accueil").await;
    let town_hall = world.link_of(&at_town_hall, &village.commune).await;
    let cec = async || gardener.hours(&[&gardener.token, &town_hall]).await["years"][0]["cec"].clone();
    let before = cec().await;
    assert_eq!((&before["minutes"], &before["missing_minutes"]), (&json!(720), &json!(12_000 - 720)));
    assert_eq!((&before["missing_in_one_minutes"], &before["reached"]), (&json!(6000 - 720), &json!(false)));
    let expected = json!([{ "structure_id": village.association.id, "name": "Les Jardins partagés",
                            "rna": "W863001234", "siren": "732829320", "minutes": 720, "declared_a_year": "to_check" }]);
    assert_eq!(before["associations"], expected, "a commune is no association");
    for day in 4..12 {
        let day = format!("2026-03-{day:02}");
        world.gave(&village.association, &village.commune, &gardener.id, &day, 1410, "coordination").await;
    }
    let reached = cec().await;
    assert_eq!((&reached["minutes"], &reached["reached"]), (&json!(12_000), &json!(true)));
    assert_eq!((&reached["declare_by"], &reached["certified_by"]), (&json!("2027-06-30"), &json!("2027-12-31")));
    let undeclared = json!({ "legal_category": "9210" });
    world.patch(&path, &undeclared).by(&village.association.manager).on_version(2).await.ok();
    let none = cec().await;
    assert_eq!((&none["minutes"], &none["associations"][0]["declared_a_year"]), (&json!(0), &json!("no")));
}

#[tokio::test]
async fn nobody_but_the_volunteer_is_told_the_thresholds() {
    let gardener = Gardener::new().await;
    let (world, manager) = (&gardener.world, &gardener.village.association.manager);
    let person = format!("/v1/people/{}", gardener.id);
    for path in [
        person.clone(),
        format!("{person}/record"),
        format!("{person}/timesheets/2026"),
        format!("/v1/structures/{}/summaries/2026", gardener.village.association.id),
    ] {
        let told = world.get(&path).by(manager).await.ok().to_string();
        assert!(!told.contains("\"cec\"") && !told.contains("missing_minutes"), "{path}: {told}");
    }
    world.post("/v1/me/hours", &json!({ "tokens": [gardener.id] })).by(manager).await.refused(401, "wrong-credentials");
}

#[tokio::test]
async fn a_link_that_is_wrong_over_or_taken_back_shows_nothing() {
    let gardener = Gardener::new().await;
    let (world, jardins) = (&gardener.world, &gardener.village.association);
    let marcel = world.person(jardins, "Marcel").await;
    let other = world.link_of(&marcel, jardins).await;
    let refused = async |tokens: Value| {
        world.post("/v1/me/hours", &json!({ "tokens": tokens })).await.refused(401, "wrong-credentials");
    };
    refused(json!(["guessed"])).await;
    refused(json!([gardener.token, "guessed"])).await;
    world.post(format!("/v1/people/{marcel}/link"), &json!({ "revoke": true })).by(&jardins.manager).await.ok();
    refused(json!([gardener.token, other])).await;
    world.advance(7);
    refused(json!([gardener.token])).await;
    for (what, body) in [
        ("timesheet", json!({ "token": gardener.token, "year": 2026 })),
        ("attestations", json!({ "token": gardener.token, "from": "2026-01-01", "until": "2027-01-01" })),
    ] {
        world.post(format!("/v1/me/{what}"), &body).await.refused(401, "wrong-credentials");
    }
    assert_eq!(world.contents().await["attestation"], [] as [String; 0]);
}

#[tokio::test]
async fn from_one_to_twenty_links_are_shown_together() {
    let world = World::new().await;
    for tokens in [vec![], vec!["guessed"; 21]] {
        let answer = world.post("/v1/me/hours", &json!({ "tokens": tokens })).await;
        answer.invalid("/tokens", "wrong-number");
    }
    world.post("/v1/me/hours", &json!({ "tokens": vec!["guessed"; 20] })).await.refused(401, "wrong-credentials");
}

#[tokio::test]
async fn the_hours_are_a_page_to_print_and_that_they_were_given_out_is_noted() {
    let gardener = Gardener::new().await;
    let ask = || gardener.world.post("/v1/me/hours", &json!({ "tokens": [gardener.token] }));
    let page = ask().header("accept", "text/html").await;
    assert_eq!(page.is(200).header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("ledger-head").is_some());
    for told in
        ["Mes heures de bénévolat", "10\u{a0}h\u{a0}30", "Transmission : Greffe", "à vérifier", "ne sont montrés qu"]
    {
        assert!(page.text().contains(told), "{told} is missing in {page}");
    }
    let english = ask().header("accept", "text/html").header("accept-language", "en").await;
    assert!(english.text().contains("My volunteer hours"), "{english}");
    let table = ask().header("accept", "text/csv").await;
    assert!(table.text().contains("2026,Les Jardins partagés,Taille,1,10\u{a0}h\u{a0}30,630,"), "{table}");
    assert_eq!(gardener.world.trail().await.iter().filter(|event| *event == "person_exported").count(), 3);
}
