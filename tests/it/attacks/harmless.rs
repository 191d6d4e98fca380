//! Odd forms that the standards allow: they are answered as the plain ones are, once, and no further.

use super::{Case, Row, Scene};

const OK: &[u16] = &[200];

const ODD: &[Row] = &[
    ("an empty line before", b"\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", OK),
    ("lines that end with LF alone", b"GET /healthz HTTP/1.1\nHost: localhost\n\n", OK),
    ("an absolute target", b"GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", OK),
    ("an absolute target of another host, which is ours all the same", b"GET http://a.example/healthz HTTP/1.1\r\nHost: b.example\r\n\r\n", OK),
    ("HTTP/1.0", b"GET /healthz HTTP/1.0\r\n\r\n", OK),
    ("HTTP/1.0 with a host", b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n", OK),
    ("HTTP/1.0 that would stay", b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", OK),
    ("a host with a port", b"GET /healthz HTTP/1.1\r\nHost: localhost:8080\r\n\r\n", OK),
    ("a host with an empty port", b"GET /healthz HTTP/1.1\r\nHost: localhost:\r\n\r\n", OK),
    ("a host in IPv6", b"GET /healthz HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", OK),
    ("a host in capitals, without a blank", b"GET /healthz HTTP/1.1\r\nHOST:LOCALHOST\r\n\r\n", OK),
    ("blanks and tabs around a value", b"GET /healthz HTTP/1.1\r\nHost: \t localhost \t \r\n\r\n", OK),
    ("letters of no ASCII in a value", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: \xc3\xa9\xff\r\n\r\n", OK),
    ("a query that nobody reads", b"GET /healthz?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n", OK),
    ("a body to GET", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", OK),
    ("a body to GET in chunks", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", OK),
    ("a length of nothing", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", OK),
    ("a length with zeros before", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0000\r\n\r\n", OK),
    ("the same length twice", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", OK),
    ("Expect", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n", OK),
    ("Expect of what nobody knows", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nExpect: 200-ok\r\n\r\n", &[200, 417]),
    ("Upgrade to HTTP/2", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n", OK),
    ("Upgrade to WebSocket", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", OK),
    ("TE", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nTE: trailers, deflate;q=0.5\r\nConnection: TE\r\n\r\n", OK),
    ("Connection with names of other headers", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: Host, Authorization, close\r\n\r\n", OK),
    ("a range", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-0,0-0,0-0,0-0\r\n\r\n", OK),
    ("headers of proxies", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Host: evil.example\r\nX-Original-URL: /v1/people\r\nX-Rewrite-URL: /v1/people\r\n\r\n", OK),
    ("a hundred headers less the host", HUNDRED, OK),
    ("HEAD", b"HEAD /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", OK),
    ("two requests, one behind the other", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", OK),
    ("a token in small letters of the scheme", b"GET /v1/accounts/me HTTP/1.1\r\nHost: localhost\r\nauthorization: bearer {token}\r\n\r\n", OK),
    ("a token behind two blanks", b"GET /v1/accounts/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: BEARER  {token}  \r\n\r\n", OK),
    ("an id in capitals", b"GET /v1/structures?siren=732829320 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n", OK),
];
const HUNDRED: &[u8] = &hundred();

/// A request line, a host, and 99 headers more.
const fn hundred() -> [u8; 42 + 99 * 6] {
    let begin = *b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
    let line = *b"A: b\r\n";
    let mut all = [b'\n'; 42 + 99 * 6];
    let mut place = 0;
    while place < 40 {
        all[place] = begin[place];
        place += 1;
    }
    while place < 40 + 99 * 6 {
        all[place] = line[(place - 40) % 6];
        place += 1;
    }
    all[place] = b'\r';
    all
}

/// All of them.
pub fn cases(scene: &Scene) -> Vec<Case> {
    scene.cases("harmless", true, ODD)
}
