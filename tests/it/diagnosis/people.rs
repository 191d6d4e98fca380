//! People: counted without identities, and not at all below five.

use serde_json::json;

use super::{are_missing, indicator, is};
use crate::deeds::{given, says, with};
use crate::world::{TODAY, World};

const OF_PEOPLE: [&str; 4] =
    ["person_concentration", "effective_people", "people_of_half", "coordination_person_concentration"];

#[tokio::test]
async fn nothing_is_said_of_fewer_than_five_people_and_nobody_is_ever_named() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let names = ["Odile", "Marcel", "Ginette", "Firmin", "Rosalie"];
    for (position, name) in names.into_iter().enumerate() {
        let person = world.person(jardins, name).await;
        let wish = with(
            &given(jardins, cuma, TODAY, 60),
            &json!({ "person_id": person, "cooperation_id": village.cooperation, "activity": "coordination" }),
        );
        let line = world.hours_line(&jardins.manager, &wish).await;
        if position == 0 {
            // A correction belongs to the person whose hours it corrects.
            let more = json!({ "minutes": 120, "reason": "Deux heures." });
            world.word(&line, "correct", &more).by(&jardins.manager).await.created();
        }
        let path = format!("/v1/cooperations/{}/diagnosis", village.cooperation);
        let answer = world.get(&path).by(&cuma.manager).await;
        let (read, text) = (answer.ok(), answer.text());
        assert!(names.iter().all(|name| !text.contains(name)) && !text.contains(&person), "{text}");
        if position < 4 {
            are_missing(&read, "too_few_people", &OF_PEOPLE);
            assert!(OF_PEOPLE.iter().all(|code| indicator(&read, code)["flows"] == 0), "how many is itself said");
            continue;
        }
        // 120 + 4 × 60 minutes.
        is(&read, "person_concentration", (4.0 + 4.0) / 36.0);
        is(&read, "effective_people", 4.5);
        is(&read, "people_of_half", 3.0);
        is(&read, "coordination_person_concentration", 8.0 / 36.0);
        says(indicator(&read, "people_of_half"), &json!({ "reference": { "of": "all", "value": 5 }, "flows": 5 }));
    }
}

#[tokio::test]
async fn how_many_people_may_stop_is_counted_over_what_they_passed_on() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    // Odile passes on three of seven skills, the others one each; what nobody confirmed says nothing.
    let skills = [
        ("Odile", "Greffe"),
        ("Odile", "Taille"),
        ("Odile", "GREFFE"),
        ("Odile", "Semis"),
        ("Marcel", "Soudure"),
        ("Ginette", "Couture"),
        ("Firmin", "Vannerie"),
        ("Rosalie", "Affûtage"),
        ("Marcel", "Danse"),
    ];
    let mut people = std::collections::BTreeMap::new();
    for (name, _) in skills {
        if !people.contains_key(name) {
            people.insert(name, world.person(jardins, name).await);
        }
    }
    for (name, skill) in skills {
        let session = json!({ "giver_id": jardins.id, "skill": skill, "day": TODAY, "minutes": 60, "person_id": people[name],
                              "taught_by": "volunteer", "cooperation_id": village.cooperation,
                              "receivers": [{ "structure_id": cuma.id, "participants": 2 }] });
        let taught = world.post("/v1/skill-sessions", &session).by(&jardins.manager).await.created();
        if skill != "Danse" {
            let line = taught["receivers"][0]["contribution_id"].as_str().unwrap();
            world.word(line, "confirm", &json!({})).by(&cuma.manager).await.ok();
        }
    }
    let read = world.diagnosis(&village.cooperation, "", &cuma.manager).await;
    is(&read, "person_truck_factor", 2.0);
    says(indicator(&read, "person_truck_factor"), &json!({ "reference": { "of": "all", "value": 7 }, "flows": 8 }));
    is(&read, "truck_factor", 1.0);
    is(&read, "concordance", 8.0 / 9.0);
}

#[tokio::test]
async fn what_hangs_on_one_structure_is_told_and_what_hangs_on_one_person_only_counted() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let offer = async |party: &crate::world::Party, name: &str, person: Option<String>| {
        let wish = json!({ "structure_id": party.id, "name": name, "person_id": person });
        world.post("/v1/skills", &wish).by(&party.manager).await.created_id()
    };
    let first = world.person(jardins, "Odile").await;
    offer(jardins, "Affûter une scie", Some(first)).await;
    let used = offer(jardins, "Greffe", None).await;
    offer(cuma, "GREFFE", None).await;
    for need in ["Greffe", "Comptabilité", "Affûter une scie"] {
        let wish = json!({ "structure_id": jardins.id, "name": need });
        world.post("/v1/needs", &wish).by(&jardins.manager).await.created();
    }
    world.equipment(commune, "Barnum 6 × 12", "barnum").await;
    let session = json!({ "giver_id": jardins.id, "skill_id": used, "day": TODAY, "minutes": 60,
                          "cooperation_id": village.cooperation,
                          "receivers": [{ "structure_id": cuma.id, "participants": 2 }] });
    world.post("/v1/skill-sessions", &session).by(&jardins.manager).await.created();
    let read = async || world.diagnosis(&village.cooperation, "", &commune.manager).await["offers"].clone();
    let offers = read().await;
    let of = |party: &crate::world::Party, name: &str| json!({ "id": party.id, "name": name });
    let barnum = json!({ "what": "equipment", "name": "barnum", "structure": of(commune, "Commune de Saint-Ferréol") });
    let saw = json!({ "what": "skill", "name": "Affûter une scie", "structure": of(jardins, "Les Jardins partagés") });
    let graft = json!({ "what": "skill", "name": "GREFFE", "structure": of(cuma, "CUMA du Vallon") });
    let need = |name: &str| json!({ "what": "need", "name": name, "structure": of(jardins, "Les Jardins partagés") });
    assert_eq!(offers["of_one_structure"], json!([barnum, saw]));
    assert_eq!(offers["unanswered"], json!([need("Affûter une scie"), need("Comptabilité")]), "its own is no answer");
    assert_eq!(offers["never_used"], json!([barnum, saw, graft]));
    assert_eq!(offers["skills_of_one_person"], json!(null), "of fewer than five people");
    for name in ["Marcel", "Ginette", "Firmin", "Rosalie"] {
        let person = world.person(cuma, name).await;
        offer(cuma, "Souder", Some(person)).await;
    }
    assert_eq!(read().await["skills_of_one_person"], json!(1), "the saw, and not the torch");
}
