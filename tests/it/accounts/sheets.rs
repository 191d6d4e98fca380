//! Time sheets, which name the structure's own people to its own; and aid in kind, which names nobody.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use serde_json::{Value, json};

use super::{Books, own_hours, rates};
use crate::deeds::{given, with};

#[tokio::test]
async fn a_time_sheet_has_a_row_for_each_line_and_names_the_people_of_its_structure() {
    let books = Books::new().await;
    let (jardins, commune) = (&books.village.association, &books.village.commune);
    let rose = books.world.person(jardins, "Rose Delmas").await;
    let paul = books.world.person(commune, "Paul Ferrier").await;
    let own = own_hours(&books, "2026-03-02", 89, &json!({ "person_id": rose }));
    let line = books.world.hours_line(&jardins.manager, &own).await;
    let less = json!({ "minutes": 60, "reason": "Pause comprise" });
    books.world.word(&line, "correct", &less).by(&jardins.manager).await.created();
    let others = with(&given(commune, jardins, "2026-03-03", 30), &json!({ "person_id": paul }));
    books.world.hours(&commune.manager, &others).await;
    let three = own_hours(&books, "2026-01-01", 540, &json!({ "head_count": 3 }));
    books.world.hours(&jardins.manager, &three).await;

    let sheet = books.valued(2026, "timesheet").await;
    let rows: Vec<Value> = sheet["rows"].as_array().unwrap().clone();
    let short = |row: &Value| (row["day"].as_str().unwrap().to_owned(), row["minutes"].as_i64().unwrap());
    let days = ["2026-01-01", "2026-01-15", "2026-02-01", "2026-03-02", "2026-03-03"];
    let expected: Vec<_> = days.map(str::to_owned).into_iter().zip([540, 90, 180, 60, 30]).collect();
    assert_eq!(rows.iter().map(short).collect::<Vec<_>>(), expected);
    assert_eq!((&rows[0]["people"], &rows[0]["person"]), (&json!(3), &Value::Null));
    assert_eq!((&rows[3]["person"], &rows[3]["person_id"]), (&json!("Rose Delmas"), &json!(rose)));
    assert_eq!(rows[3]["cents"], 1783 - 581, "89 minutes, less 29");
    assert_eq!((&rows[3]["source"], &rows[4]["person"]), (&json!("SMIC horaire brut"), &Value::Null));
    assert!(!sheet.to_string().contains("Ferrier"), "a person of another structure");

    let of_rose = books.read(2026, "timesheet", &format!("person_id={rose}")).await;
    assert_eq!((&of_rose["minutes"], &of_rose["cents"]), (&json!(60), &Value::Null));
    let march = books.read(2026, "timesheet", "from=2026-03-01&until=2026-03-03").await;
    assert_eq!(march["rows"].as_array().unwrap().len(), 1);
    let page = books.printed(2026, "timesheet.html").await;
    assert!(page.contains("visa du responsable") && page.contains("Rose Delmas"), "{page}");
    let backwards = books.paper(2026, "timesheet", "from=2026-03-03&until=2026-03-01");
    books.world.get(backwards).by(&jardins.manager).await.unreadable("until", "end-before-start");
}

#[tokio::test]
async fn a_time_sheet_is_the_same_in_each_form_however_many_pages_it_is_read_in() {
    let books = Books::new().await;
    let jardins = &books.village.association;
    let (received, commons) = (own_hours(&books, "2026-03-10", 1, &json!({})), books.village.cooperation.clone());
    let given = json!({ "giver_id": jardins.id, "day": "2026-03-09", "minutes": 45, "activity": "coordination",
        "cooperation_id": commons });
    let many: Vec<Value> = (0..501).map(|_| received.clone()).chain([given]).collect();
    for one in &many {
        books.world.hours(&jardins.manager, one).await;
    }
    let sheet = books.valued(2026, "timesheet").await;
    let rows = sheet["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 2 + many.len(), "two stand there already");
    let table = books.printed(2026, "timesheet.csv").await;
    let lines: Vec<&str> = table.split_terminator("\r\n").collect();
    assert_eq!(lines.len(), 1 + rows.len() + 1);
    assert!(lines[3].starts_with("09/03/2026;;1;coordination;45;déclaré;"), "{}", lines[3]);
    let total = format!("TOTAL;;;;{};;;;", sheet["minutes"]);
    assert!(lines[1 + rows.len()].starts_with(&total), "{}", lines[1 + rows.len()]);
    let path = books.paper(2026, "timesheet.xlsx", &format!("grid={}", books.grid));
    let answer = books.world.get(path).by(&jardins.manager).in_french().await;
    let mut book = Xlsx::new(Cursor::new(&answer.is(200).bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["Lisez-moi", "Relevé de temps"]);
    let range = book.worksheet_range("Relevé de temps").unwrap();
    assert_eq!(range.height(), 1 + rows.len() + 1);
    let last = u32::try_from(1 + rows.len()).unwrap();
    assert_eq!(range.get_value((last, 4)), sheet["minutes"].as_f64().map(Data::Float).as_ref());
}

#[tokio::test]
async fn a_time_sheet_of_a_project_holds_what_was_given_within_it() {
    let books = Books::new().await;
    let (jardins, village) = (&books.village.association, &books.village);
    let within = json!({ "cooperation_id": village.cooperation });
    let commons = json!({ "giver_id": jardins.id, "day": "2026-03-05", "minutes": 45, "activity": "coordination" });
    books.world.hours(&jardins.manager, &with(&commons, &within)).await;
    books.world.hours(&jardins.manager, &own_hours(&books, "2026-03-06", 15, &within)).await;
    let of_project = format!("cooperation_id={}", village.cooperation);
    let sheet = books.read(2026, "timesheet", &of_project).await;
    assert_eq!((&sheet["minutes"], sheet["rows"].as_array().unwrap().len()), (&json!(60), 2));
    assert!(sheet["cooperation"].as_str().is_some());
    let unknown = books.paper(2026, "timesheet", "cooperation_id=01990f3a-7c1e-7000-8000-00000000ffff");
    books.world.get(unknown).by(&jardins.manager).await.unreadable("cooperation_id", "unknown-reference");
}

#[tokio::test]
async fn aid_is_told_by_receiver_and_names_nobody() {
    let books = Books::new().await;
    let (commune, jardins, cuma) = (&books.village.commune, &books.village.association, &books.village.cuma);
    let paul = books.world.person(commune, "Paul Ferrier").await;
    let hours = with(&given(commune, cuma, "2026-02-03", 60), &json!({ "person_id": paul }));
    books.world.hours(&commune.manager, &hours).await;
    let path = format!("/v1/structures/{}/aid/2026", commune.id);
    let aid = books.world.get(&path).by(&commune.manager).await.ok();
    let receivers = aid["receivers"].as_array().unwrap();
    let told: Vec<_> = receivers.iter().map(|one| (&one["structure_id"], &one["total"]["minutes"])).collect();
    assert_eq!(told, [(&json!(cuma.id), &json!(60)), (&json!(jardins.id), &json!(270))], "what is contested is no aid");
    assert_eq!((&aid["total"]["minutes"], &aid["not_valued"]), (&json!(330), &Value::Null));
    assert_eq!(receivers[0]["above_convention"], Value::Null);
    assert!(!aid.to_string().contains("Ferrier"));
    books.world.get(&path).by(&cuma.manager).await.refused(404, "not-found");
    let grid = books.world.approved(commune, &rates("2019-01-01")).await;
    let sheet =
        books.world.get(format!("{path}.csv?grid={grid}")).by(&commune.manager).in_french().await.is(200).text();
    assert!(sheet.ends_with("TOTAL;ensemble;3;330;0;3;0;66,11\r\n"), "{sheet}");
}

#[tokio::test]
async fn aid_above_the_line_of_conventions_is_told() {
    let books = Books::new().await;
    let (commune, jardins) = (&books.village.commune, &books.village.association);
    let dear = json!({ "method": "replacement_cost", "rates": [
        { "kind": "volunteer_hours", "from": "2019-01-01", "per": "hour", "amount": 511_111 }] });
    let dearer = json!({ "method": "replacement_cost", "rates": [
        { "kind": "volunteer_hours", "from": "2019-01-01", "per": "hour", "amount": 511_112 }] });
    let path = format!("/v1/structures/{}/aid/2026.html", commune.id);
    // Four hours and a half: 23,000.00 euros, then 23,000.04.
    for (rates, above) in [(dear, false), (dearer, true)] {
        let grid = books.world.approved(commune, &rates).await;
        let json = books.world.get(format!("/v1/structures/{}/aid/2026?grid={grid}", commune.id));
        let aid = json.by(&commune.manager).await.ok();
        assert_eq!(aid["receivers"][0]["above_convention"], above, "{aid}");
        let page = books.world.get(format!("{path}?grid={grid}")).by(&commune.manager).await.is(200).text();
        assert_eq!(page.contains("2001-495"), above, "of {}", jardins.id);
    }
}
