//! The provider's keys (RFC 7517): those that may sign with RS256 or ES256, and no other.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Header};
use serde::Deserialize;

/// Keys that are looked at.
const MOST: usize = 64;

/// A set as the provider gives it.
#[derive(Deserialize)]
pub(super) struct Set {
    keys: Vec<serde_json::Value>,
}

/// The keys that can be used here.
pub(super) struct Keys(Vec<Key>);

struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    public: DecodingKey,
}

impl Keys {
    /// Keys of other kinds and for other uses are left out.
    pub fn read(set: Set) -> Self {
        let written = set.keys.into_iter().take(MOST).filter_map(|key| serde_json::from_value(key).ok());
        Self(written.filter_map(key).collect())
    }

    /// Those with which a token of this header may be signed.
    pub fn fitting(&self, header: &Header) -> impl Iterator<Item = &DecodingKey> {
        let fits = |key: &&Key| key.algorithm == header.alg && (header.kid.is_none() || header.kid == key.id);
        self.0.iter().filter(fits).map(|key| &key.public)
    }
}

fn key(written: Jwk) -> Option<Key> {
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
    to_sign.then_some(Key { id: common.key_id, algorithm, public })
}
