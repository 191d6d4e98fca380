//! The individual timesheet in the form of the ministry's: a line for each entry, each with room for a visa. Pure.

use maud::{Markup, html};

use super::rules::{Entry, Timesheet};
use crate::export::{Cell, Document, Table};
use crate::http::words::Language;
use crate::ledger::rules::Kind;
use crate::paper::page::{blank, page};
use crate::paper::words::{self, say};

/// The sheet as a page to sign, line by line.
#[must_use]
pub fn sheet(timesheet: &Timesheet, language: Language) -> Markup {
    let title = title(language);
    let headings = headings(language);
    let content = html! {
        header {
            h1 { (title) " " (timesheet.year) }
            p.under {
                (say(language, "Bénévole : ", "Volunteer: ")) strong { (timesheet.name.as_str()) }
                " · " (say(language, "Structure : ", "Structure: ")) strong { (timesheet.structure.as_str()) }
            }
        }
        table.stacked.timesheet {
            thead { tr { @for heading in headings { th scope="col" { (heading) } } } }
            tbody {
                @for entry in &timesheet.entries { (line(language, entry)) }
            }
        }
        p.total {
            (say(language, "Total : ", "Total: ")) strong { (words::hours(language, timesheet.minutes)) } "."
            @if timesheet.contested_minutes != 0 {
                " " (say(language, "Contesté, compté à part : ", "Contested, counted apart: "))
                (words::hours(language, timesheet.contested_minutes)) "."
            }
        }
        div.signatures {
            @for who in [say(language, "Le ou la bénévole", "The volunteer"), say(language, "Le responsable", "The person in charge")] {
                section.signature {
                    h3 { (who) }
                    p { (say(language, "Nom : ", "Name: ")) (blank()) }
                    p { (say(language, "Le : ", "On: ")) (blank()) }
                    p { (say(language, "Signature :", "Signature:")) }
                }
            }
        }
        footer {
            (say(language, "Registre Navette · imprimé le ", "Navette register · printed on "))
            (words::day(language, timesheet.printed_on))
            br;
            (words::head(language, &timesheet.ledger))
        }
    };
    page(language, "report", &format!("{title} {}", timesheet.year), &content)
}

fn title(language: Language) -> &'static str {
    say(language, "Feuille de temps de bénévolat", "Volunteer timesheet")
}

fn headings(language: Language) -> [&'static str; 4] {
    say(
        language,
        ["Date", "Activité", "Durée", "Visa du responsable"],
        ["Date", "Activity", "Time", "Visa of the person in charge"],
    )
}

fn line(language: Language, entry: &Entry) -> Markup {
    let labels = headings(language);
    html! {
        tr {
            td data-label=(labels[0]) { (words::short_day(language, entry.day)) }
            td data-label=(labels[1]) { (activity(language, entry)) }
            td.sum data-label=(labels[2]) {
                (words::hours(language, entry.minutes))
                @if entry.contested_minutes != 0 {
                    span.small { (say(language, "contesté : ", "contested: ")) (words::hours(language, entry.contested_minutes)) }
                }
            }
            td data-label=(labels[3]) { (blank()) }
        }
    }
}

fn activity(language: Language, entry: &Entry) -> String {
    let before = match entry.kind {
        Kind::SkillByVolunteer => say(language, "Transmission : ", "Passed on: "),
        _ => "",
    };
    format!("{before}{}", entry.category.as_str())
}

/// The sheet as a table, with minutes that a spreadsheet adds up.
#[must_use]
pub fn document(timesheet: &Timesheet, language: Language) -> Document {
    let headings = say(
        language,
        ["Date", "Activité", "Durée", "Minutes", "Minutes contestées", "Visa du responsable"],
        ["Date", "Activity", "Time", "Minutes", "Contested minutes", "Visa of the person in charge"],
    );
    let rows = timesheet.entries.iter().map(|entry| {
        vec![
            Cell::Day(entry.day),
            Cell::Text(activity(language, entry)),
            Cell::Text(words::hours(language, entry.minutes)),
            Cell::Number(entry.minutes),
            Cell::Number(entry.contested_minutes),
            Cell::Room,
        ]
    });
    Document {
        title: format!("{} {}", title(language), timesheet.year),
        under: format!("{} · {}", timesheet.name.as_str(), timesheet.structure.as_str()),
        language,
        tables: vec![Table::new(timesheet.year.to_string(), &headings, rows.collect())],
        notes: vec![words::head(language, &timesheet.ledger)],
        ..Document::default()
    }
}
