//! One small world, told as it stands in `golden.json`.

use serde_json::{Value, json};

use crate::world::{Party, World};

/// Each IRI by the place at which it appears first: some of what they are made of is random.
fn placed(text: &str) -> String {
    let mut seen: Vec<String> = Vec::new();
    let mut parts = text.split("urn:uuid:");
    let mut placed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (iri, rest) = part.split_at(36);
        let place = seen.iter().position(|known| known == iri).unwrap_or_else(|| {
            seen.push(iri.to_owned());
            seen.len() - 1
        });
        placed += &["urn:uuid:", &place.to_string(), rest].concat();
    }
    placed
}

fn id(number: u32) -> String {
    format!("01990f3a-7c1e-7000-8000-{number:012}")
}

async fn party(world: &World, owner: &crate::world::Caller, number: u32, name: &str, kind: &str) -> Party {
    let wish = json!({ "id": id(number), "name": name, "kind": kind });
    world.post("/v1/structures", &wish).by(owner).await.created();
    let manager = world.account(kind).await;
    let grant = json!({ "account_id": manager.account.to_string(), "structure_id": id(number), "role": "manager" });
    world.post("/v1/roles", &grant).by(owner).await.created();
    Party { id: id(number), manager }
}

#[tokio::test]
async fn a_loan_hours_and_a_session_are_told_as_they_stand_in_the_file() {
    let world = World::new().await;
    let owner = world.village().await.owner;
    let farm = party(&world, &owner, 1, "Ferme des Aulnes", "farm").await;
    let school = party(&world, &owner, 2, "École du Vallon", "school").await;
    let founding = json!({ "id": id(3), "name": "Jardin commun", "intention": "Planter.", "founder_id": farm.id,
                           "starts_on": "2026-01-01" });
    world.post("/v1/cooperations", &founding).by(&farm.manager).await.created();
    world.membership(&farm, &id(3), &school.id, "2026-01-01").await;
    let thing = json!({ "id": id(4), "structure_id": farm.id, "name": "Motoculteur", "category": "outillage",
                        "identifier": "MT-7" });
    world.post("/v1/equipment", &thing).by(&farm.manager).await.created();
    let loan = json!({ "id": id(5), "equipment_id": id(4), "borrower_id": school.id, "cooperation_id": id(3),
                       "from": "2026-03-02", "until": "2026-03-05", "recorded_afterwards": true });
    world.post("/v1/loans", &loan).by(&farm.manager).await.created();
    let hours = json!({ "id": id(6), "giver_id": school.id, "receiver_id": farm.id, "cooperation_id": id(3),
                        "day": "2026-03-08", "minutes": 90, "activity": "plantation" });
    let hours = world.post("/v1/hours", &hours).by(&school.manager).await.created();
    let session = json!({ "id": id(7), "giver_id": farm.id, "skill": "Greffe", "day": "2026-03-09", "minutes": 120,
                          "taught_by": "staff", "cooperation_id": id(3),
                          "receivers": [{ "structure_id": school.id, "participants": 6 }] });
    world.post("/v1/skill-sessions", &session).by(&farm.manager).await.created();
    world.advance(1);
    let correction = json!({ "minutes": 60, "reason": "Une heure." });
    let line = hours["contribution_id"].as_str().unwrap();
    world.word(line, "correct", &correction).by(&farm.manager).await.created();
    let document = world.valueflows(&format!("cooperations/{}", id(3)), "", &farm.manager).await;
    let told = format!("{}\n", placed(&serde_json::to_string_pretty(&document).unwrap()));
    let expected: &str = include_str!("golden.json");
    assert_eq!(told.lines().collect::<Vec<_>>(), expected.lines().collect::<Vec<_>>(), "the export is now\n{told}");
    let _: Value = serde_json::from_str(expected).unwrap();
}
