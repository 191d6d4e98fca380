//! Days and instants: what is read is written as it was read, and lies where Navette records.
#![no_main]

use libfuzzer_sys::fuzz_target;
use navette::clock::{DAY_MAX, DAY_MIN, Day, Moment};

fuzz_target!(|text: &str| {
    if let Ok(day) = Day::parse(text) {
        assert_eq!(day.to_string(), text);
        assert!((DAY_MIN..=DAY_MAX).contains(&day.date()));
        let _next = day.next().days_until(day);
    }
    if let Ok(moment) = Moment::parse(text) {
        assert_eq!(Moment::parse(&moment.to_string()), Ok(moment));
        let _day = (moment.day(), moment.latest_day(), moment.plus_seconds(i64::MAX));
    }
});
