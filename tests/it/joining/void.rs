//! Invitations that open nothing any more: expired, revoked, used, or made by somebody who could not make them now.

use serde_json::{Value, json};

use super::hand_over::role_of;
use super::invitation::{accept, invited, join, told};
use crate::deeds::token_in;
use crate::world::World;

/// A link that opens nothing: every way in answers alike, and nothing changes.
async fn is_void(world: &World, token: &str) -> Value {
    let stranger = world.account(&format!("passant{}", world.contents().await["account"].len())).await;
    let before = world.contents().await;
    let mut answers = [
        told(world, token).await.refused(410, "gone"),
        accept(world, token, "jeanne").await.refused(410, "gone"),
        join(world, token, &stranger).await.refused(410, "gone"),
    ];
    assert_eq!(world.contents().await, before);
    for answer in &mut answers {
        answer["request_id"] = json!(null);
    }
    assert!(answers[0] == answers[1] && answers[1] == answers[2]);
    answers[0].clone()
}

#[tokio::test]
async fn an_unknown_a_used_a_revoked_and_an_expired_link_answer_in_the_same_words() {
    let world = World::new().await;
    let village = world.village().await;
    let unknown = is_void(&world, "Zr1t0mF4bQ8yVw3kLs6NpXe2Hc9JdUaGi5oTqRf7M_E").await;
    assert_eq!(is_void(&world, "").await, unknown);
    let used = token_in(&invited(&world, &village.cuma, "reader").await);
    accept(&world, &used, "voisine").await.created();
    assert_eq!(is_void(&world, &used).await, unknown);
    let made = invited(&world, &village.cuma, "reader").await;
    let path = format!("/v1/invitations/{}", made["id"].as_str().unwrap());
    world.patch(path, &json!({ "archived": true })).by(&village.cuma.manager).on_version(1).await.ok();
    assert_eq!(is_void(&world, &token_in(&made)).await, unknown);
    let expires = token_in(&invited(&world, &village.cuma, "reader").await);
    world.advance(14);
    assert_eq!(is_void(&world, &expires).await, unknown);
}

#[tokio::test]
async fn an_invitation_holds_until_its_very_instant() {
    let world = World::new().await;
    let village = world.village().await;
    let wish = |days: i64| json!({ "structure_id": village.cuma.id, "role": "reader", "days": days });
    let manager = &village.cuma.manager;
    for days in [0, 61, -1] {
        world.post("/v1/invitations", &wish(days)).by(manager).await.invalid("/days", "out-of-range");
    }
    let made = world.post("/v1/invitations", &wish(60)).by(manager).await.created();
    world.app.clock.advance_seconds(60 * 86_400 - 1);
    told(&world, &token_in(&made)).await.ok();
    world.app.clock.advance_seconds(1);
    is_void(&world, &token_in(&made)).await;
    let path = format!("/v1/invitations/{}", made["id"].as_str().unwrap());
    assert_eq!(world.get(path).by(manager).await.ok()["state"], "expired");
}

#[tokio::test]
async fn an_invitation_is_void_while_its_maker_could_not_make_it() {
    let world = World::new().await;
    let village = world.village().await;
    let deputy = world.colleague(&village.cuma, "manager", "adjoint").await;
    let token = token_in(&invited(&world, &village.cuma, "manager").await);
    let role = role_of(&world, &village.cuma.manager).await;
    world.patch(&role, &json!({ "role": "contributor" })).by(&deputy).on_version(1).await.ok();
    is_void(&world, &token).await;
    world.patch(&role, &json!({ "archived": true })).by(&deputy).on_version(2).await.ok();
    is_void(&world, &token).await;
}

#[tokio::test]
async fn an_invitation_is_void_when_its_maker_or_its_structure_is_archived() {
    let world = World::new().await;
    let village = world.village().await;
    world.colleague(&village.cuma, "manager", "adjoint").await;
    let token = token_in(&invited(&world, &village.cuma, "reader").await);
    let maker = format!("/v1/accounts/{}", village.cuma.manager.account);
    world.patch(&maker, &json!({ "archived": true })).by(&village.owner).on_version(1).await.ok();
    is_void(&world, &token).await;
    let token = token_in(&invited(&world, &village.association, "reader").await);
    let structure = format!("/v1/structures/{}", village.association.id);
    let away = world.patch(&structure, &json!({ "archived": true })).by(&village.association.manager);
    away.on_version(1).await.ok();
    is_void(&world, &token).await;
    let wish = json!({ "structure_id": village.association.id, "role": "reader" });
    world.post("/v1/invitations", &wish).by(&village.association.manager).await.invalid("/structure_id", "archived");
}

#[tokio::test]
async fn a_structure_without_accounts_gets_its_first_manager_by_invitation_and_then_decides_alone() {
    let world = World::new().await;
    let village = world.village().await;
    let mairie = &village.commune.manager;
    let farm = world.structure(mairie, "Ferme des Aulnes", "farm").await;
    let wish = |role: &str| json!({ "structure_id": farm, "role": role });
    world.post("/v1/invitations", &wish("manager")).by(&village.cuma.manager).await.refused(403, "forbidden");
    world.post("/v1/invitations", &wish("reader")).by(mairie).await.invalid("/role", "not-allowed-here");
    let mut tokens = Vec::new();
    for inviter in [mairie, mairie, &village.owner] {
        tokens.push(token_in(&world.post("/v1/invitations", &wish("manager")).by(inviter).await.created()));
    }
    let account = accept(&world, &tokens[0], "aulnes").await.created();
    assert_eq!(account["roles"][0]["role"], "manager");
    // Now that the farm has its own people, nobody else lets others in.
    for token in &tokens[1..] {
        is_void(&world, token).await;
    }
    world.post("/v1/invitations", &wish("manager")).by(mairie).await.refused(403, "forbidden");
}
