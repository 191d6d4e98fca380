//! The model's loans: who may move them, and on which days a thing is left.

use serde_json::{Value, json};

use super::commands::{Command, TODAY, Who};
use super::parties::{Model, Refusal, THINGS, day, somebody};
use super::standing::{Amounts, Flow, Told};
use crate::world::World;

/// A loan.
#[derive(Debug, Clone)]
pub struct Loan {
    pub id: String,
    thing: Option<usize>,
    lender: usize,
    pub borrower: usize,
    within: bool,
    pieces: i64,
    from: i32,
    until: Option<i32>,
    /// The first day on which others may have it.
    free_on: Option<i32>,
    left: Option<i32>,
    state: &'static str,
}

impl Loan {
    fn is_firm(&self) -> bool {
        matches!(self.state, "approved" | "handed_over" | "returned")
    }

    pub fn is_under_way(&self) -> bool {
        matches!(self.state, "requested" | "approved" | "handed_over")
    }

    pub fn as_read(&self) -> Value {
        json!({ "state": self.state, "from": day(self.from), "until": self.until.map(day), "quantity": self.pieces,
                "handed_over_on": self.left.map(day) })
    }
}

impl Model {
    /// A loan that is over becomes a contribution.
    fn append_loan(&mut self, loan: &Loan, answer: &Value, until: Option<i32>, speaker: usize) {
        let from = loan.left.unwrap();
        let until = until.map(|until| until.max(from + 1));
        let item_days = until.map(|until| loan.pieces * i64::from(until - from));
        let amounts = Amounts { item_days, occasions: 1, ..Amounts::default() };
        let flow = Flow {
            id: answer["contribution_id"].as_str().unwrap().to_owned(),
            corrects: None,
            kind: "equipment",
            category: loan.thing.map_or("remorque", |thing| THINGS[thing].2),
            giver: Some(loan.lender),
            receiver: Some(loan.borrower),
            within: loan.within,
            from,
            until,
            amounts,
            speaker,
            told: Told::default(),
        };
        self.append(flow);
    }

    pub async fn take_lent(&mut self, world: &World, command: &Command) {
        let Command::Lent { by, lender, borrower, within, from, days, pieces } = *command else { return };
        let by = somebody(by, Some(lender), Some(borrower));
        let until = days.map(|days| from + days);
        let body = json!({ "lender_id": self.id(Some(lender)), "borrower_id": self.id(Some(borrower)),
            "cooperation_id": self.within(within), "category": "remorque", "from": day(from),
            "until": until.map(day), "quantity": pieces, "recorded_afterwards": true });
        let past = from <= self.today && until.is_none_or(|until| until <= self.today);
        let right = Self::ends(Some(lender), Some(borrower), within)
            .and(if [lender, borrower].contains(&by) || Self::on_behalf(by, within) { Ok(()) } else { Err(403) })
            .and(if past { Ok(()) } else { Err(422) });
        let Some(answer) = self.send(world, "/v1/loans", &body, by, right).await else { return };
        let id = answer["id"].as_str().unwrap().to_owned();
        let loan = Loan {
            id,
            thing: None,
            lender,
            borrower,
            within,
            pieces,
            from,
            until,
            free_on: until,
            left: Some(from),
            state: "returned",
        };
        self.append_loan(&loan, &answer, until, by);
        self.loans.push(loan);
    }

    pub async fn take_ask(&mut self, world: &World, command: &Command) {
        let Command::Ask { by, thing, borrower, within, from, days, pieces, over } = *command else { return };
        let (lender, capacity, _) = THINGS[thing];
        let by = somebody(by, Some(lender), Some(borrower));
        let until = from + days;
        let body = json!({ "equipment_id": self.things[thing], "borrower_id": self.id(Some(borrower)),
            "cooperation_id": self.within(within), "from": day(from), "until": day(until), "quantity": pieces,
            "recorded_afterwards": over });
        let loan = Loan {
            id: String::new(),
            thing: Some(thing),
            lender,
            borrower,
            within,
            pieces,
            from,
            until: Some(until),
            free_on: Some(until),
            left: over.then_some(from),
            state: if over { "returned" } else { "requested" },
        };
        let right = match () {
            () if by == 3 || Self::ends(Some(lender), Some(borrower), within).is_err() => Err(422),
            () if !([lender, borrower].contains(&by) || over && Self::on_behalf(by, within)) => Err(403),
            () if over && until > self.today || pieces > capacity => Err(422),
            () if !self.is_free(&loan, from) => Err(409),
            () => Ok(()),
        };
        let Some(answer) = self.send(world, "/v1/loans", &body, by, right).await else { return };
        let loan = Loan { id: answer["id"].as_str().unwrap().to_owned(), ..loan };
        if over {
            self.append_loan(&loan, &answer, Some(until), by);
        }
        self.loans.push(loan);
    }

    /// True when on each day from this one on enough pieces are left for the loan.
    fn is_free(&self, loan: &Loan, from: i32) -> bool {
        let (Some(thing), Some(until)) = (loan.thing, loan.until) else { return true };
        (from..until).all(|day| self.pieces_out(thing, day, &loan.id) + loan.pieces <= THINGS[thing].1)
    }

    fn pieces_out(&self, thing: usize, day: i32, but: &str) -> i64 {
        let of_the_day = |loan: &&Loan| {
            loan.thing == Some(thing)
                && loan.is_firm()
                && loan.id != but
                && loan.from <= day
                && loan.free_on.is_some_and(|free_on| day < free_on)
        };
        self.loans.iter().filter(of_the_day).map(|loan| loan.pieces).sum()
    }

    pub fn assert_nothing_promised_twice(&self) {
        for (thing, (_, capacity, name)) in THINGS.iter().enumerate() {
            for offset in 0..TODAY + 100 {
                assert!(self.pieces_out(thing, offset, "") <= *capacity, "{name} on {}", day(offset));
            }
        }
    }

    pub async fn take_happening(&mut self, world: &World, by: Who, index: usize, event: Option<&'static str>, on: i32) {
        let loan = self.loans[index].clone();
        let next = match loan.state {
            "requested" => ("approve", on),
            "approved" => ("hand_over", on),
            _ => ("return", on.max(loan.left.unwrap_or(on))),
        };
        let (event, on) = event.map_or(next, |event| (event, on));
        let by = somebody(by, Some(loan.lender), Some(loan.borrower));
        let after = self.after(&loan, by, event, on);
        let mut body = json!({ "event": event });
        match event {
            "hand_over" | "return" => body["on"] = json!(day(on)),
            "decline" => body["reason"] = json!("Non."),
            _ => {}
        }
        let path = format!("/v1/loans/{}/events", loan.id);
        let right = after.as_ref().map(|_| ()).map_err(|refusal| *refusal);
        let Some(answer) = self.send(world, &path, &body, by, right).await else { return };
        let Ok(after) = after else { return };
        if event == "return" {
            self.append_loan(&after, &answer, Some(on), by);
        }
        self.loans[index] = after;
    }

    /// The loan after the event, or how it must be refused.
    fn after(&self, loan: &Loan, by: usize, event: &str, on: i32) -> Result<Loan, Refusal> {
        let party = [loan.lender, loan.borrower].contains(&by);
        let facilitates = loan.within && by == 0;
        if !(party || facilitates) {
            return Err(404);
        }
        if !party || matches!(event, "approve" | "decline") && by != loan.lender {
            return Err(403);
        }
        let mut after = loan.clone();
        after.state = match (loan.state, event) {
            ("requested", "approve") => "approved",
            ("requested", "decline") => "declined",
            ("requested" | "approved", "cancel") => "cancelled",
            ("approved", "hand_over") => "handed_over",
            ("handed_over", "return") => "returned",
            _ => return Err(409),
        };
        let until = loan.until.unwrap_or(i32::MAX);
        match event {
            "hand_over" if on > self.today || on >= until => return Err(422),
            "return" if on > self.today || Some(on) < loan.left => return Err(422),
            "hand_over" => {
                after.left = Some(on);
                after.from = loan.from.min(on);
                let out = |other: &Loan| other.thing == loan.thing && other.state == "handed_over";
                let is_unit = loan.thing.is_some_and(|thing| THINGS[thing].1 == 1);
                if is_unit && self.loans.iter().any(out) {
                    return Err(409);
                }
            }
            "return" => after.free_on = Some(until.min(on.max(loan.left.unwrap() + 1))),
            _ => {}
        }
        let promises = matches!(event, "approve" | "hand_over");
        if promises && !self.is_free(&after, after.from) { Err(409) } else { Ok(after) }
    }
}
