//! Who sees pictures: whoever may read the summary, all the same.

use serde_json::json;

use super::{PICTURES, Winter};
use crate::world::{COOPERATION_STARTS_ON, TODAY};

#[tokio::test]
async fn every_member_sees_the_same_bytes_and_nobody_else_sees_any() {
    let winter = Winter::new().await;
    let (world, village) = (&winter.world, &winter.village);
    let reader = world.colleague(&village.cuma, "reader", "lise").await;
    let stranger = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    let paths = PICTURES.map(|picture| format!("/pictures/{picture}.svg")).into_iter().chain(["/pictures".to_owned()]);
    for path in paths.map(|path| format!("/v1/cooperations/{}{path}", village.cooperation)) {
        let seen = world.get(&path).by(&village.commune.manager).await.is(200).text();
        for member in [&village.association.manager, &village.cuma.manager, &reader] {
            assert_eq!(world.get(&path).by(member).await.is(200).text(), seen, "{path}");
        }
        for other in [&stranger.manager, &village.owner] {
            world.get(&path).by(other).await.refused(404, "not-found");
        }
        world.get(&path).await.refused(401, "unauthorized");
    }
}

#[tokio::test]
async fn a_funder_s_program_sees_what_members_see_and_nothing_more() {
    let winter = Winter::new().await;
    let (world, village) = (&winter.world, &winter.village);
    let wish = json!({ "cooperation_id": village.cooperation, "name": "Département", "scope": "aggregates",
                       "until": "2026-12-31" });
    let made = world.post("/v1/service-tokens", &wish).by(&village.commune.manager).await.created();
    let funder = made["token"].as_str().unwrap();
    let path = format!("/v1/cooperations/{}/pictures", village.cooperation);
    let seen = world.get(&path).by(&village.cuma.manager).await.is(200).text();
    assert_eq!(world.get(&path).token(funder).await.is(200).text(), seen);
    // Grouping by cooperations is for those who may read them.
    let grouped = world.get(format!("{path}?groups={}", village.cooperation)).token(funder).await;
    grouped.unreadable("groups", "unknown-reference");
    let own = format!("/v1/structures/{}/pictures", village.commune.id);
    world.get(own).token(funder).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_structure_s_own_pictures_are_for_the_structure() {
    let winter = Winter::new().await;
    let (world, village) = (&winter.world, &winter.village);
    for path in ["pictures", "pictures/flows.svg", "pictures/network.svg", "pictures/months.svg"] {
        let path = format!("/v1/structures/{}/{path}", village.cuma.id);
        let text = world.get(&path).by(&village.cuma.manager).await.is(200).text();
        assert!(text.contains("CUMA du Vallon"), "{text}");
        for other in [&village.commune.manager, &village.owner] {
            world.get(&path).by(other).await.refused(404, "not-found");
        }
    }
    let path = format!("/v1/structures/{}/pictures/flows.svg", village.association.id);
    let flows = world.get(path).by(&village.association.manager).in_french().await.is(200).text();
    assert!(!flows.contains("bénévoles individuels"), "what others exchanged is not theirs: {flows}");
}

#[tokio::test]
async fn no_person_is_in_a_picture() {
    let winter = Winter::new().await;
    let (world, jardins) = (&winter.world, &winter.village.association);
    let person = world.person(jardins, "Ginette Faure").await;
    let hours = json!({ "giver_id": jardins.id, "receiver_id": winter.village.commune.id, "day": TODAY, "minutes": 60,
                        "activity": "Fauche", "person_id": person, "note": "Genou fragile",
                        "cooperation_id": winter.village.cooperation });
    world.hours(&jardins.manager, &hours).await;
    let page = winter.page("unit=minutes").await;
    assert!(!page.contains("Ginette") && !page.contains("Genou"), "{page}");
}

#[tokio::test]
async fn structures_are_grouped_by_cooperations_that_the_caller_may_read() {
    let winter = Winter::new().await;
    let (world, village) = (&winter.world, &winter.village);
    let orchard = world.cooperation(&village.association, "Verger commun").await;
    let path = format!("/v1/cooperations/{}/pictures/network.svg?groups={orchard}", village.cooperation);
    let grouped = world.get(&path).by(&village.association.manager).in_french().await.is(200).text();
    assert!(grouped.contains("Verger commun (1)") && grouped.contains("dans aucun de ces groupes (2)"), "{grouped}");
    // The commune is not in it, so it is not told who is.
    world.get(&path).by(&village.commune.manager).await.unreadable("groups", "unknown-reference");
    let membership = world.membership(&village.association, &orchard, &village.commune.id, COOPERATION_STARTS_ON);
    membership.await;
    assert!(world.get(&path).by(&village.commune.manager).await.is(200).text().contains("Verger commun (2)"));
    let base = format!("/v1/cooperations/{}/pictures/network.svg", village.cooperation);
    let by = &village.commune.manager;
    world.get(format!("{base}?groups=nope")).by(by).await.unreadable("groups", "not-a-uuid");
    let many = vec![orchard.as_str(); 13].join(",");
    world.get(format!("{base}?groups={many}")).by(by).await.unreadable("groups", "wrong-number");
}
