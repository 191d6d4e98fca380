//! What examples are worth: the rate of the day, one rounding, and no figure where there may be none.

use navette::auth::Act;
use navette::auth::rules::Of;
use navette::clock::Day;
use navette::grid;
use navette::id::Id;
use serde_json::{Value, json};

use super::{approval, example};
use crate::world::{Party, TODAY, World};

#[tokio::test]
async fn eighty_nine_minutes_are_eighteen_euros_twenty_six() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let grid = world.approved(commune, &json!({})).await;
    let asked = example(&grid, "volunteer_hours", "2026-07-01", "minutes=89");
    let told = world.get(asked).by(&commune.manager).await.ok();
    assert_eq!((&told["unit"], &told["amount"], &told["smic"]), (&json!("euro"), &json!(1826), &json!(1231)));
    assert_eq!(told["rate"]["per"], "hour");
}

#[tokio::test]
async fn an_hour_a_day_over_2026_is_4449_euros_36() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let grid = world.approved(commune, &json!({})).await;
    let mut day = Day::parse("2026-01-01").unwrap();
    let mut sum = 0;
    while day.year() == 2026 {
        let worth = world.worth(commune, &grid, "volunteer_hours", &day.to_string(), "minutes=60").await;
        sum += worth.as_i64().unwrap();
        day = day.next();
    }
    assert_eq!(sum, 444_936);
}

#[tokio::test]
async fn the_rate_of_a_category_goes_before_that_of_its_kind_once_it_has_begun() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let rates = json!({ "method": "market_rent", "rates": [
        { "kind": "equipment", "from": "2025-01-01", "per": "item_day", "amount": 100 },
        { "kind": "equipment", "category": "Barnum Été", "from": "2026-02-01", "per": "item_day", "amount": 4500 },
        { "kind": "equipment", "from": "2026-01-01", "per": "item_day", "amount": 150 },
        { "kind": "premises", "from": "2026-01-01", "per": "occasion", "amount": 8000 },
        { "kind": "volunteer_hours", "from": "2026-01-01", "per": "hour", "method": "smic_coefficient",
          "coefficient": 1500 },
        { "kind": "skill_by_staff", "from": "2026-01-01", "per": "hour", "method": "description_only" },
    ] });
    let grid = world.approved(commune, &rates).await;
    for (kind, category, day, quantity, expected) in [
        ("equipment", "", "2025-06-01", "item_days=3", json!(300)),
        ("equipment", "", "2026-06-01", "item_days=3", json!(450)),
        ("equipment", "barnum%20ete", "2026-06-01", "item_days=3", json!(13_500)),
        ("equipment", "barnum%20ete", "2026-01-31", "item_days=3", json!(450)),
        ("premises", "", "2026-06-01", "occasions=2", json!(16_000)),
        ("premises", "", "2026-06-01", "item_days=5", json!(8000)),
        ("volunteer_hours", "", "2026-06-01", "minutes=60", json!(1847)),
        ("skill_by_staff", "", "2026-06-01", "minutes=60", Value::Null),
    ] {
        let category = if category.is_empty() { String::new() } else { format!("&category={category}") };
        let worth = world.worth(commune, &grid, kind, day, &format!("{quantity}{category}")).await;
        assert_eq!(worth, expected, "{kind} {category} {day} {quantity}");
    }
    let ask = |kind: &str, quantity: &str| world.get(example(&grid, kind, TODAY, quantity)).by(&commune.manager);
    let refused = ask("skill_by_volunteer", "minutes=60").await.refused(409, "missing-rate");
    assert!(refused["detail"].as_str().unwrap().contains("for skill_by_volunteer on 2026-03-14"), "{refused}");
    let named = ask("skill_by_volunteer", "minutes=60&category=Greffe").await.refused(409, "missing-rate");
    assert!(named["detail"].as_str().unwrap().contains("for skill_by_volunteer (Greffe) on"), "{named}");
    ask("equipment", "minutes=60").await.unreadable("item_days", "missing-field");
    ask("volunteer_hours", "item_days=1").await.unreadable("minutes", "missing-field");
    ask("equipment", "item_days=-1").await.unreadable("item_days", "out-of-range");
    ask("equipment", "item_days=1.5").await.unreadable("item_days", "out-of-range");
}

#[tokio::test]
async fn the_built_in_wage_says_where_it_is_from_and_where_it_ends() {
    let world = World::new().await;
    let village = world.village().await;
    let anybody = world.account("passant").await;
    let table = world.get("/v1/smic").by(&anybody).await.ok();
    assert_eq!(table["known_until"], "2027-01-01");
    let last = table["rates"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["from"], &last["amount"]), (&json!("2026-06-01"), &json!(1231)));
    let commune = &village.commune;
    let grid = world.approved(commune, &json!({})).await;
    for (day, status) in [("2018-12-31", 409), ("2019-01-01", 200), ("2026-12-31", 200), ("2027-01-01", 409)] {
        let asked = example(&grid, "volunteer_hours", day, "minutes=60");
        world.get(asked).by(&commune.manager).await.is(status);
    }
}

#[tokio::test]
async fn who_declined_valuation_gets_no_euros_and_may_have_points() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let euros = world.approved(commune, &json!({})).await;
    let points = json!({ "unit": "points", "method": "points",
                         "rates": [{ "kind": "volunteer_hours", "from": "2026-01-01", "per": "hour", "amount": 1000 }] });
    let points = world.approved(commune, &points).await;
    let path = format!("/v1/structures/{}", commune.id);
    let said = async |valuation: &str, version: i64| {
        let change = json!({ "valuation": valuation });
        world.patch(&path, &change).by(&commune.manager).on_version(version).await.ok()
    };
    assert_eq!(said("none", 1).await["valuation"], "none");
    let asked = |grid: &str| example(grid, "volunteer_hours", TODAY, "minutes=90");
    let french = world.get(asked(&euros)).by(&commune.manager).in_french().await.refused(409, "no-valuation");
    assert!(french["detail"].as_str().unwrap().contains("quantités"), "{french}");
    assert_eq!(world.worth(commune, &points, "volunteer_hours", TODAY, "minutes=90").await, 1500);
    said("allowed", 2).await;
    world.get(asked(&euros)).by(&commune.manager).await.ok();
    said("allowed", 3).await;
    let trail = world.trail().await;
    let about = |event: &str| trail.iter().filter(|told| *told == event).count();
    assert_eq!((about("valuation_declined"), about("valuation_allowed")), (1, 1), "{trail:?}");
}

/// What `grid::usable` answers to somebody who asks for figures of a structure or a cooperation.
async fn usable(world: &World, by: &Party, grid: &str, of: Of) -> Result<(), String> {
    let (account, grid) = (by.manager.account, Id::parse(grid).unwrap());
    let asked = world.app.store.write(move |db, now| {
        let act = Act::for_account(db, now, account)?;
        Ok(grid::usable(&act, grid, of).map(drop).map_err(|error| error.to_string()))
    });
    asked.await.unwrap()
}

#[tokio::test]
async fn a_member_uses_the_grid_of_its_cooperation_and_nobody_that_of_a_stranger() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, jardins, cuma) = (&village.commune, &village.association, &village.cuma);
    let common = json!({ "structure_id": null, "cooperation_id": village.cooperation });
    let common = world.approved(commune, &common).await;
    let own = world.approved(jardins, &json!({})).await;
    let draft = world.drafted(jardins, &json!({})).await;
    let structure = |party: &Party| Of::Structure(Id::parse(&party.id).unwrap());
    let together = Of::Cooperation(Id::parse(&village.cooperation).unwrap());
    assert_eq!(usable(&world, jardins, &common, structure(jardins)).await, Ok(()));
    assert_eq!(usable(&world, jardins, &common, together).await, Ok(()));
    assert_eq!(usable(&world, jardins, &own, structure(jardins)).await, Ok(()));
    let not_found = Err("not found".to_owned());
    assert_eq!(usable(&world, jardins, &own, together).await, not_found);
    assert_eq!(usable(&world, cuma, &own, structure(cuma)).await, not_found);
    assert_eq!(usable(&world, jardins, &draft, structure(jardins)).await, Err("grid not approved".to_owned()));

    let elsewhere = world.party(&village.owner, "Commune d'Ailleurs", "commune", "ailleurs").await;
    assert_eq!(usable(&world, &elsewhere, &common, structure(&elsewhere)).await, not_found);
    leave(&world, jardins, &village.cooperation).await;
    assert_eq!(usable(&world, jardins, &common, structure(jardins)).await, Ok(()), "its past years are valued with it");
    world.get(format!("/v1/grids/{common}")).by(&jardins.manager).await.refused(404, "not-found");

    let none = json!({ "valuation": "none" });
    let path = format!("/v1/cooperations/{}", village.cooperation);
    world.patch(path, &none).by(&commune.manager).on_version(1).await.ok();
    assert_eq!(usable(&world, commune, &common, together).await, Err("no valuation".to_owned()));
    world.patch(format!("/v1/grids/{own}"), &json!({ "archived": true })).by(&jardins.manager).on_version(2).await.ok();
    assert_eq!(usable(&world, jardins, &own, structure(jardins)).await, Err("wrong state: archived".to_owned()));
    world.post(format!("/v1/grids/{own}/approve"), &approval()).by(&jardins.manager).await.refused(409, "wrong-state");
}

/// A structure leaves a cooperation yesterday.
async fn leave(world: &World, party: &Party, cooperation: &str) {
    let stays = format!("/v1/memberships?cooperation_id={cooperation}&structure_id={}", party.id);
    let stay = world.get(stays).by(&party.manager).await.items().remove(0);
    let path = format!("/v1/memberships/{}", stay["id"].as_str().unwrap());
    let end = json!({ "ends_on": "2026-03-13" });
    world.patch(path, &end).by(&party.manager).header("if-match", "*").await.ok();
}
