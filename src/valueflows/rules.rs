//! From lines of the ledger and loans to a graph of `ValueFlows`. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::custody;
use super::flows;
use super::node::{Node, Term, derived, urn};
use crate::clock::Moment;
use crate::equipment::rules::Equipment;
use crate::error::{Error, Fault, FieldError};
use crate::id::Id;
use crate::ledger::rows::Recorded;
use crate::loan::rules::Loan;
use crate::text::Name;

/// Lines, and loans, of one export at most: it is made in memory.
pub const LINES_MAX: usize = 10_000;

/// A contribution or correction, and the person who gave if the one who reads knows them.
#[derive(Debug, Clone)]
pub struct Given {
    /// As it stands; nobody contests it.
    pub recorded: Recorded,
    /// The person of its contribution.
    pub person: Option<Id>,
}

/// A loan, and what is lent as far as the one who reads may know it.
#[derive(Debug, Clone)]
pub struct Lent {
    /// The loan.
    pub loan: Loan,
    /// The equipment of the catalogue.
    pub thing: Option<Thing>,
    /// False when its parties disagree on it: who had the thing is what they disagree on.
    pub custody: bool,
}

/// What the catalogue says of something lent.
#[derive(Debug, Clone)]
pub struct Thing {
    /// What people call it.
    pub name: Name,
    /// Its serial number.
    pub identifier: Option<Name>,
    /// Pieces there are today.
    pub quantity: i64,
    /// True when it is no longer lent.
    pub archived: bool,
    /// When it was recorded.
    pub created_at: Moment,
}

impl Thing {
    /// Whether it is still lent.
    #[must_use]
    pub fn state(&self) -> &'static str {
        if self.archived { "archived" } else { "in use" }
    }
}

impl From<Equipment> for Thing {
    fn from(equipment: Equipment) -> Self {
        Self {
            name: equipment.facts.name,
            identifier: equipment.facts.identifier,
            quantity: equipment.facts.quantity.pieces(),
            archived: equipment.archived,
            created_at: equipment.created_at,
        }
    }
}

/// All that an export is made from.
#[derive(Debug, Clone)]
pub struct Material {
    /// The structure or the cooperation whose export it is.
    pub scope: Id,
    /// Lines of the ledger when it was read.
    pub head: i64,
    /// In the order of the ledger.
    pub given: Vec<Given>,
    /// By id.
    pub lent: Vec<Lent>,
    /// The name and kind of each structure and cooperation that has a part in these.
    pub agents: BTreeMap<Id, (String, String)>,
}

/// The structures and the cooperations that have a part.
#[must_use]
pub fn parties(given: &[Given], lent: &[Lent]) -> (BTreeSet<Id>, BTreeSet<Id>) {
    let flows = || given.iter().map(|given| &given.recorded.flow);
    let of_flows = flows().flat_map(|flow| [flow.giver_id, flow.receiver_id]).flatten();
    let of_loans = lent.iter().flat_map(|lent| [lent.loan.lender_id, lent.loan.borrower_id]);
    (of_flows.chain(of_loans).collect(), flows().filter_map(|flow| flow.cooperation_id).collect())
}

/// Refuses what is too much for one export.
///
/// # Errors
/// At `until`, for a shorter period will do.
pub fn refuse_too_many(count: usize) -> Result<(), Error> {
    let fault = Fault::ManyLines(LINES_MAX);
    if count > LINES_MAX { Err(Error::Parameter(FieldError::new("until", fault))) } else { Ok(()) }
}

/// The IRI of the kind of thing, work or skill that goes by these words: the same everywhere.
#[must_use]
pub fn specification(words: &Name) -> String {
    derived(&["specification", words.as_str()])
}

/// The graph: agents, what flows are of, agreements, things, who had them when, and what flowed.
#[must_use]
pub fn graph(material: &Material) -> Vec<Node> {
    let agents = material.agents.iter().map(|(id, (name, kind))| {
        let organization = Node::new(&urn(*id), "Organization");
        organization.with(Term::Name, name.as_str()).with(Term::ClassifiedAs, kind.as_str())
    });
    let of_flows = material.given.iter().map(|given| &given.recorded.flow.category);
    let words: BTreeSet<&str> =
        of_flows.chain(material.lent.iter().map(|lent| &lent.loan.category)).map(Name::as_str).collect();
    let specifications = words
        .into_iter()
        .map(|words| Node::new(&derived(&["specification", words]), "ResourceSpecification").with(Term::Name, words));
    let custody = custody::nodes(&material.lent);
    agents.chain(specifications).chain(custody).chain(flows::nodes(material)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_one_export_holds_is_refused_with_a_way_out() {
        assert!(refuse_too_many(LINES_MAX).is_ok());
        let Err(Error::Parameter(field)) = refuse_too_many(LINES_MAX + 1) else { panic!("it was let pass") };
        assert_eq!((field.pointer.as_str(), field.code.as_str()), ("until", "too-many-lines"));
    }

    #[test]
    fn what_is_put_away_is_archived_and_all_else_in_use() {
        let state = |archived| {
            let name = Name::parse("Barnum").unwrap();
            Thing { name, identifier: None, quantity: 1, archived, created_at: Moment::from_millis(0) }.state()
        };
        assert_eq!([false, true].map(state), ["in use", "archived"]);
    }
}
