//! What every paper of these accounts rests on: whose, of which year, by which grid, at which head. Pure.

use serde::Serialize;

use super::words;
use crate::export::Document;
use crate::grid::rules::{Approval, Grid, Method};
use crate::http::words::Language;
use crate::id::Id;
use crate::paper::words::say;
use crate::summary::rules::Head;

/// Whose accounts, of when, and on what they rest.
#[derive(Debug, Clone, Serialize)]
pub struct Basis {
    /// Whose.
    pub structure_id: Id,
    /// Its name.
    pub structure: String,
    /// The calendar year.
    pub year: i32,
    /// Read at which head of the ledger.
    pub ledger: Head,
    /// True: only what every party stands by. False: what one side declared, too. Nothing contested in either.
    pub confirmed_only: bool,
    /// What turned quantities into euros; none where nothing did.
    pub grid: Option<Cited>,
}

/// A grid, as a paper names it.
#[derive(Debug, Clone, Serialize)]
pub struct Cited {
    /// Its identifier.
    pub id: Id,
    /// What people call it.
    pub name: String,
    /// How its rates were found.
    pub method: Method,
    /// Where they are from.
    pub source: String,
    /// Who approved it.
    pub approval: Option<Approval>,
    /// SHA-256 of what was approved.
    pub digest: Option<String>,
}

impl Cited {
    /// A grid, in short.
    #[must_use]
    pub fn of(grid: &Grid) -> Self {
        Self {
            id: grid.id,
            name: grid.facts.name.as_str().to_owned(),
            method: grid.facts.method,
            source: grid.facts.source.as_str().to_owned(),
            approval: grid.approval.clone(),
            digest: grid.digest.clone(),
        }
    }

    /// Name, approval, method and source, as one sentence.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        let approved = self.approval.as_ref().map_or_else(String::new, |approval| {
            let (body, reference) = (approval.body.as_str(), approval.reference.as_str());
            let on = crate::paper::words::day(language, approval.on);
            say(
                language,
                format!(", approuvée par : {body}, le {on} (référence : {reference})"),
                format!(", approved by: {body}, on {on} (reference: {reference})"),
            )
        });
        let method = words::method(language, self.method);
        let (name, source) = (&self.name, &self.source);
        say(
            language,
            format!("Grille de valorisation « {name} »{approved} ; méthode : {method} ; source : {source}"),
            format!("Valuation grid “{name}”{approved}; method: {method}; source: {source}"),
        )
    }
}

impl Basis {
    /// A document under this heading, with its small print.
    #[must_use]
    pub fn document(&self, language: Language, title: &str) -> Document {
        let year = self.year;
        let mut notes = vec![self.counted(language)];
        notes.extend(self.grid.as_ref().map(|grid| format!("{}.", grid.sentence(language))));
        let (seq, root) = (self.ledger.seq, &self.ledger.root);
        notes.push(say(
            language,
            format!("Tête du registre : ligne {seq}, empreinte {root}."),
            format!("Head of the ledger: line {seq}, digits {root}."),
        ));
        Document {
            title: title.to_owned(),
            under: say(language, format!("{}, année {year}", self.structure), format!("{}, {year}", self.structure)),
            language,
            notes: notes.iter().map(|note| words::typeset(language, note)).collect(),
            ..Document::default()
        }
    }

    fn counted(&self, language: Language) -> String {
        let sentence = match (self.confirmed_only, language) {
            (true, Language::Fr) => "Compte ce que toutes les parties ont confirmé, et rien d’autre.",
            (true, Language::En) => "Counts what every party has confirmed, and nothing else.",
            (false, Language::Fr) => {
                "Compte ce qui est confirmé ou déclaré par une partie ; rien de ce qui est contesté."
            }
            (false, Language::En) => "Counts what is confirmed, or declared by one party; nothing that is contested.",
        };
        sentence.to_owned()
    }
}
