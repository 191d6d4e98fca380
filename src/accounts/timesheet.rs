//! A time sheet line by line, with room for two visas, as LEADER-type funders ask for unpaid work. Pure.

use std::collections::BTreeMap;

use serde::Serialize;

use super::basis::Basis;
use super::rules::Valued;
use super::words::{self, Said, typeset};
use crate::calendar::rules::{Period, shifted};
use crate::clock::Day;
use crate::export::{Cell, Document, Table};
use crate::grid::smic;
use crate::grid::value::Valuer;
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::rules::{Kind, State};
use crate::paper::words::{day, say};
use crate::text::Name;

/// The sheet.
#[derive(Debug, Clone, Serialize)]
pub struct Timesheet {
    /// Whose, of when, by which grid.
    #[serde(flatten)]
    pub basis: Basis,
    /// The first day.
    pub from: Day,
    /// The first day after.
    pub until: Day,
    /// The cooperation it is narrowed to, which is the project.
    pub cooperation: Option<String>,
    /// One for each contribution of time, by day.
    pub rows: Vec<Row>,
    /// Minutes in all.
    pub minutes: i64,
    /// Cents in all; none without a grid.
    pub cents: Option<i64>,
}

/// A contribution of time, its corrections included.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// The contribution.
    pub contribution_id: Id,
    /// When.
    pub day: Day,
    /// The person; none where no one of this structure is named.
    pub person_id: Option<Id>,
    /// Their name.
    pub person: Option<String>,
    /// How many people gave the time.
    pub people: i64,
    /// What they did.
    pub activity: String,
    /// Minutes of all of them together.
    pub minutes: i64,
    /// Where it stands.
    pub state: State,
    /// The rate of the day, in words.
    pub rate: Option<Said>,
    /// Where the rate is from.
    pub source: Option<String>,
    /// Cents; none where it is not valued.
    pub cents: Option<i64>,
}

/// Who gave the time of a line: the person, if this structure knows and names one, and of how many it is the time.
#[derive(Debug, Clone)]
pub struct Hands {
    /// The person's id and name.
    pub person: Option<(Id, Name)>,
    /// How many people.
    pub people: i64,
}

/// True of what is human time given freely.
#[must_use]
pub fn is_time(kind: Kind) -> bool {
    matches!(kind, Kind::VolunteerHours | Kind::SkillByVolunteer)
}

/// One row for each contribution, in order of days.
#[must_use]
pub fn rows(lines: &[Valued], hands: &BTreeMap<i64, Hands>, valuer: Option<&Valuer>) -> Vec<Row> {
    let mut rows: BTreeMap<i64, Row> = BTreeMap::new();
    for line in lines {
        let row = rows.entry(line.root).or_insert_with(|| begun(line, hands.get(&line.root), valuer));
        row.minutes = row.minutes.saturating_add(line.flow.quantities.minutes.unwrap_or(0));
        row.cents = match (row.cents, line.cents) {
            (None, None) => None,
            (one, other) => Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0))),
        };
    }
    let mut rows: Vec<Row> = rows.into_values().collect();
    rows.sort_by_key(|row| row.day);
    rows
}

fn begun(line: &Valued, hands: Option<&Hands>, valuer: Option<&Valuer>) -> Row {
    let person = hands.and_then(|hands| hands.person.as_ref());
    let (flow, category) = (&line.flow, line.flow.category.as_str());
    let rate = valuer.and_then(|valuer| Some((&valuer.grid.facts, valuer.rate(flow.kind, category, line.day)?)));
    let smic = smic::on(line.day);
    Row {
        contribution_id: line.id,
        day: line.day,
        person_id: person.map(|(id, _)| *id),
        person: person.map(|(_, name)| name.as_str().to_owned()),
        people: hands.map_or(1, |hands| hands.people),
        activity: category.to_owned(),
        minutes: 0,
        state: line.state,
        rate: rate.map(|(facts, rate)| Said::by(|language| words::rate(language, facts, rate, smic))),
        source: rate.map(|(facts, rate)| words::source(facts, rate)),
        cents: None,
    }
}

impl Timesheet {
    /// The sheet of these rows.
    #[must_use]
    pub fn of(basis: Basis, period: Period, cooperation: Option<String>, rows: Vec<Row>) -> Self {
        let sum = |numbers: &mut dyn Iterator<Item = i64>| numbers.fold(0_i64, i64::saturating_add);
        let minutes = sum(&mut rows.iter().map(|row| row.minutes));
        let cents = basis.grid.is_some().then(|| sum(&mut rows.iter().filter_map(|row| row.cents)));
        Self { basis, from: period.from, until: period.until, cooperation, rows, minutes, cents }
    }

    /// As a document of one table, wide enough for a sheet on its side.
    #[must_use]
    pub fn document(&self, language: Language) -> Document {
        let title = say(language, "Relevé de temps bénévole", "Sheet of volunteer time");
        let mut document = self.basis.document(language, title);
        let (from, until) = (day(language, self.from), day(language, shifted(self.until, -1)));
        let mut prose = Vec::new();
        prose.extend(self.cooperation.as_ref().map(|name| {
            say(language, format!("Projet ou démarche : {name}."), format!("Project or cooperation: {name}."))
        }));
        prose.push(say(language, format!("Du {from} au {until}."), format!("From {from} to {until}.")));
        document.prose = prose.iter().map(|paragraph| typeset(language, paragraph)).collect();
        document.tables = vec![self.table(language)];
        document
    }

    fn table(&self, language: Language) -> Table {
        let headings = say(
            language,
            [
                "date",
                "personne",
                "personnes",
                "activité",
                "minutes",
                "état",
                "tarif",
                "source du tarif",
                "montant (€)",
                "visa du bénévole",
                "visa du responsable",
            ],
            [
                "day",
                "person",
                "people",
                "activity",
                "minutes",
                "state",
                "rate",
                "source_of_rate",
                "eur",
                "visa_of_volunteer",
                "visa_of_responsible",
            ],
        );
        let row = |row: &Row| {
            vec![
                Cell::from(row.day),
                Cell::from(row.person.as_deref()),
                Cell::from(row.people),
                Cell::from(row.activity.as_str()),
                Cell::from(row.minutes),
                Cell::from(crate::ledger::words::state(language, row.state)),
                Cell::from(row.rate.as_ref().map(|rate| rate.text(language))),
                Cell::from(row.source.as_deref()),
                Cell::from(row.cents.map(Cell::Cents)),
                Cell::Room,
                Cell::Room,
            ]
        };
        let mut rows: Vec<Vec<Cell>> = self.rows.iter().map(row).collect();
        let mut total = vec![Cell::from("TOTAL")];
        total.resize(headings.len(), Cell::Empty);
        total[4] = Cell::from(self.minutes);
        total[8] = Cell::from(self.cents.map(Cell::Cents));
        rows.push(total);
        Table::new(say(language, "Relevé de temps", "Time sheet"), &headings, rows)
    }
}
