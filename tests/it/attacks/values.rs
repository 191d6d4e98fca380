//! Days, cursors, keys and versions that cannot be meant, where they are written.

use super::{Case, Scene, post};

const BAD: &[u16] = &[400];
const INVALID: &[u16] = &[422];

/// Days, as a body says them.
const DAYS: &[&str] = &[
    "2024-02-30",
    "2023-02-29",
    "2100-02-29",
    "2024-13-01",
    "2024-00-01",
    "2024-01-00",
    "2024-01-32",
    "2024-04-31",
    "1999-12-31",
    "2101-01-01",
    "9999-12-31",
    "10000-01-01",
    "-2024-01-01",
    "-0001-01-01",
    "0000-00-00",
    "+2024-01-01",
    "24-01-01",
    "2024-1-1",
    "2024-01-1",
    "2024-1-01",
    "2024/01/01",
    "2024.01.01",
    "20240101",
    "01-01-2024",
    "01/01/2024",
    "2024-01-01T00:00:00Z",
    "2024-01-01 ",
    " 2024-01-01",
    "2024-01-01Z",
    "2024-W01-1",
    "2024-001",
    "2024-01",
    "2024-01-01/2024-01-02",
    "2024-O1-01",
    "２０２４-01-01",
    "٢٠٢٤-01-01",
    "2024‐01‐01",
    "2024-01-0١",
    "2024−01−01",
    "today",
    "yesterday",
    "now",
    "1773478800",
    "2024-01-01;drop",
    "2024-01-01\\u0000",
    "2026-03-16",
    "2026-12-31",
    "",
];

/// Cursors of a list by number, of one by id, and of none.
const CURSORS: &[&str] = &[
    "",
    "0",
    "x",
    "=",
    "MQ=",
    "MQ==",
    "MR",
    "M",
    "%00",
    "%2b",
    "MQ%0a",
    "%20MQ",
    "LTE",
    "KzE",
    "MDE",
    "MS4w",
    "MWUz",
    "IDE",
    "MSA",
    "MHgx",
    "OTIyMzM3MjAzNjg1NDc3NTgwOA",
    "MTg0NDY3NDQwNzM3MDk1NTE2MTY",
    "4pGg",
    "2aE",
    "_w",
    "AA",
    "bnVsbA",
    "W10",
    "MDE5OTBmM2EtN2MxZS03MDAwLTgwMDAtMDAwMDAwMDAwMDAx",
    "Jw",
    "MTsgZHJvcCB0YWJsZSBsZWRnZXI7",
];

/// Idempotency keys.
const KEYS: &[(&str, &[u8])] = &[
    ("none", b"Idempotency-Key:\r\n"),
    ("blanks", b"Idempotency-Key:   \r\n"),
    ("two words", b"Idempotency-Key: two words\r\n"),
    ("a tab", b"Idempotency-Key: a\tb\r\n"),
    ("letters of no ASCII", b"Idempotency-Key: cl\xc3\xa9\r\n"),
    ("broken UTF-8", b"Idempotency-Key: \xff\xfe\r\n"),
    ("twice", b"Idempotency-Key: one\r\nIdempotency-Key: two\r\n"),
    ("twice, and the same", b"Idempotency-Key: one\r\nIdempotency-Key: one\r\n"),
    ("twice, and empty", b"Idempotency-Key: one\r\nIdempotency-Key:\r\n"),
    (
        "too long",
        b"Idempotency-Key: 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n",
    ),
];

/// Versions that a change is made on.
const VERSIONS: &[(&str, &str, &[u16])] = &[
    ("none", "", &[428]),
    ("another", "If-Match: \"99\"\r\n", &[412]),
    ("a weak one", "If-Match: W/\"1\"\r\n", &[412]),
    ("without quotes", "If-Match: 1\r\n", &[412]),
    ("half a quote", "If-Match: \"1\r\n", &[412]),
    ("with a zero before", "If-Match: \"01\"\r\n", &[412]),
    ("with a blank", "If-Match: \" 1\"\r\n", &[412]),
    ("minus one", "If-Match: \"-1\"\r\n", &[412]),
    ("empty", "If-Match:\r\n", &[412]),
    ("commas", "If-Match: ,,,\r\n", &[412]),
];

/// Queries of a list, and what is right.
const QUERIES: &[&str] = &[
    "limit=0",
    "limit=-1",
    "limit=201",
    "limit=1.0",
    "limit=1e1",
    "limit=0x1",
    "limit=%2b1",
    "limit=",
    "limit",
    "limit=١",
    "limit=99999999999999999999",
    "limit=1%00",
    "limit=1&limit=2",
    "limit=1&%6cimit=1",
    "limit[]=1",
    "limit[0]=1",
    "LIMIT=1",
    "offset=1",
    "sort=id",
    "side=both",
    "state=lost",
    "state[$ne]=x",
    "from=2024-02-30",
    "from=-2024-01-01",
    "until=9999-12-31",
    "structure_id={giver}",
    "structure_id[]={giver}",
    "%00=1",
    "%ff=1",
    "=1",
];

/// All of them.
pub fn cases(scene: &Scene) -> Vec<Case> {
    let json = "Content-Type: application/json\r\n";
    let case = |name: String, bytes: &[u8], right| Case { name, bytes: scene.filled(bytes), right, readable: true };
    let hours = |day: &str| {
        let ids = String::from_utf8(scene.filled(b"\"giver_id\":\"{giver}\",\"receiver_id\":\"{receiver}\"")).unwrap();
        format!("{{{ids},\"day\":\"{day}\",\"minutes\":60,\"activity\":\"x\"}}")
    };
    let get = |path: &str| {
        format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {{token}}\r\n\r\n").into_bytes()
    };
    let day = |day: &&str| case(format!("day: {day:?}"), &post("/v1/hours", json, hours(day).as_bytes()), INVALID);
    let cursor = |list: &'static str| {
        move |cursor: &&str| {
            let path = format!("/v1/{list}structure_id={{giver}}&cursor={cursor}");
            case(format!("cursor of {list} {cursor:?}"), &get(&path), BAD)
        }
    };
    let query = |query: &&str| {
        let path = format!("/v1/contributions?structure_id={{giver}}&{query}");
        case(format!("query: {query:?}"), path_in_ascii(&get(&path)).as_slice(), BAD)
    };
    let key = |(name, line): &(&str, &[u8])| {
        let request = post("/v1/hours", &format!("{json}{{key}}"), hours("2026-03-14").as_bytes());
        let bytes = super::replaced(&scene.filled(&request), b"{key}", line);
        Case { name: format!("key: {name}"), bytes, right: BAD, readable: true }
    };
    let version = |(name, line, right): &(&str, &str, &'static [u16])| {
        let request = post("/v1/structures/{giver}", &format!("{json}{line}"), b"{\"name\":\"x\"}");
        let request = [b"PATCH", &request[4..]].concat();
        case(format!("version: {name}"), &request, right)
    };
    let by_id: Vec<&&str> = CURSORS.iter().filter(|cursor| !cursor.starts_with("MDE5OTBm")).collect();
    let mut all: Vec<Case> = DAYS.iter().map(day).collect();
    all.extend(CURSORS.iter().map(cursor("contributions?")));
    all.extend(by_id.into_iter().map(cursor("people?")));
    all.extend(QUERIES.iter().map(query));
    all.extend(KEYS.iter().map(key));
    all.extend(VERSIONS.iter().map(version));
    all
}

/// A target may have ASCII only: the rest in percent.
fn path_in_ascii(bytes: &[u8]) -> Vec<u8> {
    let escape = |byte: &u8| if byte.is_ascii() { vec![*byte] } else { format!("%{byte:02x}").into_bytes() };
    bytes.iter().flat_map(escape).collect()
}
