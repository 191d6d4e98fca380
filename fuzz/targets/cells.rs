//! Cells of tables: durations, days, numbers, yes and no, in whatever form people write them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use navette::clock::{DAY_MAX, DAY_MIN};
use navette::import::cells::{self, BareNumber, DayOrder};

fuzz_target!(|text: &str| {
    for bare in [BareNumber::Minutes, BareNumber::Hours, BareNumber::Refused] {
        if let Ok(minutes) = cells::minutes(text, bare) {
            assert!(minutes > 0);
        }
    }
    for order in [DayOrder::DayFirst, DayOrder::MonthFirst, DayOrder::Strict] {
        if let Ok(day) = cells::day(text, order) {
            assert!((DAY_MIN..=DAY_MAX).contains(&day));
        }
    }
    let _number = (cells::integer(text), cells::yes(text), cells::delimiter(text));
});
