//! The figures of a period, each from what it rests on. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::bridges::{brokerage, holding};
use super::dependence::{Concentration, concentration, truck_factor};
use super::graph::{Edge, Graph};
use super::real::{Decimal, STEPS_MAX, centralisation};
use super::reciprocity::{across_kinds, reciprocity};
use super::rules::{Against, COORDINATION, Exchange, Facts, Figure, PEOPLE_MIN, Reason, SMALL_UNTIL, UPKEEP, Unit};
use super::silos;
use super::words::Code;
use crate::id::Id;
use crate::ledger::rules::{Kind, State};

/// Direct answers per hundred thousand acts in the one study of a real exchange that tells: 1.58 % of 5,053.
const STUDY: (i128, i128) = (1_580, 100_000);

/// Who is who in a diagnosis: the actors in order of id, each with its group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cast {
    /// The actors.
    pub actors: Vec<Id>,
    /// The group of each.
    pub groups: Vec<usize>,
    /// How many of them are members, whether anything flows or not.
    pub members: usize,
    /// How many people live in the commune of each, where the table of communes tells.
    pub populations: Vec<Option<i64>>,
    /// Whether there is a table of communes at all.
    pub table_of_communes: bool,
}

impl Cast {
    /// The number of an actor.
    #[must_use]
    pub fn place(&self, actor: Option<Id>) -> Option<usize> {
        self.actors.binary_search(&actor?).ok()
    }

    /// The network of a period in a unit: what counts and flows between two structures.
    #[must_use]
    pub fn graph(&self, facts: &Facts, unit: Unit) -> Graph {
        let edges = facts.exchanges.iter().filter(|exchange| exchange.counts()).filter_map(|exchange| {
            let (giver, receiver) = (self.place(exchange.giver)?, self.place(exchange.receiver)?);
            Some(Edge { giver, receiver, quantity: exchange.quantity(unit) })
        });
        Graph::new(&self.groups, edges)
    }

    /// Ties between two groups in a period, of whatever kind.
    fn crossing(&self, facts: &Facts) -> BTreeSet<(usize, usize)> {
        let graph = self.graph(facts, Unit::Occasions);
        let outside = |place: usize| graph.actors()[place];
        let crossing = graph.ties().iter().filter(|tie| graph.group()[tie.one] != graph.group()[tie.other]);
        crossing.map(|tie| (outside(tie.one), outside(tie.other))).collect()
    }
}

/// Contributions between two structures that count and have this unit.
#[must_use]
pub fn lines(facts: &Facts, unit: Unit) -> i64 {
    between(facts, unit).map(|exchange| exchange.lines).sum()
}

/// What counts, flows between two structures, and has this unit.
fn between(facts: &Facts, unit: Unit) -> impl Iterator<Item = &Exchange> {
    let counts = move |one: &&Exchange| one.counts() && one.quantity(unit) != 0;
    facts.exchanges.iter().filter(counts).filter(|one| one.giver.is_some() && one.receiver.is_some())
}

/// Of them, those that touch each group.
fn lines_of_groups(cast: &Cast, facts: &Facts, unit: Unit) -> BTreeMap<usize, i64> {
    let mut lines = BTreeMap::new();
    for exchange in between(facts, unit) {
        let (giver, receiver) = (cast.place(exchange.giver), cast.place(exchange.receiver));
        let Some((giver, receiver)) = giver.zip(receiver) else { continue };
        for group in BTreeSet::from([cast.groups[giver], cast.groups[receiver]]) {
            *lines.entry(group).or_default() += exchange.lines;
        }
    }
    lines
}

/// Makes figures that rest on the same contributions.
struct Maker {
    flows: i64,
    /// Why there is none of them.
    missing: Option<Reason>,
    made: Vec<Figure>,
}

impl Maker {
    fn of(flows: i64, missing: Option<Reason>) -> Self {
        Self { flows, missing, made: Vec::new() }
    }

    fn add(&mut self, code: Code, value: Option<Decimal>, or: Reason) -> &mut Figure {
        let value = match self.missing {
            Some(missing) => Err(missing),
            None => value.ok_or(or),
        };
        self.made.push(Figure { code, group: None, value, reference: None, chance: None, flows: self.flows });
        let last = self.made.len() - 1;
        &mut self.made[last]
    }

    /// With what it is held against, where there is anything to hold.
    fn held(&mut self, code: Code, value: Option<Decimal>, or: Reason, against: (Against, Option<Decimal>)) {
        let figure = self.add(code, value, or);
        figure.reference = against.1.filter(|_| figure.value.is_ok()).map(|reference| (against.0, reference));
    }
}

/// All figures of a period, in their order. `graph` is its network in the unit, `before` holds the facts of the period
/// before. Chance, which costs most, is drawn when asked for.
#[must_use]
pub fn figures(
    cast: &Cast,
    facts: &Facts,
    (graph, unit): (&Graph, Unit),
    before: Option<&Facts>,
    draw: bool,
) -> Vec<Figure> {
    let missing = graph.arcs().is_empty().then_some(Reason::NoFlow);
    let flows = lines(facts, unit);
    let mut made = of_silos(graph, (flows, &lines_of_groups(cast, facts, unit)), missing, draw);
    made.extend(of_givers(graph, flows, missing));
    made.extend(of_domains(cast, facts));
    made.extend(of_people(facts));
    made.extend(of_bridges(graph, flows, missing));
    made.extend(of_answers(cast, facts, graph, flows, missing));
    made.extend(of_words(facts));
    made.extend(of_coordination(cast, facts, before));
    made.extend(of_commons(facts));
    made.extend(of_voice(cast, facts, graph, flows, missing));
    made.extend(of_small_communes(cast, facts, (graph, unit), missing));
    made.sort_by_key(|figure| (figure.code, figure.group));
    made
}

fn of_silos(
    graph: &Graph,
    (flows, of_groups): (i64, &BTreeMap<usize, i64>),
    missing: Option<Reason>,
    draw: bool,
) -> Vec<Figure> {
    let groups: Vec<usize> = graph.sizes();
    let one = groups.iter().filter(|size| **size > 0).count() < 2;
    let mut make = Maker::of(flows, missing.or(one.then_some(Reason::OneGroup)));
    let expected = (Against::Chance, silos::expectation(graph));
    let chance = if draw && make.missing.is_none() { silos::chance(graph) } else { None };
    let undefined = Reason::Undefined;
    make.held(Code::SiloIndex, silos::by_quantity(graph).index(), undefined, expected);
    make.held(Code::SiloIndexOfTies, silos::by_tie(graph).index(), undefined, expected);
    make.held(Code::SiloIndexOfStructures, silos::mean_of_actors(graph), undefined, expected);
    if let (Some(chance), [quantity, tie, _]) = (chance, make.made.as_mut_slice()) {
        (quantity.chance, tie.chance) = (chance.quantity, chance.tie);
    }
    for (group, split) in silos::of_groups(graph).into_iter().enumerate().filter(|(group, _)| groups[*group] > 0) {
        let figure = make.add(Code::SiloIndexOfGroup, split.index(), undefined);
        (figure.group, figure.flows) = (Some(group), of_groups.get(&group).copied().unwrap_or(0));
    }
    let mixing = silos::mixing(graph);
    make.add(Code::Assortativity, mixing.assortativity, undefined);
    make.add(Code::Modularity, mixing.modularity, undefined);
    make.made
}

fn of_givers(graph: &Graph, flows: i64, missing: Option<Reason>) -> Vec<Figure> {
    let mut make = Maker::of(flows, missing);
    let given = concentration(graph.given());
    let all = (Against::All, Some(Decimal::count(given.carriers)));
    make.add(Code::GiverConcentration, given.hhi, Reason::TooLarge);
    make.held(Code::EffectiveGivers, given.effective, Reason::TooLarge, all);
    make.held(Code::GiversOfHalf, given.half.map(Decimal::count), Reason::TooLarge, all);
    make.add(Code::GiverGini, given.gini, Reason::TooLarge);
    make.made
}

/// The truck factor of structures: how many have to stop until most domains have nobody.
fn of_domains(cast: &Cast, facts: &Facts) -> Vec<Figure> {
    let domains = providers(cast, facts);
    let mut make = Maker::of(facts.domain_lines, None);
    let all = (Against::All, Some(Decimal::count(domains.len())));
    make.held(Code::TruckFactor, truck_factor(&domains).map(Decimal::count), Reason::NothingConfirmed, all);
    make.made
}

/// Who covers each domain, by their places in the cast.
#[must_use]
pub fn providers(cast: &Cast, facts: &Facts) -> Vec<Vec<usize>> {
    let of_one = |domain: &Vec<Id>| domain.iter().filter_map(|giver| cast.place(Some(*giver))).collect();
    facts.domains.iter().map(of_one).collect()
}

fn of_people(facts: &Facts) -> Vec<Figure> {
    let few = |people: usize| (people < PEOPLE_MIN).then_some(Reason::TooFewPeople);
    let minutes: Vec<i128> = facts.people.iter().map(|one| one.minutes.into()).filter(|sum| *sum > 0).collect();
    let lines = facts.people.iter().map(|one| one.lines).sum();
    // How many lines name somebody is itself said of few people.
    let shown = |missing: Option<Reason>, lines: i64| if missing.is_some() { 0 } else { lines };
    let missing = few(minutes.len());
    let mut make = Maker::of(shown(missing, lines), missing);
    let carried = concentration(&minutes);
    let all = (Against::All, Some(Decimal::count(carried.carriers)));
    make.add(Code::PersonConcentration, carried.hhi, Reason::TooLarge);
    make.held(Code::EffectivePeople, carried.effective, Reason::TooLarge, all);
    make.held(Code::PeopleOfHalf, carried.half.map(Decimal::count), Reason::TooLarge, all);

    let people: BTreeSet<Id> = facts.domains_of_people.iter().flatten().copied().collect();
    let places: BTreeMap<Id, usize> = people.iter().enumerate().map(|(place, person)| (*person, place)).collect();
    let of_one = |domain: &Vec<Id>| domain.iter().filter_map(|person| places.get(person).copied()).collect();
    let domains: Vec<Vec<usize>> = facts.domains_of_people.iter().map(of_one).collect();
    let missing = few(people.len());
    make.flows = shown(missing, facts.domain_lines);
    make.missing = missing;
    let all = (Against::All, Some(Decimal::count(domains.len())));
    make.held(Code::PersonTruckFactor, truck_factor(&domains).map(Decimal::count), Reason::NothingConfirmed, all);

    let coordination = facts.people.iter().filter(|one| one.coordination > 0);
    let coordinating: Vec<i128> = coordination.clone().map(|one| one.coordination.into()).collect();
    let missing = few(coordinating.len());
    make.flows = shown(missing, coordination.map(|one| one.lines).sum());
    make.missing = missing;
    make.add(Code::CoordinationPersonConcentration, concentration(&coordinating).hhi, Reason::TooLarge);
    make.made
}

fn of_bridges(graph: &Graph, flows: i64, missing: Option<Reason>) -> Vec<Figure> {
    let mut make = Maker::of(flows, missing);
    let holding = holding(graph);
    make.add(Code::Parts, Some(Decimal::count(holding.parts)), Reason::Undefined);
    make.add(Code::ArticulationPoints, Some(Decimal::count(holding.articulation_points())), Reason::Undefined);
    let found = brokerage(graph);
    for (code, ways) in [
        (Code::BridgesCoordinator, found.map(|found| found.coordinator)),
        (Code::BridgesItinerant, found.map(|found| found.itinerant)),
        (Code::BridgesGatekeeper, found.map(|found| found.gatekeeper)),
        (Code::BridgesRepresentative, found.map(|found| found.representative)),
        (Code::BridgesLiaison, found.map(|found| found.liaison)),
    ] {
        make.add(code, ways.map(Decimal::whole), Reason::TooLarge);
    }
    let share = found.and_then(|found| Decimal::ratio(found.liaison.into(), found.total().into()));
    make.add(Code::LiaisonShare, share, if found.is_some() { Reason::Undefined } else { Reason::TooLarge });
    let large = graph.actors().len().saturating_mul(graph.arcs().len()) > STEPS_MAX;
    let or = if large { Reason::TooLarge } else { Reason::TooFewActors };
    make.add(Code::BetweennessCentralisation, centralisation(graph), or);
    make.made
}

fn of_answers(cast: &Cast, facts: &Facts, graph: &Graph, flows: i64, missing: Option<Reason>) -> Vec<Figure> {
    let mut make = Maker::of(flows, missing);
    let found = reciprocity(graph);
    let study = (Against::Study, Decimal::ratio(STUDY.0, STUDY.1));
    make.held(Code::Reciprocity, found.answered, Reason::Undefined, study);
    make.add(Code::ReciprocityBeyondChance, found.beyond_chance, Reason::Undefined);
    make.add(Code::ReciprocityByQuantity, found.by_quantity, Reason::Undefined);
    make.add(Code::NetOverGross, found.net_over_gross, Reason::Undefined);
    // Whatever the unit asked for: a loan has none in common with hours but that it happened.
    let gifts = facts.exchanges.iter().filter(|one| one.counts() && one.occasions > 0);
    let gifts = gifts.filter_map(|one| Some((cast.place(one.giver)?, cast.place(one.receiver)?, family(one.kind))));
    make.flows = lines(facts, Unit::Occasions);
    make.missing = None;
    make.add(Code::ReciprocityAcrossKinds, across_kinds(&gifts.collect()), Reason::NoFlow);
    make.made
}

/// What people tell apart: something lent, time given, a skill passed on.
fn family(kind: Kind) -> u8 {
    match kind {
        Kind::Equipment | Kind::Premises => 0,
        Kind::VolunteerHours => 1,
        Kind::SkillByVolunteer | Kind::SkillByStaff => 2,
    }
}

fn of_words(facts: &Facts) -> Vec<Figure> {
    let all: i64 = facts.months.iter().map(|month| month.lines).sum();
    let confirmed = facts.months.iter().filter(|month| month.state == State::Confirmed).map(|month| month.lines);
    let mut make = Maker::of(all, None);
    make.add(Code::Concordance, Decimal::ratio(confirmed.sum::<i64>().into(), all.into()), Reason::NoFlow);
    let mut delays = facts.delays_ms.clone();
    delays.sort_unstable();
    make.flows = i64::try_from(delays.len()).unwrap_or(i64::MAX);
    // The lower of the two in the middle: a delay that really was.
    let median = delays.get(delays.len().saturating_sub(1) / 2);
    let hours = median.and_then(|delay| Decimal::ratio((*delay).into(), 3_600_000));
    make.add(Code::ConfirmationDelay, hours, Reason::NothingConfirmed);
    make.made
}

fn of_coordination(cast: &Cast, facts: &Facts, before: Option<&Facts>) -> Vec<Figure> {
    let is_coordination = |activity: &str| COORDINATION.contains(&activity);
    let all: i128 = facts.work.iter().map(|work| i128::from(work.minutes)).sum();
    let coordination = || facts.work.iter().filter(|work| is_coordination(&work.activity));
    let minutes: i128 = coordination().map(|work| i128::from(work.minutes)).sum();
    let mut make = Maker::of(facts.work.iter().map(|work| work.lines).sum(), None);
    make.add(Code::CoordinationShare, Decimal::ratio(minutes, all), Reason::NoHours);
    let mut carried: BTreeMap<Id, i128> = BTreeMap::new();
    for work in coordination() {
        if let Some(giver) = work.giver {
            *carried.entry(giver).or_default() += i128::from(work.minutes);
        }
    }
    make.flows = coordination().map(|work| work.lines).sum();
    let Concentration { hhi, .. } = concentration(&carried.into_values().collect::<Vec<_>>());
    make.add(Code::CoordinationConcentration, hhi, Reason::NoHours);
    let new = before.map_or(0, |before| cast.crossing(facts).difference(&cast.crossing(before)).count());
    let each = Decimal::ratio(minutes, 60 * i128::try_from(new).unwrap_or(0));
    make.add(Code::CoordinationPerNewTie, each, Reason::NoNewTie);
    make.made
}

fn of_commons(facts: &Facts) -> Vec<Figure> {
    let loans = || facts.exchanges.iter().filter(|one| one.counts() && family(one.kind) == 0);
    let lent: i64 = loans().map(|one| one.item_days).sum();
    let mut make = Maker::of(loans().map(|one| one.lines).sum(), None);
    let used = Decimal::ratio(facts.item_days_used.into(), facts.item_days_offered.max(0).into());
    make.add(Code::EquipmentUse, used, Reason::NoEquipment);
    let mut borrowed: BTreeMap<Id, i128> = BTreeMap::new();
    for loan in loans() {
        if let Some(borrower) = loan.receiver {
            *borrowed.entry(borrower).or_default() += i128::from(loan.occasions);
        }
    }
    let borrowers = concentration(&borrowed.into_values().collect::<Vec<_>>());
    make.add(Code::BorrowerConcentration, borrowers.hhi, Reason::NoEquipment);
    let upkeep = facts.work.iter().filter(|work| UPKEEP.contains(&work.activity.as_str()));
    let minutes: i128 = upkeep.map(|work| i128::from(work.minutes)).sum();
    make.add(Code::UpkeepPerDayLent, Decimal::ratio(minutes, 60 * i128::from(lent.max(0))), Reason::NoEquipment);
    make.made
}

fn of_voice(cast: &Cast, facts: &Facts, graph: &Graph, flows: i64, missing: Option<Reason>) -> Vec<Figure> {
    let mut make = Maker::of(flows, missing);
    let shares: Vec<i128> = graph.given().iter().zip(graph.received()).map(|(given, got)| given + got).collect();
    make.add(Code::ParticipationEvenness, concentration(&shares).evenness, Reason::TooFewActors);
    let counted = facts.exchanges.iter().filter(|one| one.counts() && one.occasions > 0);
    let taking: BTreeSet<usize> =
        counted.flat_map(|one| [cast.place(one.giver), cast.place(one.receiver)]).flatten().collect();
    make.missing = None;
    make.flows = facts.exchanges.iter().filter(|one| one.counts()).map(|one| one.lines).sum();
    let (taking, all) = (Decimal::count(taking.len()), Decimal::count(cast.members.max(taking.len())));
    let share = Decimal::ratio(taking.billionths(), all.billionths());
    make.add(Code::ParticipatingStructures, share, Reason::TooFewActors);
    make.made
}

/// What structures of small communes give, of all that is given by structures whose commune is known; held against the
/// same share of those structures.
fn of_small_communes(
    cast: &Cast,
    facts: &Facts,
    (graph, unit): (&Graph, Unit),
    missing: Option<Reason>,
) -> Vec<Figure> {
    let population = |actor: usize| cast.populations.get(actor).copied().flatten();
    let given = graph.actors().iter().zip(graph.given());
    let known = given.filter_map(|(actor, given)| Some((population(*actor)? < SMALL_UNTIL, *given)));
    let (mut quantity, mut structures) = ((0, 0), (0, 0));
    for (small, given) in known {
        let small = i128::from(small);
        quantity = (quantity.0 + small * given, quantity.1 + given);
        structures = (structures.0 + small, structures.1 + 1);
    }
    let of_known = |one: &&Exchange| cast.place(one.giver).and_then(population).is_some();
    let flows = between(facts, unit).filter(of_known).map(|exchange| exchange.lines).sum();
    let missing = if cast.table_of_communes { missing } else { Some(Reason::NoTableOfCommunes) };
    let mut make = Maker::of(flows, missing);
    let alike = (Against::Structures, Decimal::ratio(structures.0, structures.1));
    make.held(Code::SmallCommunesShare, Decimal::ratio(quantity.0, quantity.1), Reason::NotKnown, alike);
    make.made
}
