//! What members of a cooperation choose to publish: sums that tell of nobody, and how much of the whole they are.

mod package;

use std::io::{Cursor, Read as _};

use serde_json::{Value, json};
use zip::ZipArchive;

use crate::deeds::{given, with};
use crate::world::{Caller, Party, TODAY, Village, World};

/// The files of a packet, by name, as text.
#[derive(Debug, PartialEq, Eq)]
pub struct Files(Vec<(String, String)>);

impl Files {
    fn of(bytes: &[u8]) -> Self {
        let mut packet = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let read = |index: usize| {
            let mut file = packet.by_index(index).unwrap();
            let mut text = String::new();
            file.read_to_string(&mut text).unwrap();
            (file.name().unwrap().into_owned(), text)
        };
        Self((0..4).map(read).collect())
    }

    /// The file of this name.
    pub fn file(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        &found
            .unwrap_or_else(|| panic!("{name} is not in {:?}", self.0.iter().map(|(name, _)| name).collect::<Vec<_>>()))
            .1
    }

    /// The rows of the table, without its headings.
    pub fn rows(&self) -> Vec<&str> {
        self.file("contributions.csv").lines().skip(1).collect()
    }

    /// How much of the whole it says it covers.
    pub fn coverage(&self) -> Value {
        serde_json::from_str::<Value>(self.file("datapackage.json")).unwrap()["coverage"].clone()
    }
}

impl World {
    /// The membership of a structure in a cooperation.
    async fn stay(&self, cooperation: &str, party: &Party) -> String {
        let path = format!("/v1/memberships?cooperation_id={cooperation}&structure_id={}", party.id);
        self.get(path).by(&party.manager).await.items()[0]["id"].as_str().unwrap().to_owned()
    }

    /// A structure's manager chooses.
    async fn publishes(&self, cooperation: &str, party: &Party, publishes: bool) -> Value {
        let path = format!("/v1/memberships/{}/publication", self.stay(cooperation, party).await);
        self.post(path, &json!({ "publishes": publishes })).by(&party.manager).await.ok()
    }

    /// What is published, as this account reads it.
    pub async fn package(&self, cooperation: &str, by: &Caller) -> Files {
        let answer = self.get(format!("/v1/cooperations/{cooperation}/data-package.zip")).by(by).await;
        assert_eq!(answer.is(200).header("content-type"), Some("application/zip"));
        Files::of(&answer.bytes)
    }
}

/// Hours of one activity on as many days, from the first of a month of 2025.
async fn hours(world: &World, village: &Village, [giver, receiver]: [&Party; 2], month: u8, activity: &str, days: u8) {
    for day in 1..=days {
        let more = json!({ "cooperation_id": village.cooperation, "activity": activity });
        let wish = with(&given(giver, receiver, &format!("2025-{month:02}-{day:02}"), 60), &more);
        world.hours_line(&giver.manager, &wish).await;
    }
}

/// A village in which all three gave, and the commune and the association publish.
async fn published(world: &World) -> Village {
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    hours(world, &village, [jardins, commune], 1, "entraide", 6).await;
    hours(world, &village, [jardins, commune], 1, "buvette", 2).await;
    hours(world, &village, [commune, jardins], 2, "montage", 4).await;
    hours(world, &village, [cuma, jardins], 1, "entraide", 7).await;
    for party in [commune, jardins] {
        assert_eq!(world.publishes(&village.cooperation, party, true).await["publishes"], true);
    }
    village
}

#[tokio::test]
async fn a_row_rests_on_five_contributions_whose_parties_all_publish() {
    let world = World::new().await;
    let village = published(&world).await;
    let files = world.package(&village.cooperation, &village.cuma.manager).await;
    assert_eq!(
        files.rows(),
        ["2025,,volunteer_hours,,6,0,0,0,360,0,6,0", "2025,1,volunteer_hours,entraide,6,0,0,0,360,0,6,0"],
        "what is too little is together, and what the CUMA gave is not there"
    );
    let coverage = json!({ "structures": 2, "structures_of": 3, "contributions_percent": 65,
                           "contributions_too_few_for_a_row": 0 });
    assert_eq!(files.coverage(), coverage, "12 of 19");
}

#[tokio::test]
async fn who_takes_the_choice_back_is_not_in_the_next_package() {
    let world = World::new().await;
    let village = published(&world).await;
    let (cooperation, jardins) = (&village.cooperation, &village.association);
    world.publishes(cooperation, &village.cuma, true).await;
    let all = world.package(cooperation, &jardins.manager).await;
    assert_eq!(all.rows()[1], "2025,1,volunteer_hours,entraide,13,0,0,0,780,0,13,0");
    assert_eq!(all.coverage()["contributions_percent"], 100);
    assert!(all.file("README.md").contains("CUMA du Vallon"));
    let before = world.trail().await.len();
    let after = world.publishes(cooperation, &village.cuma, false).await;
    assert_eq!((&after["publishes"], &after["version"]), (&json!(false), &json!(3)));
    assert_eq!(world.publishes(cooperation, &village.cuma, false).await, after, "said twice, done once");
    assert_eq!(world.trail().await[before..], ["publication_changed"]);
    let next = world.package(cooperation, &jardins.manager).await;
    assert_eq!(next.rows()[1], "2025,1,volunteer_hours,entraide,6,0,0,0,360,0,6,0");
    for (name, text) in &next.0 {
        assert!(!text.contains("CUMA"), "{name} names who does not publish");
    }
}

#[tokio::test]
async fn while_nobody_publishes_members_are_told_what_to_do_and_others_find_nothing() {
    let world = World::new().await;
    let village = world.village().await;
    let path = format!("/v1/cooperations/{}/data-package.zip", village.cooperation);
    let problem = world.get(&path).by(&village.cuma.manager).await.refused(404, "nothing-published");
    assert!(problem["detail"].as_str().unwrap().contains("/publication"), "{problem}");
    let passer_by = world.account("passant").await;
    world.get(&path).by(&passer_by).await.refused(404, "not-found");
    world.publishes(&village.cooperation, &village.cuma, true).await;
    assert_eq!(world.package(&village.cooperation, &passer_by).await.rows(), [] as [&str; 0]);
    world.get(&path).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_structure_s_own_manager_chooses_and_nobody_for_them() {
    let world = World::new().await;
    let village = world.village().await;
    let (jardins, commune) = (&village.association, &village.commune);
    let path = format!("/v1/memberships/{}/publication", world.stay(&village.cooperation, jardins).await);
    let yes = json!({ "publishes": true });
    let contributor = world.colleague(jardins, "contributor", "bénévole").await;
    for other in [&commune.manager, &contributor, &village.owner] {
        world.post(&path, &yes).by(other).await.refused(403, "forbidden");
    }
    let passer_by = world.account("passant").await;
    world.post(&path, &yes).by(&passer_by).await.refused(404, "not-found");
    world.post(&path, &json!({})).by(&jardins.manager).await.invalid("/publishes", "missing-field");
    world.post(&path, &json!({ "publishes": "oui" })).by(&jardins.manager).await.invalid("/publishes", "not-boolean");
    world.post(&path, &yes).by(&jardins.manager).await.ok();
    let stay = path.trim_end_matches("/publication");
    let change = json!({ "ends_on": "2027-01-01" });
    let changed = world.patch(stay, &change).by(&commune.manager).on_version(2).await.ok();
    assert_eq!(changed["publishes"], true, "a facilitator's change leaves the choice alone");
}

#[tokio::test]
async fn what_no_structure_can_choose_for_and_what_is_contested_or_undone_is_left_out() {
    let world = World::new().await;
    let village = published(&world).await;
    let (cooperation, jardins, commune) = (&village.cooperation, &village.association, &village.commune);
    let before = world.package(cooperation, &jardins.manager).await;
    let commons = json!({ "day": TODAY, "minutes": 35, "activity": "coordination", "cooperation_id": cooperation });
    for _ in 0..5 {
        world.hours_line(&commune.manager, &commons).await;
    }
    let within = json!({ "cooperation_id": cooperation });
    for word in ["contest", "correct"] {
        for day in 10..15 {
            let wish = with(&given(jardins, commune, &format!("2025-06-{day}"), 60), &within);
            let line = world.hours_line(&jardins.manager, &wish).await;
            let said = json!({ "reason": "Non." });
            let said = if word == "correct" { with(&said, &json!({ "undo": true })) } else { said };
            assert!(world.word(&line, word, &said).by(&commune.manager).await.status.is_success());
        }
    }
    let after = world.package(cooperation, &jardins.manager).await;
    assert_eq!(after.rows(), before.rows());
    assert_eq!(after.coverage()["contributions_percent"], 50, "12 of 24: the commons count among what is not shown");
}
