//! Where each flow stands and what is left of it, computed the slow and plain way.

use serde_json::{Value, json};

use super::parties::Model;

/// Amounts in each unit; none: not measured, or no unit of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    pub minutes: Option<i64>,
    pub item_days: Option<i64>,
    pub occasions: i64,
    pub participants: Option<i64>,
}

impl Amounts {
    fn plus(self, other: Self) -> Self {
        let add = |a: Option<i64>, b: Option<i64>| a.map_or(b, |a| Some(a + b.unwrap_or(0)));
        Self {
            minutes: add(self.minutes, other.minutes),
            item_days: add(self.item_days, other.item_days),
            occasions: self.occasions + other.occasions,
            participants: add(self.participants, other.participants),
        }
    }

    pub fn all(&self) -> impl Iterator<Item = i64> {
        [self.minutes, self.item_days, Some(self.occasions), self.participants].into_iter().flatten()
    }
}

/// A word on a flow: confirm, contest or attest.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    pub party: usize,
    pub what: &'static str,
    pub at: i64,
}

/// What was said of a flow, and where its line stands.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// Its place in the ledger.
    pub at: i64,
    /// The words that nobody took back.
    pub words: Vec<Word>,
    /// Those who attested it, even if they took it back.
    pub attested: Vec<usize>,
}

/// A contribution or a correction.
#[derive(Debug, Clone)]
pub struct Flow {
    pub id: String,
    /// The contribution that this corrects.
    pub corrects: Option<usize>,
    pub kind: &'static str,
    pub category: &'static str,
    pub giver: Option<usize>,
    pub receiver: Option<usize>,
    pub within: bool,
    pub from: i32,
    pub until: Option<i32>,
    pub amounts: Amounts,
    pub speaker: usize,
    pub told: Told,
}

impl Flow {
    pub fn is_loan(&self) -> bool {
        self.kind == "equipment"
    }

    pub fn measure(&self, amounts: &Amounts) -> Option<i64> {
        if self.is_loan() { amounts.item_days } else { amounts.minutes }
    }

    pub fn is_end(&self, party: usize) -> bool {
        self.giver == Some(party) || self.receiver == Some(party)
    }

    /// Says a word, or takes the last one back.
    pub fn say(&mut self, party: usize, what: &'static str, at: i64) {
        let told = &mut self.told;
        match what {
            "withdraw" => {
                if let Some(last) = told.words.iter().rposition(|word| word.party == party) {
                    told.words.remove(last);
                }
            }
            _ => told.words.push(Word { party, what, at }),
        }
        if what == "attest" {
            told.attested.push(party);
        }
    }

    /// Whether a word of a party who may say it is new: there is something to take back, or to say.
    pub fn is_news(&self, party: usize, what: &str) -> bool {
        let last = |attests: bool| {
            let own = |word: &&Word| word.party == party && (attests || word.what != "attest");
            self.told.words.iter().rfind(own).map(|word| word.what)
        };
        match what {
            "withdraw" => last(true).is_some(),
            _ if self.speaker == party => false,
            "attest" => !self.told.attested.contains(&party),
            _ => last(false) != Some(what),
        }
    }

    /// Whether a party, or anybody but the giver, has said where they stand.
    pub fn has_spoken(&self, party: Option<usize>) -> bool {
        let speaks = |speaker: usize| party.map_or(Some(speaker) != self.giver, |party| speaker == party);
        speaks(self.speaker) || self.last_words().iter().any(|word| speaks(word.party))
    }

    fn last_words(&self) -> Vec<Word> {
        let voices: Vec<Word> = self.told.words.iter().filter(|word| word.what != "attest").copied().collect();
        let is_last = |word: &&Word| !voices.iter().any(|later| later.party == word.party && later.at > word.at);
        voices.iter().filter(is_last).copied().collect()
    }

    pub fn contested_at(&self) -> Option<i64> {
        self.last_words().iter().filter(|word| word.what == "contest").map(|word| word.at).max()
    }

    /// When the last of its parties came to stand by it, if all do.
    fn agreed_at(&self) -> Option<i64> {
        let words = self.last_words();
        let confirmed_by = |party: usize| words.iter().any(|word| word.party == party && word.what == "confirm");
        let stands = |party: usize| self.speaker == party || confirmed_by(party);
        let giver_stands = self.giver.is_none_or(stands);
        let receiver_stands = match self.receiver {
            Some(receiver) => stands(receiver),
            None => (0..4).any(|party| Some(party) != self.giver && stands(party)),
        };
        let agreed = giver_stands && receiver_stands && self.contested_at().is_none();
        words.iter().filter(|word| word.what == "confirm").map(|word| word.at).max().filter(|_| agreed)
    }

    /// Where it stands by itself.
    fn own_state(&self) -> &'static str {
        match (self.contested_at(), self.agreed_at()) {
            (Some(_), _) => "contested",
            (None, Some(_)) => "confirmed",
            (None, None) => "declared",
        }
    }

    /// What a reader is to find.
    pub fn as_read(&self, model: &Model) -> Value {
        let Amounts { minutes, item_days, occasions, participants } = self.amounts;
        json!({
            "id": self.id, "kind": self.kind, "category": self.category,
            "giver_id": self.giver.map(|giver| &model.party(giver).id),
            "receiver_id": self.receiver.map(|receiver| &model.party(receiver).id),
            "occurred_on": super::parties::day(self.from), "occurred_until": self.until.map(super::parties::day),
            "quantities": { "minutes": minutes, "item_days": item_days, "occasions": occasions,
                            "participants": participants },
            "corrects": self.corrects.map(|root| &model.flows()[root].id),
            "declared_by": model.party(self.speaker).id,
            "on_behalf": self.giver.is_some() && self.receiver.is_some() && !self.is_end(self.speaker),
            "state": model.state(model.flows().iter().position(|flow| flow.id == self.id).unwrap()),
        })
    }
}

/// Where a flow stands among all that was said of its contribution.
pub fn state_among(flows: &[Flow], index: usize) -> &'static str {
    let flow = &flows[index];
    if let Some(root) = flow.corrects {
        return if state_among(flows, root) == "contested" { "contested" } else { flow.own_state() };
    }
    let corrections = flows.iter().filter(|correction| correction.corrects == Some(index));
    let settled = corrections.filter_map(Flow::agreed_at).max();
    let settles = settled.is_some_and(|settled| flow.contested_at().is_none_or(|contested| contested < settled));
    if settles { "confirmed" } else { flow.own_state() }
}

impl Model {
    fn corrections_of(&self, root: usize) -> impl Iterator<Item = &Flow> {
        self.flows().iter().filter(move |flow| flow.corrects == Some(root))
    }

    /// Where a flow stands.
    pub fn state(&self, index: usize) -> &'static str {
        state_among(self.flows(), index)
    }

    /// What is left of a contribution after all corrections that nobody contests.
    pub fn net(&self, root: usize) -> Amounts {
        let counted = self.corrections_of(root).filter(|correction| correction.own_state() != "contested");
        counted.fold(self.flows()[root].amounts, |sum, correction| sum.plus(correction.amounts))
    }

    /// 1 for a contribution that nobody measured, −1 for the first correction that measures it.
    pub fn unmeasured(&self, index: usize) -> i64 {
        let flow = &self.flows()[index];
        let Some(root) = flow.corrects else { return i64::from(flow.measure(&flow.amounts).is_none()) };
        let never_measured = self.unmeasured(root) == 1;
        let first = self.corrections_of(root).find(|other| other.measure(&other.amounts).is_some());
        -i64::from(never_measured && first.is_some_and(|first| first.id == flow.id))
    }

    /// Asserts that nothing is below zero and nothing is promised twice.
    pub fn assert_possible(&self) {
        for (index, flow) in self.flows().iter().enumerate().filter(|(_, flow)| flow.corrects.is_none()) {
            assert!(self.net(index).all().all(|amount| amount >= 0), "{flow:?} nets {:?}", self.net(index));
        }
        self.assert_nothing_promised_twice();
    }
}
