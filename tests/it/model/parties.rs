//! The model: four parties, three things to lend, and what each command must be answered.

use proptest::sample::Index;
use serde_json::{Value, json};
use time::Date;

use super::commands::{Command, FIRST_DAY, Right, TODAY, Who};
use super::lending::Loan;
use super::standing::{Amounts, Flow, Told};
use crate::world::{Party, World};

/// Whose each thing is, and how many pieces there are.
pub const THINGS: [(usize, i64, &str); 3] = [(2, 1, "outillage"), (0, 1, "barnum"), (1, 7, "chaises")];

/// A day so many days after the first one, as it is written.
pub fn day(offset: i32) -> String {
    date(offset).to_string()
}

/// A day so many days after the first one.
pub fn date(offset: i32) -> Date {
    let form = time::macros::format_description!("[year]-[month]-[day]");
    let first = Date::parse(FIRST_DAY, form).unwrap();
    Date::from_julian_day(first.to_julian_day() + offset).unwrap()
}

/// Flows that are still spoken of.
const RECENT_FLOWS: usize = 5;

/// What there is.
pub struct Model {
    parties: [Party; 4],
    pub cooperation: String,
    pub things: Vec<String>,
    pub today: i32,
    flows: Vec<Flow>,
    pub loans: Vec<Loan>,
    /// Of each line, the day.
    recorded_on: Vec<i32>,
}

/// The status that a refusal must have.
pub type Refusal = u16;

impl Model {
    pub async fn new(world: &World) -> Self {
        let village = world.village().await;
        let stranger = world.party(&village.owner, "Le Foyer rural", "association", "foyer").await;
        let parties = [village.commune, village.association, village.cuma, stranger];
        let mut things = Vec::new();
        for (owner, pieces, category) in THINGS {
            let tracking = if pieces == 1 { "unit" } else { "pool" };
            let thing = json!({ "structure_id": parties[owner].id, "name": category, "category": category,
                                "tracking": tracking, "quantity": pieces });
            things.push(world.post("/v1/equipment", &thing).by(&parties[owner].manager).await.created_id());
        }
        let cooperation = village.cooperation;
        Self {
            parties,
            cooperation,
            things,
            today: TODAY,
            flows: Vec::new(),
            loans: Vec::new(),
            recorded_on: Vec::new(),
        }
    }

    pub fn party(&self, party: usize) -> &Party {
        &self.parties[party]
    }

    pub fn flows(&self) -> &[Flow] {
        &self.flows
    }

    pub fn lines(&self) -> i64 {
        i64::try_from(self.recorded_on.len()).unwrap()
    }

    pub fn id(&self, party: Option<usize>) -> Option<&str> {
        party.map(|party| self.parties[party].id.as_str())
    }

    pub fn within(&self, within: bool) -> Option<&str> {
        within.then_some(self.cooperation.as_str())
    }

    /// Sends a command; its answer, when it must be taken and was.
    pub async fn send(
        &self,
        world: &World,
        path: &str,
        body: &Value,
        by: usize,
        right: Result<(), Refusal>,
    ) -> Option<Value> {
        let answer = world.post(path, body).by(&self.parties[by].manager).await;
        match right {
            Ok(()) => assert!(answer.status.is_success(), "must be taken: {answer}\n{body}"),
            Err(status) => assert_eq!(answer.status, status, "must be refused: {answer}\n{body}"),
        }
        right.is_ok().then(|| answer.json())
    }

    /// Gives a command to the world and to the model.
    pub async fn take(&mut self, world: &World, command: &Command) {
        match command {
            Command::Hours { .. } => self.take_hours(world, command).await,
            Command::Session { .. } => self.take_session(world, command).await,
            Command::Lent { .. } => self.take_lent(world, command).await,
            Command::Ask { .. } => self.take_ask(world, command).await,
            Command::Happen { by, loan, event, on } if !self.loans.is_empty() => {
                // What is over moves no further, which is tried often enough; what is under way may.
                let index = loan.index(self.loans.len());
                let live = |index: &usize| self.loans[*index].is_under_way() || event.is_some();
                let Some(index) = (index..self.loans.len()).chain(0..index).find(live) else { return };
                self.take_happening(world, *by, index, *event, *on).await;
            }
            Command::Speak { by, line, word } if !self.flows.is_empty() => {
                self.take_word(world, *by, self.recent(*line), word).await;
            }
            Command::Correct { by, line, right } if !self.flows.is_empty() => {
                self.take_correction(world, *by, self.recent(*line), *right).await;
            }
            Command::Wait { days } => {
                world.advance(i64::from(*days));
                self.today += days;
            }
            _ => {}
        }
    }

    /// One of the last flows, so that much is said of each.
    fn recent(&self, line: Index) -> usize {
        self.flows.len() - 1 - line.index(self.flows.len().min(RECENT_FLOWS))
    }

    /// Both ends and their cooperation go together.
    pub fn ends(giver: Option<usize>, receiver: Option<usize>, within: bool) -> Result<(), Refusal> {
        let same = giver.is_some() && giver == receiver;
        let nowhere = receiver.is_none() && !within;
        let outsider = within && (giver == Some(3) || receiver == Some(3));
        if same || nowhere || outsider { Err(422) } else { Ok(()) }
    }

    /// Who facilitates records for two other members.
    pub fn on_behalf(by: usize, within: bool) -> bool {
        within && by == 0
    }

    async fn take_hours(&mut self, world: &World, command: &Command) {
        let Command::Hours { by, giver, receiver, within, day: on, minutes } = *command else { return };
        let by = somebody(by, giver, receiver);
        let body = json!({ "giver_id": self.id(giver), "receiver_id": self.id(receiver), "minutes": minutes,
            "cooperation_id": self.within(within), "day": day(on), "activity": "entraide" });
        let right = if !(1..=1440).contains(&minutes) || on > self.today {
            Err(422)
        } else {
            let nobody = giver.is_none() && receiver.is_none();
            let others = giver.is_some() && receiver.is_some() && Self::on_behalf(by, within);
            let declares = Some(by) == giver || Some(by) == receiver || nobody && by == 0 || others;
            Self::ends(giver, receiver, within).and(if declares { Ok(()) } else { Err(403) })
        };
        let Some(answer) = self.send(world, "/v1/hours", &body, by, right).await else { return };
        let amounts = Amounts { minutes: Some(minutes), occasions: 1, ..Amounts::default() };
        let id = answer["contribution_id"].as_str().unwrap().to_owned();
        let flow = Flow {
            id,
            corrects: None,
            kind: "volunteer_hours",
            category: "entraide",
            giver,
            receiver,
            within,
            from: on,
            until: None,
            amounts,
            speaker: by,
            told: Told::default(),
        };
        self.append(flow);
    }

    async fn take_session(&mut self, world: &World, command: &Command) {
        let Command::Session { by, giver, receivers, within, day: on, minutes } = command else { return };
        let (giver, within, on) = (*giver, *within, *on);
        let alone = if let [(only, _)] = receivers.as_slice() { *only } else { None };
        let by = somebody(*by, Some(giver), alone);
        let listed: Vec<Value> = receivers
            .iter()
            .map(|(receiver, people)| json!({ "structure_id": self.id(*receiver), "participants": people }))
            .collect();
        let body = json!({ "giver_id": self.id(Some(giver)), "cooperation_id": self.within(within), "day": day(on),
            "skill": "greffe", "minutes": minutes, "receivers": listed });
        let twice = (1..receivers.len()).any(|at| receivers[..at].iter().any(|other| other.0 == receivers[at].0));
        let together = receivers.iter().all(|(receiver, _)| Self::ends(Some(giver), *receiver, within).is_ok());
        let others = receivers.iter().all(|(receiver, _)| receiver.is_some_and(|receiver| receiver != by));
        let right = match () {
            () if receivers.is_empty() || twice || on > self.today || !together => Err(422),
            () if by != giver && Some(by) != alone && !(others && Self::on_behalf(by, within)) => Err(403),
            () => Ok(()),
        };
        let Some(answer) = self.send(world, "/v1/skill-sessions", &body, by, right).await else { return };
        let all: i64 = receivers.iter().map(|(_, people)| people).sum();
        let (mut people_so_far, mut shared) = (0, 0);
        for ((receiver, people), told) in receivers.iter().zip(answer["receivers"].as_array().unwrap()) {
            people_so_far += people;
            let share = minutes.map(|minutes| minutes * people_so_far / all - shared);
            shared += share.unwrap_or(0);
            let amounts = Amounts { minutes: share, occasions: 1, participants: Some(*people), item_days: None };
            let id = told["contribution_id"].as_str().unwrap().to_owned();
            let flow = Flow {
                id,
                corrects: None,
                kind: "skill_by_volunteer",
                category: "greffe",
                giver: Some(giver),
                receiver: *receiver,
                within,
                from: on,
                until: None,
                amounts,
                speaker: by,
                told: Told::default(),
            };
            self.append(flow);
        }
        assert_eq!(shared, minutes.unwrap_or(0), "the shares add up");
    }

    pub fn append(&mut self, mut flow: Flow) {
        self.line_was_recorded();
        flow.told.at = self.lines();
        self.flows.push(flow);
    }

    fn line_was_recorded(&mut self) {
        self.recorded_on.push(self.today);
    }

    /// The day on which a line was recorded.
    pub fn recorded_on(&self, line: i64) -> i32 {
        self.recorded_on[usize::try_from(line).unwrap() - 1]
    }

    async fn take_word(&mut self, world: &World, by: Who, index: usize, word: &'static str) {
        let flow = &self.flows[index];
        let by = if word == "attest" && matches!(by, Who::Giver) { 0 } else { speaker(by, flow) };
        let path = format!("/v1/contributions/{}/{word}", flow.id);
        let body = if word == "contest" { json!({ "reason": "Pas ainsi." }) } else { json!({}) };
        let mut right = may_say(flow, by, word).and(if flow.is_news(by, word) { Ok(()) } else { Err(409) });
        let before = flow.told.clone();
        let next = self.lines() + 1;
        self.flows[index].say(by, word, next);
        let root = self.flows[index].corrects.unwrap_or(index);
        if right.is_ok() && self.net(root).all().any(|amount| amount < 0) {
            right = Err(409);
        }
        match self.send(world, &path, &body, by, right).await {
            Some(answer) => {
                self.line_was_recorded();
                assert_eq!(answer["state"], self.state(index));
            }
            None => self.flows[index].told = before,
        }
    }

    async fn take_correction(&mut self, world: &World, by: Who, index: usize, right_amount: Right) {
        let root = self.flows[index].corrects.unwrap_or(index);
        let flow = self.flows[root].clone();
        let by = speaker(by, &flow);
        let (difference, said) = self.difference(root, right_amount);
        let mut body = said;
        body["reason"] = json!("Relu.");
        let changes = |difference: &Amounts| {
            let supplies = flow.measure(&self.net(root)).is_none() && flow.measure(difference).is_some();
            difference.all().any(|amount| amount != 0) || supplies
        };
        let fits = difference.filter(changes).ok_or(422);
        let right = may_speak(&flow, by).and(fits.map(|_| ()));
        let path = format!("/v1/contributions/{}/correct", self.flows[index].id);
        let Some(answer) = self.send(world, &path, &body, by, right).await else { return };
        let id = answer["id"].as_str().unwrap().to_owned();
        let amounts = fits.unwrap_or_default();
        self.append(Flow { id, corrects: Some(root), amounts, speaker: by, told: Told::default(), ..flow });
    }

    /// What a correction adds, if it says what its kind can be said of, and how it is said.
    fn difference(&self, root: usize, right: Right) -> (Option<Amounts>, Value) {
        let (flow, net) = (&self.flows[root], self.net(root));
        let taught = flow.kind == "skill_by_volunteer";
        let none = Amounts::default();
        let less = |amount: Option<i64>| -amount.unwrap_or(0);
        match right {
            Right::Nothing => {
                let undone = Amounts {
                    minutes: (!flow.is_loan()).then(|| less(net.minutes)),
                    item_days: flow.is_loan().then(|| less(net.item_days)),
                    occasions: -net.occasions,
                    participants: taught.then(|| less(net.participants)),
                };
                (Some(undone).filter(|undone| undone.all().any(|amount| amount != 0)), json!({ "undo": true }))
            }
            Right::Measure(right) if flow.is_loan() => {
                (Some(Amounts { item_days: Some(right + less(net.item_days)), ..none }), json!({ "item_days": right }))
            }
            Right::Measure(right) => {
                (Some(Amounts { minutes: Some(right + less(net.minutes)), ..none }), json!({ "minutes": right }))
            }
            Right::Occasions(right) => {
                (Some(Amounts { occasions: right - net.occasions, ..none }), json!({ "occasions": right }))
            }
            Right::Participants(right) => {
                let amounts = Amounts { participants: Some(right + less(net.participants)), ..none };
                (Some(amounts).filter(|_| taught), json!({ "participants": right }))
            }
        }
    }
}

pub fn somebody(who: Who, giver: Option<usize>, receiver: Option<usize>) -> usize {
    match who {
        Who::Giver => giver.unwrap_or(0),
        Who::Receiver => receiver.unwrap_or(0),
        Who::Any(party) => party,
    }
}

/// Who may speak about a flow, and whether this manager does: 404 when they do not see it.
fn may_speak(flow: &Flow, by: usize) -> Result<(), Refusal> {
    let party = flow.giver == Some(by) || flow.receiver == Some(by);
    let facilitates = flow.within && by == 0;
    match (party, facilitates, flow.receiver) {
        (false, false, _) => Err(404),
        (true, _, _) | (false, true, None) => Ok(()),
        (false, true, Some(_)) => Err(403),
    }
}

/// Who may say this of a flow: witnesses attest, parties say the rest, and both take back what they said.
fn may_say(flow: &Flow, by: usize, word: &str) -> Result<(), Refusal> {
    let witnesses = flow.within && by == 0 && !flow.is_end(by);
    match word {
        "withdraw" | "attest" if witnesses => Ok(()),
        "attest" if flow.is_end(by) => Err(403),
        _ => may_speak(flow, by),
    }
}

/// Who speaks of a flow: as a party, mostly the one that did not declare it.
fn speaker(who: Who, flow: &Flow) -> usize {
    let other = if flow.receiver == Some(flow.speaker) { flow.giver } else { flow.receiver };
    match who {
        Who::Giver => flow.giver.unwrap_or(0),
        Who::Receiver => other.unwrap_or(0),
        Who::Any(party) => party,
    }
}
