//! Summaries for the person at the machine.

use super::asked::{Asked, FullTime, Known, Span};
use super::rules::Summary;
use crate::auth::{Act, Caller};
use crate::calendar::rules::Year;
use crate::clock::{Day, Moment};
use crate::config;
use crate::error::Error;
use crate::export::Format;
use crate::export::csv::Dialect;
use crate::http::words::Language;
use crate::id::Id;
use crate::{App, cooperation, structure};

/// What is asked: of a year, or from a day until a day.
///
/// # Errors
/// One sentence: the days are in the wrong order.
pub fn asked(year: Option<Year>, days: Option<(Day, Day)>, known_at: Option<Moment>) -> Result<Asked, String> {
    let span = match (year.and_then(Span::of_year), days) {
        (Some(year), _) => year,
        (None, Some((from, until))) => Span::between(from, until)
            .map_err(|_| "--until is the first day after the last: it must come after --from")?,
        (None, None) => return Err("give a --year, or --from and --until".to_owned()),
    };
    Ok(Asked { span, known: known_at.map_or(Known::Now, Known::At), full_time: FullTime::default() })
}

/// The summary of a structure or a cooperation, printed.
///
/// # Errors
/// One sentence: nothing or several things go by that name, or the database cannot be read.
pub async fn export(app: &App, of: &config::Of, asked: Asked, format: config::Format) -> Result<Vec<u8>, String> {
    let of = of.clone();
    let found = app.see(Caller::Operator, move |act| find(act, &of, &asked)).await;
    let summary = found.map_err(|error| format!("the database cannot be read: {error}"))??;
    let (format, language) = match format {
        config::Format::Csv => (Format::Csv(Dialect::Plain), Language::En),
        config::Format::CsvFr => (Format::Csv(Dialect::French), Language::Fr),
        config::Format::Json => (Format::Json, Language::En),
        config::Format::Xlsx => (Format::Xlsx, Language::Fr),
        config::Format::Html => (Format::Html, Language::Fr),
    };
    super::written(&summary, Vec::new(), format, language).map_err(|error| error.to_string())
}

fn find(act: &Act<'_>, of: &config::Of, asked: &Asked) -> Result<Result<Summary, String>, Error> {
    let (name, matching) = match of {
        config::Of::Structure(name) => (name, structure::rows::matching(act.db, name)?),
        config::Of::Cooperation(name) => (name, cooperation::rows::matching(act.db, name)?),
    };
    let id = match (Id::parse(name), matching.as_slice()) {
        (Ok(id), _) => id,
        (Err(_), [only]) => *only,
        (Err(_), []) => return Ok(Err(format!("nothing goes by the name {name:?}"))),
        (Err(_), _) => return Ok(Err(format!("several go by the name {name:?}: give the id"))),
    };
    let summary = match of {
        config::Of::Structure(_) => super::of_structure(act, id, asked),
        config::Of::Cooperation(_) => super::of_cooperation(act, id, asked),
    };
    match summary {
        Err(Error::NotFound) => Ok(Err(format!("nothing has the id {id}"))),
        Err(Error::Parameter(_)) => Ok(Err("--known-at has not happened yet".to_owned())),
        summary => summary.map(Ok),
    }
}
