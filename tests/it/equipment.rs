//! Equipment: one identified unit or a pool, seen by those who cooperate.

use serde_json::{Value, json};

use crate::world::{TODAY, World};

#[tokio::test]
async fn a_unit_is_one_and_a_pool_has_a_quantity() {
    let world = World::new().await;
    let village = world.village().await;
    let record = |facts: Value| {
        let mut body = json!({ "structure_id": village.cuma.id, "name": "Chaises", "category": "mobilier" });
        body.as_object_mut().unwrap().extend(facts.as_object().unwrap().clone());
        world.post("/v1/equipment", &body).by(&village.cuma.manager)
    };
    let unit = record(json!({})).await.created();
    assert_eq!((&unit["tracking"], &unit["quantity"], &unit["nature"]), (&json!("unit"), &json!(1), &json!("thing")));
    let said = record(json!({ "tracking": null, "quantity": null, "nature": null, "place": null })).await.created();
    assert_eq!(said["tracking"], "unit");
    assert_eq!(record(json!({ "tracking": "pool", "quantity": 120 })).await.created()["quantity"], 120);
    assert_eq!(record(json!({ "nature": "premises" })).await.created()["nature"], "premises");
    record(json!({ "quantity": 2 })).await.invalid("/quantity", "out-of-range");
    for quantity in [0, -1, 1_000_001] {
        record(json!({ "tracking": "pool", "quantity": quantity })).await.invalid("/quantity", "out-of-range");
    }
    record(json!({ "tracking": "flock" })).await.invalid("/tracking", "not-one-of");
}

#[tokio::test]
async fn neighbours_see_what_can_be_lent_and_strangers_do_not() {
    let world = World::new().await;
    let village = world.village().await;
    let tractor = world.equipment(&village.cuma, "Tracteur rouge", "tracteur").await;
    let path = format!("/v1/equipment/{tractor}");
    let reader = world.colleague(&village.association, "reader", "lise").await;
    for neighbour in [&village.cuma.manager, &village.commune.manager, &reader] {
        world.get(&path).by(neighbour).await.ok();
        assert_eq!(world.get("/v1/equipment").by(neighbour).await.items().len(), 1);
    }
    let far = world.party(&village.owner, "Commune d'Ailleurs", "commune", "ailleurs").await;
    for other in [&far.manager, &village.owner] {
        world.get(&path).by(other).await.refused(404, "not-found");
        assert_eq!(world.get("/v1/equipment").by(other).await.items().len(), 0);
        let theirs = format!("/v1/equipment?structure_id={}", village.cuma.id);
        assert_eq!(world.get(theirs).by(other).await.items().len(), 0);
    }
}

#[tokio::test]
async fn equipment_is_recorded_by_contributors_of_its_structure() {
    let world = World::new().await;
    let village = world.village().await;
    let (reader, contributor) = (
        world.colleague(&village.cuma, "reader", "lise").await,
        world.colleague(&village.cuma, "contributor", "marc").await,
    );
    let body = json!({ "structure_id": village.cuma.id, "name": "Remorque", "category": "remorque" });
    for other in [&reader, &village.commune.manager, &village.owner] {
        world.post("/v1/equipment", &body).by(other).await.refused(403, "forbidden");
    }
    let path = format!("/v1/equipment/{}", world.post("/v1/equipment", &body).by(&contributor).await.created_id());
    let change = |body: Value| world.patch(&path, &body).on_version(1);
    for other in [&reader, &village.commune.manager] {
        change(json!({ "place": "Hangar" })).by(other).await.refused(403, "forbidden");
    }
    change(json!({ "structure_id": village.commune.id }))
        .by(&contributor)
        .await
        .invalid("/structure_id", "cannot-change");
    change(json!({ "tracking": "pool" })).by(&contributor).await.invalid("/tracking", "cannot-change");
    change(json!({ "quantity": 2 })).by(&contributor).await.invalid("/quantity", "out-of-range");
    change(json!({ "place": "Hangar" })).by(&contributor).await.ok();
}

#[tokio::test]
async fn a_pool_shrinks_only_as_far_as_its_promises_allow() {
    let world = World::new().await;
    let village = world.village().await;
    let cuma = &village.cuma.manager;
    let chairs = json!({ "structure_id": village.cuma.id, "name": "Chaises", "category": "mobilier", "tracking": "pool",
                         "quantity": 100 });
    let chairs = world.post("/v1/equipment", &chairs).by(cuma).await.created_id();
    for (borrower, from, until, quantity) in
        [(&village.commune.id, TODAY, "2026-03-20", 40), (&village.association.id, "2026-03-18", "2026-03-22", 30)]
    {
        let loan = json!({ "equipment_id": chairs, "borrower_id": borrower, "from": from, "until": until, "quantity": quantity });
        let loan = world.post("/v1/loans", &loan).by(cuma).await.created_id();
        world.post(format!("/v1/loans/{loan}/events"), &json!({ "event": "approve" })).by(cuma).await.ok();
    }
    let shrink = |quantity: i64, version| {
        world.patch(format!("/v1/equipment/{chairs}"), &json!({ "quantity": quantity })).by(cuma).on_version(version)
    };
    shrink(69, 1).await.refused(409, "already-in-use");
    shrink(70, 1).await.ok();
    shrink(200, 2).await.ok();
}

#[tokio::test]
async fn what_is_no_longer_lent_is_not_listed_and_not_borrowed() {
    let world = World::new().await;
    let village = world.village().await;
    let tractor = world.equipment(&village.cuma, "Tracteur rouge", "tracteur").await;
    let archive = json!({ "archived": true });
    world.patch(format!("/v1/equipment/{tractor}"), &archive).by(&village.cuma.manager).on_version(1).await.ok();
    assert_eq!(world.get("/v1/equipment").by(&village.commune.manager).await.items().len(), 0);
    assert_eq!(world.get("/v1/equipment?archived=true").by(&village.commune.manager).await.items().len(), 1);
    let loan =
        json!({ "equipment_id": tractor, "borrower_id": village.commune.id, "from": TODAY, "until": "2026-03-17" });
    world.post("/v1/loans", &loan).by(&village.commune.manager).await.invalid("/equipment_id", "archived");
}

#[tokio::test]
async fn the_catalogue_is_searched_by_name_category_or_label() {
    let world = World::new().await;
    let village = world.village().await;
    world.equipment(&village.cuma, "Tracteur rouge", "tracteur").await;
    let tent = json!({ "structure_id": village.association.id, "name": "Barnum 6 m", "category": "réception", "identifier": "JP-017" });
    world.post("/v1/equipment", &tent).by(&village.association.manager).await.created();
    let hall = json!({ "structure_id": village.commune.id, "name": "Salle des fêtes", "category": "salle", "nature": "premises" });
    world.post("/v1/equipment", &hall).by(&village.commune.manager).await.created();
    let of_cuma = format!("structure_id={}", village.cuma.id);
    let table = [
        ("q=TRACTEUR", "Tracteur rouge"),
        ("q=jp-017", "Barnum 6 m"),
        ("q=salle", "Salle des fêtes"),
        ("category=r%C3%A9ception", "Barnum 6 m"),
        ("nature=premises", "Salle des fêtes"),
        (&of_cuma, "Tracteur rouge"),
    ];
    for (query, name) in table {
        let found = world.get(format!("/v1/equipment?{query}")).by(&village.cuma.manager).await.items();
        let names: Vec<_> = found.iter().map(|item| item["name"].as_str().unwrap()).collect();
        assert_eq!(names, [name], "{query}");
    }
}
