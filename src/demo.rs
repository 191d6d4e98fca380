//! The demo: a client of the API that fills a database of its own, rehearses, prints and serves.

mod steps;

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{Request, StatusCode};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::App;
use crate::auth::rows;
use crate::backup;
use crate::clock::Clock;
use crate::error::Error;
use crate::http::{self, serve};
use crate::secret;
use crate::session::password;
use crate::session::rules::Password;
use steps::{LOGIN, Sample, Step};

/// Bytes of an answer at most; those of the demo are far smaller.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;
/// How much of an answer is shown: lines, and characters of each.
const EXCERPT: (usize, usize) = (4, 320);
/// Bytes of a text that is shown; longer ones without a space are ids, hashes and tokens.
const WORD_BYTES_MAX: usize = 35;

/// Fills the file with the sample if it is not there yet, rehearses every command, prints them, and
/// serves until Ctrl-C.
///
/// # Errors
/// One sentence that says what did not work.
pub async fn run(listen: SocketAddr, file: &Path) -> Result<(), String> {
    let unheard = |error: std::io::Error| format!("cannot listen on {listen}: {error}");
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(unheard)?;
    let address = serve::url(&listener).map_err(unheard)?;
    let store = backup::open(file, Clock::System).map_err(|refusal| refusal.to_string())?;
    let app = App::new(store, Clock::System).await.map_err(|error| format!("the database cannot be used: {error}"))?;
    let sample = Sample::on(app.clock.now().plus_seconds(-steps::SECONDS_AGO).day());
    let password = let_in(&app, &sample, file).await?;
    let mut client = Client { router: http::router(app.clone()), token: None };
    let mut text = welcome(&address, &password, file);
    text.push_str(&rehearse(&mut client, &sample, &address, &password).await?);
    text.push_str("Serving until Ctrl-C.\n");
    let mut out = std::io::stdout();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| format!("cannot write: {error}"))?;
    serve::serve(listener, app, serve::signal()).await.map_err(|error| error.to_string())
}

/// Makes the demo's account, or gives it a new password: the old one is nowhere in plain text.
async fn let_in(app: &App, sample: &Sample, file: &Path) -> Result<String, String> {
    let unusable = |error: Error| format!("the database cannot be used: {error}");
    let text = new_password();
    let secret = Password::try_from(text.clone()).map_err(|fault| fault.to_string())?;
    let hash = password::hash(secret).await.map_err(unusable)?;
    let account = sample.account;
    let let_in = move |db: &rusqlite::Connection, now| {
        if rows::is_empty(db)? {
            rows::insert_account(db, account, LOGIN, &hash, true, now)?;
            return Ok(true);
        }
        if rows::find_account(db, account)?.is_none() {
            return Ok(false);
        }
        rows::set_password(db, account, &hash)?;
        Ok(true)
    };
    if app.store.write(let_in).await.map_err(unusable)? {
        return Ok(text);
    }
    Err(format!("{} was not made by the demo and is left as it is: name another file with --file", file.display()))
}

/// Eighty random bits, in groups that can be typed from one screen to another.
fn new_password() -> String {
    let digits: Vec<String> = secret::bytes::<10>().iter().map(|byte| format!("{byte:02x}")).collect();
    digits.chunks(2).map(<[String]>::concat).collect::<Vec<_>>().join("-")
}

fn welcome(address: &str, password: &str, file: &Path) -> String {
    format!(
        "Navette demo: an association, a commune and a machinery co-operative, all invented.\n\n  \
         address   {address}\n  \
         login     {LOGIN}\n  \
         password  {password}   (a new one at each start)\n  \
         file      {}   (remove it to begin again)\n\n\
         Every line that begins with TOKEN= or curl can be pasted into another terminal, in this order.\n\
         Each was just tried; below it stands what was answered, shortened.\n\n",
        file.display()
    )
}

/// Tells every step, does it, and shows the answer.
async fn rehearse(client: &mut Client, sample: &Sample, address: &str, password: &str) -> Result<String, String> {
    let log_in = Step::log_in(password);
    let (status, answer) = client.expect_success(&log_in).await?;
    let tokens: Value =
        serde_json::from_str(&answer).map_err(|error| format!("the log-in answered no JSON: {error}"))?;
    client.token = tokens["access_token"].as_str().map(str::to_owned);
    let mut text = told(&log_in, &log_in.log_in_line(address), status, &answer);
    for step in sample.records() {
        client.expect_presence(&step).await?;
    }
    for step in sample.rehearsal() {
        let (status, answer) = client.expect_success(&step).await?;
        text.push_str(&told(&step, &step.line(address), status, &answer));
    }
    Ok(text)
}

fn told(step: &Step, line: &str, status: StatusCode, answer: &str) -> String {
    let (lines_max, chars_max) = EXCERPT;
    let mut told = vec![format!("# {}", step.says), line.to_owned()];
    for (position, line) in telling(answer).lines().take(lines_max).enumerate() {
        let mark = if position == 0 { status.as_str() } else { "   " };
        let excerpt: String = line.chars().take(chars_max).collect();
        let cut = if excerpt.len() < line.len() { "…" } else { "" };
        told.push(format!("#   {mark} {excerpt}{cut}"));
    }
    told.join("\n") + "\n\n"
}

/// What of an answer tells a person something.
fn telling(answer: &str) -> String {
    match serde_json::from_str(answer) {
        Ok(json) => pruned(json).map(|json| json.to_string()).unwrap_or_default(),
        Err(_not_json) => answer.to_owned(),
    }
}

/// JSON without ids, hashes, tokens, zeros, and whatever is empty.
fn pruned(json: Value) -> Option<Value> {
    match json {
        Value::Null => None,
        Value::String(text) if text.len() > WORD_BYTES_MAX && !text.contains(' ') => None,
        Value::Number(number) if number.as_i64() == Some(0) => None,
        Value::Array(items) => {
            let items: Vec<Value> = items.into_iter().filter_map(pruned).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(members) => {
            let pruned = members.into_iter().filter_map(|(name, value)| Some((name, pruned(value)?)));
            let members: serde_json::Map<String, Value> = pruned.collect();
            (!members.is_empty()).then_some(Value::Object(members))
        }
        told => Some(told),
    }
}

/// A client that needs no network: it hands its requests to the router itself.
struct Client {
    router: Router,
    token: Option<String>,
}

impl Client {
    /// Sends a step that must succeed.
    async fn expect_success(&self, step: &Step) -> Result<(StatusCode, String), String> {
        let (status, answer) = self.send(step).await?;
        if status.is_success() {
            return Ok((status, answer));
        }
        let advice = "Remove the demo's file to begin again.";
        Err(format!("“{}” was answered {status}: {answer}\n{advice}", step.says))
    }

    /// Sends a step whose thing may be there already, made by an earlier start.
    async fn expect_presence(&self, step: &Step) -> Result<(), String> {
        match self.send(step).await? {
            (StatusCode::CONFLICT, _) => Ok(()),
            (status, _) if status.is_success() => Ok(()),
            (status, answer) => Err(format!("“{}” was answered {status}: {answer}", step.says)),
        }
    }

    async fn send(&self, step: &Step) -> Result<(StatusCode, String), String> {
        let mut request = Request::builder().method(step.method()).uri(&step.path);
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match step.body_with_id() {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let request = request.body(body).map_err(|error| error.to_string())?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status();
        let read = axum::body::to_bytes(response.into_body(), ANSWER_BYTES_MAX).await;
        let bytes = read.map_err(|error| error.to_string())?;
        Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
    }
}
