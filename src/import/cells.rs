//! What spreadsheets contain, read: durations, numbers, days; what could mean two things is refused.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use time::{Date, Month, Time, macros::format_description};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::clock::{DAY_MAX, DAY_MIN};

/// Minutes in an hour.
const HOUR: i64 = 60;
/// What may separate the columns of a file, the likeliest first.
const DELIMITERS: [char; 3] = [';', ',', '\t'];
/// The months in French, in order, without accents.
const MONTHS: &str = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre";

/// Why a cell cannot be read. Nothing is guessed or rounded: the person who knows corrects the cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellError {
    /// Nothing but spaces where something is needed.
    Empty,
    /// Not in any form that is read here.
    Unreadable,
    /// A number without a unit, and the mapping does not say which it is (`90`).
    UnitMissing,
    /// Three digits after one separator: thousands or decimals (`1,500`).
    ThousandsOrDecimals,
    /// One digit after the hours: five or fifty minutes (`1h5`).
    OneDigitMinutes,
    /// More than 59 minutes or seconds after the hours (`1:75`).
    PastFiftyNine,
    /// Not a whole number of minutes (`0,333 h`).
    NotWholeMinutes,
    /// A number with decimals where things or people are counted (`2,5`).
    NotWholeNumber,
    /// Zero, negative or too large for a duration; too large for a number; a day outside 2000–2100.
    OutOfRange,
    /// Day or month first: both readings exist (`03/04/2026`).
    DayOrMonth,
    /// A year of two digits (`01/05/26`).
    TwoDigitYear,
    /// A day that is not in the calendar (`31/02/2026`).
    NoSuchDay,
    /// An instant with a time zone: the local day may be another one (`2026-05-01T23:30:00Z`).
    ZoneGiven,
}

impl CellError {
    /// Its stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unreadable => "unreadable",
            Self::UnitMissing => "unit-missing",
            Self::ThousandsOrDecimals => "thousands-or-decimals",
            Self::OneDigitMinutes => "one-digit-minutes",
            Self::PastFiftyNine => "past-fifty-nine",
            Self::NotWholeMinutes => "not-whole-minutes",
            Self::NotWholeNumber => "not-whole-number",
            Self::OutOfRange => "beyond-limits",
            Self::DayOrMonth => "day-or-month",
            Self::TwoDigitYear => "two-digit-year",
            Self::NoSuchDay => "no-such-day",
            Self::ZoneGiven => "zone-given",
        }
    }
}

/// How the bytes of a file were turned into text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Encoding {
    /// UTF-8, with or without its byte order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, announced by a byte order mark.
    #[serde(rename = "utf-16")]
    Utf16,
    /// Windows-1252, which contains Latin-1: whatever is not valid in the others.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// What a duration without a unit is counted in; the mapping says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BareNumber {
    /// Nobody said: refused.
    #[default]
    Refused,
    /// Hours, decimals allowed.
    Hours,
    /// Minutes.
    Minutes,
}

/// Which of day and month comes first in `03/04/2026`; the mapping says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DayOrder {
    /// The day, as in French.
    #[default]
    DayFirst,
    /// The month, as in the United States.
    MonthFirst,
    /// Nobody knows: only what has a single reading is accepted.
    Strict,
}

/// Turns the bytes of a file into text, without its byte order mark. A UTF-16 file cut in the middle
/// of a character shows U+FFFD there.
#[must_use]
pub fn decode(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let announced = encoding_rs::Encoding::for_bom(bytes);
    let body = announced.and_then(|(_, mark)| bytes.get(mark..)).unwrap_or(bytes);
    if let Some((encoding, _)) = announced.filter(|(encoding, _)| *encoding != encoding_rs::UTF_8) {
        return (encoding.decode_without_bom_handling(body).0, Encoding::Utf16);
    }
    // Some tools put the UTF-8 mark before anything, so the mark alone proves nothing.
    match std::str::from_utf8(body) {
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => (encoding_rs::WINDOWS_1252.decode_without_bom_handling(body).0, Encoding::Windows1252),
    }
}

/// The separator that the heading line holds most often, outside quotes; `;` where nothing decides.
#[must_use]
pub fn delimiter(text: &str) -> u8 {
    let (mut quoted, mut may_open, mut bare) = (false, true, String::new());
    for character in text.trim_start_matches(['\r', '\n']).chars() {
        match character {
            // A quote within a bare cell (an inch sign) opens nothing; a doubled one reopens.
            '"' => (quoted, may_open) = (!quoted && may_open, quoted),
            _ if quoted => {}
            '\r' | '\n' => break,
            _ => {
                may_open = DELIMITERS.contains(&character);
                bare.push(character);
            }
        }
    }
    // Of equals, the last one met wins.
    let most = DELIMITERS.into_iter().rev().max_by_key(|delimiter| bare.matches(*delimiter).count());
    most.and_then(|delimiter| u8::try_from(delimiter).ok()).unwrap_or(b';')
}

/// A duration in whole minutes, never rounded: `90 min`, `1:30`, `1h30`, `1,5 h`, `2 heures 30`, `90`.
///
/// # Errors
/// A [`CellError`] for what could be another duration, has a part of a minute, or is not above zero.
pub fn minutes(cell: &str, bare: BareNumber) -> Result<i64, CellError> {
    let text = clean(cell)?;
    let (negative, text) = sign(&text);
    let minutes = if text.contains(':') { clock(text)? } else { with_unit(text, bare)? };
    if negative || minutes == 0 { Err(CellError::OutOfRange) } else { Ok(minutes) }
}

/// A whole number, perhaps with spaces between thousands: `12`, `1 500`, `3,0`, `-2`.
///
/// # Errors
/// A [`CellError`] for decimals and for what could be thousands or decimals.
pub fn integer(cell: &str) -> Result<i64, CellError> {
    let text = clean(cell)?;
    let (negative, text) = sign(&text);
    let (whole, fraction) = number(text)?;
    match fraction.len() {
        _ if !fraction.trim_matches('0').is_empty() => Err(CellError::NotWholeNumber),
        ..=2 => Ok(if negative { -whole } else { whole }),
        _ => Err(CellError::ThousandsOrDecimals),
    }
}

/// A day of the calendar: `2026-05-01`, `01/05/2026`, `1.5.2026`, `1er mai 2026`. A time of day that
/// follows a day in figures is left out.
///
/// # Errors
/// A [`CellError`] for a day that could be another one, does not exist, or lies outside 2000–2100.
pub fn day(cell: &str, order: DayOrder) -> Result<Date, CellError> {
    let text = clean(cell)?;
    let (figures, rest) = split_where(&text, |c| !matches!(c, '0'..='9' | '/' | '.' | '-'));
    if figures.len() <= 2 {
        return day_in_words(&text);
    }
    let day = day_in_figures(figures, order)?;
    if !rest.is_empty() {
        time_of_day(rest.strip_prefix([' ', 't']).ok_or(CellError::Unreadable)?)?;
    }
    Ok(day)
}

/// Yes or no, in French or English; an empty cell is a no.
///
/// # Errors
/// [`CellError::Unreadable`] for any other word.
pub fn yes(cell: &str) -> Result<bool, CellError> {
    match clean(cell).as_deref() {
        Ok("oui" | "o" | "yes" | "y" | "vrai" | "true" | "1" | "x") => Ok(true),
        Ok("non" | "n" | "no" | "faux" | "false" | "0") | Err(_) => Ok(false),
        Ok(_) => Err(CellError::Unreadable),
    }
}

/// Lower case, no space around, and one kind of space. A line break stays what it is: it separates
/// two values, not two thousands.
fn clean(cell: &str) -> Result<String, CellError> {
    let one_space = |c| if matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}') { ' ' } else { c };
    let text: String = cell.trim().to_lowercase().chars().map(one_space).collect();
    if text.is_empty() { Err(CellError::Empty) } else { Ok(text) }
}

/// Whether a minus sign (hyphen, minus or dash) stands first, and what follows it.
fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix(['-', '\u{2212}', '\u{2013}']) {
        Some(rest) => (true, rest.trim_start()),
        None => (false, text),
    }
}

/// `1:30`, or `1:30:00` as spreadsheets print durations.
fn clock(text: &str) -> Result<i64, CellError> {
    let mut parts = text.split(':');
    let hours = whole(parts.next().unwrap_or_default())?;
    let minutes = below_sixty(parts.next().unwrap_or_default())?;
    if parts.next().map(below_sixty).transpose()?.unwrap_or_default() != 0 {
        return Err(CellError::NotWholeMinutes);
    }
    if parts.next().is_some() { Err(CellError::Unreadable) } else { minutes_in(hours, minutes) }
}

/// `90 min`, `1,5 h`, `1h30`, `90`.
fn with_unit(text: &str, bare: BareNumber) -> Result<i64, CellError> {
    let (amount, rest) = split_where(text, |c| !matches!(c, '0'..='9' | ' ' | ',' | '.'));
    let (unit, after) = split_where(rest, |c| c.is_ascii_digit());
    let (whole, fraction) = number(amount.trim_end())?;
    match if rest.is_empty() { bare } else { unit_of(unit.trim())? } {
        BareNumber::Refused => Err(CellError::UnitMissing),
        BareNumber::Hours if after.is_empty() => minutes_in(whole, fraction_of_an_hour(fraction)?),
        BareNumber::Hours if fraction.is_empty() => minutes_in(whole, minutes_after_hours(after)?),
        BareNumber::Hours | BareNumber::Minutes if !after.is_empty() => Err(CellError::Unreadable),
        BareNumber::Minutes if fraction.trim_matches('0').is_empty() => Ok(whole),
        _ => Err(CellError::NotWholeMinutes),
    }
}

/// The unit that a word means.
fn unit_of(word: &str) -> Result<BareNumber, CellError> {
    match word {
        "h" | "hr" | "hrs" | "heure" | "heures" | "hour" | "hours" => Ok(BareNumber::Hours),
        "min" | "min." | "mins" | "mn" | "minute" | "minutes" | "'" | "’" | "′" => Ok(BareNumber::Minutes),
        _ => Err(CellError::Unreadable),
    }
}

/// The `30` or `30 min` after whole hours.
fn minutes_after_hours(text: &str) -> Result<i64, CellError> {
    let (digits, unit) = split_where(text, |c| !c.is_ascii_digit());
    match unit.trim() {
        "" => below_sixty(digits),
        // With its unit, one digit is no longer ambiguous; after hours, neither is `m`.
        unit if unit == "m" || unit_of(unit)? == BareNumber::Minutes => below_sixty(&format!("{digits:0>2}")),
        _ => Err(CellError::Unreadable),
    }
}

/// The decimals of hours, in minutes. A whole minute never needs more than two: 0,01 h is 36 seconds.
fn fraction_of_an_hour(fraction: &str) -> Result<i64, CellError> {
    let digits = fraction.trim_end_matches('0');
    match whole(&format!("{digits:0<2}")) {
        Ok(hundredths) if digits.len() <= 2 && hundredths * HOUR % 100 == 0 => Ok(hundredths * HOUR / 100),
        _ => Err(CellError::NotWholeMinutes),
    }
}

/// Hours and minutes together, in minutes.
fn minutes_in(hours: i64, minutes: i64) -> Result<i64, CellError> {
    hours.checked_mul(HOUR).and_then(|sum| sum.checked_add(minutes)).ok_or(CellError::OutOfRange)
}

/// Two digits, 00 to 59.
fn below_sixty(text: &str) -> Result<i64, CellError> {
    match (whole(text)?, text.len()) {
        (_, 1) => Err(CellError::OneDigitMinutes),
        (value @ ..60, 2) => Ok(value),
        (_, 2) => Err(CellError::PastFiftyNine),
        _ => Err(CellError::Unreadable),
    }
}

/// The whole part of a number without sign (perhaps spaces between thousands), and its decimals.
fn number(text: &str) -> Result<(i64, &str), CellError> {
    let (integral, fraction) = match text.split_once([',', '.']) {
        Some((_, fraction)) if !is_digits(fraction) => return Err(CellError::Unreadable),
        Some(parts) => parts,
        None => (text, ""),
    };
    let whole = if integral.contains(' ') { thousands(integral)? } else { whole(integral)? };
    // No comma or point parts thousands after a lone zero, after four digits, or where spaces do.
    if fraction.len() == 3 && integral.len() <= 3 && integral != "0" {
        return Err(CellError::ThousandsOrDecimals);
    }
    Ok((whole, fraction))
}

/// `1 500`: a first group of one to three digits without a leading zero, then groups of three.
fn thousands(text: &str) -> Result<i64, CellError> {
    let mut groups = text.split(' ');
    let first = groups.next().unwrap_or_default();
    if first.len() > 3 || first.starts_with('0') || !groups.all(|group| group.len() == 3) {
        return Err(CellError::Unreadable);
    }
    whole(&text.replace(' ', ""))
}

/// Digits only.
fn whole(text: &str) -> Result<i64, CellError> {
    if is_digits(text) { text.parse().map_err(|_| CellError::OutOfRange) } else { Err(CellError::Unreadable) }
}

/// Whether it is made of the digits 0 to 9, at least one.
fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Before the first such character, and from there on.
fn split_where(text: &str, boundary: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(boundary).unwrap_or(text.len()))
}

/// `2026-05-01`, or three numbers with one separator, the year last.
fn day_in_figures(text: &str, order: DayOrder) -> Result<Date, CellError> {
    let separator = text.chars().find(|c| !c.is_ascii_digit()).ok_or(CellError::Unreadable)?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, third] = parts.as_slice() else { return Err(CellError::Unreadable) };
    match (first.len(), second.len(), third.len(), separator) {
        (4, 2, 2, '-') => return calendar(first, whole(second)?, third),
        (1..=2, 1..=2, 2, _) => return Err(CellError::TwoDigitYear),
        (1..=2, 1..=2, _, _) => {}
        _ => return Err(CellError::Unreadable),
    }
    let month_first = match (order, whole(first)?, whole(second)?) {
        (DayOrder::Strict, day @ ..=12, month @ ..=12) if day != month => return Err(CellError::DayOrMonth),
        (DayOrder::Strict, _, second) => second > 12,
        (order, _, _) => order == DayOrder::MonthFirst,
    };
    let (day, month) = if month_first { (second, first) } else { (first, second) };
    calendar(third, whole(month)?, day)
}

/// `1er mai 2026`, `12 AOUT 2025`.
fn day_in_words(text: &str) -> Result<Date, CellError> {
    let text: String = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let words: Vec<&str> = text.split(' ').collect();
    let [day, month, year] = words.as_slice() else { return Err(CellError::Unreadable) };
    let month = MONTHS.split(' ').zip(1..).find(|(name, _)| name == month).ok_or(CellError::Unreadable)?.1;
    calendar(year, month, if *day == "1er" { "1" } else { day })
}

/// The day of the calendar, if it exists and Navette records it.
fn calendar(year: &str, month: i64, day: &str) -> Result<Date, CellError> {
    let day = u8::try_from(whole(day)?).map_err(|_| CellError::NoSuchDay)?;
    let month = u8::try_from(month).map_err(|_| CellError::NoSuchDay)?;
    let month = Month::try_from(month).map_err(|_| CellError::NoSuchDay)?;
    let year = match (whole(year)?, year.len()) {
        (_, 2) => return Err(CellError::TwoDigitYear),
        (year, 4) => i32::try_from(year).map_err(|_| CellError::OutOfRange)?,
        _ => return Err(CellError::Unreadable),
    };
    let day = Date::from_calendar_date(year, month, day).map_err(|_| CellError::NoSuchDay)?;
    if (DAY_MIN..=DAY_MAX).contains(&day) { Ok(day) } else { Err(CellError::OutOfRange) }
}

/// Accepts a local time of day, only to leave it out.
fn time_of_day(text: &str) -> Result<(), CellError> {
    let form =
        format_description!(version = 2, "[hour padding:none]:[minute][optional [:[second][optional [.[subsecond]]]]]");
    let (clock, zone) = split_where(text, |c| !matches!(c, '0'..='9' | ':' | '.'));
    Time::parse(clock, form).map_err(|_| CellError::Unreadable)?;
    match zone.trim_start() {
        "" => Ok(()),
        zone if zone.starts_with(['+', '-']) || matches!(zone, "z" | "utc" | "gmt") => Err(CellError::ZoneGiven),
        _ => Err(CellError::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::CellError::{
        DayOrMonth, Empty, NoSuchDay, NotWholeMinutes, NotWholeNumber, OneDigitMinutes, OutOfRange, PastFiftyNine,
        ThousandsOrDecimals, TwoDigitYear, UnitMissing, Unreadable, ZoneGiven,
    };
    use super::*;

    /// A unit settles the matter: what the mapping says of bare numbers changes nothing.
    fn assert_minutes(table: &[(&str, Result<i64, CellError>)]) {
        for (cell, expected) in table {
            for bare in [BareNumber::Refused, BareNumber::Hours, BareNumber::Minutes] {
                assert_eq!(minutes(cell, bare), *expected, "{cell:?} with {bare:?}");
            }
        }
    }

    #[test]
    fn a_duration_is_read_in_whole_minutes_as_people_write_it() {
        assert_minutes(&[
            // Minutes.
            ("90 min", Ok(90)),
            ("90min", Ok(90)),
            ("90 min.", Ok(90)),
            ("90mn", Ok(90)),
            ("90 MN", Ok(90)),
            ("1 minute", Ok(1)),
            ("90 minutes", Ok(90)),
            ("90'", Ok(90)),
            ("90’", Ok(90)),
            ("90 ′", Ok(90)),
            ("90,0 min", Ok(90)),
            ("90\u{a0}min", Ok(90)),
            ("90\u{202f}min", Ok(90)),
            ("\u{a0} 90 min \u{202f}", Ok(90)),
            ("1 500 min", Ok(1500)),
            ("1\u{202f}500\u{a0}min", Ok(1500)),
            // Hours and minutes.
            ("1:30", Ok(90)),
            ("01:30", Ok(90)),
            ("1:30:00", Ok(90)),
            ("37:05:00", Ok(2225)),
            ("0:01", Ok(1)),
            ("1h30", Ok(90)),
            ("1H30", Ok(90)),
            ("1 h 30", Ok(90)),
            ("1\u{a0}h\u{202f}30", Ok(90)),
            ("1h05", Ok(65)),
            ("1h30min", Ok(90)),
            ("1 h 30 mn", Ok(90)),
            ("1h30m", Ok(90)),
            ("1 h 5 min", Ok(65)),
            ("1h00", Ok(60)),
            ("0h45", Ok(45)),
            ("2 heures 30", Ok(150)),
            ("2 heures 30 minutes", Ok(150)),
            // Hours.
            ("1h", Ok(60)),
            ("1 h", Ok(60)),
            ("1 hour", Ok(60)),
            ("2 hours", Ok(120)),
            ("2 heures", Ok(120)),
            ("2 HEURES", Ok(120)),
            ("1,5 h", Ok(90)),
            ("1.5h", Ok(90)),
            ("1,50 h", Ok(90)),
            ("0,25 h", Ok(15)),
            ("0,05 h", Ok(3)),
            ("0,500 h", Ok(30)),
            ("0.750 h", Ok(45)),
            ("1500,250 h", Ok(90_015)),
            ("1 500,250 h", Ok(90_015)),
            ("1 000 h", Ok(60_000)),
        ]);
    }

    #[test]
    fn a_duration_is_refused_rather_than_rounded_or_guessed() {
        assert_minutes(&[
            // Never rounded: the 0,333 h that became 199 minutes elsewhere.
            ("0,333 h", Err(NotWholeMinutes)),
            ("0,01 h", Err(NotWholeMinutes)),
            ("0,33333333333333333333333 h", Err(NotWholeMinutes)),
            ("1,5 min", Err(NotWholeMinutes)),
            ("0,333 min", Err(NotWholeMinutes)),
            ("1:30:15", Err(NotWholeMinutes)),
            // Two readings.
            ("1,500 h", Err(ThousandsOrDecimals)),
            ("1.500 h", Err(ThousandsOrDecimals)),
            ("150,000 min", Err(ThousandsOrDecimals)),
            ("1h5", Err(OneDigitMinutes)),
            ("1:5", Err(OneDigitMinutes)),
            // No such clock.
            ("1:75", Err(PastFiftyNine)),
            ("1:60", Err(PastFiftyNine)),
            ("1h75", Err(PastFiftyNine)),
            ("1 h 90 min", Err(PastFiftyNine)),
            ("1:30:75", Err(PastFiftyNine)),
            // A duration is above zero, and counted in 64 bits.
            ("0 min", Err(OutOfRange)),
            ("0h00", Err(OutOfRange)),
            ("0:00", Err(OutOfRange)),
            ("0,0 h", Err(OutOfRange)),
            ("-30 min", Err(OutOfRange)),
            ("- 1:30", Err(OutOfRange)),
            ("\u{2212}1,5 h", Err(OutOfRange)),
            ("9223372036854775807 min", Ok(i64::MAX)),
            ("9223372036854775808 min", Err(OutOfRange)),
            ("9223372036854775807 h", Err(OutOfRange)),
            ("153722867280912930:07", Ok(i64::MAX)),
            ("153722867280912930:08", Err(OutOfRange)),
            ("99999999999999999999999999 h 30", Err(OutOfRange)),
            // Anything else.
            ("", Err(Empty)),
            (" \u{a0}\u{202f}", Err(Empty)),
            ("-", Err(Unreadable)),
            ("--5 min", Err(Unreadable)),
            ("h30", Err(Unreadable)),
            ("min", Err(Unreadable)),
            ("environ 2 h", Err(Unreadable)),
            ("2 h environ", Err(Unreadable)),
            ("90 m", Err(Unreadable)),
            ("90 s", Err(Unreadable)),
            ("1'30", Err(Unreadable)),
            ("1,5 h 30", Err(Unreadable)),
            ("1h30 s", Err(Unreadable)),
            ("1h30 h", Err(Unreadable)),
            ("1h030", Err(Unreadable)),
            ("1,5,5 h", Err(Unreadable)),
            ("1.500,50 h", Err(Unreadable)),
            (",5 h", Err(Unreadable)),
            ("5, h", Err(Unreadable)),
            ("1 50 min", Err(Unreadable)),
            ("1500 000 min", Err(Unreadable)),
            ("0 500 min", Err(Unreadable)),
            ("1  500 min", Err(Unreadable)),
            ("1\n500 min", Err(Unreadable)),
            ("1:", Err(Unreadable)),
            (":30", Err(Unreadable)),
            ("1:30:00:00", Err(Unreadable)),
            ("1:030", Err(Unreadable)),
            ("1:-30", Err(Unreadable)),
            ("1:30 h", Err(Unreadable)),
            ("1E2 min", Err(Unreadable)),
            ("+90 min", Err(Unreadable)),
            ("٩٠ min", Err(Unreadable)),
            ("é", Err(Unreadable)),
        ]);
    }

    #[test]
    fn a_bare_number_has_the_unit_that_the_mapping_gives() {
        let table: &[(&str, BareNumber, Result<i64, CellError>)] = &[
            ("90", BareNumber::Minutes, Ok(90)),
            ("90", BareNumber::Hours, Ok(5400)),
            ("90", BareNumber::Refused, Err(UnitMissing)),
            ("1,5", BareNumber::Hours, Ok(90)),
            ("1.5", BareNumber::Hours, Ok(90)),
            ("1,5", BareNumber::Minutes, Err(NotWholeMinutes)),
            ("1,5", BareNumber::Refused, Err(UnitMissing)),
            ("0,333", BareNumber::Hours, Err(NotWholeMinutes)),
            ("0,750", BareNumber::Hours, Ok(45)),
            ("90,00", BareNumber::Minutes, Ok(90)),
            ("1,500", BareNumber::Hours, Err(ThousandsOrDecimals)),
            ("1.500", BareNumber::Minutes, Err(ThousandsOrDecimals)),
            ("1,500", BareNumber::Refused, Err(ThousandsOrDecimals)),
            ("1 500", BareNumber::Minutes, Ok(1500)),
            ("1\u{a0}500", BareNumber::Minutes, Ok(1500)),
            ("1 234 567", BareNumber::Minutes, Ok(1_234_567)),
            ("1 30", BareNumber::Hours, Err(Unreadable)),
            ("1\n30", BareNumber::Hours, Err(Unreadable)),
            ("1\n500", BareNumber::Minutes, Err(Unreadable)),
            ("0", BareNumber::Minutes, Err(OutOfRange)),
            ("-90", BareNumber::Minutes, Err(OutOfRange)),
            ("-90", BareNumber::Refused, Err(UnitMissing)),
            ("abc", BareNumber::Refused, Err(Unreadable)),
            ("9223372036854775807", BareNumber::Hours, Err(OutOfRange)),
        ];
        for (cell, bare, expected) in table {
            assert_eq!(minutes(cell, *bare), *expected, "{cell:?} with {bare:?}");
        }
    }

    #[test]
    fn every_number_of_minutes_survives_being_written_in_each_form() {
        for expected in 1..=6000_i64 {
            let (hours, rest) = (expected / 60, expected % 60);
            let forms = [
                format!("{expected}"),
                format!("{expected} min"),
                format!("{hours}:{rest:02}"),
                format!("{hours:02}:{rest:02}:00"),
                format!("{hours}h{rest:02}"),
                format!("{hours} heures {rest:02}"),
                format!("{hours} h {rest} min"),
            ];
            for form in forms {
                assert_eq!(minutes(&form, BareNumber::Minutes), Ok(expected), "{form}");
            }
        }
        for hundredths in 1..=2400_i64 {
            let expected = if hundredths * 60 % 100 == 0 { Ok(hundredths * 60 / 100) } else { Err(NotWholeMinutes) };
            for form in [
                format!("{},{:02} h", hundredths / 100, hundredths % 100),
                format!("{}.{:02}", hundredths / 100, hundredths % 100),
            ] {
                assert_eq!(minutes(&form, BareNumber::Hours), expected, "{form}");
            }
        }
    }

    #[test]
    fn things_and_people_are_counted_in_whole_numbers() {
        let table: &[(&str, Result<i64, CellError>)] = &[
            ("12", Ok(12)),
            ("007", Ok(7)),
            ("0", Ok(0)),
            ("-2", Ok(-2)),
            ("1 500", Ok(1500)),
            ("1\u{202f}500", Ok(1500)),
            ("12 345 678", Ok(12_345_678)),
            ("3,0", Ok(3)),
            ("3.00", Ok(3)),
            ("1 500,00", Ok(1500)),
            ("9223372036854775807", Ok(i64::MAX)),
            ("9223372036854775808", Err(OutOfRange)),
            ("2,5", Err(NotWholeNumber)),
            ("0,123", Err(NotWholeNumber)),
            ("3,000", Err(ThousandsOrDecimals)),
            ("3.500", Err(ThousandsOrDecimals)),
            ("3,0000", Err(ThousandsOrDecimals)),
            ("0,000", Err(ThousandsOrDecimals)),
            ("1500,000", Err(ThousandsOrDecimals)),
            ("", Err(Empty)),
            ("1 50", Err(Unreadable)),
            ("1 5000", Err(Unreadable)),
            ("1,234,567", Err(Unreadable)),
            ("3 chaises", Err(Unreadable)),
            ("1e3", Err(Unreadable)),
            ("3,", Err(Unreadable)),
            ("+3", Err(Unreadable)),
        ];
        for (cell, expected) in table {
            assert_eq!(integer(cell), *expected, "{cell:?}");
        }
    }

    #[test]
    fn a_day_with_one_reading_is_that_day_in_every_order() {
        let table: &[(&str, Result<Date, CellError>)] = &[
            ("2026-05-01", Ok(date!(2026 - 05 - 01))),
            (" 2026-05-01\u{a0}", Ok(date!(2026 - 05 - 01))),
            ("2026-05-01 10:00:00", Ok(date!(2026 - 05 - 01))),
            ("2026-05-01T23:59", Ok(date!(2026 - 05 - 01))),
            ("2026-05-01 9:05", Ok(date!(2026 - 05 - 01))),
            ("2026-05-01 00:00:00.000", Ok(date!(2026 - 05 - 01))),
            ("05/05/2026", Ok(date!(2026 - 05 - 05))),
            ("05/05/2026 14:30", Ok(date!(2026 - 05 - 05))),
            ("1er mai 2026", Ok(date!(2026 - 05 - 01))),
            ("1 mai 2026", Ok(date!(2026 - 05 - 01))),
            ("12 août 2025", Ok(date!(2025 - 08 - 12))),
            ("12 AOUT 2025", Ok(date!(2025 - 08 - 12))),
            ("12 aou\u{302}t 2025", Ok(date!(2025 - 08 - 12))),
            ("28\u{a0}FÉVRIER 2025", Ok(date!(2025 - 02 - 28))),
            ("31 décembre 2100", Ok(date!(2100 - 12 - 31))),
            ("01 janvier 2000", Ok(date!(2000 - 01 - 01))),
            ("29 février 2024", Ok(date!(2024 - 02 - 29))),
            // Another reading, or none.
            ("2026-05-01T10:00:00Z", Err(ZoneGiven)),
            ("2026-05-01 18:50:01 UTC", Err(ZoneGiven)),
            ("2026-05-01T10:00:00+02:00", Err(ZoneGiven)),
            ("2026-05-01 10:00 -0500", Err(ZoneGiven)),
            ("26-05-05", Err(TwoDigitYear)),
            ("05/05/26", Err(TwoDigitYear)),
            ("01/05/26", Err(TwoDigitYear)),
            ("1er mai 26", Err(TwoDigitYear)),
            ("2025-02-29", Err(NoSuchDay)),
            ("2026-13-01", Err(NoSuchDay)),
            ("2026-00-01", Err(NoSuchDay)),
            ("2026-05-00", Err(NoSuchDay)),
            ("31 juin 2026", Err(NoSuchDay)),
            ("99/99/2026", Err(NoSuchDay)),
            ("1999-12-31", Err(OutOfRange)),
            ("2101-01-01", Err(OutOfRange)),
            ("0001-01-01", Err(OutOfRange)),
            ("1 mai 1968", Err(OutOfRange)),
            ("", Err(Empty)),
            ("2026-5-1", Err(Unreadable)),
            ("2026/05/01", Err(Unreadable)),
            ("01/05.2026", Err(Unreadable)),
            ("01/05-2026", Err(Unreadable)),
            ("01/05", Err(Unreadable)),
            ("01/05/2026/1", Err(Unreadable)),
            ("01//2026", Err(Unreadable)),
            ("001/05/2026", Err(Unreadable)),
            ("05/05/226", Err(Unreadable)),
            ("05/05/20266", Err(Unreadable)),
            ("20260501", Err(Unreadable)),
            ("45778", Err(Unreadable)),
            ("mai 2026", Err(Unreadable)),
            ("2er mai 2026", Err(Unreadable)),
            ("1 may 2026", Err(Unreadable)),
            ("1 mai 2026 au 3 mai 2026", Err(Unreadable)),
            ("2026-05-01 matin", Err(Unreadable)),
            ("2026-05-01 24:00:00", Err(Unreadable)),
            ("2026-05-01 10:61", Err(Unreadable)),
            ("2026-05-01 2:30 PM", Err(Unreadable)),
            ("2026-05-01T", Err(Unreadable)),
            ("-", Err(Unreadable)),
            ("--", Err(Unreadable)),
            ("---", Err(Unreadable)),
            ("hier", Err(Unreadable)),
        ];
        for (cell, expected) in table {
            for order in [DayOrder::DayFirst, DayOrder::MonthFirst, DayOrder::Strict] {
                assert_eq!(day(cell, order), *expected, "{cell:?} with {order:?}");
            }
        }
    }

    #[test]
    fn the_mapping_decides_whether_the_day_or_the_month_comes_first() {
        let first_of_may = Ok(date!(2026 - 05 - 01));
        let fifth_of_january = Ok(date!(2026 - 01 - 05));
        let thirteenth_of_may = Ok(date!(2026 - 05 - 13));
        let table: &[(&str, [Result<Date, CellError>; 3])] = &[
            ("01/05/2026", [first_of_may, fifth_of_january, Err(DayOrMonth)]),
            ("1/5/2026", [first_of_may, fifth_of_january, Err(DayOrMonth)]),
            ("01.05.2026", [first_of_may, fifth_of_january, Err(DayOrMonth)]),
            ("01-05-2026", [first_of_may, fifth_of_january, Err(DayOrMonth)]),
            ("01/05/2026 00:00:00", [first_of_may, fifth_of_january, Err(DayOrMonth)]),
            ("13/05/2026", [thirteenth_of_may, Err(NoSuchDay), thirteenth_of_may]),
            ("05/13/2026", [Err(NoSuchDay), thirteenth_of_may, thirteenth_of_may]),
            ("31/02/2026", [Err(NoSuchDay); 3]),
        ];
        for (cell, expected) in table {
            let read = [DayOrder::DayFirst, DayOrder::MonthFirst, DayOrder::Strict].map(|order| day(cell, order));
            assert_eq!(read, *expected, "{cell:?}");
        }
    }

    #[test]
    fn every_day_navette_records_survives_being_written_in_each_form() {
        let mut expected = DAY_MIN;
        while expected < DAY_MAX {
            let (year, month, number) = (expected.year(), u8::from(expected.month()), expected.day());
            let name = MONTHS.split(' ').nth(usize::from(month) - 1).unwrap();
            assert_eq!(day(&format!("{year}-{month:02}-{number:02}"), DayOrder::Strict), Ok(expected));
            assert_eq!(day(&format!("{number}/{month}/{year}"), DayOrder::DayFirst), Ok(expected));
            assert_eq!(day(&format!("{month:02}/{number:02}/{year}"), DayOrder::MonthFirst), Ok(expected));
            assert_eq!(day(&format!("{number} {name} {year}"), DayOrder::Strict), Ok(expected));
            expected = expected.next_day().unwrap();
        }
    }

    #[test]
    fn yes_and_no_are_read_in_both_languages() {
        for cell in ["oui", "Oui", "O", "yes", "Y", "vrai", "VRAI", "true", "1", "x", "X", " oui\u{a0}"] {
            assert_eq!(yes(cell), Ok(true), "{cell:?}");
        }
        for cell in ["non", "Non", "N", "no", "faux", "FALSE", "0", "", "  "] {
            assert_eq!(yes(cell), Ok(false), "{cell:?}");
        }
        for cell in ["peut-être", "2", "-", "ouii", "si"] {
            assert_eq!(yes(cell), Err(Unreadable), "{cell:?}");
        }
    }

    #[test]
    fn a_file_is_read_in_the_encoding_it_was_saved_in() {
        let utf_16_little = b"\xff\xfeA\0r\0d\0\xe8\0c\0h\0e\0";
        let utf_16_big = b"\xfe\xff\0A\0r\0d\0\xe8\0c\0h\0e";
        let table: &[(&[u8], &str, Encoding)] = &[
            ("Ardèche".as_bytes(), "Ardèche", Encoding::Utf8),
            (b"\xef\xbb\xbfArd\xc3\xa8che", "Ardèche", Encoding::Utf8),
            (b"Ard\xe8che", "Ardèche", Encoding::Windows1252),
            (b"\xef\xbb\xbfArd\xe8che", "Ardèche", Encoding::Windows1252),
            (b"c\x9cur, l\x92\xe9t\xe9, 3 \x80", "cœur, l’été, 3 €", Encoding::Windows1252),
            (utf_16_little, "Ardèche", Encoding::Utf16),
            (utf_16_big, "Ardèche", Encoding::Utf16),
            (b"\xff\xfeA\0r", "A\u{fffd}", Encoding::Utf16),
            (b"", "", Encoding::Utf8),
            (b"\xef\xbb\xbf", "", Encoding::Utf8),
        ];
        for (bytes, text, encoding) in table {
            assert_eq!(decode(bytes), (Cow::Borrowed(*text), *encoding), "{bytes:?}");
        }
    }

    #[test]
    fn the_heading_line_tells_what_separates_columns() {
        let table = [
            ("nom;prêteur;du", b';'),
            ("nom,prêteur,du", b','),
            ("nom\tprêteur\tdu", b'\t'),
            ("nom", b';'),
            ("", b';'),
            ("nom;prix, en euros", b';'),
            ("nom,a\tb", b','),
            ("nom;a\tb", b';'),
            ("nom;a\tb\tc", b'\t'),
            ("\"a;b;c;d\",e,f", b','),
            ("\"a \"\"b;c\"\";d;\",e", b','),
            ("\"a\n;;;\",e,f\n;;;;;;;;", b','),
            ("taille 5\",nom,du;au", b','),
            ("nom,du\r\na;b;c;d", b','),
            ("nom,du\ra;b;c;d", b','),
            ("\r\n\nnom,du\na;b;c;d", b','),
        ];
        for (text, expected) in table {
            assert_eq!(delimiter(text), expected, "{text:?}");
        }
    }

    #[test]
    fn no_cell_stops_the_import() {
        let pieces = [
            "",
            "-",
            "1",
            "12",
            "9999999999999999999",
            " ",
            ",",
            ".",
            ":",
            "/",
            "h",
            "'",
            "min",
            "é",
            "T",
            "\u{130}",
            "\n",
        ];
        for a in pieces {
            for b in pieces {
                for c in pieces {
                    for d in pieces {
                        let cell = [a, b, c, d].concat();
                        for bare in [BareNumber::Refused, BareNumber::Hours, BareNumber::Minutes] {
                            assert!(
                                minutes(&cell, bare).is_ok_and(|minutes| minutes > 0) || minutes(&cell, bare).is_err()
                            );
                        }
                        let _ = (integer(&cell), day(&cell, DayOrder::Strict), yes(&cell), delimiter(&cell));
                    }
                }
            }
        }
    }

    #[test]
    fn codes_are_told_apart() {
        let all = [
            Empty,
            Unreadable,
            UnitMissing,
            ThousandsOrDecimals,
            OneDigitMinutes,
            PastFiftyNine,
            NotWholeMinutes,
            NotWholeNumber,
            OutOfRange,
            DayOrMonth,
            TwoDigitYear,
            NoSuchDay,
            ZoneGiven,
        ];
        let codes: std::collections::BTreeSet<_> = all.iter().map(|error| error.code()).collect();
        assert_eq!(codes.len(), all.len());
        assert!(codes.iter().all(|code| code.bytes().all(|byte| byte == b'-' || byte.is_ascii_lowercase())));
    }
}
