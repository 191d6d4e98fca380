//! A ledger in memory, written at random and the same at each run: every kind and state, corrections, loans over New Year
//! and in parts, lines that nobody measured.

use navette::calendar::rules::shifted;
use navette::clock::{Day, Moment};
use navette::equipment::rules::{Nature, Quantity};
use navette::id::Id;
use navette::ledger::family::Family;
use navette::ledger::rules::{Basis, Deed, Flow, Kind, Line, Provenance, Quantities, SourceKind};
use navette::loan::movement::{Movement, What, matched};
use navette::loan::rules::{Loan, State};
use navette::text::Name;

/// The years in which everything begins.
pub const YEARS: [i32; 3] = [2023, 2024, 2025];
const STRUCTURES: usize = 60;
const COOPERATIONS: usize = 3;
const CATEGORIES: [&str; 6] = ["Barnum", "barnum", "Salle", "Accueil", "Affûtage", "Coordination"];

/// Numbers that look random (`SplitMix64`).
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0, below this one.
    pub fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }

    /// True once in so many times.
    pub fn one_in(&mut self, times: i64) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(i64::try_from(of.len()).unwrap())).unwrap()].clone()
    }
}

/// The ledger, and the loans of which it tells.
pub struct Ledger {
    dice: Dice,
    pub structures: Vec<Id>,
    pub cooperations: Vec<Id>,
    pub loans: Vec<Loan>,
    families: Vec<Vec<Line>>,
    /// The place of the last line.
    pub head: i64,
}

impl Ledger {
    pub fn new(seed: u64) -> Self {
        let ids = |of: &str, count: usize| (0..count).map(|one| Id::of(&[of, &one.to_string()])).collect();
        Self {
            dice: Dice(seed),
            structures: ids("structure", STRUCTURES),
            cooperations: ids("cooperation", COOPERATIONS),
            loans: Vec::new(),
            families: Vec::new(),
            head: 0,
        }
    }

    /// So many contributions more, or one more than that, and what the parties say of them.
    pub fn record(&mut self, count: usize) {
        let wanted = self.families.len() + count;
        while self.families.len() < wanted {
            if self.dice.below(5) < 2 { self.lend() } else { self.give_time() }
        }
    }

    /// So many corrections, and what the parties say of those.
    pub fn correct(&mut self, count: usize) {
        for _ in 0..count {
            let of = usize::try_from(self.dice.below(i64::try_from(self.families.len()).unwrap())).unwrap();
            let (subject, flow) = (self.families[of][0].seq, self.families[of][0].flow.clone().unwrap());
            let measure = flow.kind.measure(&flow.quantities);
            let more = Some(self.dice.below(200) - measure.map_or(0, |measure| measure.min(100)));
            let quantities = match flow.kind {
                Kind::Equipment | Kind::Premises => Quantities { item_days: more, ..Quantities::default() },
                _ => Quantities { minutes: more, ..Quantities::default() },
            };
            let flow = Flow { quantities, ..flow };
            let speaker = self.dice.pick(&[flow.giver_id, flow.receiver_id]).or(flow.giver_id).or(flow.receiver_id);
            self.write(of, Deed::Correction, Some(subject), Some(flow), speaker);
            self.discuss(of);
        }
    }

    /// Each family as it was when this line was the last.
    pub fn families(&self, head: i64) -> impl Iterator<Item = Family> {
        self.families
            .iter()
            .filter_map(move |lines| Family::new(lines.iter().filter(|line| line.seq <= head).cloned().collect()))
    }

    fn write(&mut self, of: usize, deed: Deed, subject: Option<i64>, flow: Option<Flow>, spoken_for: Option<Id>) {
        self.head += 1;
        let line = Line {
            seq: self.head,
            id: Id::of(&["line", &self.head.to_string()]),
            deed,
            subject,
            flow,
            spoken_for,
            recorded_by: None,
            recorded_at: Moment::from_millis(self.head),
            seal: None,
        };
        self.families[of].push(line);
    }

    /// A contribution, declared by one of its parties, or by somebody for the commons.
    fn contribute(&mut self, flow: Flow) {
        let speaker = self.dice.pick(&[flow.giver_id, flow.receiver_id]).or(flow.giver_id).or(flow.receiver_id);
        self.families.push(Vec::new());
        self.write(self.families.len() - 1, Deed::Contribution, None, Some(flow), speaker);
        self.discuss(self.families.len() - 1);
    }

    /// The other side stands by the last line, says that it is wrong, takes that back, or is silent.
    fn discuss(&mut self, of: usize) {
        let last = self.families[of].last().unwrap();
        let (seq, flow, speaker) = (last.seq, last.flow.as_ref().unwrap(), last.spoken_for);
        let (giver, receiver) = (flow.giver_id, flow.receiver_id);
        let other = if speaker == giver { receiver.or(Some(self.structures[0])) } else { giver };
        let roll = self.dice.below(100);
        if other.is_none() || other == speaker || roll < 45 {
            return;
        }
        let word = if roll < 90 { Deed::Confirm } else { Deed::Contest };
        self.write(of, word, Some(seq), None, other);
        if self.dice.one_in(20) {
            self.write(of, Deed::Withdraw, Some(seq), None, other);
        }
    }

    fn day(&mut self) -> Day {
        shifted(Day::first_of(YEARS[0]).unwrap(), self.dice.below(365 + 366 + 365))
    }

    fn cooperation(&mut self) -> Option<Id> {
        if self.dice.one_in(3) { None } else { Some(self.dice.pick(&self.cooperations)) }
    }

    fn pair(&mut self) -> (Id, Id) {
        let (one, other) = (self.dice.pick(&self.structures), self.dice.pick(&self.structures));
        if one == other { self.pair() } else { (one, other) }
    }

    /// Hours of individual volunteers or of members, to others or to the commons; lessons.
    fn give_time(&mut self) {
        let ((giver, receiver), cooperation_id) = (self.pair(), self.cooperation());
        let kind = self.dice.pick(&[Kind::VolunteerHours, Kind::SkillByVolunteer, Kind::SkillByStaff]);
        let hours = kind == Kind::VolunteerHours;
        let of_nobody = hours && self.dice.one_in(4);
        let for_all = hours && !of_nobody && cooperation_id.is_some() && self.dice.one_in(6);
        let flow = Flow {
            kind,
            source_kind: if hours { SourceKind::Hours } else { SourceKind::Session },
            source_id: Id::of(&["source", &self.head.to_string()]),
            giver_id: (!of_nobody).then_some(giver),
            receiver_id: (!for_all).then_some(receiver),
            cooperation_id,
            category: Name::parse(self.dice.pick(&CATEGORIES)).unwrap(),
            occurred_on: self.day(),
            occurred_until: None,
            quantities: Quantities {
                minutes: (!self.dice.one_in(15)).then_some(self.dice.below(900)),
                item_days: None,
                occasions: 1 + self.dice.below(3),
                participants: (!hours).then_some(1 + self.dice.below(9)),
            },
            basis: Basis { provenance: self.dice.pick(&[Provenance::Measured, Provenance::Declared]), rule: None },
        };
        self.contribute(flow);
    }

    /// A loan that comes back in one part or in two, now and then on a day that nobody knows, or not at all.
    fn lend(&mut self) {
        let mut loan = self.loan();
        let parts =
            if self.dice.one_in(4) { vec![loan.quantity.pieces() - 1, 1] } else { vec![loan.quantity.pieces()] };
        let mut back = loan.from;
        for part in parts.into_iter().filter(|part| *part > 0 && loan.state != State::HandedOver) {
            let days = match self.dice.below(100) {
                0 => 400,
                1..10 => 60,
                _ => 5,
            };
            back = shifted(back, self.dice.below(days));
            let on = (!self.dice.one_in(15)).then_some(back);
            let flow = loan.flow(&matched(&loan.movements, part), on);
            let what = if loan.state == State::Lost { What::Loss } else { What::Return };
            loan.movements.push(moved(what, on, part));
            *if what == What::Loss { &mut loan.lost_quantity } else { &mut loan.returned_quantity } += part;
            loan.returned_on = on;
            self.contribute(flow);
        }
        self.loans.push(loan);
    }

    fn loan(&mut self) -> Loan {
        let ((lender_id, borrower_id), from, pieces) = (self.pair(), self.day(), 1 + self.dice.below(20));
        Loan {
            id: Id::of(&["loan", &self.loans.len().to_string()]),
            request_id: None,
            equipment_id: None,
            kind: None,
            lender_id,
            borrower_id,
            cooperation_id: self.cooperation(),
            category: Name::parse(self.dice.pick(&CATEGORIES)).unwrap(),
            nature: self.dice.pick(&[Nature::Thing, Nature::Premises]),
            quantity: Quantity::try_from(pieces).unwrap(),
            from,
            until: None,
            state: match self.dice.below(40) {
                0 => State::HandedOver,
                1 => State::Lost,
                _ => State::Returned,
            },
            recorded_afterwards: false,
            handed_over_on: Some(from),
            returned_on: None,
            handed_over_quantity: pieces,
            returned_quantity: 0,
            lost_quantity: 0,
            movements: vec![moved(What::HandOver, Some(from), pieces)],
            reason: None,
            note: None,
            provenance: Provenance::Declared,
            provenance_rule: None,
            contribution_id: None,
            version: 1,
            created_at: Moment::from_millis(0),
        }
    }
}

fn moved(what: What, on: Option<Day>, quantity: i64) -> Movement {
    Movement {
        what,
        on,
        quantity,
        condition: None,
        contribution_id: None,
        recorded_at: Moment::from_millis(0),
        undone_at: None,
    }
}
