//! The attestation on paper: what was given, the code, and where anybody checks it. Pure.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::code::Code;
use super::rules::{Attested, Printed, Share};
use crate::calendar::rules::{Period, shifted};
use crate::http::words::Language;
use crate::paper::labels::square;
use crate::paper::page::{blank, page};
use crate::paper::words::{self, say};
use crate::structure::rules::{Rna, Siren};

/// The page on which codes are checked, on this server.
pub const CHECK_PAGE: &str = "/attestations";

/// Where the code and all that is held against it stand behind the page's address, in the part that browsers keep to
/// themselves.
#[must_use]
pub fn path(printed: &Printed<'_>, code: &Code) -> String {
    let Period { from, until } = printed.period;
    format!(
        "{CHECK_PAGE}#code={}&name={}&structure={}&from={from}&until={until}&minutes={}",
        code.as_str(),
        encoded(printed.name),
        encoded(printed.structure),
        printed.minutes
    )
}

/// Text as it stands in an address (RFC 3986, section 2.1).
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut address, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _infallible = write!(address, "%{byte:02X}");
        }
        address
    })
}

/// Where the paper sends whoever checks it.
#[derive(Debug, Clone)]
pub struct Checked<'a> {
    /// Under which code.
    pub code: &'a Code,
    /// The address of the page, whole where the public address is known.
    pub page: String,
    /// What a telephone scans; none where the public address is not known.
    pub scanned: Option<String>,
}

/// The attestation as a page.
#[must_use]
pub fn attestation(attested: &Attested, checked: &Checked<'_>, language: Language) -> Markup {
    let title = say(language, "Attestation de bénévolat", "Attestation of volunteering");
    let content = html! {
        header {
            h1 { (title) }
            p.name { (attested.structure.as_str()) }
            p.under { (numbers(language, attested)) }
        }
        p {
            (say(language, "Nous attestons que ", "We attest that ")) strong { (attested.name.as_str()) }
            (say(language, " a donné de son temps, bénévolement, ", " freely gave of their time, "))
            (days(language, attested.period)) (say(language, " : ", ": "))
            strong { (words::hours(language, attested.given.minutes)) }
            (say(language, " en tout.", " in all."))
        }
        (shares(language, &attested.given.activities, say(language, ["Activités", "Activité", "Fois"], ["Activities", "Activity", "Times"])))
        (shares(language, &attested.given.skills, say(
            language,
            ["Compétences transmises", "Compétence", "Séances"],
            ["Skills passed on", "Skill", "Sessions"],
        )))
        div.signatures {
            section.signature {
                h3 { (say(language, "Pour la structure", "For the structure")) }
                p { (say(language, "Nom et qualité : ", "Name and office: ")) (blank()) }
                p { (say(language, "Fait à, le : ", "Place and date: ")) (blank()) }
                p { (say(language, "Signature :", "Signature:")) }
            }
            (check(language, checked))
        }
        (foot(language, attested))
    };
    page(language, "report", title, &content)
}

fn numbers(language: Language, attested: &Attested) -> Markup {
    let party = &attested.party;
    html! {
        @if let Some(kind) = words::kind(language, party.kind) { (kind) }
        @if let Some(rna) = &party.rna { " · RNA " (Rna::as_str(rna)) }
        @if let Some(siren) = &party.siren { " · SIREN " (words::spaced(Siren::as_str(siren))) }
    }
}

/// First and last day, as people say them.
fn days(language: Language, period: Period) -> String {
    let (from, last) = (words::day(language, period.from), words::day(language, shifted(period.until, -1)));
    say(language, format!("du {from} au {last}"), format!("from {from} to {last}"))
}

fn shares(language: Language, shares: &[Share], [title, what, times]: [&str; 3]) -> Markup {
    let time = say(language, "Durée", "Time");
    html! {
        @if !shares.is_empty() {
            h2 { (title) }
            table.stacked.figures {
                thead { tr { th scope="col" { (what) } th.sum scope="col" { (times) } th.sum scope="col" { (time) } } }
                tbody {
                    @for share in shares {
                        tr {
                            td data-label=(what) { (share.name.as_str()) }
                            td.sum data-label=(times) { (share.times) }
                            td.sum data-label=(time) { (words::hours(language, share.minutes)) }
                        }
                    }
                }
            }
        }
    }
}

fn check(language: Language, checked: &Checked<'_>) -> Markup {
    html! {
        section.party.check {
            h3 { (say(language, "Vérifier cette attestation", "Check this attestation")) }
            @if let Some(scanned) = &checked.scanned { (square(scanned)) }
            p.code { (checked.code.as_str()) }
            p.address { (checked.page) }
            p.small { (say(
                language,
                "Sans compte. La vérification dit si le code est bon, et si le nom, la structure, la période et le total sont \
                 ceux qui ont été imprimés ; rien d’autre.",
                "Without an account. The check says whether the code is good, and whether name, structure, period and total \
                 are those that were printed; nothing else.",
            )) }
        }
    }
}

fn foot(language: Language, attested: &Attested) -> Markup {
    html! {
        footer {
            (say(
                language,
                "Les heures sont celles du registre tenu par la structure, corrections comprises ; ce qui est contesté n’y est \
                 pas.",
                "The hours are those of the register that the structure keeps, corrections included; what is contested is not \
                 among them.",
            ))
            br;
            (say(language, "Registre Navette · imprimé le ", "Navette register · printed on "))
            (words::day(language, attested.attestation.created_at.day()))
            br;
            (words::head(language, &attested.ledger))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Day;

    #[test]
    fn what_is_checked_stands_behind_the_hash_of_the_address() {
        let day = |text| Day::parse(text).unwrap();
        let period = Period { from: day("2026-01-01"), until: day("2027-01-01") };
        let printed = Printed { name: "Zoé & Cie", structure: "L’Aulne", period, minutes: 90 };
        let path = path(&printed, &Code::of([0; 16]));
        assert_eq!(
            path,
            "/attestations#code=0000-0000-0000-0000&name=Zo%C3%A9%20%26%20Cie&structure=L%E2%80%99Aulne\
             &from=2026-01-01&until=2027-01-01&minutes=90"
        );
    }
}
