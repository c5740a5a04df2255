//! The API token of a program.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

/// Returns the bearer token if the request has exactly one (RFC 6750, 2.1).
pub(crate) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let one = given.next().filter(|_| given.next().is_none())?.to_str().ok()?;
    let (scheme, token) = one.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
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
