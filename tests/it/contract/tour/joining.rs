//! Who joins in the story: somebody invited, somebody who has an account already, and a manager who hands over.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Story, Teller};
use crate::deeds::token_in;
use crate::world::{TODAY, Village, World};

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
        self.proposals(village).await;
    }

    /// The school is asked, and accepts; the commune asks the association to facilitate, which declines.
    async fn proposals(&mut self, village: &Village) {
        let mairie = &village.commune.manager;
        let school = self.world.party(&village.owner, "École du Vallon", "school", "ecole").await;
        let wish = json!({ "cooperation_id": village.cooperation, "structure_id": school.id, "role": "member",
                           "starts_on": TODAY });
        let asked = self.post(mairie, "/v1/memberships", wish).await;
        let path = format!("/v1/proposals/{}", asked["id"].as_str().unwrap());
        self.get(mairie, format!("/v1/proposals?cooperation_id={}", village.cooperation)).await;
        self.get(mairie, &path).await;
        self.post(&school.manager, format!("{path}/events"), json!({ "event": "accept" })).await;
        let own = format!("/v1/memberships?cooperation_id={}&structure_id={}", village.cooperation, village.commune.id);
        let own = self.world.get(own).by(mairie).await.items()[0]["id"].as_str().unwrap().to_owned();
        let to = json!({ "structure_id": village.association.id });
        let asked = self.post(mairie, format!("/v1/memberships/{own}/hand-over"), to).await;
        let path = format!("/v1/proposals/{}/events", asked["id"].as_str().unwrap());
        self.world.post(path, &json!({ "event": "decline" })).by(&village.association.manager).await.ok();
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
    let answered = story.steps.iter().find(|step| step.template() == "/v1/proposals/{id}/events").unwrap();
    let again = world.post(&answered.path, &json!({ "event": "decline" })).by(answered.by.as_ref().unwrap()).await;
    assert_eq!(again.refused(409, "wrong-state")["state"], "accepted");
    let given = story.steps.iter().find(|step| step.template() == "/v1/memberships/{id}/hand-over").unwrap();
    let to = json!({ "structure_id": commune });
    assert_eq!(world.post(&given.path, &to).by(mairie).await.refused(409, "wrong-state")["state"], "facilitator");
    let handed = story.steps.iter().find(|step| step.template() == "/v1/roles/{id}/hand-over").unwrap();
    let again: Value = world.post(&handed.path, &handed.body).by(handed.by.as_ref().unwrap()).await.json();
    assert_eq!(again["code"], "not-found", "who left sees nothing any more");
    let deputy = world.colleague(&story.village.commune, "contributor", "secrétaire").await;
    let held = world.get("/v1/accounts/me").by(&deputy).await.ok();
    let path = format!("/v1/roles/{}/hand-over", held["roles"][0]["id"].as_str().unwrap());
    world.post(path, &handed.body).by(&deputy).await.refused(409, "wrong-state");
}
