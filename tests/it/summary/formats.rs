//! A summary as JSON and as a table: plain, or as a spreadsheet opens it in France.

use std::io::Cursor;

use axum::http::Method;
use calamine::{Data, Reader as _, Xlsx};
use serde_json::json;

use crate::ask::Request;
use crate::deeds::{given, with};
use crate::world::{TODAY, World};

/// A world in which the association gave the CUMA an hour, and its manager's way to the summary.
async fn an_hour(activity: &str) -> (World, String, crate::world::Village) {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let wish = with(&given(jardins, cuma, TODAY, 60), &json!({ "activity": activity }));
    world.hours(&jardins.manager, &wish).await;
    let path = format!("/v1/structures/{}/summaries/2026", jardins.id);
    (world, path, village)
}

#[tokio::test]
async fn a_plain_table_has_one_row_for_each_unit_of_each_entry() {
    let (world, path, village) = an_hour("entraide").await;
    let (cuma, by) = (&village.cuma, &village.association.manager);
    let answer = world.get(format!("{path}.csv")).by(by).await;
    assert_eq!(answer.is(200).header("content-type"), Some("text/csv; charset=utf-8"));
    let mut expected =
        vec!["side,by,key,name,kind,unit,confirmed,declared,total,contested,previous_year_total\r\n".to_owned()];
    for (dimension, key, name) in [
        ("total", "", ""),
        ("month", "03", ""),
        ("category", "entraide", ""),
        ("provenance", "declared", "declared"),
        ("partner", cuma.id.as_str(), "CUMA du Vallon"),
        ("commune", "", "unknown"),
    ] {
        for (unit, amount) in [("contributions", 1), ("minutes", 60), ("occasions", 1)] {
            expected.push(format!("given,{dimension},{key},{name},volunteer_hours,{unit},0,{amount},{amount},0,0\r\n"));
        }
    }
    expected.push("given,full_time_equivalents,1607,,,full_time_equivalents,,,0.001,,0\r\n".to_owned());
    expected.push(",concordance,,,,contributions,0,1,1,0,\r\n".to_owned());
    assert_eq!(answer.text(), expected.concat());
}

#[tokio::test]
async fn a_table_for_french_readers_has_a_mark_semicolons_and_french_words() {
    let (world, path, village) = an_hour("entraide").await;
    let (cuma, by) = (&village.cuma, &village.association.manager);
    let text = world.get(format!("{path}.csv")).by(by).in_french().await.is(200).text();
    let mut expected = vec![
        "\u{feff}sens;par;clé;nom;nature;unité;confirmé;déclaré;total;contesté;total année précédente\r\n".to_owned(),
    ];
    for (dimension, key, name) in [
        ("ensemble", "", ""),
        ("mois", "03", ""),
        ("catégorie", "entraide", ""),
        ("provenance", "declared", "déclaré"),
        ("partenaire", cuma.id.as_str(), "CUMA du Vallon"),
        ("commune", "", "inconnue"),
    ] {
        for (unit, amount) in [("contributions", 1), ("minutes", 60), ("fois", 1)] {
            expected
                .push(format!("donné;{dimension};{key};{name};heures de bénévolat;{unit};0;{amount};{amount};0;0\r\n"));
        }
    }
    expected.push("donné;équivalents temps plein;1607;;;équivalents temps plein;;;0,001;;0\r\n".to_owned());
    expected.push(";concordance;;;;contributions;0;1;1;0;\r\n".to_owned());
    assert_eq!(text, expected.concat());
}

#[tokio::test]
async fn no_spreadsheet_runs_what_people_wrote_as_a_formula() {
    for (activity, printed) in [
        ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
        ("+33 6 12 34", "'+33 6 12 34"),
        ("-1", "'-1"),
        ("@SUM(A1:A9)", "'@SUM(A1:A9)"),
        ("＝1+1", "'＝1+1"),
        ("fête; \"grande\"", "\"fête; \"\"grande\"\"\""),
    ] {
        let (world, path, village) = an_hour(activity).await;
        let by = &village.association.manager;
        let text = world.get(format!("{path}.csv")).by(by).in_french().await.is(200).text();
        let row = format!("donné;catégorie;{printed};;heures de bénévolat;minutes;0;60;60;0;0\r\n");
        assert!(text.contains(&row), "{row} is not in {text}");
    }
}

#[tokio::test]
async fn a_cooperation_names_nobody_in_particular_and_the_commons_in_words() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let gift = json!({ "cooperation_id": village.cooperation, "day": TODAY, "minutes": 60, "activity": "fête" });
    world.hours(&commune.manager, &gift).await;
    let path = format!("/v1/cooperations/{}/summaries/2026.csv", village.cooperation);
    let plain = world.get(&path).by(&village.cuma.manager).await.is(200).text();
    assert!(
        plain.contains("exchanged,giver,,individual volunteers,volunteer_hours,minutes,0,60,60,0,0\r\n"),
        "{plain}"
    );
    assert!(plain.contains("exchanged,receiver,,the commons,volunteer_hours,minutes,0,60,60,0,0\r\n"), "{plain}");
    let french = world.get(&path).by(&village.cuma.manager).in_french().await.is(200).text();
    assert!(french.contains("échangé;donneur;;bénévoles individuels;heures de bénévolat;minutes;0;60;"), "{french}");
    assert!(french.contains("échangé;bénéficiaire;;le commun de la démarche;heures"), "{french}");
}

#[tokio::test]
async fn an_extension_decides_the_format_and_without_one_the_accept_header() {
    let (world, path, village) = an_hour("entraide").await;
    let by = &village.association.manager;
    let get =
        |extension: &str| -> Request<'_> { Request::new(&world, Method::GET, format!("{path}{extension}")).by(by) };
    let (table, page) = ("text/csv; charset=utf-8", "text/html; charset=utf-8");
    let (json, book) = ("application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    for (extension, accept, media) in [
        ("", None, json),
        ("", Some("application/json"), json),
        ("", Some("*/*"), json),
        ("", Some("text/csv"), table),
        ("", Some("text/html;q=0.8, Text/CSV;q=0.9, */*;q=0.1"), table),
        ("", Some("text/html,application/xhtml+xml,*/*;q=0.8"), page),
        (".json", Some("text/csv"), json),
        (".csv", Some("application/json"), table),
        (".csv", None, table),
        (".xlsx", None, book),
        (".html", Some("application/json"), page),
    ] {
        let request = get(extension);
        let answer = if let Some(accept) = accept { request.header("accept", accept) } else { request }.await;
        assert_eq!(answer.is(200).header("content-type"), Some(media), "{extension} {accept:?}");
        assert!(answer.header("vary").unwrap().contains("accept"));
        assert!(answer.header("ledger-head").unwrap().starts_with("1:"));
    }
    let json = get("").await.bytes;
    assert_eq!(json, get(".json").await.bytes);
}

#[tokio::test]
async fn a_workbook_has_the_table_and_a_sheet_for_each_way_of_breaking_it_down() {
    let (world, path, village) = an_hour("=1+1").await;
    let by = &village.association.manager;
    let answer = world.get(format!("{path}.xlsx")).by(by).in_french().await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.is(200).bytes.clone())).unwrap();
    let sheets = ["Lisez-moi", "Synthèse", "Donné en tout", "Donné par mois", "Donné par catégorie"];
    assert_eq!(book.sheet_names()[..5], sheets);
    let months = book.worksheet_range("Donné au fil des mois").unwrap();
    let march: Vec<Data> = months.rows().nth(1).unwrap().to_vec();
    assert_eq!(march, [vec![Data::String("03".to_owned())], [60.0, 0.0, 1.0, 1.0].map(Data::Float).to_vec()].concat());
    let table = book.worksheet_range("Synthèse").unwrap();
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(table.get_value((0, 5)), Some(&text("unité")));
    let categories = book.worksheet_range("Donné par catégorie").unwrap();
    let row: Vec<Data> = categories.rows().nth(2).unwrap().to_vec();
    let number = Data::Float;
    let sums = [0.0, 60.0, 60.0, 0.0, 0.0].map(number);
    assert_eq!(row, [&[text("=1+1"), text("heures de bénévolat"), text("minutes")][..], &sums].concat());
    assert!(book.worksheet_formula("Donné par catégorie").unwrap().is_empty(), "nothing is computed");
}

#[tokio::test]
async fn a_page_says_in_words_what_it_is_of_and_what_its_sums_mean() {
    let (world, path, village) = an_hour("<b>entraide</b>").await;
    let by = &village.association.manager;
    let odile = world.person(&village.association, "Odile").await;
    let more = with(&given(&village.association, &village.cuma, TODAY, 90), &json!({ "person_id": odile }));
    world.hours_line(by, &more).await;
    let page = world.get(format!("{path}.html?full_time_hours=1820")).by(by).await.is(200).text();
    assert!(
        page.contains("<svg") && page.contains("Qui a donné à qui\u{a0}: ") && page.contains("Mois par mois"),
        "{page}"
    );
    for said in [
        "Contributions volontaires en nature",
        "Les Jardins partagés — 2026",
        "&lt;b&gt;entraide",
        "0,001 équivalent temps plein, sur une base de 1820 heures par an",
        "Les lignes nomment 1\u{a0}personne, chacune comptée une fois.",
        "Concordance\u{a0}: 0 contributions à deux parties confirmées sur 2.",
        "Registre connu jusqu’à la ligne 2",
    ] {
        assert!(page.contains(said), "{said:?} is not in {page}");
    }
    assert!(!page.contains("Odile"), "a name on a page of sums");
    let path = path.replace("2026", "period.html?from=2025-09-01&until=2026-09-01&known_at=2026-03-14T09:00:00Z");
    let page = world.get(path).by(by).header("accept-language", "en").await.is(200).text();
    let days = "Les Jardins partagés — 1\u{a0}September\u{a0}2025 to 31\u{a0}August\u{a0}2026";
    for said in ["Contributions in kind", days, "Given by partner", "As known at 2026-03-14T09:00:00.000Z."] {
        assert!(page.contains(said), "{said:?} is not in {page}");
    }
}

#[tokio::test]
async fn what_is_no_year_names_nothing() {
    let (world, path, village) = an_hour("entraide").await;
    let by = &village.association.manager;
    let path = path.trim_end_matches("2026");
    for year in
        ["26", "02026", "+2026", "2026.pdf", "2026.csv.csv", "2026.json.json", "2026.", "mmxxvi", "periods", "Period"]
    {
        world.get(format!("{path}{year}")).by(by).await.refused(404, "not-found");
    }
    for year in ["2000", "2100", "2000.csv"] {
        world.get(format!("{path}{year}")).by(by).await.is(200);
    }
}
