//! Bytes on a real connection, and what comes back, read by a reader that has nothing in common with the server's.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Case;

/// The status that stands for a connection closed without an answer.
pub const CLOSED: u16 = 0;
/// Among the statuses of a case: the client sends no more after its bytes, and says so.
pub const CUT: u16 = 1;
/// A case that is neither answered nor closed by then hangs. The server's own limits are shorter.
const HANGS: Duration = Duration::from_mins(1);
/// For how long a second answer is waited for that nobody should send.
const SECOND: Duration = Duration::from_millis(250);

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Its status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Heard {
    /// A header, if there.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What is wrong with it as a refusal: a problem document, or no body at all where HTTP itself could not be read.
    pub fn wrong(&self, readable: bool) -> Option<String> {
        if self.body.is_empty() && !readable {
            return (self.header("content-type").is_some()).then(|| "a media type of nothing".to_owned());
        }
        let media = self.header("content-type");
        if media != Some("application/problem+json") {
            return Some(format!("its media type is {media:?}"));
        }
        let Ok(problem) = serde_json::from_slice::<Value>(&self.body) else { return Some("it is no JSON".to_owned()) };
        let text = |name: &str| problem[name].as_str().is_some_and(|text| !text.is_empty());
        let whole = ["type", "title", "detail", "code", "request_id"].into_iter().all(text);
        let same =
            problem["status"] == self.status && problem["request_id"] == self.header("x-request-id").unwrap_or("");
        (!whole || !same).then(|| format!("it is no problem document: {problem}"))
    }
}

/// Sends a case and listens until the connection is closed. None when it hangs.
pub async fn sent(server: SocketAddr, case: &Case) -> Option<Vec<Heard>> {
    timeout(HANGS, exchange(server, case)).await.ok()
}

async fn exchange(server: SocketAddr, case: &Case) -> Vec<Heard> {
    let mut stream = TcpStream::connect(server).await.unwrap();
    stream.set_nodelay(true).unwrap();
    // Whoever is refused early may find the connection closed before all is sent.
    let _broken_off = stream.write_all(&case.bytes).await;
    if case.right.contains(&CUT) {
        let _closed = stream.shutdown().await;
    }
    let mut bytes = Vec::new();
    let head = case.bytes.starts_with(b"HEAD ");
    let mut open = true;
    while open && answers(&bytes, head).is_empty() {
        open = more(&mut stream, &mut bytes).await;
    }
    // Answered: is there a second answer, to something that was hidden in the first request?
    while open {
        match timeout(SECOND, more(&mut stream, &mut bytes)).await {
            Ok(still) => open = still,
            Err(_) => break,
        }
    }
    let _closed = stream.shutdown().await;
    while open {
        open = more(&mut stream, &mut bytes).await;
    }
    answers(&bytes, head)
}

/// True while there may be more to read. A reset is an end like any other.
async fn more(stream: &mut TcpStream, bytes: &mut Vec<u8>) -> bool {
    stream.read_buf(bytes).await.is_ok_and(|read| read > 0)
}

/// The whole answers in these bytes; interim ones (1xx) are passed over.
pub fn answers(mut bytes: &[u8], head: bool) -> Vec<Heard> {
    let mut all = Vec::new();
    while let Some((heard, rest)) = answer(bytes, head) {
        if heard.status >= 200 {
            all.push(heard);
        }
        bytes = rest;
    }
    all
}

fn answer(bytes: &[u8], head: bool) -> Option<(Heard, &[u8])> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&bytes[..end]).unwrap();
    let mut lines = text.split("\r\n");
    let status = lines.next().unwrap().strip_prefix("HTTP/1.").unwrap().get(2..5).unwrap().parse().unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap_or_else(|| panic!("a header without a value: {line}"));
        (name.to_lowercase(), value.to_owned())
    };
    let headers: Vec<_> = lines.map(header).collect();
    let mut heard = Heard { status, headers, body: Vec::new() };
    let rest = &bytes[end + 4..];
    if head || status < 200 || matches!(status, 204 | 304) {
        return Some((heard, rest));
    }
    if heard.header("transfer-encoding").is_some() {
        let (body, rest) = chunks(rest)?;
        heard.body = body;
        return Some((heard, rest));
    }
    let length = heard.header("content-length").unwrap_or("0").parse().unwrap();
    heard.body = rest.get(..length)?.to_vec();
    Some((heard, &rest[length..]))
}

fn chunks(mut bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).ok()?, 16).ok()?;
        let chunk = bytes.get(end + 2..end + 2 + size)?;
        body.extend_from_slice(chunk);
        bytes = bytes.get(end + 4 + size..)?;
        if size == 0 {
            return Some((body, bytes));
        }
    }
}
