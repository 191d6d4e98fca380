//! Finding hours again: filters, and pages that neither lose nor repeat an entry.

use serde_json::{Value, json};

use crate::deeds::{each, given, id, with};
use crate::world::{TODAY, World};

#[tokio::test]
async fn hours_are_listed_by_party_cooperation_person_activity_and_day_newest_first() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let odile = world.person(jardins, "Odile").await;
    let mut entries = Vec::new();
    for (giver, receiver, day, more) in [
        (jardins, cuma, "2026-03-01", json!({})),
        (cuma, jardins, "2026-03-02", json!({ "activity": "labour" })),
        (jardins, commune, "2025-12-31", json!({ "cooperation_id": village.cooperation })),
        (jardins, cuma, "2026-03-03", json!({ "person_id": odile })),
        (commune, cuma, "2026-03-04", json!({ "cooperation_id": village.cooperation })),
    ] {
        let hours = world.hours(&giver.manager, &with(&given(giver, receiver, day, 60), &more)).await;
        entries.push(id(&hours).to_owned());
    }
    let cooperation = &village.cooperation;
    for (query, by, expected) in [
        (format!("structure_id={}", jardins.id), &jardins.manager, vec![3, 2, 1, 0]),
        (format!("structure_id={}", cuma.id), &cuma.manager, vec![4, 3, 1, 0]),
        (format!("cooperation_id={cooperation}"), &commune.manager, vec![4, 2]),
        (format!("structure_id={}&cooperation_id={cooperation}", jardins.id), &jardins.manager, vec![2]),
        (format!("structure_id={}&person_id={odile}", jardins.id), &jardins.manager, vec![3]),
        (format!("structure_id={}&activity=labour", jardins.id), &jardins.manager, vec![1]),
        (format!("structure_id={}&activity=labou", jardins.id), &jardins.manager, vec![]),
        (format!("structure_id={}&from=2026-03-01", jardins.id), &jardins.manager, vec![3, 1, 0]),
        (format!("structure_id={}&from=2026-03-01&until=2026-03-03", jardins.id), &jardins.manager, vec![1, 0]),
        (format!("structure_id={}&until=2026-01-01", jardins.id), &jardins.manager, vec![2]),
    ] {
        let found = world.get(format!("/v1/hours?{query}")).by(by).await.items();
        let expected: Vec<Value> = expected.into_iter().map(|index: usize| json!(entries[index])).collect();
        assert_eq!(each(&found, "id"), expected.iter().collect::<Vec<_>>(), "{query}");
    }
    let list = |query: String| world.get(format!("/v1/hours?{query}")).by(&cuma.manager);
    list(String::new()).await.unreadable("structure_id", "missing-field");
    list(format!("structure_id={}", jardins.id)).await.unreadable("structure_id", "unknown-reference");
    list(format!("cooperation_id={cooperation}")).await.unreadable("cooperation_id", "unknown-reference");
    list(format!("structure_id={}&person_id={odile}", cuma.id)).await.unreadable("person_id", "unknown-reference");
    list(format!("structure_id={}&from=yesterday", cuma.id)).await.unreadable("from", "not-a-day");
    list(format!("structure_id={}&limit=0", cuma.id)).await.unreadable("limit", "out-of-range");
    list(format!("structure_id={}&limit=201", cuma.id)).await.unreadable("limit", "out-of-range");
    list(format!("structure_id={}&cursor=x", cuma.id)).await.unreadable("cursor", "not-a-cursor");
    list(format!("structure_id={}&minutes=60", cuma.id)).await.unreadable("minutes", "unknown-field");
}

#[tokio::test]
async fn seven_entries_come_in_pages_of_three_and_one_recorded_meanwhile_moves_none() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let mut entries = Vec::new();
    for minutes in 1..=7 {
        let hours = world.hours(&jardins.manager, &given(jardins, cuma, TODAY, minutes)).await;
        entries.insert(0, hours["id"].clone());
    }
    let mut path = format!("/v1/hours?structure_id={}&limit=3", jardins.id);
    let (mut pages, mut found) = (Vec::new(), Vec::new());
    loop {
        let page = world.get(&path).by(&jardins.manager).await;
        pages.push(page.items().len());
        found.extend(page.items().iter().map(|item| item["id"].clone()));
        let Some(link) = page.header("link") else { break };
        assert!(link.ends_with("; rel=\"next\""), "{link}");
        let next = page.ok()["next"].as_str().unwrap().to_owned();
        path = link.split(['<', '>']).nth(1).unwrap().to_owned();
        assert!(path.ends_with(&format!("&cursor={next}")), "{path}");
        world.hours(&jardins.manager, &given(jardins, cuma, TODAY, 30)).await;
    }
    assert_eq!((pages, found), (vec![3, 3, 1], entries));
}

#[tokio::test]
async fn hours_are_for_their_parties_and_those_who_facilitate() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let stranger = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
    world.membership(commune, &village.cooperation, &stranger.id, "2026-01-01").await;
    let apart = world.hours(&jardins.manager, &given(jardins, cuma, TODAY, 60)).await;
    let within = with(&given(jardins, cuma, TODAY, 60), &json!({ "cooperation_id": village.cooperation }));
    let within = world.hours(&jardins.manager, &within).await;
    let read = async |hours: &Value, by| world.get(format!("/v1/hours/{}", id(hours))).by(by).await;
    for hours in [&apart, &within] {
        read(hours, &cuma.manager).await.ok();
        read(hours, &stranger.manager).await.refused(404, "not-found");
        read(hours, &village.owner).await.refused(404, "not-found");
    }
    read(&apart, &commune.manager).await.refused(404, "not-found");
    read(&within, &commune.manager).await.ok();
    world.get("/v1/hours/not-an-id").by(&cuma.manager).await.refused(404, "not-found");
}
