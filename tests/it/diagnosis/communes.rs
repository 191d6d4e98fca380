//! The table of communes: groups by EPCI, and what small communes give.

use serde_json::{Value, json};

use super::{are_missing, indicator, is};
use crate::deeds::{given, says, with};
use crate::world::{Caller, TODAY, Village, World};

/// Four communes in two EPCI, one of them of exactly 2,000 inhabitants, and an island.
const LIST: &str = "\
epci_nom;code_insee;nom;departement;population;epci_siren
CC de l'Amont;07001;Saint-Ferréol;07;361;200041465
CC de l'Amont;07002;Le Vallon;07;2 000;200041465
CC de l'Aval;07003;Le Bourg;07;14000;200073245
CC de l'Aval;07004;Les Aulnes;07;1999;200073245
;85113;L'Île;85;4800;
";

impl World {
    /// Loads a list of communes as the operator does.
    async fn load_communes(&self, list: &str) -> Result<String, String> {
        let file = self.file().with_file_name("communes.csv");
        std::fs::write(&file, list).unwrap();
        navette::commune::load(&self.app, &file).await
    }

    /// Says in which commune a structure is.
    async fn settle(&self, structure: &str, by: &Caller, commune: &str) {
        let path = format!("/v1/structures/{structure}");
        let version = self.get(&path).by(by).await.ok()["version"].as_i64().unwrap();
        self.patch(&path, &json!({ "commune": commune })).by(by).on_version(version).await.ok();
    }

    /// Ten hours from the association to the commune, thirty from the CUMA to the association, twenty back.
    async fn sixty_hours(&self, village: &Village) {
        let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
        for (giver, receiver, hours) in [(jardins, commune, 10), (cuma, jardins, 30), (jardins, cuma, 20)] {
            let wish = with(
                &given(giver, receiver, TODAY, hours * 60),
                &json!({ "cooperation_id": village.cooperation, "head_count": 5 }),
            );
            self.hours_line(&giver.manager, &wish).await;
        }
    }
}

fn groups(read: &Value) -> Vec<(Value, Value, Value)> {
    let groups = read["groups"].as_array().unwrap().iter();
    groups.map(|one| (one["key"].clone(), one["label"].clone(), one["structures"].clone())).collect()
}

#[tokio::test]
async fn structures_are_grouped_by_the_epci_of_their_commune() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    world.sixty_hours(&village).await;
    for (party, code) in [(commune, "07001"), (jardins, "07002"), (cuma, "07003")] {
        world.settle(&party.id, &party.manager, code).await;
    }
    let read =
        async |by: &str| world.diagnosis(&village.cooperation, &format!("?unit=minutes&by={by}"), &cuma.manager).await;
    let before = read("epci").await;
    assert_eq!(groups(&before), [(json!(null), json!(null), json!(3))], "nothing is known of any commune");
    are_missing(&before, "one_group", &["silo_index"]);
    let told = world.load_communes(LIST).await.unwrap();
    assert_eq!(told, "5 communes in 2 EPCI read; the table of communes holds 5.\n");
    let after = read("epci").await;
    let of = |key: &str, label: &str, structures: i64| (json!(key), json!(label), json!(structures));
    assert_eq!(groups(&after), [of("200041465", "CC de l'Amont", 2), of("200073245", "CC de l'Aval", 1)]);
    // Fifty of sixty hours cross.
    is(&after, "silo_index", 2.0 / 3.0);
    assert_eq!(after["by"], "epci");
    let of_commune = read("commune").await;
    assert_eq!(of_commune["groups"][1]["label"], "Le Vallon", "a commune of the table is called by its name");
    // A commune that no EPCI holds, and one that the table does not hold, are in the group of those not known.
    world.settle(&cuma.id, &cuma.manager, "85113").await;
    world.settle(&jardins.id, &jardins.manager, "26001").await;
    let unknown = read("epci").await;
    let nobody = (json!(null), json!(null), json!(2));
    assert_eq!(groups(&unknown), [of("200041465", "CC de l'Amont", 1), nobody]);
}

#[tokio::test]
async fn what_small_communes_give_stands_beside_their_share_of_the_structures() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma, jardins) = (&village.commune, &village.cuma, &village.association);
    let read = async || world.diagnosis(&village.cooperation, "?unit=minutes", &cuma.manager).await;
    let code = "small_communes_share";
    world.settle(&commune.id, &commune.manager, "07001").await;
    are_missing(&read().await, "no_table_of_communes", &[code]);
    let text = indicator(&read().await, code)["text"]["en"].clone();
    assert!(text.as_str().unwrap().contains("loads it with `navette communes FILE`"), "{text}");
    world.load_communes(LIST).await.unwrap();
    are_missing(&read().await, "no_flow", &[code]);
    world.sixty_hours(&village).await;
    // The one structure whose commune is known gave nothing.
    are_missing(&read().await, "not_known", &[code]);
    world.settle(&jardins.id, &jardins.manager, "07004").await;
    is(&read().await, code, 1.0);
    says(indicator(&read().await, code), &json!({ "flows": 2, "reference": { "of": "structures", "value": 1 } }));
    // A commune of 2,000 is not under 2,000.
    world.settle(&cuma.id, &cuma.manager, "07002").await;
    is(&read().await, code, 0.5);
    let share = json!({ "flows": 3, "reference": { "of": "structures", "value": 0.666_666_667 } });
    says(indicator(&read().await, code), &share);
}

#[tokio::test]
async fn a_list_loaded_again_replaces_the_communes_it_names_and_a_wrong_one_changes_nothing() {
    let world = World::new().await;
    world.load_communes(LIST).await.unwrap();
    let before = world.contents().await;
    let merged = "code_insee,nom,population,epci_siren,epci_nom\n07004,Les Aulnes,2100,,\n07005,Le Hameau,40,,\n";
    for wrong in [
        format!("{merged}07006,Nulle part,douze,,\n07007,Ailleurs,3,123456789,CC\n"),
        "code_insee,nom\n07001,Saint-Ferréol\n".to_owned(),
        String::new(),
    ] {
        let told = world.load_communes(&wrong).await.unwrap_err();
        let lines = "wrong lines: 2; nothing was loaded\n\
                     line 4: population must be a whole number between 0 and 100000000\n\
                     line 5: epci_siren must be a SIREN: nine digits, the last of which checks the others";
        assert!(told == lines || told.starts_with("the file has no column `"), "{told}");
        assert_eq!(world.contents().await, before);
    }
    let told = world.load_communes(merged).await.unwrap();
    assert_eq!(told, "2 communes in 0 EPCI read; the table of communes holds 6.\n");
    let replaced = world.app.store.read(|db| navette::commune::rows::find(db, "07004")).await.unwrap().unwrap();
    assert_eq!((replaced.population, replaced.epci), (2100, None));
    let missing = world.file().with_file_name("nowhere.csv");
    let told = navette::commune::load(&world.app, &missing).await.unwrap_err();
    assert!(told.starts_with("cannot read ") && told.contains("nowhere.csv"), "{told}");
}
