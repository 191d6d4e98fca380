//! A budget of the Cerfa type: what is planned, what was received, in whole euros that add up on both sides.

use serde_json::{Value, json};

use super::Books;

fn plan() -> Value {
    json!({ "861": 100, "864": 60, "870": 60, "871": 100 })
}

impl Books {
    fn plan(&self, year: i32) -> String {
        format!("/v1/structures/{}/budgets/{year}", self.village.association.id)
    }
}

#[tokio::test]
async fn realised_stands_against_planned_in_whole_euros() {
    let books = Books::new().await;
    let jardins = &books.village.association.manager;
    let told = books.valued(2026, "budget").await;
    assert_eq!((&told["total"]["planned"], &told["total"]["gap"]), (&Value::Null, &Value::Null), "nothing is planned");
    books.world.post(books.plan(2026), &plan()).by(jardins).await.created();
    let budget = books.valued(2026, "budget").await;
    let rows = |side: &str| -> Vec<(String, i64, i64)> {
        let rows = budget[side].as_array().unwrap().iter();
        let row = |row: &Value| {
            (
                row["number"].as_str().unwrap().to_owned(),
                row["planned"].as_i64().unwrap(),
                row["realised"].as_i64().unwrap(),
            )
        };
        rows.map(row).collect()
    };
    let line = |number: &str, planned, realised| (number.to_owned(), planned, realised);
    let used = [line("860", 0, 0), line("861", 100, 90), line("862", 0, 30), line("864", 60, 54)];
    assert_eq!(rows("used"), used);
    assert_eq!(rows("contributed"), [line("870", 60, 54), line("871", 100, 120), line("875", 0, 0)]);
    let total = json!({ "planned": 160, "realised": 174, "gap": 14, "gap_tenths_of_percent": 88 });
    assert_eq!(budget["total"], total, "174.09 euros are 174");
    assert_eq!((&budget["chart"], &budget["not_valued"]), (&json!("cerfa"), &json!(1)));
    let sheet = books.printed(2026, "budget.csv").await;
    assert!(sheet.contains("871;Prestations en nature;100;120;20;20\r\n"), "{sheet}");
    assert!(sheet.contains("864;Personnel bénévole;60;54;-6;-10\r\n"), "{sheet}");
}

#[tokio::test]
async fn a_plan_is_made_once_and_changed_from_then_on() {
    let books = Books::new().await;
    let jardins = &books.village.association.manager;
    let first = books.world.post(books.plan(2026), &plan()).by(jardins).key("plan").await.created();
    assert_eq!((&first["861"], &first["875"], &first["version"]), (&json!(100), &json!(0), &json!(1)));
    books.world.post(books.plan(2026), &plan()).by(jardins).key("plan").await.created();
    books.world.post(books.plan(2026), &plan()).by(jardins).await.refused(409, "duplicate");
    let change = json!({ "861": 150, "871": 150 });
    let path = books.plan(2026);
    books.world.patch(&path, &change).by(jardins).await.refused(428, "precondition-required");
    assert_eq!(books.world.patch(&path, &change).by(jardins).on_version(1).await.ok()["861"], 150);
    books.world.patch(&path, &change).by(jardins).on_version(1).await.refused(412, "precondition-failed");
    let cleared = json!({ "864": null, "870": null });
    assert_eq!(books.world.patch(&path, &cleared).by(jardins).on_version(2).await.ok()["864"], 0);
    assert_eq!(books.world.get(&path).by(jardins).await.ok()["version"], 3);
}

#[tokio::test]
async fn a_plan_balances_and_its_lines_are_whole_euros() {
    let books = Books::new().await;
    let jardins = &books.village.association.manager;
    let before = books.world.contents().await;
    for (wish, field, fault) in [
        (json!({ "861": 100, "871": 99 }), "", "unbalanced"),
        (json!({ "861": -1, "871": -1 }), "/861", "out-of-range"),
        (json!({ "861": 1.5 }), "/861", "not-whole-number"),
        (json!({ "8612": 100 }), "/8612", "unknown-field"),
    ] {
        books.world.post(books.plan(2026), &wish).by(jardins).await.invalid(field, fault);
    }
    assert_eq!(books.world.contents().await, before);
}

#[tokio::test]
async fn managers_plan_and_whoever_reads_the_summary_reads_the_plan() {
    let books = Books::new().await;
    let (jardins, cuma) = (&books.village.association, &books.village.cuma.manager);
    let reader = books.world.colleague(jardins, "contributor", "lise").await;
    books.world.post(books.plan(2026), &plan()).by(&reader).await.refused(403, "forbidden");
    books.world.post(books.plan(2026), &plan()).by(cuma).await.refused(404, "not-found");
    books.world.get(books.plan(2026)).by(&reader).await.refused(404, "not-found");
    books.world.post(books.plan(2026), &plan()).by(&jardins.manager).await.created();
    books.world.get(books.plan(2026)).by(&reader).await.ok();
    books.world.get(books.plan(2026)).by(cuma).await.refused(404, "not-found");
}
