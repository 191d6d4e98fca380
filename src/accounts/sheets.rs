//! Time sheets gathered for those who may read the people of a structure: laid out first, then read row by row, so that a
//! long one is never in memory.

use std::sync::Arc;

use super::papers::{self, Of};
use super::rules::Valued;
use super::timesheet::{self, Row, Timesheet};
use super::{basis, counted, rows};
use crate::App;
use crate::auth::rules::Right;
use crate::auth::{Act, Caller};
use crate::calendar::rules::Period;
use crate::clock::Day;
use crate::cooperation;
use crate::error::{Error, Fault, FieldError};
use crate::export::Document;
use crate::export::stream::{Pages, Print};
use crate::grid::value::Valuer;
use crate::http::words::Language;
use crate::id::Id;
use crate::ledger::family::Family;
use crate::ledger::rules::{Flow, State};
use crate::ledger::scan;

/// Rows of a sheet that is answered at once, as JSON or as a page to print.
pub const ROWS_AT_ONCE_MAX: usize = 10_000;
/// Rows that are read at once while a sheet leaves as a table.
const PAGE_ROWS: u32 = 500;

/// What a time sheet is narrowed to.
#[derive(Debug, Clone, Copy)]
pub struct SheetWish {
    /// By which grid.
    pub grid: Option<Id>,
    /// Only what is confirmed.
    pub confirmed_only: bool,
    /// From this day of the year on.
    pub from: Option<Day>,
    /// Before this day of the year.
    pub until: Option<Day>,
    /// In this cooperation.
    pub cooperation: Option<Id>,
    /// Of this person.
    pub person: Option<Id>,
}

/// A sheet without its rows, and which these are.
pub struct Laid {
    /// The sheet, its sums known.
    pub sheet: Timesheet,
    /// The contributions of its rows, in their order.
    order: Vec<i64>,
    period: Period,
    states: &'static [State],
    cooperation: Option<Id>,
    valuer: Option<Valuer>,
}

/// Lays out the time that a structure was given, and that its members gave to the commons, which keep no accounts of their
/// own.
///
/// # Errors
/// [`Error::NotFound`]; [`Fault::Order`]; as [`super::in_euros`]; [`Error::MissingRate`].
pub fn lay_out(act: &Act<'_>, of: Of, wish: SheetWish) -> Result<Laid, Error> {
    papers::require_read(act, Right::ReadPeople, of)?;
    let (structure, year) = of;
    let valuer = papers::maybe_in_euros(act, structure, wish.grid)?;
    let basis = basis(act, Right::ReadPeople, of, wish.confirmed_only, valuer.as_ref())?;
    let all = papers::period_of(year)?;
    let (from, until) = (wish.from.unwrap_or(all.from).max(all.from), wish.until.unwrap_or(all.until).min(all.until));
    if until <= from {
        return Err(Error::Parameter(FieldError::new("until", Fault::Order)));
    }
    let cooperation = wish.cooperation.map(|id| project(act, id)).transpose()?;
    let cents = valuer.is_some().then_some(0);
    let mut laid = Laid {
        sheet: Timesheet { basis, from, until, cooperation, rows: Vec::new(), minutes: 0, cents },
        order: Vec::new(),
        period: Period { from, until },
        states: counted(wish.confirmed_only),
        cooperation: wish.cooperation,
        valuer,
    };
    let mut order: Vec<(Day, i64)> = Vec::new();
    let head = laid.sheet.basis.ledger.seq;
    scan::each_family(act.db, crate::auth::rules::Of::Structure(structure), laid.period, head, |family| {
        let parts = laid.parts(family)?;
        let Some((day, root)) = parts.first().map(|part| (part.day, part.root)) else { return Ok(()) };
        if let Some(person) = wish.person
            && rows::hands(act.db, structure, root)?.person.is_none_or(|(id, _)| id != person)
        {
            return Ok(());
        }
        let (minutes, cents) = timesheet::worth(&parts);
        laid.sheet.minutes = laid.sheet.minutes.saturating_add(minutes);
        laid.sheet.cents = laid.sheet.cents.map(|sum| sum.saturating_add(cents.unwrap_or(0)));
        order.push((day, root));
        Ok(())
    })?;
    // By day, and within a day as in the ledger.
    order.sort_unstable();
    laid.order = order.into_iter().map(|(_, root)| root).collect();
    Ok(laid)
}

impl Laid {
    /// The parts of a contribution and of its corrections that go onto the sheet, each with its value.
    fn parts(&self, family: &Family) -> Result<Vec<Valued>, Error> {
        let flows = family.lines().iter().filter_map(|line| Some((line, line.flow.as_ref()?)));
        let counting = flows.zip(family.standings()).filter_map(|((line, flow), standing)| {
            let wanted = self.states.contains(&standing.state) && self.wants(flow);
            Valued::within(self.period, line, flow, standing).filter(|_| wanted)
        });
        // Valued one by one: what is not on the sheet needs no rate.
        let valued = counting.map(|part| match &self.valuer {
            Some(valuer) => Ok(part.by(valuer)?),
            None => Ok(part),
        });
        valued.collect()
    }

    /// True of time that came to the structure, and of what it gave to the commons.
    fn wants(&self, flow: &Flow) -> bool {
        let structure = Some(self.sheet.basis.structure_id);
        let here = flow.receiver_id == structure || (flow.giver_id == structure && flow.receiver_id.is_none());
        let within = self.cooperation.is_none_or(|id| flow.cooperation_id == Some(id));
        timesheet::is_time(flow.kind) && here && within
    }

    /// The rows of these contributions.
    fn rows<'a>(&'a self, act: &'a Act<'_>, roots: &'a [i64]) -> impl Iterator<Item = Result<Row, Error>> + 'a {
        let (structure, head) = (self.sheet.basis.structure_id, self.sheet.basis.ledger.seq);
        let row = move |root: &i64| -> Result<Option<Row>, Error> {
            let parts = self.parts(&scan::family_at(act.db, *root, head)?)?;
            Ok(Row::of(&parts, &rows::hands(act.db, structure, *root)?, self.valuer.as_ref()))
        };
        roots.iter().filter_map(move |root| row(root).transpose())
    }

    /// The sheet with its rows.
    ///
    /// # Errors
    /// [`Fault::ManyLines`] at `until` for more than [`ROWS_AT_ONCE_MAX`].
    pub fn whole(mut self, act: &Act<'_>) -> Result<Timesheet, Error> {
        if self.order.len() > ROWS_AT_ONCE_MAX {
            return Err(Error::Parameter(FieldError::new("until", Fault::ManyLines(ROWS_AT_ONCE_MAX))));
        }
        self.sheet.rows = self.rows(act, &self.order).collect::<Result<_, _>>()?;
        Ok(self.sheet)
    }
}

fn project(act: &Act<'_>, cooperation: Id) -> Result<String, Error> {
    let unknown = || Error::Parameter(FieldError::new("cooperation_id", Fault::Unknown));
    if !cooperation::seen(act, cooperation)? {
        return Err(unknown());
    }
    cooperation::rows::name(act.db, cooperation)?.ok_or_else(unknown)
}

/// A sheet on its way out.
pub struct Leaving {
    app: App,
    caller: Caller,
    of: Of,
    laid: Arc<Laid>,
    language: Language,
    /// How many rows have left; none once the sum has, which is the last.
    left: Option<usize>,
}

impl Leaving {
    /// A sheet of which no row has left.
    #[must_use]
    pub fn new(app: App, caller: Caller, of: Of, laid: Laid, language: Language) -> Self {
        Self { app, caller, of, laid: Arc::new(laid), language, left: Some(0) }
    }

    /// What stands around its rows.
    #[must_use]
    pub fn document(&self) -> Document {
        self.laid.sheet.document(self.language)
    }
}

impl Pages for Leaving {
    const ROWS_MAX: u32 = PAGE_ROWS + 1;

    /// What the caller may read is asked again each time.
    async fn page<T: Send + 'static>(&mut self, mut into: T, print: Print<T>) -> Result<T, Error> {
        let Some(left) = self.left else { return Ok(into) };
        let (laid, of, language) = (Arc::clone(&self.laid), self.of, self.language);
        let question = move |act: &Act<'_>| {
            papers::require_read(act, Right::ReadPeople, of)?;
            let rest = laid.order.get(left..).unwrap_or_default();
            let page = rest.chunks(PAGE_ROWS as usize).next().unwrap_or_default();
            for row in laid.rows(act, page) {
                print(&mut into, &row?.cells(language))?;
            }
            if page.len() < rest.len() {
                return Ok((into, Some(left + page.len())));
            }
            print(&mut into, &laid.sheet.total())?;
            Ok((into, None))
        };
        let (into, left) = self.app.see(self.caller, question).await?;
        self.left = left;
        Ok(into)
    }

    fn is_over(&self) -> bool {
        self.left.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::basis::Basis;
    use crate::clock::Moment;
    use crate::summary::rules::Head;

    fn laid(rows: usize) -> Laid {
        let ledger = Head { seq: 0, hash: String::new(), root: String::new() };
        let (structure_id, structure) = (Id::of(&["structure"]), "Structure".to_owned());
        let basis = Basis { structure_id, structure, year: 2026, ledger, confirmed_only: false, grid: None };
        let [from, until] = ["2026-01-01", "2027-01-01"].map(|day| Day::parse(day).unwrap());
        Laid {
            sheet: Timesheet { basis, from, until, cooperation: None, rows: Vec::new(), minutes: 0, cents: None },
            order: vec![1; rows],
            period: Period { from, until },
            states: counted(false),
            cooperation: None,
            valuer: None,
        }
    }

    #[test]
    fn a_sheet_that_is_answered_at_once_is_no_longer_than_memory_holds() {
        let db = rusqlite::Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("../../schema.sql")).unwrap();
        let act = Act::begin(&db, Moment::from_millis(0), Caller::Operator).unwrap();
        assert!(laid(0).whole(&act).is_ok());
        let most = laid(ROWS_AT_ONCE_MAX).whole(&act);
        assert!(matches!(most, Err(Error::NotFound)), "it is read, and there is no such line");
        let Err(Error::Parameter(refused)) = laid(ROWS_AT_ONCE_MAX + 1).whole(&act) else { panic!("it was read") };
        assert_eq!(refused, FieldError::new("until", Fault::ManyLines(ROWS_AT_ONCE_MAX)));
    }
}
