//! Labels to stick on things: name, owner, code, and the code once more for a camera. Pure.

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

use super::page::page;
use super::rules::{Labels, scanned};
use super::words::{self, say};
use crate::equipment::rules::{Equipment, Tracking};
use crate::http::words::Language;

/// Labels of a sheet: three columns of eight, each 70 × 37 mm.
const SHEET_LABELS: usize = 24;
/// White modules that a scanner needs around a code.
const QUIET_MODULES: usize = 4;

/// The label sheets of a structure.
#[must_use]
pub fn labels(labels: &Labels, language: Language) -> Markup {
    let title = say(language, "Étiquettes", "Labels");
    let content = html! {
        header.screen {
            h1 { (title) " — " (labels.structure.as_str()) }
            p { (say(
                language,
                "Planches A4 de 24 étiquettes de 70 × 37 mm. Imprimez à 100 %, sans marges ni en-têtes.",
                "A4 sheets of 24 labels, 70 × 37 mm each. Print at 100 %, without margins or headers.",
            )) }
            @if labels.things.is_empty() { p { (say(language, "Aucun matériel.", "No equipment.")) } }
            @if labels.more { p.warning { (say(
                language,
                "Il y a davantage de matériel que cette page n’en tient : demandez une catégorie ou un lieu à la fois.",
                "There is more equipment than this page holds: ask for one category or place at a time.",
            )) } }
        }
        @for sheet in labels.things.chunks(SHEET_LABELS) {
            div.labels { @for thing in sheet { (label(language, thing, labels.structure.as_str())) } }
        }
    };
    page(language, "label-sheets", title, &content)
}

fn label(language: Language, thing: &Equipment, structure: &str) -> Markup {
    let facts = &thing.facts;
    html! {
        article.label {
            (square(&scanned(thing)))
            div.says {
                p.name { (facts.name.as_str()) }
                p.owner { (structure) }
                @if let Some(identifier) = &facts.identifier { p.identifier { (identifier.as_str()) } }
                @if facts.tracking == Tracking::Pool {
                    p.identifier {
                        (words::count(language, facts.quantity.pieces(), say(language, ["pièce", "pièces"], ["piece", "pieces"])))
                    }
                }
                p.code { (thing.code.as_str()) }
            }
        }
    }
}

/// A text as a QR code; nothing when it is too long for one.
#[must_use]
pub fn square(text: &str) -> Markup {
    let Ok(code) = QrCode::with_error_correction_level(text, EcLevel::M) else { return html! {} };
    let size = code.width() + 2 * QUIET_MODULES;
    html! {
        svg.square viewBox=(format!("0 0 {size} {size}")) role="img" aria-label=(text) shape-rendering="crispEdges" {
            rect width=(size) height=(size) fill="#fff" {}
            path d=(dark(&code)) fill="#000" {}
        }
    }
}

/// The dark modules, one stroke for each run of them in a row.
fn dark(code: &QrCode) -> String {
    let (width, colours) = (code.width(), code.to_colors());
    let mut strokes = Vec::new();
    for (row, modules) in colours.chunks(width).enumerate() {
        let mut column = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let (x, y, length) = (column + QUIET_MODULES, row + QUIET_MODULES, run.len());
                strokes.push(format!("M{x} {y}h{length}v1h-{length}z"));
            }
            column += run.len();
        }
    }
    strokes.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strokes_cover_the_dark_modules_and_no_other() {
        let code = QrCode::with_error_correction_level("NAVETTE:K7M-2Q4X", EcLevel::M).unwrap();
        assert_eq!(code.width(), 21, "the smallest there is: the text is all capitals and digits");
        let mut drawn = vec![Color::Light; 21 * 21];
        for stroke in dark(&code).split('M').skip(1) {
            let numbers: Vec<usize> =
                stroke.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok()).collect();
            let [x, y, length, ..] = numbers[..] else { panic!("{stroke}") };
            let first = (y - QUIET_MODULES) * 21 + x - QUIET_MODULES;
            drawn[first..first + length].fill(Color::Dark);
        }
        assert_eq!(drawn, code.to_colors());
    }
}
