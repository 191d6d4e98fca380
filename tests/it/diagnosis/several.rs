//! Several cooperations of one territory, read together.

use serde_json::json;

use super::{are_missing, is};
use crate::deeds::{given, says, with};
use crate::world::{TODAY, World};

#[tokio::test]
async fn a_structure_is_of_the_smallest_of_the_cooperations_it_is_in() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    // Two circles within the valley: the CUMA with the commune, the association with a neighbour.
    let machines = world.cooperation(cuma, "Machines").await;
    world.membership(cuma, &machines, &commune.id, "2026-01-01").await;
    let neighbour = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    world.membership(commune, &village.cooperation, &neighbour.id, "2026-01-01").await;
    let gardens = world.cooperation(jardins, "Jardins").await;
    world.membership(jardins, &gardens, &neighbour.id, "2026-01-01").await;
    // Whoever asks belongs to all three.
    world.membership(jardins, &gardens, &cuma.id, "2026-01-01").await;
    for (giver, receiver, cooperation) in [
        (cuma, commune, &machines),
        (commune, cuma, &village.cooperation),
        (jardins, &neighbour, &gardens),
        (&neighbour, jardins, &village.cooperation),
        (cuma, jardins, &gardens),
    ] {
        let wish = with(&given(giver, receiver, TODAY, 60), &json!({ "cooperation_id": cooperation }));
        world.hours_line(&giver.manager, &wish).await;
    }
    let listed = format!("/v1/diagnosis?cooperation_id={},{machines},{gardens}", village.cooperation);
    let repeated = format!(
        "/v1/diagnosis?cooperation_id={gardens}&cooperation_id={machines}&cooperation_id={}",
        village.cooperation
    );
    let answer = world.get(&listed).by(&cuma.manager).await;
    let read = answer.ok();
    assert_eq!(answer.bytes, world.get(&repeated).by(&cuma.manager).await.is(200).bytes, "in whatever order");
    let sizes: Vec<_> = read["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["label"].clone(), one["structures"].clone()))
        .collect();
    assert!(
        sizes.contains(&(json!("Machines"), json!(2))) && sizes.contains(&(json!("Jardins"), json!(2))),
        "{sizes:?}"
    );
    // One of five hours crosses; two groups of two would let two thirds of all pairs cross.
    is(&read, "silo_index", -0.6);
    is(&read, "silo_index_of_ties", -1.0 / 3.0);
    says(&super::indicator(&read, "silo_index")["reference"], &json!({ "of": "chance", "value": 0.333_333_333 }));
    assert_eq!(read["without_common_structure"], json!([]));
    let of_groups = read["indicators"].as_array().unwrap().iter().filter(|one| one["code"] == "silo_index_of_group");
    let told: Vec<_> = of_groups.map(|one| (one["value"].as_f64().unwrap(), one["flows"].as_i64().unwrap())).collect();
    assert_eq!(told, [(-1.0 / 3.0, 3); 2].map(|(value, flows)| ((value * 1e9_f64).round() / 1e9, flows)), "two within");
    // What one may not read cannot be asked for together with what one may.
    world.get(&listed).by(&commune.manager).await.refused(404, "not-found");
}

#[tokio::test]
async fn cooperations_that_no_structure_joins_are_told() {
    let world = World::new().await;
    let village = world.village().await;
    let cuma = &village.cuma;
    let account = json!({ "account_id": cuma.manager.account.to_string(), "role": "reader" });
    let elsewhere = world.party(&village.owner, "Commune d'Ailleurs", "commune", "ailleurs").await;
    let grant = with(&account, &json!({ "structure_id": elsewhere.id }));
    world.post("/v1/roles", &grant).by(&elsewhere.manager).await.created();
    let other = world.cooperation(&elsewhere, "Ailleurs ensemble").await;
    let path = format!("/v1/diagnosis?cooperation_id={}&cooperation_id={other}", village.cooperation);
    let read = world.get(&path).by(&cuma.manager).await.ok();
    let pairs = read["without_common_structure"].as_array().unwrap();
    assert_eq!(pairs.len(), 1);
    let names: Vec<_> = pairs[0].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"Vallée partagée") && names.contains(&"Ailleurs ensemble"), "{names:?}");
    are_missing(&read, "no_flow", &["silo_index"]);
}
