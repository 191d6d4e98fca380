//! Timesheets: a line for each entry, each with room for a visa.

use serde_json::json;

use super::Gardener;

#[tokio::test]
async fn a_timesheet_has_a_line_for_each_entry_by_day() {
    let gardener = Gardener::new().await;
    let by = &gardener.village.association.manager;
    let path = format!("/v1/people/{}/timesheets/2026", gardener.id);
    let sheet = gardener.world.get(&path).by(by).await.ok();
    assert_eq!(
        (&sheet["name"], &sheet["minutes"], &sheet["contested_minutes"]),
        (&json!("Ginette Faure"), &json!(720), &json!(120))
    );
    let line = |day: &str, kind: &str, activity: &str, minutes: i64, contested: i64| json!({ "day": day, "kind": kind, "activity": activity, "minutes": minutes, "contested_minutes": contested });
    let expected = json!([
        line("2026-03-01", "volunteer_hours", "Fauche", 0, 120),
        line("2026-03-14", "volunteer_hours", "Taille", 630, 0),
        line("2026-03-14", "skill_by_volunteer", "Greffe", 90, 0),
    ]);
    assert_eq!(sheet["entries"], expected, "what was undone is not there, nor what was taught as paid staff");
    let page = gardener.world.get(format!("{path}.html")).by(by).in_french().await.is(200).text();
    assert!(page.contains("Visa du responsable") && page.contains("contesté"), "{page}");
    assert_eq!(page.matches(r#"data-label="Visa du responsable""#).count(), 3, "{page}");
    let table = gardener.world.get(format!("{path}.csv")).by(by).await.is(200).text();
    assert!(table.contains("2026-03-14,Taille,10\u{a0}h\u{a0}30,630,0,\r\n"), "{table}");
    let book = gardener.world.get(format!("{path}.xlsx")).by(by).await;
    assert!(book.is(200).bytes.starts_with(b"PK"), "a workbook is a packet");
    assert!(gardener.world.trail().await.iter().any(|event| event == "exported"));
}

#[tokio::test]
async fn a_timesheet_stays_inside_the_structure_and_with_the_person() {
    let gardener = Gardener::new().await;
    let (world, jardins) = (&gardener.world, &gardener.village.association);
    let path = format!("/v1/people/{}/timesheets/2026", gardener.id);
    let reader = world.colleague(jardins, "reader", "lise").await;
    world.get(&path).by(&reader).await.ok();
    for stranger in [&gardener.village.commune.manager, &gardener.village.cuma.manager, &gardener.village.owner] {
        world.get(&path).by(stranger).await.refused(404, "not-found");
    }
    for nothing in ["1999", "2026.pdf", "twenty"] {
        let path = format!("/v1/people/{}/timesheets/{nothing}", gardener.id);
        world.get(path).by(&reader).await.refused(404, "not-found");
    }
    let own = world.post("/v1/me/timesheet", &json!({ "token": gardener.token, "year": 2026 })).await.ok();
    assert_eq!(own, world.get(&path).by(&reader).await.ok());
    world
        .post("/v1/me/timesheet", &json!({ "token": gardener.token, "year": 1999 }))
        .await
        .invalid("/year", "out-of-range");
    let page = world.post("/v1/me/timesheet", &json!({ "token": gardener.token, "year": 2025 }));
    let page = page.header("accept", "text/html").await.is(200).text();
    assert!(page.contains("Taille") && !page.contains("Greffe"), "{page}");
}
