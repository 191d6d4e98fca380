//! Proofs: a line is where it says, and a ledger only grew since a head was kept; checked without the database.

use navette::ledger::check::{Verdict, check};
use serde_json::{Value, json};

use super::reading::lines;
use crate::deeds::given;
use crate::world::{TODAY, World};

/// What the check says of this proof, with these heads kept elsewhere.
fn checked(proof: &Value, kept: &[String]) -> Verdict {
    let kept: Vec<_> = kept.iter().map(|text| text.parse().unwrap()).collect();
    check(&proof.to_string(), &kept).unwrap()
}

fn written(head: &Value) -> String {
    format!("{}:{}", head["seq"], head["root"].as_str().unwrap())
}

#[track_caller]
fn tells(verdict: &Verdict, words: &str) {
    assert!(verdict.told.iter().any(|told| told.contains(words)), "{words} is not in {verdict:#?}");
}

#[tokio::test]
async fn every_line_is_proven_in_every_head_since_and_from_every_head_before() {
    let world = World::new().await;
    let village = world.village().await;
    lines(&world, &village).await;
    let by = &village.cuma.manager;
    let last = world.get("/v1/ledger/head").by(by).await.ok();
    for at in 1..=last["seq"].as_i64().unwrap() {
        for place in 1..=at {
            let path = format!("/v1/ledger/proof?seq={place}&at={at}&from={place}");
            let answer = world.get(&path).by(&village.commune.manager).await;
            if answer.status == 404 {
                // A loan between the other two, and their hours.
                assert!([2, 5, 7].contains(&place), "{path}");
                continue;
            }
            let proof = answer.ok();
            for (member, seq) in [("head", at), ("line", place), ("from", place)] {
                assert_eq!(proof[member]["seq"], seq, "{path}");
            }
            let verdict = checked(&proof, &[written(&proof["head"]), written(&proof["from"])]);
            assert!(verdict.holds, "{path}: {verdict:#?}");
        }
    }
    let proof = world.get("/v1/ledger/proof?from=1").by(by).await.ok();
    assert_eq!(proof["head"], last);
}

#[tokio::test]
async fn a_proof_lets_a_person_read_the_line_and_says_what_it_does_not_prove() {
    let world = World::new().await;
    let village = world.village().await;
    let lines = lines(&world, &village).await;
    let by = &village.cuma.manager;
    let path = format!("/v1/ledger/proof?contribution_id={}&from=2", lines[1]);
    let proof = world.get(path).by(by).await.ok();
    let verdict = checked(&proof, &[]);
    assert!(verdict.holds);
    for words in [
        &format!("  id            {}", lines[1]),
        "  act           contribution",
        "  kind          equipment",
        &format!("  giver         {}", village.cuma.id),
        "  day           2026-03-02",
        "  recorded at   2026-03-14T09:00:00.000Z",
        "Proven: exactly this line stands at place 2 of the 7",
        "Proven: the ledger of head 7 begins with that of head 2",
        "Proven: the line was there already",
        "Not proven: that this is the ledger that others know.",
        "Not proven: that what the line says happened",
    ] {
        tells(&verdict, words);
    }
    let kept = checked(&proof, &[written(&proof["from"])]);
    assert!(kept.holds && !kept.told.iter().any(|told| told.contains("others know")), "{kept:#?}");
    let grouped = written(&proof["head"])[..34].replace("7:", "7: ").to_uppercase();
    tells(&checked(&proof, &[grouped]), "Head 7 is the one you gave.");
    for (kept, told) in [
        (format!("2:{}", "0".repeat(64)), "head 2 of the proof is not the one you gave"),
        (format!("7:{}", proof["from"]["root"].as_str().unwrap()), "head 7 of the proof is not the one you gave"),
        (format!("5:{}", "0".repeat(64)), "does not speak of head 5"),
    ] {
        let verdict = checked(&proof, &[kept]);
        assert!(!verdict.holds);
        tells(&verdict, told);
    }
}

#[tokio::test]
async fn no_proof_holds_in_which_anything_was_changed() {
    let world = World::new().await;
    let village = world.village().await;
    lines(&world, &village).await;
    let proof = world.get("/v1/ledger/proof?seq=3&at=7&from=5").by(&village.cuma.manager).await.ok();
    assert!(checked(&proof, &[]).holds);
    let zeros = json!("0".repeat(64));
    let mut changes = vec![
        ("/head/root", zeros.clone()),
        ("/line/seq", json!(4)),
        ("/line/path", json!([])),
        ("/from/seq", json!(4)),
        ("/from/seq", json!(0)),
        ("/from/root", zeros.clone()),
        ("/consistency", json!([])),
        ("/consistency", Value::Null),
    ];
    let content = proof["line"]["content"].as_str().unwrap();
    let other = |at: usize| if &content[at..=at] == "0" { "1" } else { "0" };
    let flipped: Vec<_> = (0..content.len())
        .step_by(7)
        .map(|at| json!(format!("{}{}{}", &content[..at], other(at), &content[at + 1..])))
        .collect();
    changes.extend(flipped.into_iter().map(|content| ("/line/content", content)));
    for (pointer, value) in changes {
        let mut changed = proof.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        assert!(!checked(&changed, &[]).holds, "{pointer} in {changed}");
    }
    for list in ["/line/path", "/consistency"] {
        for step in 0..proof.pointer(list).unwrap().as_array().unwrap().len() {
            let mut changed = proof.clone();
            changed.pointer_mut(list).unwrap()[step] = zeros.clone();
            assert!(!checked(&changed, &[]).holds, "{list} {step}");
        }
    }
    // A root does not say over how many lines it is: whoever keeps a head keeps both.
    let mut changed = proof.clone();
    changed["head"]["seq"] = json!(8);
    assert!(!checked(&changed, &[written(&proof["head"])]).holds);
    let claimless = json!({ "head": proof["head"], "line": null, "from": null, "consistency": null });
    assert!(!checked(&claimless, &[]).holds);
    for (pointer, value) in [("/head/root", json!("é0")), ("/line/path", json!(["00"])), ("/line/content", json!("0"))]
    {
        let mut changed = proof.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        assert!(check(&changed.to_string(), &[]).unwrap_err().starts_with("this is no proof"), "{pointer}");
    }
}

#[tokio::test]
async fn a_line_is_proven_to_those_who_see_it_and_growth_to_every_account() {
    let world = World::new().await;
    let village = world.village().await;
    let lines = lines(&world, &village).await;
    let nobody = world.account("personne").await;
    let absent = "01990f3a-7c1e-7000-8000-00000000000c";
    let prove = |query: String| world.get(format!("/v1/ledger/proof?{query}"));
    let unseen = prove(format!("contribution_id={absent}")).by(&nobody).await.refused(404, "not-found");
    for query in [format!("contribution_id={}", lines[0]), "seq=1".to_owned(), "seq=7".to_owned(), "seq=99".to_owned()]
    {
        let refused = prove(format!("{query}&at=7&from=1")).by(&nobody).await.refused(404, "not-found");
        assert_eq!(refused["detail"], unseen["detail"], "{query}");
    }
    // Nor does a head before it tell whether there is such a line.
    prove("seq=5&at=1".to_owned()).by(&nobody).await.refused(404, "not-found");
    let grown = prove("from=3&at=7".to_owned()).by(&nobody).await.ok();
    assert!(checked(&grown, &[written(&grown["head"])]).holds);
    assert_eq!(grown["line"], Value::Null);
    // The confirmation of a loan is for those who see the loan.
    prove("seq=7".to_owned()).by(&village.cuma.manager).await.ok();
    prove("seq=7".to_owned()).by(&village.commune.manager).await.refused(404, "not-found");
    prove("from=3".to_owned()).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_head_that_never_was_is_named() {
    let world = World::new().await;
    let village = world.village().await;
    let lines = lines(&world, &village).await;
    let prove = |query: &str| world.get(format!("/v1/ledger/proof?{query}")).by(&village.cuma.manager);
    prove("").await.unreadable("contribution_id", "missing-field");
    prove("at=3").await.unreadable("contribution_id", "missing-field");
    prove(&format!("contribution_id={}&seq=2", lines[1])).await.unreadable("seq", "not-allowed-here");
    for wrong in ["0", "-1", "x", "9007199254740992", ""] {
        for name in ["seq", "at", "from"] {
            prove(&format!("from=1&{name}={wrong}").replace("from=1&from", "from"))
                .await
                .unreadable(name, "out-of-range");
        }
    }
    prove("from=8").await.unreadable("from", "out-of-range");
    prove("from=5&at=4").await.unreadable("from", "out-of-range");
    prove("from=1&at=8").await.unreadable("at", "out-of-range");
    prove("seq=5&at=4").await.unreadable("at", "out-of-range");
}

#[tokio::test]
async fn what_is_erased_leaves_every_proof_as_it_was_byte_for_byte() {
    let world = World::new().await;
    let village = world.village().await;
    let by = &village.association.manager;
    let odile = world.person(&village.association, "Odile").await;
    let mut wish = given(&village.association, &village.cuma, TODAY, 60);
    wish["person_id"] = json!(odile);
    wish["note"] = json!("Au champ du haut.");
    world.hours_line(by, &wish).await;
    lines(&world, &village).await;
    let proofs = async || {
        let mut proofs = Vec::new();
        for place in [1, 2, 7] {
            let answer = world.get(format!("/v1/ledger/proof?seq={place}&from={place}")).by(by).await;
            proofs.push(answer.is(200).text());
        }
        proofs
    };
    let before = proofs().await;
    assert!(!before.concat().contains("Odile"), "a name in a proof");
    let db = rusqlite::Connection::open(world.file()).unwrap();
    assert!(db.execute("delete from ledger_private", []).unwrap() >= 2);
    assert_eq!(db.execute("delete from person_tally", []).unwrap(), 2);
    assert_eq!(db.execute("delete from people_count", []).unwrap(), 2);
    assert_eq!(proofs().await, before);
    assert_eq!(world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn whoever_reads_figures_is_given_the_head_to_keep() {
    let world = World::new().await;
    let village = world.village().await;
    let (cuma, jardins) = (&village.cuma, &village.association);
    let head = async || written(&world.get("/v1/ledger/head").by(&jardins.manager).await.ok());
    let wish = given(jardins, cuma, TODAY, 60);
    world.post("/v1/hours", &wish).by(&jardins.manager).await.created();
    for path in ["summaries/2026", "summaries/2026.csv", "loans-given-and-received/2026.csv"] {
        let figures = world.get(format!("/v1/structures/{}/{path}", jardins.id)).by(&jardins.manager).await;
        assert_eq!(figures.is(200).header("ledger-head"), Some(head().await.as_str()), "{path}");
    }
    let summary = world.get(format!("/v1/structures/{}/summaries/2026", jardins.id)).by(&jardins.manager).await.ok();
    assert_eq!(written(&summary["ledger"]), head().await);
}
