//! The provider's keys (RFC 7517), and what is computed with them: RS256 and ES256, and no other algorithm.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::Deserialize;

/// Keys that are looked at.
const MOST: usize = 64;

/// A set as the provider gives it.
#[derive(Deserialize)]
pub(super) struct Set {
    keys: Vec<serde_json::Value>,
}

/// What a key is written as; what is used of it.
#[derive(Deserialize)]
struct Written {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    alg: Option<String>,
    n: Option<String>,
    e: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The keys that can be used here.
pub(super) struct Keys(Vec<Key>);

struct Key {
    id: Option<String>,
    public: Public,
}

enum Public {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// A point of P-256, uncompressed.
    P256(Vec<u8>),
}

/// How something is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256; keys of 2048 bits and more.
    Rs256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Keys {
    /// Keys of other kinds and for other uses are left out.
    pub fn read(set: Set) -> Self {
        let written = set.keys.into_iter().take(MOST).filter_map(|key| serde_json::from_value(key).ok());
        Self(written.filter_map(key).collect())
    }

    /// Whether this was signed with one of the keys; none where no key can have signed it.
    pub fn signed(&self, algorithm: Algorithm, id: Option<&str>, what: &[u8], signature: &[u8]) -> Option<bool> {
        let fitting = |key: &&Key| {
            matches!(
                (&key.public, algorithm),
                (Public::Rsa { .. }, Algorithm::Rs256) | (Public::P256(_), Algorithm::Es256)
            ) && (id.is_none() || id == key.id.as_deref())
        };
        let mut keys = self.0.iter().filter(fitting).peekable();
        keys.peek()?;
        Some(keys.any(|key| match &key.public {
            Public::Rsa { n, e } => {
                RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, what, signature).is_ok()
            }
            Public::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(what, signature).is_ok()
            }
        }))
    }
}

/// What the provider is told of a verifier before it is shown (RFC 7636, 4.2).
pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

fn key(written: Written) -> Option<Key> {
    let bytes = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
    let (public, algorithm) = match written.kty.as_str() {
        "RSA" => (Public::Rsa { n: bytes(&written.n)?, e: bytes(&written.e)? }, "RS256"),
        "EC" if written.crv.as_deref() == Some("P-256") => {
            let (x, y) = (bytes(&written.x)?, bytes(&written.y)?);
            let whole = x.len() == 32 && y.len() == 32;
            (Public::P256(whole.then(|| [&[4][..], &x, &y].concat())?), "ES256")
        }
        _ => return None,
    };
    let to_sign = written.used_for.is_none_or(|used| used == "sig") && written.alg.is_none_or(|alg| alg == algorithm);
    to_sign.then_some(Key { id: written.kid, public })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standards_own_challenge() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assert_eq!(challenge(verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
