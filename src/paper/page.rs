//! What all papers have in common: the frame of the page, the parties, lines to fill in. Pure.

use maud::{DOCTYPE, Markup, html};

use super::rules::{Dossier, Item};
use super::words::{self, say};
use crate::equipment::rules::{Equipment, Tracking};
use crate::http::words::Language;
use crate::structure::rules::{Email, Rna, Siren, Siret, Structure};
use crate::text::Name;

/// A whole page; `kind` says which rules of the style sheet it follows.
#[must_use]
pub fn page(language: Language, kind: &str, title: &str, content: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(say(language, "fr", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="stylesheet" href="/paper.css";
            }
            body class=(kind) { main { (content) } }
        }
    }
}

/// The two parties, side by side.
#[must_use]
pub fn parties(language: Language, dossier: &Dossier) -> Markup {
    html! {
        div.parties {
            (party(language, say(language, "Le prêteur", "The lender"), &dossier.lender))
            (party(language, say(language, "L’emprunteur", "The borrower"), &dossier.borrower))
        }
    }
}

fn party(language: Language, role: &str, structure: &Structure) -> Markup {
    let facts = &structure.facts;
    let contact = facts.contact.clone().unwrap_or_default();
    let numbers = [
        ("SIRET", facts.siret.as_ref().map(|siret| words::spaced(Siret::as_str(siret)))),
        (
            "SIREN",
            facts.siren.as_ref().filter(|_| facts.siret.is_none()).map(|siren| words::spaced(Siren::as_str(siren))),
        ),
        ("RNA", facts.rna.as_ref().map(|rna| Rna::as_str(rna).to_owned())),
    ];
    let lines = [
        (say(language, "Adresse", "Address"), contact.address.map(String::from)),
        (say(language, "Téléphone", "Telephone"), contact.phone.map(String::from)),
        (say(language, "Courriel", "E-mail"), contact.email.as_ref().map(|email| Email::as_str(email).to_owned())),
    ];
    html! {
        section.party {
            h2 { (role) }
            p.name { (facts.name.as_str()) }
            @if let Some(kind) = words::kind(language, facts.kind) { p.kind { (kind) } }
            dl {
                @for (name, number) in numbers.iter().filter_map(|(name, number)| Some((name, number.as_ref()?))) {
                    dt { (name) } dd { (number) }
                }
                @if let Some(register) = &facts.register {
                    dt { (register.name.as_str()) } dd { (register.number.as_str()) }
                }
                @for (name, line) in &lines { dt { (name) } dd { (filled(line.as_deref())) } }
                dt { (say(language, "Représenté par", "Represented by")) } dd { (blank()) }
            }
        }
    }
}

/// What is known, or a line to write it on.
#[must_use]
pub fn filled(text: Option<&str>) -> Markup {
    html! { @if let Some(text) = text { (text) } @else { (blank()) } }
}

/// A line to write on.
#[must_use]
pub fn blank() -> Markup {
    html! { span.blank {} }
}

/// A box to tick.
#[must_use]
pub fn tick() -> Markup {
    html! { span.tick {} }
}

/// Several lines of text as people wrote them.
#[must_use]
pub fn prose(text: &str) -> Markup {
    html! { p.prose { (text) } }
}

/// What tells one thing from another: serial number or number plate, and what stands on its label.
#[must_use]
pub fn marks(language: Language, thing: &Equipment) -> Markup {
    html! {
        @if let Some(identifier) = &thing.facts.identifier {
            span.mark { (say(language, "N° ", "No. ")) (identifier.as_str()) }
        }
        span.mark { (say(language, "Étiquette ", "Label ")) span.code { (thing.code.as_str()) } }
    }
}

/// How many pieces of an item are lent.
#[must_use]
pub fn pieces(language: Language, item: &Item) -> String {
    let pieces = item.loan.quantity.pieces();
    match &item.thing {
        Some(thing) if thing.facts.tracking == Tracking::Kit => {
            say(language, "1\u{a0}ensemble", "1\u{a0}kit").to_owned()
        }
        _ => words::count(language, pieces, say(language, ["pièce", "pièces"], ["piece", "pieces"])),
    }
}

/// The names of a list, in one line.
#[must_use]
pub fn names(names: &[Name]) -> String {
    names.iter().map(Name::as_str).collect::<Vec<_>>().join(", ")
}

/// Where each party signs.
#[must_use]
pub fn signatures(language: Language, dossier: &Dossier, said: &str) -> Markup {
    html! {
        div.signatures {
            @for (role, party) in [
                (say(language, "Pour le prêteur", "For the lender"), &dossier.lender),
                (say(language, "Pour l’emprunteur", "For the borrower"), &dossier.borrower),
            ] {
                section.signature {
                    h3 { (role) }
                    p.name { (party.facts.name.as_str()) }
                    p { (say(language, "Nom et qualité : ", "Name and office: ")) (blank()) }
                    p { (say(language, "Le : ", "On: ")) (blank()) }
                    p { (said) }
                }
            }
        }
    }
}

/// What the paper is a copy of, and the head of the ledger, which whoever keeps the paper can hold against it later.
#[must_use]
pub fn foot(language: Language, dossier: &Dossier) -> Markup {
    html! {
        footer {
            (say(language, "Registre Navette · dossier ", "Navette register · file "))
            span.number { (dossier.number) }
            (say(language, " · imprimé le ", " · printed on "))
            (words::day(language, dossier.printed_on))
            br;
            (say(language, "Tête du registre : ligne ", "Head of the ledger: line "))
            (dossier.ledger.seq)
            (say(language, ", empreinte ", ", digits "))
            span.number { (dossier.ledger.by_hand()) }
        }
    }
}
