//! Exports that cannot be made, and those who may not make them.

use serde_json::json;

use super::{Office, rates};
use crate::deeds::{id, with};
use crate::world::World;

#[tokio::test]
async fn a_structure_without_a_siren_is_told_what_to_do() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let grid = world.approved(commune, &rates()).await;
    let path = format!("/v1/structures/{}/fec-exports", commune.id);
    let ask = || world.post(&path, &json!({ "year": 2026, "grid_id": grid })).by(&commune.manager);
    let refused = ask().await.refused(409, "no-siren");
    assert!(refused["detail"].as_str().unwrap().contains("PATCH /v1/structures/{id}"), "{refused}");
    let siret = json!({ "siret": "73282932000074" });
    let own = format!("/v1/structures/{}", commune.id);
    world.patch(own, &siret).by(&commune.manager).header("if-match", "*").await.ok();
    ask().await.refused(409, "nothing-to-export");
}

#[tokio::test]
async fn a_grid_has_to_be_ones_own_approved_in_euros_and_whole() {
    let office = Office::new().await;
    let (world, commune) = (&office.world, office.commune());
    office.confirmed("2026-02-01", 60).await;
    let others = world.approved(&office.village.cuma, &rates()).await;
    for unknown in [others.as_str(), "01990f3a-7c1e-7000-8000-00000000ffff"] {
        office.export(&json!({ "grid_id": unknown })).await.invalid("/grid_id", "unknown-reference");
    }
    let draft = world.drafted(commune, &rates()).await;
    office.export(&json!({ "grid_id": draft })).await.refused(409, "grid-not-approved");
    let points = json!({ "unit": "points", "method": "points", "rates": [
        { "kind": "volunteer_hours", "from": "2026-01-01", "per": "hour", "amount": 1000 }] });
    let points = world.approved(commune, &points).await;
    office.export(&json!({ "grid_id": points })).await.invalid("/grid_id", "not-allowed-here");
    let late = json!({ "rates": [{ "kind": "volunteer_hours", "from": "2026-03-01", "per": "hour" }] });
    let late = world.approved(commune, &late).await;
    office.export(&json!({ "grid_id": late })).await.refused(409, "missing-rate");
    office.export(&json!({ "year": 1999 })).await.invalid("/year", "out-of-range");
    office.export(&json!({ "year": "2026" })).await.refused(422, "invalid-fields");
    office.export(&json!({ "chart": "pcg" })).await.refused(422, "invalid-fields");
    let none = json!({ "valuation": "none" });
    let own = format!("/v1/structures/{}", commune.id);
    world.patch(own, &none).by(&commune.manager).header("if-match", "*").await.ok();
    office.export(&json!({})).await.refused(409, "no-valuation");
}

#[tokio::test]
async fn managers_make_files_members_read_them_and_others_learn_nothing() {
    let office = Office::new().await;
    let (world, commune) = (&office.world, office.commune());
    office.confirmed("2026-02-01", 60).await;
    let made = office.export(&json!({})).await.created();
    let of_commune = format!("/v1/structures/{}/fec-exports", commune.id);
    let own = format!("/v1/fec-exports/{}", id(&made));
    let wish = json!({ "year": 2026, "grid_id": office.grid, "again": true });
    for role in ["contributor", "reader"] {
        let colleague = world.colleague(commune, role, role).await;
        for path in [&of_commune, &own, &format!("{own}/file")] {
            world.get(path).by(&colleague).await.is(200);
        }
        world.post(&of_commune, &wish).by(&colleague).await.refused(403, "forbidden");
        world.post(format!("{own}/reversal"), &json!({})).by(&colleague).await.refused(403, "forbidden");
    }
    let neighbour = &office.village.association.manager;
    for path in [&of_commune, &own, &format!("{own}/file")] {
        world.get(path).by(neighbour).await.refused(404, "not-found");
    }
    world.post(&of_commune, &with(&wish, &json!({}))).by(neighbour).await.refused(404, "not-found");
    world.post(format!("{own}/reversal"), &json!({})).by(neighbour).await.refused(404, "not-found");
}
