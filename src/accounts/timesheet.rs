//! A time sheet line by line, with room for two visas, as LEADER-type funders ask for unpaid work. Pure.

use serde::Serialize;

use super::basis::Basis;
use super::rules::Valued;
use super::words::{self, Said, typeset};
use crate::calendar::rules::shifted;
use crate::clock::Day;
use crate::export::{Cell, Document, Table};
use crate::grid::smic;
use crate::grid::value::Valuer;
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::rules::{Kind, State};
use crate::paper::words::{day, say};
use crate::text::Name;

const HEADINGS_FR: [&str; 11] = [
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
];
const HEADINGS_EN: [&str; 11] = [
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
];

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

impl Row {
    /// The row of a contribution, of the parts of it and of its corrections that go onto the sheet; none without any.
    #[must_use]
    pub fn of(parts: &[Valued], hands: &Hands, valuer: Option<&Valuer>) -> Option<Self> {
        let first = parts.first()?;
        let (minutes, cents) = worth(parts);
        Some(Self { minutes, cents, ..begun(first, hands, valuer) })
    }
}

/// Minutes and cents of the parts of a contribution; no cents where nothing is valued.
#[must_use]
pub fn worth(parts: &[Valued]) -> (i64, Option<i64>) {
    let minutes = parts.iter().filter_map(|part| part.flow.quantities.minutes).fold(0, i64::saturating_add);
    (minutes, parts.iter().filter_map(|part| part.cents).reduce(i64::saturating_add))
}

fn begun(line: &Valued, hands: &Hands, valuer: Option<&Valuer>) -> Row {
    let person = hands.person.as_ref();
    let (flow, category) = (&line.flow, line.flow.category.as_str());
    let rate = valuer.and_then(|valuer| Some((&valuer.grid.facts, valuer.rate(flow.kind, category, line.day)?)));
    let smic = smic::on(line.day);
    Row {
        contribution_id: line.id,
        day: line.day,
        person_id: person.map(|(id, _)| *id),
        person: person.map(|(_, name)| name.as_str().to_owned()),
        people: hands.people,
        activity: category.to_owned(),
        minutes: 0,
        state: line.state,
        rate: rate.map(|(facts, rate)| Said::by(|language| words::rate(language, facts, rate, smic))),
        source: rate.map(|(facts, rate)| words::source(facts, rate)),
        cents: None,
    }
}

impl Timesheet {
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
        let rows = self.rows.iter().map(|row| row.cells(language)).chain([self.total()]);
        Table::new(
            say(language, "Relevé de temps", "Time sheet"),
            say(language, &HEADINGS_FR, &HEADINGS_EN),
            rows.collect(),
        )
    }

    /// The last row.
    #[must_use]
    pub fn total(&self) -> Vec<Cell> {
        let mut total = vec![Cell::from("TOTAL")];
        total.resize(HEADINGS_EN.len(), Cell::Empty);
        total[4] = Cell::from(self.minutes);
        total[8] = Cell::from(self.cents.map(Cell::Cents));
        total
    }
}

impl Row {
    /// As it stands in the table.
    #[must_use]
    pub fn cells(&self, language: Language) -> Vec<Cell> {
        vec![
            Cell::from(self.day),
            Cell::from(self.person.as_deref()),
            Cell::from(self.people),
            Cell::from(self.activity.as_str()),
            Cell::from(self.minutes),
            Cell::from(crate::ledger::words::state(language, self.state)),
            Cell::from(self.rate.as_ref().map(|rate| rate.text(language))),
            Cell::from(self.source.as_deref()),
            Cell::from(self.cents.map(Cell::Cents)),
            Cell::Room,
            Cell::Room,
        ]
    }
}
