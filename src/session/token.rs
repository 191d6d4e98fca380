//! Access tokens: short JWTs signed with HS256 (RFC 7519, RFC 8725), whose session the database knows.

use std::sync::{Arc, Once, PoisonError, RwLock};

use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use signature::{Signer, Verifier};

use super::rules::ACCESS_SECONDS;
use crate::clock::Moment;
use crate::error::Error;
use crate::id::Id;

const ISSUER: &str = "navette";
const AUDIENCE: &str = "navette/access";
/// RFC 9068, 2.1: an access token says what it is, so that no other JWT passes for one.
const TYPE: &str = "at+jwt";
/// Seconds by which another machine's clock may differ.
const LEEWAY_SECONDS: i64 = 5;
/// Bytes of a token at most; ours have about 400.
const TOKEN_BYTES_MAX: usize = 2048;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: String,
    sub: Id,
    sid: Id,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Id,
}

/// A secret that signs, under its id.
pub struct Key {
    /// Its id, in the header of each token.
    pub id: String,
    /// 256 bits.
    pub secret: [u8; 32],
    /// Since when it signs.
    pub created_at: Moment,
}

/// Whom a token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bearer {
    /// The account.
    pub account: Id,
    /// The session in which it was given out.
    pub session: Id,
}

/// The keys in use, which change while the server runs. Whoever reads them holds the lock for one copy of a pointer.
pub struct Keys(RwLock<Arc<Ring>>);

/// The newest key signs, all verify.
struct Ring {
    signing: (String, EncodingKey),
    since: Moment,
    verifying: Vec<(String, DecodingKey)>,
}

impl Ring {
    fn new(keys: &[Key]) -> Option<Self> {
        install_hmac();
        let newest = keys.last()?;
        Some(Self {
            signing: (newest.id.clone(), EncodingKey::from_secret(&newest.secret)),
            since: newest.created_at,
            verifying: keys.iter().map(|key| (key.id.clone(), DecodingKey::from_secret(&key.secret))).collect(),
        })
    }

    /// The order of age in the database.
    fn age(&self) -> (Moment, &str) {
        (self.since, &self.signing.0)
    }
}

impl Keys {
    /// Keys in order of age; the last signs. None of an empty list.
    #[must_use]
    pub fn new(keys: &[Key]) -> Option<Self> {
        Ring::new(keys).map(|ring| Self(RwLock::new(Arc::new(ring))))
    }

    /// Uses these from now on, unless they are older than what is in use: two rotations may overtake each other.
    pub fn replace(&self, keys: &[Key]) {
        let Some(ring) = Ring::new(keys) else { return };
        let mut present = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if ring.age() >= present.age() {
            *present = Arc::new(ring);
        }
    }

    /// Since when the present key signs.
    #[must_use]
    pub fn since(&self) -> Moment {
        self.ring().since
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A token that speaks for [`ACCESS_SECONDS`].
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be signed.
    pub fn issue(&self, bearer: Bearer, now: Moment) -> Result<String, Error> {
        let ring = self.ring();
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(ring.signing.0.clone());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: bearer.account,
            sid: bearer.session,
            iat: now.seconds(),
            nbf: now.seconds(),
            exp: now.seconds() + ACCESS_SECONDS,
            jti: Id::fresh(now),
        };
        jsonwebtoken::encode(&header, &claims, &ring.signing.1).map_err(|error| Error::Internal(error.to_string()))
    }

    /// Whom a token speaks for. Whether the session still lives is for the database to say.
    ///
    /// # Errors
    /// [`Error::UnknownCaller`] for anything but a token of ours that is valid at this instant.
    pub fn verify(&self, token: &str, now: Moment) -> Result<Bearer, Error> {
        let refused = |_| Error::UnknownCaller;
        if token.len() > TOKEN_BYTES_MAX {
            return Err(Error::UnknownCaller);
        }
        let header = jsonwebtoken::decode_header(token).map_err(refused)?;
        let ring = self.ring();
        let known = ring.verifying.iter().find(|(id, _)| Some(id) == header.kid.as_ref());
        let Some((_, key)) = known else { return Err(Error::UnknownCaller) };
        // A header of ours says these three things: no key from elsewhere, no extension, nothing that nobody reads.
        let mut ours = Header::new(Algorithm::HS256);
        ours.typ = Some(TYPE.to_owned());
        ours.kid.clone_from(&header.kid);
        if header != ours {
            return Err(Error::UnknownCaller);
        }
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
        // Time is ours to judge, by the one clock of the process.
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &rules).map_err(refused)?.claims;
        let now = now.seconds();
        let begun = claims.nbf <= now + LEEWAY_SECONDS && claims.iat <= now + LEEWAY_SECONDS;
        // None of ours lives longer, or begins before it is made.
        let ours = claims.exp.saturating_sub(claims.iat) <= ACCESS_SECONDS && claims.iat <= claims.nbf;
        let bearer = Bearer { account: claims.sub, session: claims.sid };
        if begun && ours && now < claims.exp { Ok(bearer) } else { Err(Error::UnknownCaller) }
    }
}

/// HMAC-SHA-256 for jsonwebtoken: the one algorithm in use, so that no other can be asked for.
struct HmacSha256(Hmac<Sha256>);

impl HmacSha256 {
    fn new(algorithm: Algorithm, secret: &[u8]) -> Result<Self, jsonwebtoken::errors::Error> {
        if algorithm != Algorithm::HS256 {
            return Err(ErrorKind::InvalidAlgorithm.into());
        }
        Hmac::new_from_slice(secret).map(Self).map_err(|_| ErrorKind::InvalidKeyFormat.into())
    }
}

impl Signer<Vec<u8>> for HmacSha256 {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.clone().chain_update(message).finalize().into_bytes().to_vec())
    }
}

impl Verifier<Vec<u8>> for HmacSha256 {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let mac = self.0.clone().chain_update(message);
        mac.verify_slice(signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for HmacSha256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl JwtVerifier for HmacSha256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory: |algorithm, key| Ok(Box::new(HmacSha256::new(*algorithm, key.as_bytes())?)),
    verifier_factory: |algorithm, key| Ok(Box::new(HmacSha256::new(*algorithm, key.try_get_as_bytes()?)?)),
    key_utils: KeyUtils::new_unimplemented(),
};

fn install_hmac() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        if PROVIDER.install_default().is_err() {
            tracing::error!("another provider of cryptography was installed before ours");
        }
    });
}
