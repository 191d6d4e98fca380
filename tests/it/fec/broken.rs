//! Every rule of the checker, with files that break it and nothing else.

use std::collections::BTreeSet;

use navette::fec::check::{check, verdict};
use navette::fec::findings::{Finding, Rule};
use navette::fec::write::COLUMNS;
use navette::http::words::Language;
use strum::IntoEnumIterator as _;

use super::NAME;

/// Two entries of two lines each, with nothing wrong about them: lines 2 to 5 of the file.
const LINES: [&str; 4] = [
    "CVN|Contributions volontaires en nature|7|20260314|8612|Matériels|||A7|20260314|Prêt d’un barnum|1135,00|0,00|||20260501||",
    "CVN|Contributions volontaires en nature|7|20260314|871|Prestations|||A7|20260314|Prêt d’un barnum|0,00|1135,00|||20260501||",
    "CVN|Contributions volontaires en nature|9|20261231|864|Bénévoles|||A9|20261231|Taille|18,26|0,00|||20261231||",
    "CVN|Contributions volontaires en nature|9|20261231|875|Bénévolat|||A9|20261231|Taille|0,00|18,26|||20261231||",
];

fn file(lines: &[String]) -> String {
    let heading = COLUMNS.join("\t");
    ended(std::iter::once(&heading).chain(lines).map(String::as_str))
}

fn ended<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(|line| [line, "\r\n"]).collect()
}

fn good() -> String {
    file(&LINES.map(|line| line.replace('|', "\t")))
}

/// The file with one line changed: 1 is the heading.
fn with_line(line: usize, change: impl Fn(&str) -> String) -> String {
    let all = good();
    let changed = |(place, text): (usize, &str)| if place + 1 == line { change(text) } else { text.to_owned() };
    let lines: Vec<String> = all.lines().enumerate().map(changed).collect();
    ended(lines.iter().map(String::as_str))
}

/// The file with a column of a line changed.
fn with(line: usize, column: &str, value: &str) -> String {
    let place = COLUMNS.iter().position(|name| *name == column).unwrap();
    with_line(line, |text| {
        let mut fields: Vec<&str> = text.split('\t').collect();
        fields[place] = value;
        fields.join("\t")
    })
}

/// The file with a column changed in both lines of its first entry.
fn with_entry(column: &str, value: &str) -> String {
    let (first, second) = (with(2, column, value), with(3, column, value));
    let lines = first.lines().take(2).chain(second.lines().skip(2));
    ended(lines)
}

/// What breaks, in which line first, and the file that does.
fn table() -> Vec<(Rule, usize, String)> {
    let mut table = vec![
        (Rule::Mark, 1, format!("\u{feff}{}", good())),
        (
            Rule::LineEnd,
            3,
            good().replacen("\t20260501\t\t\r\n", "\t20260501\t\t\n", 2).replacen("\t\t\nCVN", "\t\t\r\nCVN", 1),
        ),
        (Rule::LineEnd, 5, good().trim_end_matches("\r\n").to_owned()),
        (Rule::LineEnd, 5, good().trim_end_matches('\n').to_owned()),
        (Rule::LineEnd, 2, with(2, "EcritureLib", "deux\rlignes")),
        (Rule::LineEnd, 1, good().replace("\r\n", "\n")),
        (Rule::Separator, 1, with_line(1, |line| line.replace('\t', ";"))),
        (Rule::Separator, 3, with_line(3, |line| line.replace('\t', "|"))),
        (Rule::Columns, 1, with_line(1, |line| line.replace("Debit\tCredit", "Credit\tDebit"))),
        (Rule::Columns, 1, with_line(1, |line| line.replace("\tIdevise", ""))),
        (Rule::Columns, 4, with_line(4, |line| line.trim_end_matches('\t').to_owned())),
        (Rule::Columns, 4, with(4, "EcritureLib", "Taille\tdes pommiers")),
        (Rule::Columns, 6, format!("{}\r\n", good())),
        (Rule::NoEntry, 1, file(&[])),
        (Rule::NoEntry, 1, String::new()),
        (Rule::Journal, 3, with(3, "JournalCode", "OD")),
        (Rule::NoNumber, 2, with_entry("EcritureNum", "")),
        (Rule::NoPiece, 2, with(2, "PieceRef", " ")),
        (Rule::NoValidDate, 2, with(2, "ValidDate", "")),
        (Rule::MixedClasses, 3, with(3, "CompteNum", "512")),
        (Rule::OtherClass, 2, with_entry("CompteNum", "6251")),
        (Rule::Account, 2, with(2, "CompteNum", "86")),
        (Rule::Account, 2, with(2, "CompteNum", "86 12")),
        (Rule::DecimalPoint, 2, with(2, "Debit", "1135.00")),
        (Rule::BelowZero, 3, with(3, "Debit", "-0,01")),
        (Rule::BelowZero, 2, with(2, "Debit", "-1135,00")),
        (
            Rule::Nothing,
            6,
            file(
                &[LINES[0], LINES[1], LINES[2], LINES[3], &LINES[3].replace("18,26", "0,00")]
                    .map(|line| line.replace('|', "\t")),
            ),
        ),
        (Rule::BothSides, 2, with_entry("Debit", "1135,00").replacen("\t0,00\t", "\t1135,00\t", 1)),
        (Rule::Balance, 2, with(3, "Credit", "1135,01")),
        (Rule::Balance, 2, with(2, "Debit", "1134,99").replace("\t18,26\t0,00", "\t18,27\t0,00")),
    ];
    table.extend(columns(Rule::NoLabel, &["JournalLib", "CompteLib", "EcritureLib"], &["", " "]));
    let no_days = ["2026-03-14", "14032026", "20260231", "2026314", "demain"];
    table.extend(columns(Rule::DayForm, &["EcritureDate", "PieceDate", "ValidDate", "DateLet"], &no_days));
    table.extend(columns(Rule::DayForm, &["EcritureDate", "PieceDate"], &[""]));
    table.extend(columns(
        Rule::OutsideYear,
        &["EcritureDate", "PieceDate", "ValidDate", "DateLet"],
        &["20251231", "20270101"],
    ));
    table.extend(with_amounts());
    table
}

/// The file with each value in each column.
fn columns(rule: Rule, columns: &[&str], values: &[&str]) -> Vec<(Rule, usize, String)> {
    columns.iter().flat_map(|column| values.iter().map(move |value| (rule, 2, with(2, column, value)))).collect()
}

fn with_amounts() -> Vec<(Rule, usize, String)> {
    let wrong = ["", "cher", "1135,0", "1135,000", "+1135,00", ",00", "1135,00 €"];
    let spaced = ["1 135,00", "1\u{a0}135,00", "1\u{202f}135,00", "1.135,00", "1'135,00", "1,135.00", "1 135", "1.135"];
    [(Rule::Amount, &wrong[..]), (Rule::Thousands, &spaced)]
        .map(|(rule, values)| columns(rule, &["Debit"], values))
        .concat()
}

fn rules(findings: &[Finding]) -> BTreeSet<Rule> {
    findings.iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_file_without_a_fault_is_let_through() {
    assert_eq!(check(good().as_bytes(), NAME), []);
    assert_eq!(check(with_entry("EcritureLet", "AA").as_bytes(), NAME), []);
    assert_eq!(check(with(2, "DateLet", "20260601").as_bytes(), NAME), []);
    assert_eq!(check(with(2, "Debit", "1135").as_bytes(), NAME), [], "whole euros");
    let (said, holds) = verdict(good().as_bytes(), NAME, Language::Fr);
    assert_eq!(
        (said.as_str(), holds),
        ("732829320FEC20261231.txt\u{a0}: rien à redire\u{a0}: le fichier peut partir", true)
    );
}

#[test]
fn each_rule_finds_what_breaks_it_and_nothing_else() {
    let mut met = BTreeSet::from([Rule::FileName, Rule::Encoding]);
    for (rule, line, broken) in table() {
        let findings = check(broken.as_bytes(), NAME);
        assert_eq!(rules(&findings), BTreeSet::from([rule]), "{broken}");
        assert_eq!(findings[0].line, line, "{rule:?} {broken}");
        met.insert(rule);
    }
    assert_eq!(met, Rule::iter().collect(), "each rule has its broken file");
}

#[test]
fn a_file_has_to_bear_its_own_name() {
    for name in [
        "732829320FEC20261231.csv",
        "732829320FEC20261231",
        "732829321FEC20261231.txt",
        "73282932FEC20261231.txt",
        "732 829 320FEC20261231.txt",
        "732829320fec20261231.txt",
        "732829320FEC20261331.txt",
        "732829320FEC2026.txt",
        "732829320-20261231.txt",
        "export.txt",
        "",
    ] {
        assert_eq!(check(good().as_bytes(), name), [Finding { line: 0, rule: Rule::FileName }], "{name}");
    }
    let other_year = check(good().as_bytes(), "732829320FEC20251231.txt");
    assert_eq!(rules(&other_year), BTreeSet::from([Rule::OutsideYear]));
    let not_of_the_calendar = good().replace("20260314", "20251001").replace("20261231", "20260831");
    assert_eq!(check(not_of_the_calendar.as_bytes(), "732829320FEC20260831.txt"), [], "a year that ends in August");
}

#[test]
fn what_is_no_utf_8_is_said_with_its_line() {
    let mut bytes = good().into_bytes();
    let accent = bytes.windows(2).rposition(|pair| pair == "é".as_bytes()).unwrap();
    bytes.splice(accent..accent + 2, [0xe9]);
    assert_eq!(check(&bytes, NAME), [Finding { line: 5, rule: Rule::Encoding }]);
    assert_eq!(check(&[0xff, 0xfe, 0, 0], NAME), [Finding { line: 1, rule: Rule::Encoding }]);
}

#[test]
fn findings_are_told_in_french_and_english_with_a_stable_word() {
    let (told, holds) = verdict(with(2, "Debit", "1135.00").as_bytes(), NAME, Language::Fr);
    assert_eq!(
        (told.as_str(), holds),
        ("ligne 2\u{a0}: les décimales viennent après une virgule [decimal_point]", false)
    );
    let (told, _) = verdict(with(2, "Debit", "1135.00").as_bytes(), NAME, Language::En);
    assert_eq!(told, "line 2: decimals stand behind a comma [decimal_point]");
    for rule in Rule::iter() {
        assert_ne!(rule.words(Language::Fr), rule.words(Language::En));
    }
}

#[test]
fn a_file_of_nothing_but_faults_ends_somewhere() {
    let faults = "x\n".repeat(50_000);
    assert_eq!(check(faults.as_bytes(), NAME).len(), 1_000);
}
