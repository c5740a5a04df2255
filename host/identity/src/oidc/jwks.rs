//! The provider's keys (RFC 7517) for RS256 and ES256.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use serde::Deserialize;

/// Maximum number of keys that are read.
const MOST: usize = 64;

/// The key set in the provider's JSON.
#[derive(Deserialize)]
pub(super) struct JwkSet {
    keys: Vec<serde_json::Value>,
}

/// The usable keys.
pub(super) struct SigningKeys(Vec<SigningKey>);

struct SigningKey {
    id: Option<String>,
    algorithm: Algorithm,
    public: DecodingKey,
}

impl SigningKeys {
    /// Reads the set without keys of other kinds and for other uses.
    pub fn from_jwks(set: JwkSet) -> Self {
        let written = set.keys.into_iter().take(MOST).filter_map(|key| serde_json::from_value(key).ok());
        Self(written.filter_map(key).collect())
    }

    /// Returns the keys that can have signed a token with this header.
    pub fn matching(&self, header: &Header) -> impl Iterator<Item = &DecodingKey> {
        let fits = |key: &&SigningKey| key.algorithm == header.alg && (header.kid.is_none() || header.kid == key.id);
        self.0.iter().filter(fits).map(|key| &key.public)
    }
}

fn key(written: Jwk) -> Option<SigningKey> {
    let (algorithm, named) = match &written.algorithm {
        AlgorithmParameters::RSA(_) => (Algorithm::RS256, KeyAlgorithm::RS256),
        AlgorithmParameters::EllipticCurve(of) if of.curve == EllipticCurve::P256 => {
            (Algorithm::ES256, KeyAlgorithm::ES256)
        }
        _ => return None,
    };
    let public = DecodingKey::from_jwk(&written).ok()?;
    let common = written.common;
    let to_sign = common.public_key_use.is_none_or(|used| used == PublicKeyUse::Signature)
        && common.key_algorithm.is_none_or(|algorithm| algorithm == named);
    to_sign.then_some(SigningKey { id: common.key_id, algorithm, public })
}
