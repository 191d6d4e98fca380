//! The loan agreement (convention de prêt à usage), ready to be signed. Pure.

use maud::{Markup, html};

use super::page::{blank, foot, marks, names, page, parties, pieces, prose, signatures, tick};
use super::rules::{Dossier, Item};
use super::words::{self, say};
use crate::clock::Day;
use crate::equipment::rules::{Equipment, Tracking};
use crate::http::words::Language;
use crate::loan::rules::State;

/// The agreement on a loan, or on all loans of a request.
#[must_use]
pub fn agreement(dossier: &Dossier, language: Language) -> Markup {
    let title = say(language, "Convention de prêt à usage", "Loan agreement (prêt à usage)");
    let content = html! {
        header {
            h1 { (title) }
            p.under { (say(
                language,
                "Prêt gratuit, articles 1875 à 1891 du code civil",
                "Loan free of charge, articles 1875 to 1891 of the French civil code",
            )) }
            (standing(language, dossier))
        }
        (parties(language, dossier))
        @if let Some(cooperation) = &dossier.cooperation {
            p.cooperation {
                (say(language, "Dans le cadre de la démarche de coopération « ", "Within the cooperation “"))
                (cooperation)
                (say(language, " ».", "”."))
            }
        }
        (things(language, dossier))
        (agreed_use(language, dossier))
        (time(language, dossier))
        (condition(language))
        (value(language, dossier))
        (insurance(language))
        (duties(language))
        p.place { (say(language, "Fait en deux exemplaires à ", "Done in two copies at ")) (blank()) }
        (signatures(language, dossier, say(language, "« Lu et approuvé », signature :", "“Read and approved”, signature:")))
        (foot(language, dossier))
    };
    page(language, "agreement", title, &content)
}

/// Where the loans stand, when that is more than an agreement to sign.
fn standing(language: Language, dossier: &Dossier) -> Markup {
    let states = dossier.states();
    let off = states.iter().all(|state| matches!(state, State::Declined | State::Cancelled));
    let words: Vec<&str> = states.iter().map(|state| words::state(language, *state)).collect();
    html! {
        p class=(if off { "standing off" } else { "standing" }) {
            (say(language, "État au ", "As of ")) (words::day(language, dossier.printed_on))
            (say(language, " : ", ": ")) strong { (words.join(", ")) }
            @if off { (say(language, ". Ce document n’engage personne.", ". This paper binds nobody.")) }
        }
    }
}

fn things(language: Language, dossier: &Dossier) -> Markup {
    let apart = dossier.period().is_none();
    html! {
        section {
            h2 { (say(language, "1. Ce qui est prêté", "1. What is lent")) }
            table.stacked.things {
                thead { tr {
                    th { (say(language, "Désignation", "Item")) }
                    th { (say(language, "Repères", "Marks")) }
                    th { (say(language, "Quantité", "Quantity")) }
                    th.sum { (say(language, "Valeur déclarée", "Declared value")) }
                    @if apart { th { (say(language, "Dates", "Dates")) } }
                } }
                tbody { @for item in dossier.agreed() { (thing(language, item, apart)) } }
            }
        }
    }
}

fn thing(language: Language, item: &Item, apart: bool) -> Markup {
    let labels = say(
        language,
        ["Repères", "Quantité", "Valeur déclarée", "Dates"],
        ["Marks", "Quantity", "Declared value", "Dates"],
    );
    let valued = item.thing.as_ref().is_some_and(|thing| thing.facts.value_cents.is_some());
    html! {
        tr {
            td {
                strong { (item.name()) }
                div.small { (item.loan.category.as_str()) " · " (words::nature(language, item.loan.nature)) }
                @if let Some(thing) = &item.thing { (details(language, thing)) }
                @if !item.parts.is_empty() {
                    div.small { (say(language, "Composé de :", "Made of:")) }
                    ul { @for part in &item.parts {
                        li { (part.pieces) " × " (part.thing.facts.name.as_str()) (marks(language, &part.thing))
                            @if part.thing.facts.value_cents.is_some() { span.mark { (declared(language, Some(&part.thing))) } } }
                    } }
                }
            }
            td.none[item.thing.is_none()] data-label=(labels[0]) { @if let Some(thing) = &item.thing { (marks(language, thing)) } @else { "—" } }
            td data-label=(labels[1]) { (pieces(language, item)) }
            td.sum.none[!valued] data-label=(labels[2]) { (declared(language, item.thing.as_ref())) }
            @if apart { td data-label=(labels[3]) { (dates(language, item.loan.from, item.loan.until)) } }
        }
    }
}

fn details(language: Language, thing: &Equipment) -> Markup {
    let facts = &thing.facts;
    let lines = [
        (
            say(language, "Accessoires", "Accessories"),
            (!facts.accessories.is_empty()).then(|| names(&facts.accessories)),
        ),
        (say(language, "État déclaré", "Stated condition"), facts.condition.clone().map(String::from)),
        (say(language, "À savoir", "To know"), facts.note.clone().map(String::from)),
        (say(language, "Formation demandée", "Training required"), facts.training.clone().map(String::from)),
        (say(language, "Retrait", "Pick-up"), facts.pick_up.clone().map(String::from)),
    ];
    html! {
        @for (name, text) in lines.iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
            div.small { (name) (say(language, " : ", ": ")) span.prose { (text) } }
        }
        @for document in &facts.documents {
            div.small { (document.name.as_str()) (say(language, " : ", ": ")) span.address { (document.url.as_str()) } }
        }
    }
}

/// The value on the catalogue's entry, which of a pool is that of all its pieces.
fn declared(language: Language, thing: Option<&Equipment>) -> Markup {
    let stated = thing.and_then(|thing| Some((thing, thing.facts.value_cents?)));
    html! {
        @match stated {
            None => "—",
            Some((thing, cents)) => {
                (words::money(language, cents))
                @if thing.facts.tracking == Tracking::Pool {
                    span.small {
                        (say(language, " pour le lot de ", " for all "))
                        (words::grouped(thing.facts.quantity.pieces(), say(language, "\u{202f}", ",")))
                    }
                }
            }
        }
    }
}

fn dates(language: Language, from: Day, until: Option<Day>) -> Markup {
    html! {
        @match until {
            None => { (say(language, "à partir du ", "from ")) (words::day(language, from)) },
            Some(until) => {
                (say(language, "du ", "from ")) (words::day(language, from))
                (say(language, " au ", " to ")) (words::day(language, until))
            }
        }
    }
}

fn agreed_use(language: Language, dossier: &Dossier) -> Markup {
    let uses = dossier.uses();
    html! {
        section {
            h2 { (say(language, "2. Usage convenu", "2. Agreed use")) }
            @if uses.is_empty() { p.lines { (blank()) (blank()) } }
            @for note in uses { (prose(note.as_str())) }
            p { (say(
                language,
                "L’emprunteur ne s’en sert que pour cet usage, ou pour celui auquel la chose est destinée (article 1880). Il \
                 ne la prête ni ne la loue à personne. Le prêt est gratuit (article 1876) ; le prêteur reste propriétaire \
                 (article 1877).",
                "The borrower uses it for this purpose only, or for the one it is made for (article 1880), and neither lends \
                 nor hires it out. The loan is free of charge (article 1876); the lender remains the owner (article 1877).",
            )) }
        }
    }
}

fn time(language: Language, dossier: &Dossier) -> Markup {
    html! {
        section {
            h2 { (say(language, "3. Durée et retour", "3. Time and return")) }
            p {
                @match dossier.period() {
                    None => (say(
                        language,
                        "Chaque chose est prêtée pour les dates du tableau ; elle est rendue au plus tard le dernier jour dit.",
                        "Each thing is lent for the dates of the table, and is back on the last of them at the latest.",
                    )),
                    Some((from, None)) => {
                        (say(language, "Le prêt commence le ", "The loan begins on "))
                        strong { (words::day(language, from)) }
                        (say(language, ". Rendu le : ", ". Returned on: ")) (blank())
                    }
                    Some((from, Some(until))) => {
                        (say(language, "Le prêt commence le ", "The loan begins on "))
                        strong { (words::day(language, from)) }
                        (say(language, ". La chose est rendue au plus tard le ", ". The thing is back at the latest on "))
                        strong { (words::day(language, until)) }
                        " ("
                        (words::count(language, from.days_until(until), say(language, ["jour", "jours"], ["day", "days"])))
                        (say(language, " de prêt).", " of loan)."))
                    }
                }
            }
            p { (say(
                language,
                "Article 1881 du code civil : l’emprunteur qui emploie la chose à un autre usage, ou la garde plus longtemps \
                 que convenu, répond de sa perte, même arrivée par cas fortuit. Une prolongation se demande avant \
                 l’échéance et s’écrit.",
                "Article 1881 of the civil code: a borrower who puts the thing to another use, or keeps it longer than \
                 agreed, answers for its loss, even by accident. An extension is asked for before the term, and in \
                 writing.",
            )) }
        }
    }
}

fn condition(language: Language) -> Markup {
    html! {
        section {
            h2 { (say(language, "4. État et accessoires", "4. Condition and accessories")) }
            p { (say(
                language,
                "L’état de la chose et ses accessoires sont constatés par les deux parties à la remise et au retour, sur la \
                 fiche jointe. L’emprunteur n’est pas tenu de la seule usure due à l’usage convenu (article 1884). Le \
                 prêteur signale les défauts qu’il connaît et qui pourraient nuire (article 1891).",
                "Both parties note the condition of the thing and its accessories at hand-over and at return, on the sheet \
                 attached. The borrower does not answer for wear from the agreed use alone (article 1884). The lender \
                 points out any defect known to him that may do harm (article 1891).",
            )) }
        }
    }
}

/// The clause on article 1883, with or without a value: a thing estimated when lent is lost at the
/// borrower's expense even by accident, so that is never left to be understood.
fn value(language: Language, dossier: &Dossier) -> Markup {
    html! {
        section.clause {
            h2 { (say(language, "5. Valeur déclarée : pas d’estimation", "5. Declared value: no estimation")) }
            @if dossier.states_a_value() {
                p { (say(
                    language,
                    "La valeur indiquée au tableau est déclarée pour la comptabilité et les assureurs seulement.",
                    "The value in the table is declared for accounts and insurers only.",
                )) }
            } @else {
                p { (say(language, "Aucune valeur n’est déclarée.", "No value is declared.")) }
            }
            p { (say(
                language,
                "Les parties n’ont pas estimé la chose en la prêtant, au sens de l’article 1883 du code civil : la perte \
                 arrivée par cas fortuit n’est pas mise à la charge de l’emprunteur par une valeur écrite ici.",
                "The parties have not estimated the thing in lending it, in the sense of article 1883 of the civil code: no \
                 value written here lays a loss by accident at the borrower’s door.",
            )) }
        }
    }
}

fn insurance(language: Language) -> Markup {
    html! {
        section {
            h2 { (say(language, "6. Assurance", "6. Insurance")) }
            p { (say(language, "La chose est assurée pendant le prêt par :", "During the loan the thing is insured by:")) }
            ul.choices {
                li { (tick()) (say(language, "le prêteur", "the lender")) }
                li { (tick()) (say(language, "l’emprunteur", "the borrower")) }
                li { (tick()) (say(language, "les deux, chacun pour sa responsabilité", "both, each for its own liability")) }
            }
            dl.fill {
                dt { (say(language, "Assureur", "Insurer")) } dd { (blank()) }
                dt { (say(language, "Contrat n°", "Policy no.")) } dd { (blank()) }
                dt { (say(language, "Franchise, à la charge de", "Excess, borne by")) } dd { (blank()) }
            }
        }
    }
}

fn duties(language: Language) -> Markup {
    html! {
        section {
            h2 { (say(language, "7. Soin, dépenses, perte", "7. Care, expenses, loss")) }
            p { (say(
                language,
                "L’emprunteur veille raisonnablement à la garde et à la conservation de la chose (article 1880) et supporte \
                 les dépenses faites pour s’en servir (article 1886). Le prêteur rembourse une dépense extraordinaire, \
                 nécessaire et si urgente qu’il n’a pu être prévenu (article 1890). Toute panne, tout dommage, vol ou \
                 perte est signalé aussitôt.",
                "The borrower takes reasonable care of the thing (article 1880) and bears the expenses of using it (article \
                 1886). The lender repays an expense that was extraordinary, necessary, and too urgent for him to be told \
                 (article 1890). Any breakdown, damage, theft or loss is reported at once.",
            )) }
        }
    }
}
