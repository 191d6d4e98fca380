//! The journal of exports: nothing goes into the accounts twice, and what went in by mistake comes out again.

use rusqlite::named_params;
use serde_json::{Value, json};

use super::{Office, columns};
use crate::deeds::{each, id, says};

/// `EcritureNum`, account, debit and credit.
const FIGURES: [usize; 4] = [2, 4, 11, 12];

#[tokio::test]
async fn what_was_exported_once_is_not_exported_again() {
    let office = Office::new().await;
    office.confirmed("2026-02-01", 60).await;
    office.confirmed("2026-02-02", 90).await;
    let first = office.export(&json!({})).await.created();
    says(
        &first,
        &json!({ "number": 1, "entries": 2, "debit_cents": 3005, "credit_cents": 3005, "again": false,
                          "chart": "pca2025", "reverses": null, "reversed_by": null }),
    );
    office.export(&json!({})).await.refused(409, "nothing-to-export");
    office.confirmed("2026-02-03", 120).await;
    let second = office.export(&json!({})).await.created();
    says(&second, &json!({ "number": 2, "entries": 1, "debit_cents": 2404 }));
    assert_eq!(second["left_out"]["exported_before"], 2);
    office.export(&json!({})).await.refused(409, "nothing-to-export");
    let again = office.export(&json!({ "again": true })).await.created();
    says(&again, &json!({ "number": 3, "entries": 3, "debit_cents": 5409, "again": true }));
    let (first, second, again) =
        (office.file(id(&first)).await, office.file(id(&second)).await, office.file(id(&again)).await);
    let all: Vec<&str> = first.lines().chain(second.lines().skip(1)).collect();
    assert_eq!(again.lines().collect::<Vec<_>>(), all, "the same references each time");
}

#[tokio::test]
async fn what_waits_for_a_word_comes_once_it_was_said() {
    let office = Office::new().await;
    let commune = office.commune().clone();
    let waiting = office.declared("2026-02-01", 60).await;
    let contested = office.declared("2026-02-02", 60).await;
    let no = json!({ "reason": "Ce jour-là, personne n’est venu" });
    office.world.word(&contested, "contest", &no).by(&commune.manager).await.ok();
    office.export(&json!({})).await.refused(409, "nothing-to-export");
    // What individual volunteers gave has one party: there is nobody to wait for.
    let own = json!({ "receiver_id": commune.id, "day": "2026-02-03", "minutes": 30, "activity": "Fauche" });
    office.world.hours(&commune.manager, &own).await;
    let first = office.export(&json!({})).await.created();
    assert_eq!(first["entries"], 1);
    let left_out =
        json!({ "declared": 1, "contested": 1, "exported_before": 0, "unvalued": 0, "worthless": 0, "beyond": 0 });
    assert_eq!(first["left_out"], left_out);
    office.world.word(&waiting, "confirm", &json!({})).by(&commune.manager).await.ok();
    let second = office.export(&json!({})).await.created();
    assert_eq!((&second["entries"], &second["left_out"]["exported_before"]), (&json!(1), &json!(1)));
}

#[tokio::test]
async fn a_correction_that_takes_away_changes_the_sides() {
    let office = Office::new().await;
    let line = office.confirmed("2026-02-01", 180).await;
    let right = json!({ "minutes": 120, "reason": "Repas compris" });
    let correction =
        office.world.word(&line, "correct", &right).by(&office.village.association.manager).await.created();
    let made = office.export(&json!({})).await.created();
    says(&made, &json!({ "entries": 1, "debit_cents": 3606 }));
    assert_eq!(made["left_out"]["declared"], 1);
    office.world.word(id(&correction), "confirm", &json!({})).by(&office.commune().manager).await.ok();
    let made = office.export(&json!({})).await.created();
    let file = office.file(id(&made)).await;
    let seq = correction["seq"].to_string();
    let expected = [[seq.as_str(), "875", "12,02", "0,00"], [seq.as_str(), "864", "0,00", "12,02"]];
    assert_eq!(columns(&file, FIGURES), expected.map(|line| line.map(str::to_owned)));
    assert_eq!(columns(&file, [10])[0], ["Correction, heures de bénévolat, entraide, -1 h 00"]);
}

#[tokio::test]
async fn an_export_is_taken_back_once_and_its_lines_may_go_again() {
    let office = Office::new().await;
    office.confirmed("2026-02-01", 60).await;
    let first = office.export(&json!({})).await.created();
    let first_file = office.file(id(&first)).await;
    let back = office.reverse(id(&first)).await.created();
    says(
        &back,
        &json!({ "number": 2, "year": 2026, "reverses": first["id"], "entries": 1, "debit_cents": 1202,
                         "file_name": first["file_name"] }),
    );
    let seq = &columns(&first_file, [2])[0][0];
    let number = format!("{seq}A2");
    let expected = [[number.as_str(), "875", "12,02", "0,00"], [number.as_str(), "864", "0,00", "12,02"]];
    let back_file = office.file(id(&back)).await;
    assert_eq!(columns(&back_file, FIGURES), expected.map(|line| line.map(str::to_owned)));
    assert_eq!(columns(&back_file, [10])[0], ["Annulation, heures de bénévolat, entraide, 1 h 00"]);
    assert_eq!(columns(&back_file, [8])[0], [format!("{}A2", columns(&first_file, [8])[0][0])]);
    assert_eq!(office.reverse(id(&first)).await.refused(409, "wrong-state")["state"], "reversed");
    assert_eq!(office.reverse(id(&back)).await.refused(409, "wrong-state")["state"], "reversal");
    let second = office.export(&json!({})).await.created();
    says(&second, &json!({ "number": 3, "entries": 1 }));
    assert_eq!(office.file(id(&second)).await, first_file);
    let read = office.world.get(format!("/v1/fec-exports/{}", id(&first))).by(&office.commune().manager).await.ok();
    assert_eq!(read["reversed_by"], back["id"]);
}

#[tokio::test]
async fn a_line_that_two_exports_contain_is_free_once_both_are_taken_back() {
    let office = Office::new().await;
    office.confirmed("2026-02-01", 60).await;
    let first = office.export(&json!({})).await.created();
    let second = office.export(&json!({ "again": true })).await.created();
    office.reverse(id(&first)).await.created();
    office.export(&json!({})).await.refused(409, "nothing-to-export");
    office.reverse(id(&second)).await.created();
    office.export(&json!({})).await.created();
}

#[tokio::test]
async fn a_file_is_the_same_for_ever_whatever_changes_around_it() {
    let office = Office::new().await;
    let commune = office.commune().clone();
    let line = office.confirmed("2026-02-01", 60).await;
    let made = office.export(&json!({})).await.created();
    let before = office.file(id(&made)).await;
    let less = json!({ "minutes": 30, "reason": "Une demi-heure" });
    office.world.word(&line, "correct", &less).by(&commune.manager).await.created();
    office.confirmed("2026-02-02", 60).await;
    let other = json!({ "siren": "552100554", "name": "Commune nouvelle", "valuation": "none" });
    let (own, grid) = (format!("/v1/structures/{}", commune.id), format!("/v1/grids/{}", office.grid));
    office.world.patch(own, &other).by(&commune.manager).header("if-match", "*").await.ok();
    office.world.patch(grid, &json!({ "archived": true })).by(&commune.manager).header("if-match", "*").await.ok();
    office.world.advance(400);
    let answer = office.world.get(format!("/v1/fec-exports/{}/file", id(&made))).by(&commune.manager).await;
    assert_eq!(answer.text(), before);
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"732829320FEC20261231.txt\""));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
}

#[tokio::test]
async fn the_same_request_twice_makes_one_export() {
    let office = Office::new().await;
    office.confirmed("2026-02-01", 60).await;
    let wish = json!({ "id": "01990f3a-7c1e-7000-8000-fec000000001" });
    let first = office.export(&wish).await;
    let again = office.export(&wish).await;
    assert_eq!((first.created(), again.header("idempotency-replayed")), (again.created(), Some("true")));
    office.export(&json!({ "id": wish["id"], "again": true })).await.refused(409, "id-taken");
}

#[tokio::test]
async fn the_journal_lists_all_exports_newest_first_and_page_by_page() {
    let office = Office::new().await;
    let list = format!("/v1/structures/{}/fec-exports", office.commune().id);
    let by = &office.commune().manager;
    assert_eq!(office.world.get(&list).by(by).await.items(), [] as [Value; 0]);
    for day in ["2026-02-01", "2026-02-02", "2026-02-03"] {
        office.confirmed(day, 60).await;
        office.export(&json!({})).await.created();
    }
    let numbers = |items: &[Value]| each(items, "number").into_iter().cloned().collect::<Vec<_>>();
    let first = office.world.get(format!("{list}?limit=2")).by(by).await.ok();
    assert_eq!(numbers(first["items"].as_array().unwrap()), [3, 2]);
    let next = format!("{list}?limit=2&cursor={}", first["next"].as_str().unwrap());
    assert_eq!(numbers(&office.world.get(next).by(by).await.items()), [1]);
    assert!(office.world.trail().await.iter().filter(|event| *event == "exported").count() == 3);
}

#[tokio::test]
async fn the_database_itself_keeps_the_journal_as_it_is() {
    let office = Office::new().await;
    office.confirmed("2026-02-01", 60).await;
    office.export(&json!({})).await.created();
    for sql in [
        "update fec_export set cents = 1 where :x = 1",
        "delete from fec_export where :x = 1",
        "update fec_line set seq = 2 where :x = 1",
        "delete from fec_line where :x = 1",
    ] {
        let written = office.world.app.store.write(move |db, _| Ok(db.execute(sql, named_params! { ":x": 1 })?)).await;
        let refused = written.unwrap_err().to_string();
        assert!(refused.contains("fec_export_is_append_only"), "{sql}: {refused}");
    }
}
