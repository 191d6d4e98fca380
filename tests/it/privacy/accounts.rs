//! An account is erased: who logged in is gone, and what was recorded stays.

use serde_json::json;

use crate::deeds::given;
use crate::world::{PASSWORD, TODAY, World};

/// Tables that keep the bare id of an erased account, each for a reason of its own.
const KEEPING: [&str; 8] =
    ["account", "account_role", "audit", "invitation", "ledger", "proposal", "service_token", "structure"];
/// Tables out of which erasing takes it.
const ERASED: [&str; 5] = ["identity", "recovery_code", "reset_link", "second_factor", "session"];

#[tokio::test]
async fn an_erased_account_leaves_a_bare_id_and_what_it_recorded() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let marc = world.colleague(jardins, "contributor", "marc.dupuis").await;
    let log_in = json!({ "login": marc.login, "password": PASSWORD });
    let session = world.post("/v1/auth/login", &log_in).await.ok();
    let line = world.hours_line(&marc, &given(jardins, &village.commune, TODAY, 60)).await;
    let person = world.person(jardins, "Marc").await;
    let link = json!({ "account_id": marc.account.to_string() });
    world.patch(format!("/v1/people/{person}"), &link).by(&jardins.manager).on_version(1).await.ok();
    let before = world.facts().await;
    let path = format!("/v1/accounts/{}/erase", marc.account);
    world.post(&path, &json!({ "confirm": true })).by(&marc).key("e").await.nothing();
    assert_eq!(world.facts().await, before);
    // No answer is given again to an account that is no more, that to its erasure included.
    let kept = world.app.store.read(move |db| {
        let query = "select count(*) from idempotency where account_id = ?1";
        Ok(db.query_row(query, [marc.account], |row| row.get::<_, i64>(0))?)
    });
    assert_eq!(kept.await.unwrap(), 0);
    world.get("/v1/accounts/me").by(&marc).await.refused(401, "unauthorized");
    world.post("/v1/auth/login", &log_in).await.refused(401, "wrong-credentials");
    let refresh = json!({ "refresh_token": session["refresh_token"] });
    world.post("/v1/auth/refresh", &refresh).await.refused(401, "wrong-credentials");
    world.get(format!("/v1/accounts/{}", marc.account)).by(&village.owner).await.refused(404, "not-found");
    assert_eq!(world.get(format!("/v1/people/{person}")).by(&jardins.manager).await.ok()["account_id"], json!(null));
    assert_eq!(world.contribution(&line, &jardins.manager).await["quantities"]["minutes"], 60);
    navette::privacy::purge::rewrite(&world.app).await.unwrap();
    assert_eq!(world.found_in_files(&["marc.dupuis".to_owned()]), [] as [&str; 0]);
}

#[tokio::test]
async fn the_owner_and_a_last_manager_are_not_erased_by_themselves() {
    let world = World::new().await;
    let village = world.village().await;
    let sure = json!({ "confirm": true });
    let path = |caller: &crate::world::Caller| format!("/v1/accounts/{}/erase", caller.account);
    let (owner, mairie, cuma) = (&village.owner, &village.commune.manager, &village.cuma.manager);
    assert_eq!(world.post(path(owner), &sure).by(owner).await.refused(409, "wrong-state")["state"], "owner");
    assert_eq!(world.post(path(mairie), &sure).by(mairie).await.refused(409, "wrong-state")["state"], "last_manager");
    world.get("/v1/accounts/me").by(mairie).await.ok();
    world.post(path(mairie), &sure).by(cuma).await.refused(404, "not-found");
    world.post(path(mairie), &sure).by(owner).await.nothing();
}

#[test]
fn every_table_that_names_accounts_keeps_a_bare_id_or_is_erased() {
    let schema = navette::store::open::SCHEMA;
    for table in schema.split("create table ").skip(1) {
        let (name, columns) = table.split_once(" (").unwrap();
        let columns = columns.split(") strict").next().unwrap();
        let names_accounts = columns.contains("references account (id)") || columns.contains("account_id");
        let known = KEEPING.contains(&name) || ERASED.contains(&name) || name == "idempotency";
        assert!(!names_accounts || known, "what becomes of {name} when an account is erased?");
    }
}
