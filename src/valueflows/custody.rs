//! Loans: what was agreed, who had the thing when, and how many there are. Pure.

use std::collections::{BTreeMap, VecDeque};

use super::node::{Node, Term, derived, instant, midnight, pieces, urn};
use super::rules::{Lent, Thing, specification};
use crate::clock::{Day, Moment};
use crate::equipment::rules::Nature;
use crate::id::Id;
use crate::loan::movement::{Movement, What};
use crate::loan::rules::Loan;
use crate::text::Name;

/// Said of what does not come back: it is taken back on paper, so that its owner can write it off.
const LOST: &str = "Lost: taken back on paper, and written off.";

/// One movement, as the events it becomes.
struct Moved {
    day: Day,
    created: Moment,
    loan: Id,
    /// By how much it changes what the owner has at hand.
    onhand: i64,
    /// By how much it changes what the owner has at all.
    accounting: i64,
    events: Vec<Node>,
}

/// The IRI of what is lent: of equipment of the catalogue its own, else one that stands for this loan's thing alone.
#[must_use]
pub fn resource(loan: &Loan) -> String {
    loan.equipment_id.map_or_else(|| derived(&["thing", &loan.id.to_string()]), urn)
}

/// Each agreement with its commitments; each thing with the count it begins with and its events, in the order in which
/// they happened.
#[must_use]
pub fn nodes(loans: &[Lent]) -> Vec<Node> {
    let mut nodes: Vec<Node> = loans.iter().flat_map(|lent| agreement(&lent.loan)).collect();
    let mut things: BTreeMap<String, Vec<&Lent>> = BTreeMap::new();
    for lent in loans {
        things.entry(resource(&lent.loan)).or_default().push(lent);
    }
    nodes.extend(things.into_iter().flat_map(|(iri, loans)| thing(&iri, &loans)));
    nodes
}

fn clause(loan: &Loan, side: &str) -> String {
    derived(&[side, &loan.id.to_string()])
}

fn agreement(loan: &Loan) -> [Node; 3] {
    let (lender, borrower) = (urn(loan.lender_id), urn(loan.borrower_id));
    let created = instant(loan.created_at);
    let commitment = |side: &str, from: &str, to: &str| {
        Node::new(&clause(loan, side), "Commitment")
            .with(Term::Action, "transferCustody")
            .with(Term::ClauseOf, urn(loan.id))
            .with(Term::Provider, from)
            .with(Term::Receiver, to)
            .with(Term::ResourceConformsTo, specification(&loan.category))
            .with(Term::ResourceQuantity, pieces(loan.quantity.pieces()))
            .with(Term::Created, created.as_str())
    };
    let all_left = loan.handed_over_quantity == loan.quantity.pieces();
    let all_back = loan.handed_over_quantity > 0 && loan.out() == 0;
    [
        Node::new(&urn(loan.id), "Agreement").with(Term::Created, created.as_str()),
        commitment("out", &lender, &borrower)
            .with(Term::ResourceInventoriedAs, resource(loan))
            .with(Term::Due, midnight(loan.from))
            .with(Term::Finished, all_left || all_back),
        commitment("back", &borrower, &lender)
            .maybe(Term::Due, loan.until.map(midnight))
            .with(Term::Finished, all_back),
    ]
}

fn thing(iri: &str, loans: &[&Lent]) -> Vec<Node> {
    let Some(first) = loans.iter().min_by_key(|lent| lent.loan.created_at) else { return Vec::new() };
    let known = first.thing.as_ref();
    let moves = in_order(
        loans.iter().filter(|lent| lent.custody).flat_map(|lent| moves(&lent.loan)).collect(),
        known.map_or(0, |thing| thing.quantity),
    );
    let away = moves.iter().scan(0, |onhand, moved| {
        *onhand += moved.onhand;
        Some(-*onhand)
    });
    let promised = loans.iter().map(|lent| lent.loan.quantity.pieces()).max().unwrap_or(0);
    // As many as the catalogue says today, but never fewer than were away at once.
    let opening = known.map_or(promised, |thing| thing.quantity).max(away.max().unwrap_or(0));
    let accounting = opening + moves.iter().map(|moved| moved.accounting).sum::<i64>();
    let onhand = opening + moves.iter().map(|moved| moved.onhand).sum::<i64>();
    let loan = &first.loan;
    let owner = urn(loan.lender_id);
    let nature: &str = match loan.nature {
        Nature::Thing => "thing",
        Nature::Premises => "premises",
    };
    let name = known.map_or_else(|| loan.category.as_str(), |thing| thing.name.as_str());
    let begins = loans.iter().map(|lent| lent.loan.from).chain(moves.iter().map(|moved| moved.day)).min();
    let counted = Node::new(&derived(&["count", iri]), "EconomicEvent")
        .with(Term::Action, "raise")
        .with(Term::Provider, owner.as_str())
        .with(Term::Receiver, owner.as_str())
        .with(Term::ResourceInventoriedAs, iri)
        .with(Term::ResourceQuantity, pieces(opening))
        .maybe(Term::HasPointInTime, begins.map(midnight))
        .with(Term::Created, instant(known.map_or(loan.created_at, |thing| thing.created_at)));
    let inventoried = Node::new(iri, "EconomicResource")
        .with(Term::Name, name)
        .with(Term::ConformsTo, specification(&loan.category))
        .with(Term::ClassifiedAs, nature)
        .with(Term::PrimaryAccountable, owner)
        .with(Term::AccountingQuantity, pieces(accounting))
        .with(Term::OnhandQuantity, pieces(onhand))
        .maybe(Term::State, known.map(Thing::state))
        .maybe(Term::TrackingIdentifier, known.and_then(|thing| thing.identifier.as_ref()).map(Name::as_str));
    [inventoried, counted].into_iter().chain(moves.into_iter().flat_map(|moved| moved.events)).collect()
}

/// The movements of a loan, mistakes left out.
fn moves(loan: &Loan) -> Vec<Moved> {
    let standing = loan.movements.iter().enumerate().filter(|(_, movement)| movement.undone_at.is_none());
    standing.map(|(position, movement)| moved(loan, position, movement)).collect()
}

fn moved(loan: &Loan, position: usize, movement: &Movement) -> Moved {
    let (lender, borrower, thing) = (urn(loan.lender_id), urn(loan.borrower_id), resource(loan));
    let event = |what: &str, action: &str| {
        Node::new(&derived(&[what, &loan.id.to_string(), &position.to_string()]), "EconomicEvent")
            .with(Term::Action, action)
            .with(Term::RealizationOf, urn(loan.id))
            .with(Term::ResourceConformsTo, specification(&loan.category))
            .with(Term::ResourceQuantity, pieces(movement.quantity))
            .maybe(Term::HasPointInTime, movement.on.map(midnight))
            .with(Term::Created, instant(movement.recorded_at))
    };
    let out = |event: Node| event.with(Term::Provider, lender.as_str()).with(Term::Receiver, borrower.as_str());
    let back = |event: Node| {
        let event = event.with(Term::Provider, borrower.as_str()).with(Term::Receiver, lender.as_str());
        event.with(Term::ToResourceInventoriedAs, thing.as_str())
    };
    let taken = || event("custody", "transferCustody");
    let (onhand, accounting, events) = match movement.what {
        What::HandOver => {
            let named = taken().with(Term::ResourceInventoriedAs, thing.as_str());
            (-movement.quantity, 0, vec![out(named).with(Term::Fulfills, clause(loan, "out"))])
        }
        What::Return => (movement.quantity, 0, vec![back(taken()).with(Term::Fulfills, clause(loan, "back"))]),
        What::Loss => {
            let written_off = event("loss", "lower")
                .with(Term::Provider, lender.as_str())
                .with(Term::Receiver, lender.as_str())
                .with(Term::ResourceInventoriedAs, thing.as_str());
            (0, -movement.quantity, vec![back(taken()).with(Term::Note, LOST), written_off])
        }
    };
    let day = movement.on.unwrap_or_else(|| movement.recorded_at.day());
    Moved { day, created: movement.recorded_at, loan: loan.id, onhand, accounting, events }
}

/// By day; within one, as recorded, but what has to come back first does: a loan may begin on the day another ends,
/// and be recorded before it. What a loan did stays in its order.
fn in_order(mut moves: Vec<Moved>, mut at_hand: i64) -> Vec<Moved> {
    moves.sort_by_key(|moved| (moved.day, moved.created, moved.loan));
    let mut waiting: VecDeque<Moved> = moves.into();
    let mut ordered: Vec<Moved> = Vec::with_capacity(waiting.len());
    while let Some(today) = waiting.front().map(|moved| moved.day) {
        let of_today = || waiting.iter().enumerate().take_while(|(_, moved)| moved.day == today);
        let is_first = |place: usize, loan: Id| waiting.iter().take(place).all(|before| before.loan != loan);
        let possible = of_today().find(|(place, moved)| at_hand + moved.onhand >= 0 && is_first(*place, moved.loan));
        let place = possible.map_or(0, |(place, _)| place);
        if let Some(next) = waiting.remove(place) {
            at_hand += next.onhand;
            ordered.push(next);
        }
    }
    ordered
}
