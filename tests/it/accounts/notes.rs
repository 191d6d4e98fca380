//! The notes: how things were counted and valued, and the loans that lender and borrower both state.

use std::collections::BTreeSet;

use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};

use super::Books;
use crate::world::{Party, World};

fn said(notes: &Value, language: &str) -> String {
    let paragraphs = notes["paragraphs"].as_array().unwrap().iter();
    let text: Vec<&str> = paragraphs.map(|paragraph| paragraph[language].as_str().unwrap()).collect();
    text.join("\n").replace(['\u{a0}', '\u{202f}'], " ")
}

#[tokio::test]
async fn the_notes_say_how_things_were_counted_and_by_whom_the_grid_was_approved() {
    let books = Books::new().await;
    let notes = books.valued(2026, "notes").await;
    let (french, english) = (said(&notes, "fr"), said(&notes, "en"));
    for text in [
        "Pour l’année 2026 : 4 contributions reçues ; part confirmée par toutes les parties : 25 %.",
        "Ce qui est contesté n’est compté nulle part : 1 contribution.",
        "Quantité inconnue, dénombrée à part : 1 contribution.",
        "approuvée par : Assemblée générale, le 7 mars 2026 (référence : PV du 7 mars 2026, résolution 4)",
        "méthode : SMIC horaire brut du jour de l’acte",
        "Sans valeur : 1 contribution.",
    ] {
        assert!(french.contains(text), "{text} is not in {french}");
    }
    assert!(english.contains("In 2026: 4 contributions received; confirmed by every party: 25%."), "{english}");
    let of = |kind: &str| {
        let received = notes["received"].as_array().unwrap();
        received.iter().find(|of| of["kind"] == kind).unwrap().clone()
    };
    let hours = of("volunteer_hours");
    assert_eq!((&hours["confirmed"]["minutes"], &hours["declared"]["minutes"]), (&json!(90), &json!(180)));
    assert_eq!((&hours["contested"], &hours["declared"]["cents"]), (&json!(1), &json!(3606)));
    let equipment = of("equipment");
    assert_eq!((&equipment["declared"]["item_days"], &equipment["not_valued"]), (&json!(2), &json!(1)));
    let rates = notes["rates"].as_array().unwrap();
    let found = rates.iter().map(|rate| rate["rate"]["en"].as_str().unwrap()).collect::<BTreeSet<_>>();
    assert_eq!(found, BTreeSet::from(["€12.02 an hour (SMIC)", "€45.00 an item-day", "€30.00 an hour"]));
    assert_eq!(rates[1]["source"], "Tarif du loueur voisin");
}

#[tokio::test]
async fn without_a_grid_the_notes_describe_quantities_and_no_euros() {
    let books = Books::new().await;
    let notes = books.read(2026, "notes", "").await;
    assert!(said(&notes, "fr").contains("Aucune : les quantités ci-dessous décrivent"), "{notes}");
    assert_eq!((&notes["grid"], &notes["rates"]), (&Value::Null, &json!([])));
    let page = books.world.get(books.paper(2026, "notes.html", "")).by(&books.village.association.manager).await;
    let page = page.is(200).text();
    assert!(page.contains("Annexe") && page.contains("class=\"report wide\""), "{page}");
}

#[tokio::test]
async fn a_loan_is_stated_with_what_lets_it_be_valued() {
    let books = Books::new().await;
    let (jardins, cuma) = (&books.village.association, &books.village.cuma);
    let path = format!("/v1/structures/{}/loans-given-and-received/2026?grid={}", jardins.id, books.grid);
    let list = books.world.get(path).by(&jardins.manager).await.ok();
    let loans = list["loans"].as_array().unwrap();
    let first = loans.iter().find(|loan| loan["from"] == "2025-12-30").unwrap();
    assert_eq!((&first["days"], &first["days_in_year"], &first["cents"]), (&json!(4), &json!(2), &json!(9000)));
    assert_eq!(first["rate"]["fr"].as_str().unwrap().replace('\u{a0}', " "), "45,00 € le jour-matériel");
    assert_eq!(first["counted_item_days"], 2, "of the four, two are of the year");
    let unknown = loans.iter().find(|loan| loan["from"] == "2026-02-10").unwrap();
    assert_eq!((&unknown["days"], &unknown["cents"]), (&Value::Null, &Value::Null));
    let given = format!("/v1/structures/{}/loans-given-and-received/2026", cuma.id);
    let given = books.world.get(given).by(&cuma.manager).await.ok();
    assert_eq!(common(&given), common(&list), "both parties state the same");
}

/// What both parties state of each loan of a year, whoever they are.
fn common(list: &Value) -> BTreeSet<String> {
    let loans = list["loans"].as_array().unwrap().iter();
    let stated = |loan: &Value| {
        [
            "loan_id",
            "category",
            "nature",
            "from",
            "returned",
            "days",
            "days_in_year",
            "pieces",
            "item_days",
            "counted_item_days",
            "value_cents",
        ]
        .map(|field| loan[field].to_string())
        .join(" ")
    };
    loans.map(stated).collect()
}

/// Loans among three structures: who lends, to the next or the one after, from which day, for how long (0: nobody knows),
/// how many pieces.
type Loans = Vec<(usize, usize, i64, i64, i64)>;

async fn lent(loans: &Loans) {
    let world = World::new().await;
    let village = world.village().await;
    let parties = [&village.commune, &village.association, &village.cuma];
    let start = navette::clock::Day::parse("2025-01-01").unwrap();
    for (lender, step, after, days, pieces) in loans {
        let (lender, borrower) = (parties[*lender], parties[(lender + step) % 3]);
        let from = navette::calendar::rules::shifted(start, *after);
        let until = (*days > 0).then(|| navette::calendar::rules::shifted(from, *days).to_string());
        let wish = json!({ "lender_id": lender.id, "borrower_id": borrower.id, "category": "barnum",
                           "quantity": pieces, "from": from.to_string(), "until": until,
                           "recorded_afterwards": true });
        world.post("/v1/loans", &wish).by(&lender.manager).await.created();
    }
    for year in [2025, 2026] {
        let list = async |party: &Party| {
            let path = format!("/v1/structures/{}/loans-given-and-received/{year}", party.id);
            world.get(path).by(&party.manager).await.ok()
        };
        let mut all = BTreeSet::new();
        let (mut given, mut received) = (BTreeSet::new(), BTreeSet::new());
        for party in parties {
            let told = list(party).await;
            all.extend(common(&told));
            for (side, set) in [("given", &mut given), ("received", &mut received)] {
                let mut own = told.clone();
                own["loans"].as_array_mut().unwrap().retain(|loan| loan["side"] == side);
                set.extend(common(&own));
            }
        }
        assert_eq!(given, received, "{year}: what lenders state is what borrowers state");
        assert_eq!(all, given);
    }
}

#[test]
fn lenders_and_borrowers_of_any_world_state_the_same_loans() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let mut runner = TestRunner::new_with_rng(Config { cases: 6, ..Config::default() }, rng);
    let loan = (0_usize..3, 1_usize..3, 0_i64..420, 0_i64..40, 1_i64..9);
    let worlds = proptest::collection::vec(loan, 1..10);
    runner
        .run(&worlds, |loans| {
            runtime.block_on(lent(&loans));
            Ok(())
        })
        .unwrap();
}
