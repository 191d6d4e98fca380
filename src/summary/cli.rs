//! Yearly summaries for the person at the machine.

use super::Format;
use super::rules::Summary;
use crate::auth::{Act, Caller};
use crate::config;
use crate::error::Error;
use crate::export::csv::Dialect;
use crate::id::Id;
use crate::{App, cooperation, structure};

/// The summary of a structure or a cooperation, printed.
///
/// # Errors
/// One sentence: nothing or several things go by that name, or the database cannot be read.
pub async fn export(app: &App, of: &config::Of, year: i32, format: config::Format) -> Result<Vec<u8>, String> {
    let asked = of.clone();
    let found = app.see(Caller::Operator, move |act| find(act, &asked, year)).await;
    let summary = found.map_err(|error| format!("the database cannot be read: {error}"))??;
    let format = match format {
        config::Format::Csv => Format::Csv(Dialect::Plain),
        config::Format::CsvFr => Format::Csv(Dialect::French),
        config::Format::Json => Format::Json,
    };
    super::written(&summary, format).map_err(|error| error.to_string())
}

fn find(act: &Act<'_>, of: &config::Of, year: i32) -> Result<Result<Summary, String>, Error> {
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
        config::Of::Structure(_) => super::of_structure(act, id, year),
        config::Of::Cooperation(_) => super::of_cooperation(act, id, year),
    };
    match summary {
        Err(Error::NotFound) => Ok(Err(format!("nothing has the id {id}"))),
        summary => summary.map(Ok),
    }
}
