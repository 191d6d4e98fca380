//! Header lines (RFC 9112, 5; RFC 9110, 5): names, values, how many and how long.

use super::wire::CLOSED;
use super::{Case, Row, Scene};

const BROKEN: &[u16] = &[400, CLOSED];
/// Headers that are more than there is room for.
const TOO_MUCH: &[u16] = &[400, 431, CLOSED];

/// What each begins with.
const ASK: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";

/// Header lines that are none.
const LINES: &[Row] = &[
    ("no colon", b"Accept\r\n\r\n", BROKEN),
    ("no name", b": x\r\n\r\n", BROKEN),
    ("a space for a name", b" : x\r\n\r\n", BROKEN),
    ("a space before the colon", b"Accept : x\r\n\r\n", BROKEN),
    ("a tab before the colon", b"Accept\t: x\r\n\r\n", BROKEN),
    ("a space within the name", b"Acc ept: x\r\n\r\n", BROKEN),
    ("a tab within the name", b"Acc\tept: x\r\n\r\n", BROKEN),
    ("a line that goes on behind a space", b"Accept: x\r\n y\r\n\r\n", BROKEN),
    ("a line that goes on behind a tab", b"Accept: x\r\n\ty\r\n\r\n", BROKEN),
    ("a line of blanks", b"Accept: x\r\n   \r\n\r\n", BROKEN),
    ("a slash within the name", b"A/b: x\r\n\r\n", BROKEN),
    ("a bracket within the name", b"A[b]: x\r\n\r\n", BROKEN),
    ("quotes around the name", b"\"Accept\": x\r\n\r\n", BROKEN),
    ("a comma within the name", b"A,b: x\r\n\r\n", BROKEN),
    ("an at sign within the name", b"A@b: x\r\n\r\n", BROKEN),
    ("an equals sign for a colon", b"Accept=x\r\n\r\n", BROKEN),
    ("a semicolon for a colon", b"Accept; x\r\n\r\n", BROKEN),
    ("a full-width colon", b"Accept\xef\xbc\x9a x\r\n\r\n", BROKEN),
    ("a name of no ASCII", b"Acc\xc3\xa8pt: x\r\n\r\n", BROKEN),
    ("a NUL within the name", b"Acc\0ept: x\r\n\r\n", BROKEN),
    ("a NUL within the value", b"Accept: x\0y\r\n\r\n", BROKEN),
    ("a NUL for a value", b"Accept: \0\r\n\r\n", BROKEN),
    ("a bell within the value", b"Accept: x\x07y\r\n\r\n", BROKEN),
    ("a backspace within the value", b"Accept: x\x08y\r\n\r\n", BROKEN),
    ("an escape within the value", b"Accept: \x1b[31mred\r\n\r\n", BROKEN),
    ("a delete within the value", b"Accept: x\x7fy\r\n\r\n", BROKEN),
    ("a vertical tab within the value", b"Accept: x\x0by\r\n\r\n", BROKEN),
    ("a form feed within the value", b"Accept: x\x0cy\r\n\r\n", BROKEN),
    ("a bare CR within the value", b"Accept: x\ry\r\n\r\n", BROKEN),
    ("a bare CR that hides a header", b"Accept: x\rTransfer-Encoding: chunked\r\n\r\n", BROKEN),
    ("a CR too many", b"Accept: x\r\r\n\r\n", BROKEN),
    ("a line end of another planet", b"Accept: x\xe2\x80\xa8Evil: y: z\r\nBroken\r\n\r\n", BROKEN),
    ("a request line among them", b"GET /healthz HTTP/1.1\r\n\r\n", BROKEN),
    ("an answer among them", b"HTTP/1.1 200 OK\r\n\r\n", BROKEN),
];

/// Good lines, and too much of them: what is repeated, how often, and what comes behind.
const MANY: &[(&str, &str, usize)] = &[
    ("a hundred and one", "A: b\r\n", 101),
    ("a thousand", "A: b\r\n", 1_000),
    ("ten thousand", "A:\r\n", 10_000),
    ("one of twenty thousand letters", "x", 20_000),
    ("one of seventy thousand letters", "x", 70_000),
    ("one of a million letters", "x", 1_000_000),
];

/// All of them.
pub fn cases(scene: &Scene) -> Vec<Case> {
    let line = |(name, bytes, right): &Row| Case {
        name: format!("header: {name}"),
        bytes: scene.filled(&[ASK.as_bytes(), bytes].concat()),
        right,
        readable: false,
    };
    let many = |(name, what, times): &(&str, &str, usize)| {
        let value = if what.contains(':') { what.repeat(*times) } else { format!("A: {}\r\n", what.repeat(*times)) };
        let bytes = format!("{ASK}{value}\r\n").into_bytes();
        Case { name: format!("headers: {name}"), bytes, right: TOO_MUCH, readable: false }
    };
    let long_name = Case {
        name: "header: a name of seventy thousand letters".to_owned(),
        bytes: format!("{ASK}{}: x\r\n\r\n", "x".repeat(70_000)).into_bytes(),
        right: TOO_MUCH,
        readable: false,
    };
    LINES.iter().map(line).chain(MANY.iter().map(many)).chain([long_name]).collect()
}
