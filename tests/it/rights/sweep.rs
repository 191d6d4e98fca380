//! Every operation of the contract, asked by every role of several structures and cooperations, by programs and by
//! strangers: what they get is what the table of rights says.

use std::collections::BTreeSet;

use axum::http::Method;
use navette::auth::rules::{Right, Scope};
use navette::id::Id;
use serde_json::{Value, json};

use super::naive::{Subject, Things, may};
use crate::contract::promise::{Promise, escaped};
use crate::contract::tour::{self, Step, Story};
use crate::world::{Caller, Party, TODAY, World};

/// Cases that the sweep has at least.
const CASES_MIN: usize = 2_000;
/// What takes a right, and besides that to be one's own: a role to hand over, a proposal to one's own side.
const OF_ONES_OWN: [&str; 2] = ["/v1/roles/{id}/hand-over", "/v1/proposals/{id}/events"];

fn subject(world: &World, name: &str, caller: &Caller) -> Subject {
    Subject { name: name.to_owned(), account: caller.account, token: world.token_of(caller), program: None }
}

/// Manager, contributor and reader of a structure.
async fn staff(world: &World, name: &str, party: &Party) -> Vec<Subject> {
    let mut all = vec![subject(world, &format!("manager of {name}"), &party.manager)];
    for role in ["contributor", "reader"] {
        let colleague = world.colleague(party, role, &format!("{role} of {name}")).await;
        all.push(subject(world, &format!("{role} of {name}"), &colleague));
    }
    all
}

async fn program(world: &World, by: &Caller, of: (&str, &str), scope: Scope) -> Subject {
    let word: &str = scope.into();
    let wish = json!({ "name": word, of.0: of.1, "scope": word, "until": "2026-12-31" });
    let made = world.post("/v1/service-tokens", &wish).by(by).await.created();
    Subject {
        name: format!("program with {word} of {}", of.1),
        account: by.account,
        token: made["token"].as_str().unwrap().to_owned(),
        program: Some((Id::parse(of.1).unwrap(), scope)),
    }
}

/// Everybody who may try: of the village, of a second valley with its own cooperation, of a facilitator that is no end
/// of anything, and of no place at all.
async fn everybody(world: &World, story: &Story) -> Vec<Subject> {
    let village = &story.village;
    let elsewhere = world.party(&village.owner, "Commune d'Ailleurs", "commune", "ailleurs").await;
    let theirs = world.cooperation(&elsewhere, "L'autre vallée").await;
    let beside = world.party(&village.owner, "Ferme d'à côté", "farm", "a-cote").await;
    world.membership(&elsewhere, &theirs, &beside.id, "2024-01-01").await;
    let third = world.party(&village.owner, "Pays des Vallons", "association", "pays").await;
    let wish = json!({ "cooperation_id": village.cooperation, "structure_id": third.id, "role": "facilitator",
                       "starts_on": "2024-01-01" });
    world.agreed(&village.commune.manager, &wish).await;
    let mut all =
        vec![subject(world, "owner", &village.owner), subject(world, "passer-by", &world.account("passant").await)];
    for (name, party) in [
        ("the commune", &village.commune),
        ("the association", &village.association),
        ("the CUMA", &village.cuma),
        ("the facilitator", &third),
        ("elsewhere", &elsewhere),
        ("beside", &beside),
    ] {
        all.extend(staff(world, name, party).await);
    }
    for (party, scopes) in [(&village.commune, 3), (&elsewhere, 3)] {
        for scope in [Scope::Aggregates, Scope::Read, Scope::Record].into_iter().take(scopes) {
            all.push(program(world, &party.manager, ("structure_id", &party.id), scope).await);
        }
    }
    let (common, commune) = (("cooperation_id", village.cooperation.as_str()), &village.commune.manager);
    all.push(program(world, commune, common, Scope::Aggregates).await);
    all.push(program(world, &elsewhere.manager, ("cooperation_id", &theirs), Scope::Aggregates).await);
    all
}

/// The rights of the step's operation, any of which suffices. None for what needs no account.
fn rights(step: &Step) -> Option<Vec<Right>> {
    let pointer = format!("/paths/{}/{}", escaped(step.template()), step.method.as_str().to_lowercase());
    let operation = Promise::get().at(&pointer).1;
    if operation.get("security") == Some(&Value::Array(Vec::new())) {
        return None;
    }
    let named = operation["x-right"].as_array().unwrap_or_else(|| panic!("{pointer} has no x-right"));
    let rights = named.iter().map(|right| serde_json::from_value(right.clone()).unwrap());
    // Some rights go with what the body asks for.
    let archives = step.body.get("archived").is_some();
    let is_over = step.template() != "/v1/loans" || step.body["recorded_afterwards"] == true;
    let asked_for = |right: &Right| match right {
        Right::ArchiveAccount => archives,
        Right::ChangePassword => !archives,
        Right::RecordForCommons => is_over,
        Right::ReadHead => !step.path.contains("contribution_id"),
        Right::ReadRecords | Right::ReadCommonRecords if step.template() == "/v1/ledger/proof" => {
            step.path.contains("contribution_id")
        }
        // A structure's grid is for those who read its own summary, a cooperation's for those who read that one's.
        Right::ReadCommonSummary if step.template().starts_with("/v1/grids") => step.path.contains("cooperation_id"),
        Right::ReadInstanceAudit => !step.path.contains('?'),
        _ => true,
    };
    Some(rights.filter(asked_for).collect())
}

/// Whose things the step names; and of those, the ones in whose name it was done: what happens to a thing is each
/// party's own to say.
async fn things(world: &World, step: &Step) -> (Things, Things) {
    let text = format!("{} {}", step.path, step.body);
    let ids: Vec<Id> = text
        .split(|c: char| !c.is_ascii_hexdigit() && c != '-')
        .filter_map(|word| Id::parse(word.trim_matches('-')).ok())
        .collect();
    let by = step.by.as_ref().unwrap().account;
    let happens = step.method != Method::GET && step.template().contains("{id}");
    let read = world.app.store.read(move |db| {
        let mut all = Things::default();
        for id in ids {
            all.add(db, id);
            all.add_source(db, id);
        }
        let mut held = db.prepare("select 1 from account_role where account_id = ?1 and structure_id = ?2")?;
        let mut own = all.clone();
        own.structures.retain(|party| held.exists(rusqlite::params![by, party]).unwrap());
        let own = if happens && !own.structures.is_empty() { own } else { all.clone() };
        Ok((all, own))
    });
    read.await.unwrap()
}

/// True when the table gives the subject one of these rights over one of these things.
async fn judged(world: &World, step: &Step, subject: &Subject, rights: &[Right], things: &Things) -> bool {
    let (asked, asker, mut of) = (rights.to_vec(), subject.clone(), things.clone());
    if !step.template().contains("{id}") && step.template() != "/v1/roles" {
        // What names no account is about one's own.
        of.accounts = BTreeSet::from([subject.account]);
    }
    let judged = world.app.store.read(move |db| Ok(asked.iter().any(|right| may(db, TODAY, &asker, *right, &of))));
    judged.await.unwrap()
}

#[tokio::test]
async fn everybody_gets_what_the_table_of_rights_gives_and_nothing_else() {
    let world = World::new().await;
    let story = tour::tell(&world).await;
    let everybody = everybody(&world, &story).await;
    let before = world.contents().await;
    let (mut given, mut wrong) = (Vec::new(), Vec::new());
    let mut cases = 0;
    for step in &story.steps {
        let Some(mut rights) = rights(step) else { continue };
        let (all, own) = things(&world, step).await;
        if step.template().starts_with("/v1/statements") {
            // So is a closed year: of the one or of the other.
            rights.retain(|right| (*right == Right::ReadCommonSummary) != all.cooperations.is_empty());
        }
        for subject in &everybody {
            cases += 1;
            if judged(&world, step, subject, &rights, &own).await {
                given.push((step, subject));
            }
            if judged(&world, step, subject, &rights, &all).await {
                continue;
            }
            let request = step.request(&world, &step.path, &step.body).token(&subject.token);
            let answer = request.header("if-match", "*").await;
            if !matches!(answer.status.as_u16(), 400 | 403 | 404 | 422) {
                wrong.push(format!("{} has none of {rights:?} over {all:?}, yet {answer}", subject.name));
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
    assert!(world.contents().await == before, "a refused request changed something");
    assert!(cases >= CASES_MIN, "only {cases} cases");
    assert!(given.len() > cases / 10 && given.len() < cases / 2, "{} of {cases} given", given.len());
    for (step, subject) in given {
        let request = step.request(&world, &step.path, &step.body).token(&subject.token);
        let answer = if step.method == Method::PATCH { request.on_version(999).await } else { request.await };
        let status = answer.status.as_u16();
        let let_in = match step.method {
            Method::GET => status == 200,
            Method::PATCH => status == 412,
            _ => matches!(status, 200 | 201 | 202 | 204 | 409 | 410 | 422),
        };
        let of_another = status == 403 && OF_ONES_OWN.contains(&step.template());
        // What the story erased in the end is gone for everybody.
        let id = step.path.split('/').nth(3).unwrap_or_default();
        let erased = story.steps.iter().any(|other| other.path.ends_with("/erase") && other.path.contains(id));
        if !(let_in || of_another || erased && status == 404) {
            wrong.push(format!("{} may, yet {answer}", subject.name));
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}
