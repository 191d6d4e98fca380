//! How a token is shown (RFC 6750, 2.1): once, in one header, as bearer.

use super::tokens::Forge;
use super::{Case, Row, Scene};

const UNKNOWN: &[u16] = &[401];

const SHOWN: &[Row] = &[
    ("not at all", b"", UNKNOWN),
    ("nothing", b"Authorization:\r\n", UNKNOWN),
    ("blanks", b"Authorization:   \r\n", UNKNOWN),
    ("the scheme alone", b"Authorization: Bearer\r\n", UNKNOWN),
    ("the scheme and a blank", b"Authorization: Bearer \r\n", UNKNOWN),
    ("the token alone", b"Authorization: {token}\r\n", UNKNOWN),
    ("no blank between", b"Authorization: Bearer{token}\r\n", UNKNOWN),
    ("a tab between", b"Authorization: Bearer\t{token}\r\n", UNKNOWN),
    ("a blank and a tab between", b"Authorization: Bearer \t{token}\r\n", UNKNOWN),
    ("a colon between", b"Authorization: Bearer: {token}\r\n", UNKNOWN),
    ("an equals sign between", b"Authorization: Bearer={token}\r\n", UNKNOWN),
    ("twice, and the same", b"Authorization: Bearer {token}\r\nAuthorization: Bearer {token}\r\n", UNKNOWN),
    ("twice, a bad one first", b"Authorization: Bearer x\r\nAuthorization: Bearer {token}\r\n", UNKNOWN),
    ("twice, a good one first", b"Authorization: Bearer {token}\r\nAuthorization: Bearer x\r\n", UNKNOWN),
    ("twice, an empty one first", b"Authorization:\r\nAuthorization: Bearer {token}\r\n", UNKNOWN),
    ("twice in one", b"Authorization: Bearer {token}, Bearer {token}\r\n", UNKNOWN),
    ("with more behind", b"Authorization: Bearer {token} x\r\n", UNKNOWN),
    ("with a comma behind", b"Authorization: Bearer {token},\r\n", UNKNOWN),
    ("between quotes", b"Authorization: Bearer \"{token}\"\r\n", UNKNOWN),
    ("between brackets", b"Authorization: Bearer <{token}>\r\n", UNKNOWN),
    ("as a parameter", b"Authorization: Bearer token={token}\r\n", UNKNOWN),
    ("the scheme twice", b"Authorization: Bearer Bearer {token}\r\n", UNKNOWN),
    ("as Basic", b"Authorization: Basic {token}\r\n", UNKNOWN),
    ("as Basic with a login", b"Authorization: Basic amFyZGluczpsZSBjaGF0IGRvcnQgc3VyIGxhIGhlcnNl\r\n", UNKNOWN),
    ("as Digest", b"Authorization: Digest username=\"jardins\"\r\n", UNKNOWN),
    ("as DPoP", b"Authorization: DPoP {token}\r\n", UNKNOWN),
    ("as JWT", b"Authorization: JWT {token}\r\n", UNKNOWN),
    ("as Bearers", b"Authorization: Bearers {token}\r\n", UNKNOWN),
    ("as a scheme with a letter that looks alike", b"Authorization: Be\xd0\xb0rer {token}\r\n", UNKNOWN),
    ("with a letter of no ASCII", b"Authorization: Bearer {token}\xc3\xa9\r\n", UNKNOWN),
    ("with a hard blank", b"Authorization: Bearer\xc2\xa0{token}\r\n", UNKNOWN),
    ("to a proxy", b"Proxy-Authorization: Bearer {token}\r\n", UNKNOWN),
    ("in a header of one's own", b"X-Authorization: Bearer {token}\r\n", UNKNOWN),
    ("in a cookie", b"Cookie: access_token={token}; Authorization=Bearer {token}\r\n", UNKNOWN),
    ("a name instead of a token", b"X-Remote-User: jardins\r\nX-Forwarded-User: jardins\r\n", UNKNOWN),
    ("an address that is trusted", b"X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\n", UNKNOWN),
];

/// All of them, and secrets of other purposes in the place of a password.
pub fn cases(scene: &Scene, forge: &Forge) -> Vec<Case> {
    let case = |(name, lines, right): &Row| Case {
        name: format!("bearer: {name}"),
        bytes: scene.filled(&[b"GET /v1/accounts/me HTTP/1.1\r\nHost: localhost\r\n", *lines, b"\r\n"].concat()),
        right,
        readable: true,
    };
    let refresh = super::post(
        "/v1/auth/refresh",
        "Content-Type: application/json\r\n",
        format!("{{\"refresh_token\":\"{}\"}}", forge.good()).as_bytes(),
    );
    let access = Case {
        name: "bearer: an access token for a refresh token".to_owned(),
        bytes: scene.filled(&refresh),
        right: UNKNOWN,
        readable: true,
    };
    SHOWN.iter().map(case).chain([access]).collect()
}
