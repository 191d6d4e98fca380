//! A ledger of realistic shape, filled through the acts of production.
//!
//! Ten cooperations of 200 structures each record as much in every year, for up to ten years: a larger ledger holds more
//! cooperations and more years, not larger ones. As in a real lending library a tenth of the structures make 60 % of what
//! flows; half of the volunteers serve their own association; what passes between two structures is confirmed as often
//! as not.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use navette::App;
use navette::auth::rules::{GrantWish, Role};
use navette::auth::{self, Act, Caller};
use navette::calendar::rules::shifted;
use navette::clock::{Day, Moment};
use navette::error::Error;
use navette::id::Id;
use navette::ledger::rules::Deed;
use navette::{cooperation, equipment, hours, ledger, loan, person, session, skill, structure};
use rusqlite::Connection;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Failure;

/// Structures of a cooperation.
pub const MEMBERS: u64 = 200;
/// Cooperations at most, unless there are more than a million lines.
const COOPERATIONS: u64 = 10;
/// Contributions of a cooperation in a year.
const YEARLY: u64 = 10_000;
/// The present year, and the last that is filled.
pub const YEAR: u64 = 2026;
/// Years at most.
const YEARS: u64 = 10;
/// People known to each structure.
const PEOPLE: u64 = 5;
/// Things that each cooperation's first members lend, and the promises for each.
const UNITS: u64 = 10;
const BOOKINGS: u64 = 50;
/// Acts that wait for the writer at once while the ledger is filled.
const AT_ONCE: usize = 256;
const ACTIVITIES: [&str; 8] =
    ["accueil", "entretien", "coordination", "transport", "cuisine", "comptabilité", "fête", "chantier"];
/// Minutes of an entry: the median is 2.64 hours, as in real time banks, and one in ten lasts beyond 6.4.
const MINUTES: [u64; 10] = [60, 89, 105, 120, 150, 158, 195, 240, 300, 400];

/// How a number of contributions is spread.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    /// Contributions.
    pub contributions: u64,
    cooperations: u64,
    years: u64,
}

impl Shape {
    /// The shape of so many contributions.
    pub fn of(contributions: u64) -> Self {
        let portions = (contributions / YEARLY).max(1);
        let years = if portions < COOPERATIONS { 1 } else { YEARS.min(portions) };
        Self { contributions, cooperations: (portions / years).max(1), years }
    }

    /// The first year of the ledger.
    pub fn first_year(self) -> u64 {
        YEAR + 1 - self.years
    }
}

/// The account that manages a member of the first cooperation: the calls of these are measured.
pub fn account(member: u64) -> Id {
    Id::of(&["account", &member.to_string()])
}

/// A cooperation.
pub fn commons(cooperation: u64) -> Id {
    Id::of(&["cooperation", &cooperation.to_string()])
}

/// A member of a cooperation.
pub fn member(cooperation: u64, member: u64) -> Id {
    Id::of(&["structure", &cooperation.to_string(), &member.to_string()])
}

/// A thing that the first members of a cooperation lend.
pub fn unit(cooperation: u64, unit: u64) -> Id {
    Id::of(&["unit", &cooperation.to_string(), &unit.to_string()])
}

fn someone(cooperation: u64, member: u64, person: u64) -> Id {
    Id::of(&["person", &cooperation.to_string(), &member.to_string(), &person.to_string()])
}

/// Fills an empty ledger.
pub async fn fill(app: &App, shape: Shape) -> Result<(), Failure> {
    app.store.write(accounts).await?;
    for cooperation in 0..shape.cooperations {
        app.store.write(move |db, now| found(db, now, cooperation, shape)).await?;
    }
    for cooperation in 0..shape.cooperations {
        app.store.write(move |db, now| promise(db, now, cooperation)).await?;
    }
    stream::iter(0..shape.contributions)
        .map(|number| app.store.write(move |db, now| record(db, now, number, shape)))
        .buffered(AT_ONCE)
        .try_for_each(async |()| Ok(()))
        .await?;
    Ok(())
}

fn wish<T: DeserializeOwned>(value: Value) -> Result<T, Error> {
    serde_json::from_value(value).map_err(|error| Error::Internal(error.to_string()))
}

fn clerk(db: &Connection, now: Moment) -> Result<Act<'_>, Error> {
    Act::begin(db, now, Caller::account(Id::of(&["clerk"])))
}

/// Who is measured, and who records all the rest.
fn accounts(db: &Connection, now: Moment) -> Result<(), Error> {
    for account in (0..MEMBERS).map(account).chain([Id::of(&["clerk"])]) {
        auth::rows::insert_account(db, account, &account.to_string(), "no password opens this", false, now)?;
        session::rows::insert_session(db, account, account, None, now)?;
    }
    Ok(())
}

fn found(db: &Connection, now: Moment, cooperation: u64, shape: Shape) -> Result<(), Error> {
    let name = format!("Coopération {cooperation}");
    let facts = wish(json!({ "name": name, "intention": "Rendre visible ce qui se prête" }))?;
    cooperation::rows::insert(db, commons(cooperation), &facts, now)?;
    for member in 0..MEMBERS {
        let id = self::member(cooperation, member);
        let kind = ["association", "commune", "farm", "cuma", "association"][usize::try_from(member % 5).unwrap_or(0)];
        let facts = wish(json!({ "name": format!("Structure {cooperation}-{member}"), "kind": kind }))?;
        structure::rows::insert(db, id, &facts, None, now)?;
        for account in [Some(Id::of(&["clerk"])), (cooperation == 0).then(|| account(member))].into_iter().flatten() {
            let wish = GrantWish { account_id: account, structure_id: id, role: Role::Manager };
            auth::rows::insert_grant(db, Id::fresh(now), &wish, now)?;
        }
        let membership = wish(json!({
            "cooperation_id": commons(cooperation), "structure_id": id,
            "role": if member == 0 { "facilitator" } else { "member" },
            "starts_on": format!("{}-01-01", shape.first_year()),
        }))?;
        cooperation::rows::insert_membership(db, Id::fresh(now), &membership, now)?;
        for person in 0..PEOPLE {
            let facts = wish(json!({ "structure_id": id, "name": format!("Bénévole {person}"), "pseudonym": true }))?;
            person::rows::insert(db, someone(cooperation, member, person), &facts, now)?;
        }
    }
    Ok(())
}

/// Things that are booked every week of the coming year.
fn promise(db: &Connection, now: Moment, cooperation: u64) -> Result<(), Error> {
    let act = clerk(db, now)?;
    for unit in 0..UNITS {
        let facts = wish(json!({
            "structure_id": member(cooperation, unit), "name": format!("Chapiteau {unit}"), "category": "Chapiteau",
            "lends_to": "cooperations", "approval": "automatic",
        }))?;
        equipment::rows::insert(db, self::unit(cooperation, unit), &facts, now)?;
        for booking in 0..BOOKINGS {
            let (from, until) = (day(YEAR + 1, booking * 7)?, day(YEAR + 1, booking * 7 + 2)?);
            let wish = wish(json!({
                "equipment_id": self::unit(cooperation, unit), "borrower_id": member(cooperation, 100 + booking),
                "cooperation_id": commons(cooperation), "from": from, "until": until,
            }))?;
            loan::open(&act, Id::fresh(now), wish)?;
        }
    }
    Ok(())
}

/// The contribution of this number, in the order of the years.
fn record(db: &Connection, now: Moment, number: u64, shape: Shape) -> Result<(), Error> {
    let act = clerk(db, now)?;
    let yearly = (shape.contributions / shape.years).max(1);
    let year = (shape.first_year() + number / yearly).min(YEAR);
    // The present year ends in October.
    let day = day(year, number % yearly * 300 / yearly)?;
    let cooperation = number % shape.cooperations;
    let mut dice = Dice::of(number);
    let (giver, receiver) = (dice.member(), dice.member());
    let receiver = if giver == receiver { (receiver + 1) % MEMBERS } else { receiver };
    let told = Told { act, number, cooperation, giver, receiver, day };
    match dice.below(20) {
        0..8 => told.own_hours(&mut dice),
        8..14 => told.hours(&mut dice),
        14..19 => told.loan(&mut dice),
        _ => told.session(),
    }
}

/// What one contribution is about.
struct Told<'a> {
    act: Act<'a>,
    number: u64,
    cooperation: u64,
    giver: u64,
    receiver: u64,
    day: Day,
}

impl Told<'_> {
    /// Volunteers of an association serve it.
    fn own_hours(&self, dice: &mut Dice) -> Result<(), Error> {
        let person = (dice.below(3) > 0).then(|| someone(self.cooperation, self.giver, dice.below(PEOPLE)));
        let wish: hours::rules::Wish = wish(json!({
            "receiver_id": member(self.cooperation, self.giver), "cooperation_id": commons(self.cooperation),
            "person_id": person, "day": self.day, "minutes": dice.one_of(&MINUTES), "activity": dice.one_of(&ACTIVITIES),
        }))?;
        match hours::record(&self.act, Id::fresh(self.act.now), wish.clone()) {
            // Somebody had given that whole day already.
            Err(Error::Invalid(_)) => {
                let wish = hours::rules::Wish { person_id: None, ..wish };
                hours::record(&self.act, Id::fresh(self.act.now), wish).map(drop)
            }
            recorded => recorded.map(drop),
        }
    }

    fn hours(&self, dice: &mut Dice) -> Result<(), Error> {
        let wish = wish(json!({
            "giver_id": member(self.cooperation, self.giver), "receiver_id": member(self.cooperation, self.receiver),
            "cooperation_id": commons(self.cooperation), "day": self.day, "minutes": dice.one_of(&MINUTES),
            "activity": dice.one_of(&ACTIVITIES),
        }))?;
        let recorded = hours::record(&self.act, Id::fresh(self.act.now), wish)?;
        self.confirm(recorded.contribution_id)
    }

    fn loan(&self, dice: &mut Dice) -> Result<(), Error> {
        let days = i64::try_from(1 + dice.below(4)).unwrap_or(1);
        let wish = wish(json!({
            "lender_id": member(self.cooperation, self.giver), "borrower_id": member(self.cooperation, self.receiver),
            "cooperation_id": commons(self.cooperation), "category": dice.one_of(&["Chapiteau", "Remorque", "Sono"]),
            "nature": "thing", "from": self.day, "until": shifted(self.day, days),
            "recorded_afterwards": true,
        }))?;
        loan::open(&self.act, Id::fresh(self.act.now), wish).map(drop)
    }

    fn session(&self) -> Result<(), Error> {
        let wish: skill::rules::Wish = wish(json!({
            "giver_id": member(self.cooperation, self.giver), "cooperation_id": commons(self.cooperation),
            "skill": "Greffe", "day": self.day, "minutes": 120,
            "receivers": [{ "structure_id": member(self.cooperation, self.receiver), "participants": 4 }],
        }))?;
        skill::record(&self.act, Id::fresh(self.act.now), &wish).map(drop)
    }

    /// Half of what passed between two is confirmed by the other.
    fn confirm(&self, contribution: Id) -> Result<(), Error> {
        if self.number.is_multiple_of(2) {
            return Ok(());
        }
        let structure_id = Some(member(self.cooperation, self.receiver));
        let word = ledger::Word { id: None, deed: Deed::Confirm, structure_id, reason: None };
        ledger::speak(&self.act, contribution, word).map(drop)
    }
}

/// The day of this number in a year, from 0.
fn day(year: u64, number: u64) -> Result<Day, Error> {
    let first = i32::try_from(year).ok().and_then(Day::first_of).ok_or(Error::NotFound)?;
    Ok(shifted(first, i64::try_from(number).unwrap_or(0)))
}

/// Numbers that look random and are always the same.
struct Dice(u64);

impl Dice {
    fn of(number: u64) -> Self {
        Self(number.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x2545_f491_4f6c_dd1d)
    }

    /// The next number below a limit (xorshift64*).
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap_or(0)]
    }

    /// A member; a tenth of them in six cases of ten.
    fn member(&mut self) -> u64 {
        if self.below(10) < 6 { self.below(MEMBERS / 10) } else { self.below(MEMBERS) }
    }
}
