//! Each kind of record, as the person at the machine imports it.

use navette::import::report::Became;
use rusqlite::Connection;
use serde_json::json;

use super::{Order, ROW_BY_ROW};
use crate::deeds::says;
use crate::world::World;

/// What a report counts: created, already there, refused.
fn counted(report: &navette::import::report::Report) -> [usize; 3] {
    [Became::Created, Became::AlreadyThere, Became::Refused].map(|became| report.count(became))
}

/// One text of the file for each row of a query.
fn texts(world: &World, query: &str) -> Vec<String> {
    let db = Connection::open(world.file()).unwrap();
    let mut query = db.prepare(query).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

#[tokio::test]
async fn structures_come_with_their_numbers_and_memberships() {
    let world = World::new().await;
    world.village().await;
    let mapping = r#"
        records = "structures"
        create = ["cooperations", "memberships"]
        [fields]
        name = "nom"
        kind = "type"
        siren = "SIREN"
        commune = "INSEE"
        email = "courriel"
        member_of = "démarche"
    "#;
    let table = "nom,type,SIREN,INSEE,courriel,démarche\n\
        Ferme des Aulnes,exploitation agricole,732829320,38235,ferme@example.org,Vallée partagée\n\
        Le Foyer rural,association,,,,Le Grand Pré\n\
        Groupe du mardi,groupe informel,,,,\n\
        Faux numéro,association,732829321,,,\n\
        Drôle de type,syndicat,,,,\n\
        Ferme renommée,ferme,732829320,,,\n\
        CUMA du Vallon,cuma,,,,\n";
    let report = world.operator_imports(mapping, table, ROW_BY_ROW).await;
    assert_eq!(counted(&report), [3, 2, 2]);
    let refused: Vec<_> = report.rows.iter().filter(|row| row.became == Became::Refused).collect();
    assert_eq!((refused[0].line, refused[0].errors[0].pointer.as_str()), (5, "siren"));
    assert_eq!((refused[1].line, refused[1].errors[0].pointer.as_str()), (6, "kind"));
    assert_eq!(counted(&world.operator_imports(mapping, table, ROW_BY_ROW).await), [0, 5, 2]);
    let members = "select s.name || ' in ' || c.name || ' from ' || m.starts_on from membership m
                   join structure s on s.id = m.structure_id join cooperation c on c.id = m.cooperation_id
                   where s.name in ('Ferme des Aulnes', 'Le Foyer rural') order by 1";
    assert_eq!(
        texts(&world, members),
        ["Ferme des Aulnes in Vallée partagée from 2026-03-14", "Le Foyer rural in Le Grand Pré from 2026-03-14"]
    );
    let kinds = "select kind from structure where name in ('Ferme des Aulnes', 'Groupe du mardi') order by name";
    assert_eq!(texts(&world, kinds), ["farm", "informal"]);
    let intention = &texts(&world, "select intention from cooperation where name = 'Le Grand Pré'")[0];
    assert!(intention.contains("pourquoi et pour qui"), "{intention}");
}

#[tokio::test]
async fn people_and_equipment_come_to_the_structure_that_the_row_names() {
    let world = World::new().await;
    world.village().await;
    let people = r#"{ "records": "people", "fields": { "structure": "de", "name": "nom", "pseudonym": "alias" } }"#;
    let table = "de;nom;alias\nLes Jardins partagés;Odile;non\nLes Jardins partagés;Renard;oui\n\
                 Les Jardins partagés;Odile;\nNulle part;Odile;\nLes Jardins partagés;Marcel;peut-être\n";
    let report = world.operator_imports(people, table, ROW_BY_ROW).await;
    assert_eq!(counted(&report), [2, 1, 2]);
    assert_eq!(texts(&world, "select name || pseudonym from identity order by name"), ["Odile0", "Renard1"]);

    let equipment = r#"
        records = "equipment"
        [fields]
        structure = { value = "CUMA du Vallon" }
        name = "nom"
        category = "famille"
        nature = "nature"
        quantity = "nombre"
    "#;
    let table = "nom\tfamille\tnature\tnombre\nMotoculteur\toutillage\tmatériel\t1\nChaises\tmobilier\t\t1 500\n\
                 Grange\tsalle\tlocaux\t\nBancs\tmobilier\t\t2,5\nTables\tmobilier\t\t0\n";
    let report = world.operator_imports(equipment, table, ROW_BY_ROW).await;
    assert_eq!(counted(&report), [3, 0, 2]);
    let codes: Vec<_> = report.rows.iter().flat_map(|row| &row.errors).map(|error| error.code.as_str()).collect();
    assert_eq!(codes, ["not-whole-number", "out-of-range"]);
    let found = "select name || ' ' || nature || ' ' || tracking || ' ' || quantity from equipment order by name";
    assert_eq!(texts(&world, found), ["Chaises thing pool 1500", "Grange premises unit 1", "Motoculteur thing unit 1"]);
    assert_eq!(counted(&world.operator_imports(equipment, table, ROW_BY_ROW).await), [0, 3, 2]);
}

#[tokio::test]
async fn loans_are_recorded_afterwards_with_what_they_name() {
    let world = World::new().await;
    let village = world.village().await;
    let mapping = r#"
        records = "loans"
        create = ["structures", "equipment", "cooperations", "memberships"]
        [fields]
        giver = "prêteur"
        receiver = "emprunteur"
        cooperation = "démarche"
        equipment = "objet"
        category = "famille"
        from = "du"
        until = "au"
        quantity = "nombre"
    "#;
    let table = "prêteur;emprunteur;démarche;objet;famille;du;au;nombre\n\
        CUMA du Vallon;Les Jardins partagés;;Motoculteur;outillage;1er mars 2026;05/03/2026;\n\
        CUMA du Vallon;Le Foyer rural;Le Grand Pré;;barnum;2026-03-01;2026-03-01;2\n\
        CUMA du Vallon;Les Jardins partagés;;Motoculteur;outillage;04/03/2026;06/03/2026;\n\
        CUMA du Vallon;Les Jardins partagés;;;;04/03/2026;06/03/2026;\n\
        CUMA du Vallon;Le Foyer rural;Le Grand Pré;;barnum;31/12/2025;;\n";
    let report = world.operator_imports(mapping, table, ROW_BY_ROW).await;
    let refused: Vec<_> = report.rows.iter().filter(|row| row.became == Became::Refused).collect();
    let codes: Vec<_> = refused.iter().map(|row| (row.line, row.errors[0].code.as_str())).collect();
    assert_eq!((counted(&report), codes), ([3, 0, 2], vec![(4, "already-in-use"), (5, "empty")]));
    assert_eq!(counted(&world.operator_imports(mapping, table, ROW_BY_ROW).await), [0, 3, 2]);
    let days = "select category || ' ' || occurred_on || ' ' || ifnull(item_days, '?') from ledger order by seq";
    assert_eq!(texts(&world, days), ["outillage 2026-03-01 4", "barnum 2026-03-01 2", "barnum 2025-12-31 ?"]);
    // An earlier row makes the membership begin earlier: one membership, not two.
    let foyer =
        "select starts_on from membership m join structure s on s.id = structure_id where name = 'Le Foyer rural'";
    assert_eq!(texts(&world, foyer), ["2025-12-31"]);
    let list = world.get(format!("/v1/loans?structure_id={}", village.cuma.id)).by(&village.cuma.manager).await;
    assert!(list.items().iter().all(|loan| loan["recorded_afterwards"] == true && loan["state"] == "returned"));
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn hours_come_with_their_people_and_need_both_parties_to_confirm() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let mapping = r#"
        records = "hours"
        create = ["people"]
        [fields]
        giver = "de"
        receiver = "à"
        person = "qui"
        day = "jour"
        minutes = "durée"
        activity = "activité"
        note = "note"
        provenance = { value = "estimé" }
        provenance_rule = { value = "cahier de 2025" }
    "#;
    let table = "de;à;qui;jour;durée;activité;note\n\
        Les Jardins partagés;CUMA du Vallon;Odile;01/03/2026;20 h;labour;Tard.\n\
        Les Jardins partagés;CUMA du Vallon;Odile;01/03/2026;5 h;labour;\n\
        ;Les Jardins partagés;Odile;02/03/2026;1 h;greffe;\n";
    let report = world.operator_imports(mapping, table, ROW_BY_ROW).await;
    assert_eq!(counted(&report), [2, 0, 1]);
    assert_eq!(report.rows[1].errors[0].code, "more-than-a-day");
    assert_eq!(texts(&world, "select name from identity"), ["Odile"]);
    let list = world.get(format!("/v1/contributions?structure_id={}", cuma.id)).by(&cuma.manager).await.items();
    let line = list[0]["id"].as_str().unwrap();
    says(&list[0], &json!({ "declared_by": null, "provenance": "estimated", "provenance_rule": "cahier de 2025" }));
    let confirm = |by| world.word(line, "confirm", &json!({})).by(by);
    assert_eq!(confirm(&cuma.manager).await.ok()["state"], "declared", "the other side has not spoken");
    assert_eq!(confirm(&jardins.manager).await.ok()["state"], "confirmed");
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn the_rows_of_one_session_are_one_session() {
    let world = World::new().await;
    let village = world.village().await;
    let mapping = r#"
        records = "sessions"
        create = ["memberships"]
        group = true
        [fields]
        giver = { value = "CUMA du Vallon" }
        receiver = { value = "Les Jardins partagés" }
        cooperation = { value = "Vallée partagée" }
        taught_by = { value = "salarié" }
        skill = "atelier"
        day = "jour"
        minutes = "durée"
        participants = "présents"
    "#;
    let table = "atelier;jour;durée;présents;nom\n\
        Soudure;01/03/2026;1h30;;Odile\n\
        Greffe;01/03/2026;60 min;4;(groupe)\n\
        Soudure;01/03/2026;1h30;;Marcel\n\
        Soudure;01/03/2026;1h30;3;(famille)\n\
        Couture;03/03/2026;60 min;;Odile\n\
        Couture;03/03/2026;90 min;;Marcel\n";
    let report = world.operator_imports(mapping, table, ROW_BY_ROW).await;
    assert_eq!(counted(&report), [4, 0, 2]);
    assert!(report.rows[4..].iter().all(|row| row.errors[0].code == "rows-disagree"));
    assert_eq!((report.rows[0].id, report.rows[0].id), (report.rows[2].id, report.rows[3].id));
    assert_eq!(counted(&world.operator_imports(mapping, table, ROW_BY_ROW).await), [0, 4, 2]);
    let lines = "select category || ' ' || kind || ' ' || minutes || ' ' || participants from ledger order by seq";
    assert_eq!(texts(&world, lines), ["Soudure skill_by_staff 90 5", "Greffe skill_by_staff 60 4"]);
    let path = format!("/v1/skill-sessions?structure_id={}", village.cuma.id);
    assert_eq!(world.get(path).by(&village.cuma.manager).await.items().len(), 2);
    let all = Order { dry_run: false, atomic: true };
    assert!(!world.operator_imports(mapping, table, all).await.recorded);
}

#[tokio::test]
async fn each_row_of_a_session_brings_its_people_to_the_structure_that_it_names() {
    let world = World::new().await;
    world.village().await;
    let mapping = r#"
        records = "sessions"
        group = true
        [fields]
        giver = { value = "CUMA du Vallon" }
        receiver = "pour"
        skill = "atelier"
        day = "jour"
        minutes = "durée"
        participants = "présents"
        note = "note"
    "#;
    let table = "pour;atelier;jour;durée;présents;note\n\
        Les Jardins partagés;Soudure;01/03/2026;1h30;1;\n\
        Commune de Saint-Ferréol;Soudure;01/03/2026;1h30;2;\n\
        Les Jardins partagés;Soudure;01/03/2026;1h30;;\n\
        Les Jardins partagés;Greffe;01/03/2026;1h30;1;Pommiers\n\
        Commune de Saint-Ferréol;Greffe;01/03/2026;1h30;1;Poiriers\n\
        Les Jardins partagés;Taille;01/03/2026;1h30;10 001;\n";
    let report = world.operator_imports(mapping, table, ROW_BY_ROW).await;
    let codes = report.rows.iter().flat_map(|row| &row.errors);
    let codes: Vec<_> = codes.map(|error| (error.pointer.as_str(), error.code.as_str())).collect();
    let disagree = ("note", "rows-disagree");
    assert_eq!((counted(&report), codes), ([3, 0, 3], vec![disagree, disagree, ("participants", "out-of-range")]));
    let lines = "select s.name || ' ' || l.participants || ' ' || l.minutes from ledger l
                 join structure s on s.id = l.receiver_id order by l.seq";
    assert_eq!(texts(&world, lines), ["Les Jardins partagés 2 45", "Commune de Saint-Ferréol 2 45"]);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}
