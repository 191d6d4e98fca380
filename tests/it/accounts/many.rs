//! A hundred thousand random flows between sixty structures over three years, in memory: what the accounts, summaries
//! and statements make of them, each held against the others and against the lines themselves.

mod ledger;
mod rates;

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use navette::accounts::basis::{Basis, Cited};
use navette::accounts::budget::Budget;
use navette::accounts::chart::{Account, Chart};
use navette::accounts::foot::{Foot, Previous, Row, Sums};
use navette::accounts::loans::{Exchanged, Stated};
use navette::accounts::rules::{Amount, Totals, Valued};
use navette::calendar::rules::{Period, Year};
use navette::clock::{Day, Moment};
use navette::grid::value::Valuer;
use navette::id::Id;
use navette::ledger::rules::{Kind, SourceKind, State};
use navette::ledger::tally::{Cell, Dimension, Side, Sum, moves};
use navette::statement::rules::{Change, FORM, Frozen, changes, digest};
use navette::structure::rules::Listed;
use navette::summary::asked::{Asked, FullTime, Known, Span};
use navette::summary::rules::{Arranging, Counts, Entry, Head, Scope, ScopeKind, Summary};
use strum::IntoEnumIterator as _;

use ledger::{Dice, Ledger, YEARS};

const SEED: u64 = 431_211;
const FLOWS: usize = 100_000;

/// What the lines are, read once.
struct Many {
    ledger: Ledger,
    valuer: Valuer,
    received: Books,
    given: Books,
}

/// The lines of structures and years, contested ones too.
type Books = BTreeMap<(Id, i32), Vec<Valued>>;

static MANY: LazyLock<Many> = LazyLock::new(|| {
    let mut ledger = Ledger::new(SEED);
    ledger.record(FLOWS);
    ledger.correct(FLOWS / 10);
    let valuer = rates::approved(&mut Dice(SEED));
    let (received, given) = (books(&ledger, Side::Received, &valuer), books(&ledger, Side::Given, &valuer));
    Many { ledger, valuer, received, given }
});

fn books(ledger: &Ledger, side: Side, valuer: &Valuer) -> Books {
    let mut books = Books::new();
    for (part, year) in parts(ledger, ledger.head) {
        let end = if side == Side::Received { part.flow.receiver_id } else { part.flow.giver_id };
        if let Some(end) = end {
            books.entry((end, year)).or_default().push(part.by(valuer).unwrap());
        }
    }
    books
}

/// As much of each flow as falls into each year.
fn parts(ledger: &Ledger, head: i64) -> impl Iterator<Item = (Valued, i32)> {
    ledger.families(head).flat_map(|family| {
        let flows = family.lines().iter().filter(|line| line.is_flow()).zip(family.standings());
        let parts = flows.flat_map(|(line, standing)| {
            let flow = line.flow.as_ref().unwrap();
            YEARS.iter().filter_map(move |year| Some((Valued::within(days(*year), line, flow, standing)?, *year)))
        });
        parts.collect::<Vec<_>>()
    })
}

fn days(year: i32) -> Period {
    Period { from: Day::first_of(year).unwrap(), until: Day::first_of(year + 1).unwrap() }
}

fn counted(lines: &[Valued], states: &[State]) -> Vec<Valued> {
    lines.iter().filter(|line| states.contains(&line.state)).cloned().collect()
}

const COUNTED: [State; 2] = [State::Confirmed, State::Declared];

fn basis(structure: Id, year: i32, confirmed_only: bool) -> Basis {
    let ledger = Head { seq: 0, hash: String::new(), root: String::new() };
    let structure_name = structure.to_string();
    Basis { structure_id: structure, structure: structure_name, year, ledger, confirmed_only, grid: None }
}

/// What stands on an account when each kind is booked by itself.
fn booked(kinds: &BTreeMap<Kind, Amount>, account: Account, chart: Chart) -> i64 {
    let moved = |kind: Kind| {
        let entry = chart.entry(kind);
        [entry.debit, entry.credit].iter().any(|moved| moved.number.starts_with(account.number))
    };
    kinds.iter().filter(|(kind, _)| moved(**kind)).map(|(_, amount)| amount.cents).sum()
}

#[test]
fn the_accounts_86_weigh_what_the_accounts_87_weigh_for_each_structure_year_and_chart() {
    let none = Vec::new();
    for ((structure, year), lines) in &MANY.received {
        let before = MANY.received.get(&(*structure, year - 1)).unwrap_or(&none);
        for (states, confirmed_only) in [(&COUNTED[..], false), (&[State::Confirmed][..], true)] {
            let (lines, before) = (Totals::of(&counted(lines, states)), Totals::of(&counted(before, states)));
            let (sums, before, kinds) = (Sums::of(&lines), Sums::of(&before), lines.by(|alike| alike.kind));
            for chart in Chart::iter() {
                let previous = Previous::Known(before.clone(), Cited::of(&MANY.valuer.grid));
                let foot = Foot::of(basis(*structure, *year, confirmed_only), chart, &sums, previous);
                for side in [&foot.used, &foot.contributed] {
                    assert_eq!(side.iter().map(|row| row.cents).sum::<i64>(), foot.total_cents);
                    assert_eq!(
                        side.iter().map(|row| row.previous_cents).sum::<Option<i64>>(),
                        foot.previous_total_cents
                    );
                    let on = |row: &Row| (row.cents, booked(&kinds, row.account, chart));
                    assert!(side.iter().map(on).all(|(told, booked)| told == booked), "{chart:?} {side:?}");
                }
            }
            let budget = Budget::of(basis(*structure, *year, confirmed_only), &sums, None);
            for side in [&budget.used, &budget.contributed] {
                assert_eq!(side.iter().map(|row| row.figures.realised).sum::<i64>(), budget.total.realised);
            }
            assert!((budget.total.realised * 100 - sums.total()).abs() <= 50);
        }
    }
    assert_eq!(MANY.received.len(), 60 * YEARS.len());
    assert!(MANY.received.values().flatten().any(|line| line.cents.is_none()), "some are not valued");
}

/// The loans of a year, as one structure states them: what the ledger tells it, on its side, by the one grid.
fn stated(structure: Id, year: i32) -> Vec<(Id, Stated)> {
    let mut counted: HashMap<Id, (i64, i64)> = HashMap::new();
    for lines in [&MANY.given, &MANY.received].map(|books| books.get(&(structure, year))) {
        for line in lines.into_iter().flatten().filter(|line| COUNTED.contains(&line.state)) {
            if let (SourceKind::Loan, Some(worth)) = (line.flow.source_kind, line.cents) {
                let (item_days, cents) = counted.entry(line.flow.source_id).or_default();
                *item_days += line.flow.quantities.item_days.unwrap_or_default();
                *cents += worth;
            }
        }
    }
    let out = |loan: &&navette::loan::rules::Loan| {
        let last = loan.movements.iter().filter_map(|movement| movement.on).max().unwrap();
        loan.from < days(year).until && last >= days(year).from
    };
    let of = |loan: &navette::loan::rules::Loan| {
        let given = loan.lender_id == structure;
        let (side, partner) = if given { (Side::Given, loan.borrower_id) } else { (Side::Received, loan.lender_id) };
        let exchanged = Exchanged::of(loan, side, partner.to_string(), None, days(year));
        let (counted_item_days, cents) = counted.get(&loan.id).copied().unzip();
        (partner, Stated { loan: exchanged, rate: None, counted_item_days, cents })
    };
    let own = MANY.ledger.loans.iter().filter(|loan| [loan.lender_id, loan.borrower_id].contains(&structure));
    own.filter(out).map(of).collect()
}

#[test]
fn lender_and_borrower_state_the_same_loans() {
    for year in YEARS {
        let mut by_lender: BTreeMap<(Id, Id, Id), Stated> = BTreeMap::new();
        let mut by_borrower = by_lender.clone();
        for structure in &MANY.ledger.structures {
            for (partner, stated) in stated(*structure, year) {
                let (list, lender, borrower) = match stated.loan.side {
                    Side::Given => (&mut by_lender, *structure, partner),
                    _ => (&mut by_borrower, partner, *structure),
                };
                let unsided = Exchanged { side: Side::Exchanged, partner: String::new(), ..stated.loan };
                let twice = list.insert((lender, borrower, unsided.loan), Stated { loan: unsided, ..stated });
                assert!(twice.is_none(), "a loan stands once in a list");
            }
        }
        assert!(by_lender.len() > 5000 && by_lender == by_borrower, "{year}");
        assert!(by_lender.values().any(|one| one.loan.days != one.loan.days_in_year), "some straddle");
    }
}

/// The cells of each scope and year.
type Cells = HashMap<(Id, i32), Counts>;

/// The cells of all dimensions at the end.
static CELLS: LazyLock<Cells> = LazyLock::new(|| cells(&MANY.ledger, MANY.ledger.head, |_| true));

/// The cells of some dimensions, as known at a line.
fn cells(ledger: &Ledger, head: i64, of: impl Fn(Dimension) -> bool) -> Cells {
    let mut cells: HashMap<Cell, Sum> = HashMap::new();
    for family in ledger.families(head) {
        let flows = family.lines().iter().filter(|line| line.is_flow()).zip(family.standings());
        let moved = flows.flat_map(|(line, standing)| moves(line, &standing));
        for (cell, sum) in moved.filter(|(cell, _)| of(cell.dimension)) {
            *cells.entry(cell).or_default() += sum;
        }
    }
    let mut counts = Cells::new();
    for (cell, sum) in cells {
        counts.entry((cell.scope, cell.year)).or_default().cells.push((cell, sum));
    }
    counts
}

fn summary(counts: &Cells, r#type: ScopeKind, id: Id, year: i32) -> Summary {
    let none = Counts::default();
    let of = |year| counts.get(&(id, year)).unwrap_or(&none);
    let span = Span::of_year(Year::try_from(year.to_string()).unwrap()).unwrap();
    let asked = Asked { span, known: Known::Now, full_time: FullTime::default() };
    let directory: HashMap<Id, Listed> = HashMap::new();
    let arranging =
        Arranging { asked: &asked, now: of(year), before: of(year - 1), directory: &directory, outside: true };
    let head = Head { seq: 0, hash: String::new(), root: String::new() };
    arranging.summary(Scope { r#type, id, name: String::new() }, head)
}

/// Confirmed, declared, contested, and the year before, of each kind of which there is any.
fn totals(entries: &[Entry]) -> BTreeMap<Kind, [Sum; 4]> {
    let mut totals: BTreeMap<Kind, [Sum; 4]> = BTreeMap::new();
    for entry in entries {
        let total = totals.entry(entry.kind).or_default();
        for (total, sum) in total.iter_mut().zip([entry.confirmed, entry.declared, entry.contested, entry.previous]) {
            *total += sum;
        }
    }
    totals.retain(|_, sums| *sums != [Sum::default(); 4]);
    totals
}

#[test]
fn partners_add_up_to_the_total_in_every_unit_and_accounts_to_what_the_summary_says() {
    for (structure, year) in MANY.received.keys() {
        let summary = summary(&CELLS, ScopeKind::Structure, *structure, *year);
        for (side, books) in summary.sides.iter().zip([&MANY.given, &MANY.received]) {
            let total = totals(&side.by_kind);
            for broken in [&side.by_partner, &side.by_category, &side.by_month, &side.by_provenance, &side.by_commune] {
                assert_eq!(totals(broken), total);
            }
            let lines = counted(&books[&(*structure, *year)], &COUNTED);
            let partner =
                |line: &Valued| if side.side == Side::Given { line.flow.receiver_id } else { line.flow.giver_id };
            let mut all = Amount::default();
            let mut by_partner: BTreeMap<Option<Id>, Vec<&Valued>> = BTreeMap::new();
            for line in &lines {
                by_partner.entry(partner(line)).or_default().push(line);
            }
            for (partner, lines) in by_partner {
                let (amount, key) = (Totals::of(lines).sum(), partner.map(|partner| partner.to_string()));
                let told = side.by_partner.iter().filter(|entry| entry.key == key);
                let told = told.fold(Sum::default(), |sum, entry| sum + entry.confirmed + entry.declared);
                assert_eq!(amount.sum, told);
                all += amount;
            }
            assert_eq!(all, Totals::of(&lines).sum());
        }
    }
}

/// The sum of what structures gave or received, of individual volunteers or between two structures, each unit apart.
fn sum_of(books: &Books, of: impl Fn(&Valued) -> bool) -> Amount {
    Totals::of(books.values().flatten().filter(|line| of(line))).sum()
}

#[test]
fn a_territory_counts_each_flow_once_whoever_gave_it() {
    let once: Vec<(Valued, i32)> = parts(&MANY.ledger, MANY.ledger.head).collect();
    let count =
        |of: &dyn Fn(&Valued) -> bool| Totals::of(once.iter().map(|(line, _)| line).filter(|line| of(line))).sum().sum;
    let territory = count(&|_| true);
    let (given, received) = (sum_of(&MANY.given, |_| true).sum, sum_of(&MANY.received, |_| true).sum);
    let volunteers = count(&|line| line.flow.giver_id.is_none());
    let between_two = count(&|line| line.flow.giver_id.is_some() && line.flow.receiver_id.is_some());
    assert_eq!(given + volunteers, territory, "what nobody’s members gave is in no structure’s sum of gifts");
    assert_eq!(given + received, territory + between_two, "who adds up both sides counts those twice");
    let mut common = Sum::default();
    for (cooperation, year) in MANY.ledger.cooperations.iter().flat_map(|one| YEARS.map(|year| (*one, year))) {
        let side = &summary(&CELLS, ScopeKind::Cooperation, cooperation, year).sides[0];
        let total = totals(&side.by_kind);
        assert!(
            total == totals(&side.by_giver) && total == totals(&side.by_receiver) && total == totals(&side.by_month)
        );
        common = total
            .values()
            .fold(common, |sum, [confirmed, declared, contested, _]| sum + *confirmed + *declared + *contested);
    }
    assert_eq!(common + count(&|line| line.flow.cooperation_id.is_none()), territory);
    assert!(given.minutes < territory.minutes && territory.minutes < given.minutes + received.minutes);
}

/// A change of the units of one state.
fn of_state(change: &mut Change, state: State) -> &mut Sum {
    match state {
        State::Confirmed => &mut change.confirmed,
        State::Declared => &mut change.declared,
        State::Contested => &mut change.contested,
    }
}

/// What came between two heads, from the lines themselves.
fn came(ledger: &Ledger, then: i64, now: i64) -> BTreeMap<(Id, i32), Vec<Change>> {
    let mut found: BTreeMap<(Id, i32), BTreeMap<(Side, Kind), Change>> = BTreeMap::new();
    for (head, sign) in [(then, -1), (now, 1)] {
        for (part, year) in parts(ledger, head) {
            let amount = part.amount().sum;
            let flow = &part.flow;
            for (structure, side) in [(flow.giver_id, Side::Given), (flow.receiver_id, Side::Received)] {
                let (Some(structure), kind, zero) = (structure, flow.kind, Sum::default()) else { continue };
                let empty = Change { side, kind, confirmed: zero, declared: zero, contested: zero };
                let change = found.entry((structure, year)).or_default().entry((side, kind)).or_insert(empty);
                *of_state(change, part.state) += if sign < 0 { -amount } else { amount };
            }
        }
    }
    let moved = |change: &Change| [change.confirmed, change.declared, change.contested] != [Sum::default(); 3];
    found.into_iter().map(|(of, changes)| (of, changes.into_values().filter(moved).collect())).collect()
}

fn said(summary: &Summary) -> [u8; 32] {
    let (closed_at, earlier_years) = (Moment::from_millis(0), Vec::new());
    let frozen = Frozen { form: FORM, closed_at, summary: summary.clone(), worth: None, earlier_years };
    digest(&serde_json::to_vec(&frozen).unwrap())
}

#[test]
fn a_correction_changes_nothing_that_a_statement_said_and_shows_in_the_next() {
    let mut ledger = Ledger::new(SEED + 1);
    ledger.record(FLOWS);
    let closed_at = ledger.head;
    let read = |ledger: &Ledger, head| cells(ledger, head, |dimension| dimension == Dimension::Month);
    let closed = read(&ledger, closed_at);
    ledger.correct(FLOWS / 20);
    ledger.record(FLOWS / 100);
    let next_at = ledger.head;
    ledger.correct(FLOWS / 100);
    let last_at = ledger.head;
    let (again, next, last) = (read(&ledger, closed_at), read(&ledger, next_at), read(&ledger, last_at));
    let (in_next, in_last) = (came(&ledger, closed_at, next_at), came(&ledger, next_at, last_at));
    for (structure, year) in ledger.structures.iter().flat_map(|one| YEARS.map(|year| (*one, year))) {
        let of = |counts| summary(counts, ScopeKind::Structure, structure, year);
        let (then, again, next, last) = (of(&closed), of(&again), of(&next), of(&last));
        assert_eq!(said(&then), said(&again), "not a byte of it is another");
        let told = changes(&then, &next);
        assert!(!told.is_empty() && told == in_next[&(structure, year)], "{told:?}");
        assert_eq!(changes(&next, &last), in_last[&(structure, year)], "and nothing of it a second time");
    }
}
