//! Imports at the command line: a progress bar, a summary, a report file.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::Order;
use super::report::{Became, HEADINGS, Report};
use super::sheet::Sheet;
use crate::App;
use crate::auth::Caller;
use crate::error::Error;
use crate::export::csv::{Dialect, Printer};
use crate::http::faults;
use crate::http::words::Language;

/// Rows of a file at most.
const ROWS_MAX: usize = 1_000_000;
/// Rows of the report that are printed at once.
const ROWS_AT_ONCE: usize = 1000;
/// Refusals shown on the terminal; the report file holds all.
const REFUSALS_SHOWN: usize = 20;

/// Imports a file. False when rows were refused.
///
/// # Errors
/// One sentence: a file cannot be read or written, or the database refused.
pub async fn run(
    app: &App,
    file: &Path,
    mapping: &Path,
    order: Order,
    report_file: Option<&Path>,
) -> Result<bool, String> {
    let unreadable = |path: &Path, error: std::io::Error| format!("cannot read {}: {error}", path.display());
    let table = std::fs::read(file).map_err(|error| unreadable(file, error))?;
    let mapping = std::fs::read_to_string(mapping).map_err(|error| unreadable(mapping, error))?;
    let sheet = Arc::new(Sheet::read(&table, &mapping, ROWS_MAX).map_err(|error| error.to_string())?);
    drop(table);
    let started = std::time::Instant::now();
    let bar = progress_bar(sheet.items.len());
    let counted = bar.clone();
    let progress = move |items| counted.inc(items as u64);
    let report = super::record(app, Caller::Operator, &sheet, order, progress).await.map_err(|error| match error {
        Error::Busy => "another program holds the database; stop it or try again".to_owned(),
        error => format!("the import stopped: {error}"),
    })?;
    bar.finish_and_clear();
    tell(&report, started.elapsed());
    if let Some(path) = report_file {
        write(&report, path)?;
    }
    Ok(report.count(Became::Refused) == 0)
}

/// Writes what became of each row.
fn write(report: &Report, path: &Path) -> Result<(), String> {
    let unwritable = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
    let failed = |error: Error| error.to_string();
    let mut file = std::fs::File::create(path).map_err(unwritable)?;
    let mut printer = Printer::begin(&HEADINGS, Dialect::Plain).map_err(failed)?;
    for rows in report.rows.chunks(ROWS_AT_ONCE) {
        rows.iter().try_for_each(|row| printer.row(&row.cells())).map_err(failed)?;
        file.write_all(&printer.take().map_err(failed)?).map_err(unwritable)?;
    }
    // Of a file without rows the headings are left.
    file.write_all(&printer.take().map_err(failed)?).map_err(unwritable)
}

fn progress_bar(items: usize) -> ProgressBar {
    let bar = ProgressBar::new(items as u64);
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} · {per_sec} · {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    if !std::io::stderr().is_terminal() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
    }
    bar
}

fn tell(report: &Report, took: std::time::Duration) {
    let refused = report.rows.iter().filter(|row| row.became == Became::Refused);
    for row in refused.clone().take(REFUSALS_SHOWN) {
        for error in &row.errors {
            println!("line {}: {} {}", row.line, error.pointer, faults::fault(error, Language::En));
        }
    }
    let hidden = refused.count().saturating_sub(REFUSALS_SHOWN);
    if hidden > 0 {
        println!("… and {hidden} more refused rows; --report FILE writes them all");
    }
    let kept = if report.recorded { "" } else { " Nothing was kept." };
    println!(
        "{} rows: {} created, {} already there, {} refused, in {} ms.{kept}",
        report.rows.len(),
        report.count(Became::Created),
        report.count(Became::AlreadyThere),
        report.count(Became::Refused),
        took.as_millis(),
    );
}
