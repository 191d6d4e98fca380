//! What is counted: as the summary counts it, contested lines left out, in any period.

use serde_json::json;

use super::{PICTURES, Winter, is_legible, is_sound, shows};
use crate::deeds::lent;
use crate::world::World;

#[tokio::test]
async fn contested_lines_are_left_out_and_said_to_be() {
    let winter = Winter::new().await;
    let page = winter.page("year=2026&unit=minutes").await;
    // 600 + 90 + 45 + 120 + 90 minutes; the 1,439 that are contested are nowhere.
    shows(
        &page,
        &["15\u{a0}h\u{a0}45", "11\u{a0}h\u{a0}30", "1\u{a0}h\u{a0}45", "Ce qu’une partie conteste n’est pas compté"],
    );
    assert!(!page.contains("23\u{a0}h"), "{page}");
    assert!(page.contains("bénévoles individuels") && page.contains("le commun de la démarche"), "{page}");
}

#[tokio::test]
async fn what_nobody_measured_is_said() {
    let winter = Winter::new().await;
    let days = winter.page("year=2026&unit=item_days").await;
    shows(&days, &["1\u{a0}contribution n’est pas comptée, car personne n’en a noté la mesure", "jours-matériel"]);
    assert!(!winter.page("year=2026").await.contains("personne n’en a noté la mesure"));
}

#[tokio::test]
async fn a_loan_counts_in_each_month_the_days_that_fall_into_it() {
    let winter = Winter::new().await;
    let by_month = |page: &str| {
        let months = page.split("Mois</th>").nth(1).unwrap().to_owned();
        months
            .split("<tr>")
            .filter(|row| row.contains("janv.") || row.contains("févr."))
            .map(numbers)
            .collect::<Vec<_>>()
    };
    // From 28 January until 3 February: four days and two.
    assert_eq!(by_month(&winter.page("year=2026&unit=item_days").await), [vec![4, 4], vec![2, 2]]);
    // Cut anywhere, what remains is what falls into the period; whole months and cut ones agree.
    assert_eq!(
        by_month(&winter.page("from=2026-01-30&until=2026-02-02&unit=item_days").await),
        [vec![2, 2], vec![1, 1]]
    );
    let flows = winter.picture("flows", "from=2026-01-30&until=2026-02-02&unit=item_days").await;
    shows(&flows, &["CUMA du Vallon → Commune de Saint-Ferréol\u{a0}: 3"]);
}

/// The numbers in the cells of a row, its year left out.
fn numbers(row: &str) -> Vec<i64> {
    row.split("<td class=\"sum\">").skip(1).map(|cell| cell.split('<').next().unwrap().parse().unwrap()).collect()
}

#[tokio::test]
async fn an_empty_period_and_a_lone_structure_have_pictures_too() {
    let winter = Winter::new().await;
    for picture in PICTURES {
        let drawn = winter.picture(picture, "year=2031").await;
        is_sound(&drawn);
        is_legible(&drawn);
        if picture != "network" {
            shows(&drawn, &["Rien n’est enregistré pour cette période."]);
        }
    }
    shows(&winter.picture("network", "year=2031").await, &["Sans aucun flux dans la période\u{a0}: 3."]);
    let world = World::new().await;
    let owner = world.set_up(&json!({})).await;
    let owner = crate::world::Caller {
        account: navette::id::Id::parse(owner["id"].as_str().unwrap()).unwrap(),
        login: "owner".to_owned(),
    };
    let alone = world.party(&owner, "Le Foyer rural", "association", "foyer").await;
    let cooperation = world.cooperation(&alone, "À venir").await;
    for picture in PICTURES {
        let path = format!("/v1/cooperations/{cooperation}/pictures/{picture}.svg?year=1999");
        world.get(path).by(&alone.manager).await.unreadable("year", "out-of-range");
        let path = format!("/v1/cooperations/{cooperation}/pictures/{picture}.svg");
        let drawn = world.get(path).by(&alone.manager).await.is(200).text();
        is_sound(&drawn);
        is_legible(&drawn);
    }
}

#[tokio::test]
async fn a_period_is_a_year_or_from_a_day_until_a_day() {
    let winter = Winter::new().await;
    let path = format!("/v1/cooperations/{}/pictures/flows.svg", winter.village.cooperation);
    let ask = async |query: &str| winter.world.get(format!("{path}?{query}")).by(&winter.village.cuma.manager).await;
    shows(&ask("").await.is(200).text(), &[", 2026, en nombre de fois"]);
    shows(
        &ask("from=2026-02-01").await.is(200).text(),
        &[", du 1er\u{a0}février\u{a0}2026 au 31\u{a0}décembre\u{a0}2026,"],
    );
    for (query, name, fault) in [
        ("year=26", "year", "out-of-range"),
        ("year=2026&from=2026-01-01", "from", "not-allowed-here"),
        ("year=2026&until=2026-01-01", "until", "not-allowed-here"),
        ("until=2026-01-01", "from", "missing-field"),
        ("from=2026-01-02&until=2026-01-02", "until", "end-before-start"),
        ("from=2020-01-01&until=2026-01-02", "until", "period-too-long"),
        ("unit=euros", "unit", "not-one-of"),
        ("colour=red", "colour", "unknown-field"),
    ] {
        ask(query).await.unreadable(name, fault);
    }
    for nothing in ["flows.png", "flows", "lines.svg", "Flows.svg"] {
        let path = format!("/v1/cooperations/{}/pictures/{nothing}", winter.village.cooperation);
        winter.world.get(path).by(&winter.village.cuma.manager).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn a_loan_outside_the_cooperation_is_in_the_structure_s_picture_alone() {
    let winter = Winter::new().await;
    let (cuma, jardins) = (&winter.village.cuma, &winter.village.association);
    let loan = lent(cuma, jardins, "2025-05-01", Some("2025-05-04"));
    winter.world.post("/v1/loans", &loan).by(&cuma.manager).await.created();
    let path = format!("/v1/structures/{}/pictures?year=2025&unit=item_days", cuma.id);
    let own = winter.world.get(path).by(&cuma.manager).in_french().await.is(200).text();
    shows(&own, &["CUMA du Vallon → Les Jardins partagés\u{a0}: 3"]);
    assert!(!winter.page("year=2025&unit=item_days").await.contains('→'));
}
