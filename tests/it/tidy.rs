//! The laws of the house that a test can enforce, each read from the sources themselves.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Lines of a file at most, its own tests not counted.
const FILE_LINES_MAX: usize = 400;
/// Lines of a function at most: one screen.
const FUNCTION_LINES_MAX: usize = 60;
/// Functions that are one page by their nature: the route table.
const LONG_FUNCTIONS: [(&str, &str); 1] = [("src/http/mod.rs", "table")];
/// Every table, and the one file that writes it.
const WRITERS: &[(&str, &str)] = &[
    ("structure", "src/structure/rows.rs"),
    ("commune", "src/commune/rows.rs"),
    ("person", "src/person/rows.rs"),
    ("identity", "src/person/rows.rs"),
    ("consent", "src/person/rows.rs"),
    ("person_link", "src/privacy/rows.rs"),
    ("retention", "src/privacy/rows.rs"),
    ("cooperation", "src/cooperation/rows.rs"),
    ("cooperation_phase", "src/cooperation/rows.rs"),
    ("membership", "src/cooperation/rows.rs"),
    ("service_token", "src/program/rows.rs"),
    ("audit", "src/audit/rows.rs"),
    ("account", "src/auth/rows.rs"),
    ("account_role", "src/auth/rows.rs"),
    ("session", "src/session/rows.rs"),
    ("refresh_token", "src/session/rows.rs"),
    ("second_factor", "src/session/secrets.rs"),
    ("recovery_code", "src/session/secrets.rs"),
    ("reset_link", "src/session/secrets.rs"),
    ("signing_key", "src/session/rows.rs"),
    ("setup_token", "src/session/rows.rs"),
    ("idempotency", "src/http/replay.rs"),
    ("invitation", "src/invitation/rows.rs"),
    ("proposal", "src/proposal/rows.rs"),
    ("equipment", "src/equipment/rows.rs"),
    ("accessory", "src/equipment/rows.rs"),
    ("document", "src/equipment/rows.rs"),
    ("kit_part", "src/equipment/rows.rs"),
    ("closure", "src/calendar/rows.rs"),
    ("hold", "src/calendar/rows.rs"),
    ("ledger", "src/ledger/rows.rs"),
    ("ledger_private", "src/ledger/private.rs"),
    ("standing", "src/ledger/rollups.rs"),
    ("tally", "src/ledger/rollups.rs"),
    ("person_tally", "src/ledger/people.rs"),
    ("people_count", "src/ledger/people.rs"),
    ("inbox", "src/ledger/accord_rows.rs"),
    ("delay", "src/ledger/accord_rows.rs"),
    ("loan", "src/loan/rows.rs"),
    ("loan_movement", "src/loan/rows.rs"),
    ("loan_request", "src/loan/rows.rs"),
    ("feed", "src/feed/rows.rs"),
    ("overdue", "src/desk/rows.rs"),
    ("outbox", "src/desk/rows.rs"),
    ("statement", "src/statement/rows.rs"),
    ("webhook", "src/webhook/rows.rs"),
    ("hours", "src/hours/rows.rs"),
    ("attestation", "src/volunteer/rows.rs"),
    ("skill", "src/skill/rows.rs"),
    ("skill_session", "src/skill/rows.rs"),
    ("grid", "src/grid/rows.rs"),
    ("grid_rate", "src/grid/rows.rs"),
    ("budget", "src/accounts/rows.rs"),
    ("fec_export", "src/fec/rows.rs"),
    ("fec_line", "src/fec/rows.rs"),
    ("table_digest", "src/store/digest.rs"),
];

/// A file of the repository.
pub struct Source {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// As it stands.
    pub text: String,
}

impl Source {
    /// Without its own tests, which stand last.
    pub fn product(&self) -> &str {
        self.text.split("#[cfg(test)]").next().unwrap_or_default()
    }

    /// Its product without comments and without what stands between quotes; lines stay where they are.
    fn code(&self) -> String {
        blanked(self.product())
    }

    fn is_rust(&self) -> bool {
        Path::new(&self.path).extension().is_some_and(|extension| extension == "rs")
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every readable file under a folder of the repository.
pub fn files(folder: &str) -> Vec<Source> {
    let mut found = Vec::new();
    collect(&root().join(folder), folder, &mut found);
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

fn collect(folder: &Path, path: &str, found: &mut Vec<Source>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let path = if path.is_empty() { name.clone() } else { format!("{path}/{name}") };
        if matches!(name.as_str(), ".git" | "target") || name.contains(".db") {
            continue;
        }
        if entry.path().is_dir() {
            collect(&entry.path(), &path, found);
        } else if let Ok(text) = std::fs::read_to_string(entry.path()) {
            found.push(Source { path, text });
        }
    }
}

/// The sources of the product.
pub fn sources() -> Vec<Source> {
    files("src").into_iter().filter(Source::is_rust).collect()
}

/// The code with comments, strings and characters replaced by blanks.
fn blanked(text: &str) -> String {
    let mut rest = text;
    let mut code = String::with_capacity(text.len());
    while let Some(first) = rest.chars().next() {
        let length = passage(rest);
        if length == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().map(|c| if c == '\n' { c } else { ' ' }));
            rest = &rest[length..];
        }
    }
    code
}

/// The length of the comment, string or character that begins here; 0 when none does.
fn passage(text: &str) -> usize {
    let until = |from: usize, end: &str| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("r\"") {
        return until(2, "\"");
    }
    if text.starts_with("r#\"") {
        return until(3, "\"#");
    }
    let quoted = |quote: char| {
        let mut escaped = false;
        let end = text.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == quote && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        end.map_or(text.len(), |(at, c)| at + c.len_utf8())
    };
    if text.starts_with('"') {
        return quoted('"');
    }
    // A quote that closes after one character, or an escape, is a character; else it begins a lifetime.
    let mut next = text.chars().skip(1);
    let (one, two) = (next.next(), next.next());
    if text.starts_with('\'') && (one == Some('\\') || two == Some('\'')) { quoted('\'') } else { 0 }
}

/// Fails with every line of these files in which a word stands by itself.
fn refuse(files: &[Source], words: &[&str], law: &str) {
    let mut found = Vec::new();
    for source in files {
        for (number, line) in source.code().lines().enumerate() {
            found.extend(
                words
                    .iter()
                    .filter(|word| stands_in(word, line))
                    .map(|word| format!("{}:{}: {word}", source.path, number + 1)),
            );
        }
    }
    assert!(found.is_empty(), "{law}\n{}", found.join("\n"));
}

/// True when the word is in the line and no part of a longer one.
fn stands_in(word: &str, line: &str) -> bool {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + word.len()..].chars().next());
        let begins = !word.starts_with(|c: char| c.is_alphanumeric()) || !part(before);
        begins && (!word.ends_with(|c: char| c.is_alphanumeric()) || !part(after))
    })
}

fn named(name: &str) -> Vec<Source> {
    let found: Vec<_> = sources().into_iter().filter(|source| source.name() == name).collect();
    assert!(found.len() > 5, "{} files are called {name}", found.len());
    found
}

#[test]
fn rules_know_neither_http_nor_sql_and_rows_know_no_http() {
    refuse(&named("rules.rs"), &["axum", "rusqlite", "Clock", "secret"], "rules are pure");
    refuse(&named("rows.rs"), &["axum"], "rows know no HTTP");
}

#[test]
fn only_the_route_table_names_handlers() {
    let table = std::fs::read_to_string(root().join("src/http/mod.rs")).unwrap();
    let calls = ["get(", "post(", "patch("].iter().flat_map(|call| table.split(call).skip(1));
    let named = calls.filter_map(|rest| rest.split(')').next()).filter(|path| path.contains("::"));
    // `loan::request::create` is looked for as `request::create`, as a neighbour would name it.
    let mut handlers: Vec<&str> = named
        .map(|path| if path.matches("::").count() > 1 { path.split_once("::").unwrap().1 } else { path })
        .collect();
    assert!(handlers.len() >= navette::http::table().len(), "{handlers:?}");
    handlers.push("routes::");
    let others: Vec<_> = sources().into_iter().filter(|source| source.path != "src/http/mod.rs").collect();
    refuse(&others, &handlers, "only the route table names a routes.rs");
}

#[test]
fn only_the_store_begins_and_commits() {
    let words = ["\"begin", "\"commit", "\"rollback", "\"savepoint", "\"release", "transaction(", "savepoint("];
    for source in sources().iter().filter(|source| !source.path.starts_with("src/store/")) {
        for (number, line) in source.product().lines().enumerate() {
            let found = words.iter().find(|word| stands_in(word, &line.to_lowercase()));
            assert!(found.is_none(), "{}:{}: {line}", source.path, number + 1);
        }
    }
}

#[test]
fn each_table_is_written_by_the_rows_of_its_own_room() {
    let schema = std::fs::read_to_string(root().join("schema.sql")).unwrap();
    let tables = schema.lines().filter_map(|line| line.strip_prefix("create table ")?.strip_suffix(" ("));
    let known = WRITERS.iter().map(|(table, _)| *table);
    assert_eq!(tables.collect::<BTreeSet<_>>(), known.collect());
    for source in sources() {
        for (table, writer) in WRITERS.iter().filter(|(_, writer)| *writer != source.path) {
            for words in ["insert into", "insert or ignore into", "replace into", "update", "delete from"] {
                let product = source.product().to_lowercase();
                let written = product
                    .lines()
                    .any(|line| stands_in(&format!("{words} {table}"), line) && !line.trim().starts_with("//"));
                assert!(!written, "{} writes {table}, which is for {writer}", source.path);
            }
        }
    }
}

#[test]
fn the_ledger_grows_in_one_place() {
    let rows = std::fs::read_to_string(root().join("src/ledger/rows.rs")).unwrap();
    let inserts = |text: &str| text.matches("insert into ledger (").count();
    assert_eq!(inserts(&rows), 1);
    let whole: usize = sources().iter().map(|source| inserts(&source.text)).sum();
    assert_eq!(whole, 1);
}

#[test]
fn nothing_panics_on_purpose_and_nothing_is_let_pass() {
    let words = [
        ".unwrap()",
        ".expect(",
        "panic!",
        "todo!",
        "unimplemented!",
        "unreachable!",
        "dbg!",
        "unsafe",
        "#[allow",
        "#![allow",
    ];
    refuse(&sources(), &words, "errors are values");
    let tests: Vec<_> = files("tests").into_iter().chain(sources()).collect();
    for source in &tests {
        let idle = ["#[", "ignore"].concat();
        assert!(!source.text.contains(&idle), "{} holds a test that is not run", source.path);
        assert!(!blanked(&source.text).contains("#[allow"), "{} lets something pass", source.path);
    }
}

#[test]
fn nothing_is_unsafe_but_what_stands_between_sqlite_and_the_disk_of_the_faults() {
    let all = sources().into_iter().chain(files("tests")).chain(files("benches")).filter(Source::is_rust);
    let (apart, others): (Vec<_>, Vec<_>) = all.partition(|source| source.path == "tests/it/faults/vfs.rs");
    assert_eq!(apart.len(), 1);
    refuse(&others, &["unsafe"], "one file alone speaks C");
    for source in others.iter().filter(|source| ["src/lib.rs", "src/main.rs"].contains(&source.path.as_str())) {
        assert!(source.text.contains("#![forbid(unsafe_code)]"), "{}", source.path);
    }
}

#[test]
fn no_float_touches_a_quantity() {
    // The reader of JSON meets fractions, to refuse each where it stands. Indicators are ratios: exact sums divided
    // last, and two measures that need logarithms or shares of ways, all in one file. Workbooks know no other number:
    // theirs are read from decimal text.
    let apart = ["src/http/json.rs", "src/indicator/real.rs", "src/export/xlsx.rs"];
    let files: Vec<_> = sources().into_iter().filter(|source| !apart.contains(&source.path.as_str())).collect();
    refuse(&files, &["f32", "f64"], "whole numbers only");
}

#[test]
fn every_file_opens_with_a_sentence() {
    for source in sources().iter().chain(&files("tests")).filter(|source| source.is_rust()) {
        let first = source.text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! ") && first.len() > 10, "{}: {first}", source.path);
    }
}

#[test]
fn a_file_ends_within_reach() {
    let all = sources().into_iter().chain(files("tests")).filter(Source::is_rust);
    let lines = all.map(|source| (source.product().lines().count(), source.path));
    let long: Vec<_> = lines.filter(|(lines, _)| *lines > FILE_LINES_MAX).collect();
    assert!(long.is_empty(), "{long:?}");
}

#[test]
fn a_function_fits_a_screen() {
    let mut long = Vec::new();
    for source in sources().iter().chain(&files("tests")).filter(|source| source.is_rust()) {
        for (name, lines) in functions(&source.code()) {
            if lines > FUNCTION_LINES_MAX && !LONG_FUNCTIONS.contains(&(&source.path, &name)) {
                long.push(format!("{}: {name} has {lines} lines", source.path));
            }
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

/// Each function and how many lines it has, from its `fn` to the brace that closes it.
fn functions(code: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| stands_in("fn", line));
    starts
        .filter_map(|(start, line)| {
            let name = line.split("fn ").nth(1)?.split(['(', '<']).next()?.trim();
            let (mut depth, mut opened) = (0_usize, false);
            for (number, line) in lines.iter().enumerate().skip(start) {
                for c in line.chars() {
                    match c {
                        '{' => (depth, opened) = (depth + 1, true),
                        '}' => depth = depth.saturating_sub(1),
                        ';' if !opened => return None,
                        _ => {}
                    }
                }
                if opened && depth == 0 {
                    return Some((name.to_owned(), number - start + 1));
                }
            }
            None
        })
        .collect()
}

#[test]
fn the_repository_names_no_place_of_the_machine_it_was_made_on() {
    let home = std::env::var("HOME").unwrap_or_default();
    let host = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let places = [format!("{}/", root().display()), format!("{home}/"), host.trim().to_owned()];
    for source in files("") {
        for place in places.iter().filter(|place| place.len() > 3) {
            assert!(!source.text.contains(place.as_str()), "{} names {place}", source.path);
        }
    }
}
