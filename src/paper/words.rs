//! How papers speak: French or English sentences, and days and sums as each language writes them.

use crate::clock::Day;
use crate::equipment::rules::Nature;
use crate::http::words::Language;
use crate::ledger::heads::Head;
use crate::loan::rules::State;
use crate::structure::rules::Kind;

const MONTHS_FR: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The words of the language, French first.
#[must_use]
pub fn say<T>(language: Language, french: T, english: T) -> T {
    match language {
        Language::Fr => french,
        Language::En => english,
    }
}

/// A day as a letter writes it; the space before the month does not break.
#[must_use]
pub fn day(language: Language, day: Day) -> String {
    let months = say(language, MONTHS_FR, MONTHS_EN);
    let month = months.get(usize::from(day.month()).saturating_sub(1)).copied().unwrap_or_default();
    let ordinal = if language == Language::Fr && day.date().day() == 1 { "er" } else { "" };
    format!("{}{ordinal}\u{a0}{month}\u{a0}{}", day.date().day(), day.year())
}

/// A day as a table writes it.
#[must_use]
pub fn short_day(language: Language, day: Day) -> String {
    say(language, format!("{:02}/{:02}/{}", day.date().day(), day.month(), day.year()), day.to_string())
}

/// Whole euros and cents.
#[must_use]
pub fn money(language: Language, cents: i64) -> String {
    let euros = grouped(cents / 100, say(language, "\u{202f}", ","));
    let cents = cents % 100;
    say(language, format!("{euros},{cents:02}\u{a0}€"), format!("€{euros}.{cents:02}"))
}

/// Thousands apart.
#[must_use]
pub fn grouped(number: i64, separator: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}

/// A number of so many of something, with its plural.
#[must_use]
pub fn count(language: Language, number: i64, [one, many]: [&str; 2]) -> String {
    let plural = if language == Language::Fr { number > 1 } else { number != 1 };
    format!("{}\u{a0}{}", grouped(number, say(language, "\u{202f}", ",")), if plural { many } else { one })
}

/// Minutes as people say them: hours, and the minutes left.
#[must_use]
pub fn hours(language: Language, minutes: i64) -> String {
    let sign = if minutes < 0 { "\u{2212}" } else { "" };
    let all = minutes.saturating_abs();
    let hours = grouped(all / 60, say(language, "\u{202f}", ","));
    format!("{sign}{hours}\u{a0}h\u{a0}{:02}", all % 60)
}

/// The head of the ledger, which whoever keeps the paper can hold against it later.
#[must_use]
pub fn head(language: Language, head: &Head) -> String {
    let (seq, digits) = (head.seq, head.by_hand());
    say(
        language,
        format!("Tête du registre : ligne {seq}, empreinte {digits}"),
        format!("Head of the ledger: line {seq}, digits {digits}"),
    )
}

/// The digits of a register's number, in groups as people read them out.
#[must_use]
pub fn spaced(digits: &str) -> String {
    digits.chars().enumerate().fold(String::new(), |mut text, (position, digit)| {
        // A SIRET is a SIREN, three by three, and five digits that stay together.
        if matches!(position, 3 | 6 | 9) {
            text.push('\u{a0}');
        }
        text.push(digit);
        text
    })
}

/// Where a loan stands.
#[must_use]
pub fn state(language: Language, state: State) -> &'static str {
    match state {
        State::Requested => say(language, "demandé, pas encore accordé", "asked for, not yet promised"),
        State::Approved => say(language, "accordé", "promised"),
        State::HandedOver => say(language, "remis à l’emprunteur", "handed over"),
        State::Returned => say(language, "rendu", "returned"),
        State::Lost => say(language, "perdu", "lost"),
        State::Declined => say(language, "refusé", "declined"),
        State::Cancelled => say(language, "annulé", "cancelled"),
    }
}

/// A thing or premises.
#[must_use]
pub fn nature(language: Language, nature: Nature) -> &'static str {
    match nature {
        Nature::Thing => say(language, "matériel", "equipment"),
        Nature::Premises => say(language, "local ou terrain", "premises"),
    }
}

/// What kind of structure it is; nothing of those that only say that they are another.
#[must_use]
pub fn kind(language: Language, kind: Kind) -> Option<&'static str> {
    let word = match kind {
        Kind::Association => "association",
        Kind::Commune => "commune",
        Kind::Intercommunality => say(language, "intercommunalité", "intercommunality"),
        Kind::Farm => say(language, "exploitation agricole", "farm"),
        Kind::Cuma => say(language, "CUMA", "machinery co-operative (CUMA)"),
        Kind::Cooperative => say(language, "coopérative", "co-operative"),
        Kind::Msa => say(language, "caisse de MSA", "MSA office"),
        Kind::School => say(language, "établissement scolaire", "school"),
        Kind::Company => say(language, "entreprise", "company"),
        Kind::Informal => say(language, "groupe informel", "informal group"),
        Kind::Other => return None,
    };
    Some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_writes_days_and_sums_its_own_way() {
        let first = Day::parse("2026-08-01").unwrap();
        assert_eq!(day(Language::Fr, first), "1er\u{a0}août\u{a0}2026");
        assert_eq!(day(Language::En, first), "1\u{a0}August\u{a0}2026");
        assert_eq!(money(Language::Fr, 123_456_705), "1\u{202f}234\u{202f}567,05\u{a0}€");
        assert_eq!(money(Language::En, 123_456_705), "€1,234,567.05");
        assert_eq!(money(Language::Fr, 7), "0,07\u{a0}€");
        assert_eq!(count(Language::Fr, 0, ["jour", "jours"]), "0\u{a0}jour");
        assert_eq!(count(Language::En, 0, ["day", "days"]), "0\u{a0}days");
        assert_eq!(hours(Language::Fr, 72_605), "1\u{202f}210\u{a0}h\u{a0}05");
        assert_eq!(hours(Language::En, -90), "\u{2212}1\u{a0}h\u{a0}30");
        assert_eq!(spaced("73282932000074"), "732\u{a0}829\u{a0}320\u{a0}00074");
    }
}
