//! Whatever was given, the file is in balance and passes the checker.

use navette::accounts::chart::Chart;
use navette::accounts::rules::Valued;
use navette::clock::Day;
use navette::fec::check::check;
use navette::fec::entry::Mark;
use navette::fec::write::Writer;
use navette::id::Id;
use navette::ledger::rules::{Basis, Deed, Flow, Kind, Provenance, Quantities, SourceKind, State};
use navette::text::Name;
use proptest::prelude::*;
use strum::IntoEnumIterator as _;
use time::macros::date;

use super::{NAME, columns};

const KINDS: [Kind; 5] =
    [Kind::Equipment, Kind::Premises, Kind::VolunteerHours, Kind::SkillByVolunteer, Kind::SkillByStaff];

fn day(number: u16) -> Day {
    Day::parse(&(date!(2026 - 01 - 01) + time::Duration::days(i64::from(number))).to_string()).unwrap()
}

prop_compose! {
    fn part(seq: i64)(
        kind in prop::sample::select(&KINDS[..]), number in 0_u16..365, cents in -9_999_999_999_i64..9_999_999_999,
        category in "[a-zA-Zéèàœ’,; .\\-=+]{1,40}", correction in any::<bool>(), minutes in -100_000_i64..100_000,
    ) -> (Valued, i64) {
        let quantities = match kind {
            Kind::Equipment | Kind::Premises => Quantities { item_days: Some(minutes), occasions: 1, ..Quantities::default() },
            _ => Quantities { minutes: Some(minutes), occasions: 1, ..Quantities::default() },
        };
        let flow = Flow {
            kind,
            source_kind: SourceKind::Hours,
            source_id: Id::of(&["source"]),
            giver_id: None,
            receiver_id: Some(Id::of(&["structure"])),
            cooperation_id: None,
            category: Name::parse(&format!("x{category}")).unwrap(),
            occurred_on: day(number),
            occurred_until: None,
            quantities,
            basis: Basis { provenance: Provenance::Declared, rule: None },
        };
        let deed = if correction { Deed::Correction } else { Deed::Contribution };
        let cents = if cents == 0 { 1 } else { cents };
        let part = Valued {
            seq, root: seq, id: Id::of(&[&seq.to_string()]), deed, day: day(number), begins: true, flow,
            state: State::Confirmed, unmeasured: 0, cents: Some(cents),
        };
        (part, cents)
    }
}

fn parts() -> impl Strategy<Value = Vec<(Valued, i64)>> {
    (1_usize..30).prop_flat_map(|count| (1_i64..).take(count).map(part).collect::<Vec<_>>())
}

fn sum(file: &str, column: usize) -> i64 {
    let amounts = columns(file, [column]).into_iter();
    amounts.map(|[amount]| amount.replace(',', "").parse::<i64>().unwrap()).sum()
}

proptest! {
    #[test]
    fn a_file_of_any_lines_is_in_balance_and_passes_the_checker(
        parts in parts(), chart in 0_usize..4, made_on in 0_u16..365, reversal in prop::option::of(1_i64..99),
    ) {
        let chart = Chart::iter().nth(chart).unwrap();
        let mark = Mark { chart, made_on: day(made_on), last_day: date!(2026 - 12 - 31), reversal };
        let mut writer = Writer::begin();
        for (part, cents) in &parts {
            writer.entry(&mark.entry(part, *cents)).unwrap();
        }
        let file = writer.finish().unwrap();
        prop_assert_eq!(check(&file.bytes, NAME), []);
        let text = String::from_utf8(file.bytes).unwrap();
        prop_assert_eq!(sum(&text, 11), file.cents);
        prop_assert_eq!(sum(&text, 12), file.cents);
        prop_assert_eq!(text.lines().count(), 1 + 2 * parts.len());
        // What goes to 86 less what comes back is what the lines are worth.
        let of_86 = columns(&text, [4, 11, 12]).into_iter().filter(|[account, ..]| account.starts_with("86"));
        let cents = |text: &str| text.replace(',', "").parse::<i64>().unwrap();
        let net: i64 = of_86.map(|[_, debit, credit]| cents(&debit) - cents(&credit)).sum();
        let worth: i64 = parts.iter().map(|(_, cents)| *cents).sum();
        prop_assert_eq!(net, if reversal.is_some() { -worth } else { worth });
    }
}
