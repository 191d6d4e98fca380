//! The papers of the story: what is signed, ticked, stuck on and sent to the insurer.

use axum::http::Method;
use serde_json::{Value, json};

use super::Teller;
use crate::world::{TODAY, Village};

impl Teller<'_> {
    /// The papers of the loan, of a request for benches, and of the structure that lends them.
    pub(super) async fn papers(&mut self, village: &Village, loan: &str) {
        let (cuma, mairie) = (&village.cuma, &village.commune.manager);
        let benches = json!({ "structure_id": cuma.id, "name": "Bancs", "category": "mobilier", "tracking": "pool",
                              "quantity": 20 });
        let benches = self.world.post("/v1/equipment", &benches).by(&cuma.manager).await.created_id();
        let wish = json!({ "lender_id": cuma.id, "borrower_id": village.commune.id, "from": TODAY,
                           "until": "2026-03-16", "items": [{ "equipment_id": benches, "quantity": 6 }] });
        let request = self.world.post("/v1/loan-requests", &wish).by(mairie).await.created_id();
        let (loan, request) = (format!("/v1/loans/{loan}"), format!("/v1/loan-requests/{request}"));
        let structure = format!("/v1/structures/{}", cuma.id);
        for path in [
            format!("{loan}/agreement"),
            format!("{loan}/sheet"),
            format!("{request}/agreement"),
            format!("{request}/sheet"),
            format!("{structure}/labels"),
            format!("{structure}/insured"),
            format!("{structure}/insured.csv"),
            format!("{structure}/loans-given-and-received/2026"),
            format!("/v1/contributions.csv?structure_id={}", cuma.id),
            format!("/v1/contributions.xlsx?structure_id={}", cuma.id),
            format!("{structure}/pictures"),
            format!("{structure}/pictures/flows.svg"),
            format!("/v1/cooperations/{}/pictures?year=2026&unit=minutes", village.cooperation),
            format!("/v1/cooperations/{}/pictures/network.svg", village.cooperation),
        ] {
            self.tell(Some(&cuma.manager), Method::GET, path, Value::Null).await;
        }
        self.tell(None, Method::GET, "/paper.css".to_owned(), Value::Null).await;
    }
}
