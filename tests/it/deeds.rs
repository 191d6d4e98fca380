//! What parties do in many tests, said in one line each: hours given, things lent, words spoken.

use navette::error::Error;
use navette::ledger::verify::{self, Report};
use serde_json::{Value, json};

use crate::ask::Request;
use crate::world::{Caller, Party, World};

/// The identifier of a thing that was answered.
#[track_caller]
pub fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap_or_else(|| panic!("no id in {thing}"))
}

/// The secret in the link of an invitation just made.
#[track_caller]
pub fn token_in(made: &Value) -> String {
    made["link"].as_str().unwrap().split_once("#token=").unwrap().1.to_owned()
}

/// Asserts that a thing says this, whatever else it says.
#[track_caller]
pub fn says(thing: &Value, expected: &Value) {
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&thing[name], value, "{name} of {thing}");
    }
}

/// One member of each item.
pub fn each<'a>(items: &'a [Value], member: &str) -> Vec<&'a Value> {
    items.iter().map(|item| &item[member]).collect()
}

/// The wish for a loan of equipment.
pub fn loan_of(equipment: &str, borrower: &Party, from: &str, until: &str) -> Value {
    json!({ "equipment_id": equipment, "borrower_id": borrower.id, "from": from, "until": until })
}

/// The record of a loan that is over, of a thing that no catalogue knows.
pub fn lent(lender: &Party, borrower: &Party, from: &str, until: Option<&str>) -> Value {
    json!({ "lender_id": lender.id, "borrower_id": borrower.id, "category": "barnum", "from": from, "until": until,
            "recorded_afterwards": true })
}

/// The record of hours that one structure's members gave another.
pub fn given(giver: &Party, receiver: &Party, day: &str, minutes: i64) -> Value {
    json!({ "giver_id": giver.id, "receiver_id": receiver.id, "day": day, "minutes": minutes, "activity": "entraide" })
}

/// This with that said as well, or instead.
pub fn with(thing: &Value, more: &Value) -> Value {
    let mut thing = thing.clone();
    thing.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    thing
}

impl World {
    /// Something happens to a loan.
    pub fn happens(&self, loan: &str, what: &Value) -> Request<'_> {
        self.post(format!("/v1/loans/{loan}/events"), what)
    }

    /// A loan that is asked for by its borrower.
    pub async fn requested(&self, wish: &Value, borrower: &Party) -> String {
        self.post("/v1/loans", wish).by(&borrower.manager).await.created_id()
    }

    /// A loan that its lender has promised.
    pub async fn promised(&self, wish: &Value, lender: &Party, borrower: &Party) -> String {
        let loan = self.requested(wish, borrower).await;
        self.happens(&loan, &json!({ "event": "approve" })).by(&lender.manager).await.ok();
        loan
    }

    /// A loan that has left on this day.
    pub async fn out(&self, wish: &Value, lender: &Party, borrower: &Party, on: &str) -> String {
        let loan = self.promised(wish, lender, borrower).await;
        self.happens(&loan, &json!({ "event": "hand_over", "on": on })).by(&lender.manager).await.ok();
        loan
    }

    /// Hours recorded by this account.
    pub async fn hours(&self, by: &Caller, wish: &Value) -> Value {
        self.post("/v1/hours", wish).by(by).await.created()
    }

    /// The contribution of hours recorded by this account.
    pub async fn hours_line(&self, by: &Caller, wish: &Value) -> String {
        self.hours(by, wish).await["contribution_id"].as_str().unwrap().to_owned()
    }

    /// A party's word on a contribution: confirm, contest or correct.
    pub fn word(&self, contribution: &str, word: &str, said: &Value) -> Request<'_> {
        self.post(format!("/v1/contributions/{contribution}/{word}"), said)
    }

    /// A contribution as this account reads it.
    pub async fn contribution(&self, id: &str, by: &Caller) -> Value {
        self.get(format!("/v1/contributions/{id}")).by(by).await.ok()
    }

    /// A yearly summary, of `structures/…` or `cooperations/…`.
    pub async fn summary(&self, of: &str, year: i32, by: &Caller) -> Value {
        self.get(format!("/v1/{of}/summaries/{year}")).by(by).await.ok()
    }

    /// A yearly summary without the number of people, which is all that erasing somebody changes in it.
    pub async fn sums(&self, of: &str, year: i32, by: &Caller) -> Value {
        let mut summary = self.summary(of, year, by).await;
        summary.as_object_mut().unwrap().remove("people").unwrap();
        summary
    }

    /// The events of the audit trail, in their order.
    pub async fn trail(&self) -> Vec<String> {
        let read = self.app.store.read(|db| {
            let mut statement = db.prepare("select event from audit order by seq")?;
            Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
        });
        read.await.unwrap()
    }

    /// Everything that a verification finds.
    pub async fn faults(&self) -> Vec<String> {
        let verified: Result<Report, Error> = self.app.store.read(verify::verify).await;
        verified.unwrap().faults
    }
}
