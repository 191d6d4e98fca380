//! Attestations: who makes and revokes them, what stands on them, what is kept of them.

use navette::http::door::Settings;
use navette::http::rates::Generosity;
use serde_json::{Value, json};

use super::{Gardener, year};
use crate::world::World;

/// A text as the contents of a world show it.
fn bytes(text: &str) -> String {
    format!("{:?}", text.as_bytes()).trim_matches(['[', ']']).to_owned()
}

#[tokio::test]
async fn an_attestation_states_hours_and_skills_without_what_is_contested_and_is_told_its_code_once() {
    let gardener = Gardener::new().await;
    let path = format!("/v1/people/{}/attestations", gardener.id);
    let send = || gardener.world.post(&path, &year()).by(&gardener.village.association.manager).key("once");
    let made = send().await.created();
    assert_eq!((&made["name"], &made["structure"]), (&json!("Ginette Faure"), &json!("Les Jardins partagés")));
    assert_eq!((&made["minutes"], &made["contested_minutes"]), (&json!(720), &json!(120)));
    let names = |shares: &Value| {
        shares.as_array().unwrap().iter().map(|share| share["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        (names(&made["activities"]), names(&made["skills"])),
        (vec!["Taille".to_owned()], vec!["Greffe".to_owned()])
    );
    let code = made["code"].as_str().unwrap();
    let address = made["address"].as_str().unwrap();
    assert!(address.starts_with(&format!("/attestations#code={code}&name=Ginette%20Faure&")), "{address}");
    let again = send().await.created();
    assert_eq!((&again["code"], &again["address"], &again["id"]), (&json!(null), &json!(null), &made["id"]));
    let kept = format!("{:?}", gardener.world.contents().await);
    let typed = code.replace('-', "");
    for text in [code, typed.as_str(), address] {
        assert!(!kept.contains(text) && !kept.contains(&bytes(text)), "{text} is kept");
    }
    assert_eq!(gardener.world.trail().await.iter().filter(|event| *event == "attestation_made").count(), 1);
}

#[tokio::test]
async fn the_paper_shows_all_that_is_checked_and_a_square_where_the_address_is_known() {
    for (public_url, squares) in [(None, 0), (Some("https://navette.example.org/".to_owned()), 1)] {
        let settings = Settings { generosity: Generosity::Off, public_url, ..Settings::default() };
        let world = World::behind(settings).await;
        let village = world.village().await;
        let jardins = &village.association;
        let ginette = world.person(jardins, "Ginette <Faure>").await;
        world.gave(jardins, &village.commune, &ginette, "2026-03-01", 95, "Taille").await;
        let ask = world.post(format!("/v1/people/{ginette}/attestations"), &year()).by(&jardins.manager);
        let paper = ask.header("accept", "text/html").await;
        assert_eq!(paper.is(201).header("content-type"), Some("text/html; charset=utf-8"));
        let text = paper.text();
        for told in [
            "Attestation de bénévolat",
            "Ginette &lt;Faure&gt;",
            "Les Jardins partagés",
            "du 1er\u{a0}janvier\u{a0}2026 au 31\u{a0}décembre\u{a0}2026",
            "1\u{a0}h\u{a0}35",
            "Signature",
            "Tête du registre",
            "/attestations",
        ] {
            assert!(text.contains(told), "{told} is missing in {text}");
        }
        assert_eq!(text.matches("<svg").count(), squares, "{text}");
    }
}

#[tokio::test]
async fn attestations_are_made_by_those_who_name_people_there_and_by_the_person() {
    let gardener = Gardener::new().await;
    let (world, jardins) = (&gardener.world, &gardener.village.association);
    let path = format!("/v1/people/{}/attestations", gardener.id);
    let reader = world.colleague(jardins, "reader", "lise").await;
    let contributor = world.colleague(jardins, "contributor", "marc").await;
    world.post(&path, &year()).by(&reader).await.refused(403, "forbidden");
    world.post(&path, &year()).by(&gardener.village.commune.manager).await.refused(404, "not-found");
    world.post(&path, &year()).by(&contributor).await.created();
    let own = world.account("ginette").await;
    world.post(&path, &year()).by(&own).await.refused(404, "not-found");
    let link = json!({ "account_id": own.account.to_string() });
    let person = format!("/v1/people/{}", gardener.id);
    world.patch(person, &link).by(&jardins.manager).on_version(1).await.ok();
    let made = world.post(&path, &year()).by(&own).await.created();
    let by_link = json!({ "token": gardener.token, "from": "2025-01-01", "until": "2026-01-01" });
    let through_link = world.post("/v1/me/attestations", &by_link).await.created();
    assert_eq!(through_link["minutes"], 180);
    assert_eq!(world.get(&path).by(&reader).await.items().len(), 3);
    assert_eq!(world.get(&path).by(&own).await.items().len(), 3);
    let one = format!("/v1/attestations/{}", made["id"].as_str().unwrap());
    world.get(&path).by(&gardener.village.commune.manager).await.refused(404, "not-found");
    for stranger in [&gardener.village.commune.manager, &gardener.village.owner] {
        world.get(&one).by(stranger).await.refused(404, "not-found");
        world.patch(&one, &json!({ "archived": true })).by(stranger).on_version(1).await.refused(404, "not-found");
    }
    let revoke = json!({ "archived": true });
    world.patch(&one, &revoke).by(&reader).on_version(1).await.refused(403, "forbidden");
    let backwards = json!({ "from": "2026-02-01", "until": "2026-02-01" });
    world.post(&path, &backwards).by(&contributor).await.invalid("/until", "end-before-start");
}

#[tokio::test]
async fn a_revoked_attestation_stays_revoked() {
    let gardener = Gardener::new().await;
    let by = &gardener.village.association.manager;
    let made = gardener.attested().await;
    let path = format!("/v1/attestations/{}", made["id"].as_str().unwrap());
    let change = |archived: bool| gardener.world.patch(&path, &json!({ "archived": archived })).by(by);
    assert_eq!(change(true).on_version(1).await.ok()["archived"], true);
    change(false).on_version(2).await.refused(409, "wrong-state");
    let other = gardener.world.patch(&path, &json!({ "until": "2030-01-01" })).by(by).on_version(2).await;
    other.invalid("/until", "unknown-field");
    assert_eq!(gardener.world.trail().await.last().map(String::as_str), Some("attestation_revoked"));
    let raw = gardener.world.app.store.write(|db, _| Ok(db.execute("update attestation set archived = 0", [])?)).await;
    assert!(raw.is_err(), "not even by hand");
}

#[tokio::test]
async fn an_erased_person_is_off_their_attestations_and_the_paper_stays_good() {
    let gardener = Gardener::new().await;
    let (world, jardins) = (&gardener.world, &gardener.village.association);
    let made = gardener.attested().await;
    let record = world.post("/v1/me/record", &json!({ "token": gardener.token })).await.ok();
    assert_eq!(record["attestations"][0]["id"], made["id"], "they are told of it before");
    world.erase(&gardener.id, jardins).await;
    let path = format!("/v1/attestations/{}", made["id"].as_str().unwrap());
    let left = world.get(&path).by(&jardins.manager).await.ok();
    assert_eq!((&left["person_id"], &left["from"], &left["until"]), (&json!(null), &json!(null), &json!(null)));
    let code = json!({ "code": made["code"] });
    assert_eq!(world.post("/v1/attestations/check", &code).await.ok(), json!({ "valid": true }));
    let rows = world.contents().await["attestation"].join(" ");
    assert!(!rows.contains(&bytes("2026-01-01")) && !rows.contains(&bytes("2027-01-01")), "{rows}");
    navette::privacy::purge::rewrite(&world.app).await.unwrap();
    assert_eq!(world.found_in_files(&["Ginette".to_owned()]), [] as [&str; 0]);
    world.patch(&path, &json!({ "archived": true })).by(&jardins.manager).header("if-match", "*").await.ok();
    assert_eq!(world.post("/v1/attestations/check", &code).await.ok(), json!({ "valid": false }));
}

#[tokio::test]
async fn a_kept_answer_about_an_attestation_goes_with_the_person() {
    let gardener = Gardener::new().await;
    let jardins = &gardener.village.association;
    let path = format!("/v1/people/{}/attestations", gardener.id);
    gardener.world.post(&path, &year()).by(&jardins.manager).key("k").await.created();
    gardener.world.erase(&gardener.id, jardins).await;
    let kept = gardener.world.contents().await["idempotency"].join(" ");
    assert!(!kept.contains(&bytes("Ginette")), "{kept}");
}
