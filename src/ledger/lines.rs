//! Contributions line by line, as a table that leaves page by page.

use std::collections::HashMap;

use super::heads;
use super::rows::{self, Filter, Recorded};
use super::words;
use crate::App;
use crate::auth::{Act, Caller};
use crate::error::Error;
use crate::export::stream::{Pages, Print};
use crate::export::{Cell, Document, Table};
use crate::http::words::Language;
use crate::id::Id;
use crate::paper::words::say;
use crate::structure;

/// Lines that are read at once: a few milliseconds of a reader.
const PAGE_LINES: u32 = 500;

const HEADINGS_FR: [&str; 21] = [
    "ligne",
    "acte",
    "corrige",
    "du",
    "jusqu’au (exclu)",
    "nature",
    "catégorie",
    "donneur",
    "bénéficiaire",
    "minutes",
    "jours-matériel",
    "fois",
    "participants",
    "provenance",
    "règle d’estimation",
    "état",
    "déclaré par",
    "enregistré le",
    "identifiant",
    "identifiant du donneur",
    "identifiant du bénéficiaire",
];
const HEADINGS_EN: [&str; 21] = [
    "line",
    "act",
    "corrects",
    "from",
    "until",
    "kind",
    "category",
    "giver",
    "receiver",
    "minutes",
    "item_days",
    "occasions",
    "participants",
    "provenance",
    "provenance_rule",
    "state",
    "declared_by",
    "recorded_at",
    "id",
    "giver_id",
    "receiver_id",
];

/// Which lines are on their way out, and how far they are.
pub struct Lines {
    app: App,
    caller: Caller,
    filter: Filter,
    language: Language,
    /// The line before which the next page begins; none once all are sent.
    before: Option<i64>,
    names: HashMap<Id, String>,
}

impl Lines {
    /// The lines that a filter finds, newest first, as far as the ledger goes now; and its head.
    ///
    /// # Errors
    /// As [`super::require_scope`].
    pub async fn new(app: App, caller: Caller, filter: Filter, language: Language) -> Result<(Self, String), Error> {
        let (structure, cooperation) = (filter.structure_id, filter.cooperation_id);
        let question = move |act: &Act<'_>| {
            super::require_scope(act, structure, cooperation)?;
            heads::head(act.db)
        };
        let head = app.see(caller, question).await?;
        let before = Some(head.seq.saturating_add(1));
        Ok((Self { app, caller, filter, language, before, names: HashMap::new() }, head.written()))
    }

    /// The table of them, before its rows.
    #[must_use]
    pub fn document(&self) -> Document {
        let table = Table::new("Contributions", &say(self.language, HEADINGS_FR, HEADINGS_EN), Vec::new());
        Document { title: table.name.clone(), tables: vec![table], ..Document::default() }
    }
}

impl Pages for Lines {
    const ROWS_MAX: u32 = PAGE_LINES;

    /// What the caller may see is asked again each time.
    async fn page<T: Send + 'static>(&mut self, mut into: T, print: Print<T>) -> Result<T, Error> {
        let (before, filter, language) = (self.before, self.filter.clone(), self.language);
        let mut names = std::mem::take(&mut self.names);
        let question = move |act: &Act<'_>| {
            super::require_scope(act, filter.structure_id, filter.cooperation_id)?;
            let found = rows::list(act.db, &filter, before, PAGE_LINES.into())?;
            for line in &found {
                print(&mut into, &row(act, line, language, &mut names)?)?;
            }
            let full = u32::try_from(found.len()) == Ok(PAGE_LINES);
            let last = found.last().filter(|_| full).map(|line| line.line.seq);
            Ok((into, names, last))
        };
        let (into, names, last) = self.app.see(self.caller, question).await?;
        (self.names, self.before) = (names, last);
        Ok(into)
    }

    fn is_over(&self) -> bool {
        self.before.is_none()
    }
}

fn row(
    act: &Act<'_>,
    recorded: &Recorded,
    language: Language,
    names: &mut HashMap<Id, String>,
) -> Result<Vec<Cell>, Error> {
    let mut name = |id: Option<Id>| -> Result<Cell, Error> {
        let Some(id) = id else { return Ok(Cell::Empty) };
        if let Some(known) = names.get(&id) {
            return Ok(Cell::from(known.as_str()));
        }
        let found = structure::rows::name(act.db, id)?.unwrap_or_default();
        names.insert(id, found.clone());
        Ok(Cell::Text(found))
    };
    let Recorded { line, flow, state, corrects, .. } = recorded;
    let id = |id: Option<Id>| Cell::from(id.map(|id| id.to_string()));
    let quantities = flow.quantities;
    Ok(vec![
        Cell::from(line.seq),
        Cell::from(words::deed(language, line.deed)),
        id(*corrects),
        Cell::from(flow.occurred_on),
        Cell::from(flow.occurred_until),
        Cell::from(words::kind(language, flow.kind)),
        Cell::from(flow.category.as_str()),
        name(flow.giver_id)?,
        name(flow.receiver_id)?,
        Cell::from(quantities.minutes),
        Cell::from(quantities.item_days),
        Cell::from(quantities.occasions),
        Cell::from(quantities.participants),
        Cell::from(words::provenance(language, flow.basis.provenance)),
        Cell::from(flow.basis.rule.as_ref().map(|rule| rule.as_str().to_owned())),
        Cell::from(words::state(language, *state)),
        name(line.spoken_for)?,
        Cell::from(line.recorded_at.to_string()),
        id(Some(line.id)),
        id(flow.giver_id),
        id(flow.receiver_id),
    ])
}
