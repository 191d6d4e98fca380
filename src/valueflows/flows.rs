//! Lines of the ledger: work, services delivered, use of what was lent, and their corrections. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::custody::resource;
use super::node::{Node, Term, days, derived, hours, instant, midnight, urn};
use super::rules::{Given, Material, specification};
use crate::id::Id;
use crate::ledger::rules::{Flow, SourceKind};
use crate::loan::rules::Loan;
use crate::text::Name;

/// Said of volunteers who are no structure's.
const VOLUNTEERS: &str = "Volunteers who gave as individuals.";

/// Who gave: what the export shows of them.
struct Persons<'a> {
    material: &'a Material,
    /// Each person in the order of their first line.
    order: Vec<Id>,
}

/// The processes, and one event for each line.
#[must_use]
pub fn nodes(material: &Material) -> Vec<Node> {
    let mut order = Vec::new();
    for person in material.given.iter().filter_map(|given| given.person) {
        if !order.contains(&person) {
            order.push(person);
        }
    }
    let persons = Persons { material, order };
    let loans: BTreeMap<Id, &Loan> = material.lent.iter().map(|lent| (lent.loan.id, &lent.loan)).collect();
    let mut nodes = persons.nodes();
    let mut told = BTreeSet::new();
    for given in &material.given {
        let flow = &given.recorded.flow;
        if told.insert(flow.source_id) {
            nodes.push(process(flow));
            if flow.source_kind == SourceKind::Session {
                nodes.push(persons.taught(given, taught(material, flow)));
            }
        }
        nodes.extend(match flow.source_kind {
            SourceKind::Loan => loans.get(&flow.source_id).map(|loan| used(given, loan)),
            SourceKind::Hours => Some(persons.worked(given)),
            SourceKind::Session => Some(delivered(given)),
        });
        if flow.source_kind == SourceKind::Session && given.recorded.corrects.is_some() {
            nodes.push(persons.taught(given, flow.quantities.minutes));
        }
    }
    nodes
}

/// What a line's flow belongs to: the activity, the session, the use of what was lent.
fn process_of(flow: &Flow) -> String {
    match flow.source_kind {
        SourceKind::Loan => derived(&["use", &flow.source_id.to_string()]),
        SourceKind::Hours | SourceKind::Session => urn(flow.source_id),
    }
}

fn process(flow: &Flow) -> Node {
    let kind: &str = flow.kind.into();
    Node::new(&process_of(flow), "Process")
        .with(Term::Name, flow.category.as_str())
        .with(Term::ClassifiedAs, kind)
        .with(Term::HasBeginning, midnight(flow.occurred_on))
        .maybe(Term::InScopeOf, flow.cooperation_id.map(urn))
        .with(Term::Finished, true)
}

/// Who receives: a structure, or the cooperation whose commons it is for.
fn receiver(flow: &Flow) -> Option<String> {
    flow.receiver_id.or(flow.cooperation_id).map(urn)
}

/// What all events of lines say.
fn event(given: &Given, action: &str) -> Node {
    let (line, flow) = (&given.recorded.line, &given.recorded.flow);
    let (kind, standing): (&str, &str) = (flow.kind.into(), given.recorded.state.into());
    let provenance: &str = flow.basis.provenance.into();
    dated(given, Node::new(&urn(line.id), "EconomicEvent").with(Term::Action, action))
        .maybe(Term::Corrects, given.recorded.corrects.map(urn))
        .with(Term::ResourceConformsTo, specification(&flow.category))
        .with(Term::Kind, kind)
        .with(Term::Occasions, flow.quantities.occasions)
        .maybe(Term::Participants, flow.quantities.participants)
        .with(Term::Standing, standing)
        .with(Term::Provenance, provenance)
        .maybe(Term::Rule, flow.basis.rule.as_ref().map(Name::as_str))
}

/// A correction happens on the day on which it is recorded.
fn dated(given: &Given, event: Node) -> Node {
    let (line, flow) = (&given.recorded.line, &given.recorded.flow);
    let event = event.with(Term::Created, instant(line.recorded_at));
    match (given.recorded.corrects, flow.occurred_until) {
        (Some(_), _) => event.with(Term::HasPointInTime, midnight(line.recorded_at.day())),
        (None, Some(until)) => {
            event.with(Term::HasBeginning, midnight(flow.occurred_on)).with(Term::HasEnd, midnight(until))
        }
        (None, None) => event.with(Term::HasPointInTime, midnight(flow.occurred_on)),
    }
}

/// A borrower used what was lent: its item-days.
fn used(given: &Given, loan: &Loan) -> Node {
    event(given, "use")
        .with(Term::Provider, urn(loan.lender_id))
        .with(Term::Receiver, urn(loan.borrower_id))
        .with(Term::InputOf, process_of(&given.recorded.flow))
        .with(Term::RealizationOf, urn(loan.id))
        .with(Term::ResourceInventoriedAs, resource(loan))
        .maybe(Term::EffortQuantity, given.recorded.flow.quantities.item_days.map(days))
}

/// A receiver's share of a session.
fn delivered(given: &Given) -> Node {
    let flow = &given.recorded.flow;
    event(given, "deliverService")
        .maybe(Term::Provider, flow.giver_id.map(urn))
        .maybe(Term::Receiver, receiver(flow))
        .with(Term::OutputOf, process_of(flow))
        .maybe(Term::ResourceQuantity, flow.quantities.minutes.map(hours))
}

/// The minutes that a session took of who taught it, as far as the export tells of it; none that nobody measured.
fn taught(material: &Material, session: &Flow) -> Option<i64> {
    let lines = material.given.iter().map(|given| &given.recorded);
    let shares = lines.filter(|line| line.flow.source_id == session.source_id && line.corrects.is_none());
    shares.filter_map(|line| line.flow.quantities.minutes).reduce(|sum, share| sum + share)
}

impl Persons<'_> {
    /// A pseudonym that holds within this export alone: it is made of a place in a list, and not of the person.
    fn pseudonym(&self, person: Id) -> Option<String> {
        let place = self.order.iter().position(|known| *known == person)?;
        let (scope, head) = (self.material.scope.to_string(), self.material.head.to_string());
        Some(derived(&["person", &scope, &head, &place.to_string()]))
    }

    /// Volunteers for a structure, or for the commons, of whom nobody says whose they are.
    fn anonymous(flow: &Flow) -> String {
        derived(&["volunteers", &receiver(flow).unwrap_or_default()])
    }

    fn nodes(&self) -> Vec<Node> {
        let person = |iri: &str| Node::new(iri, "Person");
        let known = self.order.iter().filter_map(|id| self.pseudonym(*id));
        let flows = self.material.given.iter().filter(|given| given.person.is_none()).map(|given| &given.recorded.flow);
        let unknown: BTreeSet<String> = flows.filter(|flow| flow.giver_id.is_none()).map(Self::anonymous).collect();
        let unknown = unknown.iter().map(|iri| person(iri).with(Term::Note, VOLUNTEERS));
        known.map(|iri| person(&iri)).chain(unknown).collect()
    }

    /// With who did the work: the person under a pseudonym, else their structure, else volunteers of no structure.
    fn done_by(&self, given: &Given, event: Node) -> Node {
        let flow = &given.recorded.flow;
        match (given.person.and_then(|person| self.pseudonym(person)), flow.giver_id) {
            (Some(person), giver) => event.with(Term::Provider, person).maybe(Term::OnBehalfOf, giver.map(urn)),
            (None, Some(giver)) => event.with(Term::Provider, urn(giver)),
            (None, None) => event.with(Term::Provider, Self::anonymous(flow)),
        }
    }

    fn worked(&self, given: &Given) -> Node {
        let flow = &given.recorded.flow;
        self.done_by(given, event(given, "work"))
            .maybe(Term::Receiver, receiver(flow))
            .with(Term::InputOf, process_of(flow))
            .maybe(Term::EffortQuantity, flow.quantities.minutes.map(hours))
    }

    /// The work of who taught a session, or its correction: what was given stays distinct from what was received.
    fn taught(&self, given: &Given, minutes: Option<i64>) -> Node {
        let (flow, scope) = (&given.recorded.flow, self.material.scope.to_string());
        let work = derived(&["taught", &scope, &flow.source_id.to_string()]);
        let correction =
            given.recorded.corrects.map(|_| derived(&["taught", &scope, &given.recorded.line.id.to_string()]));
        let node = Node::new(correction.as_ref().unwrap_or(&work), "EconomicEvent").with(Term::Action, "work");
        let effort: Option<Value> = minutes.map(hours);
        self.done_by(given, dated(given, node))
            .maybe(Term::Corrects, correction.map(|_| work))
            .maybe(Term::Receiver, flow.giver_id.map(urn))
            .with(Term::InputOf, process_of(flow))
            .with(Term::ResourceConformsTo, specification(&flow.category))
            .maybe(Term::EffortQuantity, effort)
    }
}
