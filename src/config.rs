//! The command line, and the environment variables that stand for its options.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use ipnet::IpNet;

use crate::calendar::rules::Year;
use crate::clock::{Day, Moment};
use crate::http::address::{Proxies, ProxyHeader};
use crate::http::cors::Origin;
use crate::http::door::Settings;
use crate::http::rates::Generosity;
use crate::ledger::heads::Kept;
use crate::secret;

/// Where the server listens unless told otherwise: on this machine only.
const LISTEN_DEFAULT: &str = "127.0.0.1:8080";
/// Where the server is reached unless told otherwise.
const PUBLIC_URL_DEFAULT: &str = "http://127.0.0.1:8080";
/// Characters of the secret that opens the figures of the service, at least.
const METRICS_TOKEN_CHARS_MIN: usize = 32;
/// Heading of what every command takes, so that each command's own options stand together.
const EVERYWHERE: &str = "Options of every command";

/// Navette keeps a shared ledger of what rural structures lend, give and teach one another.
///
/// Everything is kept in one file, the database. To look around, try `navette demo`; to begin in
/// earnest, run `navette serve` and open the link it prints.
#[derive(Debug, Parser)]
#[command(name = "navette", version, next_help_heading = EVERYWHERE)]
pub struct Cli {
    /// The file everything is kept in; `serve` and `import` make it when there is none
    ///
    /// The demo never touches it: it has a file of its own, see `navette demo --help`.
    #[arg(long, global = true, value_name = "FILE", env = "NAVETTE_DATABASE", default_value = "navette.db")]
    pub database: PathBuf,
    /// How much is told on standard error: error, warn, info or debug; by default info for `serve`, else warn
    #[arg(long, global = true, value_name = "LEVEL", env = "NAVETTE_LOG")]
    pub log: Option<String>,
    /// How it is told: as text for people, or as JSON for other programs
    #[arg(long, global = true, value_name = "FORMAT", env = "NAVETTE_LOG_FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// What to do
    #[command(subcommand)]
    pub task: Task,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Task {
    /// Run the server until Ctrl-C or the end signal of the system
    Serve {
        /// The address and port to listen on; 0.0.0.0:8080 is reachable from other machines
        #[arg(long, value_name = "ADDRESS", env = "NAVETTE_LISTEN", default_value = LISTEN_DEFAULT)]
        listen: SocketAddr,
        /// The address under which people reach the server, such as `https://navette.example.org`
        ///
        /// Links that are handed over begin with it: give it when the server stands behind a proxy.
        #[arg(long, value_name = "URL", env = "NAVETTE_PUBLIC_URL")]
        public_url: Option<String>,
        /// Send messages to webhooks on this machine and its networks, too
        ///
        /// Without it only addresses of the public internet are reached, so that nobody who sets a webhook can look
        /// into the networks behind the server.
        #[arg(long, env = "NAVETTE_ALLOW_PRIVATE_WEBHOOKS")]
        allow_private_webhooks: bool,
        /// Who comes in, and how often
        #[command(flatten)]
        door: DoorOptions,
    },
    /// Show everything at work on invented structures, with commands to paste, and serve them
    Demo {
        /// The address and port to listen on
        #[arg(long, value_name = "ADDRESS", default_value = LISTEN_DEFAULT)]
        listen: SocketAddr,
        /// The file the demo is kept in; remove it to begin again
        #[arg(long, value_name = "FILE", default_value = "navette-demo.db")]
        file: PathBuf,
    },
    /// Read a table of another tool (CSV), row by row, and tell of every row what became of it
    ///
    /// The same file read twice is recorded once. Ends with an error when rows were refused.
    Import {
        /// The file that says which column is what (TOML or JSON)
        #[arg(long, value_name = "FILE")]
        mapping: PathBuf,
        /// Try everything, and keep nothing
        #[arg(long)]
        dry_run: bool,
        /// Keep nothing when a single row is refused
        #[arg(long)]
        atomic: bool,
        /// Write what became of each row into this file (CSV)
        #[arg(long, value_name = "FILE")]
        report: Option<PathBuf>,
        /// The table to read
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
    },
    /// Load a list of communes (CSV) with their EPCI and populations, by which the diagnosis groups structures
    ///
    /// Columns `code_insee`, `nom`, `population`, `epci_siren` and `epci_nom`, in any order; others are left out. A
    /// commune takes the place of the one with its code. Nothing is kept when a line is wrong.
    Communes {
        /// The list to read
        #[arg(value_name = "FILE.csv")]
        file: PathBuf,
    },
    /// Print the summary of a structure or a cooperation: of a year, or from a day until a day
    #[command(group = ArgGroup::new("whose").required(true).args(["structure", "cooperation"]))]
    #[command(group = ArgGroup::new("when").required(true).args(["year", "from"]))]
    Export {
        /// The structure: its id, its exact name, or its SIREN, SIRET or RNA number
        #[arg(long, value_name = "WHICH")]
        structure: Option<String>,
        /// The cooperation: its id or its exact name
        #[arg(long, value_name = "WHICH")]
        cooperation: Option<String>,
        /// The year
        #[arg(long, value_name = "YYYY", value_parser = year)]
        year: Option<Year>,
        /// The first day, in place of a year
        #[arg(long, value_name = "DAY", requires = "until", value_parser = day)]
        from: Option<Day>,
        /// The first day after the last
        #[arg(long, value_name = "DAY", requires = "from", value_parser = day)]
        until: Option<Day>,
        /// As it was known at this instant, such as `2026-03-14T09:00:00Z`; now when left out
        #[arg(long, value_name = "INSTANT", value_parser = instant)]
        known_at: Option<Moment>,
        /// How it is printed
        #[arg(long, value_name = "FORMAT", default_value = "csv")]
        format: Format,
    },
    /// Print a link through which an account's holder chooses a new password; it works once, for a day
    ResetLink {
        /// What the account's holder logs in with
        #[arg(value_name = "LOGIN")]
        login: String,
        /// Take away the second factor, too, when its holder has lost it and every recovery code
        ///
        /// Be sure to whom you give the link: whoever opens it has the account.
        #[arg(long)]
        without_second_factor: bool,
        /// The address under which people reach the server
        #[arg(long, value_name = "URL", env = "NAVETTE_PUBLIC_URL", default_value = PUBLIC_URL_DEFAULT)]
        public_url: String,
    },
    /// Erase what has outlived its time, and rewrite the file so that nothing of what was erased is left in it
    ///
    /// The server does it by itself every night at 02:00 UTC. Beside a running server, others wait while the file is
    /// rewritten.
    Purge {
        /// Tell what would be erased, and keep it
        #[arg(long)]
        dry_run: bool,
    },
    /// Print the register of processing (GDPR, article 30; registre des activités de traitement)
    ///
    /// It is made of the comments of the schema: what is kept about whom, why, and for how long.
    Registre {
        /// In which language
        #[arg(long, value_name = "LANGUAGE", default_value = "fr")]
        language: Tongue,
    },
    /// Copy the database, while the server runs or not; the copy counts only once it was opened and computed again
    ///
    /// Nothing is written over. A copy that does not hold, or cannot be written whole, leaves nothing behind.
    Backup {
        /// The file to write, or a folder: then it is named by the instant, `navette-2026-03-14T090000Z.db`
        #[arg(value_name = "TARGET")]
        target: PathBuf,
    },
    /// Make a database of a backup, at the place that --database names, where there is none yet
    ///
    /// The backup is verified first, and stays as it is.
    Restore {
        /// The backup
        #[arg(value_name = "BACKUP")]
        backup: PathBuf,
    },
    /// Compute the whole ledger again and list everything that does not hold
    ///
    /// Nothing is written. Ends with an error when anything does not hold.
    Verify {
        /// A head that was kept elsewhere: is it still in this ledger? May be given several times
        ///
        /// Its place, a colon, and its hash or root; the first 32 digits are enough.
        #[arg(long = "head", value_name = "SEQ:DIGITS")]
        heads: Vec<Kept>,
    },
    /// Check a proof of the API by itself, without any database, and say what it proves and what not
    ///
    /// Ends with an error when the proof does not hold.
    CheckProof {
        /// A head that was kept elsewhere, which the proof has to be about. May be given several times
        ///
        /// Its place, a colon, and its root; the first 32 digits are enough.
        #[arg(long = "head", value_name = "SEQ:ROOT")]
        heads: Vec<Kept>,
        /// The answer of `GET /v1/ledger/proof`, or - to read it from standard input
        #[arg(value_name = "FILE|-")]
        file: PathBuf,
    },
    /// Check a file of accounting entries (FEC) by itself, without any database: form, year, class 8, balance
    ///
    /// The file has to bear its own name, SIREN, `FEC` and the last day of the year. Ends with an error when anything is
    /// wrong with it.
    CheckFec {
        /// In which language
        #[arg(long, value_name = "LANGUAGE", default_value = "fr")]
        language: Tongue,
        /// The file
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
}

/// What an operator may set about the door.
#[derive(Debug, Args)]
pub struct DoorOptions {
    /// Proxies whose word is taken about who asks: addresses or networks, with commas between them
    ///
    /// Only theirs: without this, the address of a client is that of its connection.
    #[arg(long, value_name = "NETWORKS", env = "NAVETTE_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network)]
    trusted_proxies: Vec<IpNet>,
    /// The header in which those proxies say for whom they ask
    #[arg(long, value_name = "HEADER", env = "NAVETTE_PROXY_HEADER", default_value = "x-forwarded-for")]
    proxy_header: ProxyHeader,
    /// How many requests a client may send: on, off, or a percentage of what is usual
    #[arg(long, value_name = "RATE", env = "NAVETTE_RATE_LIMIT", default_value = "on")]
    rate_limit: Generosity,
    /// Origins whose pages may use the API from a browser, such as `https://app.example.org`, with commas between them
    #[arg(long, value_name = "ORIGINS", env = "NAVETTE_CORS_ORIGINS", value_delimiter = ',')]
    cors_origins: Vec<Origin>,
    /// A secret of 32 characters or more that opens `/metrics`, sent as `Authorization: Bearer …`; without it nothing does
    ///
    /// Set it in the environment rather than here, where other accounts of the machine may see it.
    #[arg(long, value_name = "TOKEN", env = "NAVETTE_METRICS_TOKEN", hide_env_values = true, value_parser = metrics_token)]
    metrics_token: Option<String>,
}

impl DoorOptions {
    /// The settings, for a server that people reach at this address.
    #[must_use]
    pub fn settings(self, public_url: Option<&str>) -> Settings {
        Settings {
            proxies: Proxies { trusted: self.trusted_proxies, header: self.proxy_header },
            generosity: self.rate_limit,
            origins: self.cors_origins,
            https: public_url.is_some_and(|url| url.starts_with("https://")),
            public_url: public_url.map(str::to_owned),
            metrics: self.metrics_token.as_deref().map(secret::digest),
            time: None,
            connections: None,
        }
    }
}

/// A network, or an address alone.
fn network(text: &str) -> Result<IpNet, String> {
    let address = || text.parse::<IpAddr>().map(IpNet::from);
    text.parse::<IpNet>().or_else(|_| address()).map_err(|_| "neither an address nor a network".to_owned())
}

/// A secret that cannot be guessed.
fn metrics_token(text: &str) -> Result<String, String> {
    let plain = text.len() >= METRICS_TOKEN_CHARS_MIN && text.bytes().all(|byte| byte.is_ascii_graphic());
    if plain { Ok(text.to_owned()) } else { Err("not 32 or more visible ASCII characters".to_owned()) }
}

/// A year that Navette records.
fn year(text: &str) -> Result<Year, String> {
    Year::try_from(text.to_owned()).map_err(|_| "not a year between 2000 and 2100".to_owned())
}

/// A day that Navette records.
fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|_| "not a day between 2000-01-01 and 2100-12-31, written YYYY-MM-DD".to_owned())
}

fn instant(text: &str) -> Result<Moment, String> {
    Moment::parse(text).map_err(|_| "not an instant such as 2026-03-14T09:00:00Z".to_owned())
}

/// Whose summary is printed, as the person at the machine says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Of {
    /// A structure, by id, exact name, SIREN, SIRET or RNA number.
    Structure(String),
    /// A cooperation, by id or exact name.
    Cooperation(String),
}

/// The language of the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tongue {
    /// En français
    Fr,
    /// In English
    En,
}

/// How a summary is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Commas and English headings
    Csv,
    /// Semicolons and French headings, as French spreadsheets open it
    CsvFr,
    /// The document of the API
    Json,
    /// A workbook, in French
    Xlsx,
    /// A page to print, in French
    Html,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object a line, for other programs
    Json,
}
