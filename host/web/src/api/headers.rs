//! Headers of API requests: the token of a program, and the key that makes a decision count once.

use crate::error::WebError;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};

const NAME: &str = "idempotency-key";

/// Returns the bearer token if the request has exactly one (RFC 6750, 2.1).
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let one = given.next().filter(|_| given.next().is_none())?.to_str().ok()?;
    let (scheme, token) = one.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header), with or without quotes: a repeated request with
/// the same key is the same decision.
pub(crate) struct IdempotencyKey(pub String);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        let mut given = parts.headers.get_all(NAME).iter();
        let one = given.next().filter(|_| given.next().is_none()).and_then(|key| key.to_str().ok()).map(str::trim);
        let bare = one.map(|key| key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key));
        match bare.filter(|key| (8..=100).contains(&key.len())) {
            Some(key) => Ok(Self(key.to_owned())),
            None => {
                let what = "Nothing was done: the request needs exactly one `Idempotency-Key` of 8 to 100 characters";
                let hint = "make a new key for each decision, and repeat it when you retry the request";
                Err(WebError::new(StatusCode::BAD_REQUEST, what).hint(hint))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn a_request_has_one_bearer_token() {
        for (given, expected) in [
            (&["Bearer baton_abc"][..], Some("baton_abc")),
            (&["bearer  baton_abc"], Some("baton_abc")),
            (&["Basic baton_abc"], None),
            (&["baton_abc"], None),
            (&["Bearer baton_abc", "Bearer baton_abc"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for value in given {
                headers.append(AUTHORIZATION, HeaderValue::from_static(value));
            }
            assert_eq!(bearer_token(&headers), expected, "{given:?}");
        }
    }
}
