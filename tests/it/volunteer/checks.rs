//! Checks: anybody who holds the paper, without an account; true or false, and nothing else.

use serde_json::{Value, json};

use super::Gardener;
use crate::deeds::with;
use crate::world::World;

const CHECK: &str = "/v1/attestations/check";

#[tokio::test]
async fn a_code_is_good_however_it_is_typed_and_nothing_else_is_told() {
    let gardener = Gardener::new().await;
    let made = gardener.attested().await;
    let code = made["code"].as_str().unwrap();
    for typed in [code.to_owned(), code.to_lowercase(), code.replace('-', " "), code.replace('0', "o")] {
        let answer = gardener.world.post(CHECK, &json!({ "code": typed })).await;
        assert_eq!(answer.ok(), json!({ "valid": true }), "{typed}");
        assert_eq!((answer.header("etag"), answer.header("ledger-head")), (None, None));
    }
}

#[tokio::test]
async fn what_is_typed_off_the_paper_is_held_against_what_was_printed() {
    let gardener = Gardener::new().await;
    let made = gardener.attested().await;
    let paper = json!({ "code": made["code"], "name": "ginette  FAURE", "structure": "Les jardins partages",
                        "from": "2026-01-01", "until": "2027-01-01", "minutes": 720 });
    let check = async |wish: &Value| gardener.world.post(CHECK, wish).await.ok();
    assert_eq!(check(&paper).await, json!({ "valid": true, "matches": true }));
    for changed in [
        json!({ "name": "Marcel Faure" }),
        json!({ "structure": "Les Jardins" }),
        json!({ "from": "2025-12-31" }),
        json!({ "until": "2027-01-02" }),
        json!({ "minutes": 7200 }),
    ] {
        assert_eq!(check(&with(&paper, &changed)).await, json!({ "valid": true, "matches": false }), "{changed}");
    }
    let unknown = with(&paper, &json!({ "code": "0000-0000-0000-0000" }));
    assert_eq!(check(&unknown).await, json!({ "valid": false, "matches": false }));
    for field in ["name", "structure", "from", "until", "minutes"] {
        let mut less = paper.clone();
        less.as_object_mut().unwrap().remove(field);
        gardener.world.post(CHECK, &less).await.invalid(&format!("/{field}"), "missing-field");
    }
    let correction = json!({ "minutes": 60, "reason": "Encore trop" });
    let taille = gardener.world.gave(
        &gardener.village.association,
        &gardener.village.cuma,
        &gardener.id,
        "2026-03-09",
        90,
        "Taille",
    );
    let taille = taille.await;
    gardener.world.word(&taille, "correct", &correction).by(&gardener.village.association.manager).await.created();
    assert_eq!(check(&paper).await["matches"], true, "what was printed stays what was printed");
}

#[tokio::test]
async fn a_revoked_code_one_that_never_was_and_what_is_none_are_answered_alike() {
    let gardener = Gardener::new().await;
    let made = gardener.attested().await;
    let path = format!("/v1/attestations/{}", made["id"].as_str().unwrap());
    let revoke = gardener.world.patch(path, &json!({ "archived": true }));
    revoke.by(&gardener.village.association.manager).on_version(1).await.ok();
    let before = gardener.world.contents().await;
    for code in [made["code"].as_str().unwrap(), "0000-0000-0000-0000", "none", &gardener.id, &gardener.token] {
        let answer = gardener.world.post(CHECK, &json!({ "code": code })).await;
        assert_eq!(answer.is(200).text(), r#"{"valid":false}"#, "{code}");
    }
    assert_eq!(gardener.world.contents().await, before, "nothing is kept of a check");
}

#[tokio::test]
async fn the_page_runs_nothing_but_its_own_script_in_either_language() {
    let world = World::new().await;
    for (language, told) in [("fr", "Vérifier une attestation"), ("en", "Check an attestation")] {
        let page = world.get("/attestations").header("accept-language", language).await;
        let text = page.is(200).text();
        assert!(text.contains(told) && text.matches("<script").count() == 1, "{text}");
        assert!(text.contains(r#"<script src="/attestations.js" defer>"#) && !text.contains(" style="), "{text}");
        assert!(page.header("content-security-policy").unwrap().contains("script-src 'self'"));
    }
}
