//! Who reads a summary: of a structure its own people, of a cooperation every member alike.

use serde_json::json;

use crate::deeds::{given, with};
use crate::world::{TODAY, World};

#[tokio::test]
async fn every_member_of_a_cooperation_reads_the_same_bytes() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let within = json!({ "cooperation_id": village.cooperation });
    let line = world.hours_line(&jardins.manager, &with(&given(jardins, cuma, TODAY, 60), &within)).await;
    world.word(&line, "confirm", &json!({})).by(&cuma.manager).await.ok();
    let reader = world.colleague(jardins, "reader", "lectrice").await;
    for extension in ["", ".csv"] {
        let path = format!("/v1/cooperations/{}/summaries/2026{extension}", village.cooperation);
        let facilitator = world.get(&path).by(&commune.manager).await.is(200).bytes.clone();
        for member in [&cuma.manager, &jardins.manager, &reader] {
            assert_eq!(world.get(&path).by(member).await.is(200).bytes, facilitator, "{} {path}", member.login);
        }
    }
}

#[tokio::test]
async fn a_structure_s_summary_is_for_its_own_people() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let reader = world.colleague(jardins, "reader", "lectrice").await;
    let path = format!("/v1/structures/{}/summaries/2026", jardins.id);
    world.get(&path).by(&reader).await.ok();
    for stranger in [&village.commune.manager, &village.cuma.manager, &village.owner] {
        world.get(&path).by(stranger).await.refused(404, "not-found");
        world.get(format!("{path}.csv")).by(stranger).await.refused(404, "not-found");
    }
    world.get(&path).await.refused(401, "unauthorized");
    let unknown = "/v1/structures/01990f3a-7c1e-7000-8000-000000000001/summaries/2026";
    world.get(unknown).by(&reader).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_cooperation_s_summary_is_for_those_who_are_in_it_today() {
    let world = World::new().await;
    let village = world.village().await;
    let stranger = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    let path = format!("/v1/cooperations/{}/summaries/2026", village.cooperation);
    let reads = async |by| world.get(&path).by(by).await;
    reads(&stranger.manager).await.refused(404, "not-found");
    reads(&village.owner).await.refused(404, "not-found");
    let membership = world.membership(&village.commune, &village.cooperation, &stranger.id, TODAY).await;
    reads(&stranger.manager).await.ok();
    let ends = json!({ "ends_on": "2026-03-15" });
    world.patch(format!("/v1/memberships/{membership}"), &ends).by(&stranger.manager).on_version(1).await.ok();
    reads(&stranger.manager).await.ok();
    world.advance(1);
    reads(&stranger.manager).await.refused(404, "not-found");
    reads(&village.cuma.manager).await.ok();
}
