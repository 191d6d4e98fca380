//! The diagnosis as it is answered: figures with their words, structures, months, offers. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::bridges::holding;
use super::dependence::alone;
use super::figures::{Cast, figures, providers};
use super::graph::Graph;
use super::groups::cast;
use super::offers::{Offered, Offers, offers};
use super::real::Decimal;
use super::rules::{Actor, Against, Asked, By, Exchange, Facts, Figure, Reason, Unit};
use super::words::{Code, Measure, departure, sentence};
use crate::calendar::rules::Period;
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::rules::State;
use crate::summary::rules::Head;

/// Something and what it is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// Its identifier.
    pub id: Id,
    /// Its name.
    pub name: String,
}

/// A sentence in both languages: every reader gets the same bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Text {
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// What is held against a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// What it is.
    pub of: Against,
    /// How much.
    pub value: Decimal,
}

/// A figure with its words, and the same of the period before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Indicator {
    /// What it is.
    pub code: Code,
    /// Of which group; null: of all.
    pub group: Option<usize>,
    /// Its value.
    pub value: Option<Decimal>,
    /// What the value counts.
    pub measure: Measure,
    /// What it is held against.
    pub reference: Option<Reference>,
    /// How often chance goes as far (permutation test).
    pub chance: Option<Decimal>,
    /// The value in the period before.
    pub previous: Option<Decimal>,
    /// Contributions that it rests on.
    pub flows: i64,
    /// Why there is no value.
    pub reason: Option<Reason>,
    /// What it says.
    pub text: Text,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its number in this answer.
    pub number: usize,
    /// What stands for it: a cooperation's id, a kind, a commune, a department, an EPCI's SIREN; null: not known.
    pub key: Option<String>,
    /// The name of a cooperation, of a commune or of an EPCI.
    pub label: Option<String>,
    /// Structures in it that gave or received.
    pub structures: usize,
}

/// Lines and what they hold in the unit asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Contributions.
    pub lines: i64,
    /// In the unit asked for.
    pub quantity: i64,
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Read {
    /// What every party stands by.
    pub confirmed: Counted,
    /// What one side said.
    pub declared: Counted,
    /// What a party says is wrong: in no figure.
    pub contested: Counted,
    /// Of what is confirmed or declared, what has no structure at one end: from individual volunteers, to the commons.
    /// It is in no network.
    pub beside: Counted,
    /// Of what is confirmed or declared, contributions whose minutes or item-days nobody knew.
    pub unmeasured: i64,
}

/// What would change if a structure stopped: said to prepare, not to blame.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Departure {
    /// The structure.
    #[serde(flatten)]
    pub structure: Named,
    /// Its group.
    pub group: usize,
    /// The share of what flows that it gives or receives.
    pub share: Option<Decimal>,
    /// The share of ties that are its own.
    pub ties: Option<Decimal>,
    /// Skills, kinds of equipment and communes that nobody else covered in the last twelve months.
    pub domains_alone: usize,
    /// How many more parts the network would be in.
    pub more_parts: usize,
    /// Of its lines, the share that both sides confirmed.
    pub concordance: Option<Decimal>,
    /// What that says.
    pub text: Text,
}

/// A month's lines.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InMonth {
    /// `YYYY-MM`.
    pub month: String,
    /// Confirmed.
    pub confirmed: i64,
    /// Declared.
    pub declared: i64,
    /// Contested.
    pub contested: i64,
    /// Confirmed of all.
    pub concordance: Option<Decimal>,
}

/// A diagnosis: the same for every member, byte for byte.
#[derive(Debug, Clone, Serialize)]
pub struct Diagnosis {
    /// Of which cooperations together.
    pub cooperations: Vec<Named>,
    /// In which period.
    #[serde(flatten)]
    pub period: Period,
    /// The period before, as long.
    pub previous: Option<Period>,
    /// In which unit.
    pub unit: Unit,
    /// By which groups.
    pub by: By,
    /// Read at which head of the ledger.
    pub ledger: Head,
    /// What was read.
    pub read: Read,
    /// The groups.
    pub groups: Vec<Group>,
    /// The figures.
    pub indicators: Vec<Indicator>,
    /// What would change without each structure, in order of name.
    pub departures: Vec<Departure>,
    /// Month by month.
    pub months: Vec<InMonth>,
    /// Members that gave and received nothing.
    pub without_flow: Vec<Named>,
    /// Pairs of these cooperations with no member in common.
    pub without_common_structure: Vec<[Named; 2]>,
    /// What members offer and look for; null for those who read sums alone.
    pub offers: Option<Offers>,
}

/// All that a diagnosis is made from.
pub struct Material {
    /// What was asked.
    pub asked: Asked,
    /// The cooperations asked for.
    pub cooperations: Vec<Named>,
    /// The head of the ledger.
    pub head: Head,
    /// All structures concerned, in order of id.
    pub actors: Vec<Actor>,
    /// Of the period.
    pub facts: Facts,
    /// Of the period before.
    pub before: Option<(Period, Facts)>,
    /// Whether there is a table of communes.
    pub table_of_communes: bool,
    /// What members offer and look for; none for those who read sums alone.
    pub offered: Option<Vec<Offered>>,
}

/// Works a diagnosis out.
#[must_use]
pub fn diagnosis(material: Material) -> Diagnosis {
    let Material { asked, cooperations, head, actors, facts, before, table_of_communes, offered } = material;
    let (cast, mut groups) = cast(&actors, asked.by, &cooperations);
    let cast = Cast { table_of_communes, ..cast };
    let earlier = before.as_ref().map(|(_, facts)| facts);
    let graph = cast.graph(&facts, asked.unit);
    let now = figures(&cast, &facts, (&graph, asked.unit), earlier, true);
    let then = |facts: &Facts| figures(&cast, facts, (&cast.graph(facts, asked.unit), asked.unit), None, false);
    let then = earlier.map(then).unwrap_or_default();
    for (group, structures) in graph.sizes().into_iter().enumerate() {
        groups[group].structures = structures;
    }
    Diagnosis {
        period: asked.period,
        previous: before.as_ref().map(|(period, _)| *period),
        unit: asked.unit,
        by: asked.by,
        ledger: head,
        read: read(&facts, asked.unit),
        groups,
        indicators: now.iter().map(|figure| indicator(figure, &then)).collect(),
        departures: departures(&cast, &actors, &facts, &graph),
        months: months(&facts),
        without_flow: without_flow(&cast, &actors, &facts),
        without_common_structure: apart(&cooperations, &actors),
        offers: offered.map(|offered| offers(&offered)),
        cooperations,
    }
}

fn read(facts: &Facts, unit: Unit) -> Read {
    let mut read = Read::default();
    let add = |to: &mut Counted, exchange: &Exchange| {
        to.lines += exchange.lines;
        to.quantity = to.quantity.saturating_add(exchange.quantity(unit));
    };
    for exchange in &facts.exchanges {
        match exchange.state {
            State::Confirmed => add(&mut read.confirmed, exchange),
            State::Declared => add(&mut read.declared, exchange),
            State::Contested => add(&mut read.contested, exchange),
        }
        if exchange.counts() {
            read.unmeasured += exchange.unmeasured;
            if exchange.giver.is_none() || exchange.receiver.is_none() {
                add(&mut read.beside, exchange);
            }
        }
    }
    read
}

fn indicator(figure: &Figure, then: &[Figure]) -> Indicator {
    let previous = then.iter().find(|other| other.code == figure.code && other.group == figure.group);
    Indicator {
        code: figure.code,
        group: figure.group,
        value: figure.value.ok(),
        measure: figure.code.measure(),
        reference: figure.reference.map(|(of, value)| Reference { of, value }),
        chance: figure.chance,
        previous: previous.and_then(|previous| previous.value.ok()),
        flows: figure.flows,
        reason: figure.value.err(),
        text: Text { fr: sentence(figure, Language::Fr), en: sentence(figure, Language::En) },
    }
}

fn departures(cast: &Cast, actors: &[Actor], facts: &Facts, graph: &Graph) -> Vec<Departure> {
    let (holding, alone) = (holding(graph), alone(&providers(cast, facts), actors.len()));
    let ties = graph.ties();
    let mut own = vec![0_i128; graph.actors().len()];
    for tie in ties {
        own[tie.one] += 1;
        own[tie.other] += 1;
    }
    let all = i128::try_from(ties.len()).unwrap_or(0);
    let (confirmed, said) = spoken(cast, facts);
    let of_one = |(place, actor): (usize, &usize)| {
        let share = Decimal::ratio(graph.given()[place] + graph.received()[place], graph.total());
        let more_parts = holding.more_without[place];
        let domains_alone = alone[*actor];
        let [fr, en] = departure(&actors[*actor].name, share, domains_alone, more_parts);
        Departure {
            structure: named(&actors[*actor]),
            group: cast.groups[*actor],
            share,
            ties: Decimal::ratio(own[place], all),
            domains_alone,
            more_parts,
            concordance: Decimal::ratio(confirmed[*actor].into(), said[*actor].into()),
            text: Text { fr, en },
        }
    };
    let mut departures: Vec<Departure> = graph.actors().iter().enumerate().map(of_one).collect();
    departures.sort_by(|a, b| (&a.structure.name, a.structure.id).cmp(&(&b.structure.name, b.structure.id)));
    departures
}

/// Of each actor: its confirmed lines, and all of its lines.
fn spoken(cast: &Cast, facts: &Facts) -> (Vec<i64>, Vec<i64>) {
    let (mut confirmed, mut said) = (vec![0; cast.actors.len()], vec![0; cast.actors.len()]);
    for exchange in &facts.exchanges {
        for actor in [cast.place(exchange.giver), cast.place(exchange.receiver)].into_iter().flatten() {
            said[actor] += exchange.lines;
            confirmed[actor] += if exchange.state == State::Confirmed { exchange.lines } else { 0 };
        }
    }
    (confirmed, said)
}

fn named(actor: &Actor) -> Named {
    Named { id: actor.id, name: actor.name.clone() }
}

fn months(facts: &Facts) -> Vec<InMonth> {
    let mut months: BTreeMap<&str, InMonth> = BTreeMap::new();
    for read in &facts.months {
        let month = months.entry(&read.month).or_default();
        month.month.clone_from(&read.month);
        *match read.state {
            State::Confirmed => &mut month.confirmed,
            State::Declared => &mut month.declared,
            State::Contested => &mut month.contested,
        } += read.lines;
    }
    let with_share = |month: InMonth| {
        let all = month.confirmed + month.declared + month.contested;
        InMonth { concordance: Decimal::ratio(month.confirmed.into(), all.into()), ..month }
    };
    months.into_values().map(with_share).collect()
}

fn without_flow(cast: &Cast, actors: &[Actor], facts: &Facts) -> Vec<Named> {
    let counted = facts.exchanges.iter().filter(|exchange| exchange.counts() && exchange.lines > 0);
    let taking: BTreeSet<usize> =
        counted.flat_map(|one| [cast.place(one.giver), cast.place(one.receiver)]).flatten().collect();
    let idle = actors.iter().enumerate().filter(|(place, _)| !taking.contains(place));
    let mut idle: Vec<Named> =
        idle.filter(|(_, actor)| !actor.cooperations.is_empty()).map(|(_, actor)| named(actor)).collect();
    idle.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
    idle
}

/// Pairs of cooperations that no structure joins.
fn apart(cooperations: &[Named], actors: &[Actor]) -> Vec<[Named; 2]> {
    let joined = |one: Id, other: Id| {
        actors.iter().any(|actor| actor.cooperations.contains(&one) && actor.cooperations.contains(&other))
    };
    let mut apart = Vec::new();
    for (position, one) in cooperations.iter().enumerate() {
        for other in cooperations.iter().skip(position + 1).filter(|other| !joined(one.id, other.id)) {
            apart.push([one.clone(), other.clone()]);
        }
    }
    apart
}
