//! Access tokens: short JWTs signed with HS256 (RFC 7519, RFC 8725), checked without asking the disk.

use std::sync::Once;

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
}

/// The keys in use: the newest signs, all verify.
pub struct Keys {
    signing: (String, EncodingKey),
    verifying: Vec<(String, DecodingKey)>,
}

impl Keys {
    /// Keys in order of age; the last signs. None of an empty list.
    #[must_use]
    pub fn new(keys: &[Key]) -> Option<Self> {
        install_hmac();
        let newest = keys.last()?;
        Some(Self {
            signing: (newest.id.clone(), EncodingKey::from_secret(&newest.secret)),
            verifying: keys.iter().map(|key| (key.id.clone(), DecodingKey::from_secret(&key.secret))).collect(),
        })
    }

    /// A token that speaks for an account for [`ACCESS_SECONDS`].
    ///
    /// # Errors
    /// [`Error::Internal`] when it cannot be signed.
    pub fn issue(&self, account: Id, now: Moment) -> Result<String, Error> {
        let mut header = Header::new(Algorithm::HS256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(self.signing.0.clone());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: account,
            iat: now.seconds(),
            nbf: now.seconds(),
            exp: now.seconds() + ACCESS_SECONDS,
            jti: Id::fresh(now),
        };
        jsonwebtoken::encode(&header, &claims, &self.signing.1).map_err(|error| Error::Internal(error.to_string()))
    }

    /// The account a token speaks for.
    ///
    /// # Errors
    /// [`Error::UnknownCaller`] for anything but a token of ours that is valid at this instant.
    pub fn verify(&self, token: &str, now: Moment) -> Result<Id, Error> {
        let refused = |_| Error::UnknownCaller;
        if token.len() > TOKEN_BYTES_MAX {
            return Err(Error::UnknownCaller);
        }
        let header = jsonwebtoken::decode_header(token).map_err(refused)?;
        let known = self.verifying.iter().find(|(id, _)| Some(id) == header.kid.as_ref());
        let Some((_, key)) = known else { return Err(Error::UnknownCaller) };
        if header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
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
        if begun && now < claims.exp { Ok(claims.sub) } else { Err(Error::UnknownCaller) }
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
