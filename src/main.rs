//! The command line: one match over what can be asked.
#![forbid(unsafe_code)]

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use navette::clock::{Clock, Moment};
use navette::config::{Cli, LogFormat, Of, Task, Tongue};
use navette::http::door::Settings;
use navette::http::serve;
use navette::http::words::Language;
use navette::ledger::heads::Kept;
use navette::store::open;
use navette::webhook::courier::{Courier, Reach};
use navette::{
    App, auth, backup, commune, demo, desk, fec, import, ledger, privacy, secret, session, summary, webhook,
};
use tracing_subscriber::EnvFilter;

/// What went wrong, as one sentence for the person at the machine.
type Sentence = String;

fn main() -> ExitCode {
    match start(Cli::parse()) {
        Ok(code) => code,
        Err(sentence) => {
            eprintln!("navette: {sentence}");
            ExitCode::FAILURE
        }
    }
}

fn start(cli: Cli) -> Result<ExitCode, Sentence> {
    start_log(&cli)?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| format!("cannot start: {error}"))?;
    runtime.block_on(run(&cli.database, cli.task))
}

/// The log goes to standard error; standard output belongs to what was asked for.
fn start_log(cli: &Cli) -> Result<(), Sentence> {
    let quiet = if matches!(cli.task, Task::Serve { .. }) { "info" } else { "warn" };
    let level = cli.log.as_deref().unwrap_or(quiet);
    let filter =
        EnvFilter::try_new(level).map_err(|_| format!("--log {level}: not a level; say error, warn, info or debug"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match cli.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    };
    started.map_err(|error| format!("the log cannot be started: {error}"))
}

async fn run(database: &Path, task: Task) -> Result<ExitCode, Sentence> {
    match task {
        Task::Serve { listen, public_url, allow_private_webhooks, door } => {
            let reach = if allow_private_webhooks { Reach::Anywhere } else { Reach::Public };
            let settings = door.settings(public_url.as_deref());
            run_server(database, listen, public_url, settings, reach).await
        }
        Task::Demo { listen, file } => demo::run(listen, &file).await.map(|()| ExitCode::SUCCESS),
        Task::Import { mapping, dry_run, atomic, report, file } => {
            let app = open_app(database).await?;
            let order = import::Order { dry_run, atomic };
            let read = import::file::run(&app, &file, &mapping, order, report.as_deref()).await;
            app.store.close().await;
            Ok(code(read?))
        }
        Task::Communes { file } => {
            let app = open_app(database).await?;
            let told = commune::load(&app, &file).await;
            app.store.close().await;
            show(told?.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Export { structure, cooperation, year, from, until, known_at, format } => {
            // The command line lets through one of the two.
            let of = structure.map_or_else(|| Of::Cooperation(cooperation.unwrap_or_default()), Of::Structure);
            let asked = summary::cli::asked(year, from.zip(until), known_at)?;
            require(database)?;
            let app = open_app(database).await?;
            let printed = summary::cli::export(&app, &of, asked, format).await;
            app.store.close().await;
            show(&printed?)?;
            Ok(ExitCode::SUCCESS)
        }
        Task::ResetLink { login, without_second_factor, public_url } => {
            require(database)?;
            let app = open_app(database).await?;
            let printed = reset_link(&app, login, without_second_factor, &public_url).await;
            app.store.close().await;
            printed.map(|()| ExitCode::SUCCESS)
        }
        Task::Purge { dry_run } => {
            require(database)?;
            let app = open_app(database).await?;
            let told = purge(&app, dry_run).await;
            app.store.close().await;
            show(told?.as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Registre { language } => {
            show(privacy::register::print(language == Tongue::Fr).as_bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        Task::Backup { target } => require(database).and_then(|()| proven(backup::take(database, &target, now()))),
        Task::Restore { backup } => proven(backup::restore(&backup, database, now())),
        Task::Verify { heads } => verify(database, &heads),
        Task::CheckProof { heads, file } => check_proof(&file, &heads),
        Task::CheckFec { language, file } => check_fec(&file, language),
    }
}

async fn run_server(
    database: &Path,
    listen: SocketAddr,
    public_url: Option<String>,
    settings: Settings,
    reach: Reach,
) -> Result<ExitCode, Sentence> {
    // The port first: a second start by mistake ends here, before it replaces the link of the first.
    let listener =
        tokio::net::TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let address = serve::url(&listener).map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    let app = open_app(database).await?.behind(settings);
    welcome(&app, &public_url.unwrap_or(address)).await?;
    let courier = Courier::new(reach).map_err(|error| format!("webhooks cannot be served: {error}"))?;
    let tasks = [
        tokio::spawn(session::watch_keys(app.clone())),
        tokio::spawn(desk::watch(app.clone())),
        tokio::spawn(webhook::run(app.clone(), courier)),
        tokio::spawn(privacy::purge::keep(app.clone())),
    ];
    let served = serve::serve(listener, app, serve::signal()).await.map_err(|error| error.to_string());
    for task in tasks {
        task.abort();
    }
    served.map(|()| ExitCode::SUCCESS)
}

/// On an empty database, prints a new link to make the first account. Older links end.
async fn welcome(app: &App, address: &str) -> Result<(), Sentence> {
    let unreadable = |error| format!("the database cannot be used: {error}");
    if !app.store.read(auth::rows::is_empty).await.map_err(unreadable)? {
        return Ok(());
    }
    let token = secret::token();
    let digest = secret::digest(&token);
    app.store.write(move |db, now| session::rows::set_setup_token(db, digest, now)).await.map_err(unreadable)?;
    let address = address.trim_end_matches('/');
    show(
        format!(
            "This database is empty. Open this link to make the first account; it works once:\n\n  \
             {address}/setup#token={token}\n\n"
        )
        .as_bytes(),
    )
}

/// Prints a link through which an account's holder chooses a new password.
async fn reset_link(app: &App, login: String, without_factor: bool, address: &str) -> Result<(), Sentence> {
    let made = session::reset::link_at_the_machine(app, login.clone(), without_factor).await;
    let made = made.map_err(|error| format!("the database cannot be used: {error}"))?;
    let token = made.ok_or_else(|| format!("there is no account that may log in as {login}"))?;
    let path = session::reset::path(&token);
    show(format!("{}{path}\n", address.trim_end_matches('/')).as_bytes())
}

fn verify(database: &Path, heads: &[Kept]) -> Result<ExitCode, Sentence> {
    require(database)?;
    let db = open::copy(database).map_err(|error| error.to_string())?;
    let report = backup::check::check(&db, now());
    let report = report.map_err(|error| format!("the database cannot be read: {error}"))?;
    let (lines, head, root) = (report.lines, &report.head, &report.root);
    let mut faults = report.faults;
    let mut told = Vec::new();
    for kept in heads {
        match ledger::heads::still_there(&db, kept) {
            Ok(()) => told.push(format!("head {}: this ledger still contains it", kept.seq)),
            Err(fault) => faults.push(fault),
        }
    }
    let holds = faults.is_empty();
    let verdict = if holds {
        format!("The whole ledger holds: {lines} lines, root {root}, head {head}")
    } else {
        format!("This does not hold: {} faults, {lines} lines, root {root}, head {head}", faults.len())
    };
    let told: Vec<String> = faults.into_iter().chain(told).chain([verdict, String::new()]).collect();
    show(told.join("\n").as_bytes())?;
    Ok(code(holds))
}

/// Tells of a file that was opened and computed again.
fn proven(made: Result<backup::Sound, backup::Refusal>) -> Result<ExitCode, Sentence> {
    let sound = made.map_err(|refusal| refusal.to_string())?;
    show(format!("{sound}\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn check_proof(file: &Path, heads: &[Kept]) -> Result<ExitCode, Sentence> {
    let read = if file == Path::new("-") {
        std::io::read_to_string(std::io::stdin().lock())
    } else {
        std::fs::read_to_string(file)
    };
    let text = read.map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let verdict = ledger::check::check(&text, heads)?;
    show(format!("{}\n", verdict.told.join("\n")).as_bytes())?;
    Ok(code(verdict.holds))
}

fn check_fec(file: &Path, language: Tongue) -> Result<ExitCode, Sentence> {
    let bytes = std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
    let language = if language == Tongue::Fr { Language::Fr } else { Language::En };
    let (verdict, holds) =
        fec::check::verdict(&bytes, &file.file_name().unwrap_or_default().to_string_lossy(), language);
    show(format!("{verdict}\n").as_bytes())?;
    Ok(code(holds))
}

/// Erases what has outlived its time, or only counts it, and tells how much there was of each kind.
async fn purge(app: &App, dry_run: bool) -> Result<String, Sentence> {
    let unreadable = |error| format!("the database cannot be purged: {error}");
    let purged = if dry_run {
        app.store.write(privacy::purge::count).await.map_err(unreadable)?
    } else {
        let purged = app.store.write(privacy::purge::purge).await.map_err(unreadable)?;
        privacy::purge::rewrite(app).await.map_err(unreadable)?;
        purged
    };
    let verdict = if dry_run { "would be erased" } else { "erased; the file is rewritten" };
    Ok(format!(
        "{} people, {} texts, {} kept answers, {} sessions, {} links: {verdict}\n",
        purged.people, purged.texts, purged.answers, purged.sessions, purged.links
    ))
}

async fn open_app(database: &Path) -> Result<App, Sentence> {
    let store = backup::open(database, Clock::System).map_err(|refusal| refusal.to_string())?;
    App::new(store, Clock::System).await.map_err(|error| format!("the database cannot be used: {error}"))
}

fn now() -> Moment {
    Clock::System.now()
}

/// Refuses a file that is not there, where making an empty one would only hide a slip of the pen.
fn require(database: &Path) -> Result<(), Sentence> {
    if database.exists() {
        return Ok(());
    }
    Err(format!("there is no database at {}: name it with --database", database.display()))
}

fn code(all_well: bool) -> ExitCode {
    if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn show(bytes: &[u8]) -> Result<(), Sentence> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|error| format!("cannot write the answer: {error}"))
}
