//! Communes as a public list tells them: how many people live there, and in which EPCI. Pure.

use std::collections::BTreeSet;

use csv::StringRecord;

use crate::error::{Fault, FieldError};
use crate::import::cells;
use crate::structure::rules::{Commune as Code, Siren};
use crate::text::Name;

/// Inhabitants of a commune at most: more than of any.
const POPULATION_MAX: i64 = 100_000_000;
/// The columns that are read, by their headings; others are left out.
const COLUMNS: [&str; 5] = ["code_insee", "nom", "population", "epci_siren", "epci_nom"];

/// A commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commune {
    /// Its INSEE code.
    pub code: Code,
    /// Its name.
    pub name: Name,
    /// How many people live there.
    pub population: i64,
    /// The EPCI it belongs to; a few islands belong to none.
    pub epci: Option<Epci>,
}

/// An inter-communal body with its own taxes (établissement public de coopération intercommunale).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epci {
    /// Its SIREN.
    pub siren: Siren,
    /// Its name.
    pub name: Name,
}

/// A line that cannot be what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongLine {
    /// Its number in the file; the headings are line 1.
    pub line: u64,
    /// The column, and what is wrong there.
    pub error: FieldError,
}

/// Why a list of communes cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The file is no table.
    #[error("the file cannot be read as CSV: {0}")]
    Table(String),
    /// A column is missing.
    #[error("the file has no column `{0}`; it needs code_insee, nom, population, epci_siren and epci_nom")]
    Column(&'static str),
    /// Nothing stands below the headings.
    #[error("the file holds no commune")]
    Empty,
    /// Some lines are wrong; nothing of the file is taken.
    #[error("wrong lines")]
    Lines(Vec<WrongLine>),
}

/// Reads a list of communes, as CSV in whatever encoding and with whatever separator: columns by their headings, in
/// any order.
///
/// # Errors
/// [`Unreadable`]; every wrong line is told.
pub fn read(file: &[u8]) -> Result<Vec<Commune>, Unreadable> {
    let (text, _) = cells::decode(file);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(cells::delimiter(&text))
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let no_table = |error: csv::Error| Unreadable::Table(error.to_string());
    let headings = reader.headers().map_err(no_table)?.clone();
    let place =
        |column: &'static str| headings.iter().position(|heading| heading == column).ok_or(Unreadable::Column(column));
    let places = COLUMNS.map(place).into_iter().collect::<Result<Vec<_>, _>>()?;
    let (mut communes, mut wrong, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
    for row in reader.records() {
        let row = row.map_err(no_table)?;
        if row.iter().all(str::is_empty) {
            continue;
        }
        let read = commune(&row, &places).and_then(|commune| {
            // Written twice with different words, nobody could say which is meant.
            let first = seen.insert(commune.code.as_str().to_owned());
            if first { Ok(commune) } else { Err(FieldError::new("code_insee", Fault::Twice)) }
        });
        match read {
            Ok(commune) => communes.push(commune),
            Err(error) => wrong.push(WrongLine { line: row.position().map_or(0, csv::Position::line), error }),
        }
    }
    match (wrong.is_empty(), communes.is_empty()) {
        (false, _) => Err(Unreadable::Lines(wrong)),
        (true, true) => Err(Unreadable::Empty),
        (true, false) => Ok(communes),
    }
}

fn commune(row: &StringRecord, places: &[usize]) -> Result<Commune, FieldError> {
    let cell = |column: usize| places.get(column).and_then(|place| row.get(*place)).unwrap_or_default();
    let at = |column: usize| move |fault: Fault| FieldError::new(COLUMNS[column], fault);
    let population = cells::integer(cell(2)).ok().filter(|number| (0..=POPULATION_MAX).contains(number));
    let epci = if cell(3).is_empty() && cell(4).is_empty() {
        None
    } else {
        Some(Epci { siren: Siren::parse(cell(3)).map_err(at(3))?, name: Name::parse(cell(4)).map_err(at(4))? })
    };
    Ok(Commune {
        code: Code::parse(cell(0)).map_err(at(0))?,
        name: Name::parse(cell(1)).map_err(at(1))?,
        population: population.ok_or_else(|| at(2)(Fault::Range(0, POPULATION_MAX)))?,
        epci,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADINGS: &str = "code_insee,nom,departement,population,epci_siren,epci_nom\n";

    fn wrong(rows: &str) -> Vec<(u64, String, String)> {
        match read(format!("{HEADINGS}{rows}").as_bytes()) {
            Err(Unreadable::Lines(wrong)) => {
                wrong.into_iter().map(|wrong| (wrong.line, wrong.error.pointer, wrong.error.code)).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn columns_are_found_by_their_headings_whatever_the_separator_and_the_encoding() {
        let table = "epci_nom;population;nom;epci_siren;code_insee;altitude\r\n\
                     CC Val Eyrieux;\"1 361\";Accons;200041465;07003;500\r\n;;;;;\r\n;0;\u{ce}le;;85113;\r\n";
        let latin: Vec<u8> = table.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let communes = read(&latin).unwrap();
        let told: Vec<_> = communes.iter().map(|one| (one.code.as_str(), one.name.as_str(), one.population)).collect();
        assert_eq!(told, [("07003", "Accons", 1361), ("85113", "Île", 0)]);
        let epci = communes[0].epci.as_ref().unwrap();
        assert_eq!((epci.siren.as_str(), epci.name.as_str()), ("200041465", "CC Val Eyrieux"));
        assert_eq!(communes[1].epci, None, "a few islands are in no EPCI");
    }

    #[test]
    fn every_wrong_line_is_told_by_its_number_and_its_column() {
        let rows = "07001,Accons,07,361,200041465,CC Val Eyrieux\n\
                    7002,Ailhon,07,553,200073245,CC\n\
                    07003,,07,1,200041465,CC\n\
                    07004,Ailhon,07,-3,200041465,CC\n\
                    07005,Ailhon,07,beaucoup,200041465,CC\n\
                    07006,Ailhon,07,1,200041466,CC\n\
                    07007,Ailhon,07,1,200041465,\n\
                    07008,Ailhon\n\
                    07001,Ailhon,07,1,200041465,CC\n\
                    07009,Ailhon,07,1,,CC\n";
        let told = |line, column: &str, code: &str| (line, column.to_owned(), code.to_owned());
        assert_eq!(
            wrong(rows),
            [
                told(3, "code_insee", "not-a-commune"),
                told(4, "nom", "empty"),
                told(5, "population", "out-of-range"),
                told(6, "population", "out-of-range"),
                told(7, "epci_siren", "not-a-siren"),
                told(8, "epci_nom", "empty"),
                told(9, "population", "out-of-range"),
                told(10, "code_insee", "named-twice"),
                told(11, "epci_siren", "not-a-siren"),
            ]
        );
    }

    #[test]
    fn a_wrong_population_is_told_with_what_it_may_be() {
        let Err(Unreadable::Lines(wrong)) = read(format!("{HEADINGS}07004,Ailhon,07,-3,,\n").as_bytes()) else {
            panic!("a population below nought");
        };
        assert_eq!(wrong[0].error, FieldError::new("population", Fault::Range(0, POPULATION_MAX)));
    }

    #[test]
    fn what_is_no_list_of_communes_is_refused_as_a_whole() {
        assert_eq!(read(b""), Err(Unreadable::Column("code_insee")));
        assert_eq!(read(b"code_insee;nom;epci_siren;epci_nom\n"), Err(Unreadable::Column("population")));
        assert_eq!(read(HEADINGS.as_bytes()), Err(Unreadable::Empty));
        assert_eq!(read(format!("{HEADINGS},,,,,\n").as_bytes()), Err(Unreadable::Empty));
    }
}
