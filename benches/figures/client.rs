//! Plain HTTP clients, each on a connection of its own.

use std::time::{Duration, Instant};

use navette::clock::{Clock, Moment};
use navette::id::Id;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Failure;

/// One connection.
pub struct Client {
    stream: TcpStream,
    bytes: Vec<u8>,
}

impl Client {
    /// Connects.
    pub async fn connect(address: &str) -> Result<Self, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, bytes: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a request and reads its answer whole: how many bytes it had. Anything but a success ends the run.
    pub async fn ask(&mut self, request: &str) -> Result<usize, Failure> {
        self.stream.write_all(request.as_bytes()).await?;
        self.bytes.clear();
        let body_from = loop {
            if let Some(end) = self.bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break end + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.bytes[..body_from]).to_lowercase();
        if !head.starts_with("http/1.1 2") {
            return Err(format!("the server refused: {head}").into());
        }
        match head.lines().find_map(|line| line.strip_prefix("content-length: ")) {
            Some(length) => self.counted(length.parse::<usize>()?, body_from).await,
            None => self.chunked(body_from).await,
        }
    }

    async fn counted(&mut self, length: usize, body_from: usize) -> Result<usize, Failure> {
        while self.bytes.len() < body_from + length {
            self.more().await?;
        }
        Ok(length)
    }

    /// Reads to the last chunk and keeps no more of it than its end.
    async fn chunked(&mut self, body_from: usize) -> Result<usize, Failure> {
        let mut read = self.bytes.len() - body_from;
        while !self.bytes.ends_with(b"\r\n0\r\n\r\n") {
            let kept = self.bytes.len().saturating_sub(16);
            self.bytes.drain(..kept);
            let before = self.bytes.len();
            self.more().await?;
            read += self.bytes.len() - before;
        }
        Ok(read)
    }

    async fn more(&mut self) -> Result<(), Failure> {
        if self.stream.read_buf(&mut self.bytes).await? == 0 {
            return Err("the answer broke off".into());
        }
        Ok(())
    }
}

/// What a client asks for, again and again.
#[derive(Clone)]
pub struct Ask {
    /// Method and path.
    pub what: String,
    /// The bearer's token.
    pub token: String,
    /// The body; where it says `ID`, each request has an identifier of its own.
    pub body: String,
}

impl Ask {
    /// A question.
    pub fn get(path: &str, token: &str) -> Self {
        Self { what: format!("GET {path}"), token: token.to_owned(), body: String::new() }
    }

    /// The request as it is sent.
    pub fn written(&self, now: Moment) -> String {
        let body =
            if self.body.is_empty() { String::new() } else { self.body.replace("ID", &Id::fresh(now).to_string()) };
        format!(
            "{} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.what,
            self.token,
            body.len()
        )
    }
}

/// What a run of requests took.
#[derive(Debug, Clone, Copy)]
pub struct Took {
    /// All of it.
    pub whole: Duration,
    /// Requests.
    pub requests: usize,
    /// Microseconds that half of them stayed within.
    pub p50: u128,
    /// Microseconds that 99 of 100 stayed within.
    pub p99: u128,
}

impl Took {
    /// Requests a second.
    pub fn per_second(self) -> u128 {
        self.requests as u128 * 1_000_000 / self.whole.as_micros().max(1)
    }
}

/// One client for each ask, and so many requests in all.
pub async fn many(address: &str, asks: Vec<Ask>, requests: usize) -> Result<Took, Failure> {
    let share = (requests / asks.len()).max(1);
    let mut clients = Vec::with_capacity(asks.len());
    for ask in asks {
        clients.push((Client::connect(address).await?, ask));
    }
    let begun = Instant::now();
    let running: Vec<_> = clients.into_iter().map(|(client, ask)| tokio::spawn(one(client, ask, share))).collect();
    let mut micros = Vec::with_capacity(requests);
    for client in running {
        micros.extend(client.await??);
    }
    let whole = begun.elapsed();
    micros.sort_unstable();
    let at = |hundredths: usize| micros[(micros.len() - 1) * hundredths / 100];
    Ok(Took { whole, requests: micros.len(), p50: at(50), p99: at(99) })
}

async fn one(mut client: Client, ask: Ask, requests: usize) -> Result<Vec<u128>, Failure> {
    let clock = Clock::System;
    let mut micros = Vec::with_capacity(requests);
    for _ in 0..requests {
        let request = ask.written(clock.now());
        let begun = Instant::now();
        client.ask(&request).await?;
        micros.push(begun.elapsed().as_micros());
    }
    Ok(micros)
}
