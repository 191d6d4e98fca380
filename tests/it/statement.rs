//! Statements: a year is closed once, what comes later stands apart, and each holds against the ledger years after.

use std::io::Cursor;

use calamine::{Data, Reader as _, Xlsx};
use navette::auth::{Act, Caller as By};
use navette::clock::Clock;
use navette::statement;
use serde_json::{Value, json};

use crate::deeds::{given, says};
use crate::world::{Village, World};

/// The association gave the CUMA two hours in 2025; its assembly approved the SMIC.
struct Closing {
    world: World,
    village: Village,
    grid: String,
    line: String,
}

impl Closing {
    async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        let jardins = &village.association;
        let line = world.hours_line(&jardins.manager, &given(jardins, &village.cuma, "2025-06-01", 120)).await;
        let grid = world.approved(jardins, &json!({})).await;
        Self { world, village, grid, line }
    }

    fn path(&self) -> String {
        format!("/v1/structures/{}/statements", self.village.association.id)
    }

    async fn close(&self, year: i32) -> Value {
        let wish = json!({ "year": year, "grid_id": self.grid });
        self.world.post(self.path(), &wish).by(&self.village.association.manager).await.created()
    }

    async fn read(&self, closed: &Value, what: &str) -> Value {
        let path = format!("/v1/statements/{}{what}", closed["id"].as_str().unwrap());
        self.world.get(path).by(&self.village.association.manager).await.ok()
    }

    async fn corrected(&self, minutes: i64) {
        let wish = json!({ "minutes": minutes, "reason": "mal compté" });
        let by = &self.village.association.manager;
        self.world.word(&self.line, "correct", &wish).by(by).await.created();
    }

    fn faults(&self) -> Vec<String> {
        let db = rusqlite::Connection::open(self.world.file()).unwrap();
        statement::faults(&Act::begin(&db, Clock::System.now(), By::Operator).unwrap()).unwrap()
    }
}

/// A sum of which these units are not zero.
fn sum(units: &Value) -> Value {
    let zero = json!({ "lines": 0, "minutes": 0, "item_days": 0, "occasions": 0, "participants": 0, "unmeasured": 0 });
    crate::deeds::with(&zero, units)
}

#[tokio::test]
async fn a_year_is_closed_once_by_its_managers_and_when_it_is_over() {
    let closing = Closing::new().await;
    let (world, jardins) = (&closing.world, &closing.village.association);
    let post = |wish: Value| world.post(closing.path(), &wish);
    post(json!({ "year": 2026 })).by(&jardins.manager).await.invalid("/year", "year-not-over");
    post(json!({ "year": 1999 })).by(&jardins.manager).await.invalid("/year", "out-of-range");
    let draft = world.drafted(jardins, &json!({})).await;
    post(json!({ "year": 2025, "grid_id": draft })).by(&jardins.manager).await.refused(409, "grid-not-approved");
    let foreign = world.approved(&closing.village.commune, &json!({})).await;
    let unknown = post(json!({ "year": 2025, "grid_id": foreign })).by(&jardins.manager).await;
    unknown.invalid("/grid_id", "unknown-reference");
    let helper = world.colleague(jardins, "contributor", "aide").await;
    post(json!({ "year": 2025 })).by(&helper).await.refused(403, "forbidden");
    post(json!({ "year": 2025 })).by(&closing.village.commune.manager).await.refused(404, "not-found");
    let closed = closing.close(2025).await;
    assert_eq!(closed["grid_id"], json!(closing.grid));
    post(json!({ "year": 2025 })).by(&jardins.manager).await.refused(409, "year-closed");
    assert_eq!(world.get(closing.path()).by(&helper).await.items(), [closed]);
}

#[tokio::test]
async fn a_correction_never_changes_what_was_said_and_shows_in_the_next_statement() {
    let closing = Closing::new().await;
    let first = closing.close(2025).await;
    let said = closing.read(&first, "/document").await;
    assert_eq!(said["summary"]["sides"][0]["by_kind"][0]["declared"]["minutes"], 120);
    says(&said["worth"]["entries"][0], &json!({ "side": "given", "amount": 2376, "not_valued": 0 }));
    assert_eq!(closing.read(&first, "").await["after_closing"], json!([]));

    closing.corrected(90).await;
    let later = json!([{ "side": "given", "kind": "volunteer_hours", "confirmed": sum(&json!({})),
                         "declared": sum(&json!({ "minutes": -30 })), "contested": sum(&json!({})) }]);
    let read = closing.read(&first, "").await;
    assert_eq!((&read["after_closing"], &read["document"], &read["digest"]), (&later, &said, &first["digest"]));
    closing.world.advance(365);
    let second = closing.close(2026).await;
    let carried = closing.read(&second, "/document").await["earlier_years"].clone();
    assert_eq!(carried, json!([{ "year": 2025, "changes": later }]));
    closing.world.advance(365);
    let third = closing.close(2027).await;
    assert_eq!(closing.read(&third, "/document").await["earlier_years"], json!([]), "each change stands once");
}

#[tokio::test]
async fn a_statement_holds_against_the_ledger_whatever_is_named_otherwise_since() {
    let closing = Closing::new().await;
    let closed = closing.close(2025).await;
    closing.corrected(30).await;
    let jardins = &closing.village.association;
    let name = json!({ "name": "Les Jardins du Vallon" });
    let path = format!("/v1/structures/{}", jardins.id);
    closing.world.patch(path, &name).by(&jardins.manager).on_version(1).await.ok();
    let found = closing.read(&closed, "/verification").await;
    let all = json!({ "holds": true, "document_holds": true, "ledger_holds": true, "figures_hold": true,
                      "worth_holds": true, "digest": closed["digest"] });
    assert_eq!(found, all);
    assert_eq!(closing.faults(), [] as [&str; 0]);
}

#[tokio::test]
async fn whoever_rewrites_a_statement_is_found() {
    let closing = Closing::new().await;
    let closed = closing.close(2025).await;
    let db = rusqlite::Connection::open(closing.world.file()).unwrap();
    let refused = db.execute("update statement set year = 2024", []).unwrap_err();
    assert!(refused.to_string().contains("statement_is_kept"), "{refused}");
    db.execute_batch(
        "drop trigger statement_is_never_updated;
         update statement set document = cast(replace(document, '\"minutes\":120', '\"minutes\":999') as blob)",
    )
    .unwrap();
    let found = closing.read(&closed, "/verification").await;
    says(&found, &json!({ "holds": false, "document_holds": false, "ledger_holds": true, "figures_hold": false }));
    let faults = closing.faults();
    assert!(faults.len() == 1 && faults[0].contains("not the one that was frozen"), "{faults:?}");
}

#[tokio::test]
async fn the_very_bytes_are_given_and_their_digest_is_the_one_that_is_printed() {
    let closing = Closing::new().await;
    let closed = closing.close(2025).await;
    let by = &closing.village.association.manager;
    let path = format!("/v1/statements/{}", closed["id"].as_str().unwrap());
    let answer = closing.world.get(format!("{path}/document")).by(by).await;
    let digest = statement::rules::digest(&answer.is(200).bytes);
    assert_eq!(navette::ledger::rules::hex(&digest), closed["digest"]);
    let page = closing.world.get(format!("{path}.html")).by(by).in_french().await.is(200).text();
    let by_hand = closed["digest_by_hand"].as_str().unwrap();
    for said in ["Bilan arrêté 2025", "Les Jardins partagés", by_hand, "Assemblée générale", "23,76", "120"] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    let table = closing.world.get(format!("{path}.csv")).by(by).await.is(200).text();
    assert!(table.contains("given,in all,,volunteer hours,minutes,0,120,120,0,0\r\n"), "{table}");
    let book = closing.world.get(format!("{path}.xlsx")).by(by).await;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book.is(200).bytes.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["Read me", "Quantities", "Valuation"]);
    assert_eq!(book.worksheet_range("Valuation").unwrap().get_value((1, 2)), Some(&Data::Float(23.76)));
}

#[tokio::test]
async fn a_cooperation_closes_its_year_on_flows_and_every_member_reads_it() {
    let world = World::new().await;
    let village = world.village().await;
    let path = format!("/v1/cooperations/{}/statements", village.cooperation);
    let closed = world.post(&path, &json!({ "year": 2025 })).by(&village.commune.manager).await.created();
    world.post(&path, &json!({ "year": 2024 })).by(&village.cuma.manager).await.refused(403, "forbidden");
    let one = format!("/v1/statements/{}", closed["id"].as_str().unwrap());
    let read = world.get(&one).by(&village.cuma.manager).await.ok();
    assert_eq!(read["document"]["summary"]["sides"][0]["side"], "exchanged");
    let owner = &village.owner;
    world.get(&one).by(owner).await.refused(404, "not-found");
}
