//! A checker of files of accounting entries: each rule by itself, each finding with its line and its words. Pure.
//!
//! The tax office's own checker does not test whether entries are in balance, and association software takes what it is
//! given: this one is asked before a file leaves.

use std::collections::BTreeMap;

use super::findings::{Finding, Rule};
use super::write::{COLUMNS, JOURNAL};
use crate::clock::Day;
use crate::http::words::Language;
use crate::paper::words::say;
use crate::structure::rules::Siren;

/// Findings of one file at most: who has so many begins at the first.
const FINDINGS_MAX: usize = 1_000;
const BOM: &[u8] = b"\xef\xbb\xbf";
/// Places of the columns that are looked at.
const JOURNAL_CODE: usize = 0;
const NUMBER: usize = 2;
const ACCOUNT: usize = 4;
const PIECE: usize = 8;
const DEBIT: usize = 11;
const CREDIT: usize = 12;
const LETTERED_ON: usize = 14;
const VALID_ON: usize = 15;
/// Days that have to be there, beside the one on which an entry was validated.
const DAYS: [usize; 2] = [3, 9];
/// Names of journal, account and entry.
const LABELS: [usize; 3] = [1, 5, 10];

/// Everything that is wrong with a file of this name; nothing when it may leave.
#[must_use]
pub fn check(bytes: &[u8], name: &str) -> Vec<Finding> {
    let mut check = Check { year: year_of(name), ..Check::default() };
    if check.year.is_none() {
        check.found(0, Rule::FileName);
    }
    if bytes.starts_with(BOM) {
        check.found(1, Rule::Mark);
    }
    let bytes = bytes.strip_prefix(BOM).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => check.text(text),
        Err(error) => {
            let read = bytes.get(..error.valid_up_to()).unwrap_or_default();
            check.found(read.split(|byte| *byte == b'\n').count(), Rule::Encoding);
        }
    }
    check.findings
}

/// What is wrong with a file, a line each, or that nothing is; and whether nothing is.
#[must_use]
pub fn verdict(bytes: &[u8], name: &str, language: Language) -> (String, bool) {
    let findings = check(bytes, name);
    if findings.is_empty() {
        let nothing =
            say(language, "rien à redire\u{a0}: le fichier peut partir", "nothing is wrong: the file may leave");
        return (format!("{name}{}{nothing}", say(language, "\u{a0}: ", ": ")), true);
    }
    let told: Vec<String> = findings.iter().map(|finding| finding.told(language)).collect();
    (told.join("\n"), false)
}

/// The first day of the year that a file's name closes, and the last: `<SIREN>FEC<YYYYMMDD>.txt`.
fn year_of(name: &str) -> Option<(Day, Day)> {
    let (siren, day) = name.strip_suffix(".txt")?.split_once("FEC")?;
    Siren::parse(siren).ok().filter(|parsed| parsed.as_str() == siren)?;
    let last = day_of(day)?;
    let first = last.date().replace_year(last.year() - 1).ok()?.next_day()?;
    Some((Day::new(first).ok()?, last))
}

fn day_of(text: &str) -> Option<Day> {
    let digits = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    Day::parse(&format!("{year}-{month}-{day}")).ok().filter(|_| digits)
}

/// What is known of a file so far.
#[derive(Default)]
struct Check<'a> {
    year: Option<(Day, Day)>,
    findings: Vec<Finding>,
    entries: BTreeMap<&'a str, Sums>,
    /// True once a line cannot be told to be of any entry: whether entries are in balance is then not known.
    lost: bool,
}

/// What an entry adds up to.
#[derive(Default)]
struct Sums {
    /// Its first line.
    line: usize,
    debit: i128,
    credit: i128,
    /// Lines of class 8, and the first of another class.
    class_8: usize,
    other: Option<usize>,
    /// True when one of its lines cannot be read.
    torn: bool,
}

impl<'a> Check<'a> {
    fn found(&mut self, line: usize, rule: Rule) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { line, rule });
        }
    }

    fn text(&mut self, text: &'a str) {
        let mut lines: Vec<&str> = text.split('\n').collect();
        // What follows the last end of line is nothing, when the last line has its end.
        let ended = lines.pop_if(|rest| rest.is_empty()).is_some();
        let last = lines.len();
        for (place, line) in (1..).zip(lines) {
            let content = line.strip_suffix('\r').filter(|_| ended || place < last);
            if content.is_none_or(|content| content.contains('\r')) {
                self.found(place, Rule::LineEnd);
            }
            let content = line.strip_suffix('\r').unwrap_or(line);
            if place == 1 { self.heading(content) } else { self.line(place, content) }
        }
        if last < 2 {
            self.found(1, Rule::NoEntry);
        }
        self.sums();
    }

    fn heading(&mut self, line: &str) {
        if !line.contains('\t') {
            self.found(1, Rule::Separator);
        } else if !line.split('\t').eq(COLUMNS) {
            self.found(1, Rule::Columns);
        }
    }

    fn line(&mut self, place: usize, line: &'a str) {
        let fields: Vec<&str> = line.split('\t').collect();
        let Ok(fields) = <[&str; 18]>::try_from(fields.as_slice()) else {
            self.found(place, if fields.len() == 1 && !line.is_empty() { Rule::Separator } else { Rule::Columns });
            match fields.get(NUMBER) {
                Some(number) => self.entries.entry(number).or_default().torn = true,
                None => self.lost = true,
            }
            return;
        };
        if fields[JOURNAL_CODE] != JOURNAL {
            self.found(place, Rule::Journal);
        }
        for (missing, rule) in [(NUMBER, Rule::NoNumber), (PIECE, Rule::NoPiece), (VALID_ON, Rule::NoValidDate)] {
            if fields[missing].trim().is_empty() {
                self.found(place, rule);
            }
        }
        if LABELS.iter().any(|label| fields[*label].trim().is_empty()) {
            self.found(place, Rule::NoLabel);
        }
        self.days(place, &fields);
        self.amounts(place, &fields);
    }

    fn days(&mut self, place: usize, fields: &[&str; 18]) {
        let told = [VALID_ON, LETTERED_ON].into_iter().filter(|day| !fields[*day].trim().is_empty());
        let (mut unread, mut outside) = (false, false);
        for day in DAYS.into_iter().chain(told) {
            match (day_of(fields[day]), self.year) {
                (None, _) => unread = true,
                (Some(day), Some((first, last))) => outside |= day < first || last < day,
                (Some(_), None) => {}
            }
        }
        if unread {
            self.found(place, Rule::DayForm);
        }
        if outside {
            self.found(place, Rule::OutsideYear);
        }
    }

    fn amounts(&mut self, place: usize, fields: &[&'a str; 18]) {
        let (debit, credit) = (cents(fields[DEBIT]), cents(fields[CREDIT]));
        if let Some(rule) = debit.err().or(credit.err()) {
            self.found(place, rule);
        }
        match (debit, credit) {
            (Ok(0), Ok(0)) => self.found(place, Rule::Nothing),
            (Ok(debit), Ok(credit)) if debit > 0 && credit > 0 => self.found(place, Rule::BothSides),
            _ => {}
        }
        let account = fields[ACCOUNT];
        let is_account = account.len() >= 3 && account.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_account {
            self.found(place, Rule::Account);
        }
        let sums = self.entries.entry(fields[NUMBER]).or_default();
        if sums.line == 0 {
            sums.line = place;
        }
        match (is_account, account.starts_with('8')) {
            (true, true) => sums.class_8 += 1,
            (true, false) => sums.other = sums.other.or(Some(place)),
            (false, _) => {}
        }
        match (debit, credit) {
            (Ok(debit), Ok(credit)) => {
                sums.debit += debit;
                sums.credit += credit;
            }
            _ => sums.torn = true,
        }
    }

    /// Holds each entry against itself.
    fn sums(&mut self) {
        for sums in std::mem::take(&mut self.entries).into_values() {
            if !self.lost && !sums.torn && sums.debit != sums.credit {
                self.found(sums.line, Rule::Balance);
            }
            if let Some(other) = sums.other {
                self.found(other, if sums.class_8 > 0 { Rule::MixedClasses } else { Rule::OtherClass });
            }
        }
        self.findings.sort_by_key(|finding| finding.line);
    }
}

/// An amount in cents: digits, and two decimals behind a comma or none.
fn cents(text: &str) -> Result<i128, Rule> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let positive = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = positive.split_once(',').unwrap_or((positive, "00"));
    if digits(whole) && digits(decimals) && decimals.len() == 2 {
        let cents = format!("{whole}{decimals}").parse().map_err(|_| Rule::Amount)?;
        return if positive == text { Ok(cents) } else { Err(Rule::BelowZero) };
    }
    let parts = positive.split(|c: char| c.is_whitespace() || matches!(c, '.' | ',' | '\'' | '’'));
    let marks = positive.chars().filter(|c| !c.is_ascii_digit()).count();
    Err(match positive.split_once('.') {
        _ if !parts.clone().all(digits) => Rule::Amount,
        Some((_, behind)) if marks == 1 && behind.len() != 3 => Rule::DecimalPoint,
        _ if marks > 1 || !positive.contains(',') => Rule::Thousands,
        _ => Rule::Amount,
    })
}
