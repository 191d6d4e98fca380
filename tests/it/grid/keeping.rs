//! Drafts, approvals and versions: who keeps grids, what is refused, what stays for ever.

use serde_json::{Value, json};

use super::{approval, wish};
use crate::deeds::{each, id, says, with};
use crate::world::World;

#[tokio::test]
async fn a_draft_changes_until_it_is_approved_and_then_never_again() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let answer = world.post("/v1/grids", &wish(jardins)).by(&jardins.manager).await;
    let grid = answer.created();
    says(&grid, &json!({ "approval": null, "digest": null, "replaces": null, "cooperation_id": null, "version": 1 }));
    let path = format!("/v1/grids/{}", id(&grid));
    assert_eq!((answer.header("location"), answer.header("etag")), (Some(path.as_str()), Some("\"1\"")));

    let patch = |change: Value| world.patch(&path, &change).by(&jardins.manager);
    let rates = json!([{ "kind": "volunteer_hours", "from": "2026-01-01", "per": "hour", "amount": 1500 }]);
    let change = json!({ "method": "replacement_cost", "rates": rates });
    patch(change.clone()).await.refused(428, "precondition-required");
    let changed = patch(change).on_version(1).await.ok();
    assert_eq!((&changed["version"], &changed["rates"][0]["amount"]), (&json!(2), &json!(1500)));
    patch(json!({ "structure_id": village.cuma.id })).on_version(2).await.invalid("/structure_id", "cannot-change");

    let told = world.post(format!("{path}/approve"), &approval()).by(&jardins.manager).await.ok();
    assert_eq!((&told["approval"], &told["version"]), (&approval(), &json!(3)));
    assert_eq!(told["digest"].as_str().unwrap().len(), 64);
    assert_eq!(world.get(&path).by(&jardins.manager).await.ok(), told);
    for change in [json!({ "rates": changed["rates"].clone(), "name": "Autre" }), json!({ "unit": "points" })] {
        let refused = patch(change).on_version(3).await.refused(409, "wrong-state");
        assert_eq!(refused["state"], "approved");
    }
    let away = patch(json!({ "archived": true })).on_version(3).await.ok();
    assert_eq!((&away["archived"], &away["digest"]), (&json!(true), &told["digest"]));
    patch(json!({ "archived": false })).on_version(4).await.ok();
    assert_eq!(world.trail().await.iter().filter(|event| *event == "grid_approved").count(), 1);
}

#[tokio::test]
async fn the_database_itself_refuses_to_change_what_is_approved() {
    let world = World::new().await;
    let village = world.village().await;
    world.approved(&village.commune, &json!({})).await;
    for change in [
        "update grid set name = 'Autre'",
        "update grid set digest = zeroblob(32)",
        "delete from grid",
        "update grid_rate set coefficient = 2000",
        "delete from grid_rate",
        "insert into grid_rate (grid_id, position, kind, starts_on, per) select id, 9, 'premises', '2026-01-01', 'occasion' from grid",
    ] {
        let refused = world.app.store.write(move |db, _| Ok(db.execute(change, [])?)).await.unwrap_err();
        assert!(refused.to_string().contains("grid_is_"), "{change}: {refused}");
    }
}

#[tokio::test]
async fn the_same_words_have_the_same_digest_only_when_all_of_them_are_the_same() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let mut digests = Vec::new();
    for more in [json!({}), json!({}), json!({ "source": "SMIC horaire brut " }), json!({ "name": "Valorisation" })] {
        let grid = world.approved(commune, &more).await;
        digests.push(world.get(format!("/v1/grids/{grid}")).by(&commune.manager).await.ok()["digest"].clone());
    }
    // Each is a grid of its own: its id is part of what is approved.
    digests.sort_by_key(ToString::to_string);
    digests.dedup();
    assert_eq!(digests.len(), 4);
}

#[tokio::test]
async fn a_new_version_names_the_grid_it_replaces() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma) = (&village.commune, &village.cuma);
    let first = world.approved(commune, &json!({})).await;
    let second = world.drafted(commune, &json!({ "replaces": first })).await;
    let theirs = with(&wish(cuma), &json!({ "replaces": first }));
    world.post("/v1/grids", &theirs).by(&cuma.manager).await.invalid("/replaces", "unknown-reference");
    let itself = json!({ "replaces": second });
    let path = format!("/v1/grids/{second}");
    world.patch(path, &itself).by(&commune.manager).on_version(1).await.invalid("/replaces", "unknown-reference");
    let list = format!("/v1/grids?structure_id={}", commune.id);
    let listed = world.get(&list).by(&commune.manager).await.items();
    let replaced = |grid: &str| &listed.iter().find(|listed| id(listed) == grid).unwrap()["replaces"];
    assert_eq!((replaced(&first), replaced(&second)), (&Value::Null, &json!(first)));
    world
        .patch(format!("/v1/grids/{first}"), &json!({ "archived": true }))
        .by(&commune.manager)
        .on_version(2)
        .await
        .ok();
    assert_eq!(each(&world.get(&list).by(&commune.manager).await.items(), "id"), [&json!(second)]);
    let page = world.get(format!("{list}&archived=true&limit=1")).by(&commune.manager).await.items();
    assert_eq!(each(&page, "id"), [&json!(first)]);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_its_field() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let post = |more: Value| world.post("/v1/grids", &with(&wish(commune), &more)).by(&commune.manager);
    let hour = json!({ "kind": "volunteer_hours", "from": "2026-01-01", "per": "hour" });
    let rate = |more: Value| json!({ "rates": [with(&hour, &more)] });
    for (wrong, field, fault) in [
        (json!({ "structure_id": null }), "/structure_id", "missing-field"),
        (json!({ "cooperation_id": village.cooperation }), "/cooperation_id", "not-allowed-here"),
        (json!({ "source": " " }), "/source", "empty"),
        (json!({ "method": "guess" }), "/method", "not-one-of"),
        (json!({ "method": "points" }), "/method", "not-allowed-here"),
        (json!({ "unit": "points" }), "/method", "not-allowed-here"),
        (json!({ "rates": [] }), "/rates", "wrong-number"),
        (rate(json!({ "method": "points", "amount": 10 })), "/rates/0/method", "not-allowed-here"),
        (rate(json!({ "amount": 1231 })), "/rates/0/amount", "not-allowed-here"),
        (rate(json!({ "coefficient": 1000 })), "/rates/0/coefficient", "not-allowed-here"),
        (rate(json!({ "method": "smic_coefficient" })), "/rates/0/coefficient", "missing-field"),
        (rate(json!({ "method": "smic_coefficient", "coefficient": 0 })), "/rates/0/coefficient", "out-of-range"),
        (rate(json!({ "method": "employer_cost" })), "/rates/0/amount", "missing-field"),
        (rate(json!({ "method": "employer_cost", "amount": -1 })), "/rates/0/amount", "out-of-range"),
        (rate(json!({ "method": "employer_cost", "amount": 12.5 })), "/rates/0/amount", "not-whole-number"),
        (rate(json!({ "per": "item_day" })), "/rates/0/per", "not-allowed-here"),
        (rate(json!({ "per": "occasion" })), "/rates/0/per", "not-allowed-here"),
        (rate(json!({ "kind": "equipment" })), "/rates/0/per", "not-allowed-here"),
        (rate(json!({ "from": "2026-02-30" })), "/rates/0/from", "not-a-day"),
        (rate(json!({ "price": 1 })), "/rates/0/price", "unknown-field"),
        (json!({ "rates": [hour, hour] }), "/rates/1", "rate-twice"),
    ] {
        post(wrong).await.invalid(field, fault);
    }
    let accents =
        json!({ "rates": [with(&hour, &json!({ "category": "Été" })), with(&hour, &json!({ "category": "ete" }))] });
    post(accents).await.invalid("/rates/1", "rate-twice");
    let many: Vec<Value> = (0..301).map(|n| with(&hour, &json!({ "category": format!("a{n}") }))).collect();
    post(json!({ "rates": many })).await.invalid("/rates", "wrong-number");

    let grid = world.drafted(commune, &json!({})).await;
    let say =
        |more: Value| world.post(format!("/v1/grids/{grid}/approve"), &with(&approval(), &more)).by(&commune.manager);
    say(json!({ "on": "2026-03-20" })).await.invalid("/on", "day-in-the-future");
    say(json!({ "body": "" })).await.invalid("/body", "empty");
    say(json!({ "reference": null })).await.invalid("/reference", "not-text");
}

#[tokio::test]
async fn managers_keep_grids_and_whoever_reads_the_sums_reads_them() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, jardins) = (&village.commune, &village.association);
    let contributor = world.colleague(commune, "contributor", "secretaire").await;
    let grid = world.drafted(commune, &json!({})).await;
    let path = format!("/v1/grids/{grid}");
    world.get(&path).by(&contributor).await.ok();
    world.get(&path).by(&jardins.manager).await.refused(404, "not-found");
    world.get(&path).by(&village.owner).await.refused(404, "not-found");
    world.post("/v1/grids", &wish(commune)).by(&contributor).await.refused(403, "forbidden");
    world.post(format!("{path}/approve"), &approval()).by(&contributor).await.refused(403, "forbidden");
    let list = format!("/v1/grids?structure_id={}", commune.id);
    world.get(&list).by(&jardins.manager).await.unreadable("structure_id", "unknown-reference");
    world.get("/v1/grids").by(&jardins.manager).await.unreadable("structure_id", "missing-field");

    let common = with(&wish(commune), &json!({ "structure_id": null, "cooperation_id": village.cooperation }));
    world.post("/v1/grids", &common).by(&jardins.manager).await.refused(403, "forbidden");
    let common = world.post("/v1/grids", &common).by(&commune.manager).await.created_id();
    world.get(format!("/v1/grids/{common}")).by(&jardins.manager).await.ok();
    let stranger = world.account("passant").await;
    world.get(format!("/v1/grids/{common}")).by(&stranger).await.refused(404, "not-found");

    // Who recorded a structure, and who owns the instance, mind it while it has no manager; they approve nothing.
    let orphan = world.structure(&village.owner, "Ferme sans compte", "farm").await;
    let wish = with(&wish(commune), &json!({ "structure_id": orphan }));
    world.post("/v1/grids", &wish).by(&village.owner).await.refused(403, "forbidden");
}
