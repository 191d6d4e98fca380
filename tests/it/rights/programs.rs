//! Service tokens: programs that speak for a structure, and funders that read sums.

use serde_json::{Value, json};

use crate::world::{Caller, Party, TODAY, World};

/// A service token of a structure.
async fn key(world: &World, party: &Party, scope: &str) -> (String, String) {
    let wish = json!({ "name": scope, "structure_id": party.id, "scope": scope, "until": "2026-06-01" });
    let made = world.post("/v1/service-tokens", &wish).by(&party.manager).await.created();
    (made["id"].as_str().unwrap().to_owned(), made["token"].as_str().unwrap().to_owned())
}

fn hours(party: &Party) -> Value {
    json!({ "receiver_id": party.id, "day": TODAY, "minutes": 60, "activity": "Fauche" })
}

#[tokio::test]
async fn a_funder_reads_the_summary_and_nothing_else() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let (_, funder) = key(&world, commune, "aggregates").await;
    let (own, other) = (&commune.id, &village.association.id);
    world.get(format!("/v1/structures/{own}/summaries/2026")).token(&funder).await.ok();
    world.get("/v1/ledger/head").token(&funder).await.ok();
    world.get(format!("/v1/structures/{other}/summaries/2026")).token(&funder).await.refused(404, "not-found");
    let common = format!("/v1/cooperations/{}/summaries/2026", village.cooperation);
    world.get(&common).token(&funder).await.refused(404, "not-found");
    world.get("/v1/structures").token(&funder).await.refused(403, "forbidden");
    world.get("/v1/accounts/me").token(&funder).await.refused(403, "forbidden");
    world
        .get(format!("/v1/contributions?structure_id={own}"))
        .token(&funder)
        .await
        .unreadable("structure_id", "unknown-reference");
    world.post("/v1/hours", &hours(commune)).token(&funder).await.refused(403, "forbidden");
    let wish = json!({ "name": "Pays", "cooperation_id": village.cooperation, "scope": "aggregates",
                       "until": "2026-06-01" });
    let made = world.post("/v1/service-tokens", &wish).by(&commune.manager).await.created();
    world.get(&common).token(made["token"].as_str().unwrap()).await.ok();
}

#[tokio::test]
async fn a_client_records_for_its_structure_alone() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, jardins) = (&village.commune, &village.association);
    // The manager of both: the token is of one.
    let grant =
        json!({ "account_id": commune.manager.account.to_string(), "structure_id": jardins.id, "role": "manager" });
    world.post("/v1/roles", &grant).by(&jardins.manager).await.created();
    let (_, client) = key(&world, commune, "record").await;
    let entry = world.post("/v1/hours", &hours(commune)).token(&client).await.created_id();
    world.get(format!("/v1/hours/{entry}")).by(&commune.manager).await.ok();
    world.post("/v1/hours", &hours(jardins)).token(&client).await.refused(403, "forbidden");
    world
        .get(format!("/v1/people?structure_id={}", jardins.id))
        .token(&client)
        .await
        .unreadable("structure_id", "unknown-reference");
    let (_, reader) = key(&world, commune, "read").await;
    world.get(format!("/v1/hours/{entry}")).token(&reader).await.ok();
    world.post("/v1/hours", &hours(commune)).token(&reader).await.refused(403, "forbidden");
    for token in [&client, &reader] {
        let wish =
            json!({ "account_id": village.owner.account.to_string(), "structure_id": commune.id, "role": "reader" });
        world.post("/v1/roles", &wish).token(token).await.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn a_token_that_is_revoked_over_or_whose_maker_left_opens_nothing_at_once() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let deputy = world.colleague(commune, "manager", "adjointe").await;
    let deputys = Party { id: commune.id.clone(), manager: deputy.clone() };
    let (revoked, first) = key(&world, commune, "read").await;
    let (_, second) = key(&world, &deputys, "read").await;
    let (_, third) = key(&world, commune, "read").await;
    let ask = |token: &str| world.get(format!("/v1/desk?structure_id={}", commune.id)).token(token);
    for token in [&first, &second, &third] {
        ask(token).await.ok();
    }
    let path = format!("/v1/service-tokens/{revoked}");
    world.patch(&path, &json!({ "archived": true })).by(&deputy).on_version(1).await.ok();
    ask(&first).await.refused(401, "unauthorized");
    resign(&world, commune, &deputy).await;
    ask(&second).await.refused(401, "unauthorized");
    ask(&third).await.ok();
    world.advance(90);
    ask(&third).await.refused(401, "unauthorized");
    ask("nvt_guessed").await.refused(401, "unauthorized");
}

/// Takes an account's role in this structure back.
async fn resign(world: &World, party: &Party, caller: &Caller) {
    let roles = world.get(format!("/v1/roles?structure_id={}", party.id)).by(&party.manager).await.items();
    let held = roles.iter().find(|role| role["account_id"] == caller.account.to_string()).unwrap();
    let path = format!("/v1/roles/{}", held["id"].as_str().unwrap());
    world.patch(path, &json!({ "archived": true })).by(&party.manager).on_version(1).await.ok();
}

#[tokio::test]
async fn a_token_is_told_once_and_only_its_digest_is_kept() {
    let world = World::new().await;
    let village = world.village().await;
    let wish = json!({ "name": "Appli", "structure_id": village.commune.id, "scope": "record", "until": "2026-06-01" });
    let request = world.post("/v1/service-tokens", &wish).by(&village.commune.manager).key("once");
    let told = request.clone().await.created()["token"].as_str().unwrap().to_owned();
    assert_eq!(request.await.created()["token"], Value::Null);
    let kept = format!("{:?}", world.contents().await);
    assert!(!kept.contains(&told) && !kept.contains(told.trim_start_matches("nvt_")));
}

#[tokio::test]
async fn a_token_of_a_cooperation_opens_sums_only_and_none_lives_for_ever() {
    let world = World::new().await;
    let village = world.village().await;
    let mairie = &village.commune.manager;
    let wish = |change: Value| {
        let mut wish =
            json!({ "name": "Clé", "structure_id": village.commune.id, "scope": "read", "until": "2026-06-01" });
        wish.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        world.post("/v1/service-tokens", &wish).by(mairie)
    };
    let common = json!({ "structure_id": null, "cooperation_id": village.cooperation });
    wish(common).await.invalid("/scope", "not-allowed-here");
    wish(json!({ "cooperation_id": village.cooperation })).await.invalid("/cooperation_id", "not-allowed-here");
    wish(json!({ "structure_id": null })).await.invalid("/structure_id", "missing-field");
    wish(json!({ "until": TODAY })).await.invalid("/until", "too-far-ahead");
    wish(json!({ "until": "2027-03-16" })).await.invalid("/until", "too-far-ahead");
    wish(json!({ "until": "2027-03-15" })).await.created();
}
