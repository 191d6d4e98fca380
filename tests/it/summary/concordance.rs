//! How far the parties agree in a year, and how many days they took to: exact, and moved back with every word.

use serde_json::{Value, json};

use crate::deeds::{given, says, with};
use crate::world::{Party, TODAY, Village, World};

/// Hours that the association declares to have given the CUMA, in their cooperation.
async fn line(world: &World, village: &Village, day: &str) -> String {
    let within = json!({ "cooperation_id": village.cooperation });
    let (jardins, cuma) = (&village.association, &village.cuma);
    world.hours_line(&jardins.manager, &with(&given(jardins, cuma, day, 60), &within)).await
}

async fn confirm(world: &World, line: &str, by: &Party) {
    world.word(line, "confirm", &json!({})).by(&by.manager).await.ok();
}

/// The concordance of the association, the CUMA and their cooperation, when all three are the same.
async fn all_alike(world: &World, village: &Village, year: i32) -> Value {
    let mut told = Vec::new();
    for of in [
        format!("structures/{}", village.association.id),
        format!("structures/{}", village.cuma.id),
        format!("cooperations/{}", village.cooperation),
    ] {
        let by = if of.contains(&village.cuma.id) { &village.cuma } else { &village.association };
        told.push(world.summary(&of, year, &by.manager).await["concordance"].clone());
    }
    assert_eq!((&told[0], &told[0]), (&told[1], &told[2]));
    told.remove(0)
}

fn median(days: Option<i64>, lines: i64) -> Value {
    json!({ "median_delay_days": days, "median_delay_lines": lines })
}

#[tokio::test]
async fn the_median_delay_is_that_of_the_words_that_stand() {
    let world = World::new().await;
    let village = world.village().await;
    let cuma = &village.cuma;
    let mut lines = Vec::new();
    for _ in 0..4 {
        lines.push(line(&world, &village, TODAY).await);
    }
    says(&all_alike(&world, &village, 2026).await, &median(None, 0));
    for (line, days) in lines.iter().zip([1, 1, 5, 3]) {
        world.advance(days);
        confirm(&world, line, cuma).await;
    }
    // After 1, 2, 7 and 10 days: of the two middles, the lower.
    let told = all_alike(&world, &village, 2026).await;
    says(&told, &with(&median(Some(2), 4), &json!({ "confirmed": 4, "all": 4, "declared": 0, "contested": 0 })));
    let say = |line: usize, word: &str, said: Value| world.word(&lines[line], word, &said).by(&cuma.manager);
    say(1, "withdraw", json!({})).await.ok();
    says(&all_alike(&world, &village, 2026).await, &median(Some(7), 3));
    say(2, "contest", json!({ "reason": "Relu : non." })).await.ok();
    let told = all_alike(&world, &village, 2026).await;
    says(&told, &with(&median(Some(1), 2), &json!({ "confirmed": 2, "all": 4, "declared": 1, "contested": 1 })));
    // The objection taken back, the first confirmation stands again, with its own delay.
    world.advance(30);
    say(2, "withdraw", json!({})).await.ok();
    says(&all_alike(&world, &village, 2026).await, &median(Some(7), 3));
    confirm(&world, &lines[1], cuma).await;
    says(&all_alike(&world, &village, 2026).await, &median(Some(7), 4));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_line_counts_in_the_year_of_its_act_and_a_correction_is_no_line() {
    let world = World::new().await;
    let village = world.village().await;
    let cuma = &village.cuma;
    let last_year = line(&world, &village, "2025-12-31").await;
    let this_year = line(&world, &village, TODAY).await;
    world.advance(2);
    confirm(&world, &last_year, cuma).await;
    let right = json!({ "minutes": 40, "reason": "Relu." });
    world.word(&last_year, "correct", &right).by(&cuma.manager).await.created();
    says(
        &all_alike(&world, &village, 2025).await,
        &json!({ "confirmed": 1, "declared": 0, "contested": 0, "all": 1, "single_party": 0, "median_delay_days": 2,
                 "median_delay_lines": 1 }),
    );
    world.word(&this_year, "contest", &json!({ "reason": "Quarante." })).by(&cuma.manager).await.ok();
    let told = all_alike(&world, &village, 2026).await;
    says(&told, &with(&median(None, 0), &json!({ "confirmed": 0, "contested": 1, "all": 1 })));
    // Settled by a correction, it is confirmed by the word on the correction.
    let correction = world.word(&this_year, "correct", &right).by(&village.association.manager).await.created();
    world.advance(1);
    confirm(&world, correction["id"].as_str().unwrap(), cuma).await;
    says(&all_alike(&world, &village, 2026).await, &with(&median(Some(3), 1), &json!({ "confirmed": 1, "all": 1 })));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn what_a_structure_s_own_volunteers_gave_lowers_no_concordance() {
    let world = World::new().await;
    let village = world.village().await;
    let cuma = &village.cuma;
    let agreed = line(&world, &village, TODAY).await;
    confirm(&world, &agreed, cuma).await;
    let own = json!({ "giver_id": null, "cooperation_id": village.cooperation });
    world.hours_line(&cuma.manager, &with(&given(&village.association, cuma, TODAY, 60), &own)).await;
    for (of, by) in [(format!("structures/{}", cuma.id), cuma), (format!("cooperations/{}", village.cooperation), cuma)]
    {
        let summary = world.summary(&of, 2026, &by.manager).await;
        says(
            &summary["concordance"],
            &json!({ "confirmed": 1, "all": 1, "declared": 0, "single_party": 1, "median_delay_days": 0 }),
        );
    }
    let path = format!("/v1/structures/{}/summaries/2026.csv", cuma.id);
    let plain = world.get(&path).by(&cuma.manager).await.is(200).text();
    let told = ",concordance,,,,contributions,1,0,1,0,\r\n,single_party,,,,contributions,,,1,,\r\n\
                ,median_delay,,,,days,0,,,,\r\n,median_delay,,,,contributions,1,,,,\r\n";
    assert!(plain.ends_with(told), "{plain}");
    let french = world.get(&path).by(&cuma.manager).in_french().await.is(200).text();
    let told = ";concordance;;;;contributions;1;0;1;0;\r\n;une seule partie;;;;contributions;;;1;;\r\n\
                ;délai médian de confirmation;;;;jours;0;;;;\r\n";
    assert!(french.contains(told), "{french}");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_year_without_lines_has_no_concordance_to_speak_of() {
    let world = World::new().await;
    let village = world.village().await;
    assert_eq!(
        all_alike(&world, &village, 2026).await,
        json!({ "confirmed": 0, "declared": 0, "contested": 0, "all": 0, "single_party": 0, "median_delay_days": null,
                "median_delay_lines": 0 })
    );
}
