//! Request lines (RFC 9112, 3): methods, targets, versions, and the one `Host` that has to be there.

use super::wire::{CLOSED, CUT};
use super::{Case, Row, Scene};

/// What cannot be read is answered 400, or the connection is closed.
const BROKEN: &[u16] = &[400, CLOSED];
const NOTHING: &[u16] = &[404];
const METHOD: &[u16] = &[405];
const BAD: &[u16] = &[400];

/// What is no request line.
const UNREADABLE: &[Row] = &[
    ("an absolute target with no host", b"GET http:///healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BAD),
    ("a NUL within the host", b"GET /healthz HTTP/1.1\r\nHost: local\0host\r\n\r\n", BROKEN),
    ("nothing but a line end, and the end", b"\r\n", &[CUT, CLOSED]),
    ("nothing at all", b"", &[CUT, CLOSED]),
    ("a method alone", b"GET\r\n\r\n", BROKEN),
    ("no version, as HTTP/0.9 had none", b"GET /healthz\r\n", &[400, CLOSED, CUT]),
    ("no version, with headers", b"GET /healthz\r\nHost: localhost\r\n\r\n", BROKEN),
    ("no target", b"GET HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("an empty target", b"GET  HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("two spaces before the target", b"GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("two spaces before the version", b"GET /healthz  HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("tabs between the parts", b"GET\t/healthz\tHTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a form feed between the parts", b"GET\x0c/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a space before the method", b" GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a space after the version", b"GET /healthz HTTP/1.1 \r\nHost: localhost\r\n\r\n", BROKEN),
    ("more after the version", b"GET /healthz HTTP/1.1 x\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a space within the target", b"GET /healthz /x HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a space before the first header", b"GET /healthz HTTP/1.1\r\n Host: localhost\r\n\r\n", BROKEN),
    ("the line ends with a bare CR", b"GET /healthz HTTP/1.1\rHost: localhost\r\r", &[400, CLOSED, CUT]),
    ("a CR too many", b"GET /healthz HTTP/1.1\r\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a line break within the target", b"GET /heal\nthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version 0.9", b"GET /healthz HTTP/0.9\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version 1.2", b"GET /healthz HTTP/1.2\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version 1.10", b"GET /healthz HTTP/1.10\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version 1.", b"GET /healthz HTTP/1.\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version 1", b"GET /healthz HTTP/1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version 01.1", b"GET /healthz HTTP/01.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version 1,1", b"GET /healthz HTTP/1,1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version 2.0", b"GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version 3.0", b"GET /healthz HTTP/3.0\r\nHost: localhost\r\n\r\n", BROKEN),
    ("version -1.1", b"GET /healthz HTTP/-1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("the version in small letters", b"GET /healthz http/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("another protocol", b"GET /healthz RTSP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a secured protocol of old", b"GET /healthz HTTPS/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", BROKEN),
    ("a greeting of TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03ABCDEFGHIJKLMNOPQRSTUVWXYZ", BROKEN),
    ("a greeting of SSH", b"SSH-2.0-OpenSSH_9.9\r\n\r\n", BROKEN),
    (
        "the word of a proxy before it",
        b"PROXY TCP4 203.0.113.7 203.0.113.8 1 2\r\nGET /healthz HTTP/1.1\r\n\r\n",
        BROKEN,
    ),
    ("a signature of such a proxy", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c", BROKEN),
    ("a mail that begins", b"EHLO localhost\r\n\r\n", BROKEN),
    ("an answer", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", BROKEN),
    ("bytes that are no letters", b"\xff\xfe\xfd\xfc /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a NUL before the method", b"\0GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a NUL within the method", b"GE\0T /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a NUL within the target", b"GET /heal\0thz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a bell within the target", b"GET /heal\x07thz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a delete within the target", b"GET /heal\x7fthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a separator within the method", b"GE(T /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a method of no ASCII", b"G\xc3\x89T /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a method between quotes", b"\"GET\" /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a method with a colon", b"GET: /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("a target without a slash", b"GET healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", &[400, 404, CLOSED]),
    ("a target of another file system", b"GET \\healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BROKEN),
    ("half a line, and the end", b"GET /heal", &[400, CLOSED, CUT]),
    ("half the headers, and the end", b"GET /healthz HTTP/1.1\r\nHost: local", &[400, CLOSED, CUT]),
    (
        "headers without the empty line, and the end",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n",
        &[400, CLOSED, CUT],
    ),
];

/// Targets that can be read, and name nothing.
const TARGETS: &[Row] = &[
    ("the root", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("an asterisk", b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n", &[400, 404]),
    ("an asterisk for options", b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", &[400, 404]),
    (
        "an authority, as for a tunnel",
        b"CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n",
        &[400, 404, 405],
    ),
    ("a tunnel to a path", b"CONNECT /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", &[400, 405]),
    ("an authority with another method", b"GET localhost:8080 HTTP/1.1\r\nHost: localhost\r\n\r\n", &[400, 404]),
    ("credentials in the target", b"GET http://a:b@localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", BAD),
    (
        "an absolute target whose port is none",
        b"GET http://localhost:x/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        BAD,
    ),
    ("a path beyond the root", b"GET /../healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a path that comes back", b"GET /v1/../healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a path that comes back, in percent", b"GET /v1/%2e%2e/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    (
        "a path that comes back, in percent twice",
        b"GET /v1/%252e%252e/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
        NOTHING,
    ),
    ("a file of the system", b"GET /../../../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    (
        "a file of the system, in percent",
        b"GET /%2e%2e%2f%2e%2e%2fetc%2fpasswd HTTP/1.1\r\nHost: localhost\r\n\r\n",
        NOTHING,
    ),
    (
        "a file of the system, in long UTF-8",
        b"GET /%c0%ae%c0%ae/etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
        NOTHING,
    ),
    (
        "a file of the system, with other slashes",
        b"GET /..%5c..%5cetc%5cpasswd HTTP/1.1\r\nHost: localhost\r\n\r\n",
        NOTHING,
    ),
    ("the database", b"GET /navette.db HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("the history of the sources", b"GET /.git/config HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a slash too many before", b"GET //healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", &[400, 404]),
    ("a slash too many behind", b"GET /healthz/ HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a slash in percent", b"GET /%2fhealthz HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a NUL in percent behind", b"GET /healthz%00 HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a line break in percent", b"GET /healthz%0d%0aX-Evil:%201 HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("capitals", b"GET /HEALTHZ HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a parameter of the path", b"GET /healthz;v=1 HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a percent sign alone", b"GET /% HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a percent sign with one digit", b"GET /%a HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a percent sign with no digits", b"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    ("a percent sign with a Unicode escape", b"GET /%u002e HTTP/1.1\r\nHost: localhost\r\n\r\n", NOTHING),
    (
        "an id of broken UTF-8",
        b"GET /v1/people/%ff%fe HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
        NOTHING,
    ),
    (
        "an id of surrogates",
        b"GET /v1/people/%ed%a0%80 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
        NOTHING,
    ),
    (
        "an id with SQL",
        b"GET /v1/people/'%20or%201=1-- HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
        NOTHING,
    ),
    (
        "a template as id",
        b"GET /v1/people/{{7*7}} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
        NOTHING,
    ),
    (
        "the placeholder of the table",
        b"GET /v1/people/%7Bid%7D HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
        NOTHING,
    ),
    (
        "a query that breaks off",
        b"GET /v1/structures?limit=% HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
        BAD,
    ),
    (
        "a query of broken UTF-8",
        b"GET /v1/structures?q=%ff HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
        BAD,
    ),
    (
        "a query of nothing but signs",
        b"GET /v1/structures?&&=&=&& HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
        BAD,
    ),
    ("a token in the query", b"GET /v1/accounts/me?access_token={token} HTTP/1.1\r\nHost: localhost\r\n\r\n", &[401]),
];

/// Methods that no address takes.
const METHODS: &[Row] = &[
    (
        "TRACE, which would give headers back",
        b"TRACE /healthz HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n\r\n",
        METHOD,
    ),
    ("TRACK", b"TRACK /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", METHOD),
    (
        "DELETE",
        b"DELETE /v1/structures/{giver} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n",
        METHOD,
    ),
    ("PUT", b"PUT /v1/structures/{giver} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}", METHOD),
    ("PROPFIND", b"PROPFIND /v1/structures HTTP/1.1\r\nHost: localhost\r\nDepth: infinity\r\n\r\n", METHOD),
    ("small letters", b"get /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", METHOD),
    ("a method nobody knows", b"FROBNICATE /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", METHOD),
    ("a method of signs", b"!#$%&'*+-.^_`|~ /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", METHOD),
    (
        "another method in a header",
        b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n\r\n",
        METHOD,
    ),
    ("a page that is posted to", b"POST /setup HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n", METHOD),
];

/// `Host` (RFC 9112, 3.2): once, and a host.
const HOSTS: &[Row] = &[
    ("none", b"GET /healthz HTTP/1.1\r\n\r\n", BAD),
    ("none, but one that looks like it", b"GET /healthz HTTP/1.1\r\nX-Host: localhost\r\n\r\n", BAD),
    ("none beside an absolute target", b"GET http://localhost/healthz HTTP/1.1\r\n\r\n", BAD),
    ("two that differ", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", BAD),
    ("two that are the same", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n", BAD),
    ("two in HTTP/1.0", b"GET /healthz HTTP/1.0\r\nHost: localhost\r\nhost: evil.example\r\n\r\n", BAD),
    ("an empty one", b"GET /healthz HTTP/1.1\r\nHost:\r\n\r\n", BAD),
    ("blanks", b"GET /healthz HTTP/1.1\r\nHost:    \r\n\r\n", BAD),
    ("two in one", b"GET /healthz HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n", BAD),
    ("two with a space", b"GET /healthz HTTP/1.1\r\nHost: localhost evil.example\r\n\r\n", BAD),
    ("a path", b"GET /healthz HTTP/1.1\r\nHost: localhost/healthz\r\n\r\n", BAD),
    ("an address", b"GET /healthz HTTP/1.1\r\nHost: http://localhost\r\n\r\n", BAD),
    ("credentials", b"GET /healthz HTTP/1.1\r\nHost: a:b@localhost\r\n\r\n", BAD),
    ("a port alone", b"GET /healthz HTTP/1.1\r\nHost: :8080\r\n\r\n", BAD),
    ("a port of letters", b"GET /healthz HTTP/1.1\r\nHost: localhost:http\r\n\r\n", BAD),
    ("a port that is too high", b"GET /healthz HTTP/1.1\r\nHost: localhost:65536\r\n\r\n", BAD),
    ("a port with a sign", b"GET /healthz HTTP/1.1\r\nHost: localhost:+80\r\n\r\n", BAD),
    ("two ports", b"GET /healthz HTTP/1.1\r\nHost: localhost:80:80\r\n\r\n", BAD),
    ("an IPv6 address that is not closed", b"GET /healthz HTTP/1.1\r\nHost: [::1\r\n\r\n", BAD),
    ("markup", b"GET /healthz HTTP/1.1\r\nHost: <script>\r\n\r\n", BAD),
    ("quotes", b"GET /healthz HTTP/1.1\r\nHost: \"localhost\"\r\n\r\n", BAD),
    ("letters of no ASCII", b"GET /healthz HTTP/1.1\r\nHost: \xc3\xa9t\xc3\xa9.example\r\n\r\n", BAD),
    ("a question", b"GET /healthz HTTP/1.1\r\nHost: localhost?x\r\n\r\n", BAD),
];

/// All of them.
pub fn cases(scene: &Scene) -> Vec<Case> {
    let long = Case {
        name: "target: longer than any".to_owned(),
        bytes: format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(70_000)).into_bytes(),
        right: &[414, 431, CLOSED],
        readable: false,
    };
    let method = Case {
        name: "method: longer than any".to_owned(),
        bytes: format!("{} /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "X".repeat(70_000)).into_bytes(),
        right: &[400, 414, 431, CLOSED],
        readable: false,
    };
    let mut all = vec![long, method];
    all.extend(scene.cases("request line", false, UNREADABLE));
    all.extend(scene.cases("target", true, TARGETS));
    all.extend(scene.cases("method", true, METHODS));
    all.extend(scene.cases("host", true, HOSTS));
    all
}
