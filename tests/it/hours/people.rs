//! Who gave, and what was noted: shown inside the one structure that knows, and limited to a day's length.

use serde_json::{Value, json};

use crate::deeds::{given, says, with};
use crate::world::{Party, TODAY, World};

#[tokio::test]
async fn a_person_is_named_by_their_own_structure_and_never_shown_to_the_other_side() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let odile = world.person(jardins, "Odile").await;
    let wish = with(&given(jardins, cuma, TODAY, 60), &json!({ "cooperation_id": village.cooperation }));
    let wish = with(&wish, &json!({ "person_id": odile }));
    // The other side records, and cannot name whom it does not know.
    world.post("/v1/hours", &wish).by(&cuma.manager).await.invalid("/person_id", "unknown-reference");
    let theirs = world.person(cuma, "Marcel").await;
    let other = with(&wish, &json!({ "person_id": theirs }));
    world.post("/v1/hours", &other).by(&jardins.manager).await.invalid("/person_id", "unknown-reference");

    let hours = world.hours(&jardins.manager, &wish).await;
    let (entry, line) = (hours["id"].as_str().unwrap(), hours["contribution_id"].as_str().unwrap());
    let reader = world.colleague(jardins, "reader", "lectrice").await;
    for (by, seen) in [
        (&jardins.manager, json!(odile)),
        (&reader, json!(odile)),
        (&cuma.manager, json!(null)),
        (&commune.manager, json!(null)),
    ] {
        assert_eq!(world.get(format!("/v1/hours/{entry}")).by(by).await.ok()["person_id"], seen, "{}", by.login);
        assert_eq!(world.contribution(line, by).await["person_id"], seen, "{}", by.login);
    }
    for (path, by) in [
        (format!("/v1/hours?structure_id={}", cuma.id), &cuma.manager),
        (format!("/v1/contributions?structure_id={}", cuma.id), &cuma.manager),
        (format!("/v1/hours?cooperation_id={}", village.cooperation), &commune.manager),
        (format!("/v1/structures/{}/summaries/2026", cuma.id), &cuma.manager),
        (format!("/v1/cooperations/{}/summaries/2026.csv", village.cooperation), &commune.manager),
    ] {
        let text = world.get(&path).by(by).await.is(200).text();
        assert!(!text.contains(&odile) && !text.contains("Odile"), "{path}: {text}");
    }
}

#[tokio::test]
async fn a_note_is_for_the_structure_that_wrote_it() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let wish = with(
        &given(jardins, cuma, TODAY, 60),
        &json!({ "cooperation_id": village.cooperation, "note": "Marcel avait mal au dos." }),
    );
    // Declared by the receiver this time: the note is the receiver's.
    let hours = world.hours(&cuma.manager, &wish).await;
    let (entry, line) = (hours["id"].as_str().unwrap(), hours["contribution_id"].as_str().unwrap());
    let note = json!("Marcel avait mal au dos.");
    for (by, seen) in [(&cuma.manager, &note), (&jardins.manager, &json!(null)), (&commune.manager, &json!(null))] {
        assert_eq!(&world.get(format!("/v1/hours/{entry}")).by(by).await.ok()["note"], seen, "{}", by.login);
        assert_eq!(&world.contribution(line, by).await["note"], seen, "{}", by.login);
    }
}

/// Entries of one person of the association on one day, minute by minute.
struct Diary<'w> {
    world: &'w World,
    giver: &'w Party,
    receiver: &'w Party,
    person: String,
}

impl Diary<'_> {
    async fn entry(&self, day: &str, minutes: i64) -> crate::ask::Answer {
        let wish = with(&given(self.giver, self.receiver, day, minutes), &json!({ "person_id": self.person }));
        self.world.post("/v1/hours", &wish).by(&self.giver.manager).await
    }

    async fn corrected(&self, entry: &Value, right: &Value) -> crate::ask::Answer {
        let said = with(right, &json!({ "reason": "Relu dans le cahier." }));
        let line = entry["contribution_id"].as_str().unwrap();
        self.world.word(line, "correct", &said).by(&self.giver.manager).await
    }
}

#[tokio::test]
async fn nobody_gives_more_than_twenty_four_hours_a_day_however_many_entries_it_takes() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let odile = world.person(jardins, "Odile").await;
    let diary = Diary { world: &world, giver: jardins, receiver: cuma, person: odile };
    let first = diary.entry(TODAY, 1000).await.created();
    diary.entry(TODAY, 441).await.invalid("/minutes", "more-than-a-day");
    diary.entry(TODAY, 440).await.created();
    diary.entry(TODAY, 1).await.invalid("/minutes", "more-than-a-day");
    diary.entry("2026-03-13", 1440).await.created();

    diary.corrected(&first, &json!({ "minutes": 500 })).await.created();
    diary.entry(TODAY, 501).await.invalid("/minutes", "more-than-a-day");
    let second = diary.entry(TODAY, 500).await.created();
    diary.corrected(&second, &json!({ "undo": true })).await.created();
    diary.entry(TODAY, 500).await.created();
    diary.entry(TODAY, 1).await.invalid("/minutes", "more-than-a-day");

    // Another person, and nobody in particular, have a day of their own.
    let marcel = world.person(jardins, "Marcel").await;
    Diary { person: marcel, ..diary }.entry(TODAY, 1440).await.created();
    world.hours(&jardins.manager, &given(jardins, cuma, TODAY, 1440)).await;
    world.hours(&jardins.manager, &given(jardins, cuma, TODAY, 1440)).await;
}

#[tokio::test]
async fn a_correction_does_not_make_a_day_longer_than_it_is() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let odile = world.person(jardins, "Odile").await;
    let diary = Diary { world: &world, giver: jardins, receiver: cuma, person: odile };
    let first = diary.entry(TODAY, 1000).await.created();
    diary.entry(TODAY, 400).await.created();
    diary.corrected(&first, &json!({ "minutes": 1041 })).await.invalid("/minutes", "more-than-a-day");
    diary.corrected(&first, &json!({ "minutes": 1040 })).await.created();
    diary.entry(TODAY, 1).await.invalid("/minutes", "more-than-a-day");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn someone_archived_is_named_no_more_and_stays_on_what_was_recorded() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let odile = world.person(jardins, "Odile").await;
    let wish = with(&given(jardins, cuma, TODAY, 60), &json!({ "person_id": odile }));
    let hours = world.hours(&jardins.manager, &wish).await;
    let left = json!({ "archived": true });
    world.patch(format!("/v1/people/{odile}"), &left).by(&jardins.manager).on_version(1).await.ok();
    world.post("/v1/hours", &wish).by(&jardins.manager).await.invalid("/person_id", "archived");
    let read = world.get(format!("/v1/hours/{}", hours["id"].as_str().unwrap())).by(&jardins.manager).await.ok();
    says(&read, &json!({ "person_id": odile, "minutes": 60 }));
}
