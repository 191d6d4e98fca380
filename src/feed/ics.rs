//! Calendars as RFC 5545 writes them: texts escaped, lines of at most 75 octets, days without hours.

use super::rules::Entry;
use crate::clock::{Day, Moment};

/// Octets of a line at most, without its end (RFC 5545, 3.1).
const LINE_OCTETS_MAX: usize = 75;

/// A calendar of whole days. None of its entries has an hour, so no change of daylight saving moves one,
/// and no time zone needs to be described; the one named is for programs that ask where the days are.
#[must_use]
pub fn calendar(name: &str, entries: &[Entry]) -> String {
    let name = escaped(name);
    let head = format!(
        "\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Navette//Navette//FR
CALSCALE:GREGORIAN
NAME:{name}
X-WR-CALNAME:{name}
X-WR-TIMEZONE:Europe/Paris
REFRESH-INTERVAL;VALUE=DURATION:PT1H
X-PUBLISHED-TTL:PT1H
"
    );
    let events = entries.iter().map(event);
    let whole: String = [head].into_iter().chain(events).chain(["END:VCALENDAR".to_owned()]).collect();
    whole.lines().map(folded).collect()
}

fn event(entry: &Entry) -> String {
    let standing: &'static str = entry.standing.into();
    format!(
        "\
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{changed_at}
LAST-MODIFIED:{changed_at}
SEQUENCE:{version}
STATUS:{standing}
DTSTART;VALUE=DATE:{from}
DTEND;VALUE=DATE:{until}
SUMMARY:{summary}
TRANSP:TRANSPARENT
END:VEVENT
",
        uid = entry.uid,
        changed_at = instant(entry.changed_at),
        version = entry.version,
        from = day(entry.period.from),
        until = day(entry.period.until),
        summary = escaped(&entry.summary),
    )
}

/// `20260329`
fn day(day: Day) -> String {
    day.to_string().replace('-', "")
}

/// `20260314T090000Z`
fn instant(at: Moment) -> String {
    let text = at.to_string().replace(['-', ':'], "");
    format!("{}Z", text.split('.').next().unwrap_or_default())
}

/// A text (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A line with its end, folded between characters.
fn folded(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 2);
    let mut octets = 0;
    for character in line.chars() {
        if octets + character.len_utf8() > LINE_OCTETS_MAX {
            folded.push_str("\r\n ");
            octets = 1;
        }
        folded.push(character);
        octets += character.len_utf8();
    }
    folded + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_characters_and_reads_the_same_unfolded() {
        for text in ["é".repeat(200), "Fête 🎪 au four à pain, ".repeat(20), "x".repeat(75), "x".repeat(76)] {
            let folded = folded(&text);
            assert!(folded.split("\r\n").all(|line| line.len() <= LINE_OCTETS_MAX), "{folded}");
            assert_eq!(folded.replace("\r\n ", ""), format!("{text}\r\n"));
        }
        assert_eq!(folded(&"x".repeat(75)).matches("\r\n").count(), 1);
        assert_eq!(escaped("a;b,c\\d\ne\rf"), "a\\;b\\,c\\\\d\\nef");
    }

    #[test]
    fn an_instant_is_written_in_utc() {
        assert_eq!(instant(Moment::from_millis(1_773_478_800_123)), "20260314T090000Z");
    }
}
