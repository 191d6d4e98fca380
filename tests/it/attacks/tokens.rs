//! Access tokens (RFC 7515, 7519, 8725): each is signed with the server's own key, or as near as an attacker comes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::{Sha256, Sha384, Sha512};

use super::{Case, Scene};
use crate::contract::NOTHING;
use crate::world::{PASSWORD, START};

/// The clock of every world stands here; what follows is told from it.
const NOW: i64 = 1_773_478_800;
const HEAD: bool = true;
const CLAIMS: bool = false;

/// A good token, and one text in its head or its claims replaced by another; all signed as a good one is.
const CHANGES: &[(&str, bool, &str, &str)] = &[
    ("alg none", HEAD, r#""HS256""#, r#""none""#),
    ("alg None", HEAD, r#""HS256""#, r#""None""#),
    ("alg NONE", HEAD, r#""HS256""#, r#""NONE""#),
    ("alg nOnE", HEAD, r#""HS256""#, r#""nOnE""#),
    ("alg empty", HEAD, r#""HS256""#, r#""""#),
    ("alg null", HEAD, r#""HS256""#, "null"),
    ("alg a number", HEAD, r#""HS256""#, "256"),
    ("alg a list", HEAD, r#""HS256""#, r#"["HS256"]"#),
    ("alg with a blank", HEAD, r#""HS256""#, r#""HS256 ""#),
    ("alg in small letters", HEAD, r#""HS256""#, r#""hs256""#),
    ("alg HS384", HEAD, r#""HS256""#, r#""HS384""#),
    ("alg HS512", HEAD, r#""HS256""#, r#""HS512""#),
    ("alg RS256", HEAD, r#""HS256""#, r#""RS256""#),
    ("alg PS256", HEAD, r#""HS256""#, r#""PS256""#),
    ("alg ES256", HEAD, r#""HS256""#, r#""ES256""#),
    ("alg EdDSA", HEAD, r#""HS256""#, r#""EdDSA""#),
    ("alg of keys that are wrapped", HEAD, r#""HS256""#, r#""A128KW""#),
    ("no alg", HEAD, r#""alg":"HS256","#, ""),
    ("alg twice", HEAD, r#""alg":"HS256""#, r#""alg":"none","alg":"HS256""#),
    ("alg twice, the good one first", HEAD, r#""alg":"HS256""#, r#""alg":"HS256","alg":"none""#),
    ("alg with an escape, twice", HEAD, r#""alg":"HS256""#, r#""\u0061lg":"none","alg":"HS256""#),
    ("typ JWT", HEAD, "at+jwt", "JWT"),
    ("typ of refresh tokens", HEAD, "at+jwt", "rt+jwt"),
    ("typ of log-out tokens", HEAD, "at+jwt", "logout+jwt"),
    ("typ of security events", HEAD, "at+jwt", "secevent+jwt"),
    ("typ with a blank", HEAD, "at+jwt", " at+jwt"),
    ("typ null", HEAD, r#""at+jwt""#, "null"),
    ("typ a list", HEAD, r#""at+jwt""#, r#"["at+jwt"]"#),
    ("no typ", HEAD, r#""typ":"at+jwt","#, ""),
    ("typ twice", HEAD, r#""typ":"at+jwt""#, r#""typ":"JWT","typ":"at+jwt""#),
    ("crit of what nobody knows", HEAD, r#""typ""#, r#""crit":["x"],"x":1,"typ""#),
    ("crit of exp", HEAD, r#""typ""#, r#""crit":["exp"],"exp":1,"typ""#),
    ("crit of nothing", HEAD, r#""typ""#, r#""crit":[],"typ""#),
    ("crit that is no list", HEAD, r#""typ""#, r#""crit":"x","typ""#),
    ("a payload that is not in base64", HEAD, r#""typ""#, r#""b64":false,"crit":["b64"],"typ""#),
    ("the same, and nobody has to mind", HEAD, r#""typ""#, r#""b64":false,"typ""#),
    ("kid empty", HEAD, "{kid}", ""),
    ("kid of another", HEAD, "{kid}", "another"),
    ("kid a path", HEAD, "{kid}", "../../../../dev/null"),
    ("kid with SQL", HEAD, "{kid}", "x' union select 'a' --"),
    ("kid with a command", HEAD, "{kid}", "|/bin/true"),
    ("kid with a blank behind", HEAD, "{kid}", "{kid} "),
    ("kid with a NUL behind", HEAD, "{kid}", "{kid}\\u0000"),
    ("kid null", HEAD, r#""{kid}""#, "null"),
    ("kid a number", HEAD, r#""{kid}""#, "0"),
    ("kid a list", HEAD, r#""{kid}""#, r#"["{kid}"]"#),
    ("no kid", HEAD, r#","kid":"{kid}""#, ""),
    ("kid twice", HEAD, r#""kid""#, r#""kid":"x","kid""#),
    ("a key from elsewhere", HEAD, r#""typ""#, r#""jku":"https://evil.example/keys.json","typ""#),
    ("a certificate from elsewhere", HEAD, r#""typ""#, r#""x5u":"https://evil.example/x.pem","typ""#),
    ("a certificate within", HEAD, r#""typ""#, r#""x5c":["MIIB"],"typ""#),
    ("a key within", HEAD, r#""typ""#, r#""jwk":{"kty":"oct","k":"AAAA"},"typ""#),
    ("a payload that is a token", HEAD, r#""typ""#, r#""cty":"JWT","typ""#),
    ("compressed", HEAD, r#""typ""#, r#""zip":"DEF","typ""#),
    ("encrypted", HEAD, r#""typ""#, r#""enc":"A128GCM","typ""#),
    ("a member nobody knows", HEAD, r#""typ""#, r#""x":1,"typ""#),
    ("a head that is a list", HEAD, r#"{"typ":"at+jwt","alg":"HS256","kid":"{kid}"}"#, r#"["at+jwt","HS256","{kid}"]"#),
    ("a head that is nothing", HEAD, r#"{"typ":"at+jwt","alg":"HS256","kid":"{kid}"}"#, ""),
    ("a head with a mark of byte order", HEAD, r#"{"typ""#, "\u{feff}{\"typ\""),
    ("a head with more behind", HEAD, r#""{kid}"}"#, r#""{kid}"}{}"#),
    ("iss of another", CLAIMS, r#""navette","aud""#, r#""another","aud""#),
    ("iss a list", CLAIMS, r#""iss":"navette""#, r#""iss":["navette"]"#),
    ("iss in capitals", CLAIMS, r#""iss":"navette""#, r#""iss":"Navette""#),
    ("no iss", CLAIMS, r#""iss":"navette","#, ""),
    ("aud of another", CLAIMS, "navette/access", "navette/refresh"),
    ("aud of another service", CLAIMS, "navette/access", "another"),
    ("aud with a slash", CLAIMS, "navette/access", "navette/access/"),
    ("aud a list", CLAIMS, r#""navette/access""#, r#"["navette/access"]"#),
    ("aud a list with others", CLAIMS, r#""navette/access""#, r#"["another","navette/access"]"#),
    ("aud nothing", CLAIMS, r#""navette/access""#, "[]"),
    ("no aud", CLAIMS, r#""aud":"navette/access","#, ""),
    ("sub of nobody", CLAIMS, r#""sub":"{account}""#, r#""sub":"01990f3a-7c1e-7000-8000-00000000ffff""#),
    ("sub a login", CLAIMS, r#""sub":"{account}""#, r#""sub":"jardins""#),
    ("sub nil", CLAIMS, r#""sub":"{account}""#, r#""sub":"00000000-0000-0000-0000-000000000000""#),
    ("sub a list", CLAIMS, r#""sub":"{account}""#, r#""sub":["{account}"]"#),
    ("sub twice", CLAIMS, r#""sub":"{account}""#, r#""sub":"{account}","sub":"{owner}""#),
    ("sub of another, in this session", CLAIMS, r#""sub":"{account}""#, r#""sub":"{owner}""#),
    ("no sub", CLAIMS, r#""sub":"{account}","#, ""),
    ("sid of another", CLAIMS, r#""sid":"{account}""#, r#""sid":"{owner}""#),
    ("sid of nobody", CLAIMS, r#""sid":"{account}""#, r#""sid":"01990f3a-7c1e-7000-8000-00000000ffff""#),
    ("no sid", CLAIMS, r#""sid":"{account}","#, ""),
    ("iat in the future", CLAIMS, r#""iat":1773478800"#, r#""iat":1773478806"#),
    ("iat far in the future", CLAIMS, r#""iat":1773478800"#, r#""iat":4102444800"#),
    ("iat long ago", CLAIMS, r#""iat":1773478800"#, r#""iat":0"#),
    ("iat before all time", CLAIMS, r#""iat":1773478800"#, r#""iat":-9223372036854775808"#),
    ("iat a text", CLAIMS, r#""iat":1773478800"#, r#""iat":"1773478800""#),
    ("iat a fraction", CLAIMS, r#""iat":1773478800"#, r#""iat":1773478800.5"#),
    ("iat nothing", CLAIMS, r#""iat":1773478800"#, r#""iat":null"#),
    ("no iat", CLAIMS, r#""iat":1773478800,"#, ""),
    ("nbf in the future", CLAIMS, r#""nbf":1773478800"#, r#""nbf":1773478806"#),
    ("nbf far in the future", CLAIMS, r#""nbf":1773478800"#, r#""nbf":9223372036854775807"#),
    ("nbf before iat", CLAIMS, r#""nbf":1773478800"#, r#""nbf":-1"#),
    ("nbf a text", CLAIMS, r#""nbf":1773478800"#, r#""nbf":"1773478800""#),
    ("nbf a power of ten", CLAIMS, r#""nbf":1773478800"#, r#""nbf":1e9"#),
    ("no nbf", CLAIMS, r#""nbf":1773478800,"#, ""),
    ("exp now", CLAIMS, "1773479700", "1773478800"),
    ("exp in the past", CLAIMS, "1773479700", "1773478799"),
    ("exp long ago", CLAIMS, "1773479700", "0"),
    ("exp before all time", CLAIMS, "1773479700", "-1"),
    ("exp later than any of ours", CLAIMS, "1773479700", "1773479701"),
    ("exp in milliseconds", CLAIMS, "1773479700", "1773479700000"),
    ("exp at the end of all time", CLAIMS, "1773479700", "9223372036854775807"),
    ("exp beyond 64 bits", CLAIMS, "1773479700", "9223372036854775808"),
    ("exp beyond all numbers", CLAIMS, "1773479700", "1e400"),
    ("exp a power of ten", CLAIMS, "1773479700", "2e9"),
    ("exp a text", CLAIMS, "1773479700", r#""1773479700""#),
    ("exp a fraction", CLAIMS, "1773479700", "1773479700.5"),
    ("exp a truth", CLAIMS, "1773479700", "true"),
    ("exp nothing", CLAIMS, "1773479700", "null"),
    ("no exp", CLAIMS, r#""exp":1773479700,"#, ""),
    ("exp twice", CLAIMS, r#""exp""#, r#""exp":0,"exp""#),
    ("jti a number", CLAIMS, "\"01990f3a-7c1e-7000-8000-00000000ffff\"", "1"),
    ("no jti", CLAIMS, ",\"jti\":\"01990f3a-7c1e-7000-8000-00000000ffff\"", ""),
    ("a role of its own", CLAIMS, r#"{"iss""#, r#"{"role":"owner","iss""#),
    ("claims that are a list", CLAIMS, r#"{"iss":"navette""#, r#"["navette""#),
    ("claims in an object", CLAIMS, r#"{"iss""#, r#"{"claims":{"iss""#),
    ("claims with more behind", CLAIMS, "ffff\"}", "ffff\"} x"),
    ("claims with a comment", CLAIMS, r#"{"iss""#, r#"{/**/"iss""#),
    ("claims with a comma too many", CLAIMS, "ffff\"}", "ffff\",}"),
];

/// What makes tokens.
pub struct Forge {
    secret: [u8; 32],
    head: String,
    claims: String,
    account: String,
    owner: String,
    /// Secrets that open something else: a refresh token, a link for a new password.
    pub others: Vec<(&'static str, String)>,
}

impl Forge {
    /// The tools of this server.
    pub async fn new(scene: &Scene) -> Self {
        assert_eq!(START.seconds(), NOW);
        let world = &scene.world;
        let keys = world.app.store.write(navette::session::rows::signing_keys).await.unwrap();
        let jardins = &scene.village.association.manager;
        let head = format!(r#"{{"typ":"at+jwt","alg":"HS256","kid":"{}"}}"#, keys[0].id);
        let account = jardins.account.to_string();
        let claims = format!(
            r#"{{"iss":"navette","aud":"navette/access","sub":"{account}","sid":"{account}","iat":{NOW},"nbf":{NOW},"exp":{},"jti":"{NOTHING}"}}"#,
            NOW + 900
        );
        let credentials = json!({ "login": jardins.login, "password": PASSWORD });
        let session = world.post("/v1/auth/login", &credentials).await.ok();
        let others = vec![
            ("a refresh token", session["refresh_token"].as_str().unwrap().to_owned()),
            ("a secret of our form", navette::secret::token()),
            (
                "a service token that is none",
                format!("{}{}", navette::program::rules::PREFIX, navette::secret::token()),
            ),
        ];
        let owner = scene.village.owner.account.to_string();
        Self { secret: keys[0].secret, head, claims, account, owner, others }
    }

    /// A good one.
    pub fn good(&self) -> String {
        signed(&self.head, &self.claims, &self.secret)
    }

    fn changed(&self, change: &(&str, bool, &str, &str)) -> String {
        let kid = self.head.rsplit('"').nth(1).unwrap();
        let told =
            |text: &str| text.replace("{kid}", kid).replace("{account}", &self.account).replace("{owner}", &self.owner);
        let (name, in_head, old, new) = change;
        let (before, old, new) = (if *in_head { &self.head } else { &self.claims }, told(old), told(new));
        let after = before.replacen(&old, &new, 1);
        assert_ne!(*before, after, "{name} changes nothing");
        if *in_head { signed(&after, &self.claims, &self.secret) } else { signed(&self.head, &after, &self.secret) }
    }

    /// Signs a head and claims as a good token is signed.
    fn sign(&self, head: &str, claims: &str) -> String {
        signed(head, claims, &self.secret)
    }

    /// Tokens of other parts, or written in another way.
    fn misshapen(&self) -> Vec<(&'static str, String)> {
        let good = self.good();
        let parts: Vec<&str> = good.split('.').collect();
        let [head, claims, signature] = parts[..] else { panic!("three parts") };
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"at+jwt"}"#);
        let message = format!("{head}.{claims}");
        let standard = STANDARD.encode(URL_SAFE_NO_PAD.decode(signature).unwrap());
        let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
        let padded = self.claims.replacen('{', &format!("{{\"x\":\"{}\",", "x".repeat(3_000)), 1);
        let blanks = format!("{}{}", self.claims, " ".repeat(3_000));
        vec![
            ("one part", head.to_owned()),
            ("two parts", message.clone()),
            ("two parts and a point", format!("{message}.")),
            ("two parts and a point, alg none", format!("{none}.{claims}.")),
            ("alg none with a good signature", format!("{none}.{claims}.{signature}")),
            ("four parts", format!("{good}.{signature}")),
            ("five parts, as if encrypted", format!("{head}.{claims}.{signature}.{claims}.{signature}")),
            ("points alone", "..".to_owned()),
            ("a point before", format!(".{good}")),
            ("a point behind", format!("{good}.")),
            ("padding behind the signature", format!("{good}=")),
            ("padding behind the head", format!("{head}==.{claims}.{signature}")),
            ("base64 with padding throughout", with_alphabet(self, &URL_SAFE)),
            ("base64 of another alphabet", format!("{message}.{standard}")),
            ("a plus for a minus", format!("+/+/.{claims}.{signature}")),
            ("a letter of no alphabet", format!("{message}.{}*", &signature[1..])),
            ("percent escapes", good.replace('.', "%2E")),
            ("a token in a token", self.sign(&self.head, &format!("\"{good}\""))),
            ("a bare token in a token", self.sign(&self.head, &good)),
            ("the claims of nobody", self.sign(&self.head, "{}")),
            ("no claims", self.sign(&self.head, "")),
            ("claims of deep lists", self.sign(&self.head, &deep)),
            ("claims of broken UTF-8", signed_bytes(self.head.as_bytes(), b"{\"iss\":\"\xff\"}", &self.secret)),
            ("longer than any of ours", self.sign(&self.head, &padded)),
            ("blanks that make it longer", self.sign(&self.head, &blanks)),
            ("as long as headers may be", "x".repeat(7_000)),
        ]
    }

    /// Tokens with a signature that is not theirs.
    fn missigned(&self) -> Vec<(&'static str, String)> {
        let good = self.good();
        let (message, signature) = good.rsplit_once('.').unwrap();
        let (head, claims) = message.split_once('.').unwrap();
        let mac = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let with_mac = |mac: &[u8]| format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac));
        let sha384 = Hmac::<Sha384>::new_from_slice(&self.secret).unwrap().chain_update(message).finalize();
        let sha512 = Hmac::<Sha512>::new_from_slice(&self.secret).unwrap().chain_update(message).finalize();
        let flipped = [&mac[..31], &[mac[31] ^ 1]].concat();
        let kid = self.head.rsplit('"').nth(1).unwrap();
        let signed_by = |secret: &[u8]| signed(&self.head, &self.claims, secret);
        let others = URL_SAFE_NO_PAD.encode(self.claims.replace(&self.account, &self.owner));
        let other_head = URL_SAFE_NO_PAD.encode(format!("{} ", self.head));
        let of_claims = self.sign("", &self.claims);
        // The last letter holds two bits that mean nothing: another letter must not mean the same.
        let (last, short) = (good.chars().next_back().unwrap(), &good[..good.len() - 1]);
        vec![
            ("another last letter", format!("{short}{}", if last == 'A' { 'E' } else { 'A' })),
            ("another letter for the same bits", format!("{short}{}", spare_bit(last))),
            ("a signature with one bit flipped", with_mac(&flipped)),
            ("a signature cut short", with_mac(&mac[..31])),
            ("a signature of its first byte", with_mac(&mac[..1])),
            ("a signature with a zero behind", with_mac(&[&mac[..], &[0]].concat())),
            ("a signature of zeros", with_mac(&[0; 32])),
            ("a signature by SHA-384", with_mac(&sha384.into_bytes())),
            ("a signature by SHA-512", with_mac(&sha512.into_bytes())),
            ("a signature by nothing", signed_by(b"")),
            ("a signature by zeros", signed_by(&[0; 32])),
            ("a signature by the name of the key", signed_by(kid.as_bytes())),
            ("a signature by a word", signed_by(b"secret")),
            ("a signature of other claims", format!("{head}.{others}.{signature}")),
            ("a signature of another head", format!("{other_head}.{claims}.{signature}")),
            ("a signature of the claims alone", format!("{message}.{}", of_claims.rsplit('.').next().unwrap())),
        ]
    }
}

/// The letter of base64 that differs in a bit nobody reads.
fn spare_bit(letter: char) -> char {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let place = LETTERS.iter().position(|known| char::from(*known) == letter).unwrap();
    char::from(LETTERS[place ^ 1])
}

/// The good token, signed over another base64.
fn with_alphabet(forge: &Forge, alphabet: &impl base64::Engine) -> String {
    let message = format!("{}.{}", alphabet.encode(&forge.head), alphabet.encode(format!("{} ", forge.claims)));
    let mac = Hmac::<Sha256>::new_from_slice(&forge.secret).unwrap().chain_update(&message).finalize().into_bytes();
    format!("{message}.{}", alphabet.encode(mac))
}

fn signed(head: &str, claims: &str, secret: &[u8]) -> String {
    signed_bytes(head.as_bytes(), claims.as_bytes(), secret)
}

fn signed_bytes(head: &[u8], claims: &[u8], secret: &[u8]) -> String {
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(claims));
    let mac = Hmac::<Sha256>::new_from_slice(secret).unwrap().chain_update(&message).finalize().into_bytes();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac))
}

/// All of them.
pub fn cases(_scene: &Scene, forge: &Forge) -> Vec<Case> {
    let case = |name: &str, token: &str| Case {
        name: format!("token: {name}"),
        bytes: format!("GET /v1/accounts/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n")
            .into_bytes(),
        right: &[401],
        readable: true,
    };
    let changed = CHANGES.iter().map(|change| case(change.0, &forge.changed(change)));
    let (misshapen, missigned) = (forge.misshapen(), forge.missigned());
    let others = forge.others.iter().chain(&misshapen).chain(&missigned).map(|(name, token)| case(name, token));
    changed.chain(others).collect()
}
