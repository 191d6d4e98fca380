//! Labels: one for each thing in use, with its code twice.

use serde_json::json;

use super::{Shed, shows};

#[tokio::test]
async fn a_label_holds_name_owner_and_code_and_the_code_for_a_camera() {
    let shed = Shed::new().await;
    let path = format!("/v1/structures/{}/labels", shed.village.cuma.id);
    let page = shed.page(&path).await;
    let code = shed.code(&shed.marquee).await;
    let scanned = format!("aria-label=\"NAVETTE:{code}\"");
    shows(&page, &["Barnum 6 × 12", "CUMA du Vallon", "CF-07", &code, &scanned, "40 pièces"]);
    assert_eq!(page.matches("<svg").count(), 3, "{page}");
    let archived = shed.world.patch(format!("/v1/equipment/{}", shed.kit), &json!({ "archived": true }));
    archived.by(&shed.village.cuma.manager).on_version(1).await.ok();
    assert_eq!(shed.page(&path).await.matches("<svg").count(), 2, "what is no longer in use needs no label");
}

#[tokio::test]
async fn labels_are_printed_by_category_place_or_code() {
    let shed = Shed::new().await;
    let path = format!("/v1/structures/{}/labels", shed.village.cuma.id);
    let code = shed.code(&shed.chairs).await.to_lowercase().replace('-', "");
    for (query, names) in [
        ("category=Barnum".to_owned(), vec!["Barnum 6 × 12"]),
        ("place=hangar".to_owned(), vec!["Barnum 6 × 12"]),
        (format!("code={code}"), vec!["Chaises pliantes"]),
        ("category=Rien".to_owned(), vec!["Aucun matériel."]),
    ] {
        let page = shed.page(&format!("{path}?{query}")).await;
        shows(&page, &names);
        assert!(page.matches("<svg").count() <= 1, "{query}: {page}");
    }
    let by = &shed.village.cuma.manager;
    shed.world.get(format!("{path}?code=nope")).by(by).await.unreadable("code", "not-a-code");
    shed.world.get(format!("{path}?colour=red")).by(by).await.unreadable("colour", "unknown-field");
}

#[tokio::test]
async fn more_than_one_sheet_is_cut_into_sheets_of_twenty_four() {
    let shed = Shed::new().await;
    for number in 0..25 {
        shed.world.equipment(&shed.village.association, &format!("Râteau {number}"), "jardin").await;
    }
    let path = format!("/v1/structures/{}/labels", shed.village.association.id);
    let page = shed.world.get(path).by(&shed.village.association.manager).await.is(200).text();
    assert_eq!((page.matches("<svg").count(), page.matches("class=\"labels\"").count()), (25, 2));
}

#[tokio::test]
async fn labels_and_the_insurers_list_are_for_the_structure_alone() {
    let shed = Shed::new().await;
    let reader = shed.world.colleague(&shed.village.cuma, "reader", "lise").await;
    for paper in ["labels", "insured", "insured.csv"] {
        let path = format!("/v1/structures/{}/{paper}", shed.village.cuma.id);
        shed.world.get(&path).by(&reader).await.is(200);
        for stranger in [&shed.village.commune.manager, &shed.village.association.manager, &shed.village.owner] {
            shed.world.get(&path).by(stranger).await.refused(404, "not-found");
        }
        shed.world.get(&path).await.refused(401, "unauthorized");
    }
}
