//! The table of communes, which the operator loads at the machine: where the diagnosis finds EPCI and populations.

pub mod rows;
pub mod rules;

use std::collections::BTreeSet;
use std::path::Path;

use crate::App;
use crate::error::Error;
use crate::http::faults;
use crate::http::words::Language;
use rules::{Unreadable, WrongLine};

/// Wrong lines that are told, at most.
const LINES_TOLD_MAX: usize = 20;

/// Loads a list of communes: each in the place of the one with its code; the others stay. Tells what was read.
///
/// # Errors
/// One sentence; a file with a wrong line changes nothing.
pub async fn load(app: &App, file: &Path) -> Result<String, String> {
    let bytes = std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let communes = rules::read(&bytes).map_err(sentence)?;
    let epci: BTreeSet<_> =
        communes.iter().filter_map(|one| one.epci.as_ref()).map(|epci| epci.siren.as_str()).collect();
    let read = format!("{} communes in {} EPCI read", communes.len(), epci.len());
    let written = app.store.write(move |db, _| {
        communes.iter().try_for_each(|commune| rows::put(db, commune))?;
        rows::count(db)
    });
    match written.await {
        Ok(all) => Ok(format!("{read}; the table of communes holds {all}.\n")),
        Err(Error::Busy) => Err("another program holds the database; stop it or try again".to_owned()),
        Err(error) => Err(format!("the communes cannot be kept: {error}")),
    }
}

fn sentence(unreadable: Unreadable) -> String {
    let Unreadable::Lines(wrong) = unreadable else { return unreadable.to_string() };
    let line = |WrongLine { line, error }: &WrongLine| {
        format!("line {line}: {} {}", error.pointer, faults::fault(error, Language::En))
    };
    let mut told: Vec<String> = vec![format!("wrong lines: {}; nothing was loaded", wrong.len())];
    told.extend(wrong.iter().take(LINES_TOLD_MAX).map(line));
    told.join("\n")
}
