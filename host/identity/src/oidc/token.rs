//! Verification of ID tokens (OpenID Connect Core 1.0, 3.1.3.7).
//!
//! Only two algorithms are accepted: neither `none` nor a shared secret in place of a key.

use super::jwks::SigningKeys;
use baton_facts::types::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header};
use serde::{Deserialize, Deserializer};

/// Accepted difference of two clocks in seconds.
const LEEWAY: Timestamp = 60;

/// Maximum age of a new token in seconds, whatever its expiry.
const OLDEST: Timestamp = 600;

/// The longest token, in bytes.
const LONGEST: usize = 32 << 10;

/// The longest subject identifier, in bytes (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// The expected values of the token.
pub(super) struct ExpectedClaims<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    pub now: Timestamp,
}

/// The claims of the token.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct IdTokenClaims {
    pub subject: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub name: Option<String>,
}

/// The reason why a token is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenError {
    /// No known key signed it.
    UnknownKey,
    /// The fault in its content.
    Invalid(&'static str),
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    #[serde(deserialize_with = "deserialize_timestamp")]
    exp: Timestamp,
    #[serde(deserialize_with = "deserialize_timestamp")]
    iat: Timestamp,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default, deserialize_with = "deserialize_bool")]
    email_verified: bool,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// Returns the claims of a valid token.
pub(super) fn verify(
    token: &str,
    keys: &SigningKeys,
    expected: &ExpectedClaims<'_>,
) -> Result<IdTokenClaims, TokenError> {
    const SHAPE: TokenError = TokenError::Invalid("it is not a signed token");
    const ALGORITHM: TokenError = TokenError::Invalid("it is not signed with RS256 or ES256");
    if token.len() > LONGEST {
        return Err(SHAPE);
    }
    let header = decode_header(token).map_err(|error| match error.kind() {
        // The library has no algorithm `none`, so it cannot parse such a header.
        ErrorKind::Json(_) | ErrorKind::InvalidAlgorithmName => ALGORITHM,
        _ => SHAPE,
    })?;
    if !matches!(header.alg, Algorithm::RS256 | Algorithm::ES256) {
        return Err(ALGORITHM);
    }
    if header.crit.is_some() {
        return Err(TokenError::Invalid("it requires an unknown extension"));
    }
    let claims = verify_signature(token, &header, keys)?;
    let for_us = match &claims.aud {
        Audience::One(one) => one == expected.client,
        // An unknown audience is not trusted (3.1.3.7, 3).
        Audience::Several(several) => !several.is_empty() && several.iter().all(|one| one == expected.client),
    };
    for (right, what) in [
        (claims.iss == expected.issuer, "another provider signed it"),
        (for_us && claims.azp.as_deref().is_none_or(|azp| azp == expected.client), "it is for another program"),
        (claims.exp > expected.now.saturating_sub(LEEWAY), "it has expired"),
        (claims.iat <= expected.now.saturating_add(LEEWAY), "it is from the future: the two clocks differ"),
        (claims.iat > expected.now.saturating_sub(OLDEST), "it is too old"),
        (claims.nonce.as_deref() == Some(expected.nonce), "it was made for another sign-in"),
        (!claims.sub.is_empty() && claims.sub.len() <= LONGEST_SUBJECT, "it does not name the person"),
    ] {
        if !right {
            return Err(TokenError::Invalid(what));
        }
    }
    let Claims { sub: subject, email, email_verified, name, .. } = claims;
    Ok(IdTokenClaims { subject, email, email_verified, name })
}

/// Returns the claims of a token that one of these keys signed.
fn verify_signature(token: &str, header: &Header, keys: &SigningKeys) -> Result<Claims, TokenError> {
    // The library uses the machine's clock and accepts further audiences: the caller checks both.
    let mut signature_alone = Validation::new(header.alg);
    (signature_alone.validate_exp, signature_alone.validate_aud) = (false, false);
    signature_alone.required_spec_claims.clear();
    let mut wrong = TokenError::UnknownKey;
    for key in keys.matching(header) {
        match decode::<Claims>(token, key, &signature_alone) {
            Ok(read) => return Ok(read.claims),
            Err(error) if *error.kind() == ErrorKind::InvalidSignature => {
                wrong = TokenError::Invalid("its signature is wrong");
            }
            Err(_) => return Err(TokenError::Invalid("a required claim is missing or of the wrong type")),
        }
    }
    Err(wrong)
}

/// Reads a boolean; some providers write it as a text.
pub(super) fn deserialize_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value == true || value == "true")
}

/// Reads seconds, which can have a fraction (RFC 7519, section 2).
fn deserialize_timestamp<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    Ok(f64::deserialize(deserializer)?.floor() as Timestamp)
}
