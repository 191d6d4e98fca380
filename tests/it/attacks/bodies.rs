//! JSON that is none, or is not what was asked for (RFC 8259), and what it is said to be.

use super::{Case, Row, Scene, post};

const MALFORMED: &[u16] = &[400];
const INVALID: &[u16] = &[422];
const MEDIA: &[u16] = &[415];
const JSON: &str = "Content-Type: application/json\r\n";

/// Whole bodies.
const WHOLE: &[Row] = &[
    ("nothing", b"", MALFORMED),
    ("blanks", b" \t\r\n ", MALFORMED),
    ("a NUL", b"\0", MALFORMED),
    ("null", b"null", INVALID),
    ("a truth", b"true", INVALID),
    ("a number", b"7", INVALID),
    ("a text", b"\"hours\"", INVALID),
    ("a list", b"[]", INVALID),
    ("a list of an object", b"[{\"minutes\":60}]", INVALID),
    ("an empty object", b"{}", INVALID),
    ("an object that breaks off", b"{", MALFORMED),
    ("an object that breaks off behind a name", b"{\"minutes\"", MALFORMED),
    ("an object that breaks off behind a colon", b"{\"minutes\":", MALFORMED),
    ("an object that breaks off within a text", b"{\"activity\":\"x", MALFORMED),
    ("an object that breaks off within an escape", b"{\"activity\":\"\\u00", MALFORMED),
    ("a bracket too many", b"{\"minutes\":60}}", MALFORMED),
    ("a second object", b"{\"minutes\":60}{\"minutes\":61}", MALFORMED),
    ("a NUL behind", b"{\"minutes\":60}\0", MALFORMED),
    ("text behind", b"{\"minutes\":60} x", MALFORMED),
    ("a comma too many", b"{\"minutes\":60,}", MALFORMED),
    ("a comma too early", b"{,\"minutes\":60}", MALFORMED),
    ("no comma", b"{\"minutes\":60 \"day\":\"2026-03-14\"}", MALFORMED),
    ("no colon", b"{\"minutes\" 60}", MALFORMED),
    ("names without quotes", b"{minutes:60}", MALFORMED),
    ("single quotes", b"{'minutes':60}", MALFORMED),
    ("a comment", b"{/* x */\"minutes\":60}", MALFORMED),
    ("a comment of a line", b"{\"minutes\":60}// x", MALFORMED),
    ("an equals sign", b"{\"minutes\"=60}", MALFORMED),
    ("the beginning of another format", b"<?xml version=\"1.0\"?><minutes>60</minutes>", MALFORMED),
    ("an entity of another format", b"<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>", MALFORMED),
    ("a form", b"minutes=60&activity=x", MALFORMED),
    ("YAML", b"minutes: 60\n", MALFORMED),
    ("a guard against scripts", b")]}',\n{\"minutes\":60}", MALFORMED),
    ("a mark of byte order", b"\xef\xbb\xbf{\"minutes\":60}", MALFORMED),
    ("UTF-16", b"\xff\xfe{\0}\0", MALFORMED),
    ("UTF-16 the other way round", b"\xfe\xff\0{\0}", MALFORMED),
    ("UTF-16 without a mark", b"{\0}\0", MALFORMED),
    ("UTF-32", b"{\0\0\0}\0\0\0", MALFORMED),
    ("UTF-7", b"+AHs-+AH0-", MALFORMED),
    ("gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0", MALFORMED),
    ("a member twice", b"{\"minutes\":60,\"minutes\":61}", INVALID),
    ("a member twice, once escaped", b"{\"minutes\":60,\"\\u006dinutes\":61}", INVALID),
    ("a member twice, and the same", b"{\"day\":\"2026-03-14\",\"day\":\"2026-03-14\"}", INVALID),
    ("a member of a prototype", b"{\"__proto__\":{\"minutes\":60}}", INVALID),
    ("an empty name", b"{\"\":1}", INVALID),
    ("a name with a NUL", b"{\"minutes\\u0000\":60}", INVALID),
    ("a name of surrogates", b"{\"\\ud800\":60}", MALFORMED),
];

/// One member more than a good record of hours has, or another one in its place.
const MEMBERS: &[Row] = &[
    ("minutes that are not a number", b"\"minutes\":NaN", MALFORMED),
    ("minutes without end", b"\"minutes\":Infinity", MALFORMED),
    ("minutes with a zero before", b"\"minutes\":060", MALFORMED),
    ("minutes with a plus", b"\"minutes\":+60", MALFORMED),
    ("minutes in hexadecimal digits", b"\"minutes\":0x3c", MALFORMED),
    ("minutes with a point behind", b"\"minutes\":60.", MALFORMED),
    ("minutes with a point before", b"\"minutes\":.5", MALFORMED),
    ("minutes with a comma", b"\"minutes\":1,5", MALFORMED),
    ("minutes with an underscore", b"\"minutes\":1_0", MALFORMED),
    ("minutes of full-width digits", b"\"minutes\":\xef\xbc\x96\xef\xbc\x90", MALFORMED),
    ("minutes beyond all numbers", b"\"minutes\":1e999", MALFORMED),
    ("a fraction of a minute", b"\"minutes\":60.5", INVALID),
    ("a fraction that is whole", b"\"minutes\":60.0", INVALID),
    ("a power of ten", b"\"minutes\":6e1", INVALID),
    ("no minutes, and less", b"\"minutes\":-0", INVALID),
    ("minus minutes", b"\"minutes\":-60", INVALID),
    ("more than a day", b"\"minutes\":1441", INVALID),
    ("32 bits and one", b"\"minutes\":4294967356", INVALID),
    ("63 bits", b"\"minutes\":9223372036854775807", INVALID),
    ("64 bits", b"\"minutes\":18446744073709551615", INVALID),
    ("64 bits and one", b"\"minutes\":18446744073709551676", INVALID),
    ("minutes as a text", b"\"minutes\":\"60\"", INVALID),
    ("minutes as a list", b"\"minutes\":[60]", INVALID),
    ("minutes as an object", b"\"minutes\":{\"$gt\":0}", INVALID),
    ("minutes as a truth", b"\"minutes\":true", INVALID),
    ("more people than there are", b"\"minutes\":60,\"head_count\":10001", INVALID),
    ("minus one person", b"\"minutes\":60,\"head_count\":-1", INVALID),
    ("a bare surrogate", b"\"note\":\"\\ud800\"", MALFORMED),
    ("surrogates the wrong way round", b"\"note\":\"\\udc00\\ud800\"", MALFORMED),
    ("a surrogate in UTF-8", b"\"note\":\"\xed\xa0\x80\"", MALFORMED),
    ("long UTF-8", b"\"note\":\"\xc0\xaf\"", MALFORMED),
    ("UTF-8 beyond Unicode", b"\"note\":\"\xf4\x90\x80\x80\"", MALFORMED),
    ("UTF-8 cut short", b"\"note\":\"\xe2\x82\"", MALFORMED),
    ("Latin-1", b"\"note\":\"\xe9t\xe9\"", MALFORMED),
    ("an escape that is none", b"\"note\":\"\\x41\"", MALFORMED),
    ("an escape of three digits", b"\"note\":\"\\u041\"", MALFORMED),
    ("a line break in a text", b"\"note\":\"a\nb\"", MALFORMED),
    ("a tab in a text", b"\"note\":\"a\tb\"", MALFORMED),
    ("a NUL in a text", b"\"note\":\"a\0b\"", MALFORMED),
    ("a NUL, escaped", b"\"note\":\"a\\u0000b\"", INVALID),
    ("a bell, escaped", b"\"note\":\"a\\u0007b\"", INVALID),
    ("a delete", b"\"note\":\"a\\u007fb\"", INVALID),
    ("a control character of Latin-1", b"\"note\":\"a\\u0085b\"", INVALID),
    ("text turned round", b"\"activity\":\"a\\u202eb\"", INVALID),
    ("text turned round, in UTF-8", b"\"activity\":\"a\xe2\x80\xaeb\"", INVALID),
    ("text embedded the other way", b"\"activity\":\"a\\u202bb\"", INVALID),
    ("text isolated", b"\"activity\":\"a\\u2066b\"", INVALID),
    ("a mark of direction", b"\"activity\":\"a\\u200fb\"", INVALID),
    ("an Arabic mark of direction", b"\"activity\":\"a\\u061cb\"", INVALID),
    ("a blank of no width", b"\"activity\":\"a\\u200bb\"", INVALID),
    ("a joiner of words", b"\"activity\":\"a\\u2060b\"", INVALID),
    ("a mark of byte order in a text", b"\"activity\":\"a\\ufeffb\"", INVALID),
    ("a soft hyphen", b"\"activity\":\"a\\u00adb\"", INVALID),
    ("a filler of Hangul", b"\"activity\":\"a\\u3164b\"", INVALID),
    ("a blank of Braille", b"\"activity\":\"\\u2800\"", INVALID),
    ("a separator of lines", b"\"activity\":\"a\\u2028b\"", INVALID),
    ("tags that nobody sees", b"\"activity\":\"a\\udb40\\udc41b\"", INVALID),
    ("a note of music that nobody sees", b"\"activity\":\"a\\ud834\\udd73b\"", INVALID),
    ("a mark of shorthand that nobody sees", b"\"activity\":\"a\\ud82f\\udca0b\"", INVALID),
    ("no character", b"\"activity\":\"a\\uffffb\"", INVALID),
    ("no character beyond the first plane", b"\"activity\":\"a\\udbff\\udffeb\"", INVALID),
    ("a character kept for processes", b"\"activity\":\"a\\ufdd0b\"", INVALID),
    ("a joiner alone", b"\"activity\":\"\\u200d\"", INVALID),
    ("joiners and selectors alone", b"\"activity\":\"\\u200c\\ufe0f\\u034f\\udb40\\udd00\"", INVALID),
    ("a hard blank alone", b"\"activity\":\"\\u00a0\"", INVALID),
    ("blanks of all widths", b"\"activity\":\"\\u2003\\u3000\\u2009\"", INVALID),
    ("nothing for a name", b"\"activity\":\"\"", INVALID),
    ("two lines for a name", b"\"activity\":\"a\\nb\"", INVALID),
    ("null for a name", b"\"activity\":null", INVALID),
    ("a list for a name", b"\"activity\":[\"x\"]", INVALID),
    ("an id that is none", b"\"id\":\"1\"", INVALID),
    ("an id in braces", b"\"id\":\"{01990f3a-7c1e-7000-8000-000000000001}\"", INVALID),
    ("an id without hyphens", b"\"id\":\"01990f3a7c1e70008000000000000001\"", INVALID),
    ("an id as URN", b"\"id\":\"urn:uuid:01990f3a-7c1e-7000-8000-000000000001\"", INVALID),
    ("the id of nothing", b"\"id\":\"00000000-0000-0000-0000-000000000000\"", INVALID),
    ("the id of everything", b"\"id\":\"ffffffff-ffff-ffff-ffff-ffffffffffff\"", INVALID),
    ("an id of hyphens elsewhere", b"\"id\":\"01990f3a7-c1e-7000-8000-00000000001-\"", INVALID),
    ("an id with digits of another script", b"\"id\":\"01990f3a-7c1e-7000-8000-00000000000\\u0661\"", INVALID),
    ("an id as number", b"\"id\":1", INVALID),
    ("a person of nobody", b"\"person_id\":\"01990f3a-7c1e-7000-8000-00000000ffff\"", INVALID),
    ("a field nobody knows", b"\"verified\":true", INVALID),
    ("a state of its own", b"\"state\":\"confirmed\"", INVALID),
    ("a field in capitals", b"\"Minutes\":60", INVALID),
    ("a field with a blank", b"\"minutes \":60", INVALID),
    ("a field that looks alike", b"\"minut\xd0\xb5s\":60", INVALID),
];

/// How a body is said to be, and it is `{}`.
const SAID: &[Row] = &[
    ("gzip", b"Content-Type: application/json\r\nContent-Encoding: gzip\r\n", MEDIA),
    ("deflate", b"Content-Type: application/json\r\nContent-Encoding: deflate\r\n", MEDIA),
    ("br", b"Content-Type: application/json\r\nContent-Encoding: br\r\n", MEDIA),
    ("zstd", b"Content-Type: application/json\r\nContent-Encoding: zstd\r\n", MEDIA),
    ("a coding nobody knows", b"Content-Type: application/json\r\nContent-Encoding: x\r\n", MEDIA),
    (
        "identity, then gzip",
        b"Content-Type: application/json\r\nContent-Encoding: identity\r\nContent-Encoding: gzip\r\n",
        MEDIA,
    ),
    ("gzip twice", b"Content-Type: application/json\r\nContent-Encoding: gzip, gzip\r\n", MEDIA),
    ("an empty coding", b"Content-Type: application/json\r\nContent-Encoding:\r\n", MEDIA),
    ("no type", b"", MEDIA),
    ("an empty type", b"Content-Type:\r\n", MEDIA),
    ("text", b"Content-Type: text/plain\r\n", MEDIA),
    ("text that is JSON", b"Content-Type: text/json\r\n", MEDIA),
    ("a form", b"Content-Type: application/x-www-form-urlencoded\r\n", MEDIA),
    ("a form of parts", b"Content-Type: multipart/form-data; boundary=x\r\n", MEDIA),
    ("XML", b"Content-Type: application/xml\r\n", MEDIA),
    ("a type of problems", b"Content-Type: application/problem+json\r\n", MEDIA),
    ("a patch of another kind", b"Content-Type: application/json-patch+json\r\n", MEDIA),
    ("a type with more behind", b"Content-Type: application/jsonx\r\n", MEDIA),
    ("a type with a comma", b"Content-Type: application/json, text/plain\r\n", MEDIA),
    ("a type of no ASCII", b"Content-Type: application/json\xc3\xa9\r\n", MEDIA),
    ("two types", b"Content-Type: application/json\r\nContent-Type: text/plain\r\n", MEDIA),
    ("two types, the other one first", b"Content-Type: text/plain\r\nContent-Type: application/json\r\n", MEDIA),
    ("another set of letters", b"Content-Type: application/json; charset=utf-16\r\n", MEDIA),
    ("any type", b"Content-Type: */*\r\n", MEDIA),
];

/// Much of something: its name; what comes before it, it, what comes behind it; how often; what is right.
type Much = (&'static str, [&'static str; 3], usize, &'static [u16]);

const MUCH: &[Much] = &[
    ("lists within lists", ["{\"note\":", "[", ""], 30_000, MALFORMED),
    ("lists within lists, closed", ["{\"note\":", "[]", "}"], 1, INVALID),
    ("objects within objects", ["", "{\"a\":", ""], 10_000, MALFORMED),
    ("members", ["{\"x\":0", ",\"x\":0", "}"], 5_000, INVALID),
    ("a long name of a member", ["{\"", "x", "\":1}"], 60_000, INVALID),
    ("a long number", ["{\"minutes\":", "9", "}"], 60_000, MALFORMED),
    ("a long fraction", ["{\"minutes\":0.", "9", "}"], 60_000, INVALID),
    ("a long power", ["{\"minutes\":1e", "0", "}"], 60_000, INVALID),
    ("a long text", ["{\"activity\":\"", "x", "\"}"], 60_000, INVALID),
    ("a text of marks upon marks", ["{\"activity\":\"e", "\u{301}", "\"}"], 20_000, INVALID),
    ("a text that grows when composed", ["{\"activity\":\"", "\u{fdfa}", "\"}"], 801, INVALID),
    ("a body beyond its limit", ["{\"activity\":\"", "x", "\"}"], 70_000, &[413]),
    ("blanks beyond the limit", ["{", " ", "}"], 70_000, &[413]),
];

/// All of them.
pub fn cases(scene: &Scene) -> Vec<Case> {
    let case = |room: &str, name: &str, head: &str, body: &[u8], right: &'static [u16]| Case {
        name: format!("{room}: {name}"),
        bytes: scene.filled(&post("/v1/hours", head, body)),
        right,
        readable: true,
    };
    let whole = WHOLE.iter().map(|(name, body, right)| case("body", name, JSON, body, right));
    let member = |(name, member, right): &Row| {
        let ids = scene.filled(b"{\"giver_id\":\"{giver}\",\"receiver_id\":\"{receiver}\"");
        let said = |field: &str| member.starts_with(format!("\"{field}\"").as_bytes());
        let good =
            [("minutes", r#","minutes":60"#), ("activity", r#","activity":"x""#), ("day", r#","day":"2026-03-14""#)];
        let mut body = ids;
        for (_, text) in good.iter().filter(|(field, _)| !said(field)) {
            body.extend_from_slice(text.as_bytes());
        }
        body.extend_from_slice(&[b",", *member, b"}"].concat());
        case("member", name, JSON, &body, right)
    };
    let said = |(name, head, right): &Row| {
        let request = post("/v1/hours", "{head}", b"{}");
        let bytes = super::replaced(&scene.filled(&request), b"{head}", head);
        Case { name: format!("said to be: {name}"), bytes, right, readable: true }
    };
    let much = MUCH.iter().map(|(name, [before, what, behind], times, right)| {
        case("much", name, JSON, format!("{before}{}{behind}", what.repeat(*times)).as_bytes(), right)
    });
    whole.chain(MEMBERS.iter().map(member)).chain(SAID.iter().map(said)).chain(much).collect()
}
