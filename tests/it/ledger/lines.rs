//! Contributions taken away line by line: CSV and workbooks, however many pages they take.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use navette::import::report::Became;
use serde_json::json;

use crate::deeds::{given, with};
use crate::import::{HOURS, ROW_BY_ROW};
use crate::world::{TODAY, Village, World};

/// The association gave the CUMA so many hours of one minute each, the last of them of an activity that is a formula.
async fn hours(count: i64) -> (World, Village) {
    let world = World::new().await;
    let village = world.village().await;
    let jardins = &village.association;
    for number in 0..count {
        let activity = if number + 1 == count { "=1+1".to_owned() } else { format!("chantier {number}") };
        let wish = with(&given(jardins, &village.cuma, TODAY, 1), &json!({ "activity": activity }));
        world.hours(&jardins.manager, &wish).await;
    }
    (world, village)
}

#[tokio::test]
async fn every_line_leaves_once_however_many_pages_there_are() {
    let (world, village) = hours(3).await;
    let jardins = &village.association;
    let path = format!("/v1/contributions.csv?structure_id={}", jardins.id);
    let before = world.get(&path).by(&jardins.manager).await.is(200).text();
    assert_eq!(before.lines().count(), 4, "three lines under their headings");
    let row = |number| format!("Les Jardins partagés,CUMA du Vallon,{TODAY},0h01,essai {number}\n");
    let table = format!("de,à,jour,durée,activité\n{}", (0..1100).map(row).collect::<String>());
    let report = world.operator_imports(HOURS, &table, ROW_BY_ROW).await;
    assert_eq!(report.count(Became::Created), 1100);
    let answer = world.get(&path).by(&jardins.manager).await;
    let text = answer.is(200).text();
    let seqs: Vec<i64> = text.lines().skip(1).map(|line| line.split(',').next().unwrap().parse().unwrap()).collect();
    assert_eq!(seqs.len(), 1103);
    assert!(seqs.windows(2).all(|pair| pair[0] > pair[1]), "newest first, each once");
    let head = answer.header("ledger-head").unwrap().to_owned();
    assert!(head.starts_with(&format!("{}:", seqs[0])), "{head}");
}

#[tokio::test]
async fn a_french_table_holds_french_days_and_no_formula() {
    let (world, village) = hours(1).await;
    let by = &village.association.manager;
    let path = format!("/v1/contributions.csv?structure_id={}", village.association.id);
    let text = world.get(&path).by(by).in_french().await.is(200).text();
    let mut lines = text.lines();
    let headings = "\u{feff}ligne;acte;corrige;du;jusqu’au (exclu);nature;catégorie;donneur;bénéficiaire;minutes;";
    assert!(lines.next().unwrap().starts_with(headings), "{text}");
    let expected = "1;contribution;;14/03/2026;;heures de bénévolat;'=1+1;Les Jardins partagés;CUMA du Vallon;1;;1;;déclaré;;déclaré;";
    assert!(lines.next().unwrap().starts_with(expected), "{text}");
}

#[tokio::test]
async fn a_workbook_holds_days_as_days_numbers_as_numbers_and_texts_as_texts() {
    let (world, village) = hours(2).await;
    let by = &village.association.manager;
    let path = format!("/v1/contributions.xlsx?structure_id={}", village.association.id);
    let answer = world.get(&path).by(by).await;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    assert_eq!(answer.is(200).header("content-type"), Some(media));
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes.clone())).unwrap();
    let sheet = book.worksheet_range("Contributions").unwrap();
    let row: Vec<&Data> = sheet.rows().nth(1).unwrap().iter().collect();
    assert_eq!(row[0], &Data::Float(2.0));
    let Data::DateTime(day) = row[3] else { panic!("{row:?}") };
    let (year, month, number, ..) = day.to_ymd_hms_milli();
    assert_eq!(format!("{year}-{month:02}-{number:02}"), TODAY);
    assert_eq!((row[6], row[9]), (&Data::String("=1+1".to_owned()), &Data::Float(1.0)));
    assert!(book.worksheet_formula("Contributions").unwrap().is_empty(), "nothing is computed");
}

#[tokio::test]
async fn whoever_may_not_read_the_lines_may_not_take_them_away() {
    let (world, village) = hours(1).await;
    let path = format!("/v1/contributions.csv?structure_id={}", village.association.id);
    world.get(&path).by(&village.commune.manager).await.unreadable("structure_id", "unknown-reference");
    let own = &village.association.manager;
    world.get("/v1/contributions.xlsx").by(own).await.unreadable("structure_id", "missing-field");
    world.get(format!("{path}&limit=5")).by(own).await.unreadable("limit", "not-allowed-here");
}
