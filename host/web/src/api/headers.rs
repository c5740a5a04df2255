//! What is in the headers: the token that a program asks with, and the key that makes a decision count once.

use crate::trouble::Trouble;
use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};

const KEY: &str = "idempotency-key";

/// The token, where there is exactly one (RFC 6750, 2.1).
pub(crate) fn token(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let one = given.next().filter(|_| given.next().is_none())?.to_str().ok()?;
    let (scheme, token) = one.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): asked again with the same one, a decision is the
/// same decision. It may stand in quotes.
pub(crate) struct Key(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        let mut given = parts.headers.get_all(KEY).iter();
        let one = given.next().filter(|_| given.next().is_none()).and_then(|key| key.to_str().ok()).map(str::trim);
        let bare = one.map(|key| key.strip_prefix('"').and_then(|key| key.strip_suffix('"')).unwrap_or(key));
        match bare.filter(|key| (8..=100).contains(&key.len())) {
            Some(key) => Ok(Self(key.to_owned())),
            None => {
                let what = "Nothing was done: the request needs one `Idempotency-Key` of 8 to 100 characters";
                let hint = "make one per decision, and send the same one when you ask again";
                Err(Trouble::new(StatusCode::BAD_REQUEST, what).hint(hint))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn one_token_and_no_doubt() {
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
            assert_eq!(token(&headers), expected, "{given:?}");
        }
    }
}
