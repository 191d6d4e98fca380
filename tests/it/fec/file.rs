//! The file itself: each byte as the law and the accountants want it.

use navette::fec::check::check;
use serde_json::{Value, json};

use super::{NAME, Office, columns};
use crate::deeds::{id, lent, says, with};

const GOLDEN: &str = include_str!("golden.txt");

/// A year of the commune: a marquee and a room lent over the turn of the year and in March, hours given and corrected,
/// a skill passed on by staff, its own volunteers; and what is not in its books.
async fn year(office: &Office) {
    let (world, village) = (&office.world, &office.village);
    let (commune, jardins, cuma) = (&village.commune, &village.association, &village.cuma);
    for (category, from, until) in [
        ("barnum", "2025-12-30", "2026-01-03"),
        ("barnum", "2026-03-01", "2026-03-03"),
        ("livre", "2026-03-01", "2026-03-05"),
    ] {
        let loan = with(&lent(cuma, commune, from, Some(until)), &json!({ "category": category }));
        world.post("/v1/loans", &loan).by(&cuma.manager).await.created();
    }
    let line = office.confirmed("2026-02-01", 89).await;
    let hours = json!({ "receiver_id": commune.id, "day": "2026-02-03", "minutes": 30, "activity": "Fauche, =1+1" });
    world.hours(&commune.manager, &hours).await;
    let skill = json!({ "structure_id": jardins.id, "name": "Comptabilité" });
    let skill = world.post("/v1/skills", &skill).by(&jardins.manager).await.created_id();
    let session = json!({ "giver_id": jardins.id, "skill_id": skill, "day": "2026-02-10", "minutes": 150, "taught_by": "staff",
                          "receivers": [{ "structure_id": commune.id, "participants": 4 }] });
    world.post("/v1/skill-sessions", &session).by(&jardins.manager).await.created();
    let received = format!("/v1/contributions?structure_id={}&side=received&state=declared", commune.id);
    for line in world.get(received).by(&commune.manager).await.items() {
        if !line["giver_id"].is_null() {
            world.word(id(&line), "confirm", &json!({})).by(&commune.manager).await.ok();
        }
    }
    let less = json!({ "minutes": 60, "reason": "Repas compris" });
    let less = world.word(&line, "correct", &less).by(&jardins.manager).await.created();
    world.word(id(&less), "confirm", &json!({})).by(&commune.manager).await.ok();
    office.declared("2026-02-20", 600).await;
    let unmeasured = lent(commune, cuma, "2026-02-01", Some("2026-02-02"));
    world.post("/v1/loans", &unmeasured).by(&commune.manager).await.created();
}

/// The file with the random id of each line in the words `line` and its place.
async fn told(office: &Office, file: &str) -> String {
    let received = format!("/v1/contributions?structure_id={}", office.commune().id);
    let lines: Vec<Value> = office.world.get(received).by(&office.commune().manager).await.items();
    lines.iter().fold(file.to_owned(), |file, line| file.replace(id(line), &format!("line-{}", line["seq"])))
}

#[tokio::test]
async fn a_year_is_written_as_accountants_import_it() {
    let office = Office::new().await;
    year(&office).await;
    let made = office.export(&json!({ "chart": "pca2018" })).await.created();
    let left_out =
        json!({ "declared": 1, "contested": 0, "exported_before": 0, "unvalued": 0, "worthless": 1, "beyond": 0 });
    assert_eq!((&made["left_out"], &made["file_name"]), (&left_out, &json!(NAME)));
    let file = office.file(id(&made)).await;
    assert_eq!(check(file.as_bytes(), NAME), []);
    assert_eq!(told(&office, &file).await, GOLDEN);
    let sum = |column| -> i64 {
        columns(&file, [column]).iter().map(|[amount]| amount.replace(',', "").parse::<i64>().unwrap()).sum()
    };
    assert_eq!((json!(sum(11)), json!(sum(12))), (made["debit_cents"].clone(), made["credit_cents"].clone()));
}

#[tokio::test]
async fn each_chart_has_its_accounts() {
    let office = Office::new().await;
    office.confirmed("2026-02-01", 60).await;
    for (chart, credit, name) in [
        ("pca1999", "870", "Bénévolat"),
        ("pca2018", "875", "Bénévolat"),
        ("pca2025", "875", "Bénévolat"),
        ("cerfa", "870", "Bénévolat"),
    ] {
        let made = office.export(&json!({ "chart": chart, "again": true })).await.created();
        says(&made, &json!({ "chart": chart }));
        let file = office.file(id(&made)).await;
        assert_eq!(columns(&file, [4, 5])[1], [credit, name]);
    }
}

#[tokio::test]
async fn a_loan_over_the_turn_of_the_year_is_in_both_files_with_its_own_days() {
    let office = Office::new().await;
    let (commune, cuma) = (office.commune(), &office.village.cuma);
    let loan = lent(cuma, commune, "2025-12-30", Some("2026-01-03"));
    office.world.post("/v1/loans", &loan).by(&cuma.manager).await.created();
    let received = format!("/v1/contributions?structure_id={}", commune.id);
    let line = office.world.get(received).by(&commune.manager).await.items()[0].clone();
    office.world.word(id(&line), "confirm", &json!({})).by(&commune.manager).await.ok();
    for (year, day, valid) in [(2025, "20251230", "20251231"), (2026, "20260101", "20260314")] {
        let made = office.export(&json!({ "year": year })).await.created();
        says(&made, &json!({ "entries": 1, "debit_cents": 9000 }));
        let file = office.file(id(&made)).await;
        assert_eq!(columns(&file, [3, 9, 15])[0], [day, day, valid]);
        assert_eq!(columns(&file, [10])[0], ["Prêt de matériel, barnum, 2 jours-matériel"]);
        office.export(&json!({ "year": year })).await.refused(409, "nothing-to-export");
    }
    office.export(&json!({ "year": 2024 })).await.refused(409, "nothing-to-export");
}
