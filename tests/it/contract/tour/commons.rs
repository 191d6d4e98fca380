//! The part of the story about what leaves for others to build on.

use axum::http::Method;
use serde_json::{Value, json};

use super::Teller;
use crate::world::Village;

impl Teller<'_> {
    /// The association's and the cooperation's records in a common vocabulary; what the association publishes.
    pub(super) async fn commons(&mut self, village: &Village) {
        let (jardins, mairie) = (&village.association, &village.commune.manager);
        self.get(&jardins.manager, format!("/v1/structures/{}/valueflows?from=2026-01-01", jardins.id)).await;
        self.get(mairie, format!("/v1/cooperations/{}/valueflows", village.cooperation)).await;
        let of = format!("?cooperation_id={}&structure_id={}", village.cooperation, jardins.id);
        let stays = self.world.get(format!("/v1/memberships{of}")).by(&jardins.manager).await.items();
        let choice = format!("/v1/memberships/{}/publication", stays[0]["id"].as_str().unwrap());
        self.post(&jardins.manager, choice, json!({ "publishes": true })).await;
        let package = format!("/v1/cooperations/{}/data-package.zip", village.cooperation);
        self.tell(Some(&jardins.manager), Method::GET, package, Value::Null).await;
    }
}
