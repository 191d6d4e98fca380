//! Any period: which days count, what stands beside, and what is told to whoever asks for days that cannot be.

use serde_json::{Value, json};

use crate::deeds::{given, lent, says};
use crate::world::{Caller, World};

/// The one entry of a list with this kind and key.
#[track_caller]
fn entry<'a>(side: &'a Value, list: &str, kind: &str, key: &Value) -> &'a Value {
    let entries = side[list].as_array().unwrap();
    let found: Vec<_> = entries.iter().filter(|entry| entry["kind"] == kind && &entry["key"] == key).collect();
    assert_eq!(found.len(), 1, "{kind} {key} in {list} of {side}");
    found[0]
}

/// What a structure gave from a day until a day.
async fn gave(world: &World, structure: &str, (from, until): (&str, &str), by: &Caller) -> Value {
    let path = format!("/v1/structures/{structure}/summaries/period?from={from}&until={until}");
    world.get(path).by(by).await.ok()["sides"][0].clone()
}

#[tokio::test]
async fn a_loan_counts_the_days_that_fall_into_the_period_and_all_else_the_day_it_began() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let loan = lent(jardins, cuma, "2025-12-30", Some("2026-01-03"));
    world.post("/v1/loans", &loan).by(&jardins.manager).await.created();
    for (from, until, lines, item_days) in [
        ("2025-12-30", "2026-01-03", 1, 4),
        ("2025-12-30", "2025-12-31", 1, 1),
        ("2025-12-31", "2026-01-02", 0, 2),
        ("2026-01-02", "2026-02-01", 0, 1),
        ("2025-01-01", "2026-01-01", 1, 2),
    ] {
        let side = gave(&world, &jardins.id, (from, until), &jardins.manager).await;
        let things = entry(&side, "by_kind", "equipment", &json!(null));
        says(&things["declared"], &json!({ "lines": lines, "item_days": item_days, "occasions": lines }));
    }
    for (from, until) in [("2025-12-01", "2025-12-30"), ("2026-01-03", "2026-02-01")] {
        let side = gave(&world, &jardins.id, (from, until), &jardins.manager).await;
        assert_eq!(side["by_kind"], json!([]), "{from} {until}");
    }
}

#[tokio::test]
async fn a_period_stands_beside_the_same_days_one_year_earlier() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    for (day, minutes) in
        [("2024-08-31", 1), ("2024-09-01", 2), ("2025-02-28", 4), ("2025-09-01", 8), ("2026-02-10", 16)]
    {
        world.hours_line(&jardins.manager, &given(jardins, cuma, day, minutes)).await;
    }
    let path = format!("/v1/structures/{}/summaries/period?from=2025-09-01&until=2026-03-01", jardins.id);
    let summary = world.get(&path).by(&jardins.manager).await.ok();
    says(
        &summary,
        &json!({ "year": null, "period": { "from": "2025-09-01", "until": "2026-03-01" },
                 "previous_period": { "from": "2024-09-01", "until": "2025-03-01" }, "known_at": null }),
    );
    let side = &summary["sides"][0];
    for (month, now, before) in [("2025-09", 8, 2), ("2026-02", 16, 4)] {
        let hours = entry(side, "by_month", "volunteer_hours", &json!(month));
        assert_eq!((&hours["declared"]["minutes"], &hours["previous"]["minutes"]), (&json!(now), &json!(before)));
    }
    let all = entry(side, "by_kind", "volunteer_hours", &json!(null));
    assert_eq!((&all["declared"]["minutes"], &all["previous"]["minutes"]), (&json!(24), &json!(6)));
    let year = world.summary(&format!("structures/{}", jardins.id), 2026, &jardins.manager).await;
    says(
        &year,
        &json!({ "year": 2026, "period": { "from": "2026-01-01", "until": "2027-01-01" },
                 "previous_period": { "from": "2025-01-01", "until": "2026-01-01" } }),
    );
}

#[tokio::test]
async fn nothing_stands_beside_the_first_year_of_the_calendar() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let of = |name: &str| world.get(format!("/v1/structures/{}/summaries/{name}", jardins.id)).by(&jardins.manager);
    assert_eq!(of("2000").await.ok()["previous_period"], json!(null));
    let earlier = |period: &str| of(&format!("period?{period}"));
    let beside = earlier("from=2000-07-01&until=2001-07-01").await.ok()["previous_period"].clone();
    assert_eq!(beside, json!({ "from": "2000-01-01", "until": "2000-07-01" }));
    // The 29th of February has no twin a year earlier: the 1st of March stands in for it.
    let beside = earlier("from=2024-02-29&until=2024-03-02").await.ok()["previous_period"].clone();
    assert_eq!(beside, json!({ "from": "2023-03-01", "until": "2023-03-02" }));
}

#[tokio::test]
async fn a_period_that_cannot_be_is_told_what_is_wrong_with_it() {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    let cooperation = format!("cooperations/{}", village.cooperation);
    for of in [format!("structures/{}", jardins.id), cooperation] {
        let ask = |name: &str| world.get(format!("/v1/{of}/summaries/{name}")).by(&jardins.manager);
        for (name, parameter, fault) in [
            ("1999", "period", "out-of-range"),
            ("2101.csv", "period", "out-of-range"),
            ("period", "from", "missing-field"),
            ("period?from=2025-01-01", "until", "missing-field"),
            ("period.csv?until=2025-01-01", "from", "missing-field"),
            ("period?from=1999-12-31&until=2025-01-01", "from", "day-out-of-range"),
            ("period?from=2025-01-01&until=2101-01-01", "until", "day-out-of-range"),
            ("period?from=2025-02-30&until=2026-01-01", "from", "not-a-day"),
            ("period?from=2025-01-01&until=2025-01-01", "until", "end-before-start"),
            ("period?from=2025-01-02&until=2025-01-01", "until", "end-before-start"),
            ("2025?from=2025-01-01", "from", "not-allowed-here"),
            ("2025?until=2025-01-01", "until", "not-allowed-here"),
            ("2025?known_at=2026-01-01", "known_at", "not-an-instant"),
            ("2025?known_at=2026-01-01T00:00:00+01:00", "known_at", "not-an-instant"),
            ("2025?known_at=2026-03-14T09:00:00.001Z", "known_at", "day-in-the-future"),
            ("2025?known_at_line=0", "known_at_line", "out-of-range"),
            ("2025?known_at_line=9", "known_at_line", "out-of-range"),
            ("2025?known_at_line=1&known_at=2026-01-01T00:00:00Z", "known_at_line", "not-allowed-here"),
            ("2025?full_time_hours=0", "full_time_hours", "out-of-range"),
            ("2025?full_time_hours=3001", "full_time_hours", "out-of-range"),
            ("2025?full_time_hours=1607.5", "full_time_hours", "out-of-range"),
            ("2025?year=2025", "year", "unknown-field"),
        ] {
            ask(name).await.unreadable(parameter, fault);
        }
        let problem = ask("1999").await.unreadable("period", "out-of-range");
        assert_eq!(problem["errors"][0]["message"], "must be a whole number between 2000 and 2100");
    }
}
