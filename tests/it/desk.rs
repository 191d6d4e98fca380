//! The desk: what waits, what is late and since when, and who is told what, once.

use navette::desk;
use serde_json::{Value, json};

use crate::deeds::{each, id, loan_of, says};
use crate::world::{Caller, Party, Village, World};

const LISTS: [&str; 7] =
    ["to_answer", "to_prepare", "to_hand_over", "to_take_back", "overdue", "to_fetch", "to_bring_back"];

/// The desk of a party, each list by the first day of its loans.
async fn lists(world: &World, party: &Party, days: i64) -> Vec<Vec<String>> {
    let desk = world.get(format!("/v1/desk?structure_id={}&days={days}", party.id)).by(&party.manager).await.ok();
    let first_days = |list: &str| {
        assert_eq!(desk[list]["cut"], false);
        let items = desk[list]["items"].as_array().unwrap();
        items.iter().map(|loan| loan["from"].as_str().unwrap()[5..].to_owned()).collect()
    };
    LISTS.map(first_days).to_vec()
}

async fn note(world: &World) -> i64 {
    world.app.store.write(desk::note_overdue).await.unwrap()
}

/// What a party was told: kinds, in order.
async fn told(world: &World, party: &Party) -> Vec<String> {
    let messages = messages(world, &party.id, &party.manager).await;
    messages.iter().map(|message| message["kind"].as_str().unwrap().trim_start_matches("loan.").to_owned()).collect()
}

async fn messages(world: &World, structure: &str, by: &Caller) -> Vec<Value> {
    world.get(format!("/v1/messages?structure_id={structure}")).by(by).await.items()
}

/// A world in which the CUMA lends a hundred chairs, and the wish of the Jardins for some days.
struct Yard {
    world: World,
    village: Village,
    chairs: String,
}

impl Yard {
    async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        let chairs = json!({ "structure_id": village.cuma.id, "name": "Chaises", "category": "mobilier",
                             "tracking": "pool", "quantity": 100 });
        let chairs = world.post("/v1/equipment", &chairs).by(&village.cuma.manager).await.created_id();
        Self { world, village, chairs }
    }

    fn parties(&self) -> (&Party, &Party) {
        (&self.village.cuma, &self.village.association)
    }

    fn wish(&self, from: &str, until: &str) -> Value {
        loan_of(&self.chairs, &self.village.association, from, until)
    }

    async fn promised(&self, from: &str, until: &str) -> String {
        let (cuma, jardins) = self.parties();
        self.world.promised(&self.wish(from, until), cuma, jardins).await
    }

    /// What began in the past is entered by its lender.
    async fn out(&self, from: &str, until: &str) -> String {
        let wish = self.wish(from, until);
        let loan = self.world.post("/v1/loans", &wish).by(&self.village.cuma.manager).await.created_id();
        for what in [json!({ "event": "approve" }), json!({ "event": "hand_over", "on": from })] {
            self.happens(&loan, what).await;
        }
        loan
    }

    async fn happens(&self, loan: &str, what: Value) -> Value {
        self.world.happens(loan, &what).by(&self.village.cuma.manager).await.ok()
    }
}

#[tokio::test]
async fn each_loan_waits_in_the_list_of_what_is_to_be_done_with_it() {
    let yard = Yard::new().await;
    let (cuma, jardins) = yard.parties();
    // Today is 14 March.
    yard.world.requested(&yard.wish("2026-09-01", "2026-09-02"), jardins).await;
    yard.world.requested(&yard.wish("2026-03-20", "2026-03-21"), jardins).await;
    for (from, until) in [("2026-03-14", "2026-03-16"), ("2026-03-15", "2026-03-16"), ("2026-03-28", "2026-03-30")] {
        yard.promised(from, until).await;
    }
    yard.promised("2026-03-29", "2026-03-30").await;
    for (from, until) in [
        ("2026-03-01", "2026-03-13"),
        ("2026-03-02", "2026-03-14"),
        ("2026-03-03", "2026-03-28"),
        ("2026-03-04", "2026-03-29"),
    ] {
        yard.out(from, until).await;
    }
    let empty = || Vec::<&str>::new();
    let of_lender = [
        vec!["03-20", "09-01"],
        vec!["03-15", "03-28"],
        vec!["03-14"],
        vec!["03-02", "03-03"],
        vec!["03-01"],
        empty(),
        empty(),
    ];
    assert_eq!(lists(&yard.world, cuma, 14).await, of_lender);
    let of_borrower =
        [empty(), empty(), empty(), empty(), empty(), vec!["03-14", "03-15", "03-28"], vec!["03-01", "03-02", "03-03"]];
    assert_eq!(lists(&yard.world, jardins, 14).await, of_borrower);
    let today = lists(&yard.world, cuma, 0).await;
    assert_eq!((today[1].len(), &today[2], &today[3]), (0, &vec!["03-14".to_owned()], &vec!["03-02".to_owned()]));
    assert_eq!(lists(&yard.world, &yard.village.commune, 366).await, vec![Vec::<String>::new(); 7]);
}

#[tokio::test]
async fn a_list_that_is_too_long_says_that_it_is_cut_and_keeps_what_is_due_first() {
    let yard = Yard::new().await;
    let (cuma, jardins) = yard.parties();
    let many = json!({ "quantity": 1000 });
    world_patch(&yard, &many).await;
    for number in 0..201 {
        let from = format!("2026-{:02}-{:02}", 4 + number / 28, 1 + number % 28);
        yard.world.requested(&yard.wish(&from, "2026-12-31"), jardins).await;
    }
    let desk = yard.world.get(format!("/v1/desk?structure_id={}", cuma.id)).by(&cuma.manager).await.ok();
    says(&desk, &json!({ "days": 14, "day": "2026-03-14" }));
    let items = desk["to_answer"]["items"].as_array().unwrap();
    assert_eq!((items.len(), &desk["to_answer"]["cut"]), (200, &json!(true)));
    assert_eq!((&items[0]["from"], &items[199]["from"]), (&json!("2026-04-01"), &json!("2026-11-04")));
}

async fn world_patch(yard: &Yard, change: &Value) {
    let path = format!("/v1/equipment/{}", yard.chairs);
    yard.world.patch(path, change).by(&yard.village.cuma.manager).on_version(1).await.ok();
}

#[tokio::test]
async fn a_loan_is_late_from_the_day_after_its_end_and_that_stays_a_fact() {
    let yard = Yard::new().await;
    let (cuma, jardins) = yard.parties();
    let loan = yard.out("2026-03-10", "2026-03-20").await;
    yard.world.advance(6); // 20 March: it may still come back this morning.
    note(&yard.world).await;
    assert!(!told(&yard.world, cuma).await.contains(&"overdue".to_owned()));
    yard.world.advance(1);
    assert_eq!(note(&yard.world).await, 1);
    assert_eq!(note(&yard.world).await, 0, "noted once");
    let desk = yard.world.get(format!("/v1/desk?structure_id={}", jardins.id)).by(&jardins.manager).await.ok();
    let fact = json!({ "loan_id": loan, "since": "2026-03-21", "noted_at": "2026-03-21T09:00:00.000Z" });
    assert_eq!(desk["overdue_facts"], json!([fact]));
    // Extended, then late again: two facts.
    yard.happens(&loan, json!({ "event": "change", "until": "2026-03-25" })).await;
    assert_eq!(note(&yard.world).await, 0);
    yard.world.advance(10);
    assert_eq!(note(&yard.world).await, 1);
    let desk = yard.world.get(format!("/v1/desk?structure_id={}", cuma.id)).by(&cuma.manager).await.ok();
    assert_eq!(each(desk["overdue_facts"].as_array().unwrap(), "since"), ["2026-03-21", "2026-03-26"]);
    yard.happens(&loan, json!({ "event": "return" })).await;
    let kept = &yard.world.contents().await["overdue"];
    assert_eq!(kept.len(), 2, "the facts stay once all is back");
    let db = rusqlite::Connection::open(yard.world.file()).unwrap();
    for change in ["delete from overdue", "update overdue set since = '2026-01-01'"] {
        assert_eq!(db.execute(change, []).unwrap_err().to_string(), "overdue_is_kept");
    }
}

#[tokio::test]
async fn late_loans_are_noted_all_at_once() {
    let yard = Yard::new().await;
    world_patch(&yard, &json!({ "quantity": 1000 })).await;
    for _ in 0..3 {
        yard.out("2026-03-10", "2026-03-12").await;
    }
    assert_eq!(note(&yard.world).await, 3);
    assert_eq!(note(&yard.world).await, 0);
}

#[tokio::test]
async fn both_parties_are_told_what_happens_to_a_loan() {
    let yard = Yard::new().await;
    let (cuma, jardins) = yard.parties();
    let mut wish = yard.wish("2026-03-14", "2026-04-20");
    wish["quantity"] = json!(40);
    wish["note"] = json!("Demander Ginette");
    let loan = yard.world.requested(&wish, jardins).await;
    for what in [
        json!({ "event": "approve" }),
        json!({ "event": "hand_over", "condition": "Deux chaises branlantes" }),
        json!({ "event": "return", "quantity": 10 }),
        json!({ "event": "undo", "reason": "Mal compté par Ginette" }),
        json!({ "event": "change", "until": "2026-04-22" }),
        json!({ "event": "lose", "quantity": 1, "reason": "Cassée" }),
        json!({ "event": "return" }),
    ] {
        yard.happens(&loan, what).await;
    }
    let expected = ["requested", "approved", "handed_over", "returned", "undone", "changed", "lost", "returned"];
    for party in [cuma, jardins] {
        assert_eq!(told(&yard.world, party).await, expected);
    }
    let messages = messages(&yard.world, &jardins.id, &jardins.manager).await;
    assert!(messages.iter().all(|message| message["next_try_at"].is_null() && message["tries"] == 0));
    let text = serde_json::to_string(&messages).unwrap();
    assert!(!text.contains("Ginette") && !text.contains("branlantes") && !text.contains("Cassée"), "{text}");
    let last = &messages[7]["payload"];
    assert_eq!((&last["type"], &last["timestamp"]), (&json!("loan.returned"), &json!("2026-03-14T09:00:00.000Z")));
    says(&last["data"], &json!({ "loan_id": loan, "state": "returned", "quantity": 40, "out": 0, "version": 8 }));
}

#[tokio::test]
async fn what_is_refused_cancelled_or_promised_by_itself_is_told_and_the_past_is_not() {
    let yard = Yard::new().await;
    let (cuma, jardins) = yard.parties();
    let declined = yard.world.requested(&yard.wish("2026-05-01", "2026-05-02"), jardins).await;
    yard.happens(&declined, json!({ "event": "decline", "reason": "Fermé" })).await;
    world_patch(&yard, &json!({ "approval": "automatic" })).await;
    let promised = yard.world.requested(&yard.wish("2026-05-01", "2026-05-02"), jardins).await;
    yard.happens(&promised, json!({ "event": "cancel" })).await;
    let mut past = yard.wish("2026-02-01", "2026-02-02");
    past["recorded_afterwards"] = json!(true);
    yard.world.post("/v1/loans", &past).by(&cuma.manager).await.created();
    assert_eq!(told(&yard.world, cuma).await, ["requested", "declined", "requested", "approved", "cancelled"]);
    // What is refused leaves no message behind.
    let before = yard.world.contents().await;
    yard.world.happens(&promised, &json!({ "event": "approve" })).by(&cuma.manager).await.refused(409, "wrong-state");
    assert_eq!(yard.world.contents().await, before);
}

#[tokio::test]
async fn an_end_that_comes_near_is_told_once() {
    let yard = Yard::new().await;
    let (cuma, jardins) = yard.parties();
    let mut wish = yard.wish("2026-03-14", "2026-03-20");
    wish["quantity"] = json!(10);
    let loan = yard.world.out(&wish, cuma, jardins, "2026-03-14").await;
    let soon = async || told(&yard.world, jardins).await.iter().filter(|kind| *kind == "due_soon").count();
    note(&yard.world).await;
    assert_eq!(soon().await, 0, "six days are left");
    yard.world.advance(4);
    note(&yard.world).await;
    note(&yard.world).await;
    assert_eq!(soon().await, 1);
    yard.happens(&loan, json!({ "event": "return", "quantity": 4 })).await;
    note(&yard.world).await;
    assert_eq!(soon().await, 1, "another version, the same end");
    yard.happens(&loan, json!({ "event": "change", "until": "2026-03-28" })).await;
    yard.world.advance(8);
    note(&yard.world).await;
    assert_eq!(soon().await, 2, "another end");
}

#[tokio::test]
async fn messages_come_in_pages_to_those_of_the_structure() {
    let yard = Yard::new().await;
    let (cuma, jardins) = yard.parties();
    for day in 1..=5 {
        yard.world.requested(&yard.wish(&format!("2026-05-0{day}"), "2026-05-20"), jardins).await;
    }
    let all = messages(&yard.world, &cuma.id, &cuma.manager).await;
    let first = yard.world.get(format!("/v1/messages?structure_id={}&limit=3", cuma.id)).by(&cuma.manager).await.ok();
    let next = first["next"].as_str().unwrap();
    let rest = format!("/v1/messages?structure_id={}&limit=3&cursor={next}", cuma.id);
    let rest = yard.world.get(rest).by(&cuma.manager).await.ok();
    let paged: Vec<_> = [&first, &rest].iter().flat_map(|page| page["items"].as_array().unwrap().clone()).collect();
    assert_eq!((&paged, &rest["next"]), (&all, &Value::Null));
    assert!(all.iter().all(|message| message["structure_id"] == json!(cuma.id)));
    assert_ne!(id(&all[0]), id(&messages(&yard.world, &jardins.id, &jardins.manager).await[0]));
    for path in ["messages", "desk"] {
        let asked = yard.world.get(format!("/v1/{path}?structure_id={}", cuma.id)).by(&jardins.manager).await;
        asked.unreadable("structure_id", "unknown-reference");
    }
    let far = yard.world.get(format!("/v1/desk?structure_id={}&days=367", cuma.id)).by(&cuma.manager).await;
    far.unreadable("days", "out-of-range");
}
