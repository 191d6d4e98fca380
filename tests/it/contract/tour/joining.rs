//! Who joins in the story: somebody invited, somebody who has an account already, and a manager who hands over.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Story, Teller};
use crate::deeds::token_in;
use crate::world::{Village, World};

impl Teller<'_> {
    /// Invitations made, read, accepted and revoked; a role handed over.
    pub(super) async fn joining(&mut self, village: &Village) {
        let (mairie, commune) = (&village.commune.manager, &village.commune.id);
        let of_commune = format!("?structure_id={commune}");
        let wish = json!({ "structure_id": commune, "role": "contributor", "days": 30 });
        self.keep(mairie, "/v1/invitations", &of_commune, wish.clone(), json!({ "archived": true })).await;
        let token = token_in(&self.world.post("/v1/invitations", &wish).by(mairie).await.created());
        let secret = json!({ "token": token });
        self.tell(None, Method::POST, "/v1/invitations/read".into(), secret.clone()).await;
        let new = json!({ "token": token, "login": "conseil", "password": "la cloche sonne à midi" });
        self.tell(None, Method::POST, "/v1/invitations/accept".into(), new).await;
        let token = token_in(&self.world.post("/v1/invitations", &wish).by(mairie).await.created());
        let volunteer = self.world.account("volontaire").await;
        self.post(&volunteer, "/v1/invitations/join", json!({ "token": token })).await;
        let deputy = self.world.colleague(&village.commune, "manager", "adjointe").await;
        let held = self.world.get("/v1/accounts/me").by(&deputy).await.ok();
        let path = format!("/v1/roles/{}/hand-over", held["roles"][0]["id"].as_str().unwrap());
        let to = json!({ "account_id": volunteer.account.to_string(), "leave": true });
        self.post(&deputy, path, to).await;
    }
}

/// Links that are used up, roles that are held, invitations that ended.
pub(super) async fn refusals(world: &World, story: &Story) {
    let (mairie, commune) = (&story.village.commune.manager, &story.village.commune.id);
    let used = story.steps.iter().filter(|step| {
        ["/v1/invitations/read", "/v1/invitations/accept", "/v1/invitations/join"].contains(&step.path.as_str())
    });
    for step in used {
        let request = step.request(world, &step.path, &step.body);
        let request = step.by.as_ref().map_or(request.clone(), |caller| request.by(caller));
        request.await.refused(410, "gone");
    }
    let wish = json!({ "structure_id": commune, "role": "reader" });
    let made = world.post("/v1/invitations", &wish).by(mairie).await.created();
    let token = token_in(&made);
    let secret = json!({ "token": token });
    world.post("/v1/invitations/join", &secret).by(&story.reader).await.refused(409, "wrong-state");
    let taken = json!({ "token": token, "login": "mairie", "password": "la cloche sonne à midi" });
    world.post("/v1/invitations/accept", &taken).await.refused(409, "duplicate");
    let revoked = story.steps.iter().find(|step| step.template() == "/v1/invitations/{id}").unwrap();
    let again = world.patch(&revoked.path, &json!({ "archived": true })).by(mairie).header("if-match", "*");
    assert_eq!(again.await.refused(409, "wrong-state")["state"], "revoked");
    let handed = story.steps.iter().find(|step| step.path.ends_with("/hand-over")).unwrap();
    let again: Value = world.post(&handed.path, &handed.body).by(handed.by.as_ref().unwrap()).await.json();
    assert_eq!(again["code"], "not-found", "who left sees nothing any more");
    let deputy = world.colleague(&story.village.commune, "contributor", "secrétaire").await;
    let held = world.get("/v1/accounts/me").by(&deputy).await.ok();
    let path = format!("/v1/roles/{}/hand-over", held["roles"][0]["id"].as_str().unwrap());
    world.post(path, &handed.body).by(&deputy).await.refused(409, "wrong-state");
}
