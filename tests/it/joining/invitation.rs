//! Invitations: a link that gives one role in one structure, once, and never more than it says.

use navette::http::door::Settings;
use navette::http::rates::Generosity;
use serde_json::{Value, json};

use crate::ask::Request;
use crate::deeds::{each, says, token_in};
use crate::world::{Caller, PASSWORD, Party, TODAY, World};

/// An invitation into this structure, made by its manager: what was answered.
pub async fn invited(world: &World, party: &Party, role: &str) -> Value {
    let wish = json!({ "structure_id": party.id, "role": role });
    world.post("/v1/invitations", &wish).by(&party.manager).await.created()
}

/// The link is accepted with a new account.
pub fn accept<'w>(world: &'w World, token: &str, login: &str) -> Request<'w> {
    world.post("/v1/invitations/accept", &json!({ "token": token, "login": login, "password": PASSWORD }))
}

/// The link is accepted by an account that exists.
pub fn join<'w>(world: &'w World, token: &str, by: &Caller) -> Request<'w> {
    world.post("/v1/invitations/join", &json!({ "token": token })).by(by)
}

/// What the link tells.
pub fn told<'w>(world: &'w World, token: &str) -> Request<'w> {
    world.post("/v1/invitations/read", &json!({ "token": token }))
}

#[tokio::test]
async fn whoever_holds_the_link_makes_an_account_with_the_role_it_says() {
    let world = World::new().await;
    let village = world.village().await;
    let made = invited(&world, &village.cuma, "contributor").await;
    says(&made, &json!({ "state": "open", "expires_at": "2026-03-28T09:00:00.000Z", "accepted_by": null }));
    let token = token_in(&made);
    let told = told(&world, &token).await.ok();
    assert_eq!(
        told,
        json!({ "structure": "CUMA du Vallon", "role": "contributor", "expires_at": "2026-03-28T09:00:00.000Z" })
    );
    let account = accept(&world, &token, "jeanne").await.created();
    says(&account["roles"][0], &json!({ "structure_id": village.cuma.id, "role": "contributor" }));
    assert_eq!(account["roles"].as_array().unwrap().len(), 1);
    let log_in = json!({ "login": "jeanne", "password": PASSWORD });
    assert_eq!(world.post("/v1/auth/login", &log_in).await.ok()["account_id"], account["id"]);
    let path = format!("/v1/invitations/{}", made["id"].as_str().unwrap());
    let after = world.get(path).by(&village.cuma.manager).await.ok();
    says(&after, &json!({ "state": "accepted", "accepted_by": account["id"], "archived": true }));
}

#[tokio::test]
async fn the_secret_is_told_once_and_kept_nowhere() {
    let world = World::new().await;
    let village = world.village().await;
    let wish = json!({ "structure_id": village.cuma.id, "role": "reader" });
    let request = world.post("/v1/invitations", &wish).by(&village.cuma.manager).key("once");
    let first = request.clone().await.created();
    assert_eq!(request.await.created()["link"], json!(null));
    let token = token_in(&first);
    let path = format!("/v1/invitations/{}", first["id"].as_str().unwrap());
    for text in [world.get(path).by(&village.cuma.manager).await.text(), format!("{:?}", world.contents().await)] {
        assert!(!text.contains(&token), "{text}");
    }
    told(&world, &token).await.ok();
}

#[tokio::test]
async fn of_two_who_accept_at_the_same_moment_one_gets_in() {
    let world = World::new().await;
    let village = world.village().await;
    for round in 0..4 {
        let token = token_in(&invited(&world, &village.cuma, "reader").await);
        let (one, other) = (world.account(&format!("un{round}")).await, world.account(&format!("deux{round}")).await);
        let new = format!("trois{round}");
        let (first, second, third) = tokio::join!(
            async { join(&world, &token, &one).await },
            async { join(&world, &token, &other).await },
            async { accept(&world, &token, &new).await },
        );
        let mut statuses = [first.status.as_u16(), second.status.as_u16(), third.status.as_u16()];
        statuses.sort_unstable();
        assert!(matches!(statuses, [200 | 201, 410, 410]), "{statuses:?}");
    }
    let roles = world.get(format!("/v1/roles?structure_id={}", village.cuma.id)).by(&village.cuma.manager).await;
    assert_eq!(roles.items().len(), 5);
}

#[tokio::test]
async fn an_account_that_exists_joins_several_structures() {
    let world = World::new().await;
    let village = world.village().await;
    let jeanne = world.colleague(&village.association, "contributor", "jeanne").await;
    let token = token_in(&invited(&world, &village.cuma, "manager").await);
    let role = join(&world, &token, &jeanne).await.ok();
    says(&role, &json!({ "structure_id": village.cuma.id, "role": "manager", "archived": false }));
    let me = world.get("/v1/accounts/me").by(&jeanne).await.ok();
    assert_eq!(me["roles"].as_array().unwrap().len(), 2);
    join(&world, &token, &jeanne).await.refused(410, "gone");
}

#[tokio::test]
async fn a_role_that_is_held_is_raised_and_never_lowered() {
    let world = World::new().await;
    let village = world.village().await;
    let jeanne = world.colleague(&village.cuma, "contributor", "jeanne").await;
    for role in ["reader", "contributor"] {
        let token = token_in(&invited(&world, &village.cuma, role).await);
        assert_eq!(join(&world, &token, &jeanne).await.refused(409, "wrong-state")["state"], "already_held");
        // The link was meant for somebody else, and still works.
        told(&world, &token).await.ok();
    }
    let token = token_in(&invited(&world, &village.cuma, "manager").await);
    assert_eq!(join(&world, &token, &jeanne).await.ok()["role"], "manager");
    let me = world.get("/v1/accounts/me").by(&jeanne).await.ok();
    assert_eq!(each(me["roles"].as_array().unwrap(), "role"), ["manager"]);
}

#[tokio::test]
async fn a_login_that_is_taken_leaves_the_link_as_it_was() {
    let world = World::new().await;
    let village = world.village().await;
    let token = token_in(&invited(&world, &village.cuma, "reader").await);
    let before = world.contents().await;
    let refused = accept(&world, &token, "mairie").await.refused(409, "duplicate");
    assert_eq!(refused["errors"][0]["pointer"], "/login");
    let short = json!({ "token": token, "login": "jeanne", "password": "court" });
    world.post("/v1/invitations/accept", &short).await.invalid("/password", "too-short");
    let same = json!({ "token": token, "login": "jeanne-la-voisine", "password": "Jeanne-la-voisine!" });
    world.post("/v1/invitations/accept", &same).await.invalid("/password", "guessable-password");
    assert_eq!(world.contents().await, before);
    accept(&world, &token, "jeanne").await.created();
}

#[tokio::test]
async fn only_managers_invite_and_each_sees_and_revokes_what_concerns_them() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, mairie) = (&village.cuma, &village.commune.manager);
    let jeanne = world.colleague(cuma, "contributor", "jeanne").await;
    let wish = json!({ "structure_id": cuma.id, "role": "reader" });
    for other in [&jeanne, mairie, &village.owner] {
        world.post("/v1/invitations", &wish).by(other).await.refused(403, "forbidden");
    }
    let made = invited(&world, cuma, "reader").await;
    let path = format!("/v1/invitations/{}", made["id"].as_str().unwrap());
    let list = format!("/v1/invitations?structure_id={}", cuma.id);
    let end = json!({ "archived": true });
    for other in [&jeanne, mairie, &village.owner] {
        world.get(&path).by(other).await.refused(404, "not-found");
        assert_eq!(world.get(&list).by(other).await.items().len(), 0);
        world.patch(&path, &end).by(other).on_version(1).await.refused(404, "not-found");
    }
    let deputy = world.colleague(cuma, "manager", "adjoint").await;
    assert_eq!(world.get(&list).by(&deputy).await.items().len(), 1);
    world.patch(&path, &json!({ "archived": false })).by(&deputy).on_version(1).await.is(422);
    world.patch(&path, &end).by(&deputy).on_version(2).await.refused(412, "precondition-failed");
    says(&world.patch(&path, &end).by(&deputy).on_version(1).await.ok(), &json!({ "state": "revoked", "version": 2 }));
    assert_eq!(world.get(&list).by(&deputy).await.items().len(), 0);
    assert_eq!(world.get(format!("{list}&archived=true")).by(&deputy).await.items().len(), 1);
    told(&world, &token_in(&made)).await.refused(410, "gone");
}

#[tokio::test]
async fn a_structure_has_so_many_open_invitations_at_most() {
    let world = World::new().await;
    let village = world.village().await;
    let wish = json!({ "structure_id": village.cuma.id, "role": "reader", "days": 1 });
    let invite = || world.post("/v1/invitations", &wish).by(&village.cuma.manager);
    for _ in 0..navette::invitation::rules::OPEN_MAX {
        invite().await.created();
    }
    assert_eq!(invite().await.refused(409, "wrong-state")["state"], "too_many_open");
    // Elsewhere there is room, and here again when they have expired.
    invited(&world, &village.commune, "reader").await;
    world.advance(1);
    invite().await.created();
}

/// A farm without a manager, recorded by this account and taken into this cooperation by its facilitator.
async fn taken_in(world: &World, by: &Caller, facilitator: &Party, cooperation: &str) -> String {
    let farm = world.structure(by, "Ferme du Pré", "farm").await;
    world.membership(facilitator, cooperation, &farm, TODAY).await;
    farm
}

#[tokio::test]
async fn a_facilitator_invites_the_first_manager_of_a_structure_that_a_colleague_recorded() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let secretary = world.colleague(commune, "contributor", "secretaire").await;
    let farm = taken_in(&world, &secretary, commune, &village.cooperation).await;
    let wish = |role: &str| json!({ "structure_id": farm, "role": role });
    world.post("/v1/invitations", &wish("reader")).by(&commune.manager).await.invalid("/role", "not-allowed-here");
    let made = world.post("/v1/invitations", &wish("manager")).by(&commune.manager).await.created();
    let account = accept(&world, &token_in(&made), "fermiere").await.created();
    says(&account["roles"][0], &json!({ "structure_id": farm, "role": "manager" }));
    // Its first manager has it to themself.
    world.post("/v1/invitations", &wish("manager")).by(&commune.manager).await.refused(403, "forbidden");
    let trail = world.trail().await;
    assert_eq!(trail[trail.len() - 2..], ["invitation_made", "invitation_accepted"]);
}

#[tokio::test]
async fn nobody_gets_a_structure_without_a_manager_by_founding_a_cooperation_around_it() {
    let world = World::new().await;
    let village = world.village().await;
    let (commune, cuma) = (&village.commune, &village.cuma);
    let secretary = world.colleague(commune, "contributor", "secretaire").await;
    let farm = taken_in(&world, &secretary, commune, &village.cooperation).await;
    let own = world.cooperation(cuma, "La ferme et nous").await;
    world.membership(cuma, &own, &farm, TODAY).await;
    let wish = json!({ "structure_id": farm, "role": "manager" });
    let invite = |by: &Caller| world.post("/v1/invitations", &wish).by(by);
    invite(&cuma.manager).await.refused(403, "forbidden");
    // Nor by giving a role to whoever recorded it: they had none there when they did.
    world.advance(1);
    let role = json!({ "account_id": secretary.account.to_string(), "structure_id": cuma.id, "role": "reader" });
    world.post("/v1/roles", &role).by(&cuma.manager).await.created();
    invite(&cuma.manager).await.refused(403, "forbidden");
    // Managing is asked for, and facilitating.
    let clerk = world.colleague(commune, "contributor", "agent").await;
    for other in [&clerk, &village.association.manager, &world.account("passant").await] {
        invite(other).await.refused(403, "forbidden");
    }
    invite(&commune.manager).await.created();
}

#[tokio::test]
async fn an_invitation_by_a_facilitator_is_void_once_the_structure_is_in_no_cooperation_of_theirs() {
    let world = World::new().await;
    let village = world.village().await;
    let commune = &village.commune;
    let secretary = world.colleague(commune, "contributor", "secretaire").await;
    let farm = world.structure(&secretary, "Ferme du Pré", "farm").await;
    let wish = json!({ "structure_id": farm, "role": "manager" });
    world.post("/v1/invitations", &wish).by(&commune.manager).await.refused(403, "forbidden");
    let stay = world.membership(commune, &village.cooperation, &farm, "2026-03-01").await;
    let token = token_in(&world.post("/v1/invitations", &wish).by(&commune.manager).await.created());
    told(&world, &token).await.ok();
    let end = json!({ "ends_on": TODAY });
    world.patch(format!("/v1/memberships/{stay}"), &end).by(&commune.manager).on_version(1).await.ok();
    told(&world, &token).await.refused(410, "gone");
}

#[tokio::test]
async fn links_are_whole_where_the_server_knows_its_address() {
    let public_url = Some("https://navette.example.org/".to_owned());
    let world = World::behind(Settings { generosity: Generosity::Off, public_url, ..Settings::default() }).await;
    let village = world.village().await;
    let by = &village.commune.manager;
    let lise = world.person(&village.commune, "Lise").await;
    let colleague = world.colleague(&village.commune, "reader", "lise").await.account;
    let invitation = json!({ "structure_id": village.commune.id, "role": "reader" });
    for (path, body, member, page) in [
        ("/v1/invitations".to_owned(), invitation, "link", "invitation"),
        (format!("/v1/accounts/{colleague}/reset-link"), json!({}), "link", "reset"),
        (format!("/v1/people/{lise}/link"), json!({}), "address", "me"),
    ] {
        let made = world.post(path, &body).by(by).await.json();
        let link = made[member].as_str().unwrap();
        assert!(link.starts_with(&format!("https://navette.example.org/{page}#token=")), "{link}");
    }
}
