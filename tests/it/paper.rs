//! Papers: agreements, hand-over sheets, labels and the insurer's list, as pages and as tables.

mod insured;
mod labels;
mod loans;

use serde_json::json;

use crate::world::{Village, World};

/// A village whose CUMA has a marquee, a pool of chairs and a kit of both.
struct Shed {
    world: World,
    village: Village,
    marquee: String,
    chairs: String,
    kit: String,
}

impl Shed {
    async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        let cuma = &village.cuma;
        let put =
            async |wish: serde_json::Value| world.post("/v1/equipment", &wish).by(&cuma.manager).await.created_id();
        let marquee = put(json!({
            "structure_id": cuma.id, "name": "Barnum 6 × 12", "category": "Barnum", "identifier": "CF-07",
            "place": "Hangar du bas", "accessories": ["Lests", "Clé de 13"], "condition": "Toile reprisée",
            "value_cents": 185_000, "pick_up": "Clé chez Ginette",
        }));
        let marquee = marquee.await;
        let chairs = put(json!({
            "structure_id": cuma.id, "name": "Chaises pliantes", "category": "Mobilier", "tracking": "pool", "quantity": 40,
        }));
        let chairs = chairs.await;
        let kit = put(json!({
            "structure_id": cuma.id, "name": "Fête complète", "category": "Ensemble", "tracking": "kit",
            "parts": [{ "equipment_id": marquee }, { "equipment_id": chairs, "quantity": 12 }],
        }));
        let kit = kit.await;
        Self { world, village, marquee, chairs, kit }
    }

    /// A loan to the association, promised from 20 March until 22 March.
    async fn promised(&self, equipment: &str, more: &serde_json::Value) -> String {
        let (lender, borrower) = (&self.village.cuma, &self.village.association);
        let wish = crate::deeds::loan_of(equipment, borrower, "2026-03-20", "2026-03-22");
        self.world.promised(&crate::deeds::with(&wish, more), lender, borrower).await
    }

    /// A page as the lender's manager reads it in French.
    async fn page(&self, path: &str) -> String {
        let answer = self.world.get(path).by(&self.village.cuma.manager).in_french().await;
        assert_eq!(answer.is(200).header("content-type"), Some("text/html; charset=utf-8"), "{path}");
        answer.text()
    }

    /// The code on the label of equipment.
    async fn code(&self, equipment: &str) -> String {
        let read = self.world.get(format!("/v1/equipment/{equipment}")).by(&self.village.cuma.manager).await.ok();
        read["code"].as_str().unwrap().to_owned()
    }
}

/// Asserts that a page shows each of these texts.
#[track_caller]
fn shows(page: &str, texts: &[&str]) {
    let page = page.replace(['\u{a0}', '\u{202f}'], " ");
    for text in texts {
        assert!(page.contains(text), "{text} is not in {page}");
    }
}

#[tokio::test]
async fn the_style_of_papers_is_served_to_anybody_and_pages_hold_none_of_their_own() {
    let shed = Shed::new().await;
    let style = shed.world.get("/paper.css").await;
    assert_eq!(style.is(200).header("content-type"), Some("text/css; charset=utf-8"));
    assert!(style.text().contains("size: A4 portrait"));
    let loan = shed.promised(&shed.marquee, &json!({})).await;
    let structure = format!("/v1/structures/{}", shed.village.cuma.id);
    for path in [
        format!("/v1/loans/{loan}/agreement"),
        format!("/v1/loans/{loan}/sheet"),
        format!("{structure}/labels"),
        format!("{structure}/insured"),
    ] {
        let page = shed.page(&path).await;
        shows(&page, &["<!DOCTYPE html>", "<html lang=\"fr\">", "<link rel=\"stylesheet\" href=\"/paper.css\">"]);
        // The policy of every answer allows neither.
        assert!(!page.contains("style=") && !page.contains("<style") && !page.contains("<script"), "{page}");
    }
}
