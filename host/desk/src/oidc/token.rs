//! The ID token: a signed statement of the provider, believed where all of it is right (OpenID Connect Core 1.0,
//! 3.1.3.7).
//!
//! The algorithm is one of two, chosen here: `none`, and a secret in the place of a key, are not among them.

use super::keys::{Algorithm, Keys};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use baton_facts::types::Timestamp;
use serde::{Deserialize, Deserializer};

/// Seconds by which two clocks may differ.
const LEEWAY: Timestamp = 60;

/// Seconds after which a statement that was just asked for is too old, whatever it says of its expiry.
const OLDEST: Timestamp = 600;

/// The longest token, in bytes.
const LONGEST: usize = 32 << 10;

/// The longest name of a person at the provider, in bytes (OpenID Connect Core 1.0, section 2).
const LONGEST_SUBJECT: usize = 255;

/// What the statement has to be.
pub(super) struct Expected<'a> {
    pub issuer: &'a str,
    pub client: &'a str,
    pub nonce: &'a str,
    pub now: Timestamp,
}

/// What it says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub subject: String,
    pub email: Option<String>,
    pub email_verified: bool,
    pub name: Option<String>,
}

/// Why it is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// No key that is known can have signed it.
    Key,
    /// What is wrong with it.
    Token(&'static str),
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    azp: Option<String>,
    #[serde(deserialize_with = "moment")]
    exp: Timestamp,
    #[serde(deserialize_with = "moment")]
    iat: Timestamp,
    nonce: Option<String>,
    email: Option<String>,
    #[serde(default, deserialize_with = "verified_or_not")]
    email_verified: bool,
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Several(Vec<String>),
}

/// What the token says, where it is to be believed.
pub(super) fn verified(token: &str, keys: &Keys, expected: &Expected<'_>) -> Result<Told, Wrong> {
    const SHAPE: Wrong = Wrong::Token("it is no signed statement");
    if token.len() > LONGEST {
        return Err(SHAPE);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(SHAPE)?;
    let (header, claims) = signed.split_once('.').ok_or(SHAPE)?;
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| SHAPE);
    let (of_header, of_claims, signature) = (bytes(header)?, bytes(claims)?, bytes(signature)?);
    let header: Header = serde_json::from_slice(&of_header).map_err(|_| SHAPE)?;
    let algorithm = match header.alg.as_str() {
        "RS256" => Algorithm::Rs256,
        "ES256" => Algorithm::Es256,
        _ => return Err(Wrong::Token("it is not signed with RS256 or ES256")),
    };
    if header.crit.is_some() {
        return Err(Wrong::Token("it asks for what is not known here"));
    }
    match keys.signed(algorithm, header.kid.as_deref(), signed.as_bytes(), &signature) {
        None => return Err(Wrong::Key),
        Some(false) => return Err(Wrong::Token("its signature is wrong")),
        Some(true) => {}
    }
    let claims: Claims =
        serde_json::from_slice(&of_claims).map_err(|_| Wrong::Token("it does not say what it has to"))?;
    let for_us = match &claims.aud {
        Audience::One(one) => one == expected.client,
        // Another audience would be one that is not known here (3.1.3.7, 3).
        Audience::Several(several) => !several.is_empty() && several.iter().all(|one| one == expected.client),
    };
    for (right, what) in [
        (claims.iss == expected.issuer, "another provider signed it"),
        (for_us && claims.azp.as_deref().is_none_or(|azp| azp == expected.client), "it is for another program"),
        (claims.exp > expected.now.saturating_sub(LEEWAY), "it has expired"),
        (claims.iat <= expected.now.saturating_add(LEEWAY), "it is from the future: the two clocks differ"),
        (claims.iat > expected.now.saturating_sub(OLDEST), "it is too old"),
        (claims.nonce.as_deref() == Some(expected.nonce), "it was made for another sign-in"),
        (!claims.sub.is_empty() && claims.sub.len() <= LONGEST_SUBJECT, "it does not say for whom it is"),
    ] {
        if !right {
            return Err(Wrong::Token(what));
        }
    }
    let Claims { sub: subject, email, email_verified, name, .. } = claims;
    Ok(Told { subject, email, email_verified, name })
}

/// Some providers write the truth as a text.
pub(super) fn verified_or_not<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(value == true || value == "true")
}

/// Seconds, perhaps with a fraction (RFC 7519, section 2).
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    Ok(f64::deserialize(deserializer)?.floor() as Timestamp)
}
