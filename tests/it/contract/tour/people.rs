//! The people of the story: what they see, correct and erase of what is kept about them.

use axum::http::Method;
use serde_json::{Value, json};

use super::Teller;
use crate::world::{TODAY, Village};

impl Teller<'_> {
    /// A volunteer of the commune who wants to be forgotten, and two more who go by their link.
    pub(super) async fn people(&mut self, village: &Village, loan: &str) {
        let (commune, mairie) = (&village.commune, &village.commune.manager);
        let reader = self.world.colleague(commune, "reader", "paule").await;
        let retention = format!("/v1/structures/{}/retention", commune.id);
        self.get(mairie, retention.clone()).await;
        self.patch(mairie, retention, json!({ "text_months": 12 })).await;
        let rose = self.world.person(commune, "Rose Chabert").await;
        let hours = json!({ "receiver_id": commune.id, "person_id": rose, "day": TODAY, "minutes": 60,
                            "activity": "Fauche", "note": "Avec sa faux" });
        let line = self.world.hours_line(mairie, &hours).await;
        let sure = json!({ "confirm": true });
        // Refused while there is something to erase: afterwards there is nothing left to refuse.
        for path in [
            format!("/v1/contributions/{line}/erase-note"),
            format!("/v1/loans/{loan}/erase-notes"),
            format!("/v1/people/{rose}/erase"),
            format!("/v1/people/{rose}/consents"),
            format!("/v1/people/{rose}/link"),
        ] {
            let wish = if path.ends_with("consents") { json!({ "purpose": "skills" }) } else { sure.clone() };
            let wish = if path.ends_with("link") { json!({}) } else { wish };
            self.world.post(path, &wish).by(&reader).await.refused(403, "forbidden");
        }
        for what in ["record", "traces"] {
            self.world.get(format!("/v1/people/{rose}/{what}")).by(&reader).await.refused(403, "forbidden");
            self.get(mairie, format!("/v1/people/{rose}/{what}")).await;
        }
        self.post(mairie, format!("/v1/people/{rose}/consents"), json!({ "purpose": "skills", "given_on": TODAY }))
            .await;
        self.post(mairie, format!("/v1/people/{rose}/link"), json!({})).await;
        for path in [
            format!("/v1/contributions/{line}/erase-note"),
            format!("/v1/loans/{loan}/erase-notes"),
            format!("/v1/people/{rose}/erase"),
        ] {
            self.tell(Some(mairie), Method::POST, path, sure.clone()).await.nothing();
        }
        let ginette = self.world.person(commune, "Anne Bouvier").await;
        let link = self.world.post(format!("/v1/people/{ginette}/link"), &json!({})).by(mairie).await.ok();
        let token = link["address"].as_str().unwrap().trim_start_matches("/me#token=").to_owned();
        self.own_hours(&token).await;
        for (path, body) in [
            ("/v1/me/record", json!({ "token": token })),
            ("/v1/me/correct", json!({ "token": token, "name": "La Dame aux poules", "pseudonym": true })),
            ("/v1/me/erase", json!({ "token": token, "confirm": true })),
        ] {
            self.tell(None, Method::POST, path.to_owned(), body).await;
        }
        let gone = self.world.colleague(commune, "reader", "parti").await;
        let path = format!("/v1/accounts/{}/erase", gone.account);
        self.world.post(&path, &sure).by(mairie).await.refused(403, "forbidden");
        let alone = self.world.party(&village.owner, "Ferme du Haut", "farm", "haut").await.manager;
        let own = format!("/v1/accounts/{}/erase", alone.account);
        self.world.post(own, &sure).by(&alone).await.refused(409, "wrong-state");
        self.tell(Some(&village.owner), Method::POST, path, sure.clone()).await.nothing();
        for path in ["/me", "/me.js"] {
            self.tell(None, Method::GET, path.to_owned(), Value::Null).await;
        }
    }
}
