//! An import may do what its caller may: record for its own side, and create little.

use serde_json::json;

use super::{HOURS, counts, refusals};
use crate::world::World;

fn refused(line: u64, field: &str, code: &str) -> (u64, String, String) {
    (line, field.to_owned(), code.to_owned())
}

#[tokio::test]
async fn a_contributor_imports_for_its_own_side_only() {
    let world = World::new().await;
    let village = world.village().await;
    let contributor = world.colleague(&village.association, "contributor", "jardinier").await;
    let table = "de;à;jour;durée;activité\n\
        Les Jardins partagés;CUMA du Vallon;01/03/2026;1 h;labour\n\
        CUMA du Vallon;Les Jardins partagés;01/03/2026;1 h;labour\n\
        CUMA du Vallon;Commune de Saint-Ferréol;01/03/2026;1 h;labour\n";
    let report = world.imports(HOURS, table, &[]).by(&contributor).await.ok();
    counts(&report, [2, 0, 1]);
    assert_eq!(refusals(&report), [refused(4, "row", "forbidden")]);
    let reader = world.colleague(&village.association, "reader", "lectrice").await;
    world.imports(HOURS, table, &[]).by(&reader).await.refused(403, "forbidden");
    let report = world.imports(HOURS, table.replace("1 h", "2 h"), &[]).by(&village.owner).await.ok();
    counts(&report, [0, 0, 3]);
    world.imports(HOURS, table, &[]).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn people_and_equipment_of_another_structure_are_not_imported_by_its_neighbour() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let before = world.contents().await;
    let people = "records = \"people\"\n[fields]\nstructure = \"de\"\nname = \"nom\"";
    let table = "de;nom\nCUMA du Vallon;Marcel\n";
    let report = world.imports(people, table, &[]).by(by).await.ok();
    assert_eq!(refusals(&report), [refused(2, "row", "forbidden")]);
    let equipment = "records = \"equipment\"\n[fields]\nstructure = \"de\"\nname = \"nom\"\ncategory = \"nom\"";
    let report = world.imports(equipment, table, &[]).by(by).await.ok();
    assert_eq!(refusals(&report), [refused(2, "row", "forbidden")]);
    // Nor on the way of something else that names them.
    let loans = "records = \"loans\"\ncreate = [\"equipment\"]\n[fields]\ngiver = \"de\"\nreceiver = \"à\"\n\
                 equipment = \"objet\"\nfrom = \"jour\"\nuntil = \"fin\"";
    let table = "de;à;objet;jour;fin\nCUMA du Vallon;Les Jardins partagés;Presse;01/03/2026;02/03/2026\n";
    let report = world.imports(loans, table, &[]).by(by).await.ok();
    assert_eq!(refusals(&report), [refused(2, "row", "forbidden")]);
    let hours = HOURS.replace("[fields]", "create = [\"people\"]\n[fields]\nperson = \"qui\"");
    let table = "qui;de;à;jour;durée;activité\n\
                 Marcel;CUMA du Vallon;Les Jardins partagés;01/03/2026;1 h;labour\n";
    let report = world.imports(&hours, table, &[]).by(by).await.ok();
    assert_eq!(refusals(&report), [refused(2, "person", "not-your-structure")]);
    assert_eq!(world.contents().await, before);
}

#[tokio::test]
async fn whoever_records_somewhere_creates_structures_but_no_cooperation_and_no_membership() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, jardins) = (&village.commune, &village.association);
    let create = "create = [\"structures\", \"cooperations\", \"memberships\"]\n[fields]\ncooperation = \"démarche\"";
    let mapping = HOURS.replace("[fields]", create);
    let table = "démarche;de;à;jour;durée;activité\n\
        ;Les Jardins partagés;Le Foyer rural;01/03/2026;1 h;labour\n\
        Le Grand Pré;Les Jardins partagés;CUMA du Vallon;01/03/2026;1 h;labour\n\
        Vallée partagée;Les Jardins partagés;Le Foyer rural;01/03/2026;1 h;labour\n\
        Vallée partagée;Les Jardins partagés;CUMA du Vallon;31/12/2023;1 h;labour\n\
        Vallée partagée;Les Jardins partagés;CUMA du Vallon;01/03/2026;1 h;labour\n\
        ;Les Jardins partagés;12345;01/03/2026;1 h;labour\n\
        ;Les Jardins partagés;732829320;01/03/2026;1 h;labour\n";
    let report = world.imports(&mapping, table, &[]).by(&jardins.manager).await.ok();
    counts(&report, [3, 0, 4]);
    assert_eq!(
        refusals(&report),
        [
            refused(3, "cooperation", "unknown-reference"),
            refused(4, "receiver", "not-a-member"),
            refused(5, "giver", "not-a-member"),
            // A number alone does not say what the structure is called.
            refused(8, "receiver", "unknown-reference"),
        ]
    );
    // Whoever facilitates takes in who has nobody to be asked, and nobody else.
    let table = "démarche;de;à;jour;durée;activité\n\
        Vallée partagée;Commune de Saint-Ferréol;Le Foyer rural;01/03/2026;1 h;labour\n\
        Vallée partagée;Commune de Saint-Ferréol;CUMA du Vallon;31/12/2023;1 h;labour\n";
    let report = world.imports(&mapping, table, &[]).by(&commune.manager).await.ok();
    counts(&report, [1, 0, 1]);
    assert_eq!(
        refusals(&report),
        [refused(3, "receiver", "not-a-member")],
        "the machinery co-operative is asked first"
    );
    let path = format!("/v1/memberships?cooperation_id={}", village.cooperation);
    assert_eq!(world.get(path).by(&commune.manager).await.items().len(), 4);
}

#[tokio::test]
async fn a_cooperation_that_the_caller_is_not_in_is_unknown_and_one_of_two_names_is_not_guessed() {
    let world = World::new().await;
    let village = world.village().await;
    let (jardins, owner) = (&village.association, &village.owner);
    let stranger = world.party(owner, "Le Foyer rural", "association", "foyer").await;
    let mapping = HOURS.replace("[fields]", "[fields]\ncooperation = { value = \"Vallée partagée\" }");
    let table = "de;à;jour;durée;activité\nLe Foyer rural;CUMA du Vallon;01/03/2026;1 h;labour\n";
    let report = world.imports(&mapping, table, &[]).by(&stranger.manager).await.ok();
    assert_eq!(refusals(&report), [refused(2, "cooperation", "unknown-reference")]);

    // Another cooperation of that name, which the caller is not in, is none of their business.
    world.cooperation(&stranger, "Vallée partagée").await;
    let ours = table.replace("Le Foyer rural", "Les Jardins partagés");
    counts(&world.imports(&mapping, &ours, &[]).by(&jardins.manager).await.ok(), [1, 0, 0]);
    world.structure(&stranger.manager, "CUMA du Vallon", "cuma").await;
    let report = world.imports(&mapping, ours.replace("1 h", "2 h"), &[]).by(&jardins.manager).await.ok();
    assert_eq!(refusals(&report), [refused(2, "receiver", "several-of-that-name")]);
    let by_number = json!({ "name": "CUMA d'en bas", "kind": "cuma", "siren": "732829320" });
    world.post("/v1/structures", &by_number).by(&stranger.manager).await.created();
    let numbered = table.replace("Le Foyer rural", "Les Jardins partagés").replace("CUMA du Vallon", "732829320");
    counts(&world.imports(HOURS, numbered, &[]).by(&jardins.manager).await.ok(), [1, 0, 0]);
}
