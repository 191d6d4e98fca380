//! Which accounts of which chart a contribution moves (ANC regulation 2018-06, articles 211-1 to 422-1). Pure.

use serde::{Deserialize, Serialize};

use crate::ledger::rules::Kind;

/// A chart of accounts. Charts differ and change, so the ledger keeps the kind of flow, and a chart is chosen at export.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, strum::IntoStaticStr, strum::EnumString, strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Chart {
    /// The associations' chart of 1999 (CRC 99-01).
    Pca1999,
    /// The associations' chart of 2018 (ANC 2018-06).
    Pca2018,
    /// The same under the general chart of 2025, which left class 8 as it was.
    Pca2025,
    /// The budget of the common application form, which kept two digits and the order of 1999.
    Cerfa,
}

impl Chart {
    /// The chart in force for the accounts of a year when nobody says another: ANC 2018-06 is bound to be applied to
    /// years that began in 2020 or later, the general chart of 2025 to those that began in 2025 or later.
    #[must_use]
    pub fn of_year(year: i32) -> Self {
        match year {
            ..2020 => Self::Pca1999,
            2020..2025 => Self::Pca2018,
            2025.. => Self::Pca2025,
        }
    }

    /// True where 870 is volunteering and 875 gifts in kind: the charts of 2018 and later have it the other way round.
    fn is_of_1999(self) -> bool {
        matches!(self, Self::Pca1999 | Self::Cerfa)
    }

    /// The accounts that a contribution moves in the books of who received it.
    #[must_use]
    pub fn entry(self, kind: Kind) -> Entry {
        let debit = match (kind, self.is_of_1999()) {
            (Kind::Equipment, false) => {
                Account { number: "8612", label: "Mises à disposition gratuite de matériels" }
            }
            (Kind::Premises, false) => Account { number: "8611", label: "Mises à disposition gratuite de locaux" },
            _ => self.of_use(Use::of(kind)),
        };
        Entry { debit, credit: self.of_origin(Origin::of(kind)) }
    }

    /// The account of 86 on which a line of the right column stands.
    #[must_use]
    pub fn of_use(self, of: Use) -> Account {
        let number = match of {
            Use::Aid => "860",
            Use::Goods => "861",
            Use::Services => "862",
            Use::Volunteers => "864",
        };
        Account { number, label: of.label() }
    }

    /// The account of 87 on which a line of the left column stands.
    #[must_use]
    pub fn of_origin(self, of: Origin) -> Account {
        let number = match (of, self.is_of_1999()) {
            (Origin::Volunteering, true) | (Origin::Gifts, false) => "870",
            (Origin::Services, _) => "871",
            (Origin::Volunteering, false) | (Origin::Gifts, true) => "875",
        };
        Account { number, label: of.label() }
    }
}

/// An account of class 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Account {
    /// Its number.
    pub number: &'static str,
    /// Its name in the chart, in French: charts have no other language.
    pub label: &'static str,
}

/// What a contribution debits and credits, by the same sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// An account of 86: how it was used.
    pub debit: Account,
    /// An account of 87: what it was.
    pub credit: Account,
}

/// The lines of the right column (article 422-1): to what the contributions were put, accounts 86.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr, strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Use {
    /// Things given, and given on.
    Aid,
    /// Things and places lent free of charge.
    Goods,
    /// Services.
    Services,
    /// People who gave time.
    Volunteers,
}

impl Use {
    /// The line on which a kind stands.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Equipment | Kind::Premises => Self::Goods,
            // No authority says where the time of others' paid staff stands: it is a service, and no volunteering.
            Kind::SkillByStaff => Self::Services,
            Kind::VolunteerHours | Kind::SkillByVolunteer => Self::Volunteers,
        }
    }

    /// Its words in the regulation.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Aid => "Secours en nature",
            Self::Goods => "Mises à disposition gratuite de biens",
            Self::Services => "Prestations en nature",
            Self::Volunteers => "Personnel bénévole",
        }
    }
}

/// The lines of the left column (article 422-1): what was contributed, accounts 87.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, strum::IntoStaticStr, strum::EnumIter,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Origin {
    /// Things given.
    Gifts,
    /// Things and places lent, services.
    Services,
    /// Time of volunteers.
    Volunteering,
}

impl Origin {
    /// The line on which a kind stands.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        match kind {
            Kind::Equipment | Kind::Premises | Kind::SkillByStaff => Self::Services,
            Kind::VolunteerHours | Kind::SkillByVolunteer => Self::Volunteering,
        }
    }

    /// Its words in the regulation.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Gifts => "Dons en nature",
            Self::Services => "Prestations en nature",
            Self::Volunteering => "Bénévolat",
        }
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator as _;

    use super::*;

    fn numbers(chart: Chart, kind: Kind) -> (&'static str, &'static str) {
        let entry = chart.entry(kind);
        (entry.debit.number, entry.credit.number)
    }

    #[test]
    fn each_kind_moves_the_accounts_that_its_chart_says() {
        for chart in [Chart::Pca2018, Chart::Pca2025] {
            assert_eq!(numbers(chart, Kind::Equipment), ("8612", "871"));
            assert_eq!(numbers(chart, Kind::Premises), ("8611", "871"));
            assert_eq!(numbers(chart, Kind::VolunteerHours), ("864", "875"));
            assert_eq!(numbers(chart, Kind::SkillByVolunteer), ("864", "875"));
            assert_eq!(numbers(chart, Kind::SkillByStaff), ("862", "871"));
            assert_eq!(chart.of_origin(Origin::Gifts).number, "870");
        }
        for chart in [Chart::Pca1999, Chart::Cerfa] {
            assert_eq!(numbers(chart, Kind::Equipment), ("861", "871"));
            assert_eq!(numbers(chart, Kind::Premises), ("861", "871"));
            assert_eq!(numbers(chart, Kind::VolunteerHours), ("864", "870"));
            assert_eq!(numbers(chart, Kind::SkillByVolunteer), ("864", "870"));
            assert_eq!(numbers(chart, Kind::SkillByStaff), ("862", "871"));
            assert_eq!(chart.of_origin(Origin::Gifts).number, "875", "1999 and 2018 swap two accounts");
        }
    }

    #[test]
    fn an_entry_stands_on_the_line_of_its_account() {
        let kinds = [Kind::Equipment, Kind::Premises, Kind::VolunteerHours, Kind::SkillByVolunteer, Kind::SkillByStaff];
        for (chart, kind) in Chart::iter().flat_map(|chart| kinds.map(|kind| (chart, kind))) {
            let (entry, line) = (chart.entry(kind), chart.of_use(Use::of(kind)));
            assert!(entry.debit.number.starts_with(line.number), "{chart:?} {kind:?}");
            assert_eq!(entry.credit, chart.of_origin(Origin::of(kind)));
        }
    }

    #[test]
    fn a_year_has_the_chart_that_was_in_force() {
        let charts = [2019, 2020, 2024, 2025, 2100].map(Chart::of_year);
        assert_eq!(charts, [Chart::Pca1999, Chart::Pca2018, Chart::Pca2018, Chart::Pca2025, Chart::Pca2025]);
    }
}
