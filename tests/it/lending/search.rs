//! What can be borrowed, where and when.

use serde_json::{Value, json};

use super::Desk;
use crate::deeds::says;

/// A tent, two trailers of a kind, chairs, and a kit of the tent and ten chairs; the tent and 35 chairs are promised.
async fn shed(desk: &Desk) -> [String; 5] {
    let tent = json!({ "name": "Barnum 20″", "category": "réception", "place": "Grange d'Élise", "identifier": "JP-017",
                       "buffer_after_days": 2 });
    let tent = desk.thing(tent).await;
    desk.world.app.clock.advance_seconds(1);
    let first = desk.thing(json!({ "name": "Remorque A", "kind": "Remorque 750 kg" })).await;
    desk.world.app.clock.advance_seconds(1);
    let second = desk.thing(json!({ "name": "Remorque B", "kind": "Remorque 750 kg", "place": "Hangar" })).await;
    let chairs = desk.chairs(40).await;
    let parts = json!([{ "equipment_id": tent }, { "equipment_id": chairs, "quantity": 10 }]);
    let kit = desk.thing(json!({ "name": "Kit fête", "tracking": "kit", "parts": parts })).await;
    desk.promised(&desk.loan(&tent, "2026-04-05", "2026-04-08")).await;
    desk.promised(&desk.some(&chairs, 35, "2026-04-20", "2026-04-22")).await;
    desk.promised(&desk.some(&chairs, 5, "2026-04-21", "2026-04-22")).await;
    desk.close(&first, "2026-04-01", "2026-05-01", &json!({})).await.created();
    [tent, first, second, chairs, kit]
}

#[tokio::test]
async fn the_catalogue_is_searched_by_kind_place_code_and_free_period() {
    let desk = Desk::new().await;
    let [tent, ..] = shed(&desk).await;
    let path = format!("/v1/equipment/{tent}");
    let code = desk.world.get(path).by(&desk.cuma().manager).await.ok()["code"].as_str().unwrap().to_owned();
    let typed = code.to_lowercase().replace('-', "").replace('0', "o").replace('1', "l");
    let (by_code, as_typed) = (format!("code={code}"), format!("code={typed}"));
    let all = ["Barnum 20″", "Chaises", "Kit fête", "Remorque A", "Remorque B"];
    let table: [(&str, &[&str]); 12] = [
        ("kind=Remorque%20750%20kg", &["Remorque A", "Remorque B"]),
        ("kind=remorque", &[]),
        ("place=grange%20d%27%C3%89LISE", &["Barnum 20″"]),
        ("q=20%E2%80%B3", &["Barnum 20″"]),
        (&by_code, &["Barnum 20″"]),
        (&as_typed, &["Barnum 20″"]),
        ("free_from=2026-03-20&free_until=2026-03-25", &all),
        ("free_from=2026-04-07&free_until=2026-04-08", &["Chaises", "Remorque B"]),
        // The tent dries until the 10th, and could not dry before the promise of the 5th; the kit needs no drying.
        ("free_from=2026-04-09&free_until=2026-04-10", &["Chaises", "Remorque B"]),
        ("free_from=2026-04-04&free_until=2026-04-05", &["Chaises", "Kit fête", "Remorque B"]),
        ("free_from=2026-04-20&free_until=2026-04-21", &["Barnum 20″", "Chaises", "Remorque B"]),
        ("free_from=2026-04-19&free_until=2026-04-23", &["Barnum 20″", "Remorque B"]),
    ];
    for (query, expected) in table {
        let found = desk.world.get(format!("/v1/equipment?{query}")).by(&desk.jardins().manager).await.items();
        let mut names: Vec<_> = found.iter().map(|item| item["name"].as_str().unwrap()).collect();
        names.sort_unstable();
        assert_eq!(names, expected, "{query}");
    }
    for (query, name, fault) in [
        ("code=nonsense", "code", "not-a-code"),
        ("free_from=2026-04-01", "free_until", "missing-field"),
        ("free_until=2026-04-01", "free_from", "missing-field"),
        ("free_from=2026-04-01&free_until=2026-04-01", "free_until", "end-before-start"),
        ("free_from=2026-04-31&free_until=2026-05-01", "free_from", "not-a-day"),
    ] {
        desk.world.get(format!("/v1/equipment?{query}")).by(&desk.jardins().manager).await.unreadable(name, fault);
    }
}

/// What is free of one piece of equipment: whether, the next day, and the stretches.
async fn available(desk: &Desk, query: &str) -> (bool, Value, Vec<(String, String, i64)>) {
    let items = desk.world.get(format!("/v1/availability?{query}")).by(&desk.jardins().manager).await.items();
    assert_eq!(items.len(), 1, "{query}");
    let text = |value: &Value| value.as_str().unwrap()[5..].to_owned();
    let stretches = items[0]["intervals"].as_array().unwrap().iter();
    let stretches = stretches.map(|one| (text(&one["from"]), text(&one["until"]), one["free"].as_i64().unwrap()));
    (items[0]["free"].as_bool().unwrap(), items[0]["next_free_from"].clone(), stretches.collect())
}

#[tokio::test]
async fn availability_tells_the_free_pieces_stretch_by_stretch_and_the_next_free_day() {
    let desk = Desk::new().await;
    let [tent, _, _, chairs, kit] = shed(&desk).await;
    let april = "from=2026-04-01&until=2026-04-30";
    let stretch = |from: &str, until: &str, free: i64| (from.to_owned(), until.to_owned(), free);
    let (free, next, stretches) = available(&desk, &format!("equipment_id={tent}&{april}")).await;
    assert_eq!((free, next), (false, json!("2026-04-10")));
    assert_eq!(stretches, [stretch("04-01", "04-05", 1), stretch("04-05", "04-10", 0), stretch("04-10", "04-30", 1)]);
    let (free, next, stretches) = available(&desk, &format!("equipment_id={chairs}&{april}&quantity=6")).await;
    assert_eq!((free, next), (false, json!("2026-04-22")));
    assert_eq!(
        stretches,
        [
            stretch("04-01", "04-20", 40),
            stretch("04-20", "04-21", 5),
            stretch("04-21", "04-22", 0),
            stretch("04-22", "04-30", 40)
        ]
    );
    let (_, _, stretches) = available(&desk, &format!("equipment_id={kit}&{april}")).await;
    assert_eq!(
        stretches,
        [
            stretch("04-01", "04-05", 1),
            stretch("04-05", "04-10", 0),
            stretch("04-10", "04-20", 1),
            stretch("04-20", "04-22", 0),
            stretch("04-22", "04-30", 1)
        ]
    );
    for (days, quantity, free, next) in [
        ("from=2026-04-10&until=2026-04-12", 40, true, "2026-04-10"),
        ("from=2026-04-19&until=2026-04-21", 5, true, "2026-04-19"),
        ("from=2026-04-19&until=2026-04-21", 6, false, "2026-04-22"),
        ("from=2026-04-20&until=2026-04-22", 1, false, "2026-04-22"),
    ] {
        let found = available(&desk, &format!("equipment_id={chairs}&{days}&quantity={quantity}")).await;
        assert_eq!((found.0, found.1), (free, json!(next)), "{quantity} {days}");
    }
    // What it says is free is promised.
    desk.promised(&desk.some(&chairs, 5, "2026-04-19", "2026-04-21")).await;
    desk.promised(&desk.loan(&tent, "2026-04-10", "2026-04-12")).await;
}

#[tokio::test]
async fn the_units_of_a_kind_are_told_one_by_one() {
    let desk = Desk::new().await;
    let [_, first, second, chairs, _] = shed(&desk).await;
    let days = "from=2026-04-01&until=2026-04-03";
    let of_kind = |kind: &str| format!("/v1/availability?structure_id={}&kind={kind}&{days}", desk.cuma().id);
    let found = desk.world.get(of_kind("Remorque%20750%20kg")).by(&desk.jardins().manager).await.items();
    assert_eq!(found.len(), 2);
    says(
        &found[0],
        &json!({ "equipment_id": first, "name": "Remorque A", "free": false, "next_free_from": "2026-05-01" }),
    );
    says(&found[1], &json!({ "equipment_id": second, "free": true, "next_free_from": "2026-04-01", "quantity": 1 }));
    assert_eq!(desk.world.get(of_kind("Sono")).by(&desk.jardins().manager).await.items().len(), 0);
    let stranger = desk.world.party(&desk.village.owner, "Le Foyer rural", "association", "foyer").await;
    assert_eq!(desk.world.get(of_kind("Remorque%20750%20kg")).by(&stranger.manager).await.items().len(), 0);
    let (of, both) = (format!("equipment_id={chairs}"), format!("equipment_id={chairs}&kind=Chaise"));
    for (query, name, fault) in [
        (days.to_owned(), "equipment_id", "missing-field"),
        (format!("{both}&{days}"), "kind", "not-allowed-here"),
        (format!("{of}&from=2026-04-03&until=2026-04-03"), "until", "end-before-start"),
        (format!("{of}&from=2026-04-03&until=2028-04-06"), "until", "too-many-days"),
        (format!("{of}&{days}&quantity=0"), "quantity", "out-of-range"),
        (format!("{of}&{days}&quantity=some"), "quantity", "out-of-range"),
        (format!("{of}&from=2026-04-03"), "until", "missing-field"),
    ] {
        desk.world.get(format!("/v1/availability?{query}")).by(&desk.jardins().manager).await.unreadable(name, fault);
    }
    let answer = desk.world.get(format!("/v1/availability?{of}&{days}")).by(&stranger.manager).await;
    answer.unreadable("equipment_id", "unknown-reference");
}
