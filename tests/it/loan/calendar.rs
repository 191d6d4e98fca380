//! Who has the thing when: a unit is never promised twice, at whatever step somebody tries.

use serde_json::{Value, json};

use crate::deeds::{id, lent, loan_of, says, with};
use crate::world::{Party, Village, World};

/// A world in which the CUMA lends one tiller.
struct Yard {
    world: World,
    village: Village,
    tiller: String,
}

impl Yard {
    async fn new() -> Self {
        let world = World::new().await;
        let village = world.village().await;
        let tiller = world.equipment(&village.cuma, "Motoculteur", "outillage").await;
        Self { world, village, tiller }
    }

    fn wish(&self, from: &str, until: &str) -> Value {
        loan_of(&self.tiller, self.jardins(), from, until)
    }

    fn cuma(&self) -> &Party {
        &self.village.cuma
    }

    fn jardins(&self) -> &Party {
        &self.village.association
    }

    async fn requested(&self, from: &str, until: &str) -> String {
        self.world.requested(&self.wish(from, until), self.jardins()).await
    }

    async fn promised(&self, from: &str, until: &str) -> String {
        self.world.promised(&self.wish(from, until), self.cuma(), self.jardins()).await
    }

    /// Something happens to a loan, by the lender's hand.
    async fn happens(&self, loan: &str, what: Value) -> crate::ask::Answer {
        self.world.happens(loan, &what).by(&self.cuma().manager).await
    }

    async fn ask(&self, from: &str, until: &str) -> crate::ask::Answer {
        self.world.post("/v1/loans", &self.wish(from, until)).by(&self.jardins().manager).await
    }

    async fn read(&self, loan: &str) -> Value {
        self.world.get(format!("/v1/loans/{loan}")).by(&self.cuma().manager).await.ok()
    }
}

#[tokio::test]
async fn a_refused_request_names_the_period_in_the_way_and_the_next_free_day() {
    let yard = Yard::new().await;
    for (from, until) in [("2026-04-01", "2026-04-05"), ("2026-04-05", "2026-04-08"), ("2026-04-12", "2026-04-20")] {
        yard.promised(from, until).await;
    }
    for ((from, until), [busy_from, busy_until, free]) in [
        (("2026-03-30", "2026-04-02"), ["2026-04-01", "2026-04-08", "2026-04-08"]),
        (("2026-04-04", "2026-04-06"), ["2026-04-01", "2026-04-08", "2026-04-08"]),
        (("2026-04-05", "2026-04-06"), ["2026-04-05", "2026-04-08", "2026-04-08"]),
        (("2026-04-07", "2026-04-12"), ["2026-04-05", "2026-04-08", "2026-04-20"]),
        (("2026-04-10", "2026-04-13"), ["2026-04-12", "2026-04-20", "2026-04-20"]),
        (("2026-03-01", "2026-05-01"), ["2026-04-01", "2026-04-08", "2026-04-20"]),
        (("2026-04-19", "2026-04-20"), ["2026-04-12", "2026-04-20", "2026-04-20"]),
    ] {
        let problem = yard.ask(from, until).await.refused(409, "already-in-use");
        let expected = json!({ "from": busy_from, "until": busy_until, "next_free_from": free });
        assert_eq!(problem["conflict"], expected, "{from} to {until}");
    }
    yard.promised("2026-06-01", "2100-12-31").await;
    let problem = yard.ask("2026-05-20", "2026-07-20").await.refused(409, "already-in-use");
    assert_eq!(problem["conflict"]["next_free_from"], json!(null), "no calendar is long enough");
}

#[tokio::test]
async fn two_promises_may_touch_because_the_last_day_is_not_part_of_the_period() {
    let yard = Yard::new().await;
    yard.promised("2026-04-05", "2026-04-08").await;
    yard.promised("2026-04-08", "2026-04-09").await;
    yard.promised("2026-04-01", "2026-04-05").await;
    yard.ask("2026-04-01", "2026-04-09").await.refused(409, "already-in-use");
}

#[tokio::test]
async fn of_two_pending_requests_for_one_tractor_only_one_is_approved() {
    let yard = Yard::new().await;
    let (first, second) =
        (yard.requested("2026-04-01", "2026-04-05").await, yard.requested("2026-04-04", "2026-04-06").await);
    yard.happens(&second, json!({ "event": "approve" })).await.ok();
    let problem = yard.happens(&first, json!({ "event": "approve" })).await.refused(409, "already-in-use");
    let expected = json!({ "from": "2026-04-04", "until": "2026-04-06", "next_free_from": "2026-04-06" });
    assert_eq!(problem["conflict"], expected);
    says(&yard.read(&first).await, &json!({ "state": "requested", "version": 1 }));
    yard.happens(&second, json!({ "event": "cancel" })).await.ok();
    yard.happens(&first, json!({ "event": "approve" })).await.ok();
}

#[tokio::test]
async fn what_is_only_asked_for_declined_or_cancelled_holds_nothing() {
    let yard = Yard::new().await;
    for path in [
        vec![],
        vec![json!({ "event": "decline", "reason": "En panne." })],
        vec![json!({ "event": "cancel" })],
        vec![json!({ "event": "approve" }), json!({ "event": "cancel" })],
    ] {
        let loan = yard.requested("2026-04-01", "2026-04-05").await;
        for what in path {
            yard.happens(&loan, what).await.ok();
        }
    }
    yard.promised("2026-04-01", "2026-04-05").await;
}

#[tokio::test]
async fn a_thing_does_not_leave_early_into_the_promise_of_another() {
    let yard = Yard::new().await;
    yard.world.advance(20); // 3 April
    yard.promised("2026-04-01", "2026-04-04").await;
    let early = yard.promised("2026-04-05", "2026-04-08").await;
    let problem = yard.happens(&early, json!({ "event": "hand_over" })).await.refused(409, "already-in-use");
    let expected = json!({ "from": "2026-04-01", "until": "2026-04-04", "next_free_from": "2026-04-04" });
    assert_eq!(problem["conflict"], expected);
    says(&yard.read(&early).await, &json!({ "state": "approved", "from": "2026-04-05", "handed_over_on": null }));
    yard.world.advance(1);
    let left = yard.happens(&early, json!({ "event": "hand_over" })).await.ok();
    says(&left, &json!({ "state": "handed_over", "from": "2026-04-04", "handed_over_on": "2026-04-04" }));
}

#[tokio::test]
async fn a_thing_brought_back_early_is_free_for_the_rest() {
    let yard = Yard::new().await;
    let loan = yard.world.out(&yard.wish("2026-03-10", "2026-03-30"), yard.cuma(), yard.jardins(), "2026-03-10").await;
    yard.ask("2026-03-14", "2026-03-16").await.refused(409, "already-in-use");
    let back = yard.happens(&loan, json!({ "event": "return", "on": "2026-03-13" })).await.ok();
    says(&back, &json!({ "from": "2026-03-10", "until": "2026-03-30", "returned_on": "2026-03-13" }));
    yard.ask("2026-03-12", "2026-03-16").await.refused(409, "already-in-use");
    yard.promised("2026-03-13", "2026-03-30").await;
}

#[tokio::test]
async fn a_thing_brought_back_late_counts_its_days_and_takes_nothing_from_the_next_promise() {
    let yard = Yard::new().await;
    let late = yard.world.out(&yard.wish("2026-03-10", "2026-03-14"), yard.cuma(), yard.jardins(), "2026-03-10").await;
    let next = yard.promised("2026-03-14", "2026-03-20").await;
    yard.world.advance(2);
    yard.happens(&next, json!({ "event": "hand_over" })).await.refused(409, "already-in-use");
    let back = yard.happens(&late, json!({ "event": "return" })).await.ok();
    says(&back, &json!({ "until": "2026-03-14", "returned_on": "2026-03-16" }));
    let line = back["contribution_id"].as_str().unwrap();
    let line = yard.world.contribution(line, &yard.cuma().manager).await;
    says(&line, &json!({ "occurred_on": "2026-03-10", "occurred_until": "2026-03-16" }));
    assert_eq!(line["quantities"]["item_days"], 6);
    let left = yard.happens(&next, json!({ "event": "hand_over" })).await.ok();
    says(&left, &json!({ "from": "2026-03-14", "until": "2026-03-20", "handed_over_on": "2026-03-16" }));
    assert_eq!(yard.world.faults().await, [] as [&str; 0]);
}

#[tokio::test]
async fn a_unit_that_is_still_out_cannot_be_handed_over_again() {
    let yard = Yard::new().await;
    let out = yard.world.out(&yard.wish("2026-03-01", "2026-03-05"), yard.cuma(), yard.jardins(), "2026-03-01").await;
    let next = yard.promised("2026-03-10", "2026-03-20").await;
    let problem = yard.happens(&next, json!({ "event": "hand_over" })).await.refused(409, "already-in-use");
    assert_eq!(problem.get("conflict"), None, "nobody knows when it will be back");
    yard.happens(&out, json!({ "event": "return" })).await.ok();
    yard.happens(&next, json!({ "event": "hand_over" })).await.ok();
}

#[tokio::test]
async fn a_loan_recorded_afterwards_finds_the_thing_free_or_is_refused() {
    let yard = Yard::new().await;
    let afterwards = |from: &str, until: &str| {
        let wish = with(&yard.wish(from, until), &json!({ "recorded_afterwards": true }));
        yard.world.post("/v1/loans", &wish).by(&yard.cuma().manager)
    };
    let first = afterwards("2026-02-01", "2026-02-10").await.created();
    says(&first, &json!({ "state": "returned", "recorded_afterwards": true, "handed_over_on": "2026-02-01" }));
    let problem = afterwards("2026-02-09", "2026-02-12").await.refused(409, "already-in-use");
    assert_eq!(problem["conflict"]["until"], "2026-02-10");
    afterwards("2026-02-10", "2026-02-12").await.created();
    yard.promised("2026-03-01", "2026-03-10").await;
    afterwards("2026-02-20", "2026-03-02").await.refused(409, "already-in-use");
    // A thing of the same category that no catalogue knows is another thing.
    let unlisted = lent(yard.cuma(), yard.jardins(), "2026-02-01", Some("2026-02-10"));
    yard.world.post("/v1/loans", &unlisted).by(&yard.cuma().manager).await.created();
}

#[tokio::test]
async fn two_neighbours_who_ask_at_the_same_instant_cannot_both_be_promised_one_tractor() {
    let yard = Yard::new().await;
    let mut loans = Vec::new();
    for _ in 0..8 {
        loans.push(yard.requested("2026-04-01", "2026-04-05").await);
    }
    let approve = json!({ "event": "approve" });
    let answers = futures_util::future::join_all(
        loans.iter().map(|loan| yard.world.happens(loan, &approve).by(&yard.cuma().manager).into_future()),
    );
    let answers = answers.await;
    let approved: Vec<_> = answers.iter().filter(|answer| answer.status == 200).map(|answer| answer.json()).collect();
    assert_eq!(approved.len(), 1);
    assert!(answers.iter().all(|answer| [200, 409].contains(&answer.status.as_u16())));
    assert_eq!(yard.read(id(&approved[0])).await["state"], "approved");
}
