//! The HTTP client for the identity provider: requests have a time limit and follow no redirect, and answers are
//! bounded.

use super::error::SsoError;
use crate::oidc_options::is_secured;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, RequestBuilder, StatusCode, Url};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Time limits for the provider's whole answer, and for the connection.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT: Duration = Duration::from_secs(5);

/// Maximum size of a response in bytes. A provider's keys with their certificates have about 20,000.
const RESPONSE_MAX: usize = 256 << 10;

/// A client for requests to the provider.
pub(super) struct ProviderClient {
    client: Client,
}

/// The error response of RFC 6749, 5.2.
#[derive(Deserialize)]
struct TokenErrorResponse {
    error: String,
}

impl ProviderClient {
    pub fn new() -> Result<Self, SsoError> {
        // An error means that a provider is installed already, which serves as well.
        let _chosen = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent(concat!("baton/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(RESPONSE_TIMEOUT)
            .build()
            .map_err(|error| SsoError::HttpClient(error.to_string()))?;
        Ok(Self { client })
    }

    /// Gets a document.
    pub async fn get<T: DeserializeOwned>(&self, url: &str, bearer: Option<&str>) -> Result<T, SsoError> {
        let mut request = self.client.get(parse_secure_url(url)?);
        if let Some(bearer) = bearer {
            request = request.header(AUTHORIZATION, secret(&format!("Bearer {bearer}"))?);
        }
        let (status, body) = send(request).await?;
        if status != StatusCode::OK {
            return Err(SsoError::Unavailable("answers with an error"));
        }
        read(&body)
    }

    /// Posts a form with the client's id and secret, and returns the answer.
    pub async fn post<T: DeserializeOwned>(
        &self,
        url: &str,
        form: &[(&str, &str)],
        client: Option<(&str, &str)>,
    ) -> Result<T, SsoError> {
        let mut request = self.client.post(parse_secure_url(url)?);
        if let Some((id, password)) = client {
            // Both are form-encoded before they are joined (RFC 6749, 2.3.1).
            let of = |text| encode_form(&[("", text)]).trim_start_matches('=').to_owned();
            let both = STANDARD.encode(format!("{}:{}", of(id), of(password)));
            request = request.header(AUTHORIZATION, secret(&format!("Basic {both}"))?);
        }
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(encode_form(form));
        let (status, body) = send(request).await?;
        if status == StatusCode::OK {
            return read(&body);
        }
        // Only the error code is kept, and only one of the standard's.
        const KNOWN: [&str; 5] =
            ["invalid_client", "invalid_grant", "invalid_request", "unauthorized_client", "unsupported_grant_type"];
        let refused: Option<TokenErrorResponse> = serde_json::from_slice(&body).ok();
        let known = refused.and_then(|refused| KNOWN.into_iter().find(|known| *known == refused.error));
        match known {
            Some("invalid_grant") => Err(SsoError::InvalidResponse("the provider no longer knows its own code")),
            Some(known) => Err(SsoError::ClientRejected(known.to_owned())),
            None => Err(SsoError::Unavailable("answers with an error")),
        }
    }
}

/// Parses an address with TLS or on this machine.
pub(super) fn parse_secure_url(url: &str) -> Result<Url, SsoError> {
    let url = Url::parse(url).ok().filter(is_secured);
    url.ok_or(SsoError::InvalidResponse("the provider names an address that is invalid or without TLS"))
}

fn secret(text: &str) -> Result<HeaderValue, SsoError> {
    let mut value = HeaderValue::from_str(text)
        .map_err(|_| SsoError::Unavailable("answered with a token that no header can have"))?;
    value.set_sensitive(true);
    Ok(value)
}

async fn send(request: RequestBuilder) -> Result<(StatusCode, Vec<u8>), SsoError> {
    let failed = |error: reqwest::Error| {
        SsoError::Unavailable(if error.is_timeout() {
            "did not answer in time"
        } else if error.is_connect() {
            "cannot be reached"
        } else {
            "closed the connection"
        })
    };
    let mut answer = request.header(ACCEPT, "application/json").send().await.map_err(failed)?;
    let mut body = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(failed)? {
        if body.len() + part.len() > RESPONSE_MAX {
            return Err(SsoError::Unavailable("answers with more than 256 KiB"));
        }
        body.extend_from_slice(&part);
    }
    Ok((answer.status(), body))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, SsoError> {
    serde_json::from_slice(body).map_err(|_| SsoError::Unavailable("does not answer as OpenID Connect specifies"))
}

/// Encodes fields as a query or as the body of a form.
fn encode_form(fields: &[(&str, &str)]) -> String {
    let mut url = Url::parse("form:fields").expect("it is an address");
    url.query_pairs_mut().extend_pairs(fields);
    url.query().unwrap_or_default().to_owned()
}
