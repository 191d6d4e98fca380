//! A volunteer's own hours as a page or a table, with the compte d'engagement citoyen. Pure.

use super::cec::{Declared, Statement};
use super::rules::{OwnHours, OwnYear, Share};
use crate::export::{Cell, Document, Table};
use crate::http::words::Language;
use crate::paper::words::{self, say};
use crate::structure::rules::{Rna, Siren};

/// All of it.
#[must_use]
pub fn document(hours: &OwnHours, language: Language) -> Document {
    let names: Vec<&str> = hours.structures.iter().map(|party| party.name.as_str()).collect();
    let on = words::day(language, hours.made_at.day());
    let mut tables = vec![by_year(hours, language)];
    tables.extend(hours.years.iter().map(|year| associations(year, language)));
    Document {
        title: say(language, "Mes heures de bénévolat", "My volunteer hours").to_owned(),
        under: say(language, format!("{} · au {on}", names.join(", ")), format!("{} · as of {on}", names.join(", "))),
        language,
        prose: hours.years.iter().flat_map(|year| sentences(year, language)).collect(),
        tables,
        pictures: Vec::new(),
        notes: notes(hours, language),
    }
}

fn by_year(hours: &OwnHours, language: Language) -> Table {
    let mut rows = Vec::new();
    for year in &hours.years {
        for place in &year.structures {
            let taught = say(language, "Transmission : ", "Passed on: ");
            let activities = place.given.activities.iter().map(|share| ("", share));
            for (before, share) in activities.chain(place.given.skills.iter().map(|share| (taught, share))) {
                let what = format!("{before}{}", share.name.as_str());
                rows.push(row(year.year, place.party.name.as_str(), what, share, language));
            }
        }
    }
    let headings = say(
        language,
        ["Année", "Structure", "Activité", "Fois", "Durée", "Minutes", "Contesté"],
        ["Year", "Structure", "Activity", "Times", "Time", "Minutes", "Contested"],
    );
    Table::new(say(language, "Heures", "Hours"), &headings, rows)
}

fn row(year: i32, structure: &str, what: String, share: &Share, language: Language) -> Vec<Cell> {
    let contested = share.contested_minutes;
    vec![
        Cell::Text(year.to_string()),
        Cell::from(structure),
        Cell::Text(what),
        Cell::Number(share.times),
        Cell::Text(words::hours(language, share.minutes)),
        Cell::Number(share.minutes),
        if contested == 0 { Cell::Empty } else { Cell::Text(words::hours(language, contested)) },
    ]
}

/// What the declaration asks for, association by association; the function is for the volunteer to fill in.
fn associations(year: &OwnYear, language: Language) -> Table {
    let headings = say(
        language,
        ["Association", "RNA", "SIREN", "Heures", "Déclarée (1 an)", "Fonction"],
        ["Association", "RNA", "SIREN", "Hours", "Declared (1 y)", "Function"],
    );
    let rows = year.cec.associations.iter().map(|one| {
        let declared = match one.declared_a_year {
            Declared::No => say(language, "non : ses heures ne comptent pas", "no: its hours do not count"),
            Declared::ToCheck => say(language, "à vérifier", "to check"),
        };
        vec![
            Cell::from(one.name.as_str()),
            Cell::from(one.rna.as_ref().map(Rna::as_str)),
            Cell::from(one.siren.as_ref().map(|siren| words::spaced(Siren::as_str(siren)))),
            Cell::Text(words::hours(language, one.minutes)),
            Cell::from(declared),
            Cell::from(say(language, "à compléter : \u{2026}", "to fill in: \u{2026}")),
        ]
    });
    Table::new(format!("Engagement citoyen {}", year.year), &headings, rows.collect())
}

fn sentences(year: &OwnYear, language: Language) -> [String; 2] {
    let (number, all) = (year.year, words::hours(language, year.minutes));
    let contested = words::hours(language, year.contested_minutes);
    let given = match year.contested_minutes {
        0 => say(language, format!("{number} : {all} en tout."), format!("{number}: {all} in all.")),
        _ => say(
            language,
            format!("{number} : {all} en tout ; {contested} contestées, comptées à part."),
            format!("{number}: {all} in all; {contested} are contested and counted apart."),
        ),
    };
    [given, reached(&year.cec, number, language)]
}

fn reached(cec: &Statement, year: i32, language: Language) -> String {
    let hours = |minutes| words::hours(language, minutes);
    let day = |day: Option<_>| day.map_or_else(|| "\u{2026}".to_owned(), |day| words::day(language, day));
    let (all, most) = (hours(cec.minutes), hours(cec.most_in_one_minutes));
    let far = say(
        language,
        format!(
            "Compte d’engagement citoyen {year} : {all} sur 200 h dans des associations, dont {most} sur 100 h dans \
                 une même association."
        ),
        format!("Compte d’engagement citoyen {year}: {all} of 200 h in associations, of which {most} of 100 h in one."),
    );
    if !cec.reached {
        let in_all = Some(cec.missing_minutes).filter(|minutes| *minutes > 0);
        let in_one = Some(cec.missing_in_one_minutes).filter(|minutes| *minutes > 0);
        let missing = [
            in_all.map(|minutes| hours(minutes) + say(language, " en tout", " in all")),
            in_one.map(|minutes| hours(minutes) + say(language, " dans une même association", " in one association")),
        ];
        let missing: Vec<String> = missing.into_iter().flatten().collect();
        let missing = missing.join(say(language, " et ", " and "));
        return format!(
            "{far} {}",
            say(language, format!("Il manque {missing}."), format!("Still missing: {missing}."))
        );
    }
    let (declare, certified) = (day(cec.declare_by), day(cec.certified_by));
    let then = say(
        language,
        format!(
            "Les deux seuils sont atteints. À déclarer sur le Compte bénévole au plus tard le {declare} ; \
                 l’association certifie au plus tard le {certified}."
        ),
        format!(
            "Both thresholds are reached. Declare it on the Compte bénévole by {declare}; the association certifies \
                 it by {certified}."
        ),
    );
    format!("{far} {then}")
}

fn notes(hours: &OwnHours, language: Language) -> Vec<String> {
    vec![
        say(
            language,
            "Le compte d’engagement citoyen demande aussi que vous siégiez dans l’organe qui administre ou dirige \
             l’association, ou que vous encadriez d’autres bénévoles, et que l’association soit déclarée depuis un an au \
             moins : Navette ne le sait pas, vérifiez-le. Ce qui est donné à une structure qui n’est pas une association \
             n’y compte pas (loi n° 2016-1088 du 8 août 2016, article 39 ; décret n° 2016-1970 du 28 décembre 2016).",
            "The compte d’engagement citoyen also asks that you sit on the body that runs the association or supervise \
             other volunteers, and that the association was declared for at least a year: Navette does not know that, \
             check it. What is given to a structure that is no association does not count there (law 2016-1088 of 8 \
             August 2016, article 39; decree 2016-1970 of 28 December 2016).",
        )
        .to_owned(),
        say(
            language,
            "Ces seuils ne sont montrés qu’à vous, par vos propres liens.",
            "These thresholds are shown to you alone, through your own links.",
        )
        .to_owned(),
        words::head(language, &hours.ledger),
    ]
}
