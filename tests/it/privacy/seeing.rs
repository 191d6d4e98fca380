//! Access and correction: through one's account, or through a link.

use serde_json::json;

use super::name_in;
use crate::world::World;

#[tokio::test]
async fn a_person_reads_all_that_is_kept_about_them_through_their_link() {
    let world = World::new().await;
    let village = world.village().await;
    let ginette = world.volunteer(&village.association, &village, "Ginette Faure").await;
    world.volunteer(&village.association, &village, "Marcel").await;
    let record = world.post("/v1/me/record", &json!({ "token": ginette.token })).await.ok();
    assert_eq!(name_in(&record), "Ginette Faure");
    assert_eq!(record["structure"]["name"], "Les Jardins partagés");
    let told = record.to_string();
    for text in &ginette.texts {
        assert!(told.contains(text.as_str()), "{text} is missing in {told}");
    }
    assert!(!told.contains("Marcel"), "{told}");
    let lines = record["lines"].as_array().unwrap();
    assert_eq!(lines.len(), 4, "hours, their correction, and a session for two");
    let minutes: i64 = lines.iter().map(|line| line["quantities"]["minutes"].as_i64().unwrap()).sum();
    assert_eq!(minutes, 90 - 30 + 60);
    assert_eq!(record["skills"][0]["name"], "Greffe");
    assert_eq!((&record["cut"], &record["kept"]["person_months"]), (&json!(false), &json!(36)));
}

#[tokio::test]
async fn a_link_serves_seven_days_and_until_it_is_taken_back_or_replaced() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let ginette = world.person(jardins, "Ginette").await;
    let opens = async |token: &str| world.post("/v1/me/record", &json!({ "token": token })).await.status == 200;
    let first = world.link_of(&ginette, jardins).await;
    assert!(opens(&first).await && opens(&first).await, "more than once");
    let second = world.link_of(&ginette, jardins).await;
    assert!(!opens(&first).await && opens(&second).await);
    world.advance(6);
    assert!(opens(&second).await);
    world.advance(1);
    assert!(!opens(&second).await);
    let third = world.link_of(&ginette, jardins).await;
    let revoke = json!({ "revoke": true });
    let revoked = world.post(format!("/v1/people/{ginette}/link"), &revoke).by(&jardins.manager).await.ok();
    assert_eq!((&revoked["expires_at"], &revoked["address"]), (&json!(null), &json!(null)));
    assert!(!opens(&third).await && !opens("guessed").await);
    let digest = navette::secret::digest(&third);
    assert!(!format!("{:?}", world.contents().await).contains(&third) && digest.len() == 32);
}

#[tokio::test]
async fn a_link_told_once_is_not_told_again() {
    let world = World::new().await;
    let village = world.village().await;
    let ginette = world.person(&village.commune, "Ginette").await;
    let make = || world.post(format!("/v1/people/{ginette}/link"), &json!({})).by(&village.commune.manager).key("l");
    assert!(make().await.ok()["address"].is_string());
    assert_eq!(make().await.ok()["address"], json!(null));
}

#[tokio::test]
async fn a_person_corrects_their_name_at_once_and_nothing_else() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let ginette = world.volunteer(jardins, &village, "Ginette").await;
    let wish = json!({ "token": ginette.token, "name": "La Dame aux poules", "pseudonym": true });
    let record = world.post("/v1/me/correct", &wish).await.ok();
    assert_eq!(name_in(&record), "La Dame aux poules");
    assert_eq!(record["person"]["note"], "note de Ginette", "the structure's note is the structure's");
    assert_eq!(world.names(jardins).await, ["La Dame aux poules"]);
    let note = json!({ "token": ginette.token, "name": "Ginette", "note": "autre" });
    world.post("/v1/me/correct", &note).await.invalid("/note", "unknown-field");
    let trail = world.contents().await["audit"].join("\n");
    assert!(trail.contains("person_corrected") || trail.contains(&format!("{:?}", b"person_corrected")), "{trail}");
}

#[tokio::test]
async fn a_linked_account_reads_and_corrects_its_own_record_only() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let (ginette, marcel) = (world.person(jardins, "Ginette").await, world.person(jardins, "Marcel").await);
    let own = world.account("ginette").await;
    assert_eq!(world.get("/v1/people").by(&own).await.items(), [] as [serde_json::Value; 0]);
    let link = json!({ "account_id": own.account.to_string() });
    world.patch(format!("/v1/people/{ginette}"), &link).by(&jardins.manager).on_version(1).await.ok();
    assert_eq!(world.get("/v1/people").by(&own).await.items()[0]["id"], json!(ginette));
    let record = world.get(format!("/v1/people/{ginette}/record")).by(&own).await.ok();
    assert_eq!(name_in(&record), "Ginette");
    world.get(format!("/v1/people/{marcel}/record")).by(&own).await.refused(404, "not-found");
    let path = format!("/v1/people/{ginette}");
    world.patch(&path, &json!({ "name": "Gin" })).by(&own).on_version(2).await.ok();
    for more in [json!({ "note": "x" }), json!({ "archived": true }), json!({ "minor": true })] {
        world.patch(&path, &more).by(&own).on_version(3).await.refused(403, "forbidden");
    }
    let reader = world.colleague(jardins, "reader", "lise").await;
    world.get(format!("/v1/people/{ginette}/record")).by(&reader).await.refused(403, "forbidden");
    world.get(format!("/v1/people/{ginette}/record")).by(&jardins.manager).await.ok();
    let nobody = json!({ "account_id": crate::contract::NOTHING });
    let unknown = world.patch(&path, &nobody).by(&jardins.manager).on_version(3).await;
    unknown.invalid("/account_id", "unknown-reference");
}

#[tokio::test]
async fn a_name_is_shown_to_others_only_while_the_person_agrees() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let ginette = world.volunteer(jardins, &village, "Ginette Faure").await;
    let skill = world.get("/v1/skills").by(&jardins.manager).await.items()[0]["id"].as_str().unwrap().to_owned();
    let seen = async || world.get(format!("/v1/skills/{skill}")).by(&village.commune.manager).await.ok();
    assert_eq!(seen().await.get("person_name"), None);
    let path = format!("/v1/people/{}/consents", ginette.id);
    let tomorrow = json!({ "purpose": "skills", "given_on": "2026-03-16" });
    world.post(&path, &tomorrow).by(&jardins.manager).await.invalid("/given_on", "day-in-the-future");
    let agreed = json!({ "purpose": "skills", "given_on": "2026-03-01" });
    let person = world.post(&path, &agreed).by(&jardins.manager).await.ok();
    assert_eq!(person["consents"], json!([{ "purpose": "skills", "given_on": "2026-03-01" }]));
    let shown = seen().await;
    assert_eq!((&shown["person_name"], &shown["person_id"]), (&json!("Ginette Faure"), &json!(null)));
    world.post(&path, &json!({ "purpose": "skills" })).by(&jardins.manager).await.ok();
    let hidden = seen().await;
    assert_eq!(hidden.get("person_name"), None);
    assert!(hidden["version"].as_i64() > shown["version"].as_i64(), "nobody keeps the name by its tag");
}
