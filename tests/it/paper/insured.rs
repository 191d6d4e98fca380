//! The insurer's list: what there is, what it is worth, where it is, and when it is lent.

use serde_json::json;

use super::{Shed, shows};
use crate::deeds::{lent, loan_of, with};
use crate::world::{Party, TODAY};

#[tokio::test]
async fn the_list_says_what_there_is_and_when_it_is_with_whom() {
    let shed = Shed::new().await;
    shed.promised(&shed.marquee, &json!({})).await;
    let page = shed.page(&format!("/v1/structures/{}/insured", shed.village.cuma.id)).await;
    let period = "20/03/2026 – 22/03/2026 (Les Jardins partagés)";
    shows(&page, &["Liste pour l’assureur", "Barnum 6 × 12", "CF-07", "Hangar du bas", "1 850,00 €", period]);
    shows(&page, &["Valeurs déclarées en tout : <strong>1 850,00 €</strong>", "sans valeur déclarée : 1."]);
}

#[tokio::test]
async fn the_table_is_plain_or_as_a_spreadsheet_opens_it_in_france() {
    let shed = Shed::new().await;
    shed.promised(&shed.marquee, &json!({})).await;
    let (cuma, by) = (&shed.village.cuma.id, &shed.village.cuma.manager);
    let path = format!("/v1/structures/{cuma}/insured.csv");
    let [marquee, chairs, kit] =
        [shed.code(&shed.marquee).await, shed.code(&shed.chairs).await, shed.code(&shed.kit).await];
    let plain = shed.world.get(&path).by(by).await;
    assert_eq!(plain.is(200).header("content-type"), Some("text/csv; charset=utf-8"));
    let period = "2026-03-20 – 2026-03-22 (Les Jardins partagés)";
    let expected = [
        "item,code,category,nature,identifier,place,pieces,value_eur,loans,lent".to_owned(),
        format!("Barnum 6 × 12,{marquee},Barnum,equipment,CF-07,Hangar du bas,1,1850.00,1,{period}"),
        format!("Fête complète,{kit},Ensemble,equipment,,,1,,0,"),
        format!("Chaises pliantes,{chairs},Mobilier,equipment,,,40,,0,"),
    ];
    assert_eq!(plain.text(), expected.map(|line| line + "\r\n").concat());
    let accepted = format!("/v1/structures/{cuma}/insured");
    let french = shed.world.get(accepted).by(by).in_french().header("accept", "text/csv").await.is(200).text();
    assert!(
        french.starts_with("\u{feff}désignation;code;catégorie;nature;repère;lieu;pièces;valeur (€);prêts;prêté\r\n")
    );
    assert!(french.contains(";matériel;CF-07;Hangar du bas;1;1850,00;1;"), "{french}");
    assert_eq!(french, shed.world.get(&path).by(by).in_french().await.text());
}

#[tokio::test]
async fn a_loan_shows_in_each_year_in_which_the_thing_was_away() {
    let shed = Shed::new().await;
    let (cuma, jardins) = (&shed.village.cuma, &shed.village.association);
    let wish = loan_of(&shed.marquee, jardins, TODAY, "2026-12-28");
    let late = shed.world.out(&wish, cuma, jardins, TODAY).await;
    shed.world.advance(295);
    let path = format!("/v1/structures/{}/insured", cuma.id);
    shows(&shed.page(&path).await, &["Prêté 2027", "14/03/2026 – 28/12/2026 (Les Jardins partagés, toujours dehors)"]);
    shed.world.happens(&late, &json!({ "event": "return", "on": "2027-01-03" })).by(&cuma.manager).await.ok();
    for (year, is_in) in [("2025", false), ("2026", true), ("2027", true), ("2028", false)] {
        let page = shed.page(&format!("{path}?year={year}")).await;
        assert_eq!(page.contains("14/03/2026 – 03/01/2027 (Les Jardins partagés)"), is_in, "{year}: {page}");
    }
    for year in ["1999", "2101", "26", "02026", "mmxxvi"] {
        shed.world.get(format!("{path}?year={year}")).by(&cuma.manager).await.unreadable("year", "out-of-range");
    }
}

#[tokio::test]
async fn what_no_catalogue_knows_or_is_no_longer_in_use_is_listed_where_it_was_lent() {
    let shed = Shed::new().await;
    let (cuma, jardins) = (&shed.village.cuma, &shed.village.association);
    let unlisted = with(&lent(cuma, jardins, "2026-02-01", None), &json!({ "category": "Remorque" }));
    shed.world.post("/v1/loans", &unlisted).by(&cuma.manager).await.created();
    let over = loan_of(&shed.marquee, jardins, "2026-02-10", "2026-02-12");
    let over = with(&over, &json!({ "recorded_afterwards": true }));
    shed.world.post("/v1/loans", &over).by(&cuma.manager).await.created();
    for thing in [&shed.kit, &shed.marquee, &shed.chairs] {
        let archived = shed.world.patch(format!("/v1/equipment/{thing}"), &json!({ "archived": true }));
        archived.by(&cuma.manager).on_version(1).await.ok();
    }
    let page = shed.page(&format!("/v1/structures/{}/insured", cuma.id)).await;
    shows(
        &page,
        &["Remorque", "hors catalogue", "01/02/2026, retour inconnu", "Barnum 6 × 12", "n’est plus en service"],
    );
    assert!(!page.contains("Chaises pliantes"), "{page}");
    let other = shed.page(&format!("/v1/structures/{}/insured?year=2025", cuma.id)).await;
    assert!(!other.contains("Barnum"), "{other}");
}

#[tokio::test]
async fn lender_and_borrower_read_the_same_loans_for_their_notes() {
    let shed = Shed::new().await;
    let (cuma, jardins) = (&shed.village.cuma, &shed.village.association);
    let over = with(&loan_of(&shed.chairs, jardins, "2025-12-30", "2026-01-03"), &json!({ "quantity": 10 }));
    let over = with(&over, &json!({ "recorded_afterwards": true }));
    let first = shed.world.post("/v1/loans", &over).by(&cuma.manager).await.created_id();
    let out = shed.world.out(&loan_of(&shed.marquee, jardins, TODAY, "2026-03-20"), cuma, jardins, TODAY).await;
    shed.promised(&shed.marquee, &json!({})).await;
    let list = async |of: &Party, year: &str| {
        let path = format!("/v1/structures/{}/loans-given-and-received/{year}.csv", of.id);
        shed.world.get(path).by(&of.manager).await.is(200).text()
    };
    let lines = |side: &str, partner: &str| {
        [
            "side,partner,item,category,nature,from,returned,days,days_in_year,pieces,item_days,counted_in_year,value_eur,rate,\
             valued_at_eur,state,loan"
                .to_owned(),
            format!(
                "{side},{partner},Chaises pliantes,Mobilier,equipment,2025-12-30,2026-01-03,4,2,10,40,20,,,,returned,{first}"
            ),
            format!("{side},{partner},Barnum 6 × 12,Barnum,equipment,2026-03-14,,,,1,,,1850.00,,,handed over,{out}"),
        ]
        .map(|line| line + "\r\n")
        .concat()
    };
    assert_eq!(list(cuma, "2026").await, lines("given", "Les Jardins partagés"));
    assert_eq!(list(jardins, "2026").await, lines("received", "CUMA du Vallon"));
    assert_eq!(list(cuma, "2025").await.matches("\r\n").count(), 2, "only the chairs were out before");
    assert_eq!(list(cuma, "2027").await.matches("\r\n").count(), 2, "the marquee is still out");
    let path = format!("/v1/structures/{}/loans-given-and-received", cuma.id);
    let french = shed.world.get(format!("{path}/2026.csv")).by(&cuma.manager).in_french().await.is(200).text();
    assert!(french.starts_with("\u{feff}sens;partenaire;désignation;"), "{french}");
    assert!(
        french.contains(
            "donné;Les Jardins partagés;Chaises pliantes;Mobilier;matériel;30/12/2025;03/01/2026;4;2;10;40;20;;;;rendu;"
        ),
        "{french}"
    );
    for (year, caller) in [("1999", cuma), ("2026.pdf", cuma), ("mmxxvi", cuma), ("2026", &shed.village.commune)] {
        shed.world.get(format!("{path}/{year}")).by(&caller.manager).await.refused(404, "not-found");
    }
}
