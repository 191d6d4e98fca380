//! Proposals: nobody joins a cooperation, or facilitates it, without a yes from both sides.

use serde_json::{Value, json};

use crate::ask::Request;
use crate::deeds::{id, says};
use crate::world::{Caller, Party, TODAY, Village, World};

fn wish(village: &Village, structure: &str) -> Value {
    json!({ "cooperation_id": village.cooperation, "structure_id": structure, "role": "member", "starts_on": TODAY })
}

async fn asked(world: &World, village: &Village, structure: &str, by: &Caller) -> Value {
    world.post("/v1/memberships", &wish(village, structure)).by(by).await.is(202).json()
}

fn answer<'w>(world: &'w World, proposal: &Value, event: &str, by: &Caller) -> Request<'w> {
    world.post(format!("/v1/proposals/{}/events", id(proposal)), &json!({ "event": event })).by(by)
}

async fn belongs(world: &World, village: &Village, party: &Party) -> bool {
    let path = format!("/v1/cooperations/{}", village.cooperation);
    world.get(path).by(&party.manager).await.status.as_u16() == 200
}

async fn school(world: &World, village: &Village) -> Party {
    world.party(&village.owner, "École du Vallon", "school", "ecole").await
}

#[tokio::test]
async fn a_facilitator_asks_and_the_structure_decides() {
    let world = World::new().await;
    let village = world.village().await;
    let school = school(&world, &village).await;
    let mairie = &village.commune.manager;
    let proposal = asked(&world, &village, &school.id, mairie).await;
    says(&proposal, &json!({ "asked_by": "cooperation", "state": "open", "hands_over_id": null }));
    assert!(!belongs(&world, &village, &school).await);
    // Asking is not deciding: neither who asked nor a colleague without the role says yes.
    let reader = world.colleague(&school, "contributor", "lise").await;
    for other in [mairie, &village.cuma.manager, &reader, &village.owner] {
        answer(&world, &proposal, "accept", other).await.refused(403, "forbidden");
    }
    answer(&world, &proposal, "accept", &world.account("passant").await).await.refused(404, "not-found");
    let again = world.post("/v1/memberships", &wish(&village, &school.id)).by(mairie).await;
    assert_eq!(again.refused(409, "duplicate")["errors"][0]["pointer"], "/structure_id");
    assert_eq!(answer(&world, &proposal, "accept", &school.manager).await.ok()["state"], "accepted");
    assert!(belongs(&world, &village, &school).await);
    answer(&world, &proposal, "accept", &school.manager).await.refused(409, "wrong-state");
}

#[tokio::test]
async fn a_structure_asks_and_the_cooperation_decides() {
    let world = World::new().await;
    let village = world.village().await;
    let school = school(&world, &village).await;
    let reader = world.colleague(&school, "contributor", "lise").await;
    let request = |by: &Caller| world.post("/v1/memberships", &wish(&village, &school.id)).by(by);
    request(&reader).await.invalid("/cooperation_id", "unknown-reference");
    let proposal = asked(&world, &village, &school.id, &school.manager).await;
    assert_eq!(proposal["asked_by"], "structure");
    for other in [&school.manager, &village.cuma.manager] {
        answer(&world, &proposal, "accept", other).await.refused(403, "forbidden");
    }
    assert_eq!(answer(&world, &proposal, "decline", &village.commune.manager).await.ok()["state"], "declined");
    assert!(!belongs(&world, &village, &school).await);
    let proposal = asked(&world, &village, &school.id, &school.manager).await;
    answer(&world, &proposal, "withdraw", &village.commune.manager).await.refused(403, "forbidden");
    answer(&world, &proposal, "withdraw", &school.manager).await.ok();
    answer(&world, &proposal, "accept", &village.commune.manager).await.refused(409, "wrong-state");
    let proposal = asked(&world, &village, &school.id, &school.manager).await;
    answer(&world, &proposal, "accept", &village.commune.manager).await.ok();
    assert!(belongs(&world, &village, &school).await);
}

#[tokio::test]
async fn a_proposal_falls_when_its_side_cannot_ask_any_more_or_its_time_is_over() {
    let world = World::new().await;
    let village = world.village().await;
    let school = school(&world, &village).await;
    let deputy = world.colleague(&village.commune, "manager", "adjointe").await;
    let proposal = asked(&world, &village, &school.id, &deputy).await;
    let archived = format!("/v1/accounts/{}", deputy.account);
    world.patch(&archived, &json!({ "archived": true })).by(&village.owner).on_version(1).await.ok();
    let refused = answer(&world, &proposal, "accept", &school.manager).await.refused(409, "wrong-state");
    assert_eq!(refused["state"], "asker_without_role");
    world.patch(&archived, &json!({ "archived": false })).by(&village.owner).on_version(2).await.ok();
    world.advance(60);
    let refused = answer(&world, &proposal, "accept", &school.manager).await.refused(409, "wrong-state");
    assert_eq!(refused["state"], "expired");
    // What expired makes room for another.
    let proposal = asked(&world, &village, &school.id, &village.commune.manager).await;
    let away = world.patch(format!("/v1/structures/{}", school.id), &json!({ "archived": true })).by(&school.manager);
    away.on_version(1).await.ok();
    let refused = answer(&world, &proposal, "accept", &school.manager).await.refused(409, "wrong-state");
    assert_eq!(refused["state"], "archived");
}

#[tokio::test]
async fn who_left_is_not_pulled_back_and_who_was_sent_away_does_not_stay() {
    let world = World::new().await;
    let village = world.village().await;
    let (mairie, cuma) = (&village.commune.manager, &village.cuma.manager);
    let list = format!("/v1/memberships?structure_id={}", village.cuma.id);
    let membership = world.get(list).by(cuma).await.items()[0].clone();
    let path = format!("/v1/memberships/{}", id(&membership));
    let end =
        |day: Value, by: &Caller, version| world.patch(&path, &json!({ "ends_on": day })).by(by).on_version(version);
    end(json!("2026-04-01"), cuma, 1).await.ok();
    for longer in [json!(null), json!("2026-04-02")] {
        end(longer.clone(), mairie, 2).await.refused(403, "forbidden");
        end(longer, cuma, 2).await.refused(403, "forbidden");
    }
    let earlier = json!({ "starts_on": "2023-01-01" });
    world.patch(&path, &earlier).by(mairie).on_version(2).await.refused(403, "forbidden");
    let before = world.trail().await.len();
    end(json!("2026-03-20"), mairie, 2).await.ok();
    assert_eq!(world.trail().await[before..], ["membership_changed"], "nobody is sent away in silence");
}

#[tokio::test]
async fn facilitating_changes_hands_when_both_agree_and_never_lapses() {
    let world = World::new().await;
    let village = world.village().await;
    let (mairie, cuma) = (&village.commune.manager, &village.cuma.manager);
    let list = format!("/v1/memberships?cooperation_id={}", village.cooperation);
    let stay = async |party: &Party| {
        let stays = world.get(format!("{list}&structure_id={}", party.id)).by(cuma).await.items();
        stays.into_iter().find(|stay| stay["ends_on"].is_null()).unwrap()
    };
    let own = stay(&village.commune).await;
    let path = format!("/v1/memberships/{}/hand-over", id(&own));
    let to = json!({ "structure_id": village.cuma.id });
    world.post(&path, &to).by(cuma).await.refused(403, "forbidden");
    let far = school(&world, &village).await;
    world.post(&path, &json!({ "structure_id": far.id })).by(mairie).await.invalid("/structure_id", "not-a-member");
    let proposal = world.post(&path, &to).by(mairie).await.created();
    says(&proposal, &json!({ "role": "facilitator", "hands_over_id": own["id"], "starts_on": TODAY }));
    answer(&world, &proposal, "accept", mairie).await.refused(403, "forbidden");
    answer(&world, &proposal, "accept", cuma).await.ok();
    says(&stay(&village.commune).await, &json!({ "role": "member", "starts_on": TODAY }));
    says(&stay(&village.cuma).await, &json!({ "role": "facilitator", "starts_on": TODAY }));
    assert!(world.trail().await.contains(&"facilitator_handed_over".to_owned()));
    let change = json!({ "territory": "Le Vallon" });
    let cooperation = format!("/v1/cooperations/{}", village.cooperation);
    world.patch(&cooperation, &change).by(mairie).on_version(1).await.refused(403, "forbidden");
    world.patch(&cooperation, &change).by(cuma).on_version(1).await.ok();
    // The last one may not go, not even on a day to come.
    let own = format!("/v1/memberships/{}", id(&stay(&village.cuma).await));
    for day in ["2026-03-15", "2027-01-01"] {
        let leaves = world.patch(&own, &json!({ "ends_on": day })).by(cuma).on_version(1).await;
        assert_eq!(leaves.refused(409, "wrong-state")["state"], "last_facilitator");
    }
}

#[tokio::test]
async fn a_hand_over_falls_when_roles_changed_meanwhile() {
    let world = World::new().await;
    let village = world.village().await;
    let (mairie, cuma) = (&village.commune.manager, &village.cuma.manager);
    let list = format!("/v1/memberships?cooperation_id={}", village.cooperation);
    let stays = world.get(list).by(mairie).await.items();
    let of =
        |party: &Party| id(stays.iter().find(|stay| stay["structure_id"] == party.id.as_str()).unwrap()).to_owned();
    let path = format!("/v1/memberships/{}/hand-over", of(&village.commune));
    let proposal = world.post(&path, &json!({ "structure_id": village.cuma.id })).by(mairie).await.created();
    let leaves = json!({ "ends_on": "2026-03-14" });
    world.patch(format!("/v1/memberships/{}", of(&village.cuma)), &leaves).by(cuma).on_version(1).await.ok();
    let refused = answer(&world, &proposal, "accept", cuma).await.refused(409, "wrong-state");
    assert_eq!(refused["state"], "roles_changed");
}
