//! Headers of API requests: the key that makes a decision count once.

use crate::error::WebError;
use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

const NAME: &str = "idempotency-key";

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
