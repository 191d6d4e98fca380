//! How the days of a loan are counted: in the year and the month in which they fall.

use serde_json::{Value, json};

use crate::deeds::{lent, says, with};
use crate::world::{Party, Village, World};

async fn recorded(world: &World, wish: &Value, lender: &Party) -> String {
    let loan = world.post("/v1/loans", wish).by(&lender.manager).await.created();
    loan["contribution_id"].as_str().unwrap().to_owned()
}

/// What the CUMA's given side counts in each month of a year: month, lines, item-days, occasions.
async fn months(world: &World, village: &Village, year: i32) -> Vec<(String, i64, i64, i64)> {
    let cuma = &village.cuma;
    let summary = world.summary(&format!("structures/{}", cuma.id), year, &cuma.manager).await;
    let months = summary["sides"][0]["by_month"].as_array().unwrap().clone();
    let count = |sum: &Value, unit: &str| sum[unit].as_i64().unwrap();
    let months = months.iter().map(|month| {
        let sum = &month["declared"];
        let key = month["key"].as_str().unwrap().to_owned();
        (key, count(sum, "lines"), count(sum, "item_days"), count(sum, "occasions"))
    });
    months.filter(|(_, lines, days, occasions)| (*lines, *days, *occasions) != (0, 0, 0)).collect()
}

fn month(key: &str, lines: i64, item_days: i64, occasions: i64) -> (String, i64, i64, i64) {
    (key.to_owned(), lines, item_days, occasions)
}

#[tokio::test]
async fn a_loan_across_new_year_counts_its_days_in_each_year() {
    let world = World::new().await;
    let village = world.village().await;
    let wish = lent(&village.cuma, &village.association, "2024-12-30", Some("2025-01-03"));
    recorded(&world, &wish, &village.cuma).await;
    assert_eq!(months(&world, &village, 2024).await, [month("12", 1, 2, 1)]);
    assert_eq!(months(&world, &village, 2025).await, [month("01", 0, 2, 0)]);
    assert_eq!(months(&world, &village, 2026).await, []);
    let after = world.summary(&format!("structures/{}", village.cuma.id), 2025, &village.cuma.manager).await;
    let entry = &after["sides"][0]["by_kind"][0];
    says(&entry["declared"], &json!({ "lines": 0, "item_days": 2, "occasions": 0 }));
    says(&entry["previous"], &json!({ "lines": 1, "item_days": 2, "occasions": 1 }));
}

#[tokio::test]
async fn a_loan_of_fourteen_months_counts_every_day_once() {
    let world = World::new().await;
    let village = world.village().await;
    let wish = lent(&village.cuma, &village.association, "2023-12-31", Some("2025-02-02"));
    let wish = with(&wish, &json!({ "quantity": 3 }));
    let line = recorded(&world, &wish, &village.cuma).await;
    let line = world.contribution(&line, &village.cuma.manager).await;
    assert_eq!(line["quantities"]["item_days"], 3 * (1 + 366 + 32));
    assert_eq!(months(&world, &village, 2023).await, [month("12", 1, 3, 1)]);
    let days: Vec<i64> = months(&world, &village, 2024).await.iter().map(|month| month.2).collect();
    assert_eq!(days, [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].map(|days| 3 * days));
    assert_eq!(months(&world, &village, 2025).await, [month("01", 0, 93, 0), month("02", 0, 3, 0)]);
}

#[tokio::test]
async fn a_leap_year_has_one_day_more() {
    let world = World::new().await;
    let village = world.village().await;
    for (year, february) in [(2023, 1), (2024, 2), (2025, 1)] {
        let wish = lent(&village.cuma, &village.association, &format!("{year}-02-28"), Some(&format!("{year}-03-02")));
        recorded(&world, &wish, &village.cuma).await;
        let expected = [month("02", 1, february, 1), month("03", 0, 1, 0)];
        assert_eq!(months(&world, &village, year).await, expected, "{year}");
    }
    let no_day = lent(&village.cuma, &village.association, "2025-02-29", None);
    world.post("/v1/loans", &no_day).by(&village.cuma.manager).await.invalid("/from", "not-a-day");
}

#[tokio::test]
async fn a_thing_that_comes_back_the_day_it_left_was_lent_for_a_day() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let tiller = world.equipment(cuma, "Motoculteur", "outillage").await;
    let wish = crate::deeds::loan_of(&tiller, jardins, "2026-03-10", "2026-03-14");
    let loan = world.out(&wish, cuma, jardins, "2026-03-10").await;
    let back = json!({ "event": "return", "on": "2026-03-10" });
    let back = world.happens(&loan, &back).by(&cuma.manager).await.ok();
    says(&back, &json!({ "until": "2026-03-14", "returned_on": "2026-03-10" }));
    assert_eq!(months(&world, &village, 2026).await, [month("03", 1, 1, 1)]);
}

#[tokio::test]
async fn corrected_days_are_spread_over_the_months_and_add_up() {
    let world = World::new().await;
    let village = world.village().await;
    // Three days in December, four in January.
    let wish =
        with(&lent(&village.cuma, &village.association, "2024-12-29", Some("2025-01-05")), &json!({ "quantity": 10 }));
    let line = recorded(&world, &wish, &village.cuma).await;
    let fewer = json!({ "reason": "Neuf barnums sont venus deux jours plus tard.", "item_days": 60 });
    let correction = world.word(&line, "correct", &fewer).by(&village.cuma.manager).await.created();
    assert_eq!(correction["quantities"]["item_days"], -10);
    // −10 × 3 ÷ 7 days, rounded down, is −5: what is left falls into January.
    assert_eq!(months(&world, &village, 2024).await, [month("12", 1, 25, 1)]);
    assert_eq!(months(&world, &village, 2025).await, [month("01", 0, 35, 0)]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_loan_that_nobody_measured_is_unmeasured_until_a_correction_supplies_its_days() {
    let world = World::new().await;
    let village = world.village().await;
    let line = recorded(&world, &lent(&village.cuma, &village.association, "2026-01-31", None), &village.cuma).await;
    let sum = async || {
        let of = format!("structures/{}", village.cuma.id);
        world.summary(&of, 2026, &village.cuma.manager).await["sides"][0]["by_kind"][0]["declared"].clone()
    };
    says(&sum().await, &json!({ "lines": 1, "item_days": 0, "unmeasured": 1 }));
    let measured = json!({ "reason": "Retrouvé dans le cahier.", "item_days": 5 });
    world.word(&line, "correct", &measured).by(&village.cuma.manager).await.created();
    says(&sum().await, &json!({ "lines": 1, "item_days": 5, "unmeasured": 0 }));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}
