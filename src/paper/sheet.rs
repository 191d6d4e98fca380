//! The hand-over and return sheet: what is ticked, counted and looked at, out and in. Pure.

use maud::{Markup, html};

use super::page::{blank, filled, foot, marks, page, pieces, prose, tick};
use super::rules::{Dossier, Item};
use super::words::{self, say};
use crate::equipment::rules::Tracking;
use crate::http::words::Language;
use crate::loan::movement::{Movement, What, standing};
use crate::loan::rules::State;

/// The sheet of a loan, or of all loans of a request.
#[must_use]
pub fn sheet(dossier: &Dossier, language: Language) -> Markup {
    let title = say(language, "Fiche de remise et de retour", "Hand-over and return sheet");
    let content = html! {
        header {
            h1 { (title) }
            p.under {
                (say(language, "Prêteur : ", "Lender: ")) strong { (dossier.lender.facts.name.as_str()) }
                " · "
                (say(language, "Emprunteur : ", "Borrower: ")) strong { (dossier.borrower.facts.name.as_str()) }
            }
        }
        @for item in dossier.agreed() { (thing(language, item)) }
        (present(language))
        (foot(language, dossier))
    };
    page(language, "sheet", title, &content)
}

fn thing(language: Language, item: &Item) -> Markup {
    html! {
        section.thing {
            h2 { (item.name()) }
            p.small {
                @if let Some(thing) = &item.thing { (marks(language, thing)) }
                span.mark { (pieces(language, item)) }
                span.mark { (dates(language, item)) }
                span.mark { (words::state(language, item.loan.state)) }
            }
            @if let Some(condition) = item.thing.as_ref().and_then(|thing| thing.facts.condition.as_ref()) {
                p.small { (say(language, "État déclaré au catalogue : ", "Condition stated in the catalogue: "))
                          span.prose { (condition.as_str()) } }
            }
            (ticked(language, item))
            (movements(language, item))
        }
    }
}

fn dates(language: Language, item: &Item) -> Markup {
    html! {
        (say(language, "prêt du ", "lent from ")) (words::day(language, item.loan.from))
        @if let Some(until) = item.loan.until {
            (say(language, ", à rendre le ", ", back on ")) (words::day(language, until))
        }
    }
}

/// What is counted and ticked: the parts of a kit, then the accessories.
fn ticked(language: Language, item: &Item) -> Markup {
    let accessories = item.thing.iter().flat_map(|thing| &thing.facts.accessories);
    let of_parts = item.parts.iter().flat_map(|part| &part.thing.facts.accessories);
    let accessories: Vec<_> = accessories.chain(of_parts).collect();
    html! {
        @if !item.parts.is_empty() || !accessories.is_empty() {
            table.ticks {
                thead { tr {
                    th { (say(language, "Élément ou accessoire", "Part or accessory")) }
                    th { (say(language, "Remis", "Out")) }
                    th { (say(language, "Rendu", "In")) }
                } }
                tbody {
                    @for part in &item.parts {
                        tr {
                            td { (part.pieces) " × " (part.thing.facts.name.as_str()) (marks(language, &part.thing)) }
                            td { (tick()) } td { (tick()) }
                        }
                    }
                    @for accessory in accessories {
                        tr { td { (accessory.as_str()) } td { (tick()) } td { (tick()) } }
                    }
                }
            }
        }
    }
}

/// Movements already recorded, and a line for the next, as long as there will be one.
fn movements(language: Language, item: &Item) -> Markup {
    let loan = &item.loan;
    let pool = item.thing.as_ref().is_none_or(|thing| thing.facts.tracking == Tracking::Pool);
    let to_leave = loan.quantity.pieces() > loan.handed_over_quantity
        && matches!(loan.state, State::Requested | State::Approved | State::HandedOver);
    let to_return = to_leave || loan.out() > 0;
    html! {
        table.stacked.movements {
            thead { tr {
                th { (say(language, "Mouvement", "Movement")) }
                th { (say(language, "Date", "Date")) }
                th { (say(language, "Pièces", "Pieces")) }
                th { (say(language, "État constaté", "Condition seen")) }
            } }
            tbody {
                @for movement in standing(&loan.movements) { (moved(language, movement)) }
                @if to_leave { (to_come(language, say(language, "Remise", "Hand-over"), pool)) }
                @if to_return { (to_come(language, say(language, "Retour", "Return"), pool)) }
            }
        }
        @if let Some(reason) = &loan.reason { (prose(reason.as_str())) }
    }
}

fn moved(language: Language, movement: &Movement) -> Markup {
    let labels = labels(language);
    let what = match movement.what {
        What::HandOver => say(language, "Remise", "Hand-over"),
        What::Return => say(language, "Retour", "Return"),
        What::Loss => say(language, "Perte", "Loss"),
    };
    html! {
        tr {
            td { strong { (what) } }
            td data-label=(labels[0]) { (filled(movement.on.map(|on| words::day(language, on)).as_deref())) }
            td data-label=(labels[1]) { (movement.quantity) }
            td data-label=(labels[2]) {
                span.prose { @if let Some(condition) = &movement.condition { (condition.as_str()) } @else { (blank()) } }
            }
        }
    }
}

fn to_come(language: Language, what: &str, pool: bool) -> Markup {
    let labels = labels(language);
    html! {
        tr.open {
            td { strong { (what) } }
            td data-label=(labels[0]) { (blank()) }
            td data-label=(labels[1]) { @if pool { (blank()) } @else { "1" } }
            td data-label=(labels[2]) { (blank()) (blank()) (blank()) }
        }
    }
}

fn labels(language: Language) -> [&'static str; 3] {
    say(language, ["Date", "Pièces", "État constaté"], ["Date", "Pieces", "Condition seen"])
}

/// Who was there when it left and when it came back.
fn present(language: Language) -> Markup {
    html! {
        div.signatures {
            @for (title, who) in [
                (say(language, "À la remise", "At hand-over"), say(language, "Heure : ", "Hour: ")),
                (say(language, "Au retour", "At return"), say(language, "Heure : ", "Hour: ")),
            ] {
                section.signature {
                    h3 { (title) }
                    p { (say(language, "Date : ", "Date: ")) (blank()) }
                    p { (who) (blank()) }
                    p { (say(language, "Présent pour le prêteur (nom, signature) :", "Present for the lender (name, signature):")) }
                    p.lines { (blank()) (blank()) }
                    p { (say(
                        language,
                        "Présent pour l’emprunteur (nom, signature) :",
                        "Present for the borrower (name, signature):",
                    )) }
                    p.lines { (blank()) (blank()) }
                }
            }
        }
    }
}
