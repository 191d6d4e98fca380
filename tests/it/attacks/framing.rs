//! Where a body ends (RFC 9112, 6 and 7): lengths, chunks, and requests hidden behind others.
//!
//! What would be smuggled is a good request that records hours: were it read, it would be answered 201.

use super::wire::{CLOSED, CUT};
use super::{Case, Row, Scene};

const BROKEN: &[u16] = &[400, CLOSED];
/// The body broke off, and nobody may be left to be told.
const TORN: &[u16] = &[400, 401, CLOSED, CUT];
/// Refused without its body being asked for, or because of it.
const REFUSED: &[u16] = &[400, 401, 415, CLOSED];

/// What each begins with: a request to log in, which needs no caller, with a JSON body.
const LOG_IN: &str = "POST /v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

/// How the length of the body is told, the body, and what is right.
const LENGTHS: &[Row] = &[
    ("twice, and different", b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", BROKEN),
    ("twice, and different by a zero", b"Content-Length: 2\r\nContent-Length: 0\r\n\r\n{}", BROKEN),
    ("twice in one, and different", b"Content-Length: 2, 3\r\n\r\n{}", BROKEN),
    ("twice in one, and the same", b"Content-Length: 2, 2\r\n\r\n{}", BROKEN),
    ("a plus", b"Content-Length: +2\r\n\r\n{}", BROKEN),
    ("negative", b"Content-Length: -2\r\n\r\n{}", BROKEN),
    ("minus nothing", b"Content-Length: -0\r\n\r\n", BROKEN),
    ("hexadecimal", b"Content-Length: 0x2\r\n\r\n{}", BROKEN),
    ("hexadecimal digits", b"Content-Length: a\r\n\r\n{}", BROKEN),
    ("a fraction", b"Content-Length: 2.0\r\n\r\n{}", BROKEN),
    ("a power", b"Content-Length: 2e0\r\n\r\n{}", BROKEN),
    ("a separator of thousands", b"Content-Length: 1_000\r\n\r\n{}", BROKEN),
    ("a space within", b"Content-Length: 1 2\r\n\r\n{}", BROKEN),
    ("empty", b"Content-Length:\r\n\r\n{}", BROKEN),
    ("words", b"Content-Length: two\r\n\r\n{}", BROKEN),
    ("quotes", b"Content-Length: \"2\"\r\n\r\n{}", BROKEN),
    ("digits of another script", b"Content-Length: \xd9\xa2\r\n\r\n{}", BROKEN),
    ("full-width digits", b"Content-Length: \xef\xbc\x92\r\n\r\n{}", BROKEN),
    ("beyond 64 bits", b"Content-Length: 18446744073709551618\r\n\r\n{}", BROKEN),
    ("the last of 64 bits", b"Content-Length: 18446744073709551615\r\n\r\n{}", &[400, 413, 431, CLOSED]),
    ("the last of 63 bits", b"Content-Length: 9223372036854775807\r\n\r\n{}", &[400, 413, CLOSED]),
    ("digits without end", b"Content-Length: 99999999999999999999999999999999999999999999\r\n\r\n{}", BROKEN),
    ("more than a body may have", b"Content-Length: 65537\r\n\r\n{}", &[413, CLOSED]),
    ("an import where none is taken", b"Content-Length: 33554432\r\n\r\n{}", &[413, CLOSED]),
    ("longer than what comes", b"Content-Length: 10\r\n\r\n{}", TORN),
    ("shorter than what comes", b"Content-Length: 1\r\n\r\n{}", BROKEN),
    ("nothing, and a body", b"Content-Length: 0\r\n\r\n{}", BROKEN),
    ("none, and a body", b"\r\n{\"login\":1}", BROKEN),
    ("none, and a request in the body", b"\r\nGET /v1/nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n", &[400, 404]),
    ("a name with a space behind", b"Content-Length : 2\r\n\r\n{}", BROKEN),
    ("a name with an underscore", b"Content_Length: 2\r\n\r\n{}", BROKEN),
    ("on a second line", b"Content-Length:\r\n 2\r\n\r\n{}", BROKEN),
    ("a vertical tab before it", b"Content-Length: \x0b2\r\n\r\n{}", BROKEN),
    ("a NUL behind it", b"Content-Length: 2\0\r\n\r\n{}", BROKEN),
];

/// Codings of the transfer that are not the one there is.
const CODINGS: &[Row] = &[
    ("gzip", b"Transfer-Encoding: gzip\r\n\r\n{}", BROKEN),
    ("identity", b"Transfer-Encoding: identity\r\n\r\n{}", BROKEN),
    ("gzip, then chunks", b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", BROKEN),
    (
        "gzip, then chunks, on two lines",
        b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        BROKEN,
    ),
    ("chunks, then gzip", b"Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks twice", b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n", BROKEN),
    (
        "chunks twice, on two lines",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        BROKEN,
    ),
    ("chunks, then identity", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n", BROKEN),
    ("identity, then chunks", b"Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks with a parameter", b"Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks between quotes", b"Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks with a comma", b"Transfer-Encoding: chunked,\r\n\r\n0\r\n\r\n", BROKEN),
    ("a comma before chunks", b"Transfer-Encoding: , chunked\r\n\r\n0\r\n\r\n", BROKEN),
    ("a letter too many", b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks behind a vertical tab", b"Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks and a NUL", b"Transfer-Encoding: chunked\0\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks on a second line", b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", BROKEN),
    ("empty", b"Transfer-Encoding:\r\n\r\n{}", BROKEN),
    ("a name with a space behind", b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", BROKEN),
    ("a name with a tab behind", b"Transfer-Encoding\t: chunked\r\n\r\n0\r\n\r\n", BROKEN),
    ("a name with a space before", b" Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", BROKEN),
];

/// Chunks that are none. Each is told to be chunked.
const CHUNKS: &[Row] = &[
    ("no size", b"\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("a size that is none", b"z\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("a size with 0x", b"0x2\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("a size with a plus", b"+2\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("a negative size", b"-2\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("a size with a space before", b" 2\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("a size beyond 64 bits", b"10000000000000002\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("the last size of 64 bits", b"ffffffffffffffff\r\n{}\r\n0\r\n\r\n", TORN),
    (
        "a size with zeros before, as it may have",
        b"000000000000000000000000000000000000000000000000002\r\n{}\r\n0\r\n\r\n",
        &[422],
    ),
    ("a bare LF behind the size", b"2\n{}\r\n0\r\n\r\n", BROKEN),
    ("a bare CR behind the size", b"2\r{}\r\n0\r\n\r\n", BROKEN),
    ("nothing behind the chunk", b"2\r\n{}0\r\n\r\n", BROKEN),
    ("a bare LF behind the chunk", b"2\r\n{}\n0\r\n\r\n", BROKEN),
    ("longer than what comes", b"5\r\n{}\r\n0\r\n\r\n", TORN),
    ("shorter than what comes", b"1\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("no last chunk", b"2\r\n{}\r\n", TORN),
    ("no end after the last chunk", b"2\r\n{}\r\n0\r\n", TORN),
    ("a line break in an extension", b"2;a=\"\n\"\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("a bare CR in an extension", b"2;a=\rb\r\n{}\r\n0\r\n\r\n", BROKEN),
    ("a trailer that is none", b"2\r\n{}\r\n0\r\nno colon\r\n\r\n", REFUSED),
    ("a trailer with a space before the colon", b"2\r\n{}\r\n0\r\nA : b\r\n\r\n", REFUSED),
    (
        "a trailer that says who asks",
        b"2\r\n{}\r\n0\r\nAuthorization: Bearer {token}\r\n\r\n",
        &[400, 401, 422, CLOSED],
    ),
];

/// Two requests in one: the first is refused, and the second, were it read, would record hours.
const SMUGGLED: &[Row] = &[
    ("chunks behind a length", b"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks before a length", b"Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks and a length of nothing", b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n", BROKEN),
    ("chunks in capitals and a length", b"Transfer-Encoding: CHUNKED\r\nContent-Length: 6\r\n\r\n0\r\n\r\n", BROKEN),
    ("two lengths", b"Content-Length: 0\r\nContent-Length: 300\r\n\r\n", BROKEN),
    ("a coding nobody knows", b"Transfer-Encoding: x\r\n\r\n", BROKEN),
    ("a length nobody can read", b"Content-Length: 0x0\r\n\r\n", BROKEN),
    ("a chunk that is none", b"Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n", BROKEN),
    ("a body too large", b"Content-Length: 100000\r\n\r\n", &[413, CLOSED]),
    ("a second host", b"Host: evil.example\r\nContent-Length: 0\r\n\r\n", BROKEN),
    ("a header line without a colon", b"Broken\r\nContent-Length: 0\r\n\r\n", BROKEN),
    ("the wish to close", b"Connection: close\r\nContent-Length: 2\r\n\r\n{}", &[422]),
];
/// All of them.
pub fn cases(scene: &Scene) -> Vec<Case> {
    let hidden = scene.good_one();
    let told = |room: &str, before: &str, behind: &[u8], rows: &[Row]| {
        let case = |(name, bytes, right): &Row| Case {
            name: format!("{room}: {name}"),
            bytes: scene.filled(&[before.as_bytes(), bytes, behind].concat()),
            right,
            readable: false,
        };
        rows.iter().map(case).collect::<Vec<_>>()
    };
    let chunked = format!("{LOG_IN}Transfer-Encoding: chunked\r\n\r\n");
    let old = LOG_IN.replace("HTTP/1.1", "HTTP/1.0");
    [
        told("length", LOG_IN, b"", LENGTHS),
        told("coding", LOG_IN, b"", CODINGS),
        told("coding in HTTP/1.0", &old, b"", &[("chunks", b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", BROKEN)]),
        told("chunks", &chunked, b"", CHUNKS),
        told("smuggled", LOG_IN, &hidden, SMUGGLED),
    ]
    .into_iter()
    .flatten()
    .collect()
}
