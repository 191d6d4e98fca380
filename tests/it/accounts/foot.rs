//! The foot of the income statement: two columns of one total, in the chart of the year, to the cent.

use serde_json::{Value, json};

use super::{Books, rates};

/// The cents of each line of a column, by account, this year and the year before.
fn column(foot: &Value, side: &str) -> Vec<(String, i64, Option<i64>)> {
    let rows = foot[side].as_array().unwrap().iter();
    let row = |row: &Value| {
        let number = row["number"].as_str().unwrap().to_owned();
        (number, row["cents"].as_i64().unwrap(), row["previous_cents"].as_i64())
    };
    rows.map(row).collect()
}

fn line(number: &str, cents: i64, previous: i64) -> (String, i64, Option<i64>) {
    (number.to_owned(), cents, Some(previous))
}

#[tokio::test]
async fn both_columns_have_one_total_this_year_and_the_year_before() {
    let books = Books::new().await;
    let foot = books.valued(2026, "cvn").await;
    // 90 and 180 minutes at 12.02 are 18.03 and 36.06; of the four days of the marquee two are in each year.
    let expected = [line("870", 0, 0), line("871", 12_000, 9000), line("875", 5409, 0)];
    assert_eq!(column(&foot, "contributed"), expected);
    let expected = [line("860", 0, 0), line("861", 9000, 9000), line("862", 3000, 0), line("864", 5409, 0)];
    assert_eq!(column(&foot, "used"), expected);
    assert_eq!((&foot["total_cents"], &foot["previous_total_cents"]), (&json!(17_409), &json!(9000)));
    assert_eq!((&foot["not_valued"], &foot["chart"]), (&json!(1), &json!("pca2025")));
    let confirmed = books.read(2026, "cvn", &format!("grid={}&confirmed_only=true", books.grid)).await;
    assert_eq!(confirmed["total_cents"], 1803, "the commune's first hours alone are confirmed");
}

#[tokio::test]
async fn charts_of_1999_have_volunteers_and_gifts_the_other_way_round() {
    let books = Books::new().await;
    for (chart, volunteers, gifts) in
        [("pca1999", "870", "875"), ("cerfa", "870", "875"), ("pca2018", "875", "870"), ("pca2025", "875", "870")]
    {
        let foot = books.read(2026, "cvn", &format!("grid={}&chart={chart}", books.grid)).await;
        let column = column(&foot, "contributed");
        assert_eq!(column[2], line(volunteers, 5409, 0), "{chart}");
        assert_eq!(column[0], line(gifts, 0, 0), "{chart}");
    }
    for (year, chart) in [(2019, "pca1999"), (2024, "pca2018"), (2025, "pca2025")] {
        assert_eq!(books.valued(year, "cvn").await["chart"], chart);
    }
    let unknown = books.paper(2026, "cvn", &format!("grid={}&chart=pcg1982", books.grid));
    let refused =
        books.world.get(unknown).by(&books.village.association.manager).await.unreadable("chart", "not-one-of");
    assert!(refused.to_string().contains("pca2018"), "{refused}");
}

#[tokio::test]
async fn the_year_before_may_have_a_grid_of_its_own() {
    let books = Books::new().await;
    let jardins = &books.village.association;
    let young = books.world.approved(jardins, &rates("2026-01-01")).await;
    let foot = books.read(2026, "cvn", &format!("grid={young}")).await;
    assert_eq!((&foot["total_cents"], &foot["previous_total_cents"]), (&json!(17_409), &Value::Null));
    assert_eq!(foot["previous_missing"], json!({ "kind": "equipment", "day": "2025-12-30" }));
    let foot = books.read(2026, "cvn", &format!("grid={young}&previous_grid={}", books.grid)).await;
    assert_eq!((&foot["previous_total_cents"], &foot["previous_grid"]["id"]), (&json!(9000), &json!(books.grid)));
    let own = books.paper(2025, "cvn", &format!("grid={young}"));
    books.world.get(own).by(&jardins.manager).await.refused(409, "missing-rate");
    let named = books.paper(2026, "cvn", &format!("grid={}&previous_grid={young}", books.grid));
    books.world.get(named).by(&jardins.manager).await.refused(409, "missing-rate");
}

#[tokio::test]
async fn a_figure_in_euros_needs_an_approved_grid_in_euros_of_its_own() {
    let books = Books::new().await;
    let (jardins, cuma) = (&books.village.association, &books.village.cuma);
    let draft = books.world.drafted(jardins, &rates("2019-01-01")).await;
    let others = books.world.approved(cuma, &rates("2019-01-01")).await;
    let points = json!({ "unit": "points", "method": "points", "rates": [
        { "kind": "equipment", "from": "2019-01-01", "per": "item_day", "amount": 100 }] });
    let points = books.world.approved(jardins, &points).await;
    for paper in ["cvn", "budget", "notes", "timesheet"] {
        let ask = |grid: &str| books.world.get(books.paper(2026, paper, &format!("grid={grid}"))).by(&jardins.manager);
        ask(&draft).await.refused(409, "grid-not-approved");
        ask(&others).await.unreadable("grid", "unknown-reference");
        ask(&points).await.unreadable("grid", "not-in-euros");
    }
    for paper in ["cvn", "budget"] {
        books.world.get(books.paper(2026, paper, "")).by(&jardins.manager).await.unreadable("grid", "missing-field");
    }
    let none = json!({ "valuation": "none" });
    books.world.patch(format!("/v1/structures/{}", jardins.id), &none).by(&jardins.manager).on_version(1).await.ok();
    let declined = books.paper(2026, "cvn", &format!("grid={}", books.grid));
    books.world.get(declined).by(&jardins.manager).await.refused(409, "no-valuation");
}

#[tokio::test]
async fn a_french_spreadsheet_gets_the_two_columns_side_by_side() {
    let books = Books::new().await;
    let expected = "\u{feff}compte;87 Contributions volontaires;2026 (€);2025 (€);\
                    compte;86 Emplois des contributions;2026 (€);2025 (€)\r\n\
                    870;Dons en nature;0,00;0,00;860;Secours en nature;0,00;0,00\r\n\
                    871;Prestations en nature;120,00;90,00;861;Mises à disposition gratuite de biens;90,00;90,00\r\n\
                    875;Bénévolat;54,09;0,00;862;Prestations en nature;30,00;0,00\r\n\
                    ;;;;864;Personnel bénévole;54,09;0,00\r\n\
                    ;TOTAL;174,09;90,00;;TOTAL;174,09;90,00\r\n";
    assert_eq!(books.printed(2026, "cvn.csv").await, expected);
    let page = books.printed(2026, "cvn.html").await.replace('\u{a0}', " ");
    for text in ["Mises à disposition gratuite de biens", "174,09", "Assemblée générale", "Sans valeur en 2026"] {
        assert!(page.contains(text), "{text} is not in {page}");
    }
    let trail = books.world.trail().await;
    assert_eq!(trail.iter().filter(|event| *event == "exported").count(), 2, "{trail:?}");
}

#[tokio::test]
async fn what_names_no_paper_is_not_found() {
    let books = Books::new().await;
    let (jardins, cuma) = (&books.village.association.manager, &books.village.cuma.manager);
    let grid = format!("grid={}", books.grid);
    for (year, paper) in [(1999, "cvn"), (2026, "bilan"), (2026, "cvn.pdf"), (2101, "notes")] {
        books.world.get(books.paper(year, paper, &grid)).by(jardins).await.refused(404, "not-found");
    }
    for paper in ["cvn", "notes", "budget", "timesheet"] {
        books.world.get(books.paper(2026, paper, &grid)).by(cuma).await.refused(404, "not-found");
    }
    let misspelt = books.paper(2026, "budget", &format!("{grid}&charts=cerfa"));
    books.world.get(misspelt).by(jardins).await.unreadable("charts", "unknown-field");
}
