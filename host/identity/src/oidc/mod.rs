//! Single sign-on with an identity provider by OpenID Connect Core 1.0.
//!
//! Only the authorization code flow with PKCE (RFC 7636, S256). The provider is the one that `[web.oidc]` names: its
//! metadata, its signatures and the answer through the browser must all name it (RFC 9207 against mix-up). A token
//! counts only with a valid signature, audience, expiry and nonce. The desk decides who is admitted.

mod error;
mod http_client;
mod jwks;
mod token;

pub use error::SsoError;

use crate::jwt_signatures as signatures;
use crate::oidc_options::OidcOptions;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use baton_facts::types::Timestamp;
use http_client::ProviderClient;
use jwks::SigningKeys;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;
use token::{ExpectedClaims, TokenError};
use tokio::sync::Mutex;

/// Seconds for which the provider's metadata is cached.
const METADATA_MAX_AGE: Timestamp = 3600;

/// Minimum seconds between two reloads of the keys because of an unknown key.
const KEY_REFRESH_INTERVAL: Timestamp = 60;

/// Seconds without a new request after a failure, since every sign-in would wait for it.
const RETRY_DELAY: Timestamp = 5;

/// The longest code, in bytes.
const LONGEST_CODE: usize = 4096;

/// The secrets of one sign-in, which belong to the one browser that started it.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginAttempt {
    /// Returned with the code.
    pub state: String,
    /// Returned in the signed token.
    pub nonce: String,
    /// Sent to the provider with the code; before that it has only the hash.
    pub verifier: String,
}

/// The provider's answer through the browser.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuthorizationResponse<'a> {
    /// The authorization code.
    pub code: Option<&'a str>,
    /// The state of the request.
    pub state: Option<&'a str>,
    /// The issuer of the answer.
    pub issuer: Option<&'a str>,
    /// The error code, if there is no code.
    pub error: Option<&'a str>,
}

/// The person whom the provider identified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedIdentity {
    /// The provider.
    pub issuer: String,
    /// The provider's permanent identifier of the person.
    pub subject: String,
    /// Their address.
    pub email: String,
    /// Whether the provider verified the address.
    pub verified: bool,
    /// Their name, if the provider gave one.
    pub name: Option<String>,
}

/// The provider. Cheap to clone and to share.
#[derive(Clone)]
pub struct OidcProvider(Arc<Inner>);

struct Inner {
    settings: OidcOptions,
    secret: String,
    /// The redirect URI.
    redirect_uri: String,
    client: ProviderClient,
    cache: Mutex<MetadataCache>,
}

#[derive(Default)]
struct MetadataCache {
    metadata: Option<Arc<ProviderMetadata>>,
    /// The last failure with its time.
    failed: Option<(Timestamp, SsoError)>,
}

/// The provider's metadata and keys.
struct ProviderMetadata {
    metadata: Metadata,
    keys: SigningKeys,
    at: Timestamp,
}

/// The used part of the metadata of OpenID Connect Discovery 1.0, section 3.
#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct UserInfo {
    sub: String,
    email: Option<String>,
    #[serde(default, deserialize_with = "token::deserialize_bool")]
    email_verified: bool,
    name: Option<String>,
}

impl fmt::Debug for OidcProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.0.settings.issuer.as_str()).finish()
    }
}

impl OidcProvider {
    /// Creates the provider that `[web.oidc]` names, without a request. `back` is the redirect URI; `environment` looks
    /// up a variable.
    ///
    /// # Errors
    /// [`SsoError::MissingSecret`] or [`SsoError::HttpClient`].
    pub fn new(
        settings: &OidcOptions,
        back: String,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SsoError> {
        let variable = &settings.client_secret_env;
        let secret = environment(variable).filter(|secret| !secret.is_empty());
        let secret = secret.ok_or_else(|| SsoError::MissingSecret(variable.clone()))?;
        let (settings, line) = (settings.clone(), ProviderClient::new()?);
        signatures::install_crypto_provider();
        Ok(Self(Arc::new(Inner { settings, secret, redirect_uri: back, client: line, cache: Mutex::default() })))
    }

    /// The table `[web.oidc]`.
    pub fn settings(&self) -> &OidcOptions {
        &self.0.settings
    }

    /// Returns the URL at the provider where the browser's sign-in starts.
    ///
    /// # Errors
    /// [`SsoError::Unavailable`] or [`SsoError::InvalidResponse`].
    pub async fn begin(&self, secrets: &LoginAttempt, now: Timestamp) -> Result<String, SsoError> {
        let found = self.cached_metadata(None, now).await?;
        let mut url = http_client::parse_secure_url(&found.metadata.authorization_endpoint)?;
        url.query_pairs_mut().extend_pairs([
            ("response_type", "code"),
            ("scope", "openid email profile"),
            ("client_id", &self.0.settings.client_id),
            ("redirect_uri", &self.0.redirect_uri),
            ("state", &secrets.state),
            ("nonce", &secrets.nonce),
            ("code_challenge", &challenge(&secrets.verifier)),
            ("code_challenge_method", "S256"),
        ]);
        Ok(url.into())
    }

    /// Returns the code of an answer that belongs to this sign-in, without a request.
    ///
    /// # Errors
    /// [`SsoError::StateMismatch`] if it was not started in this browser; [`SsoError::Declined`] if the provider gave no
    /// code; [`SsoError::InvalidResponse`] if the answer is malformed or of another provider.
    pub fn check_response<'a>(
        &self,
        secrets: &LoginAttempt,
        returned: AuthorizationResponse<'a>,
    ) -> Result<&'a str, SsoError> {
        if returned.state != Some(&secrets.state) {
            return Err(SsoError::StateMismatch);
        }
        // The answer of another provider (RFC 9207, section 2.4).
        if returned.issuer.is_some_and(|issuer| issuer != self.0.settings.issuer.as_str()) {
            return Err(SsoError::InvalidResponse("another provider sent it"));
        }
        match (returned.error, returned.code) {
            (Some(error), _) => Err(SsoError::Declined(declined(error))),
            (None, Some(code)) if !code.is_empty() && code.len() <= LONGEST_CODE => Ok(code),
            _ => Err(SsoError::InvalidResponse("there is no code in it")),
        }
    }

    /// Exchanges a code from [`Self::check_response`] for the person whom the provider identified. `issuer` is the one that
    /// came with the code.
    ///
    /// # Errors
    /// [`SsoError`] if the provider fails, or its token or address is not valid.
    pub async fn exchange_code(
        &self,
        secrets: &LoginAttempt,
        code: &str,
        issuer: Option<&str>,
        now: Timestamp,
    ) -> Result<VerifiedIdentity, SsoError> {
        let mut found = self.cached_metadata(None, now).await?;
        if found.metadata.authorization_response_iss_parameter_supported && issuer.is_none() {
            return Err(SsoError::InvalidResponse("it does not name its issuer"));
        }
        let tokens = self.tokens(&found.metadata, secrets, code).await?;
        let expected = ExpectedClaims {
            issuer: self.0.settings.issuer.as_str(),
            client: &self.0.settings.client_id,
            nonce: &secrets.nonce,
            now,
        };
        let mut told = token::verify(&tokens.id_token, &found.keys, &expected);
        if told == Err(TokenError::UnknownKey) {
            // It may have new keys.
            found = self.cached_metadata(Some(KEY_REFRESH_INTERVAL), now).await?;
            told = token::verify(&tokens.id_token, &found.keys, &expected);
        }
        let told = told.map_err(|wrong| match wrong {
            TokenError::UnknownKey => SsoError::InvalidResponse("it is signed with a key that is not the provider's"),
            TokenError::Invalid(what) => SsoError::InvalidResponse(what),
        })?;
        let (email, verified, name) = match (told.email, &found.metadata.userinfo_endpoint, tokens.access_token) {
            (Some(email), ..) => (Some(email), told.email_verified, told.name),
            (None, Some(endpoint), Some(access)) => {
                let info: UserInfo = self.0.client.get(endpoint, Some(&access)).await?;
                // The answer has to be about the same person (OpenID Connect Core 1.0, 5.3.2).
                if info.sub != told.subject {
                    return Err(SsoError::InvalidResponse("it gives the address of somebody else"));
                }
                (info.email, info.email_verified, info.name.or(told.name))
            }
            (None, ..) => (None, false, None),
        };
        let email = email.filter(|email| !email.is_empty()).ok_or(SsoError::MissingEmail)?;
        Ok(VerifiedIdentity {
            issuer: self.0.settings.issuer.as_str().to_owned(),
            subject: told.subject,
            email,
            verified,
            name,
        })
    }

    async fn tokens(&self, metadata: &Metadata, secrets: &LoginAttempt, code: &str) -> Result<Tokens, SsoError> {
        let (id, secret) = (self.0.settings.client_id.as_str(), self.0.secret.as_str());
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &self.0.redirect_uri),
            ("code_verifier", &secrets.verifier),
        ];
        // The header is the default of the standard (OpenID Connect Discovery 1.0, section 3).
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        let takes = |method: &str| methods.is_some_and(|methods| methods.iter().any(|taken| taken == method));
        let basic = methods.is_none() || takes("client_secret_basic") || !takes("client_secret_post");
        if !basic {
            form.extend([("client_id", id), ("client_secret", secret)]);
        }
        self.0.client.post(&metadata.token_endpoint, &form, basic.then_some((id, secret))).await
    }

    /// Returns the provider's metadata, at most an hour old, or at most so many seconds.
    async fn cached_metadata(
        &self,
        no_older: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Arc<ProviderMetadata>, SsoError> {
        // Concurrent callers wait for the one answer.
        let mut known = self.0.cache.lock().await;
        let fresh = |at: Timestamp, seconds| (0..seconds).contains(&now.saturating_sub(at));
        if let Some(found) = &known.metadata
            && fresh(found.at, no_older.unwrap_or(METADATA_MAX_AGE))
        {
            return Ok(Arc::clone(found));
        }
        if let Some((at, error)) = &known.failed
            && fresh(*at, RETRY_DELAY)
        {
            return Err(error.clone());
        }
        match self.fetch_metadata(now).await {
            Ok(found) => {
                let found = Arc::new(found);
                *known = MetadataCache { metadata: Some(Arc::clone(&found)), failed: None };
                Ok(found)
            }
            Err(error) => {
                known.failed = Some((now, error.clone()));
                Err(error)
            }
        }
    }

    async fn fetch_metadata(&self, now: Timestamp) -> Result<ProviderMetadata, SsoError> {
        let issuer = self.0.settings.issuer.as_str();
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata = self.0.client.get(&place, None).await?;
        if metadata.issuer != issuer {
            return Err(SsoError::InvalidResponse("the provider names itself differently from `issuer`"));
        }
        let keys = SigningKeys::from_jwks(self.0.client.get(&metadata.jwks_uri, None).await?);
        Ok(ProviderMetadata { metadata, keys, at: now })
    }
}

/// Returns why there is no code, from the provider's error code (RFC 6749, 4.1.2.1); an unknown code is not shown.
fn declined(error: &str) -> String {
    match error {
        "access_denied" => "access was denied".into(),
        "login_required" | "interaction_required" | "consent_required" | "account_selection_required" => {
            "the user did not sign in".into()
        }
        "temporarily_unavailable" | "server_error" => "it is temporarily unavailable".into(),
        _ => "it rejects this program's request".into(),
    }
}

/// Returns the challenge of a verifier (RFC 7636, 4.2).
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
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
