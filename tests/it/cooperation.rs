//! Cooperations: kept by those who facilitate them, seen alike by all their members.

use serde_json::{Value, json};

use crate::contract::NOTHING;
use crate::world::{COOPERATION_STARTS_ON, Caller, TODAY, Village, World};

/// The membership of a structure in the village's cooperation: its address.
async fn membership_of(world: &World, village: &Village, structure: &str) -> String {
    let list = format!("/v1/memberships?cooperation_id={}&structure_id={structure}", village.cooperation);
    let items = world.get(list).by(&village.commune.manager).await.items();
    format!("/v1/memberships/{}", items[0]["id"].as_str().unwrap())
}

fn sees<'w>(world: &'w World, village: &Village, caller: &Caller) -> crate::ask::Request<'w> {
    world.get(format!("/v1/cooperations/{}", village.cooperation)).by(caller)
}

#[tokio::test]
async fn who_founds_a_cooperation_facilitates_it_from_its_start() {
    let world = World::new().await;
    let village = world.village().await;
    let contributor = world.colleague(&village.cuma, "contributor", "lise").await;
    let body = json!({ "name": "Cuisine mobile", "intention": "Cuisiner\nensemble", "founder_id": village.cuma.id });
    world.post("/v1/cooperations", &body).by(&contributor).await.refused(403, "forbidden");
    world.post("/v1/cooperations", &body).by(&village.commune.manager).await.refused(403, "forbidden");
    let found = async |starts_on: Value| {
        let mut body = body.clone();
        body["starts_on"] = starts_on;
        let id = world.post("/v1/cooperations", &body).by(&village.cuma.manager).await.created_id();
        let members = world.get(format!("/v1/memberships?cooperation_id={id}")).by(&village.cuma.manager).await.items();
        assert_eq!((members.len(), &members[0]["role"]), (1, &json!("facilitator")));
        members[0]["starts_on"].as_str().unwrap().to_owned()
    };
    assert_eq!(found(json!(null)).await, TODAY);
    assert_eq!(found(json!("2025-09-01")).await, "2025-09-01");
    // One that begins later is prepared by its founder from today.
    assert_eq!(found(json!("2027-01-01")).await, TODAY);
}

#[tokio::test]
async fn every_member_sees_the_same_whatever_its_size() {
    let world = World::new().await;
    let village = world.village().await;
    let reader = world.colleague(&village.association, "reader", "lise").await;
    let told = sees(&world, &village, &village.commune.manager).await.ok();
    let members = format!("/v1/memberships?cooperation_id={}", village.cooperation);
    let all = world.get(&members).by(&village.commune.manager).await.items();
    assert_eq!(all.len(), 3);
    for caller in [&village.association.manager, &village.cuma.manager, &reader] {
        assert_eq!(sees(&world, &village, caller).await.ok(), told);
        assert_eq!(world.get(&members).by(caller).await.items(), all);
    }
    assert_eq!(world.get(&members).by(&village.owner).await.items(), all);
    let stranger = world.account("passant").await;
    let far = world.party(&village.owner, "Commune d'Ailleurs", "commune", "ailleurs").await;
    for caller in [&stranger, &far.manager] {
        sees(&world, &village, caller).await.refused(404, "not-found");
        assert_eq!(world.get("/v1/cooperations").by(caller).await.items().len(), 0);
        world.get(&members).by(caller).await.unreadable("cooperation_id", "unknown-reference");
    }
    world.get("/v1/memberships").by(&far.manager).await.unreadable("cooperation_id", "missing-field");
}

#[tokio::test]
async fn only_a_facilitator_changes_a_cooperation_and_invites() {
    let world = World::new().await;
    let village = world.village().await;
    let farm = world.structure(&village.cuma.manager, "Ferme des Aulnes", "farm").await;
    let path = format!("/v1/cooperations/{}", village.cooperation);
    let contributor = world.colleague(&village.commune, "contributor", "lise").await;
    let change = json!({ "territory": "Le Vallon" });
    let invite =
        json!({ "cooperation_id": village.cooperation, "structure_id": farm, "role": "member", "starts_on": TODAY });
    for member in [&village.cuma.manager, &contributor, &village.owner] {
        world.patch(&path, &change).by(member).on_version(1).await.refused(403, "forbidden");
        world.post("/v1/memberships", &invite).by(member).await.refused(403, "forbidden");
    }
    let stranger = world.account("passant").await;
    world.post("/v1/memberships", &invite).by(&stranger).await.invalid("/cooperation_id", "unknown-reference");
    let mairie = &village.commune.manager;
    assert_eq!(world.patch(&path, &change).by(mairie).on_version(1).await.ok()["territory"], "Le Vallon");
    world.post("/v1/memberships", &invite).by(mairie).await.created();
    let nobody =
        json!({ "cooperation_id": village.cooperation, "structure_id": NOTHING, "role": "member", "starts_on": TODAY });
    world.post("/v1/memberships", &nobody).by(mairie).await.invalid("/structure_id", "unknown-reference");
}

#[tokio::test]
async fn a_structure_belongs_once_at_a_time_and_may_come_back() {
    let world = World::new().await;
    let village = world.village().await;
    let mairie = &village.commune.manager;
    // Without people of its own, so that nobody has to be asked.
    let farm = world.structure(mairie, "Ferme des Aulnes", "farm").await;
    world.membership(&village.commune, &village.cooperation, &farm, COOPERATION_STARTS_ON).await;
    let join = |from: &str, until: Value| {
        let body = json!({ "cooperation_id": village.cooperation, "structure_id": farm, "role": "member",
                           "starts_on": from, "ends_on": until });
        world.post("/v1/memberships", &body).by(mairie)
    };
    let present = membership_of(&world, &village, &farm).await;
    let refused = join(TODAY, json!(null)).await.refused(409, "duplicate");
    assert_eq!(refused["errors"][0]["pointer"], "/structure_id");
    // Its period is [2024-01-01, …): the day before is free, up to and without the first day.
    join("2023-01-01", json!("2024-01-02")).await.refused(409, "duplicate");
    join("2023-01-01", json!(COOPERATION_STARTS_ON)).await.created();
    let end = |day: &str, version| world.patch(&present, &json!({ "ends_on": day })).by(mairie).on_version(version);
    end("2026-01-01", 1).await.ok();
    join("2025-12-31", json!(null)).await.refused(409, "duplicate");
    join("2026-01-01", json!(null)).await.created();
    end("2026-01-02", 2).await.refused(409, "duplicate");
    join("2026-05-01", json!("2026-05-01")).await.invalid("/ends_on", "end-before-start");
    end("2023-12-31", 2).await.invalid("/ends_on", "end-before-start");
}

#[tokio::test]
async fn a_membership_ends_when_its_day_comes() {
    let world = World::new().await;
    let village = world.village().await;
    let membership = membership_of(&world, &village, &village.cuma.id).await;
    let cuma = &village.cuma.manager;
    world.patch(&membership, &json!({ "ends_on": "2026-03-15" })).by(cuma).on_version(1).await.ok();
    sees(&world, &village, cuma).await.ok();
    world.advance(1);
    sees(&world, &village, cuma).await.refused(404, "not-found");
    // What concerns the structure itself stays readable to it.
    world.get(&membership).by(cuma).await.ok();
    assert_eq!(world.get(format!("/v1/memberships?structure_id={}", village.cuma.id)).by(cuma).await.items().len(), 1);
}

#[tokio::test]
async fn a_member_may_leave_by_itself_and_decides_nothing_else() {
    let world = World::new().await;
    let village = world.village().await;
    let membership = membership_of(&world, &village, &village.cuma.id).await;
    let change = |body: Value| world.patch(&membership, &body).on_version(1);
    let contributor = world.colleague(&village.cuma, "contributor", "lise").await;
    change(json!({ "ends_on": "2026-12-31" })).by(&contributor).await.refused(403, "forbidden");
    change(json!({ "ends_on": "2026-12-31" })).by(&village.association.manager).await.refused(403, "forbidden");
    for more in [json!({ "role": "facilitator" }), json!({ "starts_on": "2020-01-01" })] {
        change(more).by(&village.cuma.manager).await.refused(403, "forbidden");
    }
    for (fixed, value) in [("structure_id", &village.commune.id), ("cooperation_id", &village.commune.id)] {
        change(json!({ fixed: value }))
            .by(&village.commune.manager)
            .await
            .invalid(&format!("/{fixed}"), "cannot-change");
    }
    change(json!({ "archived": true })).by(&village.commune.manager).await.invalid("/archived", "unknown-field");
    change(json!({ "ends_on": "2026-12-31" })).by(&village.cuma.manager).await.ok();
}

#[tokio::test]
async fn a_structure_in_two_cooperations_is_the_bridge_between_them() {
    let world = World::new().await;
    let village = world.village().await;
    let far = world.party(&village.owner, "Commune d'Ailleurs", "commune", "ailleurs").await;
    let seed = world.equipment(&village.cuma, "Semoir", "semis").await;
    let barn = world.equipment(&village.association, "Grange", "salle").await;
    let other = world.cooperation(&far, "Semences du plateau").await;
    world.membership(&far, &other, &village.cuma.id, TODAY).await;
    world.get(format!("/v1/equipment/{seed}")).by(&far.manager).await.ok();
    world.get(format!("/v1/equipment/{barn}")).by(&far.manager).await.refused(404, "not-found");
    let names =
        |items: Vec<Value>| items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let mut both = names(world.get("/v1/cooperations").by(&village.cuma.manager).await.items());
    both.sort();
    assert_eq!(both, ["Semences du plateau", "Vallée partagée"]);
    assert_eq!(
        names(world.get("/v1/cooperations?q=plateau").by(&village.cuma.manager).await.items()),
        ["Semences du plateau"]
    );
    assert_eq!(
        names(world.get("/v1/cooperations").by(&village.association.manager).await.items()),
        ["Vallée partagée"]
    );
}

#[tokio::test]
async fn phases_are_kept_in_order_and_replaced_as_a_whole() {
    let world = World::new().await;
    let village = world.village().await;
    let path = format!("/v1/cooperations/{}", village.cooperation);
    let change = |body: Value, version| world.patch(&path, &body).by(&village.commune.manager).on_version(version);
    let phase = |name: &str, from: Value, until: Value| json!({ "name": name, "starts_on": from, "ends_on": until });
    let three = json!([
        phase("Se connaître", json!("2024-01-01"), json!("2025-01-01")),
        phase("Essayer", json!("2025-01-01"), json!(null)),
        phase("Avant tout", json!(null), json!(null)),
    ]);
    assert_eq!(change(json!({ "phases": three }), 1).await.ok()["phases"], three);
    let backwards = json!([three[0], phase("À rebours", json!("2026-01-01"), json!("2025-01-01"))]);
    change(json!({ "phases": backwards }), 2).await.invalid("/phases/1/ends_on", "end-before-start");
    let nameless = json!([three[0], { "name": "" }]);
    change(json!({ "phases": nameless }), 2).await.invalid("/phases/1/name", "empty");
    change(json!({ "phases": vec![three[0].clone(); 51] }), 2).await.invalid("/phases", "wrong-number");
    change(json!({ "ends_on": "2023-01-01" }), 2).await.invalid("/ends_on", "end-before-start");
    assert_eq!(change(json!({ "phases": [three[1]] }), 2).await.ok()["phases"], json!([three[1]]));
    assert_eq!(change(json!({ "phases": null }), 3).await.ok()["phases"], json!([]));
}

#[tokio::test]
async fn nothing_new_enters_a_cooperation_that_is_put_away() {
    let world = World::new().await;
    let village = world.village().await;
    let mairie = &village.commune.manager;
    let path = format!("/v1/cooperations/{}", village.cooperation);
    world.patch(&path, &json!({ "archived": true })).by(mairie).on_version(1).await.ok();
    let farm = world.structure(mairie, "Ferme des Aulnes", "farm").await;
    let invite =
        json!({ "cooperation_id": village.cooperation, "structure_id": farm, "role": "member", "starts_on": TODAY });
    world.post("/v1/memberships", &invite).by(mairie).await.invalid("/cooperation_id", "unknown-reference");
    let hours = json!({ "receiver_id": village.commune.id, "cooperation_id": village.cooperation, "day": TODAY,
                        "minutes": 60, "activity": "Fauche" });
    world.post("/v1/hours", &hours).by(mairie).await.invalid("/cooperation_id", "unknown-reference");
    assert_eq!(world.get("/v1/cooperations").by(mairie).await.items().len(), 0);
    assert_eq!(world.get("/v1/cooperations?archived=true").by(mairie).await.items().len(), 1);
    sees(&world, &village, &village.cuma.manager).await.ok();
}
