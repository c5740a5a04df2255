//! The token with which a CRM opens a panel: a JWT (RFC 7519) signed with HMAC-SHA-256, whatever its header says.
//!
//! The rules are those of RFC 8725: the algorithm, the issuer and the audience are pinned, every claim
//! is of its type, and the moments are compared with the desk's own clock.

use crate::jwt_signatures as signatures;
use crate::panel_options::{CrmPanelOptions, UserClaim};
use crate::web_options::PublicUrl;
use baton_facts::types::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

/// The longest token, in bytes.
const LONGEST: usize = 4096;

/// Maximum lifetime in seconds.
const LIFE: Timestamp = 600;

/// Accepted difference of two clocks in seconds.
const LEEWAY: Timestamp = 60;

/// The CRM record that a panel is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrmRecord {
    /// An account, by its id in the CRM.
    Account(String),
    /// An account, by its domain.
    Domain(String),
    /// A contact, by its id in the CRM.
    Contact(String),
}

impl CrmRecord {
    /// Parses a record from its kind in tokens (`account`, `domain` or `contact`) and its id.
    pub fn parse(kind: &str, id: &str) -> Option<Self> {
        let id = id.trim();
        let sound = !id.is_empty() && id.len() <= 200 && !id.contains(char::is_control);
        match kind {
            "account" if sound => Some(Self::Account(id.to_owned())),
            "domain" if sound => Some(Self::Domain(id.to_lowercase())),
            "contact" if sound => Some(Self::Contact(id.to_owned())),
            _ => None,
        }
    }

    /// Returns its kind, as in tokens.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Account(_) => "account",
            Self::Domain(_) => "domain",
            Self::Contact(_) => "contact",
        }
    }

    /// Returns its id in the CRM, or its domain.
    pub fn id(&self) -> &str {
        match self {
            Self::Account(id) | Self::Domain(id) | Self::Contact(id) => id,
        }
    }
}

/// A CRM panel with its signing key.
#[derive(Clone)]
pub struct PanelVerifier {
    pub name: String,
    issuer: String,
    audience: String,
    user: UserClaim,
    key: Vec<u8>,
    frame_ancestors: Vec<PublicUrl>,
}

/// The claims of a token.
pub struct PanelTokenClaims {
    /// The panel's name.
    pub crm: String,
    /// The token's own id.
    pub id: String,
    /// The time at which it expires.
    pub until: Timestamp,
    pub email: String,
    pub record: CrmRecord,
}

/// The reason why a token is rejected. `crm` is the panel whose key signed it, if one did.
pub struct PanelTokenError {
    pub crm: Option<String>,
    pub why: &'static str,
}

#[derive(Deserialize, Serialize)]
struct Claims {
    iss: String,
    aud: String,
    iat: Timestamp,
    exp: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nbf: Option<Timestamp>,
    jti: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    record: String,
    #[serde(default = "account")]
    record_type: String,
}

fn account() -> String {
    "account".to_owned()
}

impl PanelVerifier {
    /// Creates the configured panel with the key from the environment. `address` is the review page's address, without
    /// a slash at the end: tokens for other addresses are rejected.
    ///
    /// # Errors
    /// The fault of the key's variable, with a hint on the next line.
    pub fn new(
        panel: &CrmPanelOptions,
        address: &str,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        Ok(Self::with_key(panel, address, &panel.key(variable)?))
    }

    /// Creates the panel with this key.
    pub fn with_key(panel: &CrmPanelOptions, address: &str, key: &[u8]) -> Self {
        signatures::install_crypto_provider();
        Self {
            name: panel.name.clone(),
            issuer: panel.issuer.clone(),
            audience: address.to_owned(),
            user: panel.user,
            key: key.to_owned(),
            frame_ancestors: panel.frame_ancestors.clone(),
        }
    }

    /// Returns its name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the origins whose pages may embed it.
    pub fn frame_ancestors(&self) -> &[PublicUrl] {
        &self.frame_ancestors
    }

    /// Signs a token as the CRM would: valid once, for five minutes. `id` is unique.
    ///
    /// # Errors
    /// The error of the encoder.
    pub fn sign(&self, email: &str, record: &CrmRecord, id: &str, now: Timestamp) -> Result<String, String> {
        let (sub, email) = match self.user {
            UserClaim::Sub => (Some(email.to_owned()), None),
            UserClaim::Email => (None, Some(email.to_owned())),
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            iat: now,
            exp: now.saturating_add(LIFE / 2),
            nbf: None,
            jti: id.to_owned(),
            sub,
            email,
            record: record.id().to_owned(),
            record_type: record.kind().to_owned(),
        };
        let key = EncodingKey::from_secret(&self.key);
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).map_err(|error| error.to_string())
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<PanelTokenClaims, TokenFault> {
        let mut expected = Validation::new(Algorithm::HS256);
        expected.set_issuer(&[&self.issuer]);
        expected.set_audience(&[&self.audience]);
        expected.set_required_spec_claims(&["iss", "aud", "exp"]);
        // The library's clock is the machine's own; the desk's is given.
        (expected.validate_exp, expected.validate_nbf) = (false, false);
        let decoded = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&self.key), &expected);
        let claims = decoded.map_err(|error| match error.kind() {
            ErrorKind::InvalidSignature => TokenFault::Foreign,
            ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::UnsupportedAlgorithm => {
                TokenFault::Unreadable("the token is not signed with HS256")
            }
            ErrorKind::InvalidIssuer => TokenFault::Invalid("the token names another issuer"),
            ErrorKind::InvalidAudience => TokenFault::Invalid("the token is for another address than this page's"),
            ErrorKind::MissingRequiredClaim(_) => TokenFault::Invalid("the token lacks a claim"),
            _ => TokenFault::Unreadable("the token cannot be read"),
        })?;
        // An extension that the signer requires and this page does not know (RFC 7515, 4.1.11).
        if claims.header.crit.is_some() {
            return Err(TokenFault::Invalid("the token requires an extension that this page does not have"));
        }
        let claims = claims.claims;
        let email = match self.user {
            UserClaim::Sub => claims.sub,
            UserClaim::Email => claims.email,
        };
        if claims.exp.saturating_add(LEEWAY) <= now {
            return Err(TokenFault::Invalid("the token has expired"));
        }
        if claims.iat.max(claims.nbf.unwrap_or(Timestamp::MIN)) > now.saturating_add(LEEWAY) {
            return Err(TokenFault::Invalid("the token is not valid yet"));
        }
        if claims.exp.saturating_sub(claims.iat) > LIFE {
            return Err(TokenFault::Invalid("the token is valid for longer than ten minutes"));
        }
        if !(8..=128).contains(&claims.jti.len()) {
            return Err(TokenFault::Invalid("the token's id must have 8 to 128 characters"));
        }
        let email = email.filter(|email| (1..=254).contains(&email.len()));
        let email = email.ok_or(TokenFault::Invalid("the token names no user"))?;
        let record = CrmRecord::parse(&claims.record_type, &claims.record);
        let record = record.ok_or(TokenFault::Invalid("the token names no record"))?;
        let until = claims.exp.saturating_add(LEEWAY);
        Ok(PanelTokenClaims { crm: self.name.clone(), id: claims.jti, until, email, record })
    }
}

/// The fault of a token under one panel's key.
enum TokenFault {
    /// Another key signed it, or none.
    Foreign,
    /// It is not such a token.
    Unreadable(&'static str),
    /// This panel's key signed it.
    Invalid(&'static str),
}

/// Returns the claims of a token that one of these panels signed and that is valid now.
pub fn read(panels: &[PanelVerifier], token: &str, now: Timestamp) -> Result<PanelTokenClaims, PanelTokenError> {
    let no = |why| PanelTokenError { crm: None, why };
    if token.is_empty() {
        return Err(no("there is no token"));
    }
    if token.len() > LONGEST {
        return Err(no("the token is too long"));
    }
    let mut found = no("no CRM of the configuration signed the token");
    for panel in panels {
        match panel.verify(token, now) {
            Ok(read) => return Ok(read),
            Err(TokenFault::Invalid(why)) => return Err(PanelTokenError { crm: Some(panel.name.clone()), why }),
            Err(TokenFault::Unreadable(why)) => found = no(why),
            Err(TokenFault::Foreign) => {}
        }
    }
    Err(found)
}
