//! The audit trail: acts that touch security are read by those concerned, in their language, and by nobody else.

use serde_json::{Value, json};

use crate::world::{Caller, TODAY, World};

async fn trail(world: &World, by: &Caller, query: &str) -> Vec<Value> {
    world.get(format!("/v1/audit{query}")).by(by).await.items()
}

fn events(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["event"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_role_given_changed_and_taken_back_is_read_by_managers_and_by_whom_it_concerns() {
    let world = World::new().await;
    let village = world.village().await;
    let mairie = &village.commune;
    let lise = world.colleague(mairie, "reader", "lise").await;
    let roles = format!("/v1/roles?structure_id={}", mairie.id);
    let roles = world.get(roles).by(&mairie.manager).await.items();
    let role = roles.iter().find(|role| role["account_id"] == lise.account.to_string()).unwrap();
    let path = format!("/v1/roles/{}", role["id"].as_str().unwrap());
    world.patch(&path, &json!({ "role": "contributor" })).by(&mairie.manager).on_version(1).await.ok();
    world.patch(&path, &json!({ "archived": true })).by(&mairie.manager).on_version(2).await.ok();
    world.patch(&path, &json!({ "archived": false })).by(&mairie.manager).on_version(3).await.ok();
    let of_lise = trail(&world, &lise, "").await;
    assert_eq!(events(&of_lise), ["role_given", "role_revoked", "role_changed", "role_given"]);
    let query = format!("?structure_id={}", mairie.id);
    let of_mairie = trail(&world, &mairie.manager, &query).await;
    assert_eq!(of_mairie[..4], of_lise);
    let entry = &of_mairie[0];
    assert_eq!(entry["account_id"], mairie.manager.account.to_string());
    assert_eq!((&entry["subject_id"], &entry["structure_id"]), (&json!(lise.account.to_string()), &json!(mairie.id)));
    assert_eq!(entry["sentence"], "A role in the structure was given.");
    let french = world.get(format!("/v1/audit{query}")).by(&mairie.manager).in_french().await.items();
    assert_eq!(french[0]["sentence"], "Un rôle dans la structure a été donné.");
    let revoked = trail(&world, &mairie.manager, &format!("{query}&event=role_revoked")).await;
    assert_eq!(revoked, [of_lise[1].clone()]);
    // She sees the structure, and does not manage it; others do not even see it.
    world.get(format!("/v1/audit{query}")).by(&lise).await.refused(403, "forbidden");
    let strange = world.get(format!("/v1/audit{query}")).by(&village.cuma.manager).await;
    strange.unreadable("structure_id", "unknown-reference");
}

#[tokio::test]
async fn facilitators_read_who_came_into_the_cooperation_and_members_do_not() {
    let world = World::new().await;
    let village = world.village().await;
    let query = format!("?cooperation_id={}&event=membership_changed", village.cooperation);
    let entries = trail(&world, &village.commune.manager, &query).await;
    assert_eq!(events(&entries), ["membership_changed"; 3]);
    let who: Vec<_> = entries.iter().map(|entry| entry["structure_id"].as_str().unwrap()).collect();
    assert_eq!(who, [&village.cuma.id, &village.association.id, &village.commune.id]);
    world.get(format!("/v1/audit{query}")).by(&village.cuma.manager).await.refused(403, "forbidden");
    let stranger = world.account("passant").await;
    let hidden = world.get(format!("/v1/audit{query}")).by(&stranger).await;
    hidden.unreadable("cooperation_id", "unknown-reference");
    let both = format!("{query}&structure_id={}", village.commune.id);
    let both = world.get(format!("/v1/audit{both}")).by(&village.commune.manager).await;
    both.unreadable("cooperation_id", "not-allowed-here");
    let of_cuma = format!("?structure_id={}", village.cuma.id);
    let of_cuma = trail(&world, &village.cuma.manager, &of_cuma).await;
    assert!(events(&of_cuma).contains(&"membership_changed") && events(&of_cuma).contains(&"role_given"));
}

#[tokio::test]
async fn what_is_given_out_and_read_in_leaves_an_entry() {
    let world = World::new().await;
    let village = world.village().await;
    let (mairie, id) = (&village.commune.manager, &village.commune.id);
    let query = format!("?structure_id={id}&event=exported");
    world.get(format!("/v1/structures/{id}/summaries/2026")).by(mairie).await.is(200);
    assert!(trail(&world, mairie, &query).await.is_empty());
    for path in ["summaries/2026.csv", "insured", "insured.csv", "loans-given-and-received/2026.csv"] {
        world.get(format!("/v1/structures/{id}/{path}")).by(mairie).await.is(200);
        // Refused to a stranger, so nothing was given out.
        world.get(format!("/v1/structures/{id}/{path}")).by(&village.cuma.manager).await.refused(404, "not-found");
    }
    let entries = trail(&world, mairie, &query).await;
    assert_eq!(entries.len(), 4);
    assert!(entries.iter().all(|entry| entry["account_id"] == mairie.account.to_string()));
    let common = format!("/v1/cooperations/{}/summaries/2026.csv", village.cooperation);
    world.get(common).by(&village.cuma.manager).await.is(200);
    let common = trail(&world, mairie, &format!("?cooperation_id={}&event=exported", village.cooperation)).await;
    assert_eq!(common[0]["account_id"], village.cuma.manager.account.to_string());
    let mapping =
        "records = \"people\"\n[fields]\nstructure = { value = \"Commune de Saint-Ferréol\" }\nname = \"Nom\"\n";
    for _ in 0..2 {
        // The second time nothing is recorded, so nothing is noted.
        world.form("/v1/imports", &[("file", "Nom\nGinette\n"), ("mapping", mapping)]).by(mairie).await.ok();
    }
    assert_eq!(trail(&world, mairie, "?event=imported").await.len(), 1);
}

#[tokio::test]
async fn the_owner_reads_of_accounts_and_nothing_of_structures() {
    let world = World::new().await;
    let village = world.village().await;
    let wish = json!({ "login": "stagiaire", "password": "les pommes sont mûres" });
    world.post("/v1/accounts", &wish).by(&village.commune.manager).await.created();
    let entries = trail(&world, &village.owner, "?event=account_made").await;
    assert!(entries.iter().any(|entry| entry["account_id"] == village.commune.manager.account.to_string()));
    let path = format!("/v1/structures/{}/insured.csv", village.commune.id);
    world.get(path).by(&village.commune.manager).await.is(200);
    let all = trail(&world, &village.owner, "?limit=200").await;
    let own = village.owner.account.to_string();
    let foreign = |entry: &&Value| entry["account_id"] != own && entry["subject_id"] != own;
    assert!(all.iter().filter(foreign).all(|entry| entry["structure_id"].is_null()), "{all:?}");
    assert!(trail(&world, &village.owner, "?event=exported").await.is_empty());
    let refused = world.get(format!("/v1/audit?structure_id={}", village.commune.id)).by(&village.owner).await;
    refused.refused(403, "forbidden");
    // Another account reads nothing of the stagiaire.
    assert!(trail(&world, &village.cuma.manager, "?event=account_made").await.is_empty());
}

#[tokio::test]
async fn the_trail_is_read_page_by_page_and_each_entry_once() {
    let world = World::new().await;
    let village = world.village().await;
    let mairie = &village.commune.manager;
    let whole = trail(&world, mairie, "?limit=200").await;
    assert!(whole.len() >= 4, "{whole:?}");
    let (mut paged, mut next) = (Vec::new(), String::new());
    loop {
        let page = world.get(format!("/v1/audit?limit=1{next}")).by(mairie).await.ok();
        paged.extend(page["items"].as_array().unwrap().clone());
        let Some(cursor) = page["next"].as_str() else { break };
        next = format!("&cursor={cursor}");
    }
    assert_eq!(paged, whole);
    assert!(whole.windows(2).all(|pair| pair[0]["seq"].as_i64() > pair[1]["seq"].as_i64()));
    assert!(whole[0]["recorded_at"].as_str().unwrap().starts_with(TODAY));
    world.get("/v1/audit?event=gossip").by(mairie).await.unreadable("event", "not-one-of");
}

#[tokio::test]
async fn no_entry_is_ever_changed_or_deleted() {
    let world = World::new().await;
    world.village().await;
    for sql in ["update audit set event = 'exported'", "delete from audit"] {
        let tried = world.app.store.write(move |db, _| Ok(db.execute(sql, [])?)).await;
        assert!(tried.is_err(), "{sql}");
    }
}
