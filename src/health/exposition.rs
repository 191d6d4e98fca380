//! The figures of the service as Prometheus reads them (text format 0.0.4).

use std::fmt::Write as _;

use super::requests::Requests;
use crate::histogram::Spread;
use crate::store::READERS_MAX;
use crate::store::figures::Work;

/// The media type.
pub const MEDIA: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Decimal digits of a second in microseconds.
const MICROS: u64 = 1_000_000;

/// A page of figures.
#[derive(Default)]
struct Page(String);

impl Page {
    /// Begins a figure: what it is called, what kind it is, and what it means.
    fn figure(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    fn line(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a text cannot fail.
        let _written = writeln!(self.0, "{text}");
    }

    fn gauge(&mut self, name: &str, help: &str, value: u64) {
        self.figure(name, "gauge", help);
        self.line(format_args!("{name} {value}"));
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.figure(name, "counter", help);
        self.line(format_args!("{name} {value}"));
    }

    /// The rows of a histogram whose values are shown by `show`; `label` is none, or ends with a comma.
    fn spread(&mut self, name: &str, label: &str, spread: &Spread, show: fn(u64) -> String) {
        for (bound, count) in &spread.within {
            self.line(format_args!("{name}_bucket{{{label}le=\"{}\"}} {count}", show(*bound)));
        }
        self.line(format_args!("{name}_bucket{{{label}le=\"+Inf\"}} {}", spread.count));
        let label = label.trim_end_matches(',');
        let braced = if label.is_empty() { String::new() } else { format!("{{{label}}}") };
        self.line(format_args!("{name}_sum{braced} {}", show(spread.sum)));
        self.line(format_args!("{name}_count{braced} {}", spread.count));
    }
}

/// All figures at this moment.
#[must_use]
pub fn print(requests: &Requests, work: &Work) -> String {
    let mut page = Page::default();
    page.figure("navette_info", "gauge", "The version that is running.");
    page.line(format_args!("navette_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION")));
    of_requests(&mut page, requests);
    of_the_writer(&mut page, work);
    of_the_rest(&mut page, work);
    page.0
}

fn of_requests(page: &mut Page, requests: &Requests) {
    let name = "navette_http_requests_total";
    page.figure(name, "counter", "Requests answered, by route, method and first digit of the status.");
    for (route, method, class, count) in requests.answered() {
        page.line(format_args!("{name}{{route=\"{route}\",method=\"{method}\",status=\"{class}\"}} {count}"));
    }
    let name = "navette_http_request_duration_seconds";
    page.figure(name, "histogram", "Time from the head of a request to that of its answer, by route.");
    for (route, spread) in requests.took() {
        page.spread(name, &format!("route=\"{route}\","), &spread, seconds);
    }
    page.gauge("navette_http_connections", "Connections that are open.", requests.connections());
    page.counter("navette_http_too_many_total", "Requests refused because there were too many.", requests.too_many());
}

fn of_the_writer(page: &mut Page, work: &Work) {
    page.gauge("navette_writer_up", "1 while the writer takes jobs.", work.writing.into());
    page.gauge("navette_writer_queue_jobs", "Jobs that wait for the writer.", work.queued as u64);
    let name = "navette_writer_batch_jobs";
    page.figure(name, "histogram", "Jobs committed together.");
    page.spread(name, "", &work.batch_jobs, |jobs| jobs.to_string());
    let name = "navette_writer_commit_seconds";
    page.figure(name, "histogram", "Time until a batch was durable.");
    page.spread(name, "", &work.commit_micros, seconds);
    page.counter("navette_writer_failed_commits_total", "Commits that failed.", work.commits_failed);
}

fn of_the_rest(page: &mut Page, work: &Work) {
    page.gauge("navette_readers", "Readers there are.", READERS_MAX as u64);
    page.gauge("navette_readers_in_use", "Readers that are at work.", work.readers_in_use as u64);
    page.gauge("navette_readers_waiting", "Queries that wait for a reader.", work.readers_waiting);
    page.gauge("navette_database_bytes", "Size of the database file.", work.database_bytes);
    page.gauge("navette_wal_bytes", "Size of the write-ahead log.", work.log_bytes);
    if let Some(disk) = work.disk {
        page.gauge("navette_disk_free_bytes", "Room on the disk of the database.", disk.free_bytes);
    }
    if let Some(bytes) = resident_bytes() {
        page.gauge("process_resident_memory_bytes", "Memory of the process.", bytes);
    }
}

/// Microseconds as seconds, exactly.
fn seconds(micros: u64) -> String {
    format!("{}.{:06}", micros / MICROS, micros % MICROS)
}

/// What Linux tells of the process; elsewhere nothing.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}
