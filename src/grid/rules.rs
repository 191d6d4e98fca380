//! What a valuation grid is: dated rates, by which method and from which source, and who approved them. Pure.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::audit::rules::About;
use crate::auth::rules::Of;
use crate::auth::rules::Right;
use crate::clock::{Day, Moment};
use crate::error::{Error, Fault};
use crate::id::Id;
use crate::ledger::rules::{Fields, Hash, Kind, hex};
use crate::text::{Name, Note, folded};

/// Rates of a grid at most.
pub const RATES_MAX: usize = 300;
/// Cents, or hundredths of points, of one hour, item-day or occasion at most: ten thousand euros. So little that no line
/// of the ledger comes near the end of 64 bits.
pub const AMOUNT_MAX: i64 = 1_000_000;
/// Thousandths of the SMIC at most: a hundred times the SMIC.
pub const COEFFICIENT_MAX: i64 = 100_000;
/// Names the form of [`Grid::content`]; another form would have another name.
const FORM: &str = "navette.grid.1";

/// In what a grid counts. The two are never added to one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Unit {
    /// Euros, kept in cents.
    Euro,
    /// Points of a work bank, kept in hundredths.
    Points,
}

/// How a rate was found (ANC regulation 2018-06, art. 431-10: the notes tell the method).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Method {
    /// The SMIC of the act's own day.
    Smic,
    /// The SMIC of the act's own day, times a coefficient.
    SmicCoefficient,
    /// A collective agreement.
    CollectiveAgreement,
    /// What it would have cost to pay somebody for it.
    ReplacementCost,
    /// What it costs the employer: pay and charges, less aids.
    EmployerCost,
    /// What the lender would have got under a lease.
    MarketRent,
    /// What the thing loses in worth.
    Depreciation,
    /// Points agreed upon.
    Points,
    /// Counted and described, and not valued.
    DescriptionOnly,
}

/// By what a rate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Per {
    /// Sixty minutes of human time.
    Hour,
    /// One piece for one day.
    ItemDay,
    /// One time.
    Occasion,
}

impl Per {
    /// True when this kind is counted so.
    fn fits(self, kind: Kind) -> bool {
        let thing = matches!(kind, Kind::Equipment | Kind::Premises);
        match self {
            Self::Hour => !thing,
            Self::ItemDay => thing,
            Self::Occasion => true,
        }
    }
}

/// What one kind, or one category of it, is worth from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Of what.
    pub kind: Kind,
    /// Of which category, activity or skill alone; none: of every one that has no rate of its own.
    pub category: Option<Name>,
    /// The first day on which it applies.
    pub from: Day,
    /// By what it counts.
    pub per: Per,
    /// How it was found, when otherwise than the grid says.
    pub method: Option<Method>,
    /// Where it is from, when from elsewhere than the grid says.
    pub source: Option<Name>,
    /// Cents, or hundredths of points.
    pub amount: Option<i64>,
    /// Thousandths of the SMIC.
    pub coefficient: Option<i64>,
}

/// The facts of a grid that its keepers state, and change until it is approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The structure whose it is ...
    pub structure_id: Option<Id>,
    /// ... or the cooperation.
    pub cooperation_id: Option<Id>,
    /// What people call it.
    pub name: Name,
    /// In what it counts.
    pub unit: Unit,
    /// How its rates were found.
    pub method: Method,
    /// Where they are from.
    pub source: Note,
    /// The grid before it, of which it is the new version.
    pub replaces: Option<Id>,
    /// The rates, in the order in which people want to read them.
    pub rates: Vec<Rate>,
}

impl Facts {
    /// Whose it is.
    ///
    /// # Errors
    /// [`Fault::Missing`] without either, [`Fault::NotAllowed`] with both.
    pub fn of(&self) -> Result<Of, Error> {
        match (self.structure_id, self.cooperation_id) {
            (Some(structure), None) => Ok(Of::Structure(structure)),
            (None, Some(cooperation)) => Ok(Of::Cooperation(cooperation)),
            (Some(_), Some(_)) => Err(Fault::NotAllowed.at("/cooperation_id")),
            (None, None) => Err(Fault::Missing.at("/structure_id")),
        }
    }

    /// How this rate was found.
    #[must_use]
    pub fn method_of(&self, rate: &Rate) -> Method {
        rate.method.unwrap_or(self.method)
    }

    /// True when the rate follows the SMIC.
    #[must_use]
    pub fn is_by_wage(&self, rate: &Rate) -> bool {
        matches!(self.method_of(rate), Method::Smic | Method::SmicCoefficient)
    }

    /// Holds rates, methods and unit against one another.
    ///
    /// # Errors
    /// The first fault, with its field.
    pub fn judge(&self) -> Result<(), Error> {
        self.counts_by(self.method).map_err(|fault| fault.at("/method"))?;
        if !(1..=RATES_MAX).contains(&self.rates.len()) {
            return Err(Fault::Items(1, RATES_MAX).at("/rates"));
        }
        let mut said = BTreeSet::new();
        for (position, rate) in self.rates.iter().enumerate() {
            let under = |(field, fault): (&str, Fault)| fault.at(&format!("/rates/{position}{field}"));
            self.judge_rate(rate).map_err(under)?;
            let category = rate.category.as_ref().map(|category| folded(category.as_str()));
            if !said.insert((rate.kind, category, rate.from)) {
                return Err(under(("", Fault::RateTwice)));
            }
        }
        Ok(())
    }

    /// Points are found by agreeing on points, euros in every other way.
    fn counts_by(&self, method: Method) -> Result<(), Fault> {
        let fits = match (self.unit, method) {
            (_, Method::DescriptionOnly) => true,
            (unit, method) => (unit == Unit::Points) == (method == Method::Points),
        };
        if fits { Ok(()) } else { Err(Fault::NotAllowed) }
    }

    fn judge_rate(&self, rate: &Rate) -> Result<(), (&'static str, Fault)> {
        let method = self.method_of(rate);
        self.counts_by(method).map_err(|fault| ("/method", fault))?;
        let by_wage = self.is_by_wage(rate);
        if !rate.per.fits(rate.kind) || by_wage && rate.per != Per::Hour {
            return Err(("/per", Fault::NotAllowed));
        }
        let has_amount = !by_wage && method != Method::DescriptionOnly;
        within(rate.amount, has_amount, 0, AMOUNT_MAX).map_err(|fault| ("/amount", fault))?;
        let has_coefficient = method == Method::SmicCoefficient;
        within(rate.coefficient, has_coefficient, 1, COEFFICIENT_MAX).map_err(|fault| ("/coefficient", fault))
    }
}

/// A number that has to be there, and in its range; or that must not be there.
fn within(number: Option<i64>, needed: bool, least: i64, most: i64) -> Result<(), Fault> {
    match (number, needed) {
        (None, false) => Ok(()),
        (None, true) => Err(Fault::Missing),
        (Some(_), false) => Err(Fault::NotAllowed),
        (Some(number), true) if (least..=most).contains(&number) => Ok(()),
        (Some(_), true) => Err(Fault::Range(least, most)),
    }
}

/// Who approved a grid, when, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The general assembly, the board, the council.
    pub body: Name,
    /// The day on which it did.
    pub on: Day,
    /// The minutes or the resolution that says so.
    pub reference: Name,
}

/// A grid as recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Grid {
    /// Its identifier.
    pub id: Id,
    /// What is stated.
    #[serde(flatten)]
    pub facts: Facts,
    /// Who approved it; none of a draft.
    pub approval: Option<Approval>,
    /// SHA-256 of [`Grid::content`] in hexadecimal digits, by which a statement cites it; none of a draft.
    pub digest: Option<String>,
    /// True when it is no longer used.
    pub archived: bool,
    /// Grows at each change.
    pub version: i64,
    /// When recorded.
    pub created_at: Moment,
}

impl Grid {
    /// Freezes a draft; the SHA-256 of what is approved.
    ///
    /// # Errors
    /// [`Error::WrongState`] when it is approved already, or archived.
    pub fn approved(self, approval: &Approval) -> Result<(Self, Hash), Error> {
        self.require_draft()?;
        let mut grid = Self { approval: Some(approval.clone()), version: self.version + 1, ..self };
        let digest: Hash = Sha256::digest(grid.content()).into();
        grid.digest = Some(hex(&digest));
        Ok((grid, digest))
    }

    /// Refuses what is approved, or archived: it stays as it is.
    ///
    /// # Errors
    /// [`Error::WrongState`].
    pub fn require_draft(&self) -> Result<(), Error> {
        let refused = |state: &str| Err(Error::WrongState { state: state.to_owned() });
        match (&self.approval, self.archived) {
            (Some(_), _) => refused("approved"),
            (None, true) => refused("archived"),
            (None, false) => Ok(()),
        }
    }

    /// The exact bytes that are hashed, in the manner of a line of the ledger: each field with its length; numbers as 8
    /// bytes; days and words as text. The form, then id, structure, cooperation, name, unit, method, source, the grid
    /// replaced, body, day and reference of the approval, how many rates; of each kind, category, day, per, method,
    /// source, amount, coefficient.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let (facts, approval) = (&self.facts, self.approval.as_ref());
        let mut fields = Fields::default();
        fields.text(Some(FORM)).id(Some(self.id)).id(facts.structure_id).id(facts.cooperation_id);
        fields.text(Some(facts.name.as_str())).text(Some(facts.unit.into())).text(Some(facts.method.into()));
        fields.text(Some(facts.source.as_str())).id(facts.replaces);
        fields.text(approval.map(|approval| approval.body.as_str())).day(approval.map(|approval| approval.on));
        fields.text(approval.map(|approval| approval.reference.as_str()));
        fields.number(i64::try_from(facts.rates.len()).ok());
        for rate in &facts.rates {
            fields.text(Some(rate.kind.into())).text(rate.category.as_ref().map(Name::as_str)).day(Some(rate.from));
            fields.text(Some(rate.per.into())).text(rate.method.map(<&str>::from));
            fields.text(rate.source.as_ref().map(Name::as_str)).number(rate.amount).number(rate.coefficient);
        }
        fields.0
    }

    /// As the audit trail speaks of it.
    #[must_use]
    pub fn about(&self) -> About {
        let (structure_id, cooperation_id) = (self.facts.structure_id, self.facts.cooperation_id);
        About { subject_id: Some(self.id), structure_id, cooperation_id }
    }
}

/// The right that reads the grids of a structure or cooperation: whoever reads its sums reads what values them.
#[must_use]
pub fn read_by(of: Of) -> Right {
    match of {
        Of::Structure(_) => Right::ReadSummary,
        Of::Cooperation(_) => Right::ReadCommonSummary,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{FieldError, tests::wrong};

    #[test]
    fn a_number_is_there_where_it_is_needed_and_within_its_range() {
        let amount = |number, needed| within(number, needed, 1, 10);
        assert_eq!([1, 10].map(|number| amount(Some(number), true)), [Ok(()), Ok(())]);
        assert_eq!([0, 11].map(|number| amount(Some(number), true)), [Err(Fault::Range(1, 10)); 2]);
        assert_eq!(amount(None, true), Err(Fault::Missing));
        assert_eq!(amount(None, false), Ok(()));
        assert_eq!(amount(Some(5), false), Err(Fault::NotAllowed));
    }

    fn rate(day: &str) -> Rate {
        Rate {
            kind: Kind::VolunteerHours,
            category: None,
            from: Day::parse(day).unwrap(),
            per: Per::Hour,
            method: None,
            source: None,
            amount: None,
            coefficient: Some(1),
        }
    }

    fn judged(rates: Vec<Rate>) -> Option<FieldError> {
        let facts = Facts {
            structure_id: None,
            cooperation_id: None,
            name: Name::parse("Grille").unwrap(),
            unit: Unit::Euro,
            method: Method::SmicCoefficient,
            source: Note::parse("Assemblée").unwrap(),
            replaces: None,
            rates,
        };
        wrong(facts.judge())
    }

    #[test]
    fn a_grid_has_a_rate_at_least_and_300_at_most() {
        let rates =
            |count: usize| (0..count).map(|number| rate(&format!("{}-01-{:02}", 2000 + number / 28, number % 28 + 1)));
        for (count, sound) in [(0, false), (1, true), (RATES_MAX, true), (RATES_MAX + 1, false)] {
            let refused = FieldError::new("/rates", Fault::Items(1, RATES_MAX));
            assert_eq!(judged(rates(count).collect()), (!sound).then_some(refused), "{count}");
        }
    }

    #[test]
    fn a_rate_is_worth_nothing_or_more_and_follows_the_wage_by_a_thousandth_or_more() {
        let refused =
            |field: &str, least, most| Some(FieldError::new(&format!("/rates/0/{field}"), Fault::Range(least, most)));
        for (coefficient, sound) in [(0, false), (1, true), (COEFFICIENT_MAX, true), (COEFFICIENT_MAX + 1, false)] {
            let found = judged(vec![Rate { coefficient: Some(coefficient), ..rate("2026-01-01") }]);
            assert_eq!(found, if sound { None } else { refused("coefficient", 1, COEFFICIENT_MAX) });
        }
        for (amount, sound) in [(-1, false), (0, true), (AMOUNT_MAX, true), (AMOUNT_MAX + 1, false)] {
            let method = Some(Method::ReplacementCost);
            let found = judged(vec![Rate { method, amount: Some(amount), coefficient: None, ..rate("2026-01-01") }]);
            assert_eq!(found, if sound { None } else { refused("amount", 0, AMOUNT_MAX) });
        }
    }
}
