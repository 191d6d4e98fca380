//! The minimum wage of France (SMIC) by date, as it is built in: hourly, gross, in cents. Pure.

use serde::Serialize;
use time::Date;
use time::macros::date;

use crate::clock::Day;

/// Where the figures come from, and where they hold.
pub const SOURCE: &str = "SMIC horaire brut (code du travail, art. L3231-2 et suivants), textes publiés au Journal \
                          officiel ; partout en France sauf à Mayotte";
/// The first day for which no figure is known: the law fixes the SMIC anew each 1 January (code du travail, L3231-6 and
/// R3231-2). From then on there is no rate rather than an old one, until a newer Navette knows better.
pub const KNOWN_UNTIL: Date = date!(2027 - 01 - 01);

/// A figure: from which day, how many cents an hour, by which text.
type Fixed = (Date, i64, &'static str);

/// Each figure since 2019 with the text that fixed it: a decree each 1 January (L3231-7), or, when prices rose by two
/// percent, an order in between (L3231-5). That of November 2024 came early and stood through 2025.
const TABLE: &[Fixed] = &[
    (date!(2019 - 01 - 01), 1003, "Décret n° 2018-1173 du 19 décembre 2018"),
    (date!(2020 - 01 - 01), 1015, "Décret n° 2019-1387 du 18 décembre 2019"),
    (date!(2021 - 01 - 01), 1025, "Décret n° 2020-1598 du 16 décembre 2020"),
    (date!(2021 - 10 - 01), 1048, "Arrêté du 27 septembre 2021"),
    (date!(2022 - 01 - 01), 1057, "Décret n° 2021-1741 du 22 décembre 2021"),
    (date!(2022 - 05 - 01), 1085, "Arrêté du 19 avril 2022"),
    (date!(2022 - 08 - 01), 1107, "Arrêté du 29 juillet 2022"),
    (date!(2023 - 01 - 01), 1127, "Décret n° 2022-1608 du 22 décembre 2022"),
    (date!(2023 - 05 - 01), 1152, "Arrêté du 26 avril 2023"),
    (date!(2024 - 01 - 01), 1165, "Décret n° 2023-1216 du 20 décembre 2023"),
    (date!(2024 - 11 - 01), 1188, "Décret n° 2024-951 du 23 octobre 2024"),
    (date!(2026 - 01 - 01), 1202, "Relèvement au 1er janvier 2026 (code du travail, art. L3231-7)"),
    (date!(2026 - 06 - 01), 1231, "Relèvement au 1er juin 2026 (code du travail, art. L3231-5)"),
];

/// The cents of an hour on this day. None before the table begins and once it is no longer known.
#[must_use]
pub fn on(day: Day) -> Option<i64> {
    let day = day.date();
    let begun = TABLE.iter().rev().find(|(from, ..)| *from <= day);
    begun.filter(|_| day < KNOWN_UNTIL).map(|(_, cents, _)| *cents)
}

/// The table, as it is told.
#[derive(Debug, Serialize)]
pub struct Table {
    source: &'static str,
    known_until: String,
    rates: Vec<Told>,
}

#[derive(Debug, Serialize)]
struct Told {
    from: String,
    amount: i64,
    text: &'static str,
}

/// The whole table.
#[must_use]
pub fn table() -> Table {
    let told = |(from, amount, text): &Fixed| Told { from: from.to_string(), amount: *amount, text };
    Table { source: SOURCE, known_until: KNOWN_UNTIL.to_string(), rates: TABLE.iter().map(told).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(day: &str) -> Option<i64> {
        on(Day::parse(day).unwrap())
    }

    #[test]
    fn each_day_has_the_figure_of_its_own_date() {
        let days = [
            ("2018-12-31", None),
            ("2019-01-01", Some(1003)),
            ("2022-04-30", Some(1057)),
            ("2022-05-01", Some(1085)),
            ("2025-07-01", Some(1188)),
            ("2026-05-31", Some(1202)),
            ("2026-06-01", Some(1231)),
            ("2026-12-31", Some(1231)),
            ("2027-01-01", None),
        ];
        for (day, expected) in days {
            assert_eq!(cents(day), expected, "{day}");
        }
    }

    #[test]
    fn the_table_goes_forward_and_never_down() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 < pair[1].1));
        assert!(TABLE.iter().all(|(from, ..)| *from < KNOWN_UNTIL));
    }
}
