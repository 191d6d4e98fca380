//! Empty periods, one actor, one group, groups of one, contested lines, corrections: what is said then, and counted.

use serde_json::{Value, json};

use super::{are_missing, indicator, is};
use crate::deeds::{given, lent, says, with};
use crate::world::{TODAY, Village, World};

/// What needs somebody who gave something to somebody else.
const OF_NETWORKS: [&str; 19] = [
    "silo_index",
    "silo_index_of_ties",
    "silo_index_of_structures",
    "assortativity",
    "modularity",
    "giver_concentration",
    "effective_givers",
    "givers_of_half",
    "giver_gini",
    "parts",
    "articulation_points",
    "bridges_coordinator",
    "bridges_liaison",
    "liaison_share",
    "betweenness_centralisation",
    "reciprocity",
    "reciprocity_beyond_chance",
    "net_over_gross",
    "participation_evenness",
];

fn within(village: &Village, wish: &Value) -> Value {
    with(wish, &json!({ "cooperation_id": village.cooperation }))
}

#[tokio::test]
async fn an_empty_period_says_of_each_figure_why_it_is_not_there() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.cuma.manager;
    for query in ["", "?unit=minutes", "?unit=item_days&by=commune", "?from=2024-01-01&until=2024-01-02"] {
        let read = world.diagnosis(&village.cooperation, query, by).await;
        are_missing(&read, "no_flow", &OF_NETWORKS);
        are_missing(&read, "no_flow", &["concordance", "reciprocity_across_kinds"]);
        are_missing(&read, "nothing_confirmed", &["truck_factor", "confirmation_delay"]);
        are_missing(&read, "no_hours", &["coordination_share", "coordination_concentration"]);
        are_missing(&read, "no_equipment", &["equipment_use", "borrower_concentration", "upkeep_per_day_lent"]);
        are_missing(&read, "too_few_people", &["person_concentration", "people_of_half", "person_truck_factor"]);
        are_missing(&read, "no_new_tie", &["coordination_per_new_tie"]);
        are_missing(&read, "no_table_of_communes", &["small_communes_share"]);
        is(&read, "participating_structures", 0.0);
        assert_eq!((&read["departures"], &read["months"]), (&json!([]), &json!([])));
        let idle: Vec<_> = read["without_flow"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(idle, ["CUMA du Vallon", "Commune de Saint-Ferréol", "Les Jardins partagés"]);
        let nothing = indicator(&read, "silo_index");
        says(nothing, &json!({ "flows": 0, "reference": null, "chance": null, "previous": null }));
        assert!(nothing["text"]["fr"].as_str().unwrap().starts_with("Pas de réponse : rien n'a circulé"));
        assert!(nothing["text"]["en"].as_str().unwrap().starts_with("No answer: nothing flowed"));
    }
    let first = world.diagnosis(&village.cooperation, "?from=2000-01-01&until=2001-01-01", by).await;
    assert_eq!(first["previous"], json!(null), "nothing is recorded before 2000");
}

#[tokio::test]
async fn who_gives_to_the_commons_alone_is_in_no_network_and_is_counted() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let commons = within(&village, &with(&given(jardins, cuma, TODAY, 60), &json!({ "receiver_id": null })));
    world.hours_line(&jardins.manager, &commons).await;
    let read = world.diagnosis(&village.cooperation, "?unit=minutes", &cuma.manager).await;
    are_missing(&read, "no_flow", &OF_NETWORKS);
    says(
        &read["read"],
        &json!({ "declared": { "lines": 1, "quantity": 60 }, "beside": { "lines": 1, "quantity": 60 } }),
    );
    is(&read, "participating_structures", 1.0 / 3.0);
    is(&read, "coordination_share", 0.0);
}

#[tokio::test]
async fn one_alone_has_no_network_and_two_are_too_few_for_a_passage() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, jardins) = (&village.commune, &village.association);
    let alone = world.cooperation(jardins, "Les Jardins seuls").await;
    let commons = with(
        &given(jardins, commune, TODAY, 60),
        &json!({ "cooperation_id": alone, "receiver_id": null, "activity": "coordination" }),
    );
    world.hours_line(&jardins.manager, &commons).await;
    for by in ["kind", "cooperation", "commune", "department", "epci"] {
        let read = world.diagnosis(&alone, &format!("?by={by}"), &jardins.manager).await;
        are_missing(&read, "no_flow", &OF_NETWORKS);
        is(&read, "participating_structures", 1.0);
        is(&read, "coordination_share", 1.0);
        assert_eq!(read["groups"][0]["structures"], 0, "it gave to nobody in particular");
    }
    let itself = with(&given(jardins, jardins, TODAY, 60), &json!({ "cooperation_id": alone }));
    world.post("/v1/hours", &itself).by(&jardins.manager).await.invalid("/receiver_id", "same-parties");
    world.membership(jardins, &alone, &commune.id, "2026-01-01").await;
    let both = with(&given(jardins, commune, TODAY, 60), &json!({ "cooperation_id": alone }));
    world.hours_line(&jardins.manager, &both).await;
    let read = world.diagnosis(&alone, "", &jardins.manager).await;
    are_missing(&read, "too_few_actors", &["betweenness_centralisation"]);
    are_missing(&read, "undefined", &["liaison_share"]);
    is(&read, "giver_concentration", 1.0);
    is(&read, "silo_index", 1.0);
    is(&read, "reciprocity", 0.0);
}

#[tokio::test]
async fn one_group_has_no_silo_and_groups_of_one_are_nothing_but_silos() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    for (giver, receiver) in [(jardins, cuma), (cuma, commune)] {
        world.hours_line(&giver.manager, &within(&village, &given(giver, receiver, TODAY, 60))).await;
    }
    let one = world.diagnosis(&village.cooperation, "?by=cooperation", &cuma.manager).await;
    are_missing(&one, "one_group", &["silo_index", "silo_index_of_ties", "assortativity", "modularity"]);
    are_missing(&one, "one_group", &["silo_index_of_group"]);
    is(&one, "givers_of_half", 2.0);
    is(&one, "bridges_coordinator", 1.0);
    assert_eq!(one["groups"][0]["label"], "Vallée partagée");
    // Three kinds of structure, one of each.
    let each = world.diagnosis(&village.cooperation, "", &cuma.manager).await;
    is(&each, "silo_index", 1.0);
    is(&each, "silo_index_of_structures", 1.0);
    is(&each, "bridges_liaison", 1.0);
    is(&each, "liaison_share", 1.0);
    is(&each, "articulation_points", 1.0);
    is(&each, "parts", 1.0);
    let index = indicator(&each, "silo_index");
    says(index, &json!({ "reference": { "of": "chance", "value": 1 }, "chance": 1, "flows": 2 }));
    let keys: Vec<_> = each["groups"].as_array().unwrap().iter().map(|group| &group["key"]).collect();
    assert_eq!(keys, ["association", "commune", "cuma"]);
    let middle = &each["departures"][0];
    says(middle, &json!({ "name": "CUMA du Vallon", "share": 1, "ties": 1, "more_parts": 1, "domains_alone": 0 }));
    // Nobody said where they are.
    let nowhere = world.diagnosis(&village.cooperation, "?by=department", &cuma.manager).await;
    are_missing(&nowhere, "one_group", &["silo_index"]);
    assert_eq!(nowhere["groups"][0]["key"], json!(null));
}

#[tokio::test]
async fn contested_lines_are_shown_apart_and_are_in_no_figure() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let hours = within(&village, &given(jardins, cuma, TODAY, 60));
    let line = world.hours_line(&jardins.manager, &hours).await;
    world.word(&line, "contest", &json!({ "reason": "Non." })).by(&cuma.manager).await.ok();
    let read = world.diagnosis(&village.cooperation, "?unit=minutes", &jardins.manager).await;
    are_missing(&read, "no_flow", &OF_NETWORKS);
    are_missing(&read, "no_hours", &["coordination_share"]);
    let nothing = json!({ "lines": 0, "quantity": 0 });
    let contested = json!({ "lines": 1, "quantity": 60 });
    says(
        &read["read"],
        &json!({ "contested": contested, "declared": nothing, "confirmed": nothing, "beside": nothing }),
    );
    is(&read, "concordance", 0.0);
    is(&read, "participating_structures", 0.0);
    assert_eq!(
        read["months"][0],
        json!({ "month": "2026-03", "confirmed": 0, "declared": 0, "contested": 1,
                                          "concordance": 0 })
    );
    assert_eq!(read["without_flow"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_correction_counts_on_the_day_of_the_act_and_what_is_undone_is_gone() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let line = world.hours_line(&jardins.manager, &within(&village, &given(jardins, cuma, "2025-12-30", 60))).await;
    let less = json!({ "minutes": 10, "reason": "Dix." });
    world.word(&line, "correct", &less).by(&cuma.manager).await.created();
    let minutes = async |query: &str| {
        let read = world.diagnosis(&village.cooperation, &format!("?unit=minutes&{query}"), &cuma.manager).await;
        read["read"]["declared"].clone()
    };
    assert_eq!(minutes("from=2025-01-01").await, json!({ "lines": 1, "quantity": 10 }));
    assert_eq!(minutes("from=2026-01-01").await, json!({ "lines": 0, "quantity": 0 }));
    let undone = json!({ "undo": true, "reason": "Jamais eu lieu." });
    world.word(&line, "correct", &undone).by(&cuma.manager).await.created();
    let read = world.diagnosis(&village.cooperation, "?unit=minutes&from=2025-01-01", &cuma.manager).await;
    are_missing(&read, "no_flow", &OF_NETWORKS);
}

#[tokio::test]
async fn years_stand_side_by_side_and_a_loan_over_new_year_counts_its_days_in_both() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let loan = within(&village, &lent(commune, cuma, "2025-12-30", Some("2026-01-02")));
    world.post("/v1/loans", &loan).by(&commune.manager).await.created();
    let read = async |query: &str| world.diagnosis(&village.cooperation, query, &cuma.manager).await;
    let (old, new) = (read("?unit=item_days&from=2025-01-01").await, read("?unit=item_days").await);
    assert_eq!(old["read"]["declared"], json!({ "lines": 1, "quantity": 2 }));
    assert_eq!(new["read"]["declared"], json!({ "lines": 0, "quantity": 1 }));
    assert_eq!(new["previous"], json!({ "from": "2025-01-01", "until": "2026-01-01" }));
    let line = within(&village, &given(jardins, cuma, "2026-02-01", 60));
    world.hours_line(&jardins.manager, &line).await;
    let both = read("").await;
    let givers = indicator(&both, "giver_concentration");
    says(givers, &json!({ "value": 1, "previous": 1, "flows": 1 }));
    is(&both, "parts", 1.0);
}

#[tokio::test]
async fn what_is_confirmed_tells_who_can_do_what_and_how_soon_words_come() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let session = |skill: &str| {
        json!({ "giver_id": jardins.id, "skill": skill, "day": TODAY, "minutes": 60, "taught_by": "staff",
                "cooperation_id": village.cooperation,
                "receivers": [{ "structure_id": commune.id, "participants": 3 }] })
    };
    let taught = world.post("/v1/skill-sessions", &session("Greffe")).by(&jardins.manager).await.created();
    world.post("/v1/skill-sessions", &session("Taille")).by(&jardins.manager).await.created();
    let line = taught["receivers"][0]["contribution_id"].as_str().unwrap().to_owned();
    world.app.clock.advance_seconds(3 * 3600);
    world.word(&line, "confirm", &json!({})).by(&commune.manager).await.ok();
    let read = world.diagnosis(&village.cooperation, "", &cuma.manager).await;
    is(&read, "concordance", 0.5);
    is(&read, "confirmation_delay", 3.0);
    is(&read, "truck_factor", 1.0);
    says(indicator(&read, "truck_factor"), &json!({ "reference": { "of": "all", "value": 1 }, "flows": 1 }));
    let of_jardins = &read["departures"].as_array().unwrap()[1];
    says(of_jardins, &json!({ "name": "Les Jardins partagés", "domains_alone": 1, "concordance": 0.5, "share": 1 }));
}

#[tokio::test]
async fn coordination_is_counted_and_the_commons_are_looked_after() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let hours = |minutes: i64, activity: &str| {
        within(&village, &with(&given(jardins, cuma, TODAY, minutes), &json!({ "activity": activity })))
    };
    for (minutes, activity) in [(90, "Coordination"), (30, "Entretien"), (60, "fête")] {
        world.hours_line(&jardins.manager, &hours(minutes, activity)).await;
    }
    let tent = world.equipment(commune, "Barnum", "barnum").await;
    let loan = json!({ "equipment_id": tent, "borrower_id": cuma.id, "from": "2026-03-01", "until": "2026-03-03",
                       "cooperation_id": village.cooperation, "recorded_afterwards": true });
    world.post("/v1/loans", &loan).by(&commune.manager).await.created();
    let read = world.diagnosis(&village.cooperation, "?from=2026-03-01&until=2026-04-01", &cuma.manager).await;
    is(&read, "coordination_share", 0.5);
    is(&read, "coordination_concentration", 1.0);
    // Two ties between groups that were not there the month before, and an hour and a half.
    is(&read, "coordination_per_new_tie", 0.75);
    // Out on two of the fourteen days of March that have come.
    is(&read, "equipment_use", 2.0 / 14.0);
    let second = world.diagnosis(&village.cooperation, "?from=2026-03-02&until=2026-04-01", &cuma.manager).await;
    is(&second, "equipment_use", 1.0 / 13.0);
    is(&read, "borrower_concentration", 1.0);
    is(&read, "upkeep_per_day_lent", 0.25);
}
