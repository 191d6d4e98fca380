//! What stands on the papers, before anybody decides how it looks. Pure.

use crate::clock::Day;
use crate::equipment::rules::{Equipment, Nature, Tracking};
use crate::id::Id;
use crate::ledger::heads::Head;
use crate::loan::rules::{Loan, State};
use crate::structure::rules::Structure;
use crate::text::{Name, Note, folded};

/// Labels of one answer at most: forty-two sheets of twenty-four.
pub const LABELS_MAX: usize = 1008;

/// One or several loans from one lender to one borrower, for an agreement or a sheet.
#[derive(Debug, Clone)]
pub struct Dossier {
    /// The loan's identifier, or the request's.
    pub number: Id,
    /// Who lends, as the caller may see it.
    pub lender: Structure,
    /// Who borrows, as the caller may see it.
    pub borrower: Structure,
    /// In which cooperation.
    pub cooperation: Option<String>,
    /// What is lent.
    pub items: Vec<Item>,
    /// The head of the ledger, so that each party keeps one at home.
    pub ledger: Head,
    /// Today.
    pub printed_on: Day,
}

/// A loan with what it lends.
#[derive(Debug, Clone)]
pub struct Item {
    /// The loan.
    pub loan: Loan,
    /// What is lent; none for something the catalogue does not know.
    pub thing: Option<Equipment>,
    /// What a kit is made of.
    pub parts: Vec<Part>,
}

/// A part of a kit.
#[derive(Debug, Clone)]
pub struct Part {
    /// What it is.
    pub thing: Equipment,
    /// Pieces of it.
    pub pieces: i64,
}

impl Item {
    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.thing.as_ref().map_or(self.loan.category.as_str(), |thing| thing.facts.name.as_str())
    }

    /// True for what was refused or called off.
    #[must_use]
    pub fn is_off(&self) -> bool {
        matches!(self.loan.state, State::Declined | State::Cancelled)
    }
}

impl Dossier {
    /// What the parties agree on: without what was refused or called off, unless nothing else is left.
    #[must_use]
    pub fn agreed(&self) -> Vec<&Item> {
        let standing: Vec<&Item> = self.items.iter().filter(|item| !item.is_off()).collect();
        if standing.is_empty() { self.items.iter().collect() } else { standing }
    }

    /// The states of what is agreed on, each once, as the items come.
    #[must_use]
    pub fn states(&self) -> Vec<State> {
        let mut states: Vec<State> = self.agreed().iter().map(|item| item.loan.state).collect();
        states.dedup();
        states
    }

    /// The days of all items, when they are the same.
    #[must_use]
    pub fn period(&self) -> Option<(Day, Option<Day>)> {
        let items = self.agreed();
        let mut periods = items.iter().map(|item| (item.loan.from, item.loan.until));
        let first = periods.next()?;
        periods.all(|period| period == first).then_some(first)
    }

    /// What was said of the use, each text once.
    #[must_use]
    pub fn uses(&self) -> Vec<&Note> {
        let mut uses: Vec<&Note> = Vec::new();
        for note in self.agreed().into_iter().filter_map(|item| item.loan.note.as_ref()) {
            if !uses.contains(&note) {
                uses.push(note);
            }
        }
        uses
    }

    /// True when a value is stated for anything that is lent.
    #[must_use]
    pub fn states_a_value(&self) -> bool {
        let valued = |thing: &Equipment| thing.facts.value_cents.is_some();
        let of = |item: &&Item| item.thing.as_ref().is_some_and(valued) || item.parts.iter().any(|p| valued(&p.thing));
        self.agreed().iter().any(of)
    }
}

/// The labels of a structure's equipment.
#[derive(Debug, Clone)]
pub struct Labels {
    /// Whose.
    pub structure: Name,
    /// Of what.
    pub things: Vec<Equipment>,
    /// True when there is more than one answer holds.
    pub more: bool,
}

/// The text of a label's QR code: letters that every scanner reads in its densest mode.
#[must_use]
pub fn scanned(thing: &Equipment) -> String {
    format!("NAVETTE:{}", thing.code.as_str())
}

/// What a structure tells its insurer.
#[derive(Debug, Clone)]
pub struct Insured {
    /// Who.
    pub structure: Name,
    /// Loans of which calendar year.
    pub year: i32,
    /// By category, then by name.
    pub items: Vec<InsuredItem>,
    /// Today.
    pub printed_on: Day,
}

/// One line of the insurer's list.
#[derive(Debug, Clone)]
pub struct InsuredItem {
    /// What people call it.
    pub name: String,
    /// What it counts as.
    pub category: String,
    /// A thing or premises.
    pub nature: Nature,
    /// A unit, a pool or a kit; none for what the catalogue does not know.
    pub tracking: Option<Tracking>,
    /// Pieces.
    pub pieces: i64,
    /// What stands on its label.
    pub code: Option<String>,
    /// Serial number, number plate.
    pub identifier: Option<String>,
    /// Where it is kept.
    pub place: Option<String>,
    /// Its value, in cents.
    pub value_cents: Option<i64>,
    /// True when it is no longer in use.
    pub archived: bool,
    /// When it is lent.
    pub periods: Vec<Lent>,
}

/// When something was with somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lent {
    /// The day it left, or is to leave.
    pub from: Day,
    /// The day it came back, or is to come back; none when nobody knows.
    pub back: Option<Day>,
    /// Pieces.
    pub pieces: i64,
    /// Who has it.
    pub borrower: String,
    /// Where the loan stands.
    pub state: State,
    /// True when it is out and should be back.
    pub overdue: bool,
}

impl Lent {
    /// When a loan really had its pieces away, as far as is known today.
    #[must_use]
    pub fn of(loan: &Loan, borrower: String, today: Day) -> Self {
        let is_out = loan.state == State::HandedOver;
        Self {
            from: loan.handed_over_on.unwrap_or(loan.from),
            back: match loan.state {
                State::Returned => loan.returned_on,
                State::Lost => None,
                _ => loan.until,
            },
            pieces: if loan.handed_over_quantity > 0 { loan.handed_over_quantity } else { loan.quantity.pieces() },
            borrower,
            state: loan.state,
            overdue: is_out && loan.until.is_some_and(|until| until < today),
        }
    }
}

impl InsuredItem {
    /// Equipment of the catalogue.
    #[must_use]
    pub fn of(thing: &Equipment, periods: Vec<Lent>) -> Self {
        let (facts, owned) = (&thing.facts, |name: &Name| name.as_str().to_owned());
        Self {
            name: owned(&facts.name),
            category: owned(&facts.category),
            nature: facts.nature,
            tracking: Some(facts.tracking),
            pieces: facts.quantity.pieces(),
            code: Some(thing.code.as_str().to_owned()),
            identifier: facts.identifier.as_ref().map(owned),
            place: facts.place.as_ref().map(owned),
            value_cents: facts.value_cents,
            archived: thing.archived,
            periods,
        }
    }

    /// Something lent that no catalogue knows.
    #[must_use]
    pub fn outside_the_catalogue(loan: &Loan, lent: Lent) -> Self {
        Self {
            name: loan.category.as_str().to_owned(),
            category: loan.category.as_str().to_owned(),
            nature: loan.nature,
            tracking: None,
            pieces: loan.quantity.pieces(),
            code: None,
            identifier: None,
            place: None,
            value_cents: None,
            archived: false,
            periods: vec![lent],
        }
    }
}

impl Insured {
    /// The list in the order in which people look things up.
    #[must_use]
    pub fn sorted(structure: Name, year: i32, mut items: Vec<InsuredItem>, printed_on: Day) -> Self {
        items.sort_by_cached_key(|item| (folded(&item.category), folded(&item.name), item.code.clone()));
        Self { structure, year, items, printed_on }
    }

    /// The stated values in all, in cents. A kit is made of what is listed already, and counts for nothing.
    #[must_use]
    pub fn value_cents(&self) -> i64 {
        self.valued().filter_map(|item| item.value_cents).sum()
    }

    /// How many items have no stated value.
    #[must_use]
    pub fn unvalued(&self) -> usize {
        self.valued().filter(|item| item.value_cents.is_none()).count()
    }

    fn valued(&self) -> impl Iterator<Item = &InsuredItem> {
        self.items.iter().filter(|item| item.tracking != Some(Tracking::Kit) && !item.archived)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loan::rules::tests::promised;

    fn day(text: &str) -> Day {
        Day::parse(&format!("2026-03-{text}")).unwrap()
    }

    fn lent(loan: &Loan, today: &str) -> Lent {
        Lent::of(loan, "Jardins".to_owned(), day(today))
    }

    #[test]
    fn what_left_is_told_and_before_anything_left_what_is_promised() {
        let before = lent(&promised(), "12");
        assert_eq!((before.from, before.back, before.pieces), (day("10"), Some(day("20")), 10));
        for pieces in [1, 4] {
            let out = Loan {
                state: State::HandedOver,
                handed_over_on: Some(day("11")),
                handed_over_quantity: pieces,
                ..promised()
            };
            let out = lent(&out, "12");
            assert_eq!((out.from, out.back, out.pieces), (day("11"), Some(day("20")), pieces));
        }
    }

    #[test]
    fn what_came_back_has_its_own_day_and_what_is_lost_has_none() {
        let back = |state| lent(&Loan { state, returned_on: Some(day("15")), ..promised() }, "12").back;
        assert_eq!([State::Returned, State::Lost].map(back), [Some(day("15")), None]);
    }

    #[test]
    fn only_what_is_out_is_overdue_from_the_day_after_the_last() {
        let overdue = |state, today| lent(&Loan { state, ..promised() }, today).overdue;
        assert_eq!(["19", "20", "21"].map(|today| overdue(State::HandedOver, today)), [false, false, true]);
        assert!(!overdue(State::Approved, "21") && !overdue(State::Returned, "21"));
    }

    #[test]
    fn kits_and_what_is_put_away_count_for_nothing_in_what_is_insured() {
        let loan = promised();
        let item = |value_cents, tracking, archived| InsuredItem {
            tracking,
            value_cents,
            archived,
            ..InsuredItem::outside_the_catalogue(&loan, lent(&loan, "12"))
        };
        let items = vec![
            item(Some(500), Some(Tracking::Unit), false),
            item(Some(70), Some(Tracking::Pool), false),
            item(Some(9000), Some(Tracking::Kit), false),
            item(Some(9000), Some(Tracking::Unit), true),
            item(None, Some(Tracking::Unit), false),
            item(None, None, false),
            item(None, Some(Tracking::Kit), false),
            item(None, Some(Tracking::Unit), true),
        ];
        let list = Insured::sorted(Name::parse("Mairie").unwrap(), 2026, items, day("12"));
        assert_eq!((list.value_cents(), list.unvalued()), (570, 2));
    }
}
