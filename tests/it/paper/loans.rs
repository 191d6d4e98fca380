//! The agreement on a loan, and the sheet that goes with it.

use serde_json::json;

use super::{Shed, shows};
use crate::contract::NOTHING;
use crate::world::Party;

fn agreement(loan: &str) -> String {
    format!("/v1/loans/{loan}/agreement")
}

#[tokio::test]
async fn an_agreement_says_who_lends_what_to_whom_for_what_and_how_long() {
    let shed = Shed::new().await;
    let contact = json!({ "siret": "73282932000074", "contact": { "phone": "04 75 00 00 00" } });
    let cuma = format!("/v1/structures/{}", shed.village.cuma.id);
    shed.world.patch(cuma, &contact).by(&shed.village.cuma.manager).on_version(1).await.ok();
    let more = json!({ "note": "Fête du pain", "cooperation_id": shed.village.cooperation });
    let loan = shed.promised(&shed.marquee, &more).await;
    let code = shed.code(&shed.marquee).await;
    let page = shed.page(&agreement(&loan)).await;
    let expected = [
        "Convention de prêt à usage",
        "CUMA du Vallon",
        "732 829 320 00074",
        "04 75 00 00 00",
        "Les Jardins partagés",
        "Vallée partagée",
        "Barnum 6 × 12",
        "CF-07",
        &code,
        "Lests, Clé de 13",
        "Toile reprisée",
        "1 850,00 €",
        "Fête du pain",
        "20 mars 2026",
        "22 mars 2026",
        "2 jours",
        "Assureur",
        "accordé",
        "Pour le prêteur",
        "Pour l’emprunteur",
        &loan,
    ];
    shows(&page, &expected);
}

#[tokio::test]
async fn a_declared_value_is_never_an_estimation_whether_there_is_one_or_not() {
    let shed = Shed::new().await;
    let clause = "Les parties n’ont pas estimé la chose en la prêtant, au sens de l’article 1883 du code civil";
    for (equipment, said) in [
        (&shed.marquee, "déclarée pour la comptabilité et les assureurs seulement"),
        (&shed.chairs, "Aucune valeur n’est déclarée."),
    ] {
        let loan = shed.promised(equipment, &json!({})).await;
        let page = shed.page(&agreement(&loan)).await;
        shows(&page, &[clause, said, "Article 1881 du code civil"]);
        let english = shed.world.get(agreement(&loan)).by(&shed.village.cuma.manager).header("accept-language", "en");
        shows(&english.await.is(200).text(), &["have not estimated the thing", "article 1883 of the civil code"]);
    }
}

#[tokio::test]
async fn a_page_is_french_unless_english_is_preferred() {
    let shed = Shed::new().await;
    let loan = shed.promised(&shed.marquee, &json!({})).await;
    let get = |path: &str| shed.world.get(format!("/v1/loans/{loan}/{path}")).by(&shed.village.cuma.manager);
    shows(&get("agreement").await.is(200).text(), &["<html lang=\"fr\">"]);
    let english = get("agreement").header("accept-language", "en-GB, fr;q=0.5").await.is(200).text();
    shows(&english, &["<html lang=\"en\">", "Loan agreement", "20 March 2026", "€1,850.00", "promised"]);
    let sheet = get("sheet").header("accept-language", "en").await.is(200).text();
    shows(&sheet, &["<html lang=\"en\">", "Hand-over and return sheet", "Part or accessory"]);
}

#[tokio::test]
async fn papers_are_for_those_who_may_read_the_loan() {
    let shed = Shed::new().await;
    let (world, village) = (&shed.world, &shed.village);
    let loan = shed.promised(&shed.marquee, &json!({})).await;
    let wish = json!({ "lender_id": village.cuma.id, "borrower_id": village.association.id, "from": "2026-04-01",
                       "until": "2026-04-03", "items": [{ "equipment_id": shed.marquee }] });
    let request = world.post("/v1/loan-requests", &wish).by(&village.association.manager).await.created_id();
    let reader = world.colleague(&village.association, "reader", "lise").await;
    for of in [format!("/v1/loans/{loan}"), format!("/v1/loan-requests/{request}")] {
        for paper in ["agreement", "sheet"] {
            let path = format!("{of}/{paper}");
            for caller in [&village.cuma.manager, &village.association.manager, &reader] {
                world.get(&path).by(caller).await.is(200);
            }
            world.get(&path).by(&village.commune.manager).await.refused(404, "not-found");
            world.get(&path).await.refused(401, "unauthorized");
        }
    }
    for path in [format!("/v1/loans/{NOTHING}/sheet"), format!("/v1/loan-requests/{NOTHING}/agreement")] {
        world.get(path).by(&village.cuma.manager).await.refused(404, "not-found");
    }
}

#[tokio::test]
async fn a_contact_is_on_paper_only_for_whoever_may_see_it() {
    let shed = Shed::new().await;
    let (world, village) = (&shed.world, &shed.village);
    let far: Party = world.party(&village.owner, "Commune d'Ailleurs", "commune", "ailleurs").await;
    let contact = json!({ "contact": { "email": "secret@cuma.example" } });
    let path = format!("/v1/structures/{}", village.cuma.id);
    world.patch(path, &contact).by(&village.cuma.manager).on_version(1).await.ok();
    let open = world.patch(format!("/v1/equipment/{}", shed.marquee), &json!({ "lends_to": "everyone" }));
    open.by(&village.cuma.manager).on_version(1).await.ok();
    let wish = crate::deeds::loan_of(&shed.marquee, &far, "2026-05-01", "2026-05-03");
    let loan = world.requested(&wish, &far).await;
    shows(&world.get(agreement(&loan)).by(&village.cuma.manager).await.is(200).text(), &["secret@cuma.example"]);
    let told = world.get(agreement(&loan)).by(&far.manager).await.is(200).text();
    assert!(!told.contains("secret@cuma.example"), "{told}");
}

#[tokio::test]
async fn whatever_people_wrote_is_shown_as_text() {
    let shed = Shed::new().await;
    let hostile = "<script>alert('x')</script> & \"fils\"";
    let wish = json!({ "structure_id": shed.village.cuma.id, "name": hostile, "category": hostile, "identifier": hostile,
                       "place": hostile, "note": hostile, "condition": hostile, "accessories": [hostile] });
    let thing = shed.world.post("/v1/equipment", &wish).by(&shed.village.cuma.manager).await.created_id();
    let loan = shed.promised(&thing, &json!({ "note": hostile })).await;
    let structure = format!("/v1/structures/{}", shed.village.cuma.id);
    for path in [
        agreement(&loan),
        format!("/v1/loans/{loan}/sheet"),
        format!("{structure}/labels"),
        format!("{structure}/insured"),
    ] {
        let page = shed.page(&path).await;
        assert!(!page.contains("<script"), "{page}");
        shows(&page, &["&lt;script&gt;alert('x')&lt;/script&gt; &amp; &quot;fils&quot;"]);
    }
}

#[tokio::test]
async fn one_agreement_holds_all_that_was_asked_for_but_what_was_refused() {
    let shed = Shed::new().await;
    let (world, village) = (&shed.world, &shed.village);
    let wish = json!({ "lender_id": village.cuma.id, "borrower_id": village.association.id, "from": "2026-04-01",
                       "until": "2026-04-03", "note": "Loto",
                       "items": [{ "equipment_id": shed.marquee }, { "equipment_id": shed.chairs, "quantity": 30 }] });
    let request = world.post("/v1/loan-requests", &wish).by(&village.association.manager).await.created();
    let path = format!("/v1/loan-requests/{}/agreement", request["id"].as_str().unwrap());
    let page = shed.page(&path).await;
    shows(&page, &["Barnum 6 × 12", "Chaises pliantes", "30 pièces", "demandé, pas encore accordé"]);
    assert_eq!(page.matches("Loto").count(), 1, "{page}");
    let [first, second] = [0, 1].map(|position| request["loans"][position]["id"].as_str().unwrap());
    let later = json!({ "event": "change", "until": "2026-04-04" });
    world.happens(second, &later).by(&village.association.manager).await.ok();
    shows(&shed.page(&path).await, &["du 1er avril 2026 au 3 avril 2026", "du 1er avril 2026 au 4 avril 2026"]);
    let no = json!({ "event": "decline", "reason": "En panne." });
    world.happens(first, &no).by(&village.cuma.manager).await.ok();
    let page = shed.page(&path).await;
    assert!(!page.contains("Barnum"), "{page}");
    world.happens(second, &no).by(&village.cuma.manager).await.ok();
    shows(&shed.page(&path).await, &["Barnum 6 × 12", "refusé", "Ce document n’engage personne."]);
}

#[tokio::test]
async fn a_sheet_lists_what_is_ticked_and_fills_in_what_is_known() {
    let shed = Shed::new().await;
    let loan = shed.promised(&shed.kit, &json!({})).await;
    let sheet = format!("/v1/loans/{loan}/sheet");
    let page = shed.page(&sheet).await;
    let code = shed.code(&shed.chairs).await;
    shows(&page, &["Fête complète", "12 × Chaises pliantes", &code, "Lests", "Clé de 13", "Présent pour le prêteur"]);
    assert_eq!(page.matches("class=\"tick\"").count(), 8, "two parts and two accessories, out and in: {page}");
    let chairs = shed.promised(&shed.chairs, &json!({ "quantity": 20 })).await;
    shed.world.advance(7);
    for what in [
        json!({ "event": "hand_over", "quantity": 20, "on": "2026-03-20", "condition": "Deux dossiers fendus" }),
        json!({ "event": "return", "quantity": 15, "on": "2026-03-21", "condition": "Propres" }),
    ] {
        shed.world.happens(&chairs, &what).by(&shed.village.cuma.manager).await.ok();
    }
    let page = shed.page(&format!("/v1/loans/{chairs}/sheet")).await;
    shows(&page, &["20 mars 2026", "Deux dossiers fendus", "21 mars 2026", "Propres", "remis à l’emprunteur"]);
    assert_eq!(page.matches("class=\"open\"").count(), 1, "five chairs are to come back: {page}");
    let lost = json!({ "event": "lose", "reason": "Brûlées", "on": "2026-03-21" });
    shed.world.happens(&chairs, &lost).by(&shed.village.cuma.manager).await.ok();
    let page = shed.page(&format!("/v1/loans/{chairs}/sheet")).await;
    shows(&page, &["Perte"]);
    assert_eq!(page.matches("class=\"open\"").count(), 0, "nothing is to move: {page}");
}
